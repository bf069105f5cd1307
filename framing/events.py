"""Events: groups of articles on one happening, found in plain lists and in a corpus, corrected by hand."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from pathlib import Path
from textwrap import shorten
from typing import Any

import pandas as pd

from framing.corpus import Corpus, event_key
from framing.errors import InputError, UnreadableSource
from framing.grouping import Group, Story, group, usable_date
from framing.ingest.dates import parse_date
from framing.ingest.text import normalise
from framing.schema import content_id

# Longer names are cut at a word; a headline is rarely longer.
NAME_CHARACTERS = 90


@dataclass(frozen=True)
class GroupReport:
    """What a grouping did: `joined` articles went into events that were there, `opened` events hold the other new
    ones, `single` of which hold one article each."""

    articles: int
    joined: int
    opened: int
    single: int
    undated: int = 0
    """How many of the articles have no date, or one that has not come yet."""

    @property
    def warning(self) -> str:
        """What to mind, in a sentence; empty where most articles have dates."""
        if self.undated <= self.articles / 2:
            return ""
        which = "None" if self.undated == self.articles else "Fewer than half"
        return f"{which} of these articles have a date that can be used, so a story and its sequel may share an event."


# -- plain lists ---------------------------------------------------------------------------------------------------


def group_lines(lines: Iterable[str], seen: Callable[[], object] = lambda: None) -> Iterator[dict[str, Any]]:
    """For JSON Lines with `id, title, text, published`: `{"id", "event"}` or `{"id", "error"}` each, in order.

    Events are named by a hash of their articles, so that equal lists give equal names.
    """
    rows = [_read_row(number, line) for number, line in enumerate(lines, 1)]
    repeated = {identity for identity, n in Counter(row[0] for row in rows if row[1] is not None).items() if n > 1}
    rows = [(i, s, f"several rows have the id {i!r}") if i in repeated and s else (i, s, e) for i, s, e in rows]
    good = [(identity, story) for identity, story, error in rows if story is not None and not error]
    named: dict[Any, str] = {}
    for item in group([story for _, story in good], seen=seen):
        event = content_id("event", *sorted(str(good[i][0]) for i in item.positions))
        named |= {good[i][0]: event for i in item.positions}
    for identity, _, error in rows:
        yield {"id": identity, "error": error} if error else {"id": identity, "event": named[identity]}


def _read_row(number: int, line: str) -> tuple[Any, Story | None, str]:
    """Id, story and error of one line; the id is the line's number where none can be read."""
    try:
        row = json.loads(line)
    except ValueError as error:
        return number, None, f"line {number} is no JSON ({error})"
    identity = row.get("id") if isinstance(row, dict) else None
    if isinstance(identity, bool) or not isinstance(identity, str | int) or identity == "":
        what = "has no id; give a text or a whole number" if isinstance(row, dict) else "is no JSON object"
        return number, None, f"line {number} {what}"
    try:
        return identity, _story(row), ""
    except InputError as error:
        return identity, None, str(error)


def _story(row: Mapping[str, Any]) -> Story:
    """The story of a row. Raises InputError where it has no words, or a field is not what it should be."""
    for name in ("title", "text"):
        if not isinstance(row.get(name), str | None):
            raise InputError(f"{name} is no text")
    title, text = (normalise(row.get(name) or "") for name in ("title", "text"))
    if not any(map(str.isalnum, title + text)):
        raise InputError("title and text hold no words")
    return Story(title, text, parse_date(row.get("published")))


def read_lines(source: str) -> list[str]:
    """The lines of a file, or of standard input for `-`. Raises UnreadableSource."""
    try:
        text = (
            sys.stdin.buffer.read().decode("utf-8-sig")
            if source == "-"
            else Path(source).read_text(encoding="utf-8-sig")
        )
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UnreadableSource(f"Cannot read {source}: {reason}.") from error
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise UnreadableSource(f"Cannot read {source}: it is empty.")
    return lines


# -- a corpus ------------------------------------------------------------------------------------------------------


def group_corpus(corpus: Corpus, regroup: bool = False, seen: Callable[[], object] = lambda: None) -> GroupReport:
    """Puts each article without an event into one; what has an event stays. Stored at once, in one part.

    With `regroup` the articles that are not pinned are grouped anew; an event that keeps most of them keeps its id and
    its name.
    """
    with corpus.folder.writing():
        rows = corpus.articles(columns=["article_id", "title", "text", "published", "event_id"]).to_dict("records")
        pinned = corpus.pinned_ids() if regroup else set()
        had = [_or_none(row["event_id"]) for row in rows]
        stays = [
            event if event and (not regroup or row["article_id"] in pinned) else None
            for row, event in zip(rows, had, strict=True)
        ]
        if None not in stays:
            return GroupReport(0, 0, 0, 0)
        stories = [
            Story(_or_none(row["title"]) or "", _or_none(row["text"]) or "", _day(row["published"]), event)
            for row, event in zip(rows, stays, strict=True)
        ]
        groups = group(stories, seen=seen)
        names = _events_of(groups, stories, had, corpus.event_names())
        free = [i for i, event in enumerate(stays) if event is None]
        corpus.write_events([(rows[i]["article_id"], names[i], False) for i in free])
        fresh = [item for item in groups if all(stays[i] is None for i in item.positions)]
        undated = sum(not usable_date(stories[i].published) for i in free)
        joined = len(free) - sum(len(item.positions) for item in fresh)
        return GroupReport(len(free), joined, len(fresh), sum(len(item.positions) == 1 for item in fresh), undated)


def _or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _events_of(
    groups: Sequence[Group], stories: Sequence[Story], had: Sequence[str | None], names: Mapping[str, str]
) -> dict[int, str]:
    """The event id or new name of each position: the event that a group holds, one that it continues, or a new one."""
    taken = {story.event for story in stories if story.event}
    shares: list[tuple[int, str, int]] = []
    sizes = Counter(event for event, story in zip(had, stories, strict=True) if event and not story.event)
    for number, item in enumerate(groups):
        old = Counter(event for i in item.positions if (event := had[i]) and event not in taken)
        shares += [(-n, event, number) for event, n in old.items() if n > sizes[event] / 2]
    kept: dict[int, str] = {}
    for _, event, number in sorted(shares):
        if number not in kept:
            kept[number] = event
    used = {event_key(name) for name in names.values()} | set(names)
    found: dict[int, str] = {}
    for number, item in enumerate(groups):
        event = next((event for i in item.positions if (event := stories[i].event)), None) or kept.get(number)
        name = event or _new_name(stories[item.central], used)
        found |= dict.fromkeys(item.positions, name)
    return found


def _new_name(story: Story, used: set[str]) -> str:
    """A name after the central article's headline (or its first words), its date added where the name is taken."""
    whole = " ".join((story.title or story.text).split())
    name = shorten(whole, NAME_CHARACTERS, placeholder=" …") if len(whole) > NAME_CHARACTERS else whole
    name = name if name.strip(" …") else whole[:NAME_CHARACTERS] or "Untitled"
    dated = f"{name}, {story.published:%Y-%m-%d}" if story.published else name
    choices = chain((name, dated), (f"{dated} ({n})" for n in count(2)))
    chosen = next(choice for choice in choices if event_key(choice) not in used)
    used.add(event_key(chosen))
    return chosen


# -- corrections ---------------------------------------------------------------------------------------------------


def merge(corpus: Corpus, into: str, others: Sequence[str]) -> str:
    """Moves the articles of other events into one and pins them all there; returns its id."""
    target = corpus.find_event(into)
    sources = [corpus.find_event(other) for other in others]
    if target in sources:
        raise InputError(f"{into!r} is named twice; an event cannot be merged with itself.")
    return corpus.assign_event(_articles(corpus, [target, *sources]), target, pinned=True)


def split(corpus: Corpus, event: str, article_ids: Sequence[str], name: str) -> str:
    """Moves articles out of an event into a new one of that name and pins both sides; returns the new id."""
    source = corpus.find_event(event)
    moved = {corpus.find_article(item) for item in article_ids}
    inside = set(_articles(corpus, [source]))
    if foreign := sorted(moved - inside):
        raise InputError(f"Article {foreign[0]} is not in the event {event!r}. List its articles with:  framing list")
    if moved == inside:
        raise InputError(f"These are all articles of {event!r}; leave one or more, or rename the event.")
    if any(event_key(known) == event_key(name) for known in corpus.event_names().values()):
        raise InputError(f"There is an event named {name!r} already. Choose another name, or use:  framing assign")
    found = corpus.assign_event(sorted(moved), name, pinned=True)
    corpus.assign_event(sorted(inside - moved), source, pinned=True)
    return found


def pin(corpus: Corpus, event: str, pinned: bool = True) -> str:
    """Keeps an event's articles together when the rest is regrouped (or no longer); returns its id."""
    found = corpus.find_event(event)
    return corpus.assign_event(_articles(corpus, [found]), found, pinned)


def _articles(corpus: Corpus, events: Sequence[str]) -> list[str]:
    return [str(i) for event in events for i in corpus.articles(event, ["article_id"])["article_id"]]
