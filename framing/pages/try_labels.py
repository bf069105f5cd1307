"""Every label of a sentence with its probability and when it counts, in both versions where they differ."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import streamlit as st

from framing import labels, reading
from framing.pages.try_parts import ordered
from framing.plain import count, percent, signed
from framing.tried import Change, Said, Tried, changes

_MODELS = str(Path(__file__).with_name("models.py"))
_WORTH = 0.15
"""Probability from which a label that does not count is listed without unfolding."""
_MOVED = 5.0
"""Points from which a move is listed without unfolding."""


def show_labels(first: Tried, second: Tried) -> None:
    """Every label with its probability and when it counts, in both versions where they differ."""
    found = changes(first, second)
    edited = first.text != second.text
    order = {id(said): i for i, said in enumerate(ordered([each.before for each in found]))}
    found.sort(key=lambda each: (each.actor != "", each.actor, order[id(each.before)]))
    main = [each for each in found if _worth_listing(each)]
    heads = ["What", "Counts from", *(["First version", "Your version", "Moved"] if edited else ["Probability"])]
    table = reading.table_html(heads, [_row(each, edited) for each in main], _CAPTION)
    every = reading.table_html(heads, [_row(each, edited) for each in found], _CAPTION)
    folded = f'<details class="fr-fold"><summary>All {count(len(found), "label")}</summary>{every}</details>'
    st.html(f'<h2>What the models say</h2><div class="fr-snug">{table}{folded}</div>')
    st.page_link(_MODELS, label="What each label means, and how often it is right")


_CAPTION = "✓ counts: the probability reaches what the label needs, or is the largest where one label is chosen"


def _worth_listing(change: Change) -> bool:
    either = (change.before, change.after)
    multilabel = change.before.needs is not None and any(said.probability >= _WORTH for said in either)
    return any(said.counts for said in either) or abs(change.points) >= _MOVED or multilabel


def _row(change: Change, edited: bool) -> list[str]:
    before, after = change.before, change.after
    head = f"Toward {change.actor}" if change.actor else labels.head_name(before.head)
    # Where a whole percent hides on which side of the threshold a probability lies, both get a decimal.
    close = before.needs is not None and any(
        percent(said.probability) == percent(before.needs) for said in (before, after)
    )
    digits = 1 if close else 0
    needs = "the likeliest" if before.needs is None else percent(before.needs, digits)
    row = [f"{head}: {labels.label_name(before.head, before.label)}", needs, _mark(before, digits)]
    if edited:
        row += [_mark(after, digits), f"{signed(change.points)}{', flipped' if change.flipped else ''}"]
    return row


def _mark(said: Said, digits: int) -> str:
    if isnan(said.probability):
        return "not read"
    return f"{'✓ ' if said.counts else ''}{percent(said.probability, digits)}"
