"""Intervals and tests in which the article is the sampling unit: sentences of one article are alike, so their number
alone proves little.

How the methods were chosen: simulated articles of 8–25 sentences, printed by `benchmarks/uncertainty.py`. Coverage of
95 % intervals of one share (5, 15, 40 %; intraclass correlation, ICC, 0.02–0.25), lowest to highest, 2,000 repetitions:

| articles | percentile bootstrap | t, linearised | Wilson with design effect and t | its mean width |
|---|---|---|---|---|
| 2 | 0.35–0.54 | 0.45–0.95 | 1.00 | 0.87–0.94: says nothing |
| 3 | 0.51–0.78 | 0.60–0.95 | 0.98–1.00 | 0.36–0.72 |
| 4 | 0.58–0.81 | 0.69–0.95 | 0.95–1.00 | 0.22–0.59 |
| 6 | 0.64–0.86 | 0.68–0.95 | 0.92–0.99 | 0.14–0.47 |
| 10 | 0.75–0.91 | 0.77–0.94 | 0.85–0.97 | 0.09–0.35 |
| 30 | 0.86–0.94 | 0.86–0.96 | 0.90–0.96 | 0.05–0.20 |

So shares get the Wilson interval, a balance the t interval, and fewer than three articles none (the row of two was
measured before that). In a comparison a share also borrows from the outlet's other labels, as differences do below:
alone it covers 98–100 % with three or four articles, so 96 % and is narrower (`docs/validity.md`).

Two outlets are compared by Welch's t. Three or four articles know little of their own scatter, but some twenty labels
are read off the same articles: as in limma (Smyth 2004, "Linear models and empirical Bayes methods for assessing
differential expression in microarray experiments") each label's variance is drawn toward that of its side's others.
What is shared is the design effect: the variance over articles in units of that of independent sentences. Over 25
labels, shares as in real profiles, 1,000 repetitions without a difference and 200 each with three labels 10, 20 or 45
points apart; in brackets what articles alone find of the last:

| ICC of the labels | articles | differences cover | any false claim | found at 10 / 20 / 45 points |
|---|---|---|---|---|
| 0.02 | 3 v 3 | 0.97 | 0.0 % | 0 / 3 / 74 % (0) |
| | 4 v 4 | 0.98 | 0.5 % | 0 / 11 / 93 % (53) |
| | 6 v 6 | 0.97 | 0.5 % | 2 / 25 / 100 % (95) |
| | 10 v 10 | 0.96 | 0.8 % | 8 / 58 / 100 % |
| | 3 v 20 | 0.98 | 0.1 % | 2 / 14 / 94 % (3) |
| 0.25 | 3 v 3 | 0.97 | 0.3 % | 0 / 0 / 5 % (3) |
| | 4 v 4 | 0.98 | 0.2 % | 0 / 0 / 16 % (11) |
| | 6 v 6 | 0.98 | 0.8 % | 1 / 2 / 45 % (37) |
| | 10 v 10 | 0.97 | 1.2 % | 2 / 6 / 76 % |
| | 3 v 20 | 0.98 | 0.7 % | 1 / 2 / 25 % (16) |
| 0.02 to 0.25, heads correlated | 3 v 3 | 0.96 | 1.4 % | 0 / 1 / 34 % (1) |
| | 4 v 4 | 0.97 | 1.9 % | 0 / 3 / 56 % (32) |
| | 6 v 6 | 0.97 | 1.4 % | 2 / 10 / 88 % (74) |
| | 10 v 10 | 0.97 | 1.8 % | 2 / 23 / 98 % |
| | 3 v 20 | 0.97 | 3.1 % | 1 / 5 / 64 % (9) |
| 0.02 against 0.25 | 3 v 3 | 0.97 | 0.3 % | 0 / 1 / 18 % (4) |
| | 4 v 4 | 0.98 | 0.2 % | 1 / 3 / 43 % (34) |
| | 6 v 6 | 0.97 | 0.8 % | 2 / 9 / 69 % (57) |
| | 10 v 10 | 0.95 | 3.9 % | 4 / 26 / 96 % |
| | 3 v 20 | 0.96 | 3.0 % | 3 / 15 / 92 % (40) |

Uncorrelated heads and six labels instead of 25: 0.3–2.6 % claim anything false. Stance, twelve actors named 0–4 times
an article: 0.0, 1.1 and 3.3 % with 4, 6 and 10 articles a side; a gap of 90 in one actor's balance is found in 0, 23
and 70 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

LEVEL = 0.95
FALSE_DISCOVERIES = 0.05
"""Share of false claims among the claimed differences of one event and view that is put up with."""
MIN_ARTICLES = 3
"""Below it no interval: at two articles an honest one spans 0.9 of the scale (table above)."""
PRIOR_FREEDOM = 6.0
"""Degrees of freedom that a side's other labels lend to one. Fitted from the scatter of the logs (Smyth's inverse
trigamma, at most 6) it was no better, both without the margin below: 4 against 4 articles, a difference of 45 points is
found in 48–59 % either way, but 7.1 % of 1,000 runs instead of 3–5 % claim a false one in the hardest setting (ICC 0.02
against 0.25, 10 articles). Up to 12 lent, in a trial: 5.5 % with 3 against 20 articles."""
PRIOR_MARGIN = 0.5
"""Standard errors added to the mean design effect: without it the two hardest settings claim a false difference in 5 %
of runs, with it in 3–4 %; with 1.64 a difference of 45 points is found in 27–45 % of cases instead of 41–55 %."""
SHOWN_FREEDOM, SHOWN_MARGIN = 12.0, 0.0
"""The same for intervals. A test must not claim anything in all of some 25 labels that go together, and is made careful
by the two figures above; an interval tells of one number. With the test's own figures intervals covered 97–98 % with
three and four articles a side, with these 95–97 %. Chosen among six pairs on simulations of their own (seed 731, 150
runs, 3 v 3 to 6 v 6 and 3 v 20); what is reported in docs/validity.md has another seed."""
MIN_LABELS = 5
"""Labels below which nothing is lent: their mean says too little."""
MIN_COUNTED = 5.0
"""Expected hits times share of misses from which a label's design effect tells something; chosen, not tuned."""


@dataclass(frozen=True)
class ArticleSums:
    """Sums over the counted sentences of each article, (articles, columns): `hits` Σ w·x, `squares` Σ w·x², `weights` Σ
    w.

    x is 0 or 1 for a share; −1, 0 or 1 for a balance, whose columns are `signed`, (columns,)."""

    hits: Floats
    squares: Floats
    weights: Floats
    signed: Bools

    def rows(self, chosen: Bools) -> ArticleSums:
        """The sums of some articles."""
        return ArticleSums(self.hits[chosen], self.squares[chosen], self.weights[chosen], self.signed)

    @property
    def articles(self) -> npt.NDArray[np.int64]:
        """(columns,) number of articles with a counted sentence."""
        return np.asarray((self.weights > 0).sum(axis=0), dtype=np.int64)

    @property
    def total(self) -> Floats:
        """(columns,) weight of all counted sentences."""
        return np.asarray(self.weights.sum(axis=0))

    @property
    def value(self) -> Floats:
        """(columns,) the ratio of sums; NaN where nothing was counted."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.hits.sum(axis=0) / self.total)

    @property
    def variance(self) -> Floats:
        """(columns,) of the value, linearised over articles; NaN below two articles."""
        n = self.articles.astype(np.float64)
        n[n < 2] = np.nan
        residuals = self.hits - np.nan_to_num(self.value) * self.weights
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(n / (n - 1) * (residuals**2).sum(axis=0) / self.total**2)


def intervals(sums: ArticleSums, family: Ints | None = None, fitted: Bools | None = None) -> tuple[Floats, Floats]:
    """Low and high ends, (columns,) each, of the 95 % interval of the value; NaN below `MIN_ARTICLES` articles.

    With a `family`, columns lend each other what they know of scatter, as in `differences`."""
    alone = np.arange(len(sums.signed)) if family is None else family
    chosen = np.ones(len(sums.signed), dtype=np.bool_) if fitted is None else fitted
    variance, freedom = _moderated(sums, sums, alone, chosen, shown=True)
    if family is None:
        freedom = np.where(sums.articles >= MIN_ARTICLES, sums.articles - 1.0, np.nan)
    t = special.stdtrit(freedom, (1 + LEVEL) / 2)
    wilson, student = _wilson(sums, variance, t), _student(sums, variance, t)
    low, high = np.where(sums.signed, student[0], wilson[0]), np.where(sums.signed, student[1], wilson[1])
    return low, high


def _wilson(sums: ArticleSums, variance: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Wilson's score interval at the number of independent sentences that would give the variance between articles;
    never more than the sentences there are, so that articles that happen to agree do not look like proof."""
    p = sums.value
    with np.errstate(invalid="ignore", divide="ignore"):
        n = sums.total * np.minimum(_floor(sums, sums) / variance, 1)
        scale = 1 + t**2 / n
        centre = (p + t**2 / (2 * n)) / scale
        half = t / scale * np.sqrt(p * (1 - p) / n + t**2 / (4 * n**2))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _student(sums: ArticleSums, variance: Floats, t: Floats) -> tuple[Floats, Floats]:
    half = t * np.sqrt(variance)
    return np.maximum(sums.value - half, -1.0), np.minimum(sums.value + half, 1.0)


def _floor(sums: ArticleSums, pooled: ArticleSums) -> Floats:
    """The least variance to believe in: that of independent sentences, at the pooled share with one hit and one miss
    added (or, for a balance, one sentence on either side by half), so that no zero variance claims certainty."""
    total = pooled.total + 2
    mean = (pooled.hits.sum(axis=0) + np.where(sums.signed, 0.0, 1.0)) / total
    spread = (pooled.squares.sum(axis=0) + 1) / total - mean**2
    with np.errstate(divide="ignore"):
        return np.asarray(spread / sums.total)


@dataclass(frozen=True)
class Differences:
    """a − b for every column: value, ends of the 95 % interval and two-sided p; NaN where a side has too few
    articles. `half` is the interval's half width before it is cut to the scale, `mean` the pooled share (NaN for a
    balance); variances and their degrees of freedom are (2, columns), one row a side: those of the test, which is the
    more careful one (`SHOWN_FREEDOM`)."""

    value: Floats
    low: Floats
    high: Floats
    p: Floats
    half: Floats
    mean: Floats
    variances: Floats
    freedoms: Floats

    def columns(self, chosen: Bools) -> Differences:
        """Some of the columns."""
        return Differences(*(getattr(self, field.name)[..., chosen] for field in fields(self)))

    @classmethod
    def stacked(cls, parts: Sequence[Differences]) -> Differences:
        """The columns of several, one after another."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts], axis=-1) for f in fields(cls)))


def differences(a: ArticleSums, b: ArticleSums, family: Ints | None = None, fitted: Bools | None = None) -> Differences:
    """Two outlets' values compared column by column, by Welch's t on moderated variances with articles as the units.

    Columns of one `family`, (columns,), lend each other strength; those not `fitted` only borrow (repeats of
    others)."""
    pooled = ArticleSums(
        np.vstack([a.hits, b.hits]), np.vstack([a.squares, b.squares]), np.vstack([a.weights, b.weights]), a.signed
    )
    family = np.zeros(len(a.signed), dtype=np.int64) if family is None else family
    fitted = np.ones(len(a.signed), dtype=np.bool_) if fitted is None else fitted
    value = a.value - b.value
    (variances, freedoms), shown = (_of_sides((a, b), pooled, family, fitted, shown) for shown in (False, True))
    error, freedom = welch(variances, freedoms)
    narrower, of_interval = welch(*shown)
    with np.errstate(invalid="ignore", divide="ignore"):
        # Never wider than the test's own: what the test finds, its interval must not deny.
        half = np.minimum(_half(of_interval, narrower), _half(freedom, error))
        p = 2 * special.stdtr(freedom, -np.abs(value) / error)
    bound = np.where(a.signed, 2.0, 1.0)
    ends = np.maximum(value - half, -bound), np.minimum(value + half, bound)
    mean = np.where(a.signed, np.nan, (pooled.hits.sum(axis=0) + 1) / (pooled.total + 2))
    return Differences(value, *ends, p, half, mean, variances, freedoms)


def welch(variances: Floats, freedoms: Floats) -> tuple[Floats, Floats]:
    """Standard error and degrees of freedom, (columns,) each, of the sum of independent parts, one a row
    (Satterthwaite 1946)."""
    total = variances.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sqrt(total), np.asarray(total**2 / (variances**2 / freedoms).sum(axis=0))


def _half(freedom: Floats, error: Floats) -> Floats:
    return np.asarray(special.stdtrit(freedom, (1 + LEVEL) / 2) * error)


def _of_sides(
    sides: tuple[ArticleSums, ArticleSums], pooled: ArticleSums, family: Ints, fitted: Bools, shown: bool
) -> tuple[Floats, Floats]:
    """Variances and degrees of freedom of both sides, (2, columns) each."""
    found = [_moderated(side, pooled, family, fitted, shown) for side in sides]
    return np.stack([variance for variance, _ in found]), np.stack([freedom for _, freedom in found])


def prior_effect(effects: Floats, margin: float = PRIOR_MARGIN) -> float:
    """The design effect that a side's labels show together: their mean and a margin of so many standard errors, at
    least 1; 1 below `MIN_LABELS`."""
    if len(effects) < MIN_LABELS:
        return 1.0
    # Plain mean: Smyth's mean of logs is pulled down by rare labels, whose articles often agree by chance.
    error = effects.std(ddof=1) / np.sqrt(len(effects))
    return max(float(effects.mean() + margin * error), 1.0)


def _moderated(
    side: ArticleSums, pooled: ArticleSums, family: Ints, fitted: Bools, shown: bool = False
) -> tuple[Floats, Floats]:
    """A side's variances and their degrees of freedom, (columns,) each, for the test or for the interval `shown`:
    design effects drawn toward those of their family, never under 1; NaN below `MIN_ARTICLES` articles."""
    base = _floor(side, pooled)
    own = np.where(side.articles >= MIN_ARTICLES, side.articles - 1.0, np.nan)
    with np.errstate(invalid="ignore"):
        counted = base * side.total**2  # expected hits times share of misses
    moderated, freedom = moderate(side.variance, base, own, family, fitted & (counted >= MIN_COUNTED), shown)
    # Three sentences on an actor cannot know their spread to more than two degrees of freedom, whatever others lend.
    return moderated, np.minimum(freedom, np.maximum(side.total - 1, 1.0))


def moderate(
    variance: Floats, base: Floats, own: Floats, family: Ints, fitted: Bools, shown: bool = False
) -> tuple[Floats, Floats]:
    """Variances and degrees of freedom, (columns,) each, once design effects (variance by `base`, that of independent
    sentences) are drawn toward those of the `fitted` columns of their family; `own` are the degrees of freedom that a
    column has itself, NaN where it has none. Lent is what a test bears, or, for an interval that is `shown`, more."""
    lends, margin = (SHOWN_FREEDOM, SHOWN_MARGIN) if shown else (PRIOR_FREEDOM, PRIOR_MARGIN)
    with np.errstate(invalid="ignore", divide="ignore"):
        effects = variance / base
    telling = fitted & np.isfinite(own) & np.isfinite(effects)
    scale, lent = np.ones_like(base), np.zeros_like(base)
    for group in np.unique(family):
        found = effects[telling & (family == group)]
        scale[family == group] = prior_effect(found, margin)
        lent[family == group] = lends if len(found) >= MIN_LABELS else 0.0
    moderated = np.maximum((lent * scale + own * effects) / (lent + own), 1.0)
    return moderated * base, lent + own


def adjust(p: pd.Series, family: pd.Series | list[pd.Series]) -> pd.Series:
    """Benjamini–Hochberg q of each p within its family; NaN (not tested) stays NaN and does not count."""
    known = p.notna().to_numpy()
    parts = family if isinstance(family, list) else [family]
    q = np.full(len(p), np.nan)
    if known.any():
        groups = np.zeros(int(known.sum()), dtype=np.int64)
        for part in parts:
            codes = pd.factorize(part.to_numpy()[known])[0]
            groups = groups * (codes.max() + 1) + codes
        q[known] = _adjusted(p.to_numpy(dtype=np.float64)[known], groups)
    return pd.Series(q, p.index)


def _adjusted(p: Floats, groups: Ints) -> Floats:
    """(n,) Benjamini–Hochberg within each group: SciPy's `false_discovery_control` for all groups at once (importing it
    takes half a second, which a page's first charts need not wait for)."""
    q = np.empty_like(p)
    for group in np.unique(groups):
        (places,) = np.nonzero(groups == group)
        order = places[np.argsort(p[places])]
        scaled = p[order] * (len(order) / np.arange(1, len(order) + 1))
        q[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.clip(q, 0, 1)
