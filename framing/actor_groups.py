"""Collectives and offices in lower case: "police", "asylum seekers", "the president", "the union"."""

from __future__ import annotations

from framing.actor_tokens import Is, Line
from framing.actor_words import words

READ = Is.GROUP | Is.MODIFIER | Is.ANAPHOR | Is.TITLE | Is.TITLEMOD | Is.PHRASE
"""Bits without one of which a word begins no collective or office."""


def read_group(line: Line, i: int) -> int:
    """Adds the collective or office that token i begins, if any; returns the index after what was read."""
    token = line.tokens[i]
    if not token.mask & READ:
        return i + 1
    end = _phrase(line, i)
    if end:
        return line.add(i, end)
    j = _noun(line, i)
    if j:
        member = line.before(i) == "of" and line.before(i - 1) == "member"  # a person: "a member of parliament"
        needs = line.tokens[j].low in words("needsthe") and line.before(i) != "the"
        return j + 1 if needs or member else line.add(i, j + 1)
    if line.before(i) != "the":
        return i + 1
    end = _bare_office(line, i)
    if end:
        return line.add(i, end)
    return line.add(i, i + 1) if token.mask & Is.ANAPHOR and not _modifies(line, i) else i + 1


def _phrase(line: Line, i: int) -> int:
    """Index after a listed phrase at token i, with the state it belongs to ("foreign ministry of Armenia"), or 0."""
    tokens = line.tokens
    for j in (i + 3, i + 2):
        if j <= len(tokens) and line.text[tokens[i].start : tokens[j - 1].end].lower() in words("groupphrase"):
            if j + 1 < len(tokens) and tokens[j].low == "of":
                owner = line.find(j + 1)
                return owner[1] if owner is not None and owner[0].kind == "state" else j
            return j
    return 0


def _noun(line: Line, i: int) -> int:
    """Index of the collective noun that token i is, or that up to three modifiers lead to; 0 without one."""
    tokens = line.tokens
    j = i
    while j - i < 3 and j + 1 < len(tokens) and line.gap(j) in {" ", "-"}:
        both = tokens[j].mask & Is.GROUP and not tokens[j + 1].mask & Is.GROUP
        if not tokens[j].mask & Is.MODIFIER or tokens[j].cap or both:
            break
        j += 1
    good = tokens[j].mask & Is.GROUP and not tokens[j].cap and line.gap(j) != "-" and not _modifies(line, j)
    return j if good else 0


def _modifies(line: Line, j: int) -> bool:
    """Whether the collective at token j only describes a noun ("police superintendent", "social media posts")."""
    nxt = line.follows(j + 1)
    if line.before(j) == "social" or (nxt is not None and nxt.low == "of"):
        return True
    if nxt is None or line.tokens[j].low.endswith("s"):
        return False
    return not nxt.mask & (Is.STOP | Is.VERB) and not nxt.low.endswith(("ed", "ly"))


def _bare_office(line: Line, i: int) -> int:
    """Index after "president", "foreign minister" … at token i (kept only where the article names its holder), or 0."""
    tokens = line.tokens
    for j in (i + 2, i + 1):
        if j <= len(tokens) and line.text[tokens[i].start : tokens[j - 1].end] in words("bareoffice"):
            tied = j < len(tokens) and (tokens[j].low == "of" or line.gap(j - 1) == "-")
            return 0 if tied else j
    return 0
