"""Whom the outlets of an event quote: every speaker's share of an outlet's words, and how the outlets differ in it.

Words are those of body sentences, headlines left out. Which words are a speaker's is `spoken`'s rule, who the speaker
is
`source_names`'. How much one outlet leans on one source is shown, never turned into a score of bias.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.cells import cells, pairs, records
from framing.compare import Comparison
from framing.contrasts import outlet_differences, outlet_shares, sum_by_article
from framing.errors import InputError
from framing.plain import count, listed, not_detected, percent
from framing.schema import Span
from framing.source_names import UNKNOWN, Names, Source, own_reporter, teller
from framing.spoken import spoken, words_in
from framing.tally import Row
from framing.uncertainty import MIN_ARTICLES, ArticleSums
from framing.voice_features import read_sentence

OTHERS = "others"
"""The measure of all words that are not the outlet's own."""
MEASURES: dict[str, str] = {
    OTHERS: "words that are not its own",
    "state": "words of states and their bodies",
    "official": "words of named officials",
    "person": "words of other named persons",
    "organisation": "words of organisations",
    "community": "words of peoples",
    "document": "words of papers and figures",
    "unnamed": "words of people it does not name",
    "unknown": "quoted words whose speaker was not found",
}
TYPES: dict[str, str] = {
    "state": "state or its body",
    "official": "official",
    "person": "person",
    "organisation": "organisation",
    "community": "people",
    "document": "paper or figures",
    "unnamed": "not named",
    "unknown": "not found",
}
"""Kinds of speakers in a word or two."""
_TOP = 3


@dataclass(frozen=True)
class Sources:
    """Whom an event's outlets quote.

    `sources`: one row an outlet and speaker (`outlet, source, source_type, side, named, share, words, n_sentences,
    n_articles`), the most quoted first. `shares`: `outlet, measure, value, low, high, n, n_articles`, n being words.
    `differences`: as `contrasts.outlet_differences`, by measure. `sentences`: body sentences with `words, spoken,
    source,
    source_type, side, named`."""

    sources: pd.DataFrame
    shares: pd.DataFrame
    differences: pd.DataFrame
    sentences: pd.DataFrame
    notes: tuple[str, ...]

    def behind(self, outlet: str, source: str | None = None) -> pd.DataFrame:
        """The sentences with words of one speaker, or of anybody, in an outlet, in reading order. Raises InputError for
        a speaker whom it does not quote."""
        rows = self.sentences[(self.sentences["outlet"] == outlet) & (self.sentences["spoken"] > 0)]
        if source is None:
            return rows
        found = rows[rows["source"] == source]
        if found.empty:
            known = ", ".join(self.sources.loc[self.sources["outlet"] == outlet, "source"].head(20))
            raise InputError(f"{outlet} quotes no {source!r}. It quotes: {known or 'nobody'}.")
        return found

    @property
    def findings(self) -> list[str]:
        """What the figures say, in plain sentences: each outlet's, then the differences that hold."""
        said = [text for outlet in self.shares["outlet"].unique() if (text := self._portrait(outlet))]
        held = (
            self.differences[self.differences["detected"].astype(bool)] if len(self.differences) else self.differences
        )
        said += [_difference(row) for row in records(held)]
        tested = int(self.differences["p"].notna().sum())
        return said + not_detected(tested, len(held), " of whom they quote")

    def _portrait(self, outlet: str) -> str:
        own = self.shares[self.shares["outlet"] == outlet].set_index("measure")
        words, others, nobody = int(own["n"][OTHERS]), float(own["value"][OTHERS]), float(own["value"]["unnamed"])
        if not words:
            return ""
        if not others:
            return f"{outlet} quotes nobody: all its {words:,} words on this event are its own."
        rows = self.sources[(self.sources["outlet"] == outlet) & self.sources["named"]]
        top = [f"{r['source']} ({_percent(r['share'])})" for r in records(rows.head(_TOP))]
        low, high = float(own["low"][OTHERS]), float(own["high"][OTHERS])
        spread = "" if pd.isna(low) else f" (95% interval {100 * low:.0f}–{100 * high:.0f})"
        said = f"{outlet} gives {_percent(others)}{spread} of its {words:,} words on this event to others"
        said += f", most to {listed(top)}" if len(top) > 1 else f", {top[0]} among them" if top else ""
        return f"{said}; {_percent(nobody)} go to people it does not name." if nobody else f"{said}."


def find_sources(comparison: Comparison) -> Sources:
    """Whom the outlets of a comparison quote. Raises InputError where no sentence has a voice yet."""
    rows = attributed(comparison.sentences, comparison.mentions)
    if rows.empty or not rows["voice"].notna().any():
        raise InputError("Whose words the sentences are is not scored yet. Run:  framing score")
    ids = list(comparison.articles["article_id"])
    outlet_of = comparison.articles["outlet"].reset_index(drop=True)
    hits = np.stack([rows["spoken"].where(_is(rows, name), 0).to_numpy(np.float64) for name in MEASURES], axis=1)
    # Words of one sentence are no independent draws: in units of mean sentences, so that no interval claims they were.
    unit = max(float(rows["words"].mean()), 1.0)
    words = rows["words"].to_numpy(np.float64)[:, None] / unit

    def summed(columns: list[int]) -> tuple[pd.DataFrame, ArticleSums]:
        keys = pd.DataFrame({"measure": [list(MEASURES)[i] for i in columns]})
        part = hits[:, columns] / unit
        return keys, sum_by_article(rows["article_id"], part, np.broadcast_to(words, part.shape), ids)

    shares = outlet_shares(*summed(list(range(len(MEASURES)))), outlet_of)
    # What nobody here quotes is not compared, and costs the other comparisons nothing.
    differences = outlet_differences(*summed([i for i in range(len(MEASURES)) if hits[:, i].any()]), outlet_of)
    for frame, columns in ((shares, ["n"]), (differences, ["n_a", "n_b"])):
        frame[columns] = (frame[columns].astype(float) * unit).round().astype(int)
    return Sources(_by_source(rows), shares, differences, rows, _notes(comparison, rows))


def attributed(sentences: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Body sentences with `words`, `spoken` (of these somebody else's), `source`, `source_type`, `side`, `named`; the
    last four are empty where no word is somebody else's. `mentions` as of `merge_event`."""
    rows = sentences[sentences["index"] > 0].reset_index(drop=True)
    voices = pairs(rows, "speaker", "outlet", "voice")
    voice = ["own" if own_reporter(speaker, outlet) else stored for speaker, outlet, stored in voices]
    texts, quotes = cells(rows["text"]), cells(rows["quotes"])
    stretches = [spoken(*parts) for parts in zip(texts, quotes, voice, strict=True)]
    rows = rows.assign(
        words=[words_in(text, [(0, len(text))]) for text in texts],
        spoken=[words_in(text, part) for text, part in zip(texts, stretches, strict=True)],
    )
    others = (rows["spoken"] > 0).to_numpy()
    names = Names(sentences, mentions)
    said = records(rows, ("speaker", "text", "voice"))
    speakers = [_speaker(row) if other else None for other, row in zip(others, said, strict=True)]
    at = zip(pairs(rows, "article_id", "index"), speakers, others, strict=True)
    named = _carried(rows, [names.source(a, int(i), s) if other else None for (a, i), s, other in at], names)
    return rows.assign(
        source=[s.name if s else "" for s in named],
        source_type=[s.type if s else "" for s in named],
        side=[s.side if s else "" for s in named],
        named=[bool(s and s.named) for s in named],
    )


def _speaker(row: Row) -> str | None:
    if isinstance(row["speaker"], str):
        return str(row["speaker"])
    return teller(str(row["text"])) if row["voice"] in ("reported", "mixed") else None


def _carried(rows: pd.DataFrame, named: list[Source | None], names: Names) -> list[Source | None]:
    """The same, where "he said" or a quotation that goes on has no speaker of its own: that of the sentence before it,
    if
    number and kind fit the pronoun, or the one person named there."""
    places = pairs(rows, "article_id", "index")
    for i in range(1, len(named)):
        before, now = named[i - 1], named[i]
        follows = places[i - 1] == (places[i][0], places[i][1] - 1)
        if now is None or now.type != UNKNOWN.type or not follows:
            continue
        reading = read_sentence(rows["text"][i], [Span(int(a), int(b)) for a, b in rows["quotes"][i]])
        pronouns = {found.speaker for found in reading.found}
        goes_on = not reading.found and rows["voice"][i] == "quoted" and rows["voice"][i - 1] in ("quoted", "mixed")
        if before is not None and before.type != UNKNOWN.type:
            if goes_on or any(_fits(str(pronoun), before) for pronoun in pronouns):
                named[i] = before
        elif pronouns & {"he", "she"} and (person := names.only_person(*places[i - 1])):
            named[i] = person
    return named


def _fits(pronoun: str, source: Source) -> bool:
    plural = source.type == "unnamed" and source.name.split(" of ")[0].endswith(("s", "people"))
    if pronoun in ("he", "she"):
        return source.type in ("person", "official") or (source.type == "unnamed" and not plural)
    if pronoun == "they":
        return plural or source.type in ("organisation", "community")
    return pronoun == "it" and source.type in ("state", "organisation")


def _is(rows: pd.DataFrame, measure: str) -> pd.Series:
    return rows["spoken"] > 0 if measure == OTHERS else rows["source_type"] == measure


def _by_source(rows: pd.DataFrame) -> pd.DataFrame:
    columns = ["outlet", "source", "source_type", "side", "named", "share", "words", "n_sentences", "n_articles"]
    others = rows[rows["spoken"] > 0]
    if others.empty:
        return pd.DataFrame(columns=columns)
    # One speaker has one type and side over the event: the commonest.
    usual = others.groupby("source", sort=False)[["source_type", "side", "named"]].agg(_commonest)
    found = (
        others.groupby(["outlet", "source"], sort=False)
        .agg(words=("spoken", "sum"), n_sentences=("index", "size"), n_articles=("article_id", "nunique"))
        .reset_index()
        .merge(usual.reset_index(), on="source")
    )
    total = rows.groupby("outlet")["words"].sum()
    found["share"] = found["words"] / found["outlet"].map(total)
    found["shown"] = found["outlet"].str.casefold()
    return found.sort_values(["shown", "words", "source"], ascending=[True, False, True])[columns].reset_index(
        drop=True
    )


def _commonest(values: pd.Series) -> object:
    """The first of the commonest values, as they are sorted."""
    counted = Counter(cells(values))
    most = max(counted.values())
    return min(value for value, n in counted.items() if n == most)


def _difference(row: Row) -> str:
    low, high = sorted(abs(float(row[end])) for end in ("low", "high"))
    a, b = row["outlet_a"], row["outlet_b"]
    more, less = (a, b) if row["difference"] > 0 else (b, a)
    what = MEASURES[str(row["measure"])]
    return f"{more} has {100 * low:.0f} to {100 * high:.0f} points more {what} than {less}."


def _notes(comparison: Comparison, rows: pd.DataFrame) -> tuple[str, ...]:
    said: list[str] = []
    outlets = comparison.outlets
    articles = comparison.articles["outlet"].value_counts()
    if len(outlets) == 1:
        said.append(f"Only {outlets[0]} reports on this event: there is no other outlet to compare it with.")
    if not (rows["spoken"] > 0).any():
        said.append(f"Nobody is quoted or reported in these {count(len(rows), 'sentence')}.")
    few = [outlet for outlet in outlets if articles[outlet] < MIN_ARTICLES]
    if few:
        said.append(
            f"{listed(few)}: fewer than {MIN_ARTICLES} articles, so no interval; the figures describe these texts, not "
            f"the {'outlet' if len(few) == 1 else 'outlets'}."
        )
    lost = rows[rows["source_type"] == UNKNOWN.type]
    if len(lost):
        share = lost["spoken"].sum() / max(rows["spoken"].sum(), 1)
        said.append(
            f"For {_percent(share)} of the words of others the rules found no speaker ({count(len(lost), 'sentence')})."
        )
    if silent := int(rows["voice"].isna().sum()):
        said.append(f"{count(silent, 'sentence')} of unknown voice: their words count as the outlet's own.")
    return tuple(said)


def _percent(share: float) -> str:
    return "less than 1%" if 0 < share < 0.005 else percent(share)
