"""Whether two sentences tell one fact, read together by an encoder of its own: dearer than a cosine, and surer.

The encoder of `models/fact_pairs` sees "a [SEP] b", so that each word of one sentence is read beside those of the
other, and one logistic layer reads what comes out. It was trained on many more pairs than that of `likeness`
(`tools/train_facts.py`), which stays for single sentences: for telling stories apart the vectors of this one are worse
(docs/experiments.md). Loaded at first use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from framing.encode import Encoder
from framing.errors import ModelError
from framing.remembered import remembered
from framing.resources import shipped

Floats = npt.NDArray[np.float64]

LAYER = "layer.safetensors"
_MARK = "[SEP]"
_LONGEST = 330
"""Characters of a sentence that are read, about the 78 tokens of training; fewer where figures or other scripts make so
many tokens of them that the second sentence would be cut."""
_KEPT = 20_000
_logits: dict[tuple[str, str], float] = {}
"""By the two sentences, so that an event looked at again is not read again; emptied when full."""


@cache
def encoder() -> Encoder:
    """The encoder of `models/fact_pairs`. Raises ModelError where a file of it is missing."""
    return Encoder.load(shipped("models") / "fact_pairs")


def joined(a: str, b: str, longest: int = _LONGEST) -> str:
    """Two sentences as the encoder reads them together."""
    return f"{_read(a, longest)} {_MARK} {_read(b, longest)}"


def fact_logits(pairs: Sequence[tuple[str, str]]) -> Floats:
    """(pairs,) how surely two sentences tell one fact, as log-odds before calibration; which of them comes first, and
    so what their outlets are called, does not count. Each pair is read once and kept for a while. Raises ModelError
    where the layer is missing."""
    wanted = [(min(pair), max(pair)) for pair in pairs]
    have = remembered(_logits, wanted, lambda new: _read_together(new, _LONGEST).tolist(), _KEPT)
    return np.array([have[pair] for pair in wanted], dtype=np.float64)


def _read_together(pairs: Sequence[tuple[str, str]], longest: int) -> Floats:
    weight, bias = _layer()
    texts, spans = [], []
    for one, other in pairs:
        text, mark = joined(one, other, longest), len(_read(one, longest)) + 1
        texts.append(text)
        spans.append([(0, mark - 1), (mark, mark + len(_MARK)), (mark + len(_MARK) + 1, len(text))])
    found = encoder().encode(texts, spans)
    means = np.stack(found.spans).astype(np.float64)
    a, between, b = means[:, 0], means[:, 1], means[:, 2]
    logits = np.concatenate([a + b, np.abs(a - b), 4 * a * b, between], axis=1) @ weight + bias
    if cut := np.flatnonzero(found.truncated).tolist():
        logits[cut] = _read_together([pairs[i] for i in cut], longest // 2)
    return np.asarray(logits, np.float64)


def _read(text: str, longest: int) -> str:
    return " ".join(text.replace(_MARK, " ").split())[:longest].rstrip()


@cache
def _layer() -> tuple[Floats, float]:
    path = encoder().folder / LAYER
    if not path.is_file():
        raise ModelError(f"The encoder folder {path.parent.name!r} lacks {LAYER}. Install framing again.")
    found = load_file(path)
    return found["weight"].astype(np.float64), float(found["bias"][0])
