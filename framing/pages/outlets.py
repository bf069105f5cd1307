"""Outlets: how two outlets, or groups of them, differ across the events that they share; what each reported."""

import streamlit as st

from framing import outlet_groups, profile_time, session
from framing.errors import FramingError
from framing.pages import empty, outlets_choose, outlets_coverage, outlets_groups, outlets_numbers, scoring, whole

if not session.has_corpus():
    empty.no_corpus()
    st.stop()
session.adopt_address(outlets_choose.ADDRESS_KEYS)
st.html(
    '<h1>Outlets</h1><p class="fr-lead">Choose two outlets and see how they differ again and again, over all the '
    "events that both reported; a single event is read from the page "
    f'<a href="{session.link("events")}" target="_self">Events</a>.</p>'
    '<p class="fr-meta">Each event is compared with itself, then the differences are averaged: what an outlet reports '
    "on cannot pose as how it reports.</p>"
)
articles, events = session.article_list(), session.events()
if articles.empty:
    empty.no_articles()
    st.stop()
if events.empty:
    empty.no_events()
    st.stop()
session.paint_first()
work = whole.start()
made = work.got()
if made is None:
    whole.show_progress(work, "Comparing the outlets on every event they share:")
    st.stop()
if isinstance(made.profiles, FramingError):
    if scoring.nothing_yet():
        empty.not_scored("The classifiers have not read this corpus yet, so how its outlets differ is not known.")
    else:
        empty.one_outlet(str(made.profiles))
    st.stop()
mode = outlets_choose.choose_mode()
outlets_groups.show_last_change()
groups = outlet_groups.load_groups(session.corpus_folder())
every = sorted(articles["outlet"].unique(), key=str.casefold)
profiles = made.profiles
if mode == "groups":
    outlets_groups.edit(groups, every, len(groups) < 2)
    try:
        profiles = whole.group_profiles(outlet_groups.comparable(groups, every), made.tally)
    except FramingError:
        session.notice("Make two groups above whose outlets report the same events; then they are compared here.")
        session.write_address({"between": mode})
        st.stop()
shared = outlets_choose.shared_events(profiles)
choice = outlets_choose.choose(mode, list(profiles.members), shared)
rows = outlets_choose.rows_shown(profiles, choice, outlets_numbers.MOST_OTHERS)
number = None
if rows.empty:
    session.notice(outlets_choose.why_nothing(profiles, choice, articles))
else:
    number, fresh = outlets_choose.current(rows, choice, outlets_numbers.CHART)
    pair, asked = (choice.first, number.other), (number.head, number.label, choice.view)
    found = profile_time.events_of(profiles, pair, asked, events)
    outlets_numbers.show_findings(profiles, choice)
    outlets_numbers.show_chart(rows, profiles, choice, number)
    outlets_numbers.show_events(found, profiles, choice, number)
    outlets_numbers.show_time(found, profiles, choice, number)
other = number.other if number else choice.other
sides = [profiles.members.get(name, ()) for name in (choice.first, other)]
outlets_coverage.show(whole.covered(), events, sides[0], sides[1], (choice.first, other))
session.write_address(outlets_choose.address(choice, number))
