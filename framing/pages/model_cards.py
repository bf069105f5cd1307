"""A head's card as HTML: what it decides, how far each label can be trusted, on what it was measured, its limits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from framing import cards, labels, model_facts, model_tables, own_cards, reading, session
from framing.calibration_chart import ROW_HEADS, reliability_curve, reliability_rows
from framing.method_words import TIERS
from framing.pages import figures, take
from framing.registry import Card

HOW_TO_READ = (
    ("F1", "Weighs what a model finds against what it misses: 1 is always right, 0 never."),
    (
        "Interval",
        "Where F1 would lie, 95 times in 100, on other sentences of the same kind: of the mean by drawing the "
        "sentences anew, of one label Wilson’s, from the counts.",
    ),
    ("n", "Sentences with that label, or in all."),
    (
        "People’s labels, language models’ labels",
        "The first say more. Coders that are language models agree with each other more than people do, and the models "
        "here have learned from them, so figures on their labels flatter.",
    ),
    (
        "Grade",
        "By F1 on people’s labels where people labelled with these labels, else on those of language models. A label "
        "of grade C is marked everywhere and never in the findings.",
    ),
    (
        "Calibration error",
        "How far probabilities are from frequencies on average, and in brackets what chance alone would show on as "
        "many sentences. On the diagonal of the chart a probability is what it says.",
    ),
    (
        "Other names",
        "The same sentences with another country, person or outlet in them. What flips then hung on the name. At most "
        "5% is aimed at. Try it on the page “Try a text”.",
    ),
)


def overview(found: Sequence[Card]) -> str:
    """All heads in one table."""
    rows = [model_facts.overview(card) for card in found]
    return reading.table_html(model_facts.OVERVIEW, rows, "All models: F1 with its 95% interval and n")


def take_all(found: Sequence[Card]) -> None:
    """Offers what was measured of all heads as one table."""
    take.table(lambda: pd.concat(map(model_tables.measured, found), ignore_index=True), "all models", "all_models")


def show(card: Card, own: bool) -> None:
    """One head's card."""
    st.html(_summary(card) + _labels(card) + _measured(card))
    name = labels.head_name(card.name)
    if model_facts.sets(card):
        take.table(partial(model_tables.measured, card), f"{name} measured", "measured")
    left, right = st.columns([1, 1], gap="large")
    with left:
        _calibration(card)
    with right:
        if told := _away(card) + _names(card):
            st.html(told)
        if model_facts.name_rows(card):
            take.table(partial(model_tables.swapped, card), f"{name} other names", "swapped")
        if told := _learning(card):
            st.html(told)
            curve = pd.DataFrame(card.metrics["learning_curve"], columns=["labelled_rows", "f1_on_the_rest"])
            take.table(curve, f"{name} learning curve", "learning")
        st.html(_limits(own) + _origin(card, own))


def _summary(card: Card) -> str:
    grades = "".join(reading.badge_html(TIERS[tier]) for tier in TIERS if tier in card.tiers.values())
    name = labels.head_name(card.name)
    return f'<h2>{escape(name)}</h2><p class="fr-lead">{escape(model_facts.about(card))}</p><p>{grades}</p>'


def _labels(card: Card) -> str:
    heads = ("Label", "Grade", "F1 (95% interval), n", "Means")
    source = card.metrics.get("tiers_from")
    by = f" on {model_facts.set_name(source)}, labels by {card.metrics['tiers_labelled_by']}" if source else ""
    told = f"What each label means, and how often it is right{by}"
    return _snug(reading.table_html(heads, model_facts.label_rows(card), told))


def _snug(table: str) -> str:
    """A table that fits a telephone instead of scrolling."""
    return f'<div class="fr-snug">{table}</div>'


def _measured(card: Card) -> str:
    tables = {
        role: reading.table_html(model_facts.SET_HEADS, rows, title)
        for role, title in model_facts.ROLES.items()
        if (rows := model_facts.set_rows(card, role))
    }
    if not tables:
        told = (
            "Not at all: nobody has labelled sentences for it. framing train NAME --labels FILE measures as it learns."
        )
        return f'<h3>Measured on sentences never seen</h3><p class="fr-meta">{told}</p>'
    folded = "".join(
        f'<details class="fr-fold"><summary>{escape(model_facts.ROLES[role])}</summary>{table}</details>'
        for role, table in tables.items()
        if role != "main"
    )
    return f"<h3>Measured on sentences never seen</h3>{tables.get('main', '')}{folded}"


def _away(card: Card) -> str:
    away = "".join(f"<p>{escape(text)}</p>" for text in model_facts.away_texts(card))
    return f"<h3>On texts of another kind</h3>{away}" if away else ""


def _calibration(card: Card) -> None:
    """The reliability curve, and the same as tables."""
    curves = model_facts.curves(card)
    st.html("<h3>Are its probabilities what they say?</h3>")
    if not curves:
        st.html('<p class="fr-meta">No curve is stored for it: it was not measured, or by cross-validation alone.</p>')
        return
    name, title = labels.head_name(card.name), "Are its probabilities what they say?"
    picture = take.picture(title, [name, _ON_THE_CURVE, f"Version {card.version}."])
    figures.draw("chart_curve", session.drawn(reliability_curve(curves)), f"{name}. {_ON_THE_CURVE}", picture=picture)
    take.table(partial(model_tables.calibration, card), f"{name} calibration", "calibration")
    tables = "".join(reading.table_html(ROW_HEADS, reliability_rows(bins), name) for name, bins in curves.items())
    st.html(f'<details class="fr-fold"><summary>The same as numbers</summary>{tables}</details>')


_ON_THE_CURVE = (
    "The share of labels that was right at each probability given, with its 95% interval; on the dashed line a "
    "probability is what it says."
)


def _names(card: Card) -> str:
    rows = model_facts.name_rows(card)
    if not rows:
        return ""
    table = reading.table_html(model_facts.NAME_HEADS, rows, "What another name changes in the same sentences")
    return f"<h3>How much hangs on a name</h3>{_snug(table)}"


def _learning(card: Card) -> str:
    rows, advice = model_facts.learning(card)
    if not rows:
        return ""
    table = reading.table_html(("Labelled rows learned from", "F1 on the rest"), rows, "Learning curve")
    return f"<h3>Would more labels help?</h3><p>{escape(advice)}</p>{table}"


def _limits(own: bool) -> str:
    text = (
        (own_cards.LIMITS if own else cards.LIMITS).replace("errors below", "errors").replace("errors above", "errors")
    )
    return f"<h3>What it must not be used for</h3><p>{escape(text)}</p>"


def _origin(card: Card, own: bool) -> str:
    """Data, licences and versions, folded."""
    items = "".join(f"<li>{escape(text)}</li>" for text in model_facts.sources(card))
    learned = (
        f'<p>Learned from:</p><ul class="fr-numbers">{items}</ul><p>{escape(cards.CODED.replace("*", ""))}</p>'
        if items
        else ""
    )
    weights = "Yours." if own else "Apache-2.0, as is the base model all-MiniLM-L6-v2."
    encoder = f" It reads the vectors of encoder {card.encoder}." if card.encoder else ""
    version = f"Version {card.version} (a hash of configuration and weights).{encoder}"
    told = f"<p>{escape(version)} Licence of the weights: {escape(weights)}</p>"
    return f'<details class="fr-fold"><summary>Data, licences, version</summary>{learned}{told}</details>'
