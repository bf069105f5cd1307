"""A corpus in an object store: `push` sends what is not there, `pull` fetches what is not here; parts keep names and
bytes.

Parts are sealed, named by their content and never rewritten, so that either may be killed and run again. A push ends
with a list of what the corpus holds (`states`), created and never overwritten: of two pushes at once one comes second,
looks again, and is refused if the two corpora have gone different ways. A pull keeps to the last list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from framing.corpus import Corpus
from framing.errors import CorpusError, InputError, StoreError
from framing.parts import MANIFEST, PARTIAL, Folder, Manifest, Target
from framing.plain import count
from framing.remote import Store, ahead
from framing.seal import seal_of, stamp_of
from framing.states import (
    Held,
    State,
    in_order,
    is_log,
    is_part,
    is_result,
    latest,
    manifest_in,
    next_list,
    state_of,
    stem_of,
)

Progress = Callable[[int, int | None], None]
_TRIES = 5
"""Other pushes that may come between before it is said that the store is too busy."""
_NAMED = 3


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


@dataclass(frozen=True)
class PullReport:
    """What a pull did: files fetched, files that were here, bytes fetched."""

    fetched: int
    here: int
    bytes: int
    damaged: tuple[str, ...] = ()
    """Files that are missing in the store, or are not what was written: not taken."""
    differing: tuple[str, ...] = ()
    """Results of which the store has others under the same name; those here were left as they are."""
    ahead: int = 0
    """Files here that the store lacks."""


def push(folder: Folder, store: Store, check: bool = False, progress: Progress | None = None) -> PushReport:
    """Sends what the store lacks of a corpus; with `check` also reads back all that is there, and mends what is damaged.
    Raises CorpusError where the store holds what the corpus lacks, or where one of its own parts is damaged."""
    _refuse_inside(folder.path, store)
    mine = state_of(folder)
    sent: dict[str, int] = {}
    mended: list[str] = []
    for _ in range(_TRIES):
        sizes = store.sizes()
        theirs = latest(store, sizes)
        known = _there(store, mine, theirs, sizes, check and not sent)
        differing = _compared(folder, store, mine, theirs, known)
        wanted = [n for n in in_order(mine.parts) if n not in known or known[n].size < 0]
        for name, raw in ahead(lambda n: _sent(folder, store, n, known), wanted):
            sent[name] = raw
            mended += [name] if name in known else []
            if progress is not None:
                progress(len(sent), len(wanted))
        left = {name: known[name] for name in differing}
        whole = replace(mine, parts={**mine.parts, **left})
        if _listed(store, whole, theirs):
            break
    else:
        raise StoreError(f"Others kept writing to the store {store.url}. Run the same command again in a while.")
    _look_again(store, whole)
    return PushReport(
        len(sent), len(mine.parts) - len(sent) - len(left), sum(sent.values()),
        tuple(differing), tuple(mended), _beside(folder),
    )  # fmt: skip


def _refuse_inside(path: Path, store: Store) -> None:
    if store.near(path):
        raise InputError(f"The corpus {path} and the store {store.url} lie one inside the other. Put them apart.")


_BROKEN = Held(-1)


def _there(
    store: Store, mine: State, theirs: State | None, sizes: Mapping[str, int], check: bool
) -> dict[str, Held]:
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


def _compared(
    folder: Folder, store: Store, mine: State, theirs: State | None, known: Mapping[str, Held]
) -> list[str]:
    """The results of which the store has others. Raises CorpusError where the two have gone different ways."""
    lacking = [] if theirs is None else [name for name in in_order(theirs.parts) if name not in mine.parts]
    lacking = [name for name in lacking if not _replaced(name, mine)]
    mine_alone = [] if theirs is None else [name for name in mine.base() if name not in theirs.parts]
    if any(not is_result(name) for name in lacking) and mine_alone:
        raise _different_ways(folder.path, store, mine_alone, [name for name in lacking if not is_result(name)])
    if lacking:
        raise CorpusError(
            f"The store {store.url} holds {count(len(lacking), 'file')} that the corpus {folder.path} lacks "
            f"({_some(lacking)}). Fetch them first:  framing pull {store.url} {folder.path}"
        )
    other = [name for name, held in known.items() if held is not _BROKEN and held != mine.parts[name]]
    base = [name for name in other if not is_result(name)]
    if base:
        raise _different_ways(folder.path, store, base, base)
    return other


def _replaced(name: str, mine: State) -> bool:
    """Whether it is a carried result that a complete one has replaced."""
    return name.endswith(PARTIAL) and f"{name.removesuffix(PARTIAL)}.parquet" in mine.parts


def _different_ways(path: Path, store: Store, mine: list[str], theirs: list[str]) -> CorpusError:
    return CorpusError(
        f"The corpus {path} and the store {store.url} have gone different ways: the one has {_some(in_order(mine))}, "
        f"the other {_some(in_order(theirs))}. A store follows one corpus. Nothing was overwritten. Fetch the store into "
        f"a new folder (framing pull {store.url} NEW_FOLDER) and ingest there what is only here; or push to another "
        "address."
    )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _sent(folder: Folder, store: Store, name: str, known: Mapping[str, Held]) -> int:
    """Sends one part and tells its size. Raises CorpusError where it is damaged here."""
    file = folder.path / name
    raw = _whole(folder, file)
    if name in known:
        store.replace(name, raw)
    else:
        store.create(name, raw)  # where another push was quicker, the look afterwards compares
    return len(raw)


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
            f"The store {store.url} does not list {count(len(wrong), 'file')} as sent ({_some(in_order(wrong))}). Run the "
            "same command again, with --check."
        )


def _beside(folder: Folder) -> tuple[str, ...]:
    """Files and folders of the corpus that hold no parts: what people write there, and what `repair` set aside."""
    names = {item.name for item in folder.path.iterdir() if not item.name.startswith(".")}
    return tuple(sorted(names - {"articles", "sentences", "scores", "mentions", "events", "removed", "rejected", MANIFEST}))


def pull(store: Store, path: Path, progress: Progress | None = None) -> PullReport:
    """Fetches what a corpus folder, new or begun, lacks of what the store holds; each part's checksum is looked at first.
    Raises StoreError where there is nothing or a log is damaged, CorpusError where the two have gone different ways."""
    _refuse_inside(path, store)
    sizes = store.sizes()
    theirs = latest(store, sizes)
    if theirs is None:
        raise StoreError(f"There is no corpus in the store {store.url}. Send one with:  framing push CORPUS {store.url}")
    told = manifest_in(theirs, store.url)
    folder = Corpus.ensure(path).folder
    with folder.writing():
        mine = state_of(folder)
        _refuse_other(folder, store, mine, theirs)
        lacking = [name for name in in_order(theirs.parts) if name not in mine.parts and not _replaced(name, mine)]
        got, damaged = _fetched(folder, store, theirs, sizes, lacking, progress)
        folder.save(folder.recount(_merged(folder, folder.manifest(), told)))
    both = [name for name in theirs.parts if name in mine.parts and is_result(name)]
    differing = [name for name in both if not _alike(theirs.parts[name], mine.parts[name])]
    return PullReport(
        len(got), len(theirs.parts) - len(lacking), sum(got.values()), tuple(damaged), tuple(differing),
        sum(name not in theirs.parts for name in mine.parts),
    )  # fmt: skip


def _alike(told: Held, mine: Held) -> bool:
    return told.size == mine.size and told.stamp in ("", mine.stamp)


def _refuse_other(folder: Folder, store: Store, mine: State, theirs: State) -> None:
    alone = [name for name in mine.base() if name not in theirs.parts]
    lacking = [name for name in theirs.base() if name not in mine.parts]
    other = [name for name in mine.base() if name in theirs.parts and not _alike(theirs.parts[name], mine.parts[name])]
    if other or (alone and lacking):
        raise _different_ways(folder.path, store, other or alone, other or lacking)


def _fetched(
    folder: Folder, store: Store, theirs: State, sizes: Mapping[str, int], lacking: list[str], progress: Progress | None
) -> tuple[dict[str, int], list[str]]:
    """Writes what is whole, in order; the sizes of these, and the names of what is not."""
    got: dict[str, int] = {}
    damaged = [name for name in lacking if name not in sizes]
    spoilt = {stem_of(name) for name in damaged if name.startswith("sentences/")}
    _refuse_log(store, damaged)
    for name, raw in ahead(store.read, [name for name in lacking if name in sizes]):
        told = theirs.parts[name]
        if seal_of(raw) != "whole" or not _alike(told, Held(len(raw), stamp_of(raw))):
            _refuse_log(store, [name])
            damaged.append(name)
            if name.startswith("sentences/"):
                spoilt.add(stem_of(name))
        elif not (name.startswith("articles/") and stem_of(name) in spoilt):
            folder.put(folder.path / name, raw)
            got[name] = len(raw)
        if progress is not None:
            progress(len(got), len(lacking))
    return got, damaged


def _refuse_log(store: Store, damaged: list[str]) -> None:
    """Without a part of a log, removed articles would stand again."""
    logs = [name for name in damaged if is_log(name)]
    if logs:
        raise StoreError(
            f"{logs[0]} in the store {store.url} is damaged or gone. Mend it from the folder that has it:  "
            f"framing push CORPUS {store.url} --check"
        )


def _merged(folder: Folder, mine: Manifest, theirs: Manifest) -> Manifest:
    """The store's manifest; of each head the version that covers more parts here, the store's where both cover as many.
    Mentions and the heads keyed by them go together."""
    stems = folder.stems()

    def kind(target: Target) -> str:
        return target.level if target.level == "mention" else target.name

    def covered(targets: list[Target]) -> int:
        return sum(folder.complete(target, stem).exists() for target in targets for stem in stems)

    everything = sorted([*theirs.current.values(), *mine.current.values()], key=kind)
    current: dict[str, Target] = {}
    for name, _ in groupby(everything, key=kind):
        sides = [[target for target in side.current.values() if kind(target) == name] for side in (theirs, mine)]
        current |= {target.name: target for target in max(sides, key=covered)}
    return replace(theirs, current=current)


def send(folder: Folder, store: Store, file: Path) -> None:
    """Sends one result that was just written, before the push that lists it."""
    name = file.relative_to(folder.path).as_posix()
    if is_part(name) and is_result(name) and not name.endswith(PARTIAL):
        store.create(name, _whole(folder, file))
