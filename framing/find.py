"""Finding sentences over a whole corpus: what a reader asks for, checked against the corpus, and what fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pandas as pd

from framing.actors import merge_event
from framing.compare import heads_for, infos_of, outdated
from framing.corpus import Corpus
from framing.errors import InputError
from framing.labels import BALANCE, label_name, order
from framing.parts import MENTIONS
from framing.plain import percent
from framing.registry import WEAK
from framing.schema import VIEWS, VOICES, View
from framing.selecting import ORDERS, PARTS, Asked, Decided, Order, Part
from framing.tally import VOICE, VOICE_WEIGHTS, HeadInfo, Row
from framing.terms import re2, terms

PAGE = 25
"""Sentences on a page: what a reader takes in, and what is fetched in a tenth of a second."""
MOST_TAKEN = 10_000
"""Sentences taken away at once: as many are read in a second, and `framing sentences --limit` prints ten times more."""
TAKEN = [
    *("text", "label", "probability", "counted", "actor", "outlet", "article", "published", "url", "event", "voice"),
    *("speaker", "article_id", "index", "event_id"),
]
"""Columns of `found_table`."""
Certainty = Literal["decided", "any", "not"]
CERTAINTIES: Mapping[Certainty, bool | None] = {"decided": True, "any": None, "not": False}


@dataclass(frozen=True)
class Wanted:
    """What a reader asks for; empty fields ask for nothing. `label` is `head.label`, `event` an
    event's id."""

    search: str = ""
    label: str = ""
    certainty: Certainty = "decided"
    low: float = 0.0
    high: float = 1.0
    outlets: tuple[str, ...] = ()
    event: str = ""
    actor: str = ""
    speaker: str = ""
    voices: tuple[str, ...] = ()
    part: Part = "all"
    first: date | None = None
    last: date | None = None
    sort: Order | None = None
    """None: strongest first where there is a label, otherwise the newest."""


@dataclass(frozen=True)
class Number:
    """A label that can be asked for: its head and how reliable it is."""

    head: HeadInfo
    label: str

    @property
    def key(self) -> str:
        """`head.label`."""
        return f"{self.head.name}.{self.label}"

    @property
    def weak(self) -> bool:
        """Whether it is marked wherever it is shown."""
        return self.head.tiers.get(self.label, "unmeasured") in WEAK

    @property
    def threshold(self) -> float:
        """The probability from which a multi-label head says yes."""
        return self.head.thresholds.get(self.label, 0.5)

    def says(self, probability: float, decided: bool) -> str:
        """`Conflict, probability 83% · counted (from 50% on)`, `Calm, probability 41% · not counted, another label is
        likelier`."""
        told = f"{label_name(self.head.name, self.label)}, probability {percent(probability)} · "
        if self.head.kind == "multilabel":
            limit = percent(self.threshold)
            return told + (f"counted (from {limit} on)" if decided else f"not counted (only from {limit} on)")
        return told + ("counted as the likeliest label" if decided else "not counted, another label is likelier")


@dataclass(frozen=True)
class Found:
    """Some of the sentences that fit, how many fit, the label asked for, and the terms searched."""

    rows: pd.DataFrame
    count: int
    number: Number | None
    terms: tuple[str, ...]

    def says(self, row: Row) -> str:
        """What the label asked for says of one of the rows; empty where none is asked for."""
        if self.number is None:
            return ""
        about = f"{row['actor']}: " if isinstance(row["actor"], str) else ""
        weak = " · weak label" if self.number.weak else ""
        return about + self.number.says(float(row["probability"]), bool(row["decided"])) + weak


def numbers(corpus: Corpus) -> dict[str, Number]:
    """The labels that can be asked for, by `head.label`: those of the heads whose present version scored the corpus."""
    loaded = heads_for(corpus)
    stale = {head.name for head in outdated(corpus, list(loaded.values()))}
    stored = corpus.versions()
    heads = [info for info in infos_of(list(loaded.values())) if info.name in stored and info.name not in stale]
    kept = [info for info in heads if info.name != VOICE.name]
    return {number.key: number for info in kept for number in _labels(info)}


def _labels(info: HeadInfo) -> list[Number]:
    ordered = [label for label in order(info.name, info.labels) if label in info.labels]
    return [Number(info, label) for label in ordered]


def voices_of(view: View) -> tuple[str, ...]:
    """The voices that count, wholly or half, in a view of the comparison; none for all sentences."""
    return tuple(VOICE_WEIGHTS[view]) if view in VOICE_WEIGHTS else ()


def view_of(voices: Sequence[str]) -> View:
    """The view of the comparison that counts exactly these voices; `both` where none does."""
    return next((view for view in VIEWS if voices and set(voices) == set(voices_of(view))), "both")


def find(corpus: Corpus, known: Mapping[str, Number], wanted: Wanted, limit: int = PAGE, offset: int = 0) -> Found:
    """The sentences wanted, from `offset` on; `known` are the corpus' `numbers`. Raises InputError for what the corpus
    does not have, and for a search that is too long."""
    placed = places(corpus, known, wanted, limit, offset)
    return replace(placed, rows=corpus.at(placed.rows))


def places(corpus: Corpus, known: Mapping[str, Number], wanted: Wanted, limit: int, offset: int = 0) -> Found:
    """The same with `rows` as `Corpus.at` takes them: where the sentences stand, without reading them."""
    number, voices = _number(known, wanted)
    _check(wanted, voices)
    found = terms(wanted.search)
    asked = Asked(
        outlets=wanted.outlets,
        event_id=wanted.event or None,
        first=wanted.first,
        last=wanted.last,
        voices=voices,
        speaker=wanted.speaker,
        actor=wanted.actor,
        patterns=tuple(pattern for term in found for pattern in re2(term)),
        part=wanted.part,
        decided=_decided(corpus, number, wanted) if number else None,
        order=wanted.sort or ("strongest" if number else "date"),
    )
    on_actors = wanted.actor or (number is not None and number.head.level == "mention")
    names = actors_of(corpus, wanted.event) if wanted.event and on_actors else None
    there = corpus.places(asked, names, limit, offset)
    return Found(there.rows, there.count, number, tuple(found))


def found_table(corpus: Corpus, known: Mapping[str, Number], wanted: Wanted, limit: int = MOST_TAKEN) -> pd.DataFrame:
    """The first `limit` sentences wanted, for another program: columns `TAKEN`, `label` and its `probability` and
    `counted` being those asked for. Raises InputError as `find` does."""
    found = find(corpus, known, wanted, limit)
    articles = corpus.articles(columns=["article_id", "url"])
    urls = articles.set_index("article_id")["url"]
    rows = found.rows.rename(columns={"decided": "counted", "title": "article"})
    label = found.number.key if found.number else None
    return rows.assign(label=label, url=rows["article_id"].map(urls)).reindex(columns=TAKEN)


def actors_of(corpus: Corpus, event_id: str) -> pd.DataFrame:
    """Every actor of an event as its comparison names it: `canonical, type, actor`, the most frequent first.

    Over several events there is no such merging, since one surname may be two people: there a name is that of an
    article."""
    if MENTIONS not in corpus.versions():
        return pd.DataFrame({"canonical": [], "type": [], "actor": []}, dtype=str)
    rows = merge_event(corpus.mentions(event_id, ["canonical", "type"]))
    counted = rows.value_counts(["canonical", "type", "actor"]).reset_index()
    return counted[["canonical", "type", "actor"]].astype(str)


def _number(known: Mapping[str, Number], wanted: Wanted) -> tuple[Number | None, tuple[str, ...]]:
    """The label asked for, and the voices: a label of voice is a voice, which has no probability."""
    if wanted.label in {f"{VOICE.name}.{voice}" for voice in VOICES}:
        return None, (*wanted.voices, wanted.label.partition(".")[2])
    if not wanted.label:
        return None, wanted.voices
    fitting = [key for key in known if wanted.label in (key, key.partition(".")[2])]
    if len(fitting) == 1:
        return known[fitting[0]], wanted.voices
    if len(fitting) > 1:
        raise InputError(f"Several heads have a label {wanted.label!r}. Choose one of: {', '.join(fitting)}.")
    if wanted.label.endswith(f".{BALANCE}"):
        raise InputError("A balance is a difference of two labels. Ask for the sentences of one of them.")
    names = ", ".join([*known, *(f"{VOICE.name}.{voice}" for voice in VOICES)])
    raise InputError(f"This corpus has no scores of a label {wanted.label!r}. It has: {names}.")


def _check(wanted: Wanted, voices: Sequence[str]) -> None:
    for value, allowed, what in (
        *((voice, VOICES, "voice") for voice in voices),
        (wanted.certainty, tuple(CERTAINTIES), "certainty"),
        (wanted.part, PARTS, "part"),
        (wanted.sort or ORDERS[0], ORDERS, "order"),
    ):
        if value not in allowed:
            raise InputError(f"Unknown {what} {value!r}. Choose one of: {', '.join(allowed)}.")
    if not 0 <= wanted.low <= wanted.high <= 1:
        raise InputError(f"Probabilities from {wanted.low:g} to {wanted.high:g} are no range between 0 and 1.")


def _decided(corpus: Corpus, number: Number, wanted: Wanted) -> Decided:
    target = corpus.folder.manifest().current[number.head.name]
    yes = CERTAINTIES[wanted.certainty]
    return Decided(target, number.label, number.head.kind, number.threshold, yes, wanted.low, wanted.high)
