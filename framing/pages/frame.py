"""What stands around every page: the switch for a classroom's wall, and the voice that tells a screen reader what
changed (`frame.js`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.components.v2 import component

from framing import session
from framing.pages import plotly_address

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("frame.js", "plotly.js"))


@st.cache_resource(show_spinner=False)
def _renderer() -> ComponentRenderer:
    script = "\n".join(path.read_text(encoding="utf-8") for path in _SCRIPTS)
    return component("framing.frame", js=script, isolate_styles=False)


def adopt_projector() -> None:
    """Takes the switch from the address; a page reached by a link without it gets it written into its address."""
    asked = st.query_params.get(session.PROJECTOR)
    if asked is not None:
        st.session_state[session.PROJECTOR] = asked == "1"
    elif st.session_state.get(session.PROJECTOR):
        st.query_params[session.PROJECTOR] = "1"


def _switched() -> None:
    if st.session_state[session.PROJECTOR]:
        st.query_params[session.PROJECTOR] = "1"
    else:
        st.query_params.pop(session.PROJECTOR, None)


def show() -> None:
    """The switch, at the end of the bar on top, and what has no look of its own."""
    with st.container(key="fr_frame"):
        st.toggle("Projector", key=session.PROJECTOR, on_change=_switched)
        _renderer()(key="frame", data={"plotly": plotly_address.of()}, height="content")
