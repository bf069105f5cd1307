"""What a sentence's marks and words say about whose voice it is: read once, for the rules and for the voice head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from framing.attribution import CUES, Attribution, attributions
from framing.quotes import quotations
from framing.schema import Span, VoiceDecision
from framing.speakers import PRONOUNS, clean, is_full_name
from framing.speech_words import any_of, oral_cues
from framing.word_lists import WORD, WordLists

FEATURES = "voice-features-1"
"""Changes whenever a feature means something else: the voice head's weights belong to one version."""

LABEL = re.compile(r"(?P<who>[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3}): ~")
_MARKS = "“”„‟\"«»‘’'`"
_SHARES = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8)
_LENGTHS = (1, 2, 3, 4, 6, 9, 14, 20)
_TELLING = any_of("""
    saying, arguing, claiming, adding, noting, warning, insisting, suggesting, telling, calling, describing, asserting,
    stating, explaining, accusing, alleging, asking, writing, urging, vowing, promising, stressing, declaring,
    announcing, predicting, recalling
""")
_SOURCE = any_of(r"""
    statement, claims?, allegations?, allegedly, reportedly, accusations?, interview, testimony, remarks?, comments?,
    speech, warning, letter, tweet, memo, report, survey, poll, study, research, findings, analysis, spokes\w+,
    officials?, sources?, experts?, critics, witnesses, police, prosecutors, authorities, complaint, lawsuit,
    indictment, affidavit, document
""")
_MIND = any_of("""
    believe[sd]?, thinks?, thought, hopes?, hoped, fear(?:s|ed)?, worr(?:y|ies|ied), feels?, felt, wants?, wanted,
    considers?, considered, sees?, regards?, expects?, expected, suspects?
""")
_OTHER_ACTS = any_of(r"""
    describ\w+, call(?:s|ed|ing), announc\w+, declar\w+, inform\w+, ask(?:s|ed|ing), respond\w*, express\w+, defend\w+,
    reveal\w+, detail\w+, propos\w+, recommend\w*, prais\w+, mock\w+, hail\w+, referenc\w+, quot\w+, cit\w+, refer\w+,
    outlin\w+, complain\w+, agree\w*, reject\w+, disput\w+, slam\w+, tout\w+, explain\w*, demand\w*, apolog\w+,
    joke[sd]?, show(?:s|ed|n)?, prove[sd]?, testif\w+, recall\w*, acknowledg\w+
""")
_PASSIVE = any_of("""
    said, reported, believed, thought, alleged, expected, accused, described, seen, called, considered, known
""")
# Looked for outside the quotation marks: lists of words, and what one search or look finds.
_LISTS = WordLists(
    {
        **CUES,
        "telling": _TELLING,
        "mind": _MIND,
        "other_act": _OTHER_ACTS,
        "allegedly": "allegedly|reportedly|supposedly|apparently",
        "i": "I|my|me",
        "we": "[Ww]e|[Oo]ur|us",
        "you": r"[Yy]ou\w*",
        "passive": _PASSIVE,
    },
    any_case={"source": _SOURCE},
)
_FEATURES_OF_WORDS = frozenset(
    ("says", "says_that", "speech_act", "telling", "mind", "other_act", "allegedly", "i", "we", "you", "source")
)
_SAID_TO_BE = re.compile(rf"\b(?:is|are|was|were) (?:{_PASSIVE}) ")
_I_SAID = re.compile(r"\bI (?:said|told|asked|thought|think|believe)\b")
_CAPITALS_FIRST = re.compile(r"[A-Z]{3,}")
_MARKED = {
    "colon": (": ",),
    "exclamation": ("!",),
    "semicolon": (";",),
    "dash": ("—", " - ", "–"),
    "parenthesis": ("(",),
}
# Looked for inside the longest quotation, and just before it.
_INSIDE = {
    "capital": re.compile(r"^\s*[A-Z]"),
    "person": re.compile(r"\b(?:I|we|We|my|our|us|me|you|You)\b"),
    "verb": re.compile(
        r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|do|does|did|be|been|not)\b|[’'](?:s|re)\b"
    ),
}
_BEFORE = {
    "that": re.compile(r"\bthat$"),
    "colon": re.compile(r":$"),
    "comma": re.compile(r",$"),
    "article": re.compile(r"\b(?:as|a|an|the|his|her|their|of|so-called|called)$"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence with its quotations blanked (`outside`), the attributions there and the words in each quotation."""

    text: str
    quotes: tuple[Span, ...]
    outside: str
    found: tuple[Attribution, ...]
    words: tuple[int, ...]
    """Words inside each quotation."""
    lists: frozenset[str]
    """Names of the word lists of which it has a word outside its quotations."""

    share: float
    """Share of the words inside quotation marks."""
    longest: int
    """Words of the longest quotation."""
    speaker: str | None
    """Whom the sentence names as speaking, cleaned; a pronoun in lower case."""


def read_sentence(text: str, quotes: Sequence[Span] | None = None) -> Reading:
    """The sentence read; without `quotes` (an article knows where a quotation runs on) its own marks tell."""
    spans = tuple(quotes) if quotes is not None else tuple(Span(q.start, q.end) for q in quotations(text))
    outside = _blank(text, spans)
    words = tuple(len(WORD.findall(text[q.start : q.end])) for q in spans)
    lists = _LISTS.found(outside)
    found = tuple(attributions(outside, lists))
    share = sum(words) / len(WORD.findall(text)) if sum(words) else 0.0
    speaker = next((a.speaker for a in found if a.speaker is not None), None)
    if label := LABEL.match(outside):
        speaker = clean(label["who"])
    return Reading(text, spans, outside, found, words, lists, share, max(words, default=0), speaker)


def _blank(text: str, quotes: Sequence[Span]) -> str:
    if not quotes:
        return text
    blanked = list(text)
    for q in quotes:
        a, b = q.start, q.end
        while a > 0 and text[a - 1] in _MARKS:
            a -= 1
        while b < len(text) and text[b] in _MARKS:
            b += 1
        blanked[a:b] = "~" * (b - a)
    return "".join(blanked)


def is_title(reading: Reading) -> bool:
    """Whether every quotation is a name or title: “Last of the Summer Wine”."""
    words = [w for q in reading.quotes for w in WORD.findall(reading.text[q.start : q.end]) if len(w) > 3]
    return all(w[0].isupper() or w[0].isdigit() for w in words)


def features(reading: Reading, decision: VoiceDecision) -> dict[str, float]:
    """Features by name, those that are not 0, most of them 1: the rules' decision, quotation, attribution, wording."""
    found: dict[str, float] = {f"rules_{decision.voice}": 1.0, f"rule_{decision.rule}": 1.0}
    found |= _quotation(reading)
    found |= _attribution(reading)
    found |= dict.fromkeys(_FEATURES_OF_WORDS & reading.lists, 1.0)
    found |= _marks(reading)
    oral = oral_cues(reading.outside)
    found |= {f"oral_{i}": 1.0 for i in oral}
    found |= {f"oral_over_{k}": 1.0 for k in (2, 3, 4, 5) if len(oral) >= k}
    found |= _shape(reading)
    return {name: value for name, value in found.items() if value}


def _marks(reading: Reading) -> dict[str, float]:
    outside, lists = reading.outside, reading.lists
    return {
        "said_to_be": float("passive" in lists and _SAID_TO_BE.search(outside) is not None),
        "i_said": float("i" in lists and _I_SAID.search(outside) is not None),
        "capitals_first": float(_CAPITALS_FIRST.match(outside) is not None),
        **{name: 1.0 for name, marks in _MARKED.items() if any(mark in outside for mark in marks)},
    }


def _quotation(reading: Reading) -> dict[str, float]:
    outside, share, longest = reading.outside, reading.share, reading.longest
    if not longest:
        return {"no_quotation": 1.0}
    first, last = outside.startswith("~"), re.search(r"~[.?!]?$", outside) is not None
    k = reading.words.index(longest)
    span = reading.quotes[k]
    inside, before = reading.text[span.start : span.end], reading.text[: span.start].rstrip(" “\"‘'")
    return {
        "share": share,
        "share_squared": share * share,
        "share_all": float(share == 1),
        **{f"share_from_{a}": float(share >= a) for a in _SHARES},
        **{f"longest_from_{a}": float(longest >= a) for a in _LENGTHS},
        "one_quotation": float(len(reading.quotes) == 1),
        "more_quotations": min(len(reading.quotes), 4) / 4,
        "quotation_first": float(first),
        "quotation_last": float(last),
        "quotation_first_and_last": float(first and last),
        "mark_missing": float(span.start == 0 or (span.end == len(reading.text))),
        "stop_inside": float(any(reading.text[q.end - 1 : q.end] in tuple(",.?!") for q in reading.quotes)),
        "title": float(is_title(reading)),
        **{f"inside_{name}": float(pattern.search(inside) is not None) for name, pattern in _INSIDE.items()},
        **{f"before_{name}": float(pattern.search(before) is not None) for name, pattern in _BEFORE.items()},
    }


def _attribution(reading: Reading) -> dict[str, float]:
    if not reading.found:
        return {}
    outside = reading.outside
    first = min(reading.found, key=lambda a: a.start)
    before, after = len(WORD.findall(outside[: first.start])), len(WORD.findall(outside[first.end :]))
    verb = outside[first.start : first.end].strip().lower().split()
    speaker = reading.speaker
    named: dict[str, float] = {"speaker_none": 1.0}
    if speaker is not None:
        named = {f"speaker_{speaker if speaker in PRONOUNS else 'named'}": 1.0}
        named |= {"speaker_person": float(is_full_name(speaker))}
        named |= {"speaker_common_noun": float(speaker[0].islower() and speaker not in PRONOUNS)}
    return {
        "attributed": 1.0,
        "attributed_twice": float(len(reading.found) > 1),
        **{f"attributed_by_{a.rule}": 1.0 for a in reading.found},
        **({f"verb_{verb[-1]}": 1.0} if verb else {}),
        "words_before": min(before, 30) / 10,
        "words_after": min(after, 40) / 10,
        "place": before / (before + after + 1),
        "attribution_last": float(after <= 4),
        "attribution_first": float(before <= 4),
        **{f"words_before_over_{k}": float(before > k) for k in (4, 8, 12, 18)},
        "clause_before": float(before > 8 and re.search(r", [^,]{0,60}$", outside[: first.start]) is not None),
        "that_after": float(re.match(r" (?:that|how|whether)\b", outside[first.end :]) is not None),
        **named,
    }


def _shape(reading: Reading) -> dict[str, float]:
    text, outside, words = reading.text, reading.outside, WORD.findall(reading.text)
    apart = WORD.findall(outside.replace("~", "")) if "~" in outside else words
    capitals = sum([w[0].isupper() for w in words]) / max(1, len(words))
    return {
        "words": min(len(words), 80) / 20,
        "words_outside": min(len(apart), 60) / 20,
        "capitals": capitals,
        "headline": float(capitals > 0.6 and len(words) > 4),
        "question": float(text.rstrip('”"').endswith("?")),
        "dots": float("..." in text or "…" in text),
        "bracket": float("[" in text),
        "label": float(LABEL.match(outside) is not None),
        "no_stop": float(re.search(r"[.?!”\"')’]$", text.strip()) is None),
        "small_first": float(text[:1].islower()),
    }
