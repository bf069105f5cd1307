"""Whose words a sentence carries: the outlet's own, quoted, reported or a mix, and who speaks. Rules, each with a name.

Definitions, after the coding manual of the annotated sentences: *own* is the outlet's narration, scare quotes and a
columnist's "I" included; *quoted* is mainly inside quotation marks or plainly a source's speech; *reported* is an
attributed paraphrase; *mixed* is narration plus a substantial quotation or attributed claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from framing.attribution import Attribution, attributions
from framing.quotes import quotations
from framing.schema import Article, Sentence, Span, VoiceDecision, content_id
from framing.speakers import PRONOUNS, clean
from framing.speech_words import LABELS, ORAL
from framing.voice_context import Context

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
_LABEL = re.compile(r"(?P<who>[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3}): ~")
_MARKS = "“”„‟\"«»‘’'`"
_WORD = re.compile(r"\w+")
# Narration whose last clause is somebody's claim: "… in an attack that the ministry said was carried out by …".
_ATTRIBUTED_CLAUSE = re.compile(
    r"^(?:\S+ ){8,}(?:that|which) (?P<who>(?:[\w’'.-]+ ){1,5})(?:said|says|say|claimed|claims|alleged) "
    r"(?:is|was|were|are|had|has|have|would|will|could)\b"
)


def voices(article: Article, sentences: Sequence[Sentence]) -> list[VoiceDecision]:
    """One decision per sentence of `segment(article)`, in order. The article tells who speaks in a quotation that runs
    on, who "she" is where that is safe, a speaker's full name, and who reports for the outlet (their words are own)."""
    decisions = [_decide(s.text, s.quotes, alone=False) for s in sentences]
    return Context(article, sentences).resolve(decisions)


def voice_of(text: str) -> VoiceDecision:
    """The decision for one sentence without its article; a speaker only where this sentence names one."""
    decision = _decide(text, [Span(q.start, q.end) for q in quotations(text)], alone=True)
    return replace(decision, speaker=None) if decision.speaker in PRONOUNS else decision


def _blank(text: str, quotes: Sequence[Span]) -> str:
    blanked = list(text)
    for q in quotes:
        a, b = q.start, q.end
        while a > 0 and text[a - 1] in _MARKS:
            a -= 1
        while b < len(text) and text[b] in _MARKS:
            b += 1
        blanked[a:b] = "~" * (b - a)
    return "".join(blanked)


def _decide(text: str, quotes: Sequence[Span], alone: bool) -> VoiceDecision:
    outside = _blank(text, quotes)
    found = attributions(outside)
    label = _LABEL.match(outside)
    speaker = clean(label["who"]) if label else next((a.speaker for a in found if a.speaker is not None), None)
    lengths = [len(_WORD.findall(text[q.start : q.end])) for q in quotes]
    if not sum(lengths):
        return _unmarked(text, found, speaker, alone)
    share, longest = sum(lengths) / len(_WORD.findall(text)), max(lengths)
    if share == 1 or (share >= (_MAINLY_ATTRIBUTED if found else _MAINLY_ALONE) and longest > 1):
        return VoiceDecision("quoted", speaker, "quotation")
    if not found:
        scare = longest < _SCARE_WORDS or share < _SCARE_SHARE or _is_title(text, quotes)
        return VoiceDecision("own", None, "scare_quotes") if scare else VoiceDecision("mixed", None, "part_quotation")
    utterance = text[quotes[0].end - 1] in ",.?!" or longest >= _SCARE_WORDS
    if outside.startswith("~") and len(quotes) == 1 and utterance:
        return VoiceDecision("quoted", speaker, "quotation_first")  # the rest is its attribution
    if longest < _SCARE_WORDS or (share < _SOME and found[0].rule != "called_it"):
        return VoiceDecision("reported", speaker, found[0].rule)
    return VoiceDecision("mixed", speaker, "part_quotation")


def _is_title(text: str, quotes: Sequence[Span]) -> bool:
    """Whether every quotation is a name or title: “Last of the Summer Wine”."""
    words = [w for q in quotes for w in _WORD.findall(text[q.start : q.end]) if len(w) > 3]
    return all(w[0].isupper() or w[0].isdigit() for w in words)


def _unmarked(text: str, found: Sequence[Attribution], speaker: str | None, alone: bool) -> VoiceDecision:
    spoken = sum(bool(cue.search(text)) for cue in ORAL) if alone else 0
    if (label := _TRANSCRIPT.match(text)) and (label["who"].isupper() or spoken > 1):
        return VoiceDecision("quoted", label["who"], "transcript")
    if clause := _ATTRIBUTED_CLAUSE.search(text):
        return VoiceDecision("mixed", clean(clause["who"]), "attributed_clause")
    if found:
        return VoiceDecision("reported", speaker, found[0].rule)
    if spoken >= _ORAL_CUES:
        return VoiceDecision("quoted", None, "speech_unmarked")
    return VoiceDecision("own", None, "narration")
