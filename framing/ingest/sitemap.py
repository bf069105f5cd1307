"""Sitemaps: plain ones, news sitemaps, indexes of others, packed or not. Only read here; `listings` fetches."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from framing.connection import unpacked
from framing.errors import InputError, UnreadableSource
from framing.ingest.dates import parse_date
from framing.ingest.feed import Entry, root_of
from framing.ingest.text import one_line
from framing.ingest.xml import elements

MOST_BYTES = 50_000_000
"""Largest sitemap, unpacked: the protocol's own limit (sitemaps.org), as is that of 50,000 addresses."""
_ROOTS = {"urlset", "sitemapindex"}
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sub:
    """A sitemap that an index names, and the day it was last changed."""

    url: str
    changed: date | None

    def outside(self, since: date | None) -> bool:
        """Whether nothing in it can have been published from `since` on."""
        return since is not None and self.changed is not None and self.changed < since


def is_sitemap(body: bytes) -> bool:
    """Whether a document is a sitemap or an index of them, packed or not."""
    return _root(body if not body.startswith(_GZIP) else _beginning(body)) in _ROOTS


def read_sitemap(body: bytes) -> Iterator[Entry | Sub]:
    """The pages of a sitemap, or the sitemaps of an index, in its order. Raises UnreadableSource where it is damaged or
    too large."""
    try:
        found = map(_entry, elements(io.BytesIO(_whole(body)), "{*}url", "{*}sitemap", mend=True))
        yield from (entry for entry in found if entry is not None)
    except etree.XMLSyntaxError as error:
        raise UnreadableSource("is a sitemap that cannot be read: its XML is damaged") from error


def _entry(element: Any) -> Entry | Sub | None:
    texts: dict[str, str] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and not child.tag.endswith("}image"):
            texts.setdefault(_name(child.tag), one_line(child.text or ""))
    url = texts.get("loc", "")
    if not url:
        return None
    changed = _day(texts.get("lastmod"))
    if _name(element.tag) == "sitemap":
        return Sub(url, changed)
    return Entry(url, texts.get("news:title", ""), _day(texts.get("news:publication_date")), "", changed)


def _name(tag: str) -> str:
    """The local name; with `news:` where it is of a news sitemap, since images and videos have titles and dates too."""
    space, _, local = tag.rpartition("}")
    if "sitemap-news" in space:
        return f"news:{local}"
    return f"other:{local}" if "sitemap-" in space else local


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text)
    except InputError:
        return None


def _root(body: bytes) -> str:
    return root_of(body).rpartition(":")[2]


def _beginning(body: bytes) -> bytes:
    try:
        return next((piece for piece in unpacked([body]) if piece), b"")
    except UnreadableSource:
        return b""


def _whole(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body
    whole = bytearray()
    for piece in unpacked([body]):
        whole += piece
        if len(whole) > MOST_BYTES:
            raise UnreadableSource(f"is a sitemap of more than {MOST_BYTES // 1_000_000} MB")
    return bytes(whole)
