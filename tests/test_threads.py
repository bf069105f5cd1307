"""How a process is set while it works: every setting ends with whoever came last, and seats are as many as processors."""

from __future__ import annotations

import gc
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from corpus_fakes import FakeEncoder, article, scorer
from threadpoolctl import threadpool_info

from framing.corpus import Corpus
from framing.encode import Encoded
from framing.score import score
from framing.threads import SELDOM, SHORT_TURN, long_run, one_thread, processors, seat


def settings() -> tuple[float, tuple[int, int, int]]:
    return sys.getswitchinterval(), gc.get_threshold()


def blas() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_a_long_run_ends_with_whoever_came_last() -> None:
    before, first, second = settings(), long_run(), long_run()
    first.__enter__()
    second.__enter__()
    assert settings() == (pytest.approx(SHORT_TURN), SELDOM)
    first.__exit__(None, None, None)
    assert settings() == (pytest.approx(SHORT_TURN), SELDOM), "the second is still at work"
    second.__exit__(None, None, None)
    assert settings() == before


def test_linear_algebra_keeps_to_one_thread_and_is_as_before_afterwards() -> None:
    before = blas()
    with one_thread(), one_thread():
        assert set(blas()) <= {1}
    assert blas() == before


def test_seats_are_as_many_as_processors() -> None:
    seated, most, lock = 0, 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal seated, most
        with seat():
            with lock:
                seated += 1
                most = max(most, seated)
            time.sleep(0.01)
            with lock:
                seated -= 1

    with ThreadPoolExecutor(processors() + 3) as pool:
        list(pool.map(work, range(3 * processors() + 6)))
    assert most == processors()


class Looking(FakeEncoder):
    """Notes how the process is set while it reads, then breaks off."""

    def encode(self, *args: object, **given: object) -> Encoded:
        self.seen = settings()
        raise KeyboardInterrupt


def test_a_run_that_breaks_off_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    corpus, encoder, before = Corpus.create(tmp_path / "corpus"), Looking(), settings()
    corpus.add([article(1)])
    with pytest.raises(KeyboardInterrupt):
        score(corpus, scorer=scorer(encoder=encoder))
    assert encoder.seen == (pytest.approx(SHORT_TURN), SELDOM)
    assert settings() == before
