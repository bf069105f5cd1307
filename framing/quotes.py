"""Finds quotations: “ ” „ " ‘ ’ ' « », over sentence ends and paragraphs, apostrophes and stray marks told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DOUBLE = re.compile(r"[“”„‟\"«»]|''|``|’’|‘‘")
_SINGLE_OPEN = re.compile(r"(?:(?<=[\s(\[—–\-:/“\"„«])|^)[‘'](?=[^\s\W]|[$£€(\[…])")
_SINGLE_CLOSE = re.compile(r"(?<=[^\s(\[])[’'](?!\w)")
_ELISION = re.compile(r"[‘'’](?:\d0s|em|til|twas|tis|cause|bout|round|n)\b", re.IGNORECASE)
_STOP = re.compile(r"[.!?…][)\]]*(?=\s)")
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
_CLOSES = {
    "“": "”\"'’",
    "„": "“”",
    "‟": "”",
    "«": "»",
    "»": "«",
    '"': '"”',
    "''": "''",
    "``": "''",
    "‘‘": "’’",
    "”": "”",
}


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation within one paragraph: [start, end) without its marks, in code points of the text."""

    start: int
    end: int
    opened: int
    """Where the opening mark stands; equal to `start` where the text has none."""
    closed: int
    """Just past the closing mark; equal to `end` where there is none."""
    runs_on: bool = False
    """The next paragraph re-opens the quotation, so the same speaker goes on."""
    single: bool = False


def paragraphs(text: str) -> list[tuple[int, int]]:
    """[start, end) of every paragraph (blank lines between), outer white space excluded."""
    found, start = [], 0
    for gap in [*_PARAGRAPH.finditer(text), None]:
        end = gap.start() if gap else len(text)
        stretch = text[start:end]
        if stretch.strip():
            left = len(stretch) - len(stretch.lstrip())
            found.append((start + left, start + len(stretch.rstrip())))
        start = gap.end() if gap else end
    return found


def quotations(text: str) -> list[Quotation]:
    """Every quotation of a text in order, none overlapping. A mark without its partner reaches to the end of its
    sentence, or of the paragraph where the next one re-opens with the same mark: never further."""
    stretches = paragraphs(text)
    found: list[Quotation] = []
    for i, (start, end) in enumerate(stretches):
        reopens = text[stretches[i + 1][0]] if i + 1 < len(stretches) else ""
        found += [
            Quotation(q.start + start, q.end + start, q.opened + start, q.closed + start, q.runs_on, q.single)
            for q in _in_paragraph(text[start:end], reopens)
        ]
    return found


def _in_paragraph(text: str, reopens: str) -> list[Quotation]:
    doubles, every = _doubles(text, reopens), _singles(text, reopens)
    if not every:
        return doubles
    taken = [(q.opened, q.closed) for q in doubles]
    singles = [q for q in every if not any(q.opened < b and a < q.closed for a, b in taken)]
    # A British page quotes in ‘ ’ with “ ” inside: the outer single quotation wins over doubles it encloses.
    outer = [q for q in every if q not in singles and _encloses(q, doubles)]
    doubles = [d for d in doubles if not any(q.opened < d.opened and d.closed < q.closed for q in outer)]
    return sorted([*doubles, *singles, *outer], key=lambda q: q.opened)


def _encloses(single: Quotation, doubles: list[Quotation]) -> bool:
    crossing = [d for d in doubles if single.opened < d.closed and d.opened < single.closed]
    return all(single.opened < d.opened and d.closed < single.closed for d in crossing)


def _doubles(text: str, reopens: str) -> list[Quotation]:
    found: list[Quotation] = []
    opener: re.Match[str] | None = None
    for mark in _DOUBLE.finditer(text):
        if opener is None:
            if _can_open(text, mark):
                opener = mark
            elif not text[mark.start() - 1 : mark.start()].isdigit():  # 5'10" is a length
                found.append(_stray_close(text, mark, found[-1].closed if found else 0))
        elif mark[0] in _CLOSES.get(opener[0], "") and not _must_open(text, mark, opener):
            found.append(Quotation(opener.end(), mark.start(), opener.start(), mark.end()))
            opener = None
        elif _can_open(text, mark) and text[opener.end() : mark.start()].strip():
            found.append(_unclosed(text, opener, mark.start()))
            opener = mark
    if opener is not None:
        runs_on = reopens != "" and reopens in '“"„«' and opener[0] == reopens
        if runs_on:
            found.append(Quotation(opener.end(), len(text), opener.start(), len(text), runs_on=True))
        else:
            found.append(_unclosed(text, opener, len(text)))
    return found


def _can_open(text: str, mark: re.Match[str]) -> bool:
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    if mark[0] in "“„«``‘‘":
        return after != ""
    at_left_edge = before == "" or before.isspace() or before in "([—–-:/‘'"
    return at_left_edge and after != ""


def _must_open(text: str, mark: re.Match[str], opener: re.Match[str]) -> bool:
    """A straight mark with space before and a letter after opens, unless the open one has a space inside too, as
    tokenised text has."""
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    spaced = text[opener.end() : opener.end() + 1].isspace()
    return mark[0] == '"' and before.isspace() and after.isalnum() and not spaced


def _unclosed(text: str, opener: re.Match[str], limit: int) -> Quotation:
    stop = _STOP.search(text, opener.end(), limit)
    end = stop.end() if stop else len(text[:limit].rstrip())
    return Quotation(opener.end(), max(end, opener.end()), opener.start(), max(end, opener.end()))


def _stray_close(text: str, mark: re.Match[str], after: int) -> Quotation:
    """A closing mark alone: the quotation began before this stretch; it is taken from the start of its own sentence."""
    stops = [s.end() for s in _STOP.finditer(text, after, mark.start()) if s.end() < mark.start() - 1]
    start = stops[-1] if stops else after
    start += len(text[start : mark.start()]) - len(text[start : mark.start()].lstrip())
    return Quotation(start, mark.start(), start, mark.end())


def _singles(text: str, reopens: str) -> list[Quotation]:
    found: list[Quotation] = []
    position = 0
    while (opener := _SINGLE_OPEN.search(text, position)) is not None:
        position = opener.end()
        if _ELISION.match(text, opener.start()) or text[opener.start() : opener.start() + 2] in ("''", "‘‘"):
            continue
        closer = _single_closer(text, opener)
        if closer is not None:
            found.append(Quotation(opener.end(), closer, opener.start(), closer + 1, single=True))
            position = closer + 1
        elif opener.start() == 0 and reopens == opener[0]:
            return [*found, Quotation(1, len(text), 0, len(text), runs_on=True, single=True)]
    return found


def _single_closer(text: str, opener: re.Match[str]) -> int | None:
    """The first mark that can close; a plural possessive (the boys’ school) gives way to a later one."""
    mark = "’" if opener[0] == "‘" else "'"
    following = _SINGLE_OPEN.search(text, opener.end())
    limit = following.start() if following else len(text)
    candidates = [c.start() for c in _SINGLE_CLOSE.finditer(text, opener.end(), limit) if c[0] == mark]
    sure = [c for c in candidates if not re.match(r"s[’'] [a-z]", text[c - 1 : c + 3])]
    return next(iter(sure or candidates), None)
