"""A command that runs in a process of its own beside the dashboard, and what it prints."""

from __future__ import annotations

import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence

from framing.launch import stop

MOST_LINES = 200


class Beside:
    """A command of this program that runs beside the dashboard. Whoever takes `heard` is called for each line that it
    prints, with `changed` held."""

    def __init__(self, command: Sequence[str], name: str) -> None:
        # Python writes to a pipe in the console's old character set otherwise, which on Windows fails.
        environment = os.environ | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment, encoding="utf-8", errors="replace",
        )  # fmt: skip
        self._lines: deque[str] = deque(maxlen=MOST_LINES)
        self.changed = threading.Condition()
        self._ended = False
        # It reads to the end, since a full pipe would halt the command.
        threading.Thread(target=self._read, name=name, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self.changed:
                self.heard(line.strip())
                self.changed.notify_all()
        self._process.wait()  # it closes its output a moment before it is gone
        with self.changed:
            self._ended = True
            self.changed.notify_all()

    def heard(self, line: str) -> None:
        """Takes one line, stripped, that the command printed: kept among the last ones."""
        self._lines.append(line)

    @property
    def lines(self) -> list[str]:
        """What it printed last, empty lines left out."""
        with self.changed:
            return [line for line in self._lines if line]

    def wait_for(self, known: Callable[[], bool], patience: float) -> bool:
        """Until something is known, which is asked after each line, or the command has ended, or for so many seconds;
        whether it had ended by then."""
        with self.changed:
            self.changed.wait_for(lambda: known() or self._ended, patience)
            return self._ended

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def status(self) -> int | None:
        """Its exit status, below zero where a signal ended it; None while it runs or its last lines are being read."""
        with self.changed:
            return self._process.returncode if self._ended else None

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def stop(self) -> None:
        """Ends it; it has five seconds to close what it holds open."""
        stop(self._process)
