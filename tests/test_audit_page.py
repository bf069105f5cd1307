"""The page *Check a model*: sentences drawn and asked one by one, each answer stored at once, and what they say."""

from __future__ import annotations

import shutil
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from test_dashboard import address, html_of, open_app

from framing.audit import load, save
from framing.audit_rows import Source
from framing.compare import compare
from framing.corpus import Corpus
from framing.outlets import mask_outlets_with_map

EVENT = "Nagorno-Karabakh, October 2020"


@pytest.fixture
def corpus(scored_corpus: Path, tmp_path: Path) -> Corpus:
    return Corpus.open(shutil.copytree(scored_corpus, tmp_path / "corpus"))


def opened(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """The page as a link opens it."""
    app = open_app(corpus.path, monkeypatch, "audit")
    app.query_params.clear()
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def test_each_answer_is_stored_and_can_be_taken_back(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    event = corpus.find_event(EVENT)
    app = opened(corpus, monkeypatch, head="frames_generic", event=event, n="20")
    assert load(corpus, "frames_generic", event) is None, "opening a page writes nothing"
    press(app, "audit_begin")
    audit = load(corpus, "frames_generic", event)
    assert audit is not None and not audit.given
    first = audit.items[0]
    rows = corpus.sentences(event, ["article_id", "index", "outlet", "text"])
    row = rows[(rows["article_id"] == first.article_id) & (rows["index"] == first.index)].iloc[0]
    html = unescape(html_of(app))
    assert mask_outlets_with_map(row["text"], row["outlet"])[0] in html and "Sentence 1 of 20" in html
    assert not [outlet for outlet in rows["outlet"].unique() if outlet in html], "outlets are hidden"
    press(app, "audit_label_morality")
    press(app, "audit_label_conflict")
    press(app, "audit_label_morality")
    assert app.button(key="audit_store").label == "Store: conflict"
    press(app, "audit_store")
    press(app, "audit_store")
    press(app, "audit_skip")
    audit = load(corpus, "frames_generic", event)
    assert audit is not None and [item.labels for item in audit.items[:3]] == [("conflict",), (), None]
    assert audit.items[2].skipped and audit.given == (0, 1, 2)
    press(app, "audit_undo")
    audit = load(corpus, "frames_generic", event)
    assert audit is not None and audit.given == (0, 1)
    assert "Sentence 3 of 20" in html_of(app) and address(app, "head") == ["frames_generic"]


def test_the_result_leads_back_to_a_corrected_comparison(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    from framing.audit import following, record

    event = corpus.find_event(EVENT)
    source = Source.of(corpus, "sentiment", event)
    audit = source.audit(seed=0)
    while (place := following(audit, 99)) is not None:
        audit = record(audit, place, ["negative"] if place % 3 else ["neutral"])
    save(corpus, audit)
    app = opened(corpus, monkeypatch, head="sentiment", event=event, n="100")
    press(app, "audit_label_positive")
    assert "All 100 are answered" in html_of(app)
    press(app, "audit_stop")
    html = html_of(app)
    assert "of its answers in this event are right, by your labels of 100 sentences" in html
    assert "Al Jazeera" in html and address(app, "result") == ["1"]
    assert set(compare(corpus, event).shares["correction"]) >= {"audit"}
    press(app, "audit_more")
    assert "result" not in app.query_params


def test_another_writer_is_told_of(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    event = corpus.find_event(EVENT)
    app = opened(corpus, monkeypatch, head="stance", event=event)
    press(app, "audit_begin")
    assert "Asked of:" in html_of(app)
    with filelock.FileLock(corpus.path / ".lock"):
        press(app, "audit_skip")
    assert "This was not stored." in html_of(app) and "being written by" in html_of(app)
    audit = load(corpus, "stance", event)
    assert audit is not None and not audit.given
