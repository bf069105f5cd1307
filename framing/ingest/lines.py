"""Lines of a big file, one at a time: decoded, capped in length, with a way back when one spoils a CSV record."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Callable, Iterator

from framing.errors import UnreadableSource
from framing.ingest.text import MAX_BYTES, is_utf16, legacy_encoding, refuse_binary

_CHUNK = 1 << 20
SAVE_AS_UTF8 = "save the file as UTF-8"


class LineError(Exception):
    """A line that was passed over; the message says why. `odd_quotes`: it holds an odd number of double quotes."""

    def __init__(self, reason: str, odd_quotes: bool) -> None:
        super().__init__(reason)
        self.odd_quotes = odd_quotes


def decoded_lines(raw: io.BufferedReader) -> Iterator[str | LineError]:
    """Every line of `raw`, line end included; a line over MAX_BYTES or that cannot be decoded comes as a LineError.

    Lines that are not UTF-8 are read in the legacy encoding that the first of them shows. Raises UnreadableSource for
    binary data and for an empty file.
    """
    start = raw.peek(4096)[:4096]
    if not start:
        raise UnreadableSource("is empty")
    refuse_binary(start)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from _wide_lines(io.TextIOWrapper(raw, encoding="utf-16", newline=""))
        return
    legacy: str | None = None

    def guessed(line: bytes) -> str | LineError:
        nonlocal legacy
        legacy = legacy or legacy_encoding(line)
        return _in_legacy(line, legacy)

    yield from _utf8_or(guessed, raw)


def utf8_lines(raw: io.BufferedReader) -> Iterator[str | LineError]:
    """Every line of `raw` as `decoded_lines` gives it, but of UTF-8 alone: no encoding is guessed. Raises
    UnreadableSource for binary data, UTF-16 and an empty file."""
    start = raw.peek(4096)[:4096]
    if not start:
        raise UnreadableSource("is empty")
    if is_utf16(start):
        raise UnreadableSource(f"is UTF-16; {SAVE_AS_UTF8}")
    refuse_binary(start, "save it as UTF-8 text")
    yield from _utf8_or(lambda line: LineError(f"is not UTF-8; {SAVE_AS_UTF8}", _odd_quotes(line)), raw)


def _utf8_or(other: Callable[[bytes], str | LineError], raw: io.BufferedReader) -> Iterator[str | LineError]:
    for line in _capped_lines(raw):
        if isinstance(line, LineError):
            yield line
            continue
        try:
            yield line.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        except UnicodeDecodeError:
            yield other(line)


def _in_legacy(line: bytes, encoding: str | None) -> str | LineError:
    odd = _odd_quotes(line)
    if encoding is None or b"\0" in line:
        return LineError(f"is in no encoding that could be recognised; {SAVE_AS_UTF8}", odd)
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return LineError(f"is neither UTF-8 nor {encoding} as other lines; {SAVE_AS_UTF8}", odd)


def _odd_quotes(line: bytes) -> bool:
    return line.count(b'"') % 2 == 1


def _capped_lines(raw: io.BufferedReader) -> Iterator[bytes | LineError]:
    while line := raw.readline(MAX_BYTES):
        if line.endswith(b"\n") or len(line) < MAX_BYTES:
            yield line
            continue
        size, quotes = len(line), line.count(b'"')
        while not line.endswith(b"\n") and (line := raw.readline(_CHUNK)):  # passed over in pieces, never held whole
            size, quotes = size + len(line), quotes + line.count(b'"')
        yield _too_long(f"{size / 1e6:,.0f} MB", f"{MAX_BYTES / 1e6:,.0f} MB", quotes)


def _wide_lines(text: io.TextIOWrapper) -> Iterator[str | LineError]:
    limit = MAX_BYTES // 2
    try:
        while line := text.readline(limit):
            if line.endswith("\n") or len(line) < limit:
                yield line
                continue
            size, quotes = len(line), line.count('"')
            while not line.endswith("\n") and (line := text.readline(_CHUNK)):
                size, quotes = size + len(line), quotes + line.count('"')
            yield _too_long(f"{size * 2 / 1e6:,.0f} MB", f"{MAX_BYTES / 1e6:,.0f} MB", quotes)
    except UnicodeDecodeError as error:
        raise UnreadableSource("says it is UTF-16 but is not; save it as UTF-8") from error


def _too_long(size: str, limit: str, quotes: int) -> LineError:
    return LineError(f"is a line of {size}, longer than any article (limit {limit})", quotes % 2 == 1)


class LineFeed:
    """What csv.reader reads from: it remembers the lines of the record under way and gives them again after a fault."""

    def __init__(self, lines: Iterator[str | LineError]) -> None:
        self._lines = lines
        self._again: deque[str | LineError] = deque()
        self._size = 0
        self._read = 0
        self.record: list[str] = []
        """The lines of the record under way."""

    @property
    def first_line(self) -> int:
        """Number of the record's first line in the file."""
        return self._read - max(len(self.record) - 1, 0)

    def begin(self) -> None:
        """Says that a new record begins."""
        self.record, self._size = [], 0

    def peek(self) -> str:
        """The next line, not taken; empty at the end or where it cannot be read."""
        if not self._again and (line := next(self._lines, None)) is not None:
            self._again.append(line)
        return self._again[0] if self._again and isinstance(self._again[0], str) else ""

    def reread(self) -> None:
        """After a record with a fault in its quotes: everything but its first line is given again."""
        later = self.record[1:]
        self._again.extendleft(reversed(later))
        self._read -= len(later)
        self.record = self.record[:1]

    def pass_over(self, error: LineError) -> None:
        """After a line that could not be read: passes over the rest of the quoted field that it stood in or opened."""
        inside = error.odd_quotes != bool(self.record)
        while inside:
            try:
                inside = next(self).count('"') % 2 == 0
            except LineError as another:
                inside = not another.odd_quotes
            except StopIteration:
                return

    def __iter__(self) -> LineFeed:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._read += 1
        if isinstance(line, LineError):
            raise line
        self.record.append(line)
        self._size += len(line)
        if self._size > MAX_BYTES:
            raise csv.Error("a double quote is opened and never closed")
        return line
