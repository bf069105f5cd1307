"""The question of a lesson: its words, and the choices with their definitions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from framing.classroom.fields import FieldError
from framing.classroom.lesson import Choice, Question
from framing.heads import HeadBase
from framing.labels import definition, head_name, label_name, order
from framing.plain import listed
from framing.tally import VOICE, HeadInfo

YES, NO = "yes", "no"
FEW_FRAMES, MOST_FRAMES = 2, 3
"""Labels of a head of several labels that one lesson asks about: a phone shows three definitions at once, and a class
keeps no more in mind."""
FEW_ANSWERS, MOST_ANSWERS = 2, 4
LONGEST_NAME, LONGEST_TEXT = 60, 400
"""Characters of an answer's name, and of a definition or a question."""
_ASKED: Mapping[str, str] = {
    "sentiment": "Is what this sentence tells bad, good, or neither?",
    "wording": "Does this sentence use loaded words, or plain ones?",
    "voice": "Whose words are these?",
    "stance": "In which light does this sentence put {actor}?",
}
SOMEBODY = "the one who is marked"
"""The actor in a question about whoever is named."""


def asked(head: HeadInfo, loaded: HeadBase | None, labels: Sequence[str], text: str, actor: str) -> Question:
    """The question about a head's labels: all of them, or those picked of a head of several labels a sentence. Raises
    FieldError for labels that the head has not, and for too many or too few."""
    known = [label for label in order(head.name, head.labels) if label in head.labels]
    chosen = _picked(head, known, labels)
    if not text:
        plain = "Which of these does this sentence bring up? Several may fit, or none."
        made = _ASKED.get(head.name, plain if head.kind == "multilabel" else "Which of these fits this sentence best?")
        text = made.format(actor=actor or SOMEBODY)
    meant = {} if loaded is None else loaded.definitions
    choices = tuple(
        Choice(label, label_name(head.name, label), definition(head.name, label) or meant.get(label, ""))
        for label in chosen
    )
    version = "" if loaded is None else loaded.version
    return Question(text, "several" if head.kind == "multilabel" else "one", choices, head.name, version)


def _picked(head: HeadInfo, known: list[str], labels: Sequence[str]) -> list[str]:
    unknown = [label for label in labels if label not in known]
    if unknown:
        raise FieldError("labels", f"{head_name(head.name)} has no label “{unknown[0]}”. It has: {', '.join(known)}.")
    if head.kind != "multilabel":
        if labels and set(labels) != set(known):
            raise FieldError(
                "labels",
                f"Every sentence has exactly one of {head_name(head.name)}’s labels, so all of them are asked about: "
                "pick none, or all.",
            )
        return known
    few = min(FEW_FRAMES, len(known))
    if not few <= len(set(labels)) <= MOST_FRAMES:
        raise FieldError(
            "labels",
            f"Pick {few} or {MOST_FRAMES} labels of {head_name(head.name)}; you picked {len(set(labels))}. "
            f"There are: {', '.join(known)}.",
        )
    return [label for label in known if label in labels]


def invented(choices: Sequence[Choice], text: str) -> Question:
    """The question about a category that the class invents. Raises FieldError where it has not two to four answers that
    differ, or one has no name or no definition."""
    if not FEW_ANSWERS <= len(choices) <= MOST_ANSWERS:
        raise FieldError(
            "answers",
            f"A category of your own needs {FEW_ANSWERS} to {MOST_ANSWERS} answers; this one has {len(choices)}.",
        )
    for choice in choices:
        if not choice.name.strip() or not choice.label:
            raise FieldError("answers", "An answer has no name. Write one or two words that students can tap.")
        if len(choice.name) > LONGEST_NAME or len(choice.definition) > LONGEST_TEXT:
            raise FieldError(
                "answers",
                f"“{choice.name[:30]}” is too long: a name has at most {LONGEST_NAME} characters, a definition "
                f"{LONGEST_TEXT}.",
            )
        if not choice.definition.strip():
            raise FieldError("answers", f"“{choice.name}” has no definition. Say in one sentence when it fits.")
    names = [choice.name.casefold() for choice in choices] + [choice.label for choice in choices]
    if len(set(names[: len(choices)])) < len(choices) or len(set(names[len(choices) :])) < len(choices):
        raise FieldError("answers", "Two answers have the same name. Give each its own.")
    if len(text) > LONGEST_TEXT:
        raise FieldError("question", f"The question is longer than {LONGEST_TEXT} characters. Shorten it.")
    made = text.strip() or f"Which fits this sentence: {listed([choice.name for choice in choices])}?"
    return Question(made, "one", tuple(choices))


def yes_or_no(name: str, meaning: str) -> tuple[Choice, Choice]:
    """The two answers of a category that a sentence has or has not."""
    return Choice(YES, "Yes", meaning), Choice(NO, "No", f"“{name}” does not fit this sentence.")


def answers(named: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    """Choices of names and definitions, with a label made of each name."""
    return tuple(Choice(slug(name), name.strip(), meaning.strip()) for name, meaning in named)


def slug(name: str) -> str:
    """A name as a label: lower case, words joined by underscores."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")[:LONGEST_NAME]


def cautions(head: HeadInfo, question: Question) -> list[str]:
    """For the teacher: labels that the model often gets wrong."""
    found = []
    for tier, why in (
        ("C", "The model is often wrong on {}"),
        ("unmeasured", "Nobody has measured how often the model is right on {}"),
    ):
        names = [f"“{choice.name}”" for choice in question.choices if head.tiers.get(choice.label) == tier]
        if names:
            found.append(f"{why.format(listed(names))}: where it and the class differ there, trust the class more.")
    return found


def asks_voice(head: str) -> bool:
    """Whether the question is about whose words they are, which the model decides without a probability."""
    return head == VOICE.name
