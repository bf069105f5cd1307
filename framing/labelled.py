"""A table of sentences with a user's own labels: read, checked, and made into texts, stretches and a matrix of labels.

Every row is used or rejected with its place and reason. Several labels a row are written `a|b`, as a list in JSON
Lines, or as several rows of one text; yes and no (1 and 0) become one label named after the head.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from framing.errors import InputError
from framing.heads import Kind, Level
from framing.labelled_rows import Row, labelled_rows
from framing.logistic import Matrix, Numbers
from framing.schema import Rejection

LEAST_ROWS = 20
LEAST_TEXTS = 5
"""Texts that a label needs: one for each fold of the cross-validation."""
_YES, _NO = {"yes", "y", "true", "1", "1.0"}, {"no", "n", "false", "0", "0.0"}
_MANY = 0.1
"""Share of the texts with several labels from which rows of one text are read as a long table of labels, not as coders
who contradict each other. A choice; `kind` overrides it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a labelled file holds: (n,) texts, stretches and places, (n, labels) truth, and what was left out of it."""

    source: str
    kind: Kind
    level: Level
    labels: tuple[str, ...]
    rows: list[Row]
    truth: Matrix
    rejected: list[Rejection]
    notes: list[str]

    @property
    def group(self) -> Numbers:
        """(n,) one number a text: rows of one text must not stand on both sides of a fold."""
        keys = [row.key[0] for row in self.rows]
        number = {key: i for i, key in enumerate(dict.fromkeys(keys))}
        return np.array([number[key] for key in keys], dtype=np.int64)

    def without(self, gone: Mapping[int, str]) -> Labelled:
        """The same without the rows numbered in `gone`, which are rejected for the reasons given."""
        kept = [i for i in range(len(self.rows)) if i not in gone]
        rejected = [*self.rejected, *(self.rows[i].place.reject(reason) for i, reason in gone.items())]
        return replace(self, rows=[self.rows[i] for i in kept], truth=self.truth[kept], rejected=rejected)


def read_labelled(path: Path, head: str, columns: Mapping[str, str], kind: Kind | None = None) -> Labelled:
    """The labelled sentences in a .csv, .tsv or .jsonl file for a head of the name given; `columns` maps fields to
    column names. Raises InputError where the file as a whole cannot be used."""
    rejected: list[Rejection] = []
    rows: list[Row] = []
    several = False
    for row, many in labelled_rows(path, columns):
        several |= many
        if isinstance(row, Row):
            rows.append(row)
        else:
            rejected.append(row)
    return _assembled(path.name, head, rows, rejected, kind or ("multilabel" if several else None))


def _assembled(source: str, head: str, rows: list[Row], rejected: list[Rejection], kind: Kind | None) -> Labelled:
    notes: list[str] = []
    rows = _one_spelling(rows)
    if _is_yes_no(rows) and kind is None:
        binary: Kind = "multilabel"
        rows = _once(rows, rejected, notes, union=False)
        notes.append(f"Labels are yes and no: the head has the one label {head}.")
        rows = [replace(row, labels=(head,) if row.labels[0].casefold() in _YES else ()) for row in rows]
        return _sized(source, binary, (head,), rows, (rejected, notes))
    bare = kind == "multilabel" and not any(len(row.labels) > 1 for row in rows)
    spread = _spread(rows)
    long = kind != "multiclass" and spread >= _MANY and (kind is None or bare)
    rows = _once(rows, rejected, notes, union=long)
    if long:
        notes.append(f"{spread:.0%} of the texts have several rows with different labels: any number of labels a text.")
    final: Kind = kind or ("multilabel" if long else "multiclass")
    if final == "multiclass":
        reason = {0: "has no label", 2: "has several labels where each text should have one"}
        rejected += [row.place.reject(reason[min(len(row.labels), 2)]) for row in rows if len(row.labels) != 1]
        rows = [row for row in rows if len(row.labels) == 1]
    labels = tuple(sorted({label for row in rows for label in row.labels}))
    return _sized(source, final, labels, rows, (rejected, notes))


def _one_spelling(rows: Sequence[Row]) -> list[Row]:
    """Labels that differ in capitals alone are one, spelled as most often."""
    counts = Counter(label for row in rows for label in row.labels)
    best: dict[str, str] = {}
    for label, _ in counts.most_common():
        best.setdefault(label.casefold(), label)
    return [replace(row, labels=tuple(dict.fromkeys(best[one.casefold()] for one in row.labels))) for row in rows]


def _is_yes_no(rows: Sequence[Row]) -> bool:
    said = {label.casefold() for row in rows for label in row.labels}
    return bool(said & _YES) and bool(said & _NO) and said <= _YES | _NO and all(len(row.labels) == 1 for row in rows)


def _spread(rows: Sequence[Row]) -> float:
    """Share of the texts whose rows bear different labels."""
    said: dict[object, set[tuple[str, ...]]] = {}
    for row in rows:
        said.setdefault(row.key, set()).add(row.labels)
    return sum(len(labels) > 1 for labels in said.values()) / len(said) if said else 0.0


def _once(rows: Sequence[Row], rejected: list[Rejection], notes: list[str], union: bool) -> list[Row]:
    """One row a text (and target): labels united, or all its rows rejected where they contradict each other."""
    by_key: dict[object, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    kept, again = [], 0
    for same in by_key.values():
        labels = tuple(dict.fromkeys(label for row in same for label in row.labels))
        if union or len({frozenset(row.labels) for row in same}) == 1:
            kept.append(replace(same[0], labels=labels))
            again += 0 if union else len(same) - 1
            continue
        said = " and ".join(dict.fromkeys("|".join(row.labels) or "no label" for row in same))
        where = ", ".join(row.place.position for row in same)
        rejected += [row.place.reject(f"the same text has contradicting labels, {said} ({where})") for row in same]
    if again:
        notes.append(f"{again} rows repeat another row's text and labels; each text counts once.")
    return kept


def _sized(
    source: str, kind: Kind, labels: tuple[str, ...], rows: list[Row], told: tuple[list[Rejection], list[str]]
) -> Labelled:
    """The labelled set without labels that are too rare. Raises InputError where too little is left."""
    rejected, notes = told
    truth = np.array([[label in row.labels for label in labels] for row in rows], dtype=np.bool_)
    level: Level = "mention" if rows and rows[0].span else "sentence"
    whole = Labelled(source, kind, level, labels, rows, truth.reshape(len(rows), len(labels)), rejected, notes)
    return enough(whole)


def enough(found: Labelled) -> Labelled:
    """The set without labels on fewer than five texts: their rows are rejected where a row has one label, otherwise the
    label is left out. Raises InputError where too few rows or labels are left."""
    texts = {label: len(set(found.group[found.truth[:, j]])) for j, label in enumerate(found.labels)}
    rare = {label for label, n in texts.items() if n < LEAST_TEXTS}
    if rare and found.kind == "multiclass":
        gone = {
            i: f"its label {label!r} stands on {texts[label]} texts; {LEAST_TEXTS} are needed"
            for i, row in enumerate(found.rows)
            if (label := row.labels[0]) in rare
        }
        found = found.without(gone)
    kept = [j for j, label in enumerate(found.labels) if label not in rare]
    if found.kind == "multilabel":
        absent = [len(set(found.group[~found.truth[:, j]])) for j in range(len(found.labels))]
        kept = [j for j in kept if absent[j] >= LEAST_TEXTS]
        left = [f"{label!r} ({texts[label]})" for j, label in enumerate(found.labels) if j not in kept]
        if left:
            few = (
                f"Left out, as a label needs {LEAST_TEXTS} texts with and {LEAST_TEXTS} without it: {', '.join(left)}."
            )
            found = replace(found, notes=[*found.notes, few])
    found = replace(found, labels=tuple(found.labels[j] for j in kept), truth=found.truth[:, kept])
    _refuse_too_little(found)
    return found


def _refuse_too_little(found: Labelled) -> None:
    first = "".join(f"\n  {r.position}: {r.reason}" for r in found.rejected[:5])
    rejected = f" Rejected: {len(found.rejected)}.{first}" if found.rejected else ""
    if len(found.rows) < LEAST_ROWS:
        raise InputError(
            f"{found.source} has {len(found.rows)} usable rows; a head needs {LEAST_ROWS} or more.{rejected}"
        )
    if len(found.labels) < (2 if found.kind == "multiclass" else 1):
        known = ", ".join(found.labels) or "none"
        raise InputError(
            f"{found.source} has too few labels on {LEAST_TEXTS} texts or more (usable: {known}). "
            f"A head needs two labels, or one label and rows without it.{rejected}"
        )
