"""A part's bytes with their own checksum inside, so that one flipped bit anywhere in the file shows."""

from __future__ import annotations

import hashlib
import io
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

Seal = Literal["whole", "broken", "none"]
"""The bytes are those that were written; they are not; or they bear no checksum (written before there were any)."""

END = 1 << 16
"""Bytes at a part's end that hold its checksum: the footer of 60 columns in four row groups takes 36 kB."""

_NAME = b"framing.sha256"
# How the footer (Thrift, compact) writes the value of this name: string field, 64 bytes long.
_BEGINS = _NAME + b"\x18\x40"
_OPEN = b"0" * 64

# Columns that repeat; everything else is stored plain, since a dictionary of distinct texts costs more than it saves.
_REPEATING = ("article_id", "outlet", "byline", "kind", "event", "event_id", "action", "voice", "speaker", "rule")


def sealed(table: pa.Table) -> bytes:
    """The table as Parquet with the SHA-256 of the whole file in its footer, counted with 64 zeros in its own place."""
    plain = table.replace_schema_metadata(None)
    floats = [item.name for item in plain.schema if pa.types.is_float32(item.type)]
    repeating = [name for name in _REPEATING if name in plain.column_names]
    sink = io.BytesIO()
    with pq.ParquetWriter(
        sink, plain.schema, compression="zstd", use_dictionary=repeating, use_byte_stream_split=floats
    ) as writer:
        writer.write_table(plain, row_group_size=4096)
        writer.add_key_value_metadata({_NAME: _OPEN})
    raw = bytearray(sink.getvalue())
    place = _place(raw)
    raw[place : place + len(_OPEN)] = _digest(raw, place)
    return bytes(raw)


def seal_of(raw: bytes) -> Seal:
    """Whether a part's bytes are those that were written."""
    place = _place(raw)
    if place < 0:
        return "none"
    return "whole" if raw[place : place + len(_OPEN)] == _digest(raw, place) else "broken"


def stamp_of(end: bytes) -> str:
    """The checksum that a part bears, from its last bytes (`END` are enough), unchecked; empty where it bears none."""
    place = _place(end)
    return "" if place < 0 else end[place : place + len(_OPEN)].decode("ascii", "replace")


def _place(raw: bytes | bytearray) -> int:
    """Where the checksum stands, or -1. It comes after everything that a text could imitate, hence the last."""
    found = raw.rfind(_BEGINS)
    return found if found < 0 else found + len(_BEGINS)


def _digest(raw: bytes | bytearray, place: int) -> bytes:
    view = memoryview(raw)
    digest = hashlib.sha256(view[:place])
    digest.update(_OPEN)
    digest.update(view[place + len(_OPEN) :])
    return digest.hexdigest().encode("ascii")
