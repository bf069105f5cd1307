"""Sentences: found across the whole corpus by words, label, actor, outlet, event, voice, certainty and date."""

import streamlit as st

from framing import find, session
from framing.errors import InputError
from framing.pages import empty, sentence_filters, sentence_panel, sentence_results

if not session.has_corpus():
    empty.no_corpus()
    st.stop()
adopted = session.adopt_address(sentence_filters.KEYS, sentence_filters.LISTS, session.ASKED)
st.html(
    '<h1>Sentences</h1><p class="fr-lead">Find sentences in the whole corpus and read each one in its article. These '
    "counts do not compare outlets, since each reports other events: for that, open the comparison of an event.</p>"
)
if session.article_list().empty:
    empty.no_articles()
    st.stop()
session.paint_first()
known = session.of_corpus(find.numbers)
if not known:
    empty.not_scored("No label can be asked for yet.")
wanted = sentence_filters.choose(known, adopted)
left, right = st.columns([3, 2], gap="large")
try:
    with left:
        sentence_results.show(wanted, adopted)
    with right:
        sentence_panel.show(wanted, known)
except InputError as error:
    session.notice(str(error), "bad", "This cannot be searched.")
session.write_address(sentence_filters.address())
