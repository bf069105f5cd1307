"""Selecting sentences of a whole corpus: what is asked for as SQL over its parts; what a reader gives is always bound.

`Corpus.select` runs it. A decision is the one that counting makes (see tally.py), in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd
import pyarrow.compute as pc

from framing.heads import Kind
from framing.parts import Target

Part = Literal["all", "body", "headline"]
Order = Literal["strongest", "uncertain", "date", "oldest"]
PARTS: tuple[Part, ...] = ("all", "body", "headline")
ORDERS: tuple[Order, ...] = ("strongest", "uncertain", "date", "oldest")

Clause = tuple[str, list[object]]
"""SQL and the values of its placeholders, in order."""
_KEY = 'article_id, "index"'


@dataclass(frozen=True)
class Decided:
    """A label of a head: `yes` keeps the sentences that carry it (False: those that do not, None: both), `low` and
    `high` bound its probability."""

    target: Target
    label: str
    kind: Kind
    threshold: float
    yes: bool | None = True
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Asked:
    """Which sentences are wanted; what is left empty asks for nothing. `patterns` are RE2, and all must match."""

    outlets: tuple[str, ...] = ()
    event_id: str | None = None
    first: date | None = None
    last: date | None = None
    voices: tuple[str, ...] = ()
    speaker: str = ""
    actor: str = ""
    patterns: tuple[str, ...] = ()
    part: Part = "all"
    decided: Decided | None = None
    order: Order = "date"


@dataclass(frozen=True)
class Places:
    """Where sentences that fit stand, in order, and how many fit in all."""

    rows: pd.DataFrame
    """`article_id, index`, of the label asked for `probability, decided` and, for stance, the `actor` that it is about;
    `published, event, event_id` of the article, and `stem`, its part."""
    count: int


def of_articles(asked: Asked) -> pc.Expression | None:
    """The condition on articles that stand (`outlet, event_id, day`); None where any will do."""
    outlet, event_id, day = (pc.field(name) for name in ("outlet", "event_id", "day"))
    conditions = [
        outlet.isin(list(asked.outlets)) if asked.outlets else None,
        event_id == asked.event_id if asked.event_id is not None else None,
        day >= asked.first if asked.first else None,
        day <= asked.last if asked.last else None,
    ]
    wanted: pc.Expression | None = None
    for condition in conditions:
        if condition is not None:
            wanted = condition if wanted is None else wanted & condition
    return wanted


def of_sentences(asked: Asked, named: bool, limit: int, offset: int) -> Clause:
    """The query of one page over `chosen` articles: the places of its sentences and, in every row, `n`, how many fit.

    With `named`, actors bear the names that the table `names` (canonical, type, actor) gives them, otherwise those of
    their articles."""
    base, values = _base(asked, named)
    joins, conditions = [], ["true"]
    if asked.actor and not _on_mentions(asked):
        joins.append(f"semi join (select * from ({_mentions(named)}) where actor = ?) m using ({_KEY})")
        values.append(asked.actor)
    if asked.voices or asked.speaker:
        joins.append(f"join voice v using ({_KEY})")
    if asked.patterns and asked.decided:
        joins.append(f"join sentences s using ({_KEY})")
    if asked.voices:
        conditions.append("v.voice in (select unnest(?))")
        values.append(list(asked.voices))
    if asked.speaker:
        conditions.append("v.speaker = ?")
        values.append(asked.speaker)
    if asked.part != "all":
        conditions.append(f'b."index" {">" if asked.part == "body" else "="} 0')
    for pattern in asked.patterns:
        conditions.append(f"regexp_matches({'s' if asked.decided else 'b'}.text, ?)")
        values.append(pattern)
    # Scores, texts and articles meet only after each was filtered; the few columns of `hits` are all that is sorted.
    sql = f"""
        with base as ({base}),
        hits as materialized (
            select article_id, b."index", b.p, b.margin, b.yes, b.actor, c.day
            from base b join chosen c using (article_id) {" ".join(joins)} where {" and ".join(conditions)})
        select {_KEY}, p as probability, yes as decided, actor, t.day as published, event, event_id, stem, n.n
        from (select count(*) as n from hits) n
        left join (select * from hits order by {_order(asked)} limit ? offset ?) t on true
        left join chosen using (article_id) order by {_order(asked).replace("day", "t.day")}"""
    return sql, [*values, limit, offset]


def _order(asked: Asked) -> str:
    """By what is asked for, then the newest, in reading order: the same pages every time."""
    newest = f"day {'asc' if asked.order == 'oldest' else 'desc'} nulls last, {_KEY}"
    if asked.decided is None or asked.order not in ("strongest", "uncertain"):
        return newest
    return f"p desc, {newest}" if asked.order == "strongest" else f"margin, {newest}"


def _on_mentions(asked: Asked) -> bool:
    return asked.decided is not None and asked.decided.target.level == "mention"


def _base(asked: Asked, named: bool) -> Clause:
    """The sentences before joins: article_id, index, `p, margin, yes` of the label, actor."""
    if asked.decided is None:
        text = ", text" if asked.patterns else ""
        nothing = "null::float as p, null::float as margin, null::boolean as yes, null::varchar as actor"
        return f"select {_KEY}, {nothing}{text} from sentences", []
    if _on_mentions(asked):
        return _of_mentions(asked, asked.decided, named)
    wanted, values = _kept(asked.decided)
    return (
        f"select * from (select {_KEY}, {_judged(asked.decided)}, null::varchar as actor from scores "
        f"where {_known(asked.decided)}) where {wanted}",
        values,
    )


def _of_mentions(asked: Asked, decided: Decided, named: bool) -> Clause:
    """As counting does: one decision a sentence and actor, by the mean over its mentions; of several actors in one
    sentence the one with the highest probability stands for it."""
    means = ", ".join(f"avg({_name(column)})::float as {_name(column)}" for column in decided.target.columns)
    condition, values = ("where actor = ?", [asked.actor]) if asked.actor else ("", [])
    wanted, bounds = _kept(decided)
    return (
        f"""select {_KEY}, max(p) as p, arg_max(margin, p) as margin, arg_max(yes, p) as yes, arg_max(actor, p) as actor
        from (select {_KEY}, actor, {_judged(decided)} from (
            select {_KEY}, actor, {means} from ({_mentions(named)})
            join scores using ({_KEY}, "start", "end") {condition} {"and" if condition else "where"} {_known(decided)}
            group by all))
        where {wanted} group by all""",
        [*values, *bounds],
    )


def _mentions(named: bool) -> str:
    """Mentions with `actor`."""
    columns = f'{_KEY}, "start", "end"'
    if named:
        return f"select {columns}, actor from mentions join names using (canonical, type)"
    return f"select {columns}, canonical as actor from mentions"


def _judged(decided: Decided) -> str:
    """`p`, `margin` (how far the label is from being decided otherwise) and `yes`, as heads.decide has it: at or over
    the threshold, or the first of the largest."""
    own = f"{decided.target.name}.{decided.label}"
    columns = list(decided.target.columns)
    p = _name(own)
    if decided.kind == "multilabel" or len(columns) == 1:
        # A one-column multiclass head always decides for it; nothing else can be largest.
        limit = f"{decided.threshold if decided.kind == 'multilabel' else 0.0!r}::double"
        return f"{p} as p, abs({p} - {limit}) as margin, {p} >= {limit} as yes"
    place = columns.index(own)
    others = [_name(column) for column in columns if column != own]
    beats = [f"{p} {'>' if i < place else '>='} {_name(column)}" for i, column in enumerate(columns) if i != place]
    return f"{p} as p, abs({p} - greatest({', '.join(others)})) as margin, {' and '.join(beats)} as yes"


def _known(decided: Decided) -> str:
    """Whether every label has a probability: rows without are left out, as in counting."""
    return " and ".join(f"isfinite({_name(column)})" for column in decided.target.columns)


def _kept(decided: Decided) -> Clause:
    """The condition on `p` and `yes`."""
    conditions, values = ["true"], list[object]()
    if decided.yes is not None:
        conditions.append("yes" if decided.yes else "not yes")
    if decided.low > 0:
        conditions.append("p >= ?")
        values.append(decided.low)
    if decided.high < 1:
        conditions.append("p <= ?")
        values.append(decided.high)
    return " and ".join(conditions), values


def _name(column: str) -> str:
    """A column's name as SQL has it."""
    return '"' + column.replace('"', '""') + '"'


_THERE = "where article_id in (select article_id from chosen)"
# The condition on articles stands beside the join, for it is checked before texts are unpacked: half the time.
AT_PLACES = f"""
    select p.*, a.outlet, a.title, v.voice, v.speaker, s.text from chosen p
    join (select article_id, outlet, title from articles {_THERE}) a using (article_id)
    join (select {_KEY}, text from sentences {_THERE}) s using ({_KEY})
    left join (select {_KEY}, voice, speaker from voice {_THERE}) v using ({_KEY}) order by p.rank"""
"""The query of the sentences at `chosen` places."""
