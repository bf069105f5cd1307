"""Of which word lists a text has words, told word by word: twenty lists in 8 µs a sentence, a search for each 61."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

WORD = re.compile(r"\w+")
_KEPT = 50_000  # words whose lists are remembered: 8 MB
_ODD_CASE = str.maketrans("İıſ", "iis")


class WordLists:
    r"""Lists of words by name, each a regular-expression alternative (`speech_words.any_of`). An entry is a pattern of
    one word (`denied`, `fears?`, `spokes\w+`) or, with blanks, of several (`called on`)."""

    def __init__(self, lists: Mapping[str, str], any_case: Mapping[str, str] | None = None) -> None:
        every = [(name, listed, False) for name, listed in lists.items()]
        every += [(name, listed, True) for name, listed in (any_case or {}).items()]
        self._names = [name for name, _, _ in every]
        self._single: list[re.Pattern[str] | None] = []
        self._first: list[re.Pattern[str] | None] = []
        self._phrases: list[re.Pattern[str]] = []
        for _, listed, small in every:
            entries = _entries(listed)
            phrases = [entry for entry in entries if " " in entry]
            if phrases and small:
                raise ValueError("A list in any case has single words alone.")
            self._single.append(_either([entry for entry in entries if " " not in entry]))
            self._first.append(_either([phrase.split(" ", 1)[0] for phrase in phrases]))
            self._phrases.append(re.compile(rf"\b(?:{'|'.join(phrases)})\b"))
        self._small = len(lists)
        self._known: dict[str, tuple[int, int]] = {}

    def found(self, text: str) -> frozenset[str]:
        """Names of the lists of which the text has an entry, as whole words: what a search for each finds."""
        surely, perhaps, known = 0, 0, self._known
        for word in WORD.findall(text):
            sure, first = known.get(word) or self._learn(word)
            surely |= sure
            perhaps |= first
        perhaps &= ~surely
        return frozenset(
            name
            for i, name in enumerate(self._names)
            if surely >> i & 1 or (perhaps >> i & 1 and self._phrases[i].search(text))
        )

    def _learn(self, word: str) -> tuple[int, int]:
        """Bits of the lists that have the word, and of those that have a phrase which begins with it."""
        if len(self._known) >= _KEPT:
            self._known.clear()
        small = word.translate(_ODD_CASE).lower()
        whole = [p is not None and p.fullmatch(word if i < self._small else small) for i, p in enumerate(self._single)]
        begins = [p is not None and p.fullmatch(word) for p in self._first]
        bits = (_bits(whole), _bits(begins))
        self._known[word] = bits
        return bits


def _bits(flags: Sequence[object]) -> int:
    return sum(1 << i for i, flag in enumerate(flags) if flag)


def _either(entries: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(entries)) if entries else None


def _entries(listed: str) -> list[str]:
    """The entries of an alternative: what bars outside brackets separate."""
    entries, depth = [""], 0
    for character in listed:
        depth += (character in "([") - (character in ")]")
        if character == "|" and not depth:
            entries.append("")
        else:
            entries[-1] += character
    return entries
