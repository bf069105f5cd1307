"""Finding events and correcting them on the page: each change says what it did, and the last one can be taken back."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from framing import reading, session
from framing.cells import records
from framing.errors import FramingError
from framing.pages import controls, take

if TYPE_CHECKING:
    from framing.corpus import Corpus
    from framing.event_changes import Change

ACTIONS = {"merge": "Merge", "split": "Split", "rename": "Rename", "pin": "Pin"}
_FRESH = ("event_merged", "event_split", "event_split_name", "event_name")
"""Widgets that begin empty after each change."""


def show_last_change() -> None:
    """What the last change did, or why it was refused; a button takes the last change back."""
    with st.empty().container():  # keeps its place where there is nothing to say, so that nothing below folds
        if refused := st.session_state.pop("event_refused", None):
            session.notice(refused, "bad", "This was not done.")
        if said := st.session_state.pop("event_undone", None):
            session.notice(said, "good", "Done.")
        change: Change | None = st.session_state.get("event_change")
        if change is None:
            return
        left, right = st.columns([5, 1], vertical_alignment="center")
        with left:
            session.notice(change.said, "good", "Done.")
        if change.before != change.after or change.names:
            right.button("Take it back", key="event_undo", on_click=_take_back, help="Puts back what stood before")


def _take_back() -> None:
    from framing.event_changes import take_back

    change: Change = st.session_state.pop("event_change")
    try:
        st.session_state["event_undone"] = take_back(_corpus(), change)
    except FramingError as error:
        st.session_state["event_refused"] = str(error)


def _corpus() -> Corpus:
    from framing.corpus import Corpus

    return Corpus.open(session.corpus_folder())


def _do(act: Callable[[Corpus], Change]) -> None:
    """Makes a change; what it did, or why it could not be, is said at the top of the page."""
    try:
        st.session_state["event_change"] = act(_corpus())
    except FramingError as error:
        st.session_state["event_refused"] = str(error)
        return
    for key in _FRESH:
        st.session_state.pop(key, None)


def offer_grouping(free: int, every: int) -> None:
    """For articles without an event, a button that finds theirs."""
    if not free:
        return
    from framing import event_changes

    which = (
        "The one article"
        if every == 1
        else f"All {every:,} articles"
        if free == every
        else f"{free:,} of {every:,} articles"
    )
    verb = "has" if every == 1 or free == 1 else "have"
    session.notice(
        f"{which} {verb} no event yet. Grouping puts articles on the same happening together, by words, names, numbers "
        "and dates; events that are there stay as they are, or gain articles."
    )
    if not st.button("Find their events", type="primary", key="event_group"):
        return
    bar, done = st.progress(0.0, text="Reading articles…"), 0

    def seen() -> None:
        nonlocal done
        done += 1
        if done % max(1, every // 50) == 0:
            bar.progress(min(done / every, 1.0), text="Comparing articles…")

    _do(lambda corpus: event_changes.group(corpus, seen))
    st.rerun()


def choose_event(events: pd.DataFrame, found: pd.DataFrame) -> str | None:
    """The event to correct: one of those listed above, or the one chosen before; None until one is chosen."""
    st.html('<h2>Correct an event</h2><p class="fr-meta">Nothing is lost: articles only change their event.</p>')
    names = dict(zip(events["event_id"], events["event"], strict=True))
    options = list(found["event_id"])
    chosen = st.session_state.get("chosen")
    if chosen in names and chosen not in options:
        options.insert(0, chosen)
    if chosen not in options:
        st.session_state["chosen"] = None
    wanted: str | None = st.selectbox(
        "Event to look at or correct", options, index=None, format_func=lambda key: str(names[key]), key="chosen",
        placeholder="Choose an event",
    )  # fmt: skip
    return wanted


def edit(event_id: str, events: pd.DataFrame, articles: pd.DataFrame) -> None:
    """The articles of an event, and the form of what is to be done with it."""
    mine = articles[articles["event_id"] == event_id]
    this = events[events["event_id"] == event_id].iloc[0]
    rows = [
        [str(row["outlet"]), reading.day(row["published"]), str(row["title"])]
        for row in records(mine.sort_values(["published", "outlet"]))
    ]
    st.html(reading.table_html(["Outlet", "Date", "Headline"], rows, f"{len(mine)} articles of this event"))
    taken = mine[["article_id", "event_id", "event", "outlet", "published", "title"]]
    take.table(taken, f"articles of {this['event']}", "articles", about="outlet, day and headline")
    action = st.segmented_control(
        "What to do", list(ACTIONS), format_func=ACTIONS.__getitem__, key="event_action", default="merge", required=True
    )
    {"merge": _merge, "split": _split, "rename": _rename, "pin": _pin}[action or "merge"](this, events, mine)


def _merge(this: pd.Series, events: pd.DataFrame, mine: pd.DataFrame) -> None:
    from framing import event_changes

    names = dict(zip(events["event_id"], events["event"], strict=True))
    others = _others(events[events["event_id"] != this["event_id"]])
    chosen = st.multiselect(
        "Events whose articles belong here", others, format_func=lambda key: str(names[key]), key="event_merged"
    )
    st.button(
        "Merge",
        key="event_do",
        disabled=not chosen,
        on_click=_do,
        args=(lambda corpus: event_changes.merge(corpus, this["event_id"], chosen),),
    )


def _others(events: pd.DataFrame) -> list[str]:
    """The events to choose from: all, or where there are many those that a search finds, besides those chosen."""
    if len(events) <= session.MOST_OFFERED:
        return list(events["event_id"])
    wanted = st.text_input(f"Search the other {len(events):,} events", key="event_merge_search", max_chars=200)
    found = list(controls.searched(events, wanted or "")["event_id"].head(session.MOST_OFFERED))
    return [*(key for key in st.session_state.get("event_merged") or () if key not in found), *found]


def _split(this: pd.Series, events: pd.DataFrame, mine: pd.DataFrame) -> None:
    from framing import event_changes

    known = {row["article_id"]: row for row in records(mine)}

    def say(key: str) -> str:
        row = known[key]
        return f"{row['outlet']}: {textwrap.shorten(str(row['title']), 70, placeholder=' …')}"

    chosen = st.multiselect("Articles of another event", list(known), format_func=say, key="event_split")
    name = st.text_input("Name of their event", key="event_split_name", max_chars=200)
    st.button(
        "Split off",
        key="event_do",
        disabled=not (chosen and name.strip()),
        on_click=_do,
        args=(lambda corpus: event_changes.split(corpus, this["event_id"], chosen, name.strip()),),
    )


def _rename(this: pd.Series, events: pd.DataFrame, mine: pd.DataFrame) -> None:
    from framing import event_changes

    name = st.text_input("New name", key="event_name", max_chars=200)
    st.button(
        "Rename",
        key="event_do",
        disabled=not name.strip(),
        on_click=_do,
        args=(lambda corpus: event_changes.rename(corpus, this["event_id"], name),),
    )


def _pin(this: pd.Series, events: pd.DataFrame, mine: pd.DataFrame) -> None:
    from framing import event_changes

    pinned = bool(this["pinned"])
    state = (
        "This event is pinned: grouping anew leaves it as it is." if pinned else "Grouping anew may change this event."
    )
    st.html(f"<p>{escape(state)}</p>")
    st.button(
        "Let it change" if pinned else "Pin",
        key="event_do",
        on_click=_do,
        args=(lambda corpus: event_changes.pin(corpus, this["event_id"], not pinned),),
    )
