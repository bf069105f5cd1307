"""Pages over a corpus of more events than a select box offers."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framing import session

CHOOSE = """
import pandas as pd
import streamlit as st
from framing.pages import controls
n = {n}
events = pd.DataFrame({{
    "event": [f"Strike number {{i}}" if i % 100 else f"Flood number {{i}}" for i in range(n)],
    "event_id": [f"id{{i}}" for i in range(n)], "n_outlets": [i % 7 for i in range(n)], "n_articles": list(range(n)),
}})
st.session_state.setdefault("event", {event!r})
st.text(controls.choose_event(events))
"""


def chooser(n: int, event: str = "") -> AppTest:
    return AppTest.from_string(CHOOSE.format(n=n, event=event)).run()


def test_few_events_are_all_offered_without_a_search() -> None:
    app = chooser(session.MOST_OFFERED)
    assert len(app.selectbox(key="event").options) == session.MOST_OFFERED
    assert not app.text_input
    assert app.text[0].value == "id55"  # of the most outlets, the one with most articles


def test_of_many_events_the_most_reported_are_offered_and_a_search_finds_the_others() -> None:
    app = chooser(2000, "Strike number 7")
    box = app.selectbox(key="event")
    assert app.text[0].value == box.value == "id7"
    assert len(box.options) == session.MOST_OFFERED + 1
    assert "Strike number 1" not in box.options
    app.text_input(key="event_search").input("FLOOD 1700").run()
    assert app.selectbox(key="event").options == ["Strike number 7", "Flood number 1700"]
    assert app.text[0].value == "id7"
    app.selectbox(key="event").select_index(1).run()
    assert app.text[0].value == "id1700"
    assert app.selectbox(key="event").options == ["Flood number 1700"]
    app.text_input(key="event_search").input("no such words").run()
    assert "none found" in app.selectbox(key="event").label
    assert app.text[0].value == "id1700"


def test_a_made_corpus_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    import make_corpus

    from framing.compare import compare
    from framing.corpus import Corpus

    sizes = make_corpus.Sizes(articles=60, sentences=900, events=10, outlets=4, seed=3)
    assert list(make_corpus.make(tmp_path / "made", sizes, really=False)) == [60]
    corpus = Corpus.open(tmp_path / "made")
    sentences, events = corpus.sentences(), corpus.events()
    assert len(corpus.articles()) == 60
    assert len(events) == 10
    assert not sentences["text"].duplicated().any()
    columns = [name for name in sentences if "." in name]
    assert sentences[columns].notna().all().all()
    tone = [f"sentiment.{label}" for label in ("negative", "neutral", "positive")]
    assert sentences[tone].sum(axis=1).sub(1).abs().max() < 1e-5
    named = corpus.mentions().merge(sentences[["article_id", "index", "text"]], on=["article_id", "index"])
    assert len(named) == len(corpus.mentions())
    assert [row.text[row.start : row.end] for row in named.itertuples()] == list(named["surface"])
    several = events.sort_values("n_outlets").iloc[-1]["event_id"]
    assert not compare(corpus, several).shares.empty
