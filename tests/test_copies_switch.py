"""Copied sentences counted once where the reader asks: one switch from page to page, and what it makes of numbers, lists,
texts and reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest
from test_dashboard import ROOT, address, html_of, open_app

from framing.cli import main
from framing.compare import compare
from framing.corpus import Corpus
from framing.pages.opening import ONCE
from framing.schema import Article

EVENT = "Ferry aground off Tarn"
WIRE = (
    "The car ferry Saint Olave ran aground off the island of Tarn early on Monday, the coast guard said. "
    "All 84 people on board were brought ashore by lifeboats from two villages."
)
OWN = {
    "Coast Wire": "Divers found a hole of two metres in the hull. The company gave no reason for the accident.",
    "Tarn Echo": "“I thought we would all drown,” said Nora Vance, who was on her way to school. Angry islanders blame the "
    "company, which cut the crew last year.",
    "Meridian Post": "Shares of the ferry company fell by nine percent. A tow is to cost about two million crowns.",
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scored corpus of one event: an agency's two sentences stand in three outlets, each with two of its own."""
    from framing.score import score

    corpus = Corpus.create(tmp_path_factory.mktemp("copied") / "corpus")
    corpus.add(
        Article(outlet, f"{outlet}: ferry aground", f"{WIRE}\n\n{own}", date(2024, 5, day), event=EVENT)
        for day, (outlet, own) in enumerate(OWN.items(), 6)
    )
    score(corpus)
    return corpus.path


def switch(app: AppTest) -> str:
    return next((toggle.label for toggle in app.toggle if toggle.key == ONCE), "")


def test_the_switch_holds_from_page_to_page(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(copied, monkeypatch)
    assert switch(app) == "4 sentences are copied from another article: count them once"
    assert ONCE not in app.query_params and "switch on the page, counts them once" in html_of(app)
    app.toggle(key=ONCE).set_value(True).run()
    for page in ("voices", "words", "aligned", "compare"):
        app.switch_page(str(ROOT / f"framing/pages/{page}.py")).run()
        assert not app.exception
        assert switch(app) and app.toggle(key=ONCE).value and address(app, ONCE) == ["1"]
        assert "4 of 12 sentences" in html_of(app) or page in ("voices", "words", "aligned")
    html = html_of(app)
    assert "left out here, counted once" in html
    assert html.count("copied, not counted") == 4 and html.count("lifeboats from two villages") >= 3
    app.toggle(key=ONCE).set_value(False).run()
    assert ONCE not in app.query_params and "copied, not counted" not in html_of(app)


def test_an_address_sets_the_switch_and_lists_follow(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {"head": "voice", "label": "own", "outlet": "Meridian Post"}
    for once, n in (({}, 3), ({ONCE: "1"}, 2)):
        app = open_app(copied, monkeypatch, **chosen, **once)  # type: ignore[arg-type]
        rows = compare(Corpus.open(copied), EVENT, once=bool(once)).behind("Meridian Post", "voice", "own", "both")
        assert f"Own words · Meridian Post · {len(rows)} sentences" in html_of(app).replace("’", "'"), once
        assert len(rows) == n
    app = open_app(copied, monkeypatch, "aligned", first="Coast Wire", second="Tarn Echo", rows="all", once="1")
    assert html_of(app).count("lifeboats") == 0, "neither paired nor said to be told by one alone"


def test_no_switch_where_nothing_is_copied(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(scored_corpus, monkeypatch, once="1")
    assert not switch(app) and ONCE not in app.query_params


def test_commands_and_report_count_once(copied: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> str:
        ran = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert ran.exit_code == 0, ran.output
        return ran.output

    assert run("sources", copied).count("coast guard") == 3
    assert run("sources", copied, "--copies-once").count("coast guard") == 1
    path = tmp_path / "report.html"
    run("report", copied, "--copies-once", "--out", path)
    html = path.read_text(encoding="utf-8")
    assert html.count("copied, not counted") == 4 and "left out here, counted once" in html
