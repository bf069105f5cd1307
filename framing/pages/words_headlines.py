"""Headline against body: what each outlet's headlines carry beside the text under them, and each article's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from framing import labels, reading
from framing.cells import records
from framing.compare import Comparison
from framing.headline_words import ACTORS
from framing.headlines import Headlines, headlines
from framing.labels import BALANCE
from framing.pages import picker, take
from framing.pages.picker import Cell, Group, Pick
from framing.plain import count, percent
from framing.schema import View
from framing.tally import VOICE, VOICE_WEIGHTS, Row

KINDS = ("top", "under", "article")
TABLES = ("table_headlines", "table_articles")


def of_comparison(comparison: Comparison, outlets: tuple[str, ...], view: View) -> Headlines:
    """`headlines` of some outlets of an event's comparison."""
    sentences, mentions = (rows[rows["outlet"].isin(outlets)] for rows in (comparison.sentences, comparison.mentions))
    infos = [*comparison.heads.values(), comparison.voice]
    return headlines(sentences, mentions, infos, view, comparison.copies_among(outlets))


def section(found: Headlines, comparison: Comparison, articles: pd.DataFrame, pick: Pick, fresh: bool) -> None:
    """Findings and notes, the labels of each outlet's headlines, its articles, and the sentences picked."""
    said = found.findings() or ["No headline here could be tested: what follows describes these texts alone."]
    picker.told("Headlines and the text under them", said, found.notes)
    if found.articles.empty:
        st.html('<p class="fr-meta">No article here has a headline with scored sentences under it.</p>')
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        columns = ["What they carry", "Headlines", "Text under them", "Difference"]
        picker.show("table_headlines", "Means over the articles of each outlet", columns, _labels(found), pick)
        take.table(found.outlets, take.of_event("headlines and text", articles), "headlines")
        columns = ["Headline", "What it carries, and how much of the text under it does"]
        picker.show("table_articles", "Article by article", columns, _articles(found, articles), pick)
        take.table(found.articles, take.of_event("headlines article by article", articles), "articles")
    with right:
        if pick.kind in KINDS:
            rows, title = behind(found, comparison, pick)
            picker.list_sentences(title, rows, articles, "", fresh)
        else:
            picker.hint()


def label_name(head: str, label: str) -> str:
    """A label in words; an actor's row says that it is named."""
    if head == ACTORS:
        return f"names {label}"
    name = labels.label_name(head, label)
    return f"{labels.head_name(head)}: {name.lower()}" if label == BALANCE else name


def _labels(found: Headlines) -> list[Group]:
    rows = found.outlets[(found.outlets["headline"] != 0) | (found.outlets["body"] != 0)]
    rows = rows.assign(size=rows["difference"].abs(), named=rows["head"] == ACTORS)
    rows = rows.sort_values(["named", "detected", "size"], ascending=[True, False, False], kind="stable")
    groups = []
    for outlet, part in rows.groupby("outlet", sort=True):
        n = found.articles.loc[found.articles["outlet"] == outlet, "article_id"].nunique()
        groups.append(Group(f"{outlet}, {count(n, 'article')}", [_label(row) for row in records(part)]))
    return groups


def _label(row: Row) -> list[Cell]:
    outlet, head, label = str(row["outlet"]), str(row["head"]), str(row["label"])
    if row["detected"]:
        verdict = "more than chance"
    else:
        verdict = "no difference detected" if pd.notna(row["p"]) else "not tested"
    gap = labels.points(row["difference"])
    interval: str = (
        f"{labels.points(row['low'])} to {labels.points(row['high'])}" if pd.notna(row["low"]) else "no interval"
    )
    name = label_name(head, label)
    cells = [Cell(name, note=f"{count(row['n_articles'], 'article')}; {verdict}")]
    for kind, key, where in (("top", "headline", "headlines"), ("under", "body", "text under them")):
        shown = labels.points(row[key]) if label == BALANCE else percent(row[key])
        pick = Pick(kind, outlet, head, label) if row[key] else None
        cells.append(Cell(shown, pick, says=f"{outlet}, {where}, {name}: {shown}"))
    return [*cells, Cell(f"{gap} points", note=interval)]


def _articles(found: Headlines, articles: pd.DataFrame) -> list[Group]:
    groups, told = [], set(found.articles["article_id"])
    for outlet, rows in articles.groupby("outlet", sort=True):
        known = [row for row in records(rows, ("article_id", "title")) if row["article_id"] in told]
        cells = [
            [
                Cell(str(row["title"]), Pick("article", str(outlet), str(row["article_id"]))),
                Cell("; ".join(found.describe(str(row["article_id"]))) or "nothing of what is measured"),
            ]
            for row in known
        ]
        if cells:
            groups.append(Group(str(outlet), cells))
    return groups


def behind(found: Headlines, comparison: Comparison, pick: Pick) -> tuple[pd.DataFrame, str]:
    """The headlines, or the sentences under them, that a number counts; of an article its headline and the sentences
    that carry what it carries."""
    rows = found.articles
    if pick.kind == "article":
        return _of_article(found, comparison, pick)
    rows = rows[(rows["outlet"] == pick.outlet) & (rows["head"] == pick.who) & (rows["label"] == pick.whom)]
    name = label_name(pick.who, pick.whom)
    if pick.kind == "top":
        tops = rows[rows["headline"] != 0][["article_id", "index", "probability"]]
        shown = comparison.sentences.merge(tops, on=["article_id", "index"])
        shown = shown.assign(said=[reading.said(name, value) for value in shown["probability"]])
        return shown, f"{name} · headlines of {pick.outlet}"
    shown = _under(found, comparison, pick.outlet, pick.who, pick.whom)
    return shown[shown["article_id"].isin(rows["article_id"])], f"{name} · text of {pick.outlet}"


def _under(found: Headlines, comparison: Comparison, outlet: str, head: str, label: str) -> pd.DataFrame:
    """Body sentences of an outlet with a label, in the view of the page, with `said`."""
    name = label_name(head, label)
    if head != ACTORS:
        if head != VOICE.name and head not in comparison.heads:
            return comparison.sentences.iloc[:0].assign(said="")
        shown = comparison.behind(outlet, head, label, "both" if head == VOICE.name else found.view)
        return shown.assign(said=[reading.said(name, value) for value in shown["probability"]])
    named = comparison.mentions[comparison.mentions["actor"] == label]
    places = set(zip(named["article_id"], named["index"], strict=True))
    body = comparison.sentences
    body = body[(body["outlet"] == outlet) & (body["index"] > 0)]
    if found.view != "both":
        body = body[body["voice"].map(VOICE_WEIGHTS[found.view]).fillna(0) > 0]
    kept = [place in places for place in zip(body["article_id"], body["index"], strict=True)]
    return body[np.array(kept, dtype=np.bool_)].assign(said=name)


def _of_article(found: Headlines, comparison: Comparison, pick: Pick) -> tuple[pd.DataFrame, str]:
    rows = found.articles
    carried = rows[(rows["article_id"] == pick.who) & (rows["finding"] != "") & (rows["label"] != BALANCE)]
    said: dict[int, list[str]] = {0: []}
    for row in records(carried):
        said[0].append(label_name(row["head"], row["label"]))
        under = _under(found, comparison, pick.outlet, str(row["head"]), str(row["label"]))
        for index in under.loc[under["article_id"] == pick.who, "index"]:
            said.setdefault(int(index), []).append(said[0][-1])
    shown = comparison.sentences
    shown = shown[(shown["article_id"] == pick.who) & shown["index"].isin(list(said))]
    told = ["; ".join(said[int(i)]) + (" (the headline)" if i == 0 else "") for i in shown["index"]]
    return shown.assign(said=told), f"Headline and text · {pick.outlet}"
