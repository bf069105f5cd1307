"""The corpus folder on disk: where parts lie, how one appears whole, the manifest, the writer's lock."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import filelock
import pyarrow as pa
import pyarrow.parquet as pq

from framing import __version__
from framing.errors import CorpusError, NewerCorpus
from framing.seal import Seal, seal_of, sealed

FORMAT = 1
MANIFEST = "corpus.json"
PARTIAL = ".partial.parquet"
"""Ending of a result that an edit carried over and `score` completes."""
VOICE, MENTIONS = "voice", "mentions"

_FULL, _FORBIDDEN = "Free some space there", "Make the folder writable, or copy the corpus to a place that is"
_WAY_ON: Mapping[int, str] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), _FORBIDDEN),
}
_KEY = [("article_id", pa.string()), ("index", pa.int32())]
_SPAN = [("start", pa.int32()), ("end", pa.int32())]
SCHEMAS: Mapping[str, pa.Schema] = {
    "articles": pa.schema(
        [(name, pa.string()) for name in ("article_id", "outlet", "title", "text")]
        + [("published", pa.date32())]
        + [(name, pa.string()) for name in ("byline", "url", "source", "kind", "note")]
    ),
    "sentences": pa.schema(
        [*_KEY, ("text", pa.string()), *_SPAN, ("paragraph", pa.int32()), ("quotes", pa.list_(pa.struct(_SPAN)))]
    ),
    "events": pa.schema(
        [(name, pa.string()) for name in ("article_id", "event", "event_id")]
        + [("pinned", pa.bool_()), ("seq", pa.int64())]
    ),
    "removed": pa.schema(
        [(name, pa.string()) for name in ("article_id", "action", "successor")]
        + [("published", pa.date32()), ("seq", pa.int64())]
    ),
    "rejected": pa.schema(
        [(name, pa.string()) for name in ("source", "position", "reason")]
        + [("standing", pa.bool_()), ("seq", pa.int64())]
    ),
    VOICE: pa.schema([*_KEY, ("voice", pa.string()), ("speaker", pa.string()), ("rule", pa.string())]),
    MENTIONS: pa.schema([*_KEY, *_SPAN, ("surface", pa.string()), ("canonical", pa.string()), ("type", pa.string())]),
}
LOGS = ("events", "removed", "rejected")
"""Tables that are numbered logs; the latest row of an article, or of a rejected place, counts."""
LARGE = 1 << 24
"""Rows that one part of a log can hold before the numbers of the next begin."""


def head_schema(columns: Sequence[str], level: str) -> pa.Schema:
    """Schema of a head's part: the sentence's (or mention's) key and one float32 column a label."""
    return pa.schema([*_KEY, *(_SPAN if level == "mention" else []), *((name, pa.float32()) for name in columns)])


@dataclass(frozen=True)
class Target:
    """One kind of result kept for every part of sentences: voice, mentions, or a head at one version."""

    name: str
    version: str
    level: str
    """`sentence` or `mention`: what one row stands for."""
    columns: tuple[str, ...]
    """The columns beside the key; for a head `<head>.<label>`."""

    @property
    def folder(self) -> str:
        """Its folder within the corpus."""
        return f"{'mentions' if self.name == MENTIONS else 'scores'}/{self.name}@{self.version}"

    @property
    def schema(self) -> pa.Schema:
        """Columns and types of its parts."""
        return SCHEMAS[self.name] if self.name in SCHEMAS else head_schema(self.columns, self.level)


@dataclass(frozen=True)
class Manifest:
    """`corpus.json`: format, counts, and the version of each target that queries read."""

    format: int = FORMAT
    framing: str = __version__
    current: Mapping[str, Target] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=lambda: {"parts": 0, "articles": 0, "sentences": 0})

    def dumps(self) -> str:
        """The file's text; equal manifests give equal bytes."""
        current = {name: _without_name(asdict(target)) for name, target in sorted(self.current.items())}
        body = {"format": self.format, "framing": self.framing, "current": current, "counts": dict(self.counts)}
        return json.dumps(body, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def loads(cls, text: str, path: Path) -> Manifest:
        """Reads the file's text. Raises CorpusError when it is damaged or written by a newer version."""
        try:
            body = json.loads(text)
            if body["format"] > FORMAT:
                writer = f"framing {body.get('framing')}, format {body['format']}"
                raise NewerCorpus(
                    f"The corpus {path} was written by a newer version ({writer}; this one reads format {FORMAT}). "
                    "Update with:  pip install --upgrade framing"
                )
            if body["format"] not in range(1, FORMAT + 1):
                raise ValueError(f"there is no format {body['format']}")
            current = {
                name: Target(name, item["version"], item["level"], tuple(item["columns"]))
                for name, item in body["current"].items()
            }
            counts = {name: int(body["counts"][name]) for name in ("parts", "articles", "sentences")}
            return cls(int(body["format"]), str(body["framing"]), current, counts)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorpusError(
                f"{path / MANIFEST} is damaged ({error}). Rebuild it from the parts with:  framing repair {path}"
            ) from error


def _without_name(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != "name"}


class Folder:
    """A corpus folder: lists, reads and writes parts. Readers need no lock; writers hold `writing()`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = filelock.FileLock(path / ".lock", timeout=0)
        self.appeared: Callable[[Path], object] = lambda file: None
        """Told of each part that was written, once it is in its place."""

    # -- listing -------------------------------------------------------------------------------------------------

    def stems(self) -> list[str]:
        """Names of the stored parts, sorted. A part exists once its articles do: they are written last."""
        return sorted(file.stem for file in _parts(self.path / "articles"))

    def files(self, table: str, stems: Iterable[str] | None = None) -> list[Path]:
        """Files of `articles` or `sentences` (of the given parts), or all of a log."""
        if table in LOGS:
            return sorted(_parts(self.path / table))
        return [self.path / table / f"{stem}.parquet" for stem in (self.stems() if stems is None else stems)]

    def result(self, target: Target, stem: str) -> Path | None:
        """The target's results for a part: the complete file, or the one an edit carried over, or None."""
        whole = self.complete(target, stem)
        if whole.exists():
            return whole
        carried = self.partial(target, stem)
        return carried if carried.exists() else None

    def complete(self, target: Target, stem: str) -> Path:
        """Where the target's results for a part lie once they are complete."""
        return self.path / target.folder / f"{stem}.parquet"

    def partial(self, target: Target, stem: str) -> Path:
        """Where results that an edit carried over wait for the sentences that changed."""
        return self.path / target.folder / f"{stem}{PARTIAL}"

    def stored_targets(self) -> list[Target]:
        """Every target at every version of which the folder holds a part, read from the parts themselves."""
        found = []
        for folder in sorted([*self.path.glob("scores/*@*"), *self.path.glob("mentions/*@*")]):
            sample = next(iter(_parts(folder)), None)
            if sample is None:
                continue
            name, _, version = folder.name.rpartition("@")
            columns = self.schema(sample).names
            keys = ("article_id", "index", "start", "end")
            level = "mention" if "start" in columns else "sentence"
            found.append(Target(name, version, level, tuple(c for c in columns if c not in keys)))
        return found

    # -- reading and writing -------------------------------------------------------------------------------------

    def schema(self, file: Path) -> pa.Schema:
        """Columns of a part. Raises CorpusError where it cannot be read."""
        try:
            return pq.read_schema(file)
        except (pa.ArrowInvalid, OSError) as error:
            raise self.damaged(file) from error

    def read(self, file: Path) -> pa.Table:
        """A whole part. Raises CorpusError where it cannot be read, or is not what was written."""
        try:
            raw = file.read_bytes()
            if seal_of(raw) == "broken":
                raise self.damaged(file)
            return pq.read_table(pa.BufferReader(raw)).replace_schema_metadata(None)
        except (pa.ArrowException, OSError) as error:
            raise self.damaged(file) from error

    def seal(self, file: Path) -> Seal:
        """Whether a part bears its checksum and agrees with it. Raises CorpusError where it cannot be read."""
        try:
            return seal_of(file.read_bytes())
        except OSError as error:
            raise self.damaged(file) from error

    def write(self, file: Path, table: pa.Table) -> None:
        """Writes a part beside its place, flushes it to disk and renames it: a reader never sees half of one."""
        self.put(file, sealed(table))
        self.appeared(file)

    def put(self, file: Path, raw: bytes) -> None:
        """Writes a file's bytes beside its place, flushes them to disk and renames it."""
        beside = file.with_name(f".{file.name}.tmp")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                beside.write_bytes(raw)
                appear(beside, file)
            except OSError:
                beside.unlink(missing_ok=True)  # on a full disk its room is needed
                raise
        except OSError as error:
            raise self.unwritable(error) from error

    def append(self, table: str, rows: list[dict[str, Any]], name: str) -> None:
        """Writes rows of `events` or `removed` as one part; `seq` counts on, so that the latest row wins."""
        last = max((int(file.stem.partition("-")[0]) for file in self.files(table)), default=0) + 1
        numbered = [{**row, "seq": last * LARGE + number} for number, row in enumerate(rows)]
        self.write(self.path / table / f"{last:08d}-{name}.parquet", pa.Table.from_pylist(numbered, SCHEMAS[table]))

    def gaps(self, table: str) -> list[int]:
        """Numbers of a log's parts that are gone. Whether the last ones are there the numbers cannot tell."""
        numbers = {int(file.stem.partition("-")[0]) for file in self.files(table)}
        return sorted(set(range(1, max(numbers, default=0))) - numbers)

    def damaged(self, file: Path) -> CorpusError:
        """The error for a part that cannot be read."""
        place = file.relative_to(self.path) if file.is_relative_to(self.path) else file
        return CorpusError(
            f"{place} in the corpus {self.path} is damaged or missing. Set it aside with:  framing repair {self.path}  "
            "and run ingest and score again; they do only what is missing."
        )

    def unwritable(self, error: OSError) -> CorpusError:
        """The error for a write that the system refused, with what to do."""
        return CorpusError(
            f"Cannot write to the corpus {self.path}: {error.strerror or error}. What is stored is whole. "
            f"{_WAY_ON.get(error.errno or 0, 'See that the disk is there and works')}, and run the same command again; "
            "it does only what is missing."
        )

    # -- manifest ------------------------------------------------------------------------------------------------

    def manifest(self) -> Manifest:
        """The manifest as it stands. Raises CorpusError when it is missing, damaged or newer."""
        try:
            return Manifest.loads((self.path / MANIFEST).read_text(encoding="utf-8"), self.path)
        except UnicodeDecodeError as error:
            raise CorpusError(f"{self.path / MANIFEST} is damaged. Run:  framing repair {self.path}") from error
        except FileNotFoundError as error:
            raise CorpusError(
                f"{self.path / MANIFEST} is missing. Rebuild it from the parts with:  framing repair {self.path}"
            ) from error

    def save(self, manifest: Manifest) -> None:
        """Writes the manifest whole; where nothing changed, nothing is written."""
        text = manifest.dumps()
        file = self.path / MANIFEST
        if file.exists() and file.read_bytes() == text.encode("utf-8"):
            return
        self.put(file, text.encode("utf-8"))

    def recount(self, manifest: Manifest) -> Manifest:
        """The manifest with its counts taken from the parts' own footers."""
        stems = self.stems()
        counted = {table: self.rows(table, stems) for table in ("articles", "sentences")}
        return replace(manifest, counts={"parts": len(stems), **counted})

    def rows(self, table: str, stems: Iterable[str]) -> int:
        """How many rows these parts of a table hold."""
        total = 0
        for file in self.files(table, stems):
            try:
                total += pq.read_metadata(file).num_rows
            except (pa.ArrowInvalid, OSError) as error:
                raise self.damaged(file) from error
        return total

    # -- writers -------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, repairing: bool = False) -> Iterator[None]:
        """Holds the corpus for one writer and sweeps what a killed one left. Raises CorpusError beside another writer,
        and, unless it is `repairing`, where parts have got lost.

        The lock is the operating system's, so that it ends with its process, however that dies.
        """
        owner = self.path / ".writer"
        if self._lock.is_locked:
            yield
            return
        try:
            self._lock.acquire()
        except filelock.Timeout as error:
            who = owner.read_text(encoding="utf-8").strip() if owner.exists() else "another process"
            raise CorpusError(
                f"The corpus {self.path} is being written by {who}. "
                "Wait until it has finished, or stop it, and run this again."
            ) from error
        except OSError as error:
            raise self.unwritable(error) from error
        try:
            self._begin(owner, repairing)
            yield
        finally:
            owner.unlink(missing_ok=True)
            self._lock.release()

    def _begin(self, owner: Path, repairing: bool) -> None:
        try:
            owner.write_text(f"process {os.getpid()} since {time.strftime('%H:%M:%S')}", encoding="utf-8")
            if not repairing:
                self._refuse_lost()
                self.sweep()
        except OSError as error:
            raise self.unwritable(error) from error

    def _refuse_lost(self) -> None:
        """Raises CorpusError where the manifest counts more parts than there are: sweeping would take the sentences and
        scores of those that are gone for what a killed run left."""
        lost = self.manifest().counts["parts"] - len(self.stems())
        if lost > 0:
            raise CorpusError(
                f"{lost} of the parts of the corpus {self.path} are gone from its folder articles/. Put them back from "
                f"a copy, or go on without them with:  framing repair {self.path}  (which keeps what else there is of "
                f"them). What is wrong in all tells:  framing check {self.path}"
            )

    def orphans(self) -> list[Path]:
        """Sentences and results of parts whose articles are not stored."""
        stems = set(self.stems())
        folders = [self.path / "sentences", *self.path.glob("scores/*@*"), *self.path.glob("mentions/*@*")]
        return sorted(file for folder in folders for file in _parts(folder) if _stem(file) not in stems)

    def leftovers(self) -> list[Path]:
        """Files that a killed writer left half-written."""
        found = [*self.path.glob("*/.*.tmp"), *self.path.glob("*/*/.*.tmp"), self.path / f".{MANIFEST}.tmp"]
        return sorted(file for file in found if file.exists())

    def sweep(self) -> None:
        """Deletes half-written files, sentences and scores whose articles never came to be stored, and carried results
        that a complete one has replaced."""
        for file in [*self.leftovers(), *self.orphans()]:
            file.unlink(missing_ok=True)
        for file in [*self.path.glob(f"*/*/[!.]*{PARTIAL}")]:
            if file.with_name(f"{_stem(file)}.parquet").exists():
                file.unlink()


def _stem(file: Path) -> str:
    return file.name.partition(".")[0]


def _parts(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if file.suffix == ".parquet" and not file.name.startswith(".")]


def appear(beside: Path, file: Path) -> None:
    """Flushes `beside` to disk and renames it to `file`, and makes the rename itself last."""
    with beside.open("rb+") as handle:
        os.fsync(handle.fileno())
    beside.replace(file)
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
