"""Headline against body in plain sentences, and as a table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain
from typing import TYPE_CHECKING

import pandas as pd

from framing.labels import BALANCE, head_name, label_name, phrase, points
from framing.plain import count, percent
from framing.schema import View
from framing.spreadsheet import csv_text, json_pieces
from framing.tables import bullet
from framing.tally import VOICE, Row

if TYPE_CHECKING:
    from framing.headline_tally import HeadlineTally
    from framing.headlines import Headlines

ACTORS = "actors"
"""Stands as the head of rows on who is named; the label is the actor."""
FALSE_DISCOVERIES = 0.05
_ACTORS_SHOWN = 6


def outlet_finding(row: Row, view: View) -> str:
    under = _under(row, view)
    if row["p"] != row["p"]:
        return ""
    spread = f"{row['n_articles']} articles"
    if row["label"] == BALANCE:
        rates = f"{points(row['headline'])} against {points(row['body'])}"
    else:
        rates = f"{100 * row['headline']:.0f}% of headlines against {100 * row['body']:.0f}% of {under}"
    gap = f"difference {points(row['low'])} to {points(row['high'])} points"
    if not row["detected"]:
        together = " once all are tested together" if row["p"] <= FALSE_DISCOVERIES else ""
        return (
            f"{row['outlet']}, {_name(row)}: no difference between headlines and {under} that we could detect"
            f"{together} ({rates}; {gap}; {spread})."
        )
    way = "more" if row["difference"] > 0 else "less"
    return f"{row['outlet']}’s headlines {_does(row, way)} than the {under}: {rates} ({gap}; {spread})."


def _does(row: Row, way: str) -> str:
    if row["label"] == BALANCE:
        return f"are {way} positive"
    if row["head"] == VOICE.name:
        return f"are {way} often told in {phrase(VOICE.name, row['label'])}"
    return f"have {label_name(row['head'], row['label']).lower()} {way} often"


def _name(row: Row) -> str:
    return f"{head_name(row['head']).lower()}: {label_name(row['head'], row['label']).lower()}"


def _under(row: Row, view: View) -> str:
    if view == "both" or row["head"] == VOICE.name:
        return "sentences under them"
    return f"{'own-voice' if view == 'own' else 'quoted'} sentences under them"


def article_finding(row: Row, tested: set[tuple[str, str]], view: View) -> str:
    """`the headline has conflict (0.91); 3 of 24 sentences under it do`: of this text alone; empty for weak labels."""
    head, label = row["head"], row["label"]
    if head not in (ACTORS, VOICE.name) and (head, label) not in tested:
        return ""
    hits, n = _amount(row["hits"]), _amount(row["n_sentences"])
    kind = {"own": "own-voice ", "quoted": "quoted "}.get(view, "") if head != VOICE.name else ""
    sure = "" if row["probability"] != row["probability"] else f" ({row['probability']:.2f})"
    under = f"of {n} {kind}sentence{'' if n == '1' else 's'} under it"
    if label == BALANCE:
        tone = {1: "positive", 0: "neutral", -1: "negative"}[int(row["headline"])]
        sentences = f"the {n} {kind}sentences" if n != "1" else f"the {kind}sentence"
        return f"the headline is {tone} in tone; the balance of {sentences} under it is {points(row['body'])}"
    if not row["headline"]:
        return ""
    if head == ACTORS:
        return f"the headline names {label}; {hits} {under} do"
    if head == VOICE.name:
        return f"the headline is told in {phrase(head, label)}; {hits} {under} are"
    return f"the headline has {label_name(head, label).lower()}{sure}; {hits} {under} do"


def _amount(value: float) -> str:
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"


def format_headlines(found: Headlines | HeadlineTally, form: str, by: str = "outlet") -> str:
    """The rows of each outlet, or of each article, as a table with findings and notes, as CSV or as JSON."""
    return "".join(headline_pieces(found, form, by))


def headline_pieces(found: Headlines | HeadlineTally, form: str, by: str = "outlet") -> Iterator[str]:
    """The same piece by piece: a whole corpus' rows of articles need not be in memory."""
    if form == "csv" and by == "outlet":
        yield csv_text(found.outlets)
    elif form == "csv":
        for number, frame in enumerate(found.in_order()):
            yield csv_text(frame, header=not number)
    elif form == "json":
        tables = {"outlets": found.outlets, "articles": found.in_order()}
        yield from json_pieces({**tables, "findings": found.findings(), "notes": found.notes})
    else:
        lines = _outlet_lines(found.outlets, found.weak) if by == "outlet" else _article_lines(found)
        begun = False
        for line in chain(lines, _ending(found, by)):
            if line or begun:
                yield f"{line}\n"
            begun = True
        if not begun:
            yield "\n"


def _ending(found: Headlines | HeadlineTally, by: str) -> Iterator[str]:
    """Findings and notes, the mark of weak labels before them."""
    rows = found.outlets
    if by == "outlet" and set(zip(rows["head"], rows["label"], strict=True)) & found.weak:
        yield from ("", "° weak or unmeasured classifier: not tested.")
    for title, texts in (("Findings", found.findings()), ("Notes", found.notes)):
        yield from ["", title, *(part for text in texts for part in bullet(text))] if texts else []


def _outlet_lines(rows: pd.DataFrame, weak: Collection[tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    for (outlet, head), part in rows.groupby(["outlet", "head"], sort=False):
        what = "Who is named" if head == ACTORS else head_name(str(head))
        name = f"{outlet} · {what}"
        n = part["n_articles"].max()
        lines += ["", f"{name:<52}{'headline':>9}{'body':>7}   difference, points ({count(n, 'article')})"]
        seen = part[(part["headline"] != 0) | (part["body"] != 0)]
        for row in seen.head(_ACTORS_SHOWN if head == ACTORS else len(seen)).to_dict("records"):
            label = row["label"] if head == ACTORS else label_name(str(head), row["label"])
            label += " °" if (head, row["label"]) in weak else ""
            share = points if row["label"] == BALANCE else percent
            gap = points(row["difference"])
            gap += "" if pd.isna(row["low"]) else f" ({points(row['low'])} to {points(row['high'])})"
            mark = " *" if row["detected"] else ""
            lines.append(f"  {label:<50.50}{share(row['headline']):>9}{share(row['body']):>7}   {gap}{mark}")
        if left := len(part) - len(seen):
            lines.append(f"  and {count(left, 'label')} that neither has")
    return lines[1:]


def _article_lines(found: Headlines | HeadlineTally) -> Iterator[str]:
    for number, (article, outlet, title, findings) in enumerate(found.by_article()):
        yield from ([""] if number else [])
        yield f"{article[:8]}  {outlet}: {title}"
        yield from (line for text in findings for line in bullet(text))
