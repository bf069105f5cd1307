"""From the fields of one row, file or part of a page to an `Article`, or to the reason why not."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from framing.errors import InputError
from framing.ingest.confidence import Certainty, judged
from framing.ingest.dates import parse_date
from framing.ingest.options import ReadOptions
from framing.ingest.text import normalise, one_line, paragraphs
from framing.languages import foreign_article
from framing.outlets import canonical_outlet, find_outlet, host_of, outlet_of_byline, outlet_of_domain
from framing.schema import Article, Rejection

MAX_TEXT = 1_000_000
"""Longest article in characters: a choice, 60 times the longest of 1,410 news articles measured (16,061)."""

_MOST_KEYS = 5
_MISSING = {"", "nan", "none", "null", "n/a", "~"}
GIVE_OUTLET = "say which outlet it is with --outlet NAME, or name the column with --column outlet=COLUMN"
GIVE_TEXT = "say --column text=COLUMN"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a draft was read: the source as the user named it, and the row, line or article within it."""

    source: str
    position: str = ""
    """`row 17`; its number becomes the `#17` of `Article.source`."""

    def reject(self, reason: str) -> Rejection:
        return Rejection(self.source, self.position, reason)

    @property
    def name(self) -> str:
        number = re.search(r"\d+$", self.position)
        return f"{self.source}#{number[0]}" if number else self.source


def build(fields: Mapping[str, object], place: Place, options: ReadOptions) -> Article | Rejection:
    """An article from raw `fields`, or why it is none. Keys as in `options.FIELDS`, missing ones absent or empty.

    The outlet is its own field, else `options.outlet`, else a guess: `site` (what the page says of itself), the web
    address, the byline, a folder named after a known outlet, `agency` (the dateline's).
    """
    if fault := _nested(fields):
        return place.reject(fault)
    title = one_line(_plain(fields.get("title")))
    blocks = paragraphs(normalise(_body(fields.get("text"))))
    if blocks and title and blocks[0].casefold() == title.casefold():
        blocks = blocks[1:]  # many collections repeat the headline as the first line
    text = "\n\n".join(blocks)
    if fault := _fault(text):
        return place.reject(fault)
    if language := foreign_article(f"{title}\n\n{text}"):
        return place.reject(f"is in {language}, and only English is read; leave it out, or give an English version")
    try:
        published = parse_date(fields.get("published"))
    except InputError as error:
        return place.reject(str(error))
    byline, url = _byline(fields.get("byline")), _short(fields.get("url"))
    outlet, how = _short(fields.get("outlet")) or options.outlet, ""
    if not outlet:
        outlet, how = _guessed_outlet(fields, url, byline, place)
    if not outlet or not outlet.strip():
        return place.reject(f"nothing says which outlet published it; {GIVE_OUTLET}")
    event = _short(fields.get("event")) or options.event
    kind, note = _short(fields.get("kind")), _note(fields, how)
    return Article(canonical_outlet(outlet), title, text, published, byline, url, place.name, event or None, kind, note)


def _nested(fields: Mapping[str, object]) -> str | None:
    """What is wrong where a field that is compared is an object (`{"rendered": …}`), which would be lost unseen."""
    for key in ("title", "text", "event"):
        value = fields.get(key)
        for part in value if isinstance(value, list | tuple) else [value]:
            if isinstance(part, Mapping) and part and "name" not in part:
                keys = ", ".join(f'"{name}"' for name in list(part)[:_MOST_KEYS])
                return f"its {key} is an object with {keys}, where a text is read; give the {key} as text"
    return None


def _fault(text: str) -> str | None:
    if not any(c.isalpha() for c in text):
        return "has no text"
    if len(text) > MAX_TEXT:
        size = f"{len(text):,} characters"
        return f"its text of {size} is longer than any article (limit {MAX_TEXT:,}); is it several in one?"
    return None


def _guessed_outlet(
    fields: Mapping[str, object], url: str | None, byline: str | None, place: Place
) -> tuple[str | None, str]:
    """What the page says of itself, its address, its byline, a folder named after an outlet, an agency's dateline; and
    in words which of them, and how sure that is."""
    site, known = _short(fields.get("site")), outlet_of_domain(url) if url else None
    host = host_of(url) if url else None
    ways: tuple[tuple[str | None, str, Certainty], ...] = (
        (site if site not in (known, host) else None, "the page names it", "likely"),
        (known, "its web address", "certain"),
        (host, "only the host of its address is known", "guess"),
        (outlet_of_byline(byline) if byline else None, "its byline", "likely"),
        (outlet_of_folder(place.source), "the name of its folder", "likely"),
        (_short(fields.get("agency")), "the agency of its dateline", "guess"),
    )
    return next(((outlet, judged("outlet", how, sure)) for outlet, how, sure in ways if outlet), (None, ""))


def _note(fields: Mapping[str, object], how: str) -> str | None:
    """The source's own note, and what its reader says of the article: `said`, in a list, and how its outlet was found.
    A certain outlet is only told where something else is."""
    said = fields.get("said")
    more = [str(part) for part in said if part] if isinstance(said, list | tuple) else []
    told = how if more or "certain" not in how else ""
    return "; ".join(filter(None, [_short(fields.get("note")), told, *more])) or None


def outlet_of_folder(source: str) -> str | None:
    """The known outlet after which the folder of `source` is named ("al-jazeera/3.txt"), or None."""
    return find_outlet(Path(source).parent.name)


def _byline(value: object) -> str | None:
    text = _short(value)
    return re.sub(r"^by:?\s+", "", text, flags=re.IGNORECASE) if text else None


def _short(value: object) -> str | None:
    text = one_line(_plain(value))
    return None if text.casefold() in _MISSING else text


def _plain(value: object) -> str:
    """A cell as text: lists joined by commas, `{"name": …}` by its name, missing numbers empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, Mapping):
        return _plain(value.get("name"))
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_plain, value)))
    return str(value)


def _body(value: object) -> str:
    text = "\n\n".join(map(_plain, value)) if isinstance(value, list | tuple) else _plain(value)
    return "" if text.strip().casefold() in _MISSING else text
