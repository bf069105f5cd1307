"""Shares and differences corrected for a head's published errors.

What a head says yes to is a mixture of true hits and false alarms. Where the errors are the same in every outlet, the
true shares are what the said shares come from through the table of errors, and the table is inverted: for one label
(said − false alarms) / (sensitivity + specificity − 1) (Rogan & Gladen 1978, "Estimating prevalence from the results of
a screening test"), for several classes the matrix. The interval has two parts, added as squares: the raw interval,
stretched by what the inversion does to independent sentences (for one label exactly 1 / (sensitivity + specificity −
1), so that its lopsidedness is kept), and the uncertainty of the table itself (delta method; each true label's row is a
multinomial). In a difference the false alarms cancel, and of the table's uncertainty only what multiplies the
difference is left.

It assumes that the errors are those of the published set. An outlet whose style misleads the head more than another's
breaks that, and only labels of these very texts can tell (`audit`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy import special

from framing.confusion import HALF, Errors
from framing.labels import SIGNED
from framing.schema import View
from framing.uncertainty import LEVEL, ArticleSums, Bools, Differences, Floats

if TYPE_CHECKING:
    from framing.tally import HeadInfo, Tally

STRETCH = 4.0
"""How much the inversion may stretch an interval; beyond it (sensitivity + specificity below 1.25) "cannot be
corrected"."""
CLEAR = 4.0
"""Standard errors by which sensitivity + specificity must exceed 1 (for several classes: by which the inverse must be
known). Below it the delta method misjudges the quotient (Fieller 1954)."""
LEAST = 10.0
"""Weight of counted sentences below which nothing is corrected: the inverse of 0 of 3 says more of the published table
than of the texts (a stance of 0 toward an actor named three times became +9)."""
_Z = float(special.ndtri((1 + LEVEL) / 2))


@dataclass(frozen=True)
class Inverse:
    """How true shares follow from said ones, for m numbers (labels, and a balance) over k classes."""

    weights: Floats
    """(m, k) true number from said class shares."""
    spread: Floats
    """(m, k) variance that the table of errors adds, by squared true class share."""
    usable: Bools
    """(m,) whether the inversion is stable."""

    @property
    def parts(self) -> tuple[Floats, Floats, Bools]:
        return self.weights, self.spread, self.usable


def inverse(errors: Errors, signed: tuple[int, int] | None = None) -> Inverse:
    """The inverse of a table of errors; with `signed`, (plus, minus), the balance of two classes as a last number."""
    rates, n = errors.rates, errors.n
    k = len(n)
    if np.linalg.matrix_rank(rates) < k:
        m = k + bool(signed)
        return Inverse(np.full((m, k), np.nan), np.full((m, k), np.nan), np.zeros(m, dtype=np.bool_))
    weights = np.asarray(np.linalg.inv(rates).T, dtype=np.float64)
    if signed:
        weights = np.vstack([weights, weights[signed[0]] - weights[signed[1]]])
    spread = np.asarray((weights**2 @ rates.T - (weights @ rates.T) ** 2) / n, dtype=np.float64)
    stretch = np.ptp(weights, axis=1) / np.where(np.arange(len(weights)) == k, 2, 1)
    # A table known so badly that a true number near the middle could be off by a quarter of itself is no help.
    usable = np.asarray((stretch <= STRETCH) & (np.sqrt(spread.max(axis=1)) * CLEAR <= 1), dtype=np.bool_)
    return Inverse(weights, spread, usable)


@dataclass(frozen=True)
class Outlet:
    """One outlet's corrected numbers, (columns,) each, NaN where they cannot be had: `value` not cut to the scale,
    `stretch` of the part of its interval that comes from articles, `classes` (columns, k) true class shares that it
    rests on."""

    value: Floats
    stretch: Floats
    classes: Floats


@dataclass(frozen=True)
class Ends:
    """Corrected numbers with their interval, (columns,) each, cut to the scale; NaN where there is none."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class _Block:
    """Columns of one head in one view, label by label within each actor, and the weights, (labels, k), that make true
    numbers of said class shares."""

    columns: slice
    weights: Floats
    multilabel: bool
    signed: tuple[int, int] | None


@dataclass(frozen=True)
class Plan:
    """How every column of a tally is corrected: `usable` (columns,), `spread` (columns, k), blocks of columns."""

    usable: Bools
    spread: Floats
    blocks: tuple[_Block, ...]

    @classmethod
    def of(cls, table: Tally, heads: Mapping[str, HeadInfo]) -> Plan:
        """The plan from the heads' published errors; a head without any is not corrected."""
        n = len(table.keys)
        widest = max((len(e.labels) for head in heads.values() for es in head.errors.values() for e in es), default=1)
        usable, spread = np.zeros(n, dtype=np.bool_), np.zeros((n, widest))
        blocks = []
        for key, at in table.keys.groupby(["head", "view"], sort=False).indices.items():
            name, view = cast(tuple[str, View], key)
            head, columns = heads[name], slice(int(at[0]), int(at[-1]) + 1)
            if view not in head.errors:
                continue
            signed = _signed(head)
            found = [inverse(errors, signed) for errors in head.errors[view]]
            multilabel = head.kind == "multilabel"
            parts = [(i.weights[:1], i.spread[:1], i.usable[:1]) if multilabel else i.parts for i in found]
            weights, spreads, good = (np.concatenate([part[i] for part in parts]) for i in range(3))
            actors = len(at) // len(weights)
            usable[columns] = np.tile(good, actors)
            spread[columns, : spreads.shape[1]] = np.tile(spreads, (actors, 1))
            blocks.append(_Block(columns, weights, multilabel, signed))
        return cls(usable, spread, tuple(blocks))

    def outlet(self, sums: ArticleSums) -> Outlet:
        """An outlet's corrected values."""
        n = len(self.usable)
        value, stretch, classes = np.full(n, np.nan), np.full(n, np.nan), np.zeros_like(self.spread)
        said, total = sums.value, sums.total
        for block in self.blocks:
            at, (m, k) = block.columns, block.weights.shape
            shares = _class_shares(block, said[at].reshape(-1, m))
            n_said = total[at].reshape(-1, m)
            true = np.einsum("jk,ajk->aj", block.weights, shares)
            value[at] = np.where(n_said >= LEAST, true, np.nan).ravel()
            stretch[at] = _stretch(block, shares, n_said).ravel()
            classes[at, :k] = _class_shares(block, true).reshape(-1, k)
        value[~self.usable] = np.nan
        return Outlet(value, stretch, classes)

    def share(self, outlet: Outlet, sums: ArticleSums, low: Floats, high: Floats) -> Ends:
        """An outlet's corrected numbers from its raw interval; none where even the interval lies off the scale: then
        the published errors do not fit these texts."""
        bottom = np.where(sums.signed, -1.0, 0.0)
        return _ends(outlet.value, outlet.stretch * (sums.value - low), outlet.stretch * (high - sums.value),
                     self._table(np.clip(outlet.classes, 0, 1)), bottom, 1.0)  # fmt: skip

    def difference(self, a: Outlet, b: Outlet, raw: Differences, signed: Bools) -> Ends:
        """a − b corrected, from the raw difference's interval."""
        with np.errstate(invalid="ignore", divide="ignore"):
            parts = raw.variances * np.stack([a.stretch, b.stretch]) ** 2
            half = raw.half * np.sqrt(parts.sum(axis=0) / raw.variances.sum(axis=0))
        bound = np.where(signed, 2.0, 1.0)
        return _ends(a.value - b.value, half, half, self._table(a.classes - b.classes), -bound, bound)

    def _table(self, classes: Floats) -> Floats:
        """(columns,) variance that the table's uncertainty adds to numbers resting on these class shares."""
        return np.asarray((classes**2 * self.spread).sum(axis=1))


def _ends(value: Floats, below: Floats, above: Floats, table: Floats, bottom: Floats, top: Floats | float) -> Ends:
    """Two parts of an interval added as squares (Zou & Donner 2008), cut to the scale."""
    more = _Z**2 * table
    low, high = value - np.sqrt(below**2 + more), value + np.sqrt(above**2 + more)
    off = (low > top) | (high < bottom)
    return Ends(*(np.where(off, np.nan, np.clip(end, bottom, top)) for end in (value, low, high)))


def _class_shares(block: _Block, numbers: Floats) -> Floats:
    """(actors, labels, k) the shares of the classes behind each number, (actors, labels): yes and no of a label, or all
    classes of the head."""
    if block.multilabel:
        return np.stack([numbers, 1 - numbers], axis=-1)
    k = block.weights.shape[1]
    return np.repeat(numbers[:, None, :k], numbers.shape[1], axis=1)


def _stretch(block: _Block, shares: Floats, n: Floats) -> Floats:
    """(actors, labels) standard error of a true number by that of the said one, were sentences independent; half a
    sentence is added to every class, so that what was never said has an error as well."""
    m, k = block.weights.shape
    smooth = (shares * n[..., None] + HALF) / (n[..., None] + HALF * k)
    before = np.zeros_like(block.weights)
    before[np.arange(min(m, k)), np.arange(min(m, k))] = 1
    if block.multilabel:
        before[:] = (1.0, 0.0)
    elif block.signed:
        before[-1] = 0
        before[-1, list(block.signed)] = (1, -1)
    after, first = (
        np.einsum("jk,ajk->aj", w**2, smooth) - np.einsum("jk,ajk->aj", w, smooth) ** 2 for w in (block.weights, before)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(after / first))


def _signed(head: HeadInfo) -> tuple[int, int] | None:
    """Places of the two labels whose shares make the head's balance."""
    if head.name not in SIGNED:
        return None
    plus, minus = SIGNED[head.name]
    return head.labels.index(plus), head.labels.index(minus)
