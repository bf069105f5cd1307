"""Side by side: what two outlets both tell, what they tell differently and in which words, what one alone tells."""

import streamlit as st

from framing import session
from framing.pages import ahead, aligned_rows, empty, opening

ADDRESS_KEYS = ("event", "outlets", "first", "second", "rows")

opened = opening.open_event(
    "The sentences of two outlets side by side, as far as they tell the same. Pairs are suggestions: read both.",
    ADDRESS_KEYS,
)
kept = [outlet for outlet in st.session_state.get("outlets") or () if outlet in opened.outlets]
if len(opened.outlets) < 2:
    empty.one_outlet("Only one outlet reports on this event.")
    st.stop()
session.paint_first()
with opened.beside:
    first, second = aligned_rows.choose_outlets(opened.outlets)
with session.waiting("Looking for sentences that tell the same…", "alignment"):
    comparison = session.comparison(opened.event)
    alignment = session.derive(
        comparison, aligned_rows.of_comparison, min(first, second), max(first, second), opened.once
    )
copies = opening.choose_copies(opened, comparison.n_copied)
rows = aligned_rows.rows_of(alignment, first, second)
kind = aligned_rows.choose_kind(rows)
aligned_rows.section(alignment, rows, kind, opened.articles)

session.write_address(
    {"event": opened.event, "first": first, "second": second, "rows": kind, **copies}
    | {"outlets": [] if set(kept) == set(opened.outlets) else kept}
)
ahead.events()
