"""An audit as a sheet: a CSV file to fill in elsewhere, and read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from framing.audit import Audit, Item, record
from framing.errors import InputError, UnreadableSource
from framing.ingest.table import SEPARATORS, raw_rows
from framing.schema import Rejection
from framing.spreadsheet import harmless

COLUMNS = ("id", "text", "actor", "labels")
NONE, SKIP = "none", "skip"
Text = Mapping[tuple[str, int], str]
"""Texts of sentences by article and index."""


def sheet(audit: Audit, texts: Text, n: int) -> str:
    """The first `n` rows as CSV, outlet and model left out: `id, text, actor, labels`, labels parted by `|`; labels
    given already are in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place, item in enumerate(audit.items[:n]):
        if (item.article_id, item.index) in texts:
            cells = (_identity(item, place), texts[item.article_id, item.index], item.actor, _given(item))
            writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def _identity(item: Item, place: int) -> str:
    return f"{item.article_id}-{item.index}-{place}"


def _given(item: Item) -> str:
    if item.labels is None:
        return SKIP if item.skipped else ""
    return "|".join(item.labels) or NONE


def read_sheet(audit: Audit, path: Path) -> tuple[Audit, int, list[Rejection]]:
    """The audit with a sheet's labels, how many rows had some, and the rows that could not be used. Empty cells stay
    open; `none` is a sentence without any label of a multi-label head, `skip` one that cannot be decided.

    Raises InputError where the file cannot be read or has other columns."""
    if path.suffix.lower() not in SEPARATORS:
        raise InputError(f"{path} is no CSV or TSV file. Give the sheet that --export wrote.")
    places = {_identity(item, place): place for place, item in enumerate(audit.items)}
    seen: dict[int, str] = {}
    rejected = []
    try:
        for where, row in raw_rows(path, str(path), lambda columns: _check(columns, path)):
            if isinstance(row, Rejection):
                rejected.append(row)
                continue
            given = str(row.get("labels") or "").strip()
            if not given:
                continue
            place = places.get(str(row.get("id") or "").strip())
            if place is None:
                rejected.append(where.reject(f"no sentence of this audit has the id {row.get('id')!r}"))
                continue
            if seen.get(place, given) != given:
                rejected.append(
                    where.reject(f"an earlier row says {seen[place]!r} of the same sentence; that one counts")
                )
                continue
            try:
                told = record(audit, place, parse(given))
                if place not in audit.given or told.items[place] != audit.items[place]:  # what it says again is as old
                    audit = told
                seen[place] = given
            except InputError as error:
                rejected.append(where.reject(str(error)))
    except UnreadableSource as error:
        raise InputError(f"{path}: {error}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    return audit, len(seen), rejected


def _check(columns: list[str], path: Path) -> None:
    missing = {"id", "labels"} - set(columns)
    if missing:
        raise InputError(f"{path} has no column {' and '.join(sorted(missing))}. Give the sheet that --export wrote.")


def parse(given: str) -> list[str] | None:
    """Labels as they are written in a sheet; None for `skip`."""
    words = [word.strip().lower() for word in given.replace(";", "|").replace(",", "|").split("|") if word.strip()]
    return None if words == [SKIP] else [word for word in words if word != NONE]
