"""Encoder and heads bundled: sentences and mention spans in, probabilities out, outlets' names masked on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from framing.encode import Encoded, Encoder
from framing.heads import Floats, Head, Kind
from framing.mention_vectors import Mentions, encode_mentions
from framing.outlets import mask_outlets_with_map
from framing.registry import load_heads, refuse_other_encoder
from framing.repeats import Key, Memory, copy_to, grouped
from framing.schema import VOICES
from framing.text_heads import TextHead
from framing.threads import R, T, in_order, one_thread
from framing.voice_head import load_voice, vector_logits

Spans = Sequence[tuple[int, int]]

# Sentences handed to the encoder at once: enough to find some of one length, few enough that a progress bar moves
# every second or two and that the tokenised texts stay within a few megabytes.
CHUNK = 256
TEXT_CHUNK = 32
"""The same with a head that reads the text itself: such a model may take 0.1 s a sentence and label."""


class EncoderLike(Protocol):
    """What the step asks of an encoder."""

    @property
    def version(self) -> str: ...
    @property
    def max_tokens(self) -> int: ...
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
    def kind(self) -> Kind: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    @property
    def thresholds(self) -> Floats: ...
    def predict(self, features: Floats) -> Floats: ...
    def decide(self, p: Floats) -> npt.NDArray[np.bool_]: ...


AnyHead = HeadLike | TextHead


@dataclass(frozen=True)
class Scores:
    """Probabilities of n texts: `sentences[head]` (n, labels); `mentions[head][i]` (mentions of text i, labels).

    A mention beyond the length that the encoder reads is read with the words around it alone; NaN where even these are
    too long. `truncated` (n,) tells which texts are longer."""

    sentences: dict[str, Floats]
    mentions: dict[str, list[Floats]]
    truncated: npt.NDArray[np.bool_]
    leaning: Floats | None = None
    """(n, voices) what the voice head, where there is one, reads in the vectors: `voice.voices` goes on from it."""
    cuts: dict[str, npt.NDArray[np.int32]] = field(default_factory=dict)
    """For each text head (n,): whether the text, or how many of its mentions, were longer than its model reads."""

    @property
    def cut(self) -> dict[str, int]:
        """The same in all, by head."""
        return {name: int(found.sum()) for name, found in self.cuts.items()}


@dataclass(frozen=True)
class Masked:
    """Texts with the places of their mentions as the encoder sees them, and where each different one stands."""

    texts: list[tuple[str, list[tuple[int, int]]]]
    groups: dict[Key, list[int]]


def mask_texts(
    texts: Sequence[str], mention_spans: Sequence[Spans] | None = None, outlets: Sequence[str] | None = None
) -> Masked:
    """Names of known outlets, and of the texts' own `outlets`, made neutral; what comes again with the same targets
    grouped."""
    spans = mention_spans if mention_spans is not None else [()] * len(texts)
    own = outlets if outlets is not None else [""] * len(texts)
    found = [_masked(text, places, name) for text, places, name in zip(texts, spans, own, strict=True)]
    return Masked(found, grouped(found))


@dataclass(frozen=True)
class Scorer:
    """An encoder and the heads that read its vectors, or the text itself."""

    encoder: EncoderLike
    heads: Mapping[str, AnyHead]
    voice: Head | None = None
    """The voice head; without one, rules decide voice."""

    @classmethod
    def load(cls, models_folder: Path | None = None, own_heads: Path | None = None) -> Scorer:
        """Encoder, heads and voice of a models folder, or the shipped ones, and a user's `own_heads` beside them; a
        folder without an encoder of its own uses the shipped encoder and voice. Raises ModelError where they do not
        fit."""
        own = models_folder if models_folder is not None and (models_folder / "encoder").is_dir() else None
        encoder = Encoder.load(own / "encoder" if own else None)
        heads = load_heads(models_folder, *([own_heads] if own_heads else []))
        return cls.of(encoder, heads, load_voice(own))

    @classmethod
    def of(cls, encoder: Encoder, heads: Mapping[str, Head | TextHead], voice: Head | None = None) -> Scorer:
        """An encoder and heads of any folders. Raises ModelError for a head that reads another encoder's vectors."""
        for head in [*heads.values(), *([voice] if voice else [])]:
            refuse_other_encoder(head, encoder.version)
        return cls(encoder, heads, voice)

    def score_sentences(
        self,
        texts: Sequence[str],
        mention_spans: Sequence[Spans] | None = None,
        seen: Callable[[int], None] = lambda count: None,
        outlets: Sequence[str] | None = None,
        memory: Memory | None = None,
    ) -> Scores:
        """Probabilities of every head for texts and the mentions in them; `seen` is told how many each chunk had.

        `outlets` are the texts' publishers, whose names are masked in them like those of all known outlets. A text
        that comes again with the same targets is scored once, also where the `memory` has it from an earlier call."""
        return self.score_masked(mask_texts(texts, mention_spans, outlets), seen, memory)

    def score_masked(
        self, given: Masked, seen: Callable[[int], None] = lambda count: None, memory: Memory | None = None
    ) -> Scores:
        """The same for texts that are masked already."""
        texts = given.texts
        scores = self._blank([places for _, places in texts])
        memory = memory if memory is not None else Memory(limit=0)
        memory.serve([(name, head.version) for name, head in self.heads.items()] + [self.voice is not None])
        fresh = {}
        for key, places in given.groups.items():
            if memory.recall(key, scores, places):
                seen(len(places))
            else:
                fresh[key] = places
        by_text = bool(self._text_heads())  # other people's networks, whose products are large enough to be shared out
        size = TEXT_CHUNK if by_text else CHUNK
        order = sorted(fresh, key=lambda key: len(texts[fresh[key][0]][0]))
        chunks = [order[first : first + size] for first in range(0, len(order), size)]

        def scored(chunk: Sequence[Key]) -> Sequence[Key]:
            self._score_chunk(scores, [fresh[key][0] for key in chunk], texts)
            return chunk

        with nullcontext() if by_text else one_thread():
            for chunk in map(scored, chunks) if by_text else _two_at_once(scored, chunks):
                for key in chunk:
                    copy_to(scores, fresh[key])
                    memory.keep(key, scores, fresh[key])
                seen(sum(len(fresh[key]) for key in chunk))
        return scores

    def _blank(self, spans: Sequence[Spans]) -> Scores:
        n, heads = len(spans), list(self.heads.values())
        return Scores(
            {h.name: _empty(spans, h) for h in heads if h.level == "sentence"},
            {h.name: [_empty(places, h) for places in spans] for h in heads if h.level == "mention"},
            np.zeros(n, np.bool_),
            np.empty((n, len(VOICES)), np.float32) if self.voice else None,
            {h.name: np.zeros(n, np.int32) for h in self._text_heads()},
        )

    def _text_heads(self) -> list[TextHead]:
        return [head for head in self.heads.values() if isinstance(head, TextHead)]

    def _score_chunk(self, scores: Scores, chunk: Sequence[int], texts: Sequence[tuple[str, Spans]]) -> None:
        """Writes what every head says of the masked texts at these places."""
        by_vector = [head for head in self.heads.values() if not isinstance(head, TextHead)]
        if by_vector or self.voice is not None:
            mention_heads = [head for head in by_vector if head.level == "mention"]
            renamed = any(map(_reference, mention_heads))
            encoded, named = encode_mentions(self.encoder.encode, [texts[i] for i in chunk], renamed)
            scores.truncated[chunk] = encoded.truncated
            if self.voice is not None and scores.leaning is not None:
                scores.leaning[chunk] = vector_logits(self.voice, encoded.sentences)
            for head in by_vector:
                if head.level == "sentence":
                    _put(scores, head, chunk, head.predict(encoded.sentences))
            for head in mention_heads:
                _put(scores, head, chunk, _predicted(head, named))
        for reading in self._text_heads():
            found, cut = _predict_texts(reading, [texts[i] for i in chunk])
            _put(scores, reading, chunk, found)
            scores.cuts[reading.name][chunk] = cut


def _two_at_once(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """What `work` makes of each item, in order, with the next one always under way: what is done in Python for one
    (names, tokens, heads) leaves the encoder's processors to the other."""
    if len(items) < 2:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(2) as pool:
        yield from in_order(pool, work, items, ahead=2)


def _empty(rows: Sequence[Any], head: AnyHead) -> Floats:
    return np.empty((len(rows), len(head.labels)), np.float32)


def _put(scores: Scores, head: AnyHead, rows: Sequence[int], found: Floats | list[Floats]) -> None:
    """Stores what a head says of some texts: a row a text, or an array a text with a row a mention."""
    for i, row in zip(rows, found, strict=True):
        if head.level == "sentence":
            scores.sentences[head.name][i] = row
        else:
            scores.mentions[head.name][i] = row


def _predict_texts(
    head: TextHead, masked: Sequence[tuple[str, Spans]]
) -> tuple[Floats | list[Floats], npt.NDArray[np.int32]]:
    """What a text head says of masked texts or the mentions in them, and for each text how much was longer than it
    reads."""
    if head.level == "sentence":
        said = head.predict_texts([text for text, _ in masked])
        return said.p, said.cut.astype(np.int32)
    flat = [(text, span) for text, spans in masked for span in spans]
    said = head.predict_texts([text for text, _ in flat], [span for _, span in flat])
    ends = np.cumsum([len(spans) for _, spans in masked])[:-1]
    cuts = np.array([found.sum() for found in np.split(said.cut, ends)], np.int32)
    return np.split(said.p, ends), cuts


def _reference(head: HeadLike) -> float:
    return head.reference if isinstance(head, Head) else 0.0


def _predicted(head: HeadLike, named: Mentions) -> list[Floats]:
    """For each text (mentions, labels); NaN for a mention that was not read."""
    if not len(named.read):
        return [np.empty((0, len(head.labels)), np.float32) for _ in named.counts]
    p = np.where(named.read[:, None], head.predict(named.inputs(_reference(head))), np.float32(np.nan))
    return np.split(p, np.cumsum(named.counts)[:-1])


def _masked(text: str, spans: Spans, outlet: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as the encoder sees it, known outlets' names made neutral, and the spans moved along with it."""
    masked, move = mask_outlets_with_map(text, outlet)
    return masked, [move(start, end) for start, end in spans]
