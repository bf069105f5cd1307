"""Words of an event's sentences, each with its place, and which of them are names."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from framing.cells import records
from framing.schema import View
from framing.story_words import WORD, background, plain_form

NAME_CAPITALS = 0.6
"""Share of capitals inside sentences from which a word is taken for a name: grouping's own figure (`story_words`)."""
COLUMNS = ["word", "form", "article_id", "outlet", "index", "start", "end"]
_JOINED = re.compile(r"[ \u00a0’']*-?[ \u00a0]*")
_LETTER = re.compile(r"[^\W\d_]")
_INSIDE, _OUTSIDE, _ALL = "inside", "outside", "all"
# Which part of a sentence of each voice belongs to a view. The words around a quotation ("claimed", "lashed out") are
# the outlet's; what it reports without quotation marks is not told apart from its own words around it, hence quoted.
_PARTS: Mapping[View, Mapping[str, str]] = {
    "own": {"own": _OUTSIDE, "mixed": _OUTSIDE, "quoted": _OUTSIDE},
    "quoted": {"quoted": _INSIDE, "mixed": _INSIDE, "reported": _ALL},
}


def tokens(
    sentences: pd.DataFrame,
    view: View = "both",
    names: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row a word or pair of neighbouring words of the body: `word` (plain form: lower case, singular), `form` (as
    it stands), `article_id, outlet, index, start, end` (places in the sentence).

    `names` (mentions with the column `actor`) leaves out names."""
    body = sentences[sentences["index"] > 0]
    spans: dict[tuple[str, int], list[tuple[int, int]]] = {}
    if names is not None:
        for row in records(names, ("article_id", "index", "start", "end")):
            spans.setdefault((row["article_id"], row["index"]), []).append((row["start"], row["end"]))
    known = _capitalised(body) if names is not None else frozenset()
    needed = ["article_id", "outlet", "index", "text", *(("voice", "quotes") if view != "both" else ())]
    found, plain = _Columns(), _Plain()
    for number, row in enumerate(records(body, needed)):
        _read(row, number, view, known, spans.get((row["article_id"], row["index"]), ()), plain, found)
    if not found.word:
        return pd.DataFrame(columns=COLUMNS)
    whose = body[["article_id", "outlet", "index"]].take(found.number).reset_index(drop=True)
    made = pd.DataFrame({name: getattr(found, name) for name in ("word", "form", "start", "end")})
    return pd.concat([made, whose.astype({"index": "int64"})], axis=1)[COLUMNS]


@dataclass
class _Columns:
    """Words and pairs, a list a column; `number` is that of the sentence. Rows of their own took half of the time."""

    word: list[str] = field(default_factory=list)
    form: list[str] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    number: list[int] = field(default_factory=list)

    def add(self, word: str, form: str, start: int, end: int, number: int) -> None:
        self.word.append(word)
        self.form.append(form)
        self.start.append(start)
        self.end.append(end)
        self.number.append(number)


class _Plain(dict[str, str]):
    """Plain forms, each made once; empty for what is no word."""

    def __missing__(self, word: str) -> str:
        form = plain_form(word)
        self[word] = form if _LETTER.search(form) else ""
        return self[word]


def _read(
    row: Mapping[Hashable, Any],
    number: int,
    view: View,
    names: frozenset[str],
    spans: Collection[tuple[int, int]],
    plain: Mapping[str, str],
    found: _Columns,
) -> None:
    """Adds the words and pairs of a sentence in a view."""
    text, before = row["text"], None
    for match in WORD.finditer(text):
        start, end = match.span()
        shown = match.group()
        word = plain[shown]
        if (
            not word
            or (view != "both" and not _in_view(row, view, start, end))
            or word in names
            or (spans and any(a < end and start < b for a, b in spans))
        ):
            before = None
            continue
        found.add(word, shown.lower(), start, end, number)
        if before and (text[before[1] : start] == " " or _JOINED.fullmatch(text, before[1], start)):
            found.add(f"{before[2]} {word}", text[before[0] : end].lower(), before[0], end, number)
        before = (start, end, word)


def _in_view(row: Mapping[Hashable, Any], view: View, start: int, end: int) -> bool:
    part = _PARTS[view].get(row["voice"])
    if part is None:
        return False
    quotes = row["quotes"]
    if row["voice"] == "quoted" and not len(quotes):
        return view == "quoted"  # a quotation that runs on from the sentence before
    inside = any(a <= start and end <= b for a, b in quotes)
    return part == _ALL or inside == (part == _INSIDE)


def _capitalised(body: pd.DataFrame) -> frozenset[str]:
    """Words that the event, or else news at large, mostly writes with a capital inside a sentence."""
    capital: dict[str, list[int]] = {}
    for text in body["text"]:
        matches = list(WORD.finditer(text))
        for match in matches[1:]:
            if re.search(r"[.!?:“\"]\s*$", text[: match.start()][-3:]):
                continue
            count = capital.setdefault(plain_form(match.group()), [0, 0])
            count[match.group()[0].isupper()] += 1
    shares = background().capitals
    here = {word for word, (small, large) in capital.items() if large > NAME_CAPITALS * (small + large)}
    at_large = {word for word, share in shares.items() if share > NAME_CAPITALS}
    return frozenset(here | (at_large - {word for word, (small, large) in capital.items() if small > large}))
