"""Labels that a model trained before gives to sentences that nobody labelled for a task: soft, and counted less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from framing.datasets import FRAMES, GENERIC, POLICY, SENTIMENT, WORDING, Example, Soft
from framing.encode import Encoder
from framing.errors import ModelError
from framing.heads import Floats, Head
from framing.registry import load_heads


def taught(examples: Sequence[Example], models: Path, weight: float) -> list[Example]:
    """The examples with the probabilities that the heads in `models` give, at `weight`, wherever a label is missing.

    Frames, sentiment and wording; what people or coders labelled stays as it is. (Noisy student, Xie et al. 2020.)
    """
    heads = {name: head for name, head in load_heads(models).items() if isinstance(head, Head)}
    missing = {"frames_generic", "frames_policy", "sentiment", "wording"} - set(heads)
    if missing:
        raise ModelError(f"The teacher's models folder lacks the head {sorted(missing)[0]}.")
    vectors = Encoder.load(models / "encoder").encode([e.text for e in examples]).sentences
    p = {name: heads[name].predict(vectors) for name in ("frames_generic", "frames_policy", "sentiment", "wording")}
    for name, labels in (("sentiment", SENTIMENT), ("wording", WORDING), ("frames_policy", POLICY)):
        if heads[name].labels != labels:
            raise ModelError(f"The teacher's head {name} has other labels than this version trains.")
    generic = [GENERIC.index(frame) for frame in FRAMES[len(POLICY) :]]
    frames = np.concatenate([p["frames_policy"], p["frames_generic"][:, generic]], axis=1)
    given = {"frames": frames, "sentiment": p["sentiment"], "wording": p["wording"]}
    return [replace(e, soft=_soft(e, i, given, weight)) for i, e in enumerate(examples)]


def _soft(example: Example, row: int, given: dict[str, Floats], weight: float) -> dict[str, Soft]:
    unlabelled = [task for task in given if getattr(example, task) is None]
    return {task: Soft(tuple(map(float, given[task][row])), weight) for task in unlabelled} | dict(example.soft)
