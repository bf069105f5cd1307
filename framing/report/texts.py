"""The texts of a report: sentences of two outlets side by side, and the articles with their sentences marked."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from framing import reading
from framing.align import Alignment, align_frames
from framing.plain import count
from framing.report.evidence import Content, Place, number_link, told
from framing.report.parts import findings
from framing.retelling import REASON_WORDS, TAGS
from framing.tally import VOICE, Row


def aligned(content: Content) -> str:
    """What two outlets both tell, alike or differently, and what one alone tells."""
    if len(content.outlets) < 2:
        return '<p class="quiet">Only one outlet reports on this event: there is nothing to set beside it.</p>'
    comparison = content.comparison
    found = align_frames(comparison.every_sentence, comparison.mentions, comparison.articles, once=comparison.once)
    said = dict(zip(combinations(found.outlets, 2), found.summary, strict=True))
    made = "".join(_two(content, found, a, b, said[a, b]) for a, b in combinations(found.outlets, 2))
    alone = "".join(_alone(content, found, outlet) for outlet in found.outlets)
    return findings([], found.notes) + made + alone


def _two(content: Content, found: Alignment, a: str, b: str, summary: str) -> str:
    rows = "".join(_pair(content, row) for row in found.between(a, b).to_dict("records"))
    only = [_only(content, found, x, y) for x, y in ((a, b), (b, a))]
    links = ", ".join(link for link in only if link)
    read = f' <span class="quiet">Read: {links}.</span>' if links else ""
    return f"<h3>{escape(a)} and {escape(b)}</h3><p>{escape(summary)}{read}</p>{rows}"


def _only(content: Content, found: Alignment, outlet: str, other: str) -> str:
    rows = found.only_in(outlet, other)
    anchor = content.evidence.add(("only", outlet, other), f"Found in {outlet}, not in {other}", told(rows), brief=True)
    return number_link(anchor, f"only in {outlet} ({len(rows)})") if anchor else ""


def _pair(content: Content, row: Row) -> str:
    differs = row["kind"] == "differently"
    name = "Told differently" if differs else "Told alike"
    why = ", ".join(REASON_WORDS[reason] for reason in row["reasons"])
    badges = [f"{name}: {why}" if why else name]
    badges += ["headlines"] if row["index_a"] == 0 or row["index_b"] == 0 else []
    badges += ["copied text"] if row["copied"] else []
    cells = "".join(_side(content, row, side) for side in "ab")
    said = "".join(reading.badge_html(text) for text in badges)
    return f'<section class="pair{" differently" if differs else ""}"><p>{said}</p><div>{cells}</div></section>'


def _side(content: Content, row: Row, side: str) -> str:
    place = (str(row[f"article_{side}"]), int(row[f"index_{side}"]))
    sentence = content.evidence.sentences[place]
    spans = [(int(start), int(end), TAGS[why]) for start, end, why in row[f"spans_{side}"]]
    text = f"<p>{reading.tagged_html(str(sentence['text']), spans)}</p>" if content.with_text else ""
    voice = reading.voice_words(sentence["voice"], sentence["speaker"]) if place[1] else ""
    facts = [content.places.link(place), escape(str(row[f"outlet_{side}"])), escape(voice)]
    return f'<div>{text}<p class="quiet">{" · ".join(fact for fact in facts if fact)}</p></div>'


def _alone(content: Content, found: Alignment, outlet: str) -> str:
    rows = found.only[found.only["outlet"] == outlet]
    items = ""
    for row in told(rows):
        text = f" {escape(content.evidence.text(row.place))}" if content.with_text else ""
        items += f"<li>{content.places.link(row.place)}{text}</li>"
    kind = "plain" if content.with_text else "plain brief"
    return f'<h3>Found only in {escape(outlet)}: {count(len(rows), "sentence")}</h3><ul class="{kind}">{items}</ul>'


def articles(content: Content, marked: Mapping[Place, str], what: str) -> str:
    """The articles, those sentences marked that `marked` says something of; `what` names that. Without text the
    sentences' names, each with its labels."""
    legend = f"<mark>Underlined</mark>: {escape(what)}. " if what and content.with_text else ""
    legend = f'<p class="quiet">{legend}Each sentence has its number, by which the lists name it.</p>'
    # No words here: sentence by sentence, the words that set apart would give the text away.
    heads = (VOICE.name, *content.comparison.heads)
    said = {} if content.with_text else content.evidence.said_of(heads)
    return legend + "".join(_article(content, row, marked, said) for row in content.places.articles)


def _article(content: Content, row: Row, marked: Mapping[Place, str], said: Mapping[Place, list[str]]) -> str:
    identity = str(row["article_id"])
    name = content.places.article(identity)
    facts = [escape(reading.day(row["published"])), _address(row["url"]), f"id {escape(identity)}"]
    if content.with_text and isinstance(row["byline"], str) and row["byline"]:
        facts.insert(1, escape(row["byline"]))
    badge = reading.KIND_BADGES.get(str(row["kind"]))
    meta = f'<p class="quiet">{" · ".join(fact for fact in facts if fact)}</p>' + (
        reading.badge_html(badge, "demo") if badge else ""
    )
    mine = (s for (article, _), s in content.evidence.sentences.items() if article == identity)
    sentences = sorted(mine, key=lambda sentence: int(sentence["index"]))
    if not content.with_text:
        items = "".join(_bare(content, (identity, int(s["index"])), said) for s in sentences)
        return f'<article><h3>{name} · {escape(str(row["outlet"]))}</h3>{meta}<ol class="bare">{items}</ol></article>'
    head = [s for s in sentences if s["index"] == 0]
    title = _sentence(content, head[0], str(row["title"]), marked) if head else f"{name} {escape(str(row['title']))}"
    body = reading.paragraphs_html(
        str(row["text"]),
        pd.DataFrame(
            [s for s in sentences if s["index"] > 0],
            columns=["article_id", "index", "start", "end", "voice", "speaker"],
        ),
        lambda sentence, text: _sentence(content, sentence, text, marked),
    )
    return f"<article><h3>{escape(str(row['outlet']))}: {title}</h3>{meta}{body}</article>"


def _sentence(content: Content, sentence: Mapping[Any, Any], text: str, marked: Mapping[Place, str]) -> str:
    place = (str(sentence["article_id"]), int(sentence["index"]))
    anchor, number = content.places.anchor(place), place[1] or content.places.article(place[0])
    voice = reading.voice_words(sentence["voice"], sentence["speaker"]) if place[1] else ""
    facts = [] if voice in ("", "own words") else [voice]
    facts += ["copied, not counted"] if place in content.left_out else []
    spoken = "".join(f' <small class="quiet">{escape(fact)}</small>' for fact in facts)
    link = f'<a class="i" href="#{anchor}" aria-label="Sentence {escape(content.places.name(place))}">{number}</a>'
    kind = ' class="m"' if place in marked else ""
    tip = f'<span class="tip"> ({escape(marked[place])})</span>' if marked.get(place) else ""
    return f'<span id="{anchor}"{kind}>{link} <span class="w">{escape(text)}</span>{tip}{spoken}</span>'


def _bare(content: Content, place: Place, said: Mapping[Place, list[str]]) -> str:
    told_of = ", ".join(dict.fromkeys(said.get(place, [])))
    return f'<li id="{content.places.anchor(place)}">{content.places.name(place)} <small>{escape(told_of)}</small></li>'


def _address(url: object) -> str:
    """The article's address as a link where it is one of the web; anything else as text."""
    if not isinstance(url, str) or not url:
        return ""
    shown = escape(url)
    if urlsplit(url).scheme not in ("http", "https"):
        return shown
    return f'<a href="{shown}" rel="noreferrer noopener" class="out">{shown}</a>'
