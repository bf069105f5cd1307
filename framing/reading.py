"""Text for reading: articles with their sentences marked, lists of sentences, notices.

Whatever came from outside is escaped; what comes back is HTML without scripts, styles or outside addresses, so that no
page has to pass foreign text to a Markdown parser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import Any

import pandas as pd

from framing.cells import records
from framing.plain import percent

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
_VOICE_WORDS = {"own": "own words", "quoted": "quoted", "reported": "reported", "mixed": "part quoted"}
LONGEST_NAME = 400
"""Characters of a headline in a list: a choice; 4 of 2,400 news headlines have more than 28 words (`ingest/blocks`)."""
KIND_BADGES = {
    "paraphrase": "Demonstration text: a paraphrase written for this project, not the outlet's own article",
    "invented": "Demonstration text: outlet and article are invented",
    "reprint": "Split from a page that reprints several articles",
}
SHORT_BADGES = {"paraphrase": "Demonstration: paraphrase", "invented": "Demonstration: invented"}
"""The same where a telephone has room for no more."""


@dataclass(frozen=True)
class Marks:
    """Which sentences of an article to mark: `said` holds what to say of each, by index; `chosen` those picked."""

    said: Mapping[int, str] = field(default_factory=dict)
    chosen: frozenset[int] = frozenset()
    left_out: frozenset[int] = frozenset()
    """Copied sentences that do not count here."""


def day(value: date | datetime | str | None) -> str:
    """`17 October 2020`; `undated` where there is no date."""
    if value is None or pd.isna(value):
        return "undated"
    moment = pd.Timestamp(value)
    return f"{moment.day} {moment:%B %Y}"


def said(label: str, probability: float) -> str:
    """`Conflict, probability 83%`; the label alone where there is no probability."""
    return label if pd.isna(probability) else f"{label}, probability {percent(probability)}"


def voice_words(voice: object, speaker: object) -> str:
    """`quoted: Baku`, `own words`; empty where the voice is not known."""
    if not isinstance(voice, str) or voice not in _VOICE_WORDS:
        return ""
    named = isinstance(speaker, str) and speaker and voice != "own"
    return f"{_VOICE_WORDS[voice]}: {speaker}" if named else _VOICE_WORDS[voice]


def beginning(text: str) -> str:
    """A text as long as it may be in a list."""
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


def anchor(article_id: str, index: int) -> str:
    """The id of a sentence on the page, for links from lists to the article."""
    return f"s-{re.sub(r'[^0-9A-Za-z]', '', article_id)}-{index}"


def badge_html(text: str, tone: str = "plain") -> str:
    """A short label in a frame; `tone` is plain, demo or voice."""
    return f'<span class="fr-badge fr-{tone}">{escape(text)}</span>'


def notice_html(lines: str | Iterable[str], tone: str = "note", title: str = "", first: int | None = None) -> str:
    """A framed notice; `tone` is note, good or bad; texts after the `first` are folded. Errors are announced to screen
    readers."""
    texts = [lines] if isinstance(lines, str) else list(lines)
    head = f"<strong>{escape(title)}</strong>" if title else ""
    body = f"<p>{escape(texts[0])}</p>" if len(texts) == 1 else _bullets(texts[:first])
    if more := texts[first:] if first else []:
        body += f'<details class="fr-fold"><summary>{len(more)} more</summary>{_bullets(more)}</details>'
    return f'<div class="fr-notice fr-{tone}" role="{"alert" if tone == "bad" else "note"}">{head}{body}</div>'


def _bullets(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def table_html(headers: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table of plain text with a caption; the first column heads its rows."""
    kind = "fr-table fr-wide" if len(headers) > 2 else "fr-table"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headers)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="fr-scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="{kind}">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def terms_html(terms: Iterable[tuple[str, str]], folded: str = "") -> str:
    """Terms and what they mean, as a list; `folded` is the title under which it is folded away."""
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>" for term, meaning in terms)
    listed = f'<dl class="fr-terms">{items}</dl>'
    return f'<details class="fr-fold"><summary>{escape(folded)}</summary>{listed}</details>' if folded else listed


PLACED = ("article_id", "index", "start", "end", "voice", "speaker")
"""What an article's sentences are shown by."""
_LISTED = ("article_id", "index", "outlet", "title", "published", "event", "text", "voice", "speaker", "said", "spans")
"""What a list of sentences shows."""


def article_html(article: Mapping[str, Any], sentences: pd.DataFrame, marks: Marks) -> str:
    """One article with headline, date and body; marked sentences carry colour, underline, probability and voice.

    `article` has the columns of `Corpus.articles`; `sentences` those of `Corpus.sentences`, for this article alone.
    """
    rows = sentences[[name for name in PLACED if name in sentences]].sort_values("index")
    headline = records(rows[rows["index"] == 0])
    title = _sentence(headline[0], str(article["title"]), marks) if headline else escape(str(article["title"]))
    byline = f" · {article['byline']}" if isinstance(article.get("byline"), str) and article["byline"] else ""
    body = paragraphs_html(str(article["text"]), rows[rows["index"] > 0], lambda row, text: _sentence(row, text, marks))
    label = escape(f"{article['outlet']}: {article['title']}")
    return (
        f'<article class="fr-article" tabindex="0" aria-label="{label}"><h4>{title}</h4>'
        f'<p class="fr-meta">{escape(day(article["published"]) + byline)}</p>{body}</article>'
    )


def paragraphs_html(text: str, rows: pd.DataFrame, show: Callable[[Mapping[Any, Any], str], str]) -> str:
    """A text in paragraphs, its sentences (`rows` with start and end, in order) each as `show(row, its text)` gives
    them in HTML; what stands between them escaped."""
    pieces, sentences, position = [], records(rows), 0
    for paragraph in _PARAGRAPH.finditer(text):
        inside, cursor = [], paragraph.start()
        while position < len(sentences) and sentences[position]["start"] < paragraph.end():
            row = sentences[position]
            inside.append(escape(text[cursor : row["start"]]))
            inside.append(show(row, text[row["start"] : row["end"]]))
            cursor, position = row["end"], position + 1
        inside.append(escape(text[cursor : paragraph.end()]))
        pieces.append(f"<p>{''.join(inside)}</p>")
    return "".join(pieces)


def _sentence(row: Mapping[Any, Any], text: str, marks: Marks) -> str:
    index, voice = int(row["index"]), voice_words(row.get("voice"), row.get("speaker"))
    facts = [] if voice in ("", "own words") or index == 0 else [voice]
    facts += ["copied, not counted"] if index in marks.left_out else []
    spoken = "".join(f' <span class="fr-voice">{escape(fact)}</span>' for fact in facts)
    place = anchor(str(row["article_id"]), index)
    if index not in marks.said:
        return f'<span id="{place}">{escape(text)}{spoken}</span>'
    tip = ", ".join(part for part in (marks.said[index], voice) if part)
    kind = "fr-mark fr-chosen" if index in marks.chosen else "fr-mark"
    return (
        f'<mark id="{place}" class="{kind}" tabindex="0" data-tip="{escape(tip)}">{escape(text)}'
        f'<span class="fr-hidden"> ({escape(tip)})</span></mark>{spoken}'
    )


def sentences_html(rows: pd.DataFrame, label: str, linked: frozenset[str] = frozenset(), first: int = 1) -> str:
    """The sentences behind a number as a list: text, then outlet, article, date, voice, speaker and what is said of it.

    `rows` needs article_id, index, outlet, title, published, text, voice, speaker, said, and may have `spans`, as
    `tagged_html` takes them; articles in `linked` are on the page, so their entries lead there; `first` is the number
    that the list begins with.
    """
    items = "".join(_entry(row, linked) for row in records(rows, [name for name in _LISTED if name in rows]))
    start = f' start="{first}"' if first > 1 else ""
    return f'<ol class="fr-sentences"{start} tabindex="0" aria-label="{escape(label)}">{items}</ol>'


def _entry(row: Mapping[Any, Any], linked: frozenset[str]) -> str:
    link = ""
    if row["article_id"] in linked:
        link = f' <a href="#{anchor(row["article_id"], int(row["index"]))}" target="_self">show in article</a>'
    return f"<li>{entry_html(row, link)}</li>"


def entry_html(row: Mapping[Any, Any], link: str = "") -> str:
    """One sentence of a list, as `sentences_html` has it, with its `event` where the row names one; `link` is HTML."""
    event = row.get("event")
    named = event if isinstance(event, str) else ""
    facts = [str(row["outlet"]), f"“{beginning(str(row['title']))}”", day(row["published"]), named]
    meta = " · ".join(escape(fact) for fact in [*facts, voice_words(row["voice"], row["speaker"])] if fact)
    told = f'<br><span class="fr-probability">{escape(row["said"])}</span>{link}' if row["said"] or link else ""
    text = tagged_html(str(row["text"]), row.get("spans") or ())
    return f'<blockquote>{text}</blockquote><p class="fr-meta">{meta}{told}</p>'


def tagged_html(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """A text with stretches (start, end, what it is) underlined, what they are told behind each; of stretches that
    overlap the first counts."""
    pieces, cursor = [], 0
    for first, last, what in sorted(spans, key=lambda span: span[:2]):
        start, end = last - len(text[first:last].lstrip()), first + len(text[first:last].rstrip())
        if start < cursor or end <= start:
            continue
        tag = f'<small class="fr-tag">{escape(what)}</small>' if what else ""
        pieces += [escape(text[cursor:start]), f'<mark class="fr-word">{escape(text[start:end])}</mark>{tag}']
        cursor = end
    return "".join([*pieces, escape(text[cursor:])])
