"""The tables of a study, each a DataFrame in one fixed order, so that equal corpora give equal bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import pandas as pd

from framing import coverage, headline_tally, words
from framing.agency import find_agency
from framing.compare import Comparison, compare, heads_for
from framing.corpus import Corpus
from framing.errors import InputError
from framing.heads import HeadBase
from framing.labels import BALANCE, SIGNED
from framing.profiles import Profiles, profile_corpus
from framing.registry import WEAK
from framing.sides import denied
from framing.sources import find_sources
from framing.study import Question, Study
from framing.tally import TWINS, VOICE
from framing.uncertainty import FALSE_DISCOVERIES, adjust

_KEYS = (
    "event", "outlet", "outlet_a", "outlet_b", "article_id", "index", "start", "end", "head", "label", "actor", "view",
    "measure", "word", "source",
)  # fmt: skip


@dataclass
class Tabulated:
    """Frames by name of file, and what figures and the index need beside them: outlets, tiers and findings."""

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    streams: dict[str, Callable[[], Iterator[pd.DataFrame]]] = field(default_factory=dict)
    """The tables that are too long for memory, to be read when they are written."""
    streamed: dict[str, int] = field(default_factory=dict)
    """How many rows these had."""
    tiers: dict[tuple[str, str], str] = field(default_factory=dict)
    findings: dict[str, list[str]] = field(default_factory=dict)
    """By event id."""
    notes: tuple[str, ...] = ()


def study_heads(study: Study, corpus: Corpus) -> dict[str, HeadBase]:
    """The heads that the study pins, as they are installed."""
    installed = heads_for(corpus, study.own_heads)
    return {name: head for name, head in installed.items() if name in study.heads}


def tabulate(study: Study, corpus: Corpus, folder: Path) -> Tabulated:
    """Every table that the study asks for; `folder` holds what long ones are read from, as long as they are. Raises
    InputError for a test of something that is not there."""
    heads = study_heads(study, corpus)
    events = corpus.events().sort_values(["first", "event", "event_id"], na_position="last", ignore_index=True)
    made = Tabulated({"articles": _articles(corpus, study.text), "events": events})
    wanted = set(study.tables)
    pieces: dict[str, list[pd.DataFrame]] = {}
    # One event at a time, so that memory holds the sentences of one.
    for row in events.to_dict("records") if wanted & _BY_EVENT or study.questions else ():
        compared = compare(corpus, row["event_id"], heads)
        made.tiers.update(compared.tiers)
        made.findings[compared.event_id] = compared.findings(study.view)
        for name, frame in _of_event(study, corpus, compared):
            told = frame.drop(columns=["event_id"], errors="ignore")
            told.insert(0, "event_id", compared.event_id)
            told.insert(1, "event", compared.event)
            pieces.setdefault(name, []).append(told)
    joined = {name: pd.concat([part for part in parts if len(part)] or parts[:1]) for name, parts in pieces.items()}
    profiles = profile_corpus(corpus, list(heads.values())) if "outlets" in wanted or study.questions else None
    if profiles is not None:
        made.notes = profiles.notes
    if study.questions:
        made.frames["tests"] = _answers(study, joined["differences"], profiles, made.tiers)
    made.frames.update({name: frame for name, frame in joined.items() if _FROM[name] in wanted})
    if profiles is not None and "outlets" in wanted:
        made.frames["outlets"] = profiles.pairs
    if "coverage" in wanted:
        made.frames["coverage"] = coverage.coverage(corpus)
    if "headlines" in wanted:
        tops = headline_tally.of_corpus(corpus, heads, folder, study.view)
        made.frames["headlines"] = tops.outlets
        made.streams["headline_articles"] = tops.by_place
    for name in _LONG:
        if name in wanted:
            made.streams[name] = partial(_in_order, name, study, corpus, heads)
    made.frames = {name: frame if name == "tests" else _ordered(frame) for name, frame in sorted(made.frames.items())}
    return made


_FROM: Mapping[str, str] = {
    "shares": "comparisons",
    "differences": "comparisons",
    "findings": "comparisons",
    "words": "words",
    "speakers": "sources",
    "source_shares": "sources",
    "source_differences": "sources",
    "harm_shares": "agents",
    "harm_differences": "agents",
}
_BY_EVENT = set(_FROM.values())
_Long = Literal["sentences", "mentions"]
_LONG: tuple[_Long, ...] = ("sentences", "mentions")


def _of_event(study: Study, corpus: Corpus, compared: Comparison) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "shares", compared.shares
    yield "differences", compared.differences
    yield "findings", pd.DataFrame({"view": study.view, "finding": compared.findings(study.view)})
    if "words" in study.tables and len(compared.outlets) > 1:
        yield "words", words.of_event(corpus, compared.event_id, view=study.view).table
    if "sources" in study.tables:
        told = find_sources(compared)
        yield "speakers", told.sources
        yield "source_shares", told.shares
        yield "source_differences", told.differences
    if "agents" in study.tables:
        harm = find_agency(compared)
        yield "harm_shares", harm.shares
        yield "harm_differences", harm.differences


def _in_order(name: _Long, study: Study, corpus: Corpus, heads: Mapping[str, HeadBase]) -> Iterator[pd.DataFrame]:
    """Every sentence or mention, some at a time, in the order of `_ordered`."""
    hidden = () if study.text else ("text", "surface", "speaker")
    kept = [column for column in corpus.columns(name) if column not in hidden and _counts(column, heads)]
    return corpus.in_order(name, kept)


def _counts(column: str, heads: Mapping[str, HeadBase]) -> bool:
    """Whether a column is no head's, or one of those pinned."""
    return "." not in column or column.partition(".")[0] in heads


def _articles(corpus: Corpus, with_text: bool) -> pd.DataFrame:
    named = ["article_id", "outlet", "published", "byline", "url", "source", "kind", "event_id", "event"]
    return corpus.articles(columns=[*named, "title"] if with_text else named)


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of their first cells that tell rows apart; the order in which they are read does not count."""
    keys = [name for name in _KEYS if name in frame.columns]
    return frame.sort_values(keys, kind="stable", na_position="last", ignore_index=True) if keys else frame


# -- tests named in advance ------------------------------------------------------------------------------------------


def _answers(
    study: Study, differences: pd.DataFrame, profiles: Profiles | None, tiers: Mapping[tuple[str, str], str]
) -> pd.DataFrame:
    """One row a test, in the study's order: the difference (first outlet minus second) with its interval, and q by
    Benjamini–Hochberg over the study's tests alone, which is what naming them in advance buys."""
    found = []
    for number, asked in enumerate(study.questions, 1):
        source = differences if asked.event or profiles is None else profiles.pairs
        row = _row(study, number, asked, source)
        found.append({"test": number, "event": asked.event, **row, "why": _why(asked, tiers)})
    rows = pd.DataFrame(found)
    rows["q"] = adjust(rows["p"].astype("float64"), pd.Series(0, rows.index))
    rows["detected"] = (rows["q"] <= FALSE_DISCOVERIES) & ~denied(rows)
    rows["result"] = [_result(row["p"], row["detected"], row["why"]) for row in rows.to_dict("records")]
    return rows.drop(columns=["why", "correction"])


def refuse_idle_tests(study: Study, labels_of: Mapping[str, Sequence[str]]) -> None:
    """Raises InputError for a test of a head, label or outlet that no corpus could hold: before hours of scoring."""
    labels = {VOICE.name: VOICE.labels}
    for name in study.heads & labels_of.keys():
        labels[name] = (*labels_of[name], *([BALANCE] if name in SIGNED else []))
    for number, asked in enumerate(study.questions, 1):
        known: dict[str, Sequence[str]] = {
            "head": sorted(labels),
            "outlet": study.only,
            "label": labels.get(asked.head, ()),
        }
        wanted = [("head", asked.head), ("label", asked.label), *(("outlet", name) for name in asked.outlets)]
        for what, value in wanted:
            if value not in known[what] and known[what]:
                raise InputError(
                    f"{study.file}: [[test]] number {number}: there is no {what} {value!r} to test. There are: "
                    f"{', '.join(known[what])}."
                )


_KEPT = ("difference", "low", "high", "articles_a", "articles_b", "corrected", "corrected_low", "corrected_high",
         "correction", "p")  # fmt: skip


def _row(study: Study, number: int, asked: Question, source: pd.DataFrame) -> dict[str, object]:
    """The row of a test, turned where it names the outlets the other way round. Raises InputError."""
    where = f"{study.file}: [[test]] number {number}"
    rows = source
    if asked.event:
        rows = _only(rows, "event", [asked.event], where)
    for column, value in (("head", asked.head), ("label", asked.label)):
        rows = _only(rows, column, [value], where)
    if asked.actor:
        rows = _only(rows, "actor", [asked.actor], where)
    first, second = asked.outlets
    straight = (rows["outlet_a"] == first) & (rows["outlet_b"] == second)
    turned = (rows["outlet_a"] == second) & (rows["outlet_b"] == first)
    rows = rows[(straight | turned) & ((rows["view"] == asked.view) | (rows["head"] == "voice"))]
    if len(rows) != 1:
        what = "shares no number" if rows.empty else "names an actor's number: add actor ="
        raise InputError(
            f"{where}: {first} and {second}: this pair {what} ({asked.head}, {asked.label}, {asked.view})."
        )
    row = {name: rows[name].iloc[0] for name in _KEPT}
    if rows["outlet_a"].iloc[0] != first:
        row |= {"difference": -row["difference"], "low": -row["high"], "high": -row["low"]}
        row |= {"corrected": -row["corrected"], "corrected_low": -row["corrected_high"]}
        row |= {"corrected_high": -rows["corrected_low"].iloc[0]}
        row |= {"articles_a": row["articles_b"], "articles_b": row["articles_a"]}
    named = {"outlet_a": first, "outlet_b": second, "head": asked.head, "label": asked.label, "actor": asked.actor}
    return {**named, "view": asked.view, **row}


def _only(rows: pd.DataFrame, column: str, values: Sequence[str], where: str) -> pd.DataFrame:
    kept = rows[rows[column].isin(values)]
    if kept.empty:
        known = ", ".join(sorted({str(value) for value in rows[column].unique() if value})[:20]) or "none"
        raise InputError(f"{where}: there is no {column} {values[0]!r} to test. There are: {known}.")
    return kept


def _why(asked: Question, tiers: Mapping[tuple[str, str], str]) -> str:
    """Why a label as such is not tested."""
    twin = TWINS.get((asked.head, asked.label))
    if tiers.get((asked.head, asked.label)) in WEAK:
        return "weak classifier"
    return f"{twin[0]} {twin[1]} tells the same; test that" if twin else ""


def _result(p: float, detected: bool, why: str) -> str:
    if pd.isna(p):
        return f"not tested: {why or 'too few articles or shared events'}"
    return "differs" if detected else "no difference we could detect"
