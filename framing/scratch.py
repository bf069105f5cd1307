"""The folder for temporary files: a place of our own in it, and what to do where it is full or cannot be written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from framing.errors import InputError


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A new folder among the temporary files, gone at the end. Raises InputError where none can be made."""
    try:
        place = tempfile.TemporaryDirectory(prefix=f"framing-{name}-")
    except OSError as error:
        raise unusable(None, error.strerror or str(error)) from error
    with place as folder:
        yield Path(folder)


def unusable(folder: Path | None, reason: str) -> InputError:
    """The error for temporary files that could not be written or read in a folder (None: none could be made), with what
    to do. One of our own, gone by then, goes by the name of the folder for all of them."""
    top = Path(tempfile.tempdir) if tempfile.tempdir else None  # none that can be written was found
    shown = top if top and (folder is None or folder.is_relative_to(top)) else folder
    where, why = f" in {shown}" if shown else "", reason.splitlines()[0].rstrip(".")
    return InputError(
        f"Temporary files cannot be kept{where}: {why}. Free some space there, or set the environment variable TMPDIR "
        "to a folder that can be written and has room, and run the same command again."
    )


class Table:
    """A Parquet file among the temporary files, written a piece at a time. Raises InputError where it cannot be."""

    def __init__(self, file: Path, schema: pa.Schema) -> None:
        self._folder, self._schema = file.parent, schema
        with _told(self._folder):
            self._writer = pq.ParquetWriter(file, schema, compression="zstd")

    def write(self, rows: pa.Table) -> None:
        """Adds rows; columns that the file has not are left out."""
        with _told(self._folder):
            self._writer.write_table(rows.select(self._schema.names).cast(self._schema))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with _told(self._folder):
            self._writer.close()


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unusable(folder, error.strerror or str(error)) from error
