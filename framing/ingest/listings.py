"""Documents that lead to pages: news feeds and sitemaps, with what an index of sitemaps leads to."""

from __future__ import annotations

from collections.abc import Iterator

from framing.errors import UnreadableSource
from framing.fetch import FEEDS, Fetcher
from framing.ingest.feed import Entry, is_feed, read_feed
from framing.ingest.options import ReadOptions
from framing.ingest.sitemap import Sub, is_sitemap, read_sitemap
from framing.schema import Rejection

MOST_SITEMAPS = 1_000
"""Sitemaps read of one index: with a second between two, twenty minutes of fetching."""
DEEPEST = 3
"""Indexes within indexes; the protocol knows none, some sites have one."""
KINDS = FEEDS | {"application/gzip", "application/x-gzip", "application/octet-stream"}
"""Media types of pages, feeds and sitemaps, packed ones included."""


def is_listing(body: bytes) -> bool:
    """Whether a document is a feed or a sitemap, by its first element."""
    return is_feed(body) or is_sitemap(body)


def entries_of(
    body: bytes, fetcher: Fetcher, options: ReadOptions, address: str = "", charset: str | None = None
) -> Iterator[Entry | Rejection]:
    """The entries of a feed, or of a sitemap and those it names, each page once and within the options' window as far
    as the listing tells. Sitemaps are fetched as they are needed; one that fails is a Rejection."""
    if is_feed(body):
        found: Iterator[Entry | Rejection] = iter(read_feed(body, address, charset))
    else:
        found = _of_sitemap(body, fetcher, options, {address}, DEEPEST)
    seen: set[str] = set()
    for item in found:
        if isinstance(item, Entry):
            if item.url in seen or item.outside(options.since, options.until):
                continue
            seen.add(item.url)
        yield item


def _of_sitemap(
    body: bytes, fetcher: Fetcher, options: ReadOptions, visited: set[str], depth: int
) -> Iterator[Entry | Rejection]:
    for item in read_sitemap(body):
        if isinstance(item, Entry):
            yield item
        elif not item.outside(options.since) and item.url not in visited:
            visited.add(item.url)
            if len(visited) > MOST_SITEMAPS:
                yield Rejection(item.url, "", f"is one of more than {MOST_SITEMAPS:,} sitemaps, and was not read")
                return
            yield from _of_sub(item, fetcher, options, visited, depth)


def _of_sub(
    sub: Sub, fetcher: Fetcher, options: ReadOptions, visited: set[str], depth: int
) -> Iterator[Entry | Rejection]:
    try:
        if depth == 0:
            raise UnreadableSource(f"is an index of sitemaps more than {DEEPEST} deep")
        body = fetcher.get(sub.url, KINDS).body
        if not is_sitemap(body):
            raise UnreadableSource("is named as a sitemap, and is none")
        yield from _of_sitemap(body, fetcher, options, visited, depth - 1)
    except UnreadableSource as error:
        yield Rejection(sub.url, "", str(error))
