"""One article as a database's export gives it, and how the layouts read their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from framing.errors import InputError
from framing.ingest.dates import DATE, find_date, parse_date


@dataclass(frozen=True, slots=True)
class Exported:
    """The fields of one article. `dated` is the date as written, `day` what it says; `dropped` names the fields left
    out of the text, `words` is the length that the database gives."""

    title: str
    publication: str
    dated: str
    text: str
    byline: str = ""
    url: str = ""
    words: int | None = None
    dropped: tuple[str, ...] = ()

    @property
    def day(self) -> date | None:
        """The day of publication; None where it is not certain."""
        try:
            return find_date(self.dated) or parse_date(self.dated)
        except InputError:
            return None


def begins_with_date(line: str) -> bool:
    """Whether a line begins with a full day: "October 18, 2020 Sunday, Late Edition"."""
    return DATE.match(line) is not None


def number_of_words(text: str) -> int | None:
    """`1,234 words` as a number, or None."""
    found = re.match(r"([\d,.]{1,12})\s*words?\b", text.strip(), re.IGNORECASE)
    digits = re.sub(r"\D", "", found[1]) if found else ""
    return int(digits) if digits else None


def filled(lines: Iterable[str]) -> list[str]:
    """The lines that hold anything, without spaces around."""
    return [line.strip() for line in lines if line.strip()]


def once(names: Sequence[str]) -> tuple[str, ...]:
    """Each name once, in order."""
    return tuple(dict.fromkeys(names))
