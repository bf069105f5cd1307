"""A user's own heads: a linear layer on the shipped encoder's vectors, learned from labelled sentences in a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from framing.crossval import Data, Layer, Point, cross_validate, learn, learning_curve, measured, together
from framing.encode import Encoder
from framing.errors import InputError
from framing.heads import Floats, Head
from framing.labelled import Labelled, enough
from framing.logistic import Doubles, fitting, rotated
from framing.measures import draws, f1
from framing.mention_vectors import encode_mentions
from framing.outlets import mask_outlets_with_map
from framing.own_cards import own_card
from framing.own_store import SEED, Curve, Trained, check_name, store

_CHUNK = 256

Progress = Callable[[str, int, int], None]


def train_head(
    name: str,
    labelled: Labelled,
    folder: Path,
    definitions: Mapping[str, str] | None = None,
    encoder: Encoder | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Trained:
    """Learns the head `name` from labelled sentences, measures it by cross-validation, and stores it below `folder`.
    The same rows give the same bytes. Raises InputError where the name or the rows cannot be used."""
    check_name(name)
    encoder = encoder or Encoder.load()
    labelled, vectors, truncated = _encoded(encoder, labelled, progress)
    with fitting():
        centre, spread = vectors.mean(axis=0), float(vectors.std())
        x, axes = rotated((vectors - centre) / spread)
        data = Data(x, labelled.truth, labelled.group, labelled.kind)
        repeats = _repeats(len(x))
        guesses = []
        for r in range(repeats):
            progress("Cross-validating", r, repeats + 1)
            guesses.append(cross_validate(data, SEED + r))
        measure = measured(name, labelled.labels, data, guesses, labelled.source)
        progress("Cross-validating", repeats, repeats + 1)
        curve = _curve([*learning_curve(data, SEED), Point(round(len(x) * 0.8), guesses[0].said)], data)
        layer = learn(data, SEED)
        progress("Cross-validating", repeats + 1, repeats + 1)
    weight = axes @ layer.weights[:-1] / spread
    bias = layer.weights[-1] - (centre / spread) @ axes @ layer.weights[:-1]
    head = _head(name, labelled, (weight, bias, layer), _meanings(labelled.labels, definitions), encoder.version)
    held_out = together(guesses, labelled.kind)
    trained = Trained(head, labelled, measure, curve, repeats, layer.strength, truncated, held_out)
    return store(trained, folder, own_card)


def _encoded(encoder: Encoder, labelled: Labelled, progress: Progress) -> tuple[Labelled, Doubles, int]:
    """The rows that the encoder reads, their (n, d) features as at scoring (outlets' names masked), and how many texts
    are longer than it reads."""
    masked = [mask_outlets_with_map(row.text) for row in labelled.rows]
    spans = [[move(*row.span)] if row.span else [] for row, (_, move) in zip(labelled.rows, masked, strict=True)]
    vectors: list[Floats] = []
    unread: dict[int, str] = {}
    truncated = 0
    for first in range(0, len(masked), _CHUNK):
        progress("Encoding", first, len(masked))
        part = slice(first, first + _CHUNK)
        texts = [(text, places) for (text, _), places in zip(masked[part], spans[part], strict=True)]
        encoded, named = encode_mentions(encoder.encode, texts)
        truncated += int(encoded.truncated.sum())
        if labelled.level == "sentence":
            vectors.append(encoded.sentences)
            continue
        vectors.append(named.features)
        reason = f"its target is too long for the {encoder.max_tokens} tokens that the encoder reads"
        unread |= {first + i: reason for i, seen in enumerate(named.read) if not seen}
    progress("Encoding", len(masked), len(masked))
    learned = np.concatenate(vectors).astype(np.float64)
    if not unread:
        return labelled, learned, truncated
    kept = enough(labelled.without(unread))
    places = {row.place.position: i for i, row in enumerate(labelled.rows)}
    return kept, learned[[places[row.place.position] for row in kept.rows]], truncated


def _repeats(n: int) -> int:
    """How often the folds are drawn anew: as often as leaves 1,000 rows well within a minute."""
    return 5 if n <= 300 else 2 if n <= 1500 else 1


def _head(
    name: str, labelled: Labelled, learned: tuple[Doubles, Doubles, Layer], meanings: Mapping[str, str], encoder: str
) -> Head:
    weight, bias, layer = learned
    return Head(
        name=name,
        kind=labelled.kind,
        level=labelled.level,
        labels=labelled.labels,
        definitions=meanings,
        thresholds=layer.thresholds,
        scale=layer.scale,
        bias=layer.bias,
        layers=((_single(weight.T), _single(bias)),),
        encoder=encoder,
        version="",
        folder=Path(),
    )


def _single(values: Doubles) -> Floats:
    return values.astype(np.float32)


def _meanings(labels: Sequence[str], definitions: Mapping[str, str] | None) -> dict[str, str]:
    """Each label's definition, found whatever the capitals; empty where there is none. Raises InputError where a
    codebook defines none of the labels."""
    known = {label.casefold(): text for label, text in (definitions or {}).items()}
    found = {label: known.get(label.casefold(), "") for label in labels}
    if known and not any(found.values()):
        raise InputError(f"The codebook defines none of the labels {', '.join(labels)}; it has: {', '.join(known)}.")
    return found


def _curve(points: Sequence[Point], data: Data) -> Curve:
    """The curve, and whether the last doubling of rows helped by more than chance over texts explains."""
    weight = draws(data.group)
    f1s = [(point.n, float(f1(data.truth, point.said).mean())) for point in points]
    half = max((p for p in points if p.n <= 0.55 * points[-1].n), key=lambda p: p.n, default=points[0])
    between = f1(data.truth, points[-1].said, weight).mean(axis=1) - f1(data.truth, half.said, weight).mean(axis=1)
    low, high = (float(v) for v in np.percentile(between, [2.5, 97.5]))
    gain = f1s[-1][1] - dict(f1s)[half.n]
    told = f"from {half.n} to {points[-1].n} rows macro-F1 moved by {gain:+.3f} [{low:+.3f}, {high:+.3f}]"
    if len(points) == 1:
        advice = "There are too few rows for a learning curve: label more."
    elif low > 0:
        advice = f"More labels would probably help: {told}."
    elif high < 0.03:
        advice = f"More labels of this kind would hardly help: {told}. Clearer definitions or other labels might."
    elif gain >= 0.03:
        advice = f"More labels may help, though chance could explain it: {told}."
    else:
        advice = f"Whether more labels would help cannot be told yet: {told}."
    return Curve(tuple(f1s), gain, (low, high), advice)
