"""How likely a difference is to be found, and how many more articles it would take.

Arithmetic of Welch's t: a true difference of `size` with the standard error seen gives a t shifted by size / error; it
is found where it passes the critical value of its own degrees of freedom. The level is the one that Benjamini–Hochberg
would ask of the next label. The size is never the estimate alone: a difference that was not found is mostly noise, and
power computed from it only repeats its p (Hoenig & Heisey 2001, "The abuse of power"). So it is ten points, or what was
seen where that is more."""

from __future__ import annotations

import numpy as np
from scipy import special

from framing.uncertainty import Differences, Floats, welch

POWER = 0.8
"""How often the difference is to be found with the articles added."""
SOUGHT = 0.10
"""The least size, in shares, that articles are counted for: what readers of a difference care about, and near what
four articles a side cannot show."""
MOST = 1000
"""Articles a side beyond which no number is given: it means "more than"."""


def power(size: Floats, error: Floats, freedom: Floats, level: Floats) -> Floats:
    """(columns,) chance that a true difference of `size` is found at a two-sided `level`; NaN where there is no
    error."""
    with np.errstate(invalid="ignore", divide="ignore"):
        critical = special.stdtrit(freedom, 1 - level / 2)
        shift = np.abs(size) / error
        return np.asarray(1 - _below(critical, shift, freedom) + _below(-critical, shift, freedom))


def _below(t: Floats, shift: Floats, freedom: Floats) -> Floats:
    """Distribution function of the noncentral t, by Abramowitz & Stegun 26.7.10: within 2 points of scipy's `nctdtr`
    from five degrees of freedom on (levels 0.004 and 0.05), a hundred times as fast and never NaN."""
    return np.asarray(special.ndtr((t * (1 - 1 / (4 * freedom)) - shift) / np.sqrt(1 + t**2 / (2 * freedom))))


def found(compared: Differences, size: Floats, level: Floats) -> Floats:
    """(columns,) chance that true differences of `size` are found with the articles there are."""
    return power(size, *welch(compared.variances * _louder(compared, size), compared.freedoms), level)


def _louder(compared: Differences, size: Floats) -> Floats:
    """(columns,) by how much variances grow where the shares really are `size` apart: a label that hardly occurs
    scatters little, but not once one side has ten points of it."""
    size = np.minimum(np.abs(size), 1)
    mean = np.clip(compared.mean, size / 2, 1 - size / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        growth = mean * (1 - mean) / (compared.mean * (1 - compared.mean))
    return np.asarray(np.where(np.isfinite(growth), np.maximum(growth, 1.0), 1.0))


def more_articles(compared: Differences, articles: Floats, size: Floats, level: Floats) -> Floats:
    """(columns,) articles to add on each side until a true difference of `size` is found with `POWER`; at most
    `MOST`, which stands for more; NaN where nothing is tested. `articles` (2, columns) are those there are."""
    louder = _louder(compared, size)
    low, high = np.zeros(len(size)), np.full(len(size), float(MOST))
    for _ in range(int(np.ceil(np.log2(MOST))) + 1):
        middle = np.floor((low + high) / 2)
        enough = power(size, *_with_more(compared, articles, louder, middle), level) >= POWER
        low, high = np.where(enough, low, np.minimum(middle + 1, MOST)), np.where(enough, middle, high)
    return np.where(np.isfinite(compared.p), high, np.nan)


def _with_more(compared: Differences, articles: Floats, louder: Floats, more: Floats) -> tuple[Floats, Floats]:
    """Standard error and degrees of freedom once each side has so many more articles like its own: variances fall as
    1/n, and every article adds a degree of freedom."""
    with np.errstate(invalid="ignore", divide="ignore"):
        variances = compared.variances * louder * articles / (articles + more)
    return welch(variances, compared.freedoms + more)
