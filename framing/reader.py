"""What somebody else's model says of sentences: probabilities of a head's labels from a classifier's logits, or by
natural language inference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax

from framing.classifier import Classifier, Logits, Reading
from framing.errors import ModelError
from framing.hub import Source

Floats = npt.NDArray[np.float32]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """`p` (n, labels) probabilities, NaN for what could not be read; `cut` (n,) longer than the model reads."""

    p: Floats
    cut: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Reader:
    """A source read for a head's labels. `beside` is the head's folder; the model loads at first use."""

    source: Source
    kind: Literal["multilabel", "multiclass"]
    labels: tuple[str, ...]
    beside: Path

    @cached_property
    def classifier(self) -> Classifier:
        """The source's model. Raises ModelError where it is not there, may not be used, or does not fit the labels."""
        classifier = Classifier(self.source.folder(self.beside), self.source.model, self.source.max_tokens)
        if self.source.task == "nli":
            entailment(classifier.labels, self.source.model)
        else:
            check_labels(self.source, self.kind, classifier.labels)
        return classifier

    def predict(self, texts: Sequence[str], spans: Sequence[Span] | None = None) -> Said:
        """Probabilities for texts; with `spans`, one a text, toward the words that stand there."""
        if not texts:
            return Said(np.empty((0, len(self.labels)), np.float32), np.empty(0, np.bool_))
        places: list[Span | None] = list(spans) if spans is not None else [None] * len(texts)
        items = list(zip(texts, places, strict=True))
        if self.source.task == "nli":
            return self._inferred(items)
        logits = self.classifier.logits(
            [Reading(text, None if span is None else text[slice(*span)], span) for text, span in items]
        )
        return Said(self._mapped(logits.values), logits.cut)

    def _mapped(self, logits: Floats) -> Floats:
        p = expit(logits) if self.kind == "multilabel" else softmax(logits, axis=1)
        weights = np.array(
            [[self.source.labels.get(theirs) == ours for ours in self.labels] for theirs in self.classifier.labels],
            dtype=np.float32,
        )
        # A NaN times zero is NaN: a row that was not read stays so.
        return np.asarray(p @ weights, dtype=np.float32)

    def _inferred(self, items: Sequence[tuple[str, Span | None]]) -> Said:
        """As the zero-shot pipeline of transformers: one hypothesis a label; softmax over the entailments, or of
        entailment against contradiction where labels exclude nothing."""
        words = {ours: theirs for theirs, ours in self.source.labels.items()}
        readings = [
            Reading(text, self._hypothesis(words[label], text, span), span)
            for text, span in items
            for label in self.labels
        ]
        logits: Logits = self.classifier.logits(readings)
        shape = (len(items), len(self.labels))
        yes, no = entailment(self.classifier.labels, self.source.model)
        entailed, denied = (logits.values[:, column].reshape(shape) for column in (yes, no))
        p = expit(entailed - denied) if self.kind == "multilabel" else softmax(entailed, axis=1)
        return Said(np.asarray(p, dtype=np.float32), np.asarray(logits.cut.reshape(shape).any(axis=1)))

    def _hypothesis(self, label: str, text: str, span: Span | None) -> str:
        # Not str.format: the words of an article may hold braces.
        hypothesis = self.source.hypothesis.replace("{label}", label)
        return hypothesis if span is None else hypothesis.replace("{target}", text[slice(*span)])


def entailment(labels: Sequence[str], model: str) -> tuple[int, int]:
    """Which outputs of an NLI model stand for entailment and for its contrary. Raises ModelError where its names do not
    tell."""
    names = [label.casefold() for label in labels]
    yes = [i for i, name in enumerate(names) if name.startswith("entail")]
    no = [i for i, name in enumerate(names) if name.startswith("contra")]
    if len(names) == 2 and not no:
        no = [i for i in (0, 1) if i not in yes]
    if len(yes) != 1 or len(no) != 1:
        raise ModelError(
            f"Model {model!r} calls its outputs {', '.join(labels)}: that does not tell which is entailment and which "
            "contradiction. Choose a model for natural language inference whose id2label names them."
        )
    return yes[0], no[0]


def check_labels(source: Source, kind: str, labels: Sequence[str]) -> None:
    """Raises ModelError unless the source's labels are the model's: of a multi-class head each must lead somewhere."""
    if len(labels) < 2:
        raise ModelError(f"Model {source.model!r} has a single output: it rates, it does not classify.")
    unknown = sorted(set(source.labels) - set(labels))
    left = sorted(set(labels) - set(source.labels)) if kind == "multiclass" else []
    twice = kind == "multilabel" and len(set(source.labels.values())) < len(source.labels)
    if unknown or left or twice:
        wrong = (
            f"it has no label {unknown[0]!r}" if unknown else f"its label {left[0]!r} leads to none" if left
            else "two of its labels lead to one, which a multi-label head cannot add up"
        )  # fmt: skip
        raise ModelError(
            f"The labels of the head do not match model {source.model!r}: {wrong}. It has: {', '.join(labels)}."
        )
