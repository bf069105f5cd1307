"""A text without some of its words: which pieces it has, and what is left of it once some of them are deleted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from framing.outlets import mask_outlets_with_map
from framing.quotes import quotations
from framing.rewrite import MoveSpan, rewrite

Span = tuple[int, int]

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:[’'.,&–-][^\W_]+)*")
_MARKS = "\"“”„‘’'«»`"
_CLOSING = frozenset(",.;:!?")
_BEFORE = frozenset(f"([{_MARKS}") | {""}
_AFTER = frozenset(f" \n\t,.;:!?)]{_MARKS}") | {""}


@dataclass(frozen=True, slots=True)
class Piece:
    """What is deleted at once: a word, a known outlet's name (which the scorer never sees), or the two marks around a
    quotation.

    `spans` are its stretches in the text as given, `seen` the same in the text as the scorer sees it."""

    spans: tuple[Span, ...]
    seen: tuple[Span, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text as the scorer sees it, its pieces in order, and where the target stands in it, if there is one."""

    masked: str
    pieces: tuple[Piece, ...]
    target: Span | None = None

    @classmethod
    def of(cls, text: str, target: Span | None = None) -> Pieces:
        """The pieces of a text. The target's own words are none: without them there is nothing to judge."""
        masked, move = mask_outlets_with_map(text)
        found = sorted([*_words(text, move, target), *_marks(text, move)], key=lambda piece: piece.spans)
        return cls(masked, tuple(found), move(*target) if target else None)

    def without(self, places: Iterable[int]) -> tuple[str, Span | None]:
        """The masked text without the pieces at these places, and where the target then stands."""
        gone = sorted(_with_blank(self.masked, span) for place in places for span in self.pieces[place].seen)
        text, move = rewrite(self.masked, [(start, end, "") for start, end in _joined(gone)])
        return text, move(*self.target) if self.target else None


def _words(text: str, move: MoveSpan, target: Span | None) -> list[Piece]:
    by_seen: dict[Span, list[Span]] = {}
    for match in _WORD.finditer(text):
        by_seen.setdefault(move(*match.span()), []).append(match.span())
    whole = [((spans[0][0], spans[-1][1]), seen) for seen, spans in by_seen.items()]
    return [
        Piece((span,), (seen,), text[slice(*span)])
        for span, seen in whole
        if target is None or span[1] <= target[0] or span[0] >= target[1]
    ]


def _marks(text: str, move: MoveSpan) -> list[Piece]:
    found = []
    for quote in quotations(text):
        spans = tuple(s for s in ((quote.opened, quote.start), (quote.end, quote.closed)) if s[0] < s[1])
        if spans:
            told = " … ".join(text[start:end] for start, end in spans)
            found.append(Piece(spans, tuple(move(*span) for span in spans), told))
    return found


def _with_blank(text: str, span: Span) -> Span:
    """A stretch with the blank, and of two commas the one, that would be left over beside it. A quotation mark has no
    blank of its own."""
    start, end = span
    if not text[start:end].strip(_MARKS):
        return span
    if text[start - 1 : start].isspace() and text[end : end + 1] in _AFTER:
        start -= 1
        return (start - 1 if text[start - 1 : start] == "," and text[end : end + 1] in _CLOSING else start), end
    if text[max(0, start - 1) : start] in _BEFORE and text[end : end + 1].isspace():
        return start, end + 1
    return span


def _joined(spans: list[Span]) -> list[Span]:
    """Sorted stretches, those that touch or overlap made one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
