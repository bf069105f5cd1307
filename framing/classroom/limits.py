"""How often a join code or the teacher's key may be guessed."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW = 60.0
"""Seconds for which a wrong guess counts."""
WRONG_FROM_ONE = 10
"""Wrong guesses in a row from one address, after which it waits. A class of 30 behind one address stays far below,
since every right code sets the address back to none."""
WRONG_IN_ALL = 100
"""Wrong guesses in a minute from everywhere, after which whoever has been wrong waits. With 100 guesses a minute one of
27⁶ codes is found in a lesson of an hour with a chance of 1 in 64,000. An address that has not been wrong still gets
in: nobody can lock the class out by guessing."""


class GuessLimit:
    """Counts wrong guesses by address, in memory alone; nothing of an address is written anywhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}

    def wait(self, address: str) -> int:
        """Seconds that this address has to wait before its next guess is looked at; 0 where it may guess."""
        self._forget()
        mine = self._wrong.get(address)
        if not mine:
            return 0
        if len(mine) < WRONG_FROM_ONE and sum(map(len, self._wrong.values())) < WRONG_IN_ALL:
            return 0
        return max(1, round(mine[0] + WINDOW - self._clock()))

    def wrong(self, address: str) -> None:
        """Notes a wrong guess."""
        self._wrong.setdefault(address, deque(maxlen=WRONG_FROM_ONE)).append(self._clock())

    def right(self, address: str) -> None:
        """Notes a right one: what went wrong before from there were typing errors."""
        self._wrong.pop(address, None)

    def _forget(self) -> None:
        past = self._clock() - WINDOW
        for address, times in list(self._wrong.items()):
            while times and times[0] <= past:
                times.popleft()
            if not times:
                del self._wrong[address]
