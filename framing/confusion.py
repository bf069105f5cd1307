"""A head's published errors: how often it takes one label for another, from the counts in its `metrics.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from framing.heads import Kind
from framing.schema import VIEWS, View
from framing.uncertainty import Floats

HALF = 0.5
"""Added to every cell (Jeffreys): no error that was not seen counts as impossible."""


@dataclass(frozen=True)
class Errors:
    """Rows of a labelled set by true label and label said, `counts` (k, k); for one label of a multi-label head yes
    and no."""

    labels: tuple[str, ...]
    counts: Floats
    dataset: str
    labelled_by: str

    @property
    def n(self) -> Floats:
        """(k,) rows of each true label, the added halves among them."""
        return np.asarray((self.counts + HALF).sum(axis=1))

    @property
    def rates(self) -> Floats:
        """(k, k) how often a true label is said to be each; rows sum to one."""
        return np.asarray((self.counts + HALF) / self.n[:, None])


Published = Mapping[View, tuple[Errors, ...]]
"""By view: one table for a multi-class head, one a label for a multi-label head."""


def published(figures: Mapping[str, Any], kind: Kind, labels: Sequence[str]) -> Published:
    """The errors on the set that decides the head's tiers (people's labels where there are any), by voice where it was
    measured by voice; empty where nothing was published."""
    sets, first = figures.get("sets", {}), figures.get("tiers_from", "")
    found = {}
    for view in VIEWS:
        name = first if view == "both" or f"{first}_{view}" not in sets else f"{first}_{view}"
        if "confusion" in sets.get(name, {}):
            found[view] = _tables(name, sets[name], kind, labels)
    return found


def _tables(name: str, row: Mapping[str, Any], kind: Kind, labels: Sequence[str]) -> tuple[Errors, ...]:
    confusion, who = row["confusion"], row["labelled_by"]
    if kind == "multiclass":
        counts = np.array([[confusion[true][said] for said in labels] for true in labels], dtype=np.float64)
        return (Errors(tuple(labels), counts, name, who),)
    return tuple(_one(label, confusion[label], row["n"], name, who) for label in labels)


def _one(label: str, cell: Mapping[str, int], n: int, name: str, who: str) -> Errors:
    tp, fp, fn = (float(cell[key]) for key in ("tp", "fp", "fn"))
    return Errors((label, f"not {label}"), np.array([[tp, fn], [fp, n - tp - fp - fn]]), name, who)
