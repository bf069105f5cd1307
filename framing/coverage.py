"""Which outlet reported which event, which let it pass, and which was not in the corpus at the time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import pandas as pd

from framing.cells import records
from framing.errors import InputError
from framing.plain import count
from framing.spreadsheet import csv_text, json_text
from framing.tables import bullet

if TYPE_CHECKING:
    from framing.corpus import Corpus

Status = Literal["reported", "not reported", "not in corpus", "unknown"]
STATUSES: tuple[Status, ...] = get_args(Status)
COLUMNS = [
    *("event_id", "event", "outlet", "status", "articles"),
    *("first_article", "first", "last", "n_outlets", "article_ids"),
]
NEEDED = ["article_id", "outlet", "published", "event", "event_id"]
"""What `coverage` reads of an article."""
MEANINGS: dict[Status, str] = {
    "reported": "number of its articles on the event",
    "not reported": "no article on it, though the corpus has some of this outlet from those days, or before and after",
    "not in corpus": "not in corpus then: all of its articles here are older or newer than the event",
    "unknown": "cannot be told: the event, or every article of the outlet, has no date",
}
SIGNS: dict[Status, str] = {"not reported": "none", "not in corpus": "·", "unknown": "?"}
_WIDTH, _NAME, _CELL = 120, 44, 13


def coverage(
    source: Corpus | pd.DataFrame, min_outlets: int = 1, events: Collection[str] | None = None
) -> pd.DataFrame:
    """One row an event and outlet: `event_id, event, outlet, status, articles, first_article, first, last, n_outlets,
    article_ids`; events by first date, outlets by name. `source` is a corpus, or its articles (columns `NEEDED`).

    `first`, `last`: the event's dates; `first_article`: the outlet's first one on it. An outlet that has no article on
    an event did not report it only if its articles in the corpus span those days (`MEANINGS`). Events of fewer than
    `min_outlets` outlets are left out. Raises InputError where a column is missing.
    """
    articles = source if isinstance(source, pd.DataFrame) else source.articles(columns=NEEDED)
    if missing := sorted(set(NEEDED) - set(articles.columns)):
        raise InputError(f"The articles have no column {missing[0]!r}. Needed are: {', '.join(NEEDED)}.")
    dated = articles.assign(published=pd.to_datetime(articles["published"]))
    spans = dated.groupby("outlet")["published"].agg(["min", "max"])
    grouped = dated[dated["event_id"].notna() if events is None else dated["event_id"].isin(events)]
    found = grouped.groupby("event_id").agg(
        event=("event", "first"),
        first=("published", "min"),
        last=("published", "max"),
        n_outlets=("outlet", "nunique"),
    )
    found = found[found["n_outlets"] >= min_outlets].sort_values(["first", "event"], na_position="last")
    if found.empty:
        return pd.DataFrame(columns=COLUMNS)
    told = grouped.groupby(["event_id", "outlet"]).agg(
        articles=("article_id", "size"), first_article=("published", "min"), article_ids=("article_id", list)
    )
    rows = found.reset_index().merge(spans.reset_index(), how="cross")
    rows = rows.merge(told.reset_index(), how="left", on=["event_id", "outlet"])
    rows["articles"] = rows["articles"].fillna(0).astype(int)
    rows["article_ids"] = [ids if isinstance(ids, list) else [] for ids in rows["article_ids"]]
    rows["status"] = _statuses(rows)
    return rows[COLUMNS]


def _statuses(rows: pd.DataFrame) -> pd.Series:
    there = (rows["min"] <= rows["last"]) & (rows["max"] >= rows["first"])
    status = pd.Series("not in corpus", index=rows.index).mask(there, "not reported")
    status = status.mask(rows["first"].isna() | rows["min"].isna(), "unknown")
    return status.mask(rows["articles"] > 0, "reported")


def outlet_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """One row an outlet: `outlet, reported, in_its_time, alone, missed`, from the rows of `coverage`.

    `in_its_time`: events that it reported or could have; `alone`: those that no other reported; `missed`: ids of those
    that it did not report, reported by most outlets first.
    """
    counted = rows.assign(
        reported=rows["status"] == "reported", in_its_time=rows["status"].isin(["reported", "not reported"])
    )
    counted["alone"] = counted["reported"] & (counted["n_outlets"] == 1)
    found = counted.groupby("outlet")[["reported", "in_its_time", "alone"]].sum().reset_index()
    missed = rows[rows["status"] == "not reported"].sort_values("n_outlets", ascending=False, kind="stable")
    by_outlet = missed.groupby("outlet")["event_id"].agg(list)
    found["missed"] = [list(by_outlet.get(outlet, [])) for outlet in found["outlet"]]
    return found


def findings(rows: pd.DataFrame) -> list[str]:
    """A sentence for each outlet: how many events of its time it reported, and the widest-reported one that it did
    not."""
    events = rows.drop_duplicates("event_id").set_index("event_id")
    said = []
    for row in records(outlet_summary(rows)):
        of = f"{row['outlet']} reported {_of(row['reported'], row['in_its_time'])}"
        if not row["in_its_time"]:
            said.append(f"{row['outlet']}: no event can be set against its dates.")
        elif row["missed"]:
            event = events.loc[row["missed"][0]]
            others = f"{count(event['n_outlets'], 'other outlet')} reported it"
            said.append(f"{of}; not “{event['event']}” ({others}).")
        else:
            said.append(f"{of}.")
    return said


def _of(reported: int, events: int) -> str:
    if events == 1:
        return "the only event in its time" if reported else "nothing: the only event in its time passed without it"
    return f"{reported} of the {events} events in its time"


def matrix(rows: pd.DataFrame, outlets: Sequence[str] | None = None) -> pd.DataFrame:
    """Events by outlets: the number of articles, or a sign (none: not reported, · not in corpus then, ? unknown)."""
    signs = [str(n) if n else SIGNS[status] for n, status in zip(rows["articles"], rows["status"], strict=True)]
    wide = rows.assign(sign=signs).pivot(index="event_id", columns="outlet", values="sign")
    wide = wide.loc[list(dict.fromkeys(rows["event_id"]))]
    return wide if outlets is None else wide[list(outlets)]


def format_coverage(rows: pd.DataFrame, form: Literal["table", "csv", "json"]) -> str:
    """The matrix with its legend and findings, or the rows as CSV or JSON (`article_ids` parted by spaces in CSV)."""
    days = {name: _days(rows[name]) for name in ("first_article", "first", "last")}
    plain = rows.assign(**days)
    if form == "json":
        return json_text(plain)
    if form == "csv":
        return csv_text(plain.assign(article_ids=[" ".join(ids) for ids in plain["article_ids"]]))
    return _table(plain)


def _days(column: pd.Series) -> pd.Series:
    return pd.Series([None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in column], column.index, dtype="object")


def _table(rows: pd.DataFrame) -> str:
    events = rows.drop_duplicates("event_id").set_index("event_id")
    wide = matrix(rows)
    outlets = list(wide.columns)
    each = (_WIDTH - _NAME - 12) // _CELL
    lines: list[str] = []
    for start in range(0, len(outlets), each):
        block = outlets[start : start + each]
        lines.append(_row("", "first", block))
        lines += [
            _row(
                event["event"],
                event["first"] or "undated",
                [str(cell) for cell in wide.loc[[str(key)], block].to_numpy()[0]],
            )
            for key, event in events.iterrows()
        ]
        lines.append("")
    signs = {"a number": MEANINGS["reported"]} | {SIGNS[name]: MEANINGS[name] for name in STATUSES[1:]}
    told = set(rows["status"])
    legend = [f"{sign:10}{text}" for (sign, text), name in zip(signs.items(), STATUSES, strict=True) if name in told]
    said = [line for text in findings(rows) for line in bullet(text)]
    return "\n".join([*lines, *legend, "", "Findings", *said]) + "\n"


def _row(name: str, day: str, cells: Sequence[str]) -> str:
    fit: Callable[[str, int], str] = lambda text, width: text if len(text) < width else text[: width - 2] + "…"  # noqa: E731
    return (f"{fit(name, _NAME):<{_NAME}}{day:<12}" + "".join(f"{fit(c, _CELL):<{_CELL}}" for c in cells)).rstrip()
