"""The file in which a classroom keeps everything: SQLite, one connection that threads take turns with.

Write-ahead log with `synchronous=FULL`: a commit has reached the disk before the phone is told “saved”. With NORMAL
that would hold for a killed process but not for a laptop whose battery dies, since the log is then synced at
checkpoints alone; FULL costs one sync an answer, milliseconds on a solid-state disk, and a class of 40 sends two
answers a second (`benchmarks/classroom.py` measures it). `secure_delete` overwrites what is deleted with zeros.
"""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from framing.errors import InputError

FORMAT = 1
_TABLES = """
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL UNIQUE, opened TEXT NOT NULL, lesson TEXT NOT NULL,
    phase TEXT NOT NULL, moves INTEGER NOT NULL DEFAULT 0, seats INTEGER NOT NULL DEFAULT 0,
    revealed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE students (
    session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE, number INTEGER NOT NULL, nickname TEXT NOT NULL,
    alike TEXT NOT NULL, token TEXT NOT NULL UNIQUE, PRIMARY KEY (session, number), UNIQUE (session, alike));
CREATE TABLE labellings (
    session INTEGER NOT NULL, student INTEGER NOT NULL, item INTEGER NOT NULL, labels TEXT NOT NULL,
    unsure INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (session, student, item),
    FOREIGN KEY (session, student) REFERENCES students ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE predictions (
    session INTEGER NOT NULL, student INTEGER NOT NULL, label TEXT NOT NULL, outlet TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (session, student, label),
    FOREIGN KEY (session, student) REFERENCES students ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE guesses (
    session INTEGER NOT NULL, student INTEGER NOT NULL, item INTEGER NOT NULL, round TEXT NOT NULL,
    outlet TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (session, student, round, item),
    FOREIGN KEY (session, student) REFERENCES students ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Database:
    """One SQLite file, open. Raises InputError where it cannot be, or was written by a later version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.RLock()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600, exist_ok=True)
            self._connection = self._open()
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"The class's answers {path} cannot be opened: {error}.") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection within a transaction of its own: all of it is stored, or nothing."""
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, nobody writing meanwhile."""
        with self._turn:
            yield self._connection

    def empty(self) -> None:
        """Removes every row, overwritten, and begins with a new file."""
        with self._turn:
            for table in ("guesses", "predictions", "labellings", "students", "sessions", "settings"):
                self._connection.execute(f"DELETE FROM {table}")
            self.close()
            for file in files(self.path):
                file.unlink(missing_ok=True)
            self.path.touch(mode=0o600)
            self._connection = self._open()

    def close(self) -> None:
        """Writes the log into the file and closes it."""
        with self._turn:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        opened = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=5.0)
        opened.row_factory = sqlite3.Row
        opened.execute("PRAGMA secure_delete=ON")
        (mode,) = opened.execute("PRAGMA journal_mode=WAL").fetchone()
        if mode != "wal":
            raise InputError(
                f"{self.path} lies on a disk that cannot keep it safe. Put the corpus on this machine's own."
            )
        opened.execute("PRAGMA synchronous=FULL")
        opened.execute("PRAGMA foreign_keys=ON")
        (found,) = opened.execute("PRAGMA user_version").fetchone()
        if found == 0:
            opened.executescript(f"BEGIN;{_TABLES}PRAGMA user_version={FORMAT};COMMIT;")
        elif found != FORMAT:
            raise InputError(f"{self.path} was written by another version of framing. Take that version, or purge it.")
        return opened


def files(path: Path) -> list[Path]:
    """The files of a database: itself, its log, and the log's index."""
    return [path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")]


def purge_folder(folder: Path, keep: Collection[str]) -> int:
    """Empties a classroom's folder but for the names to keep: databases are overwritten first. How many files went."""
    gone = 0
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not entry.exists() or any(entry.name.startswith(name) for name in keep):
            continue
        if entry.suffix == ".sqlite":
            emptied = Database(entry)
            emptied.empty()
            emptied.close()
        if entry.is_dir() and not entry.is_symlink():
            gone += sum(found.is_file() for found in entry.rglob("*"))
            shutil.rmtree(entry)
        else:
            entry.unlink()
            gone += 1
    return gone
