"""Who a sentence says is speaking, found outside its quotation marks: "X said", "according to X", "X denied …"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from framing.speakers import clean, main_subject, subject_after, subject_before
from framing.speech_words import (
    AS,
    CALLED,
    FOUND,
    GROUP,
    NOT_FINITE,
    NOT_VERB,
    REPORT,
    SAY,
    SAY_THAT,
    SPEECH_ACT,
    TAIL,
)
from framing.word_lists import WordLists

_FINITE = "".join(rf"(?<!\b{word} )" for word in NOT_FINITE)
_VERB = _FINITE + "".join(rf"(?<!\b{word} )" for word in NOT_VERB)


def _verb(words: str, bars: str) -> str:
    """One of the words where no bar stands before it. Looking for the words first makes all rules six times as fast."""
    return rf"\b(?=(?:{words})\b){bars}(?:{words})\b"


_TALE = r"the (?:story|tale|truth)|a (?:story|tale|different)|(?:him|her|them) to\b"
_ADVERBS = r"(?: (?:also|have|had|often|now|still|\w+ly))*"
_SUBJECT_WORD = r"that|how|whether|why|there|he|she|they|it|his|their|(?:on|in|at|last|this) [^,.]{3,30} that"
_CLAUSE = (
    rf"(?= (?:{_SUBJECT_WORD})\b| to (?!(?:the|a|an|his|her|their)\b)[a-z]"
    r"| [A-Z]\w+ (?:to|is|was|are|were|has|had)\b)"
)
_END = r"(?: (?:on|in|last|earlier) [^,]{3,30})?\.?[”\"’']?$"

# The strongest first; `Attribution.rule` and `VoiceDecision.rule` carry these names.
_PATTERNS = {
    "according_to": r"\b[Aa](?:ccording to|s reported by|s told to)(?= \S)|\b[Ii]n the (?:words|view) of(?= \S)"
    r"|\b[Pp]er(?= (?:the )?[A-Z])",
    "told": _verb("told|tells", _FINITE) + rf" (?!you\b|us\b|{_TALE})\w",
    "said": _verb(SAY, _VERB) + r"(?! (?:to be|the obvious|goodbye|hello|yes|no)\b)",
    "saying": r"(?<=, )(?:also )?saying\b(?! (?:no|yes|goodbye)\b)"
    r"|\bquick to (?:say|argue|claim|add|note|warn|blame)\b",
    "group_says": rf"\b(?:{GROUP})(?: [^,.~]{{0,30}})?{_ADVERBS} (?:say|argue|warn|allege|contend|estimate)\b"
    r"(?! (?:in|over|of)\b)",
    "says_that": _verb(SAY_THAT, _VERB) + _CLAUSE,
    "report_found": rf"\b(?:{REPORT})(?:’s|'s)?(?: [^,.;~]{{0,30}})? (?:{FOUND})\b",
    "reported_tail": rf"(?<=, )(?=(?P<who>[^,]{{3,60}}) (?:{TAIL}){_END})"
    rf"|(?:^|[ ,])[Aa]s (?=(?P<other>[^,]{{3,60}}) (?:{AS}),)",
    "called_it": _verb(CALLED, f"{_FINITE}(?<!-)") + r"[^~]{0,50}(?=~)",
    "speech_act": _verb(SPEECH_ACT, _VERB) + r"(?! by\b)(?=[ ,])",
}
_COMPILED = {rule: re.compile(pattern) for rule, pattern in _PATTERNS.items()}
# Lists of which a sentence has a word wherever a rule finds anything: told for all rules at once.
CUES = {
    "according": "[Aa]ccording|reported|told|words|view|[Pp]er",
    "told": "told|tells",
    "says": SAY,
    "saying": "saying|quick",
    "group": GROUP,
    "group_says": "say|argue|warn|allege|contend|estimate",
    "says_that": SAY_THAT,
    "report": REPORT,
    "found": FOUND,
    "tail": f"{TAIL}|told|{AS}",
    "called": CALLED,
    "speech_act": SPEECH_ACT,
}
_NEEDED = {
    "according_to": {"according"},
    "told": {"told"},
    "said": {"says"},
    "saying": {"saying"},
    "group_says": {"group", "group_says"},
    "says_that": {"says_that"},
    "report_found": {"report", "found"},
    "reported_tail": {"tail"},
    "called_it": {"called"},
    "speech_act": {"speech_act"},
}
_CUES = WordLists(CUES)
_LAST_WORDS = re.compile(r" (?:[Tt]he |an? )?[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*){0,3}[”\"’']?")
# A verb inside a relative or noun clause tells what somebody once said, not who speaks here.
_SUBORDINATE = re.compile(r"\b(?:who|whom|whose|which|what|where|than|because)(?: \w+){0,2}$")


@dataclass(frozen=True, slots=True)
class Attribution:
    """One attribution: the rule that found it, where its verb stands, the speaker (a pronoun in lower case)."""

    rule: str
    start: int
    end: int
    speaker: str | None


def attributions(outside: str, cues: frozenset[str] | None = None) -> list[Attribution]:
    """All attributions in a sentence whose quotations are blanked with `~`, the strongest kind first. `cues` are the
    lists of `CUES` (or of these and others) that it has words of, where that is known already."""
    found = []
    cues = _CUES.found(outside) if cues is None else cues
    for rule, pattern in _COMPILED.items():
        if not _NEEDED[rule] <= cues:
            continue
        for verb in pattern.finditer(outside):
            if rule != "according_to" and _subordinate(outside[: verb.start()].rstrip()):
                continue
            found.append(Attribution(rule, verb.start(), verb.end(), _speaker(rule, outside, verb)))
    return found


def _subordinate(before: str) -> bool:
    """Looks at the last three words: the pattern has no more."""
    return _SUBORDINATE.search(" ".join(before.rsplit(" ", 3)[-3:])) is not None


def _speaker(rule: str, outside: str, verb: re.Match[str]) -> str | None:
    if rule == "according_to":
        return clean(subject_after(outside, verb.end()))
    if rule == "reported_tail":
        return clean(verb["who"] or verb["other"])
    if rule in ("group_says", "report_found"):
        head = verb.end() - len(verb[0].split()[-1])
        return clean(subject_before(outside, head))
    before, after = outside[: verb.start()].rstrip(), outside[verb.end() :]
    if verb[0].endswith("ing"):
        return clean(main_subject(outside, verb.start()))
    inverted = before.endswith("~") or (before.endswith(",") and _LAST_WORDS.fullmatch(after) is not None)
    if rule == "said" and inverted and (speaker := clean(subject_after(outside, verb.end()))):
        return speaker
    return clean(subject_before(outside, verb.start()))
