"""What an article adds to its sentences' voices: running quotations, pronouns, full names, the outlet's reporters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from framing.quotes import quotations
from framing.schema import Article, Sentence, VoiceDecision
from framing.speakers import PRONOUNS, clean, is_full_name
from framing.speech_words import any_of

_LOOK_BACK = 3  # sentences; further back "she" is a guess
_PRESS_ROLE = any_of("""
    correspondent, reporter, journalist, editor, producer, bureau chief, columnist, anchor, contributor, presenter,
    stringer
""")
_REPORTER = rf"(?:\w+ )?(?:{_PRESS_ROLE})"
_HUMAN = any_of(r"""
    man, woman, boy, girl, child, mother, father, son, daughter, wife, husband, brother, sister, resident, official,
    spokes\w+, teacher, doctor, soldier, officer, surgeon, pensioner, neighbou?r, worker, minister, president, mayor,
    villager, student, farmer, driver, victim, witness, survivor
""")
_SOMEBODY = re.compile(rf"\b(?:{_HUMAN})\b")
_FULL_NAME = re.compile(r"\b[A-Z][\w’'-]+(?: (?:al|bin|van|von|de|der|[A-Z]\.|[A-Z][\w’'-]+))* [A-Z][\w-]+")
# A name with an age, a relative clause or a description after it is a person's.
_DESCRIBED = re.compile(
    r"(?P<name>[A-Z][\w’-]+(?: [A-Z][\w.’-]*)+),? (?:\d\d\b|who\b|whose\b|(?:an?|the|his|her) [a-z]+)"
)
_FUNCTION_WORD = any_of("""
    In, At, On, From, The, After, Before, For, With, By, And, But, As, Says, When, While, Both, Is, To, Of
""")
_NO_FIRST_NAME = frozenset(_FUNCTION_WORD.split("|"))


class Context:
    """One article's sentences with the quotations and names that tie them together."""

    def __init__(self, article: Article, sentences: Sequence[Sentence]) -> None:
        self._article = article
        self._sentences = sentences
        self._chain = _chains(article, sentences)
        self._persons: list[str] = []

    def resolve(self, decisions: Sequence[VoiceDecision]) -> list[VoiceDecision]:
        """The decisions with speakers filled in and the outlet's own reporters counted as own."""
        resolved: list[VoiceDecision] = []
        own = own_reporters(self._article)
        spoken = {
            self._full_name(i, d.speaker) for i, d in enumerate(decisions) if d.speaker and d.speaker not in PRONOUNS
        }
        described = {clean(m["name"]) for m in _DESCRIBED.finditer(self._article.text)}
        self._persons = sorted(name for name in spoken | described if name and is_full_name(name))
        for i, decision in enumerate(decisions):
            speaker, rule = decision.speaker, decision.rule
            if speaker is None and decision.voice == "quoted":
                speaker = self._running_speaker(i, decisions, resolved)
                rule = "running_quotation" if speaker else rule
            if speaker in PRONOUNS:
                speaker = (
                    self._antecedent(i, resolved) if speaker in ("he", "she") else self._body(i, speaker, resolved)
                )
            speaker = speaker and self._full_name(i, speaker)
            if speaker in own:
                resolved.append(VoiceDecision("own", speaker, "own_reporter"))
            elif decision.voice == "own":  # the outlet's narration, whomever it names
                resolved.append(replace(decision, speaker=None))
            else:
                resolved.append(replace(decision, speaker=speaker, rule=rule))
        return resolved

    def _running_speaker(
        self, i: int, decisions: Sequence[VoiceDecision], resolved: Sequence[VoiceDecision]
    ) -> str | None:
        """Who speaks in a sentence wholly inside quotation marks: the speaker of the same quotation, else of the
        paragraph's other quotations, else of the quotation just before."""
        near = sorted(range(len(decisions)), key=lambda j: (abs(j - i), j < i))
        for j in near:
            if j != i and self._chain[i] is not None and self._chain[j] == self._chain[i] and decisions[j].speaker:
                return resolved[j].speaker if j < i else decisions[j].speaker
        place = self._sentences[i].paragraph
        for j in sorted(near, key=lambda j: (j > i, abs(j - i))):
            same = self._sentences[j].paragraph == place and self._sentences[j].quotes
            if j != i and same and decisions[j].speaker and decisions[j].voice in ("quoted", "mixed"):
                return resolved[j].speaker if j < i else decisions[j].speaker
        if i and place > 0 and decisions[i - 1].voice == "quoted" and self._sentences[i - 1].paragraph >= place - 1:
            return resolved[i - 1].speaker
        return None

    def _antecedent(self, i: int, resolved: Sequence[VoiceDecision]) -> str | None:
        """The one person who spoke or was named last, unless somebody else has come in since."""
        for j in range(i - 1, max(-1, i - 1 - _LOOK_BACK), -1):
            if self._sentences[j].index == 0:
                return None
            speaker = resolved[j].speaker
            if speaker is not None and is_full_name(speaker):
                return speaker
            text = self._sentences[j].text
            named = [p for p in self._persons if re.search(rf"\b{re.escape(p.split()[-1])}\b", text)]
            if named:
                return named[0] if len(named) == 1 else None
            if speaker is not None or (resolved[j].voice != "quoted" and _SOMEBODY.search(text)):
                return None
        return None

    def _body(self, i: int, pronoun: str, resolved: Sequence[VoiceDecision]) -> str | None:
        """ "It said", "they said": the ministry or the officials who spoke in the sentence before."""
        speaker = resolved[i - 1].speaker if i and self._sentences[i - 1].index else None
        if speaker is None or is_full_name(speaker) or resolved[i - 1].voice == "quoted":
            return None
        plural = speaker.split()[-1].endswith("s")
        return speaker if (pronoun == "they" and plural) or (pronoun == "it" and not plural) else None

    def _full_name(self, i: int, speaker: str) -> str:
        """ "Jafarov" → "Mushfiq Jafarov" where the text up to this sentence names exactly one person so called."""
        if " " in speaker or not speaker[:1].isupper():
            return speaker
        sentence = self._sentences[i]
        before = self._article.text[: sentence.end] if sentence.index else sentence.text
        names = {clean(m[0]) for m in _FULL_NAME.finditer(before) if m[0].split()[-1] == speaker}
        full = {n for n in names if n and len(n.split()) > 1 and n.split()[0] not in _NO_FIRST_NAME}
        return full.pop() if len(full) == 1 else speaker


def own_reporters(article: Article) -> frozenset[str]:
    """Full names of the outlet's own people: “Northern Wire’s Ada Moss”, “our correspondent Lee Poe”, the byline."""
    outlet = re.escape(re.sub(r"^The |\.com$", "", article.outlet))
    name = r"(?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+)"
    other = name.replace("name", "other")
    pattern = re.compile(rf"{outlet}(?:(?:[’']s)? {_REPORTER}|[’']s),? {name}|\b[Oo]ur {_REPORTER},? {other}")
    found = {m["name"] or m["other"] for m in pattern.finditer(article.text)}
    return frozenset(found | ({article.byline} if article.byline else set()))


def _chains(article: Article, sentences: Sequence[Sentence]) -> list[int | None]:
    """For every sentence the number of the last quotation in it; quotations that run on share a number."""
    numbered: list[tuple[int, int, int]] = []
    number = 0
    for q in quotations(article.text):
        numbered.append((q.start, q.end, number))
        number += not q.runs_on
    chains: list[int | None] = []
    for s in sentences:
        touching = [n for a, b, n in numbered if s.index and a < s.end and s.start < b]
        chains.append(touching[-1] if touching else None)
    return chains
