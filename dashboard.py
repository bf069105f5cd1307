"""The dashboard's entry: `streamlit run dashboard.py`, or `framing dashboard CORPUS`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import framing
from framing import session
from framing.errors import FramingError
from framing.pages import frame, opening, scoring

PAGES = Path(framing.__file__).parent / "pages"

st.set_page_config(page_title="framing", page_icon=None, layout="wide", initial_sidebar_state="collapsed")
frame.adopt_projector()
session.style()
session.hold()
FIRST = st.Page(PAGES / "compare.py", title="Compare", url_path="start", default=True)


def first_by_name() -> None:
    """/compare, which a reader may well type after /events: the first page's own address is / alone."""
    st.switch_page(FIRST, query_params={key: st.query_params.get_all(key) for key in st.query_params})


# The bar holds what one starts from; the readings of one event stand in that event's own row of links (opening.py).
page = st.navigation(
    [
        FIRST,
        st.Page(first_by_name, title="Compare", url_path="compare", visibility="hidden"),
        st.Page(PAGES / "voices.py", title="Who speaks", url_path="voices", visibility="hidden"),
        st.Page(PAGES / "words.py", title="Words and headlines", url_path="words", visibility="hidden"),
        st.Page(PAGES / "aligned.py", title="Side by side", url_path="aligned", visibility="hidden"),
        st.Page(PAGES / "audit.py", title="Check a model", url_path="audit", visibility="hidden"),
        st.Page(PAGES / "events.py", title="Events", url_path="events"),
        st.Page(PAGES / "outlets.py", title="Outlets", url_path="outlets"),
        st.Page(PAGES / "sentences.py", title="Sentences", url_path="sentences"),
        st.Page(PAGES / "try_text.py", title="Try a text", url_path="try"),
        st.Page(PAGES / "add.py", title="Add articles", url_path="add"),
        st.Page(PAGES / "models.py", title="Models", url_path="models"),
        st.Page(PAGES / "about.py", title="About the numbers", url_path="about"),
    ],
    position="top",
)
st.set_page_config(page_title=f"{page.title} · framing")
st.session_state[opening.HERE] = page.title
frame.show()
try:
    if page.title in scoring.ABOVE:
        scoring.offer()
    page.run()
    session.has_come()
except FramingError as error:
    session.notice(str(error), "bad", "This did not work.")
