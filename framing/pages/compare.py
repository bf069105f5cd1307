"""Compare: one event, its outlets side by side; every number leads to its sentences."""

import streamlit as st

from framing import session
from framing.pages import ahead, blocks, controls, empty, opening, take

opened = opening.open_event(
    "How news outlets tell the same event, and how sure that is. Every number opens the sentences behind it.",
    controls.ADDRESS_KEYS,
)
event, articles, every_outlet = opened.event, opened.articles, opened.outlets
with opened.beside:
    outlets = controls.choose_outlets(event, every_outlet)
view = controls.choose_view()

session.paint_first()
# What stands so far needed no comparison: the reader sees it while the rest is made.
with session.waiting("Comparing the outlets sentence by sentence…", "comparison"):
    comparison = session.comparison(event, opened.once)
copies = opening.choose_copies(opened, comparison.n_copied)
if not comparison.heads:
    empty.not_scored("The classifiers have not read these articles yet, so what differs is not known.")
    st.stop()
shares = comparison.shares[comparison.shares["outlet"].isin(outlets)]
articles = articles[articles["outlet"].isin(outlets)]
pick = controls.current_pick(shares, blocks.first_pick(comparison, outlets, view))
blocks.overview(comparison, view, outlets)
take.event(comparison, view)
marked = blocks.sentences_behind(comparison, pick, view, outlets)
shown = controls.choose_shown(articles, marked, pick)

for section in controls.SECTIONS:
    beside = blocks.show_section(section, comparison, shares, view, pick)
    with beside:
        if pick.head in section.heads:
            tier = comparison.tiers.get((pick.head, pick.label))
            blocks.show_numbers(shares, pick, view)
            blocks.list_sentences(marked, articles, shown, pick, tier)
        else:
            blocks.explain(section, shares)
if not any(pick.head in section.heads for section in controls.SECTIONS):  # a head of the user's own has no chart here
    blocks.list_sentences(marked, articles, shown, pick, comparison.tiers.get((pick.head, pick.label)))
blocks.read_articles(comparison, articles, shown, marked, pick)

session.write_address(
    {"event": event, "view": view, "outlets": [] if outlets == every_outlet else outlets, **copies}
    | {key: getattr(pick, key) for key in controls.PICK_KEYS}
)
session.prepare(comparison, ahead.CHARTS)
ahead.events()
