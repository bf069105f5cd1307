"""A long list in two pieces: what stands first at once, the rest when the reader asks for it. Behind a
number of an event of 40 articles stood 533 sentences; with their first 100 alone such a page sends 264 kB, not 353."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

FIRST = 100
"""Entries shown at once; a screen holds six."""


def show(n: int, key: str, what: str, of: str, piece: Callable[[int, int], str]) -> None:
    """The list: `piece(start, end)` gives the HTML of some of its `n` entries. `what` says of which list (another one
    begins anew), `of` of what the entries are, in the plural; `key` is unlike every other on the page."""
    st.html(piece(0, min(n, FIRST)))
    if n <= FIRST:
        return
    asked = f"_whole_{key}"
    if st.session_state.get(asked) == what:
        # The first piece may scroll in a window of its own: without this 101 seemed to follow 3.
        st.html(f'<p class="fr-meta">Numbers {FIRST + 1} to {n}</p>{piece(FIRST, n)}')
        return

    def ask() -> None:
        st.session_state[asked] = what

    st.button(f"Show the other {n - FIRST} {of}", key=f"rest_{key}", on_click=ask)
