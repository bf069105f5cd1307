"""Taking things away, made when the reader asks: a table as CSV or Parquet, an event as one file, and what a chart's
picture says of itself so that it can stand alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from framing import __version__, session
from framing.plain import count, plain_name
from framing.schema import View
from framing.spreadsheet import csv_text, flat, parquet_bytes

if TYPE_CHECKING:
    from framing.compare import Comparison

Table = pd.DataFrame | Callable[[], pd.DataFrame]
_NUMBERS = "unrounded numbers, shares from 0 to 1"
_SENTENCES = "where each stands, whose words, and what is said of it"
_OF_A_SENTENCE = (
    *("article_id", "index", "outlet", "title", "published", "voice", "speaker", "text", "said"),
    *("actor", "surface", "spans", "event_id", "weight", "probability"),
)


def table(frame: Table, name: str, key: str, offer: str = "Take this table", about: str = _NUMBERS) -> None:
    """Offers a table, or what makes one, under `name` as CSV and Parquet; either is made when it is clicked, so that an
    offer costs a rerun nothing. `key` is unlike every other on the page."""
    with st.popover(offer, type="tertiary", key=f"take_{key}"):
        rows = f"{count(len(frame), 'row')}: " if isinstance(frame, pd.DataFrame) else ""
        st.html(f'<p class="fr-meta">{rows}{about}.</p>')
        for label, kind, mime, made in (
            ("CSV, for spreadsheets", "csv", "text/csv", csv_bytes),
            ("Parquet, for Python, R and DuckDB", "parquet", "application/vnd.apache.parquet", _parquet),
        ):
            st.download_button(
                label,
                data=partial(made, frame),
                file_name=f"{plain_name(name)}.{kind}",
                mime=mime,
                key=f"take_{key}_{kind}",
                on_click="ignore",
                width="stretch",
            )


def sentences(rows: pd.DataFrame, title: str) -> None:
    """Offers the sentences behind a number, each with where it stands and what is said of it there."""
    kept = [name for name in _OF_A_SENTENCE if name in rows]
    table(rows[kept], f"sentences behind {title}", "behind_sentences", "Take these sentences", _SENTENCES)


def event(comparison: Comparison, view: View) -> None:
    """Offers the whole event as one HTML file, made when it is clicked; the same that `framing report` writes."""
    with st.popover("Take the whole event", key="take_event"):
        st.html(
            '<p class="fr-meta">One HTML file of all outlets, which opens anywhere without a server or a network: '
            "findings, numbers, sentences, method. Making it takes some seconds.</p>"
        )
        for label, with_text in (("With the articles’ text", True), ("Without text, for copyrighted articles", False)):
            bare = "" if with_text else "-without-text"
            st.download_button(
                label,
                data=partial(_report, comparison.event_id, view, with_text, comparison.once),
                file_name=f"{plain_name(comparison.event)}-{comparison.event_id[:6]}{bare}.html",
                mime="text/html",
                key=f"take_event_{with_text}",
                on_click="ignore",
                width="stretch",
            )


def _report(event_id: str, view: View, with_text: bool, once: bool) -> bytes:
    from framing.corpus import Corpus
    from framing.report import Options, event_report

    options = Options(view, with_text, once=once)
    return event_report(Corpus.open(session.corpus_folder()), event_id, options).html.encode()


def csv_bytes(frame: Table) -> bytes:
    """The table as CSV that a spreadsheet opens with its letters right and runs nothing of."""
    return csv_text(flat(_made(frame))).encode("utf-8-sig")


def _parquet(frame: Table) -> bytes:
    return parquet_bytes(_made(frame))


def _made(frame: Table) -> pd.DataFrame:
    return frame if isinstance(frame, pd.DataFrame) else frame()


def of_event(what: str, articles: pd.DataFrame) -> str:
    """A table's name with that of the event whose articles these are."""
    return f"{what} {articles['event'].iloc[0]}"


def picture(title: str, lines: Sequence[str]) -> dict[str, object]:
    """What `figures.js` needs to offer a chart as PNG and SVG: the picture carries the title, these lines (what is
    shown, of which event, how many), and the program's version. Plain text, never markup."""
    kept = [line for line in lines if line]
    name = plain_name(" ".join([title, *kept[:1]]))
    return {"title": title, "lines": kept, "credit": f"framing {__version__}", "name": name}
