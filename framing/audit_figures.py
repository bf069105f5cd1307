"""How right a head is on this corpus, from an audit: design-weighted, with articles as the units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from framing.audit import Audit, answers, matched
from framing.errors import InputError
from framing.labels import head_name, label_name
from framing.plain import count
from framing.ppi import MIN_LABELLED
from framing.tally import Counted, Row
from framing.uncertainty import ArticleSums, Floats, intervals

LEAST = 10
"""Labelled rows below which neither precision nor recall of a label is given."""


def accuracy(audit: Audit, counted: Counted) -> pd.DataFrame:
    """One row a figure: `figure` (`accuracy`, `precision` or `recall`), `label` (empty for all together), `value, low,
    high, n, n_articles`. For a multi-label head the accuracy of all together is the share of single decisions that are
    right. Weighted so that each labelled sentence stands for those like it; no interval below three articles.

    Raises InputError where nothing is labelled yet."""
    found, places = matched(answers(audit), counted)
    if found.empty:
        raise InputError(f"No sentence of this corpus is labelled for {audit.head} yet.")
    n = len(audit.labels)
    said, true = counted.x[places, :n] > 0, found[list(audit.labels)].to_numpy() > 0
    right = said == true
    every = np.ones(len(found), dtype=np.bool_)
    numbers = [("accuracy", "", right.mean(axis=1) if audit.kind == "multilabel" else (said & true).any(axis=1), every)]
    for i, label in enumerate(audit.labels):
        numbers += [("accuracy", label, right[:, i], every)] if audit.kind == "multilabel" else []
        numbers += [("precision", label, true[:, i], said[:, i]), ("recall", label, said[:, i], true[:, i])]
    rows = [
        {"figure": name, "label": label, **_figure(np.asarray(hit, dtype=np.float64), asked, found)}
        for name, label, hit, asked in numbers
        if name == "accuracy" or asked.sum() >= LEAST
    ]
    return pd.DataFrame(rows)


def _figure(hit: Floats, asked: np.ndarray, found: pd.DataFrame) -> dict[str, float | int]:
    rows = found[asked]
    lift = rows["lift"].to_numpy()
    # Kish 1965: unequal weights are worth so many equal ones.
    weight = lift * lift.sum() / (lift**2).sum()
    codes, articles = pd.factorize(rows["article_id"])
    sums = np.zeros((3, len(articles), 1))
    for into, values in zip(sums, (weight * hit[asked], weight * hit[asked] ** 2, weight), strict=True):
        np.add.at(into[:, 0], codes, values)
    counted = ArticleSums(sums[0], sums[1], sums[2], np.array([False]))
    low, high = intervals(counted)
    ends: dict[str, float | int] = {"value": float(counted.value[0]), "low": float(low[0]), "high": float(high[0])}
    return {**ends, "n": len(rows), "n_articles": len(articles)}


def by_outlet(audit: Audit, counted: Counted) -> pd.DataFrame:
    """Accuracy of all labels together for each outlet: `outlet, value, low, high, n, n_articles`. Where outlets differ,
    the head reads one of them worse, and only the audit corrects that."""
    found, places = matched(answers(audit), counted)
    n = len(audit.labels)
    right = (counted.x[places, :n] > 0) == (found[list(audit.labels)].to_numpy() > 0)
    hit = right.mean(axis=1) if audit.kind == "multilabel" else right.all(axis=1).astype(np.float64)
    outlets = sorted(found["outlet"].unique(), key=str.casefold)
    return pd.DataFrame(
        [{"outlet": o, **_figure(hit, (found["outlet"] == o).to_numpy(), found)} for o in outlets],
        columns=["outlet", "value", "low", "high", "n", "n_articles"],
    )


def words(audit: Audit, figures: pd.DataFrame, outlets: pd.DataFrame) -> list[str]:
    """The figures in plain lines."""
    first = figures.iloc[0]
    what = "decisions" if audit.kind == "multilabel" else "answers"
    where = "in this event" if audit.event_id else "in this corpus"
    if first["n"] < LEAST:
        return [f"{head_name(audit.head)}: {count(int(first['n']), 'sentence')} labelled; figures begin with {LEAST}."]
    lines = [
        f"{head_name(audit.head)}: {share_words(first)} of its {what} {where} are right, by your labels of "
        f"{first['n']} sentences of {first['n_articles']} articles."
    ]
    for label in audit.labels:
        mine = figures[(figures["label"] == label) & (figures["figure"] != "accuracy")]
        told = "; ".join(f"{row['figure']} {share_words(row)}, n {row['n']}" for row in mine.to_dict("records"))
        lines.append(f"  {label_name(audit.head, label):26}{told or f'fewer than {LEAST} said or true: no figure'}")
    if len(outlets) > 1:
        enough = outlets[outlets["n"] >= MIN_LABELLED].to_dict("records")
        if enough:
            told = "; ".join(f"{row['outlet']} {share_words(row)}, n {row['n']}" for row in enough)
            lines.append(f"By outlet: {told}.")
        few = [row["outlet"] for row in outlets.to_dict("records") if row["n"] < MIN_LABELLED]
        if few:
            lines.append(
                f"Fewer than {MIN_LABELLED} labels: {', '.join(few)}. Comparisons with them are not corrected."
            )
    return lines


def share_words(row: Row | pd.Series) -> str:
    """`84% (56–95)`."""
    spread: str = "" if pd.isna(row["low"]) else f" ({100 * row['low']:.0f}–{100 * row['high']:.0f})"
    return f"{100 * row['value']:.0f}%{spread}"
