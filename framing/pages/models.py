"""Models: what each model decides, how often it is right and on what, what another name changes, what it is not for."""

import streamlit as st

from framing import labels, reading, session
from framing.pages import model_cards

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
st.html(reading.terms_html(model_cards.HOW_TO_READ, "How to read these figures"))
if own:
    st.html('<p class="fr-meta">Your own models stand last: from the folder heads beside the corpus.</p>')
session.keep_valid("model", names, names[0])
chosen = st.segmented_control("The card of", names, format_func=labels.head_name, key="model", required=True, wrap=True)
name = str(chosen or names[0])
model_cards.show(found[name], own=any(card.name == name for card in own))
session.write_address({"model": name})
