"""Pieces that the sections of a report share: tables of linked numbers, findings and notes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from framing import reading


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], caption: str, kind: str = "") -> str:
    """A table of cells that are HTML already, or whole `<td>` elements; headers and caption are plain text,
    what stands after a header's line break is of less weight."""
    named = [
        (first, f" <small>{escape(rest)}</small>" if rest else "")
        for first, _, rest in (text.partition("\n") for text in headers)
    ]
    head = "".join(f'<th scope="col">{escape(name)}{rest}</th>' for name, rest in named)
    lines = [(row[0], "".join(c if c.startswith("<td") else f"<td>{c}</td>" for c in row[1:])) for row in rows]
    body = "".join(f'<tr><th scope="row">{name}</th>{cells}</tr>' for name, cells in lines)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="{kind}">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def findings(said: Sequence[str], notes: Sequence[str]) -> str:
    """What figures say, and what to know before reading them."""
    items = "".join(f"<li>{escape(text)}</li>" for text in said)
    listed = f'<ul class="findings">{items}</ul>' if items else ""
    return listed + (reading.notice_html(notes, title="Before you read the numbers") if notes else "")
