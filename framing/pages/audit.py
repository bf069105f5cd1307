"""Check a model: label some sentences of these texts oneself, and see how often the model is right on them."""

import streamlit as st

from framing import find, labels, reading, session
from framing.pages import audit_again, audit_ask, audit_result, empty

ADDRESS_KEYS = ("head", "event", "n", "result")
PREFIX = "audit_"

st.html(
    '<h1>Check a model on these texts</h1><p class="fr-lead">Label some sentences yourself. You see neither the outlet '
    "nor what the model said. Your labels tell how often the model is right here, and they correct the comparison: a "
    "difference that they do not confirm is no longer claimed.</p>"
)
if not session.has_corpus():
    empty.no_corpus()
    st.stop()
session.adopt_address(ADDRESS_KEYS, prefix=PREFIX)
heads = list(dict.fromkeys(number.head.name for number in session.of_texts(find.numbers).values()))
if not heads:
    empty.not_scored("Nothing is scored yet, so there is nothing to check.")
    st.stop()
wish = audit_ask.choose(labels.head_order(heads))
session.paint_first()
with session.waiting("Looking for sentences to ask about…", "audit"):
    source = session.of_texts(audit_ask.source_of, wish.head, wish.event_id)
terms = [(source.name(label), source.definition(label)) for label in source.head.labels]
if audit_result.wanted():
    audit_result.show(source, wish)
    audit_again.offer(source)
else:
    audit_ask.ask(source, wish)
    st.html(reading.terms_html(audit_ask.HOW, "How this works"))
shown = {"head": wish.head, "event": wish.event_id, "n": str(wish.n)}
session.write_address({**shown, "result": "1" if audit_result.wanted() else ""})
