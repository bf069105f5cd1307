"""A class's answers as rows of the store: put in, each once, and read as a record."""

from __future__ import annotations

import json
import sqlite3

from framing.classroom.answers import Answer, check
from framing.classroom.class_record import ClassRecord, Guess, Labelling, Phase, Prediction
from framing.classroom.lesson import Lesson
from framing.errors import InputError

_LATER = "DO UPDATE SET {} WHERE excluded.at > at"
"""Of two answers to the same the one that its phone numbered higher stays, whichever came last."""
_TABLES = ("labellings", "predictions", "guesses")


def put(db: sqlite3.Connection, session: int, lesson: Lesson, phase: Phase, answer: Answer) -> str:
    """Stores one answer within a transaction; what is wrong with it, or nothing."""
    try:
        entry = check(lesson, phase, answer.entry)
    except InputError as error:
        return str(error)
    if (
        db.execute("SELECT 1 FROM students WHERE session = ? AND number = ?", (session, entry.student)).fetchone()
        is None
    ):
        return "You are not in this lesson any more. Ask your teacher."
    if isinstance(entry, Labelling):
        db.execute(
            "INSERT INTO labellings VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT "
            + _LATER.format("labels = excluded.labels, unsure = excluded.unsure, at = excluded.at"),
            (session, entry.student, entry.item, json.dumps(entry.labels), entry.unsure, answer.at),
        )
    elif isinstance(entry, Prediction):
        db.execute(
            "INSERT INTO predictions VALUES (?, ?, ?, ?, ?) ON CONFLICT "
            + _LATER.format("outlet = excluded.outlet, at = excluded.at"),
            (session, entry.student, entry.label, entry.outlet, answer.at),
        )
    else:
        db.execute(
            "INSERT INTO guesses VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT "
            + _LATER.format("outlet = excluded.outlet, at = excluded.at"),
            (session, entry.student, entry.item, entry.round, entry.outlet, answer.at),
        )
    return ""


def read(db: sqlite3.Connection, session: int, students: tuple[int, ...]) -> ClassRecord:
    """What these students of a session answered, in order of student and item."""
    chosen = f"WHERE session = ? AND student IN ({','.join('?' * len(students))})"
    asked = (session, *students)
    labels = db.execute(f"SELECT * FROM labellings {chosen} ORDER BY student, item", asked)
    labellings = tuple(
        Labelling(row["student"], row["item"], tuple(json.loads(row["labels"])), bool(row["unsure"])) for row in labels
    )
    made = db.execute(f"SELECT * FROM predictions {chosen} ORDER BY student, label", asked)
    predictions = tuple(Prediction(row["student"], row["label"], row["outlet"]) for row in made)
    tried = db.execute(f"SELECT * FROM guesses {chosen} ORDER BY student, round, item", asked)
    guesses = tuple(Guess(row["student"], row["item"], row["round"], row["outlet"]) for row in tried)
    return ClassRecord(students, labellings, predictions, guesses)


def count(db: sqlite3.Connection, session: int) -> int:
    """How many answers of a session are stored."""
    each = " + ".join(f"(SELECT count(*) FROM {name} WHERE session = ?1)" for name in _TABLES)
    return int(db.execute(f"SELECT {each}", (session,)).fetchone()[0])


def latest(db: sqlite3.Connection, session: int, student: int) -> int:
    """The highest number that a phone gave to a stored answer of a student; 0 where there is none."""
    each = " UNION ALL ".join(f"SELECT at FROM {name} WHERE session = ?1 AND student = ?2" for name in _TABLES)
    return int(db.execute(f"SELECT max(at) FROM ({each})", (session, student)).fetchone()[0] or 0)
