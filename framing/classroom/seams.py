"""The parts of the classroom that take long to load, each by one function that loads it when it is wanted: drawing
lessons, handouts, the reveal, and training. They bring the comparison and the encoder along, without which the server
starts at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from framing.classroom.class_record import ClassRecord
from framing.classroom.lesson import Lesson
from framing.corpus import Corpus

if TYPE_CHECKING:
    from framing.classroom.draw_lesson import Spec
    from framing.classroom.reveal import Reveal
    from framing.explain import Explanation

Fields = Mapping[str, list[str]]
Words = Mapping[int, "tuple[Explanation, ...]"]


def ready(corpus: Corpus) -> list[Spec]:
    """Lessons that can be held with this corpus as it is, ready-made ones first."""
    from framing.classroom.ready import lessons_for

    return lessons_for(corpus)


def made(corpus: Corpus, spec: Spec) -> Lesson:
    """The lesson that a spec describes. Raises InputError."""
    from framing.classroom.draw_lesson import make_lesson

    return make_lesson(corpus, spec)


def read(file: Path) -> Lesson:
    """The lesson in a file. Raises InputError."""
    from framing.classroom.lesson_file import read_lesson

    return read_lesson(file)


def stored(corpus: Corpus) -> tuple[list[Lesson], list[str]]:
    """The teacher's own lessons, and why each of the others cannot be used."""
    from framing.classroom.lesson_file import stored_lessons

    return stored_lessons(corpus)


def save(corpus: Corpus, lesson: Lesson) -> None:
    """Stores a lesson of the teacher's own, in place of one with its id. Raises InputError."""
    from framing.classroom.lesson_file import save_lesson

    save_lesson(corpus, lesson)


def editor(corpus: Corpus, values: Fields, problem: str, hidden: Mapping[str, str]) -> str:
    """The page of the lesson editor, filled with `values`; its form goes to /teach/lessons with the hidden fields."""
    from framing.classroom.editor import editor_page

    return editor_page(corpus, values, problem, hidden)


def spec_of(values: Fields) -> Spec:
    """The spec that the editor's form holds. Raises InputError."""
    from framing.classroom.editor import spec_from_form

    return spec_from_form(values)


def wants_save(values: Fields) -> bool:
    """Whether the editor's form was sent to be saved, not to be looked at."""
    from framing.classroom import editor

    return editor.wants_save(values)


def handout(lesson: Lesson, which: str) -> str:
    """The printable page of a lesson: its `worksheet`, or the teacher's `guide`."""
    from framing.classroom.handout import guide_page, worksheet_page

    return {"worksheet": worksheet_page, "guide": guide_page}[which](lesson)


def words(lesson: Lesson, corpus: Corpus) -> Words:
    """Which words moved the model's answers, by sentence; nothing for a category that the class invents."""
    if not lesson.question.head:
        return {}
    from framing.classroom.class_words import explained
    from framing.registry import own_heads_folder
    from framing.scorer import Scorer

    return explained(lesson, Scorer.load(None, own_heads_folder(corpus.path)))


def revealed(lesson: Lesson, record: ClassRecord, corpus: Corpus, found_words: Words) -> Reveal:
    """What the lesson comes to."""
    from framing.classroom.reveal import reveal

    return reveal(lesson, record, corpus, found_words)


def reveal_html(lesson: Lesson, found: Reveal, teacher: bool, own: Mapping[int, tuple[str, ...]]) -> str:
    """The reveal for the teacher's screen, or for a student's with their `own` answers."""
    from framing.classroom.reveal_page import reveal_part

    return reveal_part(lesson, found, teacher, own)


def taught(lesson: Lesson, record: ClassRecord, folder: Path, corpus: Corpus) -> str:
    """What a machine learned from the class's labels of an invented category, as HTML. Raises InputError."""
    from framing.classroom.teach import teach
    from framing.classroom.teach_page import teach_part

    return teach_part(lesson, teach(lesson, record, folder, corpus=corpus))
