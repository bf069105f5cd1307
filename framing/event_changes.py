"""Changes to events that can be taken back: what stood before is remembered, and put back if nothing came between."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from framing import events
from framing.corpus import Corpus
from framing.errors import InputError
from framing.plain import count

Standing = Mapping[str, tuple[str | None, bool]]
"""For each article, the id of its event (None: in none) and whether it is pinned there."""


@dataclass(frozen=True)
class Change:
    """What a change did, in a sentence, and what stood `before` and `after` it."""

    said: str
    before: Standing
    after: Standing
    names: tuple[str, str, str] | None = None
    """Of a renamed event: its id, the name before, the name after."""


def standing(corpus: Corpus, article_ids: Collection[str] | None = None) -> dict[str, tuple[str | None, bool]]:
    """Event and pin of the articles named, of all where none are named."""
    rows = corpus.articles(columns=["article_id", "event_id"])
    if article_ids is not None:
        rows = rows[rows["article_id"].isin(set(article_ids))]
    pinned = corpus.pinned_ids()
    return {
        str(key): (event if isinstance(event, str) else None, key in pinned)
        for key, event in zip(rows["article_id"], rows["event_id"], strict=True)
    }


def group(corpus: Corpus, seen: Callable[[], object] = lambda: None) -> Change:
    """Puts the articles without an event into events (`events.group_corpus`)."""
    free = [key for key, (event, _) in standing(corpus).items() if event is None]
    return _change(corpus, free, lambda: _grouped(events.group_corpus(corpus, seen=seen)))


def _grouped(report: events.GroupReport) -> str:
    if not report.articles:
        return "Every article had an event already; nothing was changed."
    lone = f", {report.single} of them with one article" if report.single else ""
    joined = f"{report.joined} joined one that was there, the others made {report.opened} new"
    return f"{count(report.articles, 'article')} put into events: {joined}{lone}. {report.warning}".rstrip()


def merge(corpus: Corpus, into: str, others: Sequence[str]) -> Change:
    """`events.merge`."""
    names = corpus.event_names()
    moved = _inside(corpus, others)

    def act() -> str:
        events.merge(corpus, into, others)
        return f"{count(len(moved), 'article')} moved into “{names[into]}”, where all are pinned now."

    return _change(corpus, [*moved, *_inside(corpus, [into])], act)


def split(corpus: Corpus, event: str, article_ids: Sequence[str], name: str) -> Change:
    """`events.split`."""
    if not name.strip():
        raise InputError("The new event has no name yet. Give it one.")
    if not article_ids:
        raise InputError("No article is chosen. Choose those that belong to another event.")

    def act() -> str:
        events.split(corpus, event, article_ids, name)
        return f"{count(len(article_ids), 'article')} moved into the new event “{name}”; both events are pinned now."

    return _change(corpus, _inside(corpus, [event]), act)


def pin(corpus: Corpus, event: str, pinned: bool) -> Change:
    """`events.pin`."""

    def act() -> str:
        events.pin(corpus, event, pinned)
        return f"“{corpus.event_names()[event]}” " + (
            "is pinned: grouping anew leaves it as it is."
            if pinned
            else "is no longer pinned: grouping anew may change it."
        )

    return _change(corpus, _inside(corpus, [event]), act)


def rename(corpus: Corpus, event: str, name: str) -> Change:
    """`Corpus.rename_event`."""
    before = corpus.event_names()[event]
    corpus.rename_event(event, name)
    after = corpus.event_names()[event]
    return Change(f"“{before}” is named “{after}” now.", {}, {}, (event, before, after))


def take_back(corpus: Corpus, change: Change) -> str:
    """Puts back what stood before and says so. Raises InputError where it was changed again since."""
    if change.names:
        event, before, after = change.names
        if corpus.event_names().get(event) != after:
            raise InputError("This event was renamed again since; nothing was taken back.")
        corpus.rename_event(event, before)
        return f"The event is named “{before}” again."
    with corpus.folder.writing():
        now = standing(corpus, change.after)
        if now != change.after:
            raise InputError("Some of these articles were moved, pinned or removed since; nothing was taken back.")
        changed = {key: place for key, place in change.before.items() if change.after[key] != place}
        corpus.write_events([(key, event, pinned) for key, (event, pinned) in changed.items()])
    return f"Taken back: {count(len(changed), 'article')} as before."


def _change(corpus: Corpus, article_ids: Collection[str], act: Callable[[], str]) -> Change:
    before = standing(corpus, article_ids)
    said = act()
    return Change(said, before, standing(corpus, article_ids))


def _inside(corpus: Corpus, names: Sequence[str]) -> list[str]:
    return [str(key) for name in names for key in corpus.articles(name, ["article_id"])["article_id"]]
