"""Outlets compared across events, from differences within events alone: what an outlet reports on cannot pose as how.

For two outlets (or groups of outlets) each event that both covered is a block: the difference of their shares there,
weighted by how many articles it rests on (na·nb/(na+nb)). The difference of the two is the weighted mean, its variance
what the blocks show (`pooling`; for groups `shared_events` says what a share is). Simulated (`benchmarks/validity.py
profiles`), events of 1–4 articles a side: see docs/validity.md for what equal weights and fixed effects do instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pandas as pd

from framing.article_tally import ArticleTally, tally_corpus, tally_frames
from framing.corpus import Corpus
from framing.correction import Ends, Plan
from framing.errors import InputError
from framing.heads import HeadBase
from framing.pooling import MIN_EVENTS, combine, over_outlets, wider
from framing.profile_words import finding, notes
from framing.schema import View
from framing.shared_events import Cells, Side, block_weights, spread_of_sentences
from framing.sides import CORRECTED, denied
from framing.tally import KEYS, VOICE, HeadInfo, informative, tiers
from framing.uncertainty import FALSE_DISCOVERIES, ArticleSums, Bools, Differences, Floats, Ints, adjust

__all__ = ["MIN_EVENTS", "PAIRS", "Profiles", "profile_corpus", "profile_frames", "profiles_of"]

ORIGINS = frozenset({"paraphrase", "invented", "reprint"})
"""Kinds that say where a text comes from; any other kind is a genre, such as news, opinion or aggregation."""
_PAIR = ["outlet_a", "outlet_b", *KEYS]
PAIRS = [
    *(*_PAIR, "difference", "low", "high", "n_events", "outlets_a", "outlets_b", "articles_a", "articles_b"),
    *("n_a", "n_b", "between_events", "p", "q", "detected", *CORRECTED, "finding"),
]
"""Columns of `Profiles.pairs`."""


@dataclass(frozen=True)
class Together:
    """Two sides over the blocks that they share: each block's weight, where both have a value, and the difference."""

    blocks: pd.DataFrame
    a: Side
    b: Side
    weights: Floats
    both: Bools
    raw: Differences
    between: Floats


@dataclass(frozen=True)
class Profiles:
    """`pairs`: one row a pair of outlets (or groups) and number, `difference` the mean within shared events,
    `between_events` the standard deviation of the events' true differences. `members`: the outlets of each name that
    stands in `pairs`; an outlet in both groups of a pair is left out of it."""

    pairs: pd.DataFrame
    genres: pd.DataFrame
    """Articles on shared events by `outlet` and `genre`."""
    notes: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    tally: ArticleTally
    desk: Desk = field(repr=False)

    @property
    def tiers(self) -> dict[tuple[str, str], str]:
        """Reliability tier by (head, label)."""
        return tiers(self.tally.heads.values())

    def findings(self, view: View) -> list[str]:
        """The differences that hold in a view (voices always), largest first, then how many do not."""
        rows = self.pairs[(self.pairs["view"] == view) | (self.pairs["head"] == VOICE.name)]
        tested = rows[rows["p"].notna()]
        found = tested[tested["detected"].astype(bool)].sort_values("difference", key=abs, ascending=False)
        others = len(tested) - len(found)
        where = f"the other {others}" if len(found) else others
        last = [f"No difference we could detect in {where} of {len(tested)} comparisons."] if len(tested) else []
        return [*found["finding"], *last]

    def of(self, outlet: str, other: str = "") -> pd.DataFrame:
        """The rows of `pairs` with this outlet (or group), turned so that it is always `outlet_a`; with another one,
        or with each other."""
        first, second = self.pairs["outlet_a"] == outlet, self.pairs["outlet_b"] == outlet
        rows = pd.concat([self.pairs[first], _turned(self.pairs[second])])
        return rows[(rows["outlet_b"] == other) | (not other)].reset_index(drop=True)

    def blocks(self, outlet: str, other: str) -> pd.DataFrame:
        """The differences outlet − other in each shared event (and genre): `event_id, genre, head, label, actor, view,
        difference, value_a, value_b, articles_a, articles_b, n_a, n_b, weight`."""
        found = self.desk.together(*self._sides(outlet, other))
        rows, columns = np.nonzero(found.both)
        numbers = {"value_a": found.a.value, "value_b": found.b.value, "articles_a": found.a.written}
        numbers |= {"articles_b": found.b.written, "n_a": found.a.counts, "n_b": found.b.counts}
        told = {name: values[rows, columns] for name, values in (numbers | {"weight": found.weights}).items()}
        keys = self.tally.table.keys.iloc[columns].reset_index(drop=True)
        where = found.blocks.iloc[rows].reset_index(drop=True)
        return pd.concat([where, keys], axis=1).assign(difference=told["value_a"] - told["value_b"], **told)

    def over(self, outlet: str, other: str, event_ids: Sequence[str]) -> pd.DataFrame:
        """outlet − other over some of their events alone: `KEYS, difference, low, high, n_events, error, freedom`, the
        last two being the standard error and its degrees of freedom."""
        found = self.desk.together(*self._sides(outlet, other), frozenset(event_ids))
        raw = found.raw
        error = np.sqrt(raw.variances.sum(axis=0))
        numbers = {"difference": raw.value, "low": raw.low, "high": raw.high, "n_events": found.both.sum(axis=0)}
        return self.tally.table.keys.assign(**numbers, error=error, freedom=raw.freedoms[0])

    def behind(
        self, outlet: str, other: str, head: str, label: str, view: View, events: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """The sentences of one outlet (or group), on events shared with the other or on some of these, that a number
        counts; with `article_id`, `index`, `weight` and, of a corpus, `text`. Raises InputError for a number that is
        not there."""
        if head not in self.tally.heads:
            raise InputError(f"There is no number {head}.{label}. Heads: {', '.join(self.tally.heads)}.")
        mine, theirs = self._sides(outlet, other)
        shared = self.desk.events(mine, theirs)
        part = self.tally.counted(head, [e for e in shared if events is None or e in set(events)])
        if label not in part.labels:
            raise InputError(f"There is no number {head}.{label}. Labels of {head}: {', '.join(part.labels)}.")
        weight = part.x[:, part.labels.index(label)] * part.weights(view if view in part.views else "both")
        kept = (weight != 0) & part.rows["outlet"].isin(mine).to_numpy()
        rows: pd.DataFrame = part.rows[kept].assign(weight=weight[kept]).reset_index(drop=True)
        return rows

    def _sides(self, outlet: str, other: str) -> tuple[list[str], list[str]]:
        for name in (outlet, other):
            if name not in self.members:
                raise InputError(f"There is no {name!r} here. There are: {', '.join(self.members)}.")
        return apart(self.members[outlet], self.members[other])


def _turned(rows: pd.DataFrame) -> pd.DataFrame:
    """b − a instead of a − b."""
    names = ("outlet", "outlets", "articles", "n")
    swapped = {f"{name}_{i}": f"{name}_{j}" for name in names for i, j in ("ab", "ba")}
    swapped |= {"low": "high", "high": "low", "corrected_low": "corrected_high", "corrected_high": "corrected_low"}
    turned = rows.rename(columns=swapped)
    numbers = ["difference", "low", "high", "corrected", "corrected_low", "corrected_high"]
    return turned.assign(**{name: -turned[name] for name in numbers})[PAIRS]


def apart(a: Sequence[str], b: Sequence[str]) -> tuple[list[str], list[str]]:
    """Two groups without the outlets that belong to both."""
    return [name for name in a if name not in b], [name for name in b if name not in a]


@dataclass(frozen=True)
class Desk:
    """What every pair is read from: the cells by event and by event and genre, and what is tested and corrected."""

    tally: ArticleTally
    cells: Cells
    by_genre: Cells
    genres: Mapping[str, frozenset[str]]
    plan: Plan
    telling: Bools
    family: Ints

    @classmethod
    def of(cls, tally: ArticleTally, articles: pd.DataFrame) -> Desk:
        """`articles` are those of the tally, with `genre`."""
        keys, infos = tally.table.keys, tally.heads
        tested = informative(infos.values())
        telling = np.array([pair in tested for pair in zip(keys["head"], keys["label"], strict=True)], dtype=np.bool_)
        family = np.asarray(keys.groupby("view", sort=False).ngroup(), dtype=np.int64)
        named = articles[articles["genre"] != ""].groupby("outlet")["genre"]
        told = {str(outlet): frozenset(part) for outlet, part in named}
        cells, apart = Cells.of(tally.table, articles), Cells.of(tally.table, articles, by_genre=True)
        return cls(tally, cells, apart, told, Plan.of(tally.table, infos), telling, family)

    def cells_of(self, a: Sequence[str], b: Sequence[str]) -> Cells:
        """Events, split by genre where both sides wrote in several."""
        none: frozenset[str] = frozenset()
        several = [len(none.union(*(self.genres.get(name, none) for name in side))) > 1 for side in (a, b)]
        return self.by_genre if all(several) else self.cells

    def events(self, a: Sequence[str], b: Sequence[str]) -> list[str]:
        """Ids of the events that two sides share."""
        cells = self.cells_of(a, b)
        shared = cells.shared(cells.places(a), cells.places(b))
        return [str(key) for key in cells.blocks["event_id"].iloc[shared].unique()]

    def together(self, a: Sequence[str], b: Sequence[str], events: frozenset[str] | None = None) -> Together:
        """Two sides over the blocks that they share (of some events)."""
        cells = self.cells_of(a, b)
        places = cells.places(a), cells.places(b)
        shared = cells.shared(*places)
        if events is not None:
            shared = shared[cells.blocks["event_id"].iloc[shared].isin(events).to_numpy()]
        one, two = (cells.side(side, shared) for side in places)
        signed = self.tally.table.sums.signed
        weights, both = block_weights(one, two)
        spread = spread_of_sentences((one, two), both, signed)
        values, totals = (np.stack([getattr(side, name) for side in (one, two)]) for name in ("value", "total"))
        raw, between = combine(values, totals, weights, signed, self.telling, self.family, spread)
        if max(len(side) for side in places) > 1:
            raw = wider(raw, over_outlets((one, two), weights, raw, spread, signed, self.telling, self.family))
        return Together(cells.blocks.iloc[shared].reset_index(drop=True), one, two, weights, both, raw, between)

    def corrected(self, found: Together) -> dict[str, np.ndarray]:
        """The columns `CORRECTED`, by published errors."""
        signed = self.tally.table.sums.signed
        stand_in = [_as_one(side, found.weights, signed) for side in (found.a, found.b)]
        a, b = (self.plan.outlet(side) for side in stand_in)
        ends = self.plan.difference(a, b, found.raw, signed)
        fits = np.isfinite(self.plan.share(a, stand_in[0], a.value, a.value).value)
        fits &= np.isfinite(self.plan.share(b, stand_in[1], b.value, b.value).value)
        ends = Ends(*(np.where(fits, end, np.nan) for end in (ends.value, ends.low, ends.high)))
        how = np.where(np.isnan(ends.value), "none", "published")
        return dict(zip(CORRECTED, (ends.value, ends.low, ends.high, how), strict=True))

    def numbers(self, a: Sequence[str], b: Sequence[str]) -> dict[str, np.ndarray] | None:
        """A pair's columns but for its names and q; None where nothing is shared."""
        found = self.together(a, b)
        there = np.flatnonzero(found.both.any(axis=0))
        if not len(there):
            return None
        raw, both = found.raw, found.both
        rows = {"difference": raw.value, "low": raw.low, "high": raw.high, "n_events": both.sum(axis=0)}
        for side, name in ((found.a, "a"), (found.b, "b")):
            rows[f"outlets_{name}"] = (np.isfinite(side.each) & both).any(axis=1).sum(axis=0)
            rows[f"articles_{name}"] = (side.written * both).sum(axis=0)
            rows[f"n_{name}"] = (side.counts * both).sum(axis=0)
        rows |= {"between_events": found.between, "p": np.where(self.telling, raw.p, np.nan), **self.corrected(found)}
        return {"column": there, **{name: values[there] for name, values in rows.items()}}


def profiles_of(tally: ArticleTally, groups: Mapping[str, Sequence[str]] | None = None) -> Profiles:
    """Profiles of all outlets of a tally or, where `groups` of outlets are given, of these. Stance is left out: its
    actors are those of single events. Raises InputError where no event has two outlets, no two groups share one, or
    nothing is scored."""
    articles = tally.articles.assign(genre=genres(tally.articles["kind"]))
    shared = articles.groupby("event_id")["outlet"].transform("nunique") > 1
    if not shared.any():
        raise InputError("No event has articles of two outlets. Find events with:  framing events CORPUS --group")
    if tally.table.keys.empty:
        raise InputError("The corpus holds no scores of whole sentences. Make them with:  framing score CORPUS")
    desk = Desk.of(tally, articles)
    known = sorted(articles.loc[shared, "outlet"].unique(), key=str.casefold)
    members = {name: tuple(outlets) for name, outlets in (groups or {name: [name] for name in known}).items()}
    rows = _judged(desk, members, bool(groups))
    if groups and rows.empty:
        raise InputError("No event has articles of two of these groups. Put other outlets into them.")
    named = articles[shared & (articles["genre"] != "")]
    if groups:
        named = named[named["outlet"].isin({outlet for outlets in members.values() for outlet in outlets})]
    by_genre = named.groupby(["outlet", "genre"]).size().reset_index(name="n_articles")
    told = tuple(notes(rows, by_genre, members if groups else {}))
    return Profiles(rows, by_genre, told, members, tally, desk)


def profile_frames(
    sentences: pd.DataFrame,
    articles: pd.DataFrame,
    heads: Sequence[HeadInfo],
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Profiles:
    """`profiles_of` frames as `Corpus` gives them."""
    return profiles_of(tally_frames(sentences, articles, heads), groups)


def profile_corpus(
    corpus: Corpus, heads: Sequence[HeadBase], groups: Mapping[str, Sequence[str]] | None = None
) -> Profiles:
    """`profiles_of` a corpus by these heads, as they are installed now."""
    return profiles_of(tally_corpus(corpus, heads), groups)


def genres(kinds: pd.Series) -> pd.Series:
    """The genre of each article, empty where its kind tells none."""
    return kinds.where(kinds.notna() & ~kinds.isin(ORIGINS), "").astype(str)


def _as_one(side: Side, weights: Floats, signed: Bools) -> ArticleSums:
    """A side's weighted mean shares as if they were one article of all its sentences: what a correction needs."""
    with np.errstate(invalid="ignore"):
        share = (weights * np.nan_to_num(side.value)).sum(axis=0) / weights.sum(axis=0)
    total = (side.total * (weights > 0)).sum(axis=0)[None]
    return ArticleSums(share[None] * total, share[None] ** 2 * total, total, signed)


def _pairs(desk: Desk, members: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, dict[str, np.ndarray]]]:
    for a, b in combinations(members, 2):
        sides = apart(members[a], members[b])
        numbers = desk.numbers(*sides) if desk.events(*sides) else None
        if numbers is not None:
            yield a, b, numbers


def _judged(desk: Desk, members: Mapping[str, Sequence[str]], grouped: bool) -> pd.DataFrame:
    """The rows of all pairs, judged together."""
    found = list(_pairs(desk, members))
    if not found:
        return pd.DataFrame(columns=PAIRS)
    lengths = [len(numbers["column"]) for _, _, numbers in found]
    whole = {name: np.concatenate([numbers[name] for _, _, numbers in found]) for name in found[0][2]}
    rows = desk.tally.table.keys.iloc[whole.pop("column")].reset_index(drop=True).assign(**whole)
    rows["outlet_a"] = np.repeat(np.array([a for a, _, _ in found], dtype=object), lengths)
    rows["outlet_b"] = np.repeat(np.array([b for _, b, _ in found], dtype=object), lengths)
    rows["q"] = adjust(rows["p"], rows["view"])
    rows["detected"] = (rows["q"] <= FALSE_DISCOVERIES) & ~denied(rows)
    rows["actor"] = ""
    rows["finding"] = ""
    tested = rows["p"].notna()
    rows.loc[tested, "finding"] = [finding(row, grouped) for row in rows[tested].to_dict("records")]
    return rows[PAIRS]
