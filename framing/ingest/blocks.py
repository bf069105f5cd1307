"""The lines of a page and what each seems to be: headline, credit, caption, notice, rule, or body text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from framing.ingest.credits import Credit, read_credit, read_dateline
from framing.ingest.furniture import is_caption, is_notice, is_related
from framing.ingest.text import paragraphs
from framing.outlets import find_outlet

Kind = Literal["headline", "credit", "caption", "notice", "related", "rule", "body"]

MIN_POINTS = 2
"""Credits that begin an article; on a page known to hold several, one point is enough."""
_HEADLINE_WORDS = 28  # 4 of 2,400 news headlines (AllSides round-ups) are longer
_RULE = re.compile(r"^(?:[-–—_=*~•#](?:\s?[-–—_=*~•#]){2,})$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
ENDS_SENTENCE = re.compile(r"[.!?…:;,][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or line of a page and what it seems to be. `level` is that of a Markdown heading, otherwise 0."""

    text: str
    kind: Kind
    level: int = 0
    credit: Credit | None = None


def read_blocks(text: str) -> Iterator[Block]:
    lines = paragraphs(text)
    last = next((line for line in reversed(lines) if not is_notice(line)), "")
    signed = (credit := read_credit(last)) is not None and credit.points >= MIN_POINTS
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        above = read_credit(_unmarked(lines[number - 1])) if signed and number else None
        credited = above is not None if signed else _has_credits_below(lines[number + 1 : number + 6])
        yield _block(line, below, credited, first=number == 0)


def _has_credits_below(lines: list[str]) -> bool:
    """Whether full credits and then a paragraph follow: that makes a headline even of a sentence with its full stop."""
    credits = list(itertools.takewhile(lambda line: read_credit(_unmarked(line)) or is_caption(line), lines))
    points = sum(credit.points for line in credits if (credit := read_credit(_unmarked(line))))
    return points > MIN_POINTS and len(credits) < len(lines) and bool(ENDS_SENTENCE.search(lines[len(credits)]))


def _block(line: str, below: str, credited: bool, first: bool) -> Block:
    heading = _HEADING.match(line)
    plain = _unmarked(heading[2] if heading else line)
    if _RULE.match(line):
        return Block("", "rule")
    if is_caption(plain):
        return Block(plain, "caption")
    if is_related(plain):
        return Block(plain, "related")
    credit = None if heading and len(heading[1]) == 1 else read_credit(plain)
    framed = credit is not None and (credit.published or find_outlet(plain) or re.search(r"(?i)/|^by\s|:", plain))
    if credit is not None and (framed or not first):  # the first line of a page is its title if it can be one
        return Block(plain, "credit", credit=credit)
    if is_notice(plain):
        return Block(plain, "notice")
    level = len(heading[1]) if heading else 0
    return Block(plain, "headline" if level or _is_headline(plain, below, credited) else "body", level)


def _unmarked(line: str) -> str:
    """A line without the bold or italic marks around the whole of it."""
    marked = re.match(r"^(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1$", line)
    return marked[2] if marked and marked[1] not in marked[2] else line


def _is_headline(line: str, below: str, credited: bool) -> bool:
    words = line.split()
    if len(words) > _HEADLINE_WORDS or not below or len(line) > 220:
        return False
    if not any(c.isalpha() for c in line) or line.startswith(("- ", "* ", "• ")) or read_dateline(line):
        return False
    if credited and not line.endswith((",", ";", ":")):
        return True
    if line.endswith("?") and not line.startswith(("“", '"', "‘", "'")):
        return True
    if not ENDS_SENTENCE.search(line):
        return len(words) > 1 or line[0].isupper()
    capitals = sum(word[0].isupper() for word in words if len(word) > 3 and word[0].isalpha())
    long_words = sum(len(word) > 3 and word[0].isalpha() for word in words)
    return line[-1] in ".!’”" and long_words > 1 and capitals >= 0.9 * long_words
