"""Words that set an event's outlets apart: weighted log-odds with an informative Dirichlet prior (Monroe, Colaresi and
Quinn 2008, "Fightin' Words"), and a test in which the article is the unit.

Their z takes every word for an independent draw, so that one article that repeats a word makes it look telling. Beside
it stands t: the same log-odds over the larger of their error and the one seen between articles (linearised), and p:
how often the largest |t| of all words is as large when the outlets' names are dealt anew among the articles (Westfall
and Young's maximum, so no further correction for the number of words; all deals where they are few)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from framing.actors import merge_event
from framing.cells import cells, pairs, records
from framing.copies import Copies, find_copies
from framing.corpus import Corpus
from framing.errors import InputError
from framing.event_words import tokens
from framing.schema import VIEWS, View
from framing.story_words import background
from framing.uncertainty import MIN_ARTICLES, Bools, Floats, Ints
from framing.word_tables import CLAIMED, finding, notes

PRIOR_WORDS = 1.0
"""Size of the prior in units of what a side has on average. 1 to 10 find a planted word equally often (21–23 % of 48
deals of ECB+'s tuning topics), 0.1 to 0.3 no oftener."""
BACKGROUND = 0.5
"""Share of the prior that news at large gives, the event's own text the rest: 0.9 found the planted word in 15 %."""
MIN_USING = 3
"""Articles that must use a word before it is tested: what stands in two is theirs, not an outlet's habit."""
MIN_SHARE = 0.05
"""The same as a share of the articles, so that thousands of articles take seconds."""
DEALS = 499
ALL_DEALS = 2000
"""Deals up to which all are gone through (6 against 6 articles are 924)."""
SEED = 20
_BLOCK = 400
_AT_ONCE = 128_000
"""Cells (sides by words) that are reckoned at once: half a megabyte an array, so that the dozen of them stay in the
processor's cache."""
NEAR = 0.01
"""How near in single precision a word's |t| must come to the largest to be reckoned in double. Single precision is off
by some 1e-7 times the most uses of a word in an article."""
MOST_WORDS = 4000
"""Single words, and as many pairs, that are looked at: memory for thousands of articles stays under a gigabyte."""
TABLE = [
    *("outlet", "others", "word", "form", "n", "n_others", "per_10000", "per_10000_others"),
    *("articles", "of_articles", "articles_others", "of_articles_others", "log_odds", "z", "t", "p"),
    "claimed",
]


@dataclass(frozen=True)
class WordsApart:
    """Words by outlet: `rows`, one an outlet and a word that it uses more than the others; `tokens` where each stands;
    `articles` how many each outlet has; `notes` what to know first."""

    rows: pd.DataFrame
    tokens: pd.DataFrame
    sentences: pd.DataFrame
    articles: dict[str, int]
    view: View
    notes: tuple[str, ...] = field(default=())

    @property
    def table(self) -> pd.DataFrame:
        """The rows with `finding`, each in a plain sentence (columns in docs/design.md): thousands, made when asked
        for."""
        return self.rows.assign(finding=[finding(row) for row in records(self.rows)])

    def behind(self, word: str, outlet: str | None = None) -> pd.DataFrame:
        """The sentences with a word (or pair), in reading order: `article_id, outlet, index, start, end, text`."""
        found = self.tokens[self.tokens["word"] == word]
        if outlet is not None:
            found = found[found["outlet"] == outlet]
        if found.empty:
            raise InputError(f"No sentence compared here holds {word!r}. Give a word of the table's column “word”.")
        texts = self.sentences[["article_id", "index", "text"]]
        rows: pd.DataFrame = found[["article_id", "outlet", "index", "start", "end"]].merge(
            texts, on=["article_id", "index"]
        )
        return rows

    def findings(self, outlet: str | None = None) -> list[str]:
        """The claimed words in plain sentences, or that none could be told from chance."""
        rows = self.rows[self.rows["claimed"]]
        rows = rows[rows["outlet"] == outlet] if outlet else rows
        if len(rows):
            return [finding(row) for row in records(rows)]
        if self.rows["p"].notna().any():
            return ["No word or pair of words that we could tell from chance sets these outlets apart."]
        return []


def of_event(
    corpus: Corpus,
    event_id: str,
    outlets: Sequence[str] = (),
    view: View = "both",
    without_names: bool = False,
    once: bool = False,
) -> WordsApart:
    """`words_apart` of one event of a corpus. Raises InputError."""
    columns = ["article_id", "outlet", "published", "index", "text", "quotes", "voice"]
    names = merge_event(corpus.mentions(event_id)) if without_names else None
    return words_apart(corpus.sentences(event_id, columns), outlets, view, names, once)


def words_apart(
    sentences: pd.DataFrame,
    outlets: Sequence[str] = (),
    view: View = "both",
    names: pd.DataFrame | None = None,
    once: bool = False,
    copies: Copies | None = None,
) -> WordsApart:
    """What sets the `outlets` (all, unless given) of one event apart, each against the others together.

    `sentences` as `Corpus` gives them; `names` (mentions) leaves out names; with `once`, sentences copied from another
    article count there alone; `copies` among the outlets are found here unless given. Raises InputError for an outlet
    or a view that is not there."""
    there = sorted(sentences["outlet"].unique(), key=str.casefold)
    for value, known, what in [(view, VIEWS, "view"), *((outlet, there, "outlet") for outlet in outlets)]:
        if value not in known:
            raise InputError(f"There is no {what} {value!r} in this event. There are: {', '.join(known)}.")
    chosen = [outlet for outlet in there if outlet in outlets or not outlets]
    rows = sentences[sentences["outlet"].isin(chosen)]
    copies = copies or find_copies(rows, rows)
    found = tokens(copies.without(rows) if once else rows, view, names)
    articles = rows.drop_duplicates("article_id")[["article_id", "outlet"]].reset_index(drop=True)
    counts = {outlet: int((articles["outlet"] == outlet).sum()) for outlet in chosen}
    table = _table(found, articles, chosen)
    silent = view != "both" and not rows["voice"].notna().any()
    said = (*notes(counts, table, silent), *filter(None, [copies.note(once)]))
    return WordsApart(table, found, rows, counts, view, said)


@dataclass(frozen=True)
class Counts:
    """Of single words or of pairs: `words`, their counts `y` (articles, words), each article's `size` (articles,) and
    the prior's pseudo-counts (words,), `prior_size` in all."""

    words: list[str]
    y: Floats
    size: Floats
    prior: Floats
    prior_size: float

    @cached_property
    def sums(self) -> list[tuple[Floats, Floats]]:
        """What is summed over the articles of a side, each with its sum over all: the counts and the sizes, and, for
        how the articles scatter, squares of the counts, products with the sizes, squares of the sizes."""
        size = self.size[:, None]
        parts = (self.y, size, self.y**2, self.y * size, size**2)
        return [(part, part.sum(axis=0)) for part in parts]

    @cached_property
    def rough(self) -> Counts:
        """The same in single precision."""
        y, size, prior = (part.astype(np.float32) for part in (self.y, self.size, self.prior))
        return Counts(self.words, y, size, prior, self.prior_size)  # type: ignore[arg-type]

    def only(self, kept: Bools) -> Counts:
        """The counts of some words."""
        words = [word for word, yes in zip(self.words, kept, strict=True) if yes]
        return Counts(words, self.y[:, kept], self.size, self.prior[kept], self.prior_size)


def count_words(found: pd.DataFrame, articles: Sequence[str]) -> list[Counts]:
    """Single words, and pairs, that stand in two places or more (the commonest `MOST_WORDS`), counted by article."""
    is_pair = np.array([" " in word for word in cells(found["word"])], dtype=np.bool_)
    return [_counts(found[side], articles) for side in (~is_pair, is_pair)]


def _counts(found: pd.DataFrame, articles: Sequence[str]) -> Counts:
    places = found["word"].value_counts()
    words = sorted(places.index[places >= 2][:MOST_WORDS])
    place = pd.Index(articles).get_indexer(pd.Index(found["article_id"]))
    column = pd.Index(words, dtype=object).get_indexer(pd.Index(found["word"]))
    kept = column >= 0
    y = np.zeros((len(articles), len(words)))
    np.add.at(y, (place[kept], column[kept]), 1.0)
    size = np.bincount(place, minlength=len(articles)).astype(np.float64)
    prior_size = PRIOR_WORDS * float(size.sum()) / 2
    return Counts(words, y, size, prior_size * _rates(words, y, size), prior_size)


def _rates(words: Sequence[str], y: Floats, size: Floats) -> Floats:
    """(words,) how often a word is to be expected."""
    known = background()
    parts = [[(known.counts.get(part, 0) + 0.5) / known.total for part in word.split(" ")] for word in words]
    at_large = np.array([np.prod(rates) for rates in parts])
    return np.asarray(BACKGROUND * at_large + (1 - BACKGROUND) * y.sum(axis=0) / max(float(size.sum()), 1.0))


@dataclass(frozen=True)
class Statistic:
    """(outlets, words) each: log-odds against the others, z, t, and p, NaN where not tested."""

    log_odds: Floats
    z: Floats
    t: Floats
    p: Floats


def apart(families: Sequence[Counts], owner: Ints, outlets: int) -> list[Statistic]:
    """The log-odds of each outlet, 0 … `outlets` − 1, for each of the `families`, which are tested together; `owner`
    (articles,) says whose an article is."""
    sides = np.stack([owner == k for k in range(outlets)]).astype(np.float64)
    enough = (sides.sum(axis=1) >= MIN_ARTICLES) & ((1 - sides).sum(axis=1) >= MIN_ARTICLES)
    least = max(MIN_USING, len(owner) * MIN_SHARE)
    tested = [(family.y > 0).sum(axis=0) >= least for family in families]
    largest = np.empty(0)
    if enough.any() and any(kept.any() for kept in tested):
        parts = [family.only(kept) for family, kept in zip(families, tested, strict=True) if kept.any()]
        # Of two outlets the one's |t| is the other's.
        asked = enough if outlets > 2 else np.array([True, False])
        largest = np.sort(np.concatenate([_largest(parts, deals[:, asked]) for deals in _deals(owner, outlets)]))
    found = []
    for family, kept in zip(families, tested, strict=True):
        summed = [(sides @ part, whole) for part, whole in family.sums]
        log_odds, z, t = _log_odds(family, summed, sides.sum(axis=1, keepdims=True))
        p = np.full_like(t, np.nan)
        if len(largest) and kept.any():
            cells = np.ix_(enough, kept)
            p[cells] = (len(largest) - np.searchsorted(largest, np.abs(t[cells]) - 1e-9)) / len(largest)
        found.append(Statistic(log_odds, z, t, p))
    return found


def _largest(families: Sequence[Counts], deals: Floats) -> Floats:
    """(deals,) the largest |t| of all words, for deals (deals, outlets, articles) of 0 and 1."""
    n, outlets, articles = deals.shape
    sides = deals.reshape(n * outlets, articles)
    best = [_largest_of(family, sides) for family in families]
    return np.asarray(np.max(best, axis=0).reshape(n, outlets).max(axis=1))


def _largest_of(family: Counts, sides: Floats) -> Floats:
    """(sides,) the largest |t| of a family, a few sides at a time: found in single precision, three times as fast,
    then reckoned anew in double, among all words that come near it."""
    rough = family.rough
    step = max(1, _AT_ONCE // family.y.shape[1])
    found = np.zeros(len(sides))
    for start in range(0, len(sides), step):
        part = sides[start : start + step]
        summed = [(part.astype(np.float32) @ column, whole) for column, whole in rough.sums]
        t = np.abs(_log_odds(rough, summed, part.sum(axis=1, keepdims=True, dtype=np.float32))[2])
        side, word = np.nonzero(t >= (1 - NEAR) * t.max(axis=1, keepdims=True) - NEAR)
        exact = []
        for column, whole in family.sums:
            of = word if len(whole) > 1 else np.zeros_like(word)  # the sizes are one column for all words
            exact.append((np.einsum("ka,ka->k", part[side], column[:, of].T), whole[of]))
        near = Counts([], family.y[:, :0], family.size, family.prior[word], family.prior_size)
        np.maximum.at(found, start + side, np.abs(_log_odds(near, exact, part[side].sum(axis=1))[2]))
    return found


Sums = Sequence[tuple[Floats, Floats]]
"""`Counts.sums` of some articles, and of all."""


def _log_odds(counts: Counts, summed: Sums, number: Floats) -> tuple[Floats, Floats, Floats]:
    """Log-odds of some articles, of which there are `number`, against the others: value, z and t; (sides, words) each
    where `number` is (sides, 1), else (pairs of a side and a word,)."""
    between = error = log_odds = np.zeros((), dtype=counts.prior.dtype)
    for mine in (True, False):
        # Sums of the other articles are what is left of all: exact, since all of them are whole numbers.
        used, n, squares, products, sizes = (part if mine else whole - part for part, whole in summed)
        articles = np.maximum(number if mine else len(counts.size) - number, 2)
        hits = used + counts.prior
        odds = np.log(hits / np.maximum(n + counts.prior_size - hits, 0.5))
        log_odds = log_odds + odds if mine else log_odds - odds
        error = error + 1 / hits
        rate = used / np.maximum(n, 1)
        scatter = squares - 2 * rate * products
        scatter += rate**2 * sizes
        np.maximum(scatter, 0.0, out=scatter)
        scatter *= articles / (articles - 1)
        scatter /= hits**2
        between = between + scatter
    return log_odds, log_odds / np.sqrt(error), log_odds / np.sqrt(np.maximum(error, between))


def _deals(owner: Ints, outlets: int) -> Iterator[Floats]:
    """Blocks of deals, (deals, outlets, articles) of 0 and 1: all where there are two outlets and few articles, else
    the real one and `DEALS` drawn."""
    n = int((owner == 0).sum())
    drawn: list[Ints]
    if outlets == 2 and comb(len(owner), n) <= ALL_DEALS:
        places = np.arange(len(owner))
        drawn = [np.isin(places, first, invert=True).astype(np.int64) for first in combinations(places, n)]
    else:
        rng = np.random.default_rng(SEED)
        drawn = [owner, *(rng.permutation(owner) for _ in range(DEALS))]
    for start in range(0, len(drawn), _BLOCK):
        labels = np.stack(drawn[start : start + _BLOCK])
        yield (labels[:, None, :] == np.arange(outlets)[None, :, None]).astype(np.float64)


def _table(found: pd.DataFrame, articles: pd.DataFrame, outlets: Sequence[str]) -> pd.DataFrame:
    if found.empty or len(outlets) < 2:
        return pd.DataFrame(columns=TABLE).astype({"claimed": bool, "p": float})
    families = count_words(found, list(articles["article_id"]))
    owner = np.asarray(pd.Categorical(articles["outlet"], categories=list(outlets)).codes, dtype=np.int64)
    shown: dict[str, str] = {}
    for (word, form), _ in Counter(pairs(found, "word", "form")).most_common():
        shown.setdefault(word, form)
    parts = [
        _rows(counts, statistic, owner == k, k).assign(outlet=outlet, others=_others(outlet, outlets))
        for counts, statistic in zip(families, apart(families, owner, len(outlets)), strict=True)
        for k, outlet in enumerate(outlets)
    ]
    table = pd.concat(parts, ignore_index=True)
    table["form"] = table["word"].map(shown)
    table["claimed"] = table["p"] <= CLAIMED
    table["tested"], table["strength"] = table["p"].notna(), table["t"].where(table["p"].notna(), table["z"])
    table["place"] = table["outlet"].map({outlet: k for k, outlet in enumerate(outlets)})
    order = table.sort_values(["place", "tested", "strength"], ascending=[True, False, False], kind="stable")
    return order[TABLE].reset_index(drop=True)


def _rows(counts: Counts, statistic: Statistic, mine: Bools, k: int) -> pd.DataFrame:
    """An outlet's rows of one family: the words that it uses more than the others."""
    numbers: dict[str, object] = {"word": counts.words}
    for tail, side in (("", mine), ("_others", ~mine)):
        used = counts.y[side].sum(axis=0)
        numbers[f"n{tail}"] = used.astype(np.int64)
        numbers[f"per_10000{tail}"] = 1e4 * used / max(float(counts.size[side].sum()), 1.0)
        numbers[f"articles{tail}"] = (counts.y[side] > 0).sum(axis=0)
        numbers[f"of_articles{tail}"] = int(side.sum())
    for name in ("log_odds", "z", "t", "p"):
        numbers[name] = getattr(statistic, name)[k]
    rows = pd.DataFrame(numbers)
    return rows[(rows["log_odds"] > 0) & (rows["n"] > 0)]


def _others(outlet: str, outlets: Sequence[str]) -> str:
    return next(name for name in outlets if name != outlet) if len(outlets) == 2 else "the others"
