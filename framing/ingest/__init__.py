"""Reading: files, folders, tables, saved pages and pasted text to articles; the rest to rejections with reasons."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from framing.errors import UnreadableSource
from framing.ingest import html
from framing.ingest.documents import MARKDOWN, from_page_source, read_text
from framing.ingest.options import DEFAULTS, ReadOptions, mapping_fault
from framing.ingest.table import JSON_LINES, PARQUET, SEPARATORS, read_table
from framing.ingest.text import MAX_BYTES, decode, normalise
from framing.schema import Article, Rejection

__all__ = ["ReadOptions", "normalise", "read", "read_text"]

TEXT, HTML = {".txt", ".text"}, {".html", ".htm", ".xhtml"}
TABLES = {*SEPARATORS, *JSON_LINES, *PARQUET}
READABLE = TEXT | MARKDOWN | HTML | TABLES
# Files that may well hold articles: reported when met in a folder, where pictures, scripts and the like are passed by.
_DOCUMENTS = {
    *(".pdf", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".epub"),
    *(".json", ".xml", ".zip", ".gz", ".warc"),
}
_SUPPORTED = ".txt .md .html .csv .tsv .jsonl .parquet"


def read(source: str | Path, options: ReadOptions = DEFAULTS) -> Iterator[Article | Rejection]:
    """Every article of a file, a folder (with subfolders, sorted by name, hidden files passed by) or `"-"` for stdin.

    Streams, so memory stays flat for big tables. Never raises for bad content: each bad file or row is a Rejection.
    """
    name = str(source)
    if fault := mapping_fault(None, options):
        yield Rejection(name, "", fault)
    elif name == "-":
        yield from _guarded("stdin", lambda: _read_stdin(options))
    elif re.match(r"https?://", name):
        yield Rejection(name, "", "is a web address; save the page as .html and give the file")
    elif Path(name).is_dir():
        yield from _read_folder(Path(name), options)
    else:
        yield from _read_file(Path(name), options)


def _guarded(source: str, read_it: Callable[[], Iterable[Article | Rejection]]) -> Iterator[Article | Rejection]:
    """What `read_it` gives; a failure of the source as a whole becomes its last Rejection."""
    try:
        yield from read_it()
    except UnreadableSource as error:
        yield Rejection(source, "", str(error))
    except OSError as error:
        yield Rejection(source, "", f"cannot be read: {error.strerror or error}")


def _read_stdin(options: ReadOptions) -> list[Article | Rejection]:
    return _from_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin", options)


def _read_file(path: Path, options: ReadOptions) -> Iterator[Article | Rejection]:
    suffix, name = path.suffix.lower(), str(path)
    if not path.exists():
        yield Rejection(name, "", "does not exist")
    elif suffix in TABLES:
        yield from _guarded(name, lambda: read_table(path, name, options))
    elif suffix in READABLE or not suffix:
        yield from _guarded(name, lambda: _read_document(path, options))
    else:
        yield Rejection(name, "", f"has a format that is not read ({suffix}); use one of {_SUPPORTED}")


def _read_document(path: Path, options: ReadOptions) -> list[Article | Rejection]:
    with path.open("rb") as file:
        return _from_bytes(file.read(MAX_BYTES + 1), str(path), options)


def _from_bytes(raw: bytes, source: str, options: ReadOptions) -> list[Article | Rejection]:
    if len(raw) > MAX_BYTES:
        raise UnreadableSource(
            f"is over {MAX_BYTES // 1_000_000} MB, longer than any article; many articles go in a .jsonl or .csv"
        )
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
            suffix = Path(name).suffix.lower()
            if name.startswith(".") or Path(name).stem.casefold() == "readme" or suffix not in READABLE | _DOCUMENTS:
                continue
            found = True
            yield from _read_file(Path(place) / name, options)
    yield from faults
    if not found and not faults:
        yield Rejection(str(folder), "", f"holds no file that can be read; formats: {_SUPPORTED}")


def _unlisted(error: OSError) -> Rejection:
    return Rejection(str(error.filename), "", f"cannot be listed: {error.strerror}")
