"""A comparison's shares as Plotly figures: frames in, figure out. No Streamlit; every point carries what a click on it
means.

`customdata` of a point is (head, label, actor, outlet), the arguments of `Comparison.behind`. No figure has a width, so
all fit the page; backgrounds are transparent and the colour of plain text is left to the page's theme, light or dark.
`outlets` are all outlets of the event in order, so that each keeps its looks when `shares` holds only some of them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from framing import chart_marks as marks
from framing import chart_parts as parts
from framing.chart_parts import Tiers, inked
from framing.figure import Figure
from framing.labels import BALANCE, GREY, Style, head_name, head_order, label_name, order, outlet_styles
from framing.registry import WEAK
from framing.schema import View
from framing.tally import MIN_STANCE_SENTENCES

__all__ = ["frame_profile", "inked", "sentiment_wording", "stance_matrix", "voice_shares"]

FRAME_HEADS = ("frames_generic", "frames_policy")
MOST_ACTORS = 12
_HEADING = 0.75
"""Height of a heading's row, in rows of labels."""
_PX_OUTLET, _PX_CAPTION, _PX_AXIS = 44, 26, 50
"""Height of an outlet's row, of a panel's caption, and of the axis with the gap below it."""


def frame_profile(
    shares: pd.DataFrame,
    view: View,
    head: str | None = None,
    *,
    tiers: Tiers | None = None,
    outlets: Sequence[str] = (),
) -> Figure:
    """Dot plot of shares with intervals, a row a label, a colour and a symbol an outlet; of both frame heads unless
    `head` is given."""
    rows = _shown(shares, view, [head] if head else FRAME_HEADS)
    rows = rows[rows["label"] != BALANCE]
    if rows.empty:
        return parts.nothing("No sentence was counted here.")
    places, ticks, height = label_rows(rows, tiers or {})
    styles = _styles(shares, rows, outlets)
    figure = Figure()
    for i, (outlet, style) in enumerate(styles.items()):
        mine = rows[rows["outlet"] == outlet]
        offset = (i - (len(styles) - 1) / 2) * min(0.2, 0.7 / len(styles))
        y = [places[pair] + offset for pair in zip(mine["head"], mine["label"], strict=True)]
        marks.add_dots(figure, mine.assign(y=y), style, tiers or {})
    parts.layout(figure, height=int(height * max(26, 11 * len(styles) + 6)), legend=len(styles))
    figure.update_yaxes(tickvals=list(ticks), ticktext=list(ticks.values()), range=[height - 0.4, -0.5])
    figure.update_xaxes(range=[-0.02, parts.top(rows)], tickformat=".0%")
    parts.bands(figure, list(places.values())[::2])
    return figure


def sentiment_wording(
    shares: pd.DataFrame, view: View, *, tiers: Tiers | None = None, outlets: Sequence[str] = ()
) -> Figure:
    """Two panels, a row an outlet: negative and positive sentences to either side with their balance, and loaded words
    below."""
    rows = _shown(shares, view, ("sentiment", "wording"))
    if rows.empty:
        return parts.nothing("No sentence was counted here.")
    styles = _styles(shares, rows, outlets)
    place = {outlet: i for i, outlet in enumerate(styles)}
    rows = rows.assign(y=rows["outlet"].map(place).astype("float64"))
    figure = Figure()
    for label, sign in (("negative", -1), ("positive", 1)):
        figure.add_trace(marks.side_bar(_of(rows, "sentiment", label), label, sign, tiers or {}))
    figure.add_trace(marks.balance_marks(_of(rows, "sentiment", BALANCE), tiers or {}))
    loaded = _of(rows, "wording", "loaded")
    for outlet, style in styles.items():
        marks.add_dots(figure, loaded[loaded["outlet"] == outlet], style, tiers or {}, axis="2")
    _two_panels(figure, list(styles), rows)
    return figure


def voice_shares(
    shares: pd.DataFrame, view: View = "both", *, tiers: Tiers | None = None, outlets: Sequence[str] = ()
) -> Figure:
    """Stacked bars, a row an outlet: whose words its sentences are. The same in every view, so `view` changes
    nothing."""
    rows = _shown(shares, view, ("voice",))
    if rows.empty:
        return parts.nothing("Whose words the sentences are is not known yet.")
    styles = _styles(shares, rows, outlets)
    rows = rows.assign(y=rows["outlet"].map({outlet: i for i, outlet in enumerate(styles)}).astype("float64"))
    figure = Figure()
    for label in ("own", "mixed", "reported", "quoted"):
        figure.add_trace(marks.stacked_bar(_of(rows, "voice", label), label, tiers or {}))
    parts.layout(figure, height=_PX_OUTLET * len(styles), legend=4)
    figure.update_layout(barmode="stack")
    figure.update_yaxes(**parts.name_axis(list(styles)))
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    return figure


def stance_matrix(
    shares: pd.DataFrame,
    view: View,
    *,
    tiers: Tiers | None = None,
    outlets: Sequence[str] = (),
    most: int = MOST_ACTORS,
) -> Figure:
    """A square for each actor and outlet: favourable minus against in points, and n; the `most` often named actors.

    Squares of fewer than three sentences, or of a weak classifier, are grey and their number is in brackets. Actors
    that no outlet names in three sentences are left out, unless there are no others.
    """
    rows = _shown(shares, view, ("stance",))
    cells = rows[rows["label"] == BALANCE]
    if cells.empty:
        return parts.nothing("No actor is named here.")
    told = cells.loc[cells["n_sentences"] >= MIN_STANCE_SENTENCES, "actor"]
    cells = cells[cells["actor"].isin(told)] if len(told) else cells
    named = cells.groupby("actor", sort=False)["n_sentences"].sum().sort_values(ascending=False, kind="stable")
    actors, names = list(named.index[:most]), list(_styles(shares, rows, outlets))
    cells = cells[cells["actor"].isin(actors)]
    cells = cells.assign(x=cells["outlet"].map(names.index), y=cells["actor"].map(actors.index))
    size = 46 if len(names) <= 4 else 40 if len(names) <= 6 else 34
    weak = (tiers or {}).get(("stance", BALANCE)) in WEAK
    grey = (cells["n_sentences"] < MIN_STANCE_SENTENCES) | weak
    figure = Figure()
    for part, pale in ((cells[~grey], False), (cells[grey], True)):
        figure.add_trace(marks.squares(part, rows, size, pale))
    reason = "weak classifier" if weak else f"under {MIN_STANCE_SENTENCES} sentences" if grey.any() else ""
    marks.add_stance_key(figure, reason)
    # Four columns on a telephone are 57 pixels wide each: nine characters.
    columns = parts.name_axis(names, 12 if len(names) <= 3 else 9, flip=False)
    lines = max(text.count("<br>") + 1 for text in columns["ticktext"])
    parts.layout(figure, height=(size + 12) * len(actors) + 17 * lines, legend=4)
    # The axis is above: what is left of its room below goes to the squares, which a telephone's long legend presses.
    figure.update_layout(margin={"b": parts.PX_BARE})
    figure.update_xaxes(**columns, side="top", showgrid=False, tickangle=0)
    figure.update_yaxes(**parts.name_axis(actors, 15))
    parts.bands(figure, range(0, len(actors), 2))
    return figure


def _shown(shares: pd.DataFrame, view: View, heads: Sequence[str]) -> pd.DataFrame:
    """The rows with a value of these heads in a view; voices have one view only."""
    known = shares["head"].isin(heads) & shares["value"].notna()
    return shares[known & ((shares["view"] == view) | (shares["head"] == "voice"))]


def _of(rows: pd.DataFrame, head: str, label: str) -> pd.DataFrame:
    return rows[(rows["head"] == head) & (rows["label"] == label)]


def _styles(shares: pd.DataFrame, rows: pd.DataFrame, outlets: Sequence[str]) -> dict[str, Style]:
    """Looks of the outlets in `rows`, in the order given; without one, the eight with most articles get a colour."""
    if not outlets:
        size = shares.groupby("outlet")["n_articles"].max().sort_values(ascending=False, kind="stable")
        chosen = list(size.index[:8])
        outlets = sorted(chosen, key=str.casefold) + [name for name in size.index if name not in chosen]
    there = set(rows["outlet"])
    return {outlet: style for outlet, style in outlet_styles(outlets).items() if outlet in there}


def label_rows(rows: pd.DataFrame, tiers: Tiers) -> tuple[dict[tuple[str, str], float], dict[float, str], float]:
    """Where each (head, label) stands, the text beside each place, and the number of rows; several heads get
    headings."""
    places: dict[tuple[str, str], float] = {}
    ticks: dict[float, str] = {}
    heads = head_order(list(rows["head"].unique()))
    at = 0.0
    for head in heads:
        there = list(rows.loc[rows["head"] == head, "label"].unique())
        if len(heads) > 1:
            ticks[at] = f"<b>{escape(head_name(head))}</b>"
            at += _HEADING
        for label in [label for label in order(head, there) if label in there]:
            name = escape(label_name(head, label))
            weak = tiers.get((head, label)) in WEAK
            places[head, label] = at
            ticks[at] = f'<span style="color:{GREY}">{name} (weak)</span>' if weak else name
            at += 1
    return places, ticks, at


def _two_panels(figure: Figure, names: Sequence[str], rows: pd.DataFrame) -> None:
    """Tone above, wording below, on the same list of outlets."""
    panel = _PX_OUTLET * len(names)
    height = 2 * (panel + _PX_CAPTION) + _PX_AXIS
    figure.update_layout(xaxis2={"anchor": "y2"}, yaxis2={"anchor": "x2"}, barmode="overlay")
    parts.layout(figure, height=height, legend=3)
    upper, lower = 1 - _PX_CAPTION / height, panel / height
    figure.update_layout(
        yaxis={**parts.name_axis(names), "domain": [upper - panel / height, upper]},
        yaxis2={**parts.name_axis(names), "domain": [0, lower]},
        xaxis=parts.mirrored_axis(_of(rows, "sentiment", "negative"), _of(rows, "sentiment", "positive")),
        xaxis2={"range": [-0.02, parts.top(_of(rows, "wording", "loaded"))], "tickformat": ".0%"},
    )
    for text, y in (("<b>Tone</b>: negative, positive", upper), ("<b>Wording</b>: sentences in loaded words", lower)):
        parts.caption(figure, text, y)
