"""What a machine learned from a class, as HTML for the projector."""

from __future__ import annotations

from framing.classroom.class_estimate import Number
from framing.classroom.lesson import Lesson
from framing.classroom.reveal_page import GRADES, Page
from framing.classroom.reveal_words import ends, of_hundred
from framing.classroom.spread import choice_name
from framing.classroom.teach import Taught, Tried
from framing.classroom.templating import render
from framing.plain import count, listed, percent

LEVEL_WITH = 1
"""Sentences by which a model must beat the commonest answer before it is called better than that, beside the interval:
one is luck."""


def teach_part(lesson: Lesson, taught: Taught) -> str:
    """The training's result for inside the page's `main`."""
    return render("teach.html", lesson=lesson, taught=taught, page=TaughtPage(lesson, taught))


class TaughtPage:
    """What the template asks of a training."""

    at, width = Page.at, Page.width

    def __init__(self, lesson: Lesson, taught: Taught) -> None:
        self.lesson, self.taught = lesson, taught
        self.right = [one for one in taught.tried if one.right]
        self.wrong = sorted((one for one in taught.tried if not one.right), key=lambda one: -one.certainty)

    def name(self, label: str) -> str:
        """A choice's name."""
        return choice_name(self.lesson.question, label)

    def names(self, given: tuple[str, ...]) -> str:
        """Several choices' names, quoted."""
        return listed([f"“{self.name(label)}”" for label in given]) if given else "none of these"

    def sure(self, one: Tried) -> str:
        """How sure it was of what it said, in percent."""
        return percent(one.certainty)

    def percent(self, share: float) -> str:
        """A probability in percent."""
        return percent(share)

    @property
    def verdict(self) -> str:
        """Whether it learned something, against always giving the commonest answer."""
        taught, n = self.taught, len(self.taught.tried)
        told = f"It got {len(self.right)} of {n} sentences right that it had not seen"
        lazy = f"always saying {self.names(taught.commonest)} would get {taught.always}"
        if len(self.right) <= taught.always + LEVEL_WITH:
            return f"{told}; {lazy}. So it has not learned to tell them apart yet."
        if not taught.right.known or taught.right.low <= taught.always / n:
            return f"{told}; {lazy}. It seems to have learned something, but that may be luck."
        return f"{told}; {lazy}. It has learned something."

    @property
    def spread(self) -> str:
        """The range of its share."""
        number: Number = self.taught.right
        if not number.known:
            return "Too few articles for a range."
        return f"On sentences of other articles it would get between {ends(number)} of 100 right."

    @property
    def curve(self) -> list[tuple[int, float, str]]:
        """Sentences learned from, the score (F1), and that of a hundred."""
        return [(n, value, of_hundred(value)) for n, value in self.taught.curve]

    def grade(self, label: str) -> str:
        """How reliable it is on a label."""
        tier = self.taught.tiers.get(label, "unmeasured")
        measure = self.taught.trained.measure
        seen = measure.support.get(label, 0) if measure else 0
        if tier == "unmeasured":
            return f"not measured: you gave “{self.name(label)}” to only {count(seen, 'sentence')}"
        return f"measured on {count(seen, 'sentence')} with “{self.name(label)}”: {GRADES[tier]}"
