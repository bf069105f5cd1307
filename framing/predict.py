"""One head's probabilities for plain sentences, without a corpus: a stream of rows in, a prediction each, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from framing.encode import Encoder
from framing.errors import InputError
from framing.heads import Floats, Kind, decide
from framing.predict_rows import Id, Row
from framing.registry import load_heads
from framing.schema import VOICES
from framing.scorer import AnyHead, Scorer, Spans
from framing.voice import sentence_features, voice_of
from framing.voice_head import feature_matrix, head_probabilities, load_voice

VOICE = "voice"

# Rows scored at once, fewer where their texts are long: some seconds' work, so that output flows and memory stays flat.
# Tokens of padding beside 100 of text, over 11,216 news sentences sorted by length in each chunk: 8.3 in chunks of 256,
# 5.4 of 512, 4.0 of 1,024, 3.2 of 4,096.
CHUNK_ROWS = 1024
CHUNK_CHARACTERS = 1_000_000


@dataclass(frozen=True)
class Scored:
    """(n, labels) probabilities, NaN for a target that the encoder did not reach; `truncated` (n,): longer than it
    reads."""

    probabilities: Floats
    truncated: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Predictor:
    """One head by its name, whatever decides it. `score` takes texts and the target spans in each (one or none)."""

    name: str
    labels: tuple[str, ...]
    kind: Kind
    reads_targets: bool
    reach: int
    """Tokens of a text that are read."""
    score: Callable[[Sequence[str], Sequence[Spans]], Scored]
    decide: Callable[[Floats], npt.NDArray[np.bool_]]
    thresholds: tuple[float, ...] = ()
    """Probability from which each label counts; empty where the likeliest one does."""

    @classmethod
    def load(cls, name: str, models: Path | None = None, own_heads: Path | None = None) -> Predictor:
        """The head `name` of the folder `own_heads`, else of the models folder (default: the shipped one), or the
        voice. Raises InputError where there is none, ModelError where it does not fit the encoder."""
        encoder = Encoder.load(models / "encoder" if models else None)
        heads = load_heads(models, *([own_heads] if own_heads else [])) if name != VOICE else {}
        wanted = {name: heads[name]} if name in heads else heads
        return cls.of(Scorer.of(encoder, wanted, load_voice(models) if name == VOICE else None), name)

    @classmethod
    def of(cls, scorer: Scorer, name: str) -> Predictor:
        """The head `name` of a scorer, or the voice. Raises InputError where it has none of that name."""
        if name == VOICE:
            voiced = replace(scorer, heads={})

            def score_voice(texts: Sequence[str], spans: Sequence[Spans]) -> Scored:
                return predict_voice(voiced, texts)

            return cls(VOICE, VOICES, "multiclass", False, scorer.encoder.max_tokens, score_voice, _decide_voice)
        if name not in scorer.heads:
            raise InputError(f"There is no head {name!r}. There are: {', '.join(sorted({*scorer.heads, VOICE}))}.")
        head = scorer.heads[name]
        alone = replace(scorer, heads={name: head}, voice=None)

        def score(texts: Sequence[str], spans: Sequence[Spans]) -> Scored:
            return _score_head(alone, head, texts, spans)

        reach = scorer.encoder.max_tokens
        needs = tuple(float(value) for value in head.thresholds) if head.kind == "multilabel" else ()
        return cls(name, head.labels, head.kind, head.level == "mention", reach, score, head.decide, needs)


@dataclass(frozen=True)
class Prediction:
    """What a row gives: `chosen` labels (one, or any number of a multi-label head) and the probability of each label;
    or an `error`. `truncated` tells that the text is longer than the encoder reads."""

    id: Id
    chosen: tuple[str, ...] = ()
    probabilities: dict[str, float] = field(default_factory=dict)
    error: str | None = None
    truncated: bool = False


def predict(rows: Iterable[Row], predictor: Predictor) -> Iterator[list[Prediction]]:
    """A prediction for every row, in order, in lists of up to CHUNK_ROWS as soon as each is scored."""
    for chunk in _chunks(rows):
        sound = [row for row in chunk if row.fault is None]
        spans = [[row.span] if row.span else [] for row in sound]
        scored = predictor.score([row.text for row in sound], spans)
        decided = iter(_predictions(sound, scored, predictor))
        yield [next(decided) if row.fault is None else Prediction(row.id, error=row.fault) for row in chunk]


def predict_voice(scorer: Scorer, texts: Sequence[str]) -> Scored:
    """Voice of each sentence by itself, (n, voices). Without a voice head the rules decide, and they know no degrees of
    certainty: the label that they choose has 1, the others 0."""
    scores = scorer.score_sentences(texts)
    if scorer.voice is None or scores.leaning is None:
        decided = np.array([VOICES.index(voice_of(text).voice) for text in texts], dtype=np.intp)
        return Scored(np.eye(len(VOICES), dtype=np.float32)[decided], scores.truncated)
    found = feature_matrix(scorer.voice.features, sentence_features(texts))
    return Scored(head_probabilities(scorer.voice, scores.leaning, found), scores.truncated)


def _decide_voice(probabilities: Floats) -> npt.NDArray[np.bool_]:
    return decide(probabilities, "multiclass", np.empty(0, np.float32))


def _score_head(scorer: Scorer, head: AnyHead, texts: Sequence[str], spans: Sequence[Spans]) -> Scored:
    scores = scorer.score_sentences(texts, spans)
    if head.level == "sentence":
        return Scored(scores.sentences[head.name], scores.truncated)
    found = [np.empty((0, len(head.labels)), np.float32), *scores.mentions[head.name]]
    return Scored(np.concatenate(found), scores.truncated)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += len(row.text)
        if len(chunk) >= CHUNK_ROWS or characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _predictions(rows: Sequence[Row], scored: Scored, predictor: Predictor) -> Iterator[Prediction]:
    chosen = predictor.decide(scored.probabilities)
    for row, values, said, truncated in zip(rows, scored.probabilities, chosen, scored.truncated, strict=True):
        if np.isnan(values).any():
            yield Prediction(row.id, error=f"the target is too long for the {predictor.reach} tokens that are read")
            continue
        labels = tuple(label for label, yes in zip(predictor.labels, said, strict=True) if yes)
        probabilities = {label: round(float(p), 6) for label, p in zip(predictor.labels, values, strict=True)}
        yield Prediction(row.id, labels, probabilities, truncated=bool(truncated))
