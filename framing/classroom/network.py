"""Under which addresses other machines reach this one: found without asking anything outside."""

from __future__ import annotations

import ipaddress
import socket
import sys

import ifaddr

from framing.errors import FramingError

EVERYWHERE, HERE = "0.0.0.0", "127.0.0.1"
FIRST_PORT, PORTS_TRIED = 8080, 50
"""8080 is short enough to be typed thirty times."""
# Interfaces of virtual machines and containers, which no phone reaches; listed last, since a name proves nothing.
_VIRTUAL = (
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vboxnet",
    "vethernet",
    "virtualbox",
    "vmware",
    "utun",
    "tun",
    "tap",
)


def addresses() -> list[str]:
    """This machine's IPv4 addresses on its networks, the likeliest first: the one of the default route, private ones,
    those of virtual networks, and self-assigned ones last. Empty where it is on no network."""
    found: dict[str, tuple[bool, bool, bool]] = {}
    default = _default_route()
    for adapter in ifaddr.get_adapters():
        virtual = any(name.lower().startswith(_VIRTUAL) for name in (adapter.nice_name, adapter.name))
        for ip in adapter.ips:
            if not isinstance(ip.ip, str):
                continue  # IPv6: twice as long to type, and no class network lacks IPv4
            address = ipaddress.ip_address(ip.ip)
            if not (address.is_loopback or address.is_unspecified):
                found[ip.ip] = (address.is_link_local, ip.ip != default, virtual)
    return sorted(found, key=lambda ip: found[ip])


def _default_route() -> str:
    """The address from which packets leave, by asking the system alone: connecting a UDP socket sends nothing. Empty
    where there is no route, as on a hotspot of this machine's own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def listening(host: str, port: int | None, before: int | None = None) -> socket.socket:
    """A socket bound to `port`; without one to the port of `before`, so that phones find the server again, else to the
    first free one from 8080. Raises FramingError."""
    ports = [port] if port else [*([before] if before else []), *range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)]
    for wanted in ports:
        bound = socket.socket()
        if sys.platform == "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, wanted))
            bound.listen()  # who comes before the server has started waits for it
        except OSError:
            bound.close()
            continue
        return bound
    raise FramingError(f"Port {ports[0]} is in use. Choose another with --port, or leave it out.")
