"""Where a user's own heads are kept: names that they can bear, and folders written whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from framing.crossval import Guess
from framing.errors import InputError
from framing.heads import Head, save_head
from framing.labelled import Labelled
from framing.measures import Measure, tier
from framing.registry import load_cards

SEED = 13
LEAST_FOR_TIER = 10
"""Rows below which a label's F1 is no grade: at 10 rows one row more or less found moves it by about 0.05."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_RESERVED = {"encoder", "mentions", "voice", "con", "nul", "prn", "aux"}


@dataclass(frozen=True, slots=True)
class Curve:
    """Macro-F1 by rows learned from, the gain of the last doubling with its 95 % interval, and that in a sentence."""

    points: tuple[tuple[int, float], ...]
    gain: float
    interval: tuple[float, float]
    advice: str


@dataclass(frozen=True, slots=True)
class Trained:
    """A stored head, and what is known of it: figures and learning curve (none for a head made from definitions)."""

    head: Head
    labelled: Labelled | None
    measure: Measure | None
    curve: Curve | None
    repeats: int = 0
    strength: float = 0.0
    truncated: int = 0
    held_out: Guess | None = None
    """Of each of the `labelled` rows what layers said that had not seen it: mean probability of the repeats, and the
    decision of most of them."""


def check_name(name: str) -> str:
    """The name, if a head of one's own can bear it. Raises InputError."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name for a head. Use up to 64 letters, digits, _ and -, such as my-head.")
    shipped = {card.name for card in load_cards()}
    if name.casefold() in {*_RESERVED, *(known.casefold() for known in shipped)}:
        raise InputError(f"The name {name} is taken. Choose another; shipped heads are {', '.join(sorted(shipped))}.")
    return name


def store(trained: Trained, folder: Path, card: Callable[[Trained], str]) -> Trained:
    """Writes head, figures and card below `folder`, whole or not at all, in place of a head of the same name."""
    name = trained.head.name
    other = next((p for p in folder.glob("*/") if p.name.casefold() == name.casefold() and p.name != name), None)
    if other is not None:
        raise InputError(
            f"{folder} holds a head {other.name} already. Choose a name that differs in more than capitals."
        )
    target = folder / name
    if target.exists() and any(target.iterdir()) and not (target / "head.safetensors").exists():
        raise InputError(f"{target} exists and is no head. Choose another name or another folder with --heads.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"Cannot create the folder {folder}: {error.strerror}.") from error
    fresh = folder / ".new" / name
    shutil.rmtree(fresh.parent, ignore_errors=True)
    stored = replace(trained, head=save_head(replace(trained.head, folder=fresh)))
    (fresh / "metrics.json").write_text(json.dumps(_metrics(stored), indent=1, ensure_ascii=False) + "\n", "utf-8")
    (fresh / "README.md").write_text(card(stored), encoding="utf-8")
    if target.exists():
        shutil.rmtree(target)
    fresh.rename(target)
    fresh.parent.rmdir()
    return replace(stored, head=Head.load(target))


def label_tiers(trained: Trained) -> dict[str, str]:
    """Each label's tier by its cross-validated F1; unmeasured where it has few rows or there are no figures."""
    m = trained.measure
    if m is None:
        return dict.fromkeys(trained.head.labels, "unmeasured")
    return {label: tier(value) if m.support[label] >= LEAST_FOR_TIER else "unmeasured" for label, value in m.f1.items()}


def _metrics(trained: Trained) -> dict[str, Any]:
    tiers = label_tiers(trained)
    if trained.measure is None or trained.curve is None or trained.labelled is None:
        return {"tiers": tiers, "made_from": "definitions, no labels", "sets": {}}
    measure, curve = trained.measure, trained.curve
    return {
        "tiers": tiers,
        "tiers_from": measure.dataset,
        "tiers_labelled_by": measure.labelled_by,
        "sets": {measure.dataset: measure.row()},
        "learning_curve": [[n, round(value, 4)] for n, value in curve.points],
        "more_labels": curve.advice,
        "penalty": trained.strength,
        "repeats": trained.repeats,
        "seed": SEED,
    }
