"""Work done while nobody waits: jobs that one thread works off, a pause before each."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

from framing.errors import FramingError

Job = Callable[[], object]
FIRST_PAUSE = 2.0
"""Seconds before the first job: the page that asked for it is drawn by then (its charts take that long to arrive)."""
PAUSE = 0.3
"""Seconds before each job, which takes about as long or less: a reader's click finds half of the time free."""


class Background:
    """Jobs in the order they were put, and jobs for later when none of these waits; the thread ends when nothing is
    left, when the server stops, or with an error that nobody foresaw; the next job begins another."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._later: tuple[Iterator[Job], float] | None = None
        self._lock = threading.Lock()
        self._working = False

    def put(self, job: Job) -> None:
        """Have a job done after those that wait already."""
        with self._lock:
            self._jobs.append(job)
            self._begin()

    def later(self, jobs: Iterator[Job], after: float = 0.0) -> None:
        """Have jobs done when nothing else waits, the first after so many seconds; they replace those given before. The
        next job is asked for when the one before is done, by the same thread."""
        with self._lock:
            self._later = jobs, time.monotonic() + after
            self._begin()

    def _begin(self) -> None:
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

    def _next(self) -> Job | None:
        """The next job, waited for where it is for later; None where the thread has to end."""
        while threading.main_thread().is_alive():
            with self._lock:
                if self._jobs:
                    return self._jobs.popleft()
                later = self._later
                if later is None:
                    self._working = False  # within the lock: a job put from now on starts a thread of its own
                    return None
            jobs, begin = later
            if time.monotonic() < begin:
                time.sleep(PAUSE)
            elif (job := next(jobs, None)) is not None:
                return job
            else:
                with self._lock:
                    self._later = None if self._later is later else self._later
        with self._lock:
            self._working = False
        return None
