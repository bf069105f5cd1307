"""Cells of CSV files that a spreadsheet opens."""

from __future__ import annotations

import re

# What makes a spreadsheet read a cell as a formula (OWASP, CSV injection), full-width forms included; "-5" is a number.
_FORMULA = re.compile(r"(?![-+]?\d+(?:[.,]\d+)?$)[=+\-@\t\r\n＝＋－＠]")


def harmless(cell: object) -> object:
    """A text cell with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
