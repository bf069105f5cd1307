"""Harm told by verbs: active, passive, participles, phrases of several words, intransitives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from framing.harm_clause import SHOOT_AT, Clause, Harm
from framing.harm_words import (
    FIGURATIVE,
    GOODS,
    LOST,
    TRADED,
    WEAPONS,
    Kind,
    Verb,
    is_number,
    is_people,
    verb_forms,
    word_set,
)
from framing.phrases import BE, CONJUNCTIONS, DETERMINERS, PRONOUNS, Phrase

_NOT_DONE = word_set("""
    without, from, avoid, avoided, prevent, prevents, prevented, stop, stopped, against, instead
""")
_LEFT = re.compile(r"(?:dead|wounded|injured|homeless|hurt|maimed|disabled|jobless|paralysed|paralyzed|trapped)$")
_GOALS = re.compile(r"(?:goal|aim|objective|desire|purpose|intention|mission|dream|idea|way|point|task|job|order)s?$")


class Verbs(Clause):
    """Harm told by a verb, or by a phrase such as "laid off" or "left five dead"."""

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
        elif (target and verb.tense != "participle") or (target and status == "have"):
            if status == "" and (self._adjective() or self._a_shot()):
                return
            yield from self._active(verb, t.subject(group), target)

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
        return FIGURATIVE.search(patient.split(" of ", maxsplit=1)[0]) is None

    def _figure(self, verb: Verb, patient: str, agent: str) -> bool:
        if not self._suits(verb, patient) or (verb.base in ("hit", "strike") and TRADED.search(agent)):
            return True
        after = self.t.low(self.i + 1)
        if (after == "down" and verb.base == "strike") or (
            after == "off" and verb.base == "kill" and not is_people(patient)
        ):
            return True
        if verb.base in ("hit", "strike") and re.match(r"[\d$€£]", patient) and not is_people(patient):
            return True
        if after == "out" and verb.base == "shell":
            return True
        if verb.base in ("attack", "hit", "assault"):  # in words: attacked her over her record
            target = self._object_phrase()
            return target is not None and self.t.low(target[1]) in ("over", "for", "as")
        return False

    def _ing(self, verb: Verb) -> Iterator[Harm]:
        t, before = self.t, self.t.low(self.i - 1)
        target = self._object(verb)
        if target is None or not self._suits(verb, t.words(target)) or before in DETERMINERS:
            return
        opens = before in ("", "“", '"', ".")
        if (
            opens
            and self.i + 1 < len(t.all)
            and t.low(self.i + 1) not in DETERMINERS
            and not t.all[self.i + 1].text[0].isdigit()
        ):
            return  # Invading forces expelled …
        group, passive, status = self._group(self.i)
        if status == "no" or before in _NOT_DONE:
            return
        if (passive and before in BE | {"on"}) or (t.adverb(self.i - 1) and passive):
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

    def _phrase(self, word: str) -> Iterator[Harm]:
        t, i = self.t, self.i
        if word.startswith("open") and t.low(i + 1) == "fire":
            yield from self._plain("attack", t.forward(i + 3) if t.low(i + 2) in SHOOT_AT else None)
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
        """ "driven out of the city", "forced from their homes", "burned to the ground"."""
        group, passive, status = self._group(self.i)
        target = self._object_phrase()
        burned = word in ("burned", "burnt")
        if status == "no" or not (self._burned_down(passive) if burned else self._out()):
            return []
        kind: Kind = "destruction" if burned else "displacement"
        if passive:
            agent = self._by()
            return [self._harm(kind, "passive_by" if agent else "passive", agent, self.t.subject(group))]
        if target and (burned or is_people(self.t.words(target).split(" of ")[0])):
            return [self._harm(kind, "active", self.t.subject(group), target)]
        return []

    def _burned_down(self, passive: bool) -> bool:
        after = self.t.low(self.i + 1)
        return after == "down" or (passive and (after == "to" or self._by() is not None))

    def _out(self) -> bool:
        """Whether "out", "from" or "off" follows before the next comma."""
        for k in range(self.i + 1, min(self.i + 9, len(self.t.all))):
            if self.t.low(k) in ("out", "from", "off", ","):
                return self.t.low(k) != ","
        return False

    def _intransitive(self, kind: Kind) -> Iterator[Harm]:
        t = self.t
        group, passive, status = self._group(self.i)
        if status == "no" or (
            t.low(self.i) in ("die", "flee", "fleeing", "dying")
            and status not in ("will", "do")
            and not passive
            and t.low(self.i - 1) != ","
        ):
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
        return after[0] in ("on", "in", "after", "before", "with", "when", "and", ".", "", ",") or bool(
            set(after) & {"scene", "police", "officers", "arrest", "justice", "custody"}
        )
