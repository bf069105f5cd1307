"""Scoring into a store: each part goes there as soon as it is written, beside the scoring, which no failure stops."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from framing.corpus import Corpus
from framing.errors import CorpusError, FramingError
from framing.pull import PullReport, pull
from framing.push import PushReport, push, send
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
    sent: list[int] = field(default_factory=list)
    """Sizes of the parts that went there."""
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
                size = send(self.corpus.folder, self.store, file)
                self.sent += [size] if size else []
                self._failures = 0
            except FramingError:  # the push at the end tries again, and tells
                self._failures += 1


def begin(path: Path, store: Store) -> PullReport | None:
    """Fetches what others have put into the store since; None where it is empty, and the corpus is here. Raises
    StoreError where the store cannot be reached, CorpusError where the two have gone different ways."""
    if latest(store, store.sizes()) is None:
        Corpus.open(path)
        return None
    return pull(store, path)


def finish(corpus: Corpus, store: Store, sent: Sequence[int] = (), check: bool = False) -> PushReport:
    """Sends what is not there yet, with the list and the manifest; what others have sent meanwhile is fetched first.
    `sent` (sizes, by a `Sender`) counts in the report; `check` mends what is damaged there."""
    for _ in range(_TRIES - 1):
        try:
            return _with(push(corpus.folder, store, check), sent)
        except CorpusError:
            fetched = begin(corpus.path, store)
            if fetched is None or not fetched.fetched:
                raise
    return _with(push(corpus.folder, store, check), sent)


def _with(report: PushReport, sent: Sequence[int]) -> PushReport:
    n = len(sent)
    return replace(report, sent=report.sent + n, there=report.there - n, bytes=report.bytes + sum(sent))
