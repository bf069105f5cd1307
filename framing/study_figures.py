"""The figures of a study: dots with intervals as SVG files that any program opens, and the same for its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from framing.labels import BALANCE, GREY, PALETTE, Style, head_name, label_name, order, outlet_styles, with_interval
from framing.plain import count, plain_name
from framing.registry import WEAK
from framing.report import charts
from framing.report.charts import Mark, Scale
from framing.schema import View
from framing.study_tables import Tabulated
from framing.tally import VOICE

_LEFT, _WIDTH, _RIGHT, _LINE, _PAD = 210, 520, 30, 15, 6
"""Pixels: names, axis, margin; a line of a row and what is above and below it (as `report.charts.track` draws)."""
_CSS = (
    "text{font:12px system-ui,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;fill:#1b1f24}"
    ".t{font-size:14px;font-weight:600}.q{fill:#4d5661}.g{stroke:#c9d0d9}.z{stroke:#4d5661}"
)


@dataclass(frozen=True)
class Figure:
    """A chart: its file's name, the event it is of (empty: none), what it shows, its key, axis, and rows of (name, a
    list of marks a line)."""

    name: str
    event_id: str
    caption: str
    key: Sequence[tuple[Style, str]]
    scale: Scale
    rows: Sequence[tuple[str, Sequence[Sequence[Mark]]]]

    def html(self) -> str:
        """For a page with a report's style."""
        rows = [(escape(name), charts.track(self.scale, lines)) for name, lines in self.rows]
        return charts.figure(self.caption, self.key, self.scale, rows)

    def svg(self) -> str:
        """As a file of its own, dark on white, with what each mark says as its title."""
        width, y, body = _LEFT + _WIDTH + _RIGHT, 66, []
        across = 0
        for style, name in self.key:
            drawn = charts.symbol(style).replace("<svg ", f'<svg x="{12 + across}" y="30" ', 1)
            body.append(f'{drawn}<text x="{30 + across}" y="41">{escape(name)}</text>')
            across += 40 + 7 * len(name)
        ticks = "".join(
            f'<text x="{_LEFT + _WIDTH * float(self.scale.at(tick)[:-1]) / 100:.1f}" y="{y - 6}" class="q" '
            f'text-anchor="middle">{escape(text)}</text>'
            for tick, text in self.scale.ticks
        )
        for name, lines in self.rows:
            height = _LINE * len(lines) + 2 * _PAD
            track = charts.track(self.scale, lines).replace(
                "<svg ", f'<svg x="{_LEFT}" y="{y}" width="{_WIDTH}" overflow="visible" ', 1
            )
            body.append(f'<text x="12" y="{y + height / 2 + 4:g}">{escape(name)}</text>{track}')
            y += height
        width = max(width, across + 12)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 12}" viewBox="0 0 {width} {y + 12}" '
            f'role="img"><title>{escape(self.caption)}</title><style>{_CSS}</style>'
            f'<rect width="100%" height="100%" fill="#fff"/><text x="12" y="20" class="t">{escape(self.caption)}</text>'
            f"{''.join(body)}{ticks}</svg>\n"
        )


def figures(made: Tabulated, view: View) -> Iterator[Figure]:
    """A figure an event and head, then one a pair of outlets over the events that both report."""
    shares = made.frames.get("shares")
    for _, rows in () if shares is None else shares[shares["actor"] == ""].groupby(["event_id", "head"], sort=False):
        seen = rows[(rows["view"] == view) | (rows["head"] == VOICE.name)].dropna(subset=["value"])
        if len(seen):
            yield _event_figure(seen, made, view)
    pairs = made.frames.get("outlets")
    for _, rows in () if pairs is None else pairs.groupby(["outlet_a", "outlet_b"], sort=False):
        seen = rows[(rows["view"] == view) & rows["low"].notna() & rows["head"].str.startswith("frames")]
        if len(seen):
            yield _pair_figure(seen, made, view)


def _event_figure(rows: pd.DataFrame, made: Tabulated, view: View) -> Figure:
    event_id, event, head = (str(rows[name].iloc[0]) for name in ("event_id", "event", "head"))
    styles = outlet_styles(sorted(rows["outlet"].unique(), key=str.casefold))
    words = "" if head == VOICE.name else f", {_VIEWS[view]}"
    drawn = rows[rows["label"] != BALANCE]
    scale = charts.share_scale(float(drawn[["value", "high"]].fillna(0).to_numpy(dtype=float).max()))
    lines = []
    for label in order(head, list(drawn["label"].unique())):
        mine = drawn[drawn["label"] == label].sort_values("outlet", key=lambda names: names.str.casefold())
        if mine["value"].any():
            weak = made.tiers.get((head, label)) in WEAK
            marks = [[_mark(row, styles[row["outlet"]], "value", weak)] for row in mine.to_dict("records")]
            lines.append((label_name(head, label) + (" (weak)" if weak else ""), marks))
    caption = f"{event}: {head_name(head).lower()}, share of sentences{words}"
    name = f"{plain_name(event)}-{event_id[:6]}-{head}"
    return Figure(name, event_id, caption, [(style, outlet) for outlet, style in styles.items()], scale, lines)


_VIEWS = {"own": "own words", "quoted": "quoted words", "both": "own and quoted words"}


def _pair_figure(rows: pd.DataFrame, made: Tabulated, view: View) -> Figure:
    first, second = str(rows["outlet_a"].iloc[0]), str(rows["outlet_b"].iloc[0])
    most = float(rows[["low", "high"]].abs().to_numpy(dtype=float).max())
    scale, lines = charts.mirrored_scale(most), []
    shown = rows.sort_values(["head", "label"])
    for row in shown.to_dict("records"):
        weak = made.tiers.get((row["head"], row["label"])) in WEAK
        style = Style(PALETTE[1], "diamond") if row["detected"] else Style(GREY, "circle")
        title = f"{label_name(row['head'], row['label'])}{' (weak)' if weak else ''}"
        lines.append((title, [[_mark(row, style, "difference", weak)]]))
    events = count(int(rows["n_events"].max()), "shared event")
    caption = f"{first} (right) against {second} (left): frames in {_VIEWS[view]}, {events}"
    key = [(Style(PALETTE[1], "diamond"), "differs"), (Style(GREY, "circle"), "no difference we could detect")]
    return Figure(f"outlets-{plain_name(first)}-{plain_name(second)}", "", caption, key, scale, lines)


def _mark(row: Mapping[Any, Any], style: Style, value: str, weak: bool) -> Mark:
    low, high = (float(row[end]) if pd.notna(row[end]) else None for end in ("low", "high"))
    who = f"{row['outlet']}, " if "outlet" in row else ""
    says = f"{who}{label_name(row['head'], row['label'])}: {with_interval(row, value, 'low', 'high')}"
    return Mark(float(row[value]), style, says, low=low, high=high, weak=weak)
