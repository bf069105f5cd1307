"""Article → sentences with exact offsets: the library sentencex, marks blanked, and a pass that mends its slips.

A quotation of several sentences is cut sentence by sentence (marks stay with the sentence they touch, the attribution
with the last one): a quoted paragraph would otherwise be one unit, counted once however much it says, and too long for
the encoder.
`voice` carries the speaker over the whole quotation, so nothing is lost by the cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sentencex import get_sentence_boundaries

from framing.quotes import Quotation, paragraphs, quotations
from framing.schema import Article, Sentence, Span

# Ends in a full stop and is followed by a name or number: never the end of a sentence.
_BEFORE_NAME = re.compile(
    r"(?:^|[\s(“\"‘'\[—–-])(?:Mr|Mrs|Ms|Mx|Dr|Prof|St|Ft|Mt|Pt|Gen|Atty|Lt|Col|Sgt|Maj|Brig|Capt|Cmdr|Adm|Cpl|Pvt|Pfc|Gov|Sen|Sens|Rep|Reps|"
    r"Rev|Fr|Msgr|Hon|Pres|Supt|Det|Insp|Messrs|Mmes|Ald|Amb|Asst|Assoc|Dep|Dir|vs?|[Nn]os?|Fig|Art|Sec|Ch|vol|pp?|ca|cf|approx|est|e\.g|i\.e|viz)\.$"
)
# What an initial or acronym is followed by where it ends its sentence after all.
_STARTER = re.compile(
    r"(?:The|A|An|He|She|It|They|We|I|You|This|That|These|Those|There|His|Her|Its|Their|Our|My|But|And|In|On|At|By|For|From|If|When|While|"
    r"As|After|Before|Nobody|No|None|Not|Others|Some|Many|Most|All|Both|What|Who|Why|How|Where|So|Still|Yet|Then|Now|Prices|Shares)\b"
)
_INITIAL = re.compile(r"(?:^|[\s.(“\"‘'])[A-Z]\.$")
_ACRONYM = re.compile(r"\b(?:U\.S|U\.K|U\.N|E\.U|U\.A\.E|D\.C|[A-Z](?:\.[A-Z])+)\.$")
_NUMBERING = re.compile(r"(?:^|[\s:;(])\d{1,2}\.$")
_LEADING_NUMBER = re.compile(r"(?:^|[.!?…][”\"’]?\s+|^[“\"‘])\d{1,2}\.$")
_ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.’'-]*\s+|(?:the|an?|his|her|their|my|our|one|another)\s+|[a-z-]+(?:er|or|man|ist|ent|woman|ian)\s+|of\s+|,\s+){0,6}"
    r"(?:said|says|asked|asks|told|added|adds|wondered|wonders|wrote|writes|shouted|shouts|yelled|yells|cried|replied|replies|"
    r"exclaimed|demanded|screamed|whispered|tweeted|continued|answered|declared|quipped|joked|insisted|recalled|inquired|mused)\b"
)
# Characters before a boundary in which an abbreviation or number is looked for, blanks in them taken as one: more than
# the longest has, with the end of the sentence before it.
_WINDOW, _LONGEST = 400, 80
# Blanks of other widths, which the library takes badly (it panics at a no-break space before a full stop).
_BLANKS = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_LINE = re.compile(r"\n\s*(?=(?:[-•*–·▪]|\d{1,2}[.)])\s)")
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(
    r"[A-Z]{2,4}T\b|GMT|UTC|(?:Eastern|Central|Pacific|Mountain|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_WORD_NO = re.compile(r"(?<![A-Z(] )\bno\.[”\"’')]*\s+(?=[“\"‘]?[A-Z])")
_ENDS_ANYWAY = re.compile(r"\b(?:[A-Z](?:\.[A-Z])+|etc)\.[”\"’')]*\s+(?=[“\"‘]?[A-Z])")
_ASIDE = re.compile(r"(?:(?<=[.!?…”\"’]\s)|^)\([A-Z“\"][^()]*[.!?…][”\"’]?\)")
# What a text must hold for these to be there at all, which is much faster to look for.
_HELD = {_WORD_NO: re.compile(r"no\."), _ENDS_ANYWAY: re.compile(r"[A-Z]\.[A-Z]\.|etc\."), _ASIDE: re.compile(r"\(")}


def segment(article: Article) -> list[Sentence]:
    """The headline (index 0, one sentence; none where the title is blank), then the body's sentences from index 1.
    Offsets are code points: `text[start:end]` of the body (of the title for index 0) is the sentence."""
    key, title = article.id, article.title
    a, b = _trim(title, 0, len(title))
    sentences = [Sentence(key, 0, title[a:b], a, b, -1, _spans(quotations(title), a, b))] if a < b else []
    index = 0
    quoted = quotations(article.text)
    for number, (start, end) in enumerate(paragraphs(article.text)):
        inside = [q for q in quoted if start <= q.opened < end]
        for a, b in _cut(article.text, start, end, inside):
            index += 1
            sentences.append(Sentence(key, index, article.text[a:b], a, b, number, _spans(inside, a, b)))
    return sentences


def split(text: str) -> list[str]:
    """The sentences of a text without a headline, in order."""
    quoted = quotations(text)
    found = []
    for start, end in paragraphs(text):
        found += [text[a:b] for a, b in _cut(text, start, end, [q for q in quoted if start <= q.opened < end])]
    return found


def _spans(quoted: Sequence[Quotation], start: int, end: int) -> tuple[Span, ...]:
    clipped = [(max(q.start, start), min(q.end, end)) for q in quoted]
    return tuple(Span(a - start, b - start) for a, b in clipped if a < b)


def _cut(text: str, start: int, end: int, quoted: Sequence[Quotation]) -> list[tuple[int, int]]:
    """[start, end) of every sentence of one paragraph."""
    found = []
    lines = [start, *[m.end() + start for m in _LINE.finditer(text[start:end])], end]
    for a, b in pairwise(lines):
        edges = [a, *_boundaries(text, a, b, quoted), b]
        found += [_trim(text, x, y) for x, y in pairwise(edges)]
    return [(a, b) for a, b in found if a < b]


def _trim(text: str, a: int, b: int) -> tuple[int, int]:
    stretch = text[a:b]
    return a + len(stretch) - len(stretch.lstrip()), a + len(stretch.rstrip())


def _boundaries(text: str, start: int, end: int, quoted: Sequence[Quotation]) -> list[int]:
    """Where sentences begin inside [start, end), the first excluded."""
    blank = list(text[start:end])
    for q in quoted:
        for i in [*range(q.opened, q.start), *range(q.end, q.closed)]:
            if start <= i < end:
                blank[i - start] = " "
    asides = [(m.start() + start, m.end() + start) for m in _found(_ASIDE, text[start:end])]
    for opening, past in asides:  # the library never ends a sentence at a bracket
        blank[opening - start] = blank[past - 1 - start] = " "
    masked = "".join(blank) if quoted or asides else text[start:end]
    plain = masked if masked.isascii() else masked.translate(_BLANKS)
    cuts = {start + int(b["end_index"]) for b in get_sentence_boundaries("en", plain)}
    for missed in (_WORD_NO, _ENDS_ANYWAY):  # "no." is a word as often as not; U.N. and etc. may end a sentence
        cuts |= {start + m.end() for m in _found(missed, masked)}
    if quoted:
        cuts = {_beside_mark(text, cut, quoted) for cut in cuts}
    if asides:
        cuts = {next((a for a, b in asides if a < c and not text[a + 1 : c].strip()), c) for c in cuts}
        cuts |= {cut for aside in asides for cut in aside}
    return [c for c in sorted(cuts) if start < c < end and not _joins(text, start, c, quoted)]


def _found(pattern: re.Pattern[str], text: str) -> Iterable[re.Match[str]]:
    return pattern.finditer(text) if _HELD[pattern].search(text) else ()


def _beside_mark(text: str, cut: int, quoted: Sequence[Quotation]) -> int:
    """A mark belongs to the sentence it touches: closing ones to the one before, opening ones to the one after."""
    for q in quoted:
        if q.opened < cut <= q.start or (q.opened < cut and not text[q.start : cut].strip()):
            return q.opened
    return cut


def _joins(text: str, start: int, cut: int, quoted: Sequence[Quotation]) -> bool:
    """Whether the boundary the library set at `cut` is none."""
    before, after = text[start:cut].rstrip(), text[cut:].lstrip()
    bare, opened = before.rstrip("”\"’'» "), after.lstrip("“\"‘'«„( ")
    closes = any(text[q.closed : cut].strip() == "" and q.end < cut and q.closed > q.end for q in quoted)
    if len(before) == cut - start and cut not in {q.opened for q in quoted}:
        return True  # inside a word, as in D-N.Y.
    if closes and _ATTRIBUTION.match(after):
        return True
    if opened[:1].islower() and not opened[1:2].isupper():  # iPhone may begin a sentence
        return True
    return _abbreviated(" ".join(bare[-_WINDOW:].split())[-_LONGEST:], after)


def _abbreviated(before: str, after: str) -> bool:
    """Whether the full stop that ends `before` (words with one blank between) is an abbreviation's, a number's or an
    initial's. All but a number at a sentence's start shows in the last word."""
    last = before.rsplit(" ", 1)[-1]
    if _BEFORE_NAME.search(last) and not before.endswith("no."):
        return True
    number = _LEADING_NUMBER.search(before) if last[-2:-1].isdigit() else None
    if number and not _BEFORE_NAME.search(before[: number.start() + 1]):
        return True
    if _CLOCK.search(last) and _AFTER_CLOCK.match(after):
        return True
    if _NUMBERING.search(last) and not after.lstrip("“\"‘'«(")[:1].isupper():
        return True
    if _ACRONYM.search(last) or _INITIAL.search(last):
        return _STARTER.match(after.lstrip("“\"‘'")) is None
    return False
