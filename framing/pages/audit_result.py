"""The part of the page *Check a model* that tells what the labels say, and leads on."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from framing import labels, reading, session
from framing.pages import take
from framing.pages.audit_ask import Wish
from framing.tally import Row

if TYPE_CHECKING:
    from framing.audit_rows import Source

_HERE = Path(__file__).parent
HOW_TO_READ = (
    ("Right in", "How many of its decisions on these texts agree with your labels."),
    ("Interval", "Where that would lie, 95 times in 100, had other sentences been drawn."),
    ("Right when it says so", "Of the sentences that the model gives the label, how many you gave it too (precision)."),
    ("Finds", "Of the sentences that you gave the label, how many the model found (recall)."),
)


def wanted() -> bool:
    """Whether the result is shown instead of the next sentence."""
    return bool(st.session_state.get("audit_result"))


def show(source: Source, wish: Wish) -> None:
    """How often the model is right on these texts by the labels given, with intervals and n; and the ways on."""
    from framing.audit import load
    from framing.audit_figures import accuracy, by_outlet, words

    audit = load(source.corpus, wish.head, wish.event_id)
    if audit is None or not audit.counting:
        session.notice("Nothing is labelled yet.", title="What to do")
        _ways_on(wish)
        return
    figures, outlets = accuracy(audit, source.counted), by_outlet(audit, source.counted)
    said = words(audit, figures, outlets)
    st.html(f'<h2>What your labels say</h2><p class="fr-lead">{escape(said[0])}</p>')
    for line in said[1:]:
        if not line.startswith(" "):  # those of the labels stand in the table
            st.html(f"<p>{escape(line)}</p>")
    _ways_on(wish)
    tables = _of_labels(source, figures), _of_outlets(outlets)
    st.html("".join(f'<div class="fr-snug">{table}</div>' for table in tables if table))
    name = f"{labels.head_name(wish.head)} checked"
    take.table(figures, name, "audit_figures")
    if len(outlets):
        take.table(outlets, f"{name} by outlet", "audit_outlets")
    st.html(reading.terms_html(HOW_TO_READ, "How to read these figures"))


def _of_labels(source: Source, figures: pd.DataFrame) -> str:
    found = {(row["figure"], row["label"]): row for row in figures.to_dict("records")}
    rows = [
        [source.name(label), *(_figure(found.get((figure, label))) for figure in ("precision", "recall"))]
        for label in source.head.labels
    ]
    heads = ["Label", "Right when it says so", "Finds"]
    return reading.table_html(heads, rows, "Label by label, with 95% intervals and n; figures begin with 10 sentences")


def _of_outlets(outlets: pd.DataFrame) -> str:
    rows = [[str(row["outlet"]), _figure(row)] for row in outlets.to_dict("records")]
    return reading.table_html(["Outlet", "Right in"], rows, "Outlet by outlet: is one of them read worse?")


def _figure(row: Row | None) -> str:
    from framing.audit_figures import share_words

    return "too few" if row is None else f"{share_words(row)}, n {row['n']}"


def _ways_on(wish: Wish) -> None:
    with st.container(horizontal=True):
        st.button("Label more", key="audit_more", on_click=_go_on)
        event = {"event": wish.event_id} if wish.event_id else {}
        st.page_link(_HERE / "compare.py", label="Back to the comparison", query_params=event)
        st.page_link(_HERE / "models.py", label="The model’s card", query_params={"model": wish.head})


def _go_on() -> None:
    st.session_state["audit_result"] = None
