"""The records of a WARC file, read with warcio as a stream within limits: what a file claims never fills memory."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

from framing.connection import unpacked
from framing.errors import UnreadableSource

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

MOST_RATIO = 100
"""Unpacked to packed size of one record, asked from `_FREE` bytes on, as of archives: news pages pack 3 to 10 times."""
_FREE = 10_000_000
_MOST_LINE = 65_536  # of a header; servers take 8 kB to 64 kB
_MOST_LINES = 5_000  # of all headers of a record; the browser's limit is a few hundred
_PIECE = 65_536
_BOMB = f"holds a record that unpacks to more than {MOST_RATIO} times its size, as no page does (a “zip bomb”)"
_DAMAGED = "is no WARC file, or is damaged"
_CUT = "breaks off in the middle, as an interrupted download does; get it anew"


class _Counted(io.RawIOBase):
    """Counts the bytes that were taken from a file."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw, self.given = raw, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self.raw.read(size)
        self.given += len(piece)
        return piece


class _Guarded:
    """The bytes of a WARC file, unpacked where it is packed. Raises UnreadableSource for damage, and for a record that
    unpacks as no page does."""

    def __init__(self, raw: IO[bytes], packed: bool) -> None:
        self.raw = _Counted(raw)
        file: Any = gzip.GzipFile(fileobj=self.raw, mode="rb") if packed else self.raw
        self._take = file.read1 if packed else file.read  # `read` loses what it unpacked before damage
        self.unpacked = self.begun = self.begun_packed = self.lines = 0

    def begin(self) -> None:
        """Says that the next record is asked for."""
        self.begun, self.begun_packed, self.lines = self.unpacked, self.raw.given, 0

    def read(self, size: int) -> bytes:
        try:
            piece: bytes = self._take(size)
        except EOFError as error:
            raise UnreadableSource(_CUT) from error
        except (zlib.error, OSError) as error:
            raise UnreadableSource(_DAMAGED) from error
        self.unpacked += len(piece)
        record = self.unpacked - self.begun
        # GzipFile takes 128 kB ahead of what it gives, which then counts for an earlier record.
        if record > _FREE and record > MOST_RATIO * (self.raw.given - self.begun_packed + (1 << 17)):
            raise UnreadableSource(_BOMB)
        return piece


def records(raw: IO[bytes], packed: bool) -> Iterator[ArcWarcRecord]:
    """The records in the file's order, each to be read before the next is asked for. Raises UnreadableSource where the
    file is damaged or hostile; those before were given."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.bufferedreaders import BufferedReader
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.statusandheaders import StatusAndHeadersParserException

    guarded = _Guarded(raw, packed)

    class Reader(BufferedReader):  # type: ignore[misc]
        """warcio's own reads a header line of any length, and unpacks once more what was packed twice."""

        def readline(self, length: int | None = None) -> bytes:
            guarded.lines += 1
            if guarded.lines > _MOST_LINES:
                raise UnreadableSource(f"holds a record with more than {_MOST_LINES:,} lines of headers")
            line: bytes = super().readline(min(length or _MOST_LINE, _MOST_LINE))
            if len(line) == _MOST_LINE:
                raise UnreadableSource("holds a line of headers that is longer than any server’s")
            return line

    class Records(ArchiveIterator):  # type: ignore[misc]
        INC_RECORD = ""  # a line on stderr for each record that says a wrong length

    iterator = Records(guarded)
    iterator.reader = Reader(guarded, block_size=_PIECE)
    while True:
        guarded.begin()
        try:
            record = next(iterator, None)
        # The last two: warcio trips over records that lack an address or a length.
        except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, AttributeError, TypeError) as error:
            raise UnreadableSource(_DAMAGED) from error
        if record is None:
            return
        yield record


def body_of(record: ArcWarcRecord, most: int) -> bytes:
    """What a record's answer holds, unchunked and unpacked. Raises UnreadableSource for more than `most` bytes, and for
    a packing that is not read."""
    from warcio.bufferedreaders import ChunkedDataReader

    headers = record.http_headers
    stream, packing = record.raw_stream, ""
    if headers is not None:
        packing = (headers.get_header("Content-Encoding") or "").strip().lower()
        if (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
            stream = ChunkedDataReader(stream)
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise UnreadableSource(f"is packed in a way that is not read ({packing[:20]})")
    pieces = iter(lambda: stream.read(_PIECE), b"")
    body = _joined(_unpacked_if(pieces) if "gzip" in packing else pieces, most)
    while record.raw_stream.read(_PIECE):  # what chunks leave
        continue
    if getattr(record.raw_stream, "limit", 0) > 0:  # of the length that the record says it has
        raise UnreadableSource(_CUT)
    return body


def _unpacked_if(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpacked where it is packed: many crawlers unpack what they store, and keep the header that says otherwise."""
    first = next(pieces, b"")

    def again() -> Iterator[bytes]:
        yield first
        yield from pieces

    return unpacked(again()) if first.startswith(b"\x1f\x8b") else again()


def _joined(pieces: Iterable[bytes], most: int) -> bytes:
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > most:
            raise UnreadableSource(f"is over {most / 1e6:.0f} MB, larger than any article’s page")
    return b"".join(held)
