"""The page of outlets, how differently events are told, and both over time."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from dashboard_texts import HOSTILE_EVENT
from test_dashboard import address, html_of, open_app

from framing import event_charts, profile_charts, profile_time, session
from framing.article_tally import tally_corpus, tally_frames
from framing.compare import compare, heads_for
from framing.corpus import Corpus
from framing.event_strength import ALIKE, DIFFERS, FEW, ranked, strengths
from framing.pages import event_told, whole
from framing.profiles import profiles_of
from framing.tally import HeadInfo

HEAD = HeadInfo("frames_generic", "multilabel", "sentence", ("conflict",), {}, {"conflict": "A"})
OWN = ("frames_generic", "conflict", "own")


def made(shares: dict[str, dict[str, list[float]]], n: int = 30) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Sentences, articles and events: events → outlets → share of conflict in each article; an event a month."""
    articles, sentences, events = [], [], []
    for i, (event, outlets) in enumerate(shares.items()):
        events.append({"event_id": event, "event": event, "first": pd.Timestamp(2024, 1 + i, 1)})
        for outlet, values in outlets.items():
            for j, share in enumerate(values):
                key = f"{event}{outlet}{j}"
                articles.append({"article_id": key, "outlet": outlet, "event_id": event, "event": event, "kind": None})
                for index in range(1, n + 1):
                    row = {"article_id": key, "outlet": outlet, "event_id": event, "index": index, "voice": "own"}
                    sentences.append({**row, "frames_generic.conflict": float(index <= round(share * n))})
    return pd.DataFrame(sentences), pd.DataFrame(articles), pd.DataFrame(events)


def test_events_are_ranked_by_what_a_difference_is_at_least(scored_corpus: Path) -> None:
    sentences, articles, _ = made(
        {
            "sure": {"A": [0.8] * 6, "B": [0.1] * 6},
            "less sure": {"A": [1.0, 0.5, 0.9, 0.6], "B": [0.1, 0.2, 0.0, 0.1]},
            "alike": {"A": [0.4] * 3, "B": [0.4] * 3},
            "few": {"A": [0.9] * 2, "B": [0.1] * 5},
            "alone": {"A": [0.9] * 5},
        }
    )
    found = strengths(tally_frames(sentences, articles, [HEAD]))
    own = ranked(found[found["view"] == "own"])
    assert list(own["event_id"]) == ["sure", "less sure", "alike", "few", "alone"]
    assert list(own["state"][:4]) == [DIFFERS, DIFFERS, ALIKE, FEW]
    first = own.iloc[0]
    assert first["least"] == pytest.approx(min(abs(first["low"]), abs(first["high"]))) and first["overall"]
    assert "points more of its own-voice sentences than B" in first["finding"]


def test_an_event_is_told_as_its_comparison_tells_it(scored_corpus: Path) -> None:
    corpus = Corpus.open(scored_corpus)
    heads = heads_for(corpus)
    found = strengths(tally_corpus(corpus, list(heads.values())))
    for event in corpus.events()["event_id"]:
        rows = compare(corpus, event, heads).differences
        for view in ("own", "both"):
            tested = rows[(rows["actor"] == "") & ((rows["view"] == view) | (rows["head"] == "voice"))]
            row = found[(found["event_id"] == event) & (found["view"] == view)].iloc[0]
            assert row["n_tests"] == tested["p"].notna().sum()
            assert (row["state"] == DIFFERS) == tested["detected"].any()


def test_change_over_time_is_shown_or_said_to_be_unknown() -> None:
    rng = np.random.default_rng(3)
    shares = {f"e{i}": {"A": list(0.2 + 0.5 * (i > 4) + rng.normal(0, 0.03, 2)), "B": [0.2, 0.2]} for i in range(10)}
    sentences, articles, events = made(shares)
    profiles = profiles_of(tally_frames(sentences, articles, [HEAD]))
    found = profile_time.events_of(profiles, ("A", "B"), OWN, events)
    assert len(found) == 10 and found["difference"].iloc[-1] == pytest.approx(0.5, abs=0.1)
    quarters = profile_time.by_period(profiles, ("A", "B"), OWN, found, "Q")
    assert list(quarters["n_events"]) == [3, 3, 3, 1] and quarters["low"].notna().tolist() == [True] * 3 + [False]
    assert "That is a change of" in profile_time.change(profiles, ("A", "B"), OWN, found)
    assert "Too few events to show change" in profile_time.change(profiles, ("A", "B"), OWN, found.head(5))
    figure = go.Figure(profile_charts.differences_over_time(found, quarters).as_dict())
    assert [len(trace.x) for trace in figure.data] == [10, 3]
    rows = profile_charts.chart_rows(profiles.of("B", "A"), "own")
    chart = go.Figure(profile_charts.difference_profile(rows, {}, ["A", "B"]).as_dict())
    assert chart.data[0].customdata[0] == ("frames_generic", "conflict", "B", "A") or list(
        chart.data[0].customdata[0]
    ) == ["frames_generic", "conflict", "B", "A"]


def test_the_timeline_marks_states_by_shape() -> None:
    events = pd.DataFrame(
        {
            "event_id": list("abc"), "event": ["<b>x</b>"] * 3, "first": [pd.Timestamp(2024, 1, 1)] * 2 + [pd.NaT],
            "n_outlets": [2, 3, 2], "n_articles": [6, 9, 4], "state": [DIFFERS, ALIKE, FEW], "said": ["yes", "no", ""],
        }
    )  # fmt: skip
    figure = go.Figure(event_charts.timeline(events).as_dict())
    assert {trace.marker.symbol for trace in figure.data} == {"diamond", "circle"}
    assert "<b>x</b>" not in figure.data[0].hovertext[0].replace("<b>&lt;", "")
    waiting = event_told.with_strength(events.assign(pinned=False), None, "own")
    assert set(waiting["state"]) == {event_charts.NOT_YET} and set(waiting["said"]) == {"Not yet compared."}


def test_a_pair_its_number_its_events_and_the_address(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"between": "pair", "first": "Northern Wire", "second": "National Sentinel", "whose": "Northern Wire"}
    pick = {"number": "mean", "of": "National Sentinel", "name": "frames_generic", "other": "human_interest"}
    app = open_app(scored_corpus, monkeypatch, "outlets")
    assert "What differs across events" in html_of(app) and not app.exception
    for key, value in (query | pick).items():
        app.query_params[key] = value
    app.run()
    html = html_of(app)
    assert "Too few shared events" in html and "describes these texts alone" in html
    assert "Human interest · Northern Wire" in html and address(app, "other") == ["human_interest"]
    assert "Too few events to show change" in html
    app.selectbox(key="covered").select("neither").run()
    assert address(app, "covered") == ["neither"] and "fr-matrix" in html_of(app)
    app.segmented_control(key="between").set_value("each").run()
    assert "shares events with" in html_of(app) and not app.exception


def test_groups_are_made_compared_and_deleted_on_the_page(
    tmp_path: Path, scored_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = shutil.copytree(scored_corpus, tmp_path / "corpus")
    app = open_app(corpus, monkeypatch, "outlets")
    app.segmented_control(key="between").set_value("groups").run()
    assert "Make two groups" in html_of(app)
    hostile = "<b>Wire</b> *x*"
    for name, outlets in ((hostile, ["Northern Wire", "Lund Tribune"]), ("Papers", ["Meridian Post"])):
        app.selectbox(key="group").select("").run()
        app.text_input(key="group_name").set_value(name).run()
        app.multiselect(key="group_outlets").set_value(outlets).run()
        app.button(key="group_save").click().run()
        assert not app.exception
    html = html_of(app)
    assert "What differs across events" in html and "each outlet counts once" in html and "<b>Wire" not in html
    marked = [option for control in app.segmented_control for option in control.options]
    assert not [option for option in marked if "Wire" in str(option)], "a name from outside is never Markdown"
    app.selectbox(key="group").select("Papers").run()
    app.button(key="group_delete").click().run()
    assert "Make two groups" in html_of(app) and not app.exception


def test_events_come_most_differently_told_first_and_wait_honestly(
    scored_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(scored_corpus, monkeypatch, "events")
    html = html_of(app)
    assert "Strongest difference that holds" in html and "Too few articles to test" in html
    assert "Antiwar.com uses its own words in" in html and "head=voice" in html
    app.selectbox(key="order").select("old").run()
    assert address(app, "order") == ["old"]
    monkeypatch.setattr(whole, "start", whole.Work)
    app.run()
    assert "Not yet compared." in html_of(app) and not app.exception


def test_a_corpus_without_scores_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from framing.schema import Article

    corpus = Corpus.create(tmp_path / "corpus")
    text = "The Aurora choir sang in Tromvik hall. It was full."
    corpus.add([Article(o, f"Choir {o}", text, date(2024, 9, 18), event=HOSTILE_EVENT) for o in ("Wire", "Post")])
    for page in ("outlets", "events"):
        app = open_app(corpus.path, monkeypatch, page)
        assert not app.exception
    assert session.SCORE in html_of(open_app(corpus.path, monkeypatch, "outlets"))
