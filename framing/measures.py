"""Figures of one head on one set, in numpy: F1 with intervals, MCC, calibration, confusion, the most certain sentences.
Needs scikit-learn (extra `train`) for MCC and confusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.errors import OptionalDependencyError
from framing.heads import Head, Kind
from framing.reliability import Bin, CrossFitted, by_chance, calibration_error, cross_fitted, reliability

Matrix = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

CERTAIN_SHARE = 0.8
"""Share of the rows that `Measure.certain` keeps: the four fifths of which the head is most certain."""
_RUNS = 500


@dataclass(frozen=True, slots=True)
class Rows:
    """What a head is given and what it should say: `features` (n, d), `truth` (n, labels), one example number a row.

    `ids` name the rows for the digest; `half` puts each row, by a hash of its text, into one of two halves."""

    features: Floats
    truth: Matrix
    example: Numbers
    ids: tuple[str, ...] = ()
    half: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of n rows and what is true; `p` where the judge gives probabilities (rules give none)."""

    head: str
    kind: Kind
    labels: tuple[str, ...]
    truth: Matrix
    said: Matrix
    example: Numbers
    p: Floats | None = None
    certainty: Floats | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Figures of one head on one set; intervals are 95 % percentile bootstraps over sentences.

    `macro_f1` averages the labels that the set holds. What has no probabilities has no calibration and no certainty."""

    head: str
    dataset: str
    labelled_by: str
    role: str
    """`main`, `part` (a slice of a main set), `outside` (another domain) or `gold` (the self-written set)."""
    n: int
    macro_f1: float
    interval: tuple[float, float]
    mcc: float
    f1: dict[str, float]
    support: dict[str, int]
    confusion: dict[str, dict[str, int]]
    """Multi-class: true label → said label → rows. Multi-label: label → {tp, fp, fn}."""
    calibration_error: float | None = None
    by_chance: float | None = None
    """Calibration error that perfectly calibrated probabilities would show on n rows."""
    cross_fitted: CrossFitted | None = None
    """Calibration fitted anew on the other half of the set."""
    reliability: tuple[Bin, ...] = ()
    certain_n: int = 0
    certain_f1: float | None = None
    certain_interval: tuple[float, float] | None = None
    digest: str = ""
    note: str = ""

    def row(self) -> dict[str, Any]:
        """The figures as plain numbers for `metrics.json`."""
        found: dict[str, Any] = {
            "labelled_by": self.labelled_by,
            "role": self.role,
            "n": self.n,
            "macro_f1": round(self.macro_f1, 4),
            "interval": _rounded(self.interval),
            "mcc": round(self.mcc, 4),
            "f1": {k: round(v, 4) for k, v in self.f1.items()},
            "n_by_label": self.support,
            "confusion": self.confusion,
            "digest": self.digest,
        }
        if self.calibration_error is not None:
            found["calibration_error"] = round(self.calibration_error, 4)
        if self.certain_f1 is not None and self.certain_interval is not None:
            certain = {"n": self.certain_n, "macro_f1": round(self.certain_f1, 4)}
            found |= {
                "calibration_error_by_chance": round(self.by_chance or 0.0, 4),
                "certain": {"share": CERTAIN_SHARE, **certain, "interval": _rounded(self.certain_interval)},
                "reliability": [[b.low, b.n, round(b.confidence, 4), round(b.accuracy, 4)] for b in self.reliability],
            }
        if self.cross_fitted is not None:
            found["calibration_error_cross_fitted"] = {
                "mean": round(self.cross_fitted.mean, 4),
                "halves": _rounded(self.cross_fitted.halves),
                "together": round(self.cross_fitted.together, 4),
                "by_chance": round(self.cross_fitted.by_chance, 4),
            }
        return found | ({"note": self.note} if self.note else {})


def _rounded(values: tuple[float, ...]) -> list[float]:
    return [round(v, 4) for v in values]


def judged(head: Head, rows: Rows) -> Judged:
    """What the head says of the rows, with its probabilities and how certain it is of each row."""
    p = head.predict(rows.features)
    sure = certainty(p, head.kind, head.thresholds)
    return Judged(head.name, head.kind, head.labels, rows.truth, head.decide(p), rows.example, p, sure)


def certainty(p: Floats, kind: Kind, thresholds: Floats) -> Floats:
    """How certain each row is. Multi-class: the largest probability. Multi-label: the mean over labels of the distance
    between probability and threshold.

    Chosen on 894 calibration rows (neither trained on nor reported), macro-F1 of the generic and the policy frames
    among the most certain four fifths: mean distance 0.640 and 0.701, smallest distance 0.606 and 0.679, mean distance
    as a share of the way to 0 or 1 0.575 and 0.696; all rows 0.621 and 0.673."""
    if kind == "multiclass":
        return np.asarray(p.max(axis=1), dtype=np.float32)
    return np.asarray(np.abs(p - thresholds).mean(axis=1), dtype=np.float32)


def measure(head: Head, rows: Rows, dataset: str, labelled_by: str = "people", role: str = "main") -> Measure:
    """Figures of a head on rows it was neither trained nor calibrated on."""
    found = summary(judged(head, rows), dataset, labelled_by, role)
    return (
        replace(found, cross_fitted=cross_fitted(head, rows.features, rows.truth, rows.half))
        if rows.half is not None
        else found
    )


def summary(said: Judged, dataset: str, labelled_by: str, role: str, seed: int = 0) -> Measure:
    """Every figure of what was said of a set."""
    groups, held = _groups(said.example), np.asarray(said.truth.any(axis=0), dtype=np.bool_)
    each = f1(_counts(said.truth, said.said).sum(axis=0))
    found = Measure(
        head=said.head,
        dataset=dataset,
        labelled_by=labelled_by,
        role=role,
        n=len(said.truth),
        macro_f1=float(each[held].mean()),
        interval=_interval(said.truth[:, held], said.said[:, held], groups, seed),
        mcc=_mcc(said),
        f1=dict(zip(said.labels, map(float, each), strict=True)),
        support=dict(zip(said.labels, map(int, said.truth.sum(axis=0)), strict=True)),
        confusion=confusion(said),
    )
    return found if said.p is None else _with_probabilities(found, said, held, seed)


def _with_probabilities(found: Measure, said: Judged, held: Matrix, seed: int) -> Measure:
    assert said.p is not None
    assert said.certainty is not None
    kept = np.sort(np.argsort(-said.certainty, kind="stable")[: round(CERTAIN_SHARE * len(said.truth))])
    truth, decided = said.truth[kept][:, held], said.said[kept][:, held]
    return replace(
        found,
        calibration_error=calibration_error(said.p, said.truth, said.kind),
        by_chance=by_chance(said.p, said.kind),
        reliability=reliability(said.p, said.truth, said.kind),
        certain_n=len(kept),
        certain_f1=float(f1(_counts(truth, decided).sum(axis=0)).mean()),
        certain_interval=_interval(truth, decided, _groups(said.example[kept]), seed),
    )


def _counts(truth: Matrix, said: Matrix) -> Numbers:
    """(n, labels, 3): whether each decision is a hit, a false alarm, a miss."""
    return np.stack([truth & said, ~truth & said, truth & ~said], axis=-1).astype(np.int64)


def f1(counts: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """F1 from (…, 3) counts of hits, false alarms and misses; 0 where there are none of them."""
    hits, wrong = 2.0 * counts[..., 0], counts[..., 1] + counts[..., 2]
    return np.asarray(np.divide(hits, hits + wrong, out=np.zeros_like(hits), where=(hits + wrong) > 0))


def _groups(example: Numbers) -> Numbers:
    return np.asarray(np.unique(example, return_inverse=True)[1], dtype=np.int64)


def _interval(truth: Matrix, said: Matrix, groups: Numbers, seed: int) -> tuple[float, float]:
    """Percentile bootstrap of macro-F1: whole sentences are drawn, with all their targets."""
    n = int(groups.max()) + 1
    by_sentence = np.zeros((n, truth.shape[1], 3))
    np.add.at(by_sentence, groups, _counts(truth, said))
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=_RUNS)
    runs = f1(np.tensordot(drawn, by_sentence, axes=1)).mean(axis=1)
    return float(np.percentile(runs, 2.5)), float(np.percentile(runs, 97.5))


def _sklearn() -> Any:
    try:
        from sklearn import metrics
    except ImportError as error:
        raise OptionalDependencyError("Measuring heads", "train") from error
    return metrics


def _mcc(said: Judged) -> float:
    """Matthews' correlation; of a multi-label head the mean over the labels that the set holds."""
    coefficient: Callable[..., float] = _sklearn().matthews_corrcoef
    if said.kind == "multiclass":
        return float(coefficient(said.truth.argmax(1), said.said.argmax(1)))
    held = np.flatnonzero(said.truth.any(axis=0))
    return float(np.mean([coefficient(said.truth[:, j], said.said[:, j]) for j in held]))


def confusion(said: Judged) -> dict[str, dict[str, int]]:
    """Multi-class: true label → said label → rows. Multi-label: label → {tp, fp, fn}."""
    if said.kind == "multilabel":
        totals = _counts(said.truth, said.said).sum(axis=0)
        return {
            k: dict(zip(("tp", "fp", "fn"), map(int, t), strict=True)) for k, t in zip(said.labels, totals, strict=True)
        }
    table = _sklearn().confusion_matrix(said.truth.argmax(1), said.said.argmax(1), labels=range(len(said.labels)))
    return {k: dict(zip(said.labels, map(int, row), strict=True)) for k, row in zip(said.labels, table, strict=True)}


def tier(value: float) -> str:
    """A from 0.75, B from 0.60, C below."""
    return "A" if value >= 0.75 else "B" if value >= 0.60 else "C"
