"""The rows of a table of labelled sentences: text, labels, and the target they are about, or why one cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from framing.errors import InputError
from framing.ingest.draft import Place
from framing.ingest.table import JSON_LINES, SEPARATORS, raw_rows
from framing.ingest.text import one_line
from framing.schema import Rejection

LONGEST_LABEL = 60
NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "sentence", "headline"),
    "label": ("label", "labels", "code", "codes", "class", "category", "frame", "frames"),
    "target": ("target",),
    "start": ("start",),
    "end": ("end",),
}
"""Fields and the columns that stand for them where `--column` names none, best first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One usable row: its text, labels, and the stretch of text that they are about (None: the sentence)."""

    place: Place
    text: str
    labels: tuple[str, ...]
    span: tuple[int, int] | None

    @property
    def key(self) -> tuple[str, tuple[int, int] | None]:
        return text_key(self.text), self.span


def text_key(text: str) -> str:
    """What two copies of a text have in common: its letters and digits."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def labelled_rows(path: Path, columns: Mapping[str, str]) -> Iterator[tuple[Row | Rejection, bool]]:
    """Each row of a .csv, .tsv or .jsonl file, and whether it was written as a row of several labels; `columns` maps
    fields to column names. Raises InputError where the file as a whole cannot be used."""
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    if path.suffix.lower() not in {*SEPARATORS, *JSON_LINES}:
        raise InputError(f"{path.name} is no table of labels. Give a .csv, .tsv or .jsonl file.")
    fields: dict[str, str] = {}

    def check(available: list[str]) -> None:
        fields.update(_fields(available, columns, path.name))

    try:
        for place, raw in raw_rows(path, path.name, check):
            if isinstance(raw, Rejection):
                yield raw, False
                continue
            value = raw.get(fields["label"])
            several = isinstance(value, list) or (isinstance(value, str) and "|" in value)
            yield _row(place, {key: raw.get(column) for key, column in fields.items()}), several
    except InputError as error:
        raise InputError(f"{path.name}: {str(error).removeprefix(f'{path.name}: ')}") from error


def _fields(available: Sequence[str], columns: Mapping[str, str], name: str) -> dict[str, str]:
    """Field → column. Raises InputError naming the columns there are."""
    listed = ", ".join(available) or "none"
    for key, column in columns.items():
        if key not in NAMES:
            raise InputError(f'"{key}" is no field of a labelled sentence; fields: {", ".join(NAMES)}')
        if column not in available:
            raise InputError(f'there is no column "{column}" for {key}; columns: {listed}')
    plain = {one.strip().casefold(): one for one in reversed(available)}
    guessed = {key: plain[name] for key, names in NAMES.items() for name in reversed(names) if name in plain}
    found = {**guessed, **columns}
    for key in ("text", "label"):
        if key not in found:
            raise InputError(f"{name} has no column {key}; say --column {key}=COLUMN. Columns: {listed}")
    return found


def _row(place: Place, values: Mapping[str, object]) -> Row | Rejection:
    start, end = (_number(values.get(key)) for key in ("start", "end"))
    exact = start is not None and end is not None
    clean = str if exact else one_line  # offsets count the characters as they stand
    text, target = (clean(str(values.get(key) or "")) for key in ("text", "target"))
    if not any(c.isalnum() for c in text):
        return place.reject("has no text")
    labels = _labels(values["label"])
    bad = next((label for label in labels if len(label) > LONGEST_LABEL or '"' in label), None)
    if bad is not None:
        return place.reject(f"its label {bad[:30]!r} is longer than {LONGEST_LABEL} characters or has a double quote")
    if not exact and "target" not in values:
        return Row(place, text, labels, None)
    span = (start, end) if start is not None and end is not None else _found(target, text)
    fault = _fault(text, target, span)
    return place.reject(fault) if fault or span is None else Row(place, text, labels, span)


def _found(target: str, text: str) -> tuple[int, int] | None:
    """Where the target first stands in the text, as a word of its own where there is one."""
    found = re.search(rf"(?<!\w){re.escape(target)}(?!\w)", text) or re.search(re.escape(target), text)
    return found.span() if found and target else None


def _fault(text: str, target: str, span: tuple[int, int] | None) -> str:
    if span is None:
        return f"its target {target!r} is not in its text" if target else "has no target"
    start, end = span
    if not 0 <= start < end <= len(text):
        return f"characters {start} to {end} lie outside its text"
    if target and text[start:end] != target:
        return f"characters {start} to {end} are {text[start:end]!r}, not its target {target!r}"
    return ""


def _labels(value: object) -> tuple[str, ...]:
    """A cell's labels, each once, in order; a missing one has none."""
    if value is None or value != value:  # noqa: PLR0124  (NaN)
        return ()
    parts = value if isinstance(value, list) else str(value).split("|")
    return tuple(dict.fromkeys(label for part in parts if (label := one_line(str(part)))))


def _number(value: object) -> int | None:
    text = str(value).strip()
    return int(text) if re.fullmatch(r"\d+", text) else None
