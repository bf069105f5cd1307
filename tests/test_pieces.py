"""A long list comes in two pieces, the second when it is asked for; another list begins anew."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from framing.pages import pieces

    n = st.session_state.get("n", 250)
    pieces.show(n, "list", f"list of {n}", "sentences", lambda start, end: f"<p>{start} to {end}</p>")


def test_the_rest_of_a_long_list_comes_when_asked_for() -> None:
    at = AppTest.from_function(_page).run()
    assert [item.proto.body for item in at.get("html")] == ["<p>0 to 100</p>"]
    assert at.button[0].label == "Show the other 150 sentences"
    at.button[0].click().run()
    assert [item.proto.body for item in at.get("html")] == [
        "<p>0 to 100</p>",
        '<p class="fr-meta">Numbers 101 to 250</p><p>100 to 250</p>',
    ]
    assert not at.button
    at.session_state["n"] = 260
    at.run()
    assert [item.proto.body for item in at.get("html")] == ["<p>0 to 100</p>"]
    at.session_state["n"] = 100
    at.run()
    assert [item.proto.body for item in at.get("html")] == ["<p>0 to 100</p>"] and not at.button
