"""Correcting how a page was split into articles: every function gives a new list and leaves the old one as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from framing.ingest.text import normalise, one_line
from framing.outlets import canonical_outlet
from framing.schema import Article

KINDS = ("reprint", "paraphrase", "invented")
_HEADLINE_WORDS = 28  # as in `blocks`: few headlines are longer


def paragraphs_of(article: Article) -> list[str]:
    """The paragraphs of an article's text."""
    return article.text.split("\n\n")


def page_of(article: Article) -> str:
    """The source that an article was read from, without its number within it."""
    name, _, number = article.source.rpartition("#")
    return name if number.isdecimal() else article.source


def has_next(articles: Sequence[Article], at: int) -> bool:
    """Whether the article after this one stands on the same page."""
    return at + 1 < len(articles) and page_of(articles[at]) == page_of(articles[at + 1])


def move_boundary(articles: Sequence[Article], at: int, paragraphs: int) -> list[Article]:
    """The boundary to the next article moved: this one keeps so many of the paragraphs of both, at least one each."""
    both = [*paragraphs_of(articles[at]), *paragraphs_of(articles[at + 1])]
    cut = min(max(paragraphs, 1), len(both) - 1)
    first = replace(articles[at], text="\n\n".join(both[:cut]))
    second = replace(articles[at + 1], text="\n\n".join(both[cut:]))
    return [*articles[:at], first, second, *articles[at + 2 :]]


def join(articles: Sequence[Article], at: int) -> list[Article]:
    """This article and the next as one, whose text goes on with the other's headline."""
    first, second = articles[at], articles[at + 1]
    text = "\n\n".join(part for part in (first.text, second.title, second.text) if part)
    return [*articles[:at], replace(first, text=text), *articles[at + 2 :]]


def divide(articles: Sequence[Article], at: int, paragraph: int) -> list[Article]:
    """Another article begun at this paragraph (from 1 on): a short one without a full stop becomes its headline."""
    article, every = articles[at], paragraphs_of(articles[at])
    if not 0 < paragraph < len(every):
        return list(articles)
    first, rest = every[:paragraph], every[paragraph:]
    heads = len(rest) > 1 and len(rest[0].split()) <= _HEADLINE_WORDS and not rest[0].endswith((".", "”", '."'))
    title, body = (rest[0], rest[1:]) if heads else ("", rest)
    begun = replace(article, title=title, text="\n\n".join(body), byline=None)
    return [*articles[:at], replace(article, text="\n\n".join(first)), begun, *articles[at + 1 :]]


def leave_out(articles: Sequence[Article], at: int) -> list[Article]:
    """All but this article."""
    return [*articles[:at], *articles[at + 1 :]]


def change(
    articles: Sequence[Article], at: int, outlet: str, title: str, published: date | None, kind: str | None
) -> list[Article]:
    """This article with other facts; an empty outlet leaves the one it has."""
    old = articles[at]
    named = canonical_outlet(one_line(outlet)) or old.outlet
    new = replace(old, outlet=named, title=one_line(normalise(title)), published=published, kind=kind)
    return [*articles[:at], new, *articles[at + 1 :]]
