"""Measures every head on the sets held out for it: at home, by voice, in other domains, on the self-written gold set.
Needs the labelled sets for all but the gold set."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.datasets import Example, Target, evaluation_sets, masked, text_key, training_examples
from framing.encode import Encoded, Encoder
from framing.gold import gold
from framing.heads import Floats, Head
from framing.measures import Judged, Measure, Rows, measure, summary
from framing.mention_vectors import encode_mentions
from framing.outlets import mask_outlets
from framing.outside import Articles, gvfc, gvfc_mapping, half_of, judged_articles, narrative, sentfin
from framing.schema import VOICES
from framing.voice import sentence_features, voice_of
from framing.voice_head import feature_matrix

Spans = Sequence[tuple[int, int]]

PEOPLE = {
    "newsmtsc_devtest", "newsmtsc_devtest_clean", "vader_nyt_held_out", "newssd_eng_test", "gvfc",
    "narrative_frames_corpus", "sentfin",
}  # fmt: skip
"""Sets labelled by people; the others are labelled by language models and are always reported apart."""
OUTSIDE = {"gvfc", "narrative_frames_corpus", "sentfin"}
"""Sets of another domain, none of it trained on."""
GOLD = "gold"
_BY_VOICE = ("frames_annotated_dev_own", "frames_annotated_dev_quoted")
_PARTS = {*_BY_VOICE, "newsmtsc_devtest_clean", "actors_annotated_dev_own", "actors_annotated_dev_quoted"}

SETS_OF = {
    "frames_generic": ("frames_annotated_dev", *_BY_VOICE, "narrative_frames_corpus", GOLD),
    "frames_policy": ("frames_annotated_dev", *_BY_VOICE, "gvfc", GOLD),
    "sentiment": ("vader_nyt_held_out", "frames_annotated_dev", *_BY_VOICE, GOLD),
    "wording": ("newssd_eng_test", "frames_annotated_dev", *_BY_VOICE, GOLD),
    "voice": ("frames_annotated_dev", GOLD),
    "stance": (
        "newsmtsc_devtest",
        "newsmtsc_devtest_clean",
        "actors_annotated_dev",
        "actors_annotated_dev_own",
        "actors_annotated_dev_quoted",
        "sentfin",
        GOLD,
    ),
}
"""Which sets measure which head. The first decides the reliability tier: labels by people where people labelled this
very thing. GVFC and the Narrative Frames Corpus did not (other codes, whole articles), so they stand beside it."""


class Remembering:
    """An encoder that reads no text twice: the sets of several heads are the same sentences."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._sentences: dict[str, tuple[Floats, bool]] = {}
        self._spans: dict[tuple[str, Spans], tuple[Floats, npt.NDArray[np.bool_]]] = {}

    def encode(self, texts: Sequence[str], spans: Sequence[Spans] | None = None) -> Encoded:
        """As the encoder's own `encode`."""
        keys = [(t, tuple(s)) for t, s in zip(texts, spans if spans is not None else [()] * len(texts), strict=True)]
        self._read([key for key in dict.fromkeys(keys) if not self._knows(key)])
        width = self.encoder.width
        places = [self._spans[key] if key[1] else _nowhere(width) for key in keys]
        return Encoded(
            np.array([self._sentences[t][0] for t in texts], dtype=np.float32).reshape(len(texts), width),
            [found for found, _ in places],
            [inside for _, inside in places],
            np.array([self._sentences[t][1] for t in texts], dtype=np.bool_),
        )

    def _knows(self, key: tuple[str, Spans]) -> bool:
        return key in self._spans if key[1] else key[0] in self._sentences

    def _read(self, keys: Sequence[tuple[str, Spans]]) -> None:
        found = self.encoder.encode([t for t, _ in keys], [s for _, s in keys])
        for i, (text, places) in enumerate(keys):
            self._sentences[text] = found.sentences[i], bool(found.truncated[i])
            self._spans[text, places] = found.spans[i], found.inside[i]


def _nowhere(width: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    return np.zeros((0, width), np.float32), np.zeros(0, np.bool_)


def head_rows(head: Head, encoder: Encoder | Remembering, examples: Sequence[Example]) -> Rows:
    """Features and truth of the examples that carry labels of this head, outlets' names masked as in scoring."""
    if head.level == "mention":
        return _mention_rows(head, encoder, [masked(e) for e in examples if e.targets])
    labelled = [e for e in examples if _sentence_labels(head.name, e) is not None]
    truth = [[label in (_sentence_labels(head.name, e) or ()) for label in head.labels] for e in labelled]
    return Rows(
        sentence_inputs(head, encoder, [e.text for e in labelled]),
        np.array(truth, dtype=np.bool_),
        np.arange(len(labelled)),
        tuple(_id(e) for e in labelled),
        np.array([half_of(e.text) for e in labelled]),
    )


def sentence_inputs(head: Head, encoder: Encoder | Remembering, texts: Sequence[str]) -> Floats:
    """What a sentence head reads of each text: its vector, outlets' names masked, and the voice head's features."""
    vectors = encoder.encode([mask_outlets(text) for text in texts]).sentences
    if not head.features:
        return vectors
    return np.concatenate([vectors, feature_matrix(head.features, sentence_features(texts))], axis=1)


def _sentence_labels(head: str, example: Example) -> tuple[str, ...] | None:
    if head in {"frames_generic", "frames_policy"}:
        return example.frames
    value = getattr(example, head)
    return None if value is None else (value,)


def _mention_rows(head: Head, encoder: Encoder | Remembering, examples: Sequence[Example]) -> Rows:
    features, read = target_inputs(head, encoder, examples)
    rows = [(example, target) for example in examples for target in example.targets]
    kept = [row for row, seen in zip(rows, read, strict=True) if seen]
    truth = [[target.label == label for label in head.labels] for _, target in kept]
    # The same sentence is one draw, however many rows of a set repeat it with another target.
    sentences: dict[str, int] = {}
    same = np.array([sentences.setdefault(example.text, len(sentences)) for example, _ in kept])
    return Rows(
        features[read],
        np.array(truth, np.bool_),
        same,
        tuple(f"{_id(example)}@{target.start}" for example, target in kept),
        np.array([half_of(example.text) for example, _ in kept]),
    )


def target_inputs(
    head: Head, encoder: Encoder | Remembering, examples: Sequence[Example]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """What a mention head reads of every target, in order, and which of them were read."""
    texts = [(e.text, [(t.start, t.end) for t in e.targets]) for e in examples]
    _, named = encode_mentions(encoder.encode, texts, bool(head.reference))
    return named.inputs(head.reference), named.read


def _id(example: Example) -> str:
    return str(example.meta.get("id", text_key(example.text)))


def digest(ids: Sequence[str], labels: Sequence[str], truth: Any) -> str:
    """SHA-256 over a set's row ids and labels, in whatever order the rows come."""
    lines = sorted(
        f"{i}\t{','.join(label for label, yes in zip(labels, row, strict=True) if yes)}"
        for i, row in zip(ids, truth, strict=True)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class Sets:
    """Every set that figures are reported on, by name; `articles` are measured whole."""

    examples: Mapping[str, Sequence[Example]]
    articles: Articles | None = None

    @classmethod
    def read(cls, data: Path | None) -> Sets:
        """All sets in the folder `data` and the gold set; without a folder the gold set alone."""
        if data is None:
            return cls({GOLD: gold()})
        trained = {text_key(e.text) for e in training_examples(data, directed=True, texts=True)}

        def unseen(text: str) -> bool:
            return text_key(text) not in trained

        away = {name: [e for e in read(data) if unseen(e.text)] for name, read in _AWAY.items()}
        return cls(_at_home(data) | {k: v for k, v in away.items() if v} | {GOLD: gold()}, narrative(data, unseen))


_AWAY: Mapping[str, Callable[[Path], list[Example]]] = {"gvfc": gvfc, "sentfin": sentfin}


def _at_home(data: Path) -> dict[str, list[Example]]:
    sets = evaluation_sets(data)
    actors, frames = sets["actors_annotated_dev"], sets["frames_annotated_dev"]

    def held_by(holder: str) -> list[Example]:
        """Stances of one kind of holder, and the neutral ones, which nobody holds."""
        return [_only(e, lambda t: t.holder in {holder, None}) for e in actors]

    return sets | {
        "frames_annotated_dev_own": [e for e in frames if e.voice == "own"],
        "frames_annotated_dev_quoted": [e for e in frames if e.voice in {"quoted", "reported"}],
        "newsmtsc_devtest_clean": [e for e in sets["newsmtsc_devtest"] if e.meta["clean"]],
        "actors_annotated_dev_own": held_by("own"),
        "actors_annotated_dev_quoted": held_by("quoted"),
    }


def _only(example: Example, wanted: Callable[[Target], bool]) -> Example:
    return replace(example, targets=tuple(t for t in example.targets if wanted(t)))


@dataclass(frozen=True)
class Evaluation:
    """Heads, reader and sets, ready to be measured; `log` is told what is under way."""

    heads: Mapping[str, Head]
    reader: Remembering
    sets: Sets
    log: Callable[[str], None] = lambda line: None

    def measures(self) -> Iterator[Measure]:
        """Every head on every set that measures it and is there; voice by its rules where no head decides it."""
        for name, sets in SETS_OF.items():
            for dataset in sets:
                self.log(f"measuring {name} on {dataset}")
                if found := self._measure(name, dataset):
                    yield found

    def _measure(self, name: str, dataset: str) -> Measure | None:
        head, examples = self.heads.get(name), self.sets.examples.get(dataset)
        if dataset == "narrative_frames_corpus":
            return self._narrative(head) if head and self.sets.articles else None
        if examples is None or (head is None and name != "voice"):
            return None
        if head is None:
            return _voice_rules(examples, dataset)
        if dataset == "gvfc":
            head = head.narrowed([label for label in head.labels if label in set(gvfc_mapping().values())])
        rows = head_rows(head, self.reader, examples)
        found = measure(head, rows, dataset, _labelled_by(dataset), _role(dataset))
        return replace(found, digest=digest(rows.ids, head.labels, rows.truth))

    def _narrative(self, head: Head) -> Measure:
        articles = self.sets.articles
        assert articles is not None
        said, note = judged_articles(head, lambda texts: self.reader.encode(texts).sentences, articles)
        found = summary(said, "narrative_frames_corpus", "people", "outside")
        ids = [articles.ids[i] for i in said.example]
        return replace(found, note=note, digest=digest(ids, said.labels, said.truth))


def _voice_rules(examples: Sequence[Example], dataset: str) -> Measure:
    known = [e for e in examples if e.voice is not None]
    truth = np.array([[e.voice == label for label in VOICES] for e in known], dtype=np.bool_)
    said = np.array([[voice_of(e.text).voice == label for label in VOICES] for e in known], dtype=np.bool_)
    judged = Judged("voice", "multiclass", VOICES, truth, said, np.arange(len(known)))
    found = summary(judged, dataset, _labelled_by(dataset), _role(dataset))
    return replace(found, digest=digest([_id(e) for e in known], VOICES, truth))


def _labelled_by(dataset: str) -> str:
    return "people" if dataset in PEOPLE else "language models"


def _role(dataset: str) -> str:
    return GOLD if dataset == GOLD else "outside" if dataset in OUTSIDE else "part" if dataset in _PARTS else "main"


def evaluate(
    heads: Mapping[str, Head], encoder: Encoder, data: Path | None, log: Callable[[str], None] = lambda line: None
) -> list[Measure]:
    """Every head on every set that measures it; on the gold set alone where there is no folder of sets."""
    return list(Evaluation(heads, Remembering(encoder), Sets.read(data), log).measures())
