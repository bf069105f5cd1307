"""Logistic regression with an L2 penalty on given vectors, and folds for cross-validation; scipy alone, seeds fixed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from framing.heads import Kind
from framing.threads import one_thread

Doubles = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

_STEPS = 100
"""L-BFGS steps at most: 15 to 60 are needed on 200 to 1,000 sentences."""
_BIAS_RIDGE = 1e-3
"""Share of the penalty on biases, so that a label without a row in a small part of the data has a finite one."""


@contextmanager
def fitting() -> Iterator[None]:
    """Linear algebra on one thread: with products this small more threads cost more than they save (20 times as much
    on a busy machine), and the bytes of a head must not depend on how many there are."""
    import scipy.optimize  # noqa: F401  (brings a BLAS of its own, which must be loaded to be limited)

    with one_thread():
        yield


def rotated(x: Doubles) -> tuple[Doubles, Doubles]:
    """(n, d) `x` in its principal axes, and the (d, d) axes: `x @ axes`. A rotation changes no penalised solution, but
    in it `fit` is ten times as fast."""
    centred = x - x.mean(axis=0)
    axes = np.asarray(np.linalg.eigh(centred.T @ centred)[1][:, ::-1])
    return x @ axes, axes


def fit(x: Doubles, truth: Matrix, kind: Kind, strength: float) -> Doubles:
    """(d + 1, labels) weights, the last row the biases, that minimise the mean log loss over (n, d) `x` plus half
    `strength` times the squared weights. Steps are taken in units of the expected curvature of each column."""
    from scipy.optimize import minimize

    n, d = x.shape
    shape = (d + 1, truth.shape[1])
    real = truth.astype(np.float64)
    ridge = np.full((d + 1, 1), float(strength))
    ridge[-1] *= _BIAS_RIDGE
    rate = real.mean(axis=0)
    spread = np.append((x**2).mean(axis=0), 1.0)[:, None] * np.maximum(rate * (1 - rate), 1 / n)
    unit = 1.0 / np.sqrt(spread + ridge)

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        weights = flat.reshape(shape) * unit
        value, slope = _loss(x @ weights[:-1] + weights[-1], real, kind)
        slope = np.vstack([x.T @ slope, slope.sum(axis=0)]) / n + ridge * weights
        return value / n + 0.5 * float((ridge * weights**2).sum()), (slope * unit).ravel()

    found = minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "ftol": 1e-7}
    )
    weights: Doubles = found.x.reshape(shape) * unit
    return weights


def log_loss(logits: Doubles, truth: Matrix, kind: Kind) -> float:
    """Mean over rows of the negative log-likelihood of the true labels."""
    return _loss(logits, truth.astype(np.float64), kind)[0] / len(logits)


def _loss(logits: Doubles, real: Doubles, kind: Kind) -> tuple[float, Doubles]:
    """The summed log loss, and its slope by logit."""
    from scipy.special import expit, log_softmax

    if kind == "multilabel":
        return float((np.logaddexp(0.0, logits) - real * logits).sum()), expit(logits) - real
    logs = log_softmax(logits, axis=1)
    return -float((real * logs).sum()), np.exp(logs) - real


def folds(truth: Matrix, group: Numbers, k: int, seed: int) -> Numbers:
    """(n,) fold of each row, rows of a group together, every label spread evenly: rarest label first, each group to
    the fold that lacks that label most (iterative stratification, Sechidis, Tsoumakas & Vlahavas 2011)."""
    names, place = np.unique(group, return_inverse=True)
    has = np.zeros((len(names), truth.shape[1] + 1))
    np.add.at(has, place, np.column_stack([truth, ~truth.any(axis=1)]))
    size = np.bincount(place).astype(np.float64)
    lacks = np.repeat(has.sum(axis=0)[None] / k, k, axis=0)
    room = np.full(k, size.sum() / k)
    rng = np.random.default_rng(seed)
    left = np.ones(len(names), dtype=bool)
    chosen = np.zeros(len(names), dtype=np.int64)
    while left.any():
        counts = (has[left] > 0).sum(axis=0)
        rarest = int(np.where(counts > 0, counts, np.inf).argmin())
        for one in rng.permutation(np.flatnonzero(left & (has[:, rarest] > 0))):
            best = np.lexsort((rng.random(k), -room, -lacks[:, rarest]))[0]
            chosen[one] = best
            lacks[best] -= has[one]
            room[best] -= size[one]
            left[one] = False
    return chosen[place]
