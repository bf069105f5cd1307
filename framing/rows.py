"""Articles, sentences, voices and mentions as rows of the corpus, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from framing.parts import MENTIONS, SCHEMAS, VOICE
from framing.schema import Article, Mention, Sentence, Span, VoiceDecision

_ARTICLE_FIELDS = ("outlet", "title", "text", "published", "byline", "url", "source", "kind", "note")


def articles_table(articles: Iterable[Article]) -> pa.Table:
    """The `articles` rows of a part."""
    rows = [{"article_id": a.id, **{name: getattr(a, name) for name in _ARTICLE_FIELDS}} for a in articles]
    return pa.Table.from_pylist(rows, SCHEMAS["articles"])


def article_of(row: Mapping[str, Any]) -> Article:
    """An `articles` row (with `event` where the query joined it) as an Article."""
    return Article(**{name: row[name] for name in _ARTICLE_FIELDS}, event=row.get("event"))


def sentences_table(sentences: Iterable[Sentence]) -> pa.Table:
    """The `sentences` rows of a part."""
    rows = [
        {
            "article_id": s.article_id,
            "index": s.index,
            "text": s.text,
            "start": s.start,
            "end": s.end,
            "paragraph": s.paragraph,
            "quotes": [{"start": span.start, "end": span.end} for span in s.quotes],
        }
        for s in sentences
    ]
    return pa.Table.from_pylist(rows, SCHEMAS["sentences"])


def sentence_of(row: Mapping[str, Any]) -> Sentence:
    """A `sentences` row as a Sentence."""
    quotes = tuple(Span(span["start"], span["end"]) for span in row["quotes"])
    plain = {name: row[name] for name in ("article_id", "index", "text", "start", "end", "paragraph")}
    return Sentence(**plain, quotes=quotes)


def voices_table(sentences: Sequence[Sentence], voices: Sequence[VoiceDecision]) -> pa.Table:
    """The `voice` rows of a part: one a sentence, in the same order."""
    rows = [
        {"article_id": s.article_id, "index": s.index, "voice": v.voice, "speaker": v.speaker, "rule": v.rule}
        for s, v in zip(sentences, voices, strict=True)
    ]
    return pa.Table.from_pylist(rows, SCHEMAS[VOICE])


def mentions_table(mentions: Iterable[Mention]) -> pa.Table:
    """The `mentions` rows of a part."""
    names = SCHEMAS[MENTIONS].names
    return pa.Table.from_pylist([{name: getattr(m, name) for name in names} for m in mentions], SCHEMAS[MENTIONS])


def mention_of(row: Mapping[str, Any]) -> Mention:
    """A `mentions` row as a Mention."""
    return Mention(**{name: row[name] for name in SCHEMAS[MENTIONS].names})
