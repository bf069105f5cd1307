"""A difference between two outlets over time: event by event, period by period, and whether it changed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from framing.labels import points
from framing.plain import count
from framing.pooling import MIN_EVENTS
from framing.profiles import Profiles
from framing.reading import day
from framing.uncertainty import LEVEL, welch

Period = Literal["M", "Q", "Y"]
PERIODS: dict[Period, str] = {"M": "month", "Q": "quarter", "Y": "year"}
TIMES = ["start", "end", "name", "difference", "low", "high", "n_events"]


def events_of(
    profiles: Profiles, pair: tuple[str, str], number: tuple[str, str, str], events: pd.DataFrame
) -> pd.DataFrame:
    """The differences of a pair in each shared event for one number (head, label, view), with the event's name and
    first date: the columns of `Profiles.blocks`, `event`, `first`. `events` is `Corpus.events()`. The genres of an
    event stay apart."""
    head, label, view = number
    rows = profiles.blocks(*pair)
    rows = rows[(rows["head"] == head) & (rows["label"] == label) & rows["view"].isin([view, "both"])]
    rows = rows[rows["view"] == (view if (rows["view"] == view).any() else "both")]
    known = events.set_index("event_id")
    return rows.assign(event=rows["event_id"].map(known["event"]), first=rows["event_id"].map(known["first"]))


def by_period(
    profiles: Profiles, pair: tuple[str, str], number: tuple[str, str, str], found: pd.DataFrame, period: Period
) -> pd.DataFrame:
    """The pooled difference of each period with an event (columns `TIMES`); `low` and `high` are NaN below three
    events. `found` is `events_of`."""
    dated = found[found["first"].notna()]
    rows = []
    for key, part in dated.groupby(dated["first"].dt.to_period(period)):
        mean = _over(profiles, pair, number, part)
        name = str(key) if period != "M" else f"{key.start_time:%B %Y}"
        rows.append((key.start_time, key.end_time, name, *mean[["difference", "low", "high", "n_events"]]))
    return pd.DataFrame(rows, columns=TIMES)


def change(profiles: Profiles, pair: tuple[str, str], number: tuple[str, str, str], found: pd.DataFrame) -> str:
    """Whether the later half of the events differs from the earlier one, in one or two plain sentences."""
    dated = found[found["first"].notna()].sort_values("first", kind="stable")
    ids = list(dict.fromkeys(dated["event_id"]))
    if len(ids) < 2 * MIN_EVENTS:
        return (
            f"Too few events to show change: {count(len(ids), 'dated event')}, and {2 * MIN_EVENTS} are needed, "
            f"{MIN_EVENTS} in each half."
        )
    halves = [dated[dated["event_id"].isin(part)] for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :])]
    early, late = (_over(profiles, pair, number, half) for half in halves)
    error, freedom = welch(
        np.array([[early["error"] ** 2], [late["error"] ** 2]]), np.array([[early["freedom"]], [late["freedom"]]])
    )
    half = float(special.stdtrit(freedom[0], (1 + LEVEL) / 2) * error[0])
    apart = float(late["difference"] - early["difference"])
    if not np.isfinite(half):
        return "Too few articles in one half of the events to show change."
    since = day(halves[1]["first"].min())
    told = (
        f"Before {since}: {points(early['difference'])} points on {count(len(ids) // 2, 'event')}; "
        f"since: {points(late['difference'])} on {len(ids) - len(ids) // 2}."
    )
    spread = f"{points(apart - half)} to {points(apart + half)} points"
    if abs(apart) <= half:
        return f"{told} No change we could detect (later minus earlier: {spread})."
    return f"{told} That is a change of {spread}; one look at one number, not corrected for looking at others."


def _over(profiles: Profiles, pair: tuple[str, str], number: tuple[str, str, str], rows: pd.DataFrame) -> pd.Series:
    """The pooled difference over the events of these rows."""
    found = profiles.over(*pair, list(rows["event_id"].unique()))
    there = found[(found["head"] == number[0]) & (found["label"] == number[1])]
    there = there[there["view"] == rows["view"].iloc[0]]
    row: pd.Series = there.iloc[0]
    return row
