"""What a student's device is given of a lesson, and nothing else: made here, so that no template can leak the rest.

Before the reveal a sentence is its number, its text and whom it is about. Outlets are named where they are the choices,
in alphabetical order, and beside no sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from framing.classroom.class_record import ClassRecord, Phase, Round
from framing.classroom.lesson import NONE, Lesson

UNSURE = "?"
"""How a page calls “I can't say” among the values of a card."""
Kind = Literal["label", "predict", "before", "after"]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to tap: its value, its name, and what it means."""

    value: str
    name: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One screen: `key` is the item's number or the label that is predicted, `text` in stretches (marked or not),
    `about` whom a sentence is about, `meaning` what the label that is predicted means, `before` and `after` the
    sentences around it, `asked` the question, `picked` the student's stored answer."""

    key: str
    text: tuple[tuple[str, bool], ...]
    about: str
    meaning: str
    before: str
    after: str
    asked: str
    options: tuple[Option, ...]
    picked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """All screens of a phase in which students answer; with `several` more than one option may be picked."""

    kind: Kind
    title: str
    hint: str
    several: bool
    cards: tuple[Card, ...]


def deck(lesson: Lesson, phase: Phase, mine: ClassRecord) -> Deck | None:
    """The screens of this phase with the student's own answers; None where nothing is asked."""
    if phase == "label":
        return _labels(lesson, mine)
    if phase == "predict":
        return _predictions(lesson, mine)
    if phase in ("before", "after"):
        return _guesses(lesson, phase, mine)
    return None


def _labels(lesson: Lesson, mine: ClassRecord) -> Deck:
    several = lesson.question.answer == "several"
    options = [Option(each.label, each.name, each.definition) for each in lesson.question.choices]
    if several:
        options.append(Option(NONE, "None of these"))
    options.append(Option(UNSURE, "I can’t say"))
    stored = {one.item: (UNSURE,) if one.unsure else one.labels or (NONE,) for one in mine.labellings}
    return Deck(
        "label",
        "Label",
        "Pick all that fit." if several else "Pick the one that fits best.",
        several,
        tuple(
            Card(
                str(item.number),
                tuple((part, i == 1) for i, part in enumerate(item.parts) if part),
                item.actor,
                "",
                item.before,
                item.after,
                lesson.question.text,
                tuple(options),
                stored.get(item.number, ()),
            )
            for item in lesson.items
        ),
    )


def _predictions(lesson: Lesson, mine: ClassRecord) -> Deck:
    options = (*(Option(outlet, outlet) for outlet in lesson.outlets), Option("", "No difference"))
    stored = {one.label: (one.outlet,) for one in mine.predictions}
    return Deck(
        "predict",
        "Predict",
        "You have read nothing yet: what do you expect? There is no wrong answer.",
        False,
        tuple(
            Card(
                choice.label,
                ((choice.name, False),),
                "",
                choice.definition,
                "",
                "",
                "Which outlet will have more of this?",
                options,
                stored.get(choice.label, ()),
            )
            for choice in lesson.question.predictable
        ),
    )


def _guesses(lesson: Lesson, round_: Round, mine: ClassRecord) -> Deck:
    options = tuple(Option(outlet, outlet) for outlet in lesson.outlets)
    stored = {one.item: (one.outlet,) for one in mine.guesses if one.round == round_}
    hint = "Trust your feeling." if round_ == "before" else "You have read them all now. Guess once more."
    return Deck(
        round_,
        "Guess the outlet",
        hint,
        False,
        tuple(
            Card(
                str(item.number),
                ((item.text, False),),
                "",
                "",
                "",
                "",
                "Which outlet wrote this?",
                options,
                stored.get(item.number, ()),
            )
            for item in lesson.items
        ),
    )
