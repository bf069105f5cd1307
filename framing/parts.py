"""The corpus folder on disk: where parts lie, how one appears whole, the manifest, the writer's lock."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import filelock
import pyarrow as pa
import pyarrow.parquet as pq

from framing import __version__
from framing.errors import CorpusError

FORMAT = 1
MANIFEST = "corpus.json"
PARTIAL = ".partial.parquet"
"""Ending of a result that an edit carried over and `score` completes."""
VOICE, MENTIONS = "voice", "mentions"

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
    VOICE: pa.schema([*_KEY, ("voice", pa.string()), ("speaker", pa.string()), ("rule", pa.string())]),
    MENTIONS: pa.schema([*_KEY, *_SPAN, ("surface", pa.string()), ("canonical", pa.string()), ("type", pa.string())]),
}
# Columns that repeat; everything else is stored plain, since a dictionary of distinct texts costs more than it saves.
_REPEATING = ("article_id", "outlet", "byline", "kind", "event", "event_id", "action", "voice", "speaker", "rule")


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
                raise CorpusError(
                    f"The corpus {path} was written by a newer version ({writer}; this one reads format {FORMAT}). "
                    "Update with:  pip install --upgrade framing"
                )
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

    # -- listing -------------------------------------------------------------------------------------------------

    def stems(self) -> list[str]:
        """Names of the stored parts, sorted. A part exists once its articles do: they are written last."""
        return sorted(file.stem for file in _parts(self.path / "articles"))

    def files(self, table: str, stems: Iterable[str] | None = None) -> list[Path]:
        """Files of `articles` or `sentences` (of the given parts), or all of `events` or `removed`."""
        if table in ("events", "removed"):
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
        """A whole part. Raises CorpusError where it cannot be read."""
        try:
            # partitioning=None: `scores/x@1` in the path must never become a column.
            return pq.read_table(file, partitioning=None)
        except (pa.ArrowInvalid, OSError) as error:
            raise self.damaged(file) from error

    def write(self, file: Path, table: pa.Table) -> None:
        """Writes a part beside its place, flushes it to disk and renames it: a reader never sees half of one."""
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.tmp")
        floats = [item.name for item in table.schema if pa.types.is_float32(item.type)]
        repeating = [name for name in _REPEATING if name in table.column_names]
        try:
            pq.write_table(
                table,
                beside,
                compression="zstd",
                use_dictionary=repeating,
                use_byte_stream_split=floats,
                row_group_size=4096,
            )
            appear(beside, file)
        except OSError as error:
            raise CorpusError(f"Cannot write to the corpus {self.path}: {error.strerror or error}.") from error

    def append(self, table: str, rows: list[dict[str, Any]], name: str) -> None:
        """Writes rows of `events` or `removed` as one part; `seq` counts on, so that the latest row wins."""
        last = max((int(file.stem.partition("-")[0]) for file in self.files(table)), default=0) + 1
        numbered = [{**row, "seq": (last << 24) + number} for number, row in enumerate(rows)]
        self.write(self.path / table / f"{last:08d}-{name}.parquet", pa.Table.from_pylist(numbered, SCHEMAS[table]))

    def damaged(self, file: Path) -> CorpusError:
        """The error for a part that cannot be read."""
        place = file.relative_to(self.path) if file.is_relative_to(self.path) else file
        return CorpusError(
            f"{place} in the corpus {self.path} is damaged or missing. Set it aside with:  framing repair {self.path}  "
            "and run ingest and score again; they do only what is missing."
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
        beside = file.with_name(f".{MANIFEST}.tmp")
        try:
            beside.write_text(text, encoding="utf-8", newline="\n")
            appear(beside, file)
        except OSError as error:
            raise CorpusError(f"Cannot write to the corpus {self.path}: {error.strerror or error}.") from error

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
    def writing(self) -> Iterator[None]:
        """Holds the corpus for one writer and sweeps what a killed one left. Raises CorpusError beside another writer.

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
            raise CorpusError(f"Cannot write to the corpus {self.path}: {error.strerror or error}.") from error
        try:
            owner.write_text(f"process {os.getpid()} since {time.strftime('%H:%M:%S')}", encoding="utf-8")
            self._sweep()
            yield
        finally:
            owner.unlink(missing_ok=True)
            self._lock.release()

    def _sweep(self) -> None:
        """Deletes half-written files, and sentences and scores whose articles never came to be stored."""
        stems = set(self.stems())
        for file in [*self.path.glob("*/.*.tmp"), *self.path.glob("*/*/.*.tmp"), self.path / f".{MANIFEST}.tmp"]:
            file.unlink(missing_ok=True)
        for folder in [self.path / "sentences", *self.path.glob("scores/*@*"), *self.path.glob("mentions/*@*")]:
            for file in _parts(folder):
                stem = file.name.partition(".")[0]
                complete = file.with_name(f"{stem}.parquet")
                if stem not in stems or (file != complete and complete.exists()):
                    file.unlink()


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
