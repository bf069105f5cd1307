"""A student's answers: read from what a phone sent, and held against the lesson and its phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from framing.classroom.class_record import Guess, Labelling, Phase, Prediction
from framing.classroom.lesson import Lesson
from framing.errors import InputError

Entry = Labelling | Prediction | Guess
LATEST = 2**53
"""Whole numbers that a browser's script can tell apart."""
_OPEN: dict[str, tuple[Phase, ...]] = {
    "label": ("label", "after"),
    "predict": ("predict",),
    "before": ("before",),
    "after": ("after",),
}
"""Phases in which an answer is taken. Labels are until the reveal: a phone that slept hands its own in late."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with the number `at` that its phone gave it: of two for the same thing the higher counts, so that an
    answer which was long on its way does not undo a later one."""

    entry: Entry
    at: int


def read(sent: object, student: int) -> Answer:
    """The answer in one JSON object: `{"kind", "at", …}`. Raises InputError."""
    if not isinstance(sent, dict):
        raise InputError("This is no answer.")
    at, kind = sent.get("at"), sent.get("kind")
    if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < LATEST:
        raise InputError("This answer has no number. Load the page again.")
    if kind == "label":
        labels, unsure = sent.get("labels"), sent.get("unsure", False)
        if not isinstance(labels, list) or not all(isinstance(one, str) for one in labels):
            raise InputError("This answer has no labels. Load the page again.")
        if not isinstance(unsure, bool):
            raise InputError("This answer cannot be read. Load the page again.")
        return Answer(Labelling(student, _number(sent, "item"), tuple(labels), unsure), at)
    if kind == "predict":
        return Answer(Prediction(student, _text(sent, "label"), _text(sent, "outlet")), at)
    if kind in ("before", "after"):
        return Answer(Guess(student, _number(sent, "item"), kind, _text(sent, "outlet")), at)
    raise InputError("This kind of answer is not known. Load the page again.")


def check(lesson: Lesson, phase: Phase, entry: Entry) -> Entry:
    """The entry in the lesson's own order of labels, if this lesson takes it in this phase. Raises InputError with a
    sentence for the student."""
    kind = "label" if isinstance(entry, Labelling) else "predict" if isinstance(entry, Prediction) else entry.round
    if phase not in _OPEN[kind]:
        if phase in ("reveal", "closed"):
            raise InputError("The answers are in: this one came too late and does not count.")
        raise InputError("The class is at another step now: this answer does not count.")
    if isinstance(entry, Labelling):
        _check_item(lesson, entry.item)
        if entry.unsure:
            if entry.labels:
                raise InputError("“I can’t say” and an answer exclude each other.")
            return entry
        return replace(entry, labels=lesson.question.check(entry.labels))
    if isinstance(entry, Guess):
        _check_item(lesson, entry.item)
        _check_outlet(lesson, entry.outlet)
        return entry
    lesson.question.check([entry.label])
    if entry.outlet:
        _check_outlet(lesson, entry.outlet)
    return entry


def _check_item(lesson: Lesson, number: int) -> None:
    if all(item.number != number for item in lesson.items):
        raise InputError(f"This lesson has no sentence {number}.")


def _check_outlet(lesson: Lesson, outlet: str) -> None:
    if outlet not in lesson.outlets:
        raise InputError("This outlet is not in the lesson.")


def _number(sent: Mapping[Any, Any], name: str) -> int:
    value = sent.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1000:
        raise InputError("This answer belongs to no sentence. Load the page again.")
    return value


def _text(sent: Mapping[Any, Any], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str):
        raise InputError("This answer cannot be read. Load the page again.")
    return value
