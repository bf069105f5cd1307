"""The layout of Factiva (text, HTML, RTF): headline, byline, “812 words”, date, source, code, language, copyright,
text, “Document CODE”; or the same with two-letter field codes (HD, BY, WC, PD, SN, LP, TD)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from framing.ingest.exported import Exported, begins_with_date, filled, number_of_words, once

_END = re.compile(r"\s*(?:AN\s+)?Document\s+([A-Za-z][A-Za-z0-9]{11,})\s*$")
_WORDS = re.compile(r"[\d,.]{1,9} words$", re.IGNORECASE)
_COPYRIGHT = re.compile(r"(?:\(?copyright\b|©|\(c\)\s|[^.]{0,80}\ball rights reserved)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}$")
_CODES = [
    *("SE", "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "VOL", "LA", "CY"),
    *("LP", "TD", "CT", "RF", "CO", "IN", "NS", "RE", "IPC", "IPD", "PUB", "AN", "ART"),
]
"""Field codes in their order."""
_CODED = re.compile(rf"({'|'.join(_CODES)})(?:\s+(.*))?$")
_NAMES = {"SE": "section", "CR": "credit", "ET": "time", "SC": "source code", "ED": "edition", "PG": "page"} | {
    "VOL": "volume", "LA": "language", "CY": "copyright line", "CT": "contact", "RF": "reference", "CO": "companies",
    "IN": "industries", "NS": "subjects", "RE": "regions", "IPC": "other codes", "IPD": "other descriptors",
    "PUB": "publisher", "AN": "document code", "ART": "captions",
}  # fmt: skip
_BYLINE = re.compile(r"by\s|.*\b(?:correspondent|reporters?|agencies|editor|staff)\b", re.IGNORECASE)
_HEADER_LINES = 12  # between the date and the text: time, source, code, volume, edition, page, language, copyright


def fits(lines: Sequence[str]) -> bool:
    """Whether a file is in this layout: “Document CODE” under articles that have a line “… words” or the codes."""
    texts = filled(lines)
    worded = any(_WORDS.match(line) for line in texts) or _coded(texts)
    return worded and any(map(_END.match, texts))


def articles(lines: Sequence[str]) -> Iterator[Exported | str]:
    """Each article, or in words why it is none."""
    held: list[str] = []
    for line in filled(lines):
        if _END.match(line):
            yield _from_codes(held) if _coded(held) else _from_lines(held)
            held = []
        else:
            held.append(line)
    if any(_WORDS.match(line) for line in held):
        yield "breaks off: there is no “Document” code under it; export it again"


def _coded(lines: Sequence[str]) -> bool:
    found = {match[1] for line in lines if (match := _CODED.match(line))}
    return {"HD", "PD", "SN"} <= found and bool(found & {"LP", "TD"})


def _from_codes(lines: Sequence[str]) -> Exported | str:
    fields: dict[str, list[str]] = {}
    current, reached = "", -1
    for line in lines:
        match = _CODED.match(line)
        if match and _CODES.index(match[1]) > reached and _opens(match, current):
            current, reached = match[1], _CODES.index(match[1])
            fields[current] = [match[2]] if match[2] else []
        elif current:
            fields[current].append(line)
    text = "\n\n".join([*fields.get("LP", []), *fields.get("TD", [])])
    if not text:
        return "has neither a lead (LP) nor a text (TD)"
    one = {code: " ".join(parts) for code, parts in fields.items()}
    dropped = [_NAMES[code] for code in fields if code in _NAMES]
    words = number_of_words(one.get("WC", ""))
    return Exported(
        *(one.get("HD", ""), one.get("SN", ""), one.get("PD", ""), text, one.get("BY", "")),
        words=words, dropped=once(dropped),
    )  # fmt: skip


def _opens(match: re.Match[str], current: str) -> bool:
    """False for a line of the text that happens to begin with such a code ("IN A BLOW to …")."""
    coded = match[1] in ("CO", "IN", "NS", "RE", "IPC", "IPD") and current in ("LP", "TD")
    return not coded or not match[2] or " : " in match[2] or re.match(r"[a-z0-9]+$", match[2]) is not None


def _from_lines(lines: Sequence[str]) -> Exported | str:
    at = next((at for at, line in enumerate(lines) if _WORDS.match(line) and _dated_after(lines, at)), None)
    if not at:
        return "has no headline above a line such as “812 words” with the date under it"
    title, byline, dropped = _above(lines[max(0, at - 3) : at])
    header = lines[at + 1 : at + 1 + _HEADER_LINES]
    day = next(place for place, line in enumerate(header) if begins_with_date(line))
    rest = list(header[day + 1 :])
    if rest and re.match(r"\d{1,2}:\d{2}\b", rest[0]):
        rest.pop(0)
        dropped.append("time")
    publication = rest[0] if rest else ""
    ends = next((place for place, line in enumerate(rest) if place and _COPYRIGHT.match(line)), None)
    if ends is None:
        ends = next((place for place, line in enumerate(rest) if place and line.istitle() and " " not in line), None)
        if ends is None:
            return "has neither a language nor a copyright line above its text"
    else:
        dropped.append("copyright line")
    dropped += ["source code" if _CODE.match(line) else "edition, page and language" for line in rest[1:ends]]
    start = len(lines[: at + 1]) + (len(header) - len(rest)) + ends + 1
    text = "\n\n".join(lines[start:])
    return Exported(
        *(title, publication, header[day], text, byline),
        words=number_of_words(lines[at]), dropped=once([*dropped, "document code"]),
    )  # fmt: skip


def _dated_after(lines: Sequence[str], at: int) -> bool:
    return any(map(begins_with_date, lines[at + 1 : at + 3]))


def _above(lines: Sequence[str]) -> tuple[str, str, list[str]]:
    """Headline, byline and what was left out, of the one to three lines above the number of words."""
    byline = ""
    above = list(lines)
    if len(above) > 1:
        named = _is_name(above[-1])
        if _BYLINE.match(above[-1]) or (named and (len(above) == 3 or not _is_name(above[0]))):
            byline = above.pop()
    return above[-1], byline, ["section"] if len(above) > 1 else []


def _is_name(line: str) -> bool:
    """Whether a line may be a name or several: two to six words, all with a capital."""
    words = [
        word for word in re.findall(r"[^\W\d_][\w.'’-]*", line) if word.casefold() not in ("and", "in", "de", "von")
    ]
    return 2 <= len(words) <= 6 and all(word[0].isupper() for word in words)
