"""Copied text (wire reports, syndication) told apart from independent reporting: sentences of one origin.

Sentences are copies where they share most of their runs of three words. Each is compared with the first sentence of a
group alone, which is its origin, so thousands of near-duplicates cost no more than their number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pandas as pd

from framing.cells import pairs

SHINGLE = 3
ALIKE = 0.5
"""Jaccard index of the runs of three words from which two sentences are copies. None of 718 sentences of the sample
articles, independent paraphrases, reaches it (benchmarks/alignment.py); one changed word in a long sentence stays
above. Not measured on real wire copies: no labelled ones are at hand."""
MIN_WORDS = 8
"""Shorter sentences ("It was unarmed.") may be equal by chance."""
# Leaders of groups that are looked at for one run of words; formulas that everybody uses find no copies.
_LEADERS = 20
MANY = 0.1
"""Share of copied sentences from which the note warns of what they do to tests: a choice; the samples have 0."""
MOST = 60_000
"""Sentences that are remembered where a whole corpus is looked through."""
_WORD = re.compile(r"\w+")
_COLUMNS = ["article_id", "index", "outlet", "origin_article", "origin_index", "origin_outlet"]


@dataclass(frozen=True)
class Copies:
    """`sentences`: one row a copied sentence, with its origin (the earliest article that has it): article_id, index,
    outlet, origin_article, origin_index, origin_outlet. `articles`: one row an article and an origin: article_id,
    outlet, origin_article, origin_outlet, n_copied, n_sentences, share (of the article's body sentences)."""

    sentences: pd.DataFrame
    articles: pd.DataFrame
    n_sentences: int

    def without(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows keyed by article_id and index (sentences, mentions), less those of copied sentences."""
        if self.sentences.empty:
            return rows
        copied = pd.MultiIndex.from_frame(self.sentences[["article_id", "index"]])
        return rows[~pd.MultiIndex.from_frame(rows[["article_id", "index"]]).isin(copied)]

    def note(self, once: bool, offered: bool = True) -> str | None:
        """What a reader must know of it; None where nothing is copied. `once`: they were left out; `offered`: the
        reader can ask for that."""
        return _note(Counter(pairs(self.sentences, "outlet", "origin_outlet")), self.n_sentences, once, offered)


def _note(by_pair: Counter[tuple[str, str]], of: int, once: bool, offered: bool) -> str | None:
    n = by_pair.total()
    if not n:
        return None
    which = f"{n} of {of} sentences {'is a copy' if n == 1 else 'are copies'} of another article's"
    (outlet, origin), most = min(by_pair.items(), key=lambda pair: (-pair[1], pair[0]))
    named = f"{most} in {outlet} after {origin}" + (" itself" if outlet == origin else "")
    counted = "left out here, counted once, where they came first" if once else "counted in every article here"
    more = "" if once or not offered else "; --copies-once, or the switch on the page, counts them once"
    bold = "" if once or n < MANY * of else (
        " Intervals are narrower and tests bolder than they should be, and where outlets print the same text they "
        "cannot differ."
    )  # fmt: skip
    return f"{which} ({'all' if most == n and n > 1 else 'most'}: {named}): {counted}{more}.{bold}"


def find_copies(sentences: pd.DataFrame, articles: pd.DataFrame) -> Copies:
    """Copied body sentences of the articles given; frames as `Corpus` gives them. Of `articles` the columns article_id
    and published are read, so that sentences which have both can stand for them.

    The earliest article is the origin, undated ones last, ties by id; where a text came from nowhere in the corpus
    (an agency, say), its first print stands for it."""
    day = dict(zip(articles["article_id"], pd.to_datetime(articles["published"]), strict=True))
    body = sentences[["article_id", "index", "outlet", "text"]][sentences["index"] > 0]
    ordered = body.assign(day=body["article_id"].map(day)).sort_values(["day", "article_id", "index"], kind="stable")
    groups = _Groups()
    rows: list[tuple[Any, ...]] = []
    for article, index, outlet, text in pairs(ordered, "article_id", "index", "outlet", "text"):
        first = groups.place(text, (article, index, outlet))
        if first[0] != article:
            rows.append((article, index, outlet, *first))
    found = pd.DataFrame(rows, columns=_COLUMNS)
    return Copies(found, _by_article(found, body), len(body))


def corpus_note(batches: Iterable[pd.DataFrame], most: int = MOST) -> str | None:
    """`Copies.note` of a whole corpus, whose sentences (`article_id, index, outlet, text`) come by day, article and
    place; only the `most` latest different sentences are remembered, so that memory stays flat."""
    groups, by_pair, n = _Groups(most), Counter[tuple[str, str]](), 0
    for sentences in batches:
        body = sentences[sentences["index"] > 0]
        n += len(body)
        for article, index, outlet, text in pairs(body, "article_id", "index", "outlet", "text"):
            origin, _, first = groups.place(text, (article, index, outlet))
            if origin != article:
                by_pair[outlet, first] += 1
    note = _note(by_pair, n, once=False, offered=False)
    if note is None or not groups.forgot:
        return note
    return f"{note} By date, each was looked for among the {most:,} different sentences before it."


def _by_article(found: pd.DataFrame, body: pd.DataFrame) -> pd.DataFrame:
    keys = ["article_id", "outlet", "origin_article", "origin_outlet"]
    table = found.groupby(keys, sort=False).size().rename("n_copied").reset_index()
    table["n_sentences"] = table["article_id"].map(body.groupby("article_id").size()).astype("int64")
    return table.assign(share=table["n_copied"] / table["n_sentences"])


Place = tuple[str, int, str]


class _Groups:
    """Sentences of one origin; only the first of each is kept, and found again by its runs of words. With `most`, that
    many of the latest. Words and runs are kept as their hashes."""

    def __init__(self, most: int | None = None) -> None:
        self.forgot = False
        self._most = most
        self._exact: dict[int, Place] = {}
        self._leaders: dict[int, tuple[frozenset[int], Place]] = {}
        self._by_run: dict[int, tuple[int, ...]] = {}
        self._n = 0

    def place(self, text: str, place: Place) -> Place:
        """The first sentence of the group that the text belongs to; `place` itself where it opens one."""
        words = tuple(_WORD.findall(text.lower()))
        if len(words) < MIN_WORDS:
            return place
        known = hash(words)
        first = self._exact.pop(known, None) if self._most else self._exact.get(known)
        if first is None:
            first = self._near(words, place)
        self._exact[known] = first  # what comes again is remembered longest
        if self._most:
            self._forget(self._most)
        return first

    def _near(self, words: Sequence[str], place: Place) -> Place:
        ordered = list(map(hash, zip(*(words[i:] for i in range(SHINGLE)), strict=False)))
        runs, tried = frozenset(ordered), set[int]()
        for leader in chain.from_iterable(filter(None, map(self._by_run.get, ordered))):
            if leader not in tried:
                theirs, first = self._leaders[leader]
                both = len(runs & theirs)
                if both >= ALIKE * (len(runs) + len(theirs) - both):
                    return first
                tried.add(leader)
        for run in ordered:
            have = self._by_run.get(run, ())
            if len(have) < _LEADERS:
                self._by_run[run] = (*have, self._n)
        self._leaders[self._n] = runs, place
        self._n += 1
        return place

    def _forget(self, most: int) -> None:
        """Lets go of what came earliest."""
        if len(self._exact) > most:
            del self._exact[next(iter(self._exact))]
            self.forgot = True
        if len(self._leaders) > most:
            oldest = next(iter(self._leaders))
            runs, _ = self._leaders.pop(oldest)
            for run in runs:
                if left := tuple(leader for leader in self._by_run.pop(run, ()) if leader != oldest):
                    self._by_run[run] = left
            self.forgot = True
