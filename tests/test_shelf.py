"""What pages keep: made once for all who ask at a time, and no more of it than the bytes allow."""

from __future__ import annotations

import threading
import time

import numpy as np
import pandas as pd
import pytest

from framing.shelf import Shelf, size_of


def test_the_longest_unused_goes_first_and_the_rest_fits() -> None:
    shelf = Shelf(2500)
    for key in "ab":
        shelf.get(key, lambda: np.zeros(100))
    shelf.get("a", lambda: pytest.fail("it is there"))
    shelf.get("c", lambda: np.zeros(100))
    assert len(shelf) == 2
    assert shelf.held <= shelf.most
    shelf.get("a", lambda: pytest.fail("it was used last but one"))
    made = []
    shelf.get("b", lambda: made.append("anew"))
    assert made == ["anew"]


def test_what_is_too_large_is_kept_alone() -> None:
    shelf = Shelf(1000)
    shelf.get("small", lambda: 1)
    shelf.get("large", lambda: np.zeros(1000))
    assert len(shelf) == 1


def test_many_who_ask_at_once_wait_for_one_to_make_it() -> None:
    shelf, made = Shelf(10_000), []

    def make() -> int:
        made.append(1)
        time.sleep(0.05)
        return len(made)

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(shelf.get("key", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8


def test_a_failure_is_raised_and_not_kept() -> None:
    shelf = Shelf(10_000)
    with pytest.raises(ZeroDivisionError):
        shelf.get("key", lambda: 1 / 0)
    assert shelf.get("key", lambda: 2) == 2


def test_a_frame_counts_with_its_texts() -> None:
    frame = pd.DataFrame({"text": ["x" * 1000] * 100})
    assert size_of({"frame": frame, "again": frame}) == pytest.approx(100_000, rel=0.2)
