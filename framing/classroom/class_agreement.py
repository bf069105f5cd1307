"""How far a class agrees: with itself, beyond chance, and with the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from framing.agreement import agreement, alpha
from framing.classroom.class_estimate import NOTHING, Number, estimates
from framing.classroom.class_event import Population
from framing.classroom.class_record import ClassRecord
from framing.classroom.lesson import Item, Lesson
from framing.classroom.spread import Spread
from framing.codes import Coding
from framing.heads import Kind
from framing.ppi import Labelled
from framing.tally import HeadInfo

ALL = "all"


@dataclass(frozen=True, slots=True)
class Agreed:
    """Krippendorff's alpha of one choice (or `all`) over `sentences` read by two students or more, with its interval
    over `articles`; `same` and `chance`: of ten pairs of answers, drawn from one sentence or from all, how many agree,
    as shares."""

    label: str
    alpha: Number
    same: float
    chance: float
    sentences: int
    articles: int


@dataclass(frozen=True, slots=True)
class WithModel:
    """Sentences (by number) on which class and model agree or differ, of one outlet or of all (outlet empty); `share`
    is what that comes to over all sentences of the event, with its interval."""

    outlet: str
    agree: tuple[int, ...]
    differ: tuple[int, ...]
    share: Number


def within(lesson: Lesson, record: ClassRecord, found: Mapping[int, Spread]) -> tuple[Agreed, ...]:
    """Agreement of the students: for one answer a sentence of all choices together first, then of each choice. Those
    who were unsure of a sentence do not count there. Empty where no sentence has two answers."""
    question, items = lesson.question, {item.number: item for item in lesson.items}
    codings = [
        Coding(items[row.item].article_id, row.item, "", str(row.student), row.labels)
        for row in record.labellings
        if row.item in items and not row.unsure and (row.labels or question.answer == "several")
    ]
    kind: Kind = "multiclass" if question.answer == "one" else "multilabel"
    table = agreement(codings, HeadInfo(question.head or "invented", kind, "sentence", question.labels))
    twice = [spread for spread in found.values() if spread.voted > 1]
    if not twice:
        return ()
    counts = np.array([spread.counts for spread in twice], dtype=np.float64)
    voted = np.array([spread.voted for spread in twice], dtype=np.float64)
    if kind == "multiclass" and len(question.labels) == 2:
        table = table[:1]  # each of two choices is the other's mirror
    rows = []
    for row in table.to_dict("records"):
        label = str(row["label"])
        yes = counts[:, question.labels.index(label)] if label in question.labels else np.empty(0)
        values = np.column_stack([yes, voted - yes]) if label in question.labels else counts
        seen, by_chance = _alike(values)
        number = Number(alpha(values), float(row["low"]), float(row["high"]))
        rows.append(Agreed(label, number, seen, by_chance, int(row["n_sentences"]), int(row["n_articles"])))
    return tuple(rows)


def _alike(counts: np.ndarray) -> tuple[float, float]:
    """The shares of pairs of answers that agree, within sentences and among all answers: what alpha is made of."""
    told, values = counts.sum(axis=1), counts.sum(axis=0)
    n = told.sum()
    seen = ((counts * (counts - 1)).sum(axis=1) / (told - 1)).sum() / n
    return float(seen), float((values * (values - 1)).sum() / (n * (n - 1)))


def with_model(lesson: Lesson, population: Population | None, found: Mapping[int, Spread]) -> tuple[WithModel, ...]:
    """Agreement with the model over all outlets, then of each; empty for an invented category. Sentences on which the
    class is in a tie or could not say do not count."""
    if not lesson.question.head:
        return ()
    same = {
        item.number: agrees for item in lesson.items if (agrees := found[item.number].agrees(item.said)) is not None
    }
    return tuple(_with_model(lesson, population, same, outlet) for outlet in ("", *lesson.outlets))


def _with_model(lesson: Lesson, population: Population | None, same: Mapping[int, bool], outlet: str) -> WithModel:
    items = [item for item in lesson.items if item.number in same and outlet in ("", item.outlet)]
    share = NOTHING if population is None else _over_all(population, outlet, items, same, lesson.outlets)
    yes, no = (tuple(item.number for item in items if same[item.number] is wanted) for wanted in (True, False))
    return WithModel(outlet, yes, no, share)


def _over_all(
    population: Population, outlet: str, items: Sequence[Item], same: Mapping[int, bool], outlets: Sequence[str]
) -> Number:
    of = population.rows["outlet"]
    n = int((of == outlet).sum() if outlet else of.isin(list(outlets)).sum())
    places = population.places(tuple(items))
    there = [item for item in items if item.number in places]
    if not there or not n:
        return NOTHING
    side = Labelled(
        said=np.zeros((n, 1)),
        weights=np.ones(n),
        article=np.zeros(n, dtype=np.int64),
        rows=np.arange(len(there), dtype=np.int64),
        true=np.array([[float(same[item.number])] for item in there]),
        lift=np.array([1 / item.chance for item in there]),
    )
    return estimates({outlet or ALL: side}, model=False)[0].shares[outlet or ALL]
