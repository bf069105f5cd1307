"""The report's first half: what differs, what to know before reading, and the outlets' numbers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

import pandas as pd

from framing import labels, reading
from framing.chart_parts import stance_color, text_on
from framing.labels import BALANCE, SIGNED, Style, head_name, label_name, label_style, outlet_styles
from framing.plain import count, percent
from framing.registry import WEAK
from framing.report import charts
from framing.report.charts import Bar, Mark, figure, heading, mirrored_scale, share_scale, track
from framing.report.evidence import Content, Told, number_link, told
from framing.report.parts import table
from framing.schema import View
from framing.tally import MIN_STANCE_SENTENCES, VOICE, Row

MOST_ACTORS = 12
"""Actors, the most often named first; each further one is named in a sentence or two."""
VIEW_WORDS: dict[View, str] = {
    "both": "All sentences are counted, whoever speaks.",
    "own": "Only the outlets’ own words are counted; sentences quoted in part count half.",
    "quoted": "Only the words of people quoted or reported are counted; sentences quoted in part count half.",
}
FRAMES, TONE = ("frames_generic", "frames_policy"), ("sentiment", "wording")
BRIEF = frozenset((("sentiment", BALANCE), ("sentiment", "neutral"), ("wording", "factual"), (VOICE.name, "own")))
"""Numbers whose lists name sentences without their text: what the other labels of the head do not say. With these
texts the lists of 40 articles of 43 sentences were 2.6 MB, half as much again as without."""
_STEPS = 10
"""Steps of the stance scale to either side, a class of the style sheet each: the page may carry no inline style."""


def stance_css() -> str:
    """The style sheet's classes of the stance scale."""
    shades = {f"st{step}": stance_color(step / _STEPS) for step in range(-_STEPS, _STEPS + 1)}
    return "".join(f".{name}{{background:{color}}}" for name, color in shades.items())


def verdicts(content: Content) -> str:
    """What differs, in plain sentences, each with links to its sentences."""
    comparison, view = content.comparison, content.view
    by_text = {str(row["finding"]): row for row in comparison.differences.to_dict("records")}
    items = [_verdict(content, text, by_text.get(text)) for text in comparison.findings(view)]
    if not items:
        items = ["<li>Nothing here differs.</li>"]
    return f'<ul class="verdicts">{"".join(items)}</ul><p class="quiet">{escape(VIEW_WORDS[view])}</p>'


def _verdict(content: Content, text: str, row: Row | None) -> str:
    if row is None:
        return f"<li>{escape(text)}</li>"
    links = []
    for outlet in (str(row["outlet_a"]), str(row["outlet_b"])):
        anchor = behind(content, outlet, str(row["head"]), str(row["label"]), str(row["actor"]))
        links.append(number_link(anchor, outlet, f"Sentences of {outlet}") if anchor else f"{escape(outlet)} (none)")
    return f'<li>{escape(text)} <span class="quiet">Read: {", ".join(links)}.</span></li>'


def behind(content: Content, outlet: str, head: str, label: str, actor: str = "") -> str:
    """The anchor of the sentences that a number of the comparison counts; empty where there is none."""
    name = f"{actor}: {label_name(head, label).lower()}" if actor else label_name(head, label)
    title = f"{name} ({head_name(head)}) · {outlet}"
    rows = partial(_rows, content, outlet, head, label, actor)
    brief = (head, label) in BRIEF
    return content.evidence.add((head, label, actor, outlet), title, rows, brief)


def _rows(content: Content, outlet: str, head: str, label: str, actor: str) -> list[Told]:
    sides = [side for side in labels.order(head) if side != BALANCE] if label == BALANCE else [label]
    found = [content.behind(outlet, head, side, actor) for side in sides]
    said = [
        reading.said(label_name(head, side), value) if head != VOICE.name else ""
        for side, rows in zip(sides, found, strict=True)
        for value in rows["probability"]
    ]
    return told(pd.concat(found, ignore_index=True), said)


def frames(content: Content) -> str:
    """Frames: a dot an outlet, a row a label; and the numbers."""
    rows = _shown(content, [head for head in FRAMES if head in content.comparison.heads])
    if rows.empty:
        return _nothing()
    scale = share_scale(_most(rows))
    drawn: list[tuple[str, str]] = []
    for head, part in rows.groupby("head", sort=False):
        drawn.append(heading(head_name(str(head))))
        drawn += [_dots(content, scale, mine) for _, mine in part.groupby("label", sort=False)]
    caption = "Share of each outlet’s sentences that carry a frame, with 95% intervals over articles"
    return figure(caption, _key(content), scale, drawn) + _tables(content, rows)


def tone(content: Content) -> str:
    """Tone to either side of zero, loaded words below; and the numbers."""
    rows = _shown(content, [head for head in TONE if head in content.comparison.heads])
    if rows.empty:
        return _nothing()
    sides = rows[rows["label"].isin(SIGNED["sentiment"]) & (rows["head"] == "sentiment")]
    loaded = rows[(rows["head"] == "wording") & (rows["label"] == "loaded")]
    made = ""
    if len(sides):
        scale = mirrored_scale(1.3 * float(sides["value"].max()))
        bars = [
            (escape(str(outlet)), track(scale, [_sides(content, mine)]))
            for outlet, mine in sides.groupby("outlet", sort=False)
        ]
        made += figure("Share of negative sentences (hatched, to the left) and of positive ones", [], scale, bars)
    if len(loaded):
        scale = share_scale(_most(loaded))
        made += figure("Share of sentences in loaded words", _key(content), scale, [_dots(content, scale, loaded)])
    return made + _tables(content, rows)


def voices(content: Content) -> str:
    """Whose words the sentences are, a bar an outlet; and the numbers."""
    rows = _shown(content, [VOICE.name])
    if rows.empty:
        return _nothing()
    scale = charts.Scale(0.0, 1.0, tuple((i / 4, f"{25 * i}%") for i in range(5)))
    bars = [
        (escape(str(outlet)), track(scale, [_stack(content, mine)]))
        for outlet, mine in rows.groupby("outlet", sort=False)
    ]
    key = [
        (Style(label_style(VOICE.name, label).color, "square"), label_name(VOICE.name, label))
        for label in labels.order(VOICE.name)
    ]
    return figure("Whose words the sentences are", key, scale, bars) + _tables(content, rows)


def actors(content: Content) -> str:
    """Actors by outlets: favourable minus against, and n."""
    rows = _shown(content, ["stance"])
    rows = rows[rows["label"] == BALANCE]
    enough = rows[rows["n_sentences"] >= MIN_STANCE_SENTENCES]
    if enough.empty:
        return _nothing()
    named = rows[rows["actor"].isin(enough["actor"])].groupby("actor", sort=False)["n_sentences"].sum()
    chosen = list(named.sort_values(ascending=False, kind="stable").index[:MOST_ACTORS])
    cells = {(row["actor"], row["outlet"]): row for row in rows.to_dict("records")}
    body = [
        [escape(actor), *(_stance(content, cells.get((actor, outlet)), outlet) for outlet in content.outlets)]
        for actor in chosen
    ]
    weak = content.comparison.tiers.get(("stance", BALANCE)) in WEAK
    note = f"Grey: under {MIN_STANCE_SENTENCES} sentences, not compared" + (", or a weak classifier." if weak else ".")
    caption = f"How actors come across: favourable minus against, in points, n sentences that name them. {note}"
    rest = len(named) - len(chosen)
    more = f'<p class="quiet">{count(rest, "further actor")} left out.</p>' if rest else ""
    return table(["Actor", *content.outlets], body, caption, "stance") + more


def others(content: Content) -> str:
    """Numbers of heads of the user's own."""
    shown = {*FRAMES, *TONE, VOICE.name, "stance"}
    rows = _shown(content, [head for head in content.comparison.heads if head not in shown])
    return _tables(content, rows[rows["actor"] == ""]) if len(rows) else ""


def _nothing() -> str:
    return '<p class="quiet">No sentence was counted here.</p>'


def _shown(content: Content, heads: Sequence[str]) -> pd.DataFrame:
    """Shares of some heads in the report's view (voices have one), heads and labels as they are shown."""
    rows = content.comparison.shares
    rows = rows[rows["head"].isin(list(heads)) & rows["value"].notna()]
    rows = rows[(rows["view"] == content.view) | (rows["head"] == VOICE.name)]
    place = {
        (head, label): i for head in heads for i, label in enumerate(labels.order(head, list(rows["label"].unique())))
    }
    keys = rows.assign(
        block=rows["head"].map({head: i for i, head in enumerate(heads)}),
        place=[place.get(pair, 99) for pair in zip(rows["head"], rows["label"], strict=True)],
        side=rows["outlet"].map({outlet: i for i, outlet in enumerate(content.outlets)}),
    )
    return keys.sort_values(["block", "place", "side"], kind="stable").drop(columns=["block", "place", "side"])


def _most(rows: pd.DataFrame) -> float:
    return float(rows[rows["label"] != BALANCE][["value", "high"]].fillna(0).to_numpy(dtype=float).max())


def _key(content: Content) -> list[tuple[Style, str]]:
    return [(style, outlet) for outlet, style in outlet_styles(content.outlets).items()]


def _says(row: Row) -> str:
    n = f"{count(int(row['n_sentences']), 'sentence')}, {count(int(row['n_articles']), 'article')}"
    shown = labels.with_interval(row, "value", "low", "high")
    return f"{row['outlet']}, {label_name(row['head'], row['label'])}: {shown} of {n}"


def _anchor(content: Content, row: Row) -> str:
    return behind(content, str(row["outlet"]), str(row["head"]), str(row["label"]), str(row["actor"]))


def _dots(content: Content, scale: charts.Scale, rows: pd.DataFrame) -> tuple[str, str]:
    styles, first = outlet_styles(content.outlets), rows.iloc[0]
    weak = content.comparison.tiers.get((first["head"], first["label"])) in WEAK
    lines = []
    for row in rows.to_dict("records"):
        low, high = (float(row[end]) if pd.notna(row[end]) else None for end in ("low", "high"))
        lines.append(
            [Mark(float(row["value"]), styles[row["outlet"]], _says(row), _anchor(content, row), low, high, weak)]
        )
    name = escape(label_name(str(first["head"]), str(first["label"])))
    return f'<span class="quiet">{name} (weak)</span>' if weak else name, track(scale, lines)


def _sides(content: Content, rows: pd.DataFrame) -> list[Mark | Bar]:
    bars: list[Mark | Bar] = []
    for row in rows.to_dict("records"):
        down = row["label"] == SIGNED["sentiment"][1]
        value = -float(row["value"]) if down else float(row["value"])
        fill = "url(#hatch)" if down else label_style("sentiment", "positive").color
        bars.append(Bar(0.0, value, fill, _says(row), _anchor(content, row), percent(row["value"])))
    return bars


def _stack(content: Content, rows: pd.DataFrame) -> list[Mark | Bar]:
    bars: list[Mark | Bar] = []
    at = 0.0
    for row in rows.to_dict("records"):
        value, color = float(row["value"]), label_style(VOICE.name, str(row["label"])).color
        text = percent(value) if value >= 0.08 else ""
        bars.append(Bar(at, at + value, color, _says(row), _anchor(content, row), text, text_on(color)))
        at += value
    return bars


def _stance(content: Content, row: Row | None, outlet: str) -> str:
    if row is None:
        return '<td class="quiet">not named</td>'
    few = row["n_sentences"] < MIN_STANCE_SENTENCES or content.comparison.tiers.get(("stance", BALANCE)) in WEAK
    shown = labels.points(row["value"])
    says = f"{outlet}, {row['actor']}: {shown} points of {count(int(row['n_sentences']), 'sentence')}"
    link = number_link(_anchor(content, row), f"({shown})" if few else shown, says)
    step = "few" if few else f"tint st{round(_STEPS * float(row['value']))}"
    return f'<td class="{step}">{link} <small>n {int(row["n_sentences"])}</small></td>'


def _tables(content: Content, rows: pd.DataFrame) -> str:
    return "".join(_table(content, str(head), part) for head, part in rows.groupby("head", sort=False))


def _table(content: Content, head: str, rows: pd.DataFrame) -> str:
    """The numbers of a head: a row a label, a column an outlet, raw above and corrected below."""
    cells = {(row["label"], row["outlet"]): row for row in rows.to_dict("records")}
    n = {
        row["outlet"]: f"{count(int(row['n_sentences']), 'sentence')}, {count(int(row['n_articles']), 'article')}"
        for row in rows.to_dict("records")
    }
    outlets = [outlet for outlet in content.outlets if outlet in n]
    body = []
    for label in dict.fromkeys(rows["label"]):
        tier = content.comparison.tiers.get((head, label), "unmeasured")
        name = escape(label_name(head, str(label))) + (' <small class="quiet">weak</small>' if tier in WEAK else "")
        body.append([name, *(_cell(content, cells.get((label, outlet))) for outlet in outlets)])
    caption = f"{head_name(head)}: the same in numbers, 95% intervals in brackets; below, corrected for known errors"
    return table([head_name(head), *(f"{outlet}\n{n[outlet]}" for outlet in outlets)], body, caption)


def _cell(content: Content, row: Row | None) -> str:
    if row is None:
        return "–"
    shown = number_link(_anchor(content, row), labels.with_interval(row, "value", "low", "high"), _says(row))
    if row["correction"] not in ("published", "audit") or pd.isna(row["corrected"]):
        return shown
    by = "by audit" if row["correction"] == "audit" else "corrected"
    corrected = labels.with_interval(row, "corrected", "corrected_low", "corrected_high")
    return f"{shown}<small>{by} {escape(corrected)}</small>"
