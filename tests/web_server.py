"""A small web server on this machine for tests, reached under invented names through an injected resolver only."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from framing.address import Endpoint, public_endpoints
from framing.fetch import Fetcher, Limits
from framing.manners import Hosts

Answerer = Callable[[BaseHTTPRequestHandler], None]
PARAGRAPHS = (
    "The dockers walked out at dawn on Monday and left nine ships at the quay, the harbour master said. Two people were hurt.",
    "“We were given no choice,” said Ines Halvorsen, who speaks for the union. The port owner called the strike unlawful.",
    "Talks ended without a result late on Monday. Losses could reach 40 million crowns a week, the chamber of commerce said.",
)


def page(title: str = "Dockers walk out at the port", extra: str = "") -> str:
    """A plain article page."""
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return f"<!doctype html><html><head><title>{title}</title>{extra}</head><body><article><h1>{title}</h1>{body}</article></body></html>"


def reply(
    handler: BaseHTTPRequestHandler, body: bytes | str = b"", status: int = 200, kind: str = "text/html", **headers: str
) -> None:
    """Answers with a body and its length; header names may be written with underscores."""
    raw = body.encode() if isinstance(body, str) else body
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(raw)))
    if kind:
        handler.send_header("Content-Type", kind)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(raw)


def drip(handler: BaseHTTPRequestHandler, seconds: float) -> None:
    """A header that never ends, a few bytes at a time."""
    ends = time.monotonic() + seconds
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while time.monotonic() < ends:
        handler.wfile.write(b"a")
        handler.wfile.flush()
        time.sleep(0.05)


def packed_zeros(megabytes: int) -> bytes:
    return gzip.compress(bytes(megabytes * 1_000_000))


class Web:
    """The server, what it was asked, and fetchers that find it under `*.test`, wherever an address says port 80 or 443."""

    def __init__(self, server: ThreadingHTTPServer, pages: dict[str, Answerer]) -> None:
        self.server, self.pages = server, pages
        self.asked: list[str] = []
        self.heads: list[dict[str, str]] = []
        self.slept: list[float] = []

    def resolve(self, host: str, port: int, seconds: float) -> Sequence[Endpoint]:
        """The test's server for its invented names; everything else as always, without asking any real name server."""
        if host.endswith(".test"):
            return [("127.0.0.1", self.server.server_port)]
        return public_endpoints(host, port, seconds, lambda name, _: [name])

    def fetcher(self, **limits: float) -> Fetcher:
        """A fetcher that finds this server and notes its waiting instead of waiting."""
        hosts = Hosts(limits.pop("pause", 0.0), self.slept.append)
        return Fetcher(self.resolve, Limits(pause=0.0, **limits), hosts=hosts)  # type: ignore[arg-type]


@contextmanager
def serving(pages: dict[str, Answerer]) -> Iterator[Web]:
    """Serves `pages`, path → what answers, until the block ends; any other path is not there."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            web.asked.append(self.headers["Host"] + self.path)
            web.heads.append({name.lower(): value for name, value in self.headers.items()})
            self.close_connection = True
            try:
                web.pages.get(self.path, lambda handler: reply(handler, "no", 404))(self)
            except OSError:  # the reader hung up, as it should on an endless page
                return

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web = Web(server, pages)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
