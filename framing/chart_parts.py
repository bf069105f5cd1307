"""What the charts share: colours, names that fit, axes and layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

import pandas as pd

from framing.figure import Figure
from framing.labels import GREY

Tiers = Mapping[tuple[str, str], str]
"""Reliability tier by (head, label), as `Comparison.tiers`; C is weak."""
FONT_SIZE = 13
MARKER = 10
GRID = "rgba(127,127,127,0.28)"
BAND = "rgba(127,127,127,0.09)"
INK_LIGHT, INK_DARK = "#1B1F24", "#E8EBEF"
"""Plain text on a light and on a dark page."""
AGAINST, EVEN, FAVOURABLE, TOO_FEW = "#E5813A", "#DDDDDD", "#63A6DC", "#A6A6A6"
"""Ends and middle of the stance scale, and cells that do not count: orange and blue stay apart for all common kinds of
colour blindness, and one dark ink (`ON_STANCE`) reads well on all four (6.7:1 and more)."""
ON_STANCE = "#111111"
_PX_TOP, _PX_BOTTOM, _PX_LEGEND = 16, 44, 26
PX_BARE = 8
"""Below a plot without an axis there."""
_PX_RIGHT = 22
"""Half of "100%" and a little: Plotly leaves a tick's text out where it does not fit beside the axis."""


def layout(figure: Figure, height: int, legend: int) -> None:
    """What all figures share; `height` of the plot itself in pixels, `legend` the number of entries above it."""
    # Room for two lines of legend from three entries on: that is what a telephone needs.
    room = _PX_LEGEND * (0 if legend < 2 else 1 if legend == 2 else 1 + (legend + 1) // 4)
    figure.update_layout(
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": FONT_SIZE},
        height=height + room + _PX_TOP + _PX_BOTTOM,
        margin={"l": 8, "r": _PX_RIGHT, "t": room + _PX_TOP, "b": _PX_BOTTOM, "pad": 8},
        dragmode=False,
        hovermode="closest",
        hoverlabel={"font": {"size": FONT_SIZE}, "align": "left"},
        showlegend=legend > 1,
        legend={
            **{"orientation": "h", "traceorder": "normal", "itemsizing": "constant"},
            **{"x": 0, "xref": "container", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top"},
        },
    )
    figure.update_xaxes(
        automargin=True, fixedrange=True, showgrid=True, gridcolor=GRID, zeroline=False, tickfont={"size": FONT_SIZE}
    )
    figure.update_yaxes(automargin=True, fixedrange=True, showgrid=False, zeroline=False, tickfont={"size": FONT_SIZE})
    figure.update_yaxes(ticklabelstandoff=6)


def inked(figure: Figure, dark: bool) -> Figure:
    """The figure with all its plain text in full ink, for a page known to be dark or light."""
    ink = INK_DARK if dark else INK_LIGHT
    figure.update_layout(font={"color": ink}, legend={"font": {"color": ink}})
    figure.update_xaxes(tickfont={"color": ink})
    figure.update_yaxes(tickfont={"color": ink})
    return figure


def nothing(text: str) -> Figure:
    """A figure that says why it is empty."""
    figure = Figure()
    layout(figure, height=60, legend=0)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(text=text, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False)
    return figure


def name_axis(names: Sequence[str], width: int = 18, flip: bool = True) -> dict[str, Any]:
    """An axis of names at 0, 1, …, the first on top where it is `flip`ped."""
    ends = [-0.6, len(names) - 0.4]
    ticks = {"tickvals": list(range(len(names))), "ticktext": [wrapped(name, width) for name in names]}
    return {**ticks, "range": ends[::-1] if flip else ends}


def mirrored_axis(*sides: pd.DataFrame) -> dict[str, Any]:
    """A share axis to both sides of zero, with room for a number beyond the longest bar."""
    longest = max((float(side["value"].max()) for side in sides if len(side)), default=0.0)
    most = max(0.2, 1.45 * longest)
    step = 0.1 if most <= 0.3 else 0.25 if most <= 0.6 else 0.5
    ticks = [i * step for i in range(-int(1 / step), int(1 / step) + 1) if abs(i * step) <= most]
    text = [f"{abs(100 * tick):.0f}%" for tick in ticks]
    zero = {"zeroline": True, "zerolinecolor": GREY, "zerolinewidth": 1}
    return {"range": [-most, most], "tickvals": ticks, "ticktext": text, **zero}


def top(rows: pd.DataFrame) -> float:
    """Upper end of a share axis that holds these values and intervals."""
    if rows.empty:
        return 1.0
    return min(1.03, max(0.1, 1.06 * float(rows[["value", "high"]].to_numpy(dtype=float, na_value=0.0).max())))


def bands(figure: Figure, places: Iterable[float]) -> None:
    """A faint ground under some rows, so that the eye keeps its line."""
    ground = {"type": "rect", "xref": "x domain", "yref": "y", "x0": 0, "x1": 1, "fillcolor": BAND, "layer": "below"}
    shapes = [{**ground, "line": {"width": 0}, "y0": place - 0.5, "y1": place + 0.5} for place in places]
    figure.update_layout(shapes=shapes)  # one update for all: add_hrect for each took a third of a figure's time


def caption(figure: Figure, text: str, y: float) -> None:
    """A line of text above a panel whose upper end is at `y` (0–1)."""
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    figure.add_annotation(text=text, x=0, y=y, **place)


@lru_cache(maxsize=8192)  # the timeline asks for the same 3,000 at every rerun
def wrapped(name: str, width: int = 18) -> str:
    """A name broken into lines of about `width` characters, at spaces and within longer words after dots and hyphens;
    safe to show."""
    lines = [""]
    for word in name.split():
        pieces = re.findall(r"[^.-]*[.-]|[^.-]+", word) if len(word) > width else [word]
        for i, piece in enumerate(pieces):
            gap = " " if i == 0 and lines[-1] else ""
            if lines[-1] and len(lines[-1]) + len(gap) + len(piece) > width:
                lines.append(piece)
            else:
                lines[-1] += gap + piece
    return "<br>".join(escape(line) for line in lines)


def stance_color(balance: float) -> str:
    """Colour of a balance of −1 to 1."""
    end, part = FAVOURABLE if balance > 0 else AGAINST, min(1.0, abs(balance))
    pairs = [(int(EVEN[i : i + 2], 16), int(end[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(x + (y - x) * part):02X}" for x, y in pairs)


def text_on(color: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(("#111111", "#FFFFFF"), key=lambda ink: contrast(ink, color))


def contrast(a: str, b: str) -> float:
    """WCAG contrast of two `#RRGGBB` colours, 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
