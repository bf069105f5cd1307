"""A lesson's notes for the teacher: plain lines, some of which begin with what they are ("Aim: …")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

HEADINGS = ("Aim", "Look for", "Why these", "Ask", "20 minutes", "45 minutes", "Careful", "Drawn")
"""What a line may begin with, followed by a colon; several lines may begin alike."""
REMARK = ""
"""Heading of lines without one."""
_MADE = ("Careful", "Drawn")
"""Written by the draw itself, anew each time."""


def parted(notes: str) -> dict[str, list[str]]:
    """The lines of notes under their headings, in order; lines without a heading under `REMARK`."""
    found: dict[str, list[str]] = {}
    for line in (line.strip() for line in notes.splitlines()):
        head, colon, rest = line.partition(":")
        known = bool(colon) and head in HEADINGS
        if line:
            found.setdefault(head if known else REMARK, []).append(rest.strip() if known else line)
    return found


def joined(lines: Mapping[str, Sequence[str]]) -> str:
    """Lines under their headings as notes; the inverse of `parted` but for the order of the headings."""
    return "\n".join(
        f"{head}: {line}" if head else line for head in (REMARK, *HEADINGS) for line in lines.get(head, ()) if line
    )


def with_made(notes: str, careful: Sequence[str], drawn: Sequence[str]) -> str:
    """A teacher's notes and what the draw has to say, in the place of what an earlier draw said."""
    own = {head: lines for head, lines in parted(notes).items() if head not in _MADE}
    return joined({**own, "Careful": careful, "Drawn": drawn})
