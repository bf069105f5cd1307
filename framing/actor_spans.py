"""Finding: which stretches of a sentence name an actor. `actor_names` names them."""

from __future__ import annotations

from framing.actor_context import (
    acts,
    describes,
    extend,
    is_credit,
    is_medium,
    is_placed,
    is_site,
    names_site,
    of_place,
    single_is_name,
)
from framing.actor_groups import READ, read_group
from framing.actor_runs import run_end, skipped, starts_run
from framing.actor_tokens import Entry, Hints, Is, Line, Token
from framing.actor_words import words

_NO_HINTS = Hints()
_BODIES_OF = Is.STATENOUN | Is.PARTNOUN
_ANY_NOUN = _BODIES_OF | Is.PEOPLENOUN
_BEGINS = READ | Is.DATE | Is.DETERMINER | Is.PARTICLE
_NOT_PLAIN = Is.TITLE | Is.TITLEMOD | Is.ORGHEAD | Is.PLACEHEAD | Is.THINGHEAD | Is.THING


def find_spans(text: str, hints: Hints = _NO_HINTS) -> list[tuple[int, int]]:
    """Stretches [start, end) of `text` that may name an actor, in order, not overlapping."""
    line = Line(text, hints)
    i = 0
    while i < len(line.tokens):
        token = line.tokens[i]
        if not (token.cap or token.mask & _BEGINS) or skipped(line, i):  # the first of these: most words, at once
            i += 1
        elif starts_run(line, i):
            end = run_end(line, i)
            i = max(_read_run(line, i, end), end)
        else:
            i = read_group(line, i)
    return line.spans


def _read_run(line: Line, a: int, b: int) -> int:
    """Adds the actors of the capitalised run [a, b); returns the index after what was used (lower-case nouns too)."""
    tokens = line.tokens
    i = _strip(line, a, b)
    if i >= b or (b - i > 1 and all(t.text.isupper() for t in tokens[i:b]) and not _known(line, i, b)):
        return b
    whole = line.find(i, b)
    if whole is not None and whole[1] == b:
        return _listed(line, whole[0], i, b)
    if b - i > 1 and _is_organisation(line, i, b):
        return b if is_medium(line, i, b) else line.add(i, b)
    if b - i > 1 and tokens[b - 1].mask & (Is.PLACEHEAD | Is.THINGHEAD) and not tokens[b - 1].mask & Is.TITLE:
        return _thing(line, i, b)
    return _segments(line, i, b)


def _strip(line: Line, a: int, b: int) -> int:
    """Index after the words that have a capital only because a sentence starts ("But When President …")."""
    tokens = line.tokens
    i = a
    while i < b and tokens[i].mask & Is.STOP and not _known(line, i, b):
        function = tokens[i].mask & Is.FUNCTION
        if not function and (i > a or not line.starts(i) or _keeps_first(line, i, b)):
            break
        if i == a and not line.starts(i) and tokens[i].mask & Is.NAMESTOP:
            break
        i += 1
    while i < b and not tokens[i].cap and not tokens[i].mask & Is.PARTICLE:
        i += 1
    return i


def _keeps_first(line: Line, i: int, b: int) -> bool:
    """Whether a common word that opens a sentence is part of a name: "Police Federation", "Justice Krell"."""
    if b - i < 2:
        return False
    token = line.tokens[i]
    return token.text in line.hints.names or bool(token.mask & (Is.TITLE | Is.TITLEMOD)) or _is_organisation(line, i, b)


def _known(line: Line, i: int, b: int) -> bool:
    found = line.find(i, b)
    return found is not None and found[0].kind != "location"


def _is_organisation(line: Line, a: int, b: int) -> bool:
    """Whether a run ends in an organisation's head, or has one before "of" ("Bank of Carrow")."""
    tokens = line.tokens
    if tokens[b - 1].mask & Is.ORGHEAD and not (tokens[b - 1].mask & Is.TITLE and b - a < 3):
        return True
    headed = (tokens[i].mask & Is.OFHEAD and tokens[i + 1].low in {"of", "for", "on"} for i in range(a, b - 1))
    return any(headed) and not tokens[a].mask & Is.TITLE


def _thing(line: Line, a: int, b: int) -> int:
    """A place, law, war or feast is no actor, but an organisation that leads its name is ("Nazi Germany" is not)."""
    found = line.find(a, b)
    if found is not None and found[0].kind == "known" and found[1] < b:
        line.add(a, found[1])
    return b


def _segments(line: Line, a: int, b: int) -> int:
    """Reads a run of listed names, titles and plain names from left to right; returns the index after what was used."""
    i, used = a, b
    while i < b:
        found = line.find(i, b)
        if found is not None and _is_first_name(line, i, found[1], b):
            found = None
        if found is not None:
            entry, end = found
            if entry.kind != "known" and title_end(line, end, b):
                i = _titled(line, end, b, owner=i)
            else:
                used = max(used, _listed(line, entry, i, end))
                i = end
        elif title_end(line, i, b):
            i = _titled(line, i, b)
        else:
            end = i + 1
            while end < b and not title_end(line, end, b) and not _breaks(line, end, b):
                end += 1
            used = max(used, _name(line, i, end, b))
            i = end
    return used


def _is_first_name(line: Line, i: int, end: int, b: int) -> bool:
    """Jordan, Chad or Sydney with a plain name behind it is a person."""
    return line.tokens[i].low in words("commonfirst") and end < b and _plain(line.tokens[end])


def _plain(token: Token) -> bool:
    return token.cap and not token.mask & _NOT_PLAIN


def _breaks(line: Line, i: int, b: int) -> bool:
    """Whether a listed name at i ends a run of plain names before it (not "Michael Jordan", not "Kanye West")."""
    found = line.find(i, b)
    return found is not None and found[0].kind in {"known", "demonym", "people"} and line.tokens[i].text != "West"


def title_end(line: Line, i: int, b: int) -> int:
    """Index after a title that starts at token i ("Deputy Prime Minister", "Gen.", "Secretary of State"), or 0."""
    tokens = line.tokens
    end = 0
    for j in range(i, b):
        if tokens[j].mask & Is.TITLE:
            end = j + 1
        elif not (tokens[j].mask & Is.TITLEMOD or (end and tokens[j].low in {"of", "for", "and", "the"})):
            break
    if end and end < b and tokens[end].low == "of":
        while end < b and (tokens[end].low in {"of", "the", "and"} or tokens[end].mask & (Is.TITLEMOD | Is.OFHEAD)):
            end += 1
    return end


def _titled(line: Line, i: int, b: int, owner: int | None = None) -> int:
    """Adds a person with the title before the name, or a bare office with its `owner` (a state named before it)."""
    end = title_end(line, i, b)
    j = end
    while j < b and not title_end(line, j, b) and not (j > end and _breaks(line, j, b)):
        j += 1
    unsure = line.title_case and not any(t.text in line.hints.names for t in line.tokens[end:j])
    if unsure:
        return j if owner is None else line.add(owner, end)
    return line.add(i if owner is None or j > end else owner, j)


def _name(line: Line, i: int, end: int, b: int) -> int:
    """Adds a stretch of plain capitalised words where it names a person, or a body that no list knows."""
    end = _cut(line, i, end)
    single = end - i == 1
    word = line.tokens[i].text
    if single and word in line.hints.states:
        return _listed(line, Entry("state", word), i, end)
    if (end == b and is_site(line, i, end)) or is_credit(line, i, end) or not _could_name(line, i, end):
        return b
    known = all(t.text in line.hints.names for t in line.tokens[i:end] if t.cap)
    unsure = line.title_case or line.hints.headline or (single and not single_is_name(line, i))
    if unsure and not known:
        return b
    if single and word in line.hints.places:
        return _listed(line, Entry("capital", word), i, end)
    used = extend(line, end, _ANY_NOUN) if end == b else end
    believed = used > end or line.owns(end) or (known and not (single and line.hints.strict))
    if of_place(line, i) or (i and line.tokens[i - 1].mask & Is.PLACEPREP and not believed):
        return b
    return line.add(i, used)


def _cut(line: Line, i: int, end: int) -> int:
    """Where a plain name ends: before a word that is never part of one ("Claire Since the")."""
    tokens = line.tokens
    for j in range(i + 1, end):
        if tokens[j].mask & Is.STOP and not tokens[j].mask & (Is.NAMESTOP | Is.PARTICLE) and len(tokens[j].text) > 1:
            end = j
            break
    while end - 1 > i and (tokens[end - 1].mask & Is.THING or _dangles(line, end - 1)):
        end -= 1
    return end


def _dangles(line: Line, i: int) -> bool:
    """A small word left at a name's end; the lower-case half of "Jong-un" is none."""
    return not line.tokens[i].cap and line.tokens[i].text.isalpha() and line.gap(i - 1) == " "


def _could_name(line: Line, i: int, end: int) -> bool:
    first = line.tokens[i]
    if first.mask & Is.THING or first.text[0].isdigit() or is_medium(line, i, end):
        return False
    return any(t.cap and len(t.text) > 1 for t in line.tokens[i:end])


def _listed(line: Line, entry: Entry, i: int, end: int) -> int:
    """Adds a listed name with the nouns that belong to it, where it stands for an actor; returns the index after it."""
    if entry.kind in {"demonym", "ethnic"}:
        return _adjective(line, entry, i, end)
    if entry.kind == "people":
        return line.add(i, end)
    used = extend(line, end, _BODIES_OF)
    if used > end:
        return line.add(i, used)
    if entry.kind == "location":
        return end
    if entry.kind == "known":
        return end if is_medium(line, i, end) or describes(line, i, end) else line.add(i, end)
    return line.add(i, end) if _stands_for_state(line, entry, i, end) else end


def _stands_for_state(line: Line, entry: Entry, i: int, end: int) -> bool:
    """Whether a country or capital means its government: not "in X", not "the X border"; a capital must act."""
    if names_site(line, end):
        return False
    placed = is_placed(line, i)
    if entry.kind == "capital":
        return not placed and acts(line, i, end)
    return not placed or line.owns(end)


def _adjective(line: Line, entry: Entry, i: int, end: int) -> int:
    """A demonym: with the noun it describes where that is a body or a people, alone before another thing."""
    nxt = line.tokens[end] if line.owns(end) else line.follows(end)
    ethnic = entry.kind == "ethnic"
    if nxt is None:
        tied = end < len(line.tokens) and line.gap(end - 1) == "-" and not line.tokens[end].cap
        return end if ethnic or tied else line.add(i, end)
    person = nxt.mask & Is.TITLE and not nxt.cap and not nxt.mask & Is.OFFICE
    if nxt.mask & Is.INDIVIDUAL or person:
        return end
    used = extend(line, end, _ANY_NOUN)
    if used == end and nxt.mask & Is.OFFICE:
        used = end + 1
    return end if ethnic and used == end else line.add(i, used)
