"""Ready-made lessons for the events of `sample_articles/`, one file each in `ready/`, and a plain one for others."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from framing.classroom.asking import answers, yes_or_no
from framing.classroom.draw_lesson import Spec
from framing.classroom.lesson import Choice
from framing.classroom.lesson_notes import joined
from framing.corpus import Corpus, event_key

_ORDINARY = {
    "Aim": [
        "See that the same event can be told in a calm or a stirring way, and that people disagree where it begins."
    ],
    "Look for": ["Words that judge or stir where a plain one would do. A grave fact in plain words is still plain."],
    "Ask": [
        "Which single word made you choose “loaded”? Which plain word could stand there?",
        "Where the class was split: what did each side see?",
    ],
}


@cache
def ready_made() -> tuple[Spec, ...]:
    """The shipped lessons, by event and file."""
    folder = files("framing.classroom") / "ready"
    named = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(_spec(tomllib.loads(file.read_text(encoding="utf-8"))) for file in named)


def lessons_for(corpus: Corpus) -> list[Spec]:
    """The lessons that a corpus can hold: ready-made ones of its events, then a plain one for every other event with
    two outlets. `event` is the event's id."""
    events = corpus.events().to_dict("records")
    by_key = {event_key(str(row["event"])): str(row["event_id"]) for row in events}
    found = [_of_event(spec, by_key[event_key(spec.event)]) for spec in ready_made() if event_key(spec.event) in by_key]
    told = {spec.event for spec in found}
    others = [row for row in events if row["n_outlets"] >= 2 and row["event_id"] not in told]
    return found + [
        Spec(
            title=f"Loaded or plain? {row['event']}"[:120],
            event=str(row["event_id"]),
            head="wording",
            n=12,
            notes=joined(_ORDINARY),
        )
        for row in others
    ]


def _of_event(spec: Spec, event_id: str) -> Spec:
    return Spec(**{**vars(spec), "event": event_id})


def _spec(body: Mapping[str, Any]) -> Spec:
    """A lesson's file as what it is drawn from."""
    return Spec(
        title=body["title"],
        event=body["event"],
        head=body.get("head", ""),
        labels=tuple(body.get("labels", ())),
        question=body.get("question", ""),
        choices=_choices(body),
        n=body["sentences"],
        minutes=body["minutes"],
        seed=body["seed"],
        mild=body.get("mild", True),
        notes=joined(
            {
                "Aim": [body["aim"]],
                "Look for": body["look_for"],
                "Why these": [body["why"]] if body.get("why") else [],
                "Ask": body["ask"],
                "20 minutes": [body["in_20"]],
                "45 minutes": [body["in_45"]],
            }
        ),
        actor=body.get("actor", ""),
        outlets=tuple(body.get("outlets", ())),
    )


def _choices(body: Mapping[str, Any]) -> tuple[Choice, ...]:
    if "category" in body:
        return yes_or_no(body["category"], body["definition"])
    return answers([(row["name"], row["definition"]) for row in body.get("answers", ())])
