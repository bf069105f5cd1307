"""What an audit is drawn from: the decisions of one head on a corpus or an event, and the texts behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from framing.actors import ACTORS_VERSION, merge_event
from framing.audit import Audit, begin, load, save, take_over
from framing.audit_samples import every, newest, next_number, set_aside
from framing.compare import heads_for
from framing.corpus import Corpus
from framing.errors import InputError
from framing.heads import HeadBase
from framing.labels import definition, label_name
from framing.outlets import mask_outlets_with_map
from framing.tally import Counted, HeadInfo, count_mentions, count_sentences

_PLACE = ["article_id", "outlet", "event_id", "index", "voice"]


@dataclass(frozen=True)
class Source:
    """The counted rows of one head, of a corpus or of an event (`event_id`, empty for the corpus)."""

    corpus: Corpus
    head: HeadBase
    counted: Counted
    event_id: str

    @classmethod
    def of(cls, corpus: Corpus, head: str, event_id: str = "") -> Source:
        """The rows of a head. Raises InputError where the corpus has no scores of its installed version."""
        heads = heads_for(corpus)
        if head not in heads:
            raise InputError(f"There is no classifier {head!r} to audit. There are: {', '.join(sorted(heads))}.")
        loaded = heads[head]
        wanted = f"{loaded.version}-{ACTORS_VERSION}" if loaded.level == "mention" else loaded.version
        if corpus.versions().get(head) != wanted:
            raise InputError(
                f"The corpus has no scores of {head} as it is installed now. Run:  framing score {corpus.path}"
            )
        return cls(corpus, loaded, _counted(corpus, HeadInfo.of(loaded), event_id), event_id)

    def audit(self, seed: int | None = None, new: bool = False, create: bool = True) -> Audit:
        """The stored audit, or one drawn and stored now (`new`: in any case; the old one is set aside, the labels of
        all earlier ones taken over; the same rows again stay the same audit). `seed` None is a number that no sample
        has yet. Raises InputError where there is none and none is to be made."""
        found = load(self.corpus, self.head.name, self.event_id)
        if found and found.labels != self.head.labels and not new:
            raise InputError(f"{self.head.name} has other labels than when it was audited. Draw anew with --new.")
        if found and not new:
            return found
        if not create:
            raise InputError(f"There is no audit of {self.head.name} here yet. Begin one without --report or --import.")
        with self.corpus.folder.writing():  # as one: a sample that is set aside has one in its place
            found = load(self.corpus, self.head.name, self.event_id)
            if found and not new:  # begun meanwhile by somebody else
                return found
            samples = every(self.corpus, self.head.name, self.event_id)
            number = next_number(samples) if seed is None else seed
            known = newest(samples, self.head.labels)
            fresh = begin(self.counted, self.head.version, number, self.event_id, known)
            if found and _same(found, fresh):  # drawn by two windows at once, or twice
                fresh = take_over(found, known)
            elif found:
                set_aside(self.corpus, found)
            save(self.corpus, fresh)
        return fresh

    def texts(self, places: Iterable[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
        """Texts of sentences (article, index) as the scorer reads them, outlets' names masked; what was removed is
        missing."""
        wanted = set(places)
        rows = self.corpus.sentences(self.event_id or None, ["article_id", "index", "outlet", "text"])
        rows = rows[rows["article_id"].isin({article for article, _ in wanted})]
        return {
            (row["article_id"], row["index"]): mask_outlets_with_map(row["text"], row["outlet"])[0]
            for row in rows.to_dict("records")
            if (row["article_id"], row["index"]) in wanted
        }

    def name(self, label: str) -> str:
        """A label in plain words."""
        return label_name(self.head.name, label)

    def definition(self, label: str) -> str:
        """What a label means."""
        return definition(self.head.name, label) or self.head.definitions.get(label, "")


def _same(one: Audit, other: Audit) -> bool:
    """Whether two audits ask about the same rows in the same order, drawn with the same chances."""
    return (one.labels, one.version, one.sizes) == (other.labels, other.version, other.sizes) and [
        (item.key, item.probability) for item in one.items
    ] == [(item.key, item.probability) for item in other.items]


def _counted(corpus: Corpus, head: HeadInfo, event_id: str) -> Counted:
    if head.level == "sentence":
        rows = corpus.sentences(event_id or None, [*_PLACE, *head.columns])
        return count_sentences(head, rows[rows["index"] > 0])
    mentions = corpus.mentions(event_id or None)
    # An actor's name is that of its event; articles in no event are one each.
    groups = mentions["event_id"].fillna(mentions["article_id"])
    named = [merge_event(part) for _, part in mentions.groupby(groups, sort=False)]
    return count_mentions(head, pd.concat(named) if named else mentions.assign(actor=""))
