"""Scoring as a process of its own, started from the dashboard: how far it is, and what it said at the end."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from framing.beside import Beside

POLITE = 10
"""Niceness of the process: whoever reads pages meanwhile comes first on a computer that is busy."""
SETTLED = 1.0
"""Seconds from the first sentences on until a rate is told: before that a pause of the disk makes it a guess."""
_ERROR = "Error: "
_END = ("Scored ", "Everything ")
"""How the line begins with which the command's own words of a whole run begin; warnings may stand before."""
_LINE = re.compile(r"(\d+) of (\d+) sentences")


@dataclass(frozen=True)
class Progress:
    """Sentences `done` of `total` (0: not known yet), how many a second (0: not known yet) and the seconds left."""

    done: int = 0
    total: int = 0
    rate: float = 0.0

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def left(self) -> float | None:
        """Seconds left at this rate; None where no rate is known."""
        return (self.total - self.done) / self.rate if self.rate else None


def progress_line(done: int, total: int | None) -> str:
    """How far a run is, as the line that is read here."""
    return f"{done} of {total or 0} sentences"


def command_line(corpus: Path) -> list[str]:
    """What scores a corpus and prints how far it is."""
    return [sys.executable, "-P", "-m", "framing", "score", str(corpus), "--progress-lines"]


class ScoreProcess(Beside):
    """A scoring of what is new in a corpus, beside the dashboard. A second one finds the corpus locked and says so."""

    def __init__(self, command: list[str]) -> None:
        self._progress = Progress()
        self._first: tuple[float, int] | None = None
        self.asked_to_stop = False
        super().__init__(command, "framing-score")
        if hasattr(os, "setpriority"):
            _yield_to_readers(self.pid)

    def heard(self, line: str) -> None:
        """Takes one line: how far it is, or something to tell at the end."""
        found = _LINE.fullmatch(line)
        if found is None:
            super().heard(line)
            return
        now, done, total = time.monotonic(), int(found[1]), int(found[2])
        self._first = self._first or (now, done)
        seconds, sentences = now - self._first[0], done - self._first[1]
        rate = sentences / seconds if seconds >= SETTLED else 0.0
        self._progress = Progress(done, total, rate)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        with self.changed:
            return self._progress

    def stop(self) -> None:
        """Ends it: the parts that are scored stay, the one under way is scored by the next run."""
        self.asked_to_stop = True
        super().stop()

    def outcome(self) -> tuple[bool, str]:
        """Whether it did what was asked, and what it said at its end; to be asked once `status` is known."""
        lines = self.lines
        if self.status == 0:
            first = next((place for place, line in enumerate(lines) if line.startswith(_END)), 0)
            return True, " ".join(lines[first:])
        if self.asked_to_stop:
            return False, "Stopped. What was scored until then is kept; the next run does the rest."
        faults = [place for place, line in enumerate(lines) if line.startswith(_ERROR)]
        if faults:
            return False, " ".join(lines[faults[-1] :]).removeprefix(_ERROR)
        last = lines[-1] if lines else "it said nothing"
        return False, f"It stopped before its end ({last}). What was scored until then is kept: start it again."


def _yield_to_readers(pid: int) -> None:
    """Lowers a process' priority. It may have ended already, which is no fault."""
    try:
        os.setpriority(os.PRIO_PROCESS, pid, max(POLITE, os.getpriority(os.PRIO_PROCESS, pid)))
    except ProcessLookupError:
        return


def score_process(corpus: Path) -> ScoreProcess:
    """Starts the scoring of what is new in a corpus."""
    return ScoreProcess(command_line(corpus))
