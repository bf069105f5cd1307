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
  const find = (what) => what && document.querySelector(what);
  const place = find(data.place);
  const inner = find(data.inner);
  if (!(place || inner) || parentElement.dataset.done === data.time) return;
  parentElement.dataset.done = data.time;
  const box = inner && inner.closest(".fr-article");
  if (box) box.scrollTop += inner.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  if (!place) return;
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
    _jump("jump", place, unseen, "", str(time_ns()))


def within(inner: str, place: str, turn: int) -> None:
    """Scroll the window of an article to what the selector `inner` finds, and the page to `place` where that is not
    seen: once for each `turn`, and whenever it comes onto the page anew. Call it in every run that shows it."""
    _jump("jump_within", place, True, inner, f"{inner} {turn}")


def _jump(key: str, place: str, unseen: bool, inner: str, time: str) -> None:
    data = {"place": place, "unseen": unseen, "inner": inner, "time": time}
    _renderer()(key=key, data=data, height="content")
