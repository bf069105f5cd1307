"""Text cells that a spreadsheet does not run as formulas."""

from __future__ import annotations

import re

# What makes a spreadsheet read a cell as a formula (OWASP, CSV injection), full-width forms included; "-5" is a number.
_FORMULA = re.compile(r"(?![-+]?\d+(?:[.,]\d+)?$)[=+\-@\t\r\n＝＋－＠]")


def harmless(cell: object) -> object:
    """A text cell with an apostrophe before what a spreadsheet would run as a formula; anything else as it is."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
