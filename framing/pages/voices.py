"""Who speaks: whom each outlet quotes, who is told to do harm to whom, and how much of a gap whom they quote makes."""

import streamlit as st

from framing import session
from framing.agency import find_agency
from framing.errors import InputError
from framing.pages import ahead, controls, opening, picker, voices_gap, voices_harm, voices_sources
from framing.sources import find_sources

KINDS = (*voices_sources.KINDS, *voices_harm.KINDS, *voices_gap.KINDS)
ADDRESS_KEYS = ("event", "view", "outlets", *voices_gap.ADDRESS_KEYS, *picker.KEYS)
TABLES = (*voices_sources.TABLES, *voices_harm.TABLES, *voices_gap.TABLES)

opened = opening.open_event(
    "Whom the outlets quote and who is said to act. Click a name or a number to read its sentences.", ADDRESS_KEYS
)
with opened.beside:
    outlets = controls.choose_outlets(opened.event, opened.outlets)
articles = opened.articles[opened.articles["outlet"].isin(outlets)]
session.paint_first()
with session.waiting("Comparing the outlets sentence by sentence…", "comparison"):
    comparison = session.comparison(opened.event, opened.once)
copies = opening.choose_copies(opened, comparison.n_copied)
try:
    sources = session.derive(comparison, find_sources)
except InputError as error:  # nothing is scored yet; the message says how to
    session.notice(str(error), title="What to do")
    st.stop()
default = voices_sources.first_pick(sources, outlets)
pick, fresh = picker.current(opened.event, TABLES, default)
pick = picker.valid(pick, outlets, KINDS, default)

voices_sources.section(sources, outlets, articles, pick, fresh)
view = voices_harm.section(
    session.derive(comparison, find_agency), outlets, articles, pick, fresh, comparison.sentences
)
chosen = voices_gap.section(comparison, outlets, articles, pick, fresh)

shown = {"event": opened.event, "view": view, **copies, **chosen, **picker.address(pick)}
session.write_address({**shown, "outlets": [] if outlets == opened.outlets else outlets})
ahead.events()
