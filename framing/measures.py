"""Figures of one head on one set, in numpy: F1 with intervals, MCC, calibration, confusion, the most certain rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.heads import Floats, Head, Kind
from framing.reliability import Bin, CrossFitted, by_chance, calibration_error, cross_fitted, reliability

Matrix = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

CERTAIN_SHARE = 0.8
"""Share of the rows that `Measure.certain` keeps: the four fifths of which the head is most certain."""
_DRAWS = 1000


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
    n: int
    macro_f1: float
    interval: tuple[float, float]
    mcc: float
    f1: dict[str, float]
    support: dict[str, int]
    role: str = "main"
    """`main`, `part` (a slice of a main set), `outside` (another domain) or `gold` (the self-written set)."""
    confusion: dict[str, dict[str, int]] = field(default_factory=dict)
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
        }
        if self.calibration_error is not None:
            found["calibration_error"] = round(self.calibration_error, 4)
        if self.by_chance is not None:
            found["calibration_error_by_chance"] = round(self.by_chance, 4)
        if self.certain_f1 is not None and self.certain_interval is not None:
            certain = {"share": CERTAIN_SHARE, "n": self.certain_n, "macro_f1": round(self.certain_f1, 4)}
            found["certain"] = certain | {"interval": _rounded(self.certain_interval)}
        if self.cross_fitted is not None:
            found["calibration_error_cross_fitted"] = {
                "mean": round(self.cross_fitted.mean, 4),
                "halves": _rounded(self.cross_fitted.halves),
                "together": round(self.cross_fitted.together, 4),
                "by_chance": round(self.cross_fitted.by_chance, 4),
            }
        curve = [[b.low, b.n, round(b.confidence, 4), round(b.accuracy, 4)] for b in self.reliability]
        more = {"reliability": curve, "confusion": self.confusion, "digest": self.digest, "note": self.note}
        return found | {name: value for name, value in more.items() if value}


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
    held = np.asarray(said.truth.any(axis=0), dtype=np.bool_)
    each = f1(said.truth, said.said)
    found = Measure(
        head=said.head,
        dataset=dataset,
        labelled_by=labelled_by,
        role=role,
        n=len(said.truth),
        macro_f1=float(each[held].mean()),
        interval=_interval(said.truth[:, held], said.said[:, held], said.example, seed),
        mcc=mcc(said.truth[:, held], said.said[:, held], said.kind),
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
        certain_f1=float(f1(truth, decided).mean()),
        certain_interval=_interval(truth, decided, said.example[kept], seed),
    )


def f1(truth: Matrix, said: Matrix, weight: npt.NDArray[Any] | None = None) -> Doubles:
    """F1 of each label, 0 where it is neither true nor said; with (draws, n) weights one row a draw."""
    real, guess = truth.astype(np.float64), said.astype(np.float64)
    w = np.ones((1, len(truth))) if weight is None else weight
    both, either = 2 * (w @ (real * guess)), w @ (real + guess)
    each = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return each[0] if weight is None else each


def mcc(truth: Matrix, said: Matrix, kind: Kind) -> float:
    """Matthews correlation: over all classes (Gorodkin 2004), or the mean of each label's."""
    if kind == "multiclass":
        return _correlation(truth, said)
    columns = range(truth.shape[1])
    return float(np.mean([_correlation(*(np.stack([m[:, j], ~m[:, j]], 1) for m in (truth, said))) for j in columns]))


def _correlation(truth: Matrix, said: Matrix) -> float:
    n, right = len(truth), float((truth & said).sum())
    real, guess = truth.sum(axis=0).astype(float), said.sum(axis=0).astype(float)
    below = np.sqrt((n**2 - (real**2).sum()) * (n**2 - (guess**2).sum()))
    return float((right * n - real @ guess) / below) if below else 0.0


def draws(group: Numbers, seed: int = 0) -> Doubles:
    """(draws, n) how often each row is taken when whole texts are drawn with replacement."""
    names, place = np.unique(group, return_inverse=True)
    rng = np.random.default_rng(seed)
    return rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=_DRAWS)[:, place].astype(np.float64)


def _interval(truth: Matrix, said: Matrix, group: Numbers, seed: int) -> tuple[float, float]:
    """Percentile bootstrap of macro-F1: whole sentences are drawn, with all their targets."""
    low, high = np.percentile(f1(truth, said, draws(group, seed)).mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def confusion(said: Judged) -> dict[str, dict[str, int]]:
    """Multi-class: true label → said label → rows. Multi-label: label → {tp, fp, fn}."""
    truth, yes = said.truth, said.said
    if said.kind == "multilabel":
        totals = np.stack([truth & yes, ~truth & yes, truth & ~yes], axis=-1).sum(axis=0)
        names: tuple[str, ...] = ("tp", "fp", "fn")
    else:
        totals, names = truth.T.astype(np.int64) @ yes.astype(np.int64), said.labels
    return {k: dict(zip(names, map(int, row), strict=True)) for k, row in zip(said.labels, totals, strict=True)}


def tier(value: float) -> str:
    """A from 0.75, B from 0.60, C below."""
    return "A" if value >= 0.75 else "B" if value >= 0.60 else "C"
