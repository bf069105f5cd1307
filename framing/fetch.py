"""Fetching a web page or feed safely and politely. A refusal is a sentence whose subject is the address."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin

from framing import __version__
from framing.address import Address, Resolver, checked, public_endpoints
from framing.connection import Answer, Deadline, Wire
from framing.errors import FetchError
from framing.manners import FAULT_KEPT, LONGEST_PAUSE, Hosts, Robots, retry_after
from framing.plain import waiting

AGENT = f"framing/{__version__} (compares news reports; one page at a time, on a person's request; robots.txt: framing)"
PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
FEEDS = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml", *PAGES}
)
_NO_TYPE = {"", "application/octet-stream", "binary/octet-stream"}
_REDIRECTS = {301, 302, 303, 307, 308}
_BUSY = {429, 503}
_ROBOTS_BYTES = 512_000  # RFC 9309: at least 500 KiB are to be read
_SAID = {
    401: "wants a password",
    402: "wants to be paid",
    403: "is not given out to programs",
    404: "is not there; check the address",
    410: "is no longer there",
    429: "comes from a server that is asked too often; try again later",
    451: "is withheld for legal reasons",
    503: "comes from a server that has no time; try again later",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take. `seconds` is for everything on the wire, redirects and each host's robots.txt included,
    waiting for a turn, or until the server has time, not; `pause` lies between two requests to a host; `tries` are made
    where a server asks to come back soon."""

    bytes: int = 10_000_000
    seconds: float = 20.0
    redirects: int = 5
    pause: float = 1.0
    tries: int = 2


@dataclass(slots=True)
class _Spent:
    """What a fetch has used of its time so far, in seconds on the wire."""

    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server said of a page at the last visit, for asking whether it has changed since."""

    etag: str | None = None
    modified: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """As request headers; what holds more than printable ASCII is left out."""
        given = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in given.items() if value and re.fullmatch(r"[\x20-\x7e]{1,500}", value)}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came. `url` is where it was found in the end; `changed` is False, and `body` empty, where the
    validators still hold."""

    url: str
    body: bytes
    media_type: str
    charset: str | None
    validators: Validators
    changed: bool = True


class Fetcher:
    """Gets pages one at a time a host. Keep one for a whole process: it remembers hosts and their robots.txt.

    `resolve` says where a host may be connected to (by default: only public addresses), `trust` whom TLS believes.
    """

    def __init__(
        self,
        resolve: Resolver = public_endpoints,
        limits: Limits | None = None,
        trust: ssl.SSLContext | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        self.resolve, self.limits, self.trust = resolve, limits or Limits(), trust
        self.hosts = hosts or Hosts(self.limits.pause)

    def get(self, url: str, kinds: frozenset[str] = FEEDS, known: Validators | None = None) -> Fetched:
        """The page at a web address, of one of these media types. Raises FetchError where it is refused or does not
        come; with `known`, an unchanged page comes back empty with `changed` False."""
        headers = known.headers if known else {}
        address, answer = self._follow(checked(url), headers, True, _Spent())
        if answer.status == 304 and headers and known:
            return Fetched(address.url, b"", "", None, known, changed=False)
        if answer.status not in (200, 203):
            raise FetchError(_refusal(answer.status))
        media_type, charset = _content_type(answer.headers.get("content-type", ""))
        if media_type not in kinds and not (media_type in _NO_TYPE and _is_markup(answer.body)):
            raise FetchError(f"is {media_type or 'of a kind that it does not name'}, no web page and no feed")
        if not answer.body.strip():
            raise FetchError("is empty")
        validators = Validators(answer.headers.get("etag"), answer.headers.get("last-modified"))
        return Fetched(address.url, answer.body, media_type, charset, validators)

    def _follow(
        self, address: Address, headers: Mapping[str, str], robots: bool, spent: _Spent
    ) -> tuple[Address, Answer]:
        """The first answer that is no redirect, and where it came from. Every step is checked anew."""
        for _ in range(self.limits.redirects + 1):
            pause = self._allowed(address, spent) if robots else 0.0
            answer = self._in_turn(address, headers, pause, spent)
            where = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not where:
                return address, answer
            try:
                address = checked(urljoin(address.url, where))
            except FetchError as error:
                raise FetchError(f"leads on to an address that {error}") from error
            except ValueError as error:
                raise FetchError("leads on to something that is no web address") from error
        raise FetchError(f"leads on and on: more than {self.limits.redirects} redirects")

    def _in_turn(self, address: Address, headers: Mapping[str, str], pause: float, spent: _Spent) -> Answer:
        """One answer, waited for where the server asks to come back soon."""
        for tried in range(self.limits.tries + 1):
            with self.hosts.turn(address.host, pause):
                deadline = Deadline(self.limits.seconds - spent.seconds, self.limits.seconds)
                answer = self._ask(address, headers, deadline, self.limits.bytes)
                spent.seconds += deadline.seconds - deadline.left
            asked = retry_after(answer.headers.get("retry-after")) if answer.status in _BUSY else None
            if asked is None:
                break
            if asked > LONGEST_PAUSE or tried == self.limits.tries:
                self.hosts.close(address.host, asked)
                raise FetchError(f"comes from a server that asks to come back in {waiting(asked)} ({answer.status})")
            self.hosts.sleep(asked)
        return answer

    def _ask(self, address: Address, headers: Mapping[str, str], deadline: Deadline, largest: int) -> Answer:
        endpoints = self.resolve(address.host, address.port, deadline.left)
        wire = Wire(endpoints, deadline, largest, self.trust)
        sent = {"User-Agent": AGENT, "Accept": "text/html, application/rss+xml, application/atom+xml, */*;q=0.1"}
        more = {"Accept-Encoding": "gzip", "Accept-Language": "en", "Connection": "close"}
        return wire.ask(address, {**sent, **more, **headers}, lambda status: status in (200, 203))

    def _allowed(self, address: Address, spent: _Spent) -> float:
        """The pause that the host's robots.txt asks for. Raises FetchError where it forbids the page."""
        # Read in the time that another host left, a robots.txt may be late by that host's fault, which must not last.
        kept = 0.0 if spent.seconds else FAULT_KEPT
        robots: Robots = self.hosts.robots(address.origin, lambda: self._robots_text(address, spent), kept)
        if robots.fault:
            raise FetchError(robots.fault)
        if robots.rules is None:
            return 0.0
        if not robots.rules.can_fetch(address.url, "framing"):
            raise FetchError("is closed to programs by its host’s robots.txt; save the page and add the file")
        return float(robots.rules.crawl_delay("framing") or 0.0)

    def _robots_text(self, address: Address, spent: _Spent) -> str | None:
        """The host's robots.txt, or None where it has none. Raises FetchError where that cannot be told."""
        _, answer = self._follow(checked(f"{address.origin}/robots.txt"), {}, False, spent)
        if answer.status in (200, 203):
            return answer.body[:_ROBOTS_BYTES].decode("utf-8", "replace")
        if answer.status >= 500 or answer.status == 429:
            raise FetchError(f"is not fetched: the robots.txt of its host {_refusal(answer.status)}")
        return None


@cache
def shared_fetcher() -> Fetcher:
    """The one fetcher of this process."""
    return Fetcher()


def _refusal(status: int) -> str:
    if status in _SAID:
        return f"{_SAID[status]} ({status})"
    if status >= 500:
        return f"comes from a server with a fault of its own ({status}); try again later"
    return f"was not given ({status})"


def _content_type(header: str) -> tuple[str, str | None]:
    """Media type and charset of a Content-Type header; what is no name is left out."""
    media_type = re.match(r"\s*([\w.+-]{1,60}/[\w.+-]{1,60})", header)
    charset = re.search(r"(?i);\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", header)
    return media_type[1].lower() if media_type else "", charset[1] if charset else None


def _is_markup(body: bytes) -> bool:
    return re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|rss|feed)", body, re.IGNORECASE) is not None
