"""Discussion cards: the sentences on which a class is most split, each with a question made of what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from framing.classroom.lesson import Item, Lesson, Question
from framing.classroom.spread import Spread, choice_name
from framing.plain import count, listed

MOST_CARDS = 6
"""Cards at most; three take a class of thirty about ten minutes."""
LEAST_VOTES = 3
"""Students who must have said something of a sentence: two who differ are no split class."""
LEAST_APART = 0.3
"""Chance of two students answering differently from which there is something to discuss: of 20 students 4 against 16
are 0.34 apart, 3 against 17 are 0.27."""


@dataclass(frozen=True, slots=True)
class Card:
    """One disputed sentence: its number, how the class is split, the question to discuss, and a second one where there
    is a reason for it (empty otherwise). The outlet is not named: it is to be found out afterwards."""

    number: int
    apart: float
    split: str
    question: str
    further: str


def cards(lesson: Lesson, found: Mapping[int, Spread]) -> tuple[Card, ...]:
    """The most disputed sentences, the closest to an even split first; none where the class is of one mind."""
    split = [
        item
        for item in lesson.items
        if found[item.number].voted >= LEAST_VOTES and found[item.number].apart >= LEAST_APART
    ]
    split.sort(key=lambda item: (-found[item.number].apart, -found[item.number].n, item.number))
    return tuple(_card(lesson, item, found[item.number]) for item in split[:MOST_CARDS])


def _card(lesson: Lesson, item: Item, spread: Spread) -> Card:
    question = lesson.question
    return Card(item.number, spread.apart, split_words(question, spread), _asked(question, spread),
                _further(lesson, item, spread))  # fmt: skip


def split_words(question: Question, spread: Spread) -> str:
    """How the class answered, as `11 conflict, 9 not` or `9 negative, 8 neutral, 3 positive`; of several choices the
    one that splits it most."""
    if spread.several:
        label, yes = _most_split(spread)
        return f"{yes} of you read “{choice_name(question, label)}” here, {spread.voted - yes} did not"
    told = sorted(zip(spread.counts, spread.labels, strict=True), key=lambda pair: -pair[0])
    return listed([f"{n} of you said “{choice_name(question, label)}”" for n, label in told if n])


def _most_split(spread: Spread) -> tuple[str, int]:
    return min(zip(spread.labels, spread.counts, strict=True), key=lambda pair: abs(2 * pair[1] - spread.voted))


def _asked(question: Question, spread: Spread) -> str:
    if spread.several:
        return "Which words decided it for you? Could the others have seen something you did not?"
    top = sorted(zip(spread.counts, spread.labels, strict=True), key=lambda pair: -pair[0])[:2]
    one, other = (choice_name(question, label) for _, label in top)
    return f"Which words speak for “{one}”, which for “{other}”?"


def _further(lesson: Lesson, item: Item, spread: Spread) -> str:
    """A second question with its reason: many were unsure, somebody is quoted, or the model sides with the fewer."""
    question = lesson.question
    if spread.unsure >= max(2, spread.n / 5):
        return f"{count(spread.unsure, 'student')} could not say. What is missing to decide?"
    if question.head and (agrees := spread.agrees(item.said)) is False:
        said = listed([f"“{choice_name(question, label)}”" for label in item.said if label in question.labels]) if any(
            label in question.labels for label in item.said
        ) else "none of these"  # fmt: skip
        return f"The model says {said}, most of you do not. Who has the better reasons?" if agrees is False else ""
    if item.voice in {"quoted", "reported", "mixed"}:
        return "Somebody else’s words are in this sentence. Does the outlet say it, or only pass it on?"
    return ""
