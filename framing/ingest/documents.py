"""One text or saved page: front matter, a reprint page, or one plain article."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from framing.errors import UnreadableSource
from framing.ingest import exports, html, roundup
from framing.ingest.confidence import date_said, left_out, title_said
from framing.ingest.draft import Place, build
from framing.ingest.frontmatter import FrontMatter, split_front_matter
from framing.ingest.options import DEFAULTS, ReadOptions, columns_for
from framing.ingest.text import normalise
from framing.schema import Article, Rejection

MOST_LINES = 10_000
"""Lines of a text, blank ones included: 5,000 paragraphs take 2 seconds to read as a page, 20,000 take 18."""
MARKDOWN = {".md", ".markdown"}


def read_text(
    text: str, source: str, options: ReadOptions = DEFAULTS, address: str | None = None
) -> list[Article | Rejection]:
    """The articles of a pasted text or a file's content: front matter, HTML, a reprint page, or one plain article.

    A reprint page gives one article each, with the page's title as event and kind "reprint". `address` is where the
    text was fetched from.
    """
    place = Place(source)
    try:
        if not text.strip():
            return [place.reject("is empty")]
        if (exported := exports.read_export(text, source, options)) is not None:
            return exported
        if html.looks_like_html(text):
            return from_page_source(text, source, options, address)
        matter = split_front_matter(re.sub(r"\r\n?", "\n", text).lstrip("\ufeff\n "))
        if matter is not None:
            return _from_front_matter(matter, place, options)
        return _from_page(_body(text, source), {"url": address} if address else {}, place, options)
    except UnreadableSource as error:
        return [place.reject(str(error))]


def _from_front_matter(matter: FrontMatter, place: Place, options: ReadOptions) -> list[Article | Rejection]:
    """One article with the fields of its front matter; without outlet and title there, the body may be a page."""
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
    page = _pages(text)
    if page.event is not None and may_split:
        return _from_roundup(page, fields, place, options)
    found = page.articles[0] if page.event is None else roundup.read_single(text)
    credit = found.credit
    own = {"title": found.title, "text": found.text, "byline": credit.byline, "published": credit.published}
    guesses = {"url": credit.url, "site": credit.outlet, "agency": found.agency}
    said = [left_out(text, [found.title, found.text])]
    if "title" not in fields:
        said = [title_said(found.title, "", found.title), date_said(fields.get("published"), credit.published), *said]
    return [build({**own, **guesses, **fields, "said": said}, place, options)]


def _pages(text: str) -> roundup.Page:
    """`roundup.read_page` of a text that is no book. Raises UnreadableSource for one that is."""
    if (lines := text.count("\n")) > MOST_LINES:
        raise UnreadableSource(f"has {lines:,} lines, far more than any article; is it several in one?")
    return roundup.read_page(text)


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
        said = [
            title_said(found.title, "", found.title),
            date_said(None, credit.published),
            "cut out of a page of several",
        ]
        dated = {"published": credit.published, "url": credit.url, "said": said}
        result.append(build({**shared, **own, **dated}, replace(place, position=f"article {number}"), options))
    return result


def from_page_source(
    source_text: str, source: str, options: ReadOptions, address: str | None = None
) -> list[Article | Rejection]:
    """The article of a web page's HTML, or those of a reprint page; `address` is where it was fetched from. Raises
    UnreadableSource where it has none."""
    if not source_text.strip():
        raise UnreadableSource("is empty")
    if address is None and (exported := exports.read_export(source_text, source, options)) is not None:
        return exported
    page, place = html.read_page(source_text, address), Place(source)
    text = normalise(page.text.replace("\n", "\n\n"))  # a line of trafilatura's is a paragraph
    split = _pages(text)
    if len(split.articles) > 1:
        return _from_roundup(split, {}, place, options)
    found = split.articles[0] if split.event is None else roundup.read_single(text)
    title = str(page.fields["title"] or "") or found.title
    same = found.title.casefold() == title.casefold()
    body = found.text if same or not found.title else f"{found.title}\n\n{found.text}"
    credit = found.credit
    guesses = {"byline": credit.byline, "published": credit.published, "site": credit.outlet, "agency": found.agency}
    known = {key: value for key, value in page.fields.items() if value}
    said = [
        title_said(title, str(page.fields["title"] or ""), found.title),
        date_said(page.fields.get("published"), credit.published),
        left_out(text, [title, body], page.words - len(text.split())),
    ]
    return [build({**guesses, **known, "title": title, "text": body, "said": said}, place, options)]


def _without_markdown(text: str) -> str:
    """Images dropped, links and emphasis to their words, quotation bars off; headings stay for the page reader."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"(?<!\\)\[([^\]\n]+)\]\([^)\s]+(?:\s+\"[^\"]*\")?\)", r"\1", text)
    text = re.sub(r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])", r"\2", text)
    text = re.sub(r"(?<![\w_])(_{1,3})(?=\S)([^_\n]+?)(?<=\S)\1(?![\w_])", r"\2", text)
    return re.sub(r"^>\s?", "", text, flags=re.MULTILINE)
