"""Who is told to do harm to whom: how often somebody is named, a thing, or nobody, and each agent and patient."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from framing.agency import MEASURES, Agency, count_pairs, harm_spans, named
from framing.cells import records
from framing.pages import controls, picker, take
from framing.pages.picker import Cell, Group, Pick
from framing.plain import count
from framing.schema import View
from framing.tally import Row

KINDS = ("harm", "pair")
TABLES = ("table_harm", "table_pairs")
EVERY = "all"


def section(
    whole: Agency,
    outlets: list[str],
    articles: pd.DataFrame,
    pick: Pick,
    fresh: bool,
    sentences: pd.DataFrame,
) -> View:
    """Findings and notes, the shares and the pairs of each outlet, and the sentences picked; whose words are counted
    comes back."""
    found = _of(whole, outlets)
    picker.told("Who is said to do harm to whom", found.findings, found.notes)
    view = controls.choose_view()
    harms = found.harms[~found.harms["headline"]]
    harms = harms if view == "both" else harms[harms["voice"] == view]
    if harms.empty:
        st.html('<p class="fr-meta">No harm is told in these words. Choose other words or another event.</p>')
        return view
    left, right = st.columns([3, 2], gap="large")
    with left:
        groups, names = _forms(found, outlets, view)
        picker.show("table_harm", "Each event of harm is told", ["How harm is told", *names], groups, pick)
        take.table(found.shares, take.of_event("how harm is told", articles), "harm")
        columns = ["Who does it", "To whom", "Times told"]
        picker.show(
            "table_pairs", "Who does harm to whom; (in brackets) a thing or nobody", columns, _pairs(harms), pick
        )
        take.table(harms, take.of_event("events of harm", articles), "pairs")
    with right:
        if pick.kind in KINDS:
            _sentences(harms, sentences, articles, pick, fresh)
        else:
            picker.hint()
    return view


def _of(found: Agency, outlets: list[str]) -> Agency:
    """The same of some outlets alone; the tests stay those of the whole event."""
    differences = found.differences
    both = differences["outlet_a"].isin(outlets) & differences["outlet_b"].isin(outlets)
    shares, harms = (frame[frame["outlet"].isin(outlets)] for frame in (found.shares, found.harms))
    return replace(found, shares=shares, harms=harms, differences=differences[both])


def _forms(found: Agency, outlets: list[str], view: View) -> tuple[list[Group], list[str]]:
    """Rows of measures over columns of outlets."""
    cells = found.shares[found.shares["view"] == view].set_index(["measure", "outlet"]).to_dict("index")
    rows = [
        [Cell(name), *(_form(measure, outlet, cells[measure, outlet]) for outlet in outlets)]
        for measure, name in MEASURES.items()
    ]
    heads = [f"{o}, {count(round(cells['someone', o]['n']), 'event')}" for o in outlets]
    return [Group("", rows)], heads


def _form(measure: str, outlet: str, row: Row) -> Cell:
    n = round(float(row["n"]))
    if not n:
        return Cell("–", note="no harm told")
    hits = round(float(row["value"]) * n)
    shown, interval = picker.share(row["value"], row["low"], row["high"])
    note = f"{hits} of {n}" + (f"; {interval}" if interval else "; no interval")
    pick = Pick("harm", outlet, measure) if hits else None
    return Cell(shown, pick, note, says=f"{outlet} {MEASURES[measure]}: {hits} of {n}")


def _pairs(harms: pd.DataFrame) -> list[Group]:
    groups = []
    for outlet, rows in count_pairs(harms).groupby("outlet", sort=False):
        cells = [
            [
                Cell(
                    str(row["agent"]),
                    Pick("pair", str(outlet), str(row["agent"]), str(row["patient"])),
                    says=f"Read where {outlet} tells harm: {row['agent']} to {row['patient']}",
                ),
                Cell(str(row["patient"])),
                Cell(str(row["n"])),
            ]
            for row in records(rows)
        ]
        n = int(rows["n"].sum())
        groups.append(Group(f"{outlet}, {count(n, 'event')} of harm", cells))
    return groups


def _sentences(harms: pd.DataFrame, sentences: pd.DataFrame, articles: pd.DataFrame, pick: Pick, fresh: bool) -> None:
    rows = behind(harms, pick)
    if pick.kind == "pair":
        title = f"{pick.who} → {pick.whom} · {pick.outlet}"
    else:
        title = f"{pick.outlet} {MEASURES.get(pick.who, pick.who)}"
    about = f"{count(len(rows), 'event')} of harm, underlined and named." if len(rows) else ""
    picker.list_sentences(title, in_sentences(rows, sentences), articles, about, fresh)


def behind(harms: pd.DataFrame, pick: Pick) -> pd.DataFrame:
    """The events of harm that a pick counts."""
    rows = harms[harms["outlet"] == pick.outlet]
    if pick.kind == "pair":
        rows = named(rows)
        return rows[(rows["who"] == pick.who) & (rows["whom"] == pick.whom)]
    if pick.who == "passive":
        return rows[rows["form"] == "passive"]
    return rows[rows["agent_kind"] == ("" if pick.who == "nobody" else pick.who)]


def in_sentences(harms: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """The sentences of events of harm, one row each, their words told in `spans`."""
    spans: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    for row in records(harms):
        spans.setdefault((str(row["article_id"]), int(row["index"])), []).extend(harm_spans(row))
    return picker.with_spans(sentences, spans)
