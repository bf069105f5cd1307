"""How likely two sentences tell one fact: a logistic regression on what they have in common.

Fitted by `benchmarks/alignment.py --fit` on the tuning events of tests/data/alignment_gold.csv; what else was tried is
in docs/experiments.md."""

from __future__ import annotations

import numpy as np

from framing.alignment_pairs import FEATURES, Floats, Pairs

BIAS = -5.392
WEIGHTS = {
    "cosine": 7.395,
    "contained": -3.907,
    "shared": 0.447,
    "numbers": 0.520,
    "clash": -0.646,
    "margin": 5.912,
    "meaning": 10.084,
    "meaning_margin": 2.495,
}
ENOUGH = 0.35
"""From this likelihood on two sentences are paired: the least at which pairs on the tuning events, each scored by
weights fitted on the others, were right at 0.8 or better (295 of 364; reports 0.87, shorter stories 0.78)."""
AGAIN = 0.5
"""From this on also where one of them is paired already, and two articles of one outlet are held to tell one fact."""
_USUAL_CROWD = 25.0


def likelihood(pairs: Pairs) -> Floats:
    """(pairs,) 0–1; the more sentences there are, the more are alike by chance."""
    odds = pairs.features @ np.array([WEIGHTS[name] for name in FEATURES]) + BIAS
    return np.asarray(1 / (1 + np.exp(-(odds - np.log(pairs.crowd / _USUAL_CROWD)))), dtype=np.float64)
