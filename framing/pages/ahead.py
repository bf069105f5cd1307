"""What is made ahead of a reader: the pages of the events that are offered, as they open first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from framing import session
from framing.agency import find_agency
from framing.pages import controls, words_apart, words_headlines
from framing.sources import find_sources

CHARTS = tuple(section.chart for section in controls.SECTIONS)


def events() -> None:
    """Has the offered events opened in the background, once for each state of the corpus, whatever page asks first.
    *Side by side* is not among it: its vectors are one to four seconds of both cores an event."""
    session.prepare_events(CHARTS, derived)


def derived(outlets: tuple[str, ...]) -> Sequence[tuple[Callable[..., Any], tuple[Any, ...]]]:
    """What *Who speaks* and *Words and headlines* ask of an event's comparison as they open."""
    return (
        (find_sources, ()),
        (find_agency, ()),
        (words_apart.of_comparison, (outlets, "both", False)),
        (words_headlines.of_comparison, (outlets, "both")),
    )
