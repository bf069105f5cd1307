"""A study: what is read, what counts, which models and seeds, what is written, in one TOML file."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.schema import VIEWS, View

TABLES = (
    "comparisons", "outlets", "words", "sources", "agents", "headlines", "coverage", "sentences", "mentions",
)  # fmt: skip
"""What a study can tabulate."""
_KEYS: Mapping[str, tuple[str, ...]] = {
    "": ("title", "output", "view", "text", "own_heads", "source", "outlets", "window", "events", "heads", "seeds",
         "write", "test", "codes"),
    "source": ("path", "event", "outlet", "columns"),
    "outlets": ("only", "names"),
    "window": ("from", "to"),
    "events": ("group",),
    "write": ("tables", "figures", "reports"),
    "test": ("outlets", "head", "label", "view", "event", "actor"),
    "codes": ("file", "head", "coder", "random"),
}  # fmt: skip


@dataclass(frozen=True)
class SourcePlan:
    """One source to read: a path beside the study file, or a web address; `event` and `outlet` fill gaps."""

    path: str
    event: str | None = None
    outlet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A difference named in advance: one label between two outlets, in an event or (empty) over the events that both
    report."""

    outlets: tuple[str, str]
    head: str
    label: str
    view: View
    event: str = ""
    actor: str = ""


@dataclass(frozen=True)
class Codes:
    """A file of people's labels to take in; `random` where the sentences were drawn at random."""

    file: str
    head: str
    coder: str | None
    random: bool


@dataclass(frozen=True)
class Study:
    """A study as its file says it. `only` are the outlets that count, `names` other spellings of theirs; `heads` and
    `seeds` are pinned versions; `reports` None means every event."""

    file: Path
    title: str
    output: Path
    view: View
    text: bool
    own_heads: Path | None
    sources: tuple[SourcePlan, ...]
    only: tuple[str, ...]
    names: Mapping[str, str]
    first: date | None
    last: date | None
    group: bool
    heads: Mapping[str, str]
    seeds: Mapping[str, int]
    tables: tuple[str, ...]
    figures: bool
    reports: tuple[str, ...] | None
    questions: tuple[Question, ...]
    codes: tuple[Codes, ...]

    @property
    def folder(self) -> Path:
        """Where relative paths of the study begin."""
        return self.file.parent

    @property
    def sha256(self) -> str:
        """The hash of the study's file."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()


def read_study(file: Path, out: Path | None = None) -> Study:
    """The study in a TOML file; `out` instead of its own output folder. Raises InputError, which names file, key and
    what to do."""
    try:
        body = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InputError(f"There is no study at {file}. docs/studies.md has one to begin with.") from error
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{file} is no TOML: {error}. Mend it and run this again.") from error
    return _study(_Reader(file, "", body), file, out)


def _study(whole: _Reader, file: Path, out: Path | None) -> Study:
    sources = whole.tables("source")
    if not sources:
        raise whole.fault("source", "is missing: name what to read", '[[source]]\npath = "articles"')
    outlets, window, events, write = (whole.table(name) for name in ("outlets", "window", "events", "write"))
    first, last = window.day("from"), window.day("to")
    if first and last and last < first:
        raise window.fault("to", f"is {last}, before from = {first}", "to = the later day")
    own = whole.text("own_heads")
    reports = write.get("reports", (bool, list), "true, false or a list of events")
    return Study(
        file,
        whole.text("title") or file.stem,
        out or file.parent / (whole.text("output") or "results"),
        whole.view("own"),
        whole.flag("text", True),
        file.parent / own if own else None,
        tuple(_source(each) for each in sources),
        outlets.texts("only"),
        outlets.mapping("names", str),
        first,
        last,
        events.flag("group", False),
        whole.mapping("heads", str),
        whole.mapping("seeds", int),
        write.among("tables", TABLES),
        write.flag("figures", True),
        () if reports is False else write.texts("reports") if isinstance(reports, list) else None,
        tuple(_question(each) for each in whole.tables("test")),
        tuple(_codes(each) for each in whole.tables("codes")),
    )


def _source(reader: _Reader) -> SourcePlan:
    path = reader.needed("path", '"articles"')
    if path == "-":
        raise reader.fault("path", "is standard input, which cannot be read again", 'path = "articles"')
    return SourcePlan(path, reader.text("event"), reader.text("outlet"), reader.mapping("columns", str))


def _codes(reader: _Reader) -> Codes:
    file, head = reader.needed("file", '"codes.csv"'), reader.needed("head", '"sentiment"')
    return Codes(file, head, reader.text("coder"), reader.flag("random", False))


def _question(reader: _Reader) -> Question:
    pair = reader.texts("outlets")
    if len(pair) != 2 or pair[0] == pair[1]:
        raise reader.fault("outlets", "must name two outlets", 'outlets = ["Northern Wire", "Common Ground"]')
    return Question(
        (pair[0], pair[1]),
        reader.needed("head", '"sentiment"'),
        reader.needed("label", '"balance"'),
        reader.view("own"),
        reader.text("event") or "",
        reader.text("actor") or "",
    )


class _Reader:
    """A table of the file: each value asked for by name and kind; keys that nobody asks for are errors."""

    def __init__(self, file: Path, name: str, body: Mapping[str, Any], number: int | None = None) -> None:
        self.file, self.name, self.body, self.number = file, name, body, number
        known = _KEYS.get(name)
        for key in body:
            if known and key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean {near[0]}? Keys" if near else "keys"
                raise InputError(f"{self._where(key)} is no key of a study; {hint} there: {', '.join(known)}.")

    def _where(self, key: str) -> str:
        table = f"[{self.name}] " if self.name and self.number is None else ""
        table = f"[[{self.name}]] number {self.number}, " if self.number is not None else table
        return f"{self.file}: {table}{key}"

    def fault(self, key: str, what: str, write: str) -> InputError:
        """An error that names file and key and says what to write."""
        return InputError(f"{self._where(key)} {what}. Write for example:  {write}")

    def get(self, key: str, kind: type | tuple[type, ...], what: str) -> Any:
        value = self.body.get(key)
        right = isinstance(value, kind) and (kind is not int or not isinstance(value, bool))
        if value is not None and not right:
            raise self.fault(key, f"is {value!r}, which is no {what}", f"{key} = {_EXAMPLES.get(what, '…')}")
        return value

    def text(self, key: str) -> str | None:
        value: str | None = self.get(key, str, "text")
        if value is not None and not value.strip():
            raise self.fault(key, "is empty", f'{key} = "…"')
        return value

    def needed(self, key: str, example: str) -> str:
        value = self.text(key)
        if value is None:
            raise self.fault(key, "is missing", f"{key} = {example}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.get(key, bool, "yes or no")
        return default if value is None else bool(value)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.get(key, list, "list") or []
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.fault(key, "holds something that is no text", f'{key} = ["…", "…"]')
        return tuple(values)

    def among(self, key: str, known: Sequence[str]) -> tuple[str, ...]:
        values = self.texts(key)
        unknown = [value for value in values if value not in known]
        if unknown:
            raise self.fault(key, f"has {unknown[0]!r}, which is none of {', '.join(known)}", f'{key} = ["{known[0]}"]')
        return values if key in self.body else tuple(known)

    def view(self, default: View) -> View:
        value = self.body.get("view", default)
        if value not in VIEWS:
            raise self.fault("view", f"is {value!r}, which is none of {', '.join(VIEWS)}", f'view = "{default}"')
        view: View = value
        return view

    def day(self, key: str) -> date | None:
        value = self.get(key, (date, str), "day")
        try:
            value = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError as error:
            raise self.fault(key, f"is {value!r}, which is no day", f"{key} = 2024-03-01") from error
        return value.date() if isinstance(value, datetime) else value

    def table(self, key: str) -> _Reader:
        return _Reader(self.file, key, self.get(key, dict, "table") or {})

    def tables(self, key: str) -> list[_Reader]:
        found = self.get(key, list, "list of tables") or []
        if not all(isinstance(each, dict) for each in found):
            raise self.fault(key, "is no list of tables", f"[[{key}]] above its keys")
        return [_Reader(self.file, key, each, number) for number, each in enumerate(found, 1)]

    def mapping(self, key: str, kind: type) -> dict[str, Any]:
        found = self.get(key, dict, "table") or {}
        inner = _Reader(self.file, f"{self.name}.{key}".strip("."), found)
        return {name: inner.get(name, kind, "text" if kind is str else "number") for name in found}


_EXAMPLES = {
    "text": '"…"',
    "yes or no": "true",
    "list": '["…", "…"]',
    "day": "2024-03-01",
    "table": '{ "…" = "…" }',
    "list of tables": "several tables, each under a line of [[ ]]",
    "true, false or a list of events": "true",
    "number": "20",
}
