"""Sentences as aligned reading compares them: their telling words and numbers, weighted."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from framing.story_words import background, plain_form

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SCALE = r"(?:\s(?:thousand|million|billion|trillion)|bn|tn|m)\b"
"""What multiplies a figure: `160 million`, `160m`."""
SCALES = {"thousand": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12}
_NUMBER = re.compile(rf"(?P<figure>\d+(?:[.,:]\d+)*)(?P<scale>{SCALE})?", re.IGNORECASE)
_SAYS = re.compile(r"\b(?:said|says|say|told|according to|wrote|asked|called|noted|warned|argued|added|announced)\b")
_PARTS = re.compile(r"[“”\".;]\s|[“”\"]|\.$|, (?:and|but|who|which|that|after|as)\b")
_COUNTED = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
NUMERALS = {word: str(i) for i, word in enumerate((_COUNTED + "eighteen nineteen twenty").split(), 2)}
"""Number words that are read as figures; `one` is mostly none."""
# Words a sentence has at the median: what the share of sentences with a word is reckoned from.
_SENTENCE_WORDS = 25
# A word of a language at large is never rarer than this share of sentences, an event's own word not either.
_RAREST = 1e-4


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number of a sentence; `form` is what is compared, `kind` word or number."""

    start: int
    end: int
    form: str
    kind: str


def tokens(text: str) -> list[Token]:
    """The telling words of a sentence in order; words that occur everywhere are left out."""
    known, found = background(), []
    for match in _WORD.finditer(text):
        raw, form = match.group().lower(), plain_form(match.group())
        if raw in NUMERALS:
            found.append(Token(match.start(), match.end(), NUMERALS[raw], "number"))
        elif len(form) > 1 and not known.is_common(form):
            found.append(Token(match.start(), match.end(), form, "word"))
    for match in _NUMBER.finditer(text):
        form = scaled(plain_number(match["figure"]), match["scale"])
        found.append(Token(match.start(), match.end("figure"), form, "number"))
    return sorted(found, key=lambda token: token.start)


def attribution(text: str, speaker: str) -> tuple[int, int]:
    """The stretch that names the speaker, with verb, office and affiliation: `said X, head of Y`; empty for none."""
    at = text.find(speaker) if speaker else -1
    if at < 0:
        return 0, 0
    end = at + len(speaker)
    before = _SAYS.search(text, max(0, at - 40), at)
    if before and not _PARTS.search(text, before.end(), at):
        stop = _PARTS.search(text, end)
        return before.start(), stop.start() if stop else len(text)
    after = _SAYS.search(text, end, min(len(text), end + 120))
    return at, after.end() if after and not _PARTS.search(text, end, after.start()) else end


def plain_number(text: str) -> str:
    """`2,000` as 2000, `2:40` as 2.40."""
    return re.sub(r",(?=\d{3})", "", text).replace(":", ".")


def scaled(number: str, scale: str | None) -> str:
    """A plain number times what follows it: `160` and `m` as 160000000, so that 160m crowns are not 160 people."""
    try:
        return f"{float(number) * SCALES[scale.strip().lower()]:.15g}" if scale else number
    except ValueError:  # 1.2.3
        return number


@dataclass(frozen=True)
class Read:
    """Sentences as numbers: sparse (n, terms) weights of all telling words, and of the `numbers` among them."""

    words: Any
    numbers: Any


def read(texts: Sequence[str], speakers: Sequence[str]) -> Read:
    """Each sentence's telling words, without those that say who speaks and as what: that is not what is said.

    A word weighs as little as it is common in news at large, or among these sentences, whichever is less."""
    rows: list[dict[str, str]] = []
    for text, speaker in zip(texts, speakers, strict=True):
        start, end = attribution(text, speaker)
        rows.append({t.form: t.kind for t in tokens(text) if not start <= t.start < end})
    held = Counter(form for row in rows for form in row)
    terms = sorted(held)
    weight = {form: _weight(form, held[form], len(rows)) for form in terms}
    place = {form: i for i, form in enumerate(terms)}

    def block(kinds: tuple[str, ...]) -> Any:
        cells = [(i, place[f], weight[f]) for i, row in enumerate(rows) for f, kind in row.items() if kind in kinds]
        at = ([i for i, _, _ in cells], [j for _, j, _ in cells])
        return sp.csr_matrix(([w for _, _, w in cells], at), shape=(len(rows), max(1, len(terms))), dtype=np.float32)

    return Read(block(("word", "number")), block(("number",)))


def _weight(form: str, held: int, n: int) -> float:
    known = background()
    usual = 1 - math.exp(-_SENTENCE_WORDS * known.counts.get(form, 0) / known.total)
    return max(0.05, min(-math.log(usual + _RAREST), math.log((n + 1) / held)))
