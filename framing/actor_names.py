"""Naming: type and usual name of the actor that a stretch of text names, from it and the words beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from framing.actor_tokens import POSSESSIVE, Entry, Is, Token, lookup, tokenise
from framing.actor_words import known_actors, words
from framing.places import places
from framing.schema import ActorType

_TITLE_WORDS = Is.TITLE | Is.TITLEMOD
_BODY_WORDS = _TITLE_WORDS | Is.ORGHEAD | Is.MODIFIER
_NOUNS = Is.STATENOUN | Is.PARTNOUN | Is.PEOPLENOUN
_ADMINISTRATIONS = frozenset(("administration", "regime", "government"))
_ORGANISED_ENDS = frozenset(("court", "office", "tech", "oil", "bank", "corps", "agencies"))


@dataclass(frozen=True, slots=True)
class Name:
    """What one stretch names: usual name, type, and what merging needs to know about it."""

    canonical: str
    type: ActorType
    kind: str
    """`known` (listed), `person` (two words or more), `bare` (an unlisted word), `acronym`, `organisation`, …"""
    office: str = ""
    """The title in lower case where it is an office or a form of address (`president`, `foreign minister`, `mr`)."""
    state: str = ""
    """The state of the office, where the text names it beside the title."""


def name_span(text: str, start: int, end: int) -> Name:
    """What text[start:end] names; an unlisted capitalised word is taken for a surname (merging may know better)."""
    surface = text[start:end]
    tokens = tokenise(surface)
    if not tokens:
        return Name(surface, "organisation", "bare")
    found = lookup(surface, tokens, 0)
    if found is not None and found[1] == len(tokens):
        return _listed(found[0], surface)
    if not any(t.cap for t in tokens) or (len(tokens) == 1 and tokens[0].mask & Is.ANAPHOR):
        return _collective(surface.lower(), tokens)
    if _is_body(tokens):
        return _organisation(surface, tokens)
    named = _with_noun(surface, tokens, *found) if found is not None else None
    return named or _titled(text, start, surface, tokens) or _unlisted(surface, tokens)


def person_key(name: str) -> tuple[str, ...]:
    """What the spellings of one full name share: no accents, case, hyphens, middle initials (Donald J. Trump)."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    parts = [p for p in re.split(r"[\s.\-’']+", folded) if p] or [name.lower()]
    if len(parts) > 2:
        parts = [parts[0], *(p for p in parts[1:-1] if len(p) > 1), parts[-1]]
    return tuple(parts)


def _listed(entry: Entry, surface: str) -> Name:
    if entry.kind == "known":
        known = known_actors()
        return Name(entry.canonical, known[surface if surface in known else surface.replace(". ", ".")].type, "known")
    return Name(entry.canonical, "community" if entry.kind in {"people", "ethnic"} else "state", "known")


def _collective(low: str, tokens: Sequence[Token]) -> Name:
    """A collective or an office in lower case."""
    last = tokens[-1]
    if low in words("stategroup") or last.low in words("stategroup"):
        return Name(low, "state", "group")
    if last.mask & Is.OFFICE:
        return Name(low, "person", "office", low)
    phrase = low in words("groupphrase") and last.low in _ORGANISED_ENDS
    organised = phrase or last.low in words("organised") or bool(last.mask & Is.ANAPHOR)
    return Name(low, "organisation" if organised else "community", "group")


def _is_body(tokens: Sequence[Token]) -> bool:
    """Words of titles and bodies alone, a body last or before "of": "General Staff", "foreign ministry of Armenia"."""
    of = next((i for i, t in enumerate(tokens) if t.low == "of"), len(tokens))
    if of < 2 or not tokens[of - 1].mask & Is.ORGHEAD or tokens[of - 1].mask & Is.TITLE:
        return False
    return all(t.mask & _BODY_WORDS for t in tokens[:of])


def _with_noun(surface: str, tokens: Sequence[Token], entry: Entry, at: int) -> Name | None:
    """A listed name and what follows it: "Armenia’s defence ministry", "Hamas fighters", "Israeli women"."""
    rest = [t for t in tokens[at:] if t.low not in POSSESSIVE]
    base = _listed(entry, surface[: tokens[at - 1].end])
    if not rest:
        return base
    lower = not any(t.cap for t in rest)
    if entry.kind in {"state", "demonym", "capital"}:
        if rest[-1].mask & Is.OFFICE:
            office = " ".join(t.low for t in rest if t.mask & _TITLE_WORDS)
            return Name(f"{office} of {entry.canonical}", "person", "office", office, entry.canonical)
        fits = all(not t.cap or t.mask & (Is.STATENOUN | Is.TITLEMOD | Is.MODIFIER) for t in rest)
        return _of_state(surface, rest[-1], base) if fits else None
    if entry.kind == "known":
        return base if lower else None
    return _of_people(surface, rest[-1], entry) if lower else None


def _of_state(surface: str, noun: Token, state: Name) -> Name:
    """A state's body is the state; its citizens as such are its people; other groups keep their own name."""
    if noun.mask & Is.STATENOUN and noun.low != "fighters":
        return state
    if noun.low in words("peopleitself"):
        return Name(_people_of(state.canonical), "community", "known")
    return Name(_plain(surface), "organisation" if noun.low in words("organised") else "community", "group")


def _of_people(surface: str, noun: Token, entry: Entry) -> Name:
    if noun.low in words("peopleitself") and entry.kind != "location":
        return Name(entry.canonical, "community", "known")
    organised = noun.low in words("organised") or noun.low in words("stategroup")
    return Name(_plain(surface), "organisation" if organised else "community", "group")


@cache
def _people_of(state: str) -> str:
    """The people of a state by its demonym ("Israelis"), or "people of …" where no plural is known."""
    table = places()
    plurals = (d + "s" for d, s in table.demonyms.items() if s == state and d + "s" in table.peoples)
    found = next(plurals, None)
    return table.peoples[found] if found else f"people of {state}"


def _titled(text: str, start: int, surface: str, tokens: Sequence[Token]) -> Name | None:
    """A person with a title before the name, or a bare office; None where the stretch starts with no title."""
    end = _title_length(tokens)
    if not end:
        return None
    office = _office(tokens[:end])
    state = _state_before(text, start)
    rest = tokens[end:]
    if not rest:
        return Name(_plain(surface), "person", "office", office, state)
    if not rest[-1].cap and rest[-1].mask & _NOUNS:
        return None
    return replace(_person(surface[rest[0].start :], rest), office=office, state=state)


def _title_length(tokens: Sequence[Token]) -> int:
    """Number of leading words that are a title, "of State" included."""
    end = 0
    for j, token in enumerate(tokens):
        if token.mask & Is.TITLE:
            end = j + 1
        elif not (token.mask & Is.TITLEMOD or (end and token.low in {"of", "for", "and", "the", "state"})):
            break
    if end and end < len(tokens) and tokens[end].low == "of":
        while end < len(tokens) and (
            tokens[end].low in {"of", "the", "and"} or tokens[end].mask & (Is.TITLEMOD | Is.OFHEAD)
        ):
            end += 1
    return end


def _office(title: Sequence[Token]) -> str:
    """The office in a title ("foreign minister", "president") or the form of address; empty for "analyst"."""
    heads = [t.low for t in title if t.mask & Is.TITLE]
    if "minister" in heads:
        return " ".join(t.low for t in title if t.mask & _TITLE_WORDS and t.low not in {"deputy", "former", "acting"})
    offices = words("office") | words("polite")
    return next((h for h in reversed(heads) if h in offices), "")


def _state_before(text: str, start: int) -> str:
    """The state whose demonym or name stands right before an offset: "Azeri |President"."""
    before = re.search(r"((?:[A-Z][\w.’'-]*\s){1,3})$", text[max(0, start - 60) : start])
    if before is None:
        return ""
    tokens = [t for t in tokenise(before.group(1)) if t.low not in POSSESSIVE]
    for i in range(len(tokens)):
        found = lookup(before.group(1), tokens, i)
        if found is not None and found[1] == len(tokens) and found[0].kind in {"demonym", "state"}:
            return found[0].canonical
    return ""


def _person(surface: str, tokens: Sequence[Token]) -> Name:
    full = sum(t.low not in words("suffix") for t in tokens) > 1
    return Name(_plain(surface), "person", "person" if full else "bare")


def _unlisted(surface: str, tokens: Sequence[Token]) -> Name:
    """No list and no title knows it: somebody's body or followers, an organisation, an acronym, or a person."""
    last, plain = tokens[-1], _plain(surface)
    owned = any(t.low in POSSESSIVE for t in tokens)
    if not last.cap and last.mask & (_NOUNS | Is.ANAPHOR):
        return _of_unlisted(plain, last)
    if owned and last.low in words("statebody"):
        return Name(plain, "state", "group")
    if last.low == "administration":
        return Name(plain[: -len(last.text)] + last.low, "state", "group")
    headed = any(t.mask & Is.OFHEAD for t in tokens[:-1]) and any(t.low in {"of", "for", "on"} for t in tokens)
    if last.mask & Is.ORGHEAD or headed:
        return _organisation(surface, tokens)
    if plain.isupper() and len(tokens) == 1 and len(plain) > 1:
        return Name(plain, "organisation", "acronym")
    return _person(surface, tokens)


def _of_unlisted(plain: str, noun: Token) -> Name:
    """ "Aliyev administration", "Carrow soldiers", "Trump supporters", "Fenmarsh health board"."""
    if noun.low in {"campaign", "team"}:
        return Name(plain, "organisation", "group")
    if noun.low in _ADMINISTRATIONS or noun.mask & Is.STATENOUN:
        return Name(plain, "state", "group")
    return Name(plain, "organisation" if noun.mask & Is.ANAPHOR else "community", "group")


def _organisation(surface: str, tokens: Sequence[Token]) -> Name:
    """An organisation; a state's own body ("Defense Ministry of X", "Israeli Army") counts as the state."""
    bodies = words("statebody")
    for i in range(len(tokens)):
        found = lookup(surface, tokens, i)
        if found is not None and found[0].kind in {"state", "demonym"} and (i == 0 or found[1] == len(tokens)):
            if tokens[-1].low in bodies or (i and any(t.low in bodies for t in tokens[:i])):
                return Name(found[0].canonical, "state", "known")
            break
    head = next((t for t in reversed(tokens) if t.mask & (Is.ORGHEAD | Is.OFHEAD)), tokens[-1])
    stately = head.low in {"ministry", "army", "navy", "staff"}
    return Name(_plain(surface), "state" if stately else "organisation", "organisation")


def _plain(surface: str) -> str:
    """A surface in one line, without a trailing possessive."""
    return re.sub(r"\s+", " ", re.sub(r"[’']s?$", "", surface)).strip()
