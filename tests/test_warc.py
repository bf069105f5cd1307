"""Web archives: their pages read as a stream, everything else counted, hostile ones ended with a message."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from traced import peak_of
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from web_server import page

from framing.cli import main
from framing.errors import UnreadableSource
from framing.ingest import ReadOptions, read
from framing.ingest.warc import read_warc
from framing.schema import Article, Rejection

HTML = "text/html; charset=utf-8"


def crawl(*pages: tuple[str, str, list[tuple[str, str]], bytes], packed: bool = True) -> bytes:
    """A WARC as Common Crawl's news crawl writes it: warcinfo, then a request and its response a page."""
    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("CC-NEWS-20201018.warc.gz", {"software": "StormCrawler"}))
    for url, status, headers, body in pages:
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
        writer.write_record(writer.create_warc_record(url, "request", http_headers=asked))
        answered = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        kind = "revisit" if status.startswith("304") else "response"
        writer.write_record(writer.create_warc_record(url, kind, payload=io.BytesIO(body), http_headers=answered))
    return sink.getvalue()


def told(name: str, kind: str = HTML, *more: tuple[str, str]) -> tuple[str, str, list[tuple[str, str]], bytes]:
    return f"https://www.{name}/a", "200 OK", [("Content-Type", kind), *more], page(f"Café strike, by {name}").encode()


def chunked(body: bytes) -> bytes:
    return (
        b"".join(b"%x\r\n%s\r\n" % (len(body[at : at + 500]), body[at : at + 500]) for at in range(0, len(body), 500))
        + b"0\r\n\r\n"
    )


PAGES = (
    told("theguardian.com"),
    ("https://news.example/b", "200 OK", [("Content-Type", "text/html; charset=windows-1252")], page("Café shut").encode("cp1252")),
    ("https://a.example/c", "200 OK", [("Content-Type", HTML), ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")], chunked(gzip.compress(page("Packed").encode()))),
    told("b.example", HTML, ("Content-Encoding", "gzip")),  # unpacked by the crawler, the header kept
    ("https://c.example/d", "200 OK", [("Content-Type", HTML), ("Content-Encoding", "br")], b"\x1b\x03"),
    ("https://c.example/e", "200 OK", [("Content-Type", HTML)], b"<html><body><p>Sign in</p></body></html>"),
    *[("https://c.example/f.jpg", "200 OK", [("Content-Type", "image/jpeg")], b"\xff\xd8")] * 3,
    *[("https://c.example/g", "404 Not Found", [("Content-Type", HTML)], b"gone")] * 2,
    ("https://c.example/h", "304 Not Modified", [("Content-Type", HTML)], b""),
)  # fmt: skip


@pytest.mark.parametrize("name", ["CC-NEWS.warc.gz", "plain.warc"])
def test_the_pages_of_a_news_crawl(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(crawl(*PAGES, packed=name.endswith("gz")))
    run = CliRunner().invoke(main, ["ingest", str(tmp_path / "corpus"), str(tmp_path / name)])
    assert run.exit_code == 3, run.output
    assert "Read 9: 4 stored, 0 duplicates, 5 rejected." in run.output
    items = list(read(tmp_path / name))
    found = [item for item in items if isinstance(item, Article)]
    assert [(item.outlet, item.title) for item in found] == [
        ("The Guardian", "Café strike, by theguardian.com"), ("news.example", "Café shut"),
        ("a.example", "Packed"), ("b.example", "Café strike, by b.example"),
    ]  # fmt: skip
    assert found[0].url == "https://www.theguardian.com/a" and found[0].source == f"{tmp_path / name}#3"
    said = {item.position: item.reason for item in items if isinstance(item, Rejection)}
    assert "is no web page (image/…); the first of them is record 15" in said["3 records"]
    assert "was answered with status 404; the first of them is record 21" in said["2 records"]
    assert "has not changed (revisit)" in said["record 25"]
    assert "packed in a way that is not read (br)" in said["record 11 (https://c.example/d)"]
    assert "no more than 2 words" in said["record 13 (https://c.example/e)"]


def test_a_gigabyte_of_zeros_in_a_record_ends_the_reading(tmp_path: Path) -> None:
    """Read within limits, what came before is kept, and memory stays flat."""
    good = crawl(told("wire.example"))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    size = 1_000_000_000
    sink = io.BytesIO(good)
    sink.seek(0, io.SEEK_END)
    said = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://z.example/\r\nContent-Length: %d\r\n\r\n"
    sink.write(gzip.compress(said % (size + len(head)) + head))
    sink.write(gzip.compress(bytes(10_000_000)) * (size // 10_000_000))  # packed in a hundred members, as gzip allows
    (tmp_path / "zeros.warc.gz").write_bytes(sink.getvalue())
    items, peak = peak_of(lambda: list(read(tmp_path / "zeros.warc.gz")), 60_000_000)
    assert isinstance(items[0], Article)
    reasons = [item.reason for item in items if isinstance(item, Rejection)]
    assert any("over 10 MB, larger than any article" in reason for reason in reasons)
    assert any("zip bomb" in reason and "nothing after it was read" in reason for reason in reasons)
    assert peak < 60_000_000, f"{peak / 1e6:.0f} MB"


def test_zeros_packed_inside_the_answer(tmp_path: Path) -> None:
    zeros = gzip.compress(bytes(200_000_000), 1)
    bomb = ("https://z.example/", "200 OK", [("Content-Type", HTML), ("Content-Encoding", "gzip")], zeros)
    items = list(read_warc(io.BytesIO(crawl(bomb, told("wire.example"), packed=False)), "x.warc", ReadOptions()))
    assert [type(item) for item in items] == [Rejection, Article], items


def test_a_million_records_that_are_no_page_are_few_rejections() -> None:
    """Counted by kind: 20,000 here, of invented statuses and media types too."""
    lines = []
    for n in range(20_000):
        body = f"HTTP/1.1 {200 if n % 2 else n} X\r\nContent-Type: kind{n}/x\r\n\r\n".encode()
        lines.append(
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
            % (len(body), body)
        )
    items = list(read_warc(io.BytesIO(b"".join(lines)), "x.warc", ReadOptions()))
    assert 0 < len(items) < 600 and all(isinstance(item, Rejection) for item in items)


@pytest.mark.parametrize("name", ["x.warc.gz", "x.warc"])
def test_a_download_that_broke_off_keeps_what_came_before(name: str) -> None:
    """Also in a file that is smaller than what is read of it at once; half a page is no article."""
    whole = crawl(told("wire.example"), told("other.example"), packed=name.endswith("gz"))
    items = list(read_warc(io.BytesIO(whole[:-120]), name, ReadOptions()))
    assert isinstance(items[0], Article) and items[0].outlet == "wire.example"
    assert len(items) > 1 and all(isinstance(item, Rejection) for item in items[1:])
    assert any("record 5" in item.position and "get it anew" in item.reason for item in items[1:])  # type: ignore[union-attr]


@pytest.mark.parametrize("cut", [0, 7, 900, -40])
def test_damaged_and_hostile_headers(cut: int) -> None:
    whole = crawl(told("wire.example"), told("other.example"))
    for raw, name in ((whole[:cut], "x.warc.gz"), (crawl(told("wire.example"), packed=False)[:cut], "x.warc")):
        try:
            items = list(read_warc(io.BytesIO(raw), name, ReadOptions()))
        except UnreadableSource:
            continue
        assert items
    for raw in (
        b"WARC/1.0\r\n" + b"A: b\r\n" * 200_000,
        b"WARC/1.0\r\nX: " + b"a" * 30_000_000,
        b"no warc at all\n" * 50,
    ):
        with pytest.raises(UnreadableSource, match=r"damaged|headers"):
            list(read_warc(io.BytesIO(raw), "x.warc", ReadOptions()))
