"""A chart on the page: Plotly, redrawn in place by `figures.js`, and the point that was clicked in it.

`st.plotly_chart` takes a chart with other numbers for another chart: it removes the old one and draws the new one
twice. That was half of the browser's work in a change of voice (0.4 of 0.8 s), all of it below the screen's edge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.components.v2 import component

from framing import session

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

    from framing.pages.controls import Pick, Section
    from framing.schema import View

_SCRIPT = Path(__file__).with_name("figures.js")


@st.cache_resource(show_spinner=False)
def _renderer() -> ComponentRenderer:
    return component("framing.figure", js=_SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)


@st.cache_resource(show_spinner=False)
def _plotly_address() -> str:
    """Where the server gives out the Plotly that came with the Python package, so that both are of one version."""
    import plotly

    served: Any = declare_component("plotly", path=Path(plotly.__file__).parent / "package_data")
    return f"component/{served.name}/plotly.min.js"


def show(section: Section, event_id: str, view: View, outlets: list[str], pick: Pick) -> None:
    """The section's chart, with the picked point marked; `session.clicked(section.chart_key)` says what is clicked."""
    here = pick.head in section.heads and pick.outlet
    picked = [pick.head, pick.label, pick.actor if pick.head == "stance" else "", pick.outlet] if here else None
    drawing = session.drawing(event_id, section.chart, view, outlets)
    draw(section.chart_key, drawing, f"{section.title}. {section.about}", picked)


def draw(key: str, drawing: session.Drawing, label: str, picked: Sequence[str] | None = None) -> None:
    """A chart under this key, with the point of this `customdata` marked; `label` says to a screen reader what it
    shows."""
    data = {"figure": drawing.json, "height": drawing.height, "label": label, "plotly": _plotly_address()}
    data["picked"] = None if picked is None else list(picked)
    _renderer()(key=key, data=data, height=drawing.height, on_selection_change=lambda: None)
