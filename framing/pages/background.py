"""Work done while nobody waits: jobs that one thread works off, a pause before each."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from framing.errors import FramingError

FIRST_PAUSE = 2.0
"""Seconds before the first job: the page that asked for it is drawn by then (its charts take that long to arrive)."""
PAUSE = 0.3
"""Seconds before each job, which takes about as long: a reader's click finds half of the time free."""


class Background:
    """Jobs in the order they were put; the thread ends when none is left, or when the server stops."""

    def __init__(self) -> None:
        self._jobs: deque[Callable[[], object]] = deque()
        self._later: deque[Callable[[], object]] = deque()
        self._lock = threading.Lock()
        self._working = False

    def put(self, job: Callable[[], object], later: bool = False) -> None:
        """Have a job done after those that wait already; one for `later` after all that is not."""
        with self._lock:
            (self._later if later else self._jobs).append(job)
            if not self._working:
                self._working = True
                # No daemon: one that outlives the interpreter's end would hold the database open while it is torn down.
                threading.Thread(target=self._work, name="framing-background", daemon=False).start()

    def _work(self) -> None:
        try:
            self._work_off()
        except BaseException:
            with self._lock:
                self._working = False
            raise

    def _work_off(self) -> None:
        time.sleep(FIRST_PAUSE)
        while (job := self._next()) is not None:
            time.sleep(PAUSE)
            # An event that cannot be compared says so to the reader who opens it; here it is passed over.
            with suppress(FramingError):
                job()

    def _next(self) -> Callable[[], object] | None:
        with self._lock:
            if (self._jobs or self._later) and threading.main_thread().is_alive():
                return (self._jobs or self._later).popleft()
            self._working = False  # within the lock: a job put from now on starts a thread of its own
            return None
