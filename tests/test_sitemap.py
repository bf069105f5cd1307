"""Sitemaps: plain, nested, packed and of news, from a server on this machine; hostile ones stay harmless."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from web_server import Web, page, reply, serving

from framing import fetch
from framing.cli import main
from framing.errors import UnreadableSource
from framing.ingest import ReadOptions, read
from framing.ingest.feed import Entry
from framing.ingest.sitemap import Sub, is_sitemap, read_sitemap
from framing.ingest.web import read_address
from framing.schema import Article, Rejection

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({}) as served:
        yield served


def urls(*entries: tuple[str, str]) -> bytes:
    """A sitemap of addresses, each with what stands beside it."""
    inside = "".join(
        f"<url><image:image><image:loc>http://w.test/i.jpg</image:loc></image:image><loc> {url} </loc>{more}</url>"
        for url, more in entries
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><!-- made --><urlset {SPACE}>{inside}</urlset>'.encode()


def index(*entries: tuple[str, str]) -> bytes:
    inside = "".join(f"<sitemap><loc>{url}</loc>{more}</sitemap>" for url, more in entries)
    return f"<sitemapindex {SPACE}>{inside}</sitemapindex>".encode()


def news(day: str, title: str = "A title") -> str:
    return f"<news:news><news:publication><news:name>Wire</news:name></news:publication><news:publication_date>{day}T08:00:00Z</news:publication_date><news:title>{title}</news:title></news:news>"


def changed(day: str) -> str:
    return f"<lastmod>{day}T08:00:00+00:00</lastmod>"


def titles(items: list[Article | Rejection]) -> list[str]:
    return [item.title for item in items if isinstance(item, Article)]


def reasons(items: list[Article | Rejection]) -> dict[str, str]:
    return {item.source: item.reason for item in items if isinstance(item, Rejection)}


def test_what_a_sitemap_says() -> None:
    found = list(
        read_sitemap(
            urls(("http://w.test/a?x=1&amp;y=2", changed("2024-03-01") + news("2024-02-29", "Dockers &amp; crews")))
        )
    )
    assert found == [Entry("http://w.test/a?x=1&y=2", "Dockers & crews", date(2024, 2, 29), "", date(2024, 3, 1))]
    assert list(read_sitemap(gzip.compress(index(("http://w.test/s.xml", changed("2024-03-01")))))) == [
        Sub("http://w.test/s.xml", date(2024, 3, 1))
    ]
    assert (
        is_sitemap(gzip.compress(urls()))
        and not is_sitemap(gzip.compress(b"<html/>"))
        and not is_sitemap(b"\x1f\x8bno")
    )
    assert list(read_sitemap(b"<urlset><url><loc>http://a.test/</loc></url><ur")) == [
        Entry("http://a.test/", "", None, "")
    ], "what is there of a broken one"
    zeros = gzip.compress(b"<urlset>" + bytes(60_000_000))
    with pytest.raises(UnreadableSource, match="more than 50 MB"):
        list(read_sitemap(zeros))
    laughs = b'<!DOCTYPE u [<!ENTITY a "ha"><!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>http://a.test/&x;&a;</loc></url></urlset>'
    assert all("root:" not in entry.url for entry in read_sitemap(laughs))


def test_an_index_leads_to_pages(web: Web) -> None:
    """Nested and packed ones are fetched when needed; one that is too old, or that fails, costs the others nothing."""
    for path in ("/a", "/b", "/c"):
        web.pages[path] = lambda to, path=path: reply(to, page(f"Strike, {path}"))
    web.pages["/robots.txt"] = lambda to: reply(to, "User-agent: *\nDisallow: /c", kind="text/plain")
    web.pages["/index.xml"] = lambda to: reply(to, index(
        ("http://w.test/old.xml", changed("2023-01-01")), ("http://w.test/gone.xml", ""), ("http://w.test/page.xml", ""),
        ("http://w.test/news.xml.gz", changed("2024-03-05")), ("http://w.test/index.xml", ""),
    ), kind="application/xml")  # fmt: skip
    web.pages["/page.xml"] = lambda to: reply(to, page(), kind="text/html")
    web.pages["/news.xml.gz"] = lambda to: reply(to, gzip.compress(urls(
        ("http://w.test/a", news("2024-03-02")), ("http://w.test/a", news("2024-03-02")), ("http://w.test/b", news("2024-03-03")),
        ("http://w.test/early", news("2024-02-27")), ("http://w.test/late", news("2024-03-09")), ("http://w.test/c", ""),
    )), kind="application/x-gzip")  # fmt: skip
    options = ReadOptions(since=date(2024, 3, 1), until=date(2024, 3, 7))
    items = list(read_address("http://w.test/index.xml", options, web.fetcher()))
    assert titles(items) == ["Strike, /a", "Strike, /b"]
    assert [str(item.published) for item in items if isinstance(item, Article)] == ["2024-03-02", "2024-03-03"]
    said = reasons(items)
    assert "is not there" in said["http://w.test/gone.xml"] and "is none" in said["http://w.test/page.xml"]
    assert "closed to programs" in said["http://w.test/c"]
    assert "http://w.test/index.xml" not in said and web.asked.count("w.test/index.xml") == 1, "it names itself"
    assert not {"w.test/old.xml", "w.test/early", "w.test/late"} & set(web.asked)


def test_most_and_the_window(web: Web) -> None:
    dated = '<meta property="article:published_time" content="{}">'
    for n in range(4):
        web.pages[f"/{n}"] = lambda to, n=n: reply(to, page(f"Strike, day {n}", dated.format(f"2024-03-0{n + 1}")))
    web.pages["/map.xml"] = lambda to: reply(to, urls(*((f"http://w.test/{n}", "") for n in range(4))), kind="text/xml")
    cut = list(read_address("http://w.test/map.xml", ReadOptions(most=2), web.fetcher()))
    assert titles(cut) == ["Strike, day 0", "Strike, day 1"]
    assert "of which the first 2 were read; a higher --most" in reasons(cut)["http://w.test/map.xml"]
    inside = list(read_address("http://w.test/map.xml", ReadOptions(since=date(2024, 3, 3)), web.fetcher()))
    assert titles(inside) == ["Strike, day 2", "Strike, day 3"]
    assert "was published on 2024-03-01, not from 2024-03-03" in reasons(inside)["http://w.test/0"]
    web.pages["/old.xml"] = lambda to: reply(to, urls(("http://w.test/0", changed("2024-03-01"))), kind="text/xml")
    none = list(read_address("http://w.test/old.xml", ReadOptions(since=date(2024, 4, 1)), web.fetcher()))
    assert reasons(none) == {"http://w.test/old.xml": "leads to no page from 2024-04-01"}


def test_sitemap_files_and_the_command(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web.pages["/a"] = lambda to: reply(to, page("Strike, a"))
    monkeypatch.setattr(fetch, "shared_fetcher", web.fetcher)
    (tmp_path / "map.xml").write_bytes(urls(("http://w.test/a", news("2024-03-02"))))
    (tmp_path / "packed.xml.gz").write_bytes(gzip.compress(urls(("http://w.test/a", news("2024-03-02")))))
    arguments = ["ingest", str(tmp_path / "corpus"), str(tmp_path / "map.xml"), str(tmp_path / "packed.xml.gz")]
    run = CliRunner().invoke(main, [*arguments, "--since", "2024-03-01", "--most", "5"])
    assert run.exit_code == 0 and "Read 2: 1 stored, 1 duplicate, 0 rejected." in run.output, run.output
    wrong = CliRunner().invoke(main, [*arguments, "--since", "2024-03-02", "--until", "2024-03-01"])
    assert wrong.exit_code == 1 and "lies after" in wrong.output
    (tmp_path / "folder").mkdir()
    (tmp_path / "map.xml").rename(tmp_path / "folder" / "map.xml")
    (found,) = read(tmp_path / "folder", fetcher=web.fetcher())
    assert isinstance(found, Rejection) and "fetched only where you name it yourself" in found.reason
