"""What a teacher prints: a worksheet with its key, and a guide of one page. Whole HTML files that ask for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from framing.classroom.asking import asks_voice
from framing.classroom.lesson import Item, Lesson
from framing.classroom.lesson_notes import REMARK, parted
from framing.classroom.templating import render
from framing.labels import label_name
from framing.plain import count, listed, percent

SECONDS = 30
"""What a student takes for a sentence; how long the labelling is planned to last follows from it."""
_MOST_LINES, _MOST_LETTERS = 3, 190
"""Of a teacher's own notes, so that the guide stays one page."""
_ROOMY = 1000
"""Letters of notes from which the guide is set smaller: the ready-made lessons have 400 to 560."""
_ASK = (
    "Take the sentence on which you were most divided. What did each side see in it?",
    "Which outlet would you have guessed wrong, and what does that say about what you expected?",
)


@dataclass(frozen=True)
class Step:
    """A step of the lesson: how long, what the class does, what to say."""

    minutes: int
    name: str
    does: str
    says: str


@dataclass(frozen=True)
class KeyRow:
    """A sentence's line in the answer key."""

    number: int
    outlet: str
    title: str
    actor: str
    said: str


def worksheet_page(lesson: Lesson) -> str:
    """The lesson on paper, as one HTML file: sentences without their outlets, boxes to tick, and on a page of its own
    the key."""
    several = lesson.question.answer == "several"
    how = "Tick all that fit, or “none of these”." if several else "Tick exactly one."
    return render(
        "worksheet.html",
        lesson=lesson,
        how=f"{how} If you really cannot decide, tick “cannot say”.",
        predicted=lesson.question.predictable,
        parts=[item.parts for item in lesson.items],
        ask=parted(lesson.notes).get("Ask", list(_ASK)),
        told=_key_words(lesson),
        key=[KeyRow(i.number, i.outlet, i.title, i.actor, model_words(lesson, i)) for i in lesson.items],
    )


def model_words(lesson: Lesson, item: Item) -> str:
    """The model's answer with its certainty, in words."""
    question = lesson.question
    if not question.head:
        return "no answer: no model knows this category"
    names = [choice.name for choice in question.choices if choice.label in item.said]
    if not item.model:
        return listed(names) if names else "–"
    if question.answer == "one":
        label = max(item.model, key=lambda one: item.model[one])
        name = names[0] if names else label_name(question.head, label)
        return f"{name}, {percent(item.model[item.said[0] if item.said else label])} sure"
    sure = ", ".join(f"{choice.name} {percent(item.model[choice.label])}" for choice in question.choices)
    return f"{listed(names) if names else 'none of these'} ({sure})"


def _key_words(lesson: Lesson) -> str:
    if not lesson.question.head:
        return "No model has an answer to this question: it is yours. Compare your answers with each other."
    if asks_voice(lesson.question.head):
        return "The model decides whose words they are without a figure for how sure it is. It can be wrong."
    own = " Each answer has its own bar to pass, so that 40% may be enough for one and not for another."
    return (
        f"The figure is how sure the model is.{own if lesson.question.answer == 'several' else ''} It can be sure and "
        "wrong. The sentences were chosen so that rare answers come up often: do not count them to compare the outlets."
    )


def guide_page(lesson: Lesson) -> str:
    """The teacher's guide as one HTML file that prints on one page."""
    notes = parted(lesson.notes)
    steps = steps_of(lesson)
    advice = _short([*notes.get(f"{lesson.minutes} minutes", []), *notes.get(REMARK, [])])[:2]
    look, ask = _short(notes.get("Look for", [])), _short(notes.get("Ask", list(_ASK)))
    return render(
        "guide.html",
        lesson=lesson,
        aim=(_short(notes.get("Aim", [])) or [_aim(lesson)])[0],
        answers=_answers(lesson),
        filtered=_filtered(lesson),
        steps=steps,
        pace=_pace(lesson, steps),
        advice=advice,
        look=look,
        ask=ask,
        dense=sum(map(len, [*advice, *look, *ask])) > _ROOMY,
        numbers=_numbers(lesson, notes.get("Careful", [])),
    )


def steps_of(lesson: Lesson) -> list[Step]:
    """The steps of a lesson; their minutes sum to the lesson's."""
    long, own = lesson.minutes == 45, not lesson.question.head
    steps = [
        Step(
            5 if long else 3,
            "Start",
            "Show the code on the wall; students join with a nickname. Read the question and the definitions aloud.",
            "“You will read sentences from several news outlets. You will not see which outlet wrote them.”",
        )
    ]
    guess = "“Only a feeling is enough. There will be a score.”"
    if long:
        steps.append(Step(3, "Guess", "The game: which outlet wrote this sentence?", guess))
    steps.append(
        Step(
            2,
            "Predict",
            "Each student says which outlet will have more of each answer.",
            "“What do you expect, and why? ‘No difference’ is a prediction too.”",
        )
    )
    steps.append(
        Step(
            12 if long else 8,
            "Label",
            "Alone, one sentence at a time. You see who is done, not what they answered.",
            "“There is no answer sheet. Decide from the words in front of you. ‘Cannot say’ is allowed.”",
        )
    )
    if long:
        steps.append(Step(3, "Guess again", "The same game. Has the class learned to hear the outlets?", guess))
    steps.append(
        Step(
            (7 if own else 10) if long else 4,
            "Reveal",
            "Outlets, the class’s answers, " + ("your predictions." if own else "the model’s, your predictions."),
            "“Before I say anything: who chose differently, and what did you see?”",
        )
    )
    if long and own:
        steps.append(
            Step(
                6,
                "Teach the machine",
                "It learns your category from your answers; look at what it gets wrong.",
                "“Why does it fail there? What would it have to know?”",
            )
        )
    steps.append(
        Step(
            lesson.minutes - sum(step.minutes for step in steps),
            "Talk",
            "The questions below; one or two are enough.",
            "“What will you look at first when you next read a report?”",
        )
    )
    return steps


def _pace(lesson: Lesson, steps: Sequence[Step]) -> str:
    """Says so where there are more sentences than fit into the time."""
    minutes = next(step.minutes for step in steps if step.name == "Label")
    fit = minutes * 60 // SECONDS
    if len(lesson.items) <= fit:
        return ""
    return (
        f"In {minutes} minutes a class labels about {fit} of the {len(lesson.items)} sentences. Move on when time is "
        "up: what was labelled counts."
    )


def _answers(lesson: Lesson) -> str:
    names = [f"“{choice.name}”" for choice in lesson.question.choices]
    several = lesson.question.answer == "several"
    return f"Answers: {listed(names)}{'; several may fit, or none' if several else ', exactly one'}."


def _aim(lesson: Lesson) -> str:
    return (
        f"See how {count(len(lesson.outlets), 'outlet')} tell one event, and where a class reading the same sentence "
        "disagrees."
    )


def _filtered(lesson: Lesson) -> str:
    if lesson.mild:
        return ": sentences with graphic violence were left out by a list of words, which misses about one in ten."
    return ": graphic violence was not filtered out."


def _numbers(lesson: Lesson, careful: Sequence[str]) -> list[str]:
    even = "Every outlet has about as many sentences here, however many it printed."
    drawn = "Rare answers were drawn often on purpose." if lesson.question.head else even
    lines = [
        "Agreement (alpha): 1 is all alike, 0 is as if by dice. Below 0.67 researchers would not rely on the answers; "
        "in a class it is a finding: the question can be read in several ways.",
        "“No difference we could detect” is an answer: a few articles cannot show a small difference.",
        f"{drawn} Do not count the sentences to compare the outlets: the reveal does, and weighs them.",
        "They describe these texts. They do not say which outlet is better, or right.",
    ]
    if lesson.question.head:
        certain = (
            "" if asks_voice(lesson.question.head) else " Its percentage is how sure it is, not whether it is right."
        )
        lines.insert(0, f"The model errs; the class may be right against it.{certain}")
    return [*_short(careful), *lines]


def _short(lines: Sequence[str]) -> list[str]:
    """The first lines of a teacher's notes, cut where they are long."""
    return [
        line if len(line) <= _MOST_LETTERS else f"{line[:_MOST_LETTERS].rstrip()} …" for line in lines[:_MOST_LINES]
    ]
