"""How two sentences tell one fact differently: which reasons, and which words show each.

Rules over word lists (telling_words.csv), the corpus' actors and voices. Judged on hand-made pairs by
`benchmarks/alignment.py`."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from framing.alignment_words import NUMERALS, SCALE, SCALES, plain_number
from framing.attribution import attributions
from framing.harm import find_harm, is_thing
from framing.story_words import background, plain_form

Reason = Literal["naming", "agent", "verb", "number", "voice"]
REASONS: tuple[Reason, ...] = get_args(Reason)
CLAIMED: frozenset[Reason] = frozenset(("naming", "agent", "verb", "voice"))
"""Reasons that make a pair *told differently*. Not `number`: on the tuning events none of the two it was given for was
one (most figures that differ count different things), so it is shown as a hint alone."""
REASON_WORDS: Mapping[str, str] = {
    "naming": "named otherwise",
    "agent": "who did it left out",
    "verb": "stronger verb",
    "number": "perhaps another number",
    "voice": "own words against others' words",
}
TAGS: Mapping[Reason, str] = {
    "naming": "named otherwise",
    "agent": "who did it",
    "verb": "verb’s strength",
    "number": "other number",
    "voice": "whose words",
}
"""What the words of a difference are called; of either side alike, whichever has the stronger verb."""
Marked = tuple[int, int, Reason]
# Figures nearer than this are one figure, rounded.
_ROUNDED = 0.08
# Figures further apart than this, as factors, count different things: 190m crowns and 35 crowns.
_FAR = 10
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# One shot, hurt or killed by somebody: which it is called is the verb's matter.
_VIOLENCE = frozenset(("killing", "injury", "attack"))
_NOBODY = frozenset(("it", "this", "that", "which"))
_NUMERAL = "|".join(NUMERALS)
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<figure>\d+(?:[.,:]\d+)*|(?:{_NUMERAL})\b)(?:st|nd|rd|th)?"
    rf"(?P<scale>{SCALE})?(?=(?P<after>[^.,;:!?\d]{{0,40}}))",
    re.IGNORECASE,
)
_SAYING = re.compile(r", (?:also )?saying\b")
# Counted nouns that are among the commonest words all the same.
_COUNTED = frozenset({"people", "men", "women", "children"})
# Units that measure anything.
_UNITS = frozenset(("per", "cent", "percent", "crown", "dollar", "euro", "pound", "million", "billion", "point"))
# What figures stand before without counting it: dates, and spans of time that may be of anything.
_MONTHS = "january february march april may june july august september october november december "
_DATED = frozenset((_MONTHS + "jan feb aug sept oct nov dec year month week day").split())
_CLOCK = re.compile(r"^\s?[ap]\.?m\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Telling:
    """One sentence as it is compared: text, voice, the actors named [(start, end, actor)], quotations."""

    text: str
    voice: str
    actors: Sequence[tuple[int, int, str]] = ()
    quotes: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True)
class Difference:
    """`reasons` in the order of REASONS, and the words behind them in either sentence, in order."""

    reasons: tuple[Reason, ...]
    spans_a: tuple[Marked, ...]
    spans_b: tuple[Marked, ...]


@dataclass
class _Found:
    reasons: set[Reason] = field(default_factory=set)
    a: set[Marked] = field(default_factory=set)
    b: set[Marked] = field(default_factory=set)

    def add(self, reason: Reason, a: Iterable[tuple[int, int]], b: Iterable[tuple[int, int]]) -> None:
        self.reasons.add(reason)
        self.a.update((start, end, reason) for start, end in a)
        self.b.update((start, end, reason) for start, end in b)


def differences(a: Telling, b: Telling) -> Difference:
    """What differs between two sentences that tell one fact; nothing where they tell it alike."""
    found = _Found()
    for rule in (_naming, _agent, _verb, _number, _voice):
        rule(a, b, found)
    reasons = tuple(reason for reason in REASONS if reason in found.reasons)
    return Difference(reasons, tuple(sorted(found.a)), tuple(sorted(found.b)))


# -- names ---------------------------------------------------------------------------------------------------------


def _naming(a: Telling, b: Telling, found: _Found) -> None:
    """One actor under names that share no word, or nouns of one family that share none."""
    named_a, named_b = _by_actor(a), _by_actor(b)
    for actor in named_a.keys() & named_b.keys():
        if not _share_a_word(a.text, named_a[actor], b.text, named_b[actor]):
            found.add("naming", named_a[actor], named_b[actor])
    nouns_a, nouns_b = _families(a.text, "naming"), _families(b.text, "naming")
    for family in nouns_a.keys() & nouns_b.keys():
        x, y = nouns_a[family], nouns_b[family]
        if not {form for form, _ in x} & {form for form, _ in y}:
            found.add("naming", [span for _, span in x], [span for _, span in y])


def _by_actor(telling: Telling) -> dict[str, list[tuple[int, int]]]:
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, end, actor in telling.actors:
        spans[actor].append((start, end))
    return spans


def _share_a_word(
    text_a: str, spans_a: Iterable[tuple[int, int]], text_b: str, spans_b: Iterable[tuple[int, int]]
) -> bool:
    """Whether any two names have a word in common; a demonym is the country's word (Azeri, Azerbaijan)."""
    words_a, words_b = (
        {plain_form(word)[:4] for start, end in spans for word in _WORD.findall(text[start:end]) if len(word) > 2}
        for text, spans in ((text_a, spans_a), (text_b, spans_b))
    )
    return bool(words_a & words_b) or not words_a or not words_b


# -- verbs and agents ----------------------------------------------------------------------------------------------


@cache
def _listed(kind: str) -> dict[str, tuple[str, int]]:
    """Word → its family and strength, of one kind of telling_words.csv."""
    with (Path(__file__).parent / "telling_words.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["kind"] == kind]
    return {row["word"]: (row["family"], int(row["strength"] or 0)) for row in rows}


Span = tuple[int, int]


def _families(text: str, kind: str, skip: Sequence[Span] = ()) -> dict[str, list[tuple[str, Span]]]:
    """Family → its words in the text outside `skip`, with their places; nouns in plain form, verbs as written."""
    listed, found = _listed(kind), defaultdict(list)
    for match in _WORD.finditer(text):
        raw = match.group().lower()
        form = raw if kind == "verb" else plain_form(raw)
        if form in listed and not any(start <= match.start() < end for start, end in skip):
            found[listed[form][0]].append((form, match.span()))
    return found


def _verb(a: Telling, b: Telling, found: _Found) -> None:
    """The strongest word of a family is stronger in one than in the other."""
    listed = _listed("verb")
    verbs_a, verbs_b = _families(a.text, "verb", a.quotes), _families(b.text, "verb", b.quotes)
    for family in verbs_a.keys() & verbs_b.keys():
        strength = [max(listed[form][1] for form, _ in verbs[family]) for verbs in (verbs_a, verbs_b)]
        if strength[0] != strength[1]:
            found.add(
                "verb",
                [span for form, span in verbs_a[family] if listed[form][1] == strength[0]],
                [span for form, span in verbs_b[family] if listed[form][1] == strength[1]],
            )


def _agent(a: Telling, b: Telling, found: _Found) -> None:
    """Harm told without a doer in one, harm of that kind with its doer in the other; a thing or "it" is no doer."""
    for one, other, swapped in ((a, b, False), (b, a, True)):
        left_out, told = _harms(one.text), _harms(other.text)
        for kind in left_out.keys() & told.keys():
            if left_out[kind][1] or not told[kind][1]:
                continue
            pair = (left_out[kind][0], told[kind][1])
            found.add("agent", *(reversed(pair) if swapped else pair))


@lru_cache(maxsize=4096)  # a sentence stands in many pairs
def _harms(text: str) -> dict[str, tuple[list[Span], list[Span]]]:
    """Kind of harm → where it is told without a doer, and where with one."""
    found: dict[str, tuple[list[Span], list[Span]]] = defaultdict(lambda: ([], []))
    for harm in find_harm(text):
        doer = text[slice(*harm.agent)] if harm.agent else ""
        known = bool(doer) and doer.lower() not in _NOBODY and not is_thing(doer)
        if known or harm.form != "nominal":
            kind = "violence" if harm.kind in _VIOLENCE else harm.kind
            found[kind][known].append((harm.start, harm.end))
    return found


# -- numbers and voice ---------------------------------------------------------------------------------------------


def _number(a: Telling, b: Telling, found: _Found) -> None:
    """Figures that alone count a noun in either sentence, and are further apart than rounding; neither sentence has
    the other's. Where several figures count one noun (per cent, crowns) which are to be compared is anyone's guess."""
    figures_a, figures_b = _figures(a.text), _figures(b.text)
    values_a, values_b = ({value for value, _, _ in figures} for figures in (figures_a, figures_b))
    counts_a, counts_b = (
        Counter(noun for _, nouns, _ in figures for noun in nouns) for figures in (figures_a, figures_b)
    )
    for value, nouns, span in figures_a:
        for other, counted, place in figures_b:
            alone = {noun for noun in nouns & counted if counts_a[noun] == counts_b[noun] == 1}
            if value in values_b or other in values_a or not alone - _UNITS:
                continue
            near = 0.0 if "clock" in nouns else _ROUNDED * max(abs(value), abs(other))
            if near < abs(value - other) and max(value, other) <= _FAR * min(value, other):
                found.add("number", [span], [place])


def _figures(text: str) -> list[tuple[float, set[str], Span]]:
    """Value, the nouns that it may count (the two telling words after it), and place of every figure."""
    known, found = background(), []
    for match in _NUMBER.finditer(text):
        written = match["figure"].lower()
        value = _value(NUMERALS.get(written, plain_number(written)))
        if value is None:
            continue
        if scale := match["scale"]:
            value *= SCALES[scale.strip().lower()]
        words = [plain_form(word) for word in _WORD.findall(match["after"])]
        nouns = {word for word in words[:3] if len(word) > 2 and not known.is_common(word)}
        nouns |= {word for word in words[:2] if word in _COUNTED}
        if nouns & _DATED:
            continue
        found.append((value, {"clock"} if _CLOCK.match(match["after"]) else nouns, match.span("figure")))
    return found


def _value(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:  # 1.2.3, a section or an address
        return None


def _voice(a: Telling, b: Telling, found: _Found) -> None:
    """The outlet's own words in one, others' words in the other; what says whose they are is marked."""
    own = [telling.voice == "own" for telling in (a, b)]
    others = [telling.voice in ("quoted", "reported") and not _says_after(telling) for telling in (a, b)]
    if (own[0] and others[1]) or (own[1] and others[0]):
        found.add("voice", _said(a) if others[0] else [], _said(b) if others[1] else [])


def _said(telling: Telling) -> list[Span]:
    """The word that hangs a sentence on its speaker, else its quotations."""
    blanked = telling.text
    for start, end in telling.quotes:
        blanked = blanked[:start] + "~" * (end - start) + blanked[end:]
    verbs = attributions(blanked)
    return [(verbs[0].start, verbs[0].end)] if verbs else list(telling.quotes)


def _says_after(telling: Telling) -> bool:
    """Whether the sentence is reported by ", saying …" alone: what comes before it is the outlet's own."""
    return telling.voice == "reported" and bool(_SAYING.search(telling.text)) and not telling.quotes
