"""Words of an event's sentences, each with its place, and which of them are names."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping
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
    plain = _Plain()
    found = [
        (number, *token)
        for number, row in enumerate(records(body, needed))
        for token in _words_of(row, view, known, spans.get((row["article_id"], row["index"]), ()), plain)
    ]
    numbers, *columns = zip(*found, strict=True) if found else [()] * 5
    whose = body[["article_id", "outlet", "index"]].take(list(numbers)).reset_index(drop=True)
    made = pd.DataFrame(dict(zip(("word", "form", "start", "end"), columns, strict=True)))
    return pd.concat([made, whose.astype({"index": "int64"})], axis=1)[COLUMNS]


class _Plain(dict[str, str]):
    """Plain forms, each made once; empty for what is no word."""

    def __missing__(self, word: str) -> str:
        form = plain_form(word)
        self[word] = form if _LETTER.search(form) else ""
        return self[word]


def _words_of(
    row: Mapping[Hashable, Any],
    view: View,
    names: frozenset[str],
    spans: Collection[tuple[int, int]],
    plain: Mapping[str, str],
) -> Iterator[tuple[str, str, int, int]]:
    """Words and pairs of a sentence in a view: plain form, form, start, end."""
    text, before = row["text"], None
    for match in WORD.finditer(text):
        start, end = match.span()
        word = plain[match.group()]
        if not word or not _in_view(row, view, start, end):
            before = None
            continue
        if word in names or any(a < end and start < b for a, b in spans):
            before = None
            continue
        yield word, match.group().lower(), start, end
        if before and (text[before[1] : start] == " " or _JOINED.fullmatch(text, before[1], start)):
            yield f"{before[2]} {word}", text[before[0] : end].lower(), before[0], end
        before = (start, end, word)


def _in_view(row: Mapping[Hashable, Any], view: View, start: int, end: int) -> bool:
    if view == "both":
        return True
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
