"""Shares corrected by a person's labels of some of the sentences: prediction-powered inference.

What the head says of all sentences, plus what the labelled ones show it to be wrong by (Angelopoulos, Bates, Fannjiang,
Jordan & Zrnic 2023, "Prediction-powered inference"), the head's part weighted by how much it knows (power tuning:
Angelopoulos, Duchi & Zrnic 2023, "PPI++"). It assumes nothing of the head: where it reads one outlet worse than
another, the labels show it.

The package `ppi-python` (MIT, alive) has the mean for independent rows; it knows neither sentences that are alike
within an article nor unequal chances of being drawn, and brings numba, scikit-learn, statsmodels and gdown. So the mean
estimator stands here, with both: labelled sentences are weighted by the inverse of their chance, and the variance is
taken over articles, to which both parts contribute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from framing.uncertainty import LEVEL, Floats, Ints, welch

MIN_LABELLED = 10
"""An outlet's labelled sentences in a view below which they correct nothing: one of them is ten points."""
MIN_LABELLED_ARTICLES = 3
"""Articles they must come from, as for any interval."""


@dataclass(frozen=True)
class Labelled:
    """An outlet's sentences in one view: `said` (n, numbers) decisions, `weights` (n,), `article` (n,) numbers of
    articles, and for the `rows` (m,) that a person labelled, `true` (m, numbers) and `lift` (m,) by how much each
    stands for others (one over its chance of being drawn)."""

    said: Floats
    weights: Floats
    article: Ints
    rows: Ints
    true: Floats
    lift: Floats

    @property
    def enough(self) -> bool:
        """Whether the labels can correct anything."""
        told = self.rows[self.weights[self.rows] > 0]
        return len(told) >= MIN_LABELLED and len(np.unique(self.article[told])) >= MIN_LABELLED_ARTICLES


@dataclass(frozen=True)
class Estimate:
    """Corrected numbers of an outlet, (numbers,) each, not cut to the scale."""

    value: Floats
    variance: Floats
    freedom: Floats


def tuning(sides: list[Labelled]) -> Floats:
    """(numbers,) how much of what the head says is believed, 0–1, from all outlets together: the slope of truth on what
    is said, as few labels of one outlet tell it badly (PPI++, equation 6, for a small part of many)."""
    said = np.concatenate([side.said[side.rows] for side in sides])
    true = np.concatenate([side.true for side in sides])
    mass = np.concatenate([side.lift * side.weights[side.rows] for side in sides])[:, None]
    mass = mass / mass.sum()
    off_said, off_true = said - (mass * said).sum(axis=0), true - (mass * true).sum(axis=0)
    spread = (mass * off_said**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (mass * off_said * off_true).sum(axis=0) / spread
    # What the head never said of a labelled sentence tells nothing of its worth: then its word is taken as it is.
    return np.where(spread > 0, np.clip(slope, 0.0, 1.0), 1.0)


def estimate(side: Labelled, belief: Floats) -> Estimate:
    """An outlet's numbers corrected by its own labels, and their variance over articles."""
    total = side.weights.sum()
    said = (side.weights @ side.said) / total
    mass = side.lift * side.weights[side.rows]
    error = side.true - belief * side.said[side.rows]
    shown = (mass @ error) / mass.sum()
    n = int(side.article.max()) + 1
    parts = np.zeros((n, side.said.shape[1]))
    np.add.at(parts, side.article, belief * side.weights[:, None] * (side.said - said) / total)
    np.add.at(parts, side.article[side.rows], mass[:, None] * (error - shown) / mass.sum())
    there = len(np.unique(side.article[side.weights > 0]))
    told = len(np.unique(side.article[side.rows[mass > 0]]))
    variance = there / max(there - 1, 1) * (parts**2).sum(axis=0)
    least = _floor(error, mass)
    return Estimate(belief * said + shown, np.maximum(variance, least), np.full(len(said), max(told - 1.0, 1.0)))


def of_these_texts(side: Labelled, belief: Floats) -> Estimate:
    """The same numbers for these very texts, whatever their articles: only which sentences came to be labelled is left
    to chance, `lift` being one over it. Infinite variance below two labelled sentences.

    Hájek's estimator with the variance of a draw of fixed size and unequal chances (Hájek 1964; Deville 1999), at least
    `_floor`'s, less what is known because it was labelled."""
    told, total = len(side.rows), side.weights.sum()
    mass = side.lift * side.weights[side.rows]
    error = side.true - belief * side.said[side.rows]
    shown = (mass @ error) / mass.sum()
    value = belief * ((side.weights @ side.said) / total) + shown
    if told < 2:
        return Estimate(value, np.full(len(value), np.inf), np.ones(len(value)))
    unseen = np.clip(1 - 1 / side.lift, 0.0, 1.0)
    parts = (unseen * mass**2) @ (error - shown) ** 2 / mass.sum() ** 2
    least = _floor(error, mass) * max(1 - told / len(side.said), 0.0)
    freedom = max(mass.sum() ** 2 / (mass**2).sum() - 1, 1.0)
    return Estimate(value, np.maximum(told / (told - 1) * parts, least), np.full(len(value), freedom))


def _floor(error: Floats, mass: Floats) -> Floats:
    """The least variance to believe in: that of as many independent labels, with one error in either direction by half
    added, so that labels which all agree with the head, or all differ from it, do not look like certainty."""
    n = mass.sum() ** 2 / (mass**2).sum()
    mean = (mass @ error) / mass.sum()
    spread = mass @ (error - mean) ** 2 / mass.sum()
    return np.asarray((n * spread + 1) / (n + 2) / n)


def interval(value: Floats, variances: Floats, freedoms: Floats) -> tuple[Floats, Floats]:
    """Ends of the 95 % interval of numbers whose variance has these independent parts, one a row."""
    error, freedom = welch(variances, freedoms)
    half = special.stdtrit(freedom, (1 + LEVEL) / 2) * error
    return value - half, value + half
