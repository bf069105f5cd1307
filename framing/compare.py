"""Comparison of the outlets of one event: shares, balances and their differences, each with n, an interval, and the
sentences behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from framing import audited, power, uncertainty, verdicts
from framing.actors import ACTORS_VERSION, merge_event
from framing.audit import answers, read
from framing.audited import Audited
from framing.confusion import published
from framing.corpus import Corpus
from framing.correction import Ends, Outlet, Plan
from framing.errors import InputError
from framing.heads import Head, HeadBase
from framing.labels import BALANCE, SIGNED, head_order, order
from framing.registry import card_of, load_heads, own_heads_folder
from framing.resources import shipped
from framing.schema import VIEWS, View
from framing.tables import Format, format_comparison
from framing.tally import (
    KEYS,
    MIN_STANCE_SENTENCES,
    VOICE,
    Counted,
    HeadInfo,
    Tally,
    count_mentions,
    count_sentences,
    informative,
    tally,
    tiers,
)
from framing.text_heads import TextHead

__all__ = ["Comparison", "Format", "HeadInfo", "compare", "compare_frames", "format_comparison"]

CORRECTED = ["corrected", "corrected_low", "corrected_high", "correction"]
DIFFERENCES = [
    *("outlet_a", "outlet_b", *KEYS, "difference", "low", "high", "n_a", "n_b", "articles_a", "articles_b"),
    *("p", "q", "detected", *CORRECTED, "sought", "more_articles"),
]
"""Columns of `Comparison.differences`, but for `finding`."""


@dataclass(frozen=True)
class Comparison:
    """One event's outlets side by side. The frames' columns are described in docs/design.md."""

    event_id: str
    event: str
    shares: pd.DataFrame
    differences: pd.DataFrame
    notes: tuple[str, ...]
    sentences: pd.DataFrame
    mentions: pd.DataFrame
    articles: pd.DataFrame
    heads: Mapping[str, HeadInfo]
    voice: HeadInfo = VOICE

    @property
    def outlets(self) -> list[str]:
        """The outlets in the order in which they are shown."""
        return sorted(set(self.articles["outlet"]), key=str.casefold)

    @property
    def tiers(self) -> dict[tuple[str, str], str]:
        """Reliability tier by (head, label); a balance is as weak as the weaker of its two labels."""
        return tiers([*self.heads.values(), self.voice])

    def behind(self, outlet: str, head: str, label: str, view: View, actor: str | None = None) -> pd.DataFrame:
        """The sentences counted by one number, in reading order: the columns of `sentences`, `probability`, and
        `weight`, which sums to the number's numerator (so it is negative for the second side of a balance); for stance
        also `actor` and `surface`.

        Raises InputError where the event has no such number."""
        counted = self._counted(head, outlet)
        if label not in counted.labels or view not in VIEWS:
            known = ", ".join(counted.labels)
            raise InputError(f"There is no number {head}.{label} in the view {view!r}. Labels of {head}: {known}.")
        column = counted.labels.index(label)
        weight = counted.x[:, column] * counted.weights(view if view in counted.views else "both")
        kept = (weight != 0) & self._on(actor, counted)
        rows = counted.rows[kept].assign(weight=weight[kept], probability=_probability(counted, label)[kept])
        if counted.head.level == "mention":
            rows = self._with_text(rows, counted.head)
        names = {article: i for i, article in enumerate(self.articles["article_id"])}
        rows["place"] = rows["article_id"].map(names)
        ordered: pd.DataFrame = rows.sort_values(["place", "index"]).drop(columns="place").reset_index(drop=True)
        return ordered

    def _on(self, actor: str | None, counted: Counted) -> np.ndarray:
        """(rows,) whether a row is on the actor; without one, all are."""
        if not actor:
            return np.ones(len(counted.rows), dtype=bool)
        known = self.shares["actor"].unique()
        if actor not in known:
            named = ", ".join(sorted(name for name in known if name)[:20])
            raise InputError(f"No article of {self.event!r} names an actor {actor!r}. Named are: {named}.")
        return (counted.rows["actor"] == actor).to_numpy()

    def _counted(self, head: str, outlet: str) -> Counted:
        known = {VOICE.name: self.voice, **self.heads}
        if head not in known:
            raise InputError(f"Event {self.event!r} has no scores of a head {head!r}. It has: {', '.join(known)}.")
        info = known[head]
        if info.level == "mention":
            return count_mentions(info, self.mentions[self.mentions["outlet"] == outlet])
        return count_sentences(
            info, self.sentences[(self.sentences["outlet"] == outlet) & (self.sentences["index"] > 0)]
        )

    def _with_text(self, rows: pd.DataFrame, head: HeadInfo) -> pd.DataFrame:
        """Stance rows with their sentence and the words that name the actor."""
        place = ["article_id", "index"]
        near = self.mentions[
            self.mentions["article_id"].isin(rows["article_id"]) & self.mentions["actor"].isin(rows["actor"])
        ]
        named = near.groupby([*place, "actor"], sort=False)["surface"].agg(", ".join).reset_index()
        own = rows[[*place, "actor", "weight", "probability", *head.columns]]
        merged: pd.DataFrame = self.sentences.merge(own, on=place).merge(named, on=[*place, "actor"])
        return merged

    def findings(self, view: View, head: str | None = None) -> list[str]:
        """Plain sentences on the differences that hold in one view (voices always), largest first; labels of weak heads
        left out."""
        return verdicts.findings(self, view, head)


def compare(corpus: Corpus, event: str, heads: Mapping[str, HeadBase] | None = None) -> Comparison:
    """The comparison of one event, by its id or name; `heads` are the shipped ones and those in the folder `heads`
    beside the corpus unless given. Raises InputError for an unknown event."""
    event_id = corpus.find_event(event)
    loaded = list((heads_for(corpus) if heads is None else heads).values())
    infos = infos_of(loaded)
    sentences, mentions = corpus.sentences(event_id), merge_event(corpus.mentions(event_id))
    for head in outdated(corpus, loaded):
        # Thresholds of one version say nothing about probabilities of another.
        frame = sentences if head.level == "sentence" else mentions
        frame[[f"{head.name}.{label}" for label in head.labels]] = np.nan
    audits = {info.name: read(corpus, info, event_id) for info in infos}
    told = {name: answers(audit) for name, audit in audits.items() if audit}
    return compare_frames(sentences, mentions, corpus.articles(event_id), infos, told)


def infos_of(heads: Sequence[HeadBase]) -> list[HeadInfo]:
    """What counting needs of the heads, voice among them."""
    card = card_of(shipped("models") / VOICE.name)
    errors = published(card.metrics, VOICE.kind, VOICE.labels)
    return [*map(HeadInfo.of, heads), replace(VOICE, tiers=card.tiers, errors=errors)]


def heads_for(corpus: Corpus, own: Path | None = None) -> dict[str, Head | TextHead]:
    """The shipped heads and a user's own: those in `own`, or else in the folder `heads` beside the corpus."""
    folder = own or own_heads_folder(corpus.path)
    return load_heads(None, *([folder] if folder else []))


def outdated(corpus: Corpus, heads: Sequence[HeadBase]) -> list[HeadBase]:
    """The heads of which the corpus holds scores of another version."""
    stored = corpus.versions()
    now = {head.name: f"{head.version}-{ACTORS_VERSION}" if head.level == "mention" else head.version for head in heads}
    return [head for head in heads if head.name in stored and stored[head.name] != now[head.name]]


def compare_frames(
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    articles: pd.DataFrame,
    heads: Sequence[HeadInfo],
    told: Mapping[str, pd.DataFrame] | None = None,
) -> Comparison:
    """The comparison of the articles given, all of one event; frames as `Corpus` gives them, `mentions` with the column
    `actor`; `told` by head are a person's labels (see `audit.answers`).

    Heads whose columns are missing or empty are left out, and a note says so. Raises InputError where there is no
    article."""
    # Measured for 4 outlets of 30 articles (2,520 sentences, 4,800 mentions of 40 actors, five heads, 1,970
    # differences): 0.42 s on one core of two that were busy; a sixth of it is statistics.
    if articles.empty:
        raise InputError("There is no article to compare. List the corpus' events and choose one that has articles.")
    body = sentences[sentences["index"] > 0]
    by_name = {head.name: head for head in heads}
    voice = by_name.pop(VOICE.name, VOICE)
    counted = [count_sentences(voice, body)]
    for name in head_order(list(by_name)):
        head, rows = by_name[name], mentions if by_name[name].level == "mention" else body
        if set(head.columns) <= set(rows.columns):
            counted.append((count_mentions if head.level == "mention" else count_sentences)(head, rows))
    counted = [part for part in counted if len(part.rows)]
    table = tally(counted, list(articles["article_id"]))
    outlet_of = articles["outlet"].to_numpy()
    outlets = sorted(set(outlet_of), key=str.casefold)
    event_id, event = (str(articles[column].iloc[0]) if column in articles else "" for column in ("event_id", "event"))
    by_audit = audited.audited(table, counted, told or {})
    sides = Sides.of(table, outlet_of, outlets, {part.head.name: part.head for part in counted}, by_audit)
    shares = _shares(sides).assign(event_id=event_id)
    comparison = Comparison(
        event_id,
        event,
        shares[["event_id", "outlet", *KEYS, "value", "low", "high", "n_sentences", "n_articles", *CORRECTED]],
        _differences(sides),
        (),
        sentences,
        mentions,
        articles,
        {part.head.name: part.head for part in counted if part.head is not voice},
        voice,
    )
    named = bool((mentions["index"] > 0).any())  # stance toward nobody is not missing
    return verdicts.with_words(
        comparison, [head.name for head in by_name.values() if head.level == "sentence" or named]
    )


@dataclass(frozen=True)
class Sides:
    """What the outlets' numbers are made of: which columns are tested (`telling`) and lend each other strength
    (`family`), each outlet's sums, counts, raw interval and correction."""

    keys: pd.DataFrame
    family: np.ndarray
    telling: np.ndarray
    plan: Plan
    sums: Mapping[str, uncertainty.ArticleSums]
    counts: Mapping[str, np.ndarray]
    intervals: Mapping[str, tuple[np.ndarray, np.ndarray]]
    corrected: Mapping[str, Outlet]
    ends: Mapping[str, Ends]
    by_audit: Audited

    @classmethod
    def of(
        cls,
        table: Tally,
        outlet_of: np.ndarray,
        outlets: Sequence[str],
        heads: Mapping[str, HeadInfo],
        by_audit: Audited | None = None,
    ) -> Sides:
        """The sides of a tally; what is tested of the heads lends strength."""
        plan, keys, tested = Plan.of(table, heads), table.keys, informative(heads.values())
        # Stance apart: how many actors there are is the text's doing, and must not decide what can be said of frames.
        family = np.asarray(keys.groupby(["view", keys["actor"] != ""], sort=False).ngroup(), dtype=np.int64)
        sums = {outlet: table.sums.rows(outlet_of == outlet) for outlet in outlets}
        counts = {outlet: table.counts[outlet_of == outlet].sum(axis=0) for outlet in outlets}
        telling = np.array([pair in tested for pair in zip(keys["head"], keys["label"], strict=True)], dtype=np.bool_)
        raw = {outlet: uncertainty.intervals(part, family, telling) for outlet, part in sums.items()}
        corrected = {outlet: plan.outlet(part) for outlet, part in sums.items()}
        ends = {outlet: plan.share(corrected[outlet], part, *raw[outlet]) for outlet, part in sums.items()}
        return cls(keys, family, telling, plan, sums, counts, raw, corrected, ends, by_audit or {})

    def share(self, outlet: str) -> dict[str, np.ndarray]:
        """The columns `CORRECTED` of an outlet: by its audit where that suffices, else as published."""
        return self._better(self.ends[outlet], [outlet])

    def difference(self, a: str, b: str, raw: uncertainty.Differences) -> dict[str, np.ndarray]:
        """The same of a − b: both sides by audit, or both as published, where both could be."""
        found = self.plan.difference(self.corrected[a], self.corrected[b], raw, self.sums[a].signed)
        both = np.isfinite(self.ends[a].value) & np.isfinite(self.ends[b].value)
        ends = Ends(*(np.where(both, end, np.nan) for end in (found.value, found.low, found.high)))
        return self._better(ends, [a, b])

    def _better(self, published: Ends, outlets: Sequence[str]) -> dict[str, np.ndarray]:
        numbers = [published.value, published.low, published.high]
        how = np.where(np.isnan(published.value), "none", "published")
        if all(outlet in self.by_audit for outlet in outlets):
            told = audited.ends([self.by_audit[outlet] for outlet in outlets], self.sums[outlets[0]].signed)
            known = np.isfinite(told.value)
            pairs = zip((told.value, told.low, told.high), numbers, strict=True)
            numbers = [np.where(known, mine, theirs) for mine, theirs in pairs]
            how = np.where(known, "audit", how)
        return dict(zip(CORRECTED, (*numbers, how), strict=True))


def _shares(sides: Sides) -> pd.DataFrame:
    """One row an outlet and number; an actor whom the outlet never names has none."""
    parts = []
    for outlet, sums in sides.sums.items():
        low, high = sides.intervals[outlet]
        numbers = {"value": sums.value, "low": low, "high": high}
        counts = {"n_sentences": sides.counts[outlet], "n_articles": sums.articles}
        part = sides.keys.assign(outlet=outlet, **numbers, **counts, **sides.share(outlet))
        parts.append(part[(part["n_sentences"] > 0) | (part["actor"] == "")])
    return _sorted(pd.concat(parts, ignore_index=True), ["outlet"])


def _differences(sides: Sides) -> pd.DataFrame:
    """One row a pair of outlets and number that both have; p, q (Benjamini–Hochberg) and whether it is detected for
    those that are tested."""
    keys, parts, raws = sides.keys, [], []
    for a, b in combinations(sides.sums, 2):
        sums_a, sums_b = sides.sums[a], sides.sums[b]
        found = uncertainty.differences(sums_a, sums_b, sides.family, sides.telling)
        p = np.where(sides.telling, found.p, np.nan)
        right = sides.difference(a, b, found)
        part = keys.assign(outlet_a=a, outlet_b=b, difference=found.value, low=found.low, high=found.high, p=p)
        part = part.assign(n_a=sides.counts[a], n_b=sides.counts[b], **right)
        part = part.assign(articles_a=sums_a.articles, articles_b=sums_b.articles)
        there = ((part["n_a"] > 0) & (part["n_b"] > 0)).to_numpy()
        parts.append(part[there])
        raws.append(found.columns(there))
    if not parts:
        return pd.DataFrame(columns=DIFFERENCES)
    together = pd.concat(parts, ignore_index=True)
    few = (together["actor"] != "") & (together[["n_a", "n_b"]].min(axis=1) < MIN_STANCE_SENTENCES)
    together.loc[few, ["low", "high", "p", "corrected_low", "corrected_high"]] = np.nan
    together["q"] = uncertainty.adjust(together["p"], [together["view"], together["actor"] != ""])
    together["detected"] = (together["q"] <= uncertainty.FALSE_DISCOVERIES) & ~denied(together)
    together = together.assign(**_articles_to_add(together, uncertainty.Differences.stacked(raws)))
    return _sorted(together, ["outlet_a", "outlet_b"])[DIFFERENCES]


def denied(rows: pd.DataFrame) -> pd.Series:
    """Whether a person's labels do not confirm a difference: corrected by them it might be none. The classifier may read
    one outlet worse than another, and the raw test cannot know: two outlets that were alike, ten articles a side, false
    alarms 6 and 25 %, were called different in half of the runs, with this rule in none; of true differences of 20 and 30
    points it costs a tenth of those found (`benchmarks/validity.py audits`)."""
    might_be_none = ~((rows["corrected_low"] > 0) | (rows["corrected_high"] < 0))
    return (rows["correction"] == "audit") & might_be_none


def _articles_to_add(rows: pd.DataFrame, raw: uncertainty.Differences) -> dict[str, np.ndarray]:
    """For each number tested and not detected: `sought`, the size of difference that articles are counted for, and
    `more_articles` to add on each side."""
    groups = rows["detected"].groupby([rows["view"], rows["actor"] != ""])
    tests = rows["p"].notna().groupby([rows["view"], rows["actor"] != ""]).transform("sum")
    # What Benjamini–Hochberg would ask of one claim more than there are now.
    level = uncertainty.FALSE_DISCOVERIES * (groups.transform("sum") + 1) / tests.clip(lower=1)
    open_ = (rows["q"] > uncertainty.FALSE_DISCOVERIES).to_numpy()
    sought = np.maximum(rows["difference"].abs().to_numpy(), power.SOUGHT)
    articles = rows[["articles_a", "articles_b"]].to_numpy(dtype=np.float64).T
    more = np.full(len(rows), np.nan)
    some = raw.columns(open_)
    more[open_] = power.more_articles(some, articles[:, open_], sought[open_], level.to_numpy()[open_])
    return {"sought": np.where(open_, sought, np.nan), "more_articles": more}


def _sorted(rows: pd.DataFrame, first: list[str]) -> pd.DataFrame:
    """By outlets as they come, then heads and labels as they are shown, actors by how often they are named, views."""
    heads = {head: i for i, head in enumerate(head_order(list(rows["head"].unique())))}
    labels = {pair: i for head in heads for i, pair in enumerate((head, label) for label in order(head))}
    size = rows["n_sentences"] if "n_sentences" in rows else rows["n_a"] + rows["n_b"]
    named = size.where(rows["view"] == "both", 0).groupby(rows["actor"]).sum()
    keys = pd.DataFrame(
        {
            "head": rows["head"].map(heads),
            "named": -rows["actor"].map(named).astype("float64").where(rows["actor"] != "", 0),
            "actor": rows["actor"],
            "label": [labels.get(pair, 99) for pair in zip(rows["head"], rows["label"], strict=True)],
            "view": rows["view"].map({view: i for i, view in enumerate(VIEWS)}),
        }
    )
    for i, column in enumerate(first):
        keys.insert(i, column, pd.factorize(rows[column])[0])
    return rows.loc[keys.sort_values(list(keys.columns), kind="stable").index].reset_index(drop=True)


def _probability(counted: Counted, label: str) -> pd.Series:
    """(rows,) the label's probability; for a balance, that of the side decided for; NaN for voice, which is a rule's
    decision."""
    rows, head = counted.rows, counted.head
    if head.name == VOICE.name:
        return pd.Series(np.nan, rows.index)
    if label != BALANCE:
        return rows[f"{head.name}.{label}"]
    plus, minus = (rows[f"{head.name}.{side}"] for side in SIGNED[head.name])
    return plus.where(counted.x[:, counted.labels.index(BALANCE)] > 0, minus)
