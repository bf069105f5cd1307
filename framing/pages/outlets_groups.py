"""Groups of outlets on the page: made, renamed, filled and deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from framing import outlet_groups, session
from framing.errors import FramingError, InputError
from framing.plain import count

if TYPE_CHECKING:
    from framing.outlet_groups import Groups

_NEW = ""
_KEYS = ("group_name", "group_outlets", "group_of")


def show_last_change() -> None:
    """What was done, or why it was not. Its place is kept where there is nothing to say: a form below that moved up by
    one would be another to Streamlit, and fold in the reader's hands."""
    with st.empty().container():
        if refused := st.session_state.pop("group_refused", None):
            session.notice(refused, "bad", "This was not done.")
        if said := st.session_state.pop("group_done", None):
            session.notice(said, "good", "Done.")


def edit(groups: Groups, outlets: Sequence[str], open_: bool) -> None:
    """The form: a group, its name and its outlets."""
    with st.expander("Groups of outlets: make, change or delete one", expanded=open_):
        session.keep_valid("group", [_NEW, *groups], _NEW)
        chosen = str(
            st.selectbox("Group", [_NEW, *groups], format_func=lambda name: name or "A new group", key="group") or _NEW
        )
        if st.session_state.get("group_of") != chosen:
            st.session_state["group_of"] = chosen
            st.session_state["group_name"] = chosen
            st.session_state["group_outlets"] = [name for name in groups.get(chosen, ()) if name in outlets]
        name = st.text_input("Its name", key="group_name", max_chars=outlet_groups.LONGEST_NAME)
        members = st.multiselect(
            "Its outlets", list(outlets), key="group_outlets", placeholder="Choose outlets", wrap=True
        )
        left, right, _ = st.columns([1, 1, 4])
        known = tuple(outlets)
        told = f"“{name.strip()}” has {count(len(members), 'outlet')}."
        left.button(
            "Save", key="group_save", type="primary", disabled=not (name.strip() and members), on_click=_do,
            args=(partial(_saved, chosen, name, tuple(members), known), told, name),
        )  # fmt: skip
        if chosen:
            gone = partial(outlet_groups.without_group, name=chosen)
            told = f"“{chosen}” is deleted; its outlets stay."
            right.button("Delete", key="group_delete", on_click=_do, args=(gone, told, _NEW))


def _saved(
    old: str, name: str, members: tuple[str, ...], known: tuple[str, ...], now: Groups
) -> Mapping[str, tuple[str, ...]]:
    named = " ".join(name.split())
    if old and old in now:
        now = outlet_groups.renamed(now, old, named)
    elif named in now:
        raise InputError(f"There is a group {named!r} already. Choose it above to change it.")
    return outlet_groups.with_group(now, named, members, known)


def _do(act: Callable[[Groups], Mapping[str, Sequence[str]]], said: str, then: str) -> None:
    try:
        groups = outlet_groups.change_groups(session.corpus_folder(), act)
    except FramingError as error:
        st.session_state["group_refused"] = str(error)
        return
    named = " ".join(then.split())
    st.session_state["group_done"] = said
    st.session_state["group"] = named if named in groups else _NEW
    st.session_state.pop("group_of", None)
