"""The page of events in Streamlit's own test runner."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from dashboard_texts import HOSTILE_EVENT
from test_dashboard import address, html_of, open_app

from framing.corpus import Corpus
from framing.schema import Article


@pytest.fixture
def corpus(tmp_path: Path, scored_corpus: Path) -> Corpus:
    copied = Corpus.open(shutil.copytree(scored_corpus, tmp_path / "corpus"))
    copied.add([
        Article("Wire", "Choir sings in Tromvik", "The Aurora choir sang in Tromvik hall.", date(2024, 9, 18)),
        Article("Post", "Tromvik hears the choir", "In Tromvik hall the Aurora choir sang.", date(2024, 9, 18)),
    ])  # fmt: skip
    return copied


def test_events_are_listed_searched_and_linked(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(scored_corpus, monkeypatch, "events")
    html = html_of(app)
    assert "fr-matrix" in html and html.count('<th scope="row"><a href="./?event=') == 3
    assert "&lt;b&gt;Harbour&lt;/b&gt;" in html and "<b>Harbour</b>" not in html
    assert '<span class="fr-hidden">not in the corpus then</span>' in html, "no sign stands alone"
    app.text_input(key="find").set_value("kesh").run()
    app.selectbox(key="least").select("2").run()
    assert html_of(app).count('<th scope="row"><a href="./?event=') == 1
    assert (address(app, "find"), address(app, "least")) == (["kesh"], ["2"])
    app.text_input(key="find").set_value("nothing like it").run()
    assert "No event fits" in html_of(app)
    assert not app.exception


def test_grouping_says_what_it_did_and_can_be_taken_back(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(corpus.path, monkeypatch, "events")
    assert "have no event yet" in html_of(app)
    app.button(key="event_group").click().run()
    assert not app.exception
    assert "2 articles put into events" in html_of(app) and "have no event yet" not in html_of(app)
    assert len(corpus.events()) == 4
    app.button(key="event_undo").click().run()
    assert "Taken back: 2 articles as before." in html_of(app) and "have no event yet" in html_of(app)
    assert len(corpus.events()) == 3


def test_an_event_is_corrected_and_a_refusal_is_a_message(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile, kesh = (corpus.find_event(name) for name in (HOSTILE_EVENT, "Kesh crossing"))
    app = open_app(corpus.path, monkeypatch, "events")
    app.selectbox(key="chosen").select(hostile).run()
    assert address(app, "chosen") == [hostile]
    app.multiselect(key="event_merged").set_value([kesh]).run()
    app.button(key="event_do").click().run()
    assert len(corpus.events()) == 2 and "moved into" in html_of(app)
    app.button(key="event_undo").click().run()
    assert len(corpus.events()) == 3 and not corpus.pinned_ids()
    app.segmented_control(key="event_action").set_value("split").run()
    app.multiselect(key="event_split").set_value([corpus.articles(hostile)["article_id"].iloc[0]]).run()
    app.text_input(key="event_split_name").set_value(HOSTILE_EVENT).run()
    app.button(key="event_do").click().run()
    assert "This was not done." in html_of(app) and "already" in html_of(app)
    app.segmented_control(key="event_action").set_value("rename").run()
    app.text_input(key="event_name").set_value("Harbour fire").run()
    app.button(key="event_do").click().run()
    assert "Harbour fire" in set(corpus.events()["event"])
    app.segmented_control(key="event_action").set_value("pin").run()
    app.button(key="event_do").click().run()
    assert corpus.events().set_index("event_id")["pinned"][hostile]
    assert not app.exception
    for element in (*app.markdown, *app.caption, *app.button):
        assert "Harbour" not in str(getattr(element, "label", "")) + str(element.value)


def test_a_corpus_without_articles_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(Corpus.create(tmp_path / "corpus").path, monkeypatch, "events")
    assert "holds no article yet" in html_of(app)
