"""Sends a corpus to an object store: what is not there, under its name and to the byte.

Parts are sealed, named by their content and never rewritten, so that a push may be killed and run again. It ends with a
list of what the corpus holds (`states`), created and never overwritten: of two pushes at once one comes second, looks
again, and is refused if the two corpora have gone different ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from framing.errors import CorpusError, StoreError
from framing.parts import LOGS, MANIFEST, MENTIONS, Folder
from framing.plain import count
from framing.remote import Store, ahead
from framing.seal import seal_of, stamp_of
from framing.states import FOLDER as LISTS
from framing.states import Held, State, in_order, is_complete, is_result, latest, next_list, state_of
from framing.states_apart import different_ways, refuse_inside, replaced, some_of

_TRIES = 5
"""Other pushes that may come between before it is said that the store is too busy."""


@dataclass(frozen=True)
class PushReport:
    """What a push did: files sent, files that were there, bytes sent."""

    sent: int
    there: int
    bytes: int
    differing: tuple[str, ...] = ()
    """Results of which the store has others under the same name; they were left as they are."""
    mended: tuple[str, ...] = ()
    """Files that were damaged or cut short in the store, and are whole now."""
    beside: tuple[str, ...] = ()
    """What lies in the corpus' folder and is no part: not sent."""


def push(
    folder: Folder, store: Store, check: bool = False, progress: Callable[[int, int | None], None] | None = None
) -> PushReport:
    """Sends what the store lacks of a corpus; with `check` also reads back all that is there, and sends again what is
    damaged. Raises CorpusError where the store holds what the corpus lacks, or a part of the corpus is damaged."""
    refuse_inside(folder.path, store)
    mine = state_of(folder)
    sent: dict[str, int] = {}
    mended: list[str] = []
    for _ in range(_TRIES):
        sizes = store.sizes()
        theirs = latest(store, sizes)
        known = _there(store, mine, theirs, sizes, check and not sent)
        differing = _compared(folder, store, mine, theirs, known)
        wanted = [n for n in in_order(mine.parts) if n not in known or known[n].size < 0]
        quicker = False
        for name, size in ahead(partial(_sent, folder, store, known), wanted):
            if not size:
                quicker = True
                continue
            sent[name] = size
            mended += [name] if name in known else []
            if progress is not None:
                progress(len(sent), len(wanted))
        left = {name: known[name] for name in differing}
        whole = replace(mine, parts={**mine.parts, **left})
        if not quicker and _listed(store, whole, theirs):
            break
    else:
        raise StoreError(f"Others kept writing to the store {store.url}. Run the same command again in a while.")
    _look_again(store, whole)
    return PushReport(
        len(sent), len(mine.parts) - len(sent) - len(left), sum(sent.values()),
        tuple(differing), tuple(mended), _beside(folder),
    )  # fmt: skip


_BROKEN = Held(-1)


def _there(store: Store, mine: State, theirs: State | None, sizes: Mapping[str, int], check: bool) -> dict[str, Held]:
    """For each part of the corpus that has its like in the store, what lies there; `_BROKEN` for what is not whole."""
    listed = {} if theirs is None else theirs.parts
    known, doubtful = {}, []
    for name in mine.parts:
        if name not in sizes:
            continue
        told = listed.get(name, Held(sizes[name]))
        known[name] = told
        if check or not told.stamp or told.size != sizes[name]:
            doubtful.append(name)
    if not check:  # sent by a push that was killed, or copied: the checksums at their ends tell
        for start in range(0, len(doubtful), 256):
            some = [(name, sizes[name]) for name in doubtful[start : start + 256]]
            for (name, size), end in zip(some, store.ends(some), strict=True):
                known[name] = Held(size, stamp_of(end))
        doubtful = [name for name in known if known[name] != mine.parts[name]]
    for name, raw in ahead(store.read, doubtful):
        known[name] = Held(len(raw), stamp_of(raw)) if seal_of(raw) == "whole" else _BROKEN
    return known


def _compared(folder: Folder, store: Store, mine: State, theirs: State | None, known: Mapping[str, Held]) -> list[str]:
    """The results of which the store has others. Raises CorpusError where the two have gone different ways."""
    lacking = [] if theirs is None else [name for name in in_order(theirs.parts) if name not in mine.parts]
    lacking = [name for name in lacking if not replaced(name, mine)]
    mine_alone = [] if theirs is None else [name for name in mine.base() if name not in theirs.parts]
    if any(not is_result(name) for name in lacking) and mine_alone:
        raise different_ways(folder.path, store, mine_alone, [name for name in lacking if not is_result(name)])
    if lacking:
        raise CorpusError(
            f"The store {store.url} holds {count(len(lacking), 'file')} that the corpus {folder.path} lacks "
            f"({some_of(lacking)}). Fetch them first:  framing pull {store.url} {folder.path}"
        )
    other = [name for name, held in known.items() if held is not _BROKEN and held != mine.parts[name]]
    base = [name for name in other if not is_result(name)]
    if base:
        raise different_ways(folder.path, store, base, base)
    return other


def _sent(folder: Folder, store: Store, known: Mapping[str, Held], name: str) -> int:
    """Sends one part and tells its size; 0 where another push was quicker. Raises CorpusError where it is damaged
    here."""
    file = folder.path / name
    raw = _whole(folder, file)
    if name in known:
        store.replace(name, raw)
        return len(raw)
    return len(raw) if store.create(name, raw) else 0


def _whole(folder: Folder, file: Path) -> bytes:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise folder.damaged(file) from error
    if seal_of(raw) != "whole":
        raise folder.damaged(file)
    return raw


def _listed(store: Store, mine: State, theirs: State | None) -> bool:
    """Leaves the list and the manifest; False where another push came between."""
    sizes = store.sizes()
    between = latest(store, sizes)
    if (between.number if between else 0) != (theirs.number if theirs else 0):
        return False
    if between is None or not between.number or dict(between.parts) != mine.parts or between.manifest != mine.manifest:
        _, name = next_list(sizes)
        if not store.create(name, mine.dumps()):
            return False
    raw = mine.manifest.encode("utf-8")  # for other tools: pull reads the list
    if sizes.get(MANIFEST) != len(raw) or store.read(MANIFEST) != raw:
        store.replace(MANIFEST, raw)
    return True


def _look_again(store: Store, mine: State) -> None:
    """Raises StoreError where the store does not list everything with its size."""
    sizes = store.sizes()
    wrong = [name for name, held in mine.parts.items() if sizes.get(name) != held.size]
    if wrong:
        raise StoreError(
            f"The store {store.url} does not list {count(len(wrong), 'file')} as sent ({some_of(in_order(wrong))}). "
            "Run the same command again, with --check."
        )


def _beside(folder: Folder) -> tuple[str, ...]:
    """Files and folders of the corpus that hold no parts: what people write there, and what `repair` set aside."""
    names = {item.name for item in folder.path.iterdir() if not item.name.startswith(".")}
    return tuple(sorted(names - {"articles", "sentences", "scores", MENTIONS, *LOGS, MANIFEST, LISTS}))


def send(folder: Folder, store: Store, file: Path) -> int:
    """Sends one result that was just written, before the push that lists it; tells its size, 0 where it was there."""
    name = file.relative_to(folder.path).as_posix()
    return _sent(folder, store, {}, name) if is_complete(name) else 0
