"""The types that flow through the pipeline: Article → Sentence (+ voice) → Mention → scores. All frozen; offsets are
code points."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Voice = Literal["own", "quoted", "reported", "mixed"]
View = Literal["own", "quoted", "both"]
ActorType = Literal["state", "person", "organisation", "community"]

VOICES: tuple[Voice, ...] = ("own", "quoted", "reported", "mixed")
VIEWS: tuple[View, ...] = ("own", "quoted", "both")


def content_id(*parts: str) -> str:
    """16 hex digits of SHA-256 over the parts; equal parts give equal ids on every machine."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one outlet. `text` is the body alone: paragraphs separated by a blank line, no headline,
    normalised."""

    outlet: str
    title: str
    text: str
    published: date | None = None
    byline: str | None = None
    url: str | None = None
    source: str = ""
    """Where it was read: file name, URL, or `stdin`, with `#row` or `#n` where one source holds several."""
    event: str | None = None
    """Event name given with the article (front matter, `--event`, or the reprint page it stood on)."""
    kind: str | None = None
    """`paraphrase` or `invented` for demonstration texts, `reprint` for a split page; otherwise None."""
    note: str | None = None

    @property
    def id(self) -> str:
        """Hash of outlet, title and text: the same article read twice has the same id."""
        return content_id(self.outlet, self.title, self.text)


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row, file or article that was not taken, and why."""

    source: str
    position: str
    """`row 17`, `line 3`, `article 2`, or empty for the whole source."""
    reason: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch [start, end) of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article. Index 0 is the headline, whose offsets count in the title; the others count in the
    text."""

    article_id: str
    index: int
    text: str
    start: int
    end: int
    paragraph: int
    """0-based paragraph of the body; -1 for the headline."""
    quotes: tuple[Span, ...] = field(default=())
    """Stretches inside quotation marks (marks excluded), counted within `text` of this sentence; scare quotes
    included."""

    @property
    def is_headline(self) -> bool:
        return self.index == 0


@dataclass(frozen=True, slots=True)
class VoiceDecision:
    """Whose words carry a sentence, and who speaks where the text names them."""

    voice: Voice
    speaker: str | None = None
    rule: str = ""
    """Name of the rule that decided, for the reader who asks why."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a sentence that names an actor. `canonical` is the actor's usual name as far as one article
    tells."""

    article_id: str
    index: int
    start: int
    end: int
    """Offsets within the sentence's text."""
    surface: str
    canonical: str
    type: ActorType
