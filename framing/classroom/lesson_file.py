"""A lesson as a JSON file, in `classroom/lessons/` of its corpus. Whatever it holds is checked before it is used."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from framing.classroom.entries import LONGEST_NAME, Entries, mapping
from framing.classroom.lesson import FEWEST, MOST, Choice, Item, Lesson, Question
from framing.corpus import Corpus
from framing.errors import InputError
from framing.parts import appear

FORMAT = 1
MOST_BYTES = 1_000_000
"""A lesson of 30 long sentences with their neighbours is under 60 kB."""
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")
_LINE, _TEXT = 1_000, 10_000
_MOST_CHOICES = 60


def lessons_folder(corpus: Corpus) -> Path:
    """Where a corpus keeps its lessons."""
    return corpus.path / "classroom" / "lessons"


def save_lesson(corpus: Corpus, lesson: Lesson) -> Path:
    """Stores a lesson in its corpus, whole or not at all; one of the same id is replaced. Raises InputError where the
    folder cannot be written."""
    if not _ID.fullmatch(lesson.id):
        raise InputError(f"“{lesson.id}” is no name for a lesson. Use letters a to z, digits and hyphens.")
    return write_lesson(lessons_folder(corpus) / f"{lesson.id}.json", lesson)


def write_lesson(path: Path, lesson: Lesson) -> Path:
    """Writes a lesson to a file, whole or not at all. Raises InputError where that cannot be done."""
    text = lesson_text(lesson)
    parse_lesson(text, str(path))  # what could not be read again is not written
    beside = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        appear(beside, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def stored_lessons(corpus: Corpus) -> tuple[list[Lesson], list[str]]:
    """The lessons of a corpus by title, and why each of the others cannot be used."""
    lessons, problems = [], []
    for path in sorted(lessons_folder(corpus).glob("*.json")):
        try:
            lesson = read_lesson(path)
            if lesson.id != path.stem:
                raise InputError(f"{path} holds the lesson “{lesson.id}”. Rename the file to {lesson.id}.json.")
            lessons.append(lesson)
        except InputError as error:
            problems.append(str(error))
    return sorted(lessons, key=lambda lesson: lesson.title.casefold()), problems


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file. Raises InputError naming the file and the entry at fault."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path} is no lesson: it is larger than {MOST_BYTES // 1_000_000} MB.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no lesson: it is not text in UTF-8.") from error
    return parse_lesson(text, str(path))


def lesson_text(lesson: Lesson) -> str:
    """A lesson as JSON."""
    return json.dumps({"format": FORMAT, **asdict(lesson)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def parse_lesson(text: str, source: str) -> Lesson:
    """The lesson that a text holds; `source` names it in messages. Raises InputError naming the entry at fault."""
    if len(text) > MOST_BYTES:
        raise InputError(f"{source} is no lesson: it is longer than {MOST_BYTES:,} characters.")
    try:
        body = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(f"{source} is no lesson: it is no valid JSON ({reason}). Make the lesson anew.") from error
    entries = Entries(source, "", mapping(body, source, "the file"))
    number = entries.whole("format", 1, 10**6)
    if number > FORMAT:
        raise InputError(f"{source} was written by a newer version. Update with:  pip install --upgrade framing")
    return _lesson(entries)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _lesson(entries: Entries) -> Lesson:
    identity = entries.text("id", 80)
    if not _ID.fullmatch(identity):
        entries.fail("id", "may have letters a to z, digits and hyphens only")
    inner = mapping(entries.take("question"), entries.source, "question")
    question = _question(Entries(entries.source, "question.", inner))
    items = entries.objects("items", FEWEST, MOST, lambda item: _item(item, question))
    if [item.number for item in items] != list(range(1, len(items) + 1)):
        entries.fail("items", "are not numbered 1, 2, 3 and so on")
    outlets = entries.texts("outlets", MOST)
    if set(outlets) != {item.outlet for item in items} or len(set(outlets)) < len(outlets):
        entries.fail("outlets", "are not those of the items, each once")
    return Lesson(
        id=identity,
        title=entries.text("title", LONGEST_NAME, empty=False),
        event_id=entries.text("event_id", LONGEST_NAME, empty=False),
        event=entries.text("event", _LINE),
        question=question,
        items=items,
        outlets=outlets,
        minutes=entries.one_of("minutes", (20, 45)),
        seed=entries.whole("seed", 0, 2**63),
        mild=entries.one_of("mild", (True, False)),
        notes=entries.text("notes", _TEXT),
    )


def _question(entries: Entries) -> Question:
    choices = entries.objects(
        "choices",
        1,
        _MOST_CHOICES,
        lambda one: Choice(
            one.text("label", LONGEST_NAME, False), one.text("name", LONGEST_NAME, False), one.text("definition", _LINE)
        ),
    )
    if len({choice.label for choice in choices}) < len(choices):
        entries.fail("choices", "have a label twice")
    return Question(
        text=entries.text("text", _LINE, empty=False),
        answer=entries.one_of("answer", ("one", "several")),
        choices=choices,
        head=entries.text("head", LONGEST_NAME),
        head_version=entries.text("head_version", LONGEST_NAME),
    )


def _item(entries: Entries, question: Question) -> Item:
    model = mapping(entries.take("model"), entries.source, f"{entries.where}model")
    said = entries.texts("said", _MOST_CHOICES)
    if model and set(model) != set(question.labels):
        entries.fail("model", "has other labels than the question")
    if not set(said) <= set(question.labels):
        entries.fail("said", "has labels that the question has not")
    chance = entries.share("chance", entries.take("chance"))
    if chance == 0:
        entries.fail("chance", "is 0: a sentence that was drawn had a chance")
    return Item(
        number=entries.whole("number", 1, MOST),
        article_id=entries.text("article_id", LONGEST_NAME, empty=False),
        index=entries.whole("index", 1, 10**6),
        outlet=entries.text("outlet", LONGEST_NAME, empty=False),
        title=entries.text("title", _LINE),
        text=entries.text("text", _TEXT, empty=False),
        voice=entries.text("voice", LONGEST_NAME),
        chance=chance,
        actor=entries.text("actor", _LINE),
        surface=entries.text("surface", _LINE),
        before=entries.text("before", _TEXT),
        after=entries.text("after", _TEXT),
        model={label: entries.share(f"model.{label}", model[label]) for label in question.labels if model},
        said=said,
    )
