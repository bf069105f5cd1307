"""The voice head: one linear layer over a sentence's vector and its named features, stored as a head is.

It is no ordinary head: it needs the text beside the vector, and in articles the context has the last word
(`voice.voices`). Hence it is loaded here and not listed by `registry.load_heads`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from framing.errors import ModelError
from framing.heads import Floats, Head, probabilities, rowwise
from framing.resources import shipped
from framing.schema import VOICES
from framing.voice_features import FEATURES


def load_voice(models: Path | None = None) -> Head | None:
    """The voice head of a models folder (default: the shipped one); None where voice is decided by rules alone.

    Raises ModelError where its features are of another version than this package's."""
    folder = (models or shipped("models")) / "voice"
    if not (folder / "head.safetensors").is_file():
        return None
    head = Head.load(folder)
    if head.features_version != FEATURES or head.labels != VOICES:
        raise ModelError(
            f"The voice head reads {head.features_version or 'no features'} with labels {', '.join(head.labels)}; this "
            f"version has {FEATURES} with {', '.join(VOICES)}. Install framing again, or fit voice again."
        )
    return head


def vector_logits(head: Head, vectors: Floats) -> Floats:
    """(n, 4) what the head reads in sentence vectors alone. Raises ModelError on vectors of another width."""
    width = head.reads - len(head.features)
    if vectors.ndim != 2 or vectors.shape[1] != width:
        raise ModelError(
            f"The voice head reads vectors of {width} values, got {vectors.shape[-1]}. It belongs to another encoder."
        )
    return rowwise(vectors, head.layers[0][0][:, :width])


def feature_matrix(names: Sequence[str], found: Sequence[Mapping[str, float]]) -> Floats:
    """(n, features) in the order of `names`; what has no name there is left out."""
    column = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(found), len(names)), np.float32)
    for row, each in enumerate(found):
        for name, value in each.items():
            if name in column:
                matrix[row, column[name]] = value
    return matrix


def head_probabilities(head: Head, leaning: Floats, found: Floats) -> Floats:
    """(n, 4) probabilities from `vector_logits` and the sentences' `feature_matrix`; rows sum to one."""
    weight, bias = head.layers[0]
    width = head.reads - len(head.features)
    logits = leaning + found @ weight[:, width:].T + bias
    return probabilities(logits * head.scale + head.bias, "multiclass")
