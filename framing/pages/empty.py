"""What a page says where there is nothing to show yet."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from framing import session

_EVENTS = str(Path(__file__).with_name("events.py"))
_ADD = str(Path(__file__).with_name("add.py"))


def no_corpus() -> None:
    """There is no corpus: how to make one."""
    st.html("<h1>Nothing to compare yet</h1>")
    session.notice(
        [
            f"There is no corpus named “{session.corpus_folder().name}” here.",
            "Add your own articles on the page “Add articles”, or",
            "fill a corpus on the command line: framing ingest my-corpus FILES…, then framing dashboard my-corpus, or",
            "see the sample articles: framing demo.",
        ],
        title="What to do",
    )
    st.page_link(_ADD, label="Add articles")


def no_events() -> None:
    """The corpus has no event: how articles get one."""
    st.html("<h1>No event yet</h1>")
    session.notice(
        [
            "Outlets are compared within an event that they cover, and no article of this corpus belongs to one.",
            "Find out which articles report the same event on the page “Events”, or",
            "name the event when you add articles here, or with: framing ingest CORPUS FILES… --event NAME.",
        ],
        title="What to do",
    )
    st.page_link(_EVENTS, label="Find events")
    st.page_link(_ADD, label="Add articles")


def no_articles() -> None:
    """The corpus holds no article."""
    session.notice(
        [
            "This corpus holds no article yet.",
            "Add some on the page “Add articles”, or with: framing ingest CORPUS FILES…",
        ],
        title="What to do",
    )
    st.page_link(_ADD, label="Add articles")


def not_scored(told: str) -> None:
    """What is `told` waits for scores; the button stands above, or how far the scoring is (scoring.py)."""
    if session.wait_for_scores():
        session.notice(f"{told} The scoring is under way, see above: this page fills by itself as it goes.")
        return
    session.notice(f"{told} Press “{session.SCORE}” above: it is shown here when that is done.", title="What to do")


def one_outlet(told: str) -> None:
    """What is `told` needs two outlets, and there is one."""
    session.notice(
        [told, "Choose an event that two outlets report, or add an article of another outlet."],
        title="What to do",
    )
    st.page_link(_EVENTS, label="Find an event")
    st.page_link(_ADD, label="Add articles")
