"""The page of a report: one file with its style and its script inside, which a browser may run but from which nothing
may be fetched, sent or framed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from framing import __version__

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Section:
    """A section of a page: its id, its heading, and its body in HTML."""

    key: str
    title: str
    body: str


def page(title: str, header: str, sections: Sequence[Section], style: str = "", panel: bool = True) -> str:
    """A whole HTML document; `header` is what stands under the title, `style` more of a style sheet. With `panel` a
    click on a number shows its sentences beside the page, where a script may run."""
    css = _file("report.css") + style
    script = _file("report.js") if panel else ""
    allowed = f"default-src 'none'; style-src {_hash(css)}; base-uri 'none'; form-action 'none'"
    allowed += f"; script-src {_hash(script)}" if script else ""
    contents = "".join(f'<li><a href="#{each.key}">{escape(each.title)}</a></li>' for each in sections)
    body = "".join(
        f'<section id="{each.key}" aria-labelledby="{each.key}-h"><h2 id="{each.key}-h">{escape(each.title)}</h2>'
        f"{each.body}</section>\n"
        for each in sections
    )
    nav = f'<nav aria-label="Contents"><ul>{contents}</ul></nav>' if len(sections) > 1 else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{allowed}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="referrer" content="no-referrer"><meta name="generator" content="framing {__version__}">'
        f"<title>{escape(title)}</title><style>{css}</style></head>\n<body>"
        f'<a class="skip" href="#{sections[0].key}">To the findings</a>'
        f"<header><h1>{escape(title)}</h1>{header}</header>{nav}\n<main>\n{body}</main>"
        + (_PANEL + f"<script>{script}</script>" if panel else "")
        + "</body></html>\n"
    )


_PANEL = (
    '<aside id="panel" role="dialog" aria-label="Sentences behind a number" tabindex="-1" hidden>'
    '<button type="button">Close</button><div></div></aside>'
)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
