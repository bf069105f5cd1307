"""Events: which there are, which outlet reported which, and how to find, merge, split, rename and pin them."""

import streamlit as st

from framing import session
from framing.pages import controls, empty, event_edits, event_lists, event_told, scoring, whole

if not session.has_corpus():
    empty.no_corpus()
    st.stop()
session.adopt_address(event_lists.ADDRESS_KEYS, lists=("who",))
st.html(
    '<h1>Events</h1><p class="fr-lead">Find a happening to read: each line below is one, with the outlets that '
    "reported it and how differently they told it, while what two outlets do over many events stands on the page "
    f'<a href="{session.link("outlets")}" target="_self">Outlets</a>.</p><p class="fr-meta">An event is a group of '
    "articles on one happening. A wrong group would invent a difference: look it over, and correct it below.</p>"
)
articles, events = session.article_list(), session.events()
if articles.empty:
    empty.no_articles()
    st.stop()
event_edits.show_last_change()
event_edits.offer_grouping(int(articles["event_id"].isna().sum()), len(articles))
if events.empty:
    st.stop()
event_told.follow_click()
view = controls.choose_view()
session.paint_first()
work = whole.start()
made = work.got()
strengths = made.strengths if made and not scoring.nothing_yet() else None
if made is None:
    whole.show_progress(work, "Not yet compared; comparing the outlets of each event:")
found = event_lists.choose(event_told.with_strength(events, strengths, view))
event_told.explain(strengths, view)
event_told.show_timeline(found)
page = event_lists.choose_page(found)
event_lists.show_matrix(page, event_told.cells(page, view))
chosen = event_edits.choose_event(events, page)
if chosen is not None:
    event_edits.edit(chosen, events, articles)
session.write_address(event_lists.address())
