"""How sure headline, date and outlet of one article are, and what of its page was left out: a line for its `note`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from framing.ingest.blocks import read_blocks
from framing.plain import count, listed

Certainty = Literal["certain", "likely", "guess"]
_NOUNS = {"caption": "photo caption", "notice": "notice", "related": "link label", "credit": "credit line"}


def judged(fact: str, how: str, certainty: Certainty) -> str:
    """`outlet likely (its byline)`."""
    return f"{fact} {certainty} ({how})" if certainty != "guess" else f"{fact} a guess ({how})"


def title_said(title: str, meta: str, headline: str) -> str:
    """Of a page's article: what its metadata and its text call it, and which of them stands."""
    if not title:
        return "no headline found"
    if meta and headline and _alike(meta, headline):
        return judged("headline", "metadata and text agree", "certain")
    if meta:
        return judged("headline", "the page’s metadata", "likely")
    return judged("headline", "the text’s first line", "likely")


def date_said(meta: object, written: object) -> str:
    """Of a page's article: whether its metadata or a line of its text gives the day."""
    if meta and written:
        return judged("date", "metadata and text", "certain") if str(meta)[:10] == str(written) else _differing()
    if meta or written:
        return judged("date", "the page’s metadata" if meta else "a line of the text", "likely")
    return "no date found"


def _differing() -> str:
    return judged("date", "metadata and text differ; the metadata’s was taken", "guess")


def _alike(first: str, second: str) -> bool:
    return first.casefold().startswith(second.casefold()) or second.casefold().startswith(first.casefold())


def left_out(text: str, kept: Iterable[str], other_words: int = 0) -> str:
    """What of a text stands in none of the `kept` texts, by kind of line, and how many words of the page around it."""
    whole = "\n".join(kept)
    kinds: Counter[str] = Counter(
        block.kind for block in read_blocks(text) if block.kind in _NOUNS and block.text and block.text not in whole
    )
    parts = [count(kinds[kind], noun) for kind, noun in _NOUNS.items() if kinds[kind]]
    if other_words > 0:
        parts.append(f"{count(other_words, 'word')} of the page around it")
    return f"left out: {listed(parts)}" if parts else ""
