"""The classroom as a process of its own, started from the dashboard: its addresses, and its end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from pathlib import Path

from framing.errors import FramingError
from framing.launch import stop

PATIENCE = 60.0
"""Seconds until the addresses must be there: loading takes 2 to 4, a cold disk and a busy machine have taken 20."""
AFTERTHOUGHT = 1.0
"""Seconds that one address is waited for once the other stands: they are printed together, where there are both."""
MOST_LINES = 200
_SAID = {"teacher": "Teacher:", "students": "Students:", "code": "Code:"}


def command_line(corpus: Path) -> list[str]:
    """What starts the classroom of a corpus, without its opening a browser."""
    return [sys.executable, "-m", "framing", "classroom", str(corpus), "--no-browser"]


class ClassProcess:
    """A classroom that runs beside the dashboard. `said` holds what it printed of `teacher`, `students` and `code`."""

    def __init__(self, command: list[str]) -> None:
        # Python writes its QR code to a pipe in the console's old character set otherwise, which on Windows fails.
        environment = os.environ | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment, encoding="utf-8", errors="replace",
        )  # fmt: skip
        self.said: dict[str, str] = {}
        self._lines: deque[str] = deque(maxlen=MOST_LINES)
        self._changed = threading.Condition()
        self._ended = False
        # It reads to the end, since a full pipe would halt the classroom.
        threading.Thread(target=self._read, name="framing-classroom", daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            text = line.strip()
            with self._changed:
                self._lines.append(text)
                for key, start in _SAID.items():
                    if text.startswith(start):
                        self.said[key] = text.removeprefix(start).strip()
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self, patience: float = PATIENCE) -> None:
        """Until the teacher's address is there. Raises FramingError, with what it printed last, where it ends or is too
        slow, and stops it."""
        with self._changed:
            self._changed.wait_for(lambda: "teacher" in self.said or self._ended, patience)
            self._changed.wait_for(
                lambda: "students" in self.said or self._ended, AFTERTHOUGHT if "teacher" in self.said else 0
            )
            ended = self._ended
        if "teacher" in self.said and not ended:
            return
        self.stop()
        last = " ".join(line for line in list(self._lines)[-3:] if line)
        raise FramingError(
            f"The classroom stopped at once: {last or 'it said nothing'}"
            if ended
            else f"The classroom gave no address within {patience:.0f} seconds. Start it in a terminal to see why."
        )

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends it; it has five seconds to close what it holds open."""
        stop(self._process)


def classroom_process(corpus: Path) -> ClassProcess:
    """Starts the classroom of a corpus, which other devices of the network can reach, and waits for its addresses.
    Raises FramingError where it does not start."""
    started = ClassProcess(command_line(corpus))
    started.wait()
    return started
