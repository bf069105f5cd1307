"""The differences of a comparison in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from framing.cells import cells, pairs, records
from framing.labels import BALANCE, head_name, label_name, phrase, points
from framing.notes import notes
from framing.power import MOST
from framing.schema import View
from framing.tally import MIN_STANCE_SENTENCES, TWINS, VOICE, Row, informative
from framing.uncertainty import FALSE_DISCOVERIES, MIN_ARTICLES

if TYPE_CHECKING:
    from framing.compare import Comparison


@dataclass(frozen=True)
class Sides:
    """What a difference row lacks: `values` by outlet, head, label, actor and view; each outlet's `articles`."""

    values: Mapping[tuple[str, str, str, str, str], float]
    articles: Mapping[str, int]


SCOPES: Mapping[str, str] = {"own": "own-voice sentences", "quoted": "quoted sentences", "both": "sentences"}
_SHOWN_WITHOUT_TEST = 5


def with_words(comparison: Comparison, heads: Sequence[str]) -> Comparison:
    """The comparison with its notes and with the column `finding`; `heads` are those that should have been there."""
    rows = comparison.differences
    numbers = pairs(comparison.shares, "outlet", "head", "label", "actor", "view")
    values = dict(zip(numbers, cells(comparison.shares["value"]), strict=True))
    sides = Sides(values, dict(comparison.articles["outlet"].value_counts()))
    words = [finding(row, sides) for row in records(rows)]
    compared = replace(comparison, differences=rows.assign(finding=pd.Series(words, rows.index, dtype=object)))
    return replace(compared, notes=notes(compared, heads))


def finding(row: Row, sides: Sides) -> str:
    """One difference in one sentence: how large, or not detected, or true of these texts only; empty for a label that
    is not tested, since another tells the same or it is weak."""
    a, b, actor = row["outlet_a"], row["outlet_b"], row["actor"]
    if actor and min(row["n_a"], row["n_b"]) < MIN_STANCE_SENTENCES:
        return f"Too few sentences on {actor} to compare {a} and {b} ({row['n_a']} and {row['n_b']})."
    if pd.isna(row["p"]) and min(row["articles_a"], row["articles_b"]) >= MIN_ARTICLES:
        return ""
    if pd.isna(row["p"]):
        return _in_these_texts(row, sides)
    return holds(row, "") if row["detected"] else _not_found(row)


def holds(row: Row, where: str) -> str:
    """A difference that holds, in one sentence ending in `where`, such as ` on these 14 shared events`."""
    more, less = (
        row[side] for side in (("outlet_a", "outlet_b") if row["difference"] > 0 else ("outlet_b", "outlet_a"))
    )
    low, high = sorted(abs(row[end]) for end in ("low", "high"))
    said = f"{more} {_verb(row, f'{_points(low)} to {_points(high)} points more')} than {less}{where}"
    return f"{said}{once_corrected(row)}."


def _not_found(row: Row) -> str:
    spread = between(row) + f"; {row['articles_a']} and {row['articles_b']} articles"
    if row["q"] <= FALSE_DISCOVERIES:
        there = f"no difference that your audit confirms in {_scope(row)}"
        return f"{named(row)}: {there} ({spread}){once_corrected(row)}."
    alone = row["p"] <= 0.05 or row["low"] > 0 or row["high"] < 0
    together = " once all labels are tested together" if alone else ""
    return f"{named(row)}: no difference we could detect{together} in {_scope(row)} ({spread}){_would_take(row)}."


def named(row: Row) -> str:
    """`News frames, human interest`; for stance with its actor."""
    name = label_name(row["head"], row["label"]) + (f" toward {row['actor']}" if row["actor"] else "")
    return f"{head_name(row['head'])}, {name[:1].lower()}{name[1:]}"


def between(row: Row) -> str:
    """`A minus B: −7 to +5 points`."""
    return f"{row['outlet_a']} minus {row['outlet_b']}: {points(row['low'])} to {points(row['high'])} points"


def once_corrected(row: Row) -> str:
    """What is left of a difference once the classifier's errors are taken out, where that says something else: its
    middle lies outside the raw interval, or it might be none. Turned to the side that has more, as the verdict is."""
    value = row["corrected"]
    turn = 1 if row["difference"] > 0 else -1
    low, high = sorted((turn * row["corrected_low"], turn * row["corrected_high"]))
    if pd.isna(low) or (row["low"] <= value <= row["high"] and low > 0):
        return ""
    by = "by your audit" if row["correction"] == "audit" else "for the classifier's published errors"
    spread = f"{_points(low)} to {_points(high)}" if low > 0 else f"{points(low)} to {points(high)}"
    text = f"raw {_points(turn * row['difference'])} points, corrected {by} {spread}"
    doubt = "" if low > 0 else ": that may be none at all" if high >= 0 else ": the other way round"
    return f" ({text}{doubt})"


def _would_take(row: Row) -> str:
    """How many more articles would most likely show a difference of ten points, or of what was seen where that is
    more."""
    more = row["more_articles"]
    if pd.isna(more):
        return ""
    size = f"one of {_points(row['sought'])} points"
    if more == 0:
        return f"; {size} would most likely have been found"
    return f"; it would take {_about(more)} more article{'' if more == 1 else 's'} a side to find {size}"


def _would_take_in_all(more: pd.Series) -> str:
    """The same of several comparisons together: what half of them would take, and all of them."""
    more = more.dropna()
    if more.empty or more.max() == 0:
        return ""
    half, most = float(more.quantile(0.5, interpolation="higher")), float(more.max())
    fewer = f"{_about(half)} more articles a side" if half else "no more articles"
    whole = f"{_about(most)} more articles a side" if half == most else (
        f"{fewer} for half of them, {_about(most)}{'' if half else ' a side'} for all"
    )  # fmt: skip
    return f"; to find one of 10 points, or of the size seen where that is larger, it would take {whole}"


def _about(more: float) -> str:
    return f"more than {MOST:,}" if more >= MOST else f"about {_rounded(more)}"


def _rounded(number: float) -> int:
    """Nobody knows the number better than this: to 5 from 20 on, to 10 from 50 on, to 50 from 200 on."""
    step = 1 if number < 20 else 5 if number < 50 else 10 if number < 200 else 50
    return round(number / step) * step


def _in_these_texts(row: Row, sides: Sides) -> str:
    number = sides.articles[row["outlet_a"]] + sides.articles[row["outlet_b"]]
    there = "In these two articles" if number == 2 else f"In these {number} articles"
    a, b = (
        sides.values[row[name], row["head"], row["label"], row["actor"], row["view"]]
        for name in ("outlet_a", "outlet_b")
    )
    n = f"{row['n_a']} and {row['n_b']} sentences"
    if row["label"] == BALANCE:
        about = f"stance toward {row['actor']}" if row["actor"] else "tone"
        values = f"{points(a)} in {row['outlet_a']} and {points(b)} in {row['outlet_b']}"
        return f"{there}, the balance of {about} in {SCOPES[row['view']]} is {values} ({n})."
    return f"{there}, {row['outlet_a']} {_verb(row, f'{100 * a:.0f}%')}, {row['outlet_b']} in {100 * b:.0f}% ({n})."


def _verb(row: Row, amount: str) -> str:
    """`uses conflict in 12 to 21 points more of its own-voice sentences`, and its like for tone, stance and
    balances."""
    head, label, actor = row["head"], row["label"], row["actor"]
    if label == BALANCE:
        return f"is {amount} {f'favourable to {actor}' if actor else 'positive'} in its {_scope(row)}"
    does = (
        f"is {phrase(head, label)} {actor}".rstrip()
        if head in ("stance", "sentiment")
        else f"uses {phrase(head, label)}"
    )
    return f"{does} in {amount} of its {_scope(row)}"


def _scope(row: Row) -> str:
    return SCOPES[row["view"]] + (f" on {row['actor']}" if row["actor"] else "")


def _points(value: float) -> str:
    """Points without sign; nothing that is not zero is shown as zero."""
    return "less than 1" if 0 < 100 * value < 0.5 else f"{100 * value:.0f}"


def findings(comparison: Comparison, view: View, head: str | None) -> list[str]:
    """What `Comparison.findings` says: detected differences, how many were not, and, where nothing could be tested, the
    largest."""
    rows = comparison.differences
    numbers = pairs(rows, "head", "label")
    # A head whose label is tested under its twin's name tells it as well.
    twins = {twin for (name, _), twin in TWINS.items() if name == head and name in comparison.heads}
    strong = informative([*comparison.heads.values(), comparison.voice])
    there = [pair in strong and (head is None or pair[0] == head or pair in twins) for pair in numbers]
    asked = np.array(there, dtype=np.bool_)
    rows = rows[((rows["view"] == view) | (rows["head"] == VOICE.name)) & asked]
    rows = rows.assign(size=lambda r: r["difference"].abs()).sort_values("size", ascending=False, kind="stable")
    tested = rows[rows["p"].notna()]
    found = tested[tested["detected"].astype(bool)]
    sentences = list(found["finding"])
    others = len(tested) - len(found)
    if len(tested):
        where = f"the other {others}" if len(found) else others
        taken = _would_take_in_all(tested.loc[~tested["detected"].astype(bool), "more_articles"])
        sentences.append(f"No difference we could detect in {where} of {len(tested)} comparisons{taken}.")
    few = (rows["actor"] != "") & (rows[["n_a", "n_b"]].min(axis=1) < MIN_STANCE_SENTENCES)
    untested = rows[rows["p"].isna() & ~few & (rows["size"] > 0)]
    return sentences + ([] if len(tested) else list(untested["finding"].head(_SHOWN_WITHOUT_TEST)))
