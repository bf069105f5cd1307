"""What an encoder said of texts, kept for a while in a dictionary that is emptied when it is full."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def remembered(kept: dict[K, V], wanted: Iterable[K], make: Callable[[list[K]], Iterable[V]], most: int) -> dict[K, V]:
    """What is wanted, by key: from `kept`, or made for all new keys at once, in their order, and kept, `most` of them.
    Visitors' threads share what is kept: what one needs stays in its own hands, whoever empties it meanwhile."""
    keys = set(wanted)
    have = {key: value for key in keys if (value := kept.get(key)) is not None}
    if new := sorted(keys - have.keys()):  # type: ignore[type-var]
        made = dict(zip(new, make(new), strict=True))
        have.update(made)
        if len(kept) + len(made) > most:
            kept.clear()
        kept.update(made)
    return have
