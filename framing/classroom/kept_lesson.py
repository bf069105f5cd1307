"""A lesson as the store keeps it: JSON, frozen when it is opened, so that nothing changes under a class."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from framing.classroom.lesson import Choice, Item, Lesson, Question


def freeze(lesson: Lesson) -> str:
    """The lesson as JSON."""
    return json.dumps(asdict(lesson), ensure_ascii=False, sort_keys=True)


def thaw(text: str) -> Lesson:
    """The lesson that was frozen."""
    kept: dict[str, Any] = json.loads(text)
    asked = kept["question"]
    question = Question(**{**asked, "choices": tuple(Choice(**choice) for choice in asked["choices"])})
    items = tuple(Item(**{**item, "said": tuple(item["said"])}) for item in kept["items"])
    return Lesson(**{**kept, "question": question, "items": items, "outlets": tuple(kept["outlets"])})
