"""The events of a corpus on a time axis. Frames in, Plotly figure out; no Streamlit. `customdata` of a point is
(event_id, "", "", "")."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd

from framing import chart_parts as parts
from framing.cells import records
from framing.event_strength import ALIKE, ALONE, DIFFERS, FEW
from framing.figure import Figure, scatter
from framing.labels import GREY
from framing.plain import count
from framing.reading import day
from framing.tally import Row

MOST_DRAWN = 1500
"""Events drawn, those of most articles first: 1,500 marks take a browser 0.2 s, and more hide each other."""
NOT_YET = "not yet"
LOOKS = {
    DIFFERS: ("a difference holds", "diamond", "#C2500A"),
    ALIKE: ("no difference we could detect", "circle", "#0C6BAE"),
    FEW: ("too few articles to test", "circle-open", GREY),
    ALONE: ("one outlet", "x-thin-open", GREY),
    NOT_YET: ("not yet compared", "square-open", GREY),
}
"""Name, mark and colour of each state of an event."""
_PX_OUTLETS, _PX_LEAST, _PX_MOST = 34, 150, 320
_GOLDEN = 0.618
_ROOMY = 300
"""Events up to which marks of full size leave each other room at 1,280 pixels."""


def timeline(events: pd.DataFrame) -> Figure:
    """Each event at its first date, higher with more outlets, larger with more articles; the mark says how it is told.
    `events` has `event_id, event, first, n_outlets, n_articles, state, said`."""
    dated = events[events["first"].notna()].nlargest(MOST_DRAWN, "n_articles", keep="all").head(MOST_DRAWN)
    if dated.empty:
        return parts.nothing("These events have no dates.")
    dated = dated.sort_values("first", kind="stable")
    # Events of one day and as many outlets would hide each other: each stands a little off its line.
    off = (np.arange(len(dated)) * _GOLDEN) % 1 - 0.5 if len(dated) > 1 else np.zeros(1)
    top = int(dated["n_outlets"].max())
    dated = dated.assign(y=dated["n_outlets"] + 0.6 * off, size=_sizes(dated["n_articles"]))
    figure = Figure()
    for state, (name, symbol, color) in LOOKS.items():
        rows = dated[dated["state"] == state]
        if rows.empty:
            continue
        figure.add_trace(
            scatter(
                name=name, mode="markers", x=rows["first"], y=rows["y"], cliponaxis=False, opacity=0.85,
                marker={"symbol": symbol, "size": rows["size"], "color": color, "line": {"width": 1.4, "color": color}},
                hovertext=[_tell(row) for row in records(rows)], hoverinfo="text",
                customdata=[[str(key), "", "", ""] for key in rows["event_id"]],
            )
        )  # fmt: skip
    parts.layout(figure, height=min(_PX_MOST, max(_PX_LEAST, _PX_OUTLETS * (top + 1))), legend=3)
    step = max(1, top // 6)
    figure.update_yaxes(
        range=[0.4, top + 0.7], tickvals=list(range(1, top + 1, step)), showgrid=True, gridcolor=parts.GRID,
        ticktext=[count(n, "outlet") for n in range(1, top + 1, step)],
    )  # fmt: skip
    figure.update_xaxes(type="date", nticks=6)
    return figure


def _sizes(articles: pd.Series) -> pd.Series:
    """Diameters in pixels; smaller where many marks share the room."""
    scale = 1.0 if len(articles) <= _ROOMY else 0.55
    sizes: pd.Series = (scale * (5 + 3 * articles.pow(0.5))).clip(6, 34)
    return sizes


def _tell(row: Row) -> str:
    said = f"<br>{parts.wrapped(str(row['said']), 50)}" if row["said"] else ""
    return (
        f"<b>{parts.wrapped(str(row['event']), 40)}</b><br>{escape(day(row['first']))}, "
        f"{count(row['n_outlets'], 'outlet')}, {count(row['n_articles'], 'article')}{said}"
    )
