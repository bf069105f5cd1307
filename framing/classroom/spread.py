"""How a class's answers to one sentence spread, and what most of it said: ties are told as ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framing.classroom.class_record import ClassRecord, Labelling
from framing.classroom.lesson import NONE, Lesson, Question

TIE = 0.5
"""What a label counts where exactly half of several answers give it: neither yes nor no, so as not to lose it."""


@dataclass(frozen=True)
class Spread:
    """Answers to one sentence: `counts` students a choice, in the question's order (with several choices one student
    may count in several), `none` of several, `unsure`; `voted` could say. `labels` are the choices."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    none: int
    unsure: int
    voted: int
    several: bool

    @property
    def n(self) -> int:
        """Students who answered, the unsure among them."""
        return self.voted + self.unsure

    @property
    def decided(self) -> bool:
        """Whether anybody could say, and no fewer than could not."""
        return self.voted > 0 and self.voted >= self.unsure

    @property
    def chosen(self) -> tuple[str, ...]:
        """The choices that most gave: of one answer a sentence those with most votes (several in a tie), of several
        those given by more than half. Empty where nobody could say, or where most picked none."""
        if not self.decided:
            return ()
        if self.several:
            return tuple(label for label, n in zip(self.labels, self.counts, strict=True) if 2 * n > self.voted)
        top = max(self.counts)
        return tuple(label for label, n in zip(self.labels, self.counts, strict=True) if n == top)

    @property
    def halves(self) -> tuple[str, ...]:
        """The choices at which the class is split evenly: those in a tie for the most, or given by exactly half."""
        if not self.decided:
            return ()
        if self.several:
            return tuple(label for label, n in zip(self.labels, self.counts, strict=True) if 2 * n == self.voted)
        return self.chosen if len(self.chosen) > 1 else ()

    @property
    def tied(self) -> bool:
        """Whether there is no majority because votes are even."""
        return bool(self.halves)

    @property
    def truth(self) -> np.ndarray:
        """(choices,) 1 for what the class says, 0 for the rest; in a tie shares of one, an even split a half. NaN where
        it could not say."""
        if not self.decided:
            return np.full(len(self.labels), np.nan)
        if self.several:
            return np.array([1.0 if label in self.chosen else TIE * (label in self.halves) for label in self.labels])
        return np.array([float(label in self.chosen) / len(self.chosen) for label in self.labels])

    @property
    def apart(self) -> float:
        """Of two students drawn among those who could say, the chance that they answer differently; with several
        choices at the choice that splits them most. NaN below two."""
        n = self.voted
        if n < 2:
            return float("nan")
        counts = np.array(self.counts, dtype=np.float64)
        if self.several:
            return float((2 * counts * (n - counts)).max() / (n * (n - 1)))
        return float(1 - (counts * (counts - 1)).sum() / (n * (n - 1)))

    def agrees(self, said: Sequence[str]) -> bool | None:
        """Whether the class says what a model says; None where the class could not say or is in a tie."""
        if not self.decided or self.tied:
            return None
        return set(self.chosen) == {label for label in said if label in self.labels}


def spread_of(question: Question, given: Sequence[Labelling]) -> Spread:
    """The spread of the labellings of one sentence."""
    told = [row for row in given if not row.unsure]
    several = question.answer == "several"
    counts = tuple(sum(label in row.labels for row in told) for label in question.labels)
    none = sum(not set(row.labels) & set(question.labels) for row in told) if several else 0
    if not several:
        told = [row for row in told if set(row.labels) & set(question.labels)]
    return Spread(question.labels, counts, none, sum(row.unsure for row in given), len(told), several)


def spreads(lesson: Lesson, record: ClassRecord) -> dict[int, Spread]:
    """The spread of every item, by its number."""
    by_item: dict[int, list[Labelling]] = {item.number: [] for item in lesson.items}
    for row in record.labellings:
        if row.item in by_item:
            by_item[row.item].append(row)
    return {number: spread_of(lesson.question, given) for number, given in by_item.items()}


def choice_name(question: Question, label: str) -> str:
    """A choice's name as students read it; `none` for none of several."""
    names = {choice.label: choice.name for choice in question.choices}
    return "none of these" if label == NONE and label not in names else names[label]
