"""How alike two sentences are in meaning: cosines of the vectors of two small encoders that no head reads.

The encoder that the heads read was tuned for frames and tone. For short texts of one event the base it was tuned from,
all-MiniLM-L6-v2 untouched, is better (`story_meaning`); for telling whether two sentences report one fact, that base
tuned on pairs of sentences of which it is known (docs/experiments.md, Aligned reading). Loaded at first use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from framing.encode import Encoder
from framing.resources import shipped

Vectors = npt.NDArray[np.float32]

BASE, FACTS = "base_encoder", "fact_encoder"
"""Folders of `models` that hold the two encoders."""
_KEPT = 20_000
_vectors: defaultdict[str, dict[str, Vectors]] = defaultdict(dict)
"""By encoder, unit vectors by sentence, so that an event looked at again is not encoded again; emptied when full."""


@cache
def encoder(folder: str) -> Encoder:
    """The encoder of a folder of `models`. Raises ModelError where a file of it is missing."""
    return Encoder.load(shipped("models") / folder)


def unit_vectors(texts: Sequence[str], folder: str) -> Vectors:
    """(texts, d) an encoder's vectors, of length 1; each text is encoded once and kept for a while."""
    kept = _vectors[folder]
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    # Visitors' threads share what is kept: what one needs stays in its own hands, whoever empties it meanwhile.
    have = {text: vector for text in set(texts) if (vector := kept.get(text)) is not None}
    if new := sorted(set(texts) - have.keys()):
        found = encoder(folder).encode(new).sentences
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        have.update(zip(new, found, strict=True))
        if len(kept) + len(new) > _KEPT:
            kept.clear()
        kept.update((text, have[text]) for text in new)
    return np.stack([have[text] for text in texts])
