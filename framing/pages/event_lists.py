"""The list of events: searched, sorted, a page at a time, as a table of events by outlets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from framing import coverage, reading, session
from framing.cells import records
from framing.coverage import MEANINGS, SIGNS, STATUSES, Status
from framing.pages import controls, take

if TYPE_CHECKING:
    from framing.corpus import Corpus

ORDERS = {
    "told": "Most differently told first",
    "outlets": "Most outlets first",
    "new": "Newest first",
    "old": "Oldest first",
}
LEAST = {"1": "All events", "2": "Two outlets or more", "3": "Three or more"}
ADDRESS_KEYS = ("find", "order", "least", "page", "who", "chosen", "view")
SHOWN = 40
"""Events on a page: a table of 40 by 12 is drawn in 0.1 s, and a screen holds fewer."""
MOST_OUTLETS = 12
_TOLD = ("Strongest difference that holds",)
_SAID: dict[Status, str] = {
    "not reported": "did not report it",
    "not in corpus": "not in the corpus then",
    "unknown": "cannot be told without dates",
}


def address() -> dict[str, str | Sequence[str] | None]:
    """The view as it goes into the address bar; what is as by default is left out."""
    defaults = {"order": "told", "least": "1", "page": "1", "view": "both"}
    values = {key: st.session_state.get(key) for key in ADDRESS_KEYS}
    return {key: value for key, value in values.items() if value and value != defaults.get(key)}


def choose(events: pd.DataFrame) -> pd.DataFrame:
    """Search box, order and least number of outlets; the events that are left, in order. `events` come most differently
    told first (`event_told.with_strength`)."""
    left, middle, right = st.columns([2, 2, 2], gap="medium")
    st.session_state["find"] = st.session_state.get("find") or ""
    session.keep_valid("order", list(ORDERS), "told")
    session.keep_valid("least", list(LEAST), "1")
    wanted = left.text_input("Search the names of events", key="find", max_chars=200)
    order = middle.selectbox("Order", list(ORDERS), format_func=ORDERS.__getitem__, key="order")
    least = right.selectbox("Show", list(LEAST), format_func=LEAST.__getitem__, key="least")
    found = events[events["n_outlets"] >= int(least)]
    found = controls.searched(found, wanted)
    if order == "told":
        return found
    if order == "outlets":
        return found.sort_values(["n_outlets", "n_articles", "first"], ascending=False, kind="stable")
    return found.sort_values("first", ascending=order == "old", na_position="last", kind="stable")


def choose_page(found: pd.DataFrame, key: str = "page", most: int = SHOWN) -> pd.DataFrame:
    """The events of one page, so many at most; a select box under this key where there are several pages."""
    pages = [str(number + 1) for number in range(max(1, -(-len(found) // most)))]
    session.keep_valid(key, pages, "1")
    if len(pages) > 1:
        st.selectbox(f"Page, of {len(pages)}", pages, key=key)
    start = most * (int(st.session_state[key]) - 1)
    return found.iloc[start : start + most]


def show_matrix(page: pd.DataFrame, told: Mapping[str, str]) -> None:
    """The table of these events by outlets, with its legend and what it says of each outlet; `told` as in
    `matrix_html`."""
    if page.empty:
        session.notice("No event fits. Change the search or show all events.")
        return
    rows = session.of_corpus(_coverage, tuple(page["event_id"]))
    counted = rows.groupby("outlet")["articles"].sum().sort_values(ascending=False, kind="stable")
    every = sorted(counted.index)
    there = [str(outlet) for outlet, n in counted.items() if n]
    kept = [outlet for outlet in st.session_state.get("who") or () if outlet in every]
    st.session_state["who"] = kept
    chosen = st.multiselect("Outlets shown", every, key="who", placeholder=_shown(there, every), wrap=True)
    outlets = sorted(chosen or there[:MOST_OUTLETS])
    st.html(matrix_html(rows, page, outlets, told))
    take.table(rows, "events by outlets", "matrix")
    with st.expander("What this says of each outlet"):
        st.html("<ul>" + "".join(f"<li>{escape(text)}</li>" for text in coverage.findings(rows)) + "</ul>")


def _coverage(corpus: Corpus, events: tuple[str, ...]) -> pd.DataFrame:
    return coverage.coverage(session.article_list(), events=events)


def _shown(there: Sequence[str], every: Sequence[str]) -> str:
    n = min(len(there), MOST_OUTLETS)
    return f"The {n} with most articles here, of {len(every)}" if n < len(every) else f"All {n}"


def matrix_html(
    rows: pd.DataFrame, events: pd.DataFrame, outlets: Sequence[str], told: Mapping[str, str] | None = None
) -> str:
    """Events by outlets as a table: numbers and signs, each sign with its meaning for a screen reader; `told` by event,
    HTML of our own, is how differently it is told."""
    cells = {(row["event_id"], row["outlet"]): row for row in records(rows)}
    head = "".join(
        f'<th scope="col">{escape(name)}</th>' for name in ("Event", "Outlets", *_TOLD[: bool(told)], *outlets)
    )
    body = ""
    for event in records(events):
        key = str(event["event_id"])
        pinned = ' <span class="fr-badge">pinned</span>' if event["pinned"] else ""
        link = escape(session.link("", {"event": key}))
        name = f'<a href="{link}" target="_self">{escape(str(event["event"]))}</a>{pinned}'
        first, last = reading.day(event["first"]), reading.day(event["last"])
        dates = escape(first if first == last else f"{first} to {last}")
        body += f'<tr><th scope="row">{name}<small>{dates}</small></th><td>{event["n_outlets"]}</td>'
        body += f'<td class="fr-said">{told[key]}</td>' if told else ""
        body += "".join(_cell(cells[key, outlet]["articles"], cells[key, outlet]["status"]) for outlet in outlets)
        body += "</tr>"
    signs = [status for status in STATUSES[1:] if (rows["status"] == status).any()]
    legend = "".join(f"<span><strong>{SIGNS[status]}</strong> {escape(MEANINGS[status])}</span>" for status in signs)
    caption = "Articles of each outlet on each event; an event’s name opens its comparison"
    return (
        f'<div class="fr-scroll" tabindex="0" role="region" aria-label="{caption}"><table class="fr-table fr-matrix">'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f'<div class="fr-legend">{legend}</div>'
    )


def _cell(articles: int, status: Status) -> str:
    if articles:
        return f'<td class="fr-told">{articles}</td>'
    kind = "fr-silent" if status == "not reported" else "fr-absent"
    sign = f'<span aria-hidden="true">{SIGNS[status]}</span><span class="fr-hidden">{_SAID[status]}</span>'
    return f'<td class="{kind}" title="{_SAID[status]}">{sign}</td>'
