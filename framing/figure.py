"""A Plotly figure as plain data: what Plotly in the browser reads, without Plotly's Python classes.

Those check every property as it is set, 60 ms a chart and a third of a change of event on the page Compare (measured
with 20,000 articles); the tests check every chart instead, by handing it to them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

Trace = dict[str, Any]
"""One series of marks, as Plotly.js takes it."""


class Figure:
    """`data`, a list of traces, and `layout`; the methods are those of Plotly's own figures that the charts need."""

    def __init__(self) -> None:
        self.data: list[Trace] = []
        self.layout: dict[str, Any] = {"xaxis": {}, "yaxis": {}}

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.layout["height"])

    def add_trace(self, trace: Trace) -> None:
        """One more series."""
        self.data.append(trace)

    def add_annotation(self, **facts: Any) -> None:
        """One more text."""
        self.layout.setdefault("annotations", []).append(facts)

    def update_layout(self, **facts: Any) -> None:
        """Sets properties of the layout; of a property that has parts, those parts alone."""
        _merge(self.layout, facts)

    def update_xaxes(self, **facts: Any) -> None:
        """Sets properties of every x axis that there is."""
        self._update_axes("xaxis", facts)

    def update_yaxes(self, **facts: Any) -> None:
        """Sets properties of every y axis that there is."""
        self._update_axes("yaxis", facts)

    def _update_axes(self, kind: str, facts: Mapping[str, Any]) -> None:
        for name, axis in self.layout.items():
            if name.startswith(kind):
                _merge(axis, facts)

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it: columns are lists, dates text, what is not there None."""
        plain: dict[str, Any] = json.loads(self.to_json())
        return plain

    def to_json(self) -> str:
        """For `Plotly.react`. Raises ValueError where a list of ours, not a column, holds NaN."""
        whole = {"data": self.data, "layout": self.layout}
        return json.dumps(whole, default=_plain, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def scatter(**facts: Any) -> Trace:
    """Marks, lines or text at points."""
    return {"type": "scatter", **facts}


def bar(**facts: Any) -> Trace:
    """Bars."""
    return {"type": "bar", **facts}


def _merge(into: dict[str, Any], facts: Mapping[str, Any]) -> None:
    for key, value in facts.items():
        if isinstance(value, Mapping):
            _merge(into.setdefault(key, {}), value)
        else:
            into[key] = value


def _plain(value: Any) -> Any:
    """What JSON lacks: a column or an array as a list, a NumPy number as a number."""
    if isinstance(value, pd.Series | pd.Index):
        value = value.to_numpy()
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "M":
            return [None if day == "NaT" else day for day in np.datetime_as_string(value, unit="s").tolist()]
        if value.dtype.kind == "f":
            return [None if math.isnan(number) else number for number in value.tolist()]
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"A figure cannot hold a {type(value).__name__}.")
