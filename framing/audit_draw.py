"""Which sentences a person is asked to label: a sample whose chances are known, spread over outlets, what the head says
and how sure it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from framing.measures import certainty
from framing.tally import VOICE, Counted
from framing.uncertainty import Floats

FEWEST, MOST = 20, 100
"""Sentences of one audit. Under 20 the accuracy's interval is wider than 40 points; a hundred are an hour's work."""
NOTHING = "none"
"""What a multi-label head says where it says no label."""


def population(counted: Counted) -> pd.DataFrame:
    """Every row a head has decided: `article_id, index, actor, outlet, voice`, `said` (its surest label, `none` where
    it says none) and `sure` (whether it is surer than in half of the rows of that outlet of which it says the same)."""
    rows, head = counted.rows, counted.head
    hits = counted.x[:, : len(head.labels)] > 0
    if head.name == VOICE.name:
        best, sure = hits.argmax(axis=1), np.ones(len(rows), dtype=np.float32)
    else:
        p = rows[head.columns].to_numpy(dtype=np.float32)
        thresholds = np.array([head.thresholds.get(label, 0.5) for label in head.labels], dtype=np.float32)
        best, sure = np.where(hits, p - thresholds, -np.inf).argmax(axis=1), certainty(p, head.kind, thresholds)
    said = np.where(hits.any(axis=1), np.array(head.labels, dtype=object)[best], NOTHING)
    found = rows[["article_id", "index", "actor", "outlet", "voice"]].assign(said=said, certainty=sure)
    middle = found.groupby(["outlet", "said"])["certainty"].transform("median")
    return found.assign(sure=found["certainty"] >= middle).drop(columns="certainty")


def draw(rows: pd.DataFrame, n: int, seed: int, even: float = 0.5) -> pd.DataFrame:
    """`n` of the rows (all where there are fewer), in the order in which they are asked, with `probability`, the chance
    of each to be among them.

    Every outlet has the same chance in all; within it a cell (what is said, sure or not) weighs by the root of its
    size, so that rare labels are seen; with `even` 1 all cells weigh alike, with 0 by their size. Drawn systematically
    with these chances from cells laid end to end (Madow 1949): each cell gets its due, to the next whole number. The
    order is random, so that whoever stops early has labelled a random part."""
    rng = np.random.default_rng(seed)
    shuffled = rows.iloc[rng.permutation(len(rows))]
    laid = shuffled.sort_values(["outlet", "said", "sure"], kind="stable")
    chances = _chances(laid, min(n, len(rows)), even)
    # Rounding must not lose the last one: the chances sum to n.
    ends = np.floor(np.cumsum(chances) + 1e-9 + rng.random())
    taken = np.diff(ends, prepend=0.0) > 0
    drawn = laid.assign(probability=chances)[taken]
    return drawn.iloc[rng.permutation(len(drawn))].reset_index(drop=True)


def _chances(rows: pd.DataFrame, n: int, even: float) -> Floats:
    """(rows,) the chance of each to be drawn; they sum to n, none is over one. Outlets get as many as each other, or
    all they have."""
    cell = rows.groupby(["outlet", "said", "sure"])["index"].transform("size").to_numpy(dtype=np.float64)
    outlets, of_outlet, sizes = np.unique(rows["outlet"].to_numpy(dtype=str), return_inverse=True, return_counts=True)
    parts = _filled(np.ones(len(outlets)), sizes.astype(np.float64), n)
    chances = np.zeros(len(rows))
    for i, part in enumerate(parts):
        mine = of_outlet == i
        chances[mine] = _filled(cell[mine] ** -even, np.ones(sizes[i]), part)
    return chances


def _filled(weights: Floats, most: Floats, total: float) -> Floats:
    """`total` parted in proportion to the weights, none over its `most`; what one cannot take goes to the others."""
    taken = np.zeros(len(weights))
    open_ = np.ones(len(weights), dtype=np.bool_)
    while open_.any():
        taken[open_] = (total - taken[~open_].sum()) * weights[open_] / weights[open_].sum()
        over = open_ & (taken > most)
        if not over.any():
            break
        taken[over], open_ = most[over], open_ & ~over
    return taken
