"""Whether probabilities are what they say: reliability curve and calibration error, as shipped and refitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framing.calibrate import calibrate
from framing.heads import Floats, Head, Kind

Matrix = npt.NDArray[np.bool_]

_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability curve: n decisions with confidence in [low, low + 0.1)."""

    low: float
    n: int
    confidence: float
    accuracy: float


def calibration_error(p: Floats, truth: Matrix, kind: Kind) -> float:
    """Expected calibration error in ten equal-width bins (Naeini et al. 2015): of the chosen label, or averaged over
    the labels of a multi-label head."""
    if kind == "multiclass":
        return _error(_bins(p.max(axis=1), truth[np.arange(len(p)), p.argmax(axis=1)]))
    return float(np.mean([_error(_bins(p[:, j], truth[:, j])) for j in range(p.shape[1])]))


def reliability(p: Floats, truth: Matrix, kind: Kind) -> tuple[Bin, ...]:
    """The reliability curve: of the chosen label, or of all labels of a multi-label head together."""
    if kind == "multiclass":
        return _bins(p.max(axis=1), truth[np.arange(len(p)), p.argmax(axis=1)])
    return _bins(p.ravel(), truth.ravel())


def _bins(confidence: Floats, right: Matrix) -> tuple[Bin, ...]:
    place = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return tuple(
        Bin(b / _BINS, int(inside.sum()), float(confidence[inside].mean()), float(right[inside].mean()))
        for b in range(_BINS)
        if (inside := place == b).any()
    )


def _error(bins: tuple[Bin, ...]) -> float:
    return sum(b.n * abs(b.confidence - b.accuracy) for b in bins) / sum(b.n for b in bins)


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """Calibration errors where calibration was fitted on the other half: of each half, and of both halves' rows taken
    together; `by_chance` is what perfectly calibrated probabilities would show on halves of this size."""

    halves: tuple[float, float]
    together: float
    by_chance: float

    @property
    def mean(self) -> float:
        """Mean of the two halves' errors."""
        return sum(self.halves) / 2


def cross_fitted(head: Head, features: Floats, truth: Matrix, half: Matrix) -> CrossFitted | None:
    """The head's calibration error on each half of the rows with calibration fitted on the other; None where a half is
    empty. The thresholds and the shipped calibration are left as they are: this only says what the scores could be
    worth."""
    if half.all() or not half.any():
        return None
    p = np.empty(truth.shape, dtype=np.float32)
    for reported in (half, ~half):
        p[reported] = calibrate(head, features[~reported], truth[~reported]).predict(features[reported])
    errors = [calibration_error(p[rows], truth[rows], head.kind) for rows in (half, ~half)]
    chance = [by_chance(p[rows], head.kind) for rows in (half, ~half)]
    return CrossFitted((errors[0], errors[1]), calibration_error(p, truth, head.kind), sum(chance) / 2)


def by_chance(p: Floats, kind: Kind, runs: int = 30, seed: int = 0) -> float:
    """Mean calibration error of outcomes drawn from the probabilities themselves: what n rows show of a head that is
    perfectly calibrated."""
    rng = np.random.default_rng(seed)
    if kind == "multilabel":
        return float(np.mean([calibration_error(p, rng.random(p.shape) < p, kind) for _ in range(runs)]))
    chosen = (rng.random((runs, len(p), 1)) > p.cumsum(axis=1)).sum(axis=2).clip(max=p.shape[1] - 1)
    return float(np.mean([calibration_error(p, np.eye(p.shape[1], dtype=np.bool_)[row], kind) for row in chosen]))
