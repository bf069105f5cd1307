"""Web addresses that may be fetched: what they may look like, and which machines of the network they may lead to."""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from framing.errors import FetchError

Endpoint = tuple[str, int]
"""An IP address and a port: what a socket connects to."""
Lookup = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host; raises OSError where it has none."""
Resolver = Callable[[str, int, float], Sequence[Endpoint]]
"""The endpoints that may be connected to for a host and port, found within so many seconds; or FetchError."""

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
"""Characters of an address: what every browser and server takes."""
# Addresses inside IPv6 that stand for an IPv4 address, or are of local use, and which `is_global` lets pass in some or
# all versions of Python: NAT64 (two), 6to4, Teredo, site-local, IPv4-compatible.
_NEVER_6 = tuple(
    map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10", "::/96"))
)
# Shared (CGNAT, where some clouds keep their metadata), IETF and benchmarking blocks, the 6to4 relay, Azure's and
# Oracle's metadata services.
_NEVER_4 = tuple(
    map(
        ipaddress.IPv4Network,
        ("100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "192.88.99.0/24", "168.63.129.16/32", "192.0.0.192/32"),
    )
)


@dataclass(frozen=True, slots=True)
class Address:
    """A checked web address: its text in plain ASCII, and what a connection needs of it."""

    url: str
    scheme: str
    host: str
    """In lower case, an international name in its ASCII form."""
    port: int
    target: str
    """Path and query, as they go into the request."""

    @property
    def origin(self) -> str:
        """Scheme, host and port: what one robots.txt speaks for."""
        return f"{self.scheme}://{_shown(self.host)}:{self.port}"


def checked(url: str) -> Address:
    """The address of an http or https page on its usual port. Raises FetchError, saying why it is not fetched."""
    text = url.strip()
    if len(text) > LONGEST:
        raise FetchError(f"is an address of {len(text):,} characters; {LONGEST:,} are read")
    # Backslashes and control characters are read in different ways by different programs: a way to mislead a check.
    if re.search(r"[\x00-\x20\x7f\\]", text):
        raise FetchError("is no web address: it holds spaces, backslashes or control characters")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise FetchError("is no web address that can be read") from error
    if parts.scheme not in PORTS:
        raise FetchError(f"begins with {parts.scheme or 'no scheme'}; only http:// and https:// are fetched")
    if "@" in parts.netloc:
        raise FetchError("holds a user name or password; give the address without them")
    if port not in (None, *PORTS.values()):
        raise FetchError(f"names port {port}; only the usual ports of the web (80 and 443) are fetched")
    return _address(parts, port or PORTS[parts.scheme])


def _address(parts: SplitResult, port: int) -> Address:
    host = _ascii((parts.hostname or "").rstrip("."))
    netloc = _shown(host) if port == PORTS[parts.scheme] else f"{_shown(host)}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]|")
    target = f"{path}?{query}" if query else path
    return Address(urlunsplit((parts.scheme, netloc, path, query, "")), parts.scheme, host, port, target)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _ascii(host: str) -> str:
    if not host:
        raise FetchError("names no host")
    if ":" in host or re.fullmatch(r"[a-z0-9_.-]+", host):
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise FetchError("names a host that cannot exist") from error


def public_endpoints(host: str, port: int, seconds: float, lookup: Lookup | None = None) -> list[Endpoint]:
    """The endpoints of a host, looked up once. Raises FetchError where any of them is no public address, so that a name
    cannot lead into the network of the machine that asks (nor to the keys that clouds serve to their machines)."""
    found = _looked_up(host, port, seconds, lookup or _lookup)
    for text in found:
        if why := not_public(text):
            raise FetchError(f"leads to {text}, {why}; only public addresses are fetched")
    return [(text, port) for text in found]


def _looked_up(host: str, port: int, seconds: float, lookup: Lookup) -> list[str]:
    """The lookup in a thread of its own: the system's has no time limit."""
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(list(lookup(host, port)))
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=max(seconds, 0.01))
    except queue.Empty:
        raise FetchError(f"names {host}, which could not be looked up in time") from None
    if isinstance(found, Exception) or not found:
        raise FetchError(f"names {host}, which cannot be found; check the address and the connection to the internet")
    return found


def _lookup(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def not_public(text: str) -> str | None:
    """What kind of address an IP address is where it is no public one, or None."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "no IP address"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return not_public(str(address.ipv4_mapped))
        if any(address in network for network in _NEVER_6):
            return _kind(address) or "an address of special use"
    elif any(address in network for network in _NEVER_4):
        return "an address of a provider's own network"
    return _kind(address) or (None if address.is_global else "an address of special use")


def _kind(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str | None:
    kinds = {
        "no address of a machine": address.is_unspecified,
        "this machine itself": address.is_loopback,
        "a link-local address": address.is_link_local,
        "a multicast address": address.is_multicast,
        "a private address": address.is_private,
        "a reserved address": address.is_reserved,
    }
    return next((kind for kind, holds in kinds.items() if holds), None)
