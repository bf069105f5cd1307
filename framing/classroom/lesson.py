"""A lesson: one event, one question, and the sentences that a class labels without seeing their outlet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from framing.errors import InputError

Answer = Literal["one", "several"]
"""Whether a student picks exactly one choice for a sentence, or any number of them (none too)."""
Minutes = Literal[20, 45]
FEWEST, MOST = 5, 30
"""Sentences of a lesson. Labelling one takes a student 20 to 40 seconds, so 30 fill a 45-minute lesson."""
NONE = "none"
"""How "none of these" is called where several choices may be picked."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its `label` (as the head spells it), the name and the definition that students read."""

    label: str
    name: str
    definition: str


@dataclass(frozen=True)
class Question:
    """What is asked of every sentence. `head` is empty for a category the class invents: no model has an answer then.

    For a head of one label a sentence all its labels are choices; for a head of several, those that were picked."""

    text: str
    answer: Answer
    choices: tuple[Choice, ...]
    head: str = ""
    head_version: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The choices' labels in the order in which they are shown."""
        return tuple(choice.label for choice in self.choices)

    @property
    def predictable(self) -> tuple[Choice, ...]:
        """The choices for which students guess an outlet: without the second of two, which is the first one's
        mirror."""
        return self.choices[:1] if self.answer == "one" and len(self.choices) == 2 else self.choices

    def check(self, labels: Sequence[str]) -> tuple[str, ...]:
        """A student's labels in the question's order. Raises InputError for labels that are no choice, none where one
        is needed, or more than one."""
        unknown = [label for label in labels if label not in self.labels]
        if unknown:
            raise InputError(f"“{unknown[0]}” is no answer to this question. Choose among: {', '.join(self.labels)}.")
        if self.answer == "one" and len(set(labels)) != 1:
            raise InputError("This question takes exactly one answer.")
        return tuple(label for label in self.labels if label in labels)


@dataclass(frozen=True)
class Item:
    """One sentence that is asked about, `number` from 1 in the order of asking.

    `outlet`, `title` and `article_id` stay hidden until the reveal; `text` is as students see it, with outlets' names
    masked; `actor` is who the stance is toward (empty for heads that read sentences), `surface` how the sentence names
    them. `model` has the probability of each of the question's labels (empty for an invented category), `said` what
    the head decides. `chance` is the probability with which the sentence was drawn from its outlet's sentences."""

    number: int
    article_id: str
    index: int
    outlet: str
    title: str
    text: str
    voice: str
    chance: float
    actor: str = ""
    surface: str = ""
    before: str = ""
    after: str = ""
    model: dict[str, float] = field(default_factory=dict)
    said: tuple[str, ...] = ()

    @property
    def target(self) -> tuple[int, int] | None:
        """Where the sentence names the actor it is asked about: the first of the names in `surface` (several stand
        after commas) that is there as whole words. None where there is no actor, or no name of it."""
        if not self.actor:
            return None
        for name in filter(None, (self.surface, *self.surface.split(", "), self.actor)):
            found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self.text)
            if found:
                return found.span()
        return None

    @property
    def parts(self) -> tuple[str, str, str]:
        """The sentence before the words that name the actor, these words (none: empty), and what follows."""
        start, end = self.target or (len(self.text), len(self.text))
        return self.text[:start], self.text[start:end], self.text[end:]


@dataclass(frozen=True)
class Lesson:
    """A lesson as it is given: frozen once opened, stored as JSON with the class's answers."""

    id: str
    """Letters, digits and hyphens; a file name."""
    title: str
    event_id: str
    event: str
    question: Question
    items: tuple[Item, ...]
    outlets: tuple[str, ...]
    """Outlets that the sentences come from, in alphabetical order."""
    minutes: Minutes
    seed: int
    mild: bool
    """Sentences with graphic violence were left out."""
    notes: str = ""
    """For the teacher alone: aim, what to look for, what to ask."""
