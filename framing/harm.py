"""Events of harm in a sentence: what was done, in which form it is told, by whom and to whom, as far as it is told.

Counted is harm told as done, being done or decided ("will cut 300 jobs"): people killed, hurt, attacked, driven out,
locked up or losing work or help, places attacked or destroyed. Not counted: what is denied or negated, what could or
might happen, figures of speech (killed the bill, hit a record), nouns that stand alone (deaths, missile strikes).
Forms: `active` (troops shelled Derrin), `passive_by` (was shelled by troops), `passive` (was shelled), `nominal`
(the shelling of Derrin), `intransitive` (eleven died).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from framing.actor_tokens import lookup, tokenise
from framing.harm_words import (
    FIGURATIVE,
    GOODS,
    INTRANSITIVE,
    LOST,
    NOUNS,
    THING,
    TRADED,
    WEAPONS,
    Kind,
    Verb,
    is_number,
    is_people,
    verb_forms,
)
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
FORMS: tuple[Form, ...] = ("active", "passive_by", "passive", "nominal", "intransitive")
HARM_VERSION = "1"
"""Changes whenever the rules or their word lists do."""

Span = tuple[int, int]

_HYPOTHETICAL = MODALS - {"will", "shall", "won’t", "won't", "cannot"}
_IF = frozenset(("if", "unless", "until", "whether", "lest"))
_TO_DO = frozenset(
    "plan plans planned planning is are was were set due begin begins began continue continues continued continuing"
    " managed manages ordered used going about went goes prepares preparing decided decides ’s".split()
)
"""Words before "to" after which the deed is told as done or decided; after others (wants to, tried to) it is not."""
_CHARGES = frozenset("accused accuses accuse accusing suspected convicted guilty charged acquitted cleared".split())
_NOT_DONE = frozenset("without from avoid avoided prevent prevents prevented stop stopped against instead".split())
_NOT_BY = re.compile(
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|dawn|dusk|sunrise|sunset|morning|evening|then|now|night|noon|midnight|mistake|"
    r"accident|hand|text|e-?mail|law|\w+ing|january|february|march|april|may|june|july|august|september|october|"
    r"november|december|\d{4}|\d[\d.,]*%?)$"
)
_PARTS = frozenset("third quarter half fifth tenth percent per point points week year end".split())
_LEFT = re.compile(r"(?:dead|wounded|injured|homeless|hurt|maimed|disabled|jobless|paralysed|paralyzed|trapped)$")
_DONE_TO_NOBODY = frozenset(("terror", "terrorist", "terrorism", "heart", "panic", "personal", "verbal", "asthma"))
_SHOOT_AT = frozenset(("at", "on", "upon", "towards", "toward", "into"))
_BODIES = re.compile(
    r"(?:police|army|navy|military|government|state|rebel|militia|coalition|regime|guerrilla|insurgent|jihadist|"
    r"settler|gang|cartel|paramilitary|separatist|company|council)s?$",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    r"(?:victim|toll|trial|charge|warrant|case|rate|row|penalty|threat|suspect|investigation|squad|scene|plot|survivor|"
    r"weapon|force|cent(?:er|re)|campaign|sentence|probe|risk|team|helicopter|plan|ballot|vote|fund|pay)s?$"
)
"""After these a noun of harm only says of what kind: a rape victim, a murder trial, the death toll."""
_GOALS = re.compile(r"(?:goal|aim|objective|desire|purpose|intention|mission|dream|idea|way|point|task|job|order)s?$")
_MADE = frozenset(("made", "carried", "reported", "recorded"))


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


def find_harm(text: str) -> list[Harm]:
    """The events of harm that a sentence tells, in order; offsets are code points of `text`."""
    tokens = Tokens(text)
    found = [harm for i in range(len(tokens.all)) for harm in _Reader(tokens, i).read()]
    return sorted(found, key=lambda harm: harm.start)


def is_thing(cause: str) -> bool:
    """Whether what a sentence gives as the cause is nobody: a missile, an explosion, a flood."""
    head = re.split(r" (?:of|in|at|on|near|from) ", cause)[0]
    return THING.search(head) is not None


def _known(word: str) -> bool:
    """Whether a word before a noun of harm does the harm: Israeli strikes, the Hamas attack; not the Ganja attack."""
    found = lookup(word, tokenise(word), 0)
    return found is not None and found[0].kind in ("state", "demonym", "known", "people", "ethnic")


class _Reader:
    """What one token tells of harm."""

    def __init__(self, tokens: Tokens, i: int) -> None:
        self.t, self.i = tokens, i

    def read(self) -> Iterator[Harm]:
        word, shown = self.t.low(self.i), self.t.all[self.i].text
        if len(shown) > 2 and shown.isupper() and not self.t.text.isupper() and not self._shouted():
            return
        noun = word if word in NOUNS else word[:-1] if word.endswith("s") and word[:-1] in NOUNS else None
        if word in ("opened", "open", "opens", "set", "left", "leaving", "leaves", "laid", "lay", "laying", "lost"):
            yield from self._phrase(word)
        elif word in ("driven", "drove", "forced", "burned", "burnt") and self._driven(word):
            yield from self._driven(word)
        elif noun and self._is_noun(word):
            yield from self._nominal(noun)
        elif word in verb_forms():
            yield from self._verb(verb_forms()[word])
        elif word in INTRANSITIVE:
            yield from self._intransitive(INTRANSITIVE[word])

    def _shouted(self) -> bool:
        """Whether a word in capitals stands among words in capitals: a headline, not a name such as DIE."""
        near = [self.t.all[k].text for k in (self.i - 1, self.i + 1) if 0 <= k < len(self.t.all)]
        return all(text.isupper() for text in near if text[0].isalpha())

    # Verbs

    def _verb(self, verb: Verb) -> Iterator[Harm]:
        t, i = self.t, self.i
        if verb.tense == "ing":
            yield from self._ing(verb)
            return
        group, passive, status = self._group(i)
        if status == "no":
            return
        target = self._object(verb)
        if verb.tense in ("base", "s"):
            if is_number(t.low(self.i - 1)):
                return
            bare = verb.tense == "s" or self._plural_before(group)
            base_ok = status in ("will", "do", "to") or (bare and target is not None and self._plain_object(target))
            if base_ok and target and not passive:
                yield from self._active(verb, t.subject(group), target)
            return
        if passive:
            yield from self._passive(verb, self._sufferer(group))
        elif verb.base in ("drown", "starve") and not target and self._by() is None:
            yield from self._intransitive("killing")
        elif status != "have" and not target and verb.tense != "past" and self._reduced(verb) and not self._a_shot():
            yield from self._passive(verb, self._before())
        elif status == "" and verb.tense != "participle" and target is None and t.low(self.i - 1) in PRONOUNS:
            if verb.kind in ("killing", "injury") and verb.takes == "anything" and t.low(self.i + 1) in (",", "and"):
                yield self._harm(verb.kind, "active", t.subject(group), None)
        elif target and verb.tense != "participle" or target and status == "have":
            if status == "" and (self._adjective() or self._a_shot()):
                return
            yield from self._active(verb, t.subject(group), target)

    def _sufferer(self, group: int) -> Phrase | None:
        """The subject of a passive: beside "being" what stands before it, after a preposition nobody."""
        t = self.t
        if t.low(group - 1) in PREPOSITIONS and t.low(group) in ("being", "getting"):
            return None
        return t.back(group - 1) if t.low(group) == "being" and not t.stop(group - 1) else t.subject(group)

    def _group(self, i: int) -> tuple[int, bool, str]:
        """First token of the verb group, whether passive, and `no`, `will`, `do`, `to`, `have` or nothing."""
        t, j, passive, status = self.t, i - 1, False, ""
        if t.low(j) in CONJUNCTIONS and self._participle(j - 1):  # robbed and beaten
            return _Reader(t, j - 1)._group(j - 1)
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
            if word in (";", ":", "“", "”", "\""):
                return False
            if word in _IF or word in ("deny", "denied", "denies", "denying"):
                return True
            if word in ("but", "after", "when", "although"):
                return False
        return False

    def _active(self, verb: Verb, subject: Phrase | None, target: Phrase) -> Iterator[Harm]:
        patient = self.t.words(target)
        if self.t.low(self.i - 1) == "to" and subject is not None and self.t.low(subject[1]) == "of":
            subject = self._charged() or subject
        if self._figure(verb, patient, self.t.words(subject)) or (
            self.t.low(self.i - 1) == "to" and _GOALS.search(self.t.words(subject))
        ):
            return
        yield self._harm(self._kind(verb, patient), "active", subject, target)

    def _passive(self, verb: Verb, patient: Phrase | None) -> Iterator[Harm]:
        words = self.t.words(patient)
        if not self._suits(verb, words) or (verb.base in ("hit", "strike", "batter", "pound") and TRADED.search(words)):
            return
        after = self.t.low(self.i + 1)
        if (after == "down" and verb.base == "strike") or (after in ("for", "over", "as") and verb.base == "attack"):
            return
        agent = self._by()
        if (not patient and verb.base == "fire") or (after == "with" and verb.base == "hit"):
            return
        yield self._harm(self._kind(verb, words), "passive_by" if agent else "passive", agent, patient)

    def _kind(self, verb: Verb, patient: str) -> Kind:
        target = self._object_phrase()
        if target and self.t.low(target[1]) in ("into", "at", "towards", "toward", "from"):  # fired 30 into the town
            return verb.kind
        dismissed = verb.base == "fire" and not re.search(rf"\b(?:{WEAPONS})$", patient) and not self._at()
        return "livelihood" if dismissed else verb.kind

    def _suits(self, verb: Verb, patient: str) -> bool:
        """Whether a patient can come to harm by the verb."""
        if not patient:
            return verb.takes in ("anything", "weapon or place")
        if verb.takes == "people":
            return is_people(patient)
        if verb.takes == "goods":
            return re.search(rf"(?i)\b(?:{GOODS})\b", patient) is not None
        if verb.base == "fire":
            return re.search(rf"\b(?:{WEAPONS})\b", patient) is not None or is_people(patient)
        return FIGURATIVE.search(patient.split(" of ")[0]) is None

    def _figure(self, verb: Verb, patient: str, agent: str) -> bool:
        if not self._suits(verb, patient) or (verb.base in ("hit", "strike") and TRADED.search(agent)):
            return True
        after = self.t.low(self.i + 1)
        if (after == "down" and verb.base == "strike") or (after == "off" and verb.base == "kill" and not is_people(patient)):
            return True
        if verb.base in ("hit", "strike") and re.match(r"[\d$€£]", patient) and not is_people(patient):
            return True
        if after == "out" and verb.base == "shell":
            return True
        if verb.base in ("attack", "hit", "assault"):  # in words: attacked her over her record
            target = self._object_phrase()
            return target is not None and self.t.low(target[1]) in ("over", "for", "as")
        return False

    def _object(self, verb: Verb) -> Phrase | None:
        t, k = self.t, self.i + 1
        if verb.base in ("shoot", "fire") and t.low(k) in _SHOOT_AT:
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
            return _Reader(t, other)._object_phrase() if verb and verb.tense == verb_forms()[t.low(self.i)].tense else None
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
        return self.t.low(self.i + 1) in _SHOOT_AT

    def _reduced(self, verb: Verb) -> bool:
        """Whether a participle without auxiliary tells a passive: a teenager shot by police, 13 killed."""
        t, before, after = self.t, self.t.low(self.i - 1), self.t.low(self.i + 1)
        if verb.base in ("cut", "shed", "hit", "strike", "fire") and after != "by" and (verb.base, after) != ("fire", "from"):
            return False
        if self._before() is None:
            return False
        if before in DETERMINERS | BE | RELATIVES or before in PREPOSITIONS or before in SUBORDINATORS | {"", "“", "\""}:
            return before == "" and after in ("by", "in", "at", "on")
        if before in PRONOUNS or (after == "," and (t.verbish(self.i + 2, False) or self._participle(self.i + 2))):
            return False
        ends = after in PREPOSITIONS or after in ("", ".", ",", ";", "”", "and", "when", "while", "after", "as", "since", "who")
        return ends or t.adverb(self.i + 1) or after in ("last", "this", "on")

    def _a_shot(self) -> bool:
        """Whether "shot" is what was fired or heard, not what happened to somebody."""
        before = {self.t.low(k) for k in range(self.i - 4, self.i)}
        told = {"fired", "fire", "firing", "single", "warning", "fatal", "another", "one", "best", "first", "only", "take"}
        return self.t.low(self.i) == "shot" and bool(before & told)

    def _before(self) -> Phrase | None:
        k = self.i - 1
        while self.t.low(k) == "," or self.t.adverb(k):
            k -= 1
        return self.t.back(k)

    def _adjective(self) -> bool:
        """Whether the form stands before its noun: the wounded soldiers, hundreds of displaced families."""
        before = self.t.low(self.i - 1)
        return before in (DETERMINERS | PREPOSITIONS | SUBORDINATORS) - RELATIVES | {"", "“", "\""}

    def _plural_before(self, group: int) -> bool:
        subject = self.t.subject(group)
        if subject is None or subject[1] != group:
            return False
        head = self.t.low(subject[1] - 1)
        return head in ("who", "they", "we", "you", "i", "people", "men", "police", "children") or head.endswith("s")

    def _by(self) -> Phrase | None:
        t = self.t
        for k in range(self.i + 1, min(self.i + 12, len(t.all))):
            word = t.low(k)
            if word == "by":
                after = t.low(k + 1)
                fraction = after in ("a", "one", "the", "half") and t.low(k + 2) in _PARTS
                return None if _NOT_BY.match(after) or fraction else t.forward(k + 1)
            if word in RELATIVES | SUBORDINATORS | {";", ".", ":", "but"} or (
                word in ("and", ",") and not self._participle(k + 1) and not self._participle(k + 2)
            ):
                return None
        return None

    def _ing(self, verb: Verb) -> Iterator[Harm]:
        t, before = self.t, self.t.low(self.i - 1)
        target = self._object(verb)
        if target is None or not self._suits(verb, t.words(target)) or before in DETERMINERS:
            return
        opens = before in ("", "“", "\"", ".")
        if opens and self.i + 1 < len(t.all) and t.low(self.i + 1) not in DETERMINERS and not t.all[self.i + 1].text[0].isdigit():
            return  # Invading forces expelled …
        group, passive, status = self._group(self.i)
        if status == "no" or before in _NOT_DONE:
            return
        if passive and before in BE | {"on"} or (t.adverb(self.i - 1) and passive):
            subject = t.subject(group)
        elif before == ",":
            subject = t.clause_subject(self.i - 1, needs_verb=True)
        elif before in CONJUNCTIONS and verb_forms().get(t.low(self.i - 2), verb).tense == "ing":
            subject = self._who_does(self.i - 2)
        elif t.adverb(self.i - 1) and t.low(self.i - 2) in CONJUNCTIONS:
            subject = self._who_does(self.i - 3)
        elif before in ("of", "with", "to", "for", "by", "in", "on", "after", "before", "and", "while", "when"):
            subject = self._charged() or t.subject(self._verb_before())
        elif t.verbish(self.i - 1, False):  # admitted shooting two soldiers
            subject = t.subject(self.i - 1)
        elif self._plain_object(target) and (verb.base != "strike" or t.low(self.i + 1) in DETERMINERS):
            subject = t.back(self.i - 1)
        else:
            return
        yield from self._active(verb, subject, target)

    def _who_does(self, ing: int) -> Phrase | None:
        """The subject of the participle that this one goes on from: killing and injuring people."""
        return self.t.clause_subject(ing - (self.t.low(ing - 1) == ","), needs_verb=True)

    def _charged(self, active: bool = False) -> Phrase | None:
        """Whom a charge names: accused Kesland of massacring; the man charged with murdering."""
        t = self.t
        for k in range(self.i - 1, -1, -1):
            if t.low(k) in _CHARGES:
                group, passive, _ = _Reader(t, k)._group(k)
                of = next((j for j in range(k + 1, self.i) if t.low(j) in ("of", "with", "to")), k)
                if of > k + 1 and not passive:
                    return t.back(of - 1)
                return None if active else t.subject(group)
        return None

    def _verb_before(self) -> int:
        t = self.t
        for k in range(self.i - 2, 0, -1):
            if t.verbish(k, False) or t.low(k) in BE | HAVE | MODALS:
                while t.low(k - 1) in BE | HAVE | MODALS:
                    k -= 1
                return k
        return self.i - 1

    # Phrases of several words

    def _phrase(self, word: str) -> Iterator[Harm]:
        t, i = self.t, self.i
        if word.startswith("open") and t.low(i + 1) == "fire":
            yield from self._plain("attack", t.forward(i + 3) if t.low(i + 2) in _SHOOT_AT else None)
        elif word == "set" and t.low(i + 1) == "fire" and t.low(i + 2) == "to":
            yield from self._plain("destruction", t.forward(i + 3))
        elif word in ("laid", "lay", "laying"):
            yield from self._laid_off()
        elif word in ("left", "leaving", "leaves"):
            yield from self._left(word)
        elif word == "lost":
            target = self._object_phrase()
            if target and re.search(rf"\b(?:{LOST})$", t.words(target)):
                group, _, status = self._group(i)
                if status != "no":
                    kind: Kind = "killing" if t.words(target).endswith(("lives", "life")) else "livelihood"
                    yield self._harm(kind, "intransitive", None, t.subject(group))

    def _plain(self, kind: Kind, target: Phrase | None) -> Iterator[Harm]:
        group, passive, status = self._group(self.i)
        if status != "no" and not passive:
            yield self._harm(kind, "active", self.t.subject(group), target)

    def _laid_off(self) -> Iterator[Harm]:
        t = self.t
        if t.low(self.i + 1) != "off" and t.low(self.i + 2) != "off":
            return
        group, passive, status = self._group(self.i)
        target = self._object_phrase()
        if status == "no":
            return
        if passive and not target:
            agent = self._by()
            yield self._harm("livelihood", "passive_by" if agent else "passive", agent, t.subject(group))
        elif target:
            yield self._harm("livelihood", "active", t.subject(group), target)

    def _left(self, word: str) -> Iterator[Harm]:
        t = self.t
        target = t.forward(self.i + 1)
        if target is None:
            return
        last = target[1]
        while t.adverb(last) and t.low(last) != "dead":
            last += 1
        ends = next((k for k in (target[1] - 1, last) if _LEFT.match(t.low(k))), None)
        if ends is None:
            return
        group, passive, status = self._group(self.i)
        if status == "no" or passive:
            return
        subject = t.clause_subject(self.i - 1, needs_verb=True) if word == "leaving" else t.subject(group)
        state = t.low(ends)
        kind: Kind = "killing" if state == "dead" else "displacement" if state == "homeless" else "injury"
        people = (target[0], ends) if ends > target[0] else target
        yield self._harm(kind, "active", subject, people)

    def _driven(self, word: str) -> list[Harm]:
        t = self.t
        group, passive, status = self._group(self.i)
        target = self._object_phrase()
        if status == "no":
            return []
        if word in ("burned", "burnt"):
            if passive or target is None:
                down = t.low(self.i + 1) in ("down", "to")
                agent = self._by()
                return [self._harm("destruction", "passive_by" if agent else "passive", agent, t.subject(group))] if passive and (down or agent) else []
            return [self._harm("destruction", "active", t.subject(group), target)] if t.low(self.i + 1) == "down" else []
        out = next((k for k in range(self.i + 1, min(self.i + 9, len(t.all))) if t.low(k) in ("out", "from", "off")), None)
        if out is None or any(t.low(k) == "," for k in range(self.i, out)):
            return []
        if passive:
            agent = self._by()
            return [self._harm("displacement", "passive_by" if agent else "passive", agent, t.subject(group))]
        if target and is_people(re.split(r" of ", t.words(target))[0]) and word != "burned":
            return [self._harm("displacement", "active", t.subject(group), target)]
        return []

    # Nouns

    def _is_noun(self, word: str) -> bool:
        """Whether a word that may be a verb too is a noun here."""
        t, before = self.t, self.t.low(self.i - 1)
        if word in verb_forms() and verb_forms()[word].tense in ("base", "s"):
            after = self._object_phrase()
            _, _, status = self._group(self.i)
            verbal = status in ("will", "do") or before in ("to", "they", "we", "who") or (before not in PREPOSITIONS and 
                status == "" and after is not None and not t.stop(self.i + 1) and before not in DETERMINERS
            )
            return not verbal
        if word in verb_forms() and verb_forms()[word].tense == "ing":
            after = t.low(self.i + 1)
            if before in BE or (before == "," and after != "of"):
                return False
            return after in ("of", "by", "on", "at", "in", ".", ",", "") or before in DETERMINERS or t.all[self.i - 1].owner
        return True

    def _nominal(self, noun: str) -> Iterator[Harm]:
        t, i = self.t, self.i
        kind, does = NOUNS[noun]
        if _COMPOUND.match(t.low(i + 1)):
            return
        if {t.low(i - 1), t.low(i - 2)} & {"no", "without", "further", "denied", "possible", "verbal", "scathing", "personal"}:
            return
        owner, modifier = self._owner()
        patient = self._of(noun)
        agent = self._done_by()
        if noun == "loss":
            if patient and re.search(rf"\b(?:{LOST})$", t.words(patient)):
                yield self._harm(kind, "nominal", None, patient)
            return
        if agent is None and owner is None and "of" in (t.low(i - 1), t.low(i - 2)):  # accused Kesland of shelling Tal
            agent = self._charged(active=True)
        if noun in ("strike", "offensive") and not (
            noun == "offensive" and patient or self._warlike(owner or modifier, patient)
        ):
            return
        if owner:
            agent, patient = (agent or owner, patient) if does or (patient and kind != "killing") else (agent, patient or owner)
        elif modifier and (does or patient):
            agent = agent or modifier
        if t.low(i + 1) in ("over", "as") or modifier and t.low(i - 1) in _DONE_TO_NOBODY:
            return
        if agent is None and patient is None and not (noun == "arrest" and self._made()):
            return
        if patient and does and FIGURATIVE.search(t.words(patient)):
            return
        yield self._harm(kind, "nominal", agent, patient)

    def _owner(self) -> tuple[Phrase | None, Phrase | None]:
        """Whose the noun is ("Kesland’s", "its"), and else whose by a name or body before it ("Israeli", "police")."""
        t, k = self.t, self.i - 1
        while k > self.i - 5 and k >= 0 and not t.stop(k) and not t.all[k].owner and t.low(k) not in DETERMINERS:
            k -= 1
        if k >= 0 and t.all[k].owner:
            found = t.back(k)
            if found and t.low(found[1] - 1) not in ("week’s", "month’s", "year’s", "friday’s"):
                day = re.match(r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tonight|month|week|year)[’']s", t.low(k))
                return (None if day else found), None
        if t.low(k) in ("its", "their", "his", "her") and k >= 0:
            return (k, k + 1), None
        for j in range(self.i - 1, k, -1):
            if t.low(j) in ("air", "drone", "missile", "rocket", "deadly", "surprise", "artillery", "ground"):
                continue
            token = t.all[j]
            if _BODIES.match(token.low) or token.text[0].isupper():
                known = _BODIES.match(token.low) or _known(token.text)
                return None, (j, j + 1) if known else None
        return None, None

    def _of(self, noun: str) -> Phrase | None:
        t, i = self.t, self.i
        after = t.low(i + 1)
        if t.low(i + 2) in TIMES or t.low(i + 2)[:1].isdigit() and t.low(i + 3) in TIMES:
            return None
        of = after == "of" and noun not in ("attack", "assault", "raid", "strike", "ambush", "offensive")
        if of or after in ("on", "against", "into") and NOUNS[noun][1]:
            return t.forward(i + 2)
        return None

    def _done_by(self) -> Phrase | None:
        """The agent of "the killing of two workers by soldiers", "drone strikes by the coalition"."""
        t = self.t
        for k in range(self.i + 1, min(self.i + 10, len(t.all))):
            word = t.low(k)
            if word == "by":
                return None if _NOT_BY.match(t.low(k + 1)) else t.forward(k + 1)
            if t.stop(k) and word not in ("of", "on", "against", "in"):
                return None
            if t.verbish(k, False):
                return None
        return None

    def _warlike(self, whose: Phrase | None, patient: Phrase | None) -> bool:
        """Whether a "strike" is one of weapons: by its attribute, or on a place by somebody; not on a weekday."""
        before = self.t.low(self.i - 1)
        if before in ("air", "drone", "missile", "rocket", "artillery", "cyber", "retaliatory"):
            return whose is not None or patient is not None or self._done_by() is not None
        if patient is None or self.t.low(self.i + 1) == "against":
            return bool(whose and patient is None and self.t.low(self.i).endswith("s") and self.t.all[whose[0]].text.endswith(("i", "n", "sh", "ese")))
        return _NOT_BY.match(self.t.low(self.i + 2)) is None

    def _made(self) -> bool:
        group = range(self.i + 1, min(self.i + 5, len(self.t.all)))
        return any(self.t.low(k) in _MADE for k in group)

    def _intransitive(self, kind: Kind) -> Iterator[Harm]:
        t = self.t
        group, passive, status = self._group(self.i)
        if status == "no" or (t.low(self.i) in ("die", "flee", "fleeing", "dying") and status not in ("will", "do") and not passive and t.low(self.i - 1) != ","):
            return
        if t.low(self.i).startswith("fle") and self._ran_away():
            return
        if t.low(self.i) in ("exploded", "explodes", "detonated"):
            yield self._harm(kind, "intransitive", None, None)
        else:
            goes_on = t.low(self.i - 1) == "," and t.low(self.i).endswith("ing")
            subject = t.clause_subject(self.i - 1, needs_verb=True) if goes_on else t.subject(group)
            yield self._harm(kind, "intransitive", None, subject)

    def _ran_away(self) -> bool:
        """Whether somebody fled from a deed or from the police, not from harm."""
        after = [self.t.low(k) for k in range(self.i + 1, self.i + 4)]
        return after[0] in ("on", "in", "after", "before", "with", "when", "and", ".", "", ",") or bool(set(after) & {"scene", "police", "officers", "arrest", "justice", "custody"})

    def _harm(self, kind: Kind, form: Form, agent: Phrase | None, patient: Phrase | None) -> Harm:
        token = self.t.all[self.i]
        return Harm(token.text, kind, form, token.start, token.end, self.t.span(agent), self.t.span(patient))
