"""The charts of a report: rows of inline SVG in percent of the width, so that they fit a telephone and a sheet of paper
without a script. Each mark is a link to its sentences; the tables below the charts tell the same to a screen reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from framing.labels import Style

_ROW, _PAD = 15, 6
"""Pixels of an outlet's line in a row, and above and below them."""
_PATHS: Mapping[str, str] = {
    "circle": "M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0Z",
    "square": "M-4.5-4.5H4.5V4.5H-4.5Z",
    "diamond": "M0-6L6 0L0 6L-6 0Z",
    "triangle-up": "M0-5.5L5.5 4.5H-5.5Z",
    "triangle-down": "M0 5.5L5.5-4.5H-5.5Z",
    "cross": "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
    "star": "M0-6.5L1.6-2.1L6.2-2L2.5.8L3.8 5.3L0 2.6L-3.8 5.3L-2.5.8L-6.2-2L-1.6-2.1Z",
    "hexagon": "M0-6L5.2-3V3L0 6L-5.2 3V-3Z",
    "x": "M-5-3L-3-5L0-2L3-5L5-3L2 0L5 3L3 5L0 2L-3 5L-5 3L-2 0Z",
}
HATCH = (
    '<svg width="0" height="0" aria-hidden="true" class="defs"><defs><pattern id="hatch" width="6" height="6" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#C2500A"/>'
    '<path d="M0 0V6" stroke="#FFFFFF" stroke-opacity=".55" stroke-width="3"/></pattern></defs></svg>'
)
"""The ground of bars that go down, defined once a page: colour is not the only sign."""


@dataclass(frozen=True)
class Mark:
    """A value with its interval (None: none), how it looks, where it leads, and what it says."""

    value: float
    style: Style
    says: str
    anchor: str = ""
    low: float | None = None
    high: float | None = None
    weak: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar from one place to another, its fill, what is written in it, where it leads, and what it says."""

    start: float
    end: float
    fill: str
    says: str
    anchor: str = ""
    text: str = ""
    ink: str = ""


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` with its ticks."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> str:
        """Where a value stands, in percent of the width."""
        return f"{100 * (min(max(value, self.low), self.high) - self.low) / (self.high - self.low):.2f}%"


def share_scale(most: float) -> Scale:
    """An axis of shares that holds `most`, with four or five ticks."""
    step = next(step for step in (0.05, 0.1, 0.2, 0.25, 1.0) if most <= 4 * step or step == 0.25)
    top = min(1.0, step * max(1, -(-most // step)))
    return Scale(0.0, top, tuple((i * step, f"{100 * i * step:.0f}%") for i in range(round(top / step) + 1)))


def mirrored_scale(most: float) -> Scale:
    """An axis of shares to both sides of zero."""
    step = 0.1 if most <= 0.2 else 0.25 if most <= 0.5 else 0.5
    top = min(1.0, step * max(1, -(-most // step)))
    n = round(top / step)
    return Scale(-top, top, tuple((i * step, f"{abs(100 * i * step):.0f}%") for i in range(-n, n + 1)))


def figure(caption: str, key: Sequence[tuple[Style, str]], scale: Scale, rows: Sequence[tuple[str, str]]) -> str:
    """A chart: its key, its axis, and rows of (name, track)."""
    named = "".join(f"<li>{symbol(style)} {escape(name)}</li>" for style, name in key)
    legend = f'<ul class="key">{named}</ul>' if named else ""
    axis = "".join(
        f'<text x="{scale.at(tick)}" y="11" text-anchor="middle">{escape(text)}</text>' for tick, text in scale.ticks
    )
    head = f'<div class="r a"><span></span><svg height="14" aria-hidden="true">{axis}</svg></div>'
    body = "".join(f'<div class="r"><span>{name}</span>{track}</div>' for name, track in rows)
    return f'<figure class="c"><figcaption>{escape(caption)}</figcaption>{legend}{head}{body}</figure>'


def heading(text: str) -> tuple[str, str]:
    """A row that heads those below it."""
    return f"<strong>{escape(text)}</strong>", "<i></i>"


def track(scale: Scale, lines: Sequence[Sequence[Mark | Bar]]) -> str:
    """A row's drawing: a line an outlet, or one line of bars."""
    height = _ROW * len(lines) + 2 * _PAD
    grid = "".join(
        f'<line class="{"z" if tick == 0 else "g"}" x1="{scale.at(tick)}" x2="{scale.at(tick)}" y1="0" y2="{height}"/>'
        for tick, _ in scale.ticks
    )
    marks = "".join(
        _mark(scale, mark, _PAD + _ROW * i + _ROW // 2)
        if isinstance(mark, Mark)
        else _bar(scale, mark, _PAD + _ROW * i)
        for i, line in enumerate(lines)
        for mark in line
    )
    return f'<svg height="{height}" aria-hidden="true">{grid}{marks}</svg>'


def symbol(style: Style) -> str:
    """A style's symbol for a key."""
    path = f'<path d="{_PATHS[style.symbol]}" fill="{style.color}"/>'
    return f'<svg class="s" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">{path}</svg>'


def _mark(scale: Scale, mark: Mark, y: int) -> str:
    color, pale = mark.style.color, ' opacity=".55"' if mark.weak else ""
    drawn = ""
    if mark.low is not None and mark.high is not None:
        low, high = scale.at(mark.low), scale.at(mark.high)
        ends = "".join(f'<line x1="{x}" x2="{x}" y1="{y - 3}" y2="{y + 3}"/>' for x in (low, high))
        line = f'<line x1="{low}" x2="{high}" y1="{y}" y2="{y}"/>'
        drawn = f'<g stroke="{color}" stroke-width="1.5"{pale}>{line}{ends}</g>'
    look = f'fill="none" stroke="{color}" stroke-width="1.5"' if mark.weak else f'fill="{color}"'
    path = f'<path d="{_PATHS[mark.style.symbol]}" {look}{pale}/>'
    placed = f'<svg x="{scale.at(mark.value)}" y="{y}" overflow="visible">{path}</svg>'
    return drawn + _linked(mark.anchor, mark.says, placed)


def _bar(scale: Scale, bar: Bar, y: int) -> str:
    x, end = float(scale.at(min(bar.start, bar.end))[:-1]), float(scale.at(max(bar.start, bar.end))[:-1])
    drawn = f'<rect x="{x:.2f}%" y="{y}" width="{end - x:.2f}%" height="{_ROW}" fill="{bar.fill}"/>'
    if bar.text:
        inside = bool(bar.ink)
        down = bar.end < bar.start
        where = (x + end) / 2 if inside else x if down else end
        anchor, shift = ("middle", 0) if inside else ("end", -5) if down else ("start", 5)
        ink = f' fill="{bar.ink}"' if inside else ""
        drawn += (
            f'<text x="{where:.2f}%" dx="{shift}" y="{y + 11}" text-anchor="{anchor}"{ink}>{escape(bar.text)}</text>'
        )
    return _linked(bar.anchor, bar.says, drawn)


def _linked(anchor: str, says: str, drawn: str) -> str:
    """A mark with what it says; the same link stands in the table, so the keyboard passes this one by."""
    title = f"<title>{escape(says)}</title>"
    if not anchor:
        return f"<g>{title}{drawn}</g>"
    return f'<a href="#{anchor}" tabindex="-1">{title}{drawn}</a>'
