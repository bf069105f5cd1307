"""Who a speaker is over all articles of an event: name, type, side, and whether the text names them at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from framing.actor_names import name_span
from framing.actors import find_in_sentence
from framing.harm_words import word_set
from framing.phrases import AUXILIARIES, Tokens
from framing.speakers import PRONOUNS
from framing.speech_words import CALLED, SAY, SAY_THAT, SPEECH_ACT, TAIL, any_of

SourceType = Literal["state", "official", "person", "organisation", "community", "document", "unnamed", "unknown"]
TYPES: tuple[SourceType, ...] = (
    "state", "official", "person", "organisation", "community", "document", "unnamed", "unknown",
)  # fmt: skip
"""A state and its bodies; a person whose office the text tells; other persons; organisations; peoples; papers and
figures; people whom the text does not name ("officials", "a woman"); words whose speaker the rules did not find."""

_BODY = any_of(r"""
    ministry, ministries, government, treasury, army, military, navy, police, court, parliament, cabinet, authority,
    company, companies, union, unions, bank, banks, board, association, agency, council, party, commission, committee,
    federation, firm, firms, group, hospital, university, court, club, church, airline, operator, operators, chamber,
    office,
    embassy, mission, department, administration, force, regulator, watchdog, newspaper, broadcaster, charity
""")
_BODIES = re.compile(rf"(?:{_BODY})$", re.IGNORECASE)
_STATELY = re.compile(
    r"(?:ministr(?:y|ies)|government|treasury|army|military|navy|police|embassy|parliament|cabinet)$", re.IGNORECASE
)

Row = Mapping[Hashable, Any]
Place = tuple[str, int]

_OFFICIAL = any_of(r"""
    officials?, prosecutors?, authorities, diplomats?, ministers?, aides?, generals?, soldiers?, officers?, commanders?,
    leaders?, lawmakers?, judges?, investigators?, negotiators?, ambassadors?, guards?, troops
""")
_OFFICIALS = re.compile(rf"(?:{_OFFICIAL})$", re.IGNORECASE)
_SPOKES = re.compile(r"^(?:.* )?spokes\w+$", re.IGNORECASE)
_DOCUMENT = any_of(r"""
    data, figures?, minutes, stud(?:y|ies), papers?, review, documents?, e-?mails?, notes?, calculations?, surveys?,
    polls?,
    reports?, inquiry, letters?, memos?, statements?, estimates?, analys[ie]s, audit, complaint, lawsuit, indictment,
    filing,
    records?, findings, recordings?, footage, website
""")
_DOCUMENTS = re.compile(rf"(?:{_DOCUMENT})$", re.IGNORECASE)
_AFTER_HEAD = re.compile(
    r",? (?:of|for|from|in|at|with|by|who|on|to|near|close|living|seen|reached|across|inside|outside|into)\b.*$"
)
_PRESS = re.compile(r"\b(?:correspondent|reporter|journalist|editor|columnist|producer)s?\b", re.IGNORECASE)
_QUANTITY = re.compile(
    r"^(?:two|three|four|five|some|several|many|most|both|other|another|one) (?:of (?:the |its )?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Source:
    """A speaker: `name` over the event, type, `side` (a state, or empty), whether the text names them."""

    name: str
    type: SourceType
    side: str = ""

    @property
    def named(self) -> bool:
        """Whether the reader learns who it is."""
        return self.type not in ("unnamed", "unknown")


UNKNOWN = Source("(speaker not found)", "unknown")


class Names:
    """Resolves the speakers of one event by its mentions, frame as of `merge_event`, and the sentences they stand
    in."""

    def __init__(self, sentences: pd.DataFrame, mentions: pd.DataFrame) -> None:
        self._texts = dict(
            zip(zip(sentences["article_id"], sentences["index"], strict=True), sentences["text"], strict=True)
        )
        self._at: dict[Place, list[Row]] = {}
        self._known: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
        self._sides: dict[str, Counter[str]] = {}
        self._offices: set[str] = set()
        for row in mentions.to_dict("records"):
            self._add(row)

    def _add(self, row: Row) -> None:
        place, actor, kind = (row["article_id"], row["index"]), str(row["actor"]), str(row["type"])
        self._at.setdefault(place, []).append(row)
        for article in (row["article_id"], ""):
            for word in {str(row["canonical"]).lower(), str(row["surface"]).lower()}:
                self._known.setdefault((article, word), Counter())[actor, kind] += 1
        if kind == "person" and place in self._texts:
            name = name_span(str(self._texts[place]), int(row["start"]), int(row["end"]))
            if name.state:
                self._sides.setdefault(actor, Counter())[name.state] += 1
            if name.office and name.office not in ("mr", "mrs", "ms", "dr", "miss", "sir", "professor", "prof"):
                self._offices.add(actor)

    def source(self, article_id: str, index: int, speaker: str | None) -> Source:
        """Whose words a sentence gives, for a `speaker` as the corpus stores it."""
        if not isinstance(speaker, str) or not speaker.strip() or speaker.lower() in ("and", "or", "but", "it", "them"):
            return UNKNOWN
        head = _head(speaker)
        if _SPOKES.match(head):
            body = self._inside(article_id, index, speaker) or self._body(speaker)
            return self._of(body) if body else Source(head.lower(), "unnamed")
        if _DOCUMENTS.search(head) and not head[:1].isupper():
            return Source(_QUANTITY.sub("", speaker), "document")
        found = self._mention(article_id, index, speaker, head)
        if found is None or found[0].islower():
            found = self._earlier(article_id, index, head) or found
        if _BODIES.search(head) and (found is None or found[0].islower()):
            return Source(_lowered(head), "state" if _STATELY.search(head) else "organisation")
        if self._generic(head, found):
            side = self._state(article_id, index, speaker) if _OFFICIALS.search(head) else ""
            return Source(_plain(speaker, side, head), "unnamed", side)
        return self._of(found) if found else self._unlisted(speaker)

    def only_person(self, article_id: str, index: int) -> Source | None:
        """The one person that a sentence names; None for none or several."""
        rows = self._at.get((article_id, index), [])
        found = {
            (str(row["actor"]), "person") for row in rows if row["type"] == "person" and str(row["actor"])[:1].isupper()
        }
        return self._of(found.pop()) if len(found) == 1 else None

    def _of(self, actor: tuple[str, str]) -> Source:
        name, kind = actor
        if kind == "state":
            return Source(name, "state", name if name[:1].isupper() else "")
        if kind == "person":
            side = next(iter(self._sides.get(name, Counter()).most_common(1)), ("", 0))[0]
            return Source(name, "official" if side or name in self._offices else "person", side)
        return Source(name, "organisation" if kind == "organisation" else "community")

    def _mention(self, article_id: str, index: int, speaker: str, head: str) -> tuple[str, str] | None:
        """The actor that the speaker's name is: by the mention at its last word, else by what the article calls so."""
        text = str(self._texts.get((article_id, index), ""))
        last = head.rsplit(maxsplit=1)[-1]
        for row in self._at.get((article_id, index), []):
            surface = text[int(row["start"]) : int(row["end"])]
            if surface.endswith(last) and (speaker in surface or surface in speaker or head in surface):
                return str(row["actor"]), str(row["type"])
        for article in (article_id, ""):
            found = self._known.get((article, speaker.lower()))
            if found and len({actor for actor, _ in found}) == 1:
                return found.most_common(1)[0][0]
        return None

    def _earlier(self, article_id: str, index: int, head: str) -> tuple[str, str] | None:
        """The body that "the ministry" stands for: the last one before it in the article whose name ends so."""
        last = head.rsplit(maxsplit=1)[-1].lower()
        if not _BODIES.match(last):
            return None
        for i in range(index, 0, -1):
            for row in reversed(self._at.get((article_id, i), [])):
                if str(row["surface"]).lower().endswith(last) and str(row["actor"])[:1].isupper():
                    return str(row["actor"]), str(row["type"])
        return None

    def _inside(self, article_id: str, index: int, speaker: str) -> tuple[str, str] | None:
        """The state or body named within a longer speaker: "spokeswoman for the Armenian defence ministry"."""
        text = str(self._texts.get((article_id, index), ""))
        at = text.find(speaker)
        if at < 0:
            return None
        near = range(max(0, at - 40), at + len(speaker))
        rows = [r for r in self._at.get((article_id, index), []) if int(r["start"]) in near and r["type"] != "person"]
        within = [r for r in rows if int(r["start"]) >= at] or [
            r for r in rows if text[int(r["end"]) : at].strip(" ’'s") == ""
        ]
        return (str(within[-1]["actor"]), str(within[-1]["type"])) if within else None

    def _body(self, speaker: str) -> tuple[str, str] | None:
        found = [m for m in find_in_sentence(f"The {speaker} spoke.") if m.type != "person"]
        return (found[-1].canonical, found[-1].type) if found else None

    def _state(self, article_id: str, index: int, speaker: str) -> str:
        """The state that unnamed officials belong to: "Azerbaijani officials", "prosecutors in Baku"."""
        body = self._inside(article_id, index, speaker) or self._body(speaker)
        return body[0] if body and body[1] == "state" and body[0][:1].isupper() else ""

    def _generic(self, head: str, found: tuple[str, str] | None) -> bool:
        """Whether a speaker is told by a common noun for people alone."""
        if found and found[1] == "person" and found[0][:1].isupper():
            return False
        last = head.rsplit(maxsplit=1)[-1]
        if found is None and _QUANTITY.match(head):
            return True
        if _OFFICIALS.search(last) or (found is None and last.islower()):
            return True
        return bool(found and found[1] == "community" and last.islower()) or (
            len(head.split()) == 1 and bool(_PLURAL.match(last))
        )

    def _unlisted(self, speaker: str) -> Source:
        found = [m for m in find_in_sentence(f"“Yes,” said {speaker}.") if m.surface in speaker]
        if not found:
            return Source(speaker, "person")
        known = self._known.get(("", found[0].canonical.lower()))
        return self._of(known.most_common(1)[0][0] if known else (found[0].canonical, found[0].type))


_INNER = re.compile(r" [A-Z]|^(?:[A-Z]\w+) (?:health|water|city|county|border|news)\b")
_LONGEST = 9
_PLURAL = re.compile(
    r"(?:Residents|Officials|Analysts|Economists|Workers|Farmers|Opponents|Supporters|Critics|Experts|Witnesses|Doctors|"
    r"Observers|Campaigners|Activists|Lawyers|Neighbours|Neighbors|Locals|Students|Parents|Leaders|People|Prosecutors)$"
)


_TELLING = word_set(
    "|".join((SAY, SAY_THAT, TAIL, SPEECH_ACT, CALLED)).replace("?", "").replace("|", ", ")
    + """, concede, concedes, conceded, criticised, criticized, welcomed, rejected, ruled, reckons, believe, believes,
    estimates, ordered, rated, defended, acknowledged, announced, accepts, accepted, praised"""
)


def teller(text: str) -> str | None:
    """The subject of the first verb of saying in a sentence whose speaker no stricter rule found; None for a
    pronoun."""
    tokens = Tokens(text)
    for i, token in enumerate(tokens.all):
        if i and token.low in _TELLING and not token.text[0].isupper():
            group = i
            while tokens.low(group - 1) in AUXILIARIES or tokens.adverb(group - 1):
                group -= 1
            words = tokens.words(tokens.subject(group))
            if words[:1].isalpha() and words.lower() not in PRONOUNS and len(words.split()) <= _LONGEST:
                return words
    return None


def own_reporter(speaker: object, outlet: str) -> bool:
    """Whether a speaker is the outlet's own correspondent, whose words are the outlet's."""
    bare = outlet.removeprefix("The ").removesuffix(".com").casefold()
    return isinstance(speaker, str) and bare in speaker.casefold() and _PRESS.search(speaker) is not None


def _head(speaker: str) -> str:
    """A speaker up to what is said of them: "residents" of "residents of the old town"."""
    return _AFTER_HEAD.sub("", speaker).strip(" ,.") or speaker


def _plain(speaker: str, side: str, head: str) -> str:
    """One name for unnamed people: officials of one state are one source, "Two residents" are residents."""
    last = head.rsplit(maxsplit=1)[-1].lower()
    if side:
        return f"{last} of {side}"
    return _lowered(_QUANTITY.sub("", head))


def _lowered(words: str) -> str:
    """A common noun without the capital of its sentence's start; names keep theirs."""
    first = words.split(maxsplit=1)[0]
    return (
        words
        if first[1:2].isupper() or first.endswith(("’s", "'s")) or _INNER.search(words)
        else words[:1].lower() + words[1:]
    )
