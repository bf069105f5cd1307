"""XML from outside, read as a stream: no entities, nothing fetched, libxml2's own limits kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree


def elements(file: IO[bytes], *tags: str, mend: bool = False) -> Iterator[Any]:
    """Each element of these tags as its end is read; it is let go when the next one is asked for. `mend` reads on after
    damage where it can. Raises etree.XMLSyntaxError."""
    limits = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": mend}
    for _, element in etree.iterparse(file, tag=tags, **limits):
        yield element
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
