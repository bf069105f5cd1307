"""The parts of the classroom that take long to load, each by one function: drawing lessons, handouts, the reveal, and
training. They bring pandas, DuckDB and the encoder along, without which the server starts in a third of a second."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from framing.classroom.class_record import ClassRecord
from framing.classroom.lesson import Lesson
from framing.corpus import Corpus
from framing.errors import FramingError

Spec = Any
Reveal = Any
Fields = Mapping[str, list[str]]


def _of(module: str, name: str) -> Any:
    """A function of a module of this package."""
    try:
        return getattr(import_module(f"framing.classroom.{module}"), name)
    except ModuleNotFoundError as error:
        if error.name != f"framing.classroom.{module}":
            raise
        raise FramingError(f"This installation of framing lacks the classroom's {module}. Install it again.") from error


def ready(corpus: Corpus) -> list[Spec]:
    """Lessons that can be held with this corpus as it is, ready-made ones first."""
    found: list[Spec] = _of("ready", "lessons_for")(corpus)
    return found


def made(corpus: Corpus, spec: Spec) -> Lesson:
    """The lesson that a spec describes. Raises InputError."""
    lesson: Lesson = _of("draw_lesson", "make_lesson")(corpus, spec)
    return lesson


def read(file: Path) -> Lesson:
    """The lesson in a file. Raises InputError."""
    lesson: Lesson = _of("lesson_file", "read_lesson")(file)
    return lesson


def stored(corpus: Corpus) -> tuple[list[Lesson], list[str]]:
    """The teacher's own lessons, and why each of the others cannot be used."""
    found: tuple[list[Lesson], list[str]] = _of("lesson_file", "stored_lessons")(corpus)
    return found


def save(corpus: Corpus, lesson: Lesson) -> None:
    """Stores a lesson of the teacher's own, in place of one with its id. Raises InputError."""
    _of("lesson_file", "save_lesson")(corpus, lesson)


def editor(corpus: Corpus, values: Fields, problem: str, hidden: Mapping[str, str]) -> str:
    """The page of the lesson editor, filled with `values`; its form goes to /teach/lessons with the hidden fields."""
    return str(_of("editor", "editor_page")(corpus, values, problem, hidden))


def spec_of(values: Fields) -> Spec:
    """The spec that the editor's form holds. Raises InputError."""
    return _of("editor", "spec_from_form")(values)


def wants_save(values: Fields) -> bool:
    """Whether the editor's form was sent to be saved, not to be looked at."""
    return bool(_of("editor", "wants_save")(values))


def handout(lesson: Lesson, which: str) -> str:
    """The printable page of a lesson: its `worksheet`, or the teacher's `guide`."""
    return str(_of("handout", f"{which}_page")(lesson))


def words(lesson: Lesson, corpus: Corpus) -> Any:
    """Which words moved the model's answers, by sentence; nothing for a category that the class invents."""
    if not lesson.question.head:
        return {}
    from framing.registry import own_heads_folder
    from framing.scorer import Scorer

    return _of("class_words", "explained")(lesson, Scorer.load(None, own_heads_folder(corpus.path)))


def revealed(lesson: Lesson, record: ClassRecord, corpus: Corpus, found_words: Any) -> Reveal:
    """What the lesson comes to."""
    return _of("reveal", "reveal")(lesson, record, corpus, found_words)


def reveal_html(lesson: Lesson, found: Reveal, teacher: bool, own: Mapping[int, tuple[str, ...]]) -> str:
    """The reveal for the teacher's screen, or for a student's with their `own` answers."""
    return str(_of("reveal_page", "reveal_part")(lesson, found, teacher, own))


def taught(lesson: Lesson, record: ClassRecord, folder: Path, corpus: Corpus) -> str:
    """What a machine learned from the class's labels of an invented category, as HTML. Raises InputError."""
    found = _of("teach", "teach")(lesson, record, folder, corpus=corpus)
    return str(_of("teach_page", "teach_part")(lesson, found))
