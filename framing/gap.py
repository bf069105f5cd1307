"""How much of a difference between two outlets lies in their own words, in the words of those they quote, and in how
much and whom they quote.

The share of a label in all sentences is a mean over parts: p = Σ mᵢ·rᵢ, mᵢ being the weight of a part (own words,
quoted
words) and rᵢ the label's share there. The difference splits exactly and symmetrically (Kitagawa 1955, "Components of a
difference between two rates"; the twofold Oaxaca–Blinder decomposition with equal weights):

    pₐ − p_b = Σ (rᵢₐ − rᵢ_b)·(mᵢₐ + mᵢ_b)/2  +  Σ (mᵢₐ − mᵢ_b)·(rᵢₐ + rᵢ_b)/2

The first sum gives `own` and `quoted`, the second `mix`. The quoted part is split once more, over speakers:
`quoted_whom`
(whom they quote) and `quoted_what` (what those quoted by both say), each speaker measured against the mean of all
quoted words. A part or speaker that one side lacks has no share there: it is given the other side's, so that its
absence
counts as mix or as `quoted_whom`, never as what was said. Voice as in `tally`: a mixed sentence is half own, half
quoted.

Intervals: bootstrap over the articles of each side, 2,000 draws, standard error times Student's t with the articles of
the smaller side less one; percentiles of the draws cover far too seldom with few articles (see `uncertainty`). Measured
(`benchmarks/gap.py`, 300 repetitions, 3 to 20 articles a side): `own` is covered in 0.95–0.99, `quoted_what` in
0.95–1.00, `quoted_whom`, whose truth is 0 there, in 1.00, `mix` in 0.93–1.00.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from framing.compare import Comparison
from framing.errors import InputError
from framing.labels import BALANCE, head_name, label_name, points
from framing.plain import count, percent
from framing.registry import WEAK
from framing.schema import VIEWS
from framing.source_names import UNKNOWN
from framing.sources import attributed
from framing.tally import Counted, Row, count_mentions, count_sentences
from framing.uncertainty import LEVEL, MIN_ARTICLES, Floats

COMPONENTS = ("own", "quoted_what", "quoted_whom", "mix", "unknown")
NAMES = {
    "own": "in their own words",
    "quoted_what": "what those quoted by both say",
    "quoted_whom": "whom they quote",
    "mix": "how much they quote",
    "unknown": "in sentences of unknown voice",
}
_NOBODY = {"source": UNKNOWN.name, "type": UNKNOWN.type, "side": "(no state known)"}
BY = {"source": "source", "type": "source_type", "side": "side"}
_GROUPS = {"source": "speakers", "type": "types of speaker", "side": "sides"}
DRAWS = 2000


@dataclass(frozen=True)
class Gap:
    """One difference taken apart. `components`: `component, value, low, high`, whose values sum to `difference`.
    `speakers`: `source, share_a, share_b` (of quoted words), `value_a, value_b` (the label's share in them, NaN where
    not
    quoted), `whom, what` (which sum to the two components), `n_a, n_b`. `sentences`: what was counted, with `source`,
    `hit`, `own`, `quoted`."""

    head: str
    label: str
    outlet_a: str
    outlet_b: str
    value_a: float
    value_b: float
    components: pd.DataFrame
    speakers: pd.DataFrame
    sentences: pd.DataFrame
    articles_a: int
    articles_b: int
    weak: bool = False
    by: str = "source"

    @property
    def difference(self) -> float:
        """a − b, in shares."""
        return self.value_a - self.value_b

    @property
    def findings(self) -> list[str]:
        """The decomposition in plain sentences."""
        a, b = self.outlet_a, self.outlet_b
        name = label_name(self.head, self.label).lower()
        n = [int((self.sentences["outlet"] == outlet).sum()) for outlet in (a, b)]
        shares = f"{percent(self.value_a)} of {count(n[0], 'sentence')} and {b} in {percent(self.value_b)} of {n[1]:,}"
        there = f"{a} has {name} in {shares}"
        if self.label == BALANCE:
            what = head_name(self.head).lower()
            there = f"The balance of {what} is {points(self.value_a)} in {a} and {points(self.value_b)} in {b}"
        said = [f"{there}: a difference of {points(self.difference)} points."]
        parts = self.components[(self.components["component"] != "unknown") | (self.components["value"] != 0)]
        told = [f"{NAMES[r['component']]} {_with_interval(r)}" for r in parts.to_dict("records")]
        said.append(f"Of these, in points: {'; '.join(told)}.")
        if min(self.articles_a, self.articles_b) < MIN_ARTICLES:
            said.append(
                f"With fewer than {MIN_ARTICLES} articles on a side there is no interval: this describes these texts, "
                "not the outlets."
            )
        elif not self._held():
            said.append("No part is detectably different from zero.")
        if self.weak:
            said.append(
                "The classifier of this label is weak or unmeasured: read the sentences before you build on it."
            )
        only = self._one_sided()
        if only is not None:
            said.append(only)
        return said

    def _held(self) -> bool:
        rows = self.components
        return bool(((rows["low"] > 0) | (rows["high"] < 0)).any())

    def _one_sided(self) -> str | None:
        quoted = self.speakers[self.speakers["n_a"] + self.speakers["n_b"] > 0]
        both = int(((quoted["n_a"] > 0) & (quoted["n_b"] > 0)).sum())
        if quoted.empty:
            return "Neither outlet quotes anybody here."
        return (
            f"Both quote {both} of the {len(quoted)} {_GROUPS[self.by]}; what only one of them quotes counts as whom "
            "they quote."
        )


def decompose(
    comparison: Comparison,
    head: str,
    label: str,
    outlets: tuple[str, str],
    actor: str = "",
    by: str = "source",
    said: pd.DataFrame | None = None,
) -> Gap:
    """The difference in the share of a label (or in a balance) between two outlets, a − b, taken apart.

    `by` groups the quoted by `source`, `type` or `side`; `said` is `attributed` of the comparison where that is known
    already (half of the time). Raises InputError for an unknown head, label, actor or
    outlet, for
    the head `voice`, and where an outlet has no counted sentence."""
    if by not in BY:
        raise InputError(f"Unknown grouping {by!r}. Choose one of: {', '.join(BY)}.")
    said = attributed(comparison.sentences, comparison.mentions) if said is None else said
    rows = _rows(comparison, head, label, actor).merge(
        said[["article_id", "index", *set(BY.values())]],
        on=["article_id", "index"],
        how="left",
    )
    group = rows[BY[by]].where(rows["quoted"] > 0, "").fillna("")
    rows = rows.assign(source=group.where((group != "") | (rows["quoted"] == 0), _NOBODY[by]))
    sides = [_side(rows, comparison, outlet, head) for outlet in outlets]
    sources = sorted(set(rows.loc[(rows["quoted"] > 0) & rows["outlet"].isin(outlets), "source"]))
    sums = [_sums(rows, articles, sources) for articles in sides]
    parts, whom, what = components(*(array.sum(axis=0) for pair in sums for array in pair))
    low, high = component_intervals(sums, parts)
    table = pd.DataFrame({"component": COMPONENTS, "value": parts, "low": low, "high": high})
    value_a, value_b = (float(hits.sum() / weights.sum()) for hits, weights in sums)
    return Gap(
        head,
        label,
        outlets[0],
        outlets[1],
        value_a,
        value_b,
        table,
        _speakers(sources, sums, whom, what),
        rows[rows["outlet"].isin(outlets)].reset_index(drop=True),
        len(sides[0]),
        len(sides[1]),
        weak=comparison.tiers.get((head, label)) in WEAK,
        by=by,
    )


def _rows(comparison: Comparison, head: str, label: str, actor: str) -> pd.DataFrame:
    """Counted rows with `hit` (−1, 0, 1), `own`, `quoted` and `unknown`, which sum to 1."""
    counted = _counted(comparison, head)
    if label not in counted.labels:
        raise InputError(f"{head} has no label {label!r}. It has: {', '.join(counted.labels)}.")
    if actor and not (counted.rows["actor"] == actor).any():
        named = ", ".join(counted.rows["actor"].value_counts().index[:20])
        raise InputError(f"No counted sentence names an actor {actor!r}. Named are: {named}.")
    own, quoted = (counted.weights(view) for view in VIEWS[:2])
    rows = counted.rows[["article_id", "index", "outlet", "actor", "voice"]].assign(
        hit=counted.x[:, counted.labels.index(label)], own=own, quoted=quoted, unknown=1 - own - quoted
    )
    return rows[rows["actor"] == actor] if actor else rows


def _counted(comparison: Comparison, head: str) -> Counted:
    if head not in comparison.heads:
        known = ", ".join(comparison.heads)
        raise InputError(f"There is nothing to take apart for a head {head!r}. This event has: {known or 'no scores'}.")
    info = comparison.heads[head]
    if info.level == "mention":
        return count_mentions(info, comparison.mentions)
    return count_sentences(info, comparison.sentences[comparison.sentences["index"] > 0])


def _side(rows: pd.DataFrame, comparison: Comparison, outlet: str, head: str) -> list[str]:
    if outlet not in comparison.outlets:
        raise InputError(f"There is no outlet {outlet!r} in this event. There are: {', '.join(comparison.outlets)}.")
    found = list(dict.fromkeys(rows.loc[rows["outlet"] == outlet, "article_id"]))
    if not found:
        raise InputError(f"{outlet} has no sentence here that {head} counts, so there is nothing to take apart.")
    return found


def _sums(rows: pd.DataFrame, articles: Sequence[str], sources: Sequence[str]) -> tuple[Floats, Floats]:
    """Hits and weights by article and part, (articles, 2 + sources): own, unknown voice, each source."""
    shape = (len(articles), 2 + len(sources))
    hits, weights = np.zeros(shape), np.zeros(shape)
    mine = rows[rows["article_id"].isin(articles)]
    place = pd.Index(articles).get_indexer(pd.Index(mine["article_id"]))
    column = np.maximum(pd.Index(sources).get_indexer(pd.Index(mine["source"])), 0) + 2
    hit = mine["hit"].to_numpy(np.float64)
    for part, where in (("own", np.zeros_like(column)), ("unknown", np.ones_like(column)), ("quoted", column)):
        weight = mine[part].to_numpy(np.float64)
        np.add.at(weights, (place, where), weight)
        np.add.at(hits, (place, where), weight * hit)
    return hits, weights


def components(ha: Floats, wa: Floats, hb: Floats, wb: Floats) -> tuple[Floats, Floats, Floats]:
    """(…, components), and for each source its part of `quoted_whom` and `quoted_what`; sums are (…, parts)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ra, rb = ha / wa, hb / wb
        ra, rb = np.where(wa > 0, ra, rb), np.where(wb > 0, rb, ra)
        ra, rb = np.nan_to_num(ra), np.nan_to_num(rb)
        ma, mb = wa / wa.sum(-1, keepdims=True), wb / wb.sum(-1, keepdims=True)
        qa, qb = ma[..., 2:].sum(-1, keepdims=True), mb[..., 2:].sum(-1, keepdims=True)
        sa, sb = ma[..., 2:] / qa, mb[..., 2:] / qb
    sa, sb = np.where(qa > 0, sa, np.nan_to_num(sb)), np.where(qb > 0, sb, np.nan_to_num(sa))
    rate_a, rate_b = (sa * ra[..., 2:]).sum(-1, keepdims=True), (sb * rb[..., 2:]).sum(-1, keepdims=True)
    mean, both = (rate_a + rate_b) / 2, (qa + qb) / 2
    whom = both * (sa - sb) * ((ra[..., 2:] + rb[..., 2:]) / 2 - mean)
    what = both * (ra[..., 2:] - rb[..., 2:]) * (sa + sb) / 2
    within = (ra[..., :2] - rb[..., :2]) * (ma[..., :2] + mb[..., :2]) / 2
    mix = ((ma[..., :2] - mb[..., :2]) * (ra[..., :2] + rb[..., :2]) / 2).sum(-1) + ((qa - qb) * mean)[..., 0]
    parts = np.stack([within[..., 0], what.sum(-1), whom.sum(-1), mix, within[..., 1]], axis=-1)
    return parts, whom, what


def component_intervals(
    sums: Sequence[tuple[Floats, Floats]], parts: Floats, draws: int = DRAWS
) -> tuple[Floats, Floats]:
    """Ends of the components' intervals; NaN where a side has too few articles."""
    n = min(len(hits) for hits, _ in sums)
    if n < MIN_ARTICLES:
        return np.full(len(parts), np.nan), np.full(len(parts), np.nan)
    rng = np.random.default_rng(0)
    drawn: list[Floats] = []
    for hits, weights in sums:
        size = len(hits)
        times = rng.multinomial(size, np.full(size, 1 / size), size=draws).astype(np.float64)
        drawn += [times @ hits, times @ weights]
    again = components(*drawn)[0]
    error = np.nanstd(again, axis=0) * np.sqrt(n / (n - 1))  # a bootstrap of n draws sees (n − 1)/n of the variance
    half = special.stdtrit(n - 1, (1 + LEVEL) / 2) * error
    return parts - half, parts + half


def _speakers(
    sources: Sequence[str], sums: Sequence[tuple[Floats, Floats]], whom: Floats, what: Floats
) -> pd.DataFrame:
    columns: dict[str, object] = {"source": list(sources)}
    for side, (hits, weights) in zip("ab", sums, strict=True):
        weight, hit = weights[:, 2:].sum(axis=0), hits[:, 2:].sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            columns |= {f"share_{side}": np.nan_to_num(weight / weight.sum()), f"value_{side}": hit / weight}
        columns[f"n_{side}"] = weight
    rows = pd.DataFrame({**columns, "whom": whom, "what": what})
    size = (rows["whom"].abs() + rows["what"].abs()).sort_values(ascending=False, kind="stable")
    ordered = ["source", "share_a", "share_b", "value_a", "value_b", "whom", "what", "n_a", "n_b"]
    return rows.loc[size.index, ordered].reset_index(drop=True)


def _with_interval(row: Row) -> str:
    value, low, high = (float(row[key]) for key in ("value", "low", "high"))
    return points(value) if np.isnan(low) else f"{points(value)} ({points(low)} to {points(high)})"
