"""The classroom as a process of its own, started from the dashboard: its addresses, and its end."""

from __future__ import annotations

import sys
from pathlib import Path

from framing.beside import Beside
from framing.errors import FramingError

PATIENCE = 60.0
"""Seconds until the addresses must be there: loading takes 2 to 4, a cold disk and a busy machine have taken 20."""
AFTERTHOUGHT = 1.0
"""Seconds that one address is waited for once the other stands: they are printed together, where there are both."""
_SAID = {"teacher": "Teacher:", "students": "Students:", "code": "Code:"}


def command_line(corpus: Path) -> list[str]:
    """What starts the classroom of a corpus, without its opening a browser."""
    return [sys.executable, "-P", "-m", "framing", "classroom", str(corpus), "--no-browser"]


class ClassProcess(Beside):
    """A classroom that runs beside the dashboard. `said` holds what it printed of `teacher`, `students` and `code`."""

    def __init__(self, command: list[str]) -> None:
        self.said: dict[str, str] = {}
        super().__init__(command, "framing-classroom")

    def heard(self, line: str) -> None:
        """Takes one line: those of the addresses and of the code are kept under their names."""
        super().heard(line)
        for key, start in _SAID.items():
            if line.startswith(start):
                self.said[key] = line.removeprefix(start).strip()

    def wait(self, patience: float = PATIENCE) -> None:
        """Until the teacher's address is there. Raises FramingError, with what it printed last, where it ends or is too
        slow, and stops it."""
        self.wait_for(lambda: "teacher" in self.said, patience)
        ended = self.wait_for(lambda: "students" in self.said, AFTERTHOUGHT if "teacher" in self.said else 0)
        if "teacher" in self.said and not ended:
            return
        self.stop()
        last = " ".join(self.lines[-3:])
        raise FramingError(
            f"The classroom stopped at once: {last or 'it said nothing'}"
            if ended
            else f"The classroom gave no address within {patience:.0f} seconds. Start it in a terminal to see why."
        )


def classroom_process(corpus: Path) -> ClassProcess:
    """Starts the classroom of a corpus, which other devices of the network can reach, and waits for its addresses.
    Raises FramingError where it does not start."""
    started = ClassProcess(command_line(corpus))
    started.wait()
    return started
