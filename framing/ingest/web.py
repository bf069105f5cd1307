"""Web addresses to articles: pages, news feeds, sitemaps and lists of addresses, fetched one after another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from framing.errors import UnreadableSource
from framing.fetch import Fetched, Fetcher
from framing.ingest.documents import from_page_source, read_text
from framing.ingest.feed import Entry
from framing.ingest.html import decode_html, looks_like_html
from framing.ingest.listings import KINDS, entries_of, is_listing
from framing.ingest.options import ReadOptions
from framing.ingest.pages import full
from framing.outlets import host_of
from framing.schema import Article, Rejection

MOST_ENTRIES = 500
"""Pages read of one feed or sitemap: over an hour of news of the busiest agencies, and ten minutes of fetching."""
NAMED_ONLY = "which is fetched only where you name it yourself, not what stands in a folder or an archive"
_HTML = ("text/html", "application/xhtml+xml")
_LINE = re.compile(r"https?://\S+", re.IGNORECASE)


def is_address(name: str) -> bool:
    """Whether a source is a web address."""
    return re.match(r"https?://", name, re.IGNORECASE) is not None


def listed_addresses(text: str) -> list[str]:
    """The lines of a text that is a list of addresses, one a line, each once; empty for any other text.

    More than half of the lines are addresses; what is none is a line too, to be told when it is read. Blank lines and
    lines that begin with # are passed by.
    """
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return list(dict.fromkeys(lines)) if 2 * sum(map(bool, map(_LINE.fullmatch, lines))) > len(lines) else []


def read_addresses(urls: Iterable[str], options: ReadOptions, fetcher: Fetcher) -> Iterator[Article | Rejection]:
    """The articles of pages and feeds at these addresses, each address once; what fails is a Rejection."""
    seen: set[str] = set()
    for url in urls:
        if url not in seen:
            seen.add(url)
            yield from read_address(url, options, fetcher)


def read_address(
    url: str, options: ReadOptions, fetcher: Fetcher, most: int | None = None
) -> Iterator[Article | Rejection]:
    """The article of a page, or those of the pages that a feed or sitemap leads to, the first `most`."""
    try:
        found = fetcher.get(url, KINDS)
        if is_listing(found.body):
            entries = entries_of(found.body, fetcher, options, found.url, found.charset)
            yield from read_entries(entries, url, options, fetcher, most)
        else:
            yield from _read_fetched(found, url, options)
    except UnreadableSource as error:
        yield Rejection(shown_address(url), "", str(error))


def shown_address(url: str) -> str:
    """An address as it may be printed: without a user name and password."""
    return re.sub(r"//[^/?#]*@", "//…@", url)


def read_entries(
    entries: Iterable[Entry | Rejection],
    source: str,
    options: ReadOptions,
    fetcher: Fetcher,
    most: int | None = None,
) -> Iterator[Article | Rejection]:
    """The articles of the pages that a listing's entries lead to, the first `most` (or the options', or MOST_ENTRIES);
    the listing fills in what a page does not say of itself."""
    most, read = most or options.most or MOST_ENTRIES, 0
    for entry in entries:
        if isinstance(entry, Rejection):
            yield replace(entry, source=shown_address(entry.source))
            continue
        if read == most:
            more = "--most N reads more" if options.most is None else "a higher --most reads more"
            reason = f"leads to more pages, of which the first {most:,} were read; {more}"
            yield Rejection(shown_address(source), "", reason)
            return
        read += 1
        yield from read_entry(entry, options, fetcher)
    if not read and options.window:
        yield Rejection(shown_address(source), "", f"leads to no page {options.window}")


def read_entry(entry: Entry, options: ReadOptions, fetcher: Fetcher) -> list[Article | Rejection]:
    """The article of the page that an entry leads to, as far as it lies in the options' window."""
    try:
        return of_entry(fetcher.get(entry.url), entry, options)
    except UnreadableSource as error:
        return [Rejection(shown_address(entry.url), "", str(error))]


def of_entry(found: Fetched, entry: Entry, options: ReadOptions) -> list[Article | Rejection]:
    """The same of the page as it was fetched. Raises UnreadableSource."""
    if is_listing(found.body):
        raise UnreadableSource("is a feed or sitemap inside another; name it by itself")
    return [_within(_filled(item, entry), options) for item in _read_fetched(found, entry.url, options)]


def _within(item: Article | Rejection, options: ReadOptions) -> Article | Rejection:
    """The article; a Rejection where its own date, which listings do not always tell, lies outside the window."""
    if isinstance(item, Rejection) or item.published is None:
        return item
    early = options.since is not None and item.published < options.since
    if early or (options.until is not None and item.published > options.until):
        return Rejection(item.source, "", f"was published on {item.published}, not {options.window}")
    return item


def _read_fetched(found: Fetched, url: str, options: ReadOptions) -> list[Article | Rejection]:
    text = decode_html(found.body, found.charset)
    if found.media_type in _HTML or looks_like_html(text):
        return [full(item) for item in from_page_source(text, url, options, found.url)]
    if found.media_type.endswith("xml"):
        raise UnreadableSource("is XML, but no news feed (RSS or Atom) and no sitemap")
    return read_text(text, url, options, found.url)


def _filled(item: Article | Rejection, entry: Entry) -> Article | Rejection:
    if isinstance(item, Rejection) or item.kind == "reprint":
        return item
    return replace(
        item,
        title=item.title or entry.title,
        published=item.published or entry.published,
        byline=item.byline or entry.author or None,
        url=item.url or (entry.url if host_of(entry.url) else None),
    )
