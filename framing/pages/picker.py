"""Tables whose numbers are buttons (`picker.js`), the number picked in them, and the sentences behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st
from streamlit.components.v2 import component

from framing import reading, session
from framing.pages import jump, pieces, take
from framing.plain import count, percent

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_SCRIPT = Path(__file__).with_name("picker.js")
KEYS = ("number", "of", "name", "other")
"""Where a pick is kept in the session and the address; the kinds of different pages have different names."""
FEW = 5
"""Rows of a group that are shown at first."""


@dataclass(frozen=True)
class Pick:
    """A number of a table: its kind, the outlet (empty: all), and whose number it is."""

    kind: str
    outlet: str = ""
    who: str = ""
    whom: str = ""

    @property
    def values(self) -> list[str]:
        """As the browser and the address have it."""
        return [self.kind, self.outlet, self.who, self.whom]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, what is told beside it, a bar (from, to; both 0–1) with a line at `zero`, and the
    pick that a click on it makes; `says` is what a screen reader tells instead of the text."""

    text: str
    pick: Pick | None = None
    note: str = ""
    bar: tuple[float, float] | None = None
    zero: float | None = None
    says: str = ""
    link: str = ""
    """An address within the dashboard that the text leads to; made by us, never foreign text."""


_FIELDS = tuple(field.name for field in fields(Cell))


@dataclass(frozen=True)
class Group:
    """Rows of a table under one heading; the first cell of a row heads it."""

    title: str
    rows: list[list[Cell]]


@st.cache_resource(show_spinner=False)
def _renderer() -> ComponentRenderer:
    return component("framing.picker", js=_SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)


def show(key: str, caption: str, columns: Sequence[str], groups: Sequence[Group], pick: Pick, few: int = FEW) -> None:
    """The table; `current(pick, [key, …])` tells in the next run what was clicked in it."""
    rows = [
        {"title": group.title, "rows": [[_cell(cell) for cell in cells] for cells in group.rows]} for group in groups
    ]
    data = {"caption": caption, "columns": list(columns), "groups": rows, "picked": pick.values, "few": few}
    _renderer()(key=key, data={**data, "wide": len(columns) > 4}, height="content", on_selection_change=lambda: None)


def _cell(cell: Cell) -> dict[str, object]:
    # Not by `asdict`, which copies every part of it: that was half of a rerun of the page on words.
    told = {name: value for name in _FIELDS if (value := getattr(cell, name)) not in (None, "")}
    return told | ({"pick": cell.pick.values} if cell.pick else {})


def current(event: str, keys: Sequence[str], default: Pick) -> tuple[Pick, bool]:
    """The pick, from the table just clicked among `keys`, else the stored one, else (none, or another event's) the
    default; and whether it was clicked just now."""
    clicked, before = False, st.session_state.get("_picked_in", event)
    st.session_state["_picked_in"] = event
    if before != event:
        keep(default)
    for key in keys:
        for point in session.clicked(key)[:1]:
            clicked = True
            keep(Pick(*(str(value) for value in point["customdata"][: len(KEYS)])))
    stored = Pick(*(str(st.session_state.get(key) or "") for key in KEYS))
    pick = stored if stored.kind else default
    keep(pick)
    return pick, clicked


def valid(pick: Pick, outlets: Sequence[str], kinds: Sequence[str], default: Pick) -> Pick:
    """The pick where a page has its kind and its outlet, else the default."""
    if pick.kind not in kinds:
        return default
    return pick if not pick.outlet or pick.outlet in outlets else replace(default)


def keep(pick: Pick) -> None:
    """Make this the page's pick."""
    for key, value in zip(KEYS, pick.values, strict=True):
        st.session_state[key] = value


def address(pick: Pick) -> dict[str, str]:
    """The pick as part of the page's address."""
    return dict(zip(KEYS, pick.values, strict=True))


def list_sentences(
    title: str, rows: pd.DataFrame, articles: pd.DataFrame, about: str = "", fresh: bool = False
) -> None:
    """The sentences behind a number; `rows` as `reading.sentences_html` takes them, less title and published. Brought
    to the reader where the number was clicked just now."""
    with st.container(key="fr_behind"):
        heading = f"{title} · {count(len(rows), 'sentence')}"
        st.html(f'<div class="fr-say"><h3>{escape(heading)}</h3></div><p class="fr-meta">{escape(about)}</p>')
        if rows.empty:
            session.notice("No sentence was counted here. Choose another number.")
        else:
            facts = articles.set_index("article_id")
            rows = rows.assign(title=rows["article_id"].map(facts["title"]))
            rows = rows.assign(published=rows["article_id"].map(facts["published"]))
            about = f"{title} {articles['event_id'].iloc[0]}"
            pieces.show(
                len(rows), "behind", about, "sentences",
                lambda start, end: reading.sentences_html(rows.iloc[start:end], title, first=start + 1),
            )  # fmt: skip
            take.sentences(rows, title)
    if fresh:
        jump.to(".st-key-fr_behind", unseen=True)


def hint() -> None:
    """What to do where nothing of a table is picked."""
    st.html('<p class="fr-meta">Click a number or a name to read the sentences behind it.</p>')


def share(value: float, low: float, high: float) -> tuple[str, str]:
    """A share and its interval in words: `46%`, `95% interval 31–62%`; the second is empty without an interval."""
    shown = "under 1%" if 0 < value < 0.005 else percent(value)
    return shown, "" if pd.isna(low) else f"95% interval {100 * low:.0f}–{100 * high:.0f}%"


def told(title: str, findings: Sequence[str], notes: Sequence[str]) -> None:
    """A section's heading, what its figures say, and what one must know before reading them."""
    items = "".join(f"<li>{escape(text)}</li>" for text in findings)
    st.html(f'<h2>{escape(title)}</h2><ul class="fr-findings">{items}</ul>')
    if notes:
        session.notice(notes, title="Before you read the numbers")


def with_spans(sentences: pd.DataFrame, spans: Mapping[tuple[str, int], list[tuple[int, int, str]]]) -> pd.DataFrame:
    """The sentences at these places, one row each, with `spans` as `reading.tagged_html` takes them, and `said`."""
    places = list(zip(sentences["article_id"], sentences["index"], strict=True))
    kept = sentences[[place in spans for place in places]]
    found = [spans[place] for place in zip(kept["article_id"], kept["index"], strict=True)]
    return kept.assign(spans=pd.Series(found, kept.index, dtype=object), said="")
