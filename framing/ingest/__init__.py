"""Reading: files, folders, tables, saved pages and pasted text to articles. Whatever cannot be used is a `Rejection` with a reason."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from framing.errors import UnreadableSource
from framing.ingest import html, roundup
from framing.ingest.draft import Place, build
from framing.ingest.frontmatter import FrontMatter, split_front_matter
from framing.ingest.options import DEFAULTS, ReadOptions, columns_for, mapping_fault
from framing.ingest.table import JSON_LINES, PARQUET, SEPARATORS, read_table
from framing.ingest.text import MAX_BYTES, decode, normalise
from framing.schema import Article, Rejection

__all__ = ["ReadOptions", "normalise", "read", "read_text"]

TEXT, MARKDOWN, HTML = {".txt", ".text"}, {".md", ".markdown"}, {".html", ".htm", ".xhtml"}
TABLES = {*SEPARATORS, *JSON_LINES, *PARQUET}
READABLE = TEXT | MARKDOWN | HTML | TABLES
# Files that may well hold articles: reported when met in a folder, where pictures, scripts and the like are passed by.
_DOCUMENTS = {
    ".pdf",
    ".doc",
    ".docx",
    ".odt",
    ".rtf",
    ".xls",
    ".xlsx",
    ".ods",
    ".json",
    ".xml",
    ".epub",
    ".zip",
    ".gz",
    ".warc",
}
_SUPPORTED = ".txt .md .html .csv .tsv .jsonl .parquet"


def read(source: str | Path, options: ReadOptions = DEFAULTS) -> Iterator[Article | Rejection]:
    """Every article of a file, a folder (with its subfolders, sorted by name, hidden files passed by) or `"-"` for stdin.

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


def read_text(text: str, source: str, options: ReadOptions = DEFAULTS) -> list[Article | Rejection]:
    """The articles of a pasted text or a file's content: front matter, a saved page's HTML, a reprint page, or one plain article.

    A reprint page gives one article each, with the page's title as event and kind "reprint".
    """
    place = Place(source)
    try:
        if not text.strip():
            return [place.reject("is empty")]
        if html.looks_like_html(text):
            return _from_html(html.read_page(text), place, options)
        matter = split_front_matter(re.sub(r"\r\n?", "\n", text).lstrip("\ufeff\n "))
        if matter is not None:
            return _from_front_matter(matter, place, options)
        return _from_page(_body(text, source), {}, place, options)
    except UnreadableSource as error:
        return [place.reject(str(error))]


def _from_front_matter(matter: FrontMatter, place: Place, options: ReadOptions) -> list[Article | Rejection]:
    """One article with the fields of its front matter; without outlet and title there, the body may be a reprint page."""
    columns = columns_for(matter.fields, options)
    fields = {key: matter.fields[column] for key, column in columns.items() if key != "text"}
    body = _body(matter.body, place.source)
    if "title" in fields and body.strip():
        return [build({**fields, "text": body}, place, options)]
    return _from_page(body, fields, place, options, may_split="outlet" not in fields)


def _body(text: str, source: str) -> str:
    return normalise(_without_markdown(text) if Path(source).suffix.lower() in MARKDOWN else text)


def _from_page(
    text: str, fields: dict[str, object], place: Place, options: ReadOptions, may_split: bool = True
) -> list[Article | Rejection]:
    page = roundup.read_page(text)
    if page.event is not None and may_split:
        return _from_roundup(page, fields, place, options)
    found = page.articles[0] if page.event is None else roundup.read_single(text)
    credit = found.credit
    own = {"title": found.title, "text": found.text, "byline": credit.byline, "published": credit.published}
    guesses = {"url": credit.url, "site": credit.outlet, "agency": found.agency}
    return [build({**own, **guesses, **fields}, place, options)]


def _from_roundup(
    page: roundup.Page, fields: dict[str, object], place: Place, options: ReadOptions
) -> list[Article | Rejection]:
    """The articles of a reprint page, in its order; text above them that no credit gives to an outlet is reported."""
    result: list[Article | Rejection] = []
    if len(page.opening.split()) >= roundup.MIN_BODY_WORDS:
        result.append(
            replace(place, position="opening").reject("stands above the first article and names no outlet; left out")
        )
    shared = {"event": options.event or page.event, "kind": "reprint", **fields}
    for number, found in enumerate(page.articles, start=1):
        credit = found.credit
        own = {"title": found.title, "text": found.text, "outlet": credit.outlet, "byline": credit.byline}
        dated = {"published": credit.published, "url": credit.url}
        result.append(build({**shared, **own, **dated}, replace(place, position=f"article {number}"), options))
    return result


def _from_html(page: html.Page, place: Place, options: ReadOptions) -> list[Article | Rejection]:
    text = normalise(page.text)
    split = roundup.read_page(text)
    if len(split.articles) > 1:
        return _from_roundup(split, {}, place, options)
    found = split.articles[0] if split.event is None else roundup.read_single(text)
    title = str(page.fields["title"] or "") or found.title
    same = found.title.casefold() == title.casefold()
    body = found.text if same or not found.title else f"{found.title}\n\n{found.text}"
    credit = found.credit
    guesses = {"byline": credit.byline, "published": credit.published, "site": credit.outlet, "agency": found.agency}
    known = {key: value for key, value in page.fields.items() if value}
    return [build({**guesses, **known, "title": title, "text": body}, place, options)]


def _without_markdown(text: str) -> str:
    """Images dropped, links and emphasis to their words, quotation bars off; headings stay for the page reader."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"(?<!\\)\[([^\]\n]+)\]\([^)\s]+(?:\s+\"[^\"]*\")?\)", r"\1", text)
    text = re.sub(r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])", r"\2", text)
    text = re.sub(r"(?<![\w_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\1(?![\w_])", r"\2", text)
    return re.sub(r"^>\s?", "", text, flags=re.MULTILINE)


# --- files and folders -------------------------------------------------------------------------------------------------------


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
    if suffix in HTML and text.strip():
        return _from_html(html.read_page(text), Place(source), options)
    return read_text(text, source, options)


def _read_folder(folder: Path, options: ReadOptions) -> Iterator[Article | Rejection]:
    """The readable files below a folder; READMEs, and the pictures and scripts saved beside a web page, are passed by."""
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
