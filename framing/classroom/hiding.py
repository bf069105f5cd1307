"""Hiding which outlet a sentence comes from: names, short names, datelines, bylines, "told this newspaper"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from framing.ingest.credits import read_dateline
from framing.outlets import outlet_names
from framing.rewrite import MoveSpan, rewrite

# "VELMOUTH, Carrow, March 7 (Northern Wire) - ", "BAKU/YEREVAN – ": a place in capitals, then perhaps a country, a day
# and an agency, then a dash. Wire copy is known by it, whatever the agency's name.
_DATELINE = re.compile(
    r"^\s*[A-Z][A-Z .'’/-]{2,40}(?:,\s*[A-Z][\w.]*(?:\s\d{1,2})?){0,3}\s*(?:\([^()]{2,40}\))?"
    r"\s*(?:[—–]|--|-(?=\s))\s*(?=[\"“'‘(A-Z])"
)
_ITSELF = re.compile(
    r"\b(?:[Tt]his (?:newspaper|news agency|news site|news outlet|news organi[sz]ation|magazine|website|publication"
    r"|broadcaster|broadsheet|tabloid)|[Oo]ur (?:newspaper|newsroom|website|magazine))\b"
)
_OUR_OWN = re.compile(r"\b[Oo]ur (?:own )?(?:\w+ )?(?=(?:correspondent|reporter|columnist|editor)s?\b)")


@dataclass(frozen=True)
class Hider:
    """Hides the outlets of one event in their sentences."""

    outlets: tuple[str, ...]

    def hide(self, text: str, outlet: str, byline: str = "") -> tuple[str, MoveSpan]:
        """The text as a class may see it, and a function that moves a span of the text along. Outlets' names become
        "the outlet", a dateline goes, the writer becomes "the reporter"."""
        start = _dateline_end(text)
        edits = [(0, start, "")] if start else []
        found = [(a, b, "the outlet") for a, b in outlet_names(text, outlet)]
        found += [(m.start(), m.end(), "the outlet") for m in _ITSELF.finditer(text)]
        found += [(m.start(), m.end(), "the outlet’s ") for m in _OUR_OWN.finditer(text)]
        found += [(a, b, "the outlet") for name in self.outlets for a, b in _named(text, name)]
        found += [(m.start(), m.end(), "the reporter") for m in _writers(text, byline)]
        found += [(m.start(), m.end(), "the outlet’s reporter") for m in _staff(text, outlet)]
        end = start
        for a, b, new in sorted(found, key=lambda edit: (edit[0], -edit[1])):
            if a >= end:
                edits.append((a, b, _fitting(text, a, start, new)))
                end = b
        shown, move = rewrite(text, edits)
        return _one_style(shown), move

    def tells(self, shown: str, url: str = "") -> bool:
        """Whether a text still names an outlet of the event or its web address, so that it must not be shown."""
        host = urlsplit(url).hostname or "" if "//" in url else ""
        bare = host.removeprefix("www.")
        if bare and bare in shown.casefold():
            return True
        return any(re.search(rf"(?<!\w){re.escape(_bare(name))}(?!\w)", shown) for name in self.outlets)


def hider(outlets: Iterable[str]) -> Hider:
    """Hides these outlets, longest names first, so that "Capital Ledger Weekly" is not cut in two."""
    return Hider(tuple(sorted(set(outlets), key=lambda name: (-len(name), name))))


def _one_style(text: str) -> str:
    """Straight quotation marks as curly ones, character for character: a house's typewriter marks give it away."""
    text = re.sub(r"(?<![\w.,!?…”’])\"(?=\S)", "“", text).replace('"', "”")
    return re.sub(r"(?<![\w.,!?…”’])'(?=\w)(?!(?:em|til|twas|\d\d)\b)", "‘", text).replace("'", "’")


def _bare(name: str) -> str:
    return name.strip().removeprefix("The ")


def _dateline_end(text: str) -> int:
    match, known = _DATELINE.match(text), read_dateline(text)
    return max(match.end() if match else 0, known.end if known else 0)


def _named(text: str, name: str) -> list[tuple[int, int]]:
    """Where an outlet of the event is named: in full, or "the Ledger", by the last word that its own staff use."""
    bare = _bare(name)
    patterns = [rf"(?:[Tt]he )?{re.escape(bare)}(?!\w)"] if " " in bare else []
    if " " in bare and bare.split()[-1][0].isupper():
        patterns.append(rf"[Tt]he {re.escape(bare.split()[-1])}(?![\w]|\s+[A-Z])")
    return [m.span() for pattern in patterns for m in re.finditer(rf"(?<![\w@#.]){pattern}", text)]


def _writers(text: str, byline: str) -> Sequence[re.Match[str]]:
    """Where the article's own writers are named in full."""
    names = re.findall(r"[A-Z][\w’'.-]+(?: [A-Z][\w’'.-]+)+", re.sub(r"^\s*[Bb]y\s+", "", byline))
    return [m for name in names for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]


def _staff(text: str, outlet: str) -> list[re.Match[str]]:
    """Where the outlet names its own people: “Northern Wire’s Ada Moss”, “Northern Wire correspondent Ada Moss”."""
    if not _bare(outlet):
        return []
    role = r"(?:\w+ )?(?:correspondent|reporter|journalist|editor|columnist|producer)s?,?"
    name = r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+"
    pattern = rf"(?<!\w)(?:[Tt]he )?{re.escape(_bare(outlet))}(?:(?:[’']s)? {role}|[’']s) {name}"
    return list(re.finditer(pattern, text))


def _fitting(text: str, at: int, start: int, new: str) -> str:
    """The replacement after an article of its own ("a Northern Wire reporter"), or with a capital where a sentence
    opens."""
    before = text[start:at]
    if re.search(r"\b(?:an?|his|her|their|former|another)\s+$", before, re.IGNORECASE):
        return "news outlet" if re.search(r"\ba\s+$", before, re.IGNORECASE) else "outlet"
    opening = not before.strip() or re.search(r"(?:[.!?:][\"'”’)]*\s+|[“\"])$", before)
    return new[0].upper() + new[1:] if opening else new
