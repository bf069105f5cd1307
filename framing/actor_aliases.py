"""What a text tells about who is who: full names, organisations, unlisted states and towns, acronyms."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from framing.actor_names import Name, person_key
from framing.actor_tokens import listed
from framing.actor_words import words

_SMALL = frozenset(("of", "the", "and", "for", "on", "in", "a", "an"))
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_NOT_STATELY = frozenset(("administration", "regime", "officials", "lawyers", "establishment", "representatives"))
# "Aldmere University" is not what "Aldmere" means; "Halden Terminals" is what "Halden" means.
_OF_TOWNS = frozenset(
    (
        "university",
        "institute",
        "hospital",
        "council",
        "police",
        "federation",
        "board",
        "court",
        "college",
        "school",
        "authority",
        "association",
        "finance",
        "affairs",
        "research",
    )
)
Needing = tuple[re.Pattern[str], tuple[str, ...]]
"""A pattern and what a text must hold for it to be found."""
_FORM = re.compile(
    r"^(?P<name>.+?) (?:Federation|Republic|Kingdom|Confederation|Emirates)$"
    r"|^(?:Republic|Kingdom|State|Federation) of (?P<of>.+)$"
)
_DEMONYM = re.compile(r"(?:n|an|ian|ean|i|ish|ite|ese|er)$")
_NAME = r"\b([A-Z][\w-]+)"
_OF_STATES = (
    r"(?:soldiers|troops|forces|army|military|navy|government|authorities|parliament|border guards?|guards|police"
    r"|officials|diplomats|embassy|ambassador|side|president|prime minister|chancellor|capital|constitution"
    r"|economy|population|citizens"
    r"|largest|biggest|main|top court|(?:foreign|defen[cs]e|interior|finance|health|justice) minist(?:er|ry)"
    r"|(?:Foreign|Defen[cs]e|Interior|Finance|Health|Justice|Prime|Transport) Minist(?:er|ry)"
    r"|General Staff|Constitutional Court|Supreme Court)\b"
)
# Each with what a line must hold for it, which is quicker to look for (12 µs a sentence for all instead of 27).
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STATELY: tuple[Needing, ...] = (
    (re.compile(rf"{_NAME}(?:[’']s)? {_OF_STATES}"), ("",)),
    (
        re.compile(r"\b(?:across|throughout|[Rr]epublic of|people of|government of) ([A-Z][\w-]+)\b(?! [A-Z])"),
        ("across", "throughout", "epublic of", "people of", "government of"),
    ),
    (re.compile(rf"\b[A-Z]{{3,}}, ([A-Z][\w-]+), (?:{'|'.join(_MONTHS)})"), tuple(f", {month}" for month in _MONTHS)),
)
_PLACED: tuple[Needing, ...] = (
    (
        re.compile(r"\b(?:in|near|outside|at|off) ([A-Z][\w-]+)\b(?![’'])(?! [A-Z])"),
        ("in ", "near", "side", "at ", "off"),
    ),
    (
        re.compile(r"\b(?:[Pp]ort|[Cc]ity|[Tt]own|[Vv]illage) of ([A-Z][\w-]+)"),
        ("ort of", "ity of", "own of", "illage of"),
    ),
    (
        re.compile(rf"{_NAME} (?:[a-z]+ )?(?:crossing|port|harbour|airport|valley|bridge|district|province|region)\b"),
        ("crossing", "port", "harbour", "valley", "bridge", "district", "province", "region"),
    ),
)
_BORNE: tuple[Needing, ...] = (
    (
        re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Sgt|Gen|Lt|Col|Prof)\.? ([A-Z][\w-]+)"),
        ("Mr", "Ms", "Dr", "Sgt", "Gen", "Lt", "Col", "Prof"),
    ),
)
_ACRONYM = re.compile(r"\(([A-Z][A-Za-z]{1,7})\)")
_CAPITAL = (
    re.compile(r"([A-Z]\w+)[’']s capital,? ([A-Z]\w+)"),
    re.compile(r"(?:capital of )([A-Z]\w+),? ([A-Z]\w+)"),
    re.compile(r"([A-Z]\w+), (?:the )?capital of (?:the )?([A-Z]\w+)"),
)


@dataclass(slots=True)
class Aliases:
    """What one article, or the articles of one event, tell about who is who."""

    people: dict[tuple[str, ...], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Key of a full name → its spellings."""
    organisations: Counter[str] = field(default_factory=Counter)
    states: set[str] = field(default_factory=set)
    """Names that no list holds and that the text uses as a state's."""
    towns: set[str] = field(default_factory=set)
    offices: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    """Office → (state, full name) of those who hold it."""
    given: dict[str, str] = field(default_factory=dict)
    """Aliases that the text spells out: an acronym in brackets, "X, the capital of Y"."""

    def full_name(self, word: str) -> str | None:
        """The one full name that a surname (failing that, a first name) can mean; None if none or several."""
        key = person_key(word)
        if len(key) > 1:
            return self.people[key].most_common(1)[0][0] if key in self.people else None
        for at in (-1, 0):
            fits = [k for k in self.people if without_suffix(k)[at] == key[0]]
            if fits:
                return self.people[fits[0]].most_common(1)[0][0] if len(fits) == 1 else None
        return None

    def organisation(self, name: str) -> str | None:
        """The one organisation that a short form can mean: its acronym, its first words, or its head ("the union")."""
        if name in self.given:
            return self.given[name]
        fits = [o for o in self.organisations if o != name and _short_form(name, o)]
        return fits[0] if len(fits) == 1 else None

    def leads_body(self, name: str) -> bool:
        """Whether a word is the place in a body's name: "Aldmere" where "Aldmere University" is named."""
        return any(o.startswith(f"{name} ") and not _short_form(name, o) for o in self.organisations)

    def state(self, name: str) -> str | None:
        """The unlisted state that its own name, a demonym ("Estravan") or a long form ("Lund Federation") means."""
        if name in self.states:
            return name
        form = long_form(name)
        if form in self.states:
            return form
        fits = [s for s in self.states if is_demonym(name, s)]
        return fits[0] if len(fits) == 1 else None


def without_suffix(key: tuple[str, ...]) -> tuple[str, ...]:
    """A name's key without Jr., Sr., II."""
    return key[:-1] if len(key) > 1 and key[-1] in _SUFFIXES else key


def initials(name: str) -> str:
    """Initial letters of a name's longer words: "Dock and Harbour Workers’ Union" → DHWU."""
    bare = re.sub(r"[’']s\b", "", name)
    return "".join(w[0].upper() for w in re.findall(r"[^\W\d_]+", bare) if w.lower() not in _SMALL)


def _short_form(name: str, organisation: str) -> bool:
    if name.isupper() and len(name) > 1:
        return initials(organisation) == name.replace(".", "")
    if name[:1].isupper():
        return organisation.startswith(name + " ") and organisation.rsplit(maxsplit=1)[-1].lower() not in _OF_TOWNS
    return organisation.lower().split(" of ", maxsplit=1)[0].endswith(" " + name)


def long_form(name: str) -> str:
    """X of "X Federation" or "Republic of X"; empty for other names."""
    form = _FORM.match(name)
    return str(form["name"] or form["of"]) if form else ""


def is_demonym(word: str, state: str) -> bool:
    """Whether a word is a state's name with a demonym's ending: Estrava → Estravan, Carrow → Carrowian, Carrowians."""
    if len(state) < 4 or " " in word:
        return False
    singular = word.removesuffix("s") if word.endswith(("ns", "is", "ers", "tes")) else word
    stem = state[:-1] if state[-1] in "aeioy" and len(state) > 4 else state
    tail = singular[len(stem) :]
    return singular != state and singular.startswith(stem) and len(tail) <= 4 and bool(_DEMONYM.search(tail))


def state_words(text: str) -> set[str]:
    """Capitalised words used as a state's name: its soldiers or ministers, "across X", a dateline, "republic of X"."""
    found = _used(text)
    return found.states - found.borne


def town_words(text: str) -> set[str]:
    """Capitalised words used as a town's name: "in X", "near X", "Port of X", "the X crossing"."""
    found = _used(text)
    return found.towns - found.borne


class _Used(NamedTuple):
    """Words used as a state's name, as a town's, and as that of a person with a title."""

    states: set[str]
    towns: set[str]
    borne: set[str]


def _used(text: str) -> _Used:
    """No pattern goes beyond a line."""
    found = [_used_in_line(line) for line in text.split("\n")]
    return _Used(*(set().union(*words) for words in zip(*found, strict=True)))


# An article's lines are read twice for states and twice for towns: for its hints, and for its names.
@lru_cache(maxsize=512)
def _used_in_line(line: str) -> _Used:
    return _Used(_read(_STATELY, line), _read(_PLACED, line), _read(_BORNE, line))


def _read(patterns: Sequence[Needing], line: str) -> set[str]:
    found: set[str] = set()
    for pattern, needed in patterns:
        for part in needed:
            if part in line:
                found.update(match.group(1) for match in pattern.finditer(line))
                break
    return found


def learn(text: str, names: Sequence[Name]) -> Aliases:
    """The aliases of one article, from its text and the names found in it."""
    aliases = Aliases()
    bare = {n.canonical for n in names if n.kind == "bare"}
    for name in names:
        if name.kind == "person":
            aliases.people[person_key(name.canonical)][name.canonical] += 1
        elif name.kind == "organisation":
            aliases.organisations[name.canonical] += 1
    aliases.states = {s for s in _states(text, names, bare) if aliases.full_name(s) is None and not listed(s)}
    aliases.towns = {t for t in town_words(text) & bare if aliases.full_name(t) is None}
    for name in names:
        if name.kind in {"person", "bare"} and name.office and name.office not in words("polite"):
            aliases.offices[name.office].add((name.state, aliases.full_name(name.canonical) or name.canonical))
    _learn_given(aliases, text)
    return aliases


def _states(text: str, names: Sequence[Name], bare: set[str]) -> set[str]:
    """Unlisted states: by what the text says they have, by "X soldiers", and as X where "X Federation" stands too."""
    organisations = [n.canonical for n in names if n.kind == "organisation"]
    firsts = {re.split(r"[’']s?\b|\s", o, maxsplit=1)[0] for o in organisations}
    found = state_words(text) & (bare | firsts)
    for name in names:
        owner = re.match(r"([A-Z][\w-]+)(?:[’']s?)? ", name.canonical)
        if name.kind == "group" and name.type == "state" and owner and name.canonical.split()[-1] not in _NOT_STATELY:
            found.add(owner.group(1))
    return found | ({long_form(o) for o in organisations} & bare)


def _learn_given(aliases: Aliases, text: str) -> None:
    for match in _ACRONYM.finditer(text):
        before = text[max(0, match.start() - 120) : match.start()].rstrip()
        full = max((o for o in aliases.organisations if before.endswith(o)), key=len, default="")
        if full and initials(full)[:1] == match.group(1)[0]:
            aliases.given[match.group(1)] = full
    for n, pattern in enumerate(_CAPITAL):
        for match in pattern.finditer(text):
            state, town = match.groups() if n < 2 else reversed(match.groups())
            if state in aliases.states:
                aliases.given[town] = state
