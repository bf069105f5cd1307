"""What the words around a name say: only a place, only the medium, a sentence's first word, what belongs to it."""

from __future__ import annotations

from functools import cache

from framing.actor_tokens import Is, Line, Token
from framing.actor_words import words
from framing.outlets import known_outlets

_NOT_NAMES = ("ing", "ly", "tion", "tions", "ment", "ments", "ness", "ism", "ity", "ities", "ious", "ful", "less")
_APPOSED = frozenset(("who", "whose", "a", "an", "the", "for"))


@cache
def _outlet_names() -> frozenset[str]:
    return frozenset(n for o in known_outlets() for n in (o.name, *o.aliases, *o.words))


def is_medium(line: Line, a: int, b: int) -> bool:
    """Whether the outlet named by tokens [a, b) only carries the news: told X, X reported, X’s correspondent."""
    name = line.text[line.tokens[a].start : line.tokens[b - 1].end]
    own = name in line.hints.outlets
    if not own and name not in _outlet_names():
        return False
    before = line.before(a - 1) if line.before(a) == "the" else line.before(a)
    after = b + 1 if line.owns(b) else b
    follows = line.tokens[after].low if after < len(line.tokens) else ""
    return own or not before or before in words("mediumbefore") or follows in words("mediumafter")


def describes(line: Line, i: int, end: int) -> bool:
    """Whether a known name only says whose officer follows: "White House spokesman", "Republican nominee"."""
    if end < len(line.tokens) and line.gap(end - 1) == "-":
        return line.tokens[end].low == "confirmed"
    nxt = line.follows(end)
    if nxt is None:
        return False
    if nxt.mask & (Is.TITLE | Is.TITLEMOD):
        return not nxt.mask & Is.VERB
    return line.tokens[end - 1].low in words("partyadjective") and not nxt.mask & (Is.STOP | Is.VERB)


def is_placed(line: Line, i: int) -> bool:
    """Whether the name at token i is only where something is: "in X", "in Y and X", "Townname, X"."""
    if not i:
        return False
    tokens = line.tokens
    j = i - 2 if line.before(i) == "the" and i > 1 else i - 1
    if tokens[j].mask & Is.PLACEPREP and not tokens[j].cap:
        return not _comes_from(line, j)
    if tokens[j].low in {"and", "or"} and j > 1 and tokens[j - 1].cap:
        previous = line.find(j - 1, j)
        return previous is not None and previous[0].kind in {"state", "location", "capital"} and is_placed(line, j - 1)
    if line.gap(i - 1) != ", " or not tokens[i - 1].cap:
        return False
    earlier = line.find(i - 1, i)
    if earlier is not None and earlier[0].kind == "state":
        return is_placed(line, i - 1)
    return earlier is None or earlier[0].kind in {"location", "capital"}


def _comes_from(line: Line, j: int) -> bool:
    """Whether token j is the "from" of something somebody does: "attacks from X", "under pressure from X"."""
    return j > 0 and line.tokens[j].low == "from" and line.tokens[j - 1].low in words("deed")


def acts(line: Line, i: int, end: int) -> bool:
    """Whether a capital at tokens [i, end) acts: subject of a verb, possessor, object of with, against, by."""
    if line.before(i) in words("towardstate") or line.owns(end):
        return True
    nxt = line.follows(end)
    return nxt is not None and (bool(nxt.mask & Is.VERB) or nxt.low.endswith("ed"))


def names_site(line: Line, end: int) -> bool:
    """Whether a place's noun follows token end-1 directly or over a hyphen: "U.S. border", "U.S.-Mexico border"."""
    tokens = line.tokens
    if end >= len(tokens) or line.gap(end - 1) not in {" ", "-"}:
        return False
    if not tokens[end].cap:
        return bool(tokens[end].mask & Is.SITEHEAD)
    return line.gap(end - 1) == "-" and end + 1 < len(tokens) and bool(tokens[end + 1].mask & Is.SITEHEAD)


def is_site(line: Line, i: int, end: int) -> bool:
    """Whether an unknown name is a place's or describes a thing: "the Yida camp", "the Entebbe raid"."""
    if end < len(line.tokens) and line.gap(end - 1) == "-":
        return line.tokens[end].low in {"based", "born", "area"}
    nxt = line.follows(end)
    if nxt is None or nxt.cap:
        return False
    described = i > 0 and bool(line.tokens[i - 1].mask & Is.DETERMINER) and end - i == 1
    heads = Is.STATENOUN | Is.PARTNOUN | Is.PEOPLENOUN | Is.ANAPHOR | Is.MODIFIER | Is.VERB | Is.STOP
    return bool(nxt.mask & Is.SITEHEAD) or (described and not nxt.mask & heads and not nxt.low.endswith("ed"))


def of_place(line: Line, i: int) -> bool:
    """Whether "port of", "village of", "mayor of" stands before token i."""
    if i < 2 or line.before(i) != "of":
        return False
    return bool(line.tokens[i - 2].mask & (Is.PLACEHEAD | Is.SITEHEAD)) or line.tokens[i - 2].low == "mayor"


def is_credit(line: Line, i: int, end: int) -> bool:
    """Whether a name is part of a credit, a constituency, a compound: "Roe/Getty Images", "R-Ohio", "anti-Semitic"."""
    if i and ("/" in line.gap(i - 1) or (line.gap(i - 1) == "-" and line.before(i) != "ex")):
        return True
    if len(line.tokens[i].text) == 1 and line.gap(i) == "-":
        return True
    return any(t.low in {"getty", "images"} for t in line.tokens[i:end])


def single_is_name(line: Line, i: int) -> bool:
    """Whether one capitalised word that nothing else shows to be a name is one."""
    token = line.tokens[i]
    if token.mask & Is.ANAPHOR and line.before(i) == "the":
        return not token.text.isupper()
    if token.text.isupper() and len(token.text) > 1:
        return _is_acronym(line, i)
    if token.mask & (Is.PLACEHEAD | Is.THINGHEAD | Is.STOP | Is.ORGHEAD | Is.TITLEMOD):
        return False
    if not line.starts(i):
        return len(token.text) > 2
    if line.hints.strict or i + 1 >= len(line.tokens) or token.low.endswith(_NOT_NAMES):
        return False
    return _is_subject(line, i, line.tokens[i + 1])


def _is_acronym(line: Line, i: int) -> bool:
    """Two to six capitals that are no shouted word, no abbreviation given in brackets, no medium ("told KCRA")."""
    token = line.tokens[i]
    if line.before(i) in {"told", "tells"} or (i and line.gap(i - 1).endswith("(")):
        return False
    around = [t for t in line.tokens[max(0, i - 1) : i + 2] if t is not token]
    shouted = any(t.text.isupper() and len(t.text) > 3 for t in around)
    return len(token.text) <= 6 and token.text.isalpha() and not shouted


def _is_subject(line: Line, i: int, nxt: Token) -> bool:
    """Whether a sentence's first word is followed as a name would be: a verb, ’s, "and" with a name, an apposition."""
    token, gap = line.tokens[i], line.gap(i)
    if gap == ", ":
        return nxt.text.isdigit() or nxt.low in _APPOSED or nxt.low.endswith("ing")
    if gap not in {" ", ""}:
        return False
    if line.owns(i + 1):
        return True
    if nxt.low in {"and", "on"} and i + 2 < len(line.tokens) and line.tokens[i + 2].cap:
        return True
    plural = token.low.endswith("s") and not token.low.endswith(("ss", "us", "is", "as", "os"))
    if plural and nxt.low not in words("singularverb"):
        return False
    return bool(nxt.mask & Is.VERB) or (nxt.low.endswith("ed") and not nxt.cap)


def extend(line: Line, end: int, heads: int) -> int:
    """Index after "(’s) (modifiers) noun" behind token end-1 where the noun is one of `heads`; `end` without one."""
    tokens = line.tokens
    j = end
    if line.owns(end):
        j += 1
        if heads & Is.STATENOUN and (body := _capital_body(line, j)):
            return body
    elif line.follows(end) is None:
        return end
    for k in range(j, min(j + 4, len(tokens))):
        token = tokens[k]
        if k > j and line.gap(k - 1) not in {" ", "-"}:
            return end
        if token.mask & heads and (not token.cap or k > j):
            after = line.follows(k + 1)
            return k + 2 if after is not None and not after.cap and after.mask & heads else k + 1
        if not token.mask & Is.MODIFIER or (token.cap and k > j):
            return end
    return end


def _capital_body(line: Line, j: int) -> int:
    """Index after a state's body in capitals at token j ("General Staff", "Defence Ministry"), or 0."""
    parts = Is.TITLE | Is.TITLEMOD | Is.MODIFIER | Is.ORGHEAD
    k = j
    while k < len(line.tokens) and line.tokens[k].cap and line.tokens[k].mask & parts:
        k += 1
        if line.gap(k - 1) != " ":
            break
    return k if k > j and line.tokens[k - 1].low in words("capitalbody") else 0
