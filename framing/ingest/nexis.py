"""The layout of Nexis Uni (.docx, .rtf, and their text): headline, publication, date line, fields, “Body”, text,
fields, “End of Document”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from framing.ingest.exported import Exported, begins_with_date, filled, number_of_words, once

_END = re.compile(r"\s*End of Document\s*$")
_BODY = re.compile(r"\s*Body:?\s*$", re.IGNORECASE)
_HEAD_FIELDS = (
    "Section|Length|Byline|Dateline|Highlight|Series|Correction-Date|Correction|Distribution|Update|Column|Editor"
    "|Publication-Type|Language|Type|Subject|Source|Contact"
)
_FIELD = re.compile(rf"({_HEAD_FIELDS})\s*:\s*(.*)$", re.IGNORECASE)
_COPYRIGHT = re.compile(r"(?:copyright\b|©|\(c\)\s)", re.IGNORECASE)
_TAIL_FIELDS = (
    "Load-Date|Language|Publication-Type|Journal Code|Subject|Company|Organization|Ticker|Industry|Person|Geographic"
    "|Notes|Acc-No|Document-Type"
)
_TAIL = re.compile(rf"\s*(?:(Graphic|Classification)\s*:?\s*$|({_TAIL_FIELDS})\s*:\s)", re.IGNORECASE)


def fits(lines: Sequence[str]) -> bool:
    """Whether a file is in this layout: articles end with “End of Document” and have a “Body” or a “Length:”."""
    return any(map(_END.match, lines)) and any(
        _BODY.match(line) or re.match(r"\s*Length:\s*[\d,]+\s*words", line, re.IGNORECASE) for line in lines
    )


def articles(lines: Sequence[str]) -> Iterator[Exported | str]:
    """Each article, or in words why it is none."""
    start = 0
    for at, line in enumerate(lines):
        if _END.match(line):
            yield _article(lines[start:at])
            start = at + 1
    if any(map(_BODY.match, lines[start:])):
        yield "breaks off: there is no “End of Document” under it; export it again"


def _article(lines: Sequence[str]) -> Exported | str:
    body = next((at for at, line in enumerate(lines) if _BODY.match(line)), None)
    if body is None:
        return "has no line “Body” above its text"
    place = _head(lines[:body])
    if place is None:
        return "does not begin with headline, publication and date line, each on a line of its own"
    title, publication, date, rest = place
    fields: dict[str, str] = {}
    dropped = []
    for line in rest:
        if field := _FIELD.match(line):
            fields[field[1].casefold()] = field[2]
        elif _COPYRIGHT.match(line):
            dropped.append("copyright line")
    tail = next((at for at, line in enumerate(lines) if at > body and _TAIL.match(line)), len(lines))
    dropped += [name for name in fields if name not in ("length", "byline")]
    dropped += [(found[1] or found[2]).casefold() for line in lines[tail:] if (found := _TAIL.match(line))]
    text = "\n".join(lines[body + 1 : tail]).strip()
    words = number_of_words(fields.get("length", ""))
    return Exported(title, publication, date, text, fields.get("byline", ""), words=words, dropped=once(dropped))


def _head(lines: Sequence[str]) -> tuple[str, str, str, list[str]] | None:
    """Headline, publication, date line, and the lines under them; a cover sheet may stand above the first article."""
    above = filled(lines)
    first = next((at for at, line in enumerate(above) if _is_field(line) and at >= 3), len(above))
    dated = [at for at in range(max(first - 5, 2), first) if begins_with_date(above[at])]
    at = dated[-1] if dated else first - 1  # "Winter 2020": no day, but the line where one stands
    if at < 2:
        return None
    return above[at - 2], above[at - 1], above[at], above[at + 1 :]


def _is_field(line: str) -> bool:
    """Whether a line is one of those under the date line; the cover sheet has labels of its own."""
    return _FIELD.match(line) is not None or _COPYRIGHT.match(line) is not None
