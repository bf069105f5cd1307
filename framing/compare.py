"""Comparison of the outlets of one event: shares, balances and their differences, each with n, an interval, and the
sentences behind it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from framing import audited, sides, verdicts
from framing.actors import ACTORS_VERSION, merge_event
from framing.audit import answers, read
from framing.cells import cells
from framing.confusion import published
from framing.copies import Copies, find_copies
from framing.corpus import Corpus
from framing.errors import InputError
from framing.heads import Head, HeadBase
from framing.labels import BALANCE, SIGNED, head_order
from framing.registry import card_of, load_heads, own_heads_folder
from framing.resources import shipped
from framing.schema import VIEWS, View
from framing.tables import Format, format_comparison
from framing.tally import (
    KEYS,
    VOICE,
    Counted,
    HeadInfo,
    count_mentions,
    count_sentences,
    tally,
    tiers,
)
from framing.text_heads import TextHead

__all__ = ["Comparison", "Format", "HeadInfo", "compare", "compare_frames", "format_comparison"]


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
    copies: Copies | None = None
    """Body sentences that are copies of another article's; None where nobody looked."""
    left_out: pd.DataFrame | None = None
    """Those of them that do not count here, where the reader asked to count copies once; None where all count."""

    @property
    def outlets(self) -> list[str]:
        """The outlets in the order in which they are shown."""
        return sorted(set(self.articles["outlet"]), key=str.casefold)

    @property
    def tiers(self) -> dict[tuple[str, str], str]:
        """Reliability tier by (head, label); a balance is as weak as the weaker of its two labels."""
        return tiers([*self.heads.values(), self.voice])

    @property
    def n_copied(self) -> int:
        """Body sentences that are copies of another article's."""
        return len(self.copies.sentences) if self.copies else 0

    def copies_among(self, outlets: Collection[str]) -> Copies:
        """The copies in `sentences` of some outlets, whose articles alone are looked at."""
        if self.copies and not self.once and set(self.outlets) <= set(outlets):
            return self.copies
        rows = self.sentences[self.sentences["outlet"].isin(outlets)]
        return find_copies(rows, rows)

    @property
    def once(self) -> bool:
        """Whether copied sentences count only where they came first."""
        return self.left_out is not None

    @property
    def every_sentence(self) -> pd.DataFrame:
        """`sentences` and those left out, article by article: what there is to read."""
        if self.left_out is None or self.left_out.empty:
            return self.sentences
        return pd.concat([self.sentences, self.left_out]).sort_values(["article_id", "index"], kind="stable")

    def behind(
        self, outlets: str | Collection[str], head: str, label: str, view: View, actor: str | None = None
    ) -> pd.DataFrame:
        """The sentences counted by one number of an outlet, or of several, in reading order: the columns of
        `sentences`, `probability`, and `weight`, which sums to the number's numerator (so it is negative for the second
        side of a balance); for stance also `actor` and `surface`.

        Raises InputError where the event has no such number."""
        counted = self._counted(head, {outlets} if isinstance(outlets, str) else set(outlets))
        if label not in counted.labels or view not in VIEWS:
            known = ", ".join(counted.labels)
            raise InputError(f"There is no number {head}.{label} in the view {view!r}. Labels of {head}: {known}.")
        column = counted.labels.index(label)
        weight = counted.x[:, column] * counted.weights(view if view in counted.views else "both")
        kept = (weight != 0) & self._on(actor, counted)
        told = {"weight": weight[kept], "probability": _probability(counted, label).to_numpy()[kept]}
        if counted.head.level == "mention":
            rows = self._with_text(counted.rows[kept].assign(**told), counted.head)
        else:
            rows = self.sentences.iloc[counted.rows["at"].to_numpy()[kept]].assign(actor="", **told)
        names = {article: i for i, article in enumerate(cells(self.articles["article_id"]))}
        place = np.array([names[article] for article in cells(rows["article_id"])], dtype=np.int64)
        ordered: pd.DataFrame = rows.iloc[np.lexsort((rows["index"].to_numpy(), place))].reset_index(drop=True)
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

    def _counted(self, head: str, outlets: Collection[str]) -> Counted:
        """The head's decisions in these outlets' articles; for one on sentences `at` is their place in `sentences`."""
        known = {VOICE.name: self.voice, **self.heads}
        if head not in known:
            raise InputError(f"Event {self.event!r} has no scores of a head {head!r}. It has: {', '.join(known)}.")
        info = known[head]
        frame = self.mentions if info.level == "mention" else self.sentences
        needed = [
            "article_id",
            "outlet",
            "index",
            "voice",
            *info.columns,
            *(["actor"] if frame is self.mentions else []),
        ]
        narrow = frame[[name for name in needed if name in frame]].assign(at=np.arange(len(frame)))
        narrow = narrow[np.array([outlet in outlets for outlet in cells(frame["outlet"])], dtype=np.bool_)]
        if info.level == "mention":
            return count_mentions(info, narrow)
        return count_sentences(info, narrow[narrow["index"] > 0])

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
    audits = {info.name: read(corpus, info, event_id) for info in infos}
    told = {name: answers(audit) for name, audit in audits.items() if audit}
    copies = find_copies(sentences, articles)
    left_out = None
    if once:
        counted = copies.without(sentences)
        left_out = sentences.drop(counted.index)
        sentences, mentions = counted, copies.without(mentions)
    compared = compare_frames(sentences, mentions, articles, infos, told)
    note = copies.note(once)
    notes = (*compared.notes, note) if note else compared.notes
    return replace(compared, notes=notes, copies=copies, left_out=left_out)


def read_scored(
    corpus: Corpus, heads: Mapping[str, HeadBase], event_id: str
) -> tuple[pd.DataFrame, pd.DataFrame, list[HeadInfo]]:
    """Sentences, mentions with the column `actor`, and the heads, of one event; scores of another version of a head
    than the one given are emptied."""
    loaded = list(heads.values())
    sentences, mentions = corpus.sentences(event_id), merge_event(corpus.mentions(event_id))
    for head in outdated(corpus, loaded):
        # Thresholds of one version say nothing about probabilities of another.
        frame = sentences if head.level == "sentence" else mentions
        frame[[f"{head.name}.{label}" for label in head.labels]] = np.nan
    return sentences, mentions, infos_of(loaded)


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
    both = sides.Sides.of(table, outlet_of, outlets, {part.head.name: part.head for part in counted}, by_audit)
    shares = sides.shares(both).assign(event_id=event_id)
    comparison = Comparison(
        event_id,
        event,
        shares[["event_id", "outlet", *KEYS, "value", "low", "high", "n_sentences", "n_articles", *sides.CORRECTED]],
        sides.differences(both),
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
