"""ZIP and tar archives and packed files, read as streams: nothing is ever written to disk, and the whole archive is
checked before its first file is read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from framing.errors import UnreadableSource
from framing.plain import count

_PACKERS: dict[str, Callable[[Path], Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_SHORT = {".tgz": ".gz", ".tbz2": ".bz2", ".txz": ".xz"}
ARCHIVES = {".zip", ".tar", *_PACKERS, *_SHORT}
DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(RuntimeError, ValueError),
)
"""What the standard library raises on damaged archives; a RuntimeError also for a password, or an unknown packing."""
_DAMAGED = "is damaged, or packed in a way that is not read; pack it anew as .zip"


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may hold. `ratio` is unpacked to packed size, asked where more than `free` bytes are unpacked:
    the sample articles pack 3.8 times (gzip) and 4.2 (xz), 10 MB of zeros 1,000 times."""

    entries: int = 100_000
    bytes: int = 4_000_000_000
    ratio: int = 100
    free: int = 10_000_000


LIMITS = ArchiveLimits()
Member = tuple[str, io.BufferedReader]
"""A file's name in the archive, with `/`, and the file, open until the next one is asked for."""


def is_archive(name: str) -> bool:
    """Whether a file is an archive or packed, by its name."""
    return Path(name).suffix.lower() in ARCHIVES


def members(path: Path, limits: ArchiveLimits = LIMITS) -> Iterator[Member]:
    """The files of an archive in its order. Raises UnreadableSource before the first one where anything about the
    archive is hostile, too large, locked or damaged."""
    suffix = path.suffix.lower()
    if suffix == ".zip":
        yield from _zip_members(path, limits)
    elif suffix in (".tar", *_SHORT) or Path(path.stem).suffix.lower() == ".tar":
        yield from _tar_members(path, limits)
    else:
        yield from _packed_file(path, limits)


class _Meter:
    """Counts what is unpacked of one archive. Raises UnreadableSource where it is more than an archive may hold."""

    def __init__(self, path: Path, limits: ArchiveLimits) -> None:
        self.packed, self.limits, self.unpacked, self.entries = path.stat().st_size, limits, 0, 0

    def add(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > self.limits.bytes:
            raise UnreadableSource(
                f"unpacks to more than {self.limits.bytes / 1e6:,.0f} MB; unpack it and add its files in portions"
            )
        if self.unpacked > self.limits.free and self.unpacked > self.limits.ratio * max(self.packed, 1):
            raise UnreadableSource(
                f"unpacks to more than {self.limits.ratio} times its size, as no articles do (a “zip bomb”); nothing "
                "of it was read. If you trust it, unpack it and give the folder"
            )

    def enter(self, name: str, kind: str) -> None:
        """Counts an entry and checks its name; `kind` is file, folder, or what else it is."""
        self.entries += 1
        if self.entries > self.limits.entries:
            raise UnreadableSource(f"holds more than {count(self.limits.entries, 'file')}; add them in portions")
        plain = name.replace("\\", "/")
        if plain.startswith("/") or re.match(r"[A-Za-z]:", plain) or ".." in plain.split("/") or "\0" in plain:
            raise UnreadableSource(
                f"holds a file that would land outside its folder ({_shown(name)}); pack it again without; "
                "nothing of it was read"
            )
        if kind not in ("file", "folder"):
            raise UnreadableSource(
                f"holds {kind} ({_shown(name)}), which may lead anywhere; pack it again without; nothing of it was read"
            )


def _shown(name: str) -> str:
    return repr(name if len(name) <= 80 else name[:77] + "…")[1:-1]


class _Counted(io.RawIOBase):
    """A stream whose bytes are metered, and whose damage is an UnreadableSource."""

    def __init__(self, file: IO[bytes], meter: _Meter | None) -> None:
        self.file, self.meter = file, meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _damage_said():
            piece = self.file.read(len(buffer))
        if self.meter:
            self.meter.add(len(piece))
        buffer[: len(piece)] = piece
        return len(piece)


@contextmanager
def _damage_said() -> Iterator[None]:
    try:
        yield
    except UnreadableSource:
        raise
    except DAMAGE as error:
        raise UnreadableSource(_DAMAGED) from error


# --- ZIP ---


def _zip_members(path: Path, limits: ArchiveLimits) -> Iterator[Member]:
    with _damage_said():
        archive = zipfile.ZipFile(path)
    with closing(archive):
        meter = _Meter(path, limits)
        entries = archive.infolist()
        for entry in entries:
            # A NUL ends the name that zipfile gives, but not the one that stands in the archive.
            meter.enter(entry.orig_filename, _zip_kind(entry))
            if entry.flag_bits & 1:
                raise UnreadableSource("is locked with a password; unpack it first")
            meter.add(entry.file_size)
        for entry in entries:
            if not entry.is_dir():
                with _damage_said():
                    opened = archive.open(entry)
                with opened:  # which gives no more bytes than the size that was counted
                    yield entry.filename, io.BufferedReader(_Counted(opened, None))


def _zip_kind(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "a link"
    if entry.is_dir():
        return "folder"
    return "file" if not stat.S_IFMT(mode) or stat.S_ISREG(mode) else "a device"


# --- tar ---


def _tar_members(path: Path, limits: ArchiveLimits) -> Iterator[Member]:
    with _tar(path, _Meter(path, limits)) as archive:  # once through for the check, and once more for the files
        meter = _Meter(path, limits)
        for entry in _entries(archive):
            meter.enter(entry.name, _tar_kind(entry))
            meter.add(entry.size)
    with _tar(path, _Meter(path, limits)) as archive:
        for entry in _entries(archive):
            if entry.isfile():
                with _damage_said():
                    opened = archive.extractfile(entry)
                if opened is not None:
                    yield entry.name, io.BufferedReader(_Counted(opened, None))


def _tar_kind(entry: tarfile.TarInfo) -> str:
    if entry.issym() or entry.islnk():
        return "a link"
    if entry.isdir():
        return "folder"
    return "file" if entry.isfile() and not entry.issparse() else "a device or a file with holes"


def _entries(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while True:
        with _damage_said():
            entry = archive.next()
        if entry is None:
            return
        archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps every entry that it met
        yield entry


@contextmanager
def _tar(path: Path, meter: _Meter) -> Iterator[tarfile.TarFile]:
    with _unpacked(path) as file:
        with _damage_said():
            archive = tarfile.open(fileobj=_Counted(file, meter), mode="r|")  # noqa: SIM115
        with closing(archive):
            yield archive


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    suffix = path.suffix.lower()
    packer = _PACKERS.get(_SHORT.get(suffix, suffix))
    with packer(path) if packer else path.open("rb") as file:
        yield file


def _packed_file(path: Path, limits: ArchiveLimits) -> Iterator[Member]:
    """A single file packed by itself, `articles.jsonl.gz`: once through to its end, then read."""
    with _unpacked(path) as file:
        counted = io.BufferedReader(_Counted(file, _Meter(path, limits)))
        while counted.read(1 << 20):
            continue
    with _unpacked(path) as file:
        yield path.stem, io.BufferedReader(_Counted(file, _Meter(path, limits)))
