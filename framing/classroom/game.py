"""Guess the outlet: what a class scores before and after the lesson, against chance. No student is ranked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from framing.classroom.class_estimate import Number
from framing.classroom.class_record import ClassRecord, Guess, Round
from framing.classroom.lesson import Lesson
from framing.uncertainty import LEVEL, MIN_ARTICLES, ArticleSums, intervals

MIN_STUDENTS = MIN_ARTICLES
"""Students below whom nothing is said of a class: they are the units here, as articles are of outlets."""
ROUNDS: tuple[Round, ...] = ("before", "after")


@dataclass(frozen=True)
class Played:
    """One round: `right` of `guesses` by `students`, as a `share` with its interval over students."""

    round: Round
    right: int
    guesses: int
    students: int
    share: Number


@dataclass(frozen=True)
class Away:
    """One sentence in the game: guesses by outlet, all rounds together, and whether it gave its outlet away."""

    number: int
    outlet: str
    counts: Mapping[str, int]

    @property
    def guesses(self) -> int:
        return sum(self.counts.values())

    @property
    def right(self) -> int:
        return self.counts.get(self.outlet, 0)

    @property
    def share(self) -> float:
        return self.right / self.guesses

    @property
    def mistaken(self) -> str:
        """The wrong outlet that most took it for; empty where nobody was wrong or two are level."""
        wrong = Counter({outlet: n for outlet, n in self.counts.items() if outlet != self.outlet and n})
        first = wrong.most_common(2)
        return first[0][0] if first and (len(first) == 1 or first[0][1] > first[1][1]) else ""


@dataclass(frozen=True)
class Game:
    """The rounds that were played, what blind guessing scores, the `change` from before to after among `both`, the
    students who played both rounds, and the sentences, those that gave most away first."""

    chance: float
    rounds: tuple[Played, ...]
    change: Number
    both: int
    sentences: tuple[Away, ...]


def played(lesson: Lesson, record: ClassRecord) -> Game:
    """The game's result; without rounds where nobody guessed."""
    outlets = {item.number: item.outlet for item in lesson.items}
    last = {(g.student, g.item, g.round): g for g in record.guesses if g.item in outlets}
    guesses = [guess for guess in last.values() if guess.outlet in lesson.outlets]
    rounds, each = [], {}
    for name in ROUNDS:
        each[name] = _by_student([guess for guess in guesses if guess.round == name], outlets)
        if each[name]:
            rounds.append(_round(name, each[name]))
    chance = 1 / len(lesson.outlets)
    return Game(chance, tuple(rounds), *_change(each["before"], each["after"]), _away(guesses, outlets))


def _by_student(guesses: Sequence[Guess], outlets: Mapping[int, str]) -> dict[int, tuple[int, int]]:
    """Right guesses and all guesses of each student."""
    found: dict[int, tuple[int, int]] = {}
    for guess in guesses:
        right, n = found.get(guess.student, (0, 0))
        found[guess.student] = right + (guess.outlet == outlets[guess.item]), n + 1
    return found


def _round(name: Round, each: Mapping[int, tuple[int, int]]) -> Played:
    """Students differ in skill, so they are the units: Wilson with their design effect, as for articles."""
    table = np.array(list(each.values()), dtype=np.float64)
    hits, told = table[:, :1], table[:, 1:]
    low, high = intervals(ArticleSums(hits, hits, told, np.zeros(1, dtype=np.bool_)))
    right, n = int(hits.sum()), int(told.sum())
    return Played(name, right, n, len(each), Number(right / n, float(low[0]), float(high[0])))


def _change(before: Mapping[int, tuple[int, int]], after: Mapping[int, tuple[int, int]]) -> tuple[Number, int]:
    """The mean change of a student's share, paired, with Student's t; the spread is at least that of blind luck."""
    both = sorted(set(before) & set(after))
    nan = float("nan")
    if not both:
        return Number(nan, nan, nan), 0
    change = np.array([after[s][0] / after[s][1] - before[s][0] / before[s][1] for s in both])
    value, n = float(change.mean()), len(both)
    if n < MIN_STUDENTS:
        return Number(value, nan, nan), n
    luck = [_luck([each[s] for s in both]) for each in (before, after)]
    error = sqrt(max(float(change.var(ddof=1)) / n, sum(luck)))
    half = float(special.stdtrit(n - 1, (1 + LEVEL) / 2)) * error
    return Number(value, max(value - half, -1.0), min(value + half, 1.0)), n


def _luck(each: Sequence[tuple[int, int]]) -> float:
    """Variance of the mean share were every guess equally likely to be right, one right and one wrong added."""
    p = (sum(right for right, _ in each) + 1) / (sum(n for _, n in each) + 2)
    return sum(p * (1 - p) / n for _, n in each) / len(each) ** 2


def _away(guesses: Sequence[Guess], outlets: Mapping[int, str]) -> tuple[Away, ...]:
    counts: dict[int, Counter[str]] = {}
    for guess in guesses:
        counts.setdefault(guess.item, Counter())[guess.outlet] += 1
    found = [Away(number, outlets[number], dict(told)) for number, told in counts.items()]
    return tuple(sorted(found, key=lambda away: (-away.share, -away.guesses, away.number)))
