"""How every page on one event begins: the event of the address or of the page before, its summary, its outlets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from framing import session
from framing.cells import cells
from framing.pages import blocks, class_start, controls, empty

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

READINGS = {
    "compare": "Compare",
    "voices": "Who speaks",
    "words": "Words and headlines",
    "aligned": "Side by side",
}
"""The pages on one event, by file."""
HERE = "_page"
"""Where the title of the page now open is kept."""
ONCE = "once"
"""Key of the switch that counts copied sentences once, in the session and, as `once=1`, in the address."""
_KEPT = ("view", "outlets", "first", "second")


@dataclass(frozen=True)
class Opened:
    """The event that a page is about, with its articles and every outlet that reports on it."""

    event: str
    articles: pd.DataFrame
    outlets: list[str]
    beside: DeltaGenerator
    """The place beside the choice of the event, for that of outlets."""
    below: DeltaGenerator
    """The place below both, for the switch that counts copies once."""

    @property
    def once(self) -> bool:
        """Whether the reader wants copied sentences counted once."""
        return bool(st.session_state.get(ONCE))


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
    session.adopt_address((*keys, ONCE), lists=("outlets",))
    st.session_state[ONCE] = st.session_state.get(ONCE) in (True, "1")  # an address has text, the switch a truth
    head, links = st.container(), st.container(key="fr_readings", horizontal=True)
    left, beside = st.columns([1, 1], gap="large")
    with left:
        event = controls.choose_event(events)
    articles = session.articles(event)
    row = events[events["event_id"] == event].iloc[0]
    st.set_page_config(page_title=f"{row['event']} · {st.session_state.get(HERE, 'Compare')} · framing")
    with head:
        blocks.summary(row, articles, session.sentence_counts(event), about)
    with links:
        _show_readings(event)
        class_start.offer(str(row["event"]))
    return Opened(event, articles, list(dict.fromkeys(cells(articles["outlet"]))), beside, st.container())


def choose_copies(opened: Opened, n: int) -> dict[str, str]:
    """The switch that counts the `n` copied sentences of the event once, where there are some; what belongs in the
    address comes back."""
    if not n:
        return {}
    told = (
        "1 sentence is copied from another article: count it once"
        if n == 1
        else f"{n} sentences are copied from another article: count them once"
    )
    with opened.below:
        st.toggle(
            told,
            key=ONCE,
            help="Copied text, such as an agency’s report that several outlets print, says little about an outlet. "
            "Counted once, it counts where it was printed first and nowhere else.",
        )
    return {ONCE: "1"} if opened.once else {}


def _show_readings(event: str) -> None:
    """Links to the pages on this event, each with the outlets and the view chosen here."""
    kept = {key: st.session_state.get(key) for key in _KEPT}
    query = {"event": event} | {key: value for key, value in kept.items() if value}
    query |= {ONCE: "1"} if st.session_state[ONCE] else {}
    for name, label in READINGS.items():
        here = label == st.session_state.get(HERE)
        with st.container(key="fr_here" if here else f"fr_to_{name}", width="content"):
            st.page_link(str(Path(__file__).with_name(f"{name}.py")), label=label, query_params=query)
