"""How far coders agree: Krippendorff's alpha for nominal data, with an interval over articles.

The package `krippendorff` computes it too, but is under the GPL, which this one's licence does not go with; the nominal
case is a dozen lines (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from framing.codes import Coding
from framing.tally import HeadInfo
from framing.uncertainty import LEVEL, MIN_ARTICLES, Floats

DRAWS, SEED = 1000, 7
COLUMNS = ["label", "alpha", "low", "high", "n_sentences", "n_articles", "n_coders", "n_codings", "same"]


def alpha(counts: Floats) -> float:
    """Krippendorff's alpha of (units, values) counts: how many coders gave a unit each value. Units with fewer than
    two codings do not count; NaN where nothing varies or no unit has two."""
    return float(_alphas(counts, np.ones((1, len(counts))))[0])


def _alphas(counts: Floats, weights: Floats) -> Floats:
    """(draws,) alphas of units that count so often in each draw: `weights` (draws, units)."""
    told = counts.sum(axis=1)
    counts, weights = counts[told >= 2], weights[:, told >= 2]
    told = told[told >= 2]
    pairs = (told**2 - (counts**2).sum(axis=1)) / (told - 1)
    seen = weights @ pairs
    values = weights @ counts
    n = values.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_chance = (n**2 - (values**2).sum(axis=1)) / (n - 1)
        return np.where(by_chance > 0, 1 - seen / by_chance, np.nan)


def agreement(codings: Sequence[Coding], head: HeadInfo) -> pd.DataFrame:
    """One row a label (given or not), and for a head of one label a sentence a first row `all`: `alpha, low, high`,
    sentences coded twice or more, their articles, coders and codings, and `same`, the share of pairs that agree.

    The interval draws whole articles, as sentences of one article are alike; none below three articles, or where
    nothing varies."""
    given = [coding for coding in codings if coding.labels is not None]
    by_unit: dict[tuple[str, int, str], list[Coding]] = {}
    for coding in given:
        by_unit.setdefault(coding.key, []).append(coding)
    units = {key: found for key, found in by_unit.items() if len(found) > 1}
    numbers = {label: number for number, label in enumerate(head.labels)}
    rows = []
    if head.kind == "multiclass":
        chosen = np.zeros((len(units), len(head.labels)))
        for place, found in enumerate(units.values()):
            for coding in found:
                chosen[place, numbers[coding.labels[0]]] += 1  # type: ignore[index]
        rows.append(_row("all", chosen, units))
    for label in head.labels:
        yes = np.array([sum(label in (coding.labels or ()) for coding in found) for found in units.values()])
        told = np.array([len(found) for found in units.values()])
        rows.append(_row(label, np.column_stack([yes, told - yes]).reshape(len(units), 2).astype(float), units))
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(label: str, counts: Floats, units: dict[tuple[str, int, str], list[Coding]]) -> list[object]:
    articles, article = np.unique([key[0] for key in units], return_inverse=True)
    told = counts.sum(axis=1)
    pairs, same = (told * (told - 1)).sum(), (counts * (counts - 1)).sum()
    low = high = np.nan
    if len(articles) >= MIN_ARTICLES:
        rng = np.random.default_rng(SEED)
        often = rng.multinomial(len(articles), np.full(len(articles), 1 / len(articles)), DRAWS)
        drawn = _alphas(counts, often[:, article].astype(float))
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn) >= DRAWS / 2:
            low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    coders = {coding.coder for found in units.values() for coding in found}
    whole = alpha(counts) if len(units) else np.nan
    share = same / pairs if pairs else np.nan
    return [label, whole, low, high, len(units), len(articles), len(coders), int(told.sum()), share]
