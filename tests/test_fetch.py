"""Fetching: what is refused and how it is said, against a real server on this machine and invented name servers."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from web_server import Web, drip, packed_zeros, page, reply, serving

from framing.address import checked, not_public, public_endpoints
from framing.errors import FetchError
from framing.fetch import Fetcher, Limits, Validators
from framing.manners import Hosts, retry_after


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({}) as served:
        yield served


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
        *("198.18.0.1", "192.0.2.1", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1"),
        *("fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1"),
        *("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:0:0::1", "100::1", "nonsense"),
    ],
)
def test_addresses_inside_are_refused(ip: str) -> None:
    assert not_public(ip)
    with pytest.raises(FetchError, match="only public addresses are fetched"):
        public_endpoints("news.example", 80, 1, lambda host, port: [ip])


@pytest.mark.parametrize("ip", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"])
def test_public_addresses_pass(ip: str) -> None:
    assert not_public(ip) is None


def test_one_inside_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(FetchError, match="leads to 10.0.0.7, a private address"):
        public_endpoints("news.example", 80, 1, lambda host, port: ["93.184.216.34", "10.0.0.7"])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://news.test/", "begins with ftp"),
        ("file:///etc/passwd", "begins with file"),
        ("javascript:alert(1)", "begins with javascript"),
        ("news.test/a", "begins with no scheme"),
        ("http://user:secret@news.test/", "holds a user name or password"),
        ("http://news.test@evil.test/", "holds a user name or password"),
        ("http://news.test:8080/", "names port 8080"),
        ("http://news.test:22/", "names port 22"),
        ("http://news.test:0/", "names port 0"),
        ("http://news.test:99999/", "is no web address"),
        ("http://[::1/", "is no web address"),
        ("http://news.test\\@evil.test/", "backslashes"),
        ("http://news.test/\r\nX: y", "control characters"),
        ("http:///path", "names no host"),
        ("http://a b.test/", "spaces"),
        ("http://news.test/" + "a" * 3000, "3,017 characters"),
        ("http://ex\u2100mple.test/", "no web address that can be read"),
    ],
)
def test_addresses_that_are_not_fetched(url: str, said: str) -> None:
    with pytest.raises(FetchError, match=said) as refused:
        checked(url)
    assert "secret" not in str(refused.value)


def test_addresses_are_brought_into_one_form() -> None:
    assert checked(" HTTP://News.TEST:80/ä?q=ü#part ".strip()).url == "http://news.test/%C3%A4?q=%C3%BC"
    assert checked("https://bücher.test./").host == "xn--bcher-kva.test"


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
def test_other_spellings_of_this_machine(host: str) -> None:
    """Through the system's own lookup, which needs no network for these."""
    with pytest.raises(FetchError, match=r"only public addresses are fetched|cannot be found"):
        Fetcher().get(f"http://{host}/")


def test_a_page_comes_with_what_is_known_of_it(web: Web) -> None:
    web.pages["/a?b=1"] = lambda to: reply(
        to, page(), kind="text/html; charset=ISO-8859-1", ETag='"one"', Last_Modified="Mon, 04 Mar 2024 08:00:00 GMT"
    )
    found = web.fetcher().get("http://news.test/a?b=1#top")
    assert (found.url, found.media_type, found.charset) == ("http://news.test/a?b=1", "text/html", "ISO-8859-1")
    assert b"dockers" in found.body and found.changed
    assert web.asked == ["news.test/robots.txt", "news.test/a?b=1"], "one robots.txt, the host by its name"
    assert "robots.txt: framing" in web.heads[1]["user-agent"]

    web.pages["/a?b=1"] = lambda to: reply(to, status=304 if to.headers["If-None-Match"] == '"one"' else 200)
    again = web.fetcher().get("http://news.test/a?b=1", known=found.validators)
    assert not again.changed and again.validators == found.validators
    assert Validators('"a"\r\nX: y', "é").headers == {}


def test_a_redirect_is_checked_like_any_address(web: Web) -> None:
    for name, where in {
        "inside": "http://10.0.0.1/",
        "meta": "http://169.254.169.254/latest/meta-data/",
        "file": "file:///etc/passwd",
        "port": "http://news.test:6379/",
        "name": "//user:pw@news.test/",
        "odd": "http://[",
    }.items():
        web.pages[f"/{name}"] = lambda to, where=where: reply(to, status=302, Location=where)
        with pytest.raises(FetchError) as refused:
            web.fetcher().get(f"http://news.test/{name}")
        assert "leads" in str(refused.value) and "pw" not in str(refused.value)
    web.pages["/good"] = lambda to: reply(to, status=301, Location="/there")
    web.pages["/there"] = lambda to: reply(to, page())
    assert web.fetcher().get("http://news.test/good").url == "http://news.test/there"
    web.pages["/round"] = lambda to: reply(to, status=307, Location="/round")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        web.fetcher().get("http://news.test/round")
    assert web.asked.count("news.test/round") == 6


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(web: Web) -> None:
    """DNS rebinding: the second lookup would lead inside; there is none for the connection, and the next page's fails."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    looked: list[str] = []
    web.pages["/"] = lambda to: reply(to, page())

    def lookup(host: str, port: int) -> list[str]:
        looked.append(host)
        return next(answers)

    def resolve(host: str, port: int, seconds: float) -> list[tuple[str, int]]:
        public_endpoints(host, port, seconds, lookup)
        return [("127.0.0.1", web.server.server_port)]

    fetcher = Fetcher(resolve, Limits(pause=0), hosts=Hosts(0, web.slept.append))
    fetcher.hosts.robots("http://rebind.test:80", lambda: None)
    assert fetcher.get("http://rebind.test/").changed
    assert looked == ["rebind.test"]
    with pytest.raises(FetchError, match="leads to 127.0.0.1, this machine itself"):
        fetcher.get("http://rebind.test/")


def _endless(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    while True:
        to.wfile.write(b"x" * 65_536)


def _cut(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n<html>half")


def test_size_is_limited_packed_and_unpacked(web: Web) -> None:
    web.pages["/long"] = lambda to: reply(to, b"x" * 1_200_000)
    web.pages["/endless"] = _endless
    web.pages["/bomb"] = lambda to: reply(to, packed_zeros(30), Content_Encoding="gzip")
    for path in ("/long", "/endless", "/bomb"):
        with pytest.raises(FetchError, match="is over 1 MB; no article is that long"):
            web.fetcher(bytes=1_000_000).get(f"http://news.test{path}")
    web.pages["/cut"] = _cut
    web.pages["/half"] = lambda to: reply(to, packed_zeros(1)[:-900], Content_Encoding="gzip")
    for path in ("/cut", "/half"):
        with pytest.raises(FetchError, match="broke off before its end"):
            web.fetcher().get(f"http://news.test{path}")
    web.pages["/br"] = lambda to: reply(to, b"zzz", Content_Encoding="br")
    with pytest.raises(FetchError, match="packed as 'br', which was not asked for"):
        web.fetcher().get("http://news.test/br")


def _slow_body(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(100):
        to.wfile.write(b"<p>")
        to.wfile.flush()
        time.sleep(0.05)


def test_time_is_limited_as_a_whole(web: Web) -> None:
    """A byte now and then keeps a read's own limit from ever being reached, in the header or in the body; the host's
    robots.txt counts."""
    assert (Limits().seconds, Limits().bytes) == (20.0, 10_000_000)
    web.pages["/header"] = lambda to: drip(to, 5)
    web.pages["/body"] = _slow_body
    web.pages["/still"] = lambda to: time.sleep(5)
    web.pages["/on"] = lambda to: (time.sleep(0.3), reply(to, status=302, Location="/on"))[1]
    for path in ("/header", "/body", "/still", "/on"):
        begun = time.monotonic()
        with pytest.raises(FetchError, match="did not come within 0.6 seconds"):
            web.fetcher(seconds=0.6, redirects=50).get(f"http://news.test{path}")
        assert time.monotonic() - begun < 4
    web.pages["/robots.txt"] = lambda to: (time.sleep(0.4), reply(to, "", kind="text/plain"))[1]
    web.pages["/slow"] = lambda to: (time.sleep(0.4), reply(to))[1]
    with pytest.raises(FetchError, match="did not come within 0.6 seconds"):
        web.fetcher(seconds=0.6).get("http://news.test/slow")
    web.pages["/away"] = lambda to: (time.sleep(0.3), reply(to, status=302, Location="http://other.test/slow"))[1]
    fetcher = web.fetcher(seconds=1.0)
    fetcher.hosts.robots("http://news.test:80", lambda: None)
    with pytest.raises(FetchError, match="did not come within 1 second"):
        fetcher.get("http://news.test/away")
    del web.pages["/robots.txt"]
    web.pages["/slow"] = lambda to: reply(to, "<p>There.</p>")
    assert fetcher.get("http://other.test/slow").body, "what one host took is not held against the next"
    with pytest.raises(FetchError, match="could not be looked up in time"):
        public_endpoints("slow.test", 80, 0.05, lambda host, port: time.sleep(1) or [])


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("application/pdf", b"%PDF-1.7", "is application/pdf, no web page"),
        ("image/png", b"\x89PNG", "is image/png"),
        ("", b"\x00\x01", "of a kind that it does not name"),
        ("text/html", b"  \n ", "is empty"),
        ("<script>alert(1)</script>", b"x", "of a kind that it does not name"),
    ],
)
def test_kinds_that_are_not_read(web: Web, kind: str, body: bytes, said: str) -> None:
    web.pages["/x"] = lambda to: reply(to, body, kind=kind)
    with pytest.raises(FetchError, match=said):
        web.fetcher().get("http://news.test/x")


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "is not there"), (403, "not given out to programs"), (500, "fault of its own"), (418, "418")],
)
def test_statuses_are_said_in_words(web: Web, status: int, said: str) -> None:
    web.pages["/x"] = lambda to: reply(to, "no", status)
    with pytest.raises(FetchError, match=said):
        web.fetcher().get("http://news.test/x")


def test_robots(web: Web) -> None:
    rules = "User-agent: *\nDisallow: /private/*.html\nCrawl-delay: 4\n\nUser-agent: other\nDisallow: /\n"
    web.pages["/robots.txt"] = lambda to: reply(to, rules, kind="text/plain")
    web.pages["/a"] = lambda to: reply(to, page())
    web.pages["/way"] = lambda to: reply(to, status=302, Location="/private/b.html")
    fetcher = web.fetcher()
    for path in ("/private/b.html", "/way"):
        with pytest.raises(FetchError, match="closed to programs by its host’s robots.txt"):
            fetcher.get(f"http://news.test{path}")
    fetcher.get("http://news.test/a")
    fetcher.get("http://news.test/a")
    assert "news.test/private/b.html" not in web.asked
    assert web.asked.count("news.test/robots.txt") == 1
    assert max(web.slept) == pytest.approx(4, abs=0.5)
    web.pages["/robots.txt"] = lambda to: reply(to, "no", 503)
    with pytest.raises(FetchError, match="is not fetched: the robots.txt of its host comes from a server"):
        web.fetcher().get("http://news.test/a")


def test_a_busy_server_is_waited_for_within_bounds(web: Web) -> None:
    turns = iter([429, 503, 200])
    web.pages["/soon"] = lambda to: reply(to, page(), next(turns), Retry_After="3")
    fetcher = web.fetcher()
    assert fetcher.get("http://news.test/soon").changed
    assert [wait for wait in web.slept if wait == 3] == [3, 3]
    web.pages["/later"] = lambda to: reply(to, "", 429, Retry_After="7200")
    with pytest.raises(FetchError, match=r"asks to come back in 2 hours \(429\)"):
        fetcher.get("http://news.test/later")
    asked = len(web.asked)
    with pytest.raises(FetchError, match="asked to be left alone for 2 hours more"):
        fetcher.get("http://news.test/soon")
    assert len(web.asked) == asked, "it is left alone"
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=50), usegmt=True)
    assert retry_after(later) == pytest.approx(50, abs=3)
    assert retry_after("soon") is None and retry_after("99999999999") == 21_600


def _raw(answer: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda to: (to.wfile.write(answer), None)[1]


def test_answers_that_are_none(web: Web) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    answers = {
        "two lengths": head + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello",
        "endless number": head + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\nhello",
        "many headers": head + b"X: y\r\n" * 500 + b"\r\nhello",
        "long header": head + b"X: " + b"y" * 100_000 + b"\r\n\r\nhello",
        "no http": b"\0\1garbage\r\n\r\n",
        "nothing": b"",
        "huge chunk": head + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello",
        "no gzip": head + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
    }
    for number, (what, answer) in enumerate(answers.items()):
        web.pages[f"/{number}"] = _raw(answer)
        with pytest.raises(FetchError) as refused:
            web.fetcher().get(f"http://news.test/{number}")
        assert re.search("broke off|cannot be unpacked", str(refused.value)), what


def test_two_visitors_ask_a_host_one_after_the_other(web: Web) -> None:
    now, most = [0], [0]

    def counted(to: BaseHTTPRequestHandler) -> None:
        now[0] += 1
        most[0] = max(most[0], now[0])
        time.sleep(0.05)
        now[0] -= 1
        reply(to, page())

    web.pages["/a"] = counted
    fetcher = web.fetcher()
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(fetcher.get, ["http://news.test/a"] * 4))) == 4
    assert most == [1]


def test_one_request_at_a_time_and_a_pause_for_each_host(web: Web) -> None:
    web.pages["/a"] = lambda to: reply(to, page())
    fetcher = web.fetcher(pause=2.0)
    for host in ("one.test", "two.test", "one.test"):
        fetcher.get(f"http://{host}/a")
    assert len(web.slept) == 3, "after robots.txt twice, and before the second page of one host"
    assert all(0 < wait <= 2 for wait in web.slept)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="NOT TESTED: TLS needs the program openssl")
def test_the_certificate_is_checked_for_the_name(web: Web, tmp_path: Path) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    names = ["-subj", "/CN=news.test", "-addext", "subjectAltName=DNS:news.test"]
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*make, "-keyout", key, "-out", cert, *names], check=True, capture_output=True)
    serves = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serves.load_cert_chain(cert, key)
    asked: list[str | None] = []
    serves.sni_callback = lambda sock, name, context: asked.append(name)
    web.server.socket = serves.wrap_socket(web.server.socket, server_side=True)
    web.pages["/"] = lambda to: reply(to, page())
    trust = ssl.create_default_context(cafile=str(cert))
    known = Fetcher(web.resolve, Limits(pause=0), trust, Hosts(0))
    assert known.get("https://news.test/").url == "https://news.test/"
    assert set(asked) == {"news.test"}, "the name is asked for, not the address"
    for fetcher, host in ((known, "other.test"), (web.fetcher(), "news.test")):
        with pytest.raises(FetchError, match="a certificate that does not prove who it is"):
            fetcher.get(f"https://{host}/")
