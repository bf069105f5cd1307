"""Tables of articles: `.csv .tsv .jsonl .parquet`, one article a row, read as a stream so that memory stays flat.

Rows count from 1 without the header. A row that cannot be used is a rejection and the rest goes on.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from framing.errors import UnreadableSource
from framing.ingest.draft import GIVE_OUTLET, GIVE_TEXT, Place, build, outlet_of_folder
from framing.ingest.lines import LineError, LineFeed, decoded_lines
from framing.ingest.options import ReadOptions, columns_for, mapping_fault
from framing.ingest.text import MAX_BYTES
from framing.plain import count
from framing.schema import Article, Rejection

SEPARATORS = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
JSON_LINES = {".jsonl", ".ndjson"}
PARQUET = {".parquet", ".pq"}
Table = Path | io.BufferedReader
"""A file on disk, or an open one inside an archive."""
Raw = tuple[Place, dict[str, object] | Rejection]
"""Where a row stands, and its columns or why it cannot be read."""

_HELD = 200_000_000
# Rows of a Parquet file held at once: 64 of the longest news articles measured (16,061 characters) are 1 MB.
_BATCH = 64
# Otherwise a whole row group is read ahead: of 300,000 rows of 1 kB in one, that holds 305 MB instead of 5.
_STREAMED = {"buffer_size": 1 << 20, "pre_buffer": False}
# First lines of a JSONL file whose keys stand for its columns: rows may leave out empty fields.
_PEEK = 50


def read_table(file: Table, source: str, options: ReadOptions) -> Iterator[Article | Rejection]:
    """Every row of a table as article or rejection; `source` ends with the format. Raises UnreadableSource when the
    file as a whole cannot be read."""
    suffix, empty = Path(source).suffix.lower(), True
    reader = _read_parquet if suffix in PARQUET else _read_raw
    for item in reader(file, source, options):
        empty = False
        yield item
    if empty:
        blank = "has only blank lines; a line of JSON holds one article"
        raise UnreadableSource(blank if suffix in JSON_LINES else "has no row under its column names")


def _columns(available: list[str], source: str, options: ReadOptions) -> dict[str, str]:
    """Field → column, or UnreadableSource naming the columns there are."""
    listed = ", ".join(available) or "none"
    if fault := mapping_fault(available, options):
        raise UnreadableSource(fault)
    columns = columns_for(available, options)
    if "text" not in columns:
        raise UnreadableSource(f"no column looks like the article's text; {GIVE_TEXT}. Columns: {listed}")
    known_elsewhere = options.outlet or outlet_of_folder(source)
    if not known_elsewhere and not columns.keys() & {"outlet", "url", "byline"}:
        raise UnreadableSource(f"no column names the outlet; {GIVE_OUTLET}. Columns: {listed}")
    return columns


def raw_rows(file: Table, source: str, check: Callable[[list[str]], object]) -> Iterator[Raw]:
    """Every row of a .csv, .tsv or .jsonl as column → value, or why it cannot be read; `check` is given the columns
    before the first row and may raise. Raises UnreadableSource when the file as a whole cannot be read."""
    suffix = Path(file if isinstance(file, Path) else source).suffix.lower()
    if suffix in JSON_LINES:
        return _jsonl_rows(file, source, check)
    return _csv_rows(file, source, SEPARATORS[suffix], check)


def _open(file: Table) -> AbstractContextManager[io.BufferedReader]:
    return file.open("rb") if isinstance(file, Path) else nullcontext(file)


def _read_raw(file: Table, source: str, options: ReadOptions) -> Iterator[Article | Rejection]:
    for place, row in raw_rows(file, source, lambda columns: _columns(columns, source, options)):
        if isinstance(row, Rejection):
            yield row
        else:
            yield build({key: row[column] for key, column in columns_for(row, options).items()}, place, options)


def _csv_rows(file: Table, source: str, separator: str, check: Callable[[list[str]], object]) -> Iterator[Raw]:
    with _open(file) as raw:
        header, records = csv_records(decoded_lines(raw), separator)
        check(header)
        for number, row in enumerate(records, start=1):
            place = Place(source, f"row {number}")
            if isinstance(row, str):
                yield place, place.reject(row)
            elif row:
                yield place, dict(zip(header, row, strict=True))
            else:
                yield place, place.reject("is empty")


def csv_records(lines: Iterator[str | LineError], separator: str) -> tuple[list[str], Iterator[list[str] | str]]:
    """The header, and each record below it: its fields (none where all are empty), or in words what is wrong with it.

    Raises UnreadableSource where the header cannot be read."""
    csv.field_size_limit(MAX_BYTES)
    feed = LineFeed(lines)
    separator = _separator(feed, separator)
    records = csv.reader(feed, delimiter=separator, strict=True)
    try:
        header = [name.strip() for name in next(records, [])]
    except (LineError, csv.Error) as error:
        raise UnreadableSource(f"its header cannot be read: {error}") from error
    return header, _records(records, feed, separator, len(header))


def _records(records: Iterator[list[str]], feed: LineFeed, separator: str, width: int) -> Iterator[list[str] | str]:
    while True:
        feed.begin()
        row = _record(records, feed, separator, width)
        if row is None:
            return
        yield f"{row} (line {feed.first_line} of the file)" if isinstance(row, str) else row


def _record(records: Iterator[list[str]], feed: LineFeed, separator: str, width: int) -> list[str] | str | None:
    """The next record, or in words what is wrong with it, or None at the end."""
    try:
        row = next(records, None)
    except LineError as error:
        feed.pass_over(error)
        return str(error)
    except csv.Error as error:
        feed.reread()
        fault = f"cannot be read: {error}"
    else:
        if row is None or len(row) == width or not any(row):
            return row if row is None or any(row) else []
        feed.reread()
        fault = f"has {count(len(row), 'field')} where the header has {width}"
    if separator == "\t":  # tab-separated files often hold quotation marks that enclose nothing
        bare = next(csv.reader(feed.record, delimiter=separator, quoting=csv.QUOTE_NONE))
        if len(bare) == width:
            return bare
    return f"{fault}; fields with commas, line ends or quotation marks go in double quotes, with those inside doubled"


def _separator(feed: LineFeed, usual: str) -> str:
    """Semicolons where the header has them and no commas: how spreadsheets in half of Europe write .csv."""
    header = feed.peek()
    return ";" if usual == "," and "," not in header and ";" in header else usual


def _jsonl_rows(file: Table, source: str, check: Callable[[list[str]], object]) -> Iterator[Raw]:
    with _open(file) as raw:
        parsed = _parsed(raw, source)
        first = list(itertools.islice(parsed, _PEEK))
        keys = list(dict.fromkeys(key for _, row in first if isinstance(row, dict) for key in row))
        if keys:
            check(keys)
        yield from itertools.chain(first, parsed)


def _parsed(raw: io.BufferedReader, source: str) -> Iterator[Raw]:
    for number, line in enumerate(decoded_lines(raw), start=1):
        place = Place(source, f"line {number}")
        if isinstance(line, LineError):
            yield place, place.reject(str(line))
        elif line.strip():
            yield place, _json_object(line, place)


def _json_object(line: str, place: Place) -> dict[str, object] | Rejection:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        return place.reject(f"is not valid JSON: {error}")
    return row if isinstance(row, dict) else place.reject("is not a JSON object with named fields")


def _read_parquet(file: Table, source: str, options: ReadOptions) -> Iterator[Article | Rejection]:
    try:
        data = file if isinstance(file, Path) else pa.BufferReader(_whole(file))
        with pq.ParquetFile(data, **_STREAMED) as opened:
            columns = _columns(list(opened.schema_arrow.names), source, options)
            yield from _rows(opened, columns, source, options)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableSource(f"is no readable Parquet file: {error}") from error


def _whole(file: io.BufferedReader) -> bytes:
    """A Parquet file that is no file of its own: its columns are found from its end, so it is held whole."""
    raw = file.read(_HELD + 1)
    if len(raw) > _HELD:
        raise UnreadableSource(f"is over {_HELD // 1_000_000} MB, too large inside an archive; unpack it first")
    return raw


def _rows(
    file: pq.ParquetFile, columns: dict[str, str], source: str, options: ReadOptions
) -> Iterable[Article | Rejection]:
    number = itertools.count(1)
    for batch in file.iter_batches(batch_size=_BATCH, columns=list(columns.values()), use_threads=False):
        for row in batch.to_pylist():
            place = Place(source, f"row {next(number)}")
            yield build({key: row[column] for key, column in columns.items()}, place, options)
