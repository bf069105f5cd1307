"""Figures of differences across events: by label, and over time. Frames in, Plotly figure out; no Streamlit.

`customdata` of a point is (head, label, outlet, other) in `difference_profile`, (event_id, "", "", "") in
`differences_over_time`."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from framing import chart_parts as parts
from framing.cells import records
from framing.chart_parts import MARKER, Tiers
from framing.charts import label_rows
from framing.figure import Figure, scatter
from framing.labels import GREY, Style, head_order, label_name, order, outlet_styles, points
from framing.plain import count, signed
from framing.reading import day
from framing.registry import WEAK
from framing.tally import Row

RAW, CORRECTED = Style("#0C6BAE", "circle"), Style("#C2500A", "diamond")
REPEATS = {("sentiment", "negative"), ("sentiment", "neutral"), ("sentiment", "positive"), ("wording", "factual")}
"""Labels that another row of the chart tells: the sides of tone's balance, and the mirror of `loaded`."""
_PX_ROW, _PX_TIME = 30, 260
_LEAST = 0.1
"""Half width of the axis at least: ten points, so that noise does not fill the chart."""


def chart_rows(rows: pd.DataFrame, view: str) -> pd.DataFrame:
    """What a profile's chart shows of `Profiles.of`: a view (voices always), each number once, in charts' order."""
    kept = rows[(rows["view"] == view) | (rows["head"] == "voice")]
    once = [pair not in REPEATS for pair in zip(kept["head"], kept["label"], strict=True)]
    kept = kept[pd.Series(once, kept.index, dtype=bool)]
    heads = {head: i for i, head in enumerate(head_order(list(kept["head"].unique())))}
    labels = {(head, label): i for head in heads for i, label in enumerate(order(head))}
    keys = pd.DataFrame(
        {
            "head": kept["head"].map(heads),
            "label": [labels.get(pair, 99) for pair in zip(kept["head"], kept["label"], strict=True)],
        },
        kept.index,
    )
    return kept.loc[keys.sort_values(["head", "label"], kind="stable").index]


def difference_profile(rows: pd.DataFrame, tiers: Tiers, outlets: Sequence[str]) -> Figure:
    """Dot plot of mean differences with intervals, a row a label: raw and corrected of one pair, or raw of one outlet
    against several (in the colours that they have among `outlets`). A filled mark holds, a hollow one could be chance;
    weak labels are grey."""
    if rows.empty:
        return parts.nothing("These two share no event with scores.")
    places, ticks, height = label_rows(rows, tiers)
    others = list(dict.fromkeys(rows["outlet_b"]))
    rows = rows.assign(
        place=[places[pair] for pair in zip(rows["head"], rows["label"], strict=True)],
        weak=[tiers.get(pair) in WEAK for pair in zip(rows["head"], rows["label"], strict=True)],
    )
    figure = Figure()
    if len(others) == 1:
        _add_pair(figure, rows)
    else:
        styles = outlet_styles(outlets)
        for i, other in enumerate(others):
            offset = (i - (len(others) - 1) / 2) * min(0.2, 0.8 / len(others))
            _add_dots(figure, rows[rows["outlet_b"] == other], offset, styles[other], escape(other))
    entries = len({trace["name"] for trace in figure.data})
    row_height = max(_PX_ROW, 7 * len(others) + 8)
    parts.layout(figure, height=int(height * row_height), legend=max(2, entries))
    figure.update_yaxes(tickvals=list(ticks), ticktext=list(ticks.values()), range=[height - 0.4, -0.6])
    _points_axis(figure, rows)
    parts.bands(figure, list(places.values())[::2])
    return figure


def _add_pair(figure: Figure, rows: pd.DataFrame) -> None:
    _add_dots(figure, rows, -0.14, RAW, "raw")
    right = rows[rows["corrected"].notna()]
    moved = right.assign(
        difference=right["corrected"], low=right["corrected_low"], high=right["corrected_high"], detected=False
    )
    _add_dots(figure, moved, 0.22, CORRECTED, "corrected for the classifier’s errors")


def _add_dots(figure: Figure, rows: pd.DataFrame, offset: float, style: Style, name: str) -> None:
    """One series: strong labels in its colour, weak ones grey, in traces of their own."""
    for part, color in ((rows[~rows["weak"]], style.color), (rows[rows["weak"]], GREY)):
        if part.empty:
            continue
        holds = part["detected"].astype(bool)
        figure.add_trace(
            scatter(
                name=name,
                legendgroup=name,
                showlegend=name not in {trace["name"] for trace in figure.data},
                mode="markers",
                x=part["difference"],
                y=part["place"] + offset,
                cliponaxis=False,
                opacity=0.6 if color == GREY else 1,
                error_x=_bars(part, color),
                marker={
                    "color": color,
                    "symbol": [style.symbol if held else f"{style.symbol}-open" for held in holds],
                    "size": MARKER,
                    "line": {"width": 1.5, "color": color},
                },
                hovertext=[_tell(row, name) for row in records(part)],
                hoverinfo="text",
                unselected={"marker": {"opacity": 0.75}},
                customdata=[[str(row[key]) for key in ("head", "label", "outlet_a", "outlet_b")]
                            for row in records(part)],
            )
        )  # fmt: skip


def _bars(rows: pd.DataFrame, color: str) -> dict[str, Any]:
    above, below = rows["high"] - rows["difference"], rows["difference"] - rows["low"]
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": color,
            "thickness": 1.6, "width": 3}  # fmt: skip


def _tell(row: Row, name: str) -> str:
    ends = f"<br>95% interval {points(row['low'])} to {points(row['high'])}"
    spread: str = "" if pd.isna(row["low"]) else ends
    kind = f" ({name})" if name.startswith(("raw", "corrected")) else ""
    weak = "<br>weak classifier: read the sentences" if row["weak"] else ""
    return (
        f"<b>{escape(label_name(row['head'], row['label']))}</b><br>{escape(row['outlet_a'])} minus "
        f"{escape(row['outlet_b'])}: {points(row['difference'])} points{kind}{spread}<br>"
        f"{count(row['n_events'], 'shared event')}, {row['articles_a']} and {row['articles_b']} articles{weak}"
    )


def _points_axis(figure: Figure, rows: pd.DataFrame) -> None:
    """An axis of points about zero, with a line there, as wide as the widest interval drawn."""
    drawn = ["difference", "low", "high"]
    if rows["outlet_b"].nunique() == 1:
        drawn += ["corrected", "corrected_low", "corrected_high"]
    ends = rows[drawn].abs().to_numpy(dtype=float)
    most = min(2.0, max(_LEAST, 1.06 * float(np.nanmax(ends))))
    step = 0.05 if most <= 0.2 else 0.1 if most <= 0.5 else 0.25 if most <= 1 else 0.5
    ticks = [i * step for i in range(-int(most / step), int(most / step) + 1)]
    figure.update_xaxes(
        range=[-most, most], tickvals=ticks, ticktext=[signed(100 * tick) for tick in ticks],
        zeroline=True, zerolinecolor=GREY, zerolinewidth=2,
    )  # fmt: skip


def differences_over_time(events: pd.DataFrame, periods: pd.DataFrame) -> Figure:
    """Each event's difference at its date, larger with more articles, and each period's mean with its interval.
    `events`: `event_id, event, first, difference, articles_a, articles_b`; `periods`: `start, end, name, difference,
    low, high, n_events`."""
    dated = events[events["first"].notna()]
    if dated.empty:
        return parts.nothing("These events have no dates.")
    figure = Figure()
    size = np.minimum(6 + 4 * np.sqrt((dated["articles_a"] + dated["articles_b"]).to_numpy(dtype=float)), 30)
    figure.add_trace(
        scatter(
            name="an event", mode="markers", x=dated["first"], y=dated["difference"], cliponaxis=False,
            marker={"color": GREY, "symbol": "circle-open", "size": size,
                    "line": {"width": 1.6, "color": GREY}},
            hovertext=[_tell_event(row) for row in records(dated)], hoverinfo="text",
            customdata=[[str(key), "", "", ""] for key in dated["event_id"]],
        )
    )  # fmt: skip
    known = periods[periods["low"].notna()] if len(periods) else periods
    if len(known):
        middle = known["start"] + (known["end"] - known["start"]) / 2
        bars = _bars(known, RAW.color)
        figure.add_trace(
            scatter(
                name="mean of the period", mode="lines+markers", x=middle, y=known["difference"], error_y=bars,
                line={"color": RAW.color, "width": 2}, hoverinfo="text",
                marker={"color": RAW.color, "symbol": "diamond", "size": MARKER + 2},
                hovertext=[f"<b>{escape(row['name'])}</b><br>{points(row['difference'])} points "
                           f"({points(row['low'])} to {points(row['high'])})<br>{count(row['n_events'], 'event')}"
                           for row in records(known)],
            )
        )  # fmt: skip
    parts.layout(figure, height=_PX_TIME, legend=2)
    ends = np.abs(np.concatenate([dated["difference"], known[["low", "high"]].to_numpy(dtype=float).ravel()
                                  if len(known) else []]))  # fmt: skip
    most = min(2.0, max(_LEAST, 1.15 * float(np.nanmax(ends))))
    figure.update_yaxes(
        range=[-most, most], showgrid=True, gridcolor=parts.GRID, zeroline=True, zerolinecolor=GREY, zerolinewidth=2,
        tickvals=[-most * 0.8, 0, most * 0.8],
        ticktext=[signed(100 * value) for value in (-most * 0.8, 0, most * 0.8)],
    )  # fmt: skip
    figure.update_xaxes(type="date", nticks=6)
    return figure


def _tell_event(row: Row) -> str:
    return (
        f"<b>{parts.wrapped(str(row['event']), 40)}</b><br>{day(row['first'])}<br>"
        f"{points(row['difference'])} points, {row['articles_a']} and {row['articles_b']} articles"
    )
