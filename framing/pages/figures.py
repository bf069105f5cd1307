"""A chart on the page: Plotly, redrawn in place by `figures.js`, and the point that was clicked in it.

`st.plotly_chart` takes a chart with other numbers for another chart: it removes the old one and draws the new one
twice. That was half of the browser's work in a change of voice (0.4 of 0.8 s), all of it below the screen's edge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st
from streamlit.components.v2 import component

from framing import labels, reading, session
from framing.pages import controls, plotly_address, take
from framing.plain import count, listed

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

    from framing.compare import Comparison
    from framing.pages.controls import Pick, Section
    from framing.schema import View

_SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("figures.js", "take.js", "plotly.js"))
_PX_TAKE = 40
"""The line below a chart that offers it as a picture; on a telephone it has room for two."""


@st.cache_resource(show_spinner=False)
def _renderer() -> ComponentRenderer:
    script = "\n".join(path.read_text(encoding="utf-8") for path in _SCRIPTS)
    return component("framing.figure", js=script, isolate_styles=False)


def show(section: Section, comparison: Comparison, view: View, outlets: list[str], pick: Pick) -> None:
    """The section's chart, with the picked point marked; `session.clicked(section.chart_key)` says what is clicked."""
    here = pick.head in section.heads and pick.outlet
    picked = [pick.head, pick.label, pick.actor if pick.head == "stance" else "", pick.outlet] if here else None
    drawing = session.drawing(comparison, section.chart, view, outlets)
    picture = _picture(section, comparison, view, outlets)
    label = f"{section.title}. {section.about}"
    draw(section.chart_key, drawing, label, picked, picture, meanings(section.heads))


def meanings(heads: Sequence[str]) -> dict[str, str]:
    """What the labels of these heads mean, by their name in a chart; a name that two heads share, by both."""
    known: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for head in heads:
        for label in labels.order(head):
            known[labels.label_name(head, label)][labels.head_name(head)] = labels.definition(head, label)
    return {
        name: " ".join(of.values()) if len(of) == 1 else " ".join(f"{head}: {told}" for head, told in of.items())
        for name, of in known.items()
    }


def draw(
    key: str,
    drawing: session.Drawing,
    label: str,
    picked: Sequence[str] | None = None,
    picture: Mapping[str, object] | None = None,
    meaning: Mapping[str, str] | None = None,
) -> None:
    """A chart under this key, with the point of this `customdata` marked; `label` says to a screen reader what it
    shows, `picture` (of `take.picture`) what stands on it when it is taken away, `meaning` what the names beside its
    axis and in its legend mean: shown where the pointer rests on one."""
    data = {"figure": drawing.json, "height": drawing.height, "label": label, "plotly": plotly_address.of()}
    data["picked"] = None if picked is None else list(picked)
    data["meaning"] = dict(meaning or {})
    data["take"] = None if picture is None else dict(picture)
    data["large"] = bool(st.session_state.get(session.PROJECTOR))
    height: int | Literal["content"] = "content" if data["large"] else drawing.height + (_PX_TAKE if picture else 0)
    _renderer()(key=key, data=data, height=height, on_selection_change=lambda: None)


def _picture(section: Section, comparison: Comparison, view: View, outlets: list[str]) -> dict[str, object]:
    """What the chart's picture says: the event, what is counted, and of how many articles and sentences."""
    event_id = comparison.event_id
    events, every = session.events(), session.articles(event_id)
    articles = every["outlet"].value_counts()
    badges = [text for kind, text in reading.KIND_BADGES.items() if kind in set(every["kind"])]
    event = str(events.loc[events["event_id"] == event_id, "event"].iloc[0])
    sentences = session.sentence_counts(event_id)
    of = [
        f"{outlet} ({count(int(articles[outlet]), 'article')}, {count(sentences.get(outlet, 0), 'sentence')})"
        for outlet in outlets
    ]
    voice = "" if section == controls.VOICES else f" Counted: {controls.VIEW_NAMES[view].lower()}."
    copies = ["Copied sentences are counted once."] if comparison.once else []
    return take.picture(section.title, [event, section.about + voice, f"Of {listed(of)}.", *copies, *badges])
