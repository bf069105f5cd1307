"""Reads plain sentences for `predict`: JSON lines, tables or bare lines, as a stream of rows, faulty ones in place."""

from __future__ import annotations

import codecs
import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

from framing.encode import plain
from framing.errors import InputError, UnreadableSource
from framing.ingest.lines import LineError, utf8_lines
from framing.ingest.table import JSON_LINES, SEPARATORS, csv_records
from framing.languages import foreign

Form = Literal["jsonl", "csv", "tsv", "text"]
Id = str | int | float

_SUFFIXES: Mapping[str, Form] = {
    **dict.fromkeys(JSON_LINES, "jsonl"),
    **{suffix: "csv" if separator == "," else "tsv" for suffix, separator in SEPARATORS.items()},
    ".txt": "text",
}
# Characters of the longest text: more than the longest news article measured (16,061), let alone a sentence. Masking
# outlets takes time that grows with the square of the length.
MAX_CHARACTERS = 20_000
_QUOTED = 60  # characters of a value that an error repeats


class _Fault(Exception):  # noqa: N818  (a row's fault, caught in this module)
    """Why a row cannot be scored, in words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One input row: a sentence, `span` the code points [start, end) of its target where one is given; or a `fault`."""

    id: Id
    text: str = ""
    span: tuple[int, int] | None = None
    fault: str | None = None


def form_of(name: str, raw: io.BufferedReader) -> Form:
    """The form that a file's name tells, or for standard input (`-`) its first character: `{` begins JSON lines, other
    input is one sentence a line. Raises InputError for another ending, and for a table on standard input."""
    if name != "-":
        suffix = Path(name).suffix.lower()
        if suffix not in _SUFFIXES:
            endings = ", ".join(_SUFFIXES)
            raise InputError(f"{name}: the name tells no form that is read ({endings}). Say which with --from.")
        return _SUFFIXES[suffix]
    start = raw.peek(4096)[:4096].removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"{"):
        return "jsonl"
    if re.match(rb"\[\s*[\[{\"]", start):
        raise InputError("Standard input begins like a JSON array. Write one object a line, without the brackets.")
    first = start.split(b"\n")[0].lower()
    if b"text" in [cell.strip(b'" \r') for cell in re.split(rb"[,;\t]", first)]:
        raise InputError("Standard input begins like a table. Say --from csv or --from tsv (or --from text).")
    return "text"


def read_rows(raw: io.BufferedReader, form: Form, mentions: bool) -> Iterator[Row]:
    """One Row for every line, or every record below a table's header, in order; `mentions` asks each for its target.

    Raises UnreadableSource where the input as a whole cannot be read.
    """
    lines = utf8_lines(raw)
    given = _of_table(lines, "," if form == "csv" else "\t") if form in ("csv", "tsv") else _of_lines(lines, form)
    for number, found in enumerate(given, start=1):
        yield Row(number, fault=found) if isinstance(found, str) else row_of(found, number, mentions)


def _of_table(lines: Iterator[str | LineError], separator: str) -> Iterator[dict[str, Any] | str]:
    header, records = csv_records(lines, separator)
    names = [name.casefold() for name in header]
    if names.count("text") != 1:
        raise UnreadableSource(f'needs one column named "text"; it has: {", ".join(header) or "none"}')
    for record in records:
        if isinstance(record, str):
            yield f"the row {record}"
        else:  # an empty cell is a field that was left out
            fields = {name: cell for name, cell in zip(names, record, strict=True) if cell} if record else {}
            yield fields or "the row is empty"


def _of_lines(lines: Iterable[str | LineError], form: Form) -> Iterator[dict[str, Any] | str]:
    for line in lines:
        if isinstance(line, LineError):
            yield f"the line {line}"
        elif not line.strip():
            yield "the line is empty"
        elif form == "jsonl":
            yield _json_object(line)
        elif line.lstrip().startswith("{"):
            yield "the line looks like JSON among plain sentences; say --from jsonl where all lines are JSON"
        else:
            yield {"text": line.strip()}


def _json_object(line: str) -> dict[str, Any] | str:
    try:
        found = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # ValueError: broken JSON, or a number of over 4,300 digits
        return f"the line is not valid JSON: {error}"
    return found if isinstance(found, dict) else "the line is not a JSON object with named fields"


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def row_of(given: Mapping[str, Any], number: int, mentions: bool) -> Row:
    """The row that the fields give; `number` stands for an id that was left out."""
    identity: Id = number
    try:
        identity = _identity(given.get("id"), number)
        text = _text(given.get("text"))
        return Row(identity, text, _span(text, given) if mentions else None)
    except _Fault as fault:
        return Row(identity, fault=str(fault))


def _identity(given: Any, number: int) -> Id:
    if given is None:
        return number
    if not isinstance(given, str | int | float) or isinstance(given, bool):
        raise _Fault("the id is neither text nor a number")
    if isinstance(given, float) and not math.isfinite(given):
        raise _Fault("the id is a number too large to be written")
    return given


def _text(given: Any) -> str:
    if given is None:
        raise _Fault("there is no text")
    if not isinstance(given, str):
        raise _Fault(f"the text is not a string but {_quoted(given)}")
    if not _visible(given):
        raise _Fault("the text is empty")
    if len(given) > MAX_CHARACTERS:
        raise _Fault(f"the text has {len(given):,} characters, over {MAX_CHARACTERS:,}; give one sentence a row")
    if language := foreign(_whole(given, "text")):
        raise _Fault(f"the text is in {language}; only English is scored")
    return given


def _whole(text: str, what: str) -> str:
    """The text. A half surrogate pair, from a JSON escape, can be neither read by the encoder nor written."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _Fault(f"the {what} holds half of a surrogate pair at character {error.start}") from error
    return text


def _visible(text: str) -> bool:
    return any(character.isprintable() and not character.isspace() for character in text)


def _span(text: str, given: Mapping[str, Any]) -> tuple[int, int]:
    """Where the target stands: at `start` and `end` where these are given, else where `target` first occurs."""
    target, start, end = (given.get(name) for name in ("target", "start", "end"))
    if target is not None and not isinstance(target, str):
        raise _Fault(f"the target is not a string but {_quoted(target)}")
    if start is None and end is None:
        if target is None or not _visible(target):
            raise _Fault("there is no target: give target, or start and end, for a head that judges a target")
        return _occurrence(text, _whole(target, "target"))
    if start is None or end is None:
        raise _Fault(f"there is a {'start' if end is None else 'end'} without {'an end' if end is None else 'a start'}")
    span = _offset(start, "start"), _offset(end, "end")
    if not 0 <= span[0] < span[1] <= len(text):
        raise _Fault(f"start {span[0]} and end {span[1]} lie outside the text of {len(text)} characters")
    there = text[span[0] : span[1]]
    if not _visible(there):
        raise _Fault(f"nothing but spaces stands at start {span[0]} and end {span[1]}")
    if target and _visible(target) and _matching(target) != _matching(there):
        raise _Fault(f"at start {span[0]} and end {span[1]} stands {_quoted(there)}, not the target {_quoted(target)}")
    return span


def _matching(text: str) -> str:
    """Two spellings of one target give one key: spaces, capitals and typographic marks apart."""
    return " ".join(plain(text).casefold().split())


def _offset(given: Any, name: str) -> int:
    """A whole number, also written as text or as 3.0, as tables and data frames do."""
    if isinstance(given, bool) or not re.fullmatch(r"-?[0-9]{1,18}(?:\.0+)?", str(given).strip()):
        raise _Fault(f"the {name} is not a whole number but {_quoted(given)}")
    return int(float(str(given))) if "." in str(given) else int(given)


def _occurrence(text: str, target: str) -> tuple[int, int]:
    """The first place where the target stands as whole words, in its own capitals or, failing that, in others."""
    words = r"\s+".join(re.escape(word) for word in plain(target).split())
    for flags in (0, re.IGNORECASE):
        if found := re.search(rf"(?<!\w){words}(?!\w)", plain(text), flags):
            return found.span()
    raise _Fault(f"the target {_quoted(target)} does not occur in the text")


def _quoted(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _QUOTED else f"{shown[:_QUOTED]}…"
