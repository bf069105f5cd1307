"""Try a text: any sentence read live, the words that moved each score, what an edit or another name changes."""

from functools import partial

import streamlit as st

from framing import session
from framing.errors import FramingError
from framing.pages import take, try_edit, try_labels, try_parts, try_why
from framing.tried import score_rows

st.html(
    '<h1>Try a text</h1><p class="fr-lead">Paste a sentence or a paragraph: what the models make of it, which words '
    "moved them, and what another word or another name would change.</p>"
)
before = st.session_state.get("_address")
session.adopt_address(try_parts.ADDRESS_KEYS)
if st.session_state.get("_address") != before:
    st.session_state.pop("_edit_of", None)  # the address brings its own version
try_parts.take_back()


@st.fragment
def tryout() -> None:
    """Everything below the heading: an edit runs this alone."""
    try:
        text = try_parts.ask_text()
        if not text:
            try_parts.offer_examples()
            session.write_address({})
            return
        session.paint_first()
        sentences = try_parts.read(text, str(st.session_state.get("target") or ""))
        try_parts.tell_hidden(text)
        place = try_parts.choose_sentence(sentences)
        first = sentences[place]
        second = try_edit.ask_edit(text, place, first)
        try_edit.tell_changes(first, second)
        try_labels.show_labels(first, second)
        edited = {place: second} if second.text != first.text else {}
        take.table(partial(score_rows, sentences, edited), "scores of a text", "scores")
        try_why.ask_target(sentences)
        question = try_why.choose_question(first)
        try_why.show_why(first, second, question)
        try_parts.keep_address(text, place, first)
    except FramingError as error:
        session.notice(str(error), "bad", "This cannot be tried.")


tryout()
