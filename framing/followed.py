"""What a corpus follows: the sources in its `sources.toml`, and in `sources.state` what was seen of each so far."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from framing.address import checked
from framing.errors import FetchError, InputError
from framing.fetch import Validators
from framing.outlets import canonical_outlet
from framing.parts import appear

SOURCES, STATE = "sources.toml", "sources.state"
"""The state's name has no ending that the dashboard watches: a look that finds nothing new changes no page."""
_KEYS = {"url", "outlet", "since"}
_HEAD = """# What `framing follow` reads: addresses of news feeds and sitemaps, one [[source]] each.
# outlet (may be left out) names the outlet of its articles; since = 2024-03-01 leaves out what was published before.
"""


@dataclass(frozen=True, slots=True)
class Followed:
    """One source of `sources.toml`."""

    url: str
    outlet: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of one source between two looks. Times are seconds since 1970."""

    etag: str | None = None
    modified: str | None = None
    pages: frozenset[str] = frozenset()
    """Hashes of the addresses that the source listed last and that need no further look."""
    again: dict[str, int] = field(default_factory=dict)
    """Pages that did not come, and how often they were tried."""
    failures: int = 0
    """Looks in a row at which the source itself did not come."""
    fault: str = ""
    checked: float = 0.0
    """When it last came."""
    due: float = 0.0
    """Not to be asked before."""
    stored: int = 0

    @property
    def validators(self) -> Validators:
        """What the server said of the source's last version."""
        return Validators(self.etag, self.modified)


def read_sources(corpus: Path) -> list[Followed]:
    """The sources of a corpus in their order; none where there is no `sources.toml`. Raises InputError."""
    path = corpus / SOURCES
    if not path.exists():
        return []
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    rows = table.get("source", [])
    if not isinstance(rows, list) or set(table) - {"source"}:
        raise InputError(f'{path} is to hold [[source]] entries alone, each with url = "https://…".')
    found = [_followed(row, f"{path}, source {number}") for number, row in enumerate(rows, start=1)]
    return list({source.url: source for source in found}.values())


def _followed(row: Any, place: str) -> Followed:
    if not isinstance(row, dict) or not isinstance(row.get("url"), str):
        raise InputError(f'{place} has no address; write url = "https://…".')
    if unknown := sorted(set(row) - _KEYS):
        raise InputError(f"{place} has {unknown[0]!r}, which is not known. There are: {', '.join(sorted(_KEYS))}.")
    outlet, since = row.get("outlet"), row.get("since")
    if outlet is not None and not (isinstance(outlet, str) and outlet.strip()):
        raise InputError(f"{place}: outlet is to be a name in quotation marks.")
    if since is not None and type(since) is not date:
        raise InputError(f"{place}: since is to be a day, 2024-03-01 without quotation marks.")
    return followed(row["url"], outlet, since, place)


def followed(url: str, outlet: str | None = None, since: date | None = None, place: str = "") -> Followed:
    """A source at an address that may be fetched at all. Raises InputError."""
    try:
        address = checked(url.strip()).url
    except FetchError as error:
        shown = f"{place}: " if place else ""
        raise InputError(f"{shown}the address {url!r} {error}.") from error
    return Followed(address, canonical_outlet(outlet) if outlet else None, since)


def write_sources(corpus: Path, sources: Iterable[Followed]) -> None:
    """Writes `sources.toml` anew, whole or not at all."""
    blocks = [_HEAD]
    for source in sources:
        lines = ["[[source]]", f"url = {json.dumps(source.url)}"]
        lines += [f"outlet = {json.dumps(source.outlet, ensure_ascii=False)}"] if source.outlet else []
        lines += [f"since = {source.since}"] if source.since else []
        blocks.append("\n".join(lines) + "\n")
    _write(corpus / SOURCES, "\n".join(blocks))


def read_state(corpus: Path) -> dict[str, Seen]:
    """What was seen of each source, by address; nothing where there is no state yet. Raises InputError where it is
    damaged."""
    path = corpus / STATE
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {url: replace(Seen(**row), pages=frozenset(row["pages"])) for url, row in rows.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"{path} is damaged. Delete it: every page is then looked at anew, and what is stored stays stored once."
        ) from error


def write_state(corpus: Path, state: dict[str, Seen]) -> None:
    """Writes what was seen, whole or not at all."""
    rows = {url: {**asdict(seen), "pages": sorted(seen.pages)} for url, seen in state.items()}
    _write(corpus / STATE, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def _write(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}.tmp")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        appear(beside, file)
    except OSError as error:
        raise InputError(f"Cannot write {file}: {error.strerror or error}.") from error
