"""What profiles say in plain sentences: findings, and what one must know before reading them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from framing.plain import count, listed
from framing.pooling import MIN_EVENTS
from framing.tally import Row
from framing.verdicts import between, holds, named

_FEW_NAMED = 5


def finding(row: Row, grouped: bool = False) -> str:
    """One tested difference in one sentence, with the events (and of groups the outlets) that it rests on."""
    events = count(row["n_events"], "shared event")
    outlets = f", {row['outlets_a']} and {row['outlets_b']} outlets" if grouped else ""
    if row["detected"]:
        return holds(row, f" on these {events}{outlets}")
    n = f"{row['articles_a']} and {row['articles_b']} articles"
    return f"{named(row)}: no difference we could detect on these {events}{outlets} ({between(row)}; {n})."


def notes(rows: pd.DataFrame, by_genre: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Pairs with too few shared events, genres, and how the differences were tested; `groups` where groups were
    compared."""
    few = rows.groupby(["outlet_a", "outlet_b"], sort=False)["n_events"].max()
    few = few[few < MIN_EVENTS]
    if len(few):
        first = few.head(_FEW_NAMED).reset_index()
        named_ = [f"{a} and {b} ({n})" for a, b, n in first.itertuples(index=False)]
        more = f", and {len(few) - _FEW_NAMED} more pairs" if len(few) > _FEW_NAMED else ""
        yield (
            f"Fewer than {MIN_EVENTS} shared events, so no interval across events: {', '.join(named_)}{more}. Compare "
            "them event by event:  framing compare"
        )
    yield from _of_groups(groups)
    for outlet, part in by_genre.groupby("outlet"):
        told = ", ".join(f"{n} {genre}" for genre, n in zip(part["genre"], part["n_articles"], strict=True))
        yield f"{outlet}: {told}. A difference of genre is not one of framing."
    both = "groups" if groups else "outlets"
    yield (
        f"Only events that both {both} cover are compared, each with itself: topics cannot pose as framing. Of the "
        "differences claimed in one view at most 5% are expected to be false (Benjamini–Hochberg over all pairs)."
    )


def _of_groups(groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    if not groups:
        return
    yield (
        "A group’s share on an event is the mean of its outlets’ shares there: each outlet counts once, however much "
        "it writes. A difference between groups must hold over events and over outlets; it says nothing of any one "
        "outlet."
    )
    names = list(groups)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            if both := [outlet for outlet in groups[a] if outlet in groups[b]]:
                verb = "is" if len(both) == 1 else "are"
                yield f"{listed(both)} {verb} in {a} and in {b}, and left out between them."
