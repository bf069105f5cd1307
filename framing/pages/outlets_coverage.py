"""Which events an outlet reported and which it let pass, beside another outlet and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from framing import coverage, session
from framing.pages import event_lists, take

SHOWN, MOST_OUTLETS = 20, 8


def show(
    rows: pd.DataFrame, events: pd.DataFrame, first: Sequence[str], other: Sequence[str], names: tuple[str, str]
) -> None:
    """The events that both sides reported, one alone, or neither, as a matrix; `rows` are those of `coverage`."""
    st.html("<h2>What they reported, and what not</h2>")
    one, two = (_reported(rows, side) for side in (first, other))
    every = set(rows["event_id"])
    parts = {"both": one & two, "first": one - two, "second": two - one, "neither": every - one - two}
    titles = {
        "both": f"Both ({len(parts['both'])})",
        "first": f"{names[0]} alone ({len(parts['first'])})",
        "second": f"{names[1]} alone ({len(parts['second'])})",
        "neither": f"Neither ({len(parts['neither'])})",
    }
    session.keep_valid("covered", list(titles), "both")
    # No segmented control: its options are Markdown, and these names come from outside.
    asked = st.selectbox("Events reported by", list(titles), format_func=titles.__getitem__, key="covered")
    found = events[events["event_id"].isin(parts[asked or "both"])].sort_values(
        ["n_outlets", "n_articles"], ascending=False, kind="stable"
    )
    if found.empty:
        session.notice("There is no such event in this corpus.")
        return
    page = event_lists.choose_page(found, "covered_page", SHOWN)
    part = rows[rows["event_id"].isin(page["event_id"])]
    counted = part.groupby("outlet")["articles"].sum().sort_values(ascending=False, kind="stable")
    mine = [*first, *(outlet for outlet in other if outlet not in first)]
    rest = [str(outlet) for outlet, n in counted.items() if n and outlet not in mine]
    st.html(event_lists.matrix_html(part, page, [*mine, *rest[: max(0, MOST_OUTLETS - len(mine))]]))
    take.table(rows[rows["event_id"].isin(found["event_id"])], f"coverage {asked}", "covered")
    told = coverage.findings(rows[rows["outlet"].isin(mine)])
    st.html('<ul class="fr-findings">' + "".join(f"<li>{escape(text)}</li>" for text in told) + "</ul>")


def _reported(rows: pd.DataFrame, outlets: Sequence[str]) -> set[str]:
    return set(rows.loc[rows["outlet"].isin(outlets) & (rows["articles"] > 0), "event_id"])
