"""Scoring from the dashboard: a process with its progress and its end, the button wherever something is not scored."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import filelock
import pytest
from corpus_fakes import article
from test_dashboard import html_of, open_app, run_until_scored

from framing import plain, score_process, session
from framing.corpus import Corpus
from framing.pages import scoring
from framing.score_process import Progress, ScoreProcess
from framing.unscored import unscored


def fake(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def ended(process: ScoreProcess) -> tuple[bool, str]:
    process.wait_for(lambda: False, 60)
    return process.outcome()


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus.create(tmp_path / "corpus")
    made.add([article(number) for number in range(4)])
    return made


@pytest.fixture
def fresh() -> Iterator[None]:
    """No scoring from another test."""
    scoring.holder.clear()
    yield
    scoring.holder().stop()


def test_progress_is_read_and_told() -> None:
    code = "print('256 of 1000 sentences'); print('512 of 1000 sentences'); print('a warning'); print('Scored 1,000 sentences in 5.0 s.'); print('7 of them came again.')"
    process = ScoreProcess(fake(code))
    assert ended(process) == (True, "Scored 1,000 sentences in 5.0 s. 7 of them came again.")
    assert (process.progress.done, process.progress.total, process.progress.left) == (512, 1000, None)
    assert scoring.told(Progress()).startswith("Scoring what is new: getting ready.")
    assert "512 of 1,000 sentences, 100 a second, a few seconds left" in scoring.told(Progress(512, 1000, 100.0))
    assert [plain.about_time(s) for s in (31, 200, 9000)] == ["about 30 seconds", "about 3 minutes", "about 2 hours"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "import sys; print('1 of 9 sentences'); sys.exit('Error: The corpus is being written.')",
            "The corpus is being",
        ),
        ("raise MemoryError('no room')", "It stopped before its end (MemoryError: no room)"),
        ("import os; os._exit(4)", "It stopped before its end (it said nothing)"),
    ],
)
def test_a_failure_says_why(code: str, said: str) -> None:
    good, told = ended(ScoreProcess(fake(code)))
    assert not good and told.startswith(said)


def test_two_clicks_and_a_second_visitor_start_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fresh: None
) -> None:
    monkeypatch.setattr(score_process, "command_line", lambda corpus: fake("import time; time.sleep(60)"))
    held = scoring.holder()
    first = held.start(tmp_path)
    assert held.start(tmp_path) is first and held.now is first
    held.stop()
    assert ended(first)[1].startswith("Stopped. What was scored until then is kept")
    assert held.now is None


def test_another_writer_is_named_by_the_commands_own_message(corpus: Corpus, fresh: None) -> None:
    with filelock.FileLock(corpus.path / ".lock"):
        good, told = ended(score_process.score_process(corpus.path))
    assert not good and "is being written by" in told and "Wait until it has finished" in told
    assert unscored(corpus).nothing


def test_what_is_not_scored_is_counted(corpus: Corpus) -> None:
    from framing import score

    left = unscored(corpus)
    assert (left.articles, left.sentences, left.nothing) == (4, 24, True)
    score.score(corpus)
    assert not unscored(corpus) and not unscored(corpus).nothing
    corpus.add([article(9)])
    left = unscored(corpus)
    assert (left.articles, left.sentences, left.nothing) == (1, 6, False)


def test_the_button_scores_and_the_page_shows_it(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    for page in ("outlets", "audit", "add"):
        app = open_app(corpus.path, monkeypatch, page)
        assert "No classifier has read this corpus yet (4 articles, 24 sentences)" in html_of(app), page
        assert [one.label for one in app.button if one.key == "score_new"] == [session.SCORE]
        assert "framing score" not in html_of(app)
    app = open_app(corpus.path, monkeypatch)
    assert "what differs is not known. Press “Score what is new” above" in html_of(app)
    app.button(key="score_new").click().run()
    run_until_scored(app)
    assert "Scored 24 sentences in" in html_of(app) and "What differs" in html_of(app)
    assert not [one for one in app.button if one.key == "score_new"]
    app.run()
    assert "Scored 24 sentences in" in html_of(app), "it stays while the page does"
    app.switch_page("framing/pages/events.py").run()
    assert "Scored 24 sentences in" not in html_of(app)


def test_a_page_that_waits_says_that_the_scoring_runs_and_fills_as_it_goes(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    monkeypatch.setattr(score_process, "command_line", lambda corpus: fake("import time; time.sleep(60)"))
    scoring.holder().start(corpus.path)
    for page in ("compare", "outlets", "audit", "sentences", "words"):
        html = html_of(open_app(corpus.path, monkeypatch, page))
        assert "ress “Score what is new”" not in html, page
        told = (
            "is scored by the models installed now. Wait for the scoring above." if page == "words" else "as it goes."
        )
        assert told in html, page
    monkeypatch.setattr(session.st, "session_state", {})
    session.tell_scoring(True)
    assert session.wait_for_scores() and not session.scores_came()
    (corpus.path / "scores" / "first@1").mkdir(parents=True)
    assert session.scores_came()
    session.tell_scoring(False)
    assert not session.scores_came() and not session.wait_for_scores()


def test_a_failed_start_leaves_the_button(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    monkeypatch.setattr(
        score_process, "command_line", lambda corpus: fake(f"import sys; sys.exit('Error: {corpus.resolve()} is <b>')")
    )
    app = open_app(corpus.path, monkeypatch, "events")
    app.button(key="score_new").click().run()
    run_until_scored(app)
    html = html_of(app)
    assert "Not all was scored." in html and "corpus is &lt;b&gt;" in html and str(corpus.path) not in html
    assert app.button(key="score_new").label == session.SCORE


def test_a_damaged_classifier_does_not_take_the_page_along(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    own = corpus.path.parent / "heads" / "mine"
    own.mkdir(parents=True)
    (own / "config.json").write_text("{")
    app = open_app(corpus.path, monkeypatch, "add")
    assert "What is not scored yet cannot be told." in html_of(app) and "Paste an article" in html_of(app)


def test_advice_for_the_command_line_names_the_button_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(session.CORPUS_VARIABLE, "my corpus")
    for text in ("Run:  framing score", "Make them with:  framing score CORPUS", "Run:  framing score my corpus"):
        assert session.on_page(f"Nothing here. {text}") == "Nothing here. Press “Score what is new” above."
    assert (
        session.on_page("Add articles, or run:  framing score") == "Add articles, or press “Score what is new” above."
    )
