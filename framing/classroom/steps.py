"""The steps of a lesson in their order, and what teacher and class are told of each."""

from __future__ import annotations

from dataclasses import dataclass

from framing.classroom.class_record import PHASES, Phase, Round

ROUNDS: tuple[Round, ...] = ("before", "after")


@dataclass(frozen=True, slots=True)
class Step:
    """A phase: its `name` on a button, what it `does`, what the class `sees` meanwhile (both for the teacher)."""

    phase: Phase
    name: str
    does: str
    sees: str


STEPS: tuple[Step, ...] = (
    Step(
        "lobby",
        "Join",
        "Everyone joins with the address and the code.",
        "“You are in”, and that you will start.",
    ),
    Step(
        "before",
        "Guess",
        "A warm-up: can the class tell which outlet wrote a sentence? The answers come at the end.",
        "One sentence at a time, with the outlets to choose from. Nothing says who is right.",
    ),
    Step(
        "predict",
        "Predict",
        "Everyone says what they expect before they read: which outlet will do more of what?",
        "One question for each answer, with the outlets and “no difference” to choose from.",
    ),
    Step(
        "label",
        "Label",
        "Everyone reads the sentences and answers the question, each on their own. Outlets stay hidden.",
        "One sentence at a time, the answers, and what each answer means.",
    ),
    Step(
        "after",
        "Guess again",
        "The same guesses once more, now that everyone has read closely. Were they right more often?",
        "The sentences once more, with the outlets to choose from.",
    ),
    Step(
        "reveal",
        "Reveal",
        "What the class said, what the model says, and who wrote what.",
        "The results. Answers can no longer be changed.",
    ),
    Step(
        "closed",
        "End",
        "The lesson is over. You can open it again.",
        "Phones say thank you. Nobody can join or answer.",
    ),
)
"""In the order of a lesson."""


def step(phase: Phase) -> Step:
    """What is told of a phase."""
    return STEPS[PHASES.index(phase)]


def following(phase: Phase, guessed: bool) -> Phase | None:
    """The phase after this one; the second round of guessing only where there was a first. None after the last."""
    if phase == "closed":
        return None
    found = PHASES[PHASES.index(phase) + 1]
    return "reveal" if found == "after" and not guessed else found


def preceding(phase: Phase, guessed: bool) -> Phase | None:
    """The phase before this one, the rounds of guessing left out where there were none. None before the first."""
    place = PHASES.index(phase) - 1
    while place >= 0 and PHASES[place] in ROUNDS and not guessed:
        place -= 1
    return PHASES[place] if place >= 0 else None


def check(phase: str) -> Phase:
    """The phase of that name. Raises ValueError."""
    return PHASES[PHASES.index(phase)]
