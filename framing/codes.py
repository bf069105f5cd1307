"""People's codings of a corpus' sentences, each coder apart: `codes/<head>.json` in the corpus folder.

A coding is what one coder said of one sentence (and actor). The latest word of a coder counts; nothing is averaged
away when it is stored."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from framing.corpus import Corpus
from framing.errors import CorpusError
from framing.parts import appear
from framing.tally import HeadInfo

FORMAT = 1
FOLDER = "codes"
Key = tuple[str, int, str]


@dataclass(frozen=True, order=True)
class Coding:
    """What one coder said: labels (none given: the empty tuple), or None where it cannot be said."""

    article_id: str
    index: int
    actor: str
    coder: str
    labels: tuple[str, ...] | None

    @property
    def key(self) -> Key:
        """The sentence (and actor) that was coded."""
        return self.article_id, self.index, self.actor


@dataclass(frozen=True)
class Stored:
    """What storing codings did: `new`, `changed` (the coder said otherwise before), `same`."""

    new: int = 0
    changed: int = 0
    same: int = 0


def file_of(corpus: Corpus, head: str) -> Path:
    """Where the codings of a head lie."""
    return corpus.path / FOLDER / f"{head}.json"


def coded_heads(corpus: Corpus) -> list[str]:
    """The heads of which the corpus has codings."""
    files = (corpus.path / FOLDER).glob("*.json")
    return sorted(file.stem for file in files if not file.name.startswith(".") and ".old-" not in file.name)


def load(corpus: Corpus, head: str) -> list[Coding]:
    """The stored codings of a head, in order. Raises CorpusError where their file is damaged or newer."""
    path = file_of(corpus, head)
    if not path.exists():
        return []
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        if body["format"] > FORMAT:
            raise CorpusError(f"{path} was written by a newer version. Update with:  pip install --upgrade framing")
        return [
            Coding(**{**row, "labels": None if row["labels"] is None else tuple(row["labels"])})
            for row in body["codings"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{path} is damaged ({error}). Rename it and import the codings again from your files."
        ) from error


def store(corpus: Corpus, head: str, codings: Iterable[Coding]) -> Stored:
    """Adds codings to those of a head; a coder's earlier word on a sentence is replaced. The file appears whole, and
    storing the same again changes no byte."""
    with corpus.folder.writing():
        known = {(coding.coder, *coding.key): coding for coding in load(corpus, head)}
        counts: Counter[str] = Counter()
        for coding in codings:
            before = known.get((coding.coder, *coding.key))
            counts["new" if before is None else "same" if before == coding else "changed"] += 1
            known[coding.coder, *coding.key] = coding
        if counts["new"] or counts["changed"]:
            _save(file_of(corpus, head), head, known.values())
    return Stored(counts["new"], counts["changed"], counts["same"])


def set_aside(corpus: Corpus, head: str) -> Path:
    """Renames the stored codings of a head, so that others can take their place; nothing is lost."""
    path = file_of(corpus, head)
    number = 1 + len(list(path.parent.glob(f"{path.stem}.old-*.json")))
    return path.rename(path.with_name(f"{path.stem}.old-{number}.json"))


def _save(path: Path, head: str, codings: Iterable[Coding]) -> None:
    rows = [asdict(coding) for coding in sorted(codings, key=lambda coding: (*coding.key, coding.coder))]
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    try:
        beside.write_text(
            json.dumps({"format": FORMAT, "head": head, "codings": rows}, ensure_ascii=False, indent=1) + "\n",
            encoding="utf-8",
        )
        appear(beside, path)
    except OSError as error:
        raise CorpusError(f"Cannot write {path}: {error.strerror or error}.") from error


def consensus(codings: Sequence[Coding], head: HeadInfo, trust: str = "") -> dict[Key, tuple[str, ...]]:
    """What stands for a sentence where several coded it: the labels (or the one label) that more than half of its
    coders gave; sentences without such a majority are left out. With `trust`, that coder's word alone."""
    found: dict[Key, list[tuple[str, ...]]] = {}
    for coding in codings:
        if coding.labels is not None and (not trust or coding.coder == trust):
            found.setdefault(coding.key, []).append(coding.labels)
    agreed = {key: _majority(said, head) for key, said in found.items()}
    return {key: labels for key, labels in agreed.items() if labels is not None}


def _majority(said: Sequence[tuple[str, ...]], head: HeadInfo) -> tuple[str, ...] | None:
    votes = Counter(label for labels in said for label in labels)
    if any(2 * n == len(said) for n in votes.values()):
        return None
    chosen = tuple(label for label in head.labels if 2 * votes[label] > len(said))
    return None if head.kind == "multiclass" and len(chosen) != 1 else chosen


def table(codings: Sequence[Coding]) -> pd.DataFrame:
    """One row a coding: `article_id, index, actor, coder, labels` (a tuple, None where it could not be said)."""
    rows = [asdict(coding) for coding in codings]
    return pd.DataFrame(rows, columns=["article_id", "index", "actor", "coder", "labels"])
