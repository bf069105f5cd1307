"""Scoring a sample of a corpus again, to see whether the stored numbers are those that the installed models give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
import pandas as pd

from framing.corpus import Corpus
from framing.errors import InputError
from framing.parts import MENTIONS, VOICE, Target
from framing.score import Scorer, score_article, targets_of

# Stored numbers are those of the same sums in fp32: on one machine they agree to the bit, on others to about 1e-6.
# A thousandth is a hundredth of what a reader sees as a percentage point's tenth, and far below any interval.
TOLERANCE = 0.001
_KEYS = {"sentence": ["index"], "mention": ["index", "start", "end"]}


@dataclass(frozen=True)
class Verification:
    """`heads`: `head, version, compared, largest, beyond, note`, a row a head; `differences`: `article_id, index,
    start, head, label, stored, now`, a row each beyond 0.001 (or another decision, or a missing row)."""

    articles: int
    sentences: int
    heads: pd.DataFrame
    differences: pd.DataFrame

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return self.differences.empty


def verify(
    corpus: Corpus,
    scorer: Scorer,
    sample: int = 200,
    seed: int = 0,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> Verification:
    """Scores whole articles anew, drawn by `seed`, until `sample` sentences are reached. Raises InputError where
    nothing is scored."""
    current = corpus.folder.manifest().current
    identities = sorted(corpus.articles(columns=["article_id"])["article_id"])
    if not current or not identities:
        raise InputError(f"Nothing is scored in {corpus.path}. Run:  framing score {corpus.path}")
    Random(seed).shuffle(identities)
    compared = _Comparer(corpus, {t.name: t for t in targets_of(scorer)}, current)
    articles = sentences = 0
    for identity in identities:
        if sentences >= sample:
            break
        found = score_article(corpus.article(identity), scorer)
        compared.article(identity, found.sentences, found.mentions)
        articles, sentences = articles + 1, sentences + len(found.sentences)
        progress(min(sentences, sample), sample)
    return Verification(articles, sentences, compared.heads(), compared.differences())


class _Comparer:
    def __init__(self, corpus: Corpus, installed: dict[str, Target], current: object) -> None:
        self.corpus = corpus
        self.current: dict[str, Target] = dict(current)  # type: ignore[call-overload]
        self.installed = installed
        self.compared = dict.fromkeys(self.current, 0)
        self.largest = dict.fromkeys(self.current, 0.0)
        self.waiting = dict.fromkeys(self.current, 0)
        self.found: list[tuple[object, ...]] = []

    def article(self, identity: str, sentences: pd.DataFrame, mentions: pd.DataFrame) -> None:
        """Compares an article's stored rows with those made anew."""
        stem = self.corpus.part_of(identity)
        stored = {
            "sentence": self.corpus.sentences(article_id=identity),
            "mention": self.corpus.mentions(article_id=identity),
        }
        now = {"sentence": sentences, "mention": mentions}
        self._same(identity, "text", stored["sentence"], sentences)
        for name, target in self.current.items():
            if not self._comparable(name):
                continue
            if not self.corpus.folder.complete(target, stem).exists():
                self.waiting[name] += 1
                continue
            both = (stored[target.level], now[target.level])
            if name == VOICE:
                self.compared[name] += len(sentences)
                self._same(identity, "voice", *both)
                self._same(identity, "speaker", *both)
            elif name == MENTIONS:
                self.compared[name] += len(mentions)
                self._same(identity, "canonical", *both)
                self._same(identity, "type", *both)
            else:
                self._numbers(identity, target, *both)

    def _comparable(self, name: str) -> bool:
        return name in self.installed and self.installed[name].version == self.current[name].version

    def _same(self, identity: str, column: str, stored: pd.DataFrame, now: pd.DataFrame) -> None:
        """Texts and decisions, which are the same or are not."""
        keys = _KEYS["mention" if column in ("canonical", "type") else "sentence"]
        head = {"text": "sentences", "canonical": MENTIONS, "type": MENTIONS}.get(column, VOICE)
        for row in _beside(stored, now, keys, [column]).to_dict("records"):
            before, after = (_text(row[f"{column}_{side}"]) for side in ("stored", "now"))
            if before != after or row["_merge"] != "both":
                self._differ(identity, row, head, column, before, after)

    def _numbers(self, identity: str, target: Target, stored: pd.DataFrame, now: pd.DataFrame) -> None:
        rows = _beside(stored, now, _KEYS[target.level], target.columns)
        self.compared[target.name] += len(rows)
        for column in target.columns:
            before, after = (rows[f"{column}_{side}"].to_numpy(np.float64) for side in ("stored", "now"))
            apart = np.abs(before - after)
            apart[np.isnan(before) & np.isnan(after)] = 0
            known = apart[~np.isnan(apart)]
            self.largest[target.name] = max(self.largest[target.name], float(known.max(initial=0.0)))
            for place in np.flatnonzero(~(apart <= TOLERANCE)):
                row = rows.iloc[place].to_dict()
                self._differ(identity, row, target.name, column.partition(".")[2], before[place], after[place])

    def _differ(self, identity: str, row: dict[object, object], head: str, label: str, *values: object) -> None:
        self.found.append((identity, row["index"], row.get("start"), head, label, *values))

    def differences(self) -> pd.DataFrame:
        """A row for each number or decision that differs."""
        columns = ["article_id", "index", "start", "head", "label", "stored", "now"]
        return pd.DataFrame(self.found, columns=columns)

    def heads(self) -> pd.DataFrame:
        """A row a head: how much was compared and how far apart it was."""
        beyond = self.differences().groupby("head").size()
        rows = [
            (
                name,
                target.version,
                self.compared[name],
                self.largest[name],
                int(beyond.get(name, 0)),
                self._remark(name),
            )
            for name, target in sorted(self.current.items())
        ]
        if "sentences" in beyond:
            rows.append(("sentences", "", 0, 0.0, int(beyond["sentences"]), "split otherwise than today"))
        return pd.DataFrame(rows, columns=["head", "version", "compared", "largest", "beyond", "note"])

    def _remark(self, name: str) -> str:
        if name not in self.installed:
            return "not compared: not installed here"
        if not self._comparable(name):
            return f"not compared: installed is {self.installed[name].version}"
        return f"{self.waiting[name]} articles not scored yet" if self.waiting[name] else ""


def _beside(stored: pd.DataFrame, now: pd.DataFrame, keys: list[str], columns: object) -> pd.DataFrame:
    """Rows stored and made anew side by side, those of one side alone too; `_merge` tells."""
    wanted = [*keys, *columns]  # type: ignore[misc]
    return stored.reindex(columns=wanted).merge(
        now.reindex(columns=wanted), how="outer", on=keys, suffixes=("_stored", "_now"), indicator=True
    )


def _text(value: object) -> object:
    return None if value is None or value != value else value  # noqa: PLR0124
