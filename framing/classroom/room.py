"""A classroom that is running: what its pages share."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from framing.classroom import keys, network, seams
from framing.classroom.lessons import Lessons
from framing.classroom.limits import GuessLimit
from framing.classroom.store import Session, Store
from framing.classroom.work import Work
from framing.corpus import Corpus

if TYPE_CHECKING:
    from framing.classroom.reveal import Reveal

FOLDER, DATABASE, KEY, LESSONS, LOCK = "classroom", "class.sqlite", "teacher-key", "lessons", ".lock"
AWAY = 30.0
"""Seconds without a sign of a phone after which the teacher is told: phones that are looked at ask every two."""


@dataclass
class Room:
    """The store, the lessons, and the secrets of one corpus's classroom; `port` and `hosts` are how it is reached."""

    corpus: Corpus
    store: Store
    lessons: Lessons
    key: str
    port: int = 0
    local: bool = False
    hosts: tuple[str, ...] = ()
    """Addresses that the teacher gave, shown instead of those found."""
    work: Work = field(default_factory=Work)
    codes: GuessLimit = field(default_factory=GuessLimit)
    teachers: GuessLimit = field(default_factory=GuessLimit)
    clock: Callable[[], float] = time.monotonic
    _signs: dict[tuple[int, int], float] = field(default_factory=dict)
    _reveals: dict[tuple[int, int, int], tuple[str, int, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, corpus: Corpus) -> Room:
        """The classroom in a corpus's folder, made if there is none. Raises InputError."""
        folder = corpus.path / FOLDER
        store = Store(cls.database_of(corpus.path))
        return cls(corpus, store, Lessons(corpus, folder / LESSONS), keys.teacher_key(folder / KEY))

    @staticmethod
    def database_of(corpus: Path) -> Path:
        """Where the classes of a corpus are stored."""
        return corpus / FOLDER / DATABASE

    @property
    def folder(self) -> Path:
        """Where the classroom keeps what it has."""
        return self.corpus.path / FOLDER

    def addresses(self) -> list[str]:
        """Addresses for the class, the likeliest first; empty where this machine is on no network."""
        found = [network.HERE] if self.local else list(self.hosts) or network.addresses()
        return [f"http://{host}" if self.port == 80 else f"http://{host}:{self.port}" for host in found]

    def join_link(self, address: str, code: str) -> str:
        """The address that a QR code holds."""
        return f"{address}/join?code={code}"

    def running(self) -> Session | None:
        """The newest session that is not over."""
        return next((each for each in self.store.sessions() if each.phase != "closed"), None)

    # -- signs of life: in memory, for the teacher's list alone ------------------------------------------------------

    def sign(self, session: int, student: int) -> None:
        """Notes that a student's phone was heard of."""
        self._signs[session, student] = self.clock()

    def away(self, session: int, student: int) -> bool:
        """Whether nothing was heard of a student's phone for a while."""
        return self.clock() - self._signs.get((session, student), -AWAY) >= AWAY

    # -- what takes long ---------------------------------------------------------------------------------------------

    def prepare(self, session: Session) -> None:
        """Begins with what the reveal will need of the lesson, whatever the class answers."""
        self._words(session)

    def reveal(self, session: Session) -> Future[Reveal]:
        """The reveal of what the class answered so far, begun once for each state of the answers."""
        words = self._words(session)
        # While answers are shown none is taken, so that a phone's question costs a count and no reading of all.
        state = (session.id, session.moves, self.store.count_answers(session.id))
        found = self.work.known(self._reveals.get(state))
        if found is None:
            record = self.store.record(session.id)
            key = ("reveal", session.id, _digest(record.labellings, record.predictions, record.guesses))
            self._reveals[state] = key
            found = self.work.ask(key, lambda: seams.revealed(session.lesson, record, self.corpus, words.result()))
        return found

    def teach(self, session: Session, begin: bool) -> Future[str] | None:
        """What a machine learned of the class's labels; none where that was not begun."""
        record = self.store.record(session.id)
        key = ("teach", session.id, _digest(record.labellings))
        if not begin:
            return self.work.known(key)
        folder = self.folder / "taught" / str(session.id)
        return self.work.ask(key, lambda: seams.taught(session.lesson, record, folder, self.corpus))

    def _words(self, session: Session) -> Future[seams.Words]:
        return self.work.ask(("words", session.id), lambda: seams.words(session.lesson, self.corpus))

    def purge(self) -> None:
        """Deletes what classes did, and what was made of it; the lessons and the key stay."""
        from framing.classroom.database import purge_folder

        self.work.clear()
        self._signs.clear()
        self._reveals.clear()
        self.store.purge()
        purge_folder(self.folder, keep=(DATABASE, LESSONS, KEY, LOCK))

    def close(self) -> None:
        """Ends the work."""
        self.work.stop()
        self.store.close()


def _digest(*answers: object) -> str:
    return hashlib.sha256(repr(answers).encode()).hexdigest()
