"""Outlets compared across events, from differences within events alone: what an outlet reports on cannot pose as how.

For two outlets each event that both covered is a block: the difference of their shares there, weighted by how many
articles it rests on (na·nb/(na+nb)). The difference of the two is the weighted mean, its variance what the blocks show
(events are the units, so that an event which is told differently than others counts as scatter, not as proof), and the
design effects of one pair's labels lend each other strength as in `uncertainty`. Simulated (`benchmarks/validity.py
profiles`), events of 1–4 articles a side: see docs/validity.md for what equal weights and fixed effects do instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import special

from framing.compare import infos_of, outdated
from framing.corpus import Corpus
from framing.correction import Ends, Plan
from framing.errors import InputError
from framing.heads import HeadBase
from framing.plain import count
from framing.schema import View
from framing.sides import CORRECTED, denied
from framing.tally import KEYS, VOICE, Counted, HeadInfo, Row, Tally, count_sentences, informative, tally
from framing.uncertainty import (
    FALSE_DISCOVERIES,
    LEVEL,
    MIN_COUNTED,
    ArticleSums,
    Bools,
    Differences,
    Floats,
    Ints,
    adjust,
    moderate,
)
from framing.verdicts import between, holds, named

MIN_EVENTS = 3
"""Shared events below which there is no interval across events."""
ORIGINS = frozenset({"paraphrase", "invented", "reprint"})
"""Kinds that say where a text comes from; any other kind is a genre, such as news, opinion or aggregation."""
_PAIR = ["outlet_a", "outlet_b", *KEYS]
PAIRS = [
    *(*_PAIR, "difference", "low", "high", "n_events", "articles_a", "articles_b", "n_a", "n_b"),
    *("between_events", "p", "q", "detected", *CORRECTED, "finding"),
]
"""Columns of `Profiles.pairs`."""


@dataclass(frozen=True)
class Profiles:
    """`pairs`: one row a pair of outlets and number, `difference` the mean within shared events, `between_events` the
    standard deviation of the events' true differences. `blocks`: the same in each event (and genre)."""

    pairs: pd.DataFrame
    blocks: pd.DataFrame
    genres: pd.DataFrame
    """Articles on shared events by `outlet` and `genre`."""
    notes: tuple[str, ...]
    counted: Mapping[str, Counted]

    def findings(self, view: View) -> list[str]:
        """The differences that hold in a view (voices always), largest first, then how many do not."""
        rows = self.pairs[(self.pairs["view"] == view) | (self.pairs["head"] == VOICE.name)]
        tested = rows[rows["p"].notna()]
        found = tested[tested["detected"].astype(bool)].sort_values("difference", key=abs, ascending=False)
        others = len(tested) - len(found)
        where = f"the other {others}" if len(found) else others
        last = [f"No difference we could detect in {where} of {len(tested)} comparisons."] if len(tested) else []
        return [*found["finding"], *last]

    def behind(self, outlet: str, other: str, head: str, label: str, view: View) -> pd.DataFrame:
        """The sentences of one outlet, on events shared with the other, that a number counts; with `article_id`,
        `index` and `weight`. Raises InputError for a number that is not there."""
        if head not in self.counted or label not in self.counted[head].labels:
            raise InputError(f"There is no number {head}.{label}. Heads: {', '.join(self.counted)}.")
        part = self.counted[head]
        weight = part.x[:, part.labels.index(label)] * part.weights(view if view in part.views else "both")
        mine = self.blocks[self.blocks[["outlet_a", "outlet_b"]].isin([outlet, other]).all(axis=1)]
        kept = (weight != 0) & (part.rows["outlet"] == outlet) & part.rows["event_id"].isin(mine["event_id"])
        rows: pd.DataFrame = part.rows[kept].assign(weight=weight[kept]).reset_index(drop=True)
        return rows


@dataclass(frozen=True)
class _Block:
    event_id: str
    genre: str
    a: Bools
    b: Bools


def profile_frames(sentences: pd.DataFrame, articles: pd.DataFrame, heads: Sequence[HeadInfo]) -> Profiles:
    """Profiles of all outlets of a corpus; frames as `Corpus` gives them. Stance is left out: its actors are those of
    single events. Raises InputError where no event has two outlets."""
    shared = articles.groupby("event_id")["outlet"].transform("nunique") > 1
    articles = articles[shared].reset_index(drop=True)
    if articles.empty:
        raise InputError("No event has articles of two outlets. Find events with:  framing events CORPUS --group")
    body = sentences[(sentences["index"] > 0) & sentences["article_id"].isin(articles["article_id"])]
    known = [
        head
        for head in heads
        if head.level == "sentence" and (head.name == VOICE.name or set(head.columns) <= set(body))
    ]
    counted = [part for part in (count_sentences(head, body) for head in known) if len(part.rows)]
    table = tally(counted, list(articles["article_id"]))
    infos = {part.head.name: part.head for part in counted}
    plan, tested = Plan.of(table, infos), informative(infos.values())
    keys = table.keys
    telling = np.array([pair in tested for pair in zip(keys["head"], keys["label"], strict=True)], dtype=np.bool_)
    family = np.asarray(keys.groupby("view", sort=False).ngroup(), dtype=np.int64)
    articles = articles.assign(genre=genres(articles["kind"]))
    pairs, blocks = [], []
    for a, b in combinations(sorted(articles["outlet"].unique(), key=str.casefold), 2):
        found = list(_blocks(articles, a, b))
        if found:
            row, each = _pair(table, found, plan, telling, family)
            pairs.append(row.assign(outlet_a=a, outlet_b=b))
            blocks.append(each.assign(outlet_a=a, outlet_b=b))
    rows = _judged(pd.concat(pairs, ignore_index=True))
    by_genre = articles[articles["genre"] != ""].groupby(["outlet", "genre"]).size().reset_index(name="n_articles")
    parts = {part.head.name: part for part in counted}
    return Profiles(rows, pd.concat(blocks, ignore_index=True), by_genre, tuple(_notes(rows, by_genre)), parts)


def profile_corpus(corpus: Corpus, heads: Sequence[HeadBase]) -> Profiles:
    """Profiles of a corpus' outlets by these heads, as they are installed now."""
    stale = {head.name for head in outdated(corpus, heads)}
    infos = infos_of([head for head in heads if head.level == "sentence" and head.name not in stale])
    there = set(corpus.versions())
    scores = [column for head in infos if head.name in there and head.name != VOICE.name for column in head.columns]
    sentences = corpus.sentences(None, ["article_id", "outlet", "event_id", "index", "voice", *scores])
    articles = corpus.articles(None, ["article_id", "outlet", "event_id", "event", "kind"])
    return profile_frames(sentences, articles[articles["event_id"].notna()], infos)


def genres(kinds: pd.Series) -> pd.Series:
    """The genre of each article, empty where its kind tells none."""
    return kinds.where(kinds.notna() & ~kinds.isin(ORIGINS), "").astype(str)


def _blocks(articles: pd.DataFrame, a: str, b: str) -> Iterator[_Block]:
    """Events that both outlets covered; split by genre where both wrote in several."""
    mine = articles[articles["outlet"].isin([a, b])]
    several = mine[mine["genre"] != ""].groupby("outlet")["genre"].nunique()
    by = ["event_id", "genre"] if (several.reindex([a, b], fill_value=0) > 1).all() else ["event_id"]
    for key, part in mine.groupby(by, sort=False):
        if part["outlet"].nunique() == 2:
            at = {outlet: np.isin(articles.index, part.index[part["outlet"] == outlet]) for outlet in (a, b)}
            yield _Block(str(key[0]), str(key[1]) if len(by) > 1 else "", at[a], at[b])


def _pair(
    table: Tally, blocks: Sequence[_Block], plan: Plan, telling: Bools, family: Ints
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The numbers of one pair of outlets over its blocks, and in each block."""
    values, totals, articles, weights, raw, spread = differing(table, blocks, telling, family)
    both = np.asarray((articles > 0).all(axis=0), dtype=np.bool_)
    stand_in = [_as_one(values[i], totals[i], weights, table.sums.signed) for i in (0, 1)]
    a, b = (plan.outlet(side) for side in stand_in)
    ends = plan.difference(a, b, raw, table.sums.signed)
    fits = np.isfinite(plan.share(a, stand_in[0], a.value, a.value).value)
    fits &= np.isfinite(plan.share(b, stand_in[1], b.value, b.value).value)
    ends = Ends(*(np.where(fits, end, np.nan) for end in (ends.value, ends.low, ends.high)))
    numbers = {"difference": raw.value, "low": raw.low, "high": raw.high, "p": np.where(telling, raw.p, np.nan)}
    sizes = {"n_events": both.sum(axis=0), "between_events": spread}
    for i, (side, rows) in enumerate((("a", [block.a for block in blocks]), ("b", [block.b for block in blocks]))):
        counts = np.stack([table.counts[mine].sum(axis=0) for mine in rows])
        sizes[f"articles_{side}"] = (articles[i] * both).sum(axis=0).astype(int)
        sizes[f"n_{side}"] = (counts * both).sum(axis=0)
    how = np.where(np.isnan(ends.value), "none", "published")
    corrected = dict(zip(CORRECTED, (ends.value, ends.low, ends.high, how), strict=True))
    each = [
        table.keys.assign(event_id=block.event_id, genre=block.genre, difference=values[0, e] - values[1, e],
                          articles_a=articles[0, e].astype(int), articles_b=articles[1, e].astype(int))[both[e]]
        for e, block in enumerate(blocks)
    ]  # fmt: skip
    row = table.keys.assign(**numbers, **sizes, **corrected)
    shared = np.flatnonzero(both.any(axis=0))
    return row.iloc[shared], pd.concat(each, ignore_index=True)


def differing(
    table: Tally, blocks: Sequence[_Block], telling: Bools, family: Ints
) -> tuple[Floats, Floats, Floats, Floats, Differences, Floats]:
    """What the blocks of a pair hold, (2, blocks, columns) values, totals and articles, and the blocks' weights; their
    mean difference, and how much the true ones vary."""
    sides = [[table.sums.rows(block.a) for block in blocks], [table.sums.rows(block.b) for block in blocks]]
    values, totals, articles = (
        np.stack([np.stack([np.asarray(getattr(s, name), dtype=np.float64) for s in side]) for side in sides])
        for name in ("value", "total", "articles")
    )  # (2, blocks, columns) each
    both = np.asarray((articles > 0).all(axis=0), dtype=np.bool_)
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = np.where(both, articles[0] * articles[1] / articles.sum(axis=0), 0.0)
    raw, spread = combine(values, totals, weights, table.sums.signed, telling, family, _squares(sides, both))
    return values, totals, articles, weights, raw, spread


def _squares(sides: Sequence[Sequence[ArticleSums]], both: Bools) -> Floats:
    """(columns,) spread of single sentences, pooled over outlets and blocks, one hit and one miss added."""
    hits, squares, weights = (
        np.sum([getattr(s, name).sum(axis=0) * both[e] for side in sides for e, s in enumerate(side)], axis=0)
        for name in ("hits", "squares", "weights")
    )
    total = weights + 2
    mean = (hits + np.where(sides[0][0].signed, 0.0, 1.0)) / total
    return np.asarray((squares + 1) / total - mean**2)


def _as_one(values: Floats, totals: Floats, weights: Floats, signed: Bools) -> ArticleSums:
    """An outlet's weighted mean shares as if they were one article of all its sentences: what a correction needs."""
    with np.errstate(invalid="ignore"):
        share = (weights * np.nan_to_num(values)).sum(axis=0) / weights.sum(axis=0)
    total = (totals * (weights > 0)).sum(axis=0)[None]
    return ArticleSums(share[None] * total, share[None] ** 2 * total, total, signed)


def combine(
    values: Floats, totals: Floats, weights: Floats, signed: Bools, telling: Bools, family: Ints, spread: Floats
) -> tuple[Differences, Floats]:
    """The weighted mean of the blocks' differences with interval and p, and the standard deviation of the true ones
    (DerSimonian & Laird 1986). `values`, `totals` are (2, blocks, columns), `weights` (blocks, columns)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(weights > 0, values[0] - values[1], 0.0)
        chance = np.where(weights > 0, spread / totals[0] + spread / totals[1], 0.0)
        whole = weights.sum(axis=0)
        mean = (weights * each).sum(axis=0) / whole
        equal = whole**2 / (weights**2).sum(axis=0)
        variance = (weights**2 * (each - mean) ** 2).sum(axis=0) / whole**2 * equal / (equal - 1)
        base = (weights**2 * chance).sum(axis=0) / whole**2
        own = np.where((weights > 0).sum(axis=0) >= MIN_EVENTS, equal - 1, np.nan)
        total = (totals * (weights > 0)).sum(axis=(0, 1))
        variance, freedom = moderate(variance, base, own, family, telling & (spread * total / 2 >= MIN_COUNTED))
        half = special.stdtrit(freedom, (1 + LEVEL) / 2) * np.sqrt(variance)
        p = 2 * special.stdtr(freedom, -np.abs(mean) / np.sqrt(variance))
    bound = np.where(signed, 2.0, 1.0)
    parts = np.stack([variance / 2, variance / 2]), np.stack([freedom, freedom])
    ends = np.maximum(mean - half, -bound), np.minimum(mean + half, bound)
    return Differences(mean, *ends, p, half, np.full_like(mean, np.nan), *parts), _between(each, chance, weights > 0)


def _between(each: Floats, chance: Floats, there: Bools) -> Floats:
    """Standard deviation of the events' true differences beyond what single sentences explain."""
    with np.errstate(invalid="ignore", divide="ignore"):
        w = np.where(there, 1 / chance, 0.0)
        mean = (w * each).sum(axis=0) / w.sum(axis=0)
        q = (w * (each - mean) ** 2).sum(axis=0)
        tau = (q - (there.sum(axis=0) - 1)) / (w.sum(axis=0) - (w**2).sum(axis=0) / w.sum(axis=0))
    return np.where(there.sum(axis=0) >= MIN_EVENTS, np.sqrt(np.maximum(tau, 0)), np.nan)


def _judged(rows: pd.DataFrame) -> pd.DataFrame:
    rows["q"] = adjust(rows["p"], rows["view"])
    rows["detected"] = (rows["q"] <= FALSE_DISCOVERIES) & ~denied(rows)
    rows["actor"] = ""
    rows["finding"] = [_finding(row) for row in rows.to_dict("records")]
    return rows[PAIRS].sort_values(["outlet_a", "outlet_b"], kind="stable").reset_index(drop=True)


def _finding(row: Row) -> str:
    events = count(row["n_events"], "shared event")
    if pd.isna(row["p"]):
        return ""
    if row["detected"]:
        return holds(row, f" on these {events}")
    n = f"{row['articles_a']} and {row['articles_b']} articles"
    return f"{named(row)}: no difference we could detect on these {events} ({between(row)}; {n})."


def _notes(rows: pd.DataFrame, by_genre: pd.DataFrame) -> Iterator[str]:
    few = rows.groupby(["outlet_a", "outlet_b"], sort=False)["n_events"].max()
    few = few[few < MIN_EVENTS]
    if len(few):
        first = few.head(5).reset_index()
        named_ = [f"{a} and {b} ({n})" for a, b, n in first.itertuples(index=False)]
        more = f", and {len(few) - 5} more pairs" if len(few) > 5 else ""
        yield (
            f"Fewer than {MIN_EVENTS} shared events, so no interval across events: {', '.join(named_)}{more}. Compare "
            "them event by event:  framing compare"
        )
    for outlet, part in by_genre.groupby("outlet"):
        told = ", ".join(f"{n} {genre}" for genre, n in zip(part["genre"], part["n_articles"], strict=True))
        yield f"{outlet}: {told}. A difference of genre is not one of framing."
    yield (
        "Only events that both outlets cover are compared, each with itself: topics cannot pose as framing. Of the "
        "differences claimed in one view at most 5% are expected to be false (Benjamini–Hochberg over all pairs)."
    )
