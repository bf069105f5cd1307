"""The marks of the charts: dots with intervals, bars, squares, and what hovering over them says."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from framing.cells import pairs, records
from framing.chart_parts import (
    AGAINST,
    EVEN,
    FAVOURABLE,
    FONT_SIZE,
    MARKER,
    ON_STANCE,
    TOO_FEW,
    Tiers,
    stance_color,
    text_on,
)
from framing.figure import Figure, Trace, bar, scatter
from framing.labels import BALANCE, GREY, Style, label_name, label_style, points
from framing.plain import count
from framing.registry import WEAK
from framing.tally import Row
from framing.uncertainty import MIN_ARTICLES

OTHERS_NAME = "others"
_TOLD = ("outlet", "head", "label", "actor", "value", "low", "high", "n_sentences", "n_articles")
"""What hovering over a mark tells is made of these."""
_EDGE = {"line": {"width": 1, "color": GREY}}
_UNSELECTED = {"marker": {"opacity": 0.6}}
_PALE = 0.45
_STANCE_SYMBOLS = {False: "square", True: "circle"}
_PATTERNS = {"own": "", "mixed": "/", "reported": ".", "quoted": "x", "negative": "/", "positive": ""}


def add_dots(figure: Figure, rows: pd.DataFrame, style: Style, tiers: Tiers, axis: str = "") -> None:
    """One outlet's values (at `y`) with their intervals: filled, and for weak classifiers open and pale in a trace of
    their own."""
    weak = pd.Series([tiers.get(pair) in WEAK for pair in pairs(rows, "head", "label")], rows.index, dtype=bool)
    for part, pale in ((rows[~weak], False), (rows[weak], True)):
        if part.empty:
            continue
        outlet = str(part["outlet"].iloc[0])
        name = OTHERS_NAME if style.color == GREY else escape(outlet)
        figure.add_trace(
            scatter(
                name=name,
                legendgroup=name,
                showlegend=not axis and name not in {trace["name"] for trace in figure.data},
                mode="markers",
                x=part["value"],
                y=part["y"],
                cliponaxis=False,  # at 0% half of a mark lies beyond the axis where it is as narrow as on a telephone
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
                opacity=_PALE if pale else 1,
                error_x=_interval_bar(part, style.color),
                marker={
                    "color": style.color,
                    "symbol": f"{style.symbol}-open" if pale else style.symbol,
                    "size": MARKER,
                    "line": {"width": 1.5, "color": style.color},
                },
                unselected=_UNSELECTED,
                **_told(part, tiers),
            )
        )


def side_bar(rows: pd.DataFrame, label: str, sign: int, tiers: Tiers) -> Trace:
    """Bars of one tone, to the left of zero where `sign` is −1."""
    return bar(
        name=label_name("sentiment", label),
        orientation="h",
        x=sign * rows["value"],
        y=rows["y"] - 0.1,
        width=0.5,
        text=[f"{100 * value:.0f}%" for value in rows["value"]],
        textposition="outside",
        cliponaxis=False,
        textfont={"size": FONT_SIZE},
        marker={"color": label_style("sentiment", label).color, "pattern": _pattern(label)},
        unselected=_unselected(GREY),
        **_told(rows, tiers),
    )


def balance_marks(rows: pd.DataFrame, tiers: Tiers) -> Trace:
    """The balance and its interval, just below the bars: dark with a light edge, to stand out on any ground."""
    return scatter(
        name="Balance",
        mode="markers",
        x=rows["value"],
        y=rows["y"] + 0.3,
        error_x=_interval_bar(rows, GREY),
        marker={"symbol": "diamond", "size": MARKER, "color": "#16191D", "line": {"width": 1.5, "color": "#FFFFFF"}},
        unselected=_UNSELECTED,
        **_told(rows, tiers),
    )


def stacked_bar(rows: pd.DataFrame, label: str, tiers: Tiers) -> Trace:
    """Bars of one voice with their share inside, where there is room for it."""
    color = label_style("voice", label).color
    return bar(
        name=label_name("voice", label),
        orientation="h",
        x=rows["value"],
        y=rows["y"],
        width=0.7,
        text=[f"{100 * value:.0f}%" if value >= 0.12 else "" for value in rows["value"]],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": text_on(color), "size": FONT_SIZE},
        marker={"color": color, "pattern": _pattern(label), **_EDGE},
        unselected=_unselected(text_on(color)),
        **_told(rows, tiers),
    )


def squares(cells: pd.DataFrame, rows: pd.DataFrame, size: int, pale: bool) -> Trace:
    """Stance balances (at `x`, `y`) as squares with number and n; pale ones are grey circles, with brackets."""
    numbers = [f"({points(value)})" if pale else points(value) for value in cells["value"]]
    sides = dict(zip(pairs(rows, "outlet", "actor", "label"), rows["value"].tolist(), strict=True))
    colors = TOO_FEW if pale else [stance_color(value) for value in cells["value"]]
    return scatter(
        mode="markers+text",
        x=cells["x"],
        y=cells["y"],
        text=[f"{number}<br>n {n}" for number, n in zip(numbers, cells["n_sentences"], strict=True)],
        textposition="middle center",
        textfont={"size": FONT_SIZE - 1, "color": ON_STANCE},
        marker={"symbol": _STANCE_SYMBOLS[pale], "size": size * (0.76 if pale else 1), "color": colors, **_EDGE},
        hovertext=[_tell_cell(row, sides) for row in records(cells, _TOLD)],
        hoverinfo="text",
        customdata=_customdata(cells),
        showlegend=False,
        unselected={"marker": {"opacity": 0.85}, "textfont": {"color": ON_STANCE}},
    )


def add_stance_key(figure: Figure, reason: str) -> None:
    """Legend entries that explain the squares; `reason` is why some are grey."""
    entries = {"against": AGAINST, "even": EVEN, "favourable": FAVOURABLE, **({reason: TOO_FEW} if reason else {})}
    for name, color in entries.items():
        look = {"symbol": _STANCE_SYMBOLS[color == TOO_FEW], "size": MARKER + 3, "color": color, **_EDGE}
        figure.add_trace(scatter(name=name, x=[None], y=[None], mode="markers", marker=look, hoverinfo="skip"))


def _unselected(ink: str) -> dict[str, Any]:
    """Marks step back a little when another one is selected; their numbers must not."""
    return {**_UNSELECTED, "textfont": {"color": ink}}


def _interval_bar(rows: pd.DataFrame, color: str) -> dict[str, Any]:
    above, below = rows["high"] - rows["value"], rows["value"] - rows["low"]
    look = {"color": color, "thickness": 1.6, "width": 3}
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, **look}


def _pattern(label: str) -> dict[str, Any]:
    return {"shape": _PATTERNS[label], "fillmode": "overlay", "fgopacity": 0.3, "size": 7}


def _customdata(rows: pd.DataFrame) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in pairs(rows, "head", "label", "actor", "outlet")]


def _told(rows: pd.DataFrame, tiers: Tiers) -> dict[str, Any]:
    """What hovering shows and what a click means."""
    texts = [_tell(row, tiers) for row in records(rows, _TOLD)]
    return {"hovertext": texts, "hoverinfo": "text", "customdata": _customdata(rows)}


def _tell(row: Row, tiers: Tiers) -> str:
    value = f"{points(row['value'])} points" if row["label"] == BALANCE else f"{100 * row['value']:.0f}%"
    weak = "<br>weak classifier: read the sentences" if tiers.get((row["head"], row["label"])) in WEAK else ""
    return (
        f"<b>{escape(row['outlet'])}</b><br>{escape(label_name(row['head'], row['label']))}: {value}<br>"
        f"{_interval(row)}<br>{_counts(row)}{weak}"
    )


def _tell_cell(row: Row, sides: Mapping[Any, float]) -> str:
    labels = ("against", "neutral", "favourable")
    shares = [f"{label} {100 * sides.get((row['outlet'], row['actor'], label), 0.0):.0f}%" for label in labels]
    return (
        f"<b>{escape(row['actor'])}</b> in {escape(row['outlet'])}<br>{', '.join(shares)}<br>"
        f"balance {points(row['value'])} points; {_interval(row)}<br>{_counts(row)}"
    )


def _interval(row: Row) -> str:
    if pd.notna(row["low"]):
        if row["label"] == BALANCE:
            return f"95% interval {points(row['low'])} to {points(row['high'])}"
        return f"95% interval {100 * row['low']:.0f}–{100 * row['high']:.0f}%"
    if row["n_articles"] == 1:
        return "one article: no interval"
    return f"{row['n_articles']} articles: no interval under {MIN_ARTICLES}"


def _counts(row: Row) -> str:
    n, articles = row["n_sentences"], row["n_articles"]
    return f"of {count(n, 'sentence')} in {count(articles, 'article')}"
