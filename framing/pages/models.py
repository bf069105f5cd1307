"""Models: what each model decides, how often it is right and on what, what another name changes, what it is not for."""

from pathlib import Path

import streamlit as st

from framing import labels, reading, session
from framing.pages import blocks, model_cards
from framing.tally import VOICE

st.html(
    '<h1>Models</h1><p class="fr-lead">Every label in this dashboard is a model’s decision about one sentence. Each '
    "model was measured on sentences that it had never seen; what people labelled and what language models labelled "
    "stand apart.</p>"
)
session.adopt_address(("model",))
shipped, own = session.cards(), session.own_cards()
found = {card.name: card for card in (*shipped, *own)}
names = [*labels.head_order([card.name for card in shipped]), *(card.name for card in own)]
st.html(model_cards.overview([found[name] for name in names]))
model_cards.take_all([found[name] for name in names])
st.html(reading.terms_html(model_cards.HOW_TO_READ, "How to read these figures"))
if own:
    st.html('<p class="fr-meta">Your own models stand last: from the folder heads beside the corpus.</p>')
session.keep_valid("model", names, names[0])
chosen = st.segmented_control("The card of", names, format_func=labels.head_name, key="model", required=True, wrap=True)
name = str(chosen or names[0])
model_cards.show(found[name], own=any(card.name == name for card in own))
if session.has_corpus() and name != VOICE.name:
    st.page_link(
        Path(__file__).with_name("audit.py"), label="Check this model on the texts here", query_params={"head": name}
    )
elif name == VOICE.name:
    st.html(blocks.VOICE_UNCHECKED)
session.write_address({"model": name})
