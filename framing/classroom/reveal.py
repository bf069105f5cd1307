"""What a lesson reveals: per sentence the class beside the model, where they disagree, predictions held against the
result, and what the class's labels do to the comparison of the outlets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from framing.classroom import cards
from framing.classroom.cards import Card
from framing.classroom.class_agreement import Agreed, WithModel, with_model, within
from framing.classroom.class_event import Event, read_event, would_take
from framing.classroom.class_record import ClassRecord
from framing.classroom.class_results import Result, results
from framing.classroom.game import Game, played
from framing.classroom.lesson import Item, Lesson
from framing.classroom.spread import Spread, spreads
from framing.corpus import Corpus
from framing.explain import Explanation


@dataclass(frozen=True)
class Shown:
    """One sentence: the class's `spread`, the model's checked `words` (none asked, or none found: empty), and whether
    the two agree (None: a tie, nobody could say, or no model)."""

    item: Item
    spread: Spread
    words: tuple[Explanation, ...]
    agrees: bool | None


@dataclass(frozen=True)
class Reveal:
    """Everything the reveal shows of one lesson. `answered` are the students who labelled a sentence; `sentences` stand
    in the order of asking; `behind` has by choice and outlet the sentences, (article title, text), to which the model
    says yes; `tiers` are the model's reliability grades by choice; `needed` says what conclusions on the outlets
    themselves would take."""

    students: int
    answered: int
    sentences: tuple[Shown, ...]
    agreement: tuple[Agreed, ...]
    with_model: tuple[WithModel, ...]
    cards: tuple[Card, ...]
    results: tuple[Result, ...]
    game: Game
    behind: Mapping[tuple[str, str], tuple[tuple[str, str], ...]]
    sizes: Mapping[str, int]
    """Sentences of each outlet on the event; empty where the corpus lacks it."""
    articles: Mapping[str, int]
    tiers: Mapping[str, str]
    needed: str
    notes: tuple[str, ...]

    def sentence(self, number: int) -> Shown:
        """The sentence of that number."""
        return next(shown for shown in self.sentences if shown.item.number == number)


def reveal(
    lesson: Lesson, record: ClassRecord, corpus: Corpus, words: Mapping[int, tuple[Explanation, ...]] | None = None
) -> Reveal:
    """What a class's answers come to; `words` by item number as `class_words.explained` makes them. The corpus is only
    read; where it no longer has the event or its scores, a note says so and the class's answers stand alone."""
    found = spreads(lesson, record)
    event = read_event(lesson, corpus, found)
    words = words or {}
    sentences = tuple(
        Shown(
            item,
            found[item.number],
            words.get(item.number, ()),
            found[item.number].agrees(item.said) if lesson.question.head else None,
        )
        for item in lesson.items
    )
    read = {
        outlet: sum(found[item.number].decided for item in lesson.items if item.outlet == outlet)
        for outlet in lesson.outlets
    }
    population = event.population
    sizes = {} if population is None else {o: int((population.rows["outlet"] == o).sum()) for o in lesson.outlets}
    return Reveal(
        students=len(record.students),
        answered=len({row.student for row in record.labellings}),
        sentences=sentences,
        agreement=within(lesson, record, found),
        with_model=with_model(lesson, population, found),
        cards=cards.cards(lesson, found),
        results=results(lesson, record, event, found),
        game=played(lesson, record),
        behind=_behind(lesson, event, corpus),
        sizes=sizes,
        articles=event.articles,
        tiers=event.tiers,
        needed=would_take(lesson, event, read),
        notes=event.notes,
    )


def _behind(lesson: Lesson, event: Event, corpus: Corpus) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """The sentences behind every number of the model's."""
    population = event.population
    if population is None or not population.model:
        return {}
    titles = corpus.articles(lesson.event_id, ["article_id", "title"]).set_index("article_id")["title"]
    texts = corpus.sentences(lesson.event_id, ["article_id", "index", "text"]).set_index(["article_id", "index"])[
        "text"
    ]
    rows = population.rows
    return {
        (label, outlet): tuple(
            (str(titles[row["article_id"]]), str(texts[row["article_id"], row["index"]]))
            for row in rows[(population.said[:, column] > 0) & (rows["outlet"] == outlet)].to_dict("records")
        )
        for column, label in enumerate(lesson.question.labels)
        for outlet in lesson.outlets
    }
