"""The page Sentences: the address holds the view, a sentence opens in its article, foreign text stays text."""

from __future__ import annotations

import re
from pathlib import Path

import dashboard_texts as texts
import pytest
from corpus_fakes import article
from streamlit.testing.v1 import AppTest
from test_dashboard import ROOT, address, html_of, parsed

from framing import session
from framing.corpus import Corpus
from framing.find import Wanted, find, numbers
from framing.terms import LONGEST

PAGE = str(ROOT / "framing/pages/sentences.py")


def open_page(corpus: Path, monkeypatch: pytest.MonkeyPatch, **query: str | list[str]) -> AppTest:
    monkeypatch.setenv(session.CORPUS_VARIABLE, str(corpus))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    app.query_params.clear()  # a browser leaves the address of the page before behind
    app.switch_page(PAGE)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def counted(app: AppTest) -> tuple[int, int]:
    """How many sentences, of how many."""
    found = re.search(r'class="fr-count"[^>]*>([\d,]+) of ([\d,]+) sentences?<', html_of(app))
    assert found is not None, html_of(app)
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))


def results(app: AppTest) -> int:
    """How many sentences are listed."""
    return len(re.findall(r'<div class="fr-result', html_of(app)))


def test_a_link_holds_the_whole_view(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus.open(scored_corpus)
    wanted = Wanted(label="sentiment.negative", voices=("own", "mixed"), part="body", low=0.5, sort="uncertain")
    query = {"label": wanted.label, "voice": list(wanted.voices), "part": "body", "probability": "50-100"}
    app = open_page(scored_corpus, monkeypatch, **query, sort="uncertain", page="2")
    found = find(corpus, numbers(corpus), wanted, 25, 25)
    assert counted(app) == (found.count, corpus.sentence_count())
    assert results(app) == len(found.rows)
    shown = re.findall(r'id="rs-(\w+)-(\d+)"', html_of(app))
    assert [(article, int(index)) for article, index in shown] == list(
        zip(found.rows["article_id"], found.rows["index"], strict=True)
    )
    for key, value in {**query, "sort": "uncertain", "page": "2"}.items():
        assert address(app, key) == ([value] if isinstance(value, str) else value)
    app.multiselect(key="asked_voice").set_value(["quoted"]).run()
    assert "page" not in app.query_params, "another question begins on its first page"
    assert 0 < counted(app)[0] < found.count


def test_a_sentence_opens_in_its_article_and_leads_on(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(scored_corpus, monkeypatch, label="stance.against", actor="Azerbaijan", part="body")
    next(button for button in app.button if button.label == "Read in its article").click().run()
    assert not app.exception
    html = html_of(app)
    assert html.count('<article class="fr-article"') == 1
    assert html.count('class="fr-mark fr-chosen"') == 1
    assert 'data-tip="Azerbaijan: Against, probability' in html
    assert "Actors in it" in html and "All 24 probabilities" in html
    assert re.search(r'href="\./try\?text=[^"]+&amp;target=Azerbaijan"', html)
    place = address(app, "open")[0]
    again = open_page(scored_corpus, monkeypatch, open=place)
    assert 'class="fr-mark fr-chosen"' in html_of(again)
    assert counted(again)[0] == counted(again)[1], "what is opened does not filter"


def test_pages_are_leafed_through(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(scored_corpus, monkeypatch)
    pages = -(-counted(app)[0] // 25)
    next(button for button in app.button if button.label == "Next page").click().run()
    assert f"Page 2 of {pages}" in html_of(app)
    app = open_page(scored_corpus, monkeypatch, page="99999")
    assert f"Page {pages} of {pages}" in html_of(app) and address(app, "page") == [str(pages)]


def test_what_the_reader_asked_survives_a_visit_elsewhere(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(scored_corpus, monkeypatch, label="sentiment.negative")
    before = counted(app)
    app.query_params.clear()
    app.switch_page(str(ROOT / "framing/pages/about.py")).run()
    app.switch_page(PAGE).run()
    assert counted(app) == before and app.selectbox(key="asked_label").value == "sentiment.negative"
    next(button for button in app.button if button.label == "Start over").click().run()
    assert counted(app)[0] == counted(app)[1]


def test_the_comparison_leads_here(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from framing.pages import controls
    from framing.pages.controls import Pick

    assert controls.everywhere(Pick("sentiment", "balance")) == {}
    assert controls.everywhere(Pick("voice", "quoted", "Anna")) == {
        "voice": ["quoted"], "part": "body", "speaker": "Anna"
    }  # fmt: skip
    query = controls.everywhere(Pick("stance", "against", "Azerbaijan", "Al Jazeera"))
    assert counted(open_page(scored_corpus, monkeypatch, **query))[0] > 0


def test_a_corpus_that_was_never_scored_can_be_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus.create(tmp_path / "unscored")
    corpus.add([article(number) for number in range(4)])
    app = open_page(corpus.path, monkeypatch, search="crews")
    assert counted(app) == (4, 4 * 6) and session.SCORE in html_of(app)
    next(button for button in app.button if button.label == "Read in its article").click().run()
    assert not app.exception
    assert "No classifier has scored it yet" in html_of(app)


@pytest.mark.parametrize(
    "query",
    [
        {"search": "%'; drop table x; -- \" .*([", "open": "zz:1", "event": "nope", "sort": "sideways"},
        {"search": "a" * 10_000, "page": "-3", "probability": "a-b", "first": "yesterday"},
        {"search": "the " * 2_500, "page": "²", "probability": "²-3", "last": "9999-99-99"},
        {"label": "x.y", "outlet": ["Nobody"], "voice": ["loud"], "part": "tail", "open": "<b>:x", "certainty": "so"},
        {"actor": "<script>alert(1)</script>", "speaker": "' or 1=1 --", "probability": "900-1"},
        {"search": "", "actor": "", "label": "", "event": "", "open": ":"},
    ],
)
def test_a_bad_link_is_only_a_link(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]) -> None:
    app = open_page(scored_corpus, monkeypatch, **query)
    html = html_of(app)
    assert "<h1>Sentences</h1>" in html and "<script>alert" not in html
    if len(query.get("search", "")) > LONGEST:
        assert f"Its first {LONGEST} are searched" in html


def test_hostile_articles_show_as_text(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    event = Corpus.open(scored_corpus).find_event(texts.HOSTILE_EVENT)
    app = open_page(scored_corpus, monkeypatch, event=event)
    next(button for button in app.button if button.label == "Read in its article").click().run()
    html = html_of(app).replace((ROOT / "framing/pages/style.css").read_text(encoding="utf-8"), "")
    found = parsed(html)
    assert not {"script", "img", "svg"} & found.tags
    assert texts.HOSTILE_OUTLET in "".join(found.found)
