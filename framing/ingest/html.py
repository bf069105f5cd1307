"""Saved web pages: trafilatura finds text, title, author and date; the outlet follows from the address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import trafilatura
from lxml import etree

from framing.errors import UnreadableSource
from framing.ingest.text import decode, one_line
from framing.outlets import find_outlet, host_of, outlet_of_domain

MOST_TAGS = 60_000
"""Opening and closing tags of a page: 50,000 paragraphs, on a page meant to do harm, take trafilatura 9 seconds."""
_HIDDEN = {"script", "style", "noscript", "template", "svg", "head"}
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a saved page says: its main text, one paragraph a line, and the fields found in its metadata."""

    text: str
    fields: dict[str, object]
    words: int = 0
    """Words that stand on the whole page, menus and teasers included."""


def looks_like_html(text: str) -> bool:
    """True for a text that begins as a web page does."""
    return _PAGE.match(text) is not None


def decode_html(raw: bytes, served: str | None = None) -> str:
    """The page's source: UTF-8, or else as it was `served` (unless that says UTF-8, wrongly then), or as it declares.

    Raises UnreadableSource for binary data.
    """
    declared = _CHARSET.search(raw[:4096])
    wrong = served is None or served.casefold().replace("-", "") == "utf8"
    return decode(raw, (declared[1].decode("ascii") if declared else None) if wrong else served)


def read_page(html: str, address: str | None = None) -> Page:
    """The article of a saved page, or of one fetched from `address`, which then says whose it is, not the page.

    Raises UnreadableSource when the page holds none.
    """
    if (tags := html.count("<")) > MOST_TAGS:
        raise UnreadableSource(f"has {tags:,} elements, far more than the page of any article")
    tree = trafilatura.load_html(html)
    words = _words(tree)
    # Precision settings keep comments, teasers and link lists out; the date comes from metadata, never from a
    # guess in the text.
    found = trafilatura.bare_extraction(
        tree,
        with_metadata=True,
        favor_precision=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    text = found.text if found is not None and not isinstance(found, dict) else None
    if found is None or isinstance(found, dict) or not text:
        raise UnreadableSource("holds no article text (a paywall, a list of links, or a page that only a script fills)")
    url = _own_address(found.url or None, address)
    outlet = _outlet_at(address, found.sitename) if address else _outlet(url, found.sitename, found.title)
    fields: dict[str, object] = {
        "title": _without_site(one_line(found.title or ""), outlet, found.sitename),
        "byline": found.author,
        "published": found.date,
        "url": url,
    }
    return Page(text, fields | {"site": outlet}, words)


def _words(tree: Any) -> int:
    """How many words a reader of the page may see: those of scripts and the like are none."""
    if tree is None:
        return 0
    shown, hidden = 0, 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            hidden += element.tag in _HIDDEN
            shown += 0 if hidden else len((element.text or "").split())
        else:
            hidden -= event == "end" and element.tag in _HIDDEN
            shown += 0 if hidden else len((element.tail or "").split())
    return shown


def _own_address(said: str | None, address: str | None) -> str | None:
    """The address that a page gives as its own, where it was not fetched from another host."""
    return said if address is None or (said and host_of(said) == host_of(address)) else address


def _outlet_at(address: str, site: str | None) -> str | None:
    """The outlet of the host a page was fetched from; the name it gives itself, unless that is a known outlet's, which
    has its own host."""
    name = one_line(site or "")
    return outlet_of_domain(address) or (name if name and find_outlet(name) is None else host_of(address))


def _outlet(url: str | None, site: str | None, title: str | None) -> str | None:
    """A known outlet by address, site name or the title's tail; otherwise the site's own name or its host."""
    tail = re.split(r"\s[|–—-]\s", title or "")[-1]
    known = (url and outlet_of_domain(url)) or find_outlet(site or "") or (find_outlet(tail) if tail != title else None)
    return known or (one_line(site) if site else None) or (host_of(url) if url else None)


def _without_site(title: str, outlet: str | None, site: str | None) -> str:
    """The title without "| Al Jazeera" or " - Site name" at its end."""
    parts = re.split(r"(\s[|–—-]\s)", title)
    if len(parts) > 2 and {parts[-1], find_outlet(parts[-1])} & ({outlet, site} - {None}):
        return "".join(parts[:-2]).strip()
    return title
