"""Add articles: paste or upload, look at what was read, store and score it, go on to the comparison."""

import streamlit as st

from framing import session
from framing.pages import intake, jump

st.html(
    '<h1>Add articles</h1><p class="fr-lead">Paste an article or upload files. '
    "You see what was read before anything is stored. A page that reprints several outlets’ articles "
    "under their bylines is split into its articles.</p>"
)
outlets, events = (session.outlet_names(), session.latest_events()) if session.has_corpus() else ((), ())
request = intake.ask(outlets=outlets, events=events)
if request is not None:
    st.session_state["preview"] = intake.read(request)
    st.session_state.pop("stored", None)
preview = st.session_state.get("preview")
if preview is not None:
    intake.show_preview(preview)
    if preview.articles and st.button(intake.store_label(preview), type="primary", key="store"):
        st.session_state["stored"] = intake.store(preview)
        st.session_state.pop("preview")
        st.rerun()
    if request is not None:
        jump.to(f".{intake.PREVIEW}")
if "stored" in st.session_state:
    intake.show_stored(st.session_state["stored"])
