"""Tables for other programs: formulas disarmed, what is missing is nothing or null, the rest as it is."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from framing.spreadsheet import csv_text, json_text

ROWS = pd.DataFrame(
    {
        "outlet": ["=SUM(A1)", "Wire"],
        "share": [0.12345678, np.nan],
        "n": np.array([3, 4]),
        "day": pd.to_datetime(["2024-03-04", None]),
        "spans": [[(1, 2)], []],
    }
)


def test_csv() -> None:
    assert csv_text(ROWS.drop(columns="spans")).splitlines() == [
        "outlet,share,n,day",
        "'=SUM(A1),0.123457,3,2024-03-04",
        "Wire,,4,",
    ]
    assert csv_text(ROWS.head(0)) == "outlet,share,n,day,spans\n"


def test_json() -> None:
    content = {"rows": ROWS, "notes": ("a",), "worst": float("inf"), "day": date(2024, 3, 4), "held": np.bool_(True)}
    assert json.loads(json_text(content)) == {
        "rows": [
            {"outlet": "=SUM(A1)", "share": 0.12345678, "n": 3, "day": "2024-03-04", "spans": [[1, 2]]},
            {"outlet": "Wire", "share": None, "n": 4, "day": None, "spans": []},
        ],
        "notes": ["a"],
        "worst": None,
        "day": "2024-03-04",
        "held": True,
    }
    with pytest.raises(TypeError, match="object has no form in JSON"):
        json_text({"x": object()})
