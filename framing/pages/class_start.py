"""Use this event in class: how the classroom is started, or, after an explicit yes, starting and stopping it here."""

from __future__ import annotations

import atexit
import re
from html import escape
from pathlib import Path

import streamlit as st

from framing import class_process, session
from framing.class_process import ClassProcess
from framing.errors import FramingError

LABEL = "Use this event in class"
_ADDRESS = re.compile(r"https?://\S+")


class Holder:
    """The one classroom that this dashboard started, and its corpus."""

    def __init__(self) -> None:
        self.started: ClassProcess | None = None
        self.corpus = Path()
        atexit.register(self.stop)

    @property
    def now(self) -> ClassProcess | None:
        """The classroom while it runs."""
        return self.started if self.started and self.started.running else None

    def start(self, corpus: Path) -> None:
        """Starts the classroom of a corpus unless one runs. Raises FramingError where it does not start."""
        if self.now is None:
            self.started, self.corpus = class_process.classroom_process(corpus), corpus

    def stop(self) -> None:
        """Ends the classroom."""
        if self.started:
            self.started.stop()
        self.started = None


@st.cache_resource(show_spinner=False)
def holder() -> Holder:
    """The classroom of this dashboard, for all its windows."""
    return Holder()


def offer(event: str) -> None:
    """A small button that opens the dialog, and while a class runs says so."""
    label = "A class is running" if holder().now else LABEL
    if st.button(label, key="class_open", type="tertiary"):
        _dialog(event)


@st.dialog("Use this event in class", width="medium", on_dismiss="rerun")
def _dialog(event: str) -> None:
    place = st.empty()
    if holder().now is None:
        with place.container():
            _ask(event)
    if (running := holder().now) is not None:
        with place.container():
            _show(running)


def _ask(event: str) -> None:
    corpus = session.corpus_folder()
    st.html(
        f"<p>Students guess how the outlets tell <strong>{escape(event)}</strong>, label its sentences on their phones "
        "without seeing the outlets’ names, and then see what the classifiers and the class found.</p>"
        "<p>You get a teacher’s page of its own, where you choose the event and the questions. You can start it in a "
        "terminal:</p>"
    )
    st.code(f'framing classroom "{corpus.name}"', language=None)
    st.html(
        "<p>or here. <strong>What that opens:</strong> phones and computers in the same Wi-Fi can then reach the "
        "class’s pages on this computer, with a join code. This dashboard stays closed to them. Nothing goes to the "
        "internet. Windows or macOS may ask whether Python may accept connections: allow it.</p>"
    )
    agreed = st.checkbox("Yes, open the class’s pages to this network", key="class_agreed")
    if st.button("Start the class", key="class_start", type="primary", disabled=not agreed):
        try:
            with st.spinner("Starting the class…"):
                holder().start(corpus)
        except FramingError as error:
            session.notice(str(error), "bad", "The class did not start.")


def _show(running: ClassProcess) -> None:
    address, code = running.said.get("students"), running.said.get("code")
    teacher = _ADDRESS.search(running.said["teacher"])
    if address:
        joined = f"<p>Join code: <strong>{escape(code)}</strong></p>" if code else ""
        st.html(f'<p>Students open</p><p class="fr-join">{escape(address)}</p>{joined}')
    else:
        session.notice(
            "This computer is on no network, so no phone can reach it. Join the class’s Wi-Fi or switch on this "
            "computer’s own hotspot, then stop the class and start it again."
        )
    if teacher:
        st.link_button("Open the teacher’s page", teacher[0], type="primary")
        st.html('<p class="fr-meta">Its address holds your key: do not show it on the projector.</p>')
    st.html(
        f"<p>It shows the corpus <strong>{escape(holder().corpus.name)}</strong> and ends with this dashboard, or "
        "here. What the class has done so far stays.</p>"
    )
    if st.button("Stop the class", key="class_stop"):
        holder().stop()
        st.rerun(scope="app")
