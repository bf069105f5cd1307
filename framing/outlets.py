"""Known outlets and agencies (`outlets.csv`): found by name, address or byline, and masked before scoring."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from framing.rewrite import MoveSpan, rewrite


@dataclass(frozen=True, slots=True)
class Outlet:
    """One row of `outlets.csv`. `words` are names that are ordinary words too ("Time"): masked in context only."""

    name: str
    kind: Literal["outlet", "agency"]
    country: str
    """ISO 3166 code of the seat, two letters."""
    domains: tuple[str, ...]
    aliases: tuple[str, ...]
    words: tuple[str, ...]
    bylines: tuple[str, ...]


_LONGEST = 300
"""Characters; no outlet's name or domain is that long, whole paragraphs are asked for, and answers are remembered."""


@cache
def known_outlets() -> tuple[Outlet, ...]:
    """Every outlet and agency of the shipped list, in its order."""
    with Path(__file__).with_name("outlets.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_outlet(row) for row in csv.DictReader(file))


def _outlet(row: dict[str, str]) -> Outlet:
    several = {key: tuple(filter(None, row[key].split(";"))) for key in ("domains", "aliases", "words", "bylines")}
    kind: Literal["outlet", "agency"] = "agency" if row["kind"] == "agency" else "outlet"
    return Outlet(row["name"], kind, row["country"], **several)


def canonical_outlet(name: str) -> str:
    """The usual spelling of a known outlet ("AFP", "al-jazeera", "aljazeera.com"); another with its spaces tidied."""
    tidy = " ".join(name.split())
    return find_outlet(tidy) or tidy


def find_outlet(name: str) -> str | None:
    """The usual spelling when the whole of `name` is a known outlet's name, alias or web address, otherwise None."""
    if len(name) > _LONGEST:
        return None
    known = _by_key().get(_key(name))
    return known or (outlet_of_domain(name) if "." in name and " " not in name.strip() else None)


def outlet_of_domain(url: str) -> str | None:
    """The known outlet at a web address (with or without https://), subdomains included; None for any other."""
    host = host_of(url) or ""
    domains = _by_domain()
    while "." in host:
        if host in domains:
            return domains[host]
        host = host.partition(".")[2]
    return None


def host_of(url: str) -> str | None:
    """The host of a web address without `www.` and `m.`, in lower case; None where there is none."""
    try:
        host = urlsplit(url.strip() if "//" in url else f"//{url.strip()}").hostname or ""
    except ValueError:  # "[" in the host: no address at all
        return None
    host = re.sub(r"^(?:www\d?|m|amp|mobile)\.", "", host)
    return host if re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}", host) else None


def outlet_of_byline(byline: str) -> str | None:
    """The outlet that a byline names ("Jane Roe, Reuters") or whose known writer it is ("Jason Ditz"), or None."""
    text = re.sub(r"^\s*by\s+", "", byline, flags=re.IGNORECASE)
    parts = [
        part.strip(" .") for part in re.split(r"\s*(?:[,/|;&—–]|\s-\s|\bfor\b|\band\b)\s*", text) if part.strip(" .")
    ]
    named = [name for part in reversed(parts) if (name := find_outlet(part))]
    return named[0] if named else next((_writers()[_key(part)] for part in parts if _key(part) in _writers()), None)


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    """Letters and digits alone, without accents, case and a leading "the", so that slugs and spellings meet."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ")).strip()
    return re.sub(r"[\W_]+", "", re.sub(r"^the[\s_-]+", "", "".join(c for c in plain if not unicodedata.combining(c))))


@cache
def _by_key() -> dict[str, str]:
    return {_key(form): o.name for o in known_outlets() for form in (*o.words, *o.aliases, o.name)}


@cache
def _by_domain() -> dict[str, str]:
    return {domain: o.name for o in known_outlets() for domain in o.domains}


@cache
def _writers() -> dict[str, str]:
    return {_key(writer): o.name for o in known_outlets() for writer in o.bylines}


# --- masking ---

# Short forms that several papers share ("told The Post"): never an outlet's name for `canonical_outlet`, masked in
# context.
_SHARED = ("Post", "Journal", "Globe", "Herald", "Tribune", "Chronicle", "Mail", "Express", "Standard", "Star", "Week")
_BEFORE = (
    r"(?:told|tells|telling|according to"
    r"|(?:reported|published|obtained|seen|quoted|cited|reviewed|interviewed|reports?) (?:by|in)"
    r"|interviews? (?:with|by|in|to)|(?:wrote|writing|written|writes) (?:in|for)"
    r"|(?:speaking|spoke|speaks|statement|e-?mail) to"
    r"|(?:article|column|piece|op-ed|report|story|essay|editorial|poll) (?:in|by|for|from)"
    r"|(?:reporters?|journalists?|correspondents?|editors?|columnists?|writers?|photographers?)"
    r" (?:for|at|with|of|from))\s+"
)
_AFTER = (
    r"(?=(?:['’]s)?\s+(?:(?:(?:has|had|have|first|also|previously)\s+)*(?:reported|reports|revealed|wrote|writes|quoted|understands|said|says|learned|learns|told|asked)\b"
    r"|(?:newspaper|magazine|correspondent|reporter|journalist|columnist|editorial"
    r"|website|article|op-ed|news agency)\b))"
)
_TAIL = r"(?:\s+(?:news agency|newswire))?"
_NO_NAME = r"(?!\w|\s+[A-Z]|\s+and Courier)"  # "told the Independent Commission": another name begins here
_DETERMINER = re.compile(
    r"\b(?:his|her|its|their|our|my|your|this|that|these|those|each|every|any|some|no|one|two|three|four|five|six|ten|several|many"
    r"|few|former|veteran|senior|another|other|local|new)\s+$",
    re.IGNORECASE,
)


def mask_outlets(text: str) -> str:
    """`text` with known outlets' and agencies' names replaced: "told Al Jazeera" → "told the outlet"; the rest as is.

    Names that are ordinary words count only where the context says so: "told Time", "in The Sun".
    """
    return mask_outlets_with_map(text)[0]


def mask_outlets_with_map(text: str, own: str = "") -> tuple[str, MoveSpan]:
    """The masked text, and a function that moves a span [start, end) of `text` to where it stands in the masked text.

    `own` is the outlet that published the text: its name is masked too, listed or not.

    A span that touches a masked name is widened to the whole replacement, so a target that is an outlet stays findable.
    """
    return rewrite(text, [(start, end, _replacement(text, start, end)) for start, end in outlet_names(text, own)])


def outlet_names(text: str, own: str = "") -> list[tuple[int, int]]:
    """Where known outlets and agencies, and `own`, are named in a text: spans in order, not overlapping."""
    patterns = (*(_patterns() if _may_name(text) else ()), *_own_patterns(own))
    found = [m.span("hit") for pattern in patterns for m in pattern.finditer(text) if _is_outlet(text, m)]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _is_outlet(text: str, match: re.Match[str]) -> bool:
    """False for a surname ("Michael Bloomberg reported") and for "The Sun" where every word has a capital anyway."""
    before = re.search(r"(\w+)\s+$", text[: match.start("hit")])
    rule = match.lastgroup
    return not (rule in ("after", "capital") and before is not None and before[1][0].isupper())


def _replacement(text: str, start: int, end: int) -> str:
    before = text[:start]
    if re.search(r"\ba\s+$", before, re.IGNORECASE):
        return "news outlet"  # "a Reuters reporter": keeps the article that stands there right
    if re.search(r"\ban\s+$", before, re.IGNORECASE) or _DETERMINER.search(before):
        return "outlet"
    opening = not before.strip() or re.search(r"(?:[.!?:][\"'”’)]*\s+|[“\"]|\n\s*)$", before)
    return "The outlet" if opening and (text[start:end][0].isupper() or not before.strip()) else "the outlet"


def _may_name(text: str) -> bool:
    """Whether the patterns can match at all: every one needs the first word of a known name, or a web address. Most
    sentences have neither, and are spared eight searches for some 500 names each."""
    return not _first_words().isdisjoint(re.findall(r"\w+", text)) or re.search(r"\w\.\w", text) is not None


@cache
def _first_words() -> frozenset[str]:
    """The first word of every masked form, without "The", as in `_forms`."""
    forms = {form.removeprefix("The ") for o in known_outlets() for form in (o.name, *o.aliases, *o.words)} | {*_SHARED}
    words = {re.findall(r"\w+", form)[0] for form in forms if re.search(r"\w", form)}
    return frozenset(words | {word.upper() for word in words})


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    free, bare, with_the = _forms()
    domains = "|".join(map(re.escape, _by_domain()))
    the_word, the_or_word = rf"[Tt]he (?:{with_the})", rf"(?:[Tt]he )?(?:{bare})"
    return (
        re.compile(rf"(?<![\w@#.])(?P<hit>(?:[Tt]he )?(?:{free})(?!\w){_TAIL})"),
        re.compile(rf"\b{_BEFORE}(?P<hit>(?:{the_word}|{the_or_word}){_NO_NAME}{_TAIL})"),
        re.compile(rf"(?<!\w)(?P<after>(?P<hit>{the_word}|{the_or_word})(?!\w)){_AFTER}"),
        re.compile(rf"(?<=[\w,;)] )(?P<capital>(?P<hit>The (?:{with_the}){_NO_NAME}{_TAIL}))"),
        re.compile(rf"\((?P<hit>{bare})\)(?=\s*(?:[—–]|-+\s|$))"),
        re.compile(rf"^\s*\((?P<hit>{bare})\)"),
        re.compile(rf"(?<!\w)(?P<hit>@(?:{free}|{bare})(?!\w))"),
        re.compile(rf"(?<![\w@.])(?P<hit>(?:www\.)?(?:{domains})(?![\w-]))", re.IGNORECASE),
    )


@lru_cache(maxsize=1024)
def _own_patterns(own: str) -> tuple[re.Pattern[str], ...]:
    """An unlisted outlet's name anywhere; a single word, which may be an ordinary one, where the context says so."""
    name = own.strip().removeprefix("The ")
    if len(name) < 3 or name in _by_key().values():
        return ()
    hit = rf"(?P<hit>(?:[Tt]he )?{re.escape(name)})"
    if " " in name:
        return (re.compile(rf"(?<![\w@#.]){hit}(?!\w)"),)
    return (re.compile(rf"\b{_BEFORE}{hit}{_NO_NAME}"), re.compile(rf"(?<!\w)(?P<after>{hit}(?!\w)){_AFTER}"))


def _forms() -> tuple[str, str, str]:
    """Alternations, longest first: names masked anywhere, word-like names, word-like names that need "The" before."""
    words = {w.removeprefix("The ") for o in known_outlets() for w in o.words}
    the_words = {
        w.removeprefix("The ") for o in known_outlets() for w in o.words if o.name.startswith("The ") or "The " in w
    }
    names = {form.removeprefix("The ") for o in known_outlets() for form in (o.name, *o.aliases)} - words
    names |= {form.upper() for form in names if " " in form}
    return _alternation(names), _alternation(words - the_words), _alternation(the_words | set(_SHARED))


def _alternation(forms: Iterable[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
