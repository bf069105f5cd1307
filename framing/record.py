"""Measures a models folder as a whole and writes what it found: `metrics.json` and the model card of every head.
Weights and configs stay as they are. Needs the labelled sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framing.cards import card
from framing.encode import Encoder
from framing.errors import ModelError
from framing.evaluate import SETS_OF, Evaluation, Remembering, Sets
from framing.floors import Stored, failures, new_floors, stored_metrics
from framing.heads import Head
from framing.measures import Measure, tier
from framing.registry import load_cards, load_heads
from framing.resources import shipped
from framing.sensitivity import Sensitivity, sensitivities
from framing.voice_head import load_voice


@dataclass(frozen=True)
class Found:
    """Everything measured of a models folder."""

    measures: list[Measure]
    swaps: list[Sensitivity]


def trained(models: Path) -> dict[str, Head]:
    """The heads that read the encoder's vectors, voice among them; models from elsewhere are not ours to grade."""
    voice = load_voice(models)
    heads = {name: head for name, head in load_heads(models).items() if isinstance(head, Head)}
    return heads | ({voice.name: voice} if voice else {})


def record(
    models: Path, data: Path, allow_regression: bool = False, log: Callable[[str], None] = lambda line: None
) -> Found:
    """Measures every head below `models` and writes figures, floors and cards there. Floors are those of the folder,
    or of the shipped models where it has none. Raises ModelError, and writes nothing, where a figure fell below."""
    heads, sets = trained(models), Sets.read(data)
    reader = Remembering(Encoder.load(models / "encoder"))
    measures = list(Evaluation(heads, reader, sets, log).measures())
    log("swapping names")
    found = Found(measures, sensitivities(heads, reader, sets))
    stored = before(models)
    write(models, found, stored, new_floors(measures, stored, allow_regression))
    return found


def look(models: Path, data: Path | None, swaps: bool = False, log: Callable[[str], None] = lambda line: None) -> Found:
    """Every figure of a models folder, or with `swaps` what other names change in its scores; writes nothing."""
    heads, sets, reader = trained(models), Sets.read(data), Remembering(Encoder.load(models / "encoder"))
    if swaps:
        return Found([], sensitivities(heads, reader, sets))
    return Found(list(Evaluation(heads, reader, sets, log).measures()), [])


def check(models: Path, data: Path | None) -> list[Measure]:
    """The figures, all at or above their stored floors and on the stored rows. Raises ModelError naming what is not."""
    measures = [m for m in look(models, data).measures if (models / m.head).is_dir()]
    if wrong := failures(measures, stored_metrics(models), whole=data is not None):
        raise ModelError("The models fail the check:\n" + "\n".join(f"  {text}" for text in wrong))
    return measures


def before(models: Path) -> Stored:
    """What was stored of each head until now: in the folder, else with the shipped models."""
    return stored_metrics(shipped("models")) | {k: v for k, v in stored_metrics(models).items() if _has_floors(v)}


def _has_floors(metrics: dict[str, Any]) -> bool:
    return any("floor" in row for row in metrics.get("sets", {}).values())


def write(models: Path, found: Found, stored: Stored, floors: dict[tuple[str, str], float]) -> None:
    """`metrics.json` and `README.md` of every measured head; what else the rules' file holds, and their hand-written
    card, are kept."""
    for info in load_cards(models):
        mine = [m for m in found.measures if m.head == info.name]
        if not mine:
            continue
        folder = models / info.name
        rules = not (folder / "head.safetensors").exists()
        body = dict(stored.get(info.name, {})) if rules else {}
        body |= _body(info.version, mine, [s for s in found.swaps if s.head == info.name], floors)
        (folder / "metrics.json").write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
        if not rules:
            (folder / "README.md").write_text(card(info, body), encoding="utf-8")


def _body(
    version: str, measures: Sequence[Measure], swaps: Sequence[Sensitivity], floors: dict[tuple[str, str], float]
) -> dict[str, Any]:
    """The content of `metrics.json`: tiers by the first set (people's labels where there are any), a row a set."""
    first = next(m for name in SETS_OF[measures[0].head] for m in measures if m.dataset == name)
    return {
        "version": version,
        "tiers": {label: tier(f1) for label, f1 in first.f1.items()},
        "tiers_from": first.dataset,
        "tiers_labelled_by": first.labelled_by,
        "sets": {m.dataset: {"floor": floors[m.head, m.dataset], **m.row()} for m in measures},
        "name_swap": {s.kind: s.row() for s in swaps},
    }
