"""Words, names and numbers of an article as grouping reads them, and how common each word is in news at large."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

LEAD_CHARACTERS = 2500
"""What is read of a body. Whole ECB+ articles group no better than this much of them (B-cubed within 0.01)."""
TITLE_WEIGHT = 2
# A word that makes up more than this share of news text tells no events apart: the 250 commonest.
_COMMON = 6e-4
# Counts of the table are turned into the share of texts of this many words that hold the word.
_TEXT_WORDS = 100

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DIGIT = re.compile(r"\d")
_STOP = re.compile(r"[.!?:;\n\"“”]")
# Scripts that set no blanks between words are read in pairs of characters.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")
_MONTH = r"(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
# The headline and this much of the body say on which day it happened; further down stand the days of what went before.
_DAY_CHARACTERS = 400
_PAIR_WORDS = 100
_DAY = re.compile(rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+(\d{{1,2}})\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Background:
    """How often words occur in news at large, from word_counts.csv."""

    total: int
    counts: dict[str, int]
    capitals: dict[str, float]
    """Share of a word's occurrences inside a sentence that have a capital; rare words are missing."""

    def texts(self) -> float:
        """How many texts of a hundred words the table counts."""
        return self.total / _TEXT_WORDS

    def texts_with(self, word: str) -> float:
        """In how many of them the word is to be expected."""
        return self.texts() * (1 - math.exp(-_TEXT_WORDS * self.counts.get(word, 0) / self.total))

    def is_common(self, word: str) -> bool:
        """Whether the word is one of those that occur everywhere."""
        return self.counts.get(word, 0) > _COMMON * self.total


@cache
def background() -> Background:
    """The shipped table."""
    counts: dict[str, int] = {}
    capitals: dict[str, float] = {}
    total = 0
    with (Path(__file__).parent / "word_counts.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if not row["word"]:
                total = int(row["count"])
                continue
            counts[row["word"]] = int(row["count"])
            if row["capital"]:
                capitals[row["word"]] = int(row["capital"]) / 100
    return Background(total, counts, capitals)


@dataclass(slots=True)
class StoryWords:
    """Counts of an article's words; `names` and `numbers` say which of them again (days as `@6-13`)."""

    words: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)
    """Neighbouring words of the headline and the first lines, unless both are common."""
    weekdays: frozenset[str] = frozenset()
    """Those named in the headline and the first lines, as `mon`."""


def read_words(title: str, text: str) -> StoryWords:
    """The telling words of a headline and the beginning of a body; the headline's count twice."""
    body = text[:LEAD_CHARACTERS]
    head, rest = list(_tokens(title)), list(_tokens(body))
    inside = {word for word, capital, first in rest if capital and not first}
    small = {word for word, capital, _ in rest if not capital}
    found, known = StoryWords(), background()
    for tokens, weight in ((head, TITLE_WEIGHT), (rest, 1)):
        for word, capital, _ in tokens:
            if known.is_common(word) or (len(word) < 2 and not word.isdigit()):
                continue
            found.words[word] += weight
            if _DIGIT.search(word):
                found.numbers[word] += 1
            elif capital and _is_name(word, inside, small, known):
                found.names[word] += weight
    for tokens in (head, rest[:_PAIR_WORDS]):
        plain = [word for word, _, _ in tokens]
        found.pairs.update(f"{a} {b}" for a, b in pairwise(plain) if not (known.is_common(a) and known.is_common(b)))
    for match in _DAY.finditer(f"{title}\n{body}"):
        month = (match[2] or match[3])[:3].lower()
        found.numbers[f"@{month}{match[1] or match[4]}"] += 1
    lead = f"{title}\n{body[:_DAY_CHARACTERS]}"
    found.weekdays = frozenset(match[1][:3].lower() for match in _WEEKDAY.finditer(lead))
    return found


def _is_name(word: str, inside: set[str], small: set[str], known: Background) -> bool:
    """A word written with a capital: by what news at large does with it, else by what this article does."""
    share = known.capitals.get(word)
    if share is not None:
        return share > 0.6 or (share > 0.3 and word in inside)
    return word in inside or word not in small


def _tokens(text: str) -> Iterator[tuple[str, bool, bool]]:
    """Each word in its plain form, whether it has a capital, and whether it begins a sentence."""
    last = 0
    for match in WORD.finditer(text):
        first = last == 0 or bool(_STOP.search(text, last, match.start()))
        last = match.end()
        word = match.group()
        if _UNSPACED.search(word):
            yield from ((word[i : i + 2], False, first) for i in range(len(word) - 1))
        else:
            yield plain_form(word), word[0].isupper(), first


def plain_form(word: str) -> str:
    """Lower case, without possessive and plural s."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word.replace("'", "")
