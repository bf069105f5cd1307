"""What a teacher can choose among when making a lesson: the events of a corpus, the questions, their labels."""

from __future__ import annotations

from dataclasses import dataclass

from framing.classroom.lesson import Choice
from framing.compare import heads_for, infos_of, outdated
from framing.corpus import Corpus
from framing.labels import definition, head_name, head_order, label_name, order
from framing.registry import WEAK
from framing.tally import VOICE, HeadInfo


@dataclass(frozen=True)
class EventChoice:
    """An event that two outlets covered at least."""

    event_id: str
    name: str
    outlets: int
    articles: int


@dataclass(frozen=True)
class HeadChoice:
    """A question that the corpus has scores for; `weak` are the labels on which the model is often wrong, or was never
    measured."""

    head: str
    name: str
    several: bool
    mention: bool
    labels: tuple[Choice, ...]
    weak: frozenset[str]


@dataclass(frozen=True)
class LessonChoices:
    """Events, newest first, and the questions in the order in which they are shown."""

    events: tuple[EventChoice, ...]
    heads: tuple[HeadChoice, ...]


def lesson_choices(corpus: Corpus) -> LessonChoices:
    """The events of two outlets or more, and the heads of which the corpus has scores as they are installed now."""
    rows = corpus.events()
    events = [
        EventChoice(str(row["event_id"]), str(row["event"]), int(row["n_outlets"]), int(row["n_articles"]))
        for row in rows[rows["n_outlets"] >= 2].iloc[::-1].to_dict("records")
    ]
    heads = heads_for(corpus)
    old = {head.name for head in outdated(corpus, list(heads.values()))}
    stored = corpus.versions()
    infos = {
        info.name: info for info in infos_of([h for name, h in heads.items() if name in stored and name not in old])
    }
    if VOICE.name not in stored:
        infos.pop(VOICE.name)
    meant = {name: heads[name].definitions for name in infos if name in heads}
    found = [_head(infos[name], dict(meant.get(name, {}))) for name in head_order(list(infos))]
    return LessonChoices(tuple(events), tuple(found))


def _head(head: HeadInfo, meant: dict[str, str]) -> HeadChoice:
    labels = [label for label in order(head.name, head.labels) if label in head.labels]
    choices = tuple(
        Choice(label, label_name(head.name, label), definition(head.name, label) or meant.get(label, ""))
        for label in labels
    )
    weak = frozenset(label for label in labels if head.tiers.get(label) in WEAK)
    several, mention = head.kind == "multilabel", head.level == "mention"
    return HeadChoice(head.name, head_name(head.name), several, mention, choices, weak)
