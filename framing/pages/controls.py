"""The choices of the comparison page: event, view, outlets, and the number whose sentences are shown."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from framing import labels, session
from framing.cells import cells, pairs, records
from framing.schema import VIEWS, View
from framing.tally import VOICE_WEIGHTS

VIEW_NAMES: dict[View, str] = {
    "both": "All sentences",
    "own": "The outlet’s own words",
    "quoted": "Words of the people it quotes",
}
PICK_KEYS = ("head", "label", "actor", "outlet")
ADDRESS_KEYS = ("event", "view", "outlets", *PICK_KEYS)
EVERY = "All outlets"


@dataclass(frozen=True)
class Section:
    """One block of the page: a chart over some heads, and the sentences behind what is chosen in it."""

    key: str
    title: str
    about: str
    heads: tuple[str, ...]
    chart: str
    """Name of the figure in `framing.charts`."""

    @property
    def chart_key(self) -> str:
        """The chart's key in the session state."""
        return f"chart_{self.key}"


FRAMES = Section(
    "frames",
    "What the story is made to be about",
    "Share of sentences that carry each frame. A sentence can carry several, or none.",
    ("frames_generic", "frames_policy"),
    "frame_profile",
)
TONE = Section(
    "tone",
    "Tone and choice of words",
    "Share of sentences by sentiment, and of sentences in loaded words.",
    ("sentiment", "wording"),
    "sentiment_wording",
)
ACTORS = Section(
    "actors",
    "How the actors come across",
    "For each actor, what its mentions convey: favourable minus against.",
    ("stance",),
    "stance_matrix",
)
VOICES = Section(
    "voices",
    "Who gets to speak",
    "Whose words the sentences are, whatever the switch above says, and who is named.",
    ("voice",),
    "voice_shares",
)
SECTIONS = (FRAMES, TONE, ACTORS, VOICES)


@dataclass(frozen=True)
class Pick:
    """The number whose sentences are read; `actor` holds the speaker for voices, an empty `outlet` stands for all."""

    head: str
    label: str
    actor: str = ""
    outlet: str = ""

    @property
    def name(self) -> str:
        """In words: `Conflict`, `Armenia: against`, `Quoted word for word: Baku`."""
        label = labels.label_name(self.head, self.label)
        if self.head == "stance" and self.actor:
            return f"{self.actor}: {label[:1].lower()}{label[1:]}"
        return f"{label}: {self.actor}" if self.actor else label


READ = "_read"
"""Whether the reader asked for the sentences in this run."""


def choose_event(events: pd.DataFrame) -> str:
    """The event's select box, with a search where there are many; comes back as its id. A link may carry the event's
    name as well."""
    stored = str(st.session_state.get("event") or "")
    event = _known(stored, events)
    if stored and not event:
        session.notice("The link names an event that is not in this corpus. The most widely reported is shown instead.")
    event = event or most_reported(events)
    st.session_state["event"] = event
    if len(events) <= session.MOST_OFFERED:
        return _event_box("Event", events, event)
    left, right = st.columns([1, 2], gap="medium")
    wanted = str(left.text_input(f"Search {len(events):,} events", key="event_search", max_chars=200) or "")
    found = searched(events, wanted)
    n = f"{len(found):,} found" if wanted.strip() else f"{session.MOST_OFFERED} most reported"
    if len(found) > session.MOST_OFFERED:
        n = f"{len(found):,} found, {session.MOST_OFFERED} most reported" if wanted.strip() else n
        found = session.offered(found)
    with right:
        return _event_box(f"Event ({n if len(found) else 'none found'})", found, event, events)


def _known(wanted: str, events: pd.DataFrame) -> str:
    """The id of the event with this id or name; empty where there is none."""
    for column in ("event_id", "event"):
        rows = events.loc[events[column] == wanted, "event_id"]
        if len(rows):
            return str(rows.iloc[0])
    return ""


def searched(events: pd.DataFrame, wanted: str) -> pd.DataFrame:
    """The events whose names hold every word of the search."""
    for word in wanted.casefold().split():
        events = events[events["event"].str.casefold().str.contains(word, regex=False)]
    return events


def _event_box(label: str, offered: pd.DataFrame, event: str, events: pd.DataFrame | None = None) -> str:
    """The select box; the event on the page stands in it, also where a search leaves it out."""
    names = dict(zip(offered["event_id"], offered["event"], strict=True))
    if events is not None and event not in names:
        names = {event: events.loc[events["event_id"] == event, "event"].iloc[0], **names}
    return str(st.selectbox(label, list(names), format_func=lambda key: str(names[key]), key="event"))


def most_reported(events: pd.DataFrame) -> str:
    """What a visitor sees first: the event of most outlets, then of most articles. Which one is told most differently
    is known only when all are compared (0.3 s each), too late for a first look."""
    return str(events.sort_values(["n_outlets", "n_articles"], ascending=False, kind="stable")["event_id"].iloc[0])


def choose_view() -> View:
    """The switch own / quoted / both."""
    session.keep_valid("view", VIEWS, "both")
    view: View | None = st.segmented_control(
        "Whose words are counted",
        list(VIEW_NAMES),
        format_func=VIEW_NAMES.__getitem__,
        key="view",
        required=True,
        wrap=True,
    )
    return view or "both"


def choose_outlets(event: str, outlets: Sequence[str]) -> list[str]:
    """The outlets to compare; another event starts with all of its outlets."""
    if st.session_state.get("_outlets_of", event) != event:
        st.session_state["outlets"] = []
    st.session_state["_outlets_of"] = event
    kept = [outlet for outlet in st.session_state.get("outlets") or () if outlet in outlets]
    st.session_state["outlets"] = kept or list(outlets)
    chosen = st.multiselect("Outlets", list(outlets), key="outlets", placeholder="All outlets", wrap=True)
    return [outlet for outlet in outlets if outlet in chosen] or list(outlets)


def set_pick(pick: Pick) -> None:
    """Make this the number whose sentences are shown."""
    for key in PICK_KEYS:
        st.session_state[key] = getattr(pick, key)


def read_finding(pick: Pick) -> None:
    """Make a finding's number the pick; its sentences, which may stand below the screen's edge, come to the reader."""
    set_pick(pick)
    st.session_state[READ] = True


def everywhere(pick: Pick) -> dict[str, str | list[str]]:
    """The address of the same sentences in the whole corpus, less the choice of outlet and event; empty for a balance,
    which stands on the sentences of several labels."""
    if pick.label == labels.BALANCE:
        return {}
    if pick.head == VOICES.heads[0]:
        return {"voice": [pick.label], "part": "body", **({"speaker": pick.actor} if pick.actor else {})}
    query: dict[str, str | list[str]] = {"label": f"{pick.head}.{pick.label}", "part": "body"}
    if pick.actor:
        query["actor"] = pick.actor
    if voices := list(VOICE_WEIGHTS.get(st.session_state.get("view") or "both", ())):
        query["voice"] = voices
    return query


def stored_pick() -> Pick:
    """The pick as it is kept between runs; empty strings where nothing was picked yet."""
    return Pick(*(str(st.session_state.get(key) or "") for key in PICK_KEYS))


def current_pick(shares: pd.DataFrame, default: Pick) -> Pick:
    """The pick: from the chart just clicked, else the stored one, else (none, or not in this event) the default."""
    for section in SECTIONS:
        for point in session.clicked(section.chart_key)[:1]:
            set_pick(pick_of_point(point["customdata"]))
    pick = stored_pick()
    if not _is_there(pick, shares):
        pick = default
    if pick.outlet and pick.outlet not in set(shares["outlet"]):
        pick = replace(pick, outlet="")
    for key in PICK_KEYS:
        st.session_state[key] = getattr(pick, key)
    return pick


def _is_there(pick: Pick, shares: pd.DataFrame) -> bool:
    rows = shares[(shares["head"] == pick.head) & (shares["label"] == pick.label)]
    return not rows.empty and (pick.head != "stance" or pick.actor in set(rows["actor"]))


def pick_of_point(customdata: Sequence[object]) -> Pick:
    """The number that a chart's point stands for."""
    head, label, actor, outlet = (str(value) if value is not None else "" for value in customdata[:4])
    return Pick(head, label, actor, outlet)


def choose_number(section: Section, shares: pd.DataFrame, pick: Pick, speakers: Sequence[str]) -> None:
    """Select boxes for everything that a click on the section's chart can choose."""
    active = pick if pick.head in section.heads else None
    keys = {name: f"{section.key}_{name}" for name in ("number", "actor", "outlet")}
    options = numbers(section, shares)
    st.session_state[keys["number"]] = (active.head, active.label) if active else None

    def take() -> None:
        head, label = st.session_state[keys["number"]] or options[0]
        actor = str(st.session_state.get(keys["actor"]) or "")
        outlet = str(st.session_state.get(keys["outlet"]) or "")
        set_pick(Pick(head, label, actor, outlet))

    def say(option: tuple[str, str]) -> str:
        return labels_name(option, section)

    st.selectbox(
        f"Read the sentences: {section.title.lower()}",
        options,
        format_func=say,
        key=keys["number"],
        placeholder="Choose here, or click the chart",
        on_change=take,
        label_visibility="collapsed",
    )
    if active is None:
        return
    left, right = st.columns(2)
    actors = (
        list(dict.fromkeys(cells(shares.loc[shares["head"] == "stance", "actor"])))
        if section == ACTORS
        else list(speakers)
    )
    if section in (ACTORS, VOICES):
        st.session_state[keys["actor"]] = (
            active.actor if active.actor in actors else ("" if section == VOICES else actors[0])
        )
        names = actors if section == ACTORS else ["", *actors]
        left.selectbox(
            "Actor" if section == ACTORS else "Speaker",
            names,
            format_func=lambda name: name or "Anyone",
            key=keys["actor"],
            on_change=take,
        )
    outlets = list(dict.fromkeys(cells(shares["outlet"])))
    st.session_state[keys["outlet"]] = active.outlet
    box = right if section in (ACTORS, VOICES) else st
    box.selectbox("From", ["", *outlets], format_func=lambda name: name or EVERY, key=keys["outlet"], on_change=take)


def labels_name(option: tuple[str, str], section: Section) -> str:
    """A number's name in a select box, with its group where the section holds several."""
    head, label = option
    name = labels.label_name(head, label)
    return f"{labels.head_name(head)}: {name}" if len(section.heads) > 1 else name


def numbers(section: Section, shares: pd.DataFrame) -> list[tuple[str, str]]:
    """What a section offers to read: (head, label), in the order of the charts."""
    rows = shares[shares["head"].isin(section.heads)]
    return list(dict.fromkeys(pairs(rows, "head", "label")))


def choose_shown(articles: pd.DataFrame, marked: pd.DataFrame, pick: Pick) -> dict[str, str]:
    """The open article of each outlet: after a new pick the one with most of its sentences, else as chosen."""
    fresh = st.session_state.get("_shown_for") != pick
    st.session_state["_shown_for"] = pick
    shown = {}
    for outlet, rows in articles.groupby("outlet", sort=False):
        ids, key = list(rows["article_id"]), f"article_{outlet}"
        if fresh or st.session_state.get(key) not in ids:
            hits = marked.loc[marked["article_id"].isin(ids), "article_id"].value_counts()
            st.session_state[key] = max(ids, key=lambda article_id: int(hits.get(article_id, 0)))
        shown[str(outlet)] = str(st.session_state[key])
    return shown


def choose_article(outlet: str, articles: pd.DataFrame, marked: pd.DataFrame) -> str:
    """The article to read of an outlet: a select box where it has several."""
    titles = {row["article_id"]: row for row in records(articles, ("article_id", "published", "title"))}
    hits = marked["article_id"].value_counts()

    def describe(article_id: str) -> str:
        row = titles[article_id]
        when = f"{row['published'].day} {row['published']:%b}" if pd.notna(row["published"]) else "undated"
        return (
            f"{when} · {int(hits.get(article_id, 0))} marked · {textwrap.shorten(row['title'], 42, placeholder=' …')}"
        )

    if len(titles) == 1:
        return str(next(iter(titles)))
    return str(st.selectbox(f"Article, of {len(titles)}", list(titles), format_func=describe, key=f"article_{outlet}"))
