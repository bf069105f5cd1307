"""How alike two sentences are in meaning: cosine of their vectors by the base encoder, all-MiniLM-L6-v2 untouched.

The encoder that the heads read was tuned for frames and tone; for telling whether two sentences report one fact the
base it was tuned from is better (docs/experiments.md, Aligned reading), and for short texts of one event
(`story_meaning`). Loaded at first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from framing.encode import Encoder
from framing.resources import shipped

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FOLDER = "base_encoder"
_KEPT = 20_000
_vectors: dict[str, npt.NDArray[np.float32]] = {}
"""Unit vectors by sentence, so that an event looked at again is not encoded again; emptied when full."""


@cache
def base_encoder() -> Encoder:
    """The base encoder of `models/base_encoder`. Raises ModelError where a file of it is missing."""
    return Encoder.load(shipped("models") / FOLDER)


def cosines(texts: Sequence[str], a: Ints, b: Ints) -> Floats:
    """(pairs,) cosine of the sentences at positions `a` and `b`; only those are encoded."""
    if not len(a):
        return np.zeros(0)
    used = np.unique(np.concatenate([a, b]))
    vectors = unit_vectors([texts[i] for i in used.tolist()])
    left, right = np.searchsorted(used, a), np.searchsorted(used, b)
    found: Floats = np.einsum("ij,ij->i", vectors[left], vectors[right]).astype(np.float64)
    return found


def unit_vectors(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """(texts, d) the base encoder's vectors, of length 1; each text is encoded once and kept for a while."""
    # Visitors' threads share what is kept: what one needs stays in its own hands, whoever empties it meanwhile.
    have = {text: vector for text in set(texts) if (vector := _vectors.get(text)) is not None}
    if new := sorted(set(texts) - have.keys()):
        found = base_encoder().encode(new).sentences
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        have.update(zip(new, found, strict=True))
        if len(_vectors) + len(new) > _KEPT:
            _vectors.clear()
        _vectors.update((text, have[text]) for text in new)
    return np.stack([have[text] for text in texts])
