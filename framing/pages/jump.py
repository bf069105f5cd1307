"""Bringing what was just made to the reader: it may stand below the screen's edge."""

from __future__ import annotations

from time import time_ns
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.components.v2 import component

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

# The keyboard goes along: the next Tab leads on from here, and a screen reader says where it is.
_SCRIPT = """
export default function ({ parentElement, data }) {
  const place = document.querySelector(data.place);
  if (!place || parentElement.dataset.done === data.time) return;
  parentElement.dataset.done = data.time;
  const { top } = place.getBoundingClientRect();
  if (data.unseen && top >= 0 && top < 0.7 * window.innerHeight) return;
  place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "start" });
}
"""


@st.cache_resource(show_spinner=False)
def _renderer() -> ComponentRenderer:
    return component("framing.jump", js=_SCRIPT, isolate_styles=False)


def to(place: str, unseen: bool = False) -> None:
    """Scroll the page to what this CSS selector, never foreign text, finds; call it in the one run that made it. With
    `unseen` nothing moves where its top is on the screen already."""
    _renderer()(key="jump", data={"place": place, "unseen": unseen, "time": str(time_ns())}, height="content")
