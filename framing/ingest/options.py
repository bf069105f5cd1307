"""What the reader may be told about a source, and the names under which fields go in tables and front matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

FIELDS = ("outlet", "title", "text", "published", "byline", "url", "event", "kind", "note")

# Best name first: where a table has both `outlet` and `source`, `outlet` counts.
NAMES: dict[str, tuple[str, ...]] = {
    "outlet": (
        *(
            "outlet",
            "outletname",
            "newsoutlet",
            "publisher",
            "publication",
            "newspaper",
            "mediaoutlet",
            "sourcename",
            "sitename",
        ),
        *("source", "newssource", "media", "site", "domain", "hostname"),
    ),
    "title": ("title", "headline", "articletitle", "heading"),
    "text": (
        *(
            "text",
            "body",
            "content",
            "articletext",
            "articlebody",
            "fulltext",
            "maintext",
            "bodytext",
            "articlecontent",
        ),
        *("article", "story"),
    ),
    "published": (
        *(
            "published",
            "date",
            "publisheddate",
            "publishdate",
            "publicationdate",
            "pubdate",
            "publishedat",
            "datepublished",
        ),
        *("datepublish", "publishedon", "articledate", "datetime", "timestamp"),
    ),
    "byline": ("byline", "author", "authors", "writer", "journalist", "creator"),
    "url": ("url", "link", "articleurl", "sourceurl", "permalink", "weburl", "href"),
    "event": ("event", "eventname", "eventid"),
    "kind": ("kind",),
    "note": ("note",),
}
_FIELD_OF = {name: key for key, names in NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the sources themselves leave open. `event` and `outlet` fill gaps: what an article's own fields say wins.

    `columns` maps fields to their names in tables and front matter, `{"outlet": "source"}`; it wins over guesses.
    """

    event: str | None = None
    outlet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    """Of feeds and sitemaps, only what was published from this day on."""
    until: date | None = None
    most: int | None = None
    """Pages read of one feed or sitemap, at most; `web.MOST_ENTRIES` where left out."""

    @property
    def window(self) -> str:
        """The window of days in words, or the empty string."""
        since, until = (f"from {self.since}" if self.since else ""), (f"until {self.until}" if self.until else "")
        return " ".join(filter(None, (since, until)))


DEFAULTS = ReadOptions()


def columns_for(available: Iterable[str], options: ReadOptions) -> dict[str, str]:
    """Field → column among `available`: as mapped in the options, otherwise by the best-known name."""
    names = list(available)
    guessed: dict[str, tuple[int, str]] = {}
    for name in names:
        plain = _plain(name)
        key = _FIELD_OF.get(plain)
        if key and (key not in guessed or NAMES[key].index(plain) < guessed[key][0]):
            guessed[key] = (NAMES[key].index(plain), name)
    mapped = {field_named(key): column for key, column in options.columns.items()}
    taken = set(mapped.values())
    return {key: name for key, (_, name) in guessed.items() if key not in mapped and name not in taken} | {
        key: column for key, column in mapped.items() if key and column in names
    }


def mapping_fault(available: Iterable[str] | None, options: ReadOptions) -> str | None:
    """What is wrong with `options.columns`, in words, or None. `available` None checks the fields alone."""
    for key, column in options.columns.items():
        if not field_named(key):
            return f'"{key}" is no field of an article; fields: {", ".join(FIELDS)}'
        if available is not None and column not in set(available):
            return f'there is no column "{column}" for {key}; columns: {", ".join(available) or "none"}'
    return None


def field_named(name: str) -> str:
    """The field that a name stands for ("date" → "published"), or the empty string."""
    return _FIELD_OF.get(_plain(name), "")


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
