"""Web archives (WARC, as Common Crawl and Archive-It give them out): one page a record, read as a stream.

Nothing is unpacked to disk or held longer than one page. Records that are no page (other statuses, pictures, requests
to revisit) are counted, and told once for each kind: a crawl has millions of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from framing.errors import UnreadableSource
from framing.ingest.documents import from_page_source
from framing.ingest.html import decode_html
from framing.ingest.options import ReadOptions
from framing.ingest.pages import full
from framing.ingest.records import body_of, records
from framing.schema import Article, Rejection

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

WARCS = (".warc", ".warc.gz")
MOST_PAGE = 10_000_000
"""Largest page in bytes, unpacked, as of what is fetched from the web. Common Crawl cuts pages at 1 to 5 MB."""
_PAGES = ("text/html", "application/xhtml+xml")
_SILENT = {"warcinfo", "request", "metadata"}  # they accompany a page and are none
_KINDS = {"image", "video", "audio", "text", "font", "application"}


class _Tally:
    """Records that are no page, counted by kind. There are a few hundred kinds at most, whatever a file holds."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.kinds: dict[str, tuple[int, int]] = {}

    def add(self, kind: str, record: int) -> None:
        first, number = self.kinds.get(kind, (record, 0))
        self.kinds[kind] = (first, number + 1)

    def rejections(self) -> Iterator[Rejection]:
        """One for each kind, the commonest first."""
        for kind, (first, number) in sorted(self.kinds.items(), key=lambda entry: -entry[1][1]):
            if number == 1:
                yield Rejection(self.source, f"record {first}", kind)
            else:
                yield Rejection(self.source, f"{number:,} records", f"{kind}; the first of them is record {first}")


def is_warc(name: str) -> bool:
    """Whether a file is a WARC, by its name."""
    return name.lower().endswith(WARCS)


def read_warc(raw: IO[bytes], name: str, options: ReadOptions) -> Iterator[Article | Rejection]:
    """The articles of a WARC's pages, in its order, then what was passed by, one rejection a kind of record.

    Damage, or a record that unpacks to far more than its size, ends the reading with a rejection that says where.
    """
    tally, number, pages = _Tally(name), 0, 0
    try:
        for number, record in enumerate(records(raw, name.lower().endswith(".gz")), start=1):
            for item in _read_record(record, number, name, options, tally):
                pages += 1
                yield item
    except UnreadableSource as error:
        if not number:
            raise
        yield Rejection(name, f"after record {number}", f"{error}; nothing after it was read")
    if not pages and not tally.kinds:
        yield Rejection(name, "", "is a WARC file that holds no answer of any server")
    yield from tally.rejections()


def _read_record(
    record: ArcWarcRecord, number: int, name: str, options: ReadOptions, tally: _Tally
) -> Iterator[Article | Rejection]:
    if record.rec_type in _SILENT:
        return
    if kind := _no_page(record):
        tally.add(kind, number)
        return
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
    place = f"record {number}" + (f" ({url[:200]})" if url else "")
    for item in _read_page(record, url, f"{name}#{number}", options):
        if isinstance(item, Rejection):
            yield replace(item, source=name, position=place)
        else:
            yield item


def _read_page(record: ArcWarcRecord, url: str, source: str, options: ReadOptions) -> list[Article | Rejection]:
    try:
        text = decode_html(body_of(record, MOST_PAGE), _charset(record))
        found = [full(item) for item in from_page_source(text, source, options, url or None)]
    except UnreadableSource as error:
        return [Rejection(source, "", str(error))]
    cut = record.rec_headers.get_header("WARC-Truncated")
    return [_cut_off(item) for item in found] if cut else found


def _cut_off(item: Article | Rejection) -> Article | Rejection:
    said = "the crawler cut the page off, so its end may be missing"
    return replace(item, note=f"{item.note}; {said}" if item.note else said) if isinstance(item, Article) else item


def _no_page(record: ArcWarcRecord) -> str | None:
    """In words what a record is that holds no page, or None."""
    if record.rec_type == "revisit":
        return "only says that a page has not changed (revisit), and does not hold it"
    if record.rec_type not in ("response", "resource"):
        return "is neither a response nor a resource, and holds no page"
    if record.http_headers is not None:
        status = str(record.http_headers.get_statuscode() or "")
        if status != "200":
            return f"was answered with status {status}" if re.fullmatch(r"[1-5]\d\d", status) else "has no HTTP status"
    media_type = _header(record).partition(";")[0].strip().lower()
    if media_type in _PAGES:
        return None
    kind = media_type.partition("/")[0]
    return f"is no web page ({kind}/…)" if kind in _KINDS else "is no web page, or does not say that it is one"


def _header(record: ArcWarcRecord) -> str:
    """The Content-Type of what a record holds: its HTTP header's, or a resource's own."""
    headers = record.http_headers if record.http_headers is not None else record.rec_headers
    return headers.get_header("Content-Type") or ""


def _charset(record: ArcWarcRecord) -> str | None:
    found = re.search(r"(?i)charset\s*=\s*[\"']?([\w.:-]{1,40})", _header(record))
    return found[1] if found else None
