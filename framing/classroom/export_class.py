"""A class's answers as a table: no nicknames, one row an answer."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from framing.classroom.class_record import ClassRecord
from framing.classroom.lesson import NONE
from framing.classroom.store import Session
from framing.spreadsheet import csv_text

COLUMNS = ("class", "lesson", "student", "what", "sentence", "label", "answer", "sure", "outlet", "title", "text")


def answers_table(session: Session, record: ClassRecord) -> pd.DataFrame:
    """One row an answer: `class` (a number), `lesson, student` (“student 1”), `what` (label, prediction, guess before,
    guess after), `sentence` (its number), `label` (of a prediction), `answer` (labels parted by |, “none” for none of
    them; an outlet, “no difference”; nothing where the student could not say), `sure`, and the sentence's `outlet,
    title, text`."""
    lesson = session.lesson
    items = {item.number: item for item in lesson.items}
    rows: list[dict[str, object]] = []

    def add(student: int, what: str, answer: str, number: int | None = None, **more: object) -> None:
        item = items[number] if number is not None else None
        told = {"outlet": item.outlet, "title": item.title, "text": item.text} if item else {}
        rows.append(
            {
                "class": session.id,
                "lesson": lesson.title,
                "student": f"student {student}",
                "what": what,
                "sentence": number,
                "answer": answer,
                **told,
                **more,
            }
        )

    for made in record.predictions:
        add(made.student, "prediction", made.outlet or "no difference", label=made.label)
    for given in record.labellings:
        answer = "" if given.unsure else "|".join(given.labels) or NONE
        add(given.student, "label", answer, given.item, sure="no" if given.unsure else "yes")
    for guess in record.guesses:
        add(guess.student, f"guess {guess.round}", guess.outlet, guess.item)
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"sentence": "Int64"})


def all_answers(classes: Iterable[tuple[Session, ClassRecord]]) -> tuple[str, int]:
    """The answers of classes as CSV, in which no cell is run as a formula; and how many there are."""
    tables = [answers_table(session, record) for session, record in classes]
    table = pd.concat(tables) if tables else pd.DataFrame(columns=list(COLUMNS))
    return csv_text(table), len(table)
