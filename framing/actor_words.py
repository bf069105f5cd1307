"""Word lists that the actor rules read: titles, heads of organisations and places, groups, never-names."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from framing.schema import ActorType

_FOLDER = Path(__file__).parent
_TYPES: dict[str, ActorType] = {
    "state": "state",
    "person": "person",
    "organisation": "organisation",
    "community": "community",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A well-known actor's usual name and type."""

    canonical: str
    type: ActorType


@cache
def words(kind: str) -> frozenset[str]:
    """Lower-case words of one kind of actor_words.csv (`title`, `orghead`, `placehead`, `group`, `stop`, …)."""
    found = _by_kind().get(kind)
    if found is None:
        raise KeyError(f"actor_words.csv has no words of kind {kind!r}")
    return found


@cache
def known_actors() -> Mapping[str, Known]:
    """Name → actor, for organisations and offices whose type no rule could tell (Hamas, NATO, the White House)."""
    with (_FOLDER / "known_actors.csv").open(encoding="utf-8", newline="") as handle:
        return {r["name"]: Known(r["canonical"], _TYPES[r["type"]]) for r in csv.DictReader(handle)}


@cache
def _by_kind() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    with (_FOLDER / "actor_words.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            table.setdefault(row["kind"], set()).add(row["word"])
    return {kind: frozenset(found) for kind, found in table.items()}
