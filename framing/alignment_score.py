"""How likely two sentences tell one fact: a logistic regression on what they have in common, in two steps.

First by words and figures alone; then, for what is not out of the question, by the sentences' vectors too. Fitted by
`benchmarks/alignment.py --fit` on the tuning events of tests/data/alignment_gold.csv; what else was tried is in
docs/experiments.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framing.alignment_pairs import FEATURES, Floats, Ints, Pairs
from framing.likeness import cosines

FIRST_BIAS = -7.620
FIRST = {
    "cosine": 6.103,
    "contained": 1.769,
    "shared": 2.541,
    "numbers": 0.362,
    "clash": -0.781,
    "margin": 0.486,
}
"""By words and figures alone."""
GATE = 0.2
BIAS = -7.620
WEIGHTS = {
    "cosine": 6.103,
    "contained": 1.769,
    "shared": 2.541,
    "numbers": 0.362,
    "clash": -0.781,
    "margin": 0.486,
    "meaning": 0.0,
}
ENOUGH = 0.35
AGAIN = 0.5
_USUAL_CROWD = 25.0


def by_words(pairs: Pairs) -> Floats:
    """(pairs,) 0–1 by words and figures alone; the more sentences there are, the more are alike by chance."""
    return _logistic(pairs.features @ np.array([FIRST[name] for name in FEATURES]) + FIRST_BIAS, pairs.crowd)


def likelihood(pairs: Pairs, texts: Sequence[str]) -> Floats:
    """(pairs,) 0–1; 0 for pairs that words and figures rule out."""
    near = np.flatnonzero(by_words(pairs) >= GATE)
    score = np.zeros(len(pairs.a))
    given = with_meaning(pairs, texts, near)
    score[near] = _logistic(given @ np.array([WEIGHTS[name] for name in (*FEATURES, "meaning")]) + BIAS, pairs.crowd[near])
    return score


def with_meaning(pairs: Pairs, texts: Sequence[str], rows: Ints) -> Floats:
    """(rows, FEATURES and meaning) of some of the pairs."""
    meaning = cosines(texts, pairs.a[rows], pairs.b[rows])
    return np.concatenate([pairs.features[rows], meaning[:, None]], axis=1)


def _logistic(odds: Floats, crowd: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(odds - np.log(crowd / _USUAL_CROWD)))), dtype=np.float64)
