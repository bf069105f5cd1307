"""Shares of several measures by outlet and their differences between outlets, with articles as the units."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from framing.uncertainty import ArticleSums, Floats, adjust, differences, intervals

FALSE_DISCOVERIES = 0.05
"""Share of false claims among the claimed differences of one event that is put up with, as in `compare`."""
_NO_DIFFERENCE = [
    "outlet_a", "outlet_b", "difference", "low", "high", "n_a", "n_b", "articles_a", "articles_b", "p", "q", "detected",
]  # fmt: skip


def sum_by_article(article_ids: pd.Series, hits: Floats, weights: Floats, articles: Sequence[str]) -> ArticleSums:
    """Sums over each article's rows, in the order of `articles`; `hits` and `weights` are (rows, measures), hits 0 or
    the weight."""
    place = pd.Index(articles).get_indexer(pd.Index(article_ids))
    sums = [np.zeros((len(articles), hits.shape[1])) for _ in range(2)]
    for out, values in zip(sums, (hits, weights), strict=True):
        np.add.at(out, place, values)
    return ArticleSums(sums[0], sums[0], sums[1], np.zeros(hits.shape[1], dtype=np.bool_))


def outlet_shares(keys: pd.DataFrame, sums: ArticleSums, outlet_of: pd.Series) -> pd.DataFrame:
    """`keys` (one row a measure) for each outlet with `outlet, value, low, high, n, n_articles`; n is the weight."""
    parts = []
    for outlet in _sorted(outlet_of):
        mine = sums.rows((outlet_of == outlet).to_numpy(dtype=np.bool_))
        low, high = intervals(mine)
        numbers = {"value": mine.value, "low": low, "high": high, "n": mine.total, "n_articles": mine.articles}
        parts.append(keys.assign(outlet=outlet, **numbers))
    found = pd.concat(parts, ignore_index=True)
    return found[["outlet", *keys.columns, "value", "low", "high", "n", "n_articles"]]


def outlet_differences(
    keys: pd.DataFrame, sums: ArticleSums, outlet_of: pd.Series, family: str | None = None
) -> pd.DataFrame:
    """`keys` for each pair of outlets that both have the measure, with `outlet_a, outlet_b, difference (a − b), low,
    high, n_a, n_b, articles_a, articles_b, p, q, detected`.

    q is Benjamini–Hochberg over all pairs and measures, or over those of one value of the key `family`."""
    groups = pd.factorize(keys[family])[0] if family else np.zeros(len(keys), dtype=np.int64)
    parts = []
    for a, b in combinations(_sorted(outlet_of), 2):
        sides = [sums.rows((outlet_of == outlet).to_numpy(dtype=np.bool_)) for outlet in (a, b)]
        found = differences(sides[0], sides[1], np.asarray(groups, dtype=np.int64))
        part = keys.assign(outlet_a=a, outlet_b=b, difference=found.value, low=found.low, high=found.high, p=found.p)
        part = part.assign(n_a=sides[0].total, n_b=sides[1].total)
        part = part.assign(articles_a=sides[0].articles, articles_b=sides[1].articles)
        parts.append(part[(part["n_a"] > 0) & (part["n_b"] > 0)])
    if not parts or all(part.empty for part in parts):
        return pd.DataFrame(columns=[*keys.columns, *_NO_DIFFERENCE])
    rows = pd.concat(parts, ignore_index=True)
    rows["q"] = adjust(rows["p"], rows[family] if family else pd.Series(0, rows.index))
    rows["detected"] = rows["q"] <= FALSE_DISCOVERIES
    return rows[["outlet_a", "outlet_b", *keys.columns, *_NO_DIFFERENCE[2:]]]


def _sorted(outlet_of: pd.Series) -> list[str]:
    return sorted(set(outlet_of), key=str.casefold)
