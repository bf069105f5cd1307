"""Which articles report the same event: words, names, numbers and days compared, inside a window of days.

An article is one sparse vector of five blocks, so that the mean similarity of two groups is the product of their mean
vectors; it does not depend on the order of the articles.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from framing.agglomerate import Edge, Rules, agglomerate
from framing.schema import content_id
from framing.story_words import background, read_words

RULES = Rules(threshold=0.10, cohesion=0.82)
"""Chosen on the training topics of ECB+ (575 undated articles: B-cubed F1 0.88, 4 % of the pairs wrong) and the tuning
half of allsides_roundups (1,269 headlines with leads, undated: 0.81, 4 %; the 455 dated: 0.94, 2 %). Cohesion 0.8: 12 %
wrong on ECB+; 0.85: 0.87, 2 %."""
WINDOW_DAYS = 7
"""Articles further apart are not compared; undated ones with all. In the tuning half of allsides_roundups 98 % of the
dated pairs of one event lie within it, 99 % within 5 days."""

NAMES_WEIGHT, NUMBERS_WEIGHT, PAIRS_WEIGHT, WEEKDAYS_WEIGHT = 0.25, 0.15, 0.45, 0.08
BACKGROUND = 0.1
"""What word_counts.csv counts beside the pile's own texts: in full, words of one long-running story weigh too much."""
BRIEF = 0.16, 0.22
"""Two articles one of which has no date are judged by their meaning as well (`story_meaning`), where half of all texts
say so little (headline and lead: 0.25; whole articles: 0.13): there a story and its sequel use the same words.
Page-long texts need it not. It is asked of the pile: asked of each text, more pairs are wrong at the same B-cubed F1
(0.78, 18 %, before word pairs)."""
DAY_APART, FAR_APART = 0.03, 0.12
"""The same for each day between two dates, and at most. Without (nor word pairs): 15 % of the dated pairs are wrong."""
# Short texts, and those with few names or numbers, must not be alike by the little they share: a constant is added, in
# quadrature, to the length that words, names, numbers, pairs are divided by. In ECB+ they are 58, 30, 15 in the median.
_LENGTHS = (20.0, 10.0, 8.0, 20.0)
# From this cosine on a text is a copy (wire text, light edits): copies are one node, and count as one. None of the 94
# pairs above it in the tuning parts was of two events; at 0.5 7 of 472 were.
COPY = 0.7
# Texts of one day whose heaviest words, this many, are the same are copies: 5,000 near-identical ones take a second.
_SIGNATURE = 24
# Pairs below cannot move a mean to the threshold by much, and are not kept.
_FLOOR = 0.05
_NEIGHBOURS = 100
_ROWS = 1024
# In large piles, words in more than this share of the texts are left out when looking for candidates.
_FREQUENT, _SMALL_PILE = 0.01, 5000

Matrix = Any
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Story:
    """What grouping reads of an article; `event` where it has one already, which it keeps."""

    title: str
    text: str
    published: date | None = None
    event: str | None = None

    @property
    def key(self) -> str:
        """A hash of the content: the order of work, so that the order of the input does not count."""
        return content_id(self.title, self.text, str(self.published))


@dataclass(frozen=True, slots=True)
class Group:
    """Positions of the stories of one event, in order; `central` is the one most like the others."""

    positions: tuple[int, ...]
    central: int


def group(stories: Sequence[Story], rules: Rules = RULES, seen: Callable[[], object] = lambda: None) -> list[Group]:
    """Groups by least position, each position in one of them; `seen` is called for each story read.

    Stories that have an event stay together and never meet another event; the others join one or form new groups.
    """
    order = sorted(range(len(stories)), key=lambda i: (stories[i].key, i))
    read = _Read([stories[i] for i in order], seen)
    days = np.array([_day_number(stories[i].published) for i in order])
    copies = _copies(_single(read.plain(), days))
    vectors, little = read.vectors(copies)
    nodes = _first_nodes(vectors, days, [stories[i].event for i in order], copies)
    brief = _Brief(float(np.interp(np.median(little), BRIEF, (0, 1))) if len(little) else 0.0, stories, order)
    while True:
        merged, cut = _join(nodes, rules, brief)
        settled = len(merged.members) == len(nodes.members)
        nodes = merged
        # A second look compares means on the scale of words alone; of a small event the nearest stories are all.
        if settled or not cut or (brief.weight and nodes.sizes.max() < _NEIGHBOURS // 2):
            break
    found = [
        Group(tuple(sorted(order[i] for i in members)), order[_central(vectors, members)]) for members in nodes.members
    ]
    return sorted(found, key=lambda item: item.positions)


def _central(vectors: Matrix, members: Sequence[int]) -> int:
    """The member nearest to the mean; the first of equal ones."""
    if len(members) < 3:
        return min(members)
    rows = vectors[sorted(members)]
    return sorted(members)[int(np.argmax(rows @ np.asarray(rows.sum(axis=0)).ravel()))]


# -- vectors -------------------------------------------------------------------------------------------------------


class _Read:
    """What was read of the stories."""

    def __init__(self, stories: Sequence[Story], seen: Callable[[], object]) -> None:
        self.blocks = [_Block(), _Block(), _Block(), _Block()]
        self.weekdays = np.zeros((len(stories), len(_WEEKDAYS)), np.float32)
        for row, story in zip(self.weekdays, stories, strict=True):
            found = read_words(story.title, story.text)
            counts = (found.words, found.names, found.numbers, found.pairs)
            for block, part in zip(self.blocks, counts, strict=True):
                block.add(part)
            row[:] = [day in found.weekdays for day in _WEEKDAYS]
            seen()

    def plain(self) -> Matrix:
        """Rows of length 1 by words and their rarity in news at large alone: a pile of copies must not make their
        words common."""
        return self.blocks[0].weighted(0.0, None)

    def vectors(self, copies: Sequence[Sequence[int]]) -> tuple[Matrix, Floats]:
        """The vectors, copies counting as one text, and how little each text says: the constant's share of its length,
        0.13 for a page of text, 0.25 for two sentences."""
        share = np.ones(len(self.weekdays), np.float32)
        for group in copies:
            share[list(group)] = 1 / len(group)
        words, names, numbers, pairs = (
            block.weighted(length, share) for block, length in zip(self.blocks, _LENGTHS, strict=True)
        )
        scale = np.float32(1 / np.sqrt(1 + NAMES_WEIGHT + NUMBERS_WEIGHT + PAIRS_WEIGHT))
        weighted = ((names, NAMES_WEIGHT), (numbers, NUMBERS_WEIGHT), (pairs, PAIRS_WEIGHT))
        parts = [words, *(block * np.float32(np.sqrt(weight)) for block, weight in weighted)]
        days = sp.csr_matrix(_centred(self.weekdays) * np.float32(np.sqrt(WEEKDAYS_WEIGHT) / scale))
        return (sp.hstack([*parts, days], format="csr") * scale).astype(np.float32), 1 - _squares(words)


def _centred(days: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Rows of length 1 whose products are positive for equal weekdays, negative for others; 0 where none is named."""
    named = days.sum(axis=1, keepdims=True)
    rows = np.where(named > 0, days / np.maximum(named, 1) - 1 / len(_WEEKDAYS), 0)
    norms = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return np.asarray(rows / np.where(norms > 0, norms, 1), dtype=np.float32)


class _Block:
    """Term counts of texts, collected in flat arrays: a list of Python objects would take five times the memory."""

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self.columns, self.counts, self.ends = array("i"), array("f"), array("q", [0])

    def add(self, counts: Counter[str]) -> None:
        for term, count in counts.items():
            self.columns.append(self.terms.setdefault(term, len(self.terms)))
            self.counts.append(count)
        self.ends.append(len(self.columns))

    def weighted(self, length: float, share: npt.NDArray[np.float32] | None) -> Matrix:
        """Rows of (1 + log count) × idf over their norm, to which `length` is added in quadrature.

        Text i counts `share[i]` in the idf; without `share`, news at large alone does, and numbers are left out.
        """
        n, width = len(self.ends) - 1, max(len(self.terms), 1)
        columns = np.frombuffer(self.columns, dtype=np.int32) if self.columns else np.zeros(0, np.int32)
        counts = np.frombuffer(self.counts, dtype=np.float32) if self.counts else np.zeros(0, np.float32)
        known = background()
        usual = np.array([known.texts_with(term) for term in self.terms] or [0.0])
        ends = np.frombuffer(self.ends, dtype=np.int64)
        if share is None:
            rarity = np.log((known.texts() + 1) / (usual + 0.5))
            rarity[[column for term, column in self.terms.items() if term.isdigit()]] = 0
        else:
            held = np.bincount(columns, np.repeat(share, np.diff(ends)), minlength=width)
            texts = BACKGROUND * known.texts() + share.sum() + 1
            rarity = np.log(texts / (BACKGROUND * usual + held + 0.5))
        rarity = rarity.clip(min=0).astype(np.float32)
        data = (1 + np.log(counts)) * rarity[columns]
        rows = sp.csr_matrix((data, columns, ends), shape=(n, width))
        norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel() + length**2)
        return sp.diags(1 / np.where(norms > 0, norms, 1).astype(np.float32)) @ rows


def usable_date(published: date | None) -> bool:
    """Whether there is a date, and not one that has still to come, which says nothing."""
    return published is not None and published <= datetime.now(UTC).date() + timedelta(days=1)


def _day_number(published: date | None) -> float:
    """Days as a number; NaN where there is no usable date."""
    return float(published.toordinal()) if published is not None and usable_date(published) else float("nan")


# -- nodes ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Nodes:
    """Groups under work: sums of their members' vectors, how many those count, and days from `first` to `last`."""

    members: list[list[int]]
    sums: Matrix
    sizes: Ints
    within: Floats
    """Sums of the similarities between members."""
    first: Floats
    last: Floats
    fixed: npt.NDArray[np.bool_]

    def united(self, groups: Sequence[Sequence[int]], single: bool = False) -> _Nodes:
        """One node for each group of nodes; with `single`, one that counts as a single article."""
        owner = np.concatenate([np.full(len(nodes), g) for g, nodes in enumerate(groups)])
        inside = np.concatenate([np.asarray(nodes) for nodes in groups])
        shape = (len(groups), len(self.members))
        joined = sp.csr_matrix((np.ones(len(inside), np.float32), (owner, inside)), shape=shape)
        sums = joined @ self.sums
        sizes = np.asarray(joined @ self.sizes, dtype=np.int64)
        square = _squares(sums) - joined @ _squares(self.sums)
        within = joined @ self.within + square / 2
        if single:
            norms = np.sqrt(_squares(sums))
            usual = joined @ np.sqrt(_squares(self.sums)) / np.asarray(joined.sum(axis=1)).ravel()
            sums = sp.diags((usual / np.where(norms > 0, norms, 1)).astype(np.float32)) @ sums
            sizes, within = np.ones(len(groups), np.int64), np.zeros(len(groups))
        members = [[m for node in nodes for m in self.members[node]] for nodes in groups]
        first = np.array([_extreme(np.fmin, self.first[list(nodes)]) for nodes in groups])
        last = np.array([_extreme(np.fmax, self.last[list(nodes)]) for nodes in groups])
        fixed = np.array([bool(self.fixed[list(nodes)].any()) for nodes in groups])
        return _Nodes(members, sp.csr_matrix(sums), sizes, within, first, last, fixed)


def _extreme(choose: np.ufunc, days: Floats) -> float:
    return float(choose.reduce(days))


def _squares(rows: Matrix) -> Floats:
    return np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float64).ravel()


def _single(vectors: Matrix, days: Floats) -> _Nodes:
    """A node for each article."""
    n = vectors.shape[0]
    ones, zeros = np.ones(n, np.int64), np.zeros(n)
    return _Nodes([[i] for i in range(n)], vectors, ones, zeros, days, days.copy(), np.zeros(n, np.bool_))


def _first_nodes(
    vectors: Matrix, days: Floats, events: Sequence[str | None], copies: Sequence[Sequence[int]]
) -> _Nodes:
    """A node for each event that is known, and one for each other article and its copies."""
    single = _single(vectors, days)
    known: dict[str, list[int]] = defaultdict(list)
    for i, event in enumerate(events):
        if event is not None:
            known[event].append(i)
    free = [loose for nodes in copies if (loose := [i for i in nodes if events[i] is None])]
    if not known:
        return single.united(free, single=True) if free else single
    bound = single.united(list(known.values()))
    bound.fixed[:] = True
    return _stacked(bound, single.united(free, single=True)) if free else bound


def _stacked(a: _Nodes, b: _Nodes) -> _Nodes:
    def both(name: str) -> Any:
        return np.concatenate([getattr(a, name), getattr(b, name)])

    sums = sp.vstack([a.sums, b.sums], format="csr")
    names = ("sizes", "within", "first", "last", "fixed")
    return _Nodes(a.members + b.members, sums, **{name: both(name) for name in names})


def _copies(nodes: _Nodes) -> list[list[int]]:
    """Articles in groups of copies: first those whose heaviest words are the same, then those that are nearly equal."""
    same: dict[tuple[bytes, float], list[int]] = defaultdict(list)
    sums = nodes.sums
    for i in range(len(nodes.members)):
        span = slice(sums.indptr[i], sums.indptr[i + 1])
        columns = sums.indices[span][sums.data[span] > 0]
        heavy = columns[np.lexsort((columns, -sums.data[span][sums.data[span] > 0]))][:_SIGNATURE]
        enough = len(heavy) >= _SIGNATURE // 2
        key = np.sort(heavy).tobytes() if enough else sums.indices[span].tobytes() + sums.data[span].tobytes()
        same[key or b"%d" % i, nodes.first[i] if nodes.first[i] == nodes.first[i] else 0.0].append(i)
    groups = list(same.values())
    if not groups:
        return []
    distinct = nodes.united([[group[0]] for group in groups])
    rows, columns, found, _ = _pairs(distinct, COPY)
    near = sp.csr_matrix((found, (rows, columns)), shape=(len(groups), len(groups)))
    count, label = connected_components(near, directed=False)
    united: list[list[int]] = [[] for _ in range(count)]
    for group, number in zip(groups, label, strict=True):
        united[number].extend(group)
    return united


# -- pairs ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Brief:
    """How far the pile is one of headlines with leads (0 to 1), and its stories in the order of work."""

    weight: float
    stories: Sequence[Story]
    order: Sequence[int]

    def judged(self, nodes: _Nodes, rows: Ints, columns: Ints, found: Floats, rules: Rules) -> Floats:
        """Similarities of pairs without dates, moved toward what their meaning says."""
        from framing.story_meaning import judged  # an encoder is read only where there are such pairs

        members = [[self.stories[self.order[i]] for i in nodes_members] for nodes_members in nodes.members]
        titles, texts = ([[getattr(s, name) for s in some] for some in members] for name in ("title", "text"))
        days = nodes.sums[:, -len(_WEEKDAYS) :]
        other_day = np.asarray(days[rows].multiply(days[columns]).sum(axis=1)).ravel() < 0
        value = rules.threshold + judged(found, titles, texts, rows, columns, other_day.astype(np.float64))
        return found + self.weight * (value - found)


def _join(nodes: _Nodes, rules: Rules, brief: _Brief) -> tuple[_Nodes, bool]:
    """The nodes after one clustering, and whether some had more neighbours than were looked at."""
    rows, columns, found, cut = _pairs(nodes, _FLOOR)
    apart = _days_apart(nodes, rows, columns)
    undated = np.isnan(apart)
    found = np.where(undated, found, found - np.minimum(DAY_APART * apart, FAR_APART))
    if brief.weight and undated.any():
        found[undated] = brief.judged(nodes, rows[undated], columns[undated], found[undated], rules)
    sure = found > 0
    rows, columns, found = rows[sure], columns[sure], found[sure]
    totals = found * nodes.sizes[rows] * nodes.sizes[columns]
    edges: Iterator[Edge] = zip(rows.tolist(), columns.tolist(), totals.tolist(), strict=True)
    groups = agglomerate(nodes.sizes.tolist(), edges, rules, nodes.within.tolist(), nodes.fixed.tolist())
    return (nodes.united(groups) if groups else nodes), cut


def _days_apart(nodes: _Nodes, rows: Ints, columns: Ints) -> Floats:
    """Days between two nodes; NaN where one has no date."""
    apart = np.maximum(nodes.first[rows] - nodes.last[columns], nodes.first[columns] - nodes.last[rows]).clip(min=0)
    return np.asarray(apart, dtype=np.float64)


def _pairs(nodes: _Nodes, least: float) -> tuple[Ints, Ints, Floats, bool]:
    """Pairs (a < b) of nodes within the window whose mean vectors have at least this product, nearest ones first.

    The nodes are taken by date in blocks, each multiplied with those alone that its window holds.
    """
    n = len(nodes.members)
    means = sp.diags((1 / nodes.sizes).astype(np.float32)) @ nodes.sums
    order = np.argsort(nodes.first, kind="stable")  # those without a date last
    means = sp.csr_matrix(means)[order]
    first, last = nodes.first[order], nodes.last[order]
    frequent = np.bincount(means.indices, minlength=means.shape[1]) > _FREQUENT * n
    rough = means @ sp.diags((~frequent).astype(np.float32)) if n > _SMALL_PILE else means
    reach = np.maximum.accumulate(np.where(np.isnan(last), -np.inf, last)) if n else last
    dated = int(np.count_nonzero(~np.isnan(first)))
    kept: list[tuple[Ints, Ints, Floats]] = []
    cut = False
    for start in range(0, n, _ROWS):
        stop = min(start + _ROWS, n)
        # Each pair is found from its later row: earlier rows from the first one whose dates may still reach.
        low = int(np.searchsorted(reach[:dated], first[start] - WINDOW_DAYS)) if start < dated else 0
        product = sp.coo_matrix(rough[start:stop] @ rough[low:stop].T)
        a, b, value = product.row + start, product.col + low, product.data
        near = (b < a) & (value >= (least if rough is means else _FLOOR / 2))
        near &= ~(first[a] - last[b] > WINDOW_DAYS) & ~(first[b] - last[a] > WINDOW_DAYS)
        a, b, value = a[near], b[near], value[near]
        if rough is not means and len(a):
            value = np.concatenate(
                [_products(means, a[i : i + 50_000], b[i : i + 50_000]) for i in range(0, len(a), 50_000)]
            )
            a, b, value = a[value >= least], b[value >= least], value[value >= least]
        a, b, value, more = _nearest(a, b, value)
        cut |= more
        kept.append((order[a], order[b], value))
    if not kept:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), False
    rows, columns, found = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return np.minimum(rows, columns), np.maximum(rows, columns), found.astype(np.float64), cut


def _products(rows: Matrix, a: Ints, b: Ints) -> npt.NDArray[np.float32]:
    return np.asarray(rows[a].multiply(rows[b]).sum(axis=1)).ravel()


def _nearest(a: Ints, b: Ints, value: npt.NDArray[Any]) -> tuple[Ints, Ints, npt.NDArray[Any], bool]:
    """The nearest neighbours of each row alone, and whether some were left out."""
    by_row = np.lexsort((b, -value, a))
    a, b, value = a[by_row], b[by_row], value[by_row]
    starts = np.flatnonzero(np.r_[True, a[1:] != a[:-1]]) if len(a) else np.zeros(0, np.int64)
    rank = np.arange(len(a)) - np.repeat(starts, np.diff(np.r_[starts, len(a)]))
    return a[rank < _NEIGHBOURS], b[rank < _NEIGHBOURS], value[rank < _NEIGHBOURS], bool((rank >= _NEIGHBOURS).any())
