"""Reading: files, folders, tables, saved pages and pasted text to articles; the rest to rejections with reasons."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from framing.errors import UnreadableSource
from framing.ingest import archive, html, web
from framing.ingest.documents import MARKDOWN, from_page_source, read_text
from framing.ingest.exports import read_office
from framing.ingest.listings import entries_of, is_listing
from framing.ingest.office import OFFICE
from framing.ingest.options import DEFAULTS, ReadOptions, mapping_fault
from framing.ingest.table import JSON_LINES, PARQUET, SEPARATORS, read_table
from framing.ingest.text import MAX_BYTES, decode, normalise
from framing.ingest.warc import is_warc, read_warc
from framing.schema import Article, Rejection

if TYPE_CHECKING:
    from framing.fetch import Fetcher

__all__ = ["ReadOptions", "normalise", "read", "read_text"]

TEXT, HTML = {".txt", ".text"}, {".html", ".htm", ".xhtml"}
TABLES = {*SEPARATORS, *JSON_LINES, *PARQUET}
FEEDS = {".rss", ".atom", ".rdf", ".xml"}
READABLE = TEXT | MARKDOWN | HTML | TABLES | OFFICE
# Files that may well hold articles: reported when met in a folder, where pictures, scripts and the like are passed by.
_DOCUMENTS = {
    *(".pdf", ".doc", ".odt", ".xls", ".xlsx", ".ods", ".epub"),
    *(".json", ".arc", ".zst", ".rar", ".7z"),
}
_MET = READABLE | _DOCUMENTS | FEEDS | archive.ARCHIVES | {".warc"}
_SUPPORTED = (
    ".txt .md .html .csv .tsv .jsonl .parquet .warc, .docx .rtf of a news database, .zip or .tar of these, "
    "a web address, a news feed or sitemap"
)


def read(
    source: str | Path, options: ReadOptions = DEFAULTS, fetcher: Fetcher | None = None
) -> Iterator[Article | Rejection]:
    """Every article of a file, a folder (with subfolders, sorted by name, hidden files passed by), an archive, or `"-"`
    for stdin; with a `fetcher` also of a web address, a list of them, or a news feed.

    Streams, so memory stays flat for big tables. Never raises for bad content: each bad file or row is a Rejection.
    """
    name = str(source)
    if fault := mapping_fault(None, options):
        yield Rejection(name, "", fault)
    elif name == "-":
        yield from _guarded("stdin", lambda: _read_stdin(options, fetcher))
    elif web.is_address(name):
        yield from (
            web.read_address(name, options, fetcher)
            if fetcher
            else [Rejection(name, "", "is a web address; save the page as .html and give the file")]
        )
    elif Path(name).is_dir():
        yield from _read_folder(Path(name), options)
    else:
        yield from _read_file(Path(name), options, fetcher)


def _guarded(source: str, read_it: Callable[[], Iterable[Article | Rejection]]) -> Iterator[Article | Rejection]:
    """What `read_it` gives; a failure of the source as a whole becomes its last Rejection."""
    try:
        yield from read_it()
    except UnreadableSource as error:
        yield Rejection(source, "", str(error))
    except OSError as error:
        yield Rejection(source, "", f"cannot be read: {error.strerror or error}")


def _read_stdin(options: ReadOptions, fetcher: Fetcher | None) -> Iterator[Article | Rejection]:
    return _read_document(sys.stdin.buffer, "stdin", options, fetcher)


def _read_file(path: Path, options: ReadOptions, fetcher: Fetcher | None = None) -> Iterator[Article | Rejection]:
    name = str(path)
    if not path.exists():
        yield Rejection(name, "", "does not exist")
    elif _is_sitemap(path) or (archive.is_archive(name) and not is_warc(name)):
        yield from _guarded(name, lambda: _read_packed(path, options, fetcher))
    else:
        yield from _guarded(name, lambda: _read_named(path, name, options, fetcher))


def _read_named(
    file: Path | io.BufferedReader, name: str, options: ReadOptions, fetcher: Fetcher | None = None
) -> Iterator[Article | Rejection]:
    """A file of a folder or an archive, by the ending of its name."""
    suffix = Path(name).suffix.lower()
    if suffix in TABLES:
        yield from read_table(file, name, options)
    elif is_warc(name):
        with file.open("rb") if isinstance(file, Path) else nullcontext(file) as opened:
            yield from read_warc(opened, name, options)
    elif suffix not in READABLE | FEEDS and suffix:
        yield Rejection(name, "", f"has a format that is not read ({suffix}); use one of {_SUPPORTED}")
    elif isinstance(file, Path):
        with file.open("rb") as opened:
            yield from _read_document(opened, name, options, fetcher)
    else:
        yield from _read_document(file, name, options, fetcher)


def _read_document(
    file: IO[bytes], name: str, options: ReadOptions, fetcher: Fetcher | None
) -> Iterator[Article | Rejection]:
    """A text, a page, or a feed or list of addresses, whose pages are fetched where there is a fetcher."""
    raw = file.read(MAX_BYTES + 1)
    suffix = Path(name).suffix.lower()
    if is_listing(raw) or suffix in FEEDS:
        if not is_listing(raw):
            raise UnreadableSource("is XML, but no news feed (RSS or Atom) and no sitemap")
        if fetcher is None:
            raise UnreadableSource(f"is a news feed or sitemap, {web.NAMED_ONLY}")
        yield from web.read_entries(entries_of(raw, fetcher, options), name, options, fetcher)
    elif suffix in OFFICE:
        yield from read_office(_whole(raw), name, suffix, options)
    elif (suffix in TEXT or not suffix) and (urls := _addresses(raw)):
        if fetcher is None:
            raise UnreadableSource(f"is a list of web addresses, {web.NAMED_ONLY}")
        yield from web.read_addresses(urls, options, fetcher)
    else:
        yield from _from_bytes(raw, name, options)


def _addresses(raw: bytes) -> list[str]:
    """The addresses of a plain list of them, which begins with one or with a comment."""
    begins = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:#|https?://)", raw, re.IGNORECASE)
    return web.listed_addresses(raw.decode("utf-8", "replace")) if begins else []


def _is_sitemap(path: Path) -> bool:
    return path.name.lower().endswith(".xml.gz")


def _read_packed(path: Path, options: ReadOptions, fetcher: Fetcher | None) -> Iterator[Article | Rejection]:
    """An archive; a packed sitemap that was named leads to its pages."""
    if not _is_sitemap(path):
        yield from _read_archive(path, options)
        return
    for inside, file in archive.members(path):
        yield from _read_document(file, f"{path}/{inside}", options, fetcher)


def _read_archive(path: Path, options: ReadOptions) -> Iterator[Article | Rejection]:
    """The readable files of an archive, as those of a folder."""
    found = False
    for inside, file in archive.members(path):
        name = f"{path}/{inside.removeprefix('./')}"
        if not _is_met(PurePosixPath(inside)):
            continue
        found = True
        if archive.is_archive(inside) and not is_warc(inside):
            yield Rejection(name, "", "is an archive inside an archive; unpack it and give it by itself")
        else:
            yield from _guarded(name, lambda file=file, name=name: _read_named(file, name, options))  # type: ignore[misc]
    if not found:
        yield Rejection(str(path), "", f"holds no file that can be read; formats: {_SUPPORTED}")


def _is_met(path: PurePosixPath) -> bool:
    """Whether a file of an archive is read or reported: not hidden, no README, and not what a browser saved beside a
    page."""
    aside = any(part.startswith((".", "__MACOSX")) or part.endswith(("_files", ".files")) for part in path.parts[:-1])
    return not aside and _may_hold_articles(path.name)


def _may_hold_articles(name: str) -> bool:
    path = PurePosixPath(name)
    return not name.startswith(".") and path.stem.casefold() != "readme" and path.suffix.lower() in _MET


def _whole(raw: bytes) -> bytes:
    if len(raw) > MAX_BYTES:
        raise UnreadableSource(
            f"is over {MAX_BYTES // 1_000_000} MB, longer than any article; many articles go in a .jsonl or .csv"
        )
    return raw


def _from_bytes(raw: bytes, source: str, options: ReadOptions) -> list[Article | Rejection]:
    raw = _whole(raw)
    suffix = Path(source).suffix.lower()
    text = (
        html.decode_html(raw)
        if suffix in HTML or re.match(rb"\s*<(?:!doctype|html)", raw, re.IGNORECASE)
        else decode(raw)
    )
    return from_page_source(text, source, options) if suffix in HTML else read_text(text, source, options)


def _read_folder(folder: Path, options: ReadOptions) -> Iterator[Article | Rejection]:
    """The readable files below a folder; READMEs and what browsers save beside a page are passed by."""
    found = False
    faults: list[Rejection] = []
    for place, folders, files in os.walk(folder, onerror=lambda error: faults.append(_unlisted(error))):
        pages = {Path(name).stem for name in files if Path(name).suffix.lower() in HTML}
        saved_with = {f"{stem}{tail}" for stem in pages for tail in ("_files", ".files")}
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in saved_with)
        for name in sorted(files):
            if not _may_hold_articles(name):
                continue
            found = True
            yield from _read_file(Path(place) / name, options)
    yield from faults
    if not found and not faults:
        yield Rejection(str(folder), "", f"holds no file that can be read; formats: {_SUPPORTED}")


def _unlisted(error: OSError) -> Rejection:
    return Rejection(str(error.filename), "", f"cannot be listed: {error.strerror}")
