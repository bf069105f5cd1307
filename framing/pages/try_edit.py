"""The second version of a sentence: edited by hand or with other names in it, and what became of its scores."""

from __future__ import annotations

from html import escape

import streamlit as st

from framing import labels, reading, session
from framing.pages import try_parts
from framing.plain import count, percent, signed
from framing.tried import Change, Tried, changes, paired, swappable, swapped

KINDS = {"country": "Another country", "person": "Another person", "outlet": "Another outlet"}
_MOST = 4
"""Moves told in words; the table has all."""


def ask_edit(text: str, place: int, first: Tried) -> Tried:
    """The sentence beside a copy to be changed, by hand or by swapping its names; the copy as it is read."""
    here = (text, place)
    if st.session_state.get("_edit_of", here) != here or not st.session_state.get("edit"):
        st.session_state["edit"] = first.text
    st.session_state["_edit_of"] = here
    left, right = st.columns(2, gap="large")
    left.html(f'<h2>First version</h2><blockquote class="fr-first">{escape(first.text)}</blockquote>{_about(first)}')
    right.html("<h2>Your version</h2>")
    edited = right.text_area("Change a word and see what moves", key="edit", height=110).strip()
    _swap_buttons(first, edited)
    if edited == first.text:
        return first
    versions = try_parts.read(edited, str(st.session_state.get("target") or ""))
    if len(versions) > 1:
        session.notice(
            f"Your version is {count(len(versions), 'sentence')} by now; the first is compared: models judge one "
            "sentence at a time."
        )
    return versions[0]


def _about(sentence: Tried) -> str:
    voice = reading.voice_words(sentence.voice, sentence.speaker)
    return f'<p class="fr-meta">Whose words: {escape(voice)}</p>'


def _swap_buttons(first: Tried, edited: str) -> None:
    """A button a kind of name; each click draws other names."""

    def swap(kind: str) -> None:
        turn = st.session_state["_turn"] = st.session_state.get("_turn", 0) + 1
        st.session_state["edit"] = st.session_state["_swapped"] = swapped(first.text, kind, turn)

    def back() -> None:
        st.session_state["edit"] = first.text

    kinds = swappable(first.text)
    with st.container(horizontal=True):
        for kind in kinds:
            st.button(KINDS[kind], key=f"swap_{kind}", on_click=swap, args=(kind,), help=_HELP[kind])
        st.button("Back to the first version", key="back", on_click=back, disabled=edited == first.text)
    if not kinds:
        st.html('<p class="fr-meta">No country, person or outlet is named that could be swapped for another.</p>')


_HELP = {
    "country": "Puts other countries in place of those named, with their people and capitals. Ideally no score moves.",
    "person": "Puts other names in place of the persons’. Ideally no score moves.",
    "outlet": "Puts other outlets in place of those named. The models read “the outlet” either way; "
    "voice, whose rules count words, may move by a hair.",
}


def tell_changes(first: Tried, second: Tried) -> None:
    """Which decisions flipped and what moved most, in words."""
    if first.text == second.text:
        return
    found = sorted(changes(first, second), key=lambda change: -abs(change.points))
    flips = [change for change in found if change.flipped and change.after.counts]
    lost = [change for change in found if change.flipped and not change.after.counts]
    lines = [_told(change, "counts now") for change in flips] + [_told(change, "counts no longer") for change in lost]
    if not lines:
        lines = ["No decision changed."]
    rest = [change for change in found if not change.flipped and abs(change.points) >= 1]
    lines += [_told(change, "moved most" if not i else "moved") for i, change in enumerate(rest[: _MOST - 1])]
    if len(lines) == 1 and not flips + lost:
        lines = ["Nothing moved by a point or more."]
    gone = [a.surface for a in first.actors if a not in [old for old, _ in paired(first.actors, second.actors)]]
    lines += [f"{name} is not among the actors of your version." for name in gone]
    if st.session_state.get("_swapped") == second.text:
        lines.insert(0, "Only names differ: a model that judges what is said of them would not move.")
    session.notice(lines, "note", "What your version changed")


def _told(change: Change, what: str) -> str:
    said = change.before
    toward = f" toward {change.actor}" if change.actor else ""
    moved = f"{percent(said.probability)} → {percent(change.after.probability)} ({signed(change.points)} points)"
    head = labels.head_name(said.head).removesuffix(" toward actors")
    return f"{head}{toward}, {labels.label_name(said.head, said.label)}: {what}, {moved}."
