"""Other sentences for *Check a model*: a new sample, and the way back to one that was set aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from framing import session
from framing.errors import FramingError
from framing.plain import count

if TYPE_CHECKING:
    from framing.audit import Audit
    from framing.audit_rows import Source

_SAID = "audit_drawn"


def offer(source: Source) -> None:
    """Where a sample was drawn: another number draws another, and earlier ones can be taken up again."""
    from framing.audit import load
    from framing.audit_samples import earlier

    audit = load(source.corpus, source.head.name, source.event_id)
    if refused := st.session_state.pop("audit_refused", None):
        session.notice(refused, "bad", "This was not done.")
    if said := st.session_state.pop(_SAID, None):
        session.notice(said, "good", "Other sentences.")
    if audit is None or audit.labels != tuple(source.head.labels):
        return
    with st.expander("Ask about other sentences"):
        every = earlier(source.corpus, source.head.name, source.event_id)
        _draw(source, audit, list(every.values()))
        before = {number: old for number, old in every.items() if old.labels == audit.labels}
        if before:
            _go_back(source, before)


def _draw(source: Source, audit: Audit, before: list[Audit]) -> None:
    from framing.audit_samples import LARGEST_SEED, next_number

    new = len(source.counted.rows) - sum(audit.sizes.values())
    grown = f" Since it was drawn {count(new, 'sentence')} came in, which it cannot ask about." if new > 0 else ""
    st.html(
        f'<p class="fr-meta">The sentences asked about are sample number {audit.seed}.{grown} Another number draws '
        "others, again from every outlet and by what the model says and how sure it is. <strong>No label is "
        "lost:</strong> a sentence drawn again is not asked again, its label counts as soon as those before it are "
        "answered; and this sample is kept, to come back to below.</p>"
    )
    left, right = st.columns([1, 3], vertical_alignment="bottom", gap="medium")
    if "audit_seed" not in st.session_state:
        st.session_state["audit_seed"] = next_number([*before, audit])
    left.number_input("Sample number", 0, LARGEST_SEED, step=1, key="audit_seed")
    right.button("Draw this sample", key="audit_draw", on_click=_drawn, args=(source,))


def _drawn(source: Source) -> None:
    seed = int(st.session_state.pop("audit_seed"))
    _guarded(lambda: source.audit(seed, new=True), "Sample number {} is drawn")


def _go_back(source: Source, before: dict[int, Audit]) -> None:
    left, right = st.columns([1, 3], vertical_alignment="bottom", gap="medium")
    options = sorted(before, reverse=True)

    def say(number: int) -> str:
        return f"number {before[number].seed}: {count(len(before[number].labelled), 'label')}"

    session.keep_valid("audit_before", options, options[0])
    left.selectbox("Earlier samples", options, format_func=say, key="audit_before")
    right.button("Take this one up again", key="audit_back", on_click=_back, args=(source,))


def _back(source: Source) -> None:
    from framing.audit_samples import bring_back

    number = int(st.session_state["audit_before"])
    st.session_state.pop("audit_seed", None)
    found = (source.corpus, source.head.name, source.event_id)
    _guarded(lambda: bring_back(*found, number), "Sample number {} is taken up again")


def _guarded(act: Callable[[], Audit], said: str) -> None:
    try:
        audit = act()
    except FramingError as error:
        st.session_state["audit_refused"] = str(error)
        return
    n = len(audit.labelled)
    known = f"{count(n, 'label')} of yours {'is' if n == 1 else 'are'} in it already."
    st.session_state[_SAID] = f"{said.format(audit.seed)}. {known}"
    st.session_state["audit_result"] = None
