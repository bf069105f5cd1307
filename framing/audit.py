"""An audit: sentences of a corpus that a person labelled without seeing outlet or model, and what they say of a head.

It lies in the corpus folder, `audit/<head>.json` (of one event `audit/<head>.<event>.json`): which rows were drawn with
which chance, and their labels. The labels are a person's, of sentences: they stay good when the head changes, and each
new version is measured by the very same ones."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing.audit_draw import FEWEST, MOST, draw, population
from framing.corpus import Corpus
from framing.errors import CorpusError, InputError
from framing.heads import Kind
from framing.parts import appear
from framing.tally import Counted, HeadInfo

FORMAT = 3
FOLDER = "audit"


@dataclass(frozen=True)
class Item:
    """One row asked about: a sentence (and an actor), its `probability` of being drawn, and the labels given: None
    while open; `skipped` where the person could not say."""

    article_id: str
    index: int
    actor: str
    outlet: str
    probability: float
    labels: tuple[str, ...] | None = None
    skipped: bool = False
    when: float = field(default=0.0, compare=False)
    """When it was answered, in seconds since 1970: of two answers the later counts. 0 while open, or not known."""

    @property
    def answered(self) -> bool:
        """Whether a person answered; a sentence passed by because its text is gone has no time."""
        return self.labels is not None or (self.skipped and self.when > 0)

    @property
    def key(self) -> tuple[str, int, str]:
        return self.article_id, self.index, self.actor


@dataclass(frozen=True)
class Audit:
    """The rows drawn for one head in the order in which they are asked, and how many rows each outlet had."""

    head: str
    kind: Kind
    labels: tuple[str, ...]
    version: str
    """Of the head when the rows were drawn."""
    seed: int
    event_id: str
    sizes: dict[str, int]
    items: tuple[Item, ...]
    given: tuple[int, ...] = ()
    """Places of the items answered, in the order of the answers."""
    carried: tuple[int, ...] = ()
    """Those of them whose label an earlier sample gave."""

    @property
    def labelled(self) -> list[Item]:
        return [item for item in self.items if item.labels is not None]

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """(article, index) of the items' sentences, in order."""
        return tuple((item.article_id, item.index) for item in self.items)

    @property
    def asked(self) -> list[int]:
        """Places of the items answered in this sample: what `undo` takes back, the last first."""
        return [place for place in self.given if place not in self.carried]

    @property
    def counting(self) -> list[Item]:
        """The labelled items that figures may rest on. What was carried over counts once the asking has passed it: a
        row drawn twice is one of a rare kind more often, so that before it the labelled are no random part."""
        whole = len(self.given) == len(self.items)
        end = len(self.items) if whole else max(self.asked, default=-1) + 1
        return [item for item in self.items[:end] if item.labels is not None]


def begin(counted: Counted, version: str, seed: int, event_id: str = "", before: Sequence[Item] = ()) -> Audit:
    """A new audit of `MOST` rows; whoever asks for fewer takes the first. Labels given `before` are taken over
    where the same row is drawn again. Raises InputError where the corpus has too few rows."""
    rows = population(counted)
    if len(rows) < FEWEST:
        raise InputError(
            f"There are {len(rows)} sentences with scores of {counted.head.name}; an audit needs {FEWEST}. "
            "Add articles, or run:  framing score"
        )
    drawn = draw(rows, MOST, seed)
    items = tuple(
        Item(row["article_id"], int(row["index"]), row["actor"], row["outlet"], float(row["probability"]))
        for row in drawn.to_dict("records")
    )
    sizes = {str(outlet): int(n) for outlet, n in rows["outlet"].value_counts().items()}
    head = counted.head
    return take_over(Audit(head.name, head.kind, head.labels, version, seed, event_id, sizes, items), before)


def take_over(audit: Audit, before: Iterable[Item]) -> Audit:
    """The audit with what was answered elsewhere of the same rows, where that is later than its own answer."""
    known = {item.key: item for item in before if item.answered}
    items, carried = list(audit.items), []
    for place, item in enumerate(items):
        other = known.get(item.key)
        if place in audit.given:
            if other is not None and other.when > item.when:
                items[place] = replace(item, labels=other.labels, skipped=other.skipped, when=other.when)
        elif other is not None and other.labels is not None:
            items[place] = replace(item, labels=other.labels, when=other.when)
            carried.append(place)
    return replace(audit, items=tuple(items), given=(*audit.given, *carried), carried=(*audit.carried, *carried))


def following(audit: Audit, n: int = MOST) -> int | None:
    """Place of the next open item among the first `n`, or None where all are answered."""
    answered = set(audit.given)
    return next((place for place in range(min(n, len(audit.items))) if place not in answered), None)


def record(audit: Audit, place: int, labels: Sequence[str] | None) -> Audit:
    """The audit with an item's labels, or with `None` skipped. Raises InputError for labels that the head has not."""
    if labels is not None:
        _check(audit, labels)
    said = None if labels is None else tuple(label for label in audit.labels if label in labels)
    return _with(audit, place, replace(audit.items[place], labels=said, skipped=labels is None, when=time.time()))


def answer(audit: Audit, place: int, item: Item, labels: Sequence[str] | None) -> Audit:
    """`record` for a person who was shown this item. Raises InputError where another sample was drawn since, or where
    somebody else said something else of it: an answer that nobody saw is not written over."""
    now = _still(audit, place, item)
    done = record(audit, place, labels)
    if now == item:
        return done
    if now == done.items[place]:  # said twice, as by a double click
        return audit
    raise InputError("This sentence was answered meanwhile, perhaps in another window. That answer stands.")


def pass_by(audit: Audit, place: int, item: Item) -> Audit:
    """The audit without the question about an item whose text is gone: no answer of a person, so without a time."""
    now = _still(audit, place, item)
    return _with(audit, place, replace(now, skipped=True)) if now == item else audit


def _still(audit: Audit, place: int, item: Item) -> Item:
    """What now stands at the place of an item that was shown."""
    if place >= len(audit.items) or audit.items[place].key != item.key:
        raise InputError("Other sentences were drawn meanwhile, in another window. The next one is of those.")
    return audit.items[place]


def _with(audit: Audit, place: int, item: Item) -> Audit:
    items = list(audit.items)
    items[place] = item
    given, carried = ([p for p in places if p != place] for places in (audit.given, audit.carried))
    return replace(audit, items=tuple(items), given=(*given, place), carried=tuple(carried))


def undo(audit: Audit, of: Item | None = None) -> Audit:
    """The audit without its last answer, or without the one to an item. Raises InputError where there is none."""
    places = [place for place in audit.asked if of is None or audit.items[place].key == of.key]
    if not places:
        raise InputError("There is no answer to take back.")
    last = places[-1]
    items = list(audit.items)
    items[last] = replace(items[last], labels=None, skipped=False, when=0.0)
    return replace(audit, items=tuple(items), given=tuple(p for p in audit.given if p != last))


def _check(audit: Audit, labels: Sequence[str]) -> None:
    unknown = [label for label in labels if label not in audit.labels]
    if unknown:
        raise InputError(f"{audit.head} has no label {unknown[0]!r}. Choose among: {', '.join(audit.labels)}.")
    if audit.kind == "multiclass" and len(set(labels)) != 1:
        raise InputError(f"{audit.head} gives each sentence exactly one label; got {len(set(labels))}.")


# -- the file ---------------------------------------------------------------------------------------------------------


def file_of(corpus: Corpus, head: str, event_id: str = "") -> Path:
    """Where an audit lies."""
    return corpus.path / FOLDER / f"{head}{'.' if event_id else ''}{event_id}.json"


def load(corpus: Corpus, head: str, event_id: str = "") -> Audit | None:
    """The stored audit of a head (of one event); None where there is none. Raises CorpusError where it is damaged."""
    path = file_of(corpus, head, event_id)
    return read_file(path) if path.exists() else None


def read_file(path: Path) -> Audit:
    """The audit in a file. Raises CorpusError where it is damaged."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body.pop("format") > FORMAT:
            raise CorpusError(f"{path} was written by a newer version. Update with:  pip install --upgrade framing")
        items = tuple(Item(**{**row, "labels": _tuple(row["labels"])}) for row in body.pop("items"))
        places = {name: tuple(body.get(name, ())) for name in ("given", "carried")}
        found = Audit(**{**body, **places, "labels": tuple(body["labels"]), "items": items})
        return _timed(found, min(path.stat().st_mtime, time.time()))
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{path} is damaged ({error}). Mend or rename it; its labels are only there.") from error


def _timed(audit: Audit, stored: float) -> Audit:
    """The audit whose labels without a time, as before format 3, have that of the file. Those carried over get none:
    the sample that gave them is kept, and knows better."""
    items = (
        replace(item, when=stored) if item.labels is not None and not item.when and place not in audit.carried else item
        for place, item in enumerate(audit.items)
    )
    return replace(audit, items=tuple(items))


def _tuple(labels: list[str] | None) -> tuple[str, ...] | None:
    return None if labels is None else tuple(labels)


def save(corpus: Corpus, audit: Audit) -> None:
    """Stores an audit: written beside its place, flushed and renamed."""
    path = file_of(corpus, audit.head, audit.event_id)
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    with corpus.folder.writing():
        beside.write_text(
            json.dumps({"format": FORMAT, **asdict(audit)}, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        appear(beside, path)


def change(corpus: Corpus, head: str, event_id: str, act: Callable[[Audit], Audit]) -> Audit:
    """The stored audit as `act` changes it, read, changed and stored under one lock, so that two people who label at
    once lose no answer. Raises InputError where there is none."""
    with corpus.folder.writing():
        found = load(corpus, head, event_id)
        if found is None:
            raise InputError(f"There is no audit of {head} here any more.")
        changed = act(found)
        save(corpus, changed)
    return changed


# -- what it says -----------------------------------------------------------------------------------------------------


def answers(audit: Audit) -> pd.DataFrame:
    """One row an item that counts: `article_id, index, actor, outlet, lift` (by how much it stands for others: the
    lifts of an outlet sum to its rows) and one column a label, 1 where it was given."""
    rows = [
        {"article_id": item.article_id, "index": item.index, "actor": item.actor, "outlet": item.outlet,
         "lift": 1 / item.probability, **{label: float(label in (item.labels or ())) for label in audit.labels}}
        for item in audit.counting
    ]  # fmt: skip
    columns = ["article_id", "index", "actor", "outlet", "lift", *audit.labels]
    found = pd.DataFrame(rows, columns=columns)
    whole = found["outlet"].map(audit.sizes) / found.groupby("outlet")["lift"].transform("sum")
    return found.assign(lift=found["lift"] * whole)


def matched(found: pd.DataFrame, counted: Counted) -> tuple[pd.DataFrame, np.ndarray]:
    """The answers whose row still stands, and its place among the counted rows."""
    key = ["article_id", "index", "actor"]
    places = pd.MultiIndex.from_frame(counted.rows[key]).get_indexer(pd.MultiIndex.from_frame(found[key]))
    return found[places >= 0].reset_index(drop=True), places[places >= 0]


def summary(audit: Audit) -> dict[str, Any]:
    """How far it is: rows drawn, labelled, skipped."""
    return {"drawn": len(audit.items), "labelled": len(audit.labelled), "skipped": sum(i.skipped for i in audit.items)}


def read(corpus: Corpus, head: HeadInfo, event_id: str) -> Audit | None:
    """The audit that says most of an event: the event's own, or else the corpus'; None where nothing is labelled or the
    head has other labels now."""
    for scope in (event_id, ""):
        found = load(corpus, head.name, scope)
        if found and found.counting and found.labels == head.labels:
            return found
    return None
