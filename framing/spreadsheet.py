"""Tables for other programs: CSV whose cells a spreadsheet does not run as formulas, Parquet, and JSON."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# What makes a spreadsheet read a cell as a formula (OWASP, CSV injection), full-width forms included; "-5" is a number.
_FORMULA = re.compile(r"(?![-+]?\d+(?:[.,]\d+)?$)[=+\-@\t\r\n＝＋－＠]")


def harmless(cell: object) -> object:
    """A text cell with an apostrophe before what a spreadsheet would run as a formula; anything else as it is."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def csv_text(rows: pd.DataFrame, header: bool = True) -> str:
    """A table as CSV, numbers to six digits, text cells harmless, nothing where a value is missing."""
    safe = rows.map(harmless) if len(rows) else rows
    return safe.to_csv(index=False, header=header, lineterminator="\n", float_format="%.6g")


def flat(rows: pd.DataFrame) -> pd.DataFrame:
    """The table with cells that hold several values as text: words joined by `; `, anything else as JSON."""
    kept = {name: rows[name].map(_joined) for name in rows.columns if rows[name].dtype == object}
    return rows.assign(**kept)


def _joined(cell: object) -> object:
    if hasattr(cell, "tolist"):
        cell = cell.tolist()
    if isinstance(cell, list | tuple | set | frozenset):
        values = sorted(cell, key=str) if isinstance(cell, set | frozenset) else list(cell)
        return "; ".join(values) if all(isinstance(value, str) for value in values) else json.dumps(_plain(values))
    return json.dumps(_plain(cell), ensure_ascii=False) if isinstance(cell, dict) else cell


def parquet_bytes(rows: pd.DataFrame) -> bytes:
    """A table as a Parquet file, cells as in `flat`."""
    made = io.BytesIO()
    flat(rows).to_parquet(made, index=False, compression="zstd")
    return made.getvalue()


def json_text(content: object) -> str:
    """JSON as the commands print it; tables become lists of records, and missing numbers null."""
    return json.dumps(_plain(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def json_pieces(content: Mapping[str, object]) -> Iterator[str]:
    """`json_text` in pieces; a value may be an iterator of tables, written as they are read, one list of records."""
    before = "{"
    for key, value in content.items():
        yield f"{before}\n  {json.dumps(key)}: "
        before = ","
        if isinstance(value, Iterator):
            yield from _records(value)
        else:
            yield json_text(value).rstrip("\n").replace("\n", "\n  ")
    yield "\n}\n"


def _records(tables: Iterator[Any]) -> Iterator[str]:
    begun = False
    for table in tables:
        listed = json_text(table)[1:].rstrip("\n]")
        if listed:
            yield ("," if begun else "[") + listed.replace("\n", "\n  ")
            begun = True
    yield "\n  ]" if begun else "[]"


def _plain(value: Any) -> Any:
    """The value in JSON's own types; NaN, NaT and infinities are None, a day is `2020-10-17`."""
    if hasattr(value, "to_dict") and hasattr(value, "columns"):  # a DataFrame, without importing pandas for it
        value = value.to_dict("records")
    elif hasattr(value, "tolist"):  # numpy's scalars and arrays
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    return _cell(value)


def _cell(value: Any) -> str | float | None:
    if str(value) in ("nan", "inf", "-inf", "NaT", "<NA>"):
        return None
    if isinstance(value, float):
        return value
    if isinstance(value, datetime):
        return value.isoformat() if value.time() != time() else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    raise TypeError(f"{type(value).__name__} has no form in JSON")
