"""Whose words a sentence carries: the outlet's own, quoted, reported or a mix, and who speaks.

Rules, each with a name, decide alone or together with the voice head, which reads their decision beside the vector.

Definitions, after the coding manual of the annotated sentences: *own* is the outlet's narration, scare quotes and a
columnist's "I" included; *quoted* is mainly inside quotation marks or plainly a source's speech; *reported* is an
attributed paraphrase; *mixed* is narration plus a substantial quotation or attributed claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from framing.heads import Floats, Head
from framing.schema import VOICES, Article, Sentence, VoiceDecision, content_id
from framing.speakers import PRONOUNS, clean
from framing.speech_words import LABELS, oral_cues
from framing.voice_context import Context
from framing.voice_features import Reading, features, is_title, read_sentence
from framing.voice_head import feature_matrix, head_probabilities, vector_logits

RULES = "voice-rules-2"
VOICE_VERSION = content_id(RULES)[:8]

# Share of a sentence's words inside quotation marks, chosen on train rows; macro-F1 there at the values tried
# (benchmarks/voice.py --sweep prints them again):
_MAINLY_ATTRIBUTED = 0.6  # 0.5: 0.692, 0.6: 0.701, 0.7: 0.701
_MAINLY_ALONE = 0.75  # 0.6: 0.698, 0.75: 0.701, 0.85: 0.696
_SOME = 0.2  # 0.1: 0.700, 0.2: 0.701, 0.3: 0.692
_SCARE_WORDS = 3  # shorter quotations, nobody speaking, are scare quotes; 2: 0.701, 3: 0.701, 5: 0.692
_SCARE_SHARE = 0.1  # 0: 0.700, 0.1: 0.701, 0.2: 0.693
_ORAL_CUES = 3  # 2: 0.663, 3: 0.686, 4: 0.680, 5: 0.671 (before the last rules were added)

_NAME_IN_CAPITALS = r"[A-Z][A-Z.’'-]+(?: [A-Z.’'-]+){0,2}"
_TRANSCRIPT = re.compile(
    rf"(?:Advertisement )?(?!(?:{LABELS})\b)(?P<who>{_NAME_IN_CAPITALS}|[A-Z][\w.’'-]+ [A-Z][\w.’'-]+): \S"
)
_NOT_QUOTED = np.array([voice != "quoted" for voice in VOICES], np.float32)
# Narration whose last clause is somebody's claim: "… in an attack that the ministry said was carried out by …".
_ATTRIBUTED_CLAUSE = re.compile(
    r"(?:\S+ ){8,}(?:that|which) (?P<who>(?:[\w’'.-]+ ){1,5})(?:said|says|say|claimed|claims|alleged) "
    r"(?:is|was|were|are|had|has|have|would|will|could)\b"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """An article's sentences as the rules hear them; `found` (n, features) is what the voice head reads of it, None
    without a head."""

    article: Article
    sentences: Sequence[Sentence]
    readings: list[Reading]
    decisions: list[VoiceDecision]
    found: Floats | None


def hear(article: Article, sentences: Sequence[Sentence], head: Head | None = None) -> Heard:
    """What can be told of the voices before the encoder has read the sentences: most of the work."""
    readings = [read_sentence(s.text, s.quotes) for s in sentences]
    found = feature_matrix(head.features, _features(readings)) if head is not None else None
    return Heard(article, sentences, readings, [_decide(reading, alone=False) for reading in readings], found)


def voices(
    article: Article, sentences: Sequence[Sentence], head: Head | None = None, leaning: Floats | None = None
) -> list[VoiceDecision]:
    """One decision per sentence of `segment(article)`, in order. The article tells who speaks in a quotation that runs
    on, who "she" is where that is safe, a speaker's full name, and who reports for the outlet (their words are own).

    With the voice head and `leaning`, what it reads in the sentences' vectors (`vector_logits`, (n, 4)), head and
    rules decide together; without, the rules alone."""
    return decide(hear(article, sentences, head if leaning is not None else None), head, leaning)


def decide(heard: Heard, head: Head | None = None, leaning: Floats | None = None) -> list[VoiceDecision]:
    """The same for an article that was heard already, with the same head."""
    decisions = heard.decisions
    if head is not None and leaning is not None and heard.found is not None:
        p = head_probabilities(head, leaning, heard.found)
        decisions = [_joined(*each) for each in zip(heard.readings, decisions, p, strict=True)]
    return Context(heard.article, heard.sentences).resolve(decisions)


def voice_of(text: str) -> VoiceDecision:
    """The rules' decision for one sentence without its article; a speaker only where this sentence names one."""
    decision = _decide(read_sentence(text), alone=True)
    return replace(decision, speaker=None) if decision.speaker in PRONOUNS else decision


def voice_probabilities(texts: Sequence[str], vectors: Floats, head: Head) -> Floats:
    """(n, 4) probabilities, in the order of VOICES, of single sentences without their article; `vectors` (n, width)
    are the encoder's. The head (`load_voice`) was fitted together with the rules' decisions."""
    found = feature_matrix(head.features, sentence_features(texts))
    return head_probabilities(head, vector_logits(head, vectors), found)


def sentence_features(texts: Sequence[str]) -> list[dict[str, float]]:
    """What rules and marks say of single sentences: the named features that the voice head reads beside the vector."""
    return _features([read_sentence(text) for text in texts])


def voice_version(head: Head | None) -> str:
    """Version of stored voices: of the rules alone, or of rules and head."""
    return VOICE_VERSION if head is None else content_id(RULES, head.version)[:8]


def _features(readings: Sequence[Reading]) -> list[dict[str, float]]:
    return [features(reading, _decide(reading, alone=True)) for reading in readings]


def _joined(reading: Reading, rules: VoiceDecision, p: Floats) -> VoiceDecision:
    """The likeliest voice, except where the article leaves no doubt: a sentence wholly inside a quotation, a
    transcript's speaker label, and, where no word is quoted, no quotation (a columnist may write as people talk)."""
    if reading.share == 1 or rules.rule == "transcript":
        return rules
    likely = p if reading.longest else p * _NOT_QUOTED
    voice = VOICES[int(likely.argmax())]
    if voice == rules.voice:
        return rules
    return VoiceDecision(voice, rules.speaker or reading.speaker, "head")


def _decide(reading: Reading, alone: bool) -> VoiceDecision:
    found, speaker, longest, share = reading.found, reading.speaker, reading.longest, reading.share
    if not longest:
        return _unmarked(reading, alone)
    if share == 1 or (share >= (_MAINLY_ATTRIBUTED if found else _MAINLY_ALONE) and longest > 1):
        return VoiceDecision("quoted", speaker, "quotation")
    if not found:
        scare = longest < _SCARE_WORDS or share < _SCARE_SHARE or is_title(reading)
        return VoiceDecision("own", None, "scare_quotes") if scare else VoiceDecision("mixed", None, "part_quotation")
    utterance = reading.text[reading.quotes[0].end - 1] in ",.?!" or longest >= _SCARE_WORDS
    if reading.outside.startswith("~") and len(reading.quotes) == 1 and utterance:
        return VoiceDecision("quoted", speaker, "quotation_first")  # the rest is its attribution
    if longest < _SCARE_WORDS or (share < _SOME and found[0].rule != "called_it"):
        return VoiceDecision("reported", speaker, found[0].rule)
    return VoiceDecision("mixed", speaker, "part_quotation")


def _unmarked(reading: Reading, alone: bool) -> VoiceDecision:
    text, found = reading.text, reading.found
    spoken = len(oral_cues(text)) if alone else 0
    if ": " in text and (label := _TRANSCRIPT.match(text)) and (label["who"].isupper() or spoken > 1):
        return VoiceDecision("quoted", label["who"], "transcript")
    if (" that " in text or " which " in text) and (clause := _ATTRIBUTED_CLAUSE.match(text)):
        return VoiceDecision("mixed", clean(clause["who"]), "attributed_clause")
    if found:
        return VoiceDecision("reported", reading.speaker, found[0].rule)
    if spoken >= _ORAL_CUES:
        return VoiceDecision("quoted", None, "speech_unmarked")
    return VoiceDecision("own", None, "narration")
