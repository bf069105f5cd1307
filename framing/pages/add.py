"""Add articles: paste, upload or fetch, look at what was read, store and score it, go on to the comparison."""

import streamlit as st

from framing import session
from framing.pages import intake, intake_split, jump, scoring

st.html(
    '<h1>Add articles</h1><p class="fr-lead">Paste an article, upload files or name web addresses. '
    "You see what was read before anything is stored. A page that reprints several outlets’ articles "
    "under their bylines is split into its articles.</p>"
)
if "stored" in st.session_state:
    intake.show_stored(st.session_state["stored"])
    if st.session_state.pop("stored_now", False):
        jump.to(f".{intake.STORED}")
scoring.offer()
outlets, events = (session.outlet_names(), session.latest_events()) if session.has_corpus() else ((), ())
request = intake.ask(outlets=outlets, events=events)
if request is not None:
    st.session_state["preview"] = intake.read(request)
    for key in ("stored", "previews_before", "fix_last"):
        st.session_state.pop(key, None)
preview = st.session_state.get("preview")
if preview is not None:
    intake.show_preview(preview)
    intake_split.correct(preview, list(outlets))
    if preview.articles and intake.wants_storing(preview):
        st.session_state["stored"] = intake.store(preview)
        scoring.start()
        st.session_state["stored_now"] = True
        for key in ("preview", "previews_before", "fix_last"):
            st.session_state.pop(key, None)
        st.rerun()
    if request is not None:
        jump.to(f".{intake.PREVIEW}")
