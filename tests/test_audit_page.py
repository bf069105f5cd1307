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


def test_another_sample_loses_no_label(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    from framing.audit_samples import earlier

    event = corpus.find_event(EVENT)
    app = opened(corpus, monkeypatch, head="sentiment", event=event, n="20")
    press(app, "audit_begin")
    for _ in range(3):
        press(app, "audit_label_negative")
    first = load(corpus, "sentiment", event)
    assert first is not None and len(first.labelled) == 3
    app.run()
    app.number_input(key="audit_seed").set_value(7).run()
    with filelock.FileLock(corpus.path / ".lock"):
        press(app, "audit_draw")
    assert load(corpus, "sentiment", event) == first, "beside another writer nothing is set aside"
    app.number_input(key="audit_seed").set_value(7).run()
    press(app, "audit_draw")
    second = load(corpus, "sentiment", event)
    assert second is not None and second.seed == 7
    keys = {item.key for item in second.items}
    assert {item.key for item in second.labelled} == {item.key for item in first.labelled if item.key in keys}
    assert earlier(corpus, "sentiment", event) == {1: first}
    assert "Sample number 7 is drawn." in html_of(app)
    open_before = len(second.labelled)
    press(app, "audit_label_neutral")
    press(app, "audit_back")
    back = load(corpus, "sentiment", event)
    assert back is not None and back.asked == list(first.given) and back.seed == first.seed
    assert [item for place, item in enumerate(back.items) if place not in back.carried] == [
        item for place, item in enumerate(first.items) if place not in back.carried
    ]
    assert all(back.items[place].labels == ("neutral",) for place in back.carried), "said meanwhile: not asked again"
    (kept,) = earlier(corpus, "sentiment", event).values()
    assert kept.seed == 7 and len(kept.labelled) == open_before + 1
    # A third draw takes over what was labelled in either.
    third = Source.of(corpus, "sentiment", event).audit(seed=7, new=True)
    assert {item.key for item in third.labelled} == {item.key for item in kept.labelled}
    assert set(earlier(corpus, "sentiment", event)) == {2, 3}


def test_an_answer_to_a_sentence_of_another_sample_is_refused(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    event = corpus.find_event(EVENT)
    app = opened(corpus, monkeypatch, head="sentiment", event=event, n="20")
    press(app, "audit_begin")
    redrawn = Source.of(corpus, "sentiment", event).audit(seed=5, new=True)
    press(app, "audit_label_negative")
    assert "Other sentences were drawn meanwhile" in html_of(app)
    assert load(corpus, "sentiment", event) == redrawn
