"""Which pairs of sentences may tell the same fact, what they have in common, and how likely they do tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from framing.alignment_words import Read
from framing.likeness import Vectors

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEATURES = ("cosine", "contained", "shared", "numbers", "clash", "margin", "meaning", "meaning_margin")
"""Cosine of the telling words, share of the shorter one's weight that is shared, that weight itself, shared figures,
figures of which none is shared, how far the cosine is before the best rival's; cosine of the sentences' vectors, and
how far that is before the best rival's."""
# Added to a sentence's length in quadrature: a short one must not be alike by the little it has.
_LENGTH = 6.0
_LEAST = 12.0
_FLOOR = 0.01
_NEAREST = 12
_NEAREST_IN_MEANING = 4
"""Beside those nearest by words. On the tuning events F1 is 0.69 with them and 0.68 without (docs/experiments.md)."""
_ROWS = 512
# Words in more than this share of many sentences find no candidates (they still count once a pair is found).
_FREQUENT, _MANY = 0.02, 4000


@dataclass(frozen=True)
class Units:
    """What is known of each sentence beside its words, arrays of one length: numbers of outlet and article, whether it
    is a headline."""

    outlet: Ints
    article: Ints
    headline: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Candidates: positions `a` < `b` of sentences of two articles, `features` (pairs, FEATURES), `crowd`, how many
    sentences the two outlets have (geometric mean), and `outlet` (sentences,), the number of each
    sentence's outlet."""

    a: Ints
    b: Ints
    features: Floats
    crowd: Floats
    outlet: Ints

    def ahead(self, values: Floats) -> Floats:
        """(pairs,) how far a value is before the best rival of either sentence in the other's outlet; the lesser of
        both."""
        return _margin(values, self.outlet, self.a, self.b)


def candidates(found: Read, units: Units, vectors: Vectors) -> Pairs:
    """The nearest sentences of other articles for each sentence, by words and by meaning (`vectors`, of length 1),
    headlines with headlines, with their features."""
    words = _scaled(found.words, _LENGTH)
    rough = _telling(words)
    near = [
        *_near(lambda rows, columns: (rough[rows] @ rough[columns].T).toarray(), units, _NEAREST),
        *_near(lambda rows, columns: vectors[rows] @ vectors[columns].T, units, _NEAREST_IN_MEANING),
    ]
    pairs = np.unique(np.sort(np.concatenate(near), axis=1), axis=0) if near else np.zeros((0, 2), np.int64)
    a, b = pairs[:, 0], pairs[:, 1]
    size = np.bincount(units.outlet).astype(np.float64)[units.outlet]
    return Pairs(a, b, _features(found, units, words, vectors, a, b), np.sqrt(size[a] * size[b]), units.outlet)


def _scaled(rows: sp.csr_matrix, length: float) -> sp.csr_matrix:
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel() + length**2)
    return sp.csr_matrix(sp.diags(1 / norms.astype(np.float32)) @ rows)


def _telling(words: sp.csr_matrix) -> sp.csr_matrix:
    """The words that find candidates: all of them, or among many sentences those that are not in many."""
    n = words.shape[0]
    if n <= _MANY:
        return words
    held = np.bincount(words.indices, minlength=words.shape[1])
    return sp.csr_matrix(words @ sp.diags((held <= _FREQUENT * n).astype(np.float32)))


def _near(
    likeness: Callable[[Ints, Ints], npt.NDArray[np.float32]], units: Units, nearest: int
) -> Iterator[npt.NDArray[np.int64]]:
    """(pairs, 2), block by block: each sentence's nearest in every outlet, its own article left out. `likeness` is
    asked for some rows and columns."""
    for outlet in np.unique(units.outlet):
        for headline in (False, True):
            columns = np.flatnonzero((units.outlet == outlet) & (units.headline == headline))
            rows = np.flatnonzero(units.headline == headline)
            for start in range(0, len(rows) if len(columns) else 0, _ROWS):
                part = rows[start : start + _ROWS]
                values = likeness(part, columns)
                values[units.article[part][:, None] == units.article[columns]] = 0.0
                yield _best(values, part, columns, nearest)


def _best(values: npt.NDArray[np.float32], rows: Ints, columns: Ints, nearest: int) -> Ints:
    """(pairs, 2) positions of the nearest columns of each row."""
    if values.shape[1] > nearest:
        best = np.argpartition(values, -nearest, axis=1)[:, -nearest:]
        i, k = np.nonzero(np.take_along_axis(values, best, axis=1) >= _FLOOR)
        j = best[i, k]
    else:
        i, j = np.nonzero(values >= _FLOOR)
    return np.stack([rows[i], columns[j]], axis=1)


def _features(found: Read, units: Units, words: sp.csr_matrix, vectors: Vectors, a: Ints, b: Ints) -> Floats:
    total = np.asarray(found.words.sum(axis=1), dtype=np.float64).ravel()
    cosine, shared = _products(words, words, a, b), _products(found.words, _there(found.words), a, b)
    numbers = _products(found.numbers, _there(found.numbers), a, b)
    numbered = np.diff(found.numbers.indptr) > 0
    meaning = np.einsum("ij,ij->i", vectors[a], vectors[b]).astype(np.float64)
    columns = {
        "cosine": cosine,
        "contained": shared / np.maximum(_LEAST, np.minimum(total[a], total[b])),
        "shared": np.log1p(shared),
        "numbers": np.log1p(numbers),
        "clash": (numbered[a] & numbered[b] & (numbers == 0)).astype(np.float64),
        "margin": _margin(cosine, units.outlet, a, b),
        "meaning": meaning,
        "meaning_margin": _margin(meaning, units.outlet, a, b),
    }
    return np.stack([columns[name] for name in FEATURES], axis=1)


def _there(rows: sp.csr_matrix) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones_like(rows.data), rows.indices, rows.indptr), shape=rows.shape)


def _products(left: sp.csr_matrix, right: sp.csr_matrix, a: Ints, b: Ints) -> Floats:
    """Row products of many pairs, in blocks."""
    parts = [
        np.asarray(left[a[i : i + 20_000]].multiply(right[b[i : i + 20_000]]).sum(axis=1)).ravel()
        for i in range(0, len(a), 20_000)
    ]
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)


def _margin(values: Floats, outlet: Ints, a: Ints, b: Ints) -> Floats:
    """How far a pair is before the best rival of either sentence in the other's outlet; the lesser of both."""
    width = int(outlet.max()) + 1 if len(outlet) else 1
    return np.minimum(_ahead(values, a * width + outlet[b]), _ahead(values, b * width + outlet[a]))


def _ahead(values: Floats, owner: Ints) -> Floats:
    """Each value minus the best other value of the same owner (0 where there is none)."""
    out = values.copy()
    if not len(values):
        return out
    order = np.lexsort((-values, owner))
    starts = np.flatnonzero(np.r_[True, np.diff(owner[order]) != 0])
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        mine = order[start:stop]
        if len(mine) > 1:
            out[mine[0]] -= values[mine[1]]
            out[mine[1:]] -= values[mine[0]]
    return out
