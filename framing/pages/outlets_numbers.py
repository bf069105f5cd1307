"""What differs between two outlets across events: findings, the chart, the events and sentences behind a number."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from framing import labels, profile_charts, profile_time, profile_words, reading, session
from framing.cells import records
from framing.pages import controls, figures, outlets_choose, picker, take
from framing.pages.outlets_choose import Choice, Number
from framing.pages.picker import Cell, Group
from framing.plain import count, listed, not_detected
from framing.pooling import MIN_EVENTS
from framing.registry import WEAK
from framing.tally import Row

if TYPE_CHECKING:
    from framing.profiles import Profiles

CHART, EVENTS, TIME = "chart_means", "table_means", "chart_time"
MOST_FINDINGS, MOST_OTHERS = 5, 6
MOST_EVENTS = 30
"""Events listed behind a number, those of most weight first."""
EVERY = 12
"""Events whose sentences are listed together: reading more takes seconds in a large corpus."""
FIRST_NOTES = 3


def show_findings(profiles: Profiles, choice: Choice) -> None:
    """What holds across events, in sentences that lead to their evidence, beside what one must know."""
    rows = profiles.of(choice.first, choice.other)
    rows = rows[(rows["view"] == choice.view) | (rows["head"] == "voice")]
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.html("<h2>What differs across events</h2>")
        _sizes(rows, choice)
        tested = rows[rows["p"].notna()]
        found = tested[tested["detected"].astype(bool)].sort_values("difference", key=abs, ascending=False)
        for number, row in enumerate(records(found.head(MOST_FINDINGS))):
            _finding(str(row["finding"]), row, number)
        if more := len(found) - MOST_FINDINGS if len(found) > MOST_FINDINGS else 0:
            st.html(f"<p>{more} more {'stands' if more == 1 else 'stand'} in the chart below.</p>")
        for text in not_detected(len(tested), len(found)):
            st.html(f"<p>{escape(text)}</p>")
        if tested.empty:
            st.html(f"<p>{escape(_untested(rows))}</p>")
        if found.empty:
            _furthest(rows if tested.empty else tested)
    with right:
        st.html("<h2>Before you read the numbers</h2>")
        genres = profiles.genres[profiles.genres["outlet"].isin(_outlets(profiles, choice))]
        names = (choice.first, choice.other) if choice.mode == "groups" else ()
        told = profile_words.notes(rows, genres, {name: profiles.members[name] for name in names})
        session.notice(list(told), first=FIRST_NOTES)


def _outlets(profiles: Profiles, choice: Choice) -> list[str]:
    return [outlet for name in (choice.first, choice.other) for outlet in profiles.members.get(name, ())]


def _sizes(rows: pd.DataFrame, choice: Choice) -> None:
    if choice.other and len(rows):
        text = (
            f"{choice.first} and {choice.other}: {count(rows['n_events'].max(), 'shared event')}, "
            f"{rows['articles_a'].max()} and {rows['articles_b'].max()} articles on them."
        )
    else:
        text = f"{choice.first} shares events with {count(rows['outlet_b'].nunique(), 'outlet')}."
    st.html(f'<p class="fr-meta">{escape(text)}</p>')


def _untested(rows: pd.DataFrame) -> str:
    if rows.empty or rows["n_events"].max() < MIN_EVENTS:
        return (
            f"Too few shared events to say anything across events: {MIN_EVENTS} are needed. What follows describes "
            "these texts alone; read each event on the page Compare."
        )
    return (
        "No number could be tested here: the corpus has too few scored sentences. Add articles, or score what is new."
    )


def _furthest(rows: pd.DataFrame) -> None:
    """Where nothing was detected: what lies furthest apart all the same, said to be within chance."""
    shown = rows.sort_values("difference", key=abs, ascending=False).drop_duplicates(["head", "label"]).head(3)
    if len(shown):
        # The reader sees intervals here that leave out zero, under the word that nothing was detected.
        sure = ((shown["low"] > 0) | (shown["high"] < 0)).any()
        why = f" Of {len(rows)} numbers looked at, some leave out zero by chance alone." if sure else ""
        st.html(f'<p class="fr-meta">Furthest apart all the same, though chance could explain it.{why}</p>')
    for number, row in enumerate(records(shown)):
        _finding(f"{labels.label_name(row['head'], row['label'])}: {_with_interval(row)}.", row, number)


def _finding(text: str, row: Row, number: int) -> None:
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.html(f"<p>{escape(text)}</p>")
    picked = Number(str(row["outlet_b"]), str(row["head"]), str(row["label"]))
    right.button(
        "Read",
        key=f"mean_{number}",
        on_click=outlets_choose.set_number,
        args=(picked,),
        help="Shows its events and sentences",
    )


def _with_interval(row: Row) -> str:
    """`A minus B: +8 points (+2 to +14), on 6 shared events`."""
    ends = f" ({labels.points(row['low'])} to {labels.points(row['high'])})"
    spread: str = "" if pd.isna(row["low"]) else ends
    return (
        f"{row['outlet_a']} minus {row['outlet_b']} {labels.points(row['difference'])} points{spread}, on "
        f"{count(row['n_events'], 'shared event')}"
    )


def show_chart(rows: pd.DataFrame, profiles: Profiles, choice: Choice, number: Number) -> None:
    """The dot plot of the mean differences, and beside it the choice of a number and what it says."""
    other = choice.other or "the other outlet"
    st.html(
        f"<h2>Mean differences within shared events</h2>"
        f'<p class="fr-meta">In points. To the right of zero: more in {escape(choice.first)}; to the left: more in '
        f"{escape(other)}. Filled: the difference holds; hollow: it could be chance. Grey: weak label.</p>"
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        figure = profile_charts.difference_profile(rows, profiles.tiers, list(profiles.members))
        picked = [number.head, number.label, choice.first, number.other]
        label = f"Mean differences of {choice.first} and {other} by label"
        meaning = figures.meanings(list(rows["head"].unique()))
        figures.draw(CHART, session.drawn(figure), label, picked, _picture(rows, profiles, choice), meaning)
        take.table(profiles.of(choice.first, choice.other), f"differences {choice.first} and {other}", "means")
    with right:
        outlets_choose.choose_number(rows, number, not choice.other)
        _tell_number(rows, profiles, number)


def _picture(rows: pd.DataFrame, profiles: Profiles, choice: Choice) -> dict[str, object]:
    """What the chart says where it stands alone: who, of how many events and articles, whose words, what a mark is."""
    names = [choice.first, choice.other] if choice.other else [choice.first]
    of = (
        f"{count(rows['n_events'].max(), 'shared event')}, {rows['articles_a'].max()} and {rows['articles_b'].max()} "
        f"articles on them."
        if choice.other
        else f"Against each of {count(rows['outlet_b'].nunique(), 'outlet')}, on the events shared with it."
    )
    members = [
        f"{name}: {listed(list(profiles.members[name]))}." for name in names if profiles.members[name] != (name,)
    ]
    told = (
        f"In points, to the right of zero: more in {choice.first}. Each with its 95% interval; filled: the difference "
        f"holds; hollow: it could be chance; grey: weak label. Counted: {controls.VIEW_NAMES[choice.view].lower()}."
    )
    return take.picture("Mean differences within shared events", [f"{' and '.join(names)}: {of}", *members, told])


def _tell_number(rows: pd.DataFrame, profiles: Profiles, number: Number) -> None:
    """The number with all that is known of its uncertainty."""
    mine = rows[(rows["outlet_b"] == number.other) & (rows["head"] == number.head) & (rows["label"] == number.label)]
    row: Row = mine.iloc[0].to_dict()
    weak = profiles.tiers.get((number.head, number.label)) in WEAK
    verdict = (
        "weak label: read the sentences before the number" if weak
        else "the difference holds" if row["detected"]
        else "no difference we could detect once all numbers are tested together" if row["p"] <= 0.05
        else "no difference we could detect" if pd.notna(row["p"])
        else f"not tested: fewer than {MIN_EVENTS} shared events" if row["n_events"] < MIN_EVENTS
        else "not tested by itself: another number tells the same"
    )  # fmt: skip
    items = [f"Raw: {_with_interval(row)}: {verdict}."]
    if pd.notna(row["corrected"]):
        ends = f" ({labels.points(row['corrected_low'])} to {labels.points(row['corrected_high'])})"
        value = f"{labels.points(row['corrected'])} points{'' if pd.isna(row['corrected_low']) else ends}"
        items.append(f"Corrected for the classifier’s published errors: {value}.")
    items.append(
        f"It rests on {row['articles_a']} and {row['articles_b']} articles, {row['n_a']:,} and {row['n_b']:,} "
        "sentences."
    )
    if pd.notna(row["between_events"]):
        scatter = 100 * row["between_events"]
        items.append(
            f"From event to event the true difference varies by about {scatter:.0f} points (standard deviation)."
            if scatter >= 0.5
            else "From event to event it varies no more than chance would have it."
        )
    listed = "".join(f"<li>{escape(text)}</li>" for text in items)
    meaning = labels.definition(number.head, number.label)
    st.html(
        f"<h3>{escape(number.name)}</h3>"
        f'<p class="fr-meta">{escape(meaning)}</p><ul class="fr-meta fr-numbers">{listed}</ul>'
    )


def show_events(found: pd.DataFrame, profiles: Profiles, choice: Choice, number: Number) -> None:
    """The events behind a number, and the sentences of one of them or of all."""
    pair = f"{number.name}: {choice.first} and {number.other}"
    st.html(f'<h2>The events and sentences behind it</h2><p class="fr-meta">{escape(pair)}</p>')
    fresh = _take_event(found)
    within = str(st.session_state.get("within") or "")
    left, right = st.columns([3, 2], gap="large")
    with left:
        shown = found.sort_values(["weight", "event"], ascending=[False, True], kind="stable").head(MOST_EVENTS)
        if len(found) > len(shown):
            st.html(f'<p class="fr-meta">The {len(shown)} of {len(found)} that weigh most.</p>')
        columns = ["Event", "Difference", "Articles"]
        rows = [_event_cells(row, profiles, choice, number) for row in records(shown)]
        pick = picker.Pick("event", within)
        picker.show(
            EVENTS, "Difference in each event; its number opens the sentences", columns, [Group("", rows)], pick, 8
        )
        take.table(found.drop(columns="actor"), f"events behind {pair}", "behind_events")
    with right:
        _sentences(found, profiles, choice, number, fresh)


def _take_event(found: pd.DataFrame) -> bool:
    """Makes a click on an event, in the table or in the chart over time, the event looked at."""
    fresh = False
    for key, place in ((EVENTS, 1), (TIME, 0)):
        for point in session.clicked(key)[:1]:
            st.session_state["within"] = str(point["customdata"][place])
            fresh = True
    if st.session_state.get("within") not in {"all", *found["event_id"]}:
        st.session_state["within"] = str(
            found.sort_values("weight", ascending=False, kind="stable")["event_id"].iloc[0]
        )
    return fresh


def _event_cells(row: Row, profiles: Profiles, choice: Choice, number: Number) -> list[Cell]:
    value, event = float(row["difference"]), str(row["event"])
    genre = f", {row['genre']}" if row["genre"] else ""
    link = compare_link(row, profiles, choice, number)
    says = f"Read the sentences of {event}: {labels.points(value)} points"
    bar = (0.5, 0.5 + max(-0.5, min(0.5, value / 2)))
    return [
        Cell(event, note=f"{reading.day(row['first'])}{genre}", link=link, says=f"Compare {event}"),
        Cell(f"{labels.points(value)}", picker.Pick("event", str(row["event_id"])), bar=bar, zero=0.5, says=says),
        Cell(f"{row['articles_a']} and {row['articles_b']}", note=f"{row['n_a']} and {row['n_b']} sentences"),
    ]


def compare_link(row: Row, profiles: Profiles, choice: Choice, number: Number) -> str:
    """The address of the event's comparison at this number."""
    names = [*profiles.members[choice.first], *profiles.members[number.other]]
    asked = {
        "event": row["event_id"],
        "view": choice.view,
        "outlets": names,
        "head": number.head,
        "label": number.label,
    }
    return session.link("", asked)


def _sentences(found: pd.DataFrame, profiles: Profiles, choice: Choice, number: Number, fresh: bool) -> None:
    sides = [choice.first, number.other]
    session.keep_valid("whose", sides, choice.first)
    # No segmented control: its options are Markdown, and these names come from outside.
    whose = str(st.selectbox("Whose sentences", sides, key="whose"))
    within = str(st.session_state["within"])
    heavy = found.sort_values("weight", ascending=False, kind="stable")
    known = {"all": f"The {min(EVERY, len(found))} events of most weight"} | dict(
        zip(heavy["event_id"], heavy["event"], strict=True)
    )
    st.selectbox("Of which event", list(known), format_func=lambda key: str(known[key]), key="within")
    events = list(heavy["event_id"].unique()[:EVERY]) if within == "all" else [within]
    rest = sides[1] if whose == sides[0] else sides[0]
    rows = profiles.behind(whose, rest, number.head, number.label, choice.view, events)
    column = f"{number.head}.{number.label}"
    chance = rows[column] if column in rows else pd.Series(float("nan"), rows.index)
    rows = rows.assign(said=[reading.said(number.name, value) for value in chance], probability=chance)
    rows = rows.loc[chance.sort_values(ascending=False, kind="stable").index]
    picker.list_sentences(f"{number.name} · {whose}", rows, session.article_list(), "", fresh)


def show_time(found: pd.DataFrame, profiles: Profiles, choice: Choice, number: Number) -> None:
    """The differences by date, each period's mean with its interval, and whether it changed."""
    pair, asked = (choice.first, number.other), (number.head, number.label, choice.view)
    st.html(
        "<h2>Over time</h2>"
        f'<p class="fr-meta">{escape(number.name)}: each ring is an event at its first date, larger with more '
        f"articles; above zero, more in {escape(choice.first)}. A diamond is the mean of a period of {MIN_EVENTS} "
        "events or more, with its interval. Click a ring to read its sentences.</p>"
    )
    names = {key: f"By {name}" for key, name in profile_time.PERIODS.items()}
    session.keep_valid("period", list(names), "Q")
    period = st.segmented_control("Periods", list(names), format_func=names.__getitem__, key="period", required=True)
    periods = profile_time.by_period(profiles, pair, asked, found, period or "Q")
    figure = profile_charts.differences_over_time(found, periods)
    title = f"{number.name} over time: {choice.first} minus {number.other}"
    changed = profile_time.change(profiles, pair, asked, found)
    lines = [f"Each ring is an event; a diamond is the mean of a {profile_time.PERIODS[period or 'Q']}.", changed]
    figures.draw(TIME, session.drawn(figure), title, picture=take.picture(title, lines))
    take.table(periods, title, "periods")
    st.html(f"<p>{escape(changed)}</p>")
