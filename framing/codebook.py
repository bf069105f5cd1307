"""A codebook: labels with their definitions and, if any, examples and keywords; and a head made of it alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from framing.errors import InputError
from framing.ingest.text import decode, one_line


@dataclass(frozen=True, slots=True)
class Entry:
    """One label of a codebook."""

    label: str
    definition: str
    examples: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """All that says what the label means, each a text to be encoded."""
        named = f"{self.label.replace('_', ' ')}: {self.definition}"
        return [named, *self.examples, *([", ".join(self.keywords)] if self.keywords else [])]


def read_codebook(path: Path) -> list[Entry]:
    """The labels of a .yaml, .csv or .tsv file, in its order. Raises InputError naming the entry at fault."""
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    try:
        text = decode(path.read_bytes())
    except InputError as error:
        raise InputError(f"{path.name} {error}") from error
    suffix = path.suffix.lower()
    if suffix in {".yaml", ".yml"}:
        items = _of_yaml(text, path.name)
    elif suffix in {".csv", ".tsv"}:
        items = _of_table(text, "\t" if suffix == ".tsv" else ",", path.name)
    else:
        raise InputError(f"{path.name} is no codebook. Give a .yaml file, or a .csv with columns label, definition.")
    entries = [_entry(label, value, path.name) for label, value in items]
    twice = [e.label for i, e in enumerate(entries) if e.label.casefold() in {o.label.casefold() for o in entries[:i]}]
    if twice:
        raise InputError(f"{path.name} defines the label {twice[0]!r} twice.")
    if not entries:
        raise InputError(f"{path.name} holds no label.")
    return entries


def _of_yaml(text: str, name: str) -> list[tuple[object, object]]:
    try:
        body = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{name} is no valid YAML: {' '.join(str(error).split())}") from error
    body = body.get("labels", body) if isinstance(body, dict) else body
    if isinstance(body, dict):
        return list(body.items())
    if isinstance(body, list) and all(isinstance(item, dict) and "label" in item for item in body):
        return [(item["label"], item) for item in body]
    raise InputError(f"{name} should map each label to its definition, for example:  conflict: Two sides clash.")


def _of_table(text: str, separator: str, name: str) -> list[tuple[object, object]]:
    if separator == "," and "," not in text.split("\n", 1)[0]:
        separator = ";"
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    columns = [column.strip().casefold() for column in rows.fieldnames or ()]
    missing = [column for column in ("label", "definition") if column not in columns]
    if missing:
        raise InputError(f"{name} has no column {missing[0]}. Columns: {', '.join(columns) or 'none'}.")
    rows.fieldnames = columns
    return [(row["label"], row) for row in rows]


def _entry(label: object, value: object, name: str) -> Entry:
    label = one_line(str(label))
    fields: Mapping[str, Any] = value if isinstance(value, Mapping) else {"definition": value}
    definition = one_line(str(fields.get("definition") or ""))
    if not label or not definition:
        raise InputError(f"{name}: the label {label!r} has no definition." if label else f"{name}: a label is empty.")
    if len(label) > 60 or '"' in label:
        raise InputError(f"{name}: the label {label[:30]!r} is longer than 60 characters or has a double quote.")
    return Entry(label, definition, _listed(fields.get("examples")), _listed(fields.get("keywords")))


def _listed(value: Any) -> tuple[str, ...]:
    parts: Sequence[Any] = value if isinstance(value, list) else str(value or "").split("|")
    return tuple(text for part in parts if (text := one_line(str(part))))
