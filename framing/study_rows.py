"""The tables of a study that hold every sentence or mention: written as they are read, never whole in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from framing.errors import InputError
from framing.parts import appear
from framing.spreadsheet import csv_text, flat


@dataclass(frozen=True)
class Written:
    """A table that was written: its rows, and the hash of each of its two files."""

    rows: int
    csv: str
    parquet: str


def write_rows(folder: Path, name: str, frames: Iterable[pd.DataFrame]) -> Written:
    """Writes a table's frames, one at least, as `name.csv` and `name.parquet` (a row group each), beside their places
    and then renamed. The same bytes as `csv_text` and `parquet_bytes` of the whole, up to one frame; beyond that the
    Parquet file has more row groups. Raises InputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = {kind: folder / f".{name}.{kind}.tmp" for kind in ("csv", "parquet")}
        rows = _write(beside["csv"], beside["parquet"], frames)
        hashes = []
        for kind, file in beside.items():
            with file.open("rb") as raw:
                hashes.append(hashlib.file_digest(raw, "sha256").hexdigest())
            appear(file, folder / f"{name}.{kind}")
    except OSError as error:
        raise InputError(f"Cannot write {folder / name}: {error.strerror or error}.") from error
    return Written(rows, *hashes)


def _write(csv: Path, parquet: Path, frames: Iterable[pd.DataFrame]) -> int:
    writer, rows = None, 0
    try:
        with csv.open("w", encoding="utf-8", newline="") as text:
            for frame in frames:
                plain = flat(frame)
                text.write(csv_text(plain, header=writer is None))
                table = pa.Table.from_pandas(plain, preserve_index=False)
                writer = writer or pq.ParquetWriter(parquet, table.schema, compression="zstd")
                writer.write_table(table.cast(writer.schema))
                rows += len(plain)
    finally:
        if writer is not None:
            writer.close()
    return rows
