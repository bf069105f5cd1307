"""Manners toward other people's servers: one request at a time a host, a pause between two, robots.txt, Retry-After."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from protego import Protego
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from framing.errors import FetchError
from framing.plain import waiting

ROBOTS_KEPT = 3_600.0
"""Seconds that a robots.txt counts; RFC 9309 allows a day."""
MOST_ROBOTS = 500
"""Hosts whose robots.txt is remembered: each may be half a megabyte."""
FAULT_KEPT = 60.0
"""Seconds that a host whose robots.txt could not be read is left alone."""
LONGEST_PAUSE = 30.0
"""Seconds between two requests that are waited for where a robots.txt or a Retry-After asks for them: a reader sits
before the screen."""


@dataclass
class _Host:
    """One host: held by who asks it, and when it may be asked again."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    closed_until: float = 0.0
    """The end of a Retry-After that is too long to wait for."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What one robots.txt says: its rules (None: everything is allowed), or why it could not be read."""

    rules: Protego | None
    fault: str
    until: float


class Hosts:
    """What is remembered of every host in one process, so that all visitors together ask it no faster than one."""

    def __init__(self, pause: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self.pause, self.sleep = pause, sleep
        self._hosts: dict[str, _Host] = {}
        self._robots: dict[str, Robots] = {}
        self._guard = threading.Lock()

    @contextmanager
    def turn(self, name: str, pause: float = 0.0) -> Iterator[None]:
        """Waits until nobody else asks this host and its pause is over. Raises FetchError where it asked to be left
        alone for longer."""
        host = self._host(name)
        with host.lock:
            closed = host.closed_until - time.monotonic()
            if closed > 0:
                raise FetchError(f"is on a host that asked to be left alone for {waiting(closed)} more")
            if (early := host.free_at - time.monotonic()) > 0:
                self.sleep(early)
            try:
                yield
            finally:
                host.free_at = time.monotonic() + max(self.pause, min(pause, LONGEST_PAUSE))

    def close(self, name: str, seconds: float) -> None:
        """Remembers that a host wants no request for so long."""
        self._host(name).closed_until = time.monotonic() + seconds

    def _host(self, name: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(name, _Host())

    def robots(self, origin: str, read: Callable[[], str | None], fault_kept: float = FAULT_KEPT) -> Robots:
        """What the origin's robots.txt says. `read` gives its text, None where it has none, or raises FetchError, which
        then holds for `fault_kept` seconds."""
        known = self._robots.get(origin)
        if known is None or known.until < time.monotonic():
            while len(self._robots) >= MOST_ROBOTS:
                self._robots.pop(next(iter(self._robots)), None)
            known = self._robots[origin] = _read(read, fault_kept)
        return known


def _read(read: Callable[[], str | None], fault_kept: float) -> Robots:
    try:
        text = read()
    except FetchError as error:  # RFC 9309: a robots.txt that cannot be read forbids everything
        return Robots(None, str(error), time.monotonic() + fault_kept)
    return Robots(Protego.parse(text) if text else None, "", time.monotonic() + ROBOTS_KEPT)


def retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, given as seconds or as a date; None where it says nothing that can be read."""
    if not value:
        return None
    try:
        return max(float(Retry().parse_retry_after(value.strip()[:100])), 0.0)
    except (InvalidHeader, ValueError, OverflowError):
        return None
