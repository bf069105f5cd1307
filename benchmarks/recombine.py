"""Sentences made of the sample articles' sentences: names, numbers and days are slots, and time and place are added.

What `make_corpus.py` builds its articles of. Nothing made here says anything about the world: names are syllables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import pandas as pd

from framing.schema import content_id


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_GENERIC = frozenset(
    _words("""
    The A An And Of For In On At Mr Mr. Ms Mrs Dr. Prof. Sgt. Cpl. Brig. Gen. Det. Insp. Supt. Chief Bank Federation
    Minister Terminals Union Workers’ Workers' Research Governor General Dock Harbour Coastal Institute University
    National Court Health Staff Justice Water Constitutional Open Line Economic Savings Interior Exporters’ Exporters'
    Partners Authority Civic Alliance Defence Police Regional Board Hospital Joint Border Observation Mission President
    Group Judge Commercial Carmaker Securities Marine Finance State Investment Fund Berth Chancellor Environment
    International Affairs College Obstetrics NATO Engineer Regiment Parliament United States OSCE Foreign Transport
    Coastline Mark Little Ward Chairman Marsh Strand Vale Moss Sorrow Stead Keel Line""")
)
_DAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_MONTHS = _words("January February March April May June July August September October November December")
_WORDS = _words("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen")
_ONSETS = _words("b br c ch d dr f fl g gr h k kr l m n p pr r s sh st t tr v w y z")
_VOWELS = _words("a e i o u ae ai ea ei ia io oa ou")
_CODAS = _words("d k l ld lm ln m n nd nt r rd rk rn rt s sk st th v x")
_ENDS = ("", "", "", "er", "en", "ow", "a", "ey", "is", "or", "ath", "um")
OPENINGS = (
    "On {day}, ", "By {day}, ", "In {place}, ", "Late on {day}, ", "By the count of {number} witnesses, ",
    "In {place} on {day}, ", "Some {number} days later, ", "For the {number}th time since {month}, ",
    "Outside {place}, ", "Early on {day} in {place}, ", "After {number} hours, ", "North of {place}, ",
)  # fmt: skip
TAILS = (
    " in {place}", " on {day}", " on {day} in {place}", " after {number} days", " for the {number}th time",
    " in {month}", " near {place} in {month}", " at {number} sites", " on {date} {month}", " since {date} {month}",
    " in {place} on {date} {month}", " from {place}", " in {number} of {number} districts", " outside {place} on {day}",
)  # fmt: skip
_SLOT = re.compile(
    r"(?P<number>(?<![\w.])\d[\d,]*(?:\.\d+)?)|\b(?P<word>" + "|".join(_WORDS) + r")\b|\b(?P<day>" + "|".join(_DAYS)
    + r")\b|\b(?P<month>(?:" + "|".join(month for month in _MONTHS if month not in ("March", "May")) + r")\b)"
)  # fmt: skip
_END = re.compile(r"[.!?…,]+[”’\"')]*$|(?<=\w)[”’\"')]+$")


@dataclass(frozen=True)
class Template:
    """A sample sentence cut at its slots: `pieces` (kind, text), kind empty for what stays; its mentions as (start,
    end, canonical, type) in the sample's own text."""

    key: int
    pieces: tuple[tuple[str, str], ...]
    mentions: tuple[tuple[int, int, str, str], ...]
    speaker: str | None
    head: bool


@dataclass(frozen=True)
class Made:
    """A sentence made of a template; mentions as (start, end, surface, canonical, type) in the new text."""

    template: int
    text: str
    mentions: tuple[tuple[int, int, str, str, str], ...]
    speaker: str | None


def names_in(mentions: pd.DataFrame) -> frozenset[str]:
    """The words of the actors' names that become slots."""
    forms = {bare for surface in mentions["surface"] for word in surface.split() if (bare := _bare(word))}
    return frozenset(form for form in forms if form[:1].isupper() and form not in _GENERIC and len(form) > 2)


def _bare(word: str) -> str:
    return re.sub(r"[’']s?$", "", word.strip('“”"(),'))


def templates(sentences: pd.DataFrame, mentions: pd.DataFrame) -> list[Template]:
    """One for each row of `sentences`, with its place as key."""
    names = names_in(mentions)
    slot = re.compile(
        r"\b(?P<name>" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b|" + _SLOT.pattern
    )
    by_place = dict(iter(mentions.groupby(["article_id", "index"])))
    found = []
    for key, row in enumerate(sentences.to_dict("records")):
        rows = by_place.get((row["article_id"], row["index"]))
        spans = [] if rows is None else rows[["start", "end", "canonical", "type"]].itertuples(index=False, name=None)
        speaker = row["speaker"] if isinstance(row["speaker"], str) else None
        found.append(Template(key, _pieces(row["text"], slot), tuple(spans), speaker, row["index"] == 0))
    return found


def _pieces(text: str, slot: re.Pattern[str]) -> tuple[tuple[str, str], ...]:
    pieces, at = [], 0
    for match in slot.finditer(text):
        pieces += [("", text[at : match.start()]), (match.lastgroup or "", match.group())]
        at = match.end()
    return tuple(piece for piece in (*pieces, ("", text[at:])) if piece[1])


class Maker:
    """Makes sentences, none of which it has made before."""

    def __init__(self, names: frozenset[str], random: Random) -> None:
        self._random, self._seen = random, set[int]()
        self._name = re.compile(r"\b(" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b")
        self._names = sorted(names)
        self.places = [self.invented() for _ in range(400)]

    def invented(self) -> str:
        """A name of two syllables or so."""
        pick = self._random.choice
        return (pick(_ONSETS) + pick(_VOWELS) + pick(_CODAS) + pick(_ENDS)).capitalize()

    def cast(self) -> dict[str, str]:
        """Another name for every name of the samples."""
        return {name: self.invented() for name in self._names}

    def sentence(self, template: Template, cast: Mapping[str, str]) -> Made:
        """The template with other names, numbers and days; with a time or a place besides where it would repeat one, or
        by chance."""
        plain = template.head or self._random.random() < 0.4
        for tries in range(200):
            made = self._fill(
                template, cast, "" if plain and tries < 3 else self._opening(template), not plain or tries >= 3
            )
            number = int(content_id(made.text), 16)
            if number not in self._seen:
                self._seen.add(number)
                return made
        raise RuntimeError(f"No new sentence can be made of {template.pieces}.")

    def _opening(self, template: Template) -> str:
        """A time or place in front, where the sentence begins with a word that takes it."""
        kind, text = template.pieces[0]
        first = text.split(" ", 1)[0]
        takes = not kind and first in {"The", "A", "An", "It", "He", "She", "They", "We", "No", "Some", "Two", "This"}
        return self._part(OPENINGS) if takes and not template.head and self._random.random() < 0.5 else ""

    def _part(self, parts: Sequence[str]) -> str:
        draw = self._random
        return draw.choice(parts).format(
            place=draw.choice(self.places), day=draw.choice(_DAYS), month=draw.choice(_MONTHS),
            date=draw.randint(1, 28), number=draw.randint(4, 99),
        )  # fmt: skip

    def _fill(self, template: Template, cast: Mapping[str, str], opening: str, tail: bool) -> Made:
        text, moves, old = opening, [(0, len(opening))], 0
        for n, (kind, piece) in enumerate(template.pieces):
            new = self._slot(kind, piece, cast)
            if opening and n == 0:
                new = new[:1].lower() + new[1:]
            text, old = text + new, old + len(piece)
            moves.append((old, len(text)))
        if tail:
            found = _END.search(text)
            end = found.start() if found else len(text)
            text = text[:end] + self._part(TAILS) + text[end:]
        rename = self._name.sub
        new_name = lambda match: cast[match.group()]  # noqa: E731
        spans = [(_moved(start, moves), _moved(end, moves), name, kind) for start, end, name, kind in template.mentions]
        mentions = tuple((a, b, text[a:b], rename(new_name, name), kind) for a, b, name, kind in spans)
        speaker = rename(new_name, template.speaker) if template.speaker else None
        return Made(template.key, text, mentions, speaker)

    def _slot(self, kind: str, piece: str, cast: Mapping[str, str]) -> str:
        draw = self._random
        if kind == "name":
            return cast[piece]
        if kind == "number":
            first = True
            digits = []
            for sign in piece:
                digits.append(str(draw.randint(1 if first else 0, 9)) if sign.isdigit() else sign)
                first = first and not sign.isdigit()
            return "".join(digits)
        choices = {"word": _WORDS, "day": _DAYS, "month": _MONTHS}.get(kind)
        return draw.choice(choices) if choices else piece


def _moved(place: int, moves: Sequence[tuple[int, int]]) -> int:
    """Where a place of the sample's text lies in the new one; places within a slot count from its beginning."""
    before = max((move for move in moves if move[0] <= place), key=lambda move: move[0])
    return before[1] + place - before[0]
