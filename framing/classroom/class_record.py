"""What a class answered in one lesson, as the reveal reads it: no network, no storage in here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Phase = Literal["lobby", "before", "predict", "label", "after", "reveal", "closed"]
"""Where a lesson stands: joining, guess the outlet (before), predict, label, guess the outlet (after), reveal, closed.
The two rounds of guessing may be skipped."""
PHASES: tuple[Phase, ...] = ("lobby", "before", "predict", "label", "after", "reveal", "closed")
Round = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Labelling:
    """One student's latest labels of one item (by its number); empty where none of several fits, `unsure` where the
    student could not say."""

    student: int
    item: int
    labels: tuple[str, ...]
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Prediction:
    """Which outlet a student expects to use `label` more; `outlet` is empty for "no difference"."""

    student: int
    label: str
    outlet: str


@dataclass(frozen=True, slots=True)
class Guess:
    """Which outlet a student takes an item to come from, in one round of the game."""

    student: int
    item: int
    round: Round
    outlet: str


@dataclass(frozen=True)
class ClassRecord:
    """Everything a class answered. Students are numbers: nicknames never leave the store."""

    students: tuple[int, ...]
    labellings: tuple[Labelling, ...] = field(default=())
    predictions: tuple[Prediction, ...] = field(default=())
    guesses: tuple[Guess, ...] = field(default=())
