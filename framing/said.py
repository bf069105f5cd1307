"""What the heads say of one sentence: every label's probability, what counts, the stance toward each actor in it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from framing.heads import decide
from framing.labels import head_order, label_name, order
from framing.registry import WEAK
from framing.tally import HeadInfo, Row


def of_sentence(heads: Iterable[HeadInfo], row: Row) -> pd.DataFrame:
    """One row a label of the sentence heads: `head, label, probability, counted, weak`; heads without a score are left
    out."""
    by_name = {head.name: head for head in heads if head.level == "sentence"}
    return _rows([(by_name[name], "", row) for name in head_order(list(by_name))])


def of_actors(heads: Iterable[HeadInfo], mentions: pd.DataFrame) -> pd.DataFrame:
    """One row an actor and label of the mention heads: the same columns with `actor`, by the mean over its mentions;
    `mentions` are those of one sentence, with `actor`."""
    found = []
    for head in heads:
        if head.level == "mention" and set(head.columns) <= set(mentions.columns):
            means = mentions.groupby("actor", sort=False)[head.columns].mean()
            found += [(head, str(actor), row) for actor, row in means.to_dict("index").items()]
    return _rows(found)


def _rows(scored: Iterable[tuple[HeadInfo, str, Row]]) -> pd.DataFrame:
    rows = []
    for head, actor, row in scored:
        values = np.array([row.get(column, np.nan) for column in head.columns], dtype=np.float32)
        if np.isnan(values).any():
            continue
        thresholds = np.array([head.thresholds.get(label, 0.5) for label in head.labels], dtype=np.float32)
        hits = decide(values[None], head.kind, thresholds)[0]
        for label in [label for label in order(head.name, head.labels) if label in head.labels]:
            place = head.labels.index(label)
            weak = head.tiers.get(label, "unmeasured") in WEAK
            rows.append((head.name, label, actor, float(values[place]), bool(hits[place]), weak))
    return pd.DataFrame(rows, columns=["head", "label", "actor", "probability", "counted", "weak"])


def label_words(head: str, label: str, weak: bool) -> str:
    """A label's name, with a word of warning where it is weak."""
    return f"{label_name(head, label)} (weak)" if weak else label_name(head, label)
