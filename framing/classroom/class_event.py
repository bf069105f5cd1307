"""The event behind a lesson: the sentences that could be drawn, what the model says of them, which the class read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.classroom.drawable import PLACE, drawable
from framing.classroom.lesson import Item, Lesson
from framing.classroom.spread import Spread
from framing.compare import compare_frames, heads_for, read_scored
from framing.corpus import Corpus
from framing.ppi import MIN_LABELLED, MIN_LABELLED_ARTICLES, Labelled
from framing.tally import VOICE, Counted, HeadInfo, count_mentions, count_sentences
from framing.uncertainty import Floats


@dataclass(frozen=True)
class Population:
    """The sentences that a lesson's were drawn from: `rows` (`article_id, index, actor, outlet`, and the columns of the
    corpus), `said` (rows, choices) what the model decides, all 0 where there is none; whether there is a `model`."""

    rows: pd.DataFrame
    said: Floats
    model: bool

    def places(self, items: tuple[Item, ...]) -> dict[int, int]:
        """The row of every item that still stands, by the item's number."""
        keys = pd.MultiIndex.from_frame(self.rows[["article_id", "index", "actor"]])
        wanted = [(item.article_id, item.index, item.actor) for item in items]
        found = keys.get_indexer(pd.MultiIndex.from_tuples(wanted)) if wanted else np.empty(0, dtype=np.int64)
        return {item.number: int(place) for item, place in zip(items, found, strict=True) if place >= 0}


@dataclass(frozen=True)
class Event:
    """A lesson's event in the corpus: its population, the comparison's numbers with the model `alone` (the frames
    `shares` and `differences` of `Comparison`, of the lesson's choices, view `both`; empty for an invented category)
    and with the class's labels as an audit, and notes on what is missing."""

    population: Population | None
    shares: pd.DataFrame
    differences: pd.DataFrame
    audited: pd.DataFrame
    """As `differences`, only the rows corrected by the class's labels."""
    tiers: Mapping[str, str]
    articles: Mapping[str, int]
    """Articles of each outlet on the event."""
    notes: tuple[str, ...]


def read_event(lesson: Lesson, corpus: Corpus, found: Mapping[int, Spread]) -> Event:
    """The lesson's event as the corpus has it now. An event or scores that are gone are told in the notes: the class's
    answers can be shown without them."""
    nothing = pd.DataFrame()
    events = corpus.events()
    if lesson.event_id not in set(events["event_id"]):
        note = f"The corpus {corpus.path.name} has no event “{lesson.event}” any more: only what you answered is shown."
        return Event(None, nothing, nothing, nothing, {}, {}, (note,))
    articles = corpus.articles(lesson.event_id)
    number = {outlet: int((articles["outlet"] == outlet).sum()) for outlet in lesson.outlets}
    sentences, mentions, infos = read_scored(corpus, heads_for(corpus), lesson.event_id)
    body = sentences[sentences["index"] > 0]
    asked = pd.MultiIndex.from_frame(drawable(sentences, articles, lesson.mild).rows[PLACE])
    if not lesson.question.head:
        rows = body[_among(body, asked) & body["outlet"].isin(lesson.outlets)].assign(actor="").reset_index(drop=True)
        empty = Population(rows, np.zeros((len(rows), len(lesson.question.labels))), False)
        return Event(empty, nothing, nothing, nothing, {}, number, _gone(lesson, empty))
    info = next((info for info in infos if info.name == lesson.question.head), None)
    named = info is not None and info.level == "mention"
    if info is None or not _scored(info, mentions if named else body):
        note = f"The corpus has no scores of {lesson.question.head}: run “framing score”. Only your answers are shown."
        return Event(None, nothing, nothing, nothing, {}, number, (note,))
    counted = count_mentions(info, mentions) if named else count_sentences(info, body)
    population = _of_lesson(lesson, counted, asked)
    if population.rows.empty:
        note = f"The corpus has no scores of this version of {info.name}: run “framing score”. Your answers are shown."
        return Event(None, nothing, nothing, nothing, {}, number, (note,))
    notes = list(_gone(lesson, population))
    stored = corpus.versions().get(info.name, "")
    if lesson.question.head_version and lesson.question.head_version not in stored:
        notes.append("The model was changed since this lesson was made: its answers below are those of the lesson.")
    alone = compare_frames(sentences, mentions, articles, infos)
    after = _chosen(lesson, alone.differences)
    if not named and _enough(lesson, found, number):
        # An audit speaks of what it was drawn from.
        told = _told(lesson, population, found, info.labels)
        drawn = sentences[_among(sentences, asked)]
        after = _chosen(lesson, compare_frames(drawn, mentions, articles, infos, {info.name: told}).differences)
    return Event(
        population,
        _chosen(lesson, alone.shares),
        _chosen(lesson, alone.differences),
        after[after["correction"] == "audit"],
        {label: tier for (head, label), tier in alone.tiers.items() if head == info.name},
        number,
        tuple(notes),
    )


def _among(rows: pd.DataFrame, asked: pd.MultiIndex) -> npt.NDArray[np.bool_]:
    """(rows,) whether a sentence could be drawn."""
    return np.asarray(pd.MultiIndex.from_frame(rows[PLACE]).isin(asked))


def _scored(info: HeadInfo, rows: pd.DataFrame) -> bool:
    """Whether the rows bear a head's probabilities; voice is a decision alone, in a column of its name."""
    return info.name == VOICE.name or set(info.columns) <= set(rows.columns)


def actor_of(lesson: Lesson) -> str:
    """The one actor whom every sentence of a lesson on stance is about; empty where there are several or none."""
    actors = {item.actor for item in lesson.items}
    return next(iter(actors)) if len(actors) == 1 else ""


def sides(lesson: Lesson, population: Population, found: Mapping[int, Spread]) -> dict[str, Labelled]:
    """By outlet the sentences with those that the class decided, as `class_estimate.estimates` takes them."""
    places = population.places(lesson.items)
    return {
        outlet: _side(population, outlet, {
            places[item.number]: (found[item.number].truth, 1 / item.chance)
            for item in lesson.items
            if item.outlet == outlet and item.number in places and found[item.number].decided
        })
        for outlet in lesson.outlets
    }  # fmt: skip


def _side(population: Population, outlet: str, told: Mapping[int, tuple[np.ndarray, float]]) -> Labelled:
    mine = np.flatnonzero((population.rows["outlet"] == outlet).to_numpy())
    columns = population.said.shape[1]
    return Labelled(
        said=population.said[mine],
        weights=np.ones(len(mine)),
        article=np.zeros(len(mine), dtype=np.int64),
        rows=np.searchsorted(mine, list(told)).astype(np.int64),
        true=np.array([truth for truth, _ in told.values()]).reshape(len(told), columns),
        lift=np.array([lift for _, lift in told.values()]),
    )


def _of_lesson(lesson: Lesson, counted: Counted, asked: pd.MultiIndex) -> Population:
    actor = actor_of(lesson)
    kept = counted.rows["outlet"].isin(lesson.outlets).to_numpy() & _among(counted.rows, asked)
    if counted.head.level == "mention":
        kept = kept & (counted.rows["actor"] == actor if actor else counted.rows["actor"] != "").to_numpy()
    columns = [counted.labels.index(label) for label in lesson.question.labels]
    return Population(counted.rows[kept].reset_index(drop=True), counted.x[kept][:, columns], True)


def _enough(lesson: Lesson, found: Mapping[int, Spread], articles: Mapping[str, int]) -> bool:
    """Whether two outlets have the labels and articles that an audit needs."""
    return (
        sum(
            articles[outlet] >= MIN_LABELLED_ARTICLES
            and sum(found[item.number].decided for item in lesson.items if item.outlet == outlet) >= MIN_LABELLED
            for outlet in lesson.outlets
        )
        > 1
    )


def _told(lesson: Lesson, population: Population, found: Mapping[int, Spread], labels: tuple[str, ...]) -> pd.DataFrame:
    """The class's labels as `audit.answers` gives a person's: NaN for a head's labels that were not asked."""
    places = population.places(lesson.items)
    rows = [
        {
            "article_id": item.article_id,
            "index": item.index,
            "actor": item.actor,
            "outlet": item.outlet,
            "lift": 1 / item.chance,
            **dict.fromkeys(labels, float("nan")),
            **dict(zip(lesson.question.labels, found[item.number].truth, strict=True)),
        }
        for item in lesson.items
        if item.number in places and found[item.number].decided
    ]
    return pd.DataFrame(rows)


def _chosen(lesson: Lesson, rows: pd.DataFrame) -> pd.DataFrame:
    kept = (rows["head"] == lesson.question.head) & rows["label"].isin(lesson.question.labels)
    kept &= (rows["view"] == "both") & (rows["actor"] == actor_of(lesson))
    for column in ("outlet", "outlet_a", "outlet_b"):
        if column in rows:
            kept &= rows[column].isin(lesson.outlets)
    return rows[kept].reset_index(drop=True)


def _gone(lesson: Lesson, population: Population) -> tuple[str, ...]:
    places = population.places(lesson.items)
    gone = [item.number for item in lesson.items if item.number not in places]
    if not gone:
        return ()
    named = ", ".join(map(str, gone))
    return (f"Sentences {named} are no longer in the corpus as they were: they count for your answers alone.",)


def would_take(lesson: Lesson, event: Event, read: Mapping[str, int]) -> str:
    """What it would take to say something of the outlets beyond these texts, in a sentence; empty where it is met."""
    few = [outlet for outlet in lesson.outlets if read.get(outlet, 0) < MIN_LABELLED]
    thin = [outlet for outlet in lesson.outlets if event.articles.get(outlet, 0) < MIN_LABELLED_ARTICLES]
    if not few and not thin:
        return ""
    parts = []
    if few:
        now = ", ".join(f"{outlet} {read.get(outlet, 0)}" for outlet in few)
        parts.append(f"your answers to at least {MIN_LABELLED} sentences of each outlet (now: {now})")
    if thin:
        now = ", ".join(f"{outlet} {event.articles.get(outlet, 0)}" for outlet in thin)
        parts.append(f"at least {MIN_LABELLED_ARTICLES} articles of each outlet (now: {now})")
    return f"To say more than that of the outlets it would take {' and '.join(parts)}."
