"""How likely two sentences tell one fact: a logistic regression on what they have in common, and, where that leaves a
doubt, another that has read both together as well (`together`).

Fitted by `benchmarks/alignment.py --fit` on the tuning events of tests/data; what else was tried is in
docs/experiments.md."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import expit

from framing.alignment_pairs import FEATURES, Floats, Ints, Pairs

FEATURES_AND_CROWD = (*FEATURES, "crowd")
"""What stands beside the features: the logarithm of how many sentences the two outlets have, since the more there are,
the more are alike by chance."""
JOINT = (*FEATURES_AND_CROWD, "together", "together_margin")
"""Of a pair that was read together also the logit, and how far its probability is before the best rival's."""
BIAS = -5.125
WEIGHTS = {
    "cosine": 11.669,
    "contained": -4.402,
    "shared": 0.388,
    "numbers": 0.716,
    "clash": -0.451,
    "margin": 3.768,
    "meaning": 9.515,
    "meaning_margin": 3.612,
    "crowd": -1.915,
}
DOUBT = 0.1
"""From this likelihood on a pair is read together: about one pair for each sentence (docs/experiments.md)."""
MOST_READ = 300
"""Pairs of two outlets (or of one) that are read together, the likeliest first: some two seconds on two cores. All
outlets of a sample event have 132 to 230; beyond, a pair counts as no fact, and `unread` says how many."""
JOINT_BIAS = -1.657
JOINT_WEIGHTS = {
    "cosine": 4.603,
    "contained": -3.913,
    "shared": 0.543,
    "numbers": 0.229,
    "clash": -0.317,
    "margin": 3.370,
    "meaning": 4.330,
    "meaning_margin": 1.910,
    "crowd": -2.277,
    "together": 0.669,
    "together_margin": 0.930,
}
ENOUGH = 0.55
"""From this likelihood on two sentences are paired. With `AGAIN`, on the tuning events, each scored by weights fitted
on the others: pairs of sample articles right by the gold in 110 of 146, of invented reports in 341 of 378, of short
stories in 92 of 101. The least at which three in four are right on sample articles, most like what a reader has."""
AGAIN = 0.6
"""From this on also where one of them is paired already, and two articles of one outlet are held to tell one fact.
With 0.55: 111 of 149 of sample articles, 342 of 383 and 93 of 102, so that six of the nine more pairs are wrong."""
_USUAL_CROWD = 25.0
_LEAST_CROWD, _MOST_CROWD = 15.0, 106.0
"""Those of the tuning events. What a pair of still fewer sentences would gain nobody has measured; beyond the most, the
odds fall with the number of sentences, as pairs that are alike by chance grow."""

Reader = Callable[[Ints], Floats]
"""Logits of the pairs in these rows, both sentences read together (`together.fact_logits`)."""


def likelihood(pairs: Pairs, together: Reader) -> Floats:
    """(pairs,) 0–1; of a pair that was not read together at most `DOUBT`."""
    first = by_features(pairs)
    rows = _doubtful(pairs, first)
    found = np.minimum(first, DOUBT)
    if len(rows):
        odds = joint_features(pairs, rows, together(rows)) @ np.array([JOINT_WEIGHTS[name] for name in JOINT])
        found[rows] = expit(odds + JOINT_BIAS - _beyond(pairs)[rows])
    return found


def by_features(pairs: Pairs) -> Floats:
    """(pairs,) how likely by words, figures and vectors alone."""
    odds = first_features(pairs) @ np.array([WEIGHTS[name] for name in FEATURES_AND_CROWD]) + BIAS
    return np.asarray(expit(odds - _beyond(pairs)), np.float64)


def unread(pairs: Pairs) -> int:
    """How many pairs in doubt are not read together, since there are too many."""
    first = by_features(pairs)
    return int((first >= DOUBT).sum()) - len(_doubtful(pairs, first))


def _doubtful(pairs: Pairs, first: Floats) -> Ints:
    """Rows of the pairs to be read together: those in doubt, of any two outlets the likeliest `MOST_READ`."""
    rows = np.flatnonzero(first >= DOUBT)
    of_a, of_b = pairs.outlet[pairs.a[rows]], pairs.outlet[pairs.b[rows]]
    both = np.minimum(of_a, of_b) * (int(pairs.outlet.max(initial=0)) + 1) + np.maximum(of_a, of_b)
    order = np.lexsort((-first[rows], both))
    starts = np.searchsorted(both[order], both[order], side="left")
    return np.sort(rows[order[np.arange(len(rows)) - starts < MOST_READ]])


def _beyond(pairs: Pairs) -> Floats:
    return np.asarray(np.log(np.maximum(pairs.crowd / _MOST_CROWD, 1.0)), np.float64)


def first_features(pairs: Pairs) -> Floats:
    """(pairs, FEATURES_AND_CROWD) what is known without reading them together."""
    crowd = np.log(np.clip(pairs.crowd, _LEAST_CROWD, _MOST_CROWD) / _USUAL_CROWD)
    return np.column_stack([pairs.features, crowd])


def joint_features(pairs: Pairs, rows: Ints, logits: Floats) -> Floats:
    """(rows, JOINT) of pairs that were read together."""
    surely = np.zeros(len(pairs.a))
    surely[rows] = expit(logits)
    return np.column_stack([first_features(pairs)[rows], logits, pairs.ahead(surely)[rows]])
