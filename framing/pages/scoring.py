"""Scoring what is new from the dashboard: the button, how far it is, and what it said at the end."""

from __future__ import annotations

import atexit
import threading
from html import escape
from pathlib import Path

import streamlit as st

from framing import score_process, session
from framing.errors import FramingError
from framing.pages import opening
from framing.plain import about_time, count
from framing.score_process import Progress, ScoreProcess
from framing.unscored import Unscored, unscored

_POLL = "1s"
_WATCHED = "_scoring"
"""Key of the run that this visitor watches, and of the page on which its end was told."""
ABOVE = (*opening.READINGS.values(), "Check a model", "Events", "Outlets", "Sentences")
"""Pages over which it stands; *Add articles* has it beside what was stored."""


class Holder:
    """The one scoring that this dashboard started."""

    def __init__(self) -> None:
        self._started: ScoreProcess | None = None
        self._lock = threading.Lock()
        atexit.register(self.stop)

    @property
    def now(self) -> ScoreProcess | None:
        """The scoring while it runs."""
        return self._started if self._started and self._started.status is None else None

    def start(self, corpus: Path) -> ScoreProcess:
        """The scoring of a corpus: the one that runs, or a new one. Beside another program's it ends at once, with a
        word on who writes."""
        with self._lock:
            if self._started is None or self._started.status is not None:
                self._started = score_process.score_process(corpus)
            return self._started

    def stop(self) -> None:
        """Ends the scoring; what is scored stays."""
        with self._lock:
            if self._started:
                self._started.stop()


@st.cache_resource(show_spinner=False)
def holder() -> Holder:
    """The scoring of this dashboard, for all its visitors."""
    return Holder()


def start() -> None:
    """Begins to score what is new, unless that is under way."""
    _watch(holder().start(session.corpus_folder()))


def running() -> bool:
    """Whether a scoring that this dashboard started is under way."""
    return holder().now is not None


def nothing_yet() -> bool:
    """Whether no classifier has read anything of the corpus. Raises ModelError where one is damaged."""
    return session.of_corpus(unscored).nothing


def offer() -> None:
    """Nothing where everything is scored; else the button, or how far the scoring is; then what it said at its end."""
    if not session.has_corpus():
        return
    run = holder().now
    session.tell_scoring(run is not None)
    if run is not None:
        _watch(run)
        _show_progress(run)
        return
    _show_end()
    try:
        left = session.of_corpus(unscored)
    except FramingError as error:
        session.notice(str(error), "bad", "What is not scored yet cannot be told.")
        return
    if left:
        _ask(left)


def _ask(left: Unscored) -> None:
    what = f"{count(left.articles, 'article')}, {count(left.sentences, 'sentence')}"
    said = (
        f"No classifier has read this corpus yet ({what}): there are no numbers."
        if left.nothing
        else f"Not scored yet: {what}. The numbers leave them out, or lack a classifier that is new."
    )
    with st.container(key="fr_score", horizontal=True, vertical_alignment="center"):
        st.html(f"<p>{escape(said)}</p>", width="stretch")
        st.button(
            session.SCORE,
            key="score_new",
            type="primary",
            on_click=start,
            help="The classifiers read every new sentence, on this computer. You can go on reading meanwhile.",
        )


def _watch(run: ScoreProcess) -> None:
    watched, _ = st.session_state.get(_WATCHED, (None, None))
    if watched is not run:
        st.session_state[_WATCHED] = run, None


def _show_progress(run: ScoreProcess) -> None:
    """How far the scoring is, looked at again and again; at its end the page runs anew, with the new scores, and
    before it where it waits for the first."""

    @st.fragment(run_every=_POLL)
    def progress() -> None:
        if run.status is not None or session.scores_came():
            st.rerun()
        with st.container(key="fr_score", horizontal=True, vertical_alignment="center"):
            st.progress(run.progress.share, text=told(run.progress))
            st.button("Stop", key="score_stop", on_click=run.stop, help="What is scored until then is kept.")

    progress()


def told(progress: Progress) -> str:
    """How far it is, in words."""
    if not progress.total:
        return "Scoring what is new: getting ready. You can go on reading, or close this page."
    parts = [f"Scoring what is new: {progress.done:,} of {count(progress.total, 'sentence')}"]
    if progress.left is not None:
        parts.append(f"{progress.rate:,.0f} a second")
        parts.append(f"{about_time(progress.left)} left")
    waits = "what you label or correct can be stored when it is done"
    return f"{', '.join(parts)}. You can go on reading, or close this page; {waits}."


def _show_end() -> None:
    """What the run that this visitor watched said at its end, on the page where they learn of it."""
    run, page = st.session_state.get(_WATCHED, (None, None))
    if run is None:
        return
    here = st.session_state.get(opening.HERE)
    if page not in (None, here):
        del st.session_state[_WATCHED]
        return
    st.session_state[_WATCHED] = run, here
    good, said = run.outcome()
    session.notice(said, "good" if good else "bad", "Done." if good else "Not all was scored.")
