"""Following outlets: what is new is stored, scored and grouped once; dead sources, restarts and a killed look do no harm."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from web_server import Web, page, reply, serving

from framing import fetch, follow_command
from framing.cli import main
from framing.corpus import Corpus
from framing.errors import InputError
from framing.followed import Seen, read_sources, read_state, write_state

FEED = "http://wire.test/feed"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    with serving({}) as served:
        monkeypatch.setattr(fetch, "shared_fetcher", lambda: served.fetcher(seconds=1.0, bytes=200_000))
        yield served


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Result]:
    """Runs `framing follow` on a corpus."""
    return lambda *arguments: CliRunner().invoke(main, ["follow", str(tmp_path / "corpus"), *arguments])


def feed(*paths: str) -> str:
    items = "".join(f"<item><title>T</title><link>http://wire.test{path}</link></item>" for path in paths)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'


def serve_feed(web: Web, path: str, *pages: str) -> None:
    """A feed that answers 304 to whoever knows its version, and its pages."""
    version = f'"{len(pages)}-{hash(pages)}"'

    def answer(to: BaseHTTPRequestHandler) -> None:
        if to.headers.get("If-None-Match") == version:
            reply(to, status=304)
        else:
            reply(to, feed(*pages), kind="application/rss+xml", ETag=version)

    web.pages[path] = answer
    for each in pages:
        web.pages.setdefault(
            each, lambda to, each=each: reply(to, page(f"Dockers walk out at the port of Halden {each}"))
        )


def test_a_feed_is_followed(web: Web, ask: Callable[..., Result], tmp_path: Path) -> None:
    serve_feed(web, "/feed", "/a", "/b")
    assert ask("--add", FEED, "--outlet", "Northern Wire").exit_code == 0
    first = ask("--once")
    assert first.exit_code == 0 and "2 new of 2 pages listed" in first.output and "Read 2: 2 stored" in first.output, (
        first.output
    )
    assert "Scored" in first.output and "Events: " in first.output
    asked = len(web.asked)
    again = ask("--once")
    assert again.exit_code == 0 and "has not changed" in again.output and "Read 0" in again.output
    assert len([path for path in web.asked[asked:] if not path.endswith("robots.txt")]) == 1, "one conditional request"
    serve_feed(web, "/feed", "/c", "/b", "/a")
    third = ask("--once")
    assert "1 new of 3 pages listed" in third.output and "Read 1: 1 stored" in third.output
    status = Corpus.open(tmp_path / "corpus").status()
    assert (status.articles, status.outlets, status.without_event) == (3, 1, 0)
    assert all(parts == status.parts for _, parts in status.scored.values())
    listed = ask("--list")
    assert "3 articles stored; Northern Wire" in listed.output and "last came" in listed.output


def test_dead_feeds_are_reported_and_left_alone_longer_and_longer(
    web: Web, ask: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_feed(web, "/feed", "/a")
    web.pages["/loop"] = lambda to: reply(to, status=302, Location="/loop")
    web.pages["/busy"] = lambda to: reply(to, status=429, Retry_After="7200")
    web.pages["/page"] = lambda to: reply(to, page())
    web.pages["/endless"] = lambda to: reply(to, b"x" * 300_000)
    web.pages["/slow"] = lambda to: time.sleep(1.5)
    bad = {
        "http://wire.test/loop": "leads on and on",
        "http://busy.test/busy": "asks to come back in 2 hours",
        "http://wire.test/page": "is a page, no news feed",
        "http://wire.test/endless": "is over 0.2 MB",
        "http://wire.test/slow": "did not come within",
        "http://gone.test/feed2": "is not there",
    }
    ask("--add", FEED, *(part for url in bad for part in ("--add", url)))
    first = ask("--once")
    assert first.exit_code == 3 and "1 new of 1 page listed" in first.output, first.output
    for url, said in bad.items():
        assert any(
            url in line and said in line and "asked again in 60 minutes" in line for line in first.output.splitlines()
        ), (url, first.output)
    asked = len(web.asked)
    second = ask("--once")
    assert second.output.count("left alone for") == len(bad)
    assert not [path for path in web.asked[asked:] if "loop" in path or "endless" in path]
    later = time.time() + 4_000
    monkeypatch.setattr(time, "time", lambda: later)
    assert ask("--once").output.count("asked again in 2 hours") == len(bad)
    monkeypatch.undo()
    monkeypatch.setattr(fetch, "shared_fetcher", web.fetcher)
    state = read_state(tmp_path / "corpus")
    assert state["http://wire.test/loop"].failures == 2
    serve_feed(web, "/loop", "/d")
    state["http://wire.test/loop"] = Seen(failures=9, fault="failed")
    write_state(tmp_path / "corpus", state)
    assert "1 new of 1 page listed" in ask("--once").output
    assert read_state(tmp_path / "corpus")["http://wire.test/loop"].failures == 0


def test_pages_that_do_not_come_are_tried_again(web: Web, ask: Callable[..., Result]) -> None:
    serve_feed(web, "/feed", "/a", "/late")
    ready = web.pages.pop("/late")
    ask("--add", FEED)
    assert "tried again at the next look" in ask("--once").output
    second = ask("--once")
    assert "has not changed" in second.output and "tried again at the next look" in second.output
    web.pages["/late"] = ready
    assert "1 page read that had not come before" in ask("--once").output
    assert web.asked.count("wire.test/late") == 3
    ask("--once")
    assert web.asked.count("wire.test/late") == 3


def test_a_killed_look_loses_nothing(
    web: Web, ask: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before storing, and between storing and scoring: the next look does what is missing, once."""
    serve_feed(web, "/feed", "/a", "/b")
    ask("--add", FEED)

    def killed(*_: Any, **__: Any) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "add", killed)
        assert ask("--once").exit_code == 137
    with monkeypatch.context() as patch:
        patch.setattr("framing.follow.score", killed)
        assert ask("--once").exit_code == 137
    done = ask("--once")
    assert done.exit_code == 0 and "has not changed" in done.output and "Scored" in done.output, done.output
    status = Corpus.open(tmp_path / "corpus").status()
    assert (status.articles, status.without_event) == (2, 0)


def test_it_goes_on_until_ctrl_c(
    web: Web, ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another writer, or a slip in the file of sources, costs one look; Ctrl-C ends it plainly."""
    serve_feed(web, "/feed", "/a")
    ask("--add", FEED)
    waited: list[float] = []
    good = (tmp_path / "corpus" / "sources.toml").read_text()

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        (tmp_path / "corpus" / "sources.toml").write_text("[[source]]\nurl = 3" if len(waited) == 1 else good)
        if len(waited) == 3:
            raise KeyboardInterrupt

    # The command's clock alone: threads of the dashboard sleep too.
    clock = SimpleNamespace(sleep=sleep, monotonic=time.monotonic, time=time.time)
    monkeypatch.setattr(follow_command, "time", clock)
    run = ask("--every", "30m")
    assert run.exit_code == 0 and "Stopped. What was stored is whole" in run.output, run.output
    assert run.output.count("Next look") == 3 and all(1_700 < seconds <= 1_800 for seconds in waited)
    assert "Nothing was added at this look" in run.output and "has not changed" in run.output


def test_a_sitemap_is_followed_from_now_on(web: Web, ask: Callable[..., Result]) -> None:
    """At first the last days alone: undated pages are noted, not read; later whatever is new."""
    today = time.strftime("%Y-%m-%d", time.gmtime())

    def sitemap(*entries: str) -> str:
        return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{''.join(entries)}</urlset>"

    def url(path: str, day: str = "") -> str:
        web.pages.setdefault(path, lambda to: reply(to, page(f"Dockers, {path}")))
        return f"<url><loc>http://wire.test{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"

    old = [url("/old", "2019-01-01"), url("/undated"), url("/today", today)]
    web.pages["/map"] = lambda to: reply(to, sitemap(*old), kind="text/xml")
    ask("--add", "http://wire.test/map")
    assert "Read 1: 1 stored" in ask("--once").output and "wire.test/today" in web.asked
    web.pages["/map"] = lambda to: reply(to, sitemap(*old, url("/undated-new")), kind="text/xml")
    assert "1 new of 3 pages listed" in ask("--once").output
    assert not {"wire.test/old", "wire.test/undated"} & set(web.asked)


def test_what_is_followed_can_be_changed_and_slips_are_named(ask: Callable[..., Result], tmp_path: Path) -> None:
    ask("--add", FEED, "--since", "2024-03-01")
    assert [(source.url, str(source.since)) for source in read_sources(tmp_path / "corpus")] == [(FEED, "2024-03-01")]
    assert ask("--remove", FEED).exit_code == 0 and not read_sources(tmp_path / "corpus")
    for arguments, said in {
        ("--once",): "Nothing is followed yet",
        ("--remove", FEED): "is not followed",
        ("--add", "ftp://wire.test/"): "only http:// and https://",
        ("--add", "http://u:p@wire.test/"): "user name or password",
        ("--every", "soon"): "is no time",
        ("--every", "10s"): "too often",
        ("--outlet", "X"): "give --add",
        ("--add", FEED, "--since", "March"): "is no date",
    }.items():
        run = ask(*arguments)
        assert run.exit_code == 1 and said in run.output, (arguments, run.output)
    for text, said in {
        "[[source]]\nurl = 3": "source 1 has no address",
        "[[source]]\nurl = 'http://a.test/'\nname = 'x'": "'name', which is not known",
        "[[source]]\nurl = 'http://a.test/'\nsince = '2024'": "to be a day",
        "[[source]\n": "cannot be read",
        "url = 'http://a.test/'": "[[source]] entries alone",
        "[[source]]\nurl = 'http://localhost:8501/'": "port 8501",
    }.items():
        (tmp_path / "corpus" / "sources.toml").write_text(text)
        with pytest.raises(InputError, match=said.replace("[", r"\[")):
            read_sources(tmp_path / "corpus")
    (tmp_path / "corpus" / "sources.state").write_text('{"x": {"nothing": 1}}')
    with pytest.raises(InputError, match="Delete it"):
        read_state(tmp_path / "corpus")


def test_an_open_dashboard_shows_what_was_added_when_it_runs_again(
    web: Web, scored_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a look that finds nothing new leaves its caches alone."""
    from test_dashboard import html_of, open_app

    from framing import session

    corpus = tmp_path / "corpus"
    shutil.copytree(scored_corpus, corpus)
    serve_feed(web, "/feed", "/a")
    CliRunner().invoke(main, ["follow", str(corpus), "--add", FEED, "--outlet", "Halden Harbour News"])
    app = open_app(corpus, monkeypatch, "events")
    assert "Halden Harbour News" not in html_of(app)
    added = CliRunner().invoke(main, ["follow", str(corpus), "--once"])
    assert "1 stored" in added.output and "1 article joined" in added.output, added.output
    app.run()
    assert not app.exception and "Halden Harbour News" in html_of(app)
    stamp = session.corpus_stamp(corpus)
    assert "has not changed" in CliRunner().invoke(main, ["follow", str(corpus), "--once"]).output
    assert session.corpus_stamp(corpus) == stamp
