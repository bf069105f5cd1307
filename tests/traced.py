"""How much memory something takes at most."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import TypeVar

Made = TypeVar("Made")


def peak_of(make: Callable[[], Made], enough: int) -> tuple[Made, int]:
    """What is made, and the most bytes it took. All threads are counted, one that another test left too, so more than
    `enough` is measured again, twice at most."""
    for last in (False, False, True):
        tracemalloc.start()
        made = make()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if peak < enough or last:
            return made, peak
    raise AssertionError
