"""Whom the outlets quote: every speaker's share of the words, by outlet and by kind of speaker."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from framing.cells import records
from framing.pages import blocks, picker, take
from framing.pages.picker import Cell, Group, Pick
from framing.plain import count
from framing.sources import MEASURES, OTHERS, TYPES, Sources
from framing.spoken import spoken
from framing.tally import Row

KINDS = ("speaker", "words")
TABLES = ("table_speakers", "table_words")


def first_pick(found: Sources, outlets: list[str]) -> Pick:
    """What is shown before the reader picks anything: the most quoted named speaker of the first outlet with any."""
    rows = found.sources[found.sources["outlet"].isin(outlets) & found.sources["named"]]
    return Pick("speaker", str(rows["outlet"].iloc[0]), str(rows["source"].iloc[0])) if len(rows) else Pick("speaker")


def section(whole: Sources, outlets: list[str], articles: pd.DataFrame, pick: Pick, fresh: bool) -> None:
    """Findings and notes, the speakers of each outlet, the kinds of speakers, and the sentences picked."""
    found = _of(whole, outlets)
    picker.told("Whom they quote", found.findings, found.notes)
    blocks.voice_unchecked()
    left, right = st.columns([3, 2], gap="large")
    with left:
        columns = ["Speaker", "Share of the outlet’s words"]
        picker.show("table_speakers", "Whose words the articles give", columns, _speakers(found, outlets), pick)
        take.table(found.sources, take.of_event("speakers", articles), "speakers")
        groups, names = _kinds(found, outlets)
        picker.show("table_words", "Words by kind of speaker", ["Words", *names], groups, pick, few=len(MEASURES))
        take.table(found.shares, take.of_event("words by kind of speaker", articles), "words")
    with right:
        if pick.kind in KINDS:
            _sentences(found, articles, pick, fresh)
        else:
            picker.hint()


def _of(found: Sources, outlets: list[str]) -> Sources:
    """The same of some outlets alone; the tests stay those of the whole event."""
    differences = found.differences
    both = differences["outlet_a"].isin(outlets) & differences["outlet_b"].isin(outlets)
    shares, sources = (frame[frame["outlet"].isin(outlets)] for frame in (found.shares, found.sources))
    return replace(found, shares=shares, sources=sources, differences=differences[both])


def _speakers(found: Sources, outlets: list[str]) -> list[Group]:
    longest = max(float(found.sources["share"].max()), 0.01) if len(found.sources) else 1.0
    words = found.shares[found.shares["measure"] == OTHERS].set_index("outlet")["n"]
    groups = []
    for outlet in outlets:
        mine = found.sources[found.sources["outlet"] == outlet]
        # Those not found are no speaker: they come last.
        rows = records(mine.sort_values("source_type", key=lambda kind: kind == "unknown", kind="stable"))
        cells = [_speaker(row, longest) for row in rows] or [[Cell("nobody"), Cell("0%")]]
        groups.append(Group(f"{outlet}, {int(words.get(outlet, 0)):,} words", cells))
    return groups


def _speaker(row: Row, longest: float) -> list[Cell]:
    name = str(row["source"])
    pick = Pick("speaker", str(row["outlet"]), name)
    share, _ = picker.share(row["share"], float("nan"), float("nan"))
    where = f"{count(row['n_sentences'], 'sentence')}, {count(row['n_articles'], 'article')}"
    kind = TYPES[str(row["source_type"])]
    side = f", {row['side']}" if row["side"] and row["side"] != name else ""
    bar = (0.0, float(row["share"]) / longest)
    return [
        Cell(name, pick, kind + side, says=f"Read the words of {name} in {row['outlet']}"),
        Cell(share, note=f"{count(row['words'], 'word')} in {where}", bar=bar),
    ]


def _kinds(found: Sources, outlets: list[str]) -> tuple[list[Group], list[str]]:
    """Rows of measures over columns of outlets; measures that nobody here has are left out."""
    cells = found.shares.set_index(["measure", "outlet"]).to_dict("index")
    rows = []
    for measure, name in MEASURES.items():
        own = [cells[measure, outlet] for outlet in outlets]
        if any(cell["value"] > 0 for cell in own):
            rows.append([Cell(name)] + [_kind(measure, o, c) for o, c in zip(outlets, own, strict=True)])
    heads = [f"{o}, {int(cells[OTHERS, o]['n']):,} words" for o in outlets]
    return [Group("", rows or [[Cell("Nobody is quoted")] + [Cell("0%") for _ in outlets]])], heads


def _kind(measure: str, outlet: str, row: Row) -> Cell:
    shown, interval = picker.share(row["value"], row["low"], row["high"])
    few = f"{int(row['n_articles'])} article{'' if row['n_articles'] == 1 else 's'}: no interval"
    pick = Pick("words", outlet, measure) if row["value"] > 0 else None
    return Cell(shown, pick, note=interval or few, says=f"{outlet}, {MEASURES[measure]}: {shown}")


def _sentences(found: Sources, articles: pd.DataFrame, pick: Pick, fresh: bool) -> None:
    rows = behind(found, pick)
    name = pick.who if pick.kind == "speaker" else MEASURES.get(pick.who, pick.who)
    words = f"{int(rows['spoken'].sum()):,} words of others, underlined." if len(rows) else ""
    title = " · ".join(part for part in (name, pick.outlet) if part)
    picker.list_sentences(title, rows, articles, words, fresh)


def behind(found: Sources, pick: Pick) -> pd.DataFrame:
    """The sentences that a pick counts, with what is somebody else's in them as `spans` and as `said`."""
    rows = found.sentences[(found.sentences["outlet"] == pick.outlet) & (found.sentences["spoken"] > 0)]
    if pick.kind == "speaker":
        rows = rows[rows["source"] == pick.who]
    elif pick.who != OTHERS:
        rows = rows[rows["source_type"] == pick.who]
    spans: pd.Series = pd.Series(
        [
            [(a, b, "") for a, b in spoken(text, quotes, voice)]
            for text, quotes, voice in zip(rows["text"], rows["quotes"], rows["voice"], strict=True)
        ],
        rows.index,
        dtype=object,
    )
    told = rows[["source", "source_type", "spoken", "words"]].itertuples(index=False)
    said = [f"{source} ({TYPES[kind]}): {n} of {total} words" for source, kind, n, total in told]
    return rows.assign(spans=spans, said=said)
