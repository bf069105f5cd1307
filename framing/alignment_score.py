"""How likely two sentences tell one fact: a logistic regression on what they have in common, in two steps.

First by words and figures alone; then, for what is not out of the question, by the sentences' vectors too. Fitted by
`benchmarks/alignment.py --fit` on the tuning events of tests/data/alignment_gold.csv; what else was tried is in
docs/experiments.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framing.alignment_pairs import FEATURES, Floats, Ints, Pairs
from framing.likeness import cosines

FIRST_BIAS = -5.413
FIRST = {
    "cosine": 4.221,
    "contained": 0.723,
    "shared": 1.767,
    "numbers": 0.717,
    "clash": -0.464,
    "margin": 5.577,
}
"""By words and figures alone."""
GATE = 0.1
"""Least likelihood by words for vectors to be looked at. On the tuning events F1 is 0.66 at 0.1 as without any gate
(0.65), 0.64 at 0.13, 0.61 at 0.2; three sentences of ten need no vector."""
BIAS = -5.788
WEIGHTS = {
    "cosine": -2.098,
    "contained": 0.849,
    "shared": 0.777,
    "numbers": 0.816,
    "clash": -1.306,
    "margin": 4.320,
    "meaning": 8.540,
}
ENOUGH = 0.3
"""From this likelihood on two sentences are paired: the least at which pairs on the tuning events, each scored by
weights fitted on the others, were right at 0.8 or better (168 of 209)."""
AGAIN = 0.5
"""From this on also where one of them is paired already, and two articles of one outlet are held to tell one fact."""
_USUAL_CROWD = 25.0


def by_words(pairs: Pairs) -> Floats:
    """(pairs,) 0–1 by words and figures alone; the more sentences there are, the more are alike by chance."""
    return _logistic(pairs.features @ np.array([FIRST[name] for name in FEATURES]) + FIRST_BIAS, pairs.crowd)


def likelihood(pairs: Pairs, texts: Sequence[str]) -> Floats:
    """(pairs,) 0–1; 0 for pairs that words and figures rule out."""
    near = np.flatnonzero(by_words(pairs) >= GATE)
    score = np.zeros(len(pairs.a))
    given = with_meaning(pairs, texts, near)
    score[near] = _logistic(
        given @ np.array([WEIGHTS[name] for name in (*FEATURES, "meaning")]) + BIAS, pairs.crowd[near]
    )
    return score


def with_meaning(pairs: Pairs, texts: Sequence[str], rows: Ints) -> Floats:
    """(rows, FEATURES and meaning) of some of the pairs."""
    meaning = cosines(texts, pairs.a[rows], pairs.b[rows])
    return np.concatenate([pairs.features[rows], meaning[:, None]], axis=1)


def _logistic(odds: Floats, crowd: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(odds - np.log(crowd / _USUAL_CROWD)))), dtype=np.float64)
