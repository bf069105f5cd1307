"""News feeds (RSS, Atom): which pages they lead to, and what they say of each."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from framing.errors import UnreadableSource
from framing.ingest.text import one_line

_ROOT = re.compile(rb"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*<([\w:]+)", re.DOTALL)
_FEEDS = {"rss", "feed", "rdf:rdf", "channel"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed: the page it leads to, and its headline, date and author where it has them."""

    url: str
    title: str
    published: date | None
    author: str
    changed: date | None = None
    """The day it was last changed, as sitemaps tell; it was published then or before."""

    def outside(self, since: date | None, until: date | None) -> bool:
        """Whether it is certain that the page was published before `since` or after `until`."""
        latest = self.published or self.changed
        early = since is not None and latest is not None and latest < since
        return early or (until is not None and self.published is not None and self.published > until)


def root_of(body: bytes) -> str:
    """The name of the first element of a document, in lower case; empty where it has none."""
    found = _ROOT.match(body[:65_536].removeprefix(b"\xef\xbb\xbf"))
    return found[1].decode("ascii").lower() if found else ""


def is_feed(body: bytes) -> bool:
    """Whether a document is a feed, by its first element."""
    return root_of(body) in _FEEDS


def read_feed(body: bytes, address: str = "", charset: str | None = None) -> list[Entry]:
    """The entries in the feed's order, each page once. Raises UnreadableSource where there are none."""
    import feedparser

    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    # From a stream: a text that looks like a path or an address would be opened.
    found: Any = feedparser.parse(
        io.BytesIO(body), response_headers={"content-location": address, "content-type": kind}, sanitize_html=False
    )
    entries = {entry.url: entry for entry in map(_entry, found.entries) if entry.url}
    if not entries:
        raise UnreadableSource("is a news feed without any entry that leads to a page")
    return list(entries.values())


def _entry(raw: Any) -> Entry:
    moment = raw.get("published_parsed") or raw.get("updated_parsed")
    try:
        day = date(*moment[:3]) if moment else None
    except ValueError:
        day = None
    title, author, link = (str(raw.get(name) or "") for name in ("title", "author", "link"))
    return Entry(link.strip(), one_line(title), day, one_line(author))
