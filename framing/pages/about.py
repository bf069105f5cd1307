"""About the numbers: what is counted, what it means, what it does not say."""

from html import escape
from pathlib import Path

import streamlit as st

from framing.method_words import TEXTS

_MODELS, _TRY = (str(Path(__file__).with_name(name)) for name in ("models.py", "try_text.py"))
st.html("<h1>About the numbers</h1>")
blocks = "".join(f"<section><h2>{escape(title)}</h2><p>{escape(text)}</p></section>" for title, text in TEXTS)
st.html(f'<div class="fr-about">{blocks}</div>')
st.html(
    '<h2>How often the models are right</h2><p class="fr-lead">Each model was measured on sentences it had never seen, '
    "and each of its labels has a grade: A dependable, B usable over many sentences, C weak, greyed and never in the "
    "findings.</p>"
)
st.page_link(_MODELS, label="Every model with its figures, definitions and limits")
st.page_link(_TRY, label="Try a text of your own, and see which words move the scores")
