"""How likely two sentences tell one fact: a logistic regression on what they have in common.

Fitted by `benchmarks/alignment.py --fit` on the tuning events of tests/data/alignment_gold.csv; what else was tried is
in docs/experiments.md."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from framing.alignment_pairs import FEATURES

BIAS = -4.0
WEIGHTS = dict.fromkeys(FEATURES, 0.1)
ENOUGH = 0.4
"""From this likelihood on two sentences are paired."""
AGAIN = 0.7
"""From this on also where one of them is paired already, and two articles of one outlet are held to tell one fact."""


def likelihood(features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(pairs,) 0–1."""
    weights = np.array([WEIGHTS[name] for name in FEATURES])
    return np.asarray(1 / (1 + np.exp(-(features @ weights + BIAS))), dtype=np.float64)
