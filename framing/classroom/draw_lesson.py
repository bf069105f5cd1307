"""From what a teacher wants to a lesson: sentences drawn with known chances, spread over outlets, what the model says
of them and how sure it is, and shown without their outlet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from framing.audit_draw import draw
from framing.classroom.asking import asked, asks_voice, cautions, invented
from framing.classroom.drawable import LONGEST, SHORTEST, Drawable, drawable, how_many
from framing.classroom.fields import FieldError
from framing.classroom.lesson import FEWEST, MOST, Choice, Item, Lesson, Minutes, Question
from framing.classroom.lesson_notes import with_made
from framing.classroom.lesson_rows import of_actor, one_actor, plain_rows, scored_rows, spelled
from framing.compare import heads_for, infos_of, read_scored
from framing.corpus import Corpus
from framing.heads import HeadBase
from framing.labels import head_name
from framing.plain import count, listed
from framing.schema import content_id
from framing.tally import VOICE, HeadInfo

LONGEST_TITLE, LONGEST_NOTES, LONGEST_HEADLINE = 120, 5000, 300
_PART = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Spec:
    """What a lesson is drawn from. `event` is an id or a name; `head` empty for an invented category, whose `choices`
    are given; `labels` the picked ones of a head of several; `actor` who the stance is toward (empty: whoever a
    sentence names); `mild` leaves out graphic violence; `outlets` are those drawn from (empty: all of the event): with
    two, each has enough sentences for the class's labels to say something."""

    title: str
    event: str
    head: str = ""
    labels: tuple[str, ...] = ()
    question: str = ""
    choices: tuple[Choice, ...] = ()
    n: int = 15
    minutes: Minutes = 20
    seed: int = 0
    mild: bool = True
    notes: str = ""
    actor: str = ""
    outlets: tuple[str, ...] = ()


def make_lesson(corpus: Corpus, spec: Spec) -> Lesson:
    """The lesson that a specification asks for; the same corpus and specification give the same lesson.

    Outlets have equal chances, and within each outlet what the model says, surely or not: a class should meet rare
    labels too. An item's `chance` is that of its row (a sentence, and an actor) among those of its outlet that could be
    drawn (see `drawable`); its inverse is how many of them it stands for. Raises FieldError where the event, the labels
    or the number cannot be used."""
    _check(spec)
    event_id = corpus.find_event(spec.event)
    loaded, head = _head(corpus, spec.head)
    sentences, mentions, _ = read_scored(corpus, {} if loaded is None else {loaded.name: loaded}, event_id)
    spec = replace(spec, actor=spelled(mentions, spec.actor))
    articles = corpus.articles(event_id)
    _check_outlets(articles, spec.outlets)
    found = drawable(sentences, articles, spec.mild, spec.outlets)
    _two_outlets(articles[articles["outlet"].isin(spec.outlets)] if spec.outlets else articles, found, spec.mild)
    if head is None:
        rows, question = plain_rows(found), invented(spec.choices, spec.question)
    else:
        question = asked(head, loaded, spec.labels, spec.question.strip(), spec.actor)
        rows = _rows(corpus, found, mentions, head, question, spec)
    if len(rows) < FEWEST:
        raise FieldError("event", _too_few(str(articles["event"].iloc[0]), len(rows), found, spec))
    drawn = draw(rows, spec.n, spec.seed, even=1.0)
    lesson = _lesson(spec, event_id, str(articles["event"].iloc[0]), question, drawn)
    careful = [] if head is None else cautions(head, question)
    return replace(lesson, notes=with_made(spec.notes, careful, _told(lesson, spec, found, len(rows), articles)))


def _check(spec: Spec) -> None:
    if not FEWEST <= spec.n <= MOST:
        raise FieldError("n", f"A lesson has {FEWEST} to {MOST} sentences; {spec.n} were asked for.")
    if spec.minutes not in (20, 45):
        raise FieldError("minutes", f"A lesson is timed for 20 or 45 minutes, not for {spec.minutes}.")
    if spec.seed < 0:
        raise FieldError("seed", f"The number of the draw is {spec.seed}. Give 0 or more.")
    for field, value, most in (("title", spec.title, LONGEST_TITLE), ("notes", spec.notes, LONGEST_NOTES)):
        if len(value) > most:
            raise FieldError(field, f"At most {most:,} characters fit here; there are {len(value):,}. Shorten it.")
    if spec.head and spec.choices:
        raise FieldError(
            "kind", "Ask either about labels of the model or about a category of your own, not about both."
        )
    if spec.labels and not spec.head:
        raise FieldError(
            "kind", "Labels are picked, but no question that has them. Name the question, such as frames_generic."
        )


def _head(corpus: Corpus, name: str) -> tuple[HeadBase | None, HeadInfo | None]:
    """The head asked about and what counting needs of it: neither for an invented category, no trained one for the
    voice. Raises FieldError for an unknown head, and where the corpus has no scores of it."""
    if not name:
        return None, None
    heads = {} if asks_voice(name) else heads_for(corpus)
    if not asks_voice(name) and name not in heads:
        raise FieldError(
            "kind", f"There is no question “{name}”. There are: {', '.join([*sorted(heads), VOICE.name])}."
        )
    return (None, infos_of([])[-1]) if asks_voice(name) else (heads[name], HeadInfo.of(heads[name]))


def _rows(
    corpus: Corpus, found: Drawable, mentions: pd.DataFrame, head: HeadInfo, question: Question, spec: Spec
) -> pd.DataFrame:
    """The rows that a head has decided. Raises FieldError where it has decided none, or none about the actor."""
    frame = mentions if head.level == "mention" else found.rows
    missing = not asks_voice(head.name) and not set(head.columns) <= set(frame.columns)
    rows = None if missing else scored_rows(found, mentions, head, question.labels)
    if rows is None or rows.empty:
        if head.level == "mention" and not missing and frame[head.columns].notna().all(axis=1).any():
            raise FieldError("kind", "No sentence that could be drawn names anybody. Choose another question.")
        raise FieldError(
            "kind",
            f"This event has no scores of {head_name(head.name)} as it is installed now. "
            f"Run:  framing score {corpus.path}",
        )
    if head.level != "mention":
        if spec.actor:
            raise FieldError("actor", f"{head_name(head.name)} is not about an actor. Leave the actor empty.")
        return rows
    return of_actor(rows, spec.actor) if spec.actor else one_actor(rows, spec.seed)


def _check_outlets(articles: pd.DataFrame, outlets: tuple[str, ...]) -> None:
    """Raises FieldError for an outlet that the event does not have, and for one alone."""
    known = sorted(set(articles["outlet"]))
    missing = [outlet for outlet in outlets if outlet not in known]
    if missing:
        raise FieldError("outlets", f"No article of “{missing[0]}” is on this event. There are: {listed(known)}.")
    if len(set(outlets)) == 1:
        raise FieldError("outlets", "A lesson compares outlets: choose two at least, or none for all of them.")


def _two_outlets(articles: pd.DataFrame, found: Drawable, mild: bool) -> None:
    """Raises FieldError where fewer than two outlets have sentences that could be drawn."""
    event, outlets = str(articles["event"].iloc[0]), sorted(set(articles["outlet"]))
    if len(outlets) < 2:
        raise FieldError(
            "event",
            f"“{event}” has articles of {outlets[0]} alone, and a lesson compares outlets. Choose an event that two "
            "outlets covered, or add an article of another outlet.",
        )
    if len(set(found.rows["outlet"])) < 2:
        empty = listed([name for name in outlets if name not in set(found.rows["outlet"])])
        filter_ = ", or switch the filter for graphic violence off" if mild and found.left["graphic"] else ""
        raise FieldError(
            "event",
            f"No sentence of {empty} in “{event}” can be asked about ({', '.join(found.words())}). "
            f"Choose another event{filter_}.",
        )


def _too_few(event: str, n: int, found: Drawable, spec: Spec) -> str:
    about = f" and name {spec.actor}" if spec.actor else ""
    todo = "Choose another event or question"
    if spec.mild and found.left["graphic"]:
        todo += ", or switch the filter for graphic violence off"
    left = f" Left out: {', '.join(found.words())}." if found.words() else ""
    return (
        f"“{event}” has {count(n, 'sentence')} of {SHORTEST} to {LONGEST} words that can be asked about{about}; "
        f"a lesson needs {FEWEST}.{left} {todo}."
    )


def _lesson(spec: Spec, event_id: str, event: str, question: Question, drawn: pd.DataFrame) -> Lesson:
    items = tuple(_item(number, row) for number, row in enumerate(drawn.to_dict("records"), 1))
    title = spec.title.strip() or (f"{head_name(spec.head)}: {event}" if spec.head else question.text)
    return Lesson(
        id=_identity(title, event_id, spec),
        title=title[:LONGEST_TITLE],
        event_id=event_id,
        event=event,
        question=question,
        items=items,
        outlets=tuple(sorted({item.outlet for item in items}, key=str.casefold)),
        minutes=spec.minutes,
        seed=spec.seed,
        mild=spec.mild,
    )


def _item(number: int, row: dict[Any, Any]) -> Item:
    return Item(
        number=number,
        article_id=str(row["article_id"]),
        index=int(row["index"]),
        outlet=str(row["outlet"]),
        title=str(row["title"])[:LONGEST_HEADLINE],
        text=str(row["shown"]),
        voice=row["voice"] if isinstance(row["voice"], str) else "",
        chance=float(row["probability"] * row["share"]),
        actor=str(row["actor"]),
        surface=str(row["surface"]),
        before=str(row["before"]),
        after=str(row["after"]),
        model=dict(row["model"]),
        said=tuple(row["says"]),
    )


def _identity(title: str, event_id: str, spec: Spec) -> str:
    """A file's name of letters, digits and hyphens: words of the title, and a mark of all that was asked for."""
    ascii_ = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = _PART.sub("-", ascii_).strip("-")[:40].strip("-") or "lesson"
    return f"{words}-{content_id(event_id, repr(spec))[:8]}"


def _told(lesson: Lesson, spec: Spec, found: Drawable, n: int, articles: pd.DataFrame) -> Sequence[str]:
    """What the teacher should know of the draw."""
    told = [f"{count(len(lesson.items), 'sentence')} of {listed(lesson.outlets)}. {how_many(found)}"]
    if lesson.items[0].actor:
        about = spec.actor or "whoever a sentence names"
        told.append(f"Asked about {about}: {count(n, 'sentence')} of these could be drawn.")
    if len(lesson.items) < spec.n:
        told.append(f"{spec.n} sentences were asked for; there are no more than {len(lesson.items)}.")
    missing = sorted(set(spec.outlets or articles["outlet"]) - set(lesson.outlets))
    if missing:
        told.append(f"No sentence was drawn of {listed(missing)}.")
    return told
