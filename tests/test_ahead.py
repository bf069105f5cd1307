"""Pages of the offered events are made before they are asked for, and nothing is made twice or without end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from framing import compare, session
from framing.corpus import Corpus
from framing.pages import ahead, background


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
    for cached in (session._shelf, session._background, session._prepare, session._prepare_events):
        cached.clear()
    yield scored_corpus
    finished(session._background())
    session._shelf.clear()


def test_jobs_for_later_come_after_those_put_meanwhile(no_pauses: None) -> None:
    jobs, done = background.Background(), []
    go = threading.Event()
    jobs.put(lambda: (go.wait(10), done.append("first"), jobs.put(lambda: done.append("asked"))))
    for name in ("later 1", "later 2"):
        jobs.put(lambda name=name: done.append(name), later=True)
    go.set()
    finished(jobs)
    assert done == ["first", "asked", "later 1", "later 2"]


def test_an_offered_event_is_there_before_it_is_opened(shown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead.events()
    ahead.events()
    finished(session._background())
    held = len(session._shelf())
    monkeypatch.setattr(compare, "compare", lambda *_, **__: pytest.fail("it was made ahead"))
    for event in Corpus.open(shown).events()["event_id"]:
        compared = session.comparison(str(event))
        outlets = tuple(dict.fromkeys(session.articles(str(event))["outlet"]))
        for chart in ahead.CHARTS:
            session.drawing(compared, chart, "both", outlets)
        ahead._derive(lambda make, *args, compared=compared: session.derive(compared, make, *args), outlets)
    assert len(session._shelf()) == held


@pytest.mark.parametrize("bound", ["seconds", "bytes"])
def test_it_ends_at_its_bounds(shown: Path, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    if bound == "seconds":
        monkeypatch.setattr(session, "MOST_AHEAD", -1.0)
    else:
        monkeypatch.setattr(session, "MOST_KEPT", -1)
    ahead.events()
    finished(session._background())
    assert len(session._shelf()) == 0
