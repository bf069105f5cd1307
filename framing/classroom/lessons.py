"""The lessons that a teacher can open: ready-made for the corpus, and their own, kept in `classroom/lessons`."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from framing.classroom import seams
from framing.classroom.lesson import Lesson
from framing.corpus import Corpus
from framing.errors import InputError
from framing.plain import count

if TYPE_CHECKING:
    from framing.classroom.draw_lesson import Spec

READY, OWN = "ready-", "own-"


@dataclass(frozen=True, slots=True)
class Entry:
    """A lesson in the list: the `key` of its addresses (none where it cannot be read), its title, what it is in a
    line, whether it is one's own."""

    key: str
    title: str
    about: str
    own: bool


class Lessons:
    """The lessons of one corpus; drawn ones are kept as they were drawn, so that worksheet and lesson agree."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        self._corpus, self._folder = corpus, folder
        self._turn = threading.Lock()
        self._specs: list[Spec] | None = None
        self._drawn: dict[str, Lesson] = {}

    def listed(self) -> list[Entry]:
        """One's own first, then the ready-made ones. Takes a moment the first time. Raises FramingError."""
        with self._turn:
            if self._specs is None:
                self._specs = seams.ready(self._corpus)
        lessons, problems = seams.stored(self._corpus)
        own = [Entry(f"{OWN}{lesson.id}", lesson.title, _about(lesson), True) for lesson in lessons]
        broken = [Entry("", "A lesson that cannot be read", problem, True) for problem in problems]
        ready = [
            Entry(f"{READY}{place}", spec.title, f"{count(spec.n, 'sentence')} · {spec.minutes} minutes", False)
            for place, spec in enumerate(self._specs)
        ]
        return own + broken + ready

    def lesson(self, key: str) -> Lesson:
        """The lesson of that key, drawn where it has to be. Raises InputError."""
        if key.startswith(OWN):
            return seams.read(self._file(key.removeprefix(OWN)))
        place = key.removeprefix(READY)
        self.listed()
        with self._turn:
            if not place.isdecimal() or self._specs is None or int(place) >= len(self._specs):
                raise InputError("There is no such lesson. Choose one from the list.")
            if key not in self._drawn:
                self._drawn[key] = seams.made(self._corpus, self._specs[int(place)])
            return self._drawn[key]

    def delete(self, key: str) -> None:
        """Takes a lesson of one's own off the list. Raises InputError."""
        if not key.startswith(OWN):
            raise InputError("Ready-made lessons stay in the list.")
        self._file(key.removeprefix(OWN)).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        if not name or not all(sign.isalnum() or sign in "-_" for sign in name):
            raise InputError("There is no such lesson. Choose one from the list.")
        return self._folder / f"{name}.json"


def _about(lesson: Lesson) -> str:
    return f"{lesson.event} · {count(len(lesson.items), 'sentence')} · {lesson.minutes} minutes"
