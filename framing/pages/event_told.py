"""How differently the events are told, for the list and the timeline of the page on events."""

from __future__ import annotations

import hashlib
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from framing import event_charts, event_strength, session
from framing.cells import pairs, records
from framing.event_charts import NOT_YET
from framing.event_strength import DIFFERS
from framing.pages import figures, take
from framing.plain import count
from framing.schema import View

CHART = "chart_events"
_COMPARE = str(Path(__file__).with_name("compare.py"))


def with_strength(events: pd.DataFrame, strengths: pd.DataFrame | None, view: View) -> pd.DataFrame:
    """The events with what `event_strength` says of them in a view, and `said`, a plain sentence; most differently
    told first. Without strengths every event is not yet compared, those of most outlets first."""
    if strengths is None:
        ordered = events.sort_values(["n_outlets", "n_articles"], ascending=False, kind="stable")
        return ordered.assign(state=NOT_YET, overall=False, said="Not yet compared.", least=float("nan"))
    rows = event_strength.ranked(strengths[strengths["view"] == view])
    # What cannot be ranked by a difference stands by its articles.
    found = rows.merge(events, on="event_id").reset_index(drop=True)
    rest = found[found["state"] != DIFFERS].sort_values(
        ["state", "n_articles"], key=lambda c: c.map({"alike": 0, "few": 1, "alone": 2}) if c.name == "state" else -c,
        kind="stable",
    )  # fmt: skip
    found = pd.concat([found[found["state"] == DIFFERS], rest], ignore_index=True)
    return found.assign(said=[_said(row) for row in records(found)])


def _said(row: dict) -> str:  # type: ignore[type-arg]
    if row["state"] == DIFFERS:
        return f"{row['finding'][:-1]} ({row['articles_a']:.0f} and {row['articles_b']:.0f} articles)."
    return event_strength.sentences_of_state(row["state"], row["n_tests"], row["n_articles"])


def cells(page: pd.DataFrame, view: View) -> dict[str, str]:
    """By event, the table's cell: the strongest difference, which leads to its comparison, or why there is none."""
    return {str(row["event_id"]): _cell(row, view) for row in records(page)}


def _cell(row: dict, view: View) -> str:  # type: ignore[type-arg]
    if row["state"] != DIFFERS:
        return f'<span class="fr-absent">{escape(row["said"])}</span>'
    asked = {"event": row["event_id"], "view": view, "outlets": [row["outlet_a"], row["outlet_b"]]}
    link = session.link("", asked | {"head": row["head"], "label": row["label"]})
    sure = "holds among all events too" if row["overall"] else "holds in this event alone"
    return f'<a href="{escape(link)}" target="_self">{escape(row["said"])}</a><small>{escape(sure)}</small>'


def explain(strengths: pd.DataFrame | None, view: View) -> None:
    """How the order is made, and how much of it chance alone would make."""
    if strengths is None:
        return
    rows = strengths[strengths["view"] == view]
    tested, held = int((rows["n_tests"] > 0).sum()), int((rows["state"] == DIFFERS).sum())
    sure = int(rows["overall"].sum())
    text = (
        f"{count(tested, 'event')} could be tested (two outlets of three articles or more); in {held} a difference "
        f"holds, in {sure} of them also when the tests of all events are judged together. Chance alone makes at "
        "most one event of 30 show a difference. Order: those that hold among all events, then those that hold in "
        "their own, each by what the difference is at least (the near end of its 95% interval; tone’s balance counts "
        "half)."
    )
    audited = (session.corpus_folder() / "audit").is_dir()
    more = " Labels of your own audit count on the page Compare, not here." if audited else ""
    st.html(f'<p class="fr-meta">{escape(text + more)}</p>')


def follow_click() -> None:
    """Opens the event that was clicked on the timeline."""
    for point in session.clicked(CHART)[:1]:
        st.session_state["event"] = str(point["customdata"][0])
        st.switch_page(_COMPARE)


def show_timeline(found: pd.DataFrame) -> None:
    """The events found, on a time axis."""
    if found.empty:
        return
    undated = int(found["first"].isna().sum())
    drawn = min(len(found) - undated, event_charts.MOST_DRAWN)
    left_out = f" {drawn:,} of {len(found):,} are drawn." if drawn < len(found) else ""
    st.html(
        '<p class="fr-meta">Each mark is an event at its first date: higher with more outlets, larger with more '
        f"articles. Click one to compare it; the table below lists the same events.{left_out}</p>"
    )
    told = "Each mark is an event at its first date: higher with more outlets, larger with more articles."
    picture = take.picture("Events over time", [count(len(found), "event") + "." + left_out, told])
    shown = "".join(map(str, pairs(found, "event_id", "state", "said")))
    key = ("timeline", hashlib.sha256(shown.encode()).digest())
    drawing = session.drawn_once(key, lambda: event_charts.timeline(found))
    figures.draw(CHART, drawing, "Events over time; the table below lists them", picture=picture)
    take.table(found, "events", "events")
