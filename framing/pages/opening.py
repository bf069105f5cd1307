"""How every page on one event begins: the event of the address or of the page before, its summary, its outlets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd
import streamlit as st

from framing import session
from framing.pages import blocks, controls, empty


@dataclass(frozen=True)
class Opened:
    """The event that a page is about, with its articles and every outlet that reports on it."""

    event: str
    articles: pd.DataFrame
    outlets: list[str]


def open_event(about: str, keys: Sequence[str]) -> Opened:
    """What the page does, the choice of the event and its summary; `keys` are those of the page's address. Ends the run
    with a word on what to do where there is no event."""
    if not session.has_corpus():
        empty.no_corpus()
        st.stop()
    if session.article_list().empty:
        st.html("<h1>No article yet</h1>")
        empty.no_articles()
        st.stop()
    events = session.events()
    if events.empty:
        empty.no_events()
        st.stop()
    st.html(f'<p class="fr-meta">{escape(about)}</p>')
    session.adopt_address(keys, lists=("outlets",))
    event = controls.choose_event(events)
    articles = session.articles(event)
    blocks.summary(events[events["event_id"] == event].iloc[0], articles, session.sentence_counts(event))
    return Opened(event, articles, list(dict.fromkeys(articles["outlet"])))
