"""The clause around a word of harm: verb group, object, agent; what makes it untrue, and what it then gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from framing.harm_words import Kind, Verb, is_people, verb_forms, word_set
from framing.phrases import (
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    DO,
    HAVE,
    MODALS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    SUBORDINATORS,
    TIMES,
    Phrase,
    Tokens,
)

Form = Literal["active", "passive_by", "passive", "nominal", "intransitive"]
Span = tuple[int, int]

_HYPOTHETICAL = MODALS - {"will", "shall", "won’t", "won't", "cannot"}
_IF = frozenset(("if", "unless", "until", "whether", "lest"))
_TO_DO = word_set("""
    plan, plans, planned, planning, is, are, was, were, set, due, begin, begins, began, continue, continues, continued,
    continuing, managed, manages, ordered, used, going, about, went, goes, prepares, preparing, decided, decides, ’s
""")
"""Words before "to" after which the deed is told as done or decided; after others (wants to, tried to) it is not."""
_CHARGES = word_set("""
    accused, accuses, accuse, accusing, suspected, convicted, guilty, charged, acquitted, cleared
""")
NOT_BY = re.compile(
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|dawn|dusk|sunrise|sunset|morning|evening|then|now|night|"
    r"noon|midnight|mistake|accident|hand|text|e-?mail|law|\w+ing|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|\d{4}|\d[\d.,]*%?)$"
)
"""What follows a "by" that names no agent."""
_PARTS = word_set("""
    third, quarter, half, fifth, tenth, percent, per, point, points, week, year, end
""")
SHOOT_AT = frozenset(("at", "on", "upon", "towards", "toward", "into"))


@dataclass(frozen=True, slots=True)
class Harm:
    """One event of harm: the word that tells it at [start, end), its form, and who does it to whom where told."""

    verb: str
    kind: Kind
    form: Form
    start: int
    end: int
    agent: Span | None = None
    patient: Span | None = None


class Clause:
    """What one word has around it: its verb group, object, subject, agent; the base of `Verbs` and `Nouns`."""

    def __init__(self, tokens: Tokens, i: int) -> None:
        self.t, self.i = tokens, i

    def _group(self, i: int) -> tuple[int, bool, str]:
        """First token of the verb group, whether passive, and `no`, `will`, `do`, `to`, `have` or nothing."""
        t, j, passive, status = self.t, i - 1, False, ""
        if t.low(j) in CONJUNCTIONS and self._participle(j - 1):  # robbed and beaten
            return Clause(t, j - 1)._group(j - 1)
        first = i
        while j >= 0:
            word = t.low(j)
            if word in NEGATIONS and word not in ("no", "nobody", "none", "neither", "nor"):
                return i, passive, "no"
            if word in BE:
                passive = True
            elif word in HAVE:
                status = status or "have"
            elif word in _HYPOTHETICAL:
                return i, passive, "no"
            elif word in MODALS:
                status = "will"
            elif word in DO:
                status = "do"
            elif word == "to":
                if not self._decided(j):
                    return i, passive, "no"
                governor = j - 1
                return (governor - (t.low(governor - 1) in BE), passive, "to")
            elif word in ("reported", "feared", "confirmed", "believed", "presumed") and t.low(j - 1) in BE:
                pass
            elif not (t.adverb(j) and word != "only"):
                break
            first = j
            j -= 1
        return (first, passive, "no" if self._denied(first) else status)

    def _participle(self, j: int) -> bool:
        verb = verb_forms().get(self.t.low(j))
        return verb is not None and verb.tense in ("either", "participle")

    def _decided(self, to: int) -> bool:
        before = self.t.low(to - 1)
        return before in _TO_DO or (before == "on" and self.t.low(to - 2) == "went")

    def _denied(self, first: int) -> bool:
        """Nobody, a denial or a condition before the verb group in its sentence."""
        t = self.t
        subject = t.subject(first)
        if subject is not None:
            left = [t.low(k) for k in range(max(0, subject[0] - 2), subject[1])]
            if set(left) & {"no", "nobody", "none", "neither"} or "no one" in " ".join(left):
                return True
        for k in range(first - 1, -1, -1):
            word = t.low(k)
            if word in (";", ":", "“", "”", '"'):
                return False
            if word in _IF or word in ("deny", "denied", "denies", "denying"):
                return True
            if word in ("but", "after", "when", "although"):
                return False
        return False

    def _sufferer(self, group: int) -> Phrase | None:
        """The subject of a passive: beside "being" what stands before it, after a preposition nobody."""
        t = self.t
        if t.low(group - 1) in PREPOSITIONS and t.low(group) in ("being", "getting"):
            return None
        return t.back(group - 1) if t.low(group) == "being" and not t.stop(group - 1) else t.subject(group)

    def _object(self, verb: Verb) -> Phrase | None:
        t, k = self.t, self.i + 1
        if verb.base in ("shoot", "fire") and t.low(k) in SHOOT_AT:
            return t.forward(k + 1)
        if verb.base == "fire" and t.low(k) == "back":
            return None
        return self._object_phrase()

    def _object_phrase(self) -> Phrase | None:
        t, k = self.t, self.i + 1
        while t.low(k) in ("dead", "down", "off", "up", "out") and k < self.i + 3:
            k += 1
        if t.low(k) in CONJUNCTIONS:  # killed and badly wounded civilians
            other = next((j for j in range(k + 1, k + 3) if not t.adverb(j)), k + 1)
            verb = verb_forms().get(t.low(other))
            return (
                Clause(t, other)._object_phrase() if verb and verb.tense == verb_forms()[t.low(self.i)].tense else None
            )
        while t.adverb(k) and t.low(k) not in SUBORDINATORS | {"only", "just", "almost"}:
            k += 1
        word = t.low(k)
        if t.stop(k) and not (word in ("up", "over", "about", "at", "around") and self._counts(k)):
            return None
        if word in TIMES | {"by", "in", "on"}:
            return None
        found = t.forward(k)
        return None if found and t.time(found) else found

    def _plain_object(self, target: Phrase) -> bool:
        """Whether what follows is an object for sure: it has an article or a number, or stands for people."""
        start, single = self.t.low(self.i + 1), target[1] - target[0] == 1
        capital = self.t.all[target[0]].text[0].isupper()
        return start in DETERMINERS or start[:1].isdigit() or ((single or capital) and is_people(self.t.words(target)))

    def _counts(self, k: int) -> bool:
        """Whether a preposition only rounds a number: at least 13, up to 40, over 500."""
        return self.t.low(k + 1) in ("to", "least", "most", "half") or self.t.low(k + 1)[:1].isdigit()

    def _at(self) -> bool:
        return self.t.low(self.i + 1) in SHOOT_AT

    def _by(self) -> Phrase | None:
        t = self.t
        for k in range(self.i + 1, min(self.i + 12, len(t.all))):
            word = t.low(k)
            if word == "by":
                after = t.low(k + 1)
                fraction = after in ("a", "one", "the", "half") and t.low(k + 2) in _PARTS
                return None if NOT_BY.match(after) or fraction else t.forward(k + 1)
            if word in RELATIVES | SUBORDINATORS | {";", ".", ":", "but"} or (
                word in ("and", ",") and not self._participle(k + 1) and not self._participle(k + 2)
            ):
                return None
        return None

    def _before(self) -> Phrase | None:
        k = self.i - 1
        while self.t.low(k) == "," or self.t.adverb(k):
            k -= 1
        return self.t.back(k)

    def _adjective(self) -> bool:
        """Whether the form stands before its noun: the wounded soldiers, hundreds of displaced families."""
        before = self.t.low(self.i - 1)
        return before in (DETERMINERS | PREPOSITIONS | SUBORDINATORS) - RELATIVES | {"", "“", '"'}

    def _plural_before(self, group: int) -> bool:
        subject = self.t.subject(group)
        if subject is None or subject[1] != group:
            return False
        head = self.t.low(subject[1] - 1)
        return head in ("who", "they", "we", "you", "i", "people", "men", "police", "children") or head.endswith("s")

    def _a_shot(self) -> bool:
        """Whether "shot" is what was fired or heard, not what happened to somebody."""
        before = {self.t.low(k) for k in range(self.i - 4, self.i)}
        told = {
            "fired",
            "fire",
            "firing",
            "single",
            "warning",
            "fatal",
            "another",
            "one",
            "best",
            "first",
            "only",
            "take",
        }
        return self.t.low(self.i) == "shot" and bool(before & told)

    def _reduced(self, verb: Verb) -> bool:
        """Whether a participle without auxiliary tells a passive: a teenager shot by police, 13 killed."""
        t, before, after = self.t, self.t.low(self.i - 1), self.t.low(self.i + 1)
        if (
            verb.base in ("cut", "shed", "hit", "strike", "fire")
            and after != "by"
            and (verb.base, after) != ("fire", "from")
        ):
            return False
        if self._before() is None:
            return False
        if before in DETERMINERS | BE | RELATIVES or before in PREPOSITIONS or before in SUBORDINATORS | {"", "“", '"'}:
            return before == "" and after in ("by", "in", "at", "on")
        if before in PRONOUNS or (after == "," and (t.verbish(self.i + 2, False) or self._participle(self.i + 2))):
            return False
        ends = after in PREPOSITIONS or after in (
            "",
            ".",
            ",",
            ";",
            "”",
            "and",
            "when",
            "while",
            "after",
            "as",
            "since",
            "who",
        )
        return ends or t.adverb(self.i + 1) or after in ("last", "this", "on")

    def _charged(self, active: bool = False) -> Phrase | None:
        """Whom a charge names: accused Kesland of massacring; the man charged with murdering."""
        t = self.t
        for k in range(self.i - 1, -1, -1):
            if t.low(k) in _CHARGES:
                group, passive, _ = Clause(t, k)._group(k)
                of = next((j for j in range(k + 1, self.i) if t.low(j) in ("of", "with", "to")), k)
                if of > k + 1 and not passive:
                    return t.back(of - 1)
                return None if active else t.subject(group)
        return None

    def _verb_before(self) -> int:
        t = self.t
        for k in range(self.i - 2, 0, -1):
            if t.verbish(k, False) or t.low(k) in BE | HAVE | MODALS:
                return k - next(n for n in range(k + 2) if t.low(k - n - 1) not in BE | HAVE | MODALS)
        return self.i - 1

    def _who_does(self, ing: int) -> Phrase | None:
        """The subject of the participle that this one goes on from: killing and injuring people."""
        return self.t.clause_subject(ing - (self.t.low(ing - 1) == ","), needs_verb=True)

    def _harm(self, kind: Kind, form: Form, agent: Phrase | None, patient: Phrase | None) -> Harm:
        token = self.t.all[self.i]
        return Harm(token.text, kind, form, token.start, token.end, self.t.span(agent), self.t.span(patient))
