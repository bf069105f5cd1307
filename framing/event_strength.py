"""How differently each event of a corpus is told: the strongest difference between two of its outlets that holds.

An event's tests are those of its comparison (`compare`, without stance). Its measure is what the difference is at
least, the end of its 95 % interval nearer to zero, the largest such end of all that hold: a large difference known
badly does not come before a smaller one that is known well. Balances of tone count half: their scale is twice as long.

Looking through hundreds of events finds some that chance made: shuffled labels claim a difference, in any view, in
one event of 30 (docs/validity.md). `overall` says which hold when the tests of all events are judged together; they
come first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from framing.article_tally import ArticleTally
from framing.labels import BALANCE
from framing.schema import VIEWS
from framing.tally import Tally, informative
from framing.uncertainty import FALSE_DISCOVERIES, MIN_ARTICLES, Bools, Differences, Ints, adjust, differences
from framing.verdicts import holds

DIFFERS, ALIKE, FEW, ALONE = "differs", "alike", "few", "alone"
"""What can be said of an event: a difference holds; none could be detected; too few articles to test; one outlet."""
COLUMNS = [
    *("event_id", "view", "state", "least", "overall", "finding", "head", "label", "outlet_a", "outlet_b"),
    *("difference", "low", "high", "q", "n_tests", "articles_a", "articles_b"),
]
_STEP = 20
"""Events between two calls of `seen`."""


@dataclass(frozen=True)
class _Tested:
    """The columns that are tested, and the families that lend each other strength."""

    table: Tally
    telling: Bools
    family: Ints

    @classmethod
    def of(cls, tally: ArticleTally) -> _Tested:
        keys, tested = tally.table.keys, informative(tally.heads.values())
        telling = np.array([pair in tested for pair in zip(keys["head"], keys["label"], strict=True)], dtype=np.bool_)
        return cls(tally.table, telling, np.asarray(keys.groupby("view", sort=False).ngroup(), dtype=np.int64))

    def compared(self, a: Ints, b: Ints) -> Differences:
        """Two outlets' articles, by their places."""
        sums = self.table.sums
        sides = [type(sums)(sums.hits[at], sums.squares[at], sums.weights[at], sums.signed) for at in (a, b)]
        return differences(sides[0], sides[1], self.family, self.telling)


def strengths(tally: ArticleTally, seen: Callable[[float], object] = lambda share: None) -> pd.DataFrame:
    """One row an event and view: `COLUMNS`; `head` to `articles_b` are those of the strongest difference that holds, or
    empty. `n_tests` tells how many were made. `seen` is called with the share that is done.

    Measured: docs/design.md."""
    tested = _Tested.of(tally)
    outlet_of = tally.articles["outlet"].to_numpy()
    events = tally.articles.groupby("event_id", sort=False).indices
    told: dict[str, str] = {}
    parts: list[dict[str, np.ndarray]] = []
    for i, (key, places) in enumerate(events.items()):
        outlets = _by_outlet(outlet_of[places], np.asarray(places, dtype=np.int64))
        large = {name: at for name, at in outlets.items() if len(at) >= MIN_ARTICLES}
        told[str(key)] = ALONE if len(outlets) < 2 else FEW if len(large) < 2 else ALIKE
        parts += [_pair(tested, str(key), a, b, large) for a, b in combinations(large, 2)]
        if i % _STEP == 0:
            seen(i / len(events))
    return _strongest(_judged(_frame(tested, parts)), told)


def _by_outlet(outlets: np.ndarray, places: Ints) -> dict[str, Ints]:
    return {str(name): places[outlets == name] for name in sorted(set(outlets), key=str.casefold)}


def _pair(tested: _Tested, event_id: str, a: str, b: str, places: dict[str, Ints]) -> dict[str, np.ndarray]:
    """The tests of two outlets on an event, by column."""
    raw, weights = tested.compared(places[a], places[b]), tested.table.sums.weights
    chosen = np.flatnonzero(tested.telling & np.isfinite(raw.p))
    names = {"event_id": event_id, "outlet_a": a, "outlet_b": b}
    found = {name: getattr(raw, name)[chosen] for name in ("value", "low", "high", "p")}
    found |= {f"articles_{s}": (weights[places[o]][:, chosen] > 0).sum(axis=0) for s, o in (("a", a), ("b", b))}
    return {"column": chosen, **found} | {k: np.full(len(chosen), v, dtype=object) for k, v in names.items()}


def _frame(tested: _Tested, parts: Sequence[dict[str, np.ndarray]]) -> pd.DataFrame:
    """All tests, one row each."""
    if not parts:
        return pd.DataFrame(columns=["event_id", "view", "head", "label", "low", "high", "p"])
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    keys = tested.table.keys.iloc[whole.pop("column")].reset_index(drop=True)
    return keys.assign(difference=whole.pop("value"), **whole)


def _judged(tests: pd.DataFrame) -> pd.DataFrame:
    """The tests with `q` within their event, whether they hold there and `overall`, and what they are at least."""
    if tests.empty:
        return tests.assign(q=np.nan, held=False, overall=False, least=np.nan)
    near = tests[["low", "high"]].abs().min(axis=1).where(tests["low"] * tests["high"] > 0, 0.0)
    q = adjust(tests["p"], [tests["event_id"], tests["view"]])
    overall = adjust(tests["p"], tests["view"]) <= FALSE_DISCOVERIES
    held = q <= FALSE_DISCOVERIES
    return tests.assign(q=q, held=held, overall=overall & held, least=near.where(tests["label"] != BALANCE, near / 2))


def _strongest(tests: pd.DataFrame, told: dict[str, str]) -> pd.DataFrame:
    rows = pd.MultiIndex.from_product([list(told), VIEWS], names=["event_id", "view"]).to_frame(index=False)
    # Voices have one view and are part of what an event's comparison says in each.
    by_view = pd.concat(list(_in_each_view(tests)), ignore_index=True) if len(tests) else tests
    n = by_view.groupby(["event_id", "view"]).size().rename("n_tests")
    held = by_view[by_view["held"].astype(bool)].sort_values(["overall", "least"], ascending=False, kind="stable")
    first = held.drop_duplicates(["event_id", "view"])
    rows = rows.merge(n.reset_index(), how="left").merge(first, how="left", on=["event_id", "view"])
    there = rows["difference"].notna() if "difference" in rows else pd.Series(False, rows.index)
    rows = rows.assign(n_tests=rows["n_tests"].fillna(0).astype(int), state=rows["event_id"].map(told))
    rows["state"] = rows["state"].mask(there, DIFFERS).mask((rows["state"] == ALIKE) & (rows["n_tests"] == 0), FEW)
    rows["overall"] = rows["overall"].eq(True)
    rows["finding"] = [_said(row) if held else "" for row, held in zip(rows.to_dict("records"), there, strict=True)]
    return rows.reindex(columns=COLUMNS)


def _in_each_view(tests: pd.DataFrame) -> Iterator[pd.DataFrame]:
    voices = tests["head"] == "voice"
    for view in VIEWS:
        yield tests[(tests["view"] == view) | voices].assign(view=view, scope=tests["view"])


def _said(row: dict) -> str:  # type: ignore[type-arg]
    """The difference in one plain sentence."""
    scope = "both" if row["head"] == "voice" else row["view"]
    return holds({**row, "view": scope, "corrected": np.nan, "corrected_low": np.nan, "corrected_high": np.nan}, "")


def ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one view, most differently told first: what holds among all events, what holds in its own, where
    none could be detected, where none could be tested."""
    order = {DIFFERS: 0, ALIKE: 1, FEW: 2, ALONE: 3}
    keys = rows.assign(place=rows["state"].map(order), size=rows["least"].fillna(0.0))
    ordered: pd.DataFrame = rows.loc[
        keys.sort_values(["place", "overall", "size"], ascending=[True, False, False], kind="stable").index
    ]
    return ordered


def sentences_of_state(state: str, n_tests: int, n_articles: int) -> str:
    """What is said of an event without a difference that holds."""
    if state == ALIKE:
        return f"No difference we could detect in {n_tests} comparisons, {n_articles} articles."
    if state == FEW:
        return f"Too few articles to test: {n_articles} here, and it takes {MIN_ARTICLES} from each of two outlets."
    return "One outlet: nothing to compare."


__all__: Sequence[str] = ["ALIKE", "ALONE", "COLUMNS", "DIFFERS", "FEW", "ranked", "sentences_of_state", "strengths"]
