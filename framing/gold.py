"""The gold set that ships: sentences of our own invention, labelled by a language model and frozen before anything was
scored on them. Small, so that `evaluate --check` runs anywhere in seconds; no measure of how good a head is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from framing.datasets import Example, Target

GOLD = Path(__file__).with_name("gold.jsonl")


def gold() -> list[Example]:
    """Every sentence of `gold.jsonl` with its frames, tone, wording, voice and targets."""
    return [_example(json.loads(line)) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def _example(row: dict[str, Any]) -> Example:
    return Example(
        text=str(row["text"]),
        frames=tuple(row["frames"]),
        sentiment=str(row["sentiment"]),
        wording=str(row["wording"]),
        voice=str(row["voice"]),
        targets=tuple(Target(t["start"], t["end"], t["stance"], t["holder"]) for t in row["targets"]),
        origin="gold",
        meta={"id": row["id"]},
    )
