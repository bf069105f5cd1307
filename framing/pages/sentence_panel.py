"""One sentence: what every classifier says of it, who is in it, and the article around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from framing import find, labels, reading, said, session
from framing.actors import merge_event
from framing.cells import records
from framing.corpus import Corpus
from framing.find import Number, Wanted
from framing.pages import jump, sentence_filters, take
from framing.plain import percent
from framing.schema import View
from framing.tally import Row

_COMPARE = str(Path(__file__).with_name("compare.py"))
_PLACE = "fr_read"


@dataclass(frozen=True)
class Opened:
    """An article, its sentences, and the mentions in one of them with `actor` as the event's comparison names it."""

    article: Mapping[str, Any]
    sentences: pd.DataFrame
    mentions: pd.DataFrame


def show(wanted: Wanted, known: Mapping[str, Number]) -> None:
    """The opened sentence, or how to open one."""
    article_id, _, index = str(sentence_filters.state("open") or "").rpartition(":")
    clicked = st.session_state.pop("_fresh", False)
    with st.container(key=_PLACE):
        if not article_id:
            st.html('<p class="fr-meta">Choose “Read in its article” to see a sentence in its article here.</p>')
            return
        opened = session.of_corpus(_read, article_id, int(index) if index.isascii() and index.isdigit() else -1)
        if opened is None:
            session.notice("The link names a sentence that is not in this corpus.")
            return
        _show(opened, int(index), wanted, known)
    place = f".st-key-{_PLACE}" if clicked else ""
    jump.within(f"#{reading.anchor(article_id, int(index))}", place, st.session_state.get("_reads", 0))


def _read(corpus: Corpus, article_id: str, index: int) -> Opened | None:
    sentences = corpus.sentences(article_id=article_id)
    if index not in set(sentences["index"]):
        return None
    article, event = corpus.article(article_id), sentences["event_id"].iloc[0]
    facts = {name: getattr(article, name) for name in ("outlet", "title", "text", "published", "byline", "event")}
    named = isinstance(event, str)
    mentions = merge_event(corpus.mentions(event) if named else corpus.mentions(article_id=article_id))
    here = mentions[(mentions["article_id"] == article_id) & (mentions["index"] == index)]
    return Opened({**facts, "event_id": event if named else ""}, sentences, here)


def _show(opened: Opened, index: int, wanted: Wanted, known: Mapping[str, Number]) -> None:
    article = opened.article
    row = opened.sentences[opened.sentences["index"] == index].iloc[0]
    heads = list({number.head.name: number.head for number in known.values()}.values())
    judged = said.of_sentence(heads, row.to_dict())
    on_actors = said.of_actors(heads, opened.mentions)
    where = "headline" if index == 0 else f"sentence {index} of {int(opened.sentences['index'].max())}"
    facts = [str(article["outlet"]), str(article["event"] or "no event"), where]
    number = known.get(wanted.label)
    actor = _actor(wanted, number, opened, on_actors)
    marks = reading.Marks({index: _mark(judged, on_actors, number, actor)}, frozenset({index}))
    st.html(
        f'<h2>In its article</h2><p class="fr-meta">{escape(" · ".join(facts))}</p>'
        + reading.article_html(article, opened.sentences, marks)
    )
    _links(opened, row, number, actor, find.view_of(wanted.voices))
    back = reading.anchor(str(row["article_id"]), index)
    st.html(
        f"<h3>What the classifiers say of it</h3>{_labels_html(judged)}{_actors_html(opened.mentions, on_actors)}"
        f'<p><a href="#r{back}" target="_self">Back to the list</a></p>'
    )
    if len(judged):
        take.table(judged.assign(text=str(row["text"])), f"probabilities of a sentence of {facts[0]}", "judged")


def _labels_html(judged: pd.DataFrame) -> str:
    """What counts, head by head; every probability folded below."""
    if judged.empty:
        return '<p class="fr-meta">No classifier has scored it yet.</p>'
    lines = []
    for head, rows in judged.groupby("head", sort=False):
        counted = [
            f"{said.label_words(str(head), row['label'], row['weak'])} {percent(row['probability'])}"
            for row in records(rows[rows["counted"]])
        ]
        told = escape(", ".join(counted) or "none counted")
        lines.append(f"<li><strong>{escape(labels.head_name(str(head)))}:</strong> {told}</li>")
    every = [
        [
            f"{labels.head_name(row['head'])}: {said.label_words(row['head'], row['label'], row['weak'])}",
            percent(row["probability"]),
            "counted" if row["counted"] else "–",
        ]
        for row in records(judged)
    ]
    table = reading.table_html(["Label", "Probability", "Counted"], every, "Every label of every classifier")
    return (
        f'<ul class="fr-numbers">{"".join(lines)}</ul>'
        f'<details class="fr-fold"><summary>All {len(every)} probabilities</summary>{table}</details>'
    )


def _actors_html(mentions: pd.DataFrame, judged: pd.DataFrame) -> str:
    """Who is in it, in which words, and the stance toward each."""
    if mentions.empty:
        return '<p class="fr-meta">It names no actor.</p>'
    terms = []
    for actor, rows in mentions.groupby("actor", sort=False):
        words = ", ".join(f"“{word}”" for word in dict.fromkeys(rows["surface"]))
        stances = [
            f"{said.label_words(row['head'], row['label'], row['weak']).lower()} {percent(row['probability'])}"
            + (" (counted)" if row["counted"] else "")
            for row in records(judged[judged["actor"] == actor])
        ]
        terms.append((str(actor), f"{words}: {', '.join(stances) or 'no stance scored'}"))
    return f"<h3>Actors in it</h3>{reading.terms_html(terms)}"


def _actor(wanted: Wanted, number: Number | None, opened: Opened, judged: pd.DataFrame) -> str:
    """The actor asked for, under the name that the event's comparison has for it; of a stance toward anyone the most
    probable one."""
    rows = opened.mentions
    if wanted.actor:
        named = rows.loc[(rows["actor"] == wanted.actor) | (rows["canonical"] == wanted.actor), "actor"]
        return str(named.iloc[0]) if len(named) else ""
    if number is None or number.head.level == "sentence":
        return ""
    best = judged[_is(judged, number)].sort_values(["counted", "probability"], ascending=False, kind="stable")
    return str(best["actor"].iloc[0]) if len(best) else ""


def _links(opened: Opened, row: pd.Series, number: Number | None, actor: str, view: View) -> None:
    """On to the event's comparison at the same number, and to the page where one may change the words."""
    event, outlet = str(opened.article["event_id"]), str(opened.article["outlet"])
    if event:
        query = {"event": event}
        if number and (actor or number.head.level == "sentence"):
            query |= {"head": number.head.name, "label": number.label, "outlet": outlet, "view": view}
            query |= {"actor": actor} if number.head.level == "mention" else {}
        what = "Compare the outlets of this event" + (" at this label" if "head" in query else "")
        st.page_link(_COMPARE, label=what, query_params=query)
    tried = escape(session.link("try", {"text": str(row["text"]), **({"target": actor} if actor else {})}))
    st.html(f'<p><a href="{tried}" target="_self">Change its words and see what the classifiers say</a></p>')


def _mark(judged: pd.DataFrame, on_actors: pd.DataFrame, number: Number | None, actor: str) -> str:
    """What the mark tells of the sentence: the label asked for, or whatever counts."""
    if number is None:
        rows = judged[judged["counted"]]
    elif number.head.level == "mention":
        rows = on_actors[_is(on_actors, number) & (on_actors["actor"] == actor)]
    else:
        rows = judged[_is(judged, number)]
    told = [
        reading.said((f"{row['actor']}: " if row["actor"] else "") + _name(row), row["probability"])
        for row in records(rows)
    ]
    return "; ".join(told) or "the sentence found"


def _is(rows: pd.DataFrame, number: Number) -> pd.Series:
    return (rows["head"] == number.head.name) & (rows["label"] == number.label)


def _name(row: Row) -> str:
    return labels.label_name(row["head"], row["label"])
