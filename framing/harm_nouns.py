"""Harm told by nouns: the killing of two men by soldiers, Kesland’s bombardment of Tal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from framing.actor_tokens import lookup, tokenise
from framing.harm_clause import NOT_BY, Clause, Harm
from framing.harm_words import FIGURATIVE, LOST, NOUNS, verb_forms
from framing.phrases import BE, DETERMINERS, PREPOSITIONS, TIMES, Phrase

_DONE_TO_NOBODY = frozenset(("terror", "terrorist", "terrorism", "heart", "panic", "personal", "verbal", "asthma"))
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
_NONE = frozenset(("no", "without", "further", "denied", "possible", "verbal", "scathing", "personal"))
_MADE = frozenset(("made", "carried", "reported", "recorded"))
_OF_TIME = re.compile(r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tonight|month|week|year)[’']s")


class Nouns(Clause):
    """Harm told by a noun that says who did it or to whom: the shelling of Derrin, the army’s attack, her death."""

    def _is_noun(self, word: str) -> bool:
        """Whether a word that may be a verb too is a noun here."""
        t, before = self.t, self.t.low(self.i - 1)
        if word in verb_forms() and verb_forms()[word].tense in ("base", "s"):
            target = self._object_phrase()
            _, _, status = self._group(self.i)
            verbal = (
                status in ("will", "do")
                or before in ("to", "they", "we", "who")
                or (
                    before not in PREPOSITIONS
                    and status == ""
                    and target is not None
                    and not t.stop(self.i + 1)
                    and before not in DETERMINERS
                )
            )
            return not verbal
        if word in verb_forms() and verb_forms()[word].tense == "ing":
            after = t.low(self.i + 1)
            if before in BE or (before == "," and after != "of"):
                return False
            return (
                after in ("of", "by", "on", "at", "in", ".", ",", "")
                or before in DETERMINERS
                or (self.i > 0 and t.all[self.i - 1].owner)
            )
        return True

    def _nominal(self, noun: str) -> Iterator[Harm]:
        t, i = self.t, self.i
        kind, does = NOUNS[noun]
        if _COMPOUND.match(t.low(i + 1)) or {t.low(i - 1), t.low(i - 2)} & _NONE or t.low(i + 1) in ("over", "as"):
            return
        if noun == "loss":
            patient = self._of(noun)
            if patient and re.search(rf"\b(?:{LOST})$", t.words(patient)):
                yield self._harm(kind, "nominal", None, patient)
            return
        owner, modifier = self._owner()
        agent, patient = self._roles(noun, owner, modifier)
        told = agent is not None or patient is not None or (noun == "arrest" and self._made())
        idle = modifier is not None and t.low(i - 1) in _DONE_TO_NOBODY
        figure = patient is not None and does and FIGURATIVE.search(t.words(patient)) is not None
        if told and not idle and not figure and self._of_weapons(noun, owner or modifier, patient):
            yield self._harm(kind, "nominal", agent, patient)

    def _roles(self, noun: str, owner: Phrase | None, modifier: Phrase | None) -> tuple[Phrase | None, Phrase | None]:
        """Agent and patient of a noun: "by", "of" and "on" first, then its owner, then the name before it."""
        kind, does = NOUNS[noun]
        patient, agent = self._of(noun), self._done_by()
        if agent is None and owner is None and "of" in (self.t.low(self.i - 1), self.t.low(self.i - 2)):
            agent = self._charged(active=True)  # accused Kesland of shelling Tal
        if owner:
            doer = does or (patient is not None and kind != "killing")
            return (agent or owner, patient) if doer else (agent, patient or owner)
        return (agent or modifier if does or patient else agent), patient

    def _of_weapons(self, noun: str, whose: Phrase | None, patient: Phrase | None) -> bool:
        """Whether a strike or an offensive is one of weapons, not of workers or in a game."""
        if noun not in ("strike", "offensive"):
            return True
        return (noun == "offensive" and patient is not None) or self._warlike(whose, patient)

    def _owner(self) -> tuple[Phrase | None, Phrase | None]:
        """Whose the noun is ("Kesland’s", "its"), and else whose by a name or body before it ("Israeli", "police")."""
        t, k = self.t, self.i - 1
        while k > self.i - 5 and k >= 0 and not t.stop(k) and not t.all[k].owner and t.low(k) not in DETERMINERS:
            k -= 1
        if k >= 0 and t.all[k].owner:
            found = t.back(k)
            if found and t.low(found[1] - 1) not in ("week’s", "month’s", "year’s", "friday’s"):
                day = _OF_TIME.match(t.low(k))
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
        if t.low(i + 2) in TIMES or (t.low(i + 2)[:1].isdigit() and t.low(i + 3) in TIMES):
            return None
        of = after == "of" and noun not in ("attack", "assault", "raid", "strike", "ambush", "offensive")
        if of or (after in ("on", "against", "into") and NOUNS[noun][1]):
            return t.forward(i + 2)
        return None

    def _done_by(self) -> Phrase | None:
        """The agent of "the killing of two workers by soldiers", "drone strikes by the coalition"."""
        t = self.t
        for k in range(self.i + 1, min(self.i + 10, len(t.all))):
            word = t.low(k)
            if word == "by":
                return None if NOT_BY.match(t.low(k + 1)) else t.forward(k + 1)
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
            return bool(
                whose
                and patient is None
                and self.t.low(self.i).endswith("s")
                and self.t.all[whose[0]].text.endswith(("i", "n", "sh", "ese"))
            )
        return NOT_BY.match(self.t.low(self.i + 2)) is None

    def _made(self) -> bool:
        group = range(self.i + 1, min(self.i + 5, len(self.t.all)))
        return any(self.t.low(k) in _MADE for k in group)


def _known(word: str) -> bool:
    """Whether a word before a noun of harm does the harm: Israeli strikes, the Hamas attack; not the Ganja attack."""
    found = lookup(word, tokenise(word), 0)
    return found is not None and found[0].kind in ("state", "demonym", "known", "people", "ethnic")
