"""Calibration and thresholds of a head, fitted on rows that are neither trained on nor reported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from framing.heads import Floats, Head, Kind, probabilities

Matrix = npt.NDArray[np.bool_]

_RIDGE = 2.0
"""Pull toward "no change", in sentences: a label with a handful of examples keeps nearly its raw scale."""
_PRIOR = 20.0
"""Weight of all labels' pooled counts when one label's threshold is chosen, in sentences; keeps rare labels from
chasing noise."""


def calibrate(head: Head, features: Floats, truth: Matrix) -> Head:
    """The head with scale and bias fitted by maximum likelihood (Platt 1999; vector scaling, Guo et al. 2017) and F1
    thresholds."""
    scale, bias, thresholds = fit_calibration(head.logits(features).astype(np.float64), truth, head.kind)
    fitted = replace(head, scale=scale, bias=bias)
    return fitted if head.kind == "multiclass" else replace(fitted, thresholds=thresholds)


def fit_calibration(logits: npt.NDArray[np.float64], truth: Matrix, kind: Kind) -> tuple[Floats, Floats, Floats]:
    """Scale, bias and thresholds, (labels,) each, for the logits of rows that were not trained on; thresholds of a
    multi-class head are never read."""
    scale, bias = (
        values.astype(np.float32)
        for values in (_platt(logits, truth) if kind == "multilabel" else _vector(logits, truth))
    )
    if kind == "multiclass":
        return scale, bias, np.full(len(scale), 0.5, dtype=np.float32)
    return scale, bias, _thresholds(probabilities(logits.astype(np.float32) * scale + bias, kind), truth)


def _platt(logits: npt.NDArray[np.float64], truth: Matrix) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    from scipy.optimize import minimize

    found = []
    for j in range(logits.shape[1]):
        x, y = logits[:, j], truth[:, j].astype(float)

        def loss(
            theta: npt.NDArray[np.float64], x: npt.NDArray[np.float64] = x, y: npt.NDArray[np.float64] = y
        ) -> float:
            z = theta[0] * x + theta[1]
            return float(np.sum(np.logaddexp(0.0, z) - y * z) + _RIDGE * ((theta[0] - 1) ** 2 + theta[1] ** 2))

        found.append(minimize(loss, np.array([1.0, 0.0])).x)
    both = np.array(found)
    return both[:, 0], both[:, 1]


def _vector(logits: npt.NDArray[np.float64], truth: Matrix) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    right = truth.argmax(axis=1)
    n = logits.shape[1]

    def loss(theta: npt.NDArray[np.float64]) -> float:
        z = log_softmax(theta[0] * logits + theta[1:], axis=1)
        return float(-z[np.arange(len(z)), right].sum() + _RIDGE * ((theta[0] - 1) ** 2 + (theta[1:] ** 2).sum()))

    theta = minimize(loss, np.concatenate([[1.0], np.zeros(n)])).x
    return np.full(n, theta[0]), theta[1:]


def _thresholds(p: Floats, truth: Matrix) -> Floats:
    """Per label the threshold with the best F1, pooled counts of all labels mixed in as a prior."""
    grid = np.arange(0.15, 0.66, 0.01, dtype=np.float32)
    yes = p[None] >= grid[:, None, None]
    hits, said, real = (yes & truth[None]).sum(1), yes.sum(1), truth.sum(0)
    share = _PRIOR / real.sum()
    f1 = (
        2
        * (hits + share * hits.sum(1, keepdims=True))
        / (said + real + share * (said.sum(1, keepdims=True) + real.sum()))
    )
    return np.asarray(grid[f1.argmax(axis=0)], dtype=np.float32)
