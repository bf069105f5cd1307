"""Codings as an audit: what people said of sentences measures a head here and corrects comparisons (see `audit`).

A correction needs to know with which chance each sentence came to be coded. Sentences that an audit drew have theirs;
others have one only where whoever chose them drew at random, which nobody but the user can say."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from framing.audit import Audit, Item, load, save
from framing.audit_draw import population
from framing.audit_rows import Source
from framing.audit_samples import set_aside
from framing.codes import Key
from framing.errors import InputError


def fill(source: Source, agreed: Mapping[Key, tuple[str, ...]]) -> int:
    """Gives the drawn sentences of the head's stored audit that are still open what was agreed on them; tells how many.
    What a person answered there before stays."""
    with source.corpus.folder.writing():  # from reading to storing: what others answer meanwhile is not written over
        audit = load(source.corpus, source.head.name, source.event_id)
        if audit is None or audit.labels != source.head.labels:
            return 0
        items, fresh = list(audit.items), []
        for place, item in enumerate(items):
            if item.labels is None and item.key in agreed:
                items[place] = replace(item, labels=agreed[item.key], skipped=False, when=time.time())
                fresh.append(place)
        if fresh:
            given = (*(place for place in audit.given if place not in fresh), *fresh)
            save(source.corpus, replace(audit, items=tuple(items), given=given))
    return len(fresh)


def as_random(source: Source, agreed: Mapping[Key, tuple[str, ...]]) -> Audit:
    """The audit that these codings are where the coded sentences were drawn at random from each outlet's: stored, an
    earlier audit set aside. Its labels bear no time (that of the file counts), so that a study run again writes the
    same bytes. Raises InputError where none of them has scores."""
    rows = population(source.counted)
    sizes = {str(outlet): int(n) for outlet, n in rows["outlet"].value_counts().items()}
    known = [row for row in rows.to_dict("records") if (row["article_id"], row["index"], row["actor"]) in agreed]
    if not known:
        raise InputError(f"None of the coded sentences has scores of {source.head.name}. Run:  framing score")
    drawn: dict[str, int] = {}
    for row in known:
        drawn[row["outlet"]] = drawn.get(row["outlet"], 0) + 1
    items = tuple(
        Item(
            row["article_id"],
            int(row["index"]),
            row["actor"],
            row["outlet"],
            drawn[row["outlet"]] / sizes[row["outlet"]],
            agreed[row["article_id"], row["index"], row["actor"]],
        )
        for row in known
    )
    head = source.head
    places = tuple(range(len(items)))
    fresh = Audit(head.name, head.kind, head.labels, head.version, 0, source.event_id, sizes, items, places)
    with source.corpus.folder.writing():
        before = load(source.corpus, source.head.name, source.event_id)
        if before is not None and before.items == fresh.items:
            return before
        if before is not None:
            set_aside(source.corpus, before)
        save(source.corpus, fresh)
    return fresh
