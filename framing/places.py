"""Countries, demonyms, peoples, capitals and well-known places: countryinfo's data plus the facts of places.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from countryinfo import CountryInfo

_FORMAL = (
    "Republic of ",
    "Kingdom of ",
    "State of ",
    "Islamic Republic of ",
    "Principality of ",
    "Federal Republic of ",
)
# countryinfo lists these as demonyms or names, but in news they are another country's, or another word altogether.
_SKIP = frozenset(
    {"Island", "Mann", "Channel Islander", "Burma", "Serbia and Montenegro", "Central African", "Christmas Island"}
)
_RENAMED = {
    "The Bahamas": "Bahamas",
    "The Gambia": "Gambia",
    "Republic of Macedonia": "North Macedonia",
    "Swaziland": "Eswatini",
    "Palestine, State of": "Palestine",
    "Holy See (Vatican City State)": "Holy See",
    "Vatican City State": "Holy See",
    "Burma": "Myanmar",
}


# Smaller countries' capitals (Hamilton, Victoria, Stanley, Douglas) are far more often people in the news.
_NEWSWORTHY = 300_000


@dataclass(frozen=True, slots=True)
class Places:
    """Name → what it stands for. `states`, `demonyms`, `capitals` give a state; `peoples` and `ethnic` a community."""

    states: Mapping[str, str]
    demonyms: Mapping[str, str]
    peoples: Mapping[str, str]
    ethnic: Mapping[str, str]
    capitals: Mapping[str, str]
    locations: frozenset[str]


@cache
def places() -> Places:
    """The gazetteer, read once per process (about 60 ms)."""
    states: dict[str, str] = {}
    demonyms: dict[str, str] = {}
    peoples: dict[str, str] = {}
    capitals: dict[str, str] = {}
    ethnic: dict[str, str] = {}
    locations: set[str] = set()
    for name, record in _countries():
        states.setdefault(name, name)
        for formal in _FORMAL:
            states.setdefault(formal + name, name)
        for demonym in _words(record.get("demonym")):
            demonyms.setdefault(demonym, name)
        for capital in _words(record.get("capital")):
            if capital not in states and int(record.get("population") or 0) >= _NEWSWORTHY:
                capitals.setdefault(capital, name)
        locations.update(p for p in record.get("provinces") or () if name in _PROVINCES and p not in states)
    tables = {"state": states, "demonym": demonyms, "people": peoples, "ethnic": ethnic, "capital": capitals}
    for row in _facts():
        if row["kind"] == "place":
            locations.add(row["name"])
        else:
            tables[row["kind"]][row["name"]] = row["canonical"]
    for demonym in demonyms:
        if demonym.endswith(("n", "i", "o", "ot")):
            peoples.setdefault(demonym + "s", demonym + "s")
    capitals = {name: state for name, state in capitals.items() if name not in states}
    return Places(states, demonyms, peoples, ethnic, capitals, frozenset(locations - set(capitals)))


# Only these countries' provinces are often written bare abroad; the others' names collide with surnames.
_PROVINCES = frozenset({"United States", "Canada", "Australia"})


def _countries() -> Iterator[tuple[str, dict[str, Any]]]:
    records = CountryInfo("Armenia").all()
    for record in sorted(records.values(), key=lambda r: -int(r.get("population") or 0)):
        name = _RENAMED.get(record["name"], record["name"])
        if name not in _SKIP:
            yield name, dict(record)


def _words(value: object) -> list[str]:
    """countryinfo writes a demonym or capital as one string, as several with commas, or as a list."""
    parts = value if isinstance(value, list) else str(value or "").replace("/", ",").split(",")
    return [p.strip() for p in parts if p.strip() and p.strip() not in _SKIP]


def _facts() -> Iterator[dict[str, str]]:
    with (Path(__file__).parent / "places.csv").open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def country_of(place: str) -> str | None:
    """The ISO code, two letters, of the country that a state, capital or listed province ("England", "New Jersey") is
    or lies in; None for any other name."""
    known = places()
    state = known.states.get(place) or known.capitals.get(place)
    return _codes().get(state or place) or None


@cache
def _codes() -> dict[str, str]:
    """State or province → ISO code of the country."""
    codes: dict[str, str] = {}
    for name, record in _countries():
        code = str((record.get("ISO") or {}).get("alpha2") or "")
        provinces = record.get("provinces") or () if name in _PROVINCES else ()
        for place in (name, *provinces):
            codes.setdefault(place, code)
    return codes
