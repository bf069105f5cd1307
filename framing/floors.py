"""Floors under every measured figure: written beside it in `metrics.json`, together with a digest of the set's rows,
and checked by `evaluate --check`. A floor only rises, unless somebody says otherwise."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from framing.errors import ModelError
from framing.measures import Measure

MARGIN, GOLD_MARGIN = 0.01, 0.03
"""How far below the measured macro-F1 a floor is set. Another machine's arithmetic moves a probability by up to 1e-4
and with it a decision or two: 0.01 is several decisions of a set of hundreds, 0.03 is one or two of a label that the
94 sentences of the gold set hold six times."""

Stored = Mapping[str, Mapping[str, Any]]
"""Head → its `metrics.json`."""


def stored_metrics(models: Path) -> dict[str, dict[str, Any]]:
    """`metrics.json` of every head below a models folder that has one."""
    found = {p.parent.name: p.read_text(encoding="utf-8") for p in sorted(models.glob("*/metrics.json"))}
    return {name: json.loads(text) for name, text in found.items()}


def floor_of(measure: Measure) -> float:
    """The floor that a measured figure gives, to three decimals."""
    margin = GOLD_MARGIN if measure.role == "gold" else MARGIN
    return max(0.0, math.floor((measure.macro_f1 - margin) * 1000) / 1000)


def new_floors(measures: Sequence[Measure], stored: Stored, allow_regression: bool) -> dict[tuple[str, str], float]:
    """The floor of every (head, set): the old one or a higher one; a new one where the set's rows are others than
    before. Raises ModelError where a figure is below its old floor, unless regressions are allowed."""
    old = {(m.head, m.dataset): _same_rows(m, _entry(stored, m)) for m in measures}
    fallen = [text for m in measures if not allow_regression and (text := _fallen(m, old[m.head, m.dataset]))]
    if fallen:
        raise ModelError(
            f"No figures were written, since {len(fallen)} fell below their floors:\n"
            + "\n".join(f"  {text}" for text in fallen)
            + "\nRepeat with --allow-regression if this is meant."
        )
    return {(m.head, m.dataset): _risen(m, old[m.head, m.dataset], allow_regression) for m in measures}


def _same_rows(measure: Measure, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return entry if entry.get("digest") == measure.digest else {}


def _risen(measure: Measure, entry: Mapping[str, Any], allow_regression: bool) -> float:
    old = float(entry.get("floor", 0.0))
    return floor_of(measure) if allow_regression and measure.macro_f1 < old else max(old, floor_of(measure))


def failures(measures: Sequence[Measure], stored: Stored, whole: bool) -> list[str]:
    """What `evaluate --check` finds wrong, a sentence each: figures below their floors, sets whose rows differ from
    those of the floor, figures without a floor, and, if the `whole` of the sets was given, sets that are gone."""
    found = []
    for m in measures:
        entry = _entry(stored, m)
        if "floor" not in entry:
            found.append(f"{m.head} on {m.dataset}: no floor is stored. Run framing evaluate --data … --write.")
        elif entry.get("digest") != m.digest:
            found.append(f"{m.head} on {m.dataset}: the set's rows or labels differ from those of the stored figures.")
        elif text := _fallen(m, entry):
            found.append(text)
    measured = {(m.head, m.dataset) for m in measures}
    for head, metrics in stored.items() if whole else ():
        gone = [s for s, e in metrics.get("sets", {}).items() if "floor" in e and (head, s) not in measured]
        found += [f"{head} on {name}: figures are stored, but it was not measured." for name in gone]
    return found


def _fallen(measure: Measure, entry: Mapping[str, Any]) -> str:
    if "floor" not in entry or measure.macro_f1 >= entry["floor"]:
        return ""
    return f"{measure.head} on {measure.dataset}: macro-F1 {measure.macro_f1:.4f} is below its floor {entry['floor']}."


def _entry(stored: Stored, measure: Measure) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = stored.get(measure.head, {}).get("sets", {}).get(measure.dataset, {})
    return entry
