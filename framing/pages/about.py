"""About the numbers: what is counted, what it means, what it does not say, and how often the models are right."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from framing import labels, reading, session
from framing.method_words import TEXTS, TIERS
from framing.registry import Card

GRADES_FROM = (0.60, 0.75)
SETS = {
    "frames_annotated_dev": "news sentences of many outlets",
    "vader_nyt_held_out": "New York Times editorials",
    "newssd_eng_test": "news sentences (NewsSD-ENG)",
    "newsmtsc_devtest": "political news (NewsMTSC)",
    "newsmtsc_devtest_clean": "political news (NewsMTSC, repeats removed)",
    "actors_annotated_dev": "world news, every actor",
    "actors_annotated_dev_own": "world news, the outlet’s own view",
    "actors_annotated_dev_quoted": "world news, the view of people quoted",
    "frames_annotated_dev_own": "news sentences in the outlet’s own voice",
    "frames_annotated_dev_quoted": "news sentences that quote or report others",
    "gvfc": "headlines on gun violence (GVFC, its frames mapped)",
    "narrative_frames_corpus": "whole articles on climate (Narrative Frames Corpus)",
    "sentfin": "finance headlines (SEntFiN)",
    "gold": "our own test sentences",
    "cross_validation": "your labelled rows, cross-validated",
}


def figures_row(name: str, figures: Mapping[str, Any]) -> list[str]:
    """One measured set as a row of a table."""
    low, high = figures["interval"]
    interval = f"{figures['macro_f1']:.2f} ({low:.2f} to {high:.2f})"
    return [SETS.get(name, name.replace("_", " ")), str(figures["labelled_by"]), f"{figures['n']:,}", interval]


def label_row(head: Card, label: str) -> list[str]:
    """One label as a row of a table: name, meaning, F1 with n where it was measured, tier."""
    first = head.metrics.get("sets", {}).get(head.metrics.get("tiers_from"), {})
    f1 = "not measured"
    if label in first.get("f1", {}):
        value = first["f1"][label]
        digits = 3 if round(value, 2) in GRADES_FROM else 2  # 0.598 is under 0.60, and must be seen to be
        f1 = f"{value:.{digits}f} (n {first['n_by_label'][label]:,})"
    meaning = head.definitions.get(label) or labels.definition(head.name, label)
    return [labels.label_name(head.name, label), meaning, f1, head.tiers[label]]


def card(head: Card) -> str:
    """A head's figures and labels, folded."""
    name = labels.head_name(head.name)
    sets = [figures_row(key, figures) for key, figures in head.metrics.get("sets", {}).items()]
    rows = [label_row(head, label) for label in head.labels]
    counts = {tier: sum(value == tier for value in head.tiers.values()) for tier in (*TIERS, "unmeasured")}
    graded = ", ".join(f"{count} {tier}" for tier, count in counts.items() if count)
    return (
        f'<details class="fr-card"><summary><strong>{escape(name)}</strong> <span class="fr-meta">{len(rows)} labels: '
        f"{escape(graded)}</span></summary>"
        + reading.table_html(
            ["Measured on", "Labelled by", "Sentences", "F1, mean of labels (95% interval)"], sets, name
        )
        + reading.table_html(
            ["Label", "Means", "F1", "Grade"], rows, f"{name}: what each label means, how often it is right"
        )
        + f'<p class="fr-meta">Version {escape(head.version)}</p></details>'
    )


st.html("<h1>About the numbers</h1>")
blocks = "".join(f"<section><h2>{escape(title)}</h2><p>{escape(text)}</p></section>" for title, text in TEXTS)
st.html(f'<div class="fr-about">{blocks}</div>')
grades = " ".join(reading.badge_html(text) for text in TIERS.values())
st.html(
    '<h2>How often the models are right</h2><p class="fr-lead">Each model was measured on sentences it had never seen. '
    "F1 weighs what it finds against what it misses: 1 means always right, 0 never. Labels by people count first; "
    f"figures on labels by language models stand apart.</p><p>{grades}</p>"
    + "".join(card(head) for head in session.cards())
)
if own := session.own_cards():
    st.html(
        '<h2>Your own models</h2><p class="fr-lead">From the folder heads beside the corpus. Measured on your labelled '
        "rows where there are any; where nobody has measured a label, that is its grade.</p>"
        + "".join(card(head) for head in own)
    )
