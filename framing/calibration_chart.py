"""Whether probabilities are what they say, as a figure: the share that was right against the probability given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from framing import chart_parts as parts
from framing.figure import Figure, scatter
from framing.labels import GREY, PALETTE, SYMBOLS
from framing.model_facts import proportion_interval
from framing.plain import percent

Bins = Sequence[Sequence[float]]
"""`[from, n, mean probability, share that was right]` of each tenth of the probabilities, as in `metrics.json`."""


def reliability_curve(curves: Mapping[str, Bins]) -> Figure:
    """A line a set, a point a tenth of the probabilities with its 95 % interval (Wilson); on the diagonal a
    probability is what it says."""
    figure = Figure()
    figure.add_trace(
        scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line={"color": GREY, "width": 1, "dash": "dash"},
            hoverinfo="skip",
            name="As it should be",
        )
    )
    for i, (name, bins) in enumerate(curves.items()):
        between = [proportion_interval(round(right * n), int(n)) for _, n, _, right in bins]
        figure.add_trace(
            scatter(
                x=[said for _, _, said, _ in bins],
                y=[right for _, _, _, right in bins],
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [high - row[3] for (_, high), row in zip(between, bins, strict=True)],
                    "arrayminus": [row[3] - low for (low, _), row in zip(between, bins, strict=True)],
                    "thickness": 1.2,
                    "width": 3,
                },
                mode="lines+markers",
                line={"color": PALETTE[i % len(PALETTE)], "width": 1.5},
                marker={"symbol": SYMBOLS[i % len(SYMBOLS)], "size": parts.MARKER},
                name=parts.wrapped(name, 44),
                text=[f"said {percent(said)}, right {percent(right)}, n {int(n):,}" for _, n, said, right in bins],
                hoverinfo="text",
            )
        )
    parts.layout(figure, height=340, legend=len(curves) + 1)
    figure.update_xaxes(range=[-0.02, 1.04], tickformat=".0%", title={"text": "Probability given"})
    figure.update_yaxes(
        range=[-0.02, 1.06],
        tickformat=".0%",
        title={"text": "Share that was right"},
        showgrid=True,
        gridcolor=parts.GRID,
    )
    return figure


def reliability_rows(bins: Bins) -> list[list[str]]:
    """The same as rows of text: probabilities, n, mean probability, share that was right."""
    return [
        [f"{percent(low)}–{percent(low + 0.1)}", f"{int(n):,}", percent(said), percent(right)]
        for low, n, said, right in bins
    ]


ROW_HEADS = ("Probability given", "n", "On average", "Were right")
