"""Sets up `.venv` and runs a task in it: `python3 tools/setup.py demo` (Windows: `py tools\\setup.py demo`).

This file runs on old Pythons too, to say what is missing; the work is in `environment.py` beside it.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST_TRIED = 20


def newer_python():
    """Path of a Python of 3.11 or later on PATH, the latest first; None where there is none."""
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)  # noqa: UP031
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return found
    return None


if sys.version_info < OLDEST:
    better = newer_python()
    if better is None:
        sys.exit(
            "framing needs Python 3.11 or later; this is Python %d.%d (%s).\n"  # noqa: UP031
            "Install one (https://www.python.org/downloads, or: sudo apt install python3.11 python3.11-venv, or: "
            "brew install python) and try again,\nor name it:  make demo PYTHON=/path/to/python3.11"
            % (sys.version_info[0], sys.version_info[1], sys.executable)
        )
    sys.exit(subprocess.call([better, os.path.abspath(__file__)] + sys.argv[1:]))  # noqa: RUF005

import environment  # noqa: E402

sys.exit(environment.main(sys.argv[1:]))
