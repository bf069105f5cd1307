"""Work shared out among threads, its results in order, and how a process is set while it works."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

SHORT_TURN = 0.0005
"""Seconds after which a thread that runs Python lets others in. At Python's 5 ms every batch that the encoder finished
waited for the rules: of a run's two processors 6.3 % idled, with this 4.3 % (24,580 sentences, one run each)."""
SELDOM = (100_000, 10, 10)
"""When Python looks for garbage, as `gc.set_threshold` takes it. As it does by itself it looked through everything nine
times in 24,700 sentences, all threads waiting: 0.059 ms a sentence, 0.006 so. Scores leave no garbage of that kind:
what a run holds does not grow by it (docs/keeping.md)."""


class _WhileAnyone:
    """A setting of the whole process that holds until whoever came last has left, and is then as it was before."""

    def __init__(self, setting: Callable[[], AbstractContextManager[object]]) -> None:
        self._setting = setting
        self._changing = threading.Lock()
        self._entered = ExitStack()
        self._inside = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._changing:
            self._entered.enter_context(self._setting())
            self._inside += 1
        try:
            yield
        finally:
            with self._changing:
                self._inside -= 1
                if not self._inside:
                    self._entered.close()


def _one_thread() -> AbstractContextManager[object]:
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limits


@contextmanager
def _long_run() -> Iterator[None]:
    turns, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(min(turns, SHORT_TURN))
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        sys.setswitchinterval(turns)
        gc.set_threshold(*thresholds)


one_thread = _WhileAnyone(_one_thread)
"""Linear algebra on one thread. With products as small as ours the other threads wait and keep a processor busy with
it: scoring took 2.08 ms a sentence by the clock and 4.1 of processor, 1.88 and 3.66 so (2,900 sentences, two cores,
median of seven turns), to the same bits."""
long_run = _WhileAnyone(_long_run)
"""Short turns for threads, and garbage looked for seldom."""


def processors() -> int:
    """Threads to work with: the processors that this process may use, or fewer where OMP_NUM_THREADS says so, as Ray
    does for each of the workers that share a machine."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(there, int(asked)) if asked.isdecimal() and int(asked) else there


def seat() -> AbstractContextManager[object]:
    """Held by whatever keeps one processor busy, so that no more work at once than there are: the rules took 0.31 ms a
    sentence where they shared two processors with two batches of the encoder, 0.27 with a seat of their own."""
    return _seats(os.getpid())


@cache
def _seats(process: int) -> threading.Semaphore:
    """Of a process: a forked one must not wait for its parent's."""
    return threading.Semaphore(processors())


def in_order(pool: Executor, work: Callable[[T], R], items: Iterable[T], ahead: int) -> Iterator[R]:
    """What `work` makes of each item, with `ahead` more handed to the pool than were given back: what others ask of it
    meanwhile comes in between. What breaks is raised in its turn, and what had not begun then never does."""
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
