"""Names of publications as databases write them: "The New York Times (Online)", "Guardian; London (UK)"."""

from __future__ import annotations

import re

from framing.outlets import canonical_outlet, find_outlet, known_outlets
from framing.places import country_of

_EDITION = re.compile(
    r"(?:online|web(?:site)?(?: edition| content)?|digital|print|international|national|final|late|early|first|city"
    r"|sunday|weekend|u\.?[sk]\.?|.*\bedition\b.*|.*\bversion\b.*)$",
    re.IGNORECASE,
)
# "Guardian (UK)", "Guardian [London]", "Guardian; London (UK)", "New York Times, Late Edition (East Coast)"
_TAIL = re.compile(r"^(?P<name>.+?)\s*(?:[(\[](?P<inside>[^()\[\]]*)[)\]]|[;,]\s*(?P<after>[^;,()\[\]]*))\s*$")


def outlet_of_publication(name: str) -> str:
    """The usual name of the outlet that a database's name of a publication stands for; unknown ones keep theirs,
    without what only says edition or medium.

    A place that lies in another country than the known outlet stays: "The Times (South Africa)" is not The Times.
    """
    tidy = " ".join(name.split()).strip(" .;,")
    whole, known = tidy, _find(tidy)
    places: list[str] = []
    while known is None and (match := _TAIL.match(tidy)):
        qualifier = match["inside"] if match["inside"] is not None else match["after"]
        if not _EDITION.match(qualifier) or qualifier.casefold().strip(".") in ("uk", "us"):
            places.append(qualifier)
        elif tidy == whole:
            whole = match["name"]  # the edition alone is left off
        tidy = match["name"].strip(" .;,")
        known = _find(tidy)
    if known is None or any(_elsewhere(place, known) for place in places):
        return canonical_outlet(whole)
    return known


def _find(name: str) -> str | None:
    return find_outlet(name) or find_outlet(re.sub(r"(?i)\s+online$|\.com$", "", name))


def _elsewhere(place: str, outlet: str) -> bool:
    """Whether a place is known to lie in another country than the outlet's seat."""
    seat = next((known.country for known in known_outlets() if known.name == outlet), "")
    country = country_of(place.rpartition(",")[2].strip())
    return country is not None and country != seat
