"""Rows of two outlets' sentences side by side, with the reasons and words in which they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import combinations

import pandas as pd
import streamlit as st

from framing import reading, session
from framing.align import Alignment, align_frames
from framing.align_tables import alignment_rows
from framing.cells import pairs as cell_pairs
from framing.cells import records
from framing.compare import Comparison
from framing.pages import pieces, take
from framing.plain import count
from framing.retelling import REASON_WORDS, TAGS
from framing.tally import Row

KINDS = {
    "pairs": "Told by both",
    "both": "Told alike",
    "differently": "Told differently",
    "first": "Only in the first",
    "second": "Only in the other",
    "all": "Everything",
}
_TOGETHER = {"pairs": ("both", "differently"), "all": ("both", "differently", "first", "second")}
Place = tuple[str, int]


@dataclass(frozen=True)
class Side:
    """A sentence of one outlet: its place, and the stretches that are told otherwise, with what is otherwise."""

    place: Place
    spans: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class Pair:
    """A row: its kind, the sentence of either outlet (None where it has none), why they differ, and whether the text is
    copied."""

    kind: str
    left: Side | None
    right: Side | None
    reasons: tuple[str, ...] = ()
    copied: bool = False


@dataclass(frozen=True)
class Rows:
    """Two outlets side by side."""

    first: str
    second: str
    rows: tuple[Pair, ...]

    def of(self, kind: str) -> list[Pair]:
        """The rows of one of KINDS, in order."""
        return [row for row in self.rows if row.kind in _TOGETHER.get(kind, (kind,))]


def of_comparison(comparison: Comparison, first: str, second: str, once: bool = False) -> Alignment:
    """The alignment of two outlets of an event's comparison, of which the copied sentences are left out `once` they
    are read where they came first: all six pairs of four outlets would take several times as long, most of it for the
    encoders, where the reader looks at one."""
    return align_frames(comparison.sentences, comparison.mentions, comparison.articles, (first, second), once)


def choose_outlets(outlets: list[str]) -> tuple[str, str]:
    """The two outlets to read."""
    left, right = st.columns(2, gap="medium")
    session.keep_valid("first", outlets, outlets[0])
    first = str(left.selectbox("One outlet", outlets, key="first"))
    rest = [outlet for outlet in outlets if outlet != first]
    session.keep_valid("second", rest, rest[0])
    return first, str(right.selectbox("The other outlet", rest, key="second"))


def choose_kind(rows: Rows) -> str:
    """Which rows are shown."""
    session.keep_valid("rows", list(KINDS), "pairs")
    chosen = st.segmented_control(
        "Which sentences",
        list(KINDS),
        format_func=lambda kind: f"{KINDS[kind]} ({len(rows.of(kind))})",
        key="rows",
        required=True,
        wrap=True,
    )
    return str(chosen or "pairs")


def rows_of(alignment: Alignment, first: str, second: str) -> Rows:
    """Pairs and the first outlet's own sentences in the order of its text, then the other's own."""
    order = {place: i for i, place in enumerate(_places(alignment.sentences))}
    copied = set(zip(alignment.copies.sentences["article_id"], alignment.copies.sentences["index"], strict=True))
    a, b = ("a", "b") if [first, second] == sorted((first, second), key=str.casefold) else ("b", "a")
    pairs = alignment.between(first, second) if a == "a" else alignment.between(second, first)
    found = []
    for row in records(pairs):
        left, right = _side(row, a), _side(row, b)
        again = bool(row["copied"]) or left.place in copied or right.place in copied
        reasons = tuple(REASON_WORDS[reason] for reason in row["reasons"])
        found.append(Pair(str(row["kind"]), left, right, reasons, again))
    found += [Pair("first", Side(place), None, (), place in copied) for place in _alone(alignment, first, second)]
    found.sort(key=lambda row: order.get(row.left.place, len(order)) if row.left else len(order))
    last = [Pair("second", None, Side(place), (), place in copied) for place in _alone(alignment, second, first)]
    return Rows(first, second, (*found, *last))


def _places(rows: pd.DataFrame) -> list[Place]:
    return [(str(article), int(index)) for article, index in cell_pairs(rows, "article_id", "index")]


def _alone(alignment: Alignment, outlet: str, other: str) -> list[Place]:
    return _places(alignment.only_in(outlet, other))


def _side(row: Row, side: str) -> Side:
    spans = tuple((int(start), int(end), TAGS[why]) for start, end, why in row[f"spans_{side}"])
    return Side((str(row[f"article_{side}"]), int(row[f"index_{side}"])), spans)


def section(alignment: Alignment, rows: Rows, kind: str, articles: pd.DataFrame) -> None:
    """What is told alike and otherwise in one sentence, the notes, and the rows of a kind."""
    said = dict(zip(combinations(alignment.outlets, 2), alignment.summary, strict=True))
    pair = sorted((rows.first, rows.second), key=str.casefold)
    st.html(f'<p class="fr-lead">{escape(said[pair[0], pair[1]])}</p>')
    session.notice(alignment.notes)
    take.table(partial(alignment_rows, alignment), f"side by side {alignment.event}", "aligned")
    shown = rows.of(kind)
    if not shown:
        session.notice("There is no such sentence. Choose another kind above, or two other outlets.")
        return
    texts = dict(zip(_places(alignment.sentences), records(alignment.sentences), strict=True))
    facts = {str(row["article_id"]): row for row in records(articles)}
    st.html(f"<h2>{escape(KINDS[kind])} · {count(len(shown), 'row')}</h2>")

    def piece(start: int, end: int) -> str:
        items = "".join(_row(row, rows, texts, facts) for row in shown[start:end])
        return f'<div class="fr-pairs">{items}</div>'

    about = f"{alignment.event_id} {rows.first} {rows.second} {kind}"
    pieces.show(len(shown), "pairs", about, "rows", piece)


def _row(
    row: Pair,
    rows: Rows,
    texts: Mapping[Place, Row],
    facts: Mapping[str, Row],
) -> str:
    alone = {"first": f"Only in {rows.first}", "second": f"Only in {rows.second}"}
    name = alone.get(row.kind, KINDS.get(row.kind, "")) + (f": {', '.join(row.reasons)}" if row.reasons else "")
    head = any(side and side.place[1] == 0 for side in (row.left, row.right))
    badges = [name, *(["headlines"] if head else []), *(["copied text"] if row.copied else [])]
    said = "".join(reading.badge_html(text) for text in badges)
    cells = [_cell(side, outlet, texts, facts) for side, outlet in ((row.left, rows.first), (row.right, rows.second))]
    return f'<section class="fr-pair fr-{row.kind}"><p>{said}</p><div>{"".join(cells)}</div></section>'


def _cell(side: Side | None, outlet: str, texts: Mapping[Place, Row], facts: Mapping[str, Row]) -> str:
    if side is None:
        return f'<div class="fr-none"><p class="fr-meta">{escape(outlet)}: nothing found</p></div>'
    row, article = texts[side.place], facts[side.place[0]]
    voice = reading.voice_words(row["voice"], row["speaker"])
    told = [outlet, f"“{article['title']}”", reading.day(article["published"]), voice]
    meta = " · ".join(escape(str(part)) for part in told if part)
    return f'<div><p>{reading.tagged_html(str(row["text"]), side.spans)}</p><p class="fr-meta">{meta}</p></div>'
