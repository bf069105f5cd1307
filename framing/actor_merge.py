"""Merging: the several spellings of one actor to one name, within an article and over the articles of an event."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from framing.actor_aliases import Aliases, learn, long_form
from framing.actor_names import Name, person_key
from framing.actor_tokens import listed
from framing.actor_words import words

Named = tuple[int, int, Name]
_OWN_NAME = frozenset(("administration", "regime", "government"))


def merge_article(texts: Sequence[str], named: Sequence[Sequence[Named]]) -> list[list[Named]]:
    """The same stretches with `canonical` and `type` merged over one article, less those that stand for nobody."""
    aliases = learn("\n".join(texts), [name for row in named for _, _, name in row])
    order = _Order()
    merged = []
    for row in named:
        better = [(start, end, order.see(name, _merge(name, aliases))) for start, end, name in row]
        merged.append([(start, end, name) for start, end, name in better if name is not None])
    return merged


class _Order:
    """Who was named so far: where two Orbels are named, "Mr Orbel" is the one named before its first use."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}
        self._decided: dict[tuple[str, str], str] = {}

    def see(self, name: Name, merged: Name | None) -> Name | None:
        """The merged name, with a form of address resolved by the order of the text."""
        surname = person_key(name.canonical)[-1]
        if merged is None:
            return None
        if name.kind == "person":
            self._seen.setdefault(surname, set()).add(merged.canonical)
        if name.kind != "bare" or name.office not in words("polite") or merged.canonical != name.canonical:
            return merged
        key = (name.office, name.canonical)
        if key not in self._decided:
            before = self._seen.get(surname, set())
            self._decided[key] = next(iter(before)) if len(before) == 1 else name.canonical
        return replace(merged, canonical=self._decided[key])


def _merge(name: Name, aliases: Aliases) -> Name | None:
    """One name in the light of the whole article, or None where it stands for nobody the article names."""
    if name.kind == "office":
        return _office(name, aliases)
    if name.kind == "group":
        return _group(name, aliases)
    if name.kind == "known":
        return name
    full = aliases.full_name(name.canonical) if name.kind in {"bare", "person"} else None
    return replace(name, canonical=full, type="person", kind="person") if full else _unlisted(name, aliases)


def _office(name: Name, aliases: Aliases) -> Name | None:
    """The one holder of an office ("the Azeri president"); without one, the office of a named state, or nobody."""
    known = aliases.offices.get(name.office, set())
    holders = {full for state, full in known if not name.state or not state or state == name.state}
    if len(holders) == 1:
        return replace(name, canonical=holders.pop())
    return name if name.state else None


def _unlisted(name: Name, aliases: Aliases) -> Name:
    """A bare word, an acronym, an organisation: perhaps an unlisted state or an organisation's short form."""
    if name.office and name.kind == "bare":
        return name
    state = aliases.state(name.canonical)
    if state:
        return replace(name, canonical=state, type="state")
    town = name.kind == "bare" and (name.canonical in aliases.towns or aliases.leads_body(name.canonical))
    given = aliases.given.get(name.canonical)
    if given in aliases.states or (town and not given):
        return replace(name, canonical=given or name.canonical, type="state")
    organisation = aliases.organisation(name.canonical)
    return replace(name, canonical=organisation, type="organisation") if organisation else name


def _group(name: Name, aliases: Aliases) -> Name | None:
    """ "Carrow soldiers" is Carrow, "the union" the one union named (or nobody); others stay as they are."""
    owner = re.match(r"([A-Z][\w-]*)(?:[’']s?)? ", name.canonical)
    if owner and name.type == "state":
        state = aliases.state(owner.group(1))
        if state:
            return replace(name, canonical=state)
        return name if name.canonical.split()[-1] in _OWN_NAME else replace(name, type="community")
    if " " in name.canonical or not name.canonical.islower():
        return name
    organisation = aliases.organisation(name.canonical)
    if organisation:
        return replace(name, canonical=organisation, type="organisation")
    return None if name.canonical in words("anaphor") else name


def event_names(rows: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(canonical, type) in the articles of one event → the actor's name over all of them."""
    counted = Counter(rows)
    aliases = Aliases()
    for (canonical, kind), n in counted.items():
        if kind == "person" and canonical[:1].isupper() and len(person_key(canonical)) > 1:
            aliases.people[person_key(canonical)][canonical] += n
        elif kind == "organisation" and " " in canonical:
            aliases.organisations[canonical] += n
        elif kind == "state" and canonical[:1].isupper() and " " not in canonical and not listed(canonical):
            aliases.states.add(canonical)
    derived = {s for s in aliases.states if Aliases(states=aliases.states - {s}).state(s)}
    aliases.states -= derived
    return {(canonical, kind): _event_name(canonical, kind, aliases) for canonical, kind in counted}


def _event_name(canonical: str, kind: str, aliases: Aliases) -> str:
    """An unlisted state's name in another guise, a full name for a surname, an organisation for its acronym."""
    if listed(canonical) or not canonical[:1].isupper():
        return canonical
    if kind == "person":
        return aliases.full_name(canonical) or aliases.state(canonical) or canonical
    if kind == "organisation":
        return aliases.organisation(canonical) or aliases.state(canonical) or canonical
    form = long_form(canonical)
    return aliases.state(canonical) or (form if listed(form) else canonical) if kind == "state" else canonical
