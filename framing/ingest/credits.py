"""Credit lines and datelines of a page: who wrote it, for which outlet, on what day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from framing.ingest.dates import DATE, find_date
from framing.outlets import find_outlet, outlet_of_byline, outlet_of_domain

_EDGES = " \t*_#>—–-•·|/:"
_SEPARATORS = re.compile(r"\s*(?:[/|·•;]|[—–]|\s-\s|,|\s&\s|\s@\s|\(|\)|\sfor\s)\s*")
_OUTER = re.compile(r"\s*[|·•;]\s*|\s+(?:/|[—–-])\s+")
_INNER = re.compile(r"\s*(?:,|\sfor\s)\s*")
_BY = re.compile(r"^(?:(?:posted|written|published|reported|story|words|report|text)\s+)?by:?\s+(?=\S)", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:source|from|via|outlet|publication|courtesy of|credit"
    r"|(?:originally|first|re)?[ -]?(?:published|posted|appeared|printed)"
    r"(?: with permission)?(?: by| in| on| at| from| of)?"
    r"|reposted from|read (?:it|more) (?:at|on))(?P<mark>\s*:\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_WHEN = re.compile(r"^(?:published|posted|updated|last updated|date|on)\b(?:\s+on)?\s*:?\s*$", re.IGNORECASE)
_URL = re.compile(
    r"^<?(?:https?://\S+|www\.\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|co\.uk|news|tv|info|eu)(?:/\S*)?)>?$",
    re.IGNORECASE,
)
_OUTLET_WORDS = re.compile(
    r"\b(?:Post|Times|News|Herald|Tribune|Journal|Gazette|Press|Wire|Agency|Today|Guardian|Chronicle|Sentinel|Ledger|Clarion|Radio"
    r"|TV|Television|Magazine|Review|Observer|Standard|Telegraph|Independent|Monitor|Weekly|Daily|Mail|Examiner|Dispatch|Courier"
    r"|Bulletin|Register|Inquirer|Mirror|Broadcasting|Network|Online|Record|Argus|Echo)\b|\.(?:com|org|net)$",
)
_PARTICLES = {
    "de",
    "la",
    "van",
    "von",
    "der",
    "bin",
    "al",
    "el",
    "da",
    "di",
    "du",
    "and",
    "of",
    "the",
    "ben",
    "ibn",
    "le",
}
_AGENCY_TAIL = re.compile(
    r"\s+and\s+(?:the\s+)?(?:news\s+)?agenc(?:ies|y)$|\s+staff(?:\s+(?:writers?|reporters?))?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Credit:
    """What one line, or the lines of one head together, say of an article. `points` is how surely they say it."""

    outlet: str | None = None
    byline: str | None = None
    published: date | None = None
    url: str | None = None
    points: int = 0

    def joined(self, other: Credit) -> Credit:
        """Both together; where both say something, this one counts."""
        return Credit(
            self.outlet or other.outlet,
            self.byline or other.byline,
            self.published or other.published,
            self.url or other.url,
            self.points + other.points,
        )


# Points: a known or labelled outlet, or a known writer, says by itself that an article begins; a byline, a day, an
# address or an unknown name needs a second of them. Checked on 1,410 single articles and on pages put together from
# them: see the tests.
_STRONG, _WEAK = 2, 1
_LONGEST = 140  # characters: room for two writers, an outlet and a date; a choice, not measured


def read_credit(line: str) -> Credit | None:
    """What a line of mere credits says: "By Jane Roe / Reuters", "— Al Jazeera, 17 October 2020", "Source: X"."""
    text = line.strip(_EDGES)
    if not text or len(text) > _LONGEST:
        return None
    if _URL.match(text):
        url = text.strip("<>")
        known = outlet_of_domain(url)
        return Credit(outlet=known, url=url if "/" in url else None, points=_STRONG if known else _WEAK)
    day = DATE.search(text)
    if day and text[day.end() :].startswith(":"):
        return None  # "18 October 2020: truce collapses" heads an entry of a chronology
    before = re.sub(r"\s+on\s*$", "", text[: day.start()]) if day else text
    rest = (before + " | " + text[day.end() :] if day else text).strip(_EDGES + "(),[].")
    credit = Credit(published=find_date(day[0]), points=_WEAK) if day else Credit()
    if not rest or _WHEN.match(rest):
        return credit if day else None
    slash = line.rstrip().endswith("/") or bool(re.search(r"\w\s*/\s*&?\s*\w", rest))
    parts = _parts(rest, slash or day is not None)
    return credit.joined(parts) if parts is not None else None


def _parts(rest: str, framed: bool) -> Credit | None:
    """The parts between separators. `framed`: a date or a slash in the line shows that it is no headline."""
    label = _LABEL.match(rest)
    if label and not _BY.match(rest):
        return _labelled(rest[label.end() :], ":" in label["mark"], framed)
    by = _BY.match(rest)
    pieces = _pieces(rest[by.end() :] if by else rest)
    credit, names = Credit(), list[str]()
    for piece in filter(None, pieces):
        inner = _BY.match(piece)
        found = find_outlet(_AGENCY_TAIL.sub("", piece))
        if found:
            credit = credit.joined(Credit(outlet=found, points=_STRONG))
        elif inner or looks_like_name(piece):
            names.append(piece[inner.end() :] if inner else re.sub(r"^(?:for|in|at|of)\s+", "", piece))
            framed = framed or inner is not None
        elif not _WHEN.match(piece):
            return None
    if len(names) > 3 or (names and credit.outlet and not (framed or by) and find_outlet(pieces[0])):
        return None  # "Fox News, Dominion Settle": an outlet first and no frame is a headline
    if names and not (by or framed or credit.outlet):
        return None
    return credit.joined(_named(names, by is not None)) if names or credit.points else None


def _pieces(text: str) -> list[str]:
    """`text` at its separators, but known outlets whole ("Mail & Guardian", "Radio Free Europe/Radio Liberty")."""
    if find_outlet(text.strip(" .&-")):
        return [text.strip(" .&-")]
    for marks in (_OUTER, _INNER, _SEPARATORS):
        pieces = marks.split(text)
        if len(pieces) > 1:
            return [inner for piece in pieces for inner in _pieces(piece)]
    return [text.strip(" .&-")] if text.strip(" .&-") else []


def _named(names: list[str], by: bool) -> Credit:
    if not names:
        return Credit()
    outlet = next((name for name in names if _OUTLET_WORDS.search(name)), None)
    people = [name for name in names if name != outlet]
    byline = ", ".join(people) or None
    known = outlet_of_byline(byline) if byline else None
    return Credit(known or outlet, byline, points=(_STRONG if known else _WEAK) + (_WEAK if outlet and by else 0))


def _labelled(text: str, colon: bool, framed: bool) -> Credit | None:
    text = text.strip(_EDGES + ".,")
    first = _AGENCY_TAIL.sub("", next(iter(_pieces(text)), ""))
    if _BY.match(text):
        return _parts(text, framed)
    known = find_outlet(first)
    if known or ((colon or _OUTLET_WORDS.search(first)) and looks_like_name(first)):
        return Credit(outlet=known or first, points=_STRONG)
    if _URL.match(first):
        return Credit(outlet=outlet_of_domain(first), url=first, points=_STRONG if outlet_of_domain(first) else _WEAK)
    return None


def looks_like_name(text: str) -> bool:
    """True for one to five words with capitals (particles aside) and no digits: a person's or an outlet's name."""
    words = re.sub(r"^(?:for|in|at|of)\s+", "", text).split()
    plain = [word for word in words if word.casefold().strip(".") not in _PARTICLES]
    return 0 < len(words) <= 5 and bool(plain) and all(re.match(r"[^\W\d_a-z][\w.'’-]*$", word) for word in plain)


def read_name(line: str) -> Credit | None:
    """A line with a bare name, where its place between headline and text says that it is the writer or the outlet."""
    names = [part.strip() for part in line.strip(_EDGES + ",.").split(",")]
    if len(names) > 2 or not all(map(looks_like_name, names)):
        return None
    return _named(names, by=False)


# --- datelines ---

_DASH = re.compile(r"\s*(?:[—–]|--|-(?=\s))\s*")
_PLACE = re.compile(r"^[A-Z][\w.'’-]*(?:[ /-][A-Z][\w.'’-]*){0,3}(?:,\s*[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,2})?$")
_SHORT_DAY = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2}\b|\b\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b"
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """The opening of a paragraph up to its dash: "(October 18, 2020) —", "BAKU (Reuters) —", "Al Jazeera —"."""

    end: int
    credit: Credit
    bare: bool = False
    """True when it names no place."""


def read_dateline(paragraph: str) -> Dateline | None:
    """The dateline of a paragraph when it names a full date or a known outlet; a bare place is part of the text."""
    for dash in _DASH.finditer(paragraph[:110]):
        head = paragraph[: dash.start()]
        day = DATE.search(head)
        bare = DATE.sub(" ", head)
        outlet = next(
            (name for part in re.findall(r"[(/]([^()/]+?)(?=[)/])", bare) if (name := find_outlet(part))), None
        )
        bare = _SHORT_DAY.sub(
            " ", re.sub(r"\([^()]*\)", " ", bare) if outlet else bare.replace("(", " ").replace(")", " ")
        )
        place = re.sub(r"\s+", " ", bare).strip(" ,.:;/[]")
        if place and not outlet and (named := find_outlet(place) or (place if _OUTLET_WORDS.search(place) else None)):
            outlet, place = named, ""
        opens = re.match(r"[^a-z]", paragraph[dash.end() :])
        if opens and (day or outlet) and (not place or _PLACE.match(place)):
            published = find_date(day[0]) if day else None
            points = (_STRONG if outlet else 0) + (_WEAK if day else 0)
            return Dateline(dash.end(), Credit(outlet=outlet, published=published, points=points), bare=not place)
    return None
