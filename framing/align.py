"""Aligned reading of one event: what two outlets both tell, what one alone tells, and what they tell differently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components

from framing.actors import merge_event
from framing.alignment_pairs import Floats, Ints, Pairs, Units, candidates
from framing.alignment_score import AGAIN, ENOUGH, MOST_READ, Reader, likelihood, unread
from framing.alignment_words import read
from framing.cells import pairs as cell_pairs
from framing.cells import records
from framing.copies import Copies, find_copies
from framing.corpus import Corpus
from framing.errors import InputError
from framing.likeness import unit_vectors
from framing.plain import count
from framing.retelling import CLAIMED, Telling, differences
from framing.tally import Row
from framing.together import fact_logits

PAIR_COLUMNS = [
    "event_id",
    "outlet_a",
    "outlet_b",
    "article_a",
    "index_a",
    "article_b",
    "index_b",
    "text_a",
    "text_b",
    "similarity",
    "kind",
    "reasons",
    "spans_a",
    "spans_b",
    "copied",
    "fact",
]


@dataclass(frozen=True)
class Alignment:
    """One event's sentences side by side.

    `pairs`: PAIR_COLUMNS, one row a pair; `similarity` 0–1, `kind` both or differently, `reasons` a list of REASONS,
    `spans_a`, `spans_b` lists of (start, end, reason) in the sentence. `only`: event_id, outlet, article_id, index,
    text, of sentences that no other outlet tells. `facts`: fact, outlet, article_id, index, headline, one row a
    sentence that tells the fact; `sentences` those compared (of an outlet's copies the first); `notes` what a reader
    must know first."""

    event_id: str
    event: str
    outlets: tuple[str, ...]
    pairs: pd.DataFrame
    only: pd.DataFrame
    facts: pd.DataFrame
    sentences: pd.DataFrame
    copies: Copies
    notes: tuple[str, ...]

    @property
    def summary(self) -> tuple[str, ...]:
        """One plain sentence a pair of outlets, headlines counted apart."""
        return tuple(_summary(self, a, b) for a, b in combinations(self.outlets, 2))

    def between(self, a: str, b: str) -> pd.DataFrame:
        """The pairs of two outlets, in the order of the first one's text."""
        return self.pairs[(self.pairs["outlet_a"] == a) & (self.pairs["outlet_b"] == b)]

    def only_in(self, outlet: str, other: str) -> pd.DataFrame:
        """An outlet's body sentences whose fact the other does not tell: article_id, index, text."""
        told = self.facts[self.facts["fact"].isin(self.facts.loc[self.facts["outlet"] == other, "fact"])]
        mine = self.sentences[(self.sentences["outlet"] == outlet) & (self.sentences["index"] > 0)]
        again = self.copies.sentences[self.copies.sentences["outlet"] == other]
        return _less(_less(mine, told), _origins(again))[["article_id", "index", "text"]]

    @property
    def table(self) -> pd.DataFrame:
        """One row a fact that several outlets tell: fact, headline, outlets (list), n_outlets, text of its first
        sentence."""
        text = self.sentences.set_index(["article_id", "index"])["text"]
        rows = [
            (fact, bool(group["headline"].iloc[0]), sorted(set(group["outlet"]), key=str.casefold),
             text[group["article_id"].iloc[0], group["index"].iloc[0]])
            for fact, group in self.facts.groupby("fact", sort=True)
        ]  # fmt: skip
        found = pd.DataFrame(rows, columns=["fact", "headline", "outlets", "text"])
        return found.assign(n_outlets=found["outlets"].map(len))


def align(corpus: Corpus, event: str, outlets: Sequence[str] = (), once: bool = False) -> Alignment:
    """The alignment of one event, by its id or name; of these outlets alone if given; with `once`, copied sentences
    count where they came first. Raises InputError for an unknown event or outlet, or where one outlet is left."""
    event_id = corpus.find_event(event)
    columns = ["article_id", "outlet", "published", "event", "event_id"]
    return align_frames(
        corpus.sentences(event_id, ["article_id", "outlet", "index", "text", "quotes", "voice", "speaker"]),
        merge_event(corpus.mentions(event_id, ["article_id", "index", "start", "end", "canonical", "type"])),
        corpus.articles(event_id, columns),
        outlets,
        once,
    )


def align_frames(
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    articles: pd.DataFrame,
    outlets: Sequence[str] = (),
    once: bool = False,
) -> Alignment:
    """The alignment of the articles given, all of one event; frames as `Corpus` gives them, `mentions` with the column
    `actor`. Raises InputError for an outlet that is not there, or where fewer than two are left."""
    chosen = _outlets(articles, outlets)
    articles = articles[articles["outlet"].isin(chosen)]
    sentences = sentences[sentences["outlet"].isin(chosen)]
    copies = find_copies(sentences, articles)
    shown = copies.without(sentences) if once else sentences
    shown = _in_order(shown, articles)
    units = _without_repeats(shown, copies).reset_index(drop=True)
    pairs = _candidates(units)
    score = likelihood(pairs, _together(pairs, list(units["text"])))
    told = _chosen(pairs, score, units)
    again = _repeated(pairs, score, units)
    fact_of = _facts(len(units), pairs, np.concatenate([told, again]))
    event_id, event = (str(articles[name].iloc[0]) if name in articles else "" for name in ("event_id", "event"))
    table = _pair_table(units, mentions, pairs, score, told, fact_of, event_id)
    facts = _fact_table(units, table, fact_of)
    copied = copies.sentences[copies.sentences["outlet"] != copies.sentences["origin_outlet"]]
    # Left out or not, a copy tells the fact: its origin is not what one outlet alone tells.
    only = _less(_less(units[units["index"] > 0], facts), _origins(copied))[["outlet", "article_id", "index", "text"]]
    return Alignment(
        event_id,
        event,
        tuple(chosen),
        table,
        only.assign(event_id=event_id)[["event_id", *only.columns]].reset_index(drop=True),
        facts,
        units,
        copies,
        _notes(shown, chosen, copies, once, unread(pairs)),
    )


SUGGESTED = (
    "Pairs are suggestions, found by shared words, figures and meaning: on three events not tuned on, about four in "
    "five told the same fact, and two thirds of the shared facts were found. Read both sentences; “only” means no "
    "counterpart found."
)
"""By benchmarks/alignment.py, model-made gold: precision 0.70, read blind 0.81 (n 118 pairs), recall 0.69 (n 113). On
twenty invented events in reports like those that trained the encoders: precision 0.89 (n 529)."""


def _outlets(articles: pd.DataFrame, asked: Sequence[str]) -> list[str]:
    there = sorted(set(articles["outlet"]), key=str.casefold)
    by_name = {name.casefold(): name for name in there}
    for name in asked:
        if name.casefold() not in by_name:
            raise InputError(f"There is no outlet {name!r} in this event. There are: {', '.join(there)}.")
    chosen = sorted({by_name[name.casefold()] for name in asked}, key=str.casefold) if asked else there
    if len(chosen) < 2:
        if len(there) == 1:
            raise InputError(f"Only {there[0]} reports on this event: there is no other outlet to align it with.")
        if not there:
            raise InputError("There is no article to align. List the corpus' events and choose one that has articles.")
        raise InputError(f"Aligning takes two outlets or more. There are: {', '.join(there)}.")
    return chosen


def _in_order(sentences: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    day = dict(zip(articles["article_id"], pd.to_datetime(articles["published"]), strict=True))
    keyed = sentences.assign(day=sentences["article_id"].map(day), key=sentences["outlet"].str.casefold())
    ordered = keyed.sort_values(["key", "day", "article_id", "index"], kind="stable")
    return ordered.drop(columns=["key", "day"]).reset_index(drop=True)


def _without_repeats(sentences: pd.DataFrame, copies: Copies) -> pd.DataFrame:
    """The sentences, less those of which the same outlet has an earlier copy, or the very words (a headline's too)."""
    rows = copies.sentences
    places = zip(rows["article_id"], rows["index"], strict=True)
    origin = dict(zip(places, zip(rows["origin_article"], rows["origin_index"], strict=True), strict=True))
    first = [origin.get(place, place) for place in zip(sentences["article_id"], sentences["index"], strict=True)]
    kept = ~pd.DataFrame({"outlet": sentences["outlet"], "first": pd.Series(first, sentences.index)}).duplicated()
    words = pd.DataFrame({"outlet": sentences["outlet"], "part": sentences["index"] == 0, "text": sentences["text"]})
    return sentences[kept & ~words.duplicated()]


def _candidates(units: pd.DataFrame) -> Pairs:
    other = units["voice"].isin(["quoted", "reported", "mixed"])
    speaker = units["speaker"].where(other).fillna("").astype(str)
    found = Units(
        np.asarray(pd.factorize(units["outlet"])[0], dtype=np.int64),
        np.asarray(pd.factorize(units["article_id"])[0], dtype=np.int64),
        (units["index"] == 0).to_numpy(dtype=np.bool_),
    )
    texts = list(units["text"])
    return candidates(read(texts, list(speaker)), found, unit_vectors(texts))


def _together(pairs: Pairs, texts: Sequence[str]) -> Reader:
    def read_both(rows: Ints) -> Floats:
        places = zip(pairs.a[rows].tolist(), pairs.b[rows].tolist(), strict=True)
        return fact_logits([(texts[a], texts[b]) for a, b in places])

    return read_both


def _chosen(pairs: Pairs, score: Floats, units: pd.DataFrame) -> Ints:
    """Rows of the pairs that tell one fact: for each two outlets the assignment of the greatest sum, and beside it
    what is surer still, so that one sentence can tell what two short ones do."""
    outlet = np.asarray(pd.factorize(units["outlet"])[0])
    across = np.flatnonzero((score >= ENOUGH) & (outlet[pairs.a] != outlet[pairs.b]))
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k in across.tolist():
        low, high = sorted((int(outlet[pairs.a[k]]), int(outlet[pairs.b[k]])))
        groups[low, high].append(k)
    found = [_assigned(pairs, score, np.array(rows, dtype=np.int64)) for rows in groups.values()]
    sure = across[score[across] >= AGAIN]
    return np.unique(np.concatenate([*found, sure])).astype(np.int64) if len(across) else across.astype(np.int64)


def _assigned(pairs: Pairs, score: Floats, rows: Ints) -> Ints:
    """Best assignment among the candidate rows, component by component: no large matrix arises."""
    a, b = pairs.a[rows], pairs.b[rows]
    n = int(max(a.max(), b.max())) + 1
    label = connected_components(sp.csr_matrix((np.ones(len(a)), (a, b)), shape=(n, n)), directed=False)[1]
    found: list[int] = []
    for part in _groups_of(label[a]):
        left, i = np.unique(a[part], return_inverse=True)
        right, j = np.unique(b[part], return_inverse=True)
        gain, row = np.zeros((len(left), len(right))), np.full((len(left), len(right)), -1)
        gain[i, j], row[i, j] = score[rows[part]], rows[part]
        x, y = linear_sum_assignment(gain, maximize=True)
        found += [int(k) for k in row[x, y] if k >= 0]
    return np.array(found, dtype=np.int64)


def _groups_of(label: npt.NDArray[Any]) -> list[Ints]:
    order = np.argsort(label, kind="stable")
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    return [np.asarray(part, dtype=np.int64) for part in np.split(order, cuts)]


def _repeated(pairs: Pairs, score: Floats, units: pd.DataFrame) -> Ints:
    """Rows of sentences of two articles of one outlet that surely tell one fact."""
    outlet = units["outlet"].to_numpy()
    return np.flatnonzero((score >= AGAIN) & (outlet[pairs.a] == outlet[pairs.b])).astype(np.int64)


def _facts(n: int, pairs: Pairs, rows: Ints) -> Ints:
    """(n,) number of the fact that each sentence tells."""
    links = sp.csr_matrix((np.ones(len(rows)), (pairs.a[rows], pairs.b[rows])), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def _pair_table(
    units: pd.DataFrame,
    mentions: pd.DataFrame,
    pairs: Pairs,
    score: Floats,
    rows: Ints,
    fact_of: Ints,
    event_id: str,
) -> pd.DataFrame:
    rows_of = records(units, ("article_id", "index", "outlet", "text", "voice", "quotes"))
    tellings = _tellings(rows_of, mentions)
    table = []
    for k in sorted(rows.tolist(), key=lambda k: (pairs.a[k], pairs.b[k])):
        i, j = int(pairs.a[k]), int(pairs.b[k])
        a, b = rows_of[i], rows_of[j]
        copied = _plain(a["text"]) == _plain(b["text"])
        found = differences(tellings[i], tellings[j])
        table.append(
            {
                "event_id": event_id,
                **{f"{name}_{side}": row[key] for name, key in _PLACE for side, row in (("a", a), ("b", b))},
                "similarity": round(float(score[k]), 4),
                "kind": "differently" if CLAIMED & set(found.reasons) else "both",
                "reasons": list(found.reasons),
                "spans_a": list(found.spans_a),
                "spans_b": list(found.spans_b),
                "copied": copied,
                "fact": int(fact_of[i]),
            }
        )
    made = pd.DataFrame(table, columns=PAIR_COLUMNS)
    made["fact"] = pd.factorize(made["fact"])[0] + 1
    return made


_PLACE = (("outlet", "outlet"), ("article", "article_id"), ("index", "index"), ("text", "text"))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _tellings(sentences: Sequence[Row], mentions: pd.DataFrame) -> list[Telling]:
    actors: defaultdict[tuple[str, int], list[tuple[int, int, str]]] = defaultdict(list)
    for article, index, start, end, actor in cell_pairs(mentions, "article_id", "index", "start", "end", "actor"):
        actors[article, int(index)].append((int(start), int(end), str(actor)))
    return [
        Telling(
            str(row["text"]),
            "" if pd.isna(row["voice"]) else str(row["voice"]),
            actors[row["article_id"], int(row["index"])],
            [(int(start), int(end)) for start, end in row["quotes"]],
        )
        for row in sentences
    ]


def _fact_table(units: pd.DataFrame, table: pd.DataFrame, fact_of: Ints) -> pd.DataFrame:
    """One row a sentence of a fact that several outlets tell, in the order of the facts."""
    place = {key: i for i, key in enumerate(zip(units["article_id"], units["index"], strict=True))}
    number = {
        int(fact_of[place[article, index]]): int(fact)
        for article, index, fact in zip(table["article_a"], table["index_a"], table["fact"], strict=True)
    }
    rows = units.assign(fact=[number.get(int(fact), 0) for fact in fact_of], headline=units["index"] == 0)
    return (
        rows[rows["fact"] > 0]
        .sort_values("fact", kind="stable")[["fact", "outlet", "article_id", "index", "headline"]]
        .reset_index(drop=True)
    )


def _less(rows: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    keys = set(cell_pairs(taken, "article_id", "index"))
    kept = [key not in keys for key in cell_pairs(rows, "article_id", "index")]
    return rows[np.array(kept, dtype=bool)]


def _origins(copied: pd.DataFrame) -> pd.DataFrame:
    """Where copied sentences came first: article_id, index."""
    return copied[["origin_article", "origin_index"]].set_axis(["article_id", "index"], axis=1)


def _summary(alignment: Alignment, a: str, b: str) -> str:
    """How many facts two outlets have in common, in how many pairs of sentences, how many pairs of headlines beside
    them, and how many sentences one has alone."""
    every = alignment.between(a, b)
    rows = every[every["index_a"] > 0]
    headlines = len(every) - len(rows)
    alike = int((rows["kind"] == "both").sum())
    only = [len(alignment.only_in(x, y)) for x, y in ((a, b), (b, a))]
    told = (
        f"seem to tell {count(rows['fact'].nunique(), 'fact')} in common: {count(alike, 'pair')} of sentences alike, "
        f"{len(rows) - alike} differently"
        if len(rows)
        else "tell no fact in common that we could find"
    )
    beside = f", and {count(headlines, 'pair')} of headlines" if headlines else ""
    return f"{a} and {b} {told}{beside}; {count(only[0], 'sentence')} found only in {a}, {only[1]} only in {b}."


def _notes(
    sentences: pd.DataFrame, outlets: Sequence[str], copies: Copies, once: bool, left_out: int
) -> tuple[str, ...]:
    body = sentences[sentences["index"] > 0]
    n = body.groupby("outlet").size()
    said = [
        f"{outlet} has {'no sentence' if not n.get(outlet, 0) else 'only one sentence'} besides the headline: "
        "there is little to align it with."
        for outlet in outlets
        if n.get(outlet, 0) < 2
    ]
    if body["voice"].isna().any():
        said.append("Voice is not known of every sentence, so other voices are not found. Run:  framing score")
    if left_out:
        said.append(
            f"Of any two outlets the {MOST_READ} likeliest pairs were read closely; "
            f"{count(left_out, 'less likely pair')} counted as no fact."
        )
    copied = copies.note(once)
    return (SUGGESTED, *said, *([copied] if copied else []))
