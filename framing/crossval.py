"""Learning a linear layer with every choice made inside the rows it learns from, and what that is worth on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framing.calibrate import fit_calibration
from framing.heads import Floats, Kind, decide, probabilities
from framing.logistic import Doubles, Matrix, Numbers, fit, folds, log_loss
from framing.measures import Measure, draws, f1, mcc
from framing.reliability import calibration_error

STRENGTHS = (1.0, 0.3, 0.1, 0.03, 0.01)
"""L2 penalties to choose from, for vectors of unit variance. On training sentences of frames_annotated the log loss on
others was least at 1 to 0.1 (200 sentences) and 0.3 to 0.03 (1,000), and worse at 3 and 0.003 throughout."""
OUTER = 5
_INNER = 4
_SHARES = (0.125, 0.25, 0.5, 0.75)
"""Sizes of the learning curve below the whole, as shares of the training rows."""
_LEAST = 10
"""Rows from which a layer is learned at least."""


@dataclass(frozen=True, slots=True)
class Data:
    """Vectors (n, d), what is true of each row, and rows of one text in one group; `kind` of the labels."""

    x: Doubles
    truth: Matrix
    group: Numbers
    kind: Kind

    def rows(self, chosen: Numbers | Matrix) -> Data:
        """The chosen rows alone."""
        return Data(self.x[chosen], self.truth[chosen], self.group[chosen], self.kind)


@dataclass(frozen=True, slots=True)
class Layer:
    """A learned layer: (d + 1, labels) weights, biases last; the penalty chosen; calibration and thresholds."""

    weights: Doubles
    strength: float
    scale: Floats
    bias: Floats
    thresholds: Floats

    def predict(self, x: Doubles, kind: Kind) -> Floats:
        """(n, labels) calibrated probabilities."""
        logits = (x @ self.weights[:-1] + self.weights[-1]).astype(np.float32)
        return probabilities(logits * self.scale + self.bias, kind)


@dataclass(frozen=True, slots=True)
class Guess:
    """What layers that had not seen a row said of it: probabilities and decisions, (n, labels) each."""

    p: Floats
    said: Matrix


@dataclass(frozen=True, slots=True)
class Point:
    """One size of the learning curve: rows learned from, and what was then said of the rows held out."""

    n: int
    said: Matrix


def learn(data: Data, seed: int) -> Layer:
    """The layer for these rows: penalty, calibration and thresholds from inner cross-validation, weights from all."""
    fold = folds(data.truth, data.group, _INNER, seed)
    parts = [(fold != k, fold == k) for k in range(_INNER) if (fold == k).any() and (fold != k).any()]
    found: dict[int, tuple[float, Doubles]] = {}

    def at(i: int) -> float:
        if i not in found:
            logits = np.zeros(data.truth.shape)
            for inside, outside in parts:
                weights = fit(data.x[inside], data.truth[inside], data.kind, STRENGTHS[i])
                logits[outside] = data.x[outside] @ weights[:-1] + weights[-1]
            found[i] = log_loss(logits, data.truth, data.kind), logits
        return found[i][0]

    # The log loss has one valley along the penalty: downhill from the middle is as good as trying all.
    best = len(STRENGTHS) // 2
    while True:
        beside = [i for i in (best - 1, best + 1) if 0 <= i < len(STRENGTHS)]
        lower = min(beside, key=at)
        if at(lower) >= at(best):
            break
        best = lower
    scale, bias, thresholds = fit_calibration(found[best][1], data.truth, data.kind)
    weights = fit(data.x, data.truth, data.kind, STRENGTHS[best])
    return Layer(weights, STRENGTHS[best], scale, bias, thresholds)


def cross_validate(data: Data, seed: int) -> Guess:
    """For every row the guess of a layer learned, with all its choices, from the other folds."""
    fold = folds(data.truth, data.group, OUTER, seed)
    p = np.zeros(data.truth.shape, dtype=np.float32)
    said = np.zeros(data.truth.shape, dtype=np.bool_)
    for k in range(OUTER):
        layer = learn(data.rows(fold != k), seed)
        p[fold == k] = layer.predict(data.x[fold == k], data.kind)
        said[fold == k] = decide(p[fold == k], data.kind, layer.thresholds)
    return Guess(p, said)


def together(guesses: Sequence[Guess], kind: Kind) -> Guess:
    """Repeated guesses as one: the mean probabilities, and what most repeats decided (of one label a row the one that
    most chose, the likeliest where they are level)."""
    p = np.asarray(np.mean([guess.p for guess in guesses], axis=0), dtype=np.float32)
    votes = np.asarray(np.mean([guess.said for guess in guesses], axis=0))
    if kind == "multilabel":
        return Guess(p, np.asarray(votes > 0.5))
    best = (votes + 1e-3 * p).argmax(axis=1)
    return Guess(p, np.eye(p.shape[1], dtype=np.bool_)[best])


def learning_curve(data: Data, seed: int) -> list[Point]:
    """What is said of the held-out folds after learning from growing, nested parts of the others, short of the whole,
    which `cross_validate` with the same seed gives."""
    fold = folds(data.truth, data.group, OUTER, seed)
    eighths = [folds(data.truth[fold != k], data.group[fold != k], 8, seed + 1) for k in range(OUTER)]
    points = []
    for share in _SHARES:
        said = np.zeros(data.truth.shape, dtype=np.bool_)
        sizes = []
        for k, eighth in enumerate(eighths):
            part, outside = np.flatnonzero(fold != k)[eighth < round(8 * share)], fold == k
            if len(part) < _LEAST:
                break
            layer = learn(data.rows(part), seed)
            said[outside] = decide(layer.predict(data.x[outside], data.kind), data.kind, layer.thresholds)
            sizes.append(len(part))
        if len(sizes) == OUTER:
            points.append(Point(round(float(np.mean(sizes))), said))
    return points


def measured(name: str, labels: Sequence[str], data: Data, guesses: Sequence[Guess], labelled_by: str) -> Measure:
    """Figures of repeated cross-validation: means over the repeats; the interval draws texts (percentile bootstrap)."""
    each = np.mean([f1(data.truth, guess.said) for guess in guesses], axis=0)
    weight = draws(data.group)
    macro = np.mean([f1(data.truth, guess.said, weight).mean(axis=1) for guess in guesses], axis=0)
    low, high = (float(value) for value in np.percentile(macro, [2.5, 97.5]))
    return Measure(
        head=name,
        dataset="cross_validation",
        labelled_by=labelled_by,
        role="main",
        n=len(data.truth),
        macro_f1=float(each.mean()),
        interval=(low, high),
        mcc=float(np.mean([mcc(data.truth, guess.said, data.kind) for guess in guesses])),
        calibration_error=float(np.mean([calibration_error(guess.p, data.truth, data.kind) for guess in guesses])),
        f1=dict(zip(labels, map(float, each), strict=True)),
        support=dict(zip(labels, map(int, data.truth.sum(axis=0)), strict=True)),
        confusion={},
    )
