"""What is made once of a whole corpus: its sums, the outlets' profiles, how differently each event is told. A small
corpus has it at once, a large one is worked off in the background while the page stands and says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from framing import session
from framing.errors import FramingError, InputError
from framing.pages.background import Background
from framing.plain import percent

if TYPE_CHECKING:
    from framing.article_tally import ArticleTally
    from framing.profiles import Profiles

SMALL = 3000
"""Articles up to which the page waits: about a second on one core."""
_BREATH = 0.02
"""Seconds left to visitors after each piece of background work."""
_POLL = "1s"
_TALLY_SHARE = 0.7
"""Part of the work that reading and counting is (5.6 of 7.6 s, 20,000 articles)."""


@dataclass(frozen=True)
class Whole:
    """The sums, the profiles (or why there are none), and `event_strength.strengths`."""

    tally: ArticleTally
    profiles: Profiles | InputError
    strengths: pd.DataFrame


@dataclass
class Work:
    """How far the making is (0–1), and what came of it."""

    share: float = 0.0
    result: Whole | None = None
    refused: FramingError | None = None

    def got(self) -> Whole | None:
        """The result; None while it is being made. Raises the error that it ended with."""
        if self.refused:
            raise self.refused
        return self.result


def start() -> Work:
    """The work on the corpus as it is now: done, or begun."""
    folder = session.corpus_folder()
    return _work(str(folder), session.corpus_stamp(folder), len(session.article_list()) <= SMALL)


@st.cache_resource(max_entries=2, show_spinner=False)
def _work(folder: str, stamp: str, at_once: bool) -> Work:
    work = Work()
    if at_once:
        _make(work, folder, stamp, lambda share: None)
    else:
        _background().put(lambda: _make(work, folder, stamp, lambda share: time.sleep(_BREATH)))
    return work


@st.cache_resource(show_spinner=False)
def _background() -> Background:
    return Background()


def _make(work: Work, folder: str, stamp: str, rest: Callable[[float], object]) -> None:
    """Makes all of it; an error is kept for whoever asks."""
    from framing.article_tally import tally_corpus
    from framing.compare import heads_for
    from framing.event_strength import strengths
    from framing.profiles import profiles_of

    def seen(share: float, done: float, part: float) -> None:
        work.share = done + part * share
        rest(share)

    try:
        corpus = session.corpus_in_use(folder, stamp)
        heads = list(heads_for(corpus).values())
        tally = tally_corpus(corpus, heads, lambda share: seen(share, 0.0, _TALLY_SHARE))
        told = strengths(tally, lambda share: seen(share, _TALLY_SHARE, 0.2))
        profiles: Profiles | InputError
        try:
            profiles = profiles_of(tally)
        except InputError as error:
            profiles = error
        work.result = Whole(tally, profiles, told)
    except FramingError as error:
        work.refused = error


def group_profiles(groups: dict[str, tuple[str, ...]], tally: ArticleTally) -> Profiles:
    """Profiles of these groups, made once for each state of the corpus."""
    folder = session.corpus_folder()
    return _group_profiles(str(folder), session.corpus_stamp(folder), tuple(groups.items()), tally)


@st.cache_resource(max_entries=8, show_spinner=False)
def _group_profiles(
    folder: str, stamp: str, groups: tuple[tuple[str, tuple[str, ...]], ...], _tally: ArticleTally
) -> Profiles:
    from framing.profiles import profiles_of

    return profiles_of(_tally, dict(groups))


@st.cache_resource(max_entries=2, show_spinner=False)
def _coverage(folder: str, stamp: str) -> pd.DataFrame:
    from framing.coverage import coverage

    return coverage(session.article_list())


def covered() -> pd.DataFrame:
    """`coverage` of every event and outlet, made once for each state of the corpus. Never change it."""
    folder = session.corpus_folder()
    return _coverage(str(folder), session.corpus_stamp(folder))


def show_progress(work: Work, doing: str) -> None:
    """How far the work is; when it is done the page runs again."""

    @st.fragment(run_every=_POLL)
    def progress() -> None:
        if work.result is not None or work.refused is not None:
            st.rerun()
        st.progress(min(work.share, 1.0), text=f"{doing} {percent(work.share)}")

    progress()
