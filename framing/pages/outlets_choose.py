"""The choices of the page on outlets: two outlets, one and each other, or two groups; whose words; which number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from framing import labels, session
from framing.pages import controls, picker
from framing.profile_charts import chart_rows

if TYPE_CHECKING:
    from framing.profiles import Profiles
    from framing.schema import View

MODES = {"pair": "Two outlets", "each": "One outlet and each other", "groups": "Two groups"}
OWN_KEYS = ("between", "one", "two", "within", "whose", "period", "covered", "covered_page")
ADDRESS_KEYS = ("first", "second", "view", *OWN_KEYS, *picker.KEYS)
DEFAULTS = {"between": "pair", "view": "own", "period": "Q", "covered": "both", "covered_page": "1"}
KIND = "mean"
"""Kind of the picks of this page: a mean difference."""
Groups = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Choice:
    """What is compared: `other` is empty where it is each other outlet."""

    mode: str
    first: str
    other: str
    view: View


def choose_mode() -> str:
    """Whether outlets or groups are compared."""
    session.keep_valid("between", list(MODES), "pair")
    mode = st.segmented_control(
        "Compare", list(MODES), format_func=MODES.__getitem__, key="between", required=True, wrap=True
    )
    return str(mode or "pair")


def choose(mode: str, names: Sequence[str], shared: pd.Series) -> Choice:
    """The two sides and the view; `shared` counts shared events by the two names: those that share most come first."""
    keys = ("one", "two") if mode == "groups" else ("first", "second")
    left, middle, right = st.columns([2, 2, 5], gap="medium")
    start = shared.index[0] if len(shared) else tuple(names[:2])
    session.keep_valid(keys[0], list(names), start[0])
    what = "group" if mode == "groups" else "outlet"
    first = str(left.selectbox(f"One {what}", list(names), key=keys[0]))
    other = ""
    if mode != "each":
        rest = [name for name in names if name != first]
        session.keep_valid(keys[1], rest, _most_shared(shared, first, rest))
        other = str(middle.selectbox(f"The other {what}", rest, key=keys[1]))
    if st.session_state.get("view") is None:
        st.session_state["view"] = "own"
    with right:
        view = controls.choose_view()
    return Choice(mode, first, other, view)


def _most_shared(shared: pd.Series, first: str, rest: Sequence[str]) -> str:
    for a, b in shared.index:
        if first in (a, b):
            return str(b if a == first else a)
    return rest[0]


def shared_events(profiles: Profiles) -> pd.Series:
    """Shared events of each pair of names, most first."""
    most = profiles.pairs.groupby(["outlet_a", "outlet_b"], sort=False)["n_events"].max()
    return most.sort_values(ascending=False, kind="stable")


@dataclass(frozen=True)
class Number:
    """The number that is looked at: first − other of a label."""

    other: str
    head: str
    label: str

    @property
    def name(self) -> str:
        """In words."""
        return labels.label_name(self.head, self.label)


def current(rows: pd.DataFrame, choice: Choice, chart_key: str) -> tuple[Number, bool]:
    """The number of the chart just clicked, else the stored one, else the largest that holds or the largest tested; and
    whether it was clicked just now. `rows` are those of the chart."""
    fresh = False
    for point in session.clicked(chart_key)[:1]:
        head, label, _, other = (str(value) for value in point["customdata"][:4])
        set_number(Number(other, head, label))
        fresh = True
    stored = [str(st.session_state.get(key) or "") for key in picker.KEYS]
    number = Number(choice.other or stored[1], stored[2], stored[3])
    there = rows[(rows["outlet_b"] == number.other) & (rows["head"] == number.head) & (rows["label"] == number.label)]
    if stored[0] != KIND or there.empty:
        number = _default(rows)
    set_number(number, keep=True)
    return number, fresh


def _default(rows: pd.DataFrame) -> Number:
    keys = rows.assign(held=rows["detected"].astype(bool), tested=rows["p"].notna(), size=rows["difference"].abs())
    top = keys.sort_values(["held", "tested", "size"], ascending=False, kind="stable").iloc[0]
    return Number(str(top["outlet_b"]), str(top["head"]), str(top["label"]))


def set_number(number: Number, keep: bool = False) -> None:
    """Make this the number that is looked at; another number starts with its first event unless `keep`."""
    picker.keep(picker.Pick(KIND, number.other, number.head, number.label))
    if not keep:
        st.session_state["within"] = None


def choose_number(rows: pd.DataFrame, number: Number, several: bool) -> None:
    """A select box for everything that a click on the chart can choose."""
    options = [Number(*map(str, row)) for row in rows[["outlet_b", "head", "label"]].to_numpy()]

    def say(option: Number) -> str:
        name = f"{labels.head_name(option.head)}: {option.name}"
        return f"{name}, {option.other}" if several else name

    def take() -> None:
        set_number(st.session_state["mean_number"])

    st.session_state["mean_number"] = number
    st.selectbox("The number looked at", options, format_func=say, key="mean_number", on_change=take)


def rows_shown(profiles: Profiles, choice: Choice, most: int) -> pd.DataFrame:
    """The chart's rows: of the pair, or of the `most` other outlets that share most events."""
    rows = chart_rows(profiles.of(choice.first, choice.other), choice.view)
    if choice.other:
        return rows
    events = rows.groupby("outlet_b", sort=False)["n_events"].max().sort_values(ascending=False, kind="stable")
    kept = sorted(events.index[:most], key=str.casefold)
    return rows[rows["outlet_b"].isin(kept)]


def why_nothing(profiles: Profiles, choice: Choice, articles: pd.DataFrame) -> str:
    """Why a choice has no number: no shared event, or one whose articles are not scored yet."""
    mine = profiles.members[choice.first]
    theirs = profiles.members[choice.other] if choice.other else set(articles["outlet"]) - set(mine)
    of = articles[articles["event_id"].notna()].groupby("outlet")["event_id"].agg(set)
    told = [set().union(*(of.get(outlet, set()) for outlet in side)) for side in (mine, theirs)]
    names = f"{choice.first} and {choice.other or 'the others'}"
    if told[0] & told[1]:
        return (
            f"{names} share events, but what one of them wrote there is not scored yet. Press “{session.SCORE}” above."
        )
    return f"{names} share no event. Choose others."


def address(choice: Choice, number: Number | None) -> dict[str, str | Sequence[str] | None]:
    """The view as it goes into the address bar; what is as by default is left out."""
    values = {key: st.session_state.get(key) for key in ADDRESS_KEYS if key not in picker.KEYS}
    if number:
        values |= picker.address(picker.Pick(KIND, number.other, number.head, number.label))
    unused: tuple[str, ...] = ("first", "second") if choice.mode == "groups" else ("one", "two")
    unused += ("second",) if choice.mode == "each" else ()
    return {
        key: str(value) for key, value in values.items() if value and value != DEFAULTS.get(key) and key not in unused
    }
