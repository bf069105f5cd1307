"""Noun phrases of a sentence without a parser: the subject before a verb, the object after it, by closed word classes.

English names its function words; what lies between two of them is taken for a noun phrase. How often that is wrong is
counted by `benchmarks/agency.py`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from framing.harm_words import verb_forms, word_set
from framing.speech_words import SAY, SAY_THAT

_TOKEN = re.compile(
    r"(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey|[Ww]e|[Yy]ou|I|[Tt]hat|[Tt]here|[Ww]ho)(?=[’'](?:s|re|ve|ll|d|m)\b)"
    r"|[’'](?:s|re|ve|ll|d|m)\b|\d[\d,.]*\d(?![-\w])|\w+(?:[-’'.&]\w+)*[’'](?=\s\w)|\w+(?:[-’'.&]\w+)*|[^\w\s]"
)
_ABBREVIATED = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Sgt|Capt|St|Rev|Sen|Rep|Gov|Oct|Sept|Nov|Dec|Jan|Feb|Aug|Cpl|U.S|[A-Z])"
)


DETERMINERS = word_set(
    "the, a, an, this, these, those, its, his, her, their, our, my, your, some, any, both, each, all"
)
PREPOSITIONS = word_set("""
    in, at, on, from, to, for, with, during, under, over, near, through, into, onto, across, along, against, between,
    among, by, amid, outside, inside, around, behind, beyond, within, without, towards, toward, off, via, despite,
    following, than, per, about, up, down, out, above, below, aboard, throughout, because, including, past, upon, like,
    besides, beside, of
""")
SUBORDINATORS = word_set("""
    when, while, because, although, though, that, where, if, unless, whether, as, since, after, before, until, once,
    whereas, how, why, what, so
""")
RELATIVES = word_set("who, which, that, whom")
CONJUNCTIONS = word_set("and, or, but, nor, then")
PRONOUNS = word_set("he, she, they, we, i, it, you")
BE = word_set("’s, 's, ’m, 'm, is, are, was, were, be, been, being, am, get, gets, got, getting, ’re, 're")
HAVE = word_set("’ve, 've, has, have, had, having")
MODALS = word_set(
    "’ll, 'll, ’d, 'd, will,"
    " would, could, may, might, can, should, must, shall, won’t, won't, cannot, wouldn’t, couldn’t"
)
DO = word_set("do, does, did, didn’t, didn't, don’t, don't, doesn’t, doesn't")
NEGATIONS = word_set("""
    not, never, no, nobody, none, neither, nor, without, hardly, didn’t, didn't, don’t, don't, doesn’t, doesn't, isn’t,
    wasn’t, weren’t, aren’t, hasn’t, haven’t, hadn’t, wasn't, weren't, isn't, aren't, hasn't, haven't, hadn't, won’t,
    won't
""")
AUXILIARIES = BE | HAVE | MODALS | DO | NEGATIONS - {"no", "nobody", "none", "neither", "nor", "without"}
_ADVERBS = word_set("""
    also, then, now, once, often, still, again, already, just, even, ever, always, twice, only, first, later, soon,
    together, reportedly, repeatedly, deliberately, yesterday, today, tonight, tomorrow, apparently, so, too,
    there, here, far, back, away, hard, rather, instead, meanwhile, however, almost, well, dead
""")
_LY_NOUNS = word_set("family, supply, assembly, ally, italy, rally, july, elderly, monopoly, reply, bully, early")
_QUANTIFIERS = word_set("""
    at, least, more, than, most, some, about, around, nearly, almost, up, to, over, roughly, fewer, less, an, estimated,
    as, many, several, another, other, few, further, only, just, all, of, much, half, approximately, under
""")
TIMES = word_set("""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday, january, february, april, june, july, august,
    september, october, november, december, oct, sept, nov, dec, jan, feb, aug, last, next, early, late, earlier,
    overnight, yesterday, today, tonight,
    tomorrow, twice
""")
_IRREGULAR = word_set("""
    took, went, made, gave, came, spoke, met, held, left, saw, stood, began, sent, set, ran, led, kept, felt, won, lost,
    wrote, told, tore, threw, broke, fell, rose, burst, sank, sent, drew, grew, found, caught, brought, bought, built,
    fought, fled, sought, became, shut, shook, swept, blew, drove, dealt, drank, hid, knew, meant, put, read, rang,
    sold, spent, spread, swore, taught, thought, understood, withdrew, moves, wants, says, are, is, was, were, has,
    have,
    had, will, would, could, did, does, can, may, might, led, leads, drew, crashed, tells, makes, takes, comes, goes,
    leaves, remains, seems, taken, given, driven, seen, known, written, stolen, shown, thrown, chosen, broken, shows,
    means, helps, keeps, began, says, wants, needs, becomes
""")
_SAYING = word_set(
    f"{SAY}|{SAY_THAT}".replace("|", ", ")
    + """, announced, deny, denied, denies, heard, accused, accuses, fear, feared, told, believe, know, knew, think,
    hope, feel, felt, admit, saw, see"""
)
_STOP = frozenset(',;:.!?—–-()[]“”"…')
_SPANS = word_set("""
    second, seconds, minute, minutes, hour, hours, day, days, night, nights, morning, afternoon, evening, week, weeks,
    weekend,
    month, months, year, years, decade, decades, time, times, moment, moments
""")
_OPENING = {"—": "—", "–": "–", ")": "("}
_NO_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark at [start, end) of the sentence; `low` in lower case."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def owner(self) -> bool:
        """Whether it is a possessive: Kesland’s, the nurses’."""
        return self.text.endswith(("’s", "'s", "s’", "s'"))


Phrase = tuple[int, int]
"""Tokens [first, last) of a noun phrase."""


def words(text: str) -> list[str]:
    """The texts of a sentence's tokens."""
    return _TOKEN.findall(text)


class Tokens:
    """A sentence's tokens and the phrases between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]

    def low(self, i: int) -> str:
        """The i-th token in lower case, empty outside the sentence."""
        return self.all[i].low if 0 <= i < len(self.all) else ""

    def adverb(self, i: int) -> bool:
        """Whether the i-th token is an adverb that may stand inside a verb group."""
        word = self.low(i)
        return word in _ADVERBS or (word.endswith("ly") and word not in _LY_NOUNS and not self.all[i].text[0].isupper())

    def stop(self, i: int) -> bool:
        """Whether a noun phrase cannot hold the i-th token."""
        word = self.low(i)
        if word == "." and _ABBREVIATED.fullmatch(self.all[i - 1].text):
            return False
        return (
            word == ""
            or word in _STOP
            or word in PREPOSITIONS
            or word in CONJUNCTIONS
            or word in SUBORDINATORS
            or word in RELATIVES
            or word in AUXILIARIES
        )

    def time(self, phrase: Phrase) -> bool:
        """Whether a phrase only says when or how long: hours, three days."""
        return self.low(phrase[1] - 1) in _SPANS

    def verbish(self, i: int, first: bool) -> bool:
        """Whether the i-th token looks like a finite verb; at a phrase's start -ed is an adjective (masked men)."""
        word = self.low(i)
        if word in _IRREGULAR or word in _SAYING:
            return True
        harm = verb_forms().get(word)
        if harm is not None and harm.tense in ("past", "either") and not first:
            return word not in ("cut", "hit", "shot") or self.low(i + 1) in DETERMINERS
        return word.endswith("ed") and len(word) > 4 and not first and not self.all[i].text[0].isupper()

    def forward(self, i: int) -> Phrase | None:
        """The noun phrase that begins at token i, quantifiers and determiners left out; None where there is none."""
        start = i
        while self.low(i) in _QUANTIFIERS and i - start < 5 and not self._goes_on(start, i):
            i += 1
        if (
            i > start
            and self.stop(i)
            and self.low(i - 1) in {"many", "several", "few", "all", "some", "more", "another", "others"}
        ):
            return (i - 1, i)
        while self.low(i) in DETERMINERS or (self.adverb(i) and not self.stop(i + 1)):
            i += 1
        if self.low(i - 1) in ("those", "these", "all", "both") and (
            self.stop(i) or self.adverb(i) or self.low(i) == "here"
        ):
            return (i - 1, i)
        first = i
        while i < len(self.all) and i - first < _NO_LIMIT:
            if self.low(i) == "of" and i > first:
                inner = self.forward(i + 1)
                return (first, inner[1]) if inner else (first, i)
            if self.stop(i) or (i > first and (self.verbish(i, False) or self.adverb(i) or self.low(i) in TIMES)):
                break
            if i > first and (self.low(i) in DETERMINERS | PRONOUNS or self._present(i, first)):
                break
            i += 1
        return self._named(first, i)

    def _present(self, i: int, first: int) -> bool:
        """Whether the i-th token is a verb in the present: the attack on Ganja marks a turn."""
        after = self.low(i + 1)
        telling = after in DETERMINERS - {"this", "that", "these", "those", "each", "both"}
        return telling and self.low(i).endswith("s") and not self.all[i].owner and not self.low(i - 1)[:1].isdigit()

    def _goes_on(self, start: int, i: int) -> bool:
        """ "to" and "over" are quantifiers only after "up", "just" and their like."""
        return self.low(i) in {"to", "of", "over", "around", "under", "up", "about"} and not (
            self.low(i + 1)[:1].isdigit()
            or (self.low(i) in {"up", "of"} and i > start)
            or (self.low(i) == "to" and i > start)
        )

    def back(self, last: int) -> Phrase | None:
        """The noun phrase that ends with token `last`."""
        i = last
        while i >= 0 and not self.stop(i):
            opens = i == 0 or self.low(i - 1) in DETERMINERS or (self.stop(i - 1) and self.low(i - 1) not in RELATIVES)
            if self.verbish(i, opens):
                break
            i -= 1
            if self.low(i + 1) in DETERMINERS | PRONOUNS:
                break
        return self.strip(i + 1, last + 1)

    def strip(self, first: int, end: int) -> Phrase | None:
        """A phrase without what is no noun at its edges."""
        while first < end and (
            self.low(first) in DETERMINERS | CONJUNCTIONS | _QUANTIFIERS - {"another", "others"}
            or self.adverb(first)
            or self.low(first) in _STOP | TIMES
        ):
            if self.low(first) in {"some", "many", "several", "another"} and first + 1 == end:
                break
            first += 1
        return self._named(first, end)

    def _named(self, first: int, end: int) -> Phrase | None:
        while end > first and self.low(end - 1) in TIMES | {"of"} | _STOP - {"."}:
            end -= 1
        return (first, end) if end > first and any(t.text[0].isalnum() for t in self.all[first:end]) else None

    def subject(self, i: int) -> Phrase | None:
        """The subject of the verb group that begins at token i; None where the clause has none."""
        j = i - 1
        while j >= 0 and self.adverb(j):
            j -= 1
        if self.low(j) in PRONOUNS:
            return (j, j + 1)
        if self.low(j) in RELATIVES:
            return self._antecedent(j)
        if self.low(j) in CONJUNCTIONS:
            return self.clause_subject(j - (self.low(j - 1) == ","), needs_verb=True)
        if self.low(j) in _OPENING:
            partner = next((k for k in range(j - 1, 0, -1) if self.low(k) == _OPENING[self.low(j)]), None)
            return self.clause_subject(partner) if partner else None
        if self.low(j) == ",":
            return self._before_comma(j)
        return self.clause_subject(i)

    def _before_comma(self, last: int) -> Phrase | None:
        """The subject before an insertion that ends with a comma: the driver, 58, a farmer, died."""
        comma = next((k for k in range(last - 1, -1, -1) if self.low(k) == ","), None)
        if comma is None or self.low(comma + 1) in RELATIVES | {"and", "or"} | PREPOSITIONS:
            return self.clause_subject(last if comma is None else comma)
        found = self.clause_subject(comma)
        while found and self.words(found).isdigit() and self.low(found[0] - 1) == ",":
            found = self.clause_subject(found[0] - 1)
        return found

    def _antecedent(self, relative: int) -> Phrase | None:
        """What a relative pronoun stands for; a date between is stepped over: the attack on Oct. 7 that left …"""
        k = relative - 1
        while k > 0 and (self.low(k) in _STOP or self.low(k).isdigit() or self.low(k) in TIMES):
            dated = self.low(k).isdigit() or self.low(k) in TIMES
            k -= 1
            if dated and self.low(k) in ("on", "in", "of"):
                k -= 1
        return self.back(k)

    def clause_subject(self, end: int, needs_verb: bool = False) -> Phrase | None:
        """The first noun phrase of the clause that reaches to token `end`; with `needs_verb`, of the nearest one that
        has
        a verb, as the subject that "…, killing eleven" or "and killed eleven" goes on from."""
        start = self._clause_start(end, needs_verb)
        if self.low(start - 1) in RELATIVES and self._verb_next(start, end):
            return self._antecedent(start - 1)
        while start < end and (self.low(start) in CONJUNCTIONS or self.adverb(start) or self.low(start) in _STOP):
            start += 1
        if start >= end:
            return None
        number = self.low(start) in _QUANTIFIERS and (
            self.low(start + 1) in _QUANTIFIERS or self.low(start + 1)[:1].isdigit()
        )
        if (self.low(start) in PREPOSITIONS and not number) or self.low(start) in TIMES:
            comma = next((k for k in range(start, end) if self.low(k) == ","), None) if needs_verb else None
            if comma is None:
                return self.back(end - 1) if not needs_verb else self._after_opening(start, end)
            start = comma + 1
        found = self.forward(start)
        if found and found[1] < end and self.low(found[1] - 1) in _SPANS:  # six days earlier another strike had …
            found = self.forward(found[1] + (self.low(found[1]) in TIMES | {"ago"})) or found
        return (found[0], min(found[1], end)) if found and found[0] < end else None

    def _after_opening(self, start: int, end: int) -> Phrase | None:
        """The subject behind an opening phrase without a comma: "On Tuesday soldiers shot him and …"."""
        verb = next((k for k in range(start + 1, end) if self.verbish(k, False) or self.low(k) in AUXILIARIES), None)
        return self.back(verb - 1) if verb else None

    def _verb_next(self, start: int, end: int) -> bool:
        while start < end and self.adverb(start):
            start += 1
        return start == end or self.verbish(start, False) or self.low(start) in AUXILIARIES

    def _clause_start(self, end: int, needs_verb: bool) -> int:
        seen_noun = seen_verb = False
        for k in range(end - 1, -1, -1):
            word = self.low(k)
            hard = word in set(';:—–()“”"…!?') or (word == "." and self.stop(k))
            if hard or (word in SUBORDINATORS and word != "so") or word in _SAYING:
                return k + 1
            if word in ("who", "which") and k < end - 1:
                return k + 1
            ready = seen_verb if needs_verb else seen_noun
            if (
                word == ","
                and ready
                and not self._apposition(k, end)
                and not (needs_verb and self.verbish(k + 1, False))
            ):
                return k + 1
            if word in CONJUNCTIONS and seen_noun and self._has_verb(k) and not needs_verb:
                return k + 1
            seen_noun = seen_noun or not self.stop(k)
            seen_verb = (
                seen_verb
                or word in AUXILIARIES
                or self.verbish(k, k == 0 or (self.stop(k - 1) and self.low(k - 1) != ","))
            )
        return 0

    def _apposition(self, comma: int, end: int) -> bool:
        """Whether a comma only closes an insertion: the verb's clause goes on from before it."""
        return self.low(comma + 1) in RELATIVES | {"including"} or end - comma < 2

    def _has_verb(self, k: int) -> bool:
        """Whether a verb stands before token k in its clause, so that "and" joins clauses, not names."""
        for i in range(k - 1, -1, -1):
            if self.low(i) in _STOP - {","}:
                return False
            if self.low(i) in AUXILIARIES or self.verbish(i, i == 0 or self.stop(i - 1)):
                return True
        return False

    def span(self, phrase: Phrase | None) -> tuple[int, int] | None:
        """[start, end) of a phrase in the text, a possessive ending left out."""
        if phrase is None:
            return None
        start, end = self.all[phrase[0]].start, self.all[phrase[1] - 1].end
        owned = re.search(r"[’']s?$", self.text[start:end])
        return start, end - (len(owned[0]) if owned else 0)

    def words(self, phrase: Phrase | None) -> str:
        """A phrase's text."""
        span = self.span(phrase)
        return self.text[span[0] : span[1]] if span else ""
