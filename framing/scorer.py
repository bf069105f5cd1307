"""Encoder and heads bundled: sentences and mention spans in, probabilities out, outlets' names masked on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from framing.encode import Encoded, Encoder
from framing.errors import ModelError
from framing.heads import load_heads
from framing.outlets import mask_outlets_with_map

Floats = npt.NDArray[np.float32]
Spans = Sequence[tuple[int, int]]

# Sentences handed to the encoder at once: enough to find some of one length, few enough that a progress bar moves
# every second or two and that the tokenised texts stay within a few megabytes.
CHUNK = 256


class EncoderLike(Protocol):
    """What the step asks of an encoder."""

    @property
    def version(self) -> str: ...
    def encode(self, texts: Sequence[str], spans: Sequence[Spans] | None = None) -> Encoded: ...


class HeadLike(Protocol):
    """What the step asks of a head."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def level(self) -> Any: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    def predict(self, features: Floats) -> Floats: ...


@dataclass(frozen=True)
class Scores:
    """Probabilities of n texts: `sentences[head]` (n, labels); `mentions[head][i]` (mentions of text i, labels).

    A mention beyond the length that the encoder reads has NaN."""

    sentences: dict[str, Floats]
    mentions: dict[str, list[Floats]]


@dataclass(frozen=True)
class Scorer:
    """An encoder and the heads that read its vectors."""

    encoder: EncoderLike
    heads: Mapping[str, HeadLike]

    @classmethod
    def load(cls, models_folder: Path | None = None) -> Scorer:
        """Encoder and heads of a models folder, or the shipped ones. Raises ModelError where they do not fit."""
        encoder = Encoder.load(models_folder / "encoder" if models_folder else None)
        heads = load_heads(models_folder)
        for head in heads.values():
            if head.encoder != encoder.version:
                raise ModelError(
                    f"Head {head.name} reads vectors of encoder {head.encoder}, but the models folder holds "
                    f"{encoder.version}. Train the head again, or put its encoder back."
                )
        return cls(encoder, heads)

    def score_sentences(
        self,
        texts: Sequence[str],
        mention_spans: Sequence[Spans] | None = None,
        seen: Callable[[int], None] = lambda count: None,
        outlets: Sequence[str] | None = None,
    ) -> Scores:
        """Probabilities of every head for texts and the mentions in them; `seen` is told how many each chunk had.

        `outlets` are the texts' publishers, whose names are masked in them like those of all known outlets."""
        spans = mention_spans if mention_spans is not None else [()] * len(texts)
        own = outlets if outlets is not None else [""] * len(texts)
        masked = [_masked(text, places, name) for text, places, name in zip(texts, spans, own, strict=True)]
        sentence_heads = [head for head in self.heads.values() if head.level == "sentence"]
        mention_heads = [head for head in self.heads.values() if head.level == "mention"]
        scores = Scores(
            {head.name: np.empty((len(texts), len(head.labels)), np.float32) for head in sentence_heads},
            {head.name: [np.empty((len(s), len(head.labels)), np.float32) for s in spans] for head in mention_heads},
        )
        order = sorted(range(len(texts)), key=lambda i: len(masked[i][0]))
        for first in range(0, len(order), CHUNK):
            chunk = order[first : first + CHUNK]
            encoded = self.encoder.encode([masked[i][0] for i in chunk], [masked[i][1] for i in chunk])
            for head in sentence_heads:
                scores.sentences[head.name][chunk] = head.predict(encoded.sentences)
            for head in mention_heads:
                for i, found in zip(chunk, _predict_mentions(head, encoded), strict=True):
                    scores.mentions[head.name][i] = found
            seen(len(chunk))
        return scores


def _predict_mentions(head: HeadLike, encoded: Encoded) -> list[Floats]:
    """For each text (mentions, labels): the head reads `[span mean ; sentence vector]`."""
    counts = [len(found) for found in encoded.spans]
    if not sum(counts):
        return [np.empty((0, len(head.labels)), np.float32) for _ in counts]
    sentences = np.repeat(encoded.sentences, counts, axis=0)
    predicted = head.predict(np.concatenate([np.concatenate(encoded.spans), sentences], axis=1))
    predicted = np.where(np.concatenate(encoded.inside)[:, None], predicted, np.float32(np.nan))
    return np.split(predicted, np.cumsum(counts)[:-1])


def _masked(text: str, spans: Spans, outlet: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as the encoder sees it, known outlets' names made neutral, and the spans moved along with it."""
    masked, move = mask_outlets_with_map(text, outlet)
    return masked, [move(start, end) for start, end in spans]
