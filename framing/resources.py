"""Where the shipped data lies: beside the package in an installed wheel, in the repository root in a checkout."""

from __future__ import annotations

from pathlib import Path

from framing.errors import FramingError

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "_data", _PACKAGE.parent)


def shipped(name: str) -> Path:
    """Path of a shipped file or folder: `models`, `sample_articles`, `dashboard.py`. Raises FramingError when it is
    missing."""
    for root in _ROOTS:
        if (root / name).exists():
            return root / name
    raise FramingError(f"The installation lacks {name!r}. Install framing again.")
