"""How alike two texts are in meaning: cosines of the vectors of a small encoder that no head reads.

The encoder that the heads read was tuned for frames and tone. For telling whether two sentences report one fact, or two
short texts one event (`story_meaning`), the base it was tuned from, all-MiniLM-L6-v2, is better once tuned on pairs of
sentences of which that is known (docs/experiments.md, Aligned reading). Loaded at first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from framing.encode import Encoder
from framing.remembered import remembered
from framing.resources import shipped

Vectors = npt.NDArray[np.float32]

_KEPT = 20_000
_vectors: dict[str, Vectors] = {}
"""Unit vectors by text, so that an event looked at again is not encoded again; emptied when full."""


@cache
def encoder() -> Encoder:
    """The encoder of `models/fact_encoder`. Raises ModelError where a file of it is missing."""
    return Encoder.load(shipped("models") / "fact_encoder")


def unit_vectors(texts: Sequence[str]) -> Vectors:
    """(texts, d) the encoder's vectors, of length 1; each text is encoded once and kept for a while."""
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    have = remembered(_vectors, texts, _encoded, _KEPT)
    return np.stack([have[text] for text in texts])


def _encoded(texts: Sequence[str]) -> Vectors:
    found = encoder().encode(texts).sentences
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    return found
