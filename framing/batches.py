"""Labelled sentences as padded tensors: what a training step reads. Needs the extra `train`."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framing.datasets import FRAMES, SENTIMENT, STANCE, VOICE, WORDING, Example

if TYPE_CHECKING:
    import torch

TASKS: Mapping[str, tuple[str, ...]] = {
    "frames": FRAMES,
    "sentiment": SENTIMENT,
    "wording": WORDING,
    "voice": VOICE,
}
"""Sentence tasks with their labels, in the order of the outputs; `frames` is multi-label."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded token ids and mask; for each sentence task (n, labels) targets and (n,) weights, 0 where not labelled."""

    ids: torch.Tensor
    mask: torch.Tensor
    targets: dict[str, torch.Tensor]
    weights: dict[str, torch.Tensor]
    spans: list[tuple[int, list[int], int, float]]
    """(row, token positions of the target, stance, weight)."""
    tags: torch.Tensor
    """B/I/O tag a token, -1 where there is none."""
    twins: list[tuple[int, int]]
    """Rows that are one sentence, with its own names and with others."""
    span_twins: list[tuple[int, int]]
    """Places in `spans` of one target in both."""


def token_positions(offsets: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    """Positions of the tokens that overlap characters [start, end)."""
    return [i for i, (a, b) in enumerate(offsets) if a < end and b > start and b > a]


def tag_row(offsets: Sequence[tuple[int, int]], mentions: tuple[tuple[int, int], ...] | None) -> list[int]:
    """B = 1, I = 2, O = 0 for each token; -1 everywhere where the sentence has no mention labels."""
    if mentions is None:
        return [-1] * len(offsets)
    tags = [0 if b > a else -1 for a, b in offsets]
    for start, end in mentions:
        for n, position in enumerate(token_positions(offsets, start, end)):
            tags[position] = 1 if n == 0 else 2
    return tags


def target_of(example: Example, task: str) -> tuple[Sequence[float], float] | None:
    """What a sentence task should give (one number a label) and its weight; None where nobody labelled it."""
    if task in example.soft:
        soft = example.soft[task]
        return soft.values, soft.weight
    labels = example.frames if task == "frames" else getattr(example, task)
    if labels is None:
        return None
    chosen = labels if task == "frames" else (labels,)
    return [float(label in chosen) for label in TASKS[task]], 1.0


def collate(examples: Sequence[Example], encodings: Sequence[Any], twins: Sequence[tuple[int, int]] = ()) -> Batch:
    """One batch from examples and their tokenizers-library encodings; `twins` are rows of one sentence under two sets
    of names."""
    import torch

    n, longest = len(examples), max(len(e.ids) for e in encodings)
    ids = torch.zeros(n, longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    tags = torch.full_like(ids, -1)
    targets = {task: torch.zeros(n, len(labels)) for task, labels in TASKS.items()}
    weights = {task: torch.zeros(n) for task in TASKS}
    spans: list[tuple[int, list[int], int, float]] = []
    place: dict[tuple[int, int], int] = {}
    for row, (example, encoding) in enumerate(zip(examples, encodings, strict=True)):
        length = len(encoding.ids)
        ids[row, :length], mask[row, :length] = torch.tensor(encoding.ids), 1
        tags[row, :length] = torch.tensor(tag_row(encoding.offsets, example.mentions))
        for task in TASKS:
            found = target_of(example, task)
            if found is not None:
                targets[task][row], weights[task][row] = torch.tensor(found[0]), found[1]
        for number, target in enumerate(example.targets):
            positions = token_positions(encoding.offsets, target.start, target.end)
            if positions:
                place[row, number] = len(spans)
                spans.append((row, positions, STANCE.index(target.label), target.weight))
    both = [
        (place[a, number], place[b, number])
        for a, b in twins
        for number in range(len(examples[a].targets))
        if (a, number) in place and (b, number) in place
    ]
    return Batch(ids, mask, targets, weights, spans, tags, list(twins), both)


def batches(lengths: Sequence[int], tokens: int, rng: random.Random) -> list[list[int]]:
    """Row numbers grouped by similar length, each group at most `tokens` padded tokens, groups in random order."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + rng.uniform(-4, 4))
    found: list[list[int]] = []
    for row in order:
        if not found or (len(found[-1]) + 1) * max(lengths[i] for i in [row, *found[-1]]) > tokens:
            found.append([])
        found[-1].append(row)
    rng.shuffle(found)
    return found
