"""The steps of the page that adds articles: the form, reading in memory, the preview, storing and scoring."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from framing import reading, session
from framing.errors import InputError
from framing.plain import count
from framing.schema import Article, Rejection

FILE_TYPES = ("txt", "md", "html", "htm", "csv", "tsv", "jsonl", "parquet")
LARGEST_FILE = 20
"""Megabytes a file, the server's own limit: a book is 1 MB of text; larger collections go in with `framing ingest`."""
LONGEST_PASTE = 500_000
"""Characters: 80,000 words, far over a page of reprints, and still one message to the server."""
SHOWN = 25
"""Articles shown in a preview, the others are counted: a dozen fill a screen, thousands would stall the page."""
PREVIEW = "fr-preview"
"""CSS class of the preview's heading."""
NO_FOLDER = "\0"
"""Stands in no name: pasted text lies in no folder."""
_COMPARE = str(Path(__file__).with_name("compare.py"))


@dataclass(frozen=True)
class Request:
    """What the form holds: pasted text, files as (name, content), and what the reader says about them."""

    text: str
    files: tuple[tuple[str, bytes], ...]
    outlet: str | None
    title: str | None
    published: date | None
    event: str | None


@dataclass(frozen=True)
class Preview:
    """What was read, not stored yet."""

    articles: tuple[Article, ...]
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True)
class Stored:
    """What became of a preview; `events` are (id, name) of the events that got articles."""

    stored: int
    duplicates: int
    rejected: tuple[Rejection, ...]
    events: tuple[tuple[str, str], ...]
    without_event: int


def ask(outlets: Sequence[str], events: Sequence[str]) -> Request | None:
    """The form; None until it is sent with something in it."""
    with st.form("read", border=True):
        text = st.text_area(
            "Text of an article, or of a page with several", height=240, max_chars=LONGEST_PASTE, key="pasted"
        )
        files = st.file_uploader(
            f"Or files: {', '.join(FILE_TYPES)}; up to {LARGEST_FILE} MB each",
            type=list(FILE_TYPES),
            accept_multiple_files=True,
            max_upload_size=LARGEST_FILE,
            key="files",
        )
        st.html('<p class="fr-meta">What the text itself does not say (all optional where it does):</p>')
        left, right = st.columns(2)
        outlet = left.selectbox(
            "Outlet", outlets, index=None, accept_new_options=True, placeholder="Choose or type", key="outlet_given"
        )
        event = right.selectbox(
            "Event", events, index=None, accept_new_options=True, placeholder="Choose or type", key="event_given"
        )
        title = left.text_input("Headline (pasted article only)", max_chars=500, key="title_given")
        tomorrow = date.today() + timedelta(days=1)
        published = right.date_input(
            "Date (pasted article only)",
            value=None,
            min_value=date(1800, 1, 1),
            max_value=tomorrow,
            format="YYYY-MM-DD",
            key="date_given",
        )
        sent = st.form_submit_button("Read and preview", type="primary")
    if not sent:
        return None
    if not text.strip() and not files:
        raise InputError("There is nothing to read yet. Paste a text or choose a file, then press “Read and preview”.")
    uploads = tuple((file.name, file.getvalue()) for file in files or ())
    return Request(text, uploads, outlet or None, title.strip() or None, published, event or None)


def read(request: Request) -> Preview:
    """Articles and rejections of the pasted text and the files, in the order given."""
    from framing.ingest import ReadOptions, read_text

    options = ReadOptions(event=request.event, outlet=request.outlet)
    found: list[Article | Rejection] = []
    if request.text.strip():
        pasted = [_named(item, NO_FOLDER) for item in read_text(request.text, "pasted text", options)]
        found += _with_facts(pasted, request)
    for name, content in request.files:
        found += _read_file(name, content, options)
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
        found = list(read_source(path, options))
    return [_named(item, str(Path(folder)) + os.sep) for item in found]


def _short(name: str) -> str:
    """The name within what a disk takes (255 bytes), its ending kept."""
    stem, suffix = Path(name).stem, Path(name).suffix[-16:]
    return stem.encode("utf-8", "replace")[:200].decode("utf-8", "ignore") + suffix


def _named(item: Article | Rejection, folder: str) -> Article | Rejection:
    """The same without the folder it was read in, and with advice that fits a form."""
    from framing.ingest.draft import GIVE_OUTLET, GIVE_TEXT

    if isinstance(item, Article):
        return replace(item, source=item.source.replace(folder, ""))
    reason = item.reason.replace(folder, "").replace(GIVE_OUTLET, "fill in the field “Outlet” and read again")
    reason = reason.replace(GIVE_TEXT, "name that column “text” and upload the file again")
    return replace(item, source=item.source.replace(folder, ""), reason=reason)


def show_preview(preview: Preview) -> None:
    """The articles read, each with its beginning, and what could not be read."""
    heading = f"{count(len(preview.articles), 'article')} read"
    cards = "".join(_card(article) for article in preview.articles[:SHOWN])
    more = len(preview.articles) - SHOWN
    tail = f'<p class="fr-meta">and {more} more</p>' if more > 0 else ""
    st.html(f'<h2 class="{PREVIEW}">Preview: {heading}</h2><div class="fr-cards">{cards}</div>{tail}')
    _show_rejected(preview.rejected)


def _card(article: Article) -> str:
    words = article.text.split()
    facts = [article.outlet, reading.day(article.published), f"{len(words)} words", article.event or "no event yet"]
    beginning = " ".join(words[:45]) + (" …" if len(words) > 45 else "")
    return (
        f'<section class="fr-card"><h3>{escape(article.title)}</h3>'
        f'<p class="fr-meta">{escape(" · ".join(facts))}</p><p>{escape(beginning)}</p></section>'
    )


def _show_rejected(rejected: Sequence[Rejection]) -> None:
    if not rejected:
        return
    lines = [
        " ".join(part for part in (item.source, item.position) if part) + f": {item.reason}"
        for item in rejected[:SHOWN]
    ]
    if len(rejected) > SHOWN:
        lines.append(f"and {len(rejected) - SHOWN} more")
    session.notice(lines, "bad", f"{len(rejected)} not taken")


def store_label(preview: Preview) -> str:
    """The button's text."""
    number = len(preview.articles)
    return "Store and score this article" if number == 1 else f"Store and score these {number} articles"


def store(preview: Preview) -> Stored:
    """Add the articles to the corpus and score what is new, with a progress bar."""
    from framing.corpus import Corpus
    from framing.score import score

    bar = st.progress(0.0, text="Storing…")

    def show(done: int, total: int) -> None:
        bar.progress(min(done / max(total, 1), 1.0), text="Scoring every sentence…")

    corpus = Corpus.ensure(session.corpus_folder())
    report = corpus.add(preview.articles)
    score(corpus, progress=show)
    bar.progress(1.0, text="Done.")
    ids = {article.id for article in preview.articles}
    rows = corpus.articles(columns=["article_id", "event_id", "event"])
    rows = rows[rows["article_id"].isin(ids)]
    pairs = rows.dropna(subset=["event_id"])[["event_id", "event"]].drop_duplicates()
    events = tuple(pairs.itertuples(index=False, name=None))
    return Stored(report.stored, report.duplicates, tuple(report.rejected), events, int(rows["event_id"].isna().sum()))


def show_stored(stored: Stored) -> None:
    """What was stored, with the way to the comparison."""
    lines = [f"{stored.stored} stored and scored."]
    if stored.duplicates:
        lines.append(f"{stored.duplicates} already in the corpus: each article is kept once, in its event.")
    if stored.without_event:
        lines.append(f"{stored.without_event} belong to no event yet. Give an event when adding to compare them.")
    session.notice(lines, "good", "Done.")
    _show_rejected(stored.rejected)
    for event_id, name in stored.events:
        st.html(f"<p><strong>{escape(name)}</strong></p>")
        st.page_link(_COMPARE, label="Open this comparison", query_params={"event": event_id})
