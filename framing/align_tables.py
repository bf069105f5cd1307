"""An alignment as text: rows for the terminal, CSV, or JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from framing.align import Alignment
from framing.errors import InputError
from framing.retelling import REASON_WORDS
from framing.spreadsheet import csv_text, json_text
from framing.tables import WIDTH, bullet

FORMATS = ("table", "csv", "json")
_GAP, _SHOWN_ALONE = 3, 8
_SIDE = (WIDTH - _GAP) // 2


def format_alignment(alignment: Alignment, form: str) -> str:
    """The alignment as `table`, `csv` (pairs, then sentences that one outlet alone tells, kind `only`) or `json`.
    Raises InputError for another form."""
    if form not in FORMATS:
        raise InputError(f"Unknown format {form!r}. Choose one of: {', '.join(FORMATS)}.")
    return {"csv": lambda rows: csv_text(alignment_rows(rows)), "json": _json, "table": _table}[form](alignment)


def alignment_rows(alignment: Alignment) -> pd.DataFrame:
    """The pairs, then the sentences that one outlet alone tells (kind `only`): PAIR_COLUMNS less `fact`; reasons and
    stretches as text."""
    pairs = alignment.pairs.drop(columns="fact")
    only = alignment.only.rename(
        columns={"outlet": "outlet_a", "article_id": "article_a", "index": "index_a", "text": "text_a"}
    ).assign(kind="only")
    rows = pd.concat([pairs.astype(object), only.astype(object)], ignore_index=True)[list(pairs.columns)]
    rows["reasons"] = rows["reasons"].map(lambda value: ";".join(value) if isinstance(value, list) else "")
    for name in ("spans_a", "spans_b"):
        rows[name] = rows[name].map(_span_text)
    return rows


def _span_text(spans: Any) -> str:
    return ";".join(f"{start}-{end} {reason}" for start, end, reason in spans) if isinstance(spans, list) else ""


def _json(alignment: Alignment) -> str:
    content = {
        "event_id": alignment.event_id,
        "event": alignment.event,
        "outlets": list(alignment.outlets),
        "summary": list(alignment.summary),
        "pairs": alignment.pairs,
        "only": alignment.only,
        "facts": alignment.table,
        "copies": alignment.copies.articles,
        "notes": list(alignment.notes),
    }
    return json_text(content)


def _table(alignment: Alignment) -> str:
    lines = [alignment.event or alignment.event_id, f"Event {alignment.event_id}", ""]
    for text in (*alignment.summary, *alignment.notes):
        lines += bullet(text)
    for a, b in combinations(alignment.outlets, 2):
        rows = alignment.between(a, b).to_dict("records")
        lines += ["", f"{a} | {b}".upper() if len(alignment.outlets) > 2 else "TOLD BY BOTH", ""]
        if len(alignment.outlets) == 2:
            lines += _row(a, b)
        for row in rows:
            lines += [_kind(row), *_row(row["text_a"], row["text_b"]), ""]
        if not rows:
            lines.append("No fact in common that we could find.")
    for outlet in alignment.outlets:
        lines += _alone(alignment, outlet)
    return "\n".join(lines).rstrip() + "\n"


def _kind(row: Mapping[Any, Any]) -> str:
    where = "headlines, " if row["index_a"] == 0 else ""
    copied = ", copied text" if row["copied"] else ""
    reasons = ", ".join(_reason(row, reason) for reason in row["reasons"])
    if row["kind"] == "both":
        return f"[{where}alike{f', {reasons}' if reasons else ''}{copied}]"
    return f"[{where}differently: {reasons}{copied}]"


def _reason(row: Mapping[Any, Any], reason: str) -> str:
    """The reason and the words that show it: `named otherwise (guards / soldiers)`."""
    shown = []
    for side in ("a", "b"):
        words = [row[f"text_{side}"][start:end] for start, end, why in row[f"spans_{side}"] if why == reason]
        shown.append(", ".join(dict.fromkeys(words)) or "–")
    return f"{REASON_WORDS[reason]} ({' / '.join(shown)})" if reason != "voice" else REASON_WORDS[reason]


def _row(left: str, right: str) -> list[str]:
    sides = [textwrap.wrap(text, _SIDE, break_on_hyphens=False) or [""] for text in (left, right)]
    height = max(map(len, sides))
    cells = [side + [""] * (height - len(side)) for side in sides]
    return [f"{x:<{_SIDE}} | {y}".rstrip() for x, y in zip(*cells, strict=True)]


def _alone(alignment: Alignment, outlet: str) -> Sequence[str]:
    texts = list(alignment.only.loc[alignment.only["outlet"] == outlet, "text"])
    lines = ["", f"FOUND ONLY IN {outlet.upper()} ({len(texts)})", ""]
    for text in texts[:_SHOWN_ALONE]:
        lines += bullet(text)
    if len(texts) > _SHOWN_ALONE:
        lines.append(f"and {len(texts) - _SHOWN_ALONE} more (see csv)")
    return [*lines, ""]
