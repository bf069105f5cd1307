"""Where a corpus and a store do not fit together, and the words for it."""

from __future__ import annotations

from pathlib import Path

from framing.errors import CorpusError, InputError
from framing.parts import PARTIAL
from framing.remote import Store
from framing.states import State, in_order

_NAMED = 3


def refuse_inside(path: Path, store: Store) -> None:
    """Raises InputError where a store on this machine and the corpus lie one inside the other."""
    if store.near(path):
        raise InputError(f"The corpus {path} and the store {store.url} lie one inside the other. Put them apart.")


def replaced(name: str, mine: State) -> bool:
    """Whether it is a carried result that a complete one has replaced."""
    return name.endswith(PARTIAL) and f"{name.removesuffix(PARTIAL)}.parquet" in mine.parts


def different_ways(path: Path, store: Store, mine: list[str], theirs: list[str]) -> CorpusError:
    """The error for a corpus and a store of which each has something that the other lacks, or has otherwise."""
    return CorpusError(
        f"The corpus {path} and the store {store.url} have gone different ways: the one has {some_of(in_order(mine))}, "
        f"the other {some_of(in_order(theirs))}. A store follows one corpus; nothing was overwritten. Fetch the "
        f"store into a new folder (framing pull {store.url} NEW_FOLDER) and ingest there what is only here; or push to "
        "another address."
    )


def some_of(names: list[str]) -> str:
    """The first few names, and how many more."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
