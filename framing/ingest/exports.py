"""What university libraries hand out: one file with many articles of Nexis Uni, Factiva or ProQuest.

Each layout cuts its articles out of the lines of a file; what all have in common is here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from framing.errors import UnreadableSource
from framing.ingest import factiva, nexis, proquest
from framing.ingest.draft import Place, build
from framing.ingest.exported import Exported
from framing.ingest.html import looks_like_html
from framing.ingest.office import office_text
from framing.ingest.options import ReadOptions
from framing.ingest.publications import outlet_of_publication
from framing.ingest.text import normalise
from framing.plain import count, listed
from framing.schema import Article, Rejection

MOST_TAGS = 1_000_000
"""Tags of an export in HTML: 500 articles have some 50,000; a million take lxml about 2 seconds."""
_HINT = re.compile(r"End of Document|Document\s+(?:\d+\s+of\s+\d+|[A-Za-z]\w{11,})")
_BLOCKS = {"p", "div", "br", "tr", "li", "table", "section", "article", "hr", *(f"h{level}" for level in range(1, 7))}
_SKIPPED = {"script", "style", "head", "title", "noscript", "template"}


@dataclass(frozen=True, slots=True)
class _Layout:
    """A database, how its files are recognised, and in words by what."""

    name: str
    module: Any
    marks: str


_LAYOUTS = (
    _Layout("Nexis Uni", nexis, "“End of Document” under each article (Nexis Uni)"),
    _Layout("ProQuest", proquest, "“Document 1 of …” above each article (ProQuest)"),
    _Layout("Factiva", factiva, "a line such as “812 words” and a “Document …” code under each article (Factiva)"),
)


def read_office(raw: bytes, source: str, suffix: str, options: ReadOptions) -> list[Article | Rejection]:
    """The articles of a Word or RTF file. Raises UnreadableSource where it is no export of a layout that is known."""
    found = read_export(office_text(raw, suffix), source, options)
    if found is None:
        kind = "a Word document" if suffix == ".docx" else "an RTF document"
        marks = listed([layout.marks for layout in _LAYOUTS])
        raise UnreadableSource(
            f"is {kind} in no layout that is known: looked for {marks}. Save a single article as .txt or .md"
        )
    return found


def read_export(text: str, source: str, options: ReadOptions) -> list[Article | Rejection] | None:
    """The articles of a database's export, as text or HTML; None for any other text."""
    if not _HINT.search(text):
        return None
    lines = normalise(_html_text(text) if looks_like_html(text) else text).split("\n")
    layout = next((layout for layout in _LAYOUTS if layout.module.fits(lines)), None)
    if layout is None:
        return None
    return list(_built(layout, layout.module.articles(lines), source, options))


def _built(
    layout: _Layout, found: Iterator[Exported | str], source: str, options: ReadOptions
) -> Iterator[Article | Rejection]:
    for number, item in enumerate(found, start=1):
        place = Place(source, f"article {number}")
        if isinstance(item, str):
            yield place.reject(f"{item} ({layout.name})")
            continue
        fields = {"published": item.day, "title": item.title, "text": item.text, "byline": item.byline, "url": item.url}
        outlet = outlet_of_publication(item.publication) if item.publication else None
        note = _note(layout.name, item, outlet)
        yield build({**fields, "outlet": outlet, "note": note}, place, options)


def _note(name: str, item: Exported, outlet: str | None) -> str:
    """What was read and left out of one article, in a line."""
    said = [f"from {name}"]
    if outlet != item.publication:
        said.append(f"publication as given: {item.publication}")
    if item.dated and not item.day:
        said.append(f"its date was not read: {item.dated[:60]}")
    if item.dropped:
        said.append(f"left out: {listed(item.dropped)}")
    read = len(item.text.split())
    # Databases count headline, byline and caption words in; a tenth more or fewer is usual, a fifth is not.
    if item.words and abs(read - item.words) > max(0.2 * item.words, 15):
        said.append(f"{count(read, 'word')} read where it says {item.words:,}")
    return "; ".join(said)


def _html_text(text: str) -> str:
    """The lines of an export in HTML: one for each block."""
    if (tags := text.count("<")) > MOST_TAGS:
        raise UnreadableSource(f"has {tags:,} elements, far more than an export; export it in portions")
    try:
        root = lxml_html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text))
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableSource("is no HTML that can be read") from error
    pieces: list[str] = []
    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            skipped += tag in _SKIPPED
            pieces.append("\n" if tag in _BLOCKS else "")
            pieces.append("" if skipped else _flat(element.text))
            continue
        skipped -= event == "end" and tag in _SKIPPED
        pieces.append("\n" if event == "end" and tag in _BLOCKS else "")
        pieces.append("" if skipped else _flat(element.tail))
    return "".join(pieces)


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")
