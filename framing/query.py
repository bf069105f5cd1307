"""Runs a query over Parquet parts with DuckDB: each table is a view over the files named for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from framing.scratch import scratch, unusable

MEMORY = "512MB"
"""What sorting a whole corpus may take: unbounded, 600,000 sentences in all columns (264 MB as CSV) took 0.9 GB."""


@dataclass(frozen=True)
class Source:
    """A table of a query: its columns, and the files (none: the table is empty)."""

    schema: pa.Schema
    files: Sequence[Path]


class Engine:
    """One in-memory DuckDB; each query runs on its own cursor, so that threads may share the engine."""

    def __init__(self) -> None:
        self._database = duckdb.connect(config={"autoinstall_known_extensions": "false"})

    def run(
        self, sql: str, parameters: Sequence[object], sources: Mapping[str, Source], tables: Mapping[str, pa.Table]
    ) -> pa.Table:
        """The query's result. Files come with a column `filename`. Raises duckdb.Error."""
        with _interrupts():
            return self._run(sql, parameters, sources, tables)

    def _run(
        self, sql: str, parameters: Sequence[object], sources: Mapping[str, Source], tables: Mapping[str, pa.Table]
    ) -> pa.Table:
        with self._database.cursor() as cursor:
            _register(cursor, sql, sources, tables)
            return cursor.sql(sql, params=list(parameters)).to_arrow_table()

    def stream(
        self, sql: str, sources: Mapping[str, Source], tables: Mapping[str, pa.Table], rows: int
    ) -> Iterator[pa.Table]:
        """The query's result, at most so many rows at a time, in a database of its own that keeps to `MEMORY`
        and sorts the rest in the folder for temporary files. Raises duckdb.Error, and InputError where that folder is
        full or cannot be written."""
        with scratch("sort") as place, _interrupts(), _spilling(place):
            bounded: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": MEMORY,
                "temp_directory": str(place),
                "autoinstall_known_extensions": "false",
            }
            with duckdb.connect(config=bounded) as database:
                _register(database, sql, sources, tables)
                with database.sql(sql).to_arrow_reader(rows) as reader:
                    for batch in reader:
                        yield pa.Table.from_batches([batch])


@contextmanager
def _spilling(place: Path) -> Iterator[None]:
    """Tells what goes wrong with DuckDB's own temporary files from what is wrong with the files it reads. Where the
    disk is full it says so, or that what it keeps there has reached the limit that it took from the free space."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        if str(place) in str(error) or "max_temp_directory_size" in str(error):
            raise unusable(place, str(error)) from error
        raise


@contextmanager
def _interrupts() -> Iterator[None]:
    """DuckDB turns Ctrl-C into errors of its own, "Query interrupted" or one that quotes KeyboardInterrupt."""
    try:
        yield
    except (duckdb.Error, RuntimeError) as error:
        if str(error) == "Query interrupted" or "KeyboardInterrupt" in str(error):
            raise KeyboardInterrupt from error
        raise


def _register(
    cursor: duckdb.DuckDBPyConnection, sql: str, sources: Mapping[str, Source], tables: Mapping[str, pa.Table]
) -> None:
    for name, table in tables.items():
        cursor.register(name, table)
    for name, source in sources.items():
        if not re.search(rf"\b{name}\b", sql):
            continue  # a view opens its files, asked for or not: 20 ms of 60 in a query on one event
        if source.files:
            cursor.execute(f"create temp view {name} as select * from {_files(source.files)}")
        else:
            cursor.register(name, source.schema.append(pa.field("filename", pa.string())).empty_table())


def _files(files: Sequence[Path]) -> str:
    """A `read_parquet` over exactly these files. A view takes no parameters, hence the quoting here."""
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"read_parquet([{listed}], filename = true, hive_partitioning = false)"
