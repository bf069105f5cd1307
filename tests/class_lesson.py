"""A lesson made by hand, for tests of the classroom: two invented outlets, invented sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from framing.classroom.lesson import Choice, Item, Lesson, Question

CHOICES = (
    Choice("conflict", "Conflict", "Two sides clash, argue or fight: the sentence sets one against the other."),
    Choice("economic", "Money", "What something costs, earns or loses, for people, firms or states."),
    Choice("human_interest", "People’s fates", "A person’s feelings or fate stand in the middle."),
)
OUTLETS = ("Meridian Post", "Northern Wire")
TITLES = {"Northern Wire": "Quay silent as dockers walk out", "Meridian Post": "Port owner calls the walkout reckless"}
TEXTS = (
    "The dockers walked out at dawn and left nine ships at the quay.",
    "Losses could reach 40 million crowns a week, the chamber of commerce said.",
    "“We were given no choice,” said Ines Halvorsen, who has loaded ships for thirty years.",
    "The port owner called the strike reckless and unlawful.",
    "Fruit worth two million crowns is rotting in the holds.",
    "A young crane driver wept as she left the gate, not knowing when she would be back.",
    "Union and owner accused each other of breaking their word.",
    "Talks ended without a result late on Monday.",
    "Families on the north bank have opened their kitchens to the strikers.",
    "The shares of Halden Terminals fell by six per cent.",
    "Police kept the two groups apart at the northern gate.",
    "Petrol could become dearer by Friday, dealers warned.",
    "An old foreman said he had not slept since the vote.",
    "The minister blamed both sides for the deadlock.",
    "A rival port has lowered its fees to win the stranded ships.",
)


def lesson(
    items: int = 5, answer: Literal["one", "several"] = "one", head: str = "frames_generic", swapped: bool = False
) -> Lesson:
    """A lesson of so many sentences; with `swapped` everything that stays hidden until the reveal is another."""
    outlets = OUTLETS[::-1] if swapped else OUTLETS
    made = tuple(
        Item(
            number=place + 1,
            article_id=f"{'b' if swapped else 'a'}{place:011x}",
            index=place + (7 if swapped else 1),
            outlet=(outlet := outlets[place % 2]),
            title=TITLES[outlet] + (" again" if swapped else ""),
            text=TEXTS[place],
            voice="quoted" if swapped else "own",
            chance=0.25 if swapped else 0.5,
            before="It was a grey morning.",
            after="Nobody expected it.",
            model={choice.label: 0.2 if swapped else 0.4 for choice in CHOICES} if head else {},
            said=("economic",) if swapped else ("conflict",),
        )
        for place in range(items)
    )
    question = Question("What does the sentence put first?", answer, CHOICES, head, "0123456789ab" if head else "")
    return Lesson(
        "port-strike", "The port strike", "e1", "Port strike", question, made, OUTLETS, 20, 7, False, "Ask why."
    )


def about_somebody(made: Lesson) -> Lesson:
    """The same lesson with a sentence that asks about somebody."""
    first = replace(made.items[0], actor="The dockers’ union", surface="dockers")
    return replace(made, items=(first, *made.items[1:]))
