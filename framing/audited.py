"""A comparison's numbers corrected by a person's labels of its sentences (see `ppi`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from framing.audit import matched
from framing.correction import Ends
from framing.labels import BALANCE, SIGNED
from framing.ppi import Estimate, Labelled, estimate, interval, tuning
from framing.tally import Counted, Tally
from framing.uncertainty import Bools, Floats

Audited = Mapping[str, Estimate]
"""By outlet: corrected numbers of every column of a tally, NaN where the labels do not suffice."""


def audited(table: Tally, counted: Sequence[Counted], answers: Mapping[str, pd.DataFrame]) -> Audited:
    """The estimates from `answers` (by head, as `audit.answers` gives them) for heads that judge sentences; stance is
    left out, as hardly an actor has ten labels."""
    columns = table.keys.groupby(["head", "view"], sort=False).indices
    found: dict[str, Estimate] = {}
    for part in counted:
        told = answers.get(part.head.name)
        if told is None or part.head.level == "mention":
            continue
        told, places = matched(told, part)
        for view in part.views:
            sides = _sides(part, part.weights(view), told, places)
            if not sides:
                continue
            belief = tuning(list(sides.values()))
            for outlet, side in sides.items():
                into = found.setdefault(outlet, Estimate(*(np.full(len(table.keys), np.nan) for _ in range(3))))
                made, at = estimate(side, belief), columns[part.head.name, view]
                into.value[at], into.variance[at], into.freedom[at] = made.value, made.variance, made.freedom
    return found


def _sides(part: Counted, weights: Floats, told: pd.DataFrame, places: np.ndarray) -> dict[str, Labelled]:
    """The outlets with enough labels in a view."""
    outlet_of = part.rows["outlet"].to_numpy()
    true = _true(part, told)
    sides = {}
    for outlet in dict.fromkeys(told["outlet"]):
        mine, asked = np.flatnonzero(outlet_of == outlet), (told["outlet"] == outlet).to_numpy()
        rows = np.searchsorted(mine, places[asked])
        article = pd.factorize(part.rows["article_id"].to_numpy()[mine])[0]
        lift = told["lift"].to_numpy(dtype=np.float64)[asked]
        side = Labelled(part.x[mine], weights[mine], article, rows, true[asked], lift)
        if side.enough:
            sides[str(outlet)] = side
    return sides


def _true(part: Counted, told: pd.DataFrame) -> Floats:
    """(rows, numbers) what the person says, with the balance where the head has one."""
    true = told[list(part.head.labels)].to_numpy(dtype=np.float64)
    if BALANCE in part.labels:
        plus, minus = (told[side].to_numpy(dtype=np.float64) for side in SIGNED[part.head.name])
        true = np.column_stack([true, plus - minus])
    return true


def ends(estimates: Sequence[Estimate], signed: Bools) -> Ends:
    """One estimate with its interval, or the first minus the second, cut to the scale."""
    value = estimates[0].value if len(estimates) == 1 else estimates[0].value - estimates[1].value
    variances, freedoms = (np.stack([getattr(e, name) for e in estimates]) for name in ("variance", "freedom"))
    bound = np.where(signed, float(len(estimates)), 1.0)
    bottom = np.where(signed | (len(estimates) > 1), -bound, 0.0)
    return Ends(*(np.clip(number, bottom, bound) for number in (value, *interval(value, variances, freedoms))))
