"""Other names in a sentence: a country, a person or an outlet replaced by another of its kind.

Training learns from swapped sentences that a name decides nothing, scoring reads targets under reference names as well,
and `evaluate --name-swap` measures how far names decide nothing.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from framing.actors import find_in_sentence
from framing.outlets import known_outlets, outlet_names
from framing.places import places
from framing.rewrite import Edit, MoveSpan, rewrite

T = TypeVar("T")
KINDS = ("country", "person", "outlet")

Person = tuple[str, str]
"""First name and surname."""

PEOPLE: tuple[Person, ...] = (
    ("Anna", "Kowalska"), ("Brian", "Doyle"), ("Chidi", "Okafor"), ("Elena", "Petrova"), ("Farid", "Haddad"),
    ("Grace", "Mwangi"), ("Hiroshi", "Tanaka"), ("Ingrid", "Larsen"), ("Luis", "Herrera"), ("Priya", "Nair"),
)  # fmt: skip
"""Names for persons where the texts themselves name too few."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """The changed text, and `move(start, end)`, which says where a span of the old one stands in it."""

    text: str
    move: MoveSpan


def swap_names(
    text: str, rng: random.Random, kinds: Sequence[str] = KINDS, people: Sequence[Person] = ()
) -> Swapped | None:
    """The text with every name of the wanted kinds replaced, alike names alike; None where it has none.

    `people` are the names that persons may get (see `person_names`); without them no person is swapped.
    """
    edits: list[Edit] = []
    if "outlet" in kinds:
        edits += _outlets(text, rng)
    if "person" in kinds and people:
        edits += _people(text, lambda: rng.choice(people))
    if "country" in kinds:
        edits += _countries(text, lambda state: rng.choice([c for c in _pool() if c.name != state]))
    return _made(text, edits)


# Ordinary names, and countries seldom in the news. None of 9,828 training sentences names more than nine persons or
# eight countries; beyond ten the names would come round again.
_COUNTRIES = ("Chile", "Malaysia", "Tunisia", "Norway", "Zambia", "Estonia", "Paraguay", "Mongolia", "Jamaica", "Oman")
_PERSONS: tuple[Person, ...] = (
    ("James", "Carter"), ("Laura", "Stone"), ("Daniel", "Novak"), ("Susan", "Hall"), ("Thomas", "Becker"),
    ("Maria", "Costa"), ("Peter", "Lindqvist"), ("Anna", "Wood"), ("David", "Keller"), ("Helen", "Marsh"),
)  # fmt: skip


def reference_names(text: str) -> Swapped | None:
    """The text with its countries and persons called by reference names, drawn in a fixed order: two texts that
    differ in these names alone become one. None where it names neither."""
    countries, persons = _cycled([_by_name()[name] for name in _COUNTRIES]), _cycled(_PERSONS)
    return _made(text, _people(text, lambda: next(persons)) + _countries(text, lambda state: next(countries)))


def _cycled(values: Sequence[T]) -> Iterator[T]:
    while True:
        yield from values


def _made(text: str, edits: Iterable[Edit]) -> Swapped | None:
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e[0], -e[1])):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return Swapped(*rewrite(text, kept)) if kept else None


def person_names(texts: Iterable[str]) -> list[Person]:
    """First names and surnames of the persons that two or more texts name in full, sorted: the pool for `swap_names`.

    Twice, because what the finder takes for a person only once is often none ("Acting Yates")."""
    found = Counter(
        (words[0], words[1])
        for text in texts
        for words in {tuple(_name(m.surface)) for m in find_in_sentence(text) if m.type == "person"}
        if len(words) == 2
    )
    return sorted(name for name, n in found.items() if n > 1)


_TITLES = re.compile(
    r"(?:The|President|Vice|Prime|Minister|Mrs?|Ms|Miss|Dr|Sen|Senator|Gov|Governor|Rep|Representative|Gen|General|Col|Colonel"
    r"|King|Queen|Prince|Princess|Pope|Secretary|Judge|Justice|Chancellor|Attorney|Sheriff|Mayor|Sir|Lord|Lady|Speaker"
    r"|Congress(?:wo)?man|Republican|Democrat|Democratic|Former)"
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")


def _name(surface: str) -> list[str]:
    """The words of a person's name without titles; empty where it is none that can be swapped."""
    words = [w for w in _WORD.findall(surface) if not _TITLES.fullmatch(w)]
    plain = all(w[0].isupper() and not w.isupper() and len(w) > 2 for w in words)
    return words if plain and len(words) <= 3 else []


def _people(text: str, choose: Callable[[], Person]) -> list[Edit]:
    """A full name for a full name, a surname for a surname, also where the surname stands in another name."""
    edits: list[Edit] = []
    names = sorted((_name(m.surface) for m in find_in_sentence(text) if m.type == "person"), key=len, reverse=True)
    surnames: dict[str, Person] = {}
    for words in names:
        if words:
            surnames.setdefault(words[-1], choose())
    for surname, (first, last) in surnames.items():
        firsts = {w for words in names if words and words[-1] == surname for w in words[:-1]}
        before = rf"(?P<first>(?:(?:{'|'.join(map(re.escape, sorted(firsts)))}) )+)?" if firsts else "(?P<first>)?"
        for match in re.finditer(rf"\b{before}{re.escape(surname)}\b", text):
            edits.append((match.start(), match.end(), f"{first} {last}" if match["first"] else last))
    return edits


@dataclass(frozen=True, slots=True)
class _Country:
    """What a country is called: its name, its demonym (also an adjective, and with -s its people), its capital."""

    name: str
    demonym: str
    capital: str


@cache
def _pool() -> list[_Country]:
    """Countries whose demonym serves as adjective and, with -s, as plural: any form can stand for any other's."""
    known = places()
    demonyms: dict[str, str] = {}
    for demonym, state in known.demonyms.items():
        if demonym.endswith(("an", "i")) and " " not in demonym:
            demonyms.setdefault(state, demonym)
    capitals: dict[str, str] = {}
    for capital, state in known.capitals.items():
        capitals.setdefault(state, capital)
    return [
        _Country(state, demonym, capitals[state])
        for state, demonym in sorted(demonyms.items())
        if state in capitals and state in known.states and " " not in state
    ]


@cache
def _by_name() -> dict[str, _Country]:
    return {country.name: country for country in _pool()}


@cache
def _forms() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """A pattern of every country's words, and for each word which form it is and of which country."""
    known = places()
    forms: dict[str, tuple[str, str]] = {}
    for word, state in known.capitals.items():
        forms[word] = ("capital", state)
    for word, state in known.states.items():
        short = word.isupper() or "." in word
        forms[word] = ("short" if short else "name", state)
    for word, state in known.demonyms.items():
        forms.setdefault(word, ("demonym", state))
        if word.endswith(("n", "i")):
            forms.setdefault(word + "s", ("people", state))
    words = "|".join(re.escape(w) for w in sorted(forms, key=lambda w: (-len(w), w)) if len(w) > 1)
    # All forms begin with a capital: saying so first is five times faster.
    return re.compile(rf"(?<![\w.])(?=[A-Z]|the )(?P<the>[Tt]he )?(?P<word>{words})(?!\w)"), forms


_NOUN_NEXT = re.compile(
    r" (?!(?:a|also|an|and|are|as|at|but|by|can|could|did|does|for|from|had|has|have|if|in|into|is|it|may|might|must"
    r"|not|of|on|or|over|said|says|should|than|that|the|to|was|were|when|where|which|while|who|will|with|would)\b)[a-z]"
)


def _countries(text: str, choose: Callable[[str], _Country]) -> list[Edit]:
    pattern, forms = _forms()
    chosen: dict[str, _Country] = {}
    edits: list[Edit] = []
    for match in pattern.finditer(text):
        form, state = forms[match["word"]]
        if state not in chosen:
            chosen[state] = choose(state)
        new = chosen[state]
        if form == "short":  # "U.S. troops" needs the adjective, "the U.S. said" the name
            form = "demonym" if _NOUN_NEXT.match(text, match.end()) else "name"
        word = {"name": new.name, "demonym": new.demonym, "people": new.demonym + "s", "capital": new.capital}[form]
        start = match.start() if form == "name" else match.start("word")  # "the Netherlands" → "Syria"
        edits.append((start, match.end(), word))
    return edits


def _outlets(text: str, rng: random.Random) -> list[Edit]:
    names = [outlet.name for outlet in known_outlets()]
    return [(start, end, rng.choice(names)) for start, end in outlet_names(text)]
