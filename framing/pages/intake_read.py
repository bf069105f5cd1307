"""Reading what the page that adds articles was given: pasted text, uploaded files, web addresses."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from framing.plain import count
from framing.schema import Article, Rejection

MOST_ADDRESSES = 50
"""Web addresses read at a time: with a second between two, a minute of waiting."""
MOST_ENTRIES = 20
"""Pages read of one feed."""
MOST_TEXT = 50_000_000
"""Characters held in a preview: 8,000 long articles; an archive of 20 MB may hold far more."""
NO_FOLDER = "\0"
"""Stands in no name: pasted text lies in no folder."""
Progress = Callable[[float, str], object]
"""Is told the share that is done and what is under way."""


@dataclass(frozen=True)
class Request:
    """What the form holds: pasted text, files as (name, content), addresses, and what the reader says about them."""

    text: str
    files: tuple[tuple[str, bytes], ...]
    outlet: str | None
    title: str | None
    published: date | None
    event: str | None
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What was read, not stored yet."""

    articles: tuple[Article, ...]
    rejected: tuple[Rejection, ...]


def addresses_of(text: str) -> tuple[str, ...]:
    """The addresses in a field, one a line, each once; one without a scheme gets https."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(dict.fromkeys(line if ":" in line.split("/")[0] else f"https://{line}" for line in lines))


def read(request: Request, progress: Progress) -> Preview:
    """Articles and rejections of the pasted text, the files and the addresses, in this order."""
    from framing.ingest import ReadOptions, read_text

    options = ReadOptions(event=request.event, outlet=request.outlet)
    found: list[Article | Rejection] = []
    if request.text.strip():
        pasted = [_named(item, NO_FOLDER) for item in read_text(request.text, "pasted text", options)]
        found += _with_facts(pasted, request)
    for number, (name, content) in enumerate(request.files):
        progress(number / len(request.files), f"Reading file {number + 1} of {len(request.files)}…")
        found += _read_file(name, content, options)
    found += _read_addresses(request.addresses, options, progress)
    articles = tuple(item for item in found if isinstance(item, Article))
    return Preview(articles, tuple(item for item in found if isinstance(item, Rejection)))


def _with_facts(found: list[Article | Rejection], request: Request) -> list[Article | Rejection]:
    """Headline and date from the form, where the paste is one article; a page's own articles keep theirs."""
    if len(found) != 1 or not isinstance(found[0], Article):
        return found
    article = found[0]
    return [replace(article, title=request.title or article.title, published=request.published or article.published)]


def _read_file(name: str, content: bytes, options: Any) -> list[Article | Rejection]:
    """One uploaded file, read in a folder of its own so that its name on disk is the name the reader knows."""
    from framing.ingest import read as read_source

    safe = _short(Path(name.replace("\\", "/")).name or "upload")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / safe
        path.write_bytes(content)
        found = _held(read_source(path, options), safe)
    return [_named(item, str(Path(folder)) + os.sep) for item in found]


def _held(items: Iterable[Article | Rejection], name: str) -> list[Article | Rejection]:
    """The items, as many as a preview holds."""
    held: list[Article | Rejection] = []
    size = 0
    for item in items:
        size += len(item.text if isinstance(item, Article) else item.reason)
        if size > MOST_TEXT:
            held.append(
                Rejection(name, "", "holds more text than the page takes at a time; add it with: framing ingest")
            )
            break
        held.append(item)
    return held


def _read_addresses(addresses: tuple[str, ...], options: Any, progress: Progress) -> list[Article | Rejection]:
    if not addresses:
        return []
    from framing import fetch
    from framing.ingest.web import read_address

    fetcher = fetch.shared_fetcher()
    found: list[Article | Rejection] = []
    for number, url in enumerate(addresses[:MOST_ADDRESSES]):
        said = f"Fetching address {number + 1} of {min(len(addresses), MOST_ADDRESSES)}"
        progress(number / len(addresses), f"{said}…")
        for item in read_address(url, options, fetcher, MOST_ENTRIES):
            found.append(_named(item, NO_FOLDER))
            progress(number / len(addresses), f"{said}; {count(len(found), 'page')} so far…")
    if len(addresses) > MOST_ADDRESSES:
        reason = f"were not read: {MOST_ADDRESSES} at a time; give the others after these"
        found.append(Rejection(f"{len(addresses) - MOST_ADDRESSES} more addresses", "", reason))
    return found


def _short(name: str) -> str:
    """The name within what a disk takes (255 bytes), its ending kept, without what no disk takes."""
    name = name.replace("\0", "")
    stem, suffix = Path(name).stem, Path(name).suffix[-16:]
    return (stem.encode("utf-8", "replace")[:200].decode("utf-8", "ignore") or "upload") + suffix


def _named(item: Article | Rejection, folder: str) -> Article | Rejection:
    """The same without the folder it was read in, and with advice that fits a form."""
    from framing.ingest.draft import GIVE_OUTLET, GIVE_TEXT
    from framing.ingest.web import NAMED_ONLY

    if isinstance(item, Article):
        return replace(item, source=item.source.replace(folder, ""))
    reason = item.reason.replace(folder, "").replace(GIVE_OUTLET, "fill in the field “Outlet” and read again")
    reason = reason.replace(GIVE_TEXT, "name that column “text” and upload the file again")
    reason = reason.replace(NAMED_ONLY, "whose addresses go into the field “Web addresses”")
    return replace(item, source=item.source.replace(folder, ""), reason=reason)
