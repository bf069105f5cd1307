"""What a head's card says, as tables of numbers to take away: measured by set and label, calibration, other names."""

from __future__ import annotations

import pandas as pd

from framing.model_facts import label_interval, proportion_interval, role, set_name, sets
from framing.registry import Card

EVERY_LABEL = "mean of labels"
MEASURED = [
    *("model", "version", "set", "role", "labelled_by", "label", "tier"),
    *("f1", "low", "high", "n", "calibration_error", "calibration_error_by_chance"),
]
CALIBRATION = [
    *("model", "set", "role", "labelled_by", "from", "to", "n", "mean_probability", "share_right", "low", "high")
]
SWAPPED = ["model", "replaced", "n", "mean_move", "flipped", "flipped_of_given"]


def measured(card: Card) -> pd.DataFrame:
    """F1 of every set, of each label and of their mean, with its 95 % interval: columns `MEASURED`. The tier is the
    label's, whichever set decided it; a label without rows in a set has n 0 and no F1."""
    rows = []
    for key, row in sets(card).items():
        same = (card.name, card.version, set_name(key), role(row), row["labelled_by"])
        error = (row.get("calibration_error"), row.get("calibration_error_by_chance"))
        rows.append((*same, EVERY_LABEL, "", row["macro_f1"], *row["interval"], row["n"], *error))
        for label, value in row["f1"].items():
            n = row["n_by_label"][label]
            between = label_interval(row.get("confusion", {}), label) if n else None
            figures = (value if n else None, *(between or (None, None)), n, None, None)
            rows.append((*same, label, card.tiers.get(label, ""), *figures))
    return pd.DataFrame(rows, columns=MEASURED)


def calibration(card: Card) -> pd.DataFrame:
    """Every stored reliability curve, a row a tenth of the probabilities: columns `CALIBRATION`; `low` and `high` are
    Wilson's 95 % interval of the share that was right."""
    rows = []
    for key, row in sets(card).items():
        same = (card.name, set_name(key), role(row), row["labelled_by"])
        for start, n, said, right in row.get("reliability", ()):
            between = proportion_interval(round(right * n), int(n))
            rows.append((*same, start, round(start + 0.1, 1), int(n), said, right, *between))
    return pd.DataFrame(rows, columns=CALIBRATION)


def swapped(card: Card) -> pd.DataFrame:
    """What other names change in the same sentences, a row a kind of name: columns `SWAPPED`."""
    found = card.metrics.get("name_swap", {})
    rows = [
        (card.name, kind, row["n"], row.get("change"), row.get("flipped"), row["flipped_given"])
        for kind, row in found.items()
    ]
    return pd.DataFrame(rows, columns=SWAPPED)
