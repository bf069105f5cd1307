"""Measures heads on labelled sets: F1 with n and intervals, MCC, calibration error. Needs the extra `train`
(scikit-learn) and the sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.datasets import Example, evaluation_sets, masked
from framing.encode import Encoder
from framing.errors import OptionalDependencyError
from framing.heads import Head
from framing.voice import sentence_features
from framing.voice_head import feature_matrix

Matrix = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

PEOPLE = {"newsmtsc_devtest", "newsmtsc_devtest_clean", "vader_nyt_held_out", "newssd_eng_test"}
"""Sets labelled by people; the others are labelled by language models and are always reported apart."""

SETS_OF = {
    "frames_generic": ("frames_annotated_dev",),
    "frames_policy": ("frames_annotated_dev",),
    "sentiment": ("vader_nyt_held_out", "frames_annotated_dev"),
    "wording": ("newssd_eng_test", "frames_annotated_dev"),
    "voice": ("frames_annotated_dev",),
    "stance": (
        "newsmtsc_devtest",
        "newsmtsc_devtest_clean",
        "actors_annotated_dev",
        "actors_annotated_dev_own",
        "actors_annotated_dev_quoted",
    ),
}
"""Which sets measure which head; where there is a set labelled by people it stands first and decides the reliability
tier."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a head is given and what it should say: `features` (n, d), `truth` (n, labels), one example number a row."""

    features: Floats
    truth: Matrix
    example: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Measure:
    """Figures of one head on one set; `interval` is the 95 % percentile bootstrap of macro-F1 over sentences."""

    head: str
    dataset: str
    labelled_by: str
    n: int
    macro_f1: float
    interval: tuple[float, float]
    mcc: float
    calibration_error: float
    f1: dict[str, float]
    support: dict[str, int]

    def row(self) -> dict[str, Any]:
        """The figures as plain numbers for `metrics.json`."""
        return {
            "labelled_by": self.labelled_by,
            "n": self.n,
            "macro_f1": round(self.macro_f1, 4),
            "interval": [round(v, 4) for v in self.interval],
            "mcc": round(self.mcc, 4),
            "calibration_error": round(self.calibration_error, 4),
            "f1": {k: round(v, 4) for k, v in self.f1.items()},
            "n_by_label": self.support,
        }


def head_rows(head: Head, encoder: Encoder, examples: Sequence[Example]) -> Rows:
    """Features and truth of the examples that carry labels of this head, outlets' names masked as in scoring."""
    examples = [masked(e) for e in examples]
    if head.level == "mention":
        return _mention_rows(head, encoder, [e for e in examples if e.targets])
    labelled = [e for e in examples if _sentence_labels(head, e) is not None]
    truth = np.array(
        [[label in (_sentence_labels(head, e) or ()) for label in head.labels] for e in labelled], dtype=np.bool_
    )
    texts = [e.text for e in labelled]
    vectors = encoder.encode(texts).sentences
    if head.features:
        vectors = np.concatenate([vectors, feature_matrix(head.features, sentence_features(texts))], axis=1)
    return Rows(vectors, truth, np.arange(len(labelled)))


def _sentence_labels(head: Head, example: Example) -> tuple[str, ...] | None:
    if head.name in {"frames_generic", "frames_policy"}:
        return example.frames
    value = getattr(example, head.name)
    return None if value is None else (value,)


def _mention_rows(head: Head, encoder: Encoder, examples: Sequence[Example]) -> Rows:
    encoded = encoder.encode([e.text for e in examples], [[(t.start, t.end) for t in e.targets] for e in examples])
    features, truth, number = [], [], []
    for i, example in enumerate(examples):
        for k, target in enumerate(example.targets):
            if encoded.inside[i][k]:
                features.append(np.concatenate([encoded.spans[i][k], encoded.sentences[i]]))
                truth.append([target.label == label for label in head.labels])
                number.append(i)
    return Rows(np.array(features, dtype=np.float32), np.array(truth, dtype=np.bool_), np.array(number))


def calibration_error(p: Floats, truth: Matrix, kind: str, bins: int = 10) -> float:
    """Expected calibration error in equal-width bins (Naeini et al. 2015): of the chosen label, or averaged over the
    labels of a multi-label head."""
    if kind == "multiclass":
        return _binned(p.max(axis=1), truth[np.arange(len(p)), p.argmax(axis=1)], bins)
    return float(np.mean([_binned(p[:, j], truth[:, j], bins) for j in range(p.shape[1])]))


def _binned(confidence: Floats, right: Matrix, bins: int) -> float:
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        inside = place == b
        if inside.any():
            total += inside.mean() * abs(float(confidence[inside].mean()) - float(right[inside].mean()))
    return total


def measure(head: Head, rows: Rows, dataset: str, seed: int = 0) -> Measure:
    """Figures of a head on rows it was neither trained nor calibrated on."""
    try:
        from sklearn.metrics import f1_score, matthews_corrcoef
    except ImportError as error:
        raise OptionalDependencyError("Measuring heads", "train") from error
    p = head.predict(rows.features)
    said = head.decide(p)
    each = f1_score(rows.truth, said, average=None, zero_division=0.0)
    resample = _by_example(rows.example, seed)
    runs = [float(f1_score(rows.truth[take], said[take], average="macro", zero_division=0.0)) for take in resample]
    if head.kind == "multiclass":
        mcc = float(matthews_corrcoef(rows.truth.argmax(1), said.argmax(1)))
    else:
        mcc = float(np.mean([matthews_corrcoef(rows.truth[:, j], said[:, j]) for j in range(len(head.labels))]))
    return Measure(
        head=head.name,
        dataset=dataset,
        labelled_by="people" if dataset in PEOPLE else "language models",
        n=len(p),
        macro_f1=float(np.mean(each)),
        interval=(float(np.percentile(runs, 2.5)), float(np.percentile(runs, 97.5))),
        mcc=mcc,
        calibration_error=calibration_error(p, rows.truth, head.kind),
        f1=dict(zip(head.labels, map(float, each), strict=True)),
        support=dict(zip(head.labels, map(int, rows.truth.sum(axis=0)), strict=True)),
    )


def _by_example(example: npt.NDArray[np.int64], seed: int, runs: int = 500) -> list[npt.NDArray[np.int64]]:
    """Bootstrap row numbers: whole sentences are drawn, with all their targets."""
    rng = np.random.default_rng(seed)
    order = np.argsort(example, kind="stable")
    starts = np.flatnonzero(np.diff(example[order], prepend=-1))
    groups = np.split(order, starts[1:])
    return [np.concatenate([groups[i] for i in rng.integers(len(groups), size=len(groups))]) for _ in range(runs)]


def tier(f1: float) -> str:
    """A from 0.75, B from 0.60, C below."""
    return "A" if f1 >= 0.75 else "B" if f1 >= 0.60 else "C"


def _parts(data: Path) -> dict[str, list[Example]]:
    sets = evaluation_sets(data)
    actors = sets["actors_annotated_dev"]

    def held_by(holder: str) -> list[Example]:
        """Stances of one kind of holder, and the neutral ones, which nobody holds."""
        return [_only(e, lambda t: t.holder in {holder, None}) for e in actors]

    return sets | {
        "newsmtsc_devtest_clean": [e for e in sets["newsmtsc_devtest"] if e.meta["clean"]],
        "actors_annotated_dev_own": held_by("own"),
        "actors_annotated_dev_quoted": held_by("quoted"),
    }


def _only(example: Example, wanted: Callable[[Any], bool]) -> Example:
    return Example(
        example.text, targets=tuple(t for t in example.targets if wanted(t)), origin=example.origin, meta=example.meta
    )


def evaluate(heads: Mapping[str, Head], encoder: Encoder, data: Path) -> list[Measure]:
    """Every head on every set that measures it."""
    parts = _parts(data)
    return [
        measure(head, head_rows(head, encoder, parts[name]), name)
        for head in heads.values()
        for name in SETS_OF.get(head.name, ())
    ]


def format_measures(measures: Sequence[Measure]) -> str:
    """A plain-text table: one block a head and set, per-label F1 with n below it."""
    lines = []
    for m in measures:
        low, high = m.interval
        lines.append(
            f"{m.head:15} {m.dataset:28} labels by {m.labelled_by:15} n {m.n:5}"
            f"  macro-F1 {m.macro_f1:.3f} [{low:.3f}, {high:.3f}]"
            f"  MCC {m.mcc:.3f}  calibration error {m.calibration_error:.3f}"
        )
        lines += [f"    {label:45} F1 {m.f1[label]:.3f}  n {m.support[label]}" for label in m.f1]
    return "\n".join(lines)
