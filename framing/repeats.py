"""Sentences that come again, in wire copy above all: scored once, and remembered from part to part."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from framing.heads import Floats

if TYPE_CHECKING:
    from framing.scorer import Scores

Spans = Sequence[tuple[int, int]]
Key = bytes

# About 2,600 articles, five parts, in some 40 MB: copies are published and stored within days of each other.
REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class Kept:
    """What was said of one text: every sentence head and the voice head end to end, an array a mention head."""

    sentence: Floats
    mentions: tuple[Floats, ...]
    truncated: bool
    cut: tuple[int, ...]


@dataclass
class Memory:
    """Scores of the sentences met last, at most `limit`; another set of heads begins anew."""

    limit: int = REMEMBERED
    again: int = 0
    """Sentences that were not scored because the memory, or their own part, had them."""
    _heads: object = None
    _kept: OrderedDict[Key, Kept] = field(default_factory=OrderedDict)

    def serve(self, heads: object) -> None:
        """Forgets everything unless the scores are by these heads."""
        if heads != self._heads:
            self._heads = heads
            self._kept.clear()

    def recall(self, key: Key, scores: Scores, places: Sequence[int]) -> bool:
        """Fills in what was said of a text, at all its places; False where it is not remembered."""
        kept = self._kept.get(key)
        if kept is None:
            return False
        self._kept.move_to_end(key)
        self.again += len(places)
        for place in places:
            _fill(scores, place, kept)
        return True

    def keep(self, key: Key, scores: Scores, places: Sequence[int]) -> None:
        """Remembers what was said of a text at the first of its places."""
        self.again += len(places) - 1
        if not self.limit:
            return
        self._kept[key] = _kept(scores, places[0])
        if len(self._kept) > self.limit:
            self._kept.popitem(last=False)


def grouped(masked: Sequence[tuple[str, Spans]]) -> dict[Key, list[int]]:
    """The places of each different text with the same targets, in order."""
    groups: dict[Key, list[int]] = {}
    for place, (text, spans) in enumerate(masked):
        groups.setdefault(_key(text, spans), []).append(place)
    return groups


def copy_to(scores: Scores, places: Sequence[int]) -> None:
    """Writes what was said at the first place to the others."""
    if len(places) > 1:
        kept = _kept(scores, places[0])
        for place in places[1:]:
            _fill(scores, place, kept)


def _key(text: str, spans: Spans) -> Key:
    where = ",".join(f"{start}-{end}" for start, end in spans)
    return hashlib.blake2b(f"{where}\x1f{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _kept(scores: Scores, place: int) -> Kept:
    rows = [found[place] for found in _by_sentence(scores)]
    return Kept(
        np.concatenate(rows) if rows else np.empty(0, np.float32),
        tuple(found[place].copy() for found in scores.mentions.values()),
        bool(scores.truncated[place]),
        tuple(int(found[place]) for found in scores.cuts.values()),
    )


def _fill(scores: Scores, place: int, kept: Kept) -> None:
    first = 0
    for found in _by_sentence(scores):
        found[place] = kept.sentence[first : first + found.shape[1]]
        first += found.shape[1]
    for rows, row in zip(scores.mentions.values(), kept.mentions, strict=True):
        rows[place] = row
    for cuts, cut in zip(scores.cuts.values(), kept.cut, strict=True):
        cuts[place] = cut
    scores.truncated[place] = kept.truncated


def _by_sentence(scores: Scores) -> Iterable[Floats]:
    return [*scores.sentences.values(), *([scores.leaning] if scores.leaning is not None else [])]
