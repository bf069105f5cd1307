"""Figures as data: what is drawn, what a click means, what hovering says, and whether every eye can read it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from framing import charts, labels
from framing.cells import records
from framing.chart_parts import AGAINST, EVEN, FAVOURABLE, ON_STANCE, TOO_FEW, contrast, stance_color, text_on, wrapped
from framing.figure import Figure

LIGHT, DARK = "#FFFFFF", "#11151B"
OUTLETS = ("Al Jazeera", "Antiwar.com")


def checked(draw: Callable[..., Figure]) -> Callable[..., go.Figure]:
    """The chart as Plotly's own classes take it: they refuse a property or a value that Plotly does not know."""
    return lambda *given, **named: go.Figure(draw(*given, **named).as_dict())


frame_profile, sentiment_wording = checked(charts.frame_profile), checked(charts.sentiment_wording)
stance_matrix, voice_shares = checked(charts.stance_matrix), checked(charts.voice_shares)


def share(outlet: str, head: str, label: str, value: float, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"event_id": "e", "outlet": outlet, "head": head, "label": label, "actor": "", "view": "both"}
    return row | {"value": value, "low": np.nan, "high": np.nan, "n_sentences": 20, "n_articles": 1} | more


def table(outlets: tuple[str, ...] = OUTLETS) -> pd.DataFrame:
    rows = []
    for outlet in outlets:
        many: dict[str, Any] = {"n_articles": 4} if outlet == outlets[0] else {}
        for head in labels.HEADS:
            actors = ("Baku", "Yerevan") if head == "stance" else ("",)
            for i, label in enumerate(labels.order(head)):
                value = -0.4 if label == "balance" else 0.1 + 0.05 * (i % 5)
                ends = {"low": value - 0.1, "high": value + 0.15} if many else {}
                rows += [share(outlet, head, label, value, **many, **ends, actor=actor) for actor in actors]
    return pd.DataFrame(rows)


def points(figure: go.Figure) -> list[dict[str, Any]]:
    """Every point that can be clicked: x, hover and customdata."""
    return [
        {"x": x, "text": text, "data": list(data), "trace": trace}
        for trace in figure.data
        if trace.customdata is not None
        for x, text, data in zip(trace.x, trace.hovertext, trace.customdata, strict=True)
    ]


FIGURES = {
    "frames": (frame_profile, ("frames_generic", "frames_policy")),
    "tone": (sentiment_wording, ("sentiment", "wording")),
    "stance": (stance_matrix, ("stance",)),
    "voice": (voice_shares, ("voice",)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_point_leads_to_a_number_of_the_table(name: str) -> None:
    draw, heads = FIGURES[name]
    shares = table()
    known = {tuple(row): value for *row, value in shares[["head", "label", "actor", "outlet", "value"]].to_numpy()}
    drawn = points(draw(shares, "both"))
    assert {point["data"][0] for point in drawn} == set(heads)
    for point in drawn:
        assert tuple(point["data"]) in known
        if name != "stance":
            assert abs(point["x"]) == pytest.approx(abs(known[tuple(point["data"])]))
    assert len(drawn) == {"frames": 2 * 19, "tone": 2 * 4, "stance": 4, "voice": 8}[name]


def test_a_figure_is_plain_data_with_gaps_where_there_is_no_number() -> None:
    figure = Figure()
    figure.update_layout(font={"size": 13}, height=100)
    figure.update_layout(font={"color": "#000"})
    figure.update_xaxes(range=[0, np.float64(1.5)])
    figure.add_trace({"x": pd.Series([0.5, np.nan]), "y": pd.to_datetime(pd.Series(["2024-07-02", None]))})
    made = figure.as_dict()
    assert made["layout"]["font"] == {"size": 13, "color": "#000"} and made["layout"]["xaxis"]["range"] == [0, 1.5]
    assert made["data"] == [{"x": [0.5, None], "y": ["2024-07-02T00:00:00", None]}]
    figure.add_annotation(x=float("nan"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        figure.to_json()


@pytest.mark.parametrize("storage", ["python", "pyarrow"])
def test_rows_of_a_table_are_those_of_pandas(storage: str) -> None:
    text = pd.Series(["a", None], dtype=pd.StringDtype(storage, na_value=np.nan))
    frame = pd.DataFrame({"text": text, "n": [1, 2], "p": np.array([0.5, 0.25], np.float32), "held": [True, False]})
    frame = frame.assign(day=pd.to_datetime(["2024-07-02", "2024-07-03"]), spans=[[(0, 1)], []])
    rows, expected = records(frame), frame.to_dict("records")
    assert str(rows) == str(expected)
    assert [[type(cell) for cell in row.values()] for row in rows] == [
        [type(cell) for cell in row.values()] for row in expected
    ]


def test_hover_gives_n_and_interval_or_why_there_is_none() -> None:
    by_outlet = {point["data"][3]: point["text"] for point in points(frame_profile(table(), "both", "frames_generic"))}
    assert "95% interval 0–25%" in {p["text"].split("<br>")[2] for p in points(frame_profile(table(), "both"))}
    assert "of 20 sentences in 4 articles" in by_outlet["Al Jazeera"]
    assert "one article: no interval" in by_outlet["Antiwar.com"]
    two = table().assign(n_articles=2, low=np.nan, high=np.nan)
    assert all("2 articles: no interval under 3" in p["text"] for p in points(frame_profile(two, "both")))
    cell = points(stance_matrix(table(), "both"))[0]["text"]
    assert "against 10%, neutral 15%, favourable 20%" in cell
    assert "balance −40 points; 95% interval −50 to −25" in cell


def test_intervals_are_drawn_where_there_are_any() -> None:
    first, second = frame_profile(table(), "both", "frames_generic").data
    assert list(first.error_x.array) == pytest.approx([0.15] * 5)
    assert list(first.error_x.arrayminus) == pytest.approx([0.1] * 5)
    assert np.isnan(np.array(second.error_x.array, dtype=float)).all()


def test_outlets_differ_in_colour_symbol_and_place() -> None:
    first, second = frame_profile(table(), "both", "frames_generic").data
    assert first.marker.color != second.marker.color
    assert first.marker.symbol != second.marker.symbol
    assert not set(first.y) & set(second.y)
    assert [trace.name for trace in (first, second)] == list(OUTLETS)


def test_an_outlet_keeps_its_looks_when_others_are_hidden() -> None:
    shares = table(("A", "B", "C"))
    alone = frame_profile(shares[shares["outlet"] == "C"], "both", outlets=["A", "B", "C"])
    together = frame_profile(shares, "both")
    assert alone.data[0].marker.color == together.data[2].marker.color
    assert alone.data[0].marker.symbol == together.data[2].marker.symbol


def test_past_eight_outlets_the_rest_is_grey_and_named_once() -> None:
    figure = frame_profile(table(tuple(f"Outlet {i:02d}" for i in range(11))), "both", "frames_generic")
    grey = [trace for trace in figure.data if trace.marker.color == labels.GREY]
    assert len(figure.data) == 11
    assert [trace.name for trace in grey] == ["others"] * 3
    assert [trace.showlegend for trace in grey] == [True, False, False]
    assert {point["data"][3] for point in points(figure)} == {f"Outlet {i:02d}" for i in range(11)}


def test_weak_labels_are_pale_open_and_named_so() -> None:
    tiers = {("frames_generic", "morality"): "C", ("frames_generic", "conflict"): "A"}
    figure = frame_profile(table(), "both", "frames_generic", tiers=tiers)
    assert sum("(weak)" in text for text in figure.layout.yaxis.ticktext) == 1
    pale = [trace for trace in figure.data if trace.opacity < 1]
    assert {point["data"][1] for point in points(go.Figure(pale))} == {"morality"}
    assert all(trace.marker.symbol.endswith("-open") and not trace.showlegend for trace in pale)
    assert all("weak classifier" in text for trace in pale for text in trace.hovertext)
    squares = stance_matrix(table(), "both", tiers={("stance", "balance"): "C"})
    assert {trace.marker.color for trace in squares.data if trace.customdata is not None and len(trace.x)} == {TOO_FEW}
    assert "weak classifier" in {trace.name for trace in squares.data}


def test_stance_cells_of_few_sentences_are_grey_circles_in_brackets() -> None:
    shares = table()
    shares.loc[(shares["outlet"] == "Antiwar.com") & (shares["actor"] == "Baku"), "n_sentences"] = 2
    full, thin = stance_matrix(shares, "both").data[:2]
    assert (list(thin.text), thin.marker.symbol, thin.marker.color) == (["(−40)<br>n 2"], "circle", TOO_FEW)
    assert thin.customdata[0] == ["stance", "balance", "Baku", "Antiwar.com"]
    assert set(full.text) == {"−40<br>n 20"}
    assert full.marker.symbol == "square"


def test_stance_shows_the_actors_named_most() -> None:
    rows = [
        share("A", "stance", label, -0.2, actor=f"Actor {i:02d}", n_sentences=i + 1)
        for i in range(20)
        for label in labels.order("stance")
    ]
    figure = stance_matrix(pd.DataFrame(rows), "both")
    assert len(points(figure)) == charts.MOST_ACTORS
    assert figure.layout.yaxis.ticktext[0] == "Actor 19"
    assert len(points(stance_matrix(pd.DataFrame(rows), "both", most=3))) == 3


def test_negative_is_left_and_positive_right() -> None:
    figure = sentiment_wording(table(), "both")
    sign = {point["data"][1]: np.sign(point["x"]) for point in points(figure) if point["data"][0] == "sentiment"}
    assert sign == {"negative": -1, "positive": 1, "balance": -1}
    assert set(figure.layout.xaxis.ticktext) >= {"0%", "20%"}
    assert not any("-" in text for text in figure.layout.xaxis.ticktext)


def test_views_are_kept_apart_and_voices_shown_in_all() -> None:
    shares = table()
    shares.loc[shares["head"] != "voice", "view"] = "own"
    assert points(frame_profile(shares, "own"))
    assert not points(frame_profile(shares, "quoted"))
    assert points(voice_shares(shares, "quoted"))


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_to_show_is_said(name: str) -> None:
    draw, _ = FIGURES[name]
    for shares in (table().iloc[:0], table().assign(value=np.nan)):
        figure = draw(shares, "both")
        assert not figure.data
        assert figure.layout.annotations[0].text.endswith(".")


@pytest.mark.parametrize("name", FIGURES)
def test_texts_of_articles_are_never_markup(name: str) -> None:
    draw, _ = FIGURES[name]
    bad = '<b onclick="x()">Outlet</b> <a href="https://example.org">A & B</a>'
    shares = table((bad, "Other"))
    shares["actor"] = shares["actor"].replace("Baku", "<script>alert(1)</script>")
    figure = draw(shares, "both")
    shown = [trace.name or "" for trace in figure.data]
    shown += [text for trace in figure.data for text in trace.hovertext or ()]
    shown += [text for axis in (figure.layout.xaxis, figure.layout.yaxis) for text in axis.ticktext or ()]
    assert any("&lt;" in text for text in shown)
    assert not any(mark in text for text in shown for mark in ("<a ", "<b ", "<script"))
    assert bad in {point["data"][3] for point in points(figure)}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_fit_a_telephone_and_both_themes(name: str) -> None:
    draw, _ = FIGURES[name]
    layout = draw(table(), "both").layout
    assert layout.width is None
    assert layout.xaxis.automargin
    assert layout.yaxis.automargin
    assert layout.legend.orientation == "h"
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert layout.font.color is None  # the page's theme decides
    assert min(layout.font.size, layout.xaxis.tickfont.size, layout.yaxis.tickfont.size) >= 12
    assert layout.dragmode is False  # a finger scrolls the page
    assert charts.inked(charts.frame_profile(table(), "both"), dark=True).layout["font"]["color"] == "#E8EBEF"


def test_names_break_into_short_lines() -> None:
    assert wrapped("The Lund & Border Courier", 11) == "The Lund &amp;<br>Border<br>Courier"
    assert wrapped("Antiwar.com", 9) == "Antiwar.<br>com"
    assert wrapped("Nagorno-Karabakh authorities", 15) == "Nagorno-<br>Karabakh<br>authorities"
    assert wrapped("Baku") == "Baku"


def test_colours_stand_out_on_light_and_dark_pages() -> None:
    styled = [labels.label_style(head, label).color for head in labels.HEADS for label in labels.order(head)]
    for color in {*labels.PALETTE, labels.GREY, *styled}:
        assert contrast(color, LIGHT) >= 3, color
        assert contrast(color, DARK) >= 3, color
    for color in (AGAINST, EVEN, FAVOURABLE, TOO_FEW, *(stance_color(x / 10) for x in range(-10, 11))):
        assert contrast(color, ON_STANCE) >= 6.5
    for label in labels.order("voice"):
        color = labels.label_style("voice", label).color
        assert contrast(color, text_on(color)) >= 4.5
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_stance_scale_ends_where_it_says() -> None:
    assert (stance_color(-1), stance_color(0), stance_color(1)) == (AGAINST, EVEN, FAVOURABLE)


_MACHADO = {  # Machado, Oliveira and Fernandes (2009), full severity, on linear RGB
    "none": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def oklab(color: str, eyes: str) -> np.ndarray:
    """A colour as those eyes see it, in OKLab."""
    srgb = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(_MACHADO[eyes]) @ linear, 0, 1)
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    mixed = [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
    return np.array(mixed) @ np.cbrt(np.array(cones) @ seen)


@pytest.mark.parametrize("eyes", _MACHADO)
def test_colours_stay_apart_for_colour_blind_eyes(eyes: str) -> None:
    """0.02 is about where two patches side by side begin to look alike; symbols help beyond that."""
    seen = [oklab(color, eyes) for color in labels.PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 0.055
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen[:4], 2)) > 0.09
    ends = [oklab(color, eyes) for color in (AGAINST, EVEN, FAVOURABLE)]
    assert min(np.linalg.norm(a - b) for a, b in combinations(ends, 2)) > 0.1


def test_labels_have_names_definitions_and_looks_of_their_own() -> None:
    for head in labels.HEADS:
        names = labels.order(head)
        short = [labels.label_name(head, label) for label in names]
        assert len(set(short)) == len(names)
        assert max(map(len, short)) <= 24
        assert all(labels.definition(head, label).endswith(".") for label in names)
        assert all(labels.phrase(head, label) == labels.phrase(head, label).lower() for label in names)
        assert len({labels.label_style(head, label) for label in names}) == len(names)


def test_heads_of_the_users_own_are_shown_too() -> None:
    assert labels.head_name("my_topics") == "My topics"
    assert labels.label_name("my_topics", "rural_life") == "Rural life"
    assert labels.definition("my_topics", "rural_life") == ""
    assert labels.order("my_topics", ["b", "a"]) == ("b", "a")
    assert labels.head_order(["zeal", "stance", "my_topics", "frames_generic"]) == [
        "frames_generic",
        "stance",
        "my_topics",
        "zeal",
    ]
    shares = pd.DataFrame([share("A", "my_topics", "rural_life", 0.3), share("A", "my_topics", "towns", 0.2)])
    figure = frame_profile(shares, "both", "my_topics")
    assert list(figure.layout.yaxis.ticktext) == ["Rural life", "Towns"]


def test_charts_load_neither_streamlit_nor_plotly() -> None:
    code = "import sys, framing.charts; print([m for m in ('streamlit', 'plotly', 'torch') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
