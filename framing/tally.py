"""Counting: which sentences each head says yes to, with which weight in a view, summed by article."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.cells import cells
from framing.confusion import Published, published
from framing.heads import HeadBase, Kind, Level, decide, stored_figures
from framing.labels import BALANCE, SIGNED
from framing.registry import WEAK
from framing.schema import VIEWS, VOICES, View
from framing.uncertainty import ArticleSums, Floats

Row = Mapping[Hashable, Any]
"""One row of a frame, by column."""

VOICE_WEIGHTS: Mapping[View, Mapping[str, float]] = {
    "own": {"own": 1.0, "mixed": 0.5},
    "quoted": {"quoted": 1.0, "reported": 1.0, "mixed": 0.5},
}
"""What a sentence of a voice weighs in a view; in `both` every sentence weighs one, also where its voice is not
known."""
MIN_STANCE_SENTENCES = 3
"""An outlet's sentences on an actor below which its stance is shown, greyed, but not compared: two sentences can only
say 0, ½ or 1."""
KEYS = ["head", "label", "actor", "view"]
TWINS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("frames_policy", label): ("frames_generic", label) for label in ("economic", "morality")
}
"""Labels that two heads share, with nearly the same numbers (differences on the sample articles 0–8 points apart): one
test for both."""
_WEAKER = ("A", "B", "unmeasured", "C")


@dataclass(frozen=True)
class HeadInfo:
    """What counting needs to know of a head; `thresholds` by label, used by multi-label heads alone."""

    name: str
    kind: Kind
    level: Level
    labels: tuple[str, ...]
    thresholds: Mapping[str, float] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    errors: Published = field(default_factory=dict)

    @classmethod
    def of(cls, head: HeadBase) -> HeadInfo:
        """The same of a loaded head."""
        thresholds = {label: float(value) for label, value in zip(head.labels, head.thresholds, strict=True)}
        errors = published(stored_figures(head.folder), head.kind, head.labels)
        return cls(head.name, head.kind, head.level, head.labels, thresholds, head.tiers, errors)

    @property
    def columns(self) -> list[str]:
        """Its probability columns in the corpus' tables."""
        return [f"{self.name}.{label}" for label in self.labels]


VOICE = HeadInfo("voice", "multiclass", "sentence", VOICES)
"""Voice as a head: its decision is the column `voice` itself, and its shares are the same in every view."""


def tiers(heads: Iterable[HeadInfo]) -> dict[tuple[str, str], str]:
    """Reliability tier by (head, label); a balance is as weak as the weaker of its two labels."""
    found = {(head.name, label): tier for head in heads for label, tier in head.tiers.items()}
    for name, pair in SIGNED.items():
        sides = [found[name, label] for label in pair if (name, label) in found]
        if sides:
            found[name, BALANCE] = max(sides, key=_WEAKER.index)
    return found


def informative(heads: Iterable[HeadInfo]) -> set[tuple[str, str]]:
    """The (head, label) that are tested, one for each piece of information.

    Left out: weak labels (tier C) and unmeasured ones, the second of two labels (the mirror of the first), the sides
    of a balance, and a label whose twin is tested."""
    heads = list(heads)
    weak = {pair for pair, tier in tiers(heads).items() if tier in WEAK}
    chosen = {(head.name, label) for head in heads for label in _telling(head)} - weak
    return {pair for pair in chosen if TWINS.get(pair) not in chosen}


def _telling(head: HeadInfo) -> tuple[str, ...]:
    if head.name in SIGNED:
        return (BALANCE,)
    return head.labels[:1] if head.kind == "multiclass" and len(head.labels) == 2 else head.labels


@dataclass(frozen=True)
class Counted:
    """A head's decisions: `rows` one a scored sentence (and actor), `x` (rows, labels) 0 or 1, for `balance` −1, 0 or
    1."""

    head: HeadInfo
    labels: tuple[str, ...]
    rows: pd.DataFrame
    x: Floats

    @property
    def views(self) -> tuple[View, ...]:
        return ("both",) if self.head.name == VOICE.name else VIEWS

    def weights(self, view: View) -> Floats:
        """(rows,) what each row weighs in a view: 0, ½ or 1."""
        if view == "both":
            return np.ones(len(self.rows))
        known = VOICE_WEIGHTS[view]
        return np.array([known.get(voice, 0.0) for voice in cells(self.rows["voice"])], dtype=np.float64)


def count_sentences(head: HeadInfo, sentences: pd.DataFrame) -> Counted:
    """A sentence head's decisions on body sentences; those that it has not scored are left out."""
    if head.name == VOICE.name:
        rows = sentences[sentences["voice"].isin(VOICES)]
        hits = np.stack([rows["voice"].to_numpy() == voice for voice in VOICES], axis=1)
    else:
        rows = sentences[sentences[head.columns].notna().all(axis=1)]
        hits = _decide(head, rows)
    return _counted(head, rows.assign(actor=""), hits)


def count_mentions(head: HeadInfo, mentions: pd.DataFrame) -> Counted:
    """A mention head's decisions, one for a sentence and an actor: a sentence that names an actor twice counts once,
    by the mean of the probabilities. Needs the column `actor`; headlines are left out."""
    scored = mentions[(mentions["index"] > 0) & mentions[head.columns].notna().all(axis=1)]
    how: dict[str, str] = dict.fromkeys(["outlet", "voice"], "first") | dict.fromkeys(head.columns, "mean")
    rows = scored.groupby(["article_id", "index", "actor"], sort=False, as_index=False).agg(how)
    return _counted(head, rows, _decide(head, rows))


def _decide(head: HeadInfo, rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    thresholds = np.array([head.thresholds.get(label, 0.5) for label in head.labels], dtype=np.float32)
    return decide(rows[head.columns].to_numpy(dtype=np.float32), head.kind, thresholds)


def _counted(head: HeadInfo, rows: pd.DataFrame, hits: npt.NDArray[np.bool_]) -> Counted:
    x, labels = hits.astype(np.float64), head.labels
    if head.name in SIGNED:
        plus, minus = (labels.index(label) for label in SIGNED[head.name])
        x, labels = np.column_stack([x, x[:, plus] - x[:, minus]]), (*labels, BALANCE)
    return Counted(head, labels, rows.reset_index(drop=True), x)


@dataclass(frozen=True)
class Tally:
    """All numbers of an event: `keys` one row a column (head, label, actor, view), `sums` over each article's
    sentences, `counts` (articles, columns) of sentences with a weight."""

    keys: pd.DataFrame
    sums: ArticleSums
    counts: npt.NDArray[np.int64]


def tally(counted: Sequence[Counted], articles: Sequence[str]) -> Tally:
    """Sums by article, in the order of `articles`, for every head, label, actor and view."""
    numbers: list[tuple[str, str, str, str]] = []
    blocks: list[tuple[Floats, ...]] = []
    for part in counted:
        # The rows of one place (article and actor) are added up in each view.
        actor_of, actors = pd.factorize(part.rows["actor"], sort=True)
        place = pd.Index(articles).get_indexer(pd.Index(part.rows["article_id"])) * len(actors) + actor_of
        for view in part.views:
            numbers += [(part.head.name, label, str(actor), view) for actor in actors for label in part.labels]
            blocks.append(_block(part, view, place, (len(articles), len(actors))))
    n = len(articles)
    hits, squares, weights, counts = (
        np.concatenate([block[i] for block in blocks], axis=1) if blocks else np.zeros((n, 0)) for i in range(4)
    )
    keys = pd.DataFrame(numbers, columns=KEYS, dtype=str)
    signed = (keys["label"] == BALANCE).to_numpy(dtype=np.bool_)
    return Tally(keys, ArticleSums(hits, squares, weights, signed), counts.astype(np.int64))


def _block(part: Counted, view: View, place: npt.NDArray[np.int64], shape: tuple[int, int]) -> tuple[Floats, ...]:
    """The four (articles, actors × labels) arrays of one head in one view; `shape` is (articles, actors)."""
    weights = part.weights(view)
    (n, n_actors), k = shape, len(part.labels)

    def summed(values: Floats) -> Floats:
        out = np.zeros((n * n_actors, k))
        np.add.at(out, place, values)
        return out.reshape(n, n_actors * k)

    everywhere = np.broadcast_to(weights[:, None], part.x.shape)
    return (
        summed(part.x * everywhere),
        summed(part.x**2 * everywhere),
        summed(everywhere),
        summed((everywhere > 0).astype(np.float64)),
    )
