"""How much of a gap between two outlets comes from their own words, and how much from whom and how much they quote."""

from __future__ import annotations

from html import escape
from math import floor

import pandas as pd
import streamlit as st

from framing import labels, session
from framing.cells import records
from framing.compare import Comparison
from framing.errors import InputError
from framing.gap import COMPONENTS, NAMES, Gap, decompose
from framing.pages import blocks, controls, empty, picker, take
from framing.pages.picker import Cell, Group, Pick
from framing.plain import signed
from framing.sources import find_sources
from framing.tally import VOICE, Row

KINDS = ("part", "says")
TABLES = ("table_gap", "table_gap_speakers")
ADDRESS_KEYS = ("head", "label", "actor", "first", "second", "by")
GROUPS = {"source": "each speaker", "type": "kind of speaker", "side": "the state they speak for"}
Number = tuple[str, str, str]


def section(
    comparison: Comparison, outlets: list[str], articles: pd.DataFrame, pick: Pick, fresh: bool
) -> dict[str, str]:
    """The choice of a label and two outlets, the gap as a sum, the speakers, the sentences; what belongs in the
    address comes back."""
    st.html(
        "<h2>How much of a gap comes from whom they quote</h2>"
        '<p class="fr-meta">The difference between two outlets, taken apart. The parts add up to it.</p>'
    )
    if len(outlets) < 2:
        session.notice("This takes two outlets. Choose a second one above, or another event.")
        return {}
    options = numbers(comparison)
    if not options:
        empty.not_scored("Nothing is scored here that could be taken apart.")
        return {}
    number, first, second, by = _choose(comparison, options, outlets)
    chosen = dict(zip(ADDRESS_KEYS, (*number, first, second, by), strict=True))
    if first == second:
        session.notice("Choose two different outlets.")
        return chosen
    head, label, actor = number
    try:
        gap = session.derive(comparison, apart, head, label, (first, second), actor, by)
    except InputError as error:  # an outlet without a counted sentence
        session.notice(str(error))
        return chosen
    _show(gap, comparison, number_name(number), articles, pick, fresh)
    return chosen


def apart(comparison: Comparison, head: str, label: str, outlets: tuple[str, str], actor: str, by: str) -> Gap:
    """`decompose`, with the speakers that the page found above."""
    said = session.derive(comparison, find_sources).sentences
    return decompose(comparison, head, label, outlets, actor, by, said)


def numbers(comparison: Comparison) -> list[Number]:
    """What can be taken apart: (head, label, actor)."""
    rows = comparison.shares[comparison.shares["head"] != VOICE.name]
    rows = rows[rows["head"].isin(list(comparison.heads)) & ((rows["head"] != "stance") | (rows["actor"] != ""))]
    return list(dict.fromkeys(zip(rows["head"], rows["label"], rows["actor"], strict=True)))


def number_name(number: Number) -> str:
    """`Frames: Conflict`, `Armenia: against`."""
    head, label, actor = number
    name = controls.Pick(head, label, actor).name
    return name if actor else f"{labels.head_name(head)}: {name}"


def _choose(comparison: Comparison, options: list[Number], outlets: list[str]) -> tuple[Number, str, str, str]:
    stored = tuple(str(st.session_state.get(key) or "") for key in ("head", "label", "actor"))
    st.session_state["gap_number"] = stored if stored in options else _first(comparison, options, outlets)
    boxes = st.columns([2, 1, 1, 1])
    number: Number = boxes[0].selectbox("What is compared", options, format_func=number_name, key="gap_number")
    for key, value in zip(("head", "label", "actor"), number, strict=True):
        st.session_state[key] = value
    session.keep_valid("first", outlets, outlets[0])
    rest = [outlet for outlet in outlets if outlet != st.session_state["first"]]
    session.keep_valid("second", rest, rest[0])
    session.keep_valid("by", list(GROUPS), "source")
    first = str(boxes[1].selectbox("One outlet", outlets, key="first"))
    second = str(boxes[2].selectbox("The other", rest, key="second"))
    by = str(boxes[3].selectbox("Those quoted, by", list(GROUPS), format_func=GROUPS.__getitem__, key="by"))
    return number, first, second, by


def _first(comparison: Comparison, options: list[Number], outlets: list[str]) -> Number:
    """What is taken apart before the reader chooses: the number that the comparison opens with."""
    first = blocks.first_pick(comparison, outlets, "both")
    number = (first.head, first.label, first.actor)
    return number if number in options else options[0]


def _show(gap: Gap, comparison: Comparison, name: str, articles: pd.DataFrame, pick: Pick, fresh: bool) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        told = [text for text in gap.findings if not text.startswith("Of these, in points")]
        st.html("".join(f"<p>{escape(text)}</p>" for text in told))
        caption = f"{name}: from {gap.outlet_b} to {gap.outlet_a}, in points (hundredths of all sentences)"
        picker.show("table_gap", caption, ["Part", "Points", "95% interval"], [Group("", waterfall(gap))], pick, few=9)
        take.table(gap.components, take.of_event(f"parts of the gap {name}", articles), "gap")
        speakers = [Group("", _speakers(gap))] if len(gap.speakers) else []
        columns = ["Quoted", gap.outlet_a, gap.outlet_b, "Points from being quoted more", "From what is said"]
        if speakers:
            picker.show("table_gap_speakers", "The share of each in all that is quoted", columns, speakers, pick)
            take.table(gap.speakers, take.of_event(f"speakers of the gap {name}", articles), "gap_speakers")
    with right:
        if pick.kind in KINDS:
            rows, title = behind(gap, pick)
            picker.list_sentences(title, with_text(rows, comparison), articles, "Those that carry the label.", fresh)
        else:
            picker.hint()


def waterfall(gap: Gap) -> list[list[Cell]]:
    """The one outlet's share, the parts, the other's share: numbers that add up as they are shown."""
    parts = gap.components[(gap.components["component"] != "unknown") | (gap.components["value"] != 0)]
    values = summing([float(value) for value in parts["value"]], gap.difference)
    start, end = 100 * gap.value_b, 100 * gap.value_a
    steps, at = [], start
    for value in values:
        steps.append((at, at + value))
        at += value
    low = min(0.0, *(min(step) for step in steps), start, end)
    high = max(0.0, *(max(step) for step in steps), start, end)
    width = max(high - low, 1e-9)

    def bar(step: tuple[float, float]) -> tuple[float, float]:
        return (step[0] - low) / width, (step[1] - low) / width

    zero = -low / width
    n = gap.sentences.groupby("outlet").size()
    rows = [_end(gap.outlet_b, start, n, bar((0.0, start)), zero)]
    for row, value, step in zip(records(parts), values, steps, strict=True):
        name = str(row["component"])
        pick = Pick("part", "", name)
        number = Cell(signed(value, 1), bar=bar(step), zero=zero)
        rows.append([Cell(NAMES[name].capitalize(), pick), number, Cell(_interval(row))])
    rows.append(_end(gap.outlet_a, end, n, bar((0.0, end)), zero))
    rows.append([Cell("The gap: the parts together"), Cell(signed(sum(values), 1)), Cell("")])
    return rows


def _end(outlet: str, value: float, n: pd.Series, bar: tuple[float, float], zero: float) -> list[Cell]:
    return [Cell(outlet, note=f"of {n.get(outlet, 0)} sentences"), Cell(f"{value:.1f}", bar=bar, zero=zero), Cell("")]


def _interval(row: Row) -> str:
    if pd.isna(row["low"]):
        return "none: too few articles"
    if row["low"] == row["high"]:
        return "none: nothing there"
    return f"{signed(100 * row['low'], 1)} to {signed(100 * row['high'], 1)}"


def summing(shares: list[float], total: float) -> list[float]:
    """Shares as points with one decimal that sum to their total's: those cut most are rounded up first."""
    tenths = [1000 * share for share in shares]
    whole = [floor(value) for value in tenths]
    missing = round(1000 * total) - sum(whole)
    order = sorted(range(len(tenths)), key=lambda i: whole[i] - tenths[i])
    for i in order[: max(missing, 0)]:
        whole[i] += 1
    return [value / 10 for value in whole]


def _speakers(gap: Gap) -> list[list[Cell]]:
    rows = []
    for row in records(gap.speakers):
        shares = [_quoted(gap, str(row["source"]), row, side) for side in "ab"]
        points = [Cell(signed(100 * row[key], 1)) for key in ("whom", "what")]
        rows.append([Cell(str(row["source"])), *shares, *points])
    return rows


def _quoted(gap: Gap, source: str, row: Row, side: str) -> Cell:
    """A speaker's share of what an outlet quotes, and how much of it carries the label."""
    outlet, n = (gap.outlet_a if side == "a" else gap.outlet_b), float(row[f"n_{side}"])
    if not n:
        return Cell("not quoted")
    carries = (
        labels.points(row[f"value_{side}"]) if gap.label == labels.BALANCE else f"{100 * row[f'value_{side}']:.0f}%"
    )
    pick = Pick("says", outlet, source)
    return Cell(f"{100 * row[f'share_{side}']:.0f}%", pick, f"n {n:g}; {carries} of it carries the label")


def behind(gap: Gap, pick: Pick) -> tuple[pd.DataFrame, str]:
    """The counted sentences of a part or a speaker that carry the label, and what they are called."""
    rows = gap.sentences[gap.sentences["hit"] != 0]
    if pick.kind == "says":
        rows = rows[(rows["outlet"] == pick.outlet) & (rows["source"] == pick.who) & (rows["quoted"] > 0)]
        return rows, f"{pick.who} · {pick.outlet}"
    name = pick.who if pick.who in COMPONENTS else COMPONENTS[0]
    rows = rows[rows[name if name in ("own", "unknown") else "quoted"] > 0]
    if name == "quoted_what":
        told = gap.speakers[(gap.speakers["n_a"] > 0) & (gap.speakers["n_b"] > 0)]
        rows = rows[rows["source"].isin(told["source"])]
    return rows, f"{NAMES[name].capitalize()} · {gap.outlet_a} and {gap.outlet_b}"


def with_text(rows: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Counted rows with their sentences."""
    text = comparison.sentences[["article_id", "index", "text", "voice", "speaker"]]
    found = rows.drop(columns=["voice"]).merge(text, on=["article_id", "index"])
    return found.assign(said=[f"speaker: {source}" if source else "" for source in found["source"]])
