"""What a reader asks for on the page Sentences: its widgets, kept in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from framing import find, labels, session
from framing.corpus import Corpus
from framing.find import Certainty, Number, Wanted
from framing.schema import VOICES
from framing.selecting import ORDERS, PARTS, Order, Part
from framing.terms import LONGEST

KEYS = (
    "search",
    "label",
    "actor",
    "outlet",
    "event",
    "voice",
    "speaker",
    "certainty",
    "probability",
    "part",
    "first",
    "last",
    "sort",
    "page",
    "open",
)
LISTS = ("outlet", "voice")
_MORE = ("speaker", "certainty", "probability", "part", "first", "last")
_DEFAULTS: Mapping[str, str] = {"certainty": "decided", "part": "all", "page": "1", "probability": "0-100"}
_CERTAINTIES: Mapping[Certainty, str] = {
    "decided": "Counted as having it",
    "any": "All that have a probability",
    "not": "Not counted as having it",
}
_PARTS: Mapping[Part, str] = {"all": "Headlines and text", "body": "Text alone", "headline": "Headlines alone"}
_ORDERS: Mapping[Order, str] = {
    "strongest": "Strongest first",
    "uncertain": "Least certain first",
    "date": "Newest first",
    "oldest": "Oldest first",
}
MOST_NAMES = 500
"""Names offered, the most frequent; any other can be typed. Five times as many take the browser 0.2 s longer."""
_DAYS = (date(1800, 1, 1), date(2200, 12, 31))


def state(name: str) -> Any:
    """A choice as it stands."""
    return st.session_state.get(session.ASKED + name)


def put(name: str, value: object) -> None:
    """Make this the choice."""
    st.session_state[session.ASKED + name] = value


def clear() -> None:
    """Ask for nothing."""
    for name in KEYS:
        put(name, [] if name in LISTS else None)


def address() -> dict[str, str | Sequence[str] | None]:
    """The view as it goes into the address bar; what is as by default is left out."""
    shown = {name: _written(state(name)) for name in KEYS}
    default = {**_DEFAULTS, "sort": "strongest" if state("label") else "date"}
    return {name: value for name, value in shown.items() if value and value != default.get(name)}


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return "-".join(str(part) for part in value)
    return value.isoformat() if isinstance(value, date) else value


def choose(known: Mapping[str, Number], adopted: bool) -> Wanted:
    """The widgets; what is asked for comes back. `adopted` says that it was taken from the address just now."""
    _tidy(known)
    if st.session_state.get("_labelled") != bool(state("label")) and not adopted:
        put("sort", None)  # without a label nothing is strong; with one, its strongest sentences come first
    st.session_state["_labelled"] = bool(state("label"))
    orders = _orders()
    session.keep_valid(session.ASKED + "sort", orders, orders[0])
    key = session.ASKED.__add__
    left, middle, right = st.columns([2, 2, 2], gap="medium")
    left.text_input(
        "Words in the sentence",
        key=key("search"),
        max_chars=LONGEST,
        placeholder="ceasefire “civilian deaths” strik*",
        help="Every word must be there, whole. Quotation marks keep a phrase together; * leaves an ending open.",
    )
    middle.selectbox(
        "Label", list(known), None, _label_name(known), key=key("label"), placeholder="Any, or none", help=_LABELS
    )
    actors = session.of_corpus(_actors, state("event"))
    right.selectbox("Actor named in it", _with(actors, "actor"), None, key=key("actor"), **_NAMES)
    left, middle, right = st.columns([2, 2, 2], gap="medium")
    articles = session.article_list()
    outlets = sorted(set(articles["outlet"]), key=str.casefold)
    put("outlet", [name for name in state("outlet") or () if name in outlets])
    left.multiselect("Outlets", outlets, key=key("outlet"), placeholder=f"All {len(outlets)}", wrap=True)
    events = dict(zip(session.events()["event_id"], session.events()["event"], strict=True))
    middle.selectbox(
        "Event", list(events), None, events.__getitem__, key=key("event"), placeholder=f"All {len(events)}, and none"
    )
    put("voice", [name for name in state("voice") or () if name in VOICES])
    right.multiselect("Whose words", VOICES, None, _voice_name, key=key("voice"), placeholder="Anyone’s", wrap=True)
    _more(bool(state("label")))
    return _wanted()


def _voice_name(voice: str) -> str:
    return labels.label_name("voice", voice)


_LABELS = "What a classifier says of the sentence. Weak ones are marked: read the sentences before the numbers."
_NAMES: Mapping[str, Any] = {"placeholder": "Anyone", "accept_new_options": True, "help": "Choose or type a name."}


def _label_name(known: Mapping[str, Number]) -> Any:
    def name(key: str) -> str:
        number = known[key]
        weak = " (weak)" if number.weak else ""
        return f"{labels.head_name(number.head.name)}: {labels.label_name(number.head.name, number.label)}{weak}"

    return name


def _more(labelled: bool) -> None:
    key = session.ASKED.__add__
    used = any(_written(state(name)) not in (None, "", _DEFAULTS.get(name)) for name in _MORE)
    with st.expander("More: certainty, dates, speaker, headline or text", expanded=used):
        left, middle, right = st.columns([2, 2, 2], gap="medium")
        left.selectbox(
            "Certainty", list(_CERTAINTIES), 0, _CERTAINTIES.__getitem__, key=key("certainty"), disabled=not labelled
        )
        middle.slider(
            "Probability of the label, %", 0, 100, key=key("probability"), step=5, disabled=not labelled, help=_NO_LABEL
        )
        speakers = session.of_corpus(Corpus.named, "speaker", MOST_NAMES)
        right.selectbox("Speaker", _with(speakers, "speaker"), None, key=key("speaker"), **_NAMES)
        left, middle, right = st.columns([2, 2, 2], gap="medium")
        left.date_input("From", None, *_DAYS, key=key("first"), format="YYYY-MM-DD")
        middle.date_input("To", None, *_DAYS, key=key("last"), format="YYYY-MM-DD")
        right.selectbox("Where it stands", list(PARTS), 0, _PARTS.__getitem__, key=key("part"))


_NO_LABEL = "Certainty and probability are those of the label chosen above."


def choose_order() -> None:
    """The order's select box."""
    st.selectbox("Order", _orders(), format_func=_ORDERS.__getitem__, key=session.ASKED + "sort")


def _orders() -> list[Order]:
    return [order for order in ORDERS if state("label") or order in ("date", "oldest")]


def _actors(corpus: Corpus, event_id: str | None) -> list[str]:
    """The actors offered: of the event, or of the whole corpus."""
    if event_id is None:
        return corpus.named("actor", MOST_NAMES)
    return list(dict.fromkeys(find.actors_of(corpus, event_id)["actor"]))[:MOST_NAMES]


def _with(names: Sequence[str], what: str) -> list[str]:
    """The names, and the one that was typed."""
    typed = state(what)
    return [*names, typed] if typed and typed not in names else list(names)


def _tidy(known: Mapping[str, Number]) -> None:
    """Makes what an address, perhaps an old one, holds fit for the widgets."""
    search = str(state("search") or "")
    if len(search) > LONGEST:
        session.notice(f"The search in the link has {len(search):,} characters. Its first {LONGEST} are searched.")
    put("search", search[:LONGEST])
    label = state("label")
    if label and label.startswith("voice."):
        put("voice", [*(state("voice") or ()), label.partition(".")[2]])
    put("label", label if label in known else None)
    for name in ("actor", "speaker"):
        put(name, str(state(name) or "").strip()[:LONGEST] or None)
    put("event", state("event") if state("event") in set(session.events()["event_id"]) else None)
    session.keep_valid(session.ASKED + "certainty", list(_CERTAINTIES), "decided")
    session.keep_valid(session.ASKED + "part", list(PARTS), "all")
    put("probability", _percents(state("probability")))
    for name in ("first", "last"):
        put(name, _day(state(name)))


def _percents(value: object) -> tuple[int, int]:
    """`(50, 90)` of `50-90`; all where it is no range."""
    parts = value.split("-") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or len(parts) != 2 or not all(str(part).isascii() for part in parts):
        return 0, 100
    if not all(str(part).isdigit() and len(str(part)) < 4 for part in parts):
        return 0, 100
    low, high = (min(int(part), 100) for part in parts)
    return min(low, high), max(low, high)


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        found = date.fromisoformat(str(value))
    except ValueError:
        return None
    return found if _DAYS[0] <= found <= _DAYS[1] else None


def _wanted() -> Wanted:
    low, high = state("probability")
    return Wanted(
        search=state("search") or "",
        label=state("label") or "",
        certainty=state("certainty"),
        low=low / 100 if state("label") else 0.0,
        high=high / 100 if state("label") else 1.0,
        outlets=tuple(state("outlet")),
        event=state("event") or "",
        actor=state("actor") or "",
        speaker=state("speaker") or "",
        voices=tuple(state("voice")),
        part=state("part"),
        first=state("first"),
        last=state("last"),
        sort=state("sort"),
    )
