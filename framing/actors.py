"""Actors: the people, states, organisations and communities that articles talk about.

Finding is the work of `actor_spans`, naming of `actor_names`, merging within an article and an event of `actor_merge`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from framing.actor_aliases import state_words, town_words
from framing.actor_merge import event_names, merge_article
from framing.actor_names import name_span
from framing.actor_spans import find_spans
from framing.actor_tokens import Hints, Is, Line, listed, tokenise
from framing.errors import InputError
from framing.schema import Article, Mention, Sentence
from framing.voice_context import own_reporters

ACTORS_VERSION = "2"
"""Changes whenever the rules or their word lists do."""

Pair = tuple[int, int]


def find_mentions(article: Article, sentences: Sequence[Sentence]) -> list[Mention]:
    """Mentions in an article's sentences, in order, with `canonical` merged within the article.

    The outlet's own reporters are no actors: they speak as the outlet.
    """
    reporters = own_reporters(article)
    hints = _hints([s.text for s in sentences if not s.is_headline], _own_names(article.outlet))
    headline = replace(hints, headline=True)
    spans = [find_spans(s.text, headline if s.is_headline else hints) for s in sentences]
    named = resolve([s.text for s in sentences], spans)
    return [
        replace(mention, article_id=sentence.article_id, index=sentence.index)
        for sentence, mentions in zip(sentences, named, strict=True)
        for mention in mentions
        if mention.canonical not in reporters
    ]


def find_in_sentence(text: str) -> list[Mention]:
    """Mentions in one sentence without its article (`article_id` empty, index 0)."""
    return resolve([text], [find_spans(text)])[0]


def resolve(texts: Sequence[str], spans: Sequence[Sequence[Pair]]) -> list[list[Mention]]:
    """Types, names and merges candidate stretches [start, end) of one article's sentences, whoever found them.

    One list of mentions a text, `article_id` empty, `index` the text's position. A stretch that stands for nobody the
    article names ("the president" of nobody) is left out. Raises ValueError where texts and spans differ in number.
    """
    named = []
    for text, pairs in zip(texts, spans, strict=True):
        trimmed = [_trim(text, start, end) for start, end in pairs]
        named.append([(start, end, name_span(text, start, end)) for start, end in trimmed if start < end])
    return [
        [Mention("", i, start, end, text[start:end], name.canonical, name.type) for start, end, name in row]
        for i, (text, row) in enumerate(zip(texts, merge_article(texts, named), strict=True))
    ]


def merge_event(mentions: pd.DataFrame) -> pd.DataFrame:
    """A copy with column `actor`: the name over all articles of one event. InputError without `canonical`, `type`."""
    missing = {"canonical", "type"} - set(mentions.columns)
    if missing:
        raise InputError(f"Mentions need the columns canonical and type; missing: {', '.join(sorted(missing))}.")
    rows = list(zip(mentions["canonical"].astype(str), mentions["type"].astype(str), strict=True))
    names = event_names(rows)
    return mentions.assign(actor=[names[row] for row in rows])


def _own_names(outlet: str) -> frozenset[str]:
    """An outlet's name as its own articles write it: in full, without "The", by its last word ("told the Clarion")."""
    bare = outlet.removeprefix("The ")
    last = bare.split()[-1:] if " " in bare else []
    return frozenset(n for n in (outlet, bare, *last) if n)


def _hints(texts: Sequence[str], outlets: frozenset[str]) -> Hints:
    """What an article's body shows about its capitalised words; a headline, where any may have a capital, is none."""
    single: Counter[str] = Counter()
    longer: set[str] = set()
    first = Hints(outlets=outlets, strict=True)
    for text in texts:
        for start, end in find_spans(text, first):
            tokens = [t for t in tokenise(text[start:end]) if t.cap and len(t.text) > 2]
            found = [t.text for t in tokens if not t.mask & Is.STOP or t.mask & Is.NAMESTOP]
            if len(tokens) > 1:
                longer.update(found)
            else:
                single.update(found)
    whole = "\n".join(texts)
    states = state_words(whole) & _unlisted_names(texts)
    towns = {w for w in town_words(whole) & set(single) if not listed(w)} - states - longer
    return Hints(frozenset({*single, *longer}), frozenset(towns), frozenset(states), outlets, strict=True)


def _unlisted_names(texts: Sequence[str]) -> set[str]:
    """Words with a capital that no sentence's start accounts for, and that no list of names or words holds."""
    lines = [Line(text, Hints()) for text in texts]
    return {
        t.text
        for s in lines
        for i, t in enumerate(s.tokens)
        if t.cap and not t.mask & ~Is.PHRASE and not s.starts(i) and not listed(t.text)
    }


_LEADING = re.compile(r"\s*(?:(?:the|an?)\s+)*", re.IGNORECASE)
_TRAILING = re.compile(r"(?:\s|[’']s)+$")


def _trim(text: str, start: int, end: int) -> Pair:
    """The stretch without blanks and articles before it, without blanks and a possessive after it."""
    surface = text[start:end]
    lead = _LEADING.match(surface)
    skip = lead.end() if lead and lead.end() < len(surface) else 0
    tail = _TRAILING.search(surface)
    return start + skip, start + (tail.start() if tail else len(surface))
