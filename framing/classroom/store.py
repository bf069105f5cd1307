"""What a class does, stored: sessions, students, answers, phases. Every method returns once its change is on the disk.

An answer that is sent again after a lost reply changes nothing, and of two for the same thing the one that the phone
numbered higher counts, whichever came last. What survives what is told in `database`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from framing.classroom import answer_rows, nicknames
from framing.classroom.answers import Answer
from framing.classroom.class_record import ClassRecord, Phase
from framing.classroom.database import Database
from framing.classroom.keys import digest, new_code, new_token
from framing.classroom.lesson import Lesson
from framing.classroom.lesson_file import lesson_text, parse_lesson
from framing.errors import InputError

MOST_STUDENTS = 120
"""Seats of one session, removed ones counted: a lecture, and a bound for whoever fills the room by a script."""


@dataclass(frozen=True, slots=True)
class Session:
    """One class's run through a lesson. `moves` counts its changes of phase; `revealed` once outlets were shown."""

    id: int
    code: str
    opened: date
    lesson: Lesson
    phase: Phase
    moves: int
    revealed: bool
    students: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A student in a session, found by the token of their cookie."""

    session: int
    number: int
    nickname: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a student is: items labelled, predictions made, guesses of both rounds. No answers."""

    number: int
    nickname: str
    label: int
    predict: int
    before: int
    after: int


class Store:
    """The classes of one corpus, in one file."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path)

    # -- sessions ----------------------------------------------------------------------------------------------------

    def open_lesson(self, lesson: Lesson) -> int:
        """A new session of the lesson, frozen as it is now, in the lobby: its number. Raises InputError for a lesson
        that could not be read again."""
        frozen = lesson_text(lesson)
        _thawed(frozen)
        code = self.next_code()
        with self._database.writing() as db:
            made = db.execute(
                "INSERT INTO sessions (code, opened, lesson, phase) VALUES (?, ?, ?, 'lobby') RETURNING id",
                (code, date.today().isoformat(), frozen),
            ).fetchone()
            db.execute("DELETE FROM settings WHERE name = 'next code'")
        return int(made["id"])

    def next_code(self) -> str:
        """The join code of the session that is opened next; told before there is one."""
        with self._database.reading():
            if not (code := self.setting("next code")):
                code = new_code()
                self.set_setting("next code", code)
            return code

    def sessions(self) -> list[Session]:
        """All sessions, the newest first."""
        with self._database.reading() as db:
            return [_session(row) for row in db.execute(f"{_SESSIONS} ORDER BY id DESC")]

    def session(self, number: int) -> Session:
        """The session of that number. Raises InputError."""
        with self._database.reading() as db:
            row = db.execute(f"{_SESSIONS} WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise InputError("There is no such lesson. It may have been deleted.")
        return _session(row)

    def session_of_code(self, code: str) -> Session | None:
        """The session that a join code leads to; none for a wrong code."""
        with self._database.reading() as db:
            row = db.execute(f"{_SESSIONS} WHERE code = ?", (code,)).fetchone()
        return None if row is None else _session(row)

    def move(self, session: int, phase: Phase) -> None:
        """Goes to a phase, forward or back."""
        with self._database.writing() as db:
            db.execute(
                "UPDATE sessions SET phase = ?, moves = moves + 1, revealed = revealed OR ? "
                "WHERE id = ? AND phase <> ?",
                (phase, phase == "reveal", session, phase),
            )

    # -- students ----------------------------------------------------------------------------------------------------

    def join(self, session: int, typed: str) -> tuple[Seat, str]:
        """A new student's seat, and the token for their cookie, which is stored nowhere. Raises InputError for a
        nickname that is taken (with one that is free), is none, or a session that is over or full."""
        name = nicknames.clean(typed)
        token = new_token()
        with self._database.writing() as db:
            row = db.execute("SELECT phase, seats FROM sessions WHERE id = ?", (session,)).fetchone()
            if row is None or row["phase"] == "closed":
                raise InputError("This lesson is over. Ask your teacher.")
            if row["seats"] >= MOST_STUDENTS:
                raise InputError(f"This lesson is full: {MOST_STUDENTS} have joined. Ask your teacher.")
            taken = {kept["alike"] for kept in db.execute("SELECT alike FROM students WHERE session = ?", (session,))}
            if nicknames.key(name) in taken:
                raise NicknameTaken(name, nicknames.another(name, taken))
            number = row["seats"] + 1
            db.execute("UPDATE sessions SET seats = ? WHERE id = ?", (number, session))
            db.execute(
                "INSERT INTO students (session, number, nickname, alike, token) VALUES (?, ?, ?, ?, ?)",
                (session, number, name, nicknames.key(name), digest(token)),
            )
        return Seat(session, number, name), token

    def seat(self, token: str) -> Seat | None:
        """The student whose cookie holds this token; none for an unknown one, or one who was removed."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT session, number, nickname FROM students WHERE token = ?", (digest(token),)
            ).fetchone()
        return None if row is None else Seat(*row)

    def remove(self, session: int, student: int) -> None:
        """Takes a student out, with all their answers. The number is not given again."""
        with self._database.writing() as db:
            db.execute("DELETE FROM students WHERE session = ? AND number = ?", (session, student))

    # -- answers -----------------------------------------------------------------------------------------------------

    def take(self, session: int, answers: Sequence[Answer]) -> list[str]:
        """Stores answers, all in one go; for each what is wrong with it, in a sentence for the student, or nothing."""
        with self._database.writing() as db:
            row = db.execute("SELECT lesson, phase FROM sessions WHERE id = ?", (session,)).fetchone()
            if row is None:
                raise InputError("There is no such lesson. It may have been deleted.")
            return [answer_rows.put(db, session, _thawed(row["lesson"]), row["phase"], answer) for answer in answers]

    def count_answers(self, session: int) -> int:
        """How many answers of a session are stored."""
        with self._database.reading() as db:
            return answer_rows.count(db, session)

    def answers_of(self, seat: Seat) -> ClassRecord:
        """What one student answered so far."""
        with self._database.reading() as db:
            return answer_rows.read(db, seat.session, (seat.number,))

    def latest(self, seat: Seat) -> int:
        """The highest number that a phone gave to a stored answer of this student; the next must be higher."""
        with self._database.reading() as db:
            return answer_rows.latest(db, seat.session, seat.number)

    def record(self, session: int) -> ClassRecord:
        """What the class of a session answered, without nicknames, in order of student and item."""
        with self._database.reading() as db:
            found = db.execute("SELECT number FROM students WHERE session = ? ORDER BY number", (session,))
            return answer_rows.read(db, session, tuple(row["number"] for row in found))

    def progress(self, session: int) -> list[Progress]:
        """How far each student is, in order of joining."""
        with self._database.reading() as db:
            return [Progress(*row) for row in db.execute(_PROGRESS, (session,))]

    def export(self, session: int) -> str:
        """The answers of a session as CSV, “student 1” for a nickname."""
        from framing.classroom.export_class import all_answers  # pandas: the server starts without it

        return all_answers([(self.session(session), self.record(session))])[0]

    # -- settings, the end -------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str:
        """A value kept under a name; empty where there is none."""
        with self._database.reading() as db:
            row = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row["value"])

    def set_setting(self, name: str, value: str) -> None:
        """Keeps a value under a name."""
        with self._database.writing() as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def purge(self) -> None:
        """Deletes every session, student and answer, overwritten in the file; the address stays the same."""
        with self._database.reading():
            port = self.setting("port")
            self._database.empty()
            if port:
                self.set_setting("port", port)

    def close(self) -> None:
        """Ends the work with the file."""
        self._database.close()


class NicknameTaken(InputError):  # noqa: N818  (a kind of bad input, told apart to offer another)
    """Someone in this session has the nickname; `free` is one like it that nobody has."""

    def __init__(self, name: str, free: str) -> None:
        super().__init__(f"Someone here is called “{name}” already. You could be “{free}”.")
        self.free = free


_SESSIONS = (
    "SELECT id, code, opened, lesson, phase, moves, revealed, "
    "(SELECT count(*) FROM students WHERE session = sessions.id) AS students FROM sessions"
)
_PROGRESS = """
SELECT number, nickname,
    (SELECT count(*) FROM labellings a WHERE a.session = s.session AND a.student = s.number),
    (SELECT count(*) FROM predictions a WHERE a.session = s.session AND a.student = s.number),
    (SELECT count(*) FROM guesses a WHERE a.session = s.session AND a.student = s.number AND a.round = 'before'),
    (SELECT count(*) FROM guesses a WHERE a.session = s.session AND a.student = s.number AND a.round = 'after')
FROM students s WHERE s.session = ? ORDER BY number
"""


def _session(row: sqlite3.Row) -> Session:
    return Session(
        row["id"],
        row["code"],
        date.fromisoformat(row["opened"]),
        _thawed(row["lesson"]),
        row["phase"],
        row["moves"],
        bool(row["revealed"]),
        row["students"],
    )


@lru_cache(maxsize=16)
def _thawed(text: str) -> Lesson:
    return parse_lesson(text, "the class's store")
