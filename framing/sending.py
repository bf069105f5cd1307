"""Scoring into a store: each part goes there as soon as it is written, beside the scoring, which no failure stops."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field
from pathlib import Path

from framing.corpus import Corpus
from framing.errors import CorpusError, FramingError, StoreError
from framing.mirror import PullReport, PushReport, pull, push, send
from framing.remote import Store
from framing.states import latest

# A store that is away answers after minutes of its library's own tries: not for every one of a thousand parts.
MOST_FAILURES = 3
_TRIES = 3


@dataclass
class Sender:
    """Sends parts in a thread of its own, in the order in which they are written."""

    corpus: Corpus
    store: Store
    sent: int = 0
    failure: FramingError | None = None
    """The last one, if any."""
    _failures: int = 0
    _waiting: queue.SimpleQueue[Path | None] = field(default_factory=queue.SimpleQueue)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Sender:
        self._thread = threading.Thread(target=self._run, name="sending", daemon=True)
        self._thread.start()
        self.corpus.folder.appeared = self._waiting.put
        return self

    def __exit__(self, *stopped: object) -> None:
        """Waits until everything is sent; where the scoring was stopped, until the part under way is."""
        self.corpus.folder.appeared = lambda file: None
        if stopped[0] is not None:
            self._failures = MOST_FAILURES
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (file := self._waiting.get()) is not None:
            if self._failures >= MOST_FAILURES:
                continue
            try:
                send(self.corpus.folder, self.store, file)
                self.sent, self._failures = self.sent + 1, 0
            except FramingError as error:
                self.failure, self._failures = error, self._failures + 1


def begin(path: Path, store: Store) -> PullReport | None:
    """Fetches what others have put into the store since; None where it is empty, and the corpus is here. Raises
    StoreError where the store cannot be reached, CorpusError where the two have gone different ways."""
    if latest(store, store.sizes()) is None:
        Corpus.open(path)
        return None
    return pull(store, path)


def finish(corpus: Corpus, store: Store) -> PushReport:
    """Sends what is not there yet, with the list and the manifest; what others have sent meanwhile is fetched first."""
    for last_try in (False,) * (_TRIES - 1) + (True,):
        try:
            return push(corpus.folder, store)
        except CorpusError:
            if last_try:
                raise
            if not begin(corpus.path, store).fetched:  # type: ignore[union-attr]
                raise
    raise StoreError("the last try returns or raises")
