"""Pages, feeds and lists of addresses to articles, from a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from web_server import PARAGRAPHS, Web, page, reply, serving

from framing import fetch
from framing.cli import main
from framing.ingest import ReadOptions, read
from framing.ingest.feed import is_feed, read_feed
from framing.ingest.web import listed_addresses, read_address, read_addresses
from framing.schema import Article, Rejection


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({}) as served:
        yield served


def rss(*links: str) -> str:
    items = "".join(
        f"<item><title>From the feed {n}</title><link>{link}</link><author>Ada Rook</author>"
        "<pubDate>Mon, 04 Mar 2024 08:00:00 GMT</pubDate></item>"
        for n, link in enumerate(links)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'


def articles(items: list[Article | Rejection]) -> list[Article]:
    return [item for item in items if isinstance(item, Article)]


def rejected(items: list[Article | Rejection]) -> dict[str, str]:
    return {item.source: item.reason for item in items if isinstance(item, Rejection)}


def test_a_page_is_of_the_host_it_came_from(web: Web) -> None:
    """A page may say that it stands elsewhere; whose it is follows from where it was fetched."""
    claims = '<link rel="canonical" href="https://www.aljazeera.com/news/1"><meta property="og:url" content="https://www.aljazeera.com/news/1">'
    web.pages["/a"] = lambda to: reply(to, page(extra=claims))
    (found,) = read_address("http://northern-wire.test/a", ReadOptions(), web.fetcher())
    assert isinstance(found, Article)
    assert (found.outlet, found.url) == ("northern-wire.test", "http://northern-wire.test/a")
    assert found.title == "Dockers walk out at the port" and found.text.startswith(PARAGRAPHS[0][:40])
    assert found.source == "http://northern-wire.test/a"


def test_charsets_served_wrongly(web: Web) -> None:
    text = page("Café owners’ protest")
    served = {
        "/right": (text.encode("cp1252"), "text/html; charset=windows-1252"),
        "/utf8-said-latin": (text.encode(), "text/html; charset=iso-8859-1"),
        "/latin-said-utf8": (text.encode("cp1252"), "text/html; charset=utf-8"),
        "/none": (text.encode("cp1252"), "text/html"),
        "/meta": (text.replace("<head>", "<head><meta charset=windows-1252>").encode("cp1252"), "text/html"),
        "/nonsense": (text.encode("cp1252"), "text/html; charset=zip"),
        "/wide": (text.encode("utf-16"), "text/html"),
    }
    for path, (body, kind) in served.items():
        web.pages[path] = lambda to, body=body, kind=kind: reply(to, body, kind=kind)
        (found,) = read_address(f"http://wire.test{path}", ReadOptions(), web.fetcher())
        assert isinstance(found, Article) and found.title == "Café owners’ protest", (path, found)


def test_a_batch_goes_on_after_every_failure(web: Web) -> None:
    web.pages["/good"] = lambda to: reply(to, page())
    web.pages["/empty"] = lambda to: reply(to, "<html><body><p>Sign in</p></body></html>")
    web.pages["/xml"] = lambda to: reply(to, "<?xml version='1.0'?><note/>", kind="text/xml")
    web.pages["/map"] = lambda to: reply(to, "<urlset><url><loc>http://a.test/</loc></url></urlset>", kind="text/xml")
    urls = [f"http://wire.test{path}" for path in ("/good", "/gone", "/empty", "/xml", "/map", "/good")]
    found = list(
        read_addresses([*urls, "http://10.0.0.1/x", "https://user:pw@wire.test/"], ReadOptions(), web.fetcher())
    )
    assert len(articles(found)) == 1, "the same address is fetched once"
    reasons = rejected(found)
    assert "is not there" in reasons["http://wire.test/gone"]
    assert "no more than 2 words of text (a paywall" in reasons["http://wire.test/empty"]
    assert "no news feed" in reasons["http://wire.test/xml"]
    assert "is not there" in reasons["http://a.test/"], "what a sitemap leads to"
    assert "a private address" in reasons["http://10.0.0.1/x"]
    assert "user name or password" in reasons["https://…@wire.test/"], "and the password is not printed"


def test_pages_that_would_take_minutes_are_refused(web: Web) -> None:
    web.pages["/lines"] = lambda to: reply(to, "One more line.\n\n" * 20_000, kind="text/plain")
    web.pages["/tags"] = lambda to: reply(to, "<html><body>" + "<p>word" * 70_000)
    found = rejected(list(read_addresses(["http://w.test/lines", "http://w.test/tags"], ReadOptions(), web.fetcher())))
    assert "lines, far more than any article" in found["http://w.test/lines"]
    assert "elements, far more than the page of any article" in found["http://w.test/tags"]


def test_a_feed_leads_to_its_pages(web: Web) -> None:
    web.pages["/feed"] = lambda to: reply(
        to,
        rss("/a", "http://wire.test/gone", "http://127.0.0.1/admin", "javascript:alert(1)", "/a"),
        kind="application/rss+xml",
    )
    web.pages["/a"] = lambda to: reply(to, page())
    found = list(read_address("http://wire.test/feed", ReadOptions(event="Strike"), web.fetcher()))
    (one,) = articles(found)
    assert (one.byline, str(one.published), one.event) == ("Ada Rook", "2024-03-04", "Strike"), "the feed fills gaps"
    assert one.title == "Dockers walk out at the port", "what the page says itself wins"
    assert one.url == "http://wire.test/a"
    reasons = rejected(found)
    assert len(reasons) == 3
    assert "this machine itself" in reasons["http://127.0.0.1/admin"]
    assert any("javascript" in reason for reason in reasons.values())
    cut = list(read_address("http://wire.test/feed", ReadOptions(), web.fetcher(), most=1))
    assert "of which the first 1 were read" in rejected(cut)["http://wire.test/feed"]


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link href="/b"/><updated>2024-03-05T01:00:00Z</updated></entry></feed>'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]><rss><channel><item><title>&j;</title><link>http://wire.test/</link></item></channel></rss>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title><link>http://wire.test/</link></item></channel></rss>'


def test_feeds_of_every_kind_and_hostile_ones() -> None:
    (entry,) = read_feed(ATOM.encode(), "http://wire.test/feed")
    assert (entry.url, str(entry.published)) == ("http://wire.test/b", "2024-03-05")
    for hostile in (LAUGHS, OUTSIDE):
        assert is_feed(hostile.encode())
        titles = [entry.title for entry in read_feed(hostile.encode())]
        assert all(len(title) < 1_000 and "root:" not in title for title in titles)
    assert not is_feed(b"<html><p>text</p>") and not is_feed(b"")


def test_sources_that_lead_to_pages(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Address, list and feed file named in a command are fetched; those in a folder or archive are not."""
    for path in ("/a", "/b", "/c"):
        web.pages[path] = lambda to, path=path: reply(to, page(f"Dockers walk out at port {path[1:].upper()}"))
    (tmp_path / "list.txt").write_text("# mine\n\nhttp://wire.test/b\nhttp://wire.test/gone\n")
    (tmp_path / "feed.xml").write_text(rss("http://wire.test/c"))
    monkeypatch.setattr(fetch, "shared_fetcher", web.fetcher)
    sources = ["http://wire.test/a", str(tmp_path / "list.txt"), str(tmp_path / "feed.xml")]
    run = CliRunner().invoke(main, ["ingest", str(tmp_path / "corpus"), *sources])
    assert run.exit_code == 3, run.output
    assert "Read 4: 3 stored, 0 duplicates, 1 rejected." in run.output
    assert "Rejected: http://wire.test/gone: is not there; check the address (404)" in run.output
    asked = len(web.asked)
    (tmp_path / "folder").mkdir()
    for name in ("list.txt", "feed.xml"):
        (tmp_path / name).rename(tmp_path / "folder" / name)
    reasons = [item.reason for item in read(tmp_path / "folder", fetcher=web.fetcher()) if isinstance(item, Rejection)]
    assert len(reasons) == 2 and all("fetched only where you name it yourself" in reason for reason in reasons)
    assert len(web.asked) == asked
    (alone,) = read("http://wire.test/a")
    assert isinstance(alone, Rejection) and "save the page as .html" in alone.reason


def test_what_a_list_of_addresses_is() -> None:
    assert listed_addresses("http://a.test/\r\n# no\nHTTPS://b.test/x y".replace(" y", "")) == [
        "http://a.test/",
        "HTTPS://b.test/x",
    ]
    three = "http://a.test/\nftp://b.test/\nhttp://c.test/"
    assert listed_addresses(three) == three.split("\n"), "what is no address is told, and the list stays one"
    for text in ("", "# only a comment", "http://a.test/ and more words", "A headline\nhttp://a.test/"):
        assert listed_addresses(text) == []
