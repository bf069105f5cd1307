"""The mean of differences within events, with its interval: over events, and for groups over their outlets as well.

Events are the units, so that an event which is told differently than others counts as scatter, not as proof. A group
stands for more than the outlets at hand: two groups drawn from outlets of different habits differ on these events, and
drawn anew they would not. A difference between groups therefore has to hold twice, over events and over outlets (the
wider interval, the larger p: an intersection–union test), with the linearised share of each outlet in the difference
as its unit; design effects of one pair's labels lend each other strength as in `uncertainty`."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from scipy import special

from framing.shared_events import Side
from framing.uncertainty import LEVEL, MIN_COUNTED, Bools, Differences, Floats, Ints, moderate, welch

MIN_EVENTS = 3
"""Shared events below which there is no interval across events."""


def combine(
    values: Floats, totals: Floats, weights: Floats, signed: Bools, telling: Bools, family: Ints, spread: Floats
) -> tuple[Differences, Floats]:
    """The weighted mean of the blocks' differences with interval and p, and the standard deviation of the true ones
    (DerSimonian & Laird 1986). `values`, `totals` are (2, blocks, columns), `weights` (blocks, columns)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(weights > 0, values[0] - values[1], 0.0)
        chance = np.where(weights > 0, spread / totals[0] + spread / totals[1], 0.0)
        whole = weights.sum(axis=0)
        mean = (weights * each).sum(axis=0) / whole
        equal = whole**2 / (weights**2).sum(axis=0)
        variance = (weights**2 * (each - mean) ** 2).sum(axis=0) / whole**2 * equal / (equal - 1)
        base = (weights**2 * chance).sum(axis=0) / whole**2
        own = np.where((weights > 0).sum(axis=0) >= MIN_EVENTS, equal - 1, np.nan)
        variance, freedom = moderate(variance, base, own, family, telling & _tell(totals, weights, spread))
    parts = np.stack([variance / 2, variance / 2]), np.stack([freedom, freedom])
    return _differences(mean, variance, freedom, parts, signed), _between(each, chance, weights > 0)


def over_outlets(
    sides: tuple[Side, Side], weights: Floats, raw: Differences, spread: Floats, signed: Bools, telling: Bools,
    family: Ints,
) -> Differences:  # fmt: skip
    """`raw`, the mean difference of two groups, with the interval and p that outlets as units give it. A side of one
    outlet is that outlet, not a sample: it keeps what events say of it."""
    totals = np.stack([side.total for side in sides])
    whole = weights.sum(axis=0)
    told = telling & _tell(totals, weights, spread)
    variances, freedoms = [], []
    with np.errstate(invalid="ignore", divide="ignore"):
        base = [(weights**2 * np.where(weights > 0, spread / total, 0.0)).sum(axis=0) / whole**2 for total in totals]
        by_events = raw.variances.sum(axis=0) / (base[0] + base[1])
        for side, other, sign, own_base in zip(sides, sides[::-1], (1, -1), base, strict=True):
            there = np.isfinite(side.each) & (weights > 0)
            share = np.where(there, weights / there.sum(axis=0), 0.0)
            apart = np.where(there, sign * (side.each - other.value) - raw.value, 0.0)
            units = (share * apart).sum(axis=1) / whole
            each = share.sum(axis=1)
            equal = whole**2 / (each**2).sum(axis=0)
            own = np.where((each > 0).sum(axis=0) > 1, equal - 1, np.nan)
            found = (units**2).sum(axis=0) * equal / (equal - 1)
            variance, freedom = moderate(found, own_base, own, family, told)
            alone = np.isnan(own)
            variances.append(np.where(alone, own_base * by_events, variance))
            freedoms.append(np.where(alone, raw.freedoms[0], freedom))
    parts = np.stack(variances), np.stack(freedoms)
    error, freedom = welch(*parts)
    return _differences(raw.value, error**2, freedom, parts, signed)


def wider(a: Differences, b: Differences) -> Differences:
    """Of two intervals about the same differences the wider one, column by column, with its p."""
    chosen = b.half > a.half
    return Differences(*(np.where(chosen, getattr(b, f.name), getattr(a, f.name)) for f in fields(Differences)))


def _tell(totals: Floats, weights: Floats, spread: Floats) -> Bools:
    """Columns with enough hits and misses for their design effect to mean something."""
    return np.asarray(spread * (totals * (weights > 0)).sum(axis=(0, 1)) / 2 >= MIN_COUNTED, dtype=np.bool_)


def _differences(
    mean: Floats, variance: Floats, freedom: Floats, parts: tuple[Floats, Floats], signed: Bools
) -> Differences:
    with np.errstate(invalid="ignore", divide="ignore"):
        half = special.stdtrit(freedom, (1 + LEVEL) / 2) * np.sqrt(variance)
        p = 2 * special.stdtr(freedom, -np.abs(mean) / np.sqrt(variance))
    bound = np.where(signed, 2.0, 1.0)
    ends = np.maximum(mean - half, -bound), np.minimum(mean + half, bound)
    return Differences(mean, *ends, p, half, np.full_like(mean, np.nan), *parts)


def _between(each: Floats, chance: Floats, there: Bools) -> Floats:
    """Standard deviation of the events' true differences beyond what single sentences explain."""
    with np.errstate(invalid="ignore", divide="ignore"):
        w = np.where(there, 1 / chance, 0.0)
        mean = (w * each).sum(axis=0) / w.sum(axis=0)
        q = (w * (each - mean) ** 2).sum(axis=0)
        tau = (q - (there.sum(axis=0) - 1)) / (w.sum(axis=0) - (w**2).sum(axis=0) / w.sum(axis=0))
    return np.where(there.sum(axis=0) >= MIN_EVENTS, np.sqrt(np.maximum(tau, 0)), np.nan)
