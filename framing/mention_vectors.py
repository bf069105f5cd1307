"""What mention heads read: the vectors of a target and of its sentence, and both again under reference names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from framing.encode import Encoded, Floats, Spans
from framing.swaps import reference_names

Encode = Callable[[Sequence[str], Sequence[Spans]], Encoded]
Located = tuple[str, Spans]
"""A text and the places of its mentions."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The mentions of some texts: `features` (mentions, 2 × width) `[span mean ; sentence vector]`, `renamed` the same
    under reference names (None unless asked for), whether each was read, and how many each text has."""

    features: Floats
    renamed: Floats | None
    read: npt.NDArray[np.bool_]
    counts: Sequence[int]

    def inputs(self, reference: float) -> Floats:
        """(mentions, 2 or 4 × width): what a head with this weight of reference names reads."""
        if not reference:
            return self.features
        assert self.renamed is not None, "reference names were not asked for"
        return np.concatenate([self.features, self.renamed], axis=1)


def encode_mentions(encode: Encode, texts: Sequence[Located], reference: bool = False) -> tuple[Encoded, Mentions]:
    """The texts' vectors and those of their mentions. One beyond the encoder's reach is read in the words around it;
    with `reference` a text that names countries or persons is read under reference names too, for all its mentions."""
    other = _renamed(texts) if reference else {}
    # One call for both: the more texts, the more of one length share a batch.
    every = [*texts, *other.values()]
    encoded = encode([text for text, _ in every], [spans for _, spans in every])
    features, read, counts = _vectors(encode, every, encoded)
    n, m = len(texts), sum(counts[: len(texts)])
    mentions = Mentions(features[:m], None, read[:m], counts[:n])
    if reference:
        mentions = replace(mentions, renamed=_replaced(mentions, list(other), features[m:], read[m:]))
    return _first(encoded, n), mentions


def _renamed(texts: Sequence[Located]) -> dict[int, Located]:
    """By their places, the texts with mentions that name countries or persons, under reference names."""
    found: dict[int, Located] = {}
    for place, (text, spans) in enumerate(texts):
        if spans and (new := reference_names(text)) is not None:
            found[place] = (new.text, [new.move(*span) for span in spans])
    return found


def _replaced(mentions: Mentions, places: Sequence[int], other: Floats, read: npt.NDArray[np.bool_]) -> Floats:
    """The features, with `other` for the mentions of the texts at `places`, where these were read."""
    texts = np.repeat(np.arange(len(mentions.counts)), mentions.counts)
    rows = np.flatnonzero(np.isin(texts, places))
    found = mentions.features.copy()
    found[rows[read]] = other[read]
    return found


def _first(encoded: Encoded, n: int) -> Encoded:
    return Encoded(encoded.sentences[:n], encoded.spans[:n], encoded.inside[:n], encoded.truncated[:n])


def _vectors(
    encode: Encode, texts: Sequence[Located], encoded: Encoded
) -> tuple[Floats, npt.NDArray[np.bool_], list[int]]:
    counts = [len(found) for found in encoded.spans]
    if not sum(counts):
        return np.empty((0, 2 * encoded.sentences.shape[1]), np.float32), np.empty(0, np.bool_), counts
    sentences = np.repeat(encoded.sentences, counts, axis=0)
    features = np.concatenate([np.concatenate(encoded.spans), sentences], axis=1)
    read = np.concatenate(encoded.inside)
    far = np.flatnonzero(~read)
    if len(far):
        flat = [(text, span) for text, spans in texts for span in spans]
        around = [_around(*flat[i]) for i in far]
        again = encode([text for text, _ in around], [[span] for _, span in around])
        features[far] = np.concatenate([np.concatenate(again.spans), again.sentences], axis=1)
        read[far] = np.concatenate(again.inside)
    return features, read, counts


# Characters kept on either side of a mention that stands too far back: together some 80 tokens of English, where the
# encoder reads 128 (4 of 1,476 targets of newsmtsc devtest_mt stand beyond them).
_AROUND = 160


def _around(text: str, span: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    """The words around a span, cut at blanks, and where it stands in them."""
    start, end = span
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first and (blank := text.find(" ", first, start)) >= 0:
        first = blank + 1
    if last < len(text) and (blank := text.rfind(" ", end, last)) > 0:
        last = blank
    return text[first:last], (start - first, end - first)
