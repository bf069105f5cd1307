"""An audit: sentences of a corpus that a person labelled without seeing outlet or model, and what they say of a head.

It lies in the corpus folder, `audit/<head>.json` (of one event `audit/<head>.<event>.json`): which rows were drawn with
which chance, and their labels. The labels are a person's, of sentences: they stay good when the head changes, and each
new version is measured by the very same ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
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

FORMAT = 2
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
    known = {item.key: item.labels for item in before}
    drawn = draw(rows, MOST, seed)
    items = [
        Item(row["article_id"], int(row["index"]), row["actor"], row["outlet"], float(row["probability"]))
        for row in drawn.to_dict("records")
    ]
    items = [replace(item, labels=known.get(item.key)) for item in items]
    given = tuple(place for place, item in enumerate(items) if item.labels is not None)
    sizes = {str(outlet): int(n) for outlet, n in rows["outlet"].value_counts().items()}
    head = counted.head
    return Audit(head.name, head.kind, head.labels, version, seed, event_id, sizes, tuple(items), given, given)


def following(audit: Audit, n: int = MOST) -> int | None:
    """Place of the next open item among the first `n`, or None where all are answered."""
    answered = set(audit.given)
    return next((place for place in range(min(n, len(audit.items))) if place not in answered), None)


def record(audit: Audit, place: int, labels: Sequence[str] | None) -> Audit:
    """The audit with an item's labels, or with `None` skipped. Raises InputError for labels that the head has not."""
    if labels is not None:
        _check(audit, labels)
    said = None if labels is None else tuple(label for label in audit.labels if label in labels)
    items = list(audit.items)
    items[place] = replace(items[place], labels=said, skipped=labels is None)
    given, carried = ([p for p in places if p != place] for places in (audit.given, audit.carried))
    return replace(audit, items=tuple(items), given=(*given, place), carried=tuple(carried))


def undo(audit: Audit) -> Audit:
    """The audit without its last answer. Raises InputError where there is none."""
    if not audit.asked:
        raise InputError("There is no answer to take back.")
    last = audit.asked[-1]
    items = list(audit.items)
    items[last] = replace(items[last], labels=None, skipped=False)
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
        return Audit(**{**body, **places, "labels": tuple(body["labels"]), "items": items})
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{path} is damaged ({error}). Mend or rename it; its labels are only there.") from error


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


def set_aside(corpus: Corpus, audit: Audit) -> Path:
    """Renames a stored audit, so that a new one can begin; nothing is lost."""
    path = file_of(corpus, audit.head, audit.event_id)
    number = 1 + max(_numbers(path), default=0)
    return path.rename(_aside(path, number))


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}.old-{number}.json")


def _numbers(path: Path) -> list[int]:
    """Numbers of the audits that were set aside for the one at this path."""
    endings = [file.stem.removeprefix(f"{path.stem}.old-") for file in path.parent.glob(f"{path.stem}.old-*.json")]
    return sorted(int(ending) for ending in endings if ending.isdecimal())


def earlier(corpus: Corpus, head: str, event_id: str = "") -> dict[int, Audit]:
    """The audits that were set aside, by number, the oldest first. Raises CorpusError where one is damaged."""
    path = file_of(corpus, head, event_id)
    return {number: read_file(_aside(path, number)) for number in _numbers(path)}


def bring_back(corpus: Corpus, head: str, event_id: str, number: int) -> Audit:
    """Takes up an audit again that was set aside, and sets aside the one in its place. Raises InputError where there is
    none of this number."""
    path = file_of(corpus, head, event_id)
    with corpus.folder.writing():
        if number not in _numbers(path):
            raise InputError(f"There is no earlier audit {number} of {head} here any more.")
        old, found = read_file(_aside(path, number)), load(corpus, head, event_id)
        if found:
            set_aside(corpus, found)
        _aside(path, number).rename(path)
    return old


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
