"""Pages of the offered events are made before they are asked for, and nothing is made twice or without end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framing import compare, session
from framing.corpus import Corpus
from framing.pages import ahead, background
from framing.shelf import Shelf

ROOT = Path(__file__).parents[1]


def finished(jobs: background.Background) -> None:
    """Returns when the thread of these jobs has ended."""
    until = time.monotonic() + 60
    while jobs._working and time.monotonic() < until:
        time.sleep(0.02)
    assert not jobs._working


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(background, "PAUSE", 0.0)


@pytest.fixture
def shown(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch, no_pauses: None) -> Iterator[Path]:
    monkeypatch.setenv(session.CORPUS_VARIABLE, str(scored_corpus))
    for cached in (
        session._shelf,
        session._background,
        session._prepare,
        session._prepare_events,
        session._states_prepared,
    ):
        cached.clear()
    yield scored_corpus
    finished(session._background())
    session._shelf.clear()


def test_jobs_for_later_come_after_those_put_meanwhile_and_give_way_to_newer_ones(no_pauses: None) -> None:
    jobs, done = background.Background(), []
    go = threading.Event()
    jobs.put(lambda: (go.wait(10), done.append("first"), jobs.put(lambda: done.append("asked"))))
    jobs.later(iter([lambda: done.append("stale")]))

    def newer() -> Iterator[Callable[[], object]]:
        yield lambda: (done.append("later 1"), jobs.put(lambda: done.append("between")))
        assert "later 1" in done, "the next is asked for when the one before is done"
        yield lambda: done.append("later 2")

    jobs.later(newer(), after=0.1)
    go.set()
    finished(jobs)
    assert done == ["first", "asked", "later 1", "between", "later 2"]


def test_an_offered_event_is_there_before_it_is_opened(shown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead.events()
    ahead.events()
    finished(session._background())
    held = len(session._shelf())
    monkeypatch.setattr(compare, "compare", lambda *_, **__: pytest.fail("it was made ahead"))
    for event in Corpus.open(shown).events()["event_id"]:
        compared = session.comparison(str(event))
        for chart in ahead.CHARTS:
            session.drawing(compared, chart, "both", list(dict.fromkeys(compared.shares["outlet"])))
        outlets = tuple(dict.fromkeys(session.articles(str(event))["outlet"]))
        for make, args in ahead.derived(outlets):
            session.derive(compared, make, *args)
    assert len(session._shelf()) == held


def test_the_pages_ask_for_what_was_made_ahead(shown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the pages' own keys: nothing of these kinds is made anew when an event opens."""
    ahead.events()
    finished(session._background())
    made: list[object] = []
    get = Shelf.get

    def told(shelf: Shelf, key: tuple[object, ...], make: Callable[[], object]) -> object:
        return get(shelf, key, lambda: (made.append(key[2:]), make())[1])

    monkeypatch.setattr(Shelf, "get", told)
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    for page in ("voices", "words"):
        app.switch_page(str(ROOT / f"framing/pages/{page}.py")).run()
        assert not app.exception
    finished(session._background())
    kinds = {str(name) for key in made for name in key if isinstance(name, str)}
    assert not kinds & {"comparison", *(f"{make.__module__}.{make.__qualname__}" for make, _ in ahead.derived(()))}
    assert not [key for key in made if key[0] == "drawing" and key[3] == "both"]


@pytest.mark.parametrize("bound", ["MOST_AHEAD", "MOST_ARTICLES_AHEAD"])
def test_it_ends_at_its_bounds(shown: Path, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(session, bound, -1)
    ahead.events()
    finished(session._background())
    assert len(session._shelf()) == 0


def test_it_stops_when_the_corpus_changes(shown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead.events()
    monkeypatch.setattr(session, "corpus_stamp", lambda *_: "another")
    finished(session._background())
    assert len(session._shelf()) == 0
