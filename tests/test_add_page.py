"""The page that adds articles: web addresses, and a split corrected by hand before it is stored."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dashboard_texts as texts
import pytest
from streamlit.testing.v1 import AppTest
from test_dashboard import html_of, open_app
from web_server import Web, page, reply, serving

from framing import fetch, score_process
from framing.corpus import Corpus
from framing.ingest import read_text, resplit
from framing.pages import intake_read
from framing.schema import Article


@pytest.fixture(autouse=True)
def no_scoring(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stored here is not scored: that has tests of its own."""
    monkeypatch.setattr(score_process, "command_line", lambda corpus: [sys.executable, "-c", "print('Scored none.')"])


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    with serving({}) as served:
        monkeypatch.setattr(fetch, "shared_fetcher", served.fetcher)
        yield served


def split() -> list[Article]:
    return [item for item in read_text(texts.REPRINT_PAGE, "pasted text") if isinstance(item, Article)]


def words(articles: list[Article]) -> str:
    return " ".join(f"{article.title} {article.text}" for article in articles).replace("\n\n", " ")


def test_a_split_is_corrected_without_losing_a_word() -> None:
    two = split()
    assert [len(resplit.paragraphs_of(one)) for one in two] == [2, 2]
    assert resplit.has_next(two, 0) and not resplit.has_next(two, 1)
    moved = resplit.move_boundary(two, 0, 1)
    assert [len(resplit.paragraphs_of(one)) for one in moved] == [1, 3]
    assert resplit.move_boundary(moved, 0, 2) == two
    assert [len(resplit.paragraphs_of(one)) for one in resplit.move_boundary(two, 0, 99)] == [3, 1]
    one = resplit.join(two, 0)
    assert words(one) == words(two) and one[0].title == two[0].title
    again = resplit.divide(one, 0, 2)
    assert words(again) == words(two) and again[1].title == two[1].title
    assert again[1].outlet == two[0].outlet, "whose it is, the reader has to say"
    assert resplit.divide(two, 0, 0) == two == resplit.divide(two, 0, 9)
    assert resplit.leave_out(two, 0) == two[1:]
    (changed, _) = resplit.change(two, 0, " al-jazeera ", "A\u200b  new\nheadline", date(2021, 5, 3), None)
    assert (changed.outlet, changed.title, changed.kind) == ("Al Jazeera", "A new headline", None)
    assert resplit.change(two, 0, " ", "", None, "reprint")[0].outlet == two[0].outlet


def preview_of(app: AppTest) -> list[Article]:
    return list(app.session_state["preview"].articles)


def test_the_page_corrects_a_split_and_stores_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(tmp_path / "corpus", monkeypatch, "add")
    app.text_area(key="pasted").set_value(texts.REPRINT_PAGE)
    app.button[0].click().run()
    assert "Preview: 2 articles read" in html_of(app)

    def widget(kind: str, name: str) -> object:
        return next(one for one in getattr(app, kind) if str(one.key).startswith(f"fix_{name}_"))

    widget("selectbox", "end").set_value(0).run()  # type: ignore[attr-defined]
    assert [len(resplit.paragraphs_of(one)) for one in preview_of(app)] == [1, 3]
    app.selectbox(key="fix_at_2").set_value(1).run()
    widget("text_input", "title").set_value("Traders <b>count</b> losses")  # type: ignore[attr-defined]
    widget("selectbox", "kind").set_value("invented")  # type: ignore[attr-defined]
    widget("button", "do").click().run()  # type: ignore[attr-defined]
    assert not app.exception
    assert (preview_of(app)[1].title, preview_of(app)[1].kind) == ("Traders <b>count</b> losses", "invented")
    assert "Traders &lt;b&gt;count&lt;/b&gt; losses" in html_of(app)
    widget("button", "drop").click().run()  # type: ignore[attr-defined]
    assert len(preview_of(app)) == 1
    app.button(key="fix_undo").click().run()
    app.selectbox(key="fix_at_2").set_value(1).run()
    widget("selectbox", "divide").set_value(0).run()  # type: ignore[attr-defined]
    assert len(preview_of(app)) == 3
    app.button(key="fix_undo").click().run()
    assert len(preview_of(app)) == 2
    app.button(key="store").click().run()
    assert not app.exception
    stored = Corpus.open(tmp_path / "corpus").articles()
    assert set(stored["title"]) == {"Cracks Shut Harrow Bridge For Months", "Traders <b>count</b> losses"}


def test_addresses_and_a_feed(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web.pages["/a"] = lambda to: reply(to, page())
    web.pages["/b"] = lambda to: reply(to, page("Talks end without a result"))
    feed = "<rss><channel><item><title>B</title><link>http://wire.test/b</link></item><item><link>http://wire.test/gone</link></item></channel></rss>"
    web.pages["/feed"] = lambda to: reply(to, feed, kind="text/xml")
    app = open_app(tmp_path / "corpus", monkeypatch, "add")
    app.text_area(key="urls").set_value(
        "http://wire.test/a\nhttp://wire.test/feed\n\nhttp://192.168.0.1/router\nfile:///etc/passwd"
    )
    app.button[0].click().run()
    assert not app.exception
    assert [one.title for one in preview_of(app)] == ["Dockers walk out at the port", "Talks end without a result"]
    shown = html_of(app)
    assert "3 not taken, each with its reason" in shown
    for said in ("http://wire.test/gone: is not there", "leads to 192.168.0.1, a private address", "begins with file;"):
        assert said in shown


def test_without_a_network_the_addresses_are_refused_politely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(host: str, port: int, seconds: float) -> list[tuple[str, int]]:
        from framing.address import public_endpoints

        def none(name: str, number: int) -> list[str]:
            raise OSError("Temporary failure in name resolution")

        return public_endpoints(host, port, seconds, none)  # type: ignore[return-value]

    monkeypatch.setattr(fetch, "shared_fetcher", lambda: fetch.Fetcher(offline))
    app = open_app(tmp_path / "corpus", monkeypatch, "add")
    assert "Only web addresses need the internet." in html_of(app)
    app.text_area(key="urls").set_value("news.example/story")
    app.button[0].click().run()
    assert not app.exception
    assert (
        "https://news.example/story: names news.example, which cannot be found; check the address and the connection"
        in html_of(app)
    )


def test_addresses_are_one_a_line() -> None:
    given = "a.test/x\r\n\n http://b.test/ \na.test/x\nhttp://b.test/\njavascript:alert(1)"
    assert intake_read.addresses_of(given) == ("https://a.test/x", "http://b.test/", "javascript:alert(1)")


def test_an_archive_is_held_to_what_a_preview_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from test_archive import files, zipped

    monkeypatch.setattr(intake_read, "MOST_TEXT", 120)
    content = zipped(tmp_path / "a.zip", files()).read_bytes()
    request = intake_read.Request("", (("../a.zip", content),), None, None, None, None)
    preview = intake_read.read(request, lambda share, said: None)
    assert [item.reason for item in preview.rejected] == [
        "holds more text than the page takes at a time; add it with: framing ingest"
    ]
    assert preview.rejected[0].source == "a.zip" and len(preview.articles) == 1
    assert preview.articles[0].source == "a.zip/press/one.md"
