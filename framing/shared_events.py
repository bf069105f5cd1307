"""What outlets' articles add up to on each event, for one outlet or for a group of them.

A group's share on an event is the mean of its outlets' shares: each outlet counts once, however much it writes.
Pooled articles would make a group its busiest member, and would change what it is made of from event to event. How
many articles and sentences such a mean rests on is what gives it the same variance: m² / Σ 1/n over m outlets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.tally import Tally
from framing.uncertainty import Bools, Floats, Ints


@dataclass(frozen=True)
class Side:
    """One side of a comparison, (blocks, columns) each: `value`, and the `total` weight of sentences and the
    `articles` that it rests on (0 where there is none); plain sums over its outlets; `each` outlet's own value,
    (outlets, blocks, columns), NaN where it has none."""

    value: Floats
    total: Floats
    articles: Floats
    hits: Floats
    squares: Floats
    weights: Floats
    counts: Ints
    written: Ints
    each: Floats


@dataclass(frozen=True)
class Cells:
    """Sums of each outlet on each block, (cells, columns); `blocks` has `event_id` and `genre` (empty where events are
    not split by it), `at` (outlets, blocks) says where a cell lies, −1 for none."""

    outlets: tuple[str, ...]
    blocks: pd.DataFrame
    at: Ints
    hits: Floats
    squares: Floats
    weights: Floats
    articles: Ints
    counts: Ints

    @classmethod
    def of(cls, table: Tally, articles: pd.DataFrame, by_genre: bool = False) -> Cells:
        """The cells of a tally; `articles`, in its order, have `event_id`, `outlet` and `genre`."""
        genre = articles["genre"] if by_genre else ""
        keys = articles[["event_id"]].assign(genre=genre)
        numbered = keys.groupby(["event_id", "genre"], sort=False).ngroup().to_numpy()
        blocks = keys.drop_duplicates(ignore_index=True).astype(object)
        outlets = sorted(articles["outlet"].unique(), key=str.casefold)
        who = articles["outlet"].map({outlet: i for i, outlet in enumerate(outlets)}).to_numpy()
        cells, cell_of = np.unique(who * len(blocks) + numbered, return_inverse=True)
        at = np.full(len(outlets) * len(blocks), -1, dtype=np.int64)
        at[cells] = np.arange(len(cells))
        order = np.argsort(cell_of, kind="stable")
        starts = np.searchsorted(cell_of[order], np.arange(len(cells)))
        summed = [
            np.add.reduceat(np.asarray(values)[order], starts, axis=0)
            for values in (*(getattr(table.sums, name) for name in ("hits", "squares", "weights")),
                           (table.sums.weights > 0).astype(np.int64), table.counts)
        ]  # fmt: skip
        return cls(tuple(outlets), blocks, at.reshape(len(outlets), len(blocks)), *summed)

    def places(self, names: Sequence[str]) -> Ints:
        """Where these outlets stand in `outlets`; those without an article are left out."""
        known = {outlet: i for i, outlet in enumerate(self.outlets)}
        return np.array([known[name] for name in names if name in known], dtype=np.int64)

    def shared(self, a: Ints, b: Ints) -> Ints:
        """The blocks on which both sides, places of outlets, have an article."""
        there = [(self.at[side] >= 0).any(axis=0) for side in (a, b)]
        return np.flatnonzero(there[0] & there[1])

    def side(self, outlets: Ints, blocks: Ints) -> Side:
        """These outlets together on these blocks."""
        at = self.at[np.ix_(outlets, blocks)]
        gone = (at < 0)[..., None]

        def of(values: Floats | Ints) -> Floats:
            return np.where(gone, 0.0, values[at])

        hits, squares, weights, n = (of(values) for values in (self.hits, self.squares, self.weights, self.articles))
        with np.errstate(invalid="ignore", divide="ignore"):
            each = hits / weights
            there = weights > 0
            m = there.sum(axis=0)
            value = np.where(there, each, 0.0).sum(axis=0) / m
            total, articles = (
                m**2 / np.where(there, 1 / size, 0.0).sum(axis=0) if len(outlets) > 1 else size[0]
                for size in (weights, n)
            )
        sums = [part.sum(axis=0) for part in (hits, squares, weights)]
        counts, written = (of(part).sum(axis=0).astype(np.int64) for part in (self.counts, self.articles))
        total, articles = np.nan_to_num(total), np.nan_to_num(articles)
        return Side(value, total, articles, sums[0], sums[1], sums[2], counts, written, each)


def block_weights(a: Side, b: Side) -> tuple[Floats, Bools]:
    """(blocks, columns) the weight of each difference, by the articles that it rests on, and where there is one."""
    both = np.asarray((a.articles > 0) & (b.articles > 0), dtype=np.bool_)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(both, a.articles * b.articles / (a.articles + b.articles), 0.0), both


def spread_of_sentences(sides: Sequence[Side], both: Bools, signed: Bools) -> Floats:
    """(columns,) spread of single sentences, pooled over outlets and blocks, one hit and one miss added."""
    hits, squares, weights = (
        np.sum([(getattr(side, name) * both).sum(axis=0) for side in sides], axis=0)
        for name in ("hits", "squares", "weights")
    )
    total = weights + 2
    mean = (hits + np.where(signed, 0.0, 1.0)) / total
    return np.asarray((squares + 1) / total - mean**2)
