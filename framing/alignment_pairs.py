"""Which pairs of sentences may tell the same fact, what they have in common, and how likely they do tell it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from framing.alignment_words import Floats, Read

Ints = npt.NDArray[np.int64]

FEATURES = ("cosine", "contained", "shared", "numbers", "clash", "names", "speaker", "speakers", "meaning", "soft",
            "days", "margin", "soft_margin")  # fmt: skip
# Added to a sentence's length in quadrature: a short one must not be alike by the little it has.
_LENGTH = 6.0
_LEAST = 12.0
_FLOOR, _MEANING_FLOOR = 0.03, 0.45
_NEAREST = 12
_ROWS = 512
# Words in more than this share of many sentences find no candidates (they still count once a pair is found).
_FREQUENT, _MANY = 0.02, 4000


@dataclass(frozen=True)
class Units:
    """What is known of each sentence beside its words, arrays of one length: numbers of outlet and article, whether it
    is a headline, day (NaN: undated), and the speaker's last name ('' for none)."""

    outlet: Ints
    article: Ints
    headline: npt.NDArray[np.bool_]
    day: npt.NDArray[np.float64]
    speaker: npt.NDArray[np.str_]


@dataclass(frozen=True)
class Pairs:
    """Candidates: positions `a` < `b` of sentences of two articles, and `features` (pairs, FEATURES)."""

    a: Ints
    b: Ints
    features: npt.NDArray[np.float64]


def candidates(found: Read, units: Units) -> Pairs:
    """The nearest sentences of other articles for each sentence, headlines with headlines, with their features."""
    words = _scaled(found.words, _LENGTH)
    means = _means(found)
    a, b = _near(words, means, units)
    return Pairs(a, b, _features(found, units, words, means, a, b))


def _scaled(rows: sp.csr_matrix, length: float) -> sp.csr_matrix:
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel() + length**2)
    return sp.csr_matrix(sp.diags(1 / norms.astype(np.float32)) @ rows)


def _means(found: Read) -> Floats:
    """(n, width) weighted means of the words' vectors, of length at most 1."""
    sums = np.asarray(found.words @ found.vectors, dtype=np.float32)
    return np.asarray(sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def _near(words: sp.csr_matrix, means: Floats, units: Units) -> tuple[Ints, Ints]:
    """Pairs a < b: each sentence's nearest by words and by meaning in every outlet, its own article left out."""
    n = words.shape[0]
    rough = words
    if n > _MANY:
        held = np.bincount(words.indices, minlength=words.shape[1])
        rough = sp.csr_matrix(words @ sp.diags((held <= _FREQUENT * n).astype(np.float32)))
    kept: list[npt.NDArray[np.int64]] = []
    for outlet in np.unique(units.outlet):
        for headline in (False, True):
            columns = np.flatnonzero((units.outlet == outlet) & (units.headline == headline))
            rows = np.flatnonzero(units.headline == headline)
            for start in range(0, len(rows) if len(columns) else 0, _ROWS):
                part = rows[start : start + _ROWS]
                lexical = (rough[part] @ rough[columns].T).toarray()
                meaning = means[part] @ means[columns].T
                same = units.article[part][:, None] == units.article[columns]
                for values, floor in ((lexical, _FLOOR), (meaning, _MEANING_FLOOR)):
                    values[same] = 0.0
                    kept.append(_best(values, floor, part, columns))
    if not kept:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    pairs = np.sort(np.concatenate(kept), axis=1)
    pairs = np.unique(pairs, axis=0)
    return pairs[:, 0], pairs[:, 1]


def _best(values: Floats, floor: float, rows: Ints, columns: Ints) -> Ints:
    """(pairs, 2) positions of the nearest columns of each row."""
    if values.shape[1] > _NEAREST:
        least = np.partition(values, -_NEAREST, axis=1)[:, -_NEAREST][:, None]
        i, j = np.nonzero((values >= floor) & (values >= least))
    else:
        i, j = np.nonzero(values >= floor)
    return np.stack([rows[i], columns[j]], axis=1)


def _features(
    found: Read, units: Units, words: sp.csr_matrix, means: Floats, a: Ints, b: Ints
) -> npt.NDArray[np.float64]:
    weight = found.words
    total = np.asarray(weight.sum(axis=1)).ravel()
    cosine, shared = _products(words, words, a, b), _products(weight, _there(weight), a, b)
    numbers = _products(found.numbers, _there(found.numbers), a, b)
    names = _products(found.names, _there(found.names), a, b)
    numbered = np.diff(found.numbers.indptr) > 0
    named = (units.speaker[a] != "") & (units.speaker[b] != "")
    apart = np.nan_to_num(np.abs(units.day[a] - units.day[b]), nan=1.0)
    soft = _soft(found, a, b)
    columns = {
        "cosine": cosine,
        "contained": shared / np.maximum(_LEAST, np.minimum(total[a], total[b])),
        "shared": np.log1p(shared),
        "numbers": np.log1p(numbers),
        "clash": (numbered[a] & numbered[b] & (numbers == 0)).astype(np.float64),
        "names": np.log1p(names),
        "speaker": (named & (units.speaker[a] == units.speaker[b])).astype(np.float64),
        "speakers": (named & (units.speaker[a] != units.speaker[b])).astype(np.float64),
        "meaning": np.einsum("ij,ij->i", means[a], means[b]),
        "soft": soft,
        "days": np.minimum(apart, 5.0),
        "margin": _margin(cosine, units.outlet, a, b),
        "soft_margin": _margin(soft, units.outlet, a, b),
    }
    return np.stack([np.asarray(columns[name], dtype=np.float64) for name in FEATURES], axis=1)


def _there(rows: sp.csr_matrix) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones_like(rows.data), rows.indices, rows.indptr), shape=rows.shape)


def _products(left: sp.csr_matrix, right: sp.csr_matrix, a: Ints, b: Ints) -> npt.NDArray[np.float64]:
    """Row products of many pairs, in blocks."""
    parts = [
        np.asarray(left[a[i : i + 20_000]].multiply(right[b[i : i + 20_000]]).sum(axis=1)).ravel()
        for i in range(0, len(a), 20_000)
    ]
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)


def _soft(found: Read, a: Ints, b: Ints) -> npt.NDArray[np.float64]:
    """Share of each pair's weight that the other sentence holds in the same word or a similar one, the lesser of both
    directions.

    Numbers and words without a vector match themselves alone. After the greedy matching of BERTScore (Zhang et al.
    2020), on single words' vectors."""
    rows, vectors = found.words, found.vectors
    ends, terms, weights = rows.indptr, rows.indices, rows.data
    out = np.zeros(len(a))
    for k, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        s, t = slice(ends[i], ends[i + 1]), slice(ends[j], ends[j + 1])
        if s.stop == s.start or t.stop == t.start:
            continue
        alike = vectors[terms[s]] @ vectors[terms[t]].T
        alike = np.where(alike >= 0.5, alike * alike, 0.0)
        alike[terms[s][:, None] == terms[t][None]] = 1.0
        u, v = weights[s], weights[t]
        out[k] = min(
            float(u @ alike.max(axis=1)) / max(_LEAST, float(u.sum())),
            float(v @ alike.max(axis=0)) / max(_LEAST, float(v.sum())),
        )
    return out


def _margin(values: npt.NDArray[np.float64], outlet: Ints, a: Ints, b: Ints) -> npt.NDArray[np.float64]:
    """How far a pair is before the best rival of either sentence in the other's outlet; the lesser of both."""
    width = int(outlet.max()) + 1 if len(outlet) else 1
    return np.minimum(_ahead(values, a * width + outlet[b]), _ahead(values, b * width + outlet[a]))


def _ahead(values: npt.NDArray[np.float64], owner: Ints) -> npt.NDArray[np.float64]:
    """Each value minus the best other value of the same owner (0 where there is none)."""
    out = values.copy()
    order = np.lexsort((-values, owner))
    starts = np.flatnonzero(np.r_[True, np.diff(owner[order]) != 0]) if len(order) else order
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        mine = order[start:stop]
        if len(mine) > 1:
            out[mine[0]] -= values[mine[1]]
            out[mine[1:]] -= values[mine[0]]
    return out
