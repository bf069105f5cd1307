"""What came out for each choice: by the class, by the model, by the model corrected with the class's labels; and what
the class had predicted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from framing.classroom.class_estimate import Estimates, Number, Pair, estimates
from framing.classroom.class_event import Event, sides
from framing.classroom.class_record import ClassRecord
from framing.classroom.lesson import Lesson
from framing.classroom.spread import Spread
from framing.registry import WEAK

MORE = 0.03
"""Three sentences in a hundred: shares closer than that are called level."""


@dataclass(frozen=True)
class ByModel:
    """What the model alone says of one choice over all sentences: each outlet's share with its interval over articles
    (none below three articles) and in sentences, (yes, all); the differences; `leader`, the outlet that the
    comparison's tests find ahead of each other one."""

    shares: Mapping[str, Number]
    sentences: Mapping[str, tuple[int, int]]
    pairs: tuple[Pair, ...]
    leader: str
    tested: bool
    """Whether the comparison tests this choice: not where the model is weak on it or an outlet has few articles."""

    @property
    def first(self) -> str:
        """The outlet with the largest share in these texts; empty where two are level."""
        ranked = sorted(self.shares.items(), key=lambda pair: -pair[1].value)
        if len(ranked) > 1 and ranked[0][1].value - ranked[1][1].value < MORE:
            return ""
        return ranked[0][0] if ranked else ""


@dataclass(frozen=True)
class Result:
    """One choice: how many students `predicted` each outlet (empty: no difference), and the answers to it; those of
    the model are None for an invented category, all are None where the corpus lacks the event.

    `by_class` and `corrected` are of these texts (see `class_estimate`); `beyond` are the differences corrected by the
    class's labels with articles as the units, where the labels suffice for that (see `ppi`)."""

    label: str
    tier: str
    predicted: Mapping[str, int]
    by_class: Estimates | None
    by_model: ByModel | None
    corrected: Estimates | None
    beyond: tuple[Pair, ...]

    @property
    def weak(self) -> bool:
        """Whether the model is too unreliable on this choice to conclude from."""
        return self.tier in WEAK


def results(lesson: Lesson, record: ClassRecord, event: Event, found: Mapping[int, Spread]) -> tuple[Result, ...]:
    """The result of every choice, in the question's order."""
    predicted = _predicted(lesson, record)
    if event.population is None:
        return tuple(Result(label, "", predicted[label], None, None, None, ()) for label in lesson.question.labels)
    of_class = sides(lesson, event.population, found)
    alone = estimates(of_class, model=False)
    corrected = estimates(of_class, model=True) if event.population.model else None
    return tuple(
        Result(
            label,
            event.tiers.get(label, ""),
            predicted[label],
            alone[column],
            _by_model(lesson, event, label, column) if corrected else None,
            corrected[column] if corrected else None,
            _pairs(event.audited, label, "corrected"),
        )
        for column, label in enumerate(lesson.question.labels)
    )


def _predicted(lesson: Lesson, record: ClassRecord) -> dict[str, dict[str, int]]:
    last = {(row.student, row.label): row.outlet for row in record.predictions}
    counts = Counter((label, outlet) for (_, label), outlet in last.items())
    return {
        label: {outlet: counts[label, outlet] for outlet in (*lesson.outlets, "")} for label in lesson.question.labels
    }


def _by_model(lesson: Lesson, event: Event, label: str, column: int) -> ByModel:
    population = event.population
    assert population is not None
    of = population.rows["outlet"].to_numpy()
    counts = {
        outlet: (int(population.said[of == outlet, column].sum()), int((of == outlet).sum()))
        for outlet in lesson.outlets
    }
    rows = event.shares[event.shares["label"] == label] if len(event.shares) else event.shares
    ends = {row["outlet"]: (float(row["low"]), float(row["high"])) for row in rows.to_dict("records")}
    nan = float("nan")
    shares = {
        outlet: Number(yes / n if n else nan, *ends.get(outlet, (nan, nan))) for outlet, (yes, n) in counts.items()
    }
    rows = event.differences[event.differences["label"] == label] if len(event.differences) else event.differences
    return ByModel(shares, counts, _pairs(event.differences, label, "difference"), *_leading(lesson, rows))


def _leading(lesson: Lesson, rows: pd.DataFrame) -> tuple[str, bool]:
    """The outlet found ahead of each other one, and whether anything was tested."""
    ahead: Counter[str] = Counter()
    tested = False
    for row in rows.to_dict("records"):
        tested |= row["q"] == row["q"]
        if row["detected"]:
            ahead[row["outlet_a"] if row["difference"] > 0 else row["outlet_b"]] += 1
    return next((outlet for outlet, n in ahead.items() if n == len(lesson.outlets) - 1), ""), tested


def _pairs(rows: pd.DataFrame, label: str, column: str) -> tuple[Pair, ...]:
    if rows.empty:
        return ()
    low, high = ("low", "high") if column == "difference" else ("corrected_low", "corrected_high")
    return tuple(
        Pair(row["outlet_a"], row["outlet_b"], Number(float(row[column]), float(row[low]), float(row[high])))
        for row in rows[rows["label"] == label].to_dict("records")
    )
