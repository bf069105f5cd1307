"""What stands behind the numbers of a report: articles and sentences named shortly (A1.12 is the twelfth sentence of
the first outlet's first article), and for each number the list of its sentences, to which the number is a link."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape

import pandas as pd

from framing import reading
from framing.compare import Comparison
from framing.labels import BALANCE
from framing.plain import count
from framing.schema import View
from framing.tally import VOICE, Row

Place = tuple[str, int]
"""Article id and number of the sentence; 0 is the headline."""


@dataclass(frozen=True)
class Told:
    """A sentence behind a number: its place, what is said of it, and stretches (start, end, what) to underline."""

    place: Place
    said: str = ""
    spans: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """The sentences behind one number; `brief` ones are listed by name alone, their texts stand elsewhere already."""

    anchor: str
    title: str
    rows: tuple[Told, ...]
    brief: bool = False


class Places:
    """Short names of an event's articles and sentences, in the order of outlets, days and ids."""

    def __init__(self, comparison: Comparison) -> None:
        rows = comparison.articles
        keyed = rows.assign(place=rows["outlet"].str.casefold(), day=pd.to_datetime(rows["published"]))
        ordered = keyed.sort_values(["place", "day", "article_id"], kind="stable", na_position="last")
        self.articles: Sequence[Row] = ordered.drop(columns=["place", "day"]).to_dict("records")
        letters = {outlet: _letters(i) for i, outlet in enumerate(comparison.outlets)}
        self._names: dict[str, str] = {}
        number: dict[str, int] = {}
        for row in self.articles:
            outlet = str(row["outlet"])
            number[outlet] = number.get(outlet, 0) + 1
            self._names[str(row["article_id"])] = f"{letters[outlet]}{number[outlet]}"

    def article(self, article_id: str) -> str:
        """`A1`."""
        return self._names[article_id]

    def name(self, place: Place) -> str:
        """`A1.12`; `A1 headline`."""
        return f"{self.article(place[0])}.{place[1]}" if place[1] else f"{self.article(place[0])} headline"

    def anchor(self, place: Place) -> str:
        """The sentence's id in the report."""
        return f"{self.article(place[0])}-{place[1]}"

    def link(self, place: Place) -> str:
        """A link to the sentence, by its short name."""
        return f'<a href="#{self.anchor(place)}">{self.name(place)}</a>'


def _letters(i: int) -> str:
    """A to Z, then AA, AB …; as a spreadsheet's columns."""
    text = ""
    i += 1
    while i:
        i, rest = divmod(i - 1, 26)
        text = chr(65 + rest) + text
    return text


@dataclass
class Evidence:
    """The lists behind a report's numbers, in the order in which the numbers come."""

    places: Places
    sentences: Mapping[Place, Row]
    with_text: bool
    entries: dict[Hashable, Entry] = field(default_factory=dict)

    def add(
        self, key: Hashable, title: str, rows: Iterable[Told] | Callable[[], Iterable[Told]], brief: bool = False
    ) -> str:
        """The anchor of a number's list, made once for each key; empty where no sentence stands behind it."""
        if key not in self.entries:
            told = tuple(rows() if callable(rows) else rows)
            self.entries[key] = Entry(f"n{len(self.entries) + 1}", title, told, brief)
        entry = self.entries[key]
        return entry.anchor if entry.rows else ""

    def text(self, place: Place) -> str:
        """The sentence's own words; empty in a report without text."""
        return str(self.sentences[place]["text"]) if self.with_text else ""

    def html(self) -> str:
        """All lists, one after the other."""
        return "".join(self._entry(entry) for entry in self.entries.values() if entry.rows)

    def said_of(self, heads: Collection[str]) -> dict[Place, list[str]]:
        """For each sentence the labels of these heads that it has been given, as far as the report counts them."""
        found: dict[Place, list[str]] = {}
        for key, entry in self.entries.items():
            if isinstance(key, tuple) and key[0] in heads and key[1] != BALANCE:
                for row in entry.rows:
                    found.setdefault(row.place, []).append(entry.title.split(" (", maxsplit=1)[0])
        return found

    def _entry(self, entry: Entry) -> str:
        n = len({row.place for row in entry.rows})
        shown = self.with_text and not entry.brief
        items = "".join(self._item(row, shown) for row in entry.rows)
        kind = "e" if shown else "e brief"
        title = f"{escape(entry.title)} · {count(n, 'sentence')}"
        return f'<section class="{kind}" id="{entry.anchor}"><h3>{title}</h3><ul>{items}</ul></section>'

    def _item(self, row: Told, shown: bool) -> str:
        link = self.places.link(row.place)
        if not shown:
            return f"<li>{link}</li>"
        sentence = self.sentences[row.place]
        voice = reading.voice_words(sentence["voice"], sentence["speaker"]) if row.place[1] else ""
        facts = "; ".join(part for part in (row.said, voice if voice != "own words" else "") if part)
        told = f" <small>{escape(facts)}</small>" if facts else ""
        return f'<li>{link}<span class="t"> {reading.tagged_html(str(sentence["text"]), row.spans)}{told}</span></li>'


def number_link(anchor: str, text: str, says: str = "") -> str:
    """A number as a link to its sentences; as it stands where there is none. `says` is what a screen reader tells."""
    label = f' aria-label="{escape(says)}"' if says else ""
    return f'<a class="n" href="#{anchor}"{label}>{escape(text)}</a>' if anchor else escape(text)


_NARROW = ("article_id", "outlet", "index", "start", "end", "voice", "speaker", "surface", "actor")


@dataclass(frozen=True)
class Content:
    """What every section of a report needs: the comparison, whose words count, names of sentences, and the lists."""

    comparison: Comparison
    view: View
    places: Places
    evidence: Evidence
    _found: dict[tuple[str, str, str], pd.DataFrame] = field(default_factory=dict)

    def behind(self, outlet: str, head: str, label: str, actor: str = "") -> pd.DataFrame:
        """`Comparison.behind` in the report's view (voices have one), without the text. Made once for all actors and
        with this head's columns alone: a report asks for some 300 numbers, and the sentences are 45 columns wide."""
        key = (outlet, head, label)
        if key not in self._found:
            view: View = "both" if head == VOICE.name else self.view
            self._found[key] = self._narrow(outlet, head).behind(outlet, head, label, view)
        rows = self._found[key]
        return rows[rows["actor"] == actor] if actor else rows

    def _narrow(self, outlet: str, head: str) -> Comparison:
        whole = self.comparison
        info = whole.voice if head == VOICE.name else whole.heads[head]
        wanted = {*_NARROW, *info.columns}
        sentences, mentions = (
            rows.loc[rows["outlet"] == outlet, [name for name in rows.columns if name in wanted]]
            for rows in (whole.sentences, whole.mentions)
        )
        return replace(whole, sentences=sentences, mentions=mentions)

    @classmethod
    def of(cls, comparison: Comparison, view: View, with_text: bool) -> Content:
        """The content of a comparison's report, its lists still empty."""
        rows = comparison.every_sentence.to_dict("records")
        sentences = {(str(row["article_id"]), int(row["index"])): row for row in rows}
        places = Places(comparison)
        return cls(comparison, view, places, Evidence(places, sentences, with_text))

    @cached_property
    def left_out(self) -> frozenset[Place]:
        """Copied sentences that do not count."""
        rows = self.comparison.left_out
        return frozenset() if rows is None else frozenset(zip(rows["article_id"], map(int, rows["index"]), strict=True))

    @property
    def with_text(self) -> bool:
        """Whether the report holds the articles' own words."""
        return self.evidence.with_text

    @property
    def outlets(self) -> list[str]:
        """The outlets in order."""
        return self.comparison.outlets


Spans = Sequence[tuple[int, int, str]]


def told(rows: pd.DataFrame, said: Sequence[str] = (), spans: Sequence[Spans] = ()) -> list[Told]:
    """Rows with article_id and index, in their order, as sentences behind a number: each once, with what is `said` of
    it first and all its `spans`."""
    words, marked = said or [""] * len(rows), spans or [()] * len(rows)
    found: dict[Place, Told] = {}
    for article, index, text, stretches in zip(rows["article_id"], rows["index"], words, marked, strict=True):
        place = (str(article), int(index))
        before = found.get(place, Told(place, text))
        found[place] = Told(place, before.said, (*before.spans, *stretches))
    return list(found.values())
