"""The steps of the page that adds articles: the form, the preview, storing and scoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from framing import reading, session
from framing.errors import InputError
from framing.pages import intake_read, scoring, take
from framing.pages.intake_read import MOST_ADDRESSES, MOST_ENTRIES, Preview, Request
from framing.plain import count
from framing.schema import Article, Rejection

FILE_TYPES = ("txt", "md", "html", "htm", "docx", "rtf", "csv", "tsv", "jsonl", "parquet")
PACKED_TYPES = ("zip", "tar", "tgz", "gz", "bz2", "xz")
LARGEST_FILE = 20
"""Megabytes a file, the server's own limit: a book is 1 MB of text; larger collections go in with `framing ingest`."""
LONGEST_PASTE = 500_000
"""Characters: 80,000 words, far over a page of reprints, and still one message to the server."""
SHOWN = 25
"""Articles shown in a preview, the others are counted: a dozen fill a screen, thousands would stall the page."""
LISTED = 500
"""Rejections listed, those after the first `SHOWN` folded."""
BEGINNING, ENDING = 35, 15
"""Words shown of an article's beginning and end."""
PREVIEW, STORED = "fr-preview", "fr-stored"
"""CSS classes of the preview's heading and of what tells what was stored."""
_COMPARE = str(Path(__file__).with_name("compare.py"))


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
            f"Or files: {', '.join(FILE_TYPES)}, or a zip or tar of these (docx and rtf: exports of news databases); "
            f"up to {LARGEST_FILE} MB each",
            type=[*FILE_TYPES, *PACKED_TYPES],
            accept_multiple_files=True,
            max_upload_size=LARGEST_FILE,
            key="files",
        )
        addresses = st.text_area(
            "Or web addresses, one a line: articles, news feeds (RSS, Atom) or sitemaps",
            height=90,
            max_chars=50_000,
            key="urls",
        )
        st.html(
            '<p class="fr-meta">Only web addresses need the internet. They are read one after another, at most '
            f"{MOST_ADDRESSES} at a time and {MOST_ENTRIES} pages of a feed; a site’s robots.txt is kept to.</p>"
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
    if not (text.strip() or files or addresses.strip()):
        raise InputError(
            "There is nothing to read yet. Paste a text, choose a file or give a web address, "
            f"then press “Read and preview”. A file in red is not read: another type, or over {LARGEST_FILE} MB."
        )
    uploads = tuple((file.name, file.getvalue()) for file in files or ())
    wanted = intake_read.addresses_of(addresses)
    return Request(text, uploads, outlet or None, title.strip() or None, published, event or None, wanted)


def read(request: Request) -> Preview:
    """What the form's texts, files and addresses hold, with a progress bar."""
    bar = st.progress(0.0, text="Reading…")
    preview = intake_read.read(request, lambda share, said: bar.progress(share, text=said))
    bar.empty()
    return preview


def show_preview(preview: Preview) -> None:
    """The articles read, each with its beginning, and what could not be read."""
    heading = f"{count(len(preview.articles), 'article')} read"
    cards = "".join(_card(number, article) for number, article in enumerate(preview.articles[:SHOWN], start=1))
    more = len(preview.articles) - SHOWN
    tail = f'<p class="fr-meta">and {more} more</p>' if more > 0 else ""
    st.html(f'<h2 class="{PREVIEW}">Preview: {heading}</h2><div class="fr-cards">{cards}</div>{tail}')
    _show_rejected(preview.rejected, "rejected")


def _card(number: int, article: Article) -> str:
    words = article.text.split()
    facts = [article.outlet, reading.day(article.published), count(len(words), "word"), article.event or "no event yet"]
    kind = reading.badge_html(reading.KIND_BADGES[article.kind]) if article.kind in reading.KIND_BADGES else ""
    return (
        f'<section class="fr-card"><h3>{number}. {escape(article.title or "No headline")}</h3>'
        f'<p class="fr-meta">{escape(" · ".join(facts))}</p>{kind}<p>{escape(_ends(words))}</p></section>'
    )


def _ends(words: Sequence[str]) -> str:
    """The first and the last words of a text: where it was cut shows at both."""
    if len(words) <= BEGINNING + ENDING:
        return " ".join(words)
    return f"{' '.join(words[:BEGINNING])} […] {' '.join(words[-ENDING:])}"


def _show_rejected(rejected: Sequence[Rejection], key: str) -> None:
    if not rejected:
        return
    lines = [
        " ".join(part for part in (item.source, item.position) if part) + f": {item.reason}"
        for item in rejected[:LISTED]
    ]
    if len(rejected) > LISTED:
        lines.append(f"and {len(rejected) - LISTED:,} more")
    session.notice(lines, "bad", f"{len(rejected):,} not taken, each with its reason", SHOWN)
    take.table(partial(_told, rejected), "not taken", key, "Take this list", "each with its source and reason")


def _told(rejected: Sequence[Rejection]) -> pd.DataFrame:
    told = [(session.public(item.source), item.position, session.public(item.reason)) for item in rejected]
    return pd.DataFrame(told, columns=["source", "position", "reason"])


def wants_storing(preview: Preview) -> bool:
    """The button that stores what was read; two writers at once are refused by the corpus, so it waits for scoring."""
    number, busy = len(preview.articles), scoring.running()
    label = "Store and score this article" if number == 1 else f"Store and score these {number} articles"
    if busy:
        st.html('<p class="fr-meta">Other articles are being scored (see above). When that is done you can store.</p>')
    return st.button(label, type="primary", key="store", disabled=busy)


def store(preview: Preview) -> Stored:
    """Adds the articles to the corpus; they are still to be scored."""
    from framing.corpus import Corpus

    with st.spinner("Storing…"):
        corpus = Corpus.ensure(session.corpus_folder())
        report = corpus.add(preview.articles)
    ids = {article.id for article in preview.articles}
    rows = corpus.articles(columns=["article_id", "event_id", "event"])
    rows = rows[rows["article_id"].isin(ids)]
    pairs = rows.dropna(subset=["event_id"])[["event_id", "event"]].drop_duplicates()
    events = tuple(pairs.itertuples(index=False, name=None))
    return Stored(report.stored, report.duplicates, tuple(report.rejected), events, int(rows["event_id"].isna().sum()))


def show_stored(stored: Stored) -> None:
    """What was stored, with the way to the comparison."""
    lines = [f"{count(stored.stored, 'article')} added to the corpus."]
    if stored.duplicates:
        lines.append(f"{stored.duplicates} already in the corpus: each article is kept once, in its event.")
    if stored.without_event:
        lines.append(f"{stored.without_event} belong to no event yet. Give an event when adding to compare them.")
    st.html(f'<span class="{STORED}"></span>')
    session.notice(lines, "good", "Stored.")
    _show_rejected(stored.rejected, "rejected_stored")
    for event_id, name in stored.events:
        st.html(f"<p><strong>{escape(name)}</strong></p>")
        st.page_link(_COMPARE, label="Open this comparison", query_params={"event": event_id})
