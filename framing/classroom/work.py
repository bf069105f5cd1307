"""Slow results: made one after the other on a thread of their own, so that saving answers never waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

MOST_KEPT = 32
"""Results kept; a lesson has three (its words, its reveal, what was taught)."""


class Work:
    """Results by key. What was asked for first is made first; the oldest are forgotten."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="classroom")
        self._asked: dict[Hashable, Future[Any]] = {}
        self._turn = threading.Lock()

    def ask(self, key: Hashable, make: Callable[[], Any]) -> Future[Any]:
        """The result under this key, begun if it was not yet."""
        with self._turn:
            if key not in self._asked:
                while len(self._asked) >= MOST_KEPT:
                    del self._asked[next(iter(self._asked))]
                self._asked[key] = self._worker.submit(make)
            return self._asked[key]

    def known(self, key: Hashable) -> Future[Any] | None:
        """The result under this key, if it was asked for."""
        return self._asked.get(key)

    def clear(self) -> None:
        """Forgets all results, as when everything is deleted; returns once the one under way is over."""
        with self._turn:
            for asked in self._asked.values():
                asked.cancel()
            self._asked.clear()
        self._worker.submit(lambda: None).result()

    def stop(self) -> None:
        """Begins nothing more."""
        self._worker.shutdown(wait=False, cancel_futures=True)
