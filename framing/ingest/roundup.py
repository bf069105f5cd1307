"""Pages: one pasted article with its headline and credits, or a reprint page with the articles of several outlets.

A page is read as a chain of parts, each a *head* (headlines, credits, captions, rules) and a *body* (paragraphs). A part begins an
article when its head holds a headline and credits that say enough (`credits.Credit.points`); any other part is a subheading with
its text and stays with the article before it. Two such articles make a reprint page. False splits are worse than misses.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from framing.ingest.credits import Credit, is_caption, is_notice, is_related, read_credit, read_dateline, read_name
from framing.ingest.text import paragraphs

Kind = Literal["headline", "credit", "caption", "notice", "related", "rule", "body"]

MIN_POINTS = 2
"""Credits that begin an article; on a page known to hold several, one point is enough."""
MIN_BODY_WORDS = 40
"""Shortest article on a page: below lie teasers of other articles ("headline, outlet, date, one sentence"), mostly 15 to 30 words."""
_HEADLINE_WORDS = 28  # the longest of 2,400 headlines of the news has 27
_RULE = re.compile(r"^(?:[-–—_=*~•#](?:\s?[-–—_=*~•#]){2,})$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_ENDS_SENTENCE = re.compile(r"[.!?…:;,][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or line of a page and what it seems to be. `level` is that of a Markdown heading, otherwise 0."""

    text: str
    kind: Kind
    level: int = 0
    credit: Credit | None = None


@dataclass(slots=True)
class Part:
    """A head and the body below it; `before` are credits above the headline, which may belong to the part before."""

    before: list[Block] = field(default_factory=list)
    header: list[Block] = field(default_factory=list)
    headlines: list[Block] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    after: list[Credit] = field(default_factory=list)
    head: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)
    teaser: bool = False
    words: int = 0

    @property
    def credit(self) -> Credit:
        """Everything that head, dateline and foot say, the head's word first."""
        dateline = read_dateline(self.body[0].text) if self.body else None
        return _sum([*self.credits, *([dateline.credit] if dateline else []), *self.after])

    def starts(self, points: int) -> bool:
        long_enough = self.words >= MIN_BODY_WORDS
        return bool(self.headlines) and long_enough and not self.teaser and self.credit.points >= points


@dataclass(frozen=True, slots=True)
class Found:
    """One article of a page: its headline (may be empty), what its credits say, and its paragraphs."""

    title: str
    credit: Credit
    text: str
    agency: str | None = None
    """The outlet that only the dateline names ("BAKU (Reuters) —"): often an agency whose copy another outlet printed."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds. `event` is the title that the page itself has, or None for a single plain article."""

    articles: list[Found]
    event: str | None = None
    opening: str = ""
    """Text before the first article of a reprint page that no credit gives to an outlet."""


def read_page(text: str) -> Page:
    """The articles of a normalised text: several of a reprint page, or the one that it is."""
    parts = _parts(list(_blocks(text)))
    strong = [part for part in parts if part.starts(MIN_POINTS)]
    if len(strong) >= 2:
        return _reprint(parts, 1)
    if len(strong) == 1 and strong[0].header and parts[0] is strong[0]:
        return _reprint(parts, MIN_POINTS)
    return Page([_single(parts)])


def read_single(text: str) -> Found:
    """The one article of a text that is known to hold no more than one."""
    return _single(_parts(list(_blocks(text))))


# --- lines to blocks ---------------------------------------------------------------------------------------------------------


def _blocks(text: str) -> Iterator[Block]:
    lines = paragraphs(text)
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        yield _block(line, below, first=number == 0)


def _block(line: str, below: str, first: bool) -> Block:
    heading = _HEADING.match(line)
    plain = _unmarked(heading[2] if heading else line)
    if _RULE.match(line):
        return Block("", "rule")
    if is_caption(plain):
        return Block(plain, "caption")
    if is_related(plain):
        return Block(plain, "related")
    credit = None if heading and len(heading[1]) == 1 else read_credit(plain)
    if credit is not None and not (
        first and credit.published is None and not re.search(r"/|^by\s|:", plain, re.IGNORECASE)
    ):
        return Block(plain, "credit", credit=credit)
    if is_notice(plain):
        return Block(plain, "notice")
    level = len(heading[1]) if heading else 0
    return Block(plain, "headline" if level or _is_headline(plain, below) else "body", level)


def _unmarked(line: str) -> str:
    """A line without the bold or italic marks around the whole of it."""
    marked = re.match(r"^(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1$", line)
    return marked[2] if marked and marked[1] not in marked[2] else line


def _is_headline(line: str, below: str) -> bool:
    words = line.split()
    if len(words) > _HEADLINE_WORDS or not below or len(line) > 220:
        return False
    if not any(c.isalpha() for c in line) or line.startswith(("- ", "* ", "• ")):
        return False
    if line.endswith("?") and not line.startswith(("“", '"', "‘", "'")):
        return True
    if not _ENDS_SENTENCE.search(line):
        return len(words) > 1 or line[0].isupper()
    capitals = sum(word[0].isupper() for word in words if len(word) > 3 and word[0].isalpha())
    long_words = sum(len(word) > 3 and word[0].isalpha() for word in words)
    return line[-1] in ".!’”" and long_words > 1 and capitals >= 0.9 * long_words


# --- blocks to parts ---------------------------------------------------------------------------------------------------------


def _parts(blocks: list[Block]) -> list[Part]:
    parts: list[Part] = []
    head: list[Block] = []
    for block in blocks:
        if block.kind != "body":
            head.append(block)
        elif head or not parts:
            parts.append(_part(head, block, first=not parts))
            head = []
        else:
            parts[-1].body.append(block)
    if not parts:
        return [_part(head, None, first=True)]
    _share_credits(parts, head)
    _count_words(parts)
    for block in itertools.takewhile(lambda block: block.kind != "related", head):
        if block.kind == "headline":  # a last line without a full stop
            parts[-1].body.append(Block(block.text, "body"))
    return parts


def _count_words(parts: list[Part]) -> None:
    """Gives every part the length of its article: its own words and those under the subheadings that follow."""
    following = 0
    for part in reversed(parts):
        own = sum(len(block.text.split()) for block in part.body)
        part.words = own + following
        following = 0 if part.headlines and part.credit.points >= MIN_POINTS else part.words


def _part(head: list[Block], below: Block | None, first: bool) -> Part:
    """A part from its head: the last headline (or the first of several in a row) with the credits under it."""
    head = _named_credits(head, below)
    part = Part(head=head, body=[below] if below else [])
    places = [number for number, block in enumerate(head) if block.kind == "headline"]
    if not places:
        part.before = [block for block in head if block.kind == "credit"]
        return part
    last = places[-1]
    run = last
    while run > 0 and head[run - 1].kind in ("headline", "caption"):
        run -= 1
    stack = [block for block in head[run : last + 1] if block.kind == "headline"]
    above = head[:run]
    part.header = [block for block in above if block.kind == "headline"] if first else []
    part.before = [block for block in above if block.kind == "credit"]
    part.teaser = any(block.kind == "related" for block in above)
    part.headlines, part.header = _page_title(stack, part.header) if first else (stack, [])
    part.credits = [block.credit for block in head[last + 1 :] if block.credit is not None]
    return part


def _named_credits(head: list[Block], below: Block | None) -> list[Block]:
    """The head with bare names under a headline, right above the text or its date, taken as credits."""
    found = list(head)
    for number in range(len(head) - 1, 0, -1):
        block, after = found[number], found[number + 1 :]
        dated = (below is not None and read_dateline(below.text)) or any(b.credit and b.credit.published for b in after)
        headed = any(b.kind == "headline" for b in found[:number])
        only_credits = all(b.kind in ("credit", "caption") for b in after)
        if block.kind == "headline" and not block.level and dated and headed and only_credits:
            credit = read_name(block.text)
            found[number] = Block(block.text, "credit", credit=credit) if credit else block
    return found


def _page_title(stack: list[Block], header: list[Block]) -> tuple[list[Block], list[Block]]:
    """The first head's headlines, parted into the article's own and the page's."""
    if header or len(stack) < 2:
        return stack, header
    if 0 < stack[0].level < stack[1].level or not _is_standfirst(stack[0], stack[1]):
        return stack[1:], stack[:1]
    return stack, header


def _is_standfirst(title: Block, line: Block) -> bool:
    """Whether `line` only goes on from the headline: a sentence in lower case under one in title case, or a longer one."""
    return _capitals(line.text) < _capitals(title.text) - 0.3 or (line.level == 0 and title.level > 0)


def _capitals(text: str) -> float:
    words = [word for word in re.findall(r"[^\W\d_]+", text)[1:] if len(word) > 3]
    return sum(word[0].isupper() for word in words) / len(words) if words else 0.0


def _share_credits(parts: list[Part], foot: list[Block]) -> None:
    """Gives credits above a headline to the article they stand under, where the page signs at the foot, else to the next."""
    last = [block.credit for block in foot if block.credit is not None]
    signed = any(credit.points >= MIN_POINTS for credit in last)
    if parts:
        parts[-1].after = last
    for earlier, part in zip([None, *parts], parts, strict=False):
        credits = [block.credit for block in part.before if block.credit is not None]
        if not credits or not part.headlines:
            continue
        ruled = any(block.kind == "rule" for block in part.head[part.head.index(part.before[-1]) :])
        if earlier is not None and (signed or ruled):
            earlier.after = credits
        elif not part.header:
            part.credits = part.credits + [_weakened(credit) for credit in credits]


def _weakened(credit: Credit) -> Credit:
    """A credit above the headline: an outlet's name there may be a subheading ("Reuters"), and needs a second sign."""
    return Credit(
        credit.outlet, credit.byline, credit.published, credit.url, min(credit.points, 1 + bool(credit.published))
    )


def _sum(credits: list[Credit]) -> Credit:
    total = Credit()
    for credit in credits:
        total = total.joined(credit)
    return total


# --- parts to articles -------------------------------------------------------------------------------------------------------


def _reprint(parts: list[Part], points: int) -> Page:
    articles: list[Found] = []
    opening: list[str] = []
    group: list[Part] = []
    for part in parts:
        if part.starts(points):
            articles += [_found(group)] if group else []
            group = [part]
        elif group:
            group.append(part)
        else:
            opening += [block.text for block in part.body if block.kind == "body"]
    articles.append(_found(group))
    title = next((block.text for part in parts[:1] for block in part.header or part.headlines), articles[0].title)
    return Page(articles, title, "\n\n".join(opening))


def _found(group: list[Part]) -> Found:
    """One article of a reprint page: its own text, without the page's dateline, captions and notices."""
    first = group[0]
    lines = [block.text for block in (*first.headlines[1:], *first.body) if block.kind in ("headline", "body")]
    for part in group[1:]:
        lines += [block.text for block in part.head if block.kind == "headline" and not part.teaser]
        lines += [block.text for block in part.body]
    feet = [credit for part in group[1:] for credit in part.after]
    text = "\n\n".join(_without_dateline(lines, first.body[0].text))
    return Found(first.headlines[0].text, _sum([first.credit, *feet]), text)


def _single(parts: list[Part]) -> Found:
    """A page that is one article: the headline, and the text with everything that stands within it."""
    first = parts[0]
    stack = [*first.header, *first.headlines]
    lines = [block.text for block in (*stack[1:], *first.body)]
    for part in parts[1:]:
        lines += [block.text for block in part.head if block.kind not in ("caption", "rule")]
        lines += [block.text for block in part.body]
    own = [block.credit for block in first.head if block.credit is not None]
    dateline = read_dateline(first.body[0].text) if first.body else None
    credit = _sum([*own, *parts[-1].after]).joined(Credit(published=dateline.credit.published if dateline else None))
    text = "\n\n".join(_without_dateline(lines, first.body[0].text) if first.body else lines)
    return Found(stack[0].text if stack else "", credit, text, dateline.credit.outlet if dateline else None)


def _without_dateline(lines: list[str], opening: str) -> list[str]:
    """The lines with a dated or bare "Outlet —" dateline cut from the paragraph `opening`; "BAKU (Reuters) —" is the outlet's own."""
    dateline = read_dateline(opening)
    if dateline is None or not (dateline.credit.published or dateline.bare):
        return lines
    return [line[dateline.end :] if line == opening else line for line in lines]
