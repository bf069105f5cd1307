"""What a store holds of a corpus: the list that each push leaves there, so that a reader sees a whole state."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from framing import __version__
from framing.errors import CorpusError, NewerCorpus, StoreError
from framing.parts import LOGS, MANIFEST, PARTIAL, Folder, Manifest
from framing.remote import Store
from framing.repair import stored
from framing.seal import stamp_of

FORMAT = 1
FOLDER = "pushes"
"""Folder within a store that holds the lists, one a push, numbered."""

_LIST = re.compile(rf"{FOLDER}/(\d{{8}})\.json\.gz")
# Names come from outside: nothing but a part's place in a corpus may be written to.
_LOG = re.compile(rf"(?:{'|'.join(LOGS)})/\d{{8,}}-\w[\w-]*\.parquet")
_BASE = re.compile(r"(?:articles|sentences)/[0-9a-f]+\.parquet")
_RESULT = re.compile(r"(?:scores|mentions)/\w[\w.-]*@\w[\w.-]*/[0-9a-f]+(?:\.partial)?\.parquet")


@dataclass(frozen=True)
class Held:
    """A part as it is known by: its size and the checksum that it bears (empty: not known)."""

    size: int
    stamp: str = ""


@dataclass(frozen=True)
class State:
    """The parts of a corpus, by name, and its manifest's text."""

    parts: Mapping[str, Held]
    manifest: str
    number: int = 0
    """The push that left it; 0 for a plain copy."""

    def dumps(self) -> bytes:
        """The list's bytes; a truncated one does not unpack, so that it counts as not there."""
        parts = {name: [held.size, held.stamp] for name, held in sorted(self.parts.items())}
        body = {"format": FORMAT, "framing": __version__, "manifest": self.manifest, "parts": parts}
        return gzip.compress(json.dumps(body, ensure_ascii=False).encode("utf-8"), mtime=0)

    @property
    def stems(self) -> set[str]:
        """Names of the parts whose articles are in it."""
        return {stem_of(name) for name in self.parts if name.startswith("articles/")}

    def base(self) -> dict[str, Held]:
        """All but what `score` makes: articles, sentences, logs."""
        return {name: held for name, held in self.parts.items() if not is_result(name)}


def is_part(name: str) -> bool:
    """Whether a file's name is one that a part of a corpus bears."""
    return any(kind.fullmatch(name) for kind in (_LOG, _BASE, _RESULT))


def is_log(name: str) -> bool:
    """Whether it is a part of a log (events, removed, rejected)."""
    return _LOG.fullmatch(name) is not None


def is_result(name: str) -> bool:
    """Whether it is a part that `score` makes."""
    return _RESULT.fullmatch(name) is not None


def is_complete(name: str) -> bool:
    """Whether it is such a part, and no result that an edit carried over for `score` to complete."""
    return is_result(name) and not name.endswith(PARTIAL)


def stem_of(name: str) -> str:
    """The part that a file belongs to; of a log, its own name."""
    return PurePosixPath(name).name.partition(".")[0]


def in_order(names: Iterable[str]) -> list[str]:
    """Logs first, by number; then part by part, each with its articles last. So a copy that is broken off holds no
    removed article that stands again, and no articles without their sentences."""

    def place(name: str) -> tuple[object, ...]:
        return (False, name) if is_log(name) else (True, stem_of(name), name.startswith("articles/"), name)

    return sorted(names, key=place)


def state_of(folder: Folder) -> State:
    """What a corpus folder holds. Raises CorpusError where a part bears no checksum."""
    manifest = folder.manifest().dumps()  # before the listing: it must not count what the listing lacks
    stems = set(folder.stems())
    parts = {}
    for file in stored(folder):
        name = file.relative_to(folder.path).as_posix()
        if not is_part(name) or (not is_log(name) and stem_of(name) not in stems):
            continue
        if name.endswith(PARTIAL) and file.with_name(f"{stem_of(name)}.parquet").exists():
            continue
        parts[name] = _held(file)
        if not parts[name].stamp:
            raise CorpusError(
                f"{name} in the corpus {folder.path} was written before there were checksums, or is damaged. "
                f"Look with:  framing check {folder.path}  and mend with:  framing repair {folder.path}"
            )
    return State(parts, manifest)


def _held(file: Path) -> Held:
    with file.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - 8))
        footer = int.from_bytes(handle.read(4), "little") + 8  # a Parquet file ends with its footer's length and a mark
        handle.seek(max(0, size - footer))
        return Held(size, stamp_of(handle.read()))


def latest(store: Store, sizes: Mapping[str, int]) -> State | None:
    """What the last finished push left in a store, or what another tool copied there, with the results for it that came
    since; None where nothing is. Raises NewerCorpus for what a later version wrote."""
    listed = {name: Held(size) for name, size in sizes.items() if is_part(name)}
    for name in sorted(filter(_LIST.fullmatch, sizes), reverse=True):
        state = _loads(store.read(name), int(name[len(FOLDER) + 1 :][:8]), store.url)
        if state is not None:
            stems = state.stems
            since = {name: held for name, held in listed.items() if is_complete(name) and stem_of(name) in stems}
            return replace(state, parts={**since, **state.parts})
    if not listed and MANIFEST not in sizes:
        return None
    whole = State(listed, store.read(MANIFEST).decode("utf-8", "replace") if MANIFEST in sizes else "")
    stems = whole.stems
    return replace(whole, parts={name: held for name, held in listed.items() if is_log(name) or stem_of(name) in stems})


def next_list(sizes: Iterable[str]) -> tuple[int, str]:
    """Number and name of the list that comes next, half-written ones counted."""
    number = 1 + max((int(found[1]) for name in sizes if (found := _LIST.fullmatch(name))), default=0)
    return number, f"{FOLDER}/{number:08d}.json.gz"


def _loads(raw: bytes, number: int, url: str) -> State | None:
    """The list in these bytes; None where they are no whole list."""
    try:
        body = json.loads(gzip.decompress(raw))
        if body["format"] > FORMAT:
            raise NewerCorpus(
                f"What is in the store {url} was written by a newer version (framing {body.get('framing')}). "
                "Update with:  pip install --upgrade framing"
            )
        parts = {str(name): Held(int(size), str(stamp)) for name, (size, stamp) in body["parts"].items()}
        return State({name: held for name, held in parts.items() if is_part(name)}, str(body["manifest"]), number)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError):
        return None


def manifest_in(state: State, url: str) -> Manifest:
    """The manifest of a state. Raises StoreError where it is damaged, NewerCorpus where a later version wrote it."""
    try:
        return Manifest.loads(state.manifest, Path(MANIFEST))
    except NewerCorpus as error:
        raise NewerCorpus(
            f"What is in the store {url} was written by a newer version. Update with:  pip install --upgrade framing"
        ) from error
    except CorpusError as error:
        raise StoreError(
            f"{MANIFEST} in the store {url} is missing or damaged. Send the corpus again:  framing push CORPUS {url}"
        ) from error
