"""One HTTP request to an address that was looked up and checked before, held to a time and a size.

The socket goes to the checked endpoint, while the Host header, the name asked for in TLS and the certificate's name
stay the host's: another lookup of the name, which might lead elsewhere, never happens."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import urllib3.exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from framing.address import Address, Endpoint
from framing.errors import FetchError

_PIECE = 65_536


class Deadline:
    """A moment after which everything is over, also a server that sends a byte a second: a read's own time limit
    begins anew with each byte."""

    def __init__(self, seconds: float, limit: float) -> None:
        """`seconds` are left of a `limit` that may have been used in part."""
        self.seconds, self.limit = seconds, limit
        self.ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, at least a thousandth: a socket takes zero for no limit."""
        return max(self.ends - time.monotonic(), 0.001)

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self.ends

    @contextmanager
    def watch(self) -> Iterator[Callable[[socket.socket], None]]:
        """Shuts the sockets it was given when the time is over, wherever the reading stands."""
        held: list[socket.socket] = []

        def shut() -> None:
            for sock in list(held):
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:  # closed by the other side already
                    continue

        timer = threading.Timer(self.left, shut)
        timer.daemon = True
        timer.start()
        try:
            # A copy of the handle: TLS takes the socket itself apart and makes another.
            yield lambda sock: held.append(sock.dup())
        finally:
            timer.cancel()
            for sock in held:
                sock.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: status, headers (names in lower case) and the unpacked body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Plain(HTTPConnection):
    """A connection whose socket is made by `join`."""

    def __init__(self, address: Address, join: Callable[[], socket.socket]) -> None:
        super().__init__(address.host, address.port)
        self._join = join

    def _new_conn(self) -> socket.socket:
        return self._join()


class _Secure(HTTPSConnection):
    """The same with TLS, the certificate checked for the host's name."""

    def __init__(self, address: Address, join: Callable[[], socket.socket], trust: ssl.SSLContext) -> None:
        super().__init__(address.host, address.port, ssl_context=trust, cert_reqs=ssl.CERT_REQUIRED)
        self._join = join

    def _new_conn(self) -> socket.socket:
        return self._join()


@cache
def usual_trust() -> ssl.SSLContext:
    """The system's certificate authorities (or those of SSL_CERT_FILE), and certifi's for a Python that knows none."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass(frozen=True, slots=True)
class Wire:
    """How requests are sent: the endpoints to try in turn, the time and size they are held to, whom TLS trusts."""

    endpoints: Sequence[Endpoint]
    deadline: Deadline
    largest: int
    trust: ssl.SSLContext | None = None

    def ask(self, address: Address, headers: Mapping[str, str], wanted: Callable[[int], bool]) -> Answer:
        """The answer to one GET; the body is read where its status is `wanted`. Raises FetchError, in words."""
        try:
            with self.deadline.watch() as watch:
                return self._ask(address, headers, wanted, watch)
        except FetchError:
            raise
        except (OSError, urllib3.exceptions.HTTPError, http.client.HTTPException, ValueError) as error:
            raise FetchError(_in_words(error, self.deadline)) from error

    def _ask(
        self,
        address: Address,
        headers: Mapping[str, str],
        wanted: Callable[[int], bool],
        watch: Callable[[socket.socket], None],
    ) -> Answer:
        def join() -> socket.socket:
            sock = self._joined()
            watch(sock)
            return sock

        secure = address.scheme == "https"
        connection = _Secure(address, join, self.trust or usual_trust()) if secure else _Plain(address, join)
        try:
            connection.request("GET", address.target, headers=dict(headers), preload_content=False)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.headers.items()}
            body = b""
            if wanted(response.status):
                pieces = iter(lambda: response.read1(_PIECE, decode_content=False), b"")
                body = self._whole(pieces, found)
            return Answer(response.status, found, body)
        finally:
            connection.close()

    def _joined(self) -> socket.socket:
        """A socket to the first endpoint that answers."""
        last: OSError = OSError("no endpoint")
        for place, endpoint in enumerate(self.endpoints):
            # Half of what is left, but for the last: a dead IPv6 route must not use up the time of the IPv4 one.
            share = self.deadline.left / (1 if place == len(self.endpoints) - 1 else 2)
            try:
                sock = socket.create_connection(endpoint, timeout=share)
            except OSError as error:
                last = error
            else:
                sock.settimeout(self.deadline.left)
                return sock
        raise last

    def _whole(self, pieces: Iterable[bytes], headers: Mapping[str, str]) -> bytes:
        """The body, counted as it comes in, packed and unpacked."""
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self.largest:
            raise FetchError(self._too_big)
        packing = headers.get("content-encoding", "").strip().lower()
        if packing not in ("", "identity", "gzip", "x-gzip"):
            raise FetchError(f"comes packed as {packing[:40]!r}, which was not asked for")
        body = bytearray()
        counted = self._counted(pieces)
        for piece in unpacked(counted) if "gzip" in packing else counted:
            body += piece
            if len(body) > self.largest:
                raise FetchError(self._too_big)
        if self.deadline.passed:
            raise FetchError(_late(self.deadline))
        return bytes(body)

    def _counted(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > self.largest:
                raise FetchError(self._too_big)
            yield piece

    @property
    def _too_big(self) -> str:
        return f"is over {self.largest / 1_000_000:g} MB; no article is that long"


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A gzip stream, never more than a piece at a time: 10 MB of zeros come packed in 10 kB."""
    unpacker = zlib.decompressobj(31)
    begun = False
    try:
        for piece in pieces:
            rest = piece
            while rest:
                begun = True
                yield unpacker.decompress(rest, _PIECE)
                if unpacker.eof:
                    rest, unpacker, begun = unpacker.unused_data, zlib.decompressobj(31), False
                else:
                    rest = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise FetchError("says it is packed with gzip, and cannot be unpacked") from error
    if begun:
        raise FetchError("broke off before its end")


def _late(deadline: Deadline) -> str:
    return f"did not come within {deadline.limit:g} seconds; try again later"


def _in_words(error: Exception, deadline: Deadline) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"shows a certificate that does not prove who it is ({error.verify_message})"
    if deadline.passed or isinstance(error, TimeoutError):
        return _late(deadline)
    if isinstance(error, ssl.SSLError):
        return "does not agree on an encrypted connection"
    if isinstance(error, ConnectionRefusedError):
        return "cannot be reached: its server takes no connection"
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return "cannot be reached; check the address and the connection to the internet"
    return "broke off before its end, or is no answer that can be read"
