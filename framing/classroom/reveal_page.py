"""The reveal as HTML, for the projector and for phones; no script, no style in attributes, everything escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from framing import labels
from framing.classroom import reveal_words
from framing.classroom.class_agreement import WithModel
from framing.classroom.class_estimate import Number
from framing.classroom.class_event import actor_of
from framing.classroom.class_results import Result
from framing.classroom.lesson import Lesson
from framing.classroom.reveal import Reveal, Shown
from framing.classroom.spread import choice_name
from framing.classroom.templating import render
from framing.explain_words import finding, legend, marked_html
from framing.plain import listed, percent

UNSURE = "unsure"
"""How a student's own "could not say" is passed on, beside labels."""
MOST_BEHIND = 60
"""Sentences listed behind one number of the model's; the dashboard has the rest."""
GRADES = {
    "A": "usually right (grade A)",
    "B": "often right (grade B)",
    "C": "often wrong (grade C)",
    "unmeasured": "never measured",
}


def reveal_part(lesson: Lesson, found: Reveal, teacher: bool, own: Mapping[int, tuple[str, ...]] | None = None) -> str:
    """The reveal for inside the page's `main`: large, a finding a screen, for a `teacher`, otherwise for a phone. `own`
    has a student's answers by item number (`unsure` where they could not say), which are marked."""
    return render(
        "reveal.html",
        lesson=lesson,
        found=found,
        teacher=teacher,
        own=own or {},
        page=Page(lesson, found),
        w=reveal_words,
        unsure=UNSURE,
    )


class Page:
    """What the template asks of a reveal."""

    def __init__(self, lesson: Lesson, found: Reveal) -> None:
        self.lesson, self.found = lesson, found
        self.actor = actor_of(lesson)
        self.pair = lesson.question.answer == "one" and len(lesson.question.labels) == 2

    @property
    def shown(self) -> tuple[Result, ...]:
        """The results that say something new: the second of two answers is the mirror of the first."""
        return self.found.results[:1] if self.pair else self.found.results

    @property
    def overview(self) -> tuple[Result, ...]:
        """The same with mirrors that somebody predicted something of."""
        return tuple(
            r for i, r in enumerate(self.found.results) if i == 0 or not self.pair or any(r.predicted.values())
        )

    def name(self, label: str) -> str:
        """A choice's name."""
        return choice_name(self.lesson.question, label)

    def names(self, given: Sequence[str]) -> str:
        """Several choices' names, quoted; `none of these` for none, `I could not say` for unsure."""
        if tuple(given) == (UNSURE,) and UNSURE not in self.lesson.question.labels:
            return "could not say"
        told = [f"“{self.name(label)}”" for label in given if label in self.lesson.question.labels]
        return listed(told) if told else "none of these"

    def grade(self, label: str) -> str:
        """The model's reliability on a choice, in words."""
        return GRADES.get(self.found.tiers.get(label, ""), "")

    def by_class(self, label: str, outlet: str) -> list[int]:
        """Numbers of an outlet's sentences that the class gives a label."""
        return [s.item.number for s in self._of(outlet) if label in s.spread.chosen and label not in s.spread.halves]

    def level(self, label: str, outlet: str) -> list[int]:
        """Numbers of an outlet's sentences on which the class is split evenly over a label."""
        return [s.item.number for s in self._of(outlet) if label in s.spread.halves]

    def read(self, outlet: str) -> list[int]:
        """Numbers of an outlet's sentences that the class decided."""
        return [s.item.number for s in self._of(outlet) if s.spread.decided]

    def _of(self, outlet: str) -> list[Shown]:
        return [s for s in self.found.sentences if outlet in ("", s.item.outlet)]

    def behind(self, label: str, outlet: str) -> tuple[tuple[str, str], ...]:
        """(title, text) of the first sentences behind a number of the model's."""
        return self.found.behind.get((label, outlet), ())[:MOST_BEHIND]

    def hidden(self, label: str, outlet: str) -> int:
        """How many more there are."""
        return max(len(self.found.behind.get((label, outlet), ())) - MOST_BEHIND, 0)

    def verdict(self, shown: Shown) -> str:
        """What most of the class said of a sentence."""
        spread = shown.spread
        if not spread.n:
            return "Nobody answered this one."
        if not spread.decided:
            return "Most of you could not say."
        if spread.tied:
            return f"You are split evenly over {self.names(spread.halves)}."
        if spread.several or 2 * max(spread.counts) > spread.voted:
            return f"Most of you said {self.names(spread.chosen)}."
        return f"Your most common answer is {self.names(spread.chosen)}, though fewer than half gave it."

    def beside(self, shown: Shown) -> str:
        """Whether class and model agree on a sentence."""
        if shown.agrees is None:
            return ""
        return "The model agrees with you." if shown.agrees else "The model disagrees with you."

    def certainty(self, shown: Shown, label: str) -> float:
        """The model's probability of a choice; NaN where it has none."""
        return shown.item.model.get(label, float("nan"))

    def voice(self, shown: Shown) -> str:
        """Whose words a sentence has."""
        known = shown.item.voice in labels.HEADS["voice"].labels
        return labels.definition("voice", shown.item.voice) if known else ""

    def words(self, shown: Shown) -> list[tuple[str, str, Markup, str, str]]:
        """Of every explained answer its name, how the check went, the sentence with its marks, what they mean, and the
        finding."""
        return [(self.name(e.label), e.outcome, Markup(marked_html(e)), legend([e]), finding(e)) for e in shown.words]

    def size(self, row: WithModel) -> int:
        """Sentences that a row of agreement with the model is about."""
        return self.found.sizes.get(row.outlet, 0) if row.outlet else sum(self.found.sizes.values())

    @property
    def every(self) -> list[int]:
        """Numbers of all sentences with two answers or more."""
        return [s.item.number for s in self.found.sentences if s.spread.voted > 1]

    def at(self, share: float, signed: bool = False) -> str:
        """Where a share (or, `signed`, a difference) stands on its axis, as SVG takes it."""
        return f"{50 + 50 * share if signed else 100 * share:.1f}%"

    def width(self, number: Number, signed: bool = False) -> str:
        """The width of its interval there."""
        return f"{(50 if signed else 100) * (number.high - number.low):.1f}%"

    def percent(self, share: float) -> str:
        """A probability in percent."""
        return percent(share)
