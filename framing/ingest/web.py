"""Web addresses to articles: pages, news feeds and lists of addresses, fetched one after another.

A further kind of source that leads to pages (a sitemap) is one more branch in `_led_to`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from framing.errors import UnreadableSource
from framing.fetch import Fetched, Fetcher
from framing.ingest.documents import from_page_source, read_text
from framing.ingest.feed import Entry, is_feed, read_feed, root_of
from framing.ingest.html import decode_html, looks_like_html
from framing.ingest.options import ReadOptions
from framing.outlets import host_of
from framing.plain import count
from framing.schema import Article, Rejection

MOST_ENTRIES = 500
"""Pages read of one feed: over an hour of news of the busiest agencies, and ten minutes of fetching."""
NAMED_ONLY = "which is fetched only where you name it yourself, not what stands in a folder or an archive"
FEWEST_WORDS = 25
"""Shortest text of a fetched page: a choice; 40 words make an article on a page of reprints (`roundup`)."""
_HTML = ("text/html", "application/xhtml+xml")
_LINE = re.compile(r"https?://\S+", re.IGNORECASE)


def is_address(name: str) -> bool:
    """Whether a source is a web address."""
    return re.match(r"https?://", name, re.IGNORECASE) is not None


def listed_addresses(text: str) -> list[str]:
    """The addresses of a text that is a list of them, one a line, each once; empty for any other text.

    Blank lines and lines that begin with # are passed by.
    """
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    return list(dict.fromkeys(lines)) if all(map(_LINE.fullmatch, lines)) else []


def read_addresses(urls: Iterable[str], options: ReadOptions, fetcher: Fetcher) -> Iterator[Article | Rejection]:
    """The articles of pages and feeds at these addresses, each address once; what fails is a Rejection."""
    seen: set[str] = set()
    for url in urls:
        if url not in seen:
            seen.add(url)
            yield from read_address(url, options, fetcher)


def read_address(
    url: str, options: ReadOptions, fetcher: Fetcher, most: int = MOST_ENTRIES
) -> Iterator[Article | Rejection]:
    """The article of a page, or those of the pages that a feed leads to, the first `most`."""
    try:
        found = fetcher.get(url)
        entries = _led_to(found)
        if entries is None:
            yield from _read_fetched(found, url, options)
        else:
            yield from read_entries(entries, url, options, fetcher, most)
    except UnreadableSource as error:
        yield Rejection(shown_address(url), "", str(error))


def shown_address(url: str) -> str:
    """An address as it may be printed: without a user name and password."""
    return re.sub(r"//[^/?#]*@", "//…@", url)


def read_entries(
    entries: list[Entry], source: str, options: ReadOptions, fetcher: Fetcher, most: int = MOST_ENTRIES
) -> Iterator[Article | Rejection]:
    """The articles of the pages that a feed's entries lead to; the feed fills in what a page does not say of itself."""
    for entry in entries[:most]:
        yield from (_filled(item, entry) for item in _read_page(entry.url, options, fetcher))
    if len(entries) > most:
        yield Rejection(source, "", f"leads to {count(len(entries), 'page')}, of which the first {most:,} were read")


def _read_page(url: str, options: ReadOptions, fetcher: Fetcher) -> list[Article | Rejection]:
    try:
        found = fetcher.get(url)
        if _led_to(found) is not None:
            raise UnreadableSource("is a feed inside a feed; name it by itself")
        return _read_fetched(found, url, options)
    except UnreadableSource as error:
        return [Rejection(shown_address(url), "", str(error))]


def _led_to(found: Fetched) -> list[Entry] | None:
    """The pages that a document leads to; None where it is a page itself. Raises UnreadableSource for one not read."""
    if is_feed(found.body):
        return read_feed(found.body, found.url, found.charset)
    if (root := root_of(found.body)) in ("urlset", "sitemapindex"):
        raise UnreadableSource(f"is a sitemap ({root}), which is not read; give its pages or a news feed")
    return None


def _read_fetched(found: Fetched, url: str, options: ReadOptions) -> list[Article | Rejection]:
    text = decode_html(found.body, found.charset)
    if found.media_type in _HTML or looks_like_html(text):
        return [_full(item) for item in from_page_source(text, url, options, found.url)]
    if found.media_type.endswith("xml"):
        raise UnreadableSource("is XML, but no news feed (RSS or Atom)")
    return read_text(text, url, options, found.url)


def _full(item: Article | Rejection) -> Article | Rejection:
    """The article, or why a page with so little text is none: a notice that asks for consent or payment reads so."""
    words = len(item.text.split()) if isinstance(item, Article) else FEWEST_WORDS
    if words >= FEWEST_WORDS:
        return item
    reason = f"gives no more than {count(words, 'word')} of text (a paywall, a notice, or a page that a script fills)"
    return Rejection(item.source, "", reason)


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
