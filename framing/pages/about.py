"""About the numbers: what is counted, what it means, what it does not say."""

from html import escape
from pathlib import Path

import streamlit as st

_MODELS, _TRY = (str(Path(__file__).with_name(name)) for name in ("models.py", "try_text.py"))
TEXTS = (
    (
        "What is counted",
        "Every article is split into sentences, and for each sentence models decide which frames it carries, its "
        "tone, whether its words are loaded, and how each actor named in it comes across. A number is the share "
        "of an outlet’s sentences on one event: 30% conflict means three sentences in ten. Headlines are shown "
        "but not counted. Click any number to read exactly the sentences it counts.",
    ),
    (
        "When a sentence counts",
        "A frame counts from a probability of its own, often well under 50%: the one at which it was right most often "
        "(best F1) on sentences kept for choosing it. So a sentence marked “Conflict, probability 38%” can count. Of "
        "tones, of plain or loaded words, and of stances the most probable one counts.",
    ),
    (
        "Whose words",
        "A sentence can be the outlet’s own words, a quotation, reported speech, or part quotation. “The outlet’s "
        "own words” counts what it says itself; “Words of the people it quotes” counts quotations and reported "
        "speech; a part quotation counts half in each. Choosing whom to quote is a choice too, so read both.",
    ),
    (
        "Intervals",
        "A line around a point is a 95% interval: how far the share might move with other articles of the same "
        "outlet on the same event. It comes from differences between articles, so an outlet with one article has "
        "no interval, and its numbers describe that article only. A difference is named as found only where "
        "chance is an unlikely explanation, counting how many comparisons were made; “no difference we could "
        "detect” is a finding as well.",
    ),
    (
        "What the numbers are not",
        "Not a verdict on an outlet: there is no overall bias score and no left–right scale. Not a test of truth. "
        "Not fit for judging a single sentence or a person. Tone is not stance: a report on a disaster is "
        "negative without being against anybody. Two outlets can differ because they report different happenings; "
        "the notes on each event say so.",
    ),
)
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
