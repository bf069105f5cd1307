"""What holds of every page of the web, fetched or out of a crawl."""

from __future__ import annotations

from framing.plain import count
from framing.schema import Article, Rejection

FEWEST_WORDS = 25
"""Shortest text of a page of the web: a choice; 40 words make an article on a page of reprints (`roundup`)."""


def full(item: Article | Rejection) -> Article | Rejection:
    """The article, or why a page with so little text is none: a notice that asks for consent or payment reads so."""
    words = len(item.text.split()) if isinstance(item, Article) else FEWEST_WORDS
    if words >= FEWEST_WORDS:
        return item
    reason = f"gives no more than {count(words, 'word')} of text (a paywall, a notice, or a page that a script fills)"
    return Rejection(item.source, "", reason)
