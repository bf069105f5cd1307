"""Fetches a corpus from an object store: what is not here, each part's checksum looked at before it is stored.

Others may push meanwhile: it keeps to the list that the last finished push left (`states`). Killed, it goes on when it
is run again; what is here is never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from framing.corpus import Corpus
from framing.errors import StoreError
from framing.parts import Folder, Manifest, Target
from framing.remote import Store, ahead
from framing.seal import seal_of, stamp_of
from framing.states import Held, State, in_order, is_log, is_result, latest, manifest_in, state_of, stem_of
from framing.states_apart import different_ways, refuse_inside, replaced


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


def pull(store: Store, path: Path, progress: Callable[[int, int | None], None] | None = None) -> PullReport:
    """Fetches what a corpus folder, new or begun, lacks of what the store holds, each part's checksum looked at first.
    Raises StoreError where there is nothing or a log is damaged, CorpusError where the two have gone different ways."""
    refuse_inside(path, store)
    sizes = store.sizes()
    theirs = latest(store, sizes)
    if theirs is None:
        raise StoreError(
            f"There is no corpus in the store {store.url}. Send one with:  framing push CORPUS {store.url}"
        )
    told = manifest_in(theirs, store.url)
    folder = Corpus.ensure(path).folder
    with folder.writing():
        mine = state_of(folder)
        _refuse_other(folder, store, mine, theirs)
        lacking = [name for name in in_order(theirs.parts) if name not in mine.parts and not replaced(name, mine)]
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
        raise different_ways(folder.path, store, other or alone, other or lacking)


def _fetched(
    folder: Folder,
    store: Store,
    theirs: State,
    sizes: Mapping[str, int],
    lacking: list[str],
    progress: Callable[[int, int | None], None] | None,
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
