"""Comparison of the outlets of one event: shares, balances and their differences, each with n, an interval, and the
sentences behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from framing import uncertainty, verdicts
from framing.actors import ACTORS_VERSION, merge_event
from framing.copies import find_copies
from framing.corpus import Corpus
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

FALSE_DISCOVERIES = 0.05
"""Share of false claims among the claimed differences of one event and view that is put up with."""


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


def compare(corpus: Corpus, event: str, heads: Mapping[str, HeadBase] | None = None, once: bool = False) -> Comparison:
    """The comparison of one event, by its id or name; `heads` are the shipped ones and those in the folder `heads`
    beside the corpus unless given. With `once`, sentences copied from another article count there alone. Raises
    InputError for an unknown event."""
    event_id = corpus.find_event(event)
    sentences, mentions, infos = read_scored(corpus, heads_for(corpus) if heads is None else heads, event_id)
    articles = corpus.articles(event_id)
    copies = find_copies(sentences, articles)
    if once:
        sentences, mentions = copies.without(sentences), copies.without(mentions)
    compared = compare_frames(sentences, mentions, articles, infos)
    note = copies.note(once)
    return replace(compared, notes=(*compared.notes, note)) if note else compared


def read_scored(
    corpus: Corpus, heads: Mapping[str, HeadBase], event_id: str | None
) -> tuple[pd.DataFrame, pd.DataFrame, list[HeadInfo]]:
    """Sentences, mentions with the column `actor`, and the heads, of one event or (None) of the whole corpus; scores of
    another version of a head than the one given are emptied."""
    loaded = list(heads.values())
    infos = [HeadInfo.of(head) for head in loaded]
    infos.append(replace(VOICE, tiers=card_of(shipped("models") / VOICE.name).tiers))
    sentences, mentions = corpus.sentences(event_id), corpus.mentions(event_id)
    groups = [mentions] if event_id else [rows for _, rows in mentions.groupby("event_id", dropna=False, sort=False)]
    mentions = pd.concat([merge_event(rows) for rows in groups]) if groups else merge_event(mentions)
    for head in _outdated(corpus, loaded):
        # Thresholds of one version say nothing about probabilities of another.
        frame = sentences if head.level == "sentence" else mentions
        frame[[f"{head.name}.{label}" for label in head.labels]] = np.nan
    return sentences, mentions, infos


def heads_for(corpus: Corpus, own: Path | None = None) -> dict[str, Head | TextHead]:
    """The shipped heads and a user's own: those in `own`, or else in the folder `heads` beside the corpus."""
    folder = own or own_heads_folder(corpus.path)
    return load_heads(None, *([folder] if folder else []))


def _outdated(corpus: Corpus, heads: Sequence[HeadBase]) -> list[HeadBase]:
    """The heads of which the corpus holds scores of another version."""
    stored = corpus.versions()
    now = {head.name: f"{head.version}-{ACTORS_VERSION}" if head.level == "mention" else head.version for head in heads}
    return [head for head in heads if head.name in stored and stored[head.name] != now[head.name]]


def compare_frames(
    sentences: pd.DataFrame, mentions: pd.DataFrame, articles: pd.DataFrame, heads: Sequence[HeadInfo]
) -> Comparison:
    """The comparison of the articles given, all of one event; frames as `Corpus` gives them, `mentions` with the column
    `actor`.

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
    shares = _shares(table, outlet_of, outlets).assign(event_id=event_id)
    comparison = Comparison(
        event_id,
        event,
        shares[["event_id", "outlet", *KEYS, "value", "low", "high", "n_sentences", "n_articles"]],
        _differences(table, outlet_of, outlets, informative(part.head for part in counted)),
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


def _shares(table: Tally, outlet_of: np.ndarray, outlets: Sequence[str]) -> pd.DataFrame:
    """One row an outlet and number; an actor whom the outlet never names has none."""
    parts = []
    for outlet in outlets:
        mine = outlet_of == outlet
        sums = table.sums.rows(mine)
        low, high = uncertainty.intervals(sums)
        numbers = {"value": sums.value, "low": low, "high": high}
        counts = {"n_sentences": table.counts[mine].sum(axis=0), "n_articles": sums.articles}
        part = table.keys.assign(outlet=outlet, **numbers, **counts)
        parts.append(part[(part["n_sentences"] > 0) | (part["actor"] == "")])
    return _sorted(pd.concat(parts, ignore_index=True), ["outlet"])


def _differences(
    table: Tally, outlet_of: np.ndarray, outlets: Sequence[str], tested: set[tuple[str, str]]
) -> pd.DataFrame:
    """One row a pair of outlets and number that both have; p, q (Benjamini–Hochberg) and whether it is detected for
    those `tested`, (head, label)."""
    keys, parts = table.keys, []
    # Stance apart: how many actors there are is the text's doing, and must not decide what can be said of frames.
    family = np.asarray(keys.groupby(["view", keys["actor"] != ""], sort=False).ngroup(), dtype=np.int64)
    telling = np.array([pair in tested for pair in zip(keys["head"], keys["label"], strict=True)], dtype=np.bool_)
    for a, b in combinations(outlets, 2):
        sums_a, sums_b = (table.sums.rows(outlet_of == outlet) for outlet in (a, b))
        found = uncertainty.differences(sums_a, sums_b, family, telling)
        n_a, n_b = (table.counts[outlet_of == outlet].sum(axis=0) for outlet in (a, b))
        p = np.where(telling, found.p, np.nan)
        part = keys.assign(outlet_a=a, outlet_b=b, difference=found.value, low=found.low, high=found.high, p=p)
        part = part.assign(n_a=n_a, n_b=n_b, articles_a=sums_a.articles, articles_b=sums_b.articles)
        parts.append(part[(part["n_a"] > 0) & (part["n_b"] > 0)])
    columns = [
        "outlet_a",
        "outlet_b",
        *KEYS,
        "difference",
        "low",
        "high",
        "n_a",
        "n_b",
        "articles_a",
        "articles_b",
        "p",
        "q",
        "detected",
    ]
    if not parts:
        return pd.DataFrame(columns=columns)
    rows = _sorted(pd.concat(parts, ignore_index=True), ["outlet_a", "outlet_b"])
    few = (rows["actor"] != "") & (rows[["n_a", "n_b"]].min(axis=1) < MIN_STANCE_SENTENCES)
    rows.loc[few, ["low", "high", "p"]] = np.nan
    rows["q"] = uncertainty.adjust(rows["p"], [rows["view"], rows["actor"] != ""])
    rows["detected"] = rows["q"] <= FALSE_DISCOVERIES
    return rows[columns]


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
