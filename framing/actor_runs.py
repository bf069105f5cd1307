"""Runs of capitalised words that may be one name: which blanks, hyphens and small words join them."""

from __future__ import annotations

from framing.actor_tokens import POSSESSIVE, Is, Line
from framing.actor_words import words

_JOINING = frozenset(("of", "for", "on", "and"))
_OWNERS = frozenset(("people", "women", "children", "men", "workers"))
# Short lower-case tails that make an adjective of a name; others of three letters go on with it (Kim Jong-un).
_ADJECTIVE_TAILS = frozenset(("led", "run", "era", "old", "fed"))


def starts_run(line: Line, i: int) -> bool:
    """Whether a run begins at token i: a capital, or a particle tied to one ("al-Shabaab")."""
    token = line.tokens[i]
    if token.cap:
        return True
    return bool(token.mask & Is.PARTICLE) and line.gap(i) == "-" and line.tokens[i + 1].cap


def skipped(line: Line, i: int) -> bool:
    """Articles, days, months, and the town in capitals that opens an agency report ("VELMOUTH, Carrow, March 7")."""
    token = line.tokens[i]
    if i == 0 and len(token.text) > 3 and token.text.isupper() and line.gap(0) == ", ":
        return True
    return bool(token.mask & Is.DATE) or bool(token.mask & Is.DETERMINER and token.mask & Is.FUNCTION)


def run_end(line: Line, start: int) -> int:
    """Index after the last token of the capitalised run that starts there, joining words included."""
    j = start
    while j + 1 < len(line.tokens):
        after = _next(line, start, j)
        if not after:
            break
        j = after
    return j + 1


def _next(line: Line, start: int, j: int) -> int:
    """Index of the next token of the run after token j, or 0 where it ends."""
    here, there, gap = line.tokens[j], line.tokens[j + 1], line.gap(j)
    if there.mask & Is.DATE:
        return 0
    initial = len(here.text) == 1 and here.cap
    if gap == " " or (gap == ". " and (here.mask & Is.ABBREVIATED or initial)):
        return j + 1 if there.cap or there.text == "&" else _joined(line, start, j)
    if gap == "-" and len(here.text) > 1 and _hyphened(line, j):
        return j + 1
    if gap in {"’ ", "' "} and here.low.endswith("s") and there.cap and there.mask & (Is.ORGHEAD | Is.OFHEAD):
        return j + 1
    if there.low in POSSESSIVE and here.low in _OWNERS and j + 2 < len(line.tokens) and line.tokens[j + 2].cap:
        return j + 2
    return 0


def _hyphened(line: Line, j: int) -> bool:
    """Whether a hyphen after token j stands within one name (Jong-un, al-Assad), not between two."""
    here, there = line.tokens[j], line.tokens[j + 1]
    both = line.find(j, j + 2)
    if both is not None:
        return both[1] == j + 2
    if there.cap:
        return line.find(j + 1, j + 2) is None or bool(here.mask & Is.PARTICLE)
    return len(there.text) <= 3 and here.cap and there.low not in _ADJECTIVE_TAILS and there.text.isalpha()


def _joined(line: Line, start: int, j: int) -> int:
    """Index of the capitalised token that a small word after token j leads to within one name, or 0."""
    tokens = line.tokens
    small, k = tokens[j + 1], j + 2
    if k >= len(tokens) or line.gap(j + 1) not in {" ", "-"}:
        return 0
    if small.mask & Is.PARTICLE and small.low not in {"la", "y"}:
        while k < len(tokens) and tokens[k].mask & Is.PARTICLE and not tokens[k].cap and line.gap(k) in {" ", "-"}:
            k += 1
        return k if k < len(tokens) and tokens[k].cap and not tokens[j].mask & Is.STOP else 0
    if small.low not in _JOINING:
        return 0
    if not _takes(line, start, j, small.low):
        return _and_organisation(line, start, j) if small.low == "and" else 0
    if tokens[k].low == "the" and line.gap(k) == " ":
        k += 1
    return k if k < len(tokens) and tokens[k].cap and not tokens[k].mask & Is.THING else 0


def _takes(line: Line, start: int, j: int, small: str) -> bool:
    """Whether a body's name goes on after token j: "Ministry of", "Committee on", "Department of Health and"."""
    if small == "of":
        return bool(line.tokens[j].mask & Is.OFHEAD)
    inside = any(t.low in {"of", "on", "for"} for t in line.tokens[start:j])
    return inside or (small != "and" and line.tokens[j].low in words("onhead"))


def _and_organisation(line: Line, start: int, j: int) -> int:
    """Index after "and" in "the Dock and Harbour Workers’ Union": one bare word before, a body's head last; or 0."""
    tokens = line.tokens
    k = end = j + 2
    if j != start or line.before(start) != "the" or line.find(start) or not tokens[k].cap:
        return 0
    while end + 1 < len(tokens) and tokens[end + 1].cap and line.gap(end) in {" ", "’ ", "' "}:
        end += 1
    return k if end > k and tokens[end].mask & Is.ORGHEAD else 0
