"""What `framing evaluate` prints: every figure of every head and set, beside floor, goals and the figure before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from statistics import mean
from typing import Any

from framing.datasets import GENERIC, POLICY
from framing.floors import Stored
from framing.measures import Measure
from framing.reliability import Bin
from framing.sensitivity import MOST_CHANGE, MOST_FLIPPED, Sensitivity

GOALS: Mapping[tuple[str, str], tuple[float, float]] = {
    ("frames_generic", "frames_annotated_dev"): (0.60, 0.70),
    ("sentiment", "vader_nyt_held_out"): (0.62, 0.70),
    ("sentiment", "frames_annotated_dev"): (0.67, 0.75),
    ("wording", "newssd_eng_test"): (0.74, 0.79),
    ("wording", "frames_annotated_dev"): (0.78, 0.83),
    ("voice", "frames_annotated_dev"): (0.76, 0.86),
    ("stance", "newsmtsc_devtest"): (0.75, 0.794),
    ("stance", "actors_annotated_dev"): (0.62, 0.75),
}
"""Macro-F1 that a head must reach, and that it aims at."""
FRAMES_GOAL = (0.64, 0.72)
"""The same for the 17 frames of both frame heads together."""
CALIBRATION_GOAL = 0.05
CLEAN_GOAL = 0.03


def format_measures(measures: Sequence[Measure], stored: Stored | None = None) -> str:
    """A plain-text block a head and set: F1 with interval beside goals, floor and the stored figure, MCC, calibration
    as shipped and refitted, the most certain four fifths, every label with n, reliability curve and confusion."""
    blocks = ["\n".join(_block(m, _stored(stored or {}, m))) for m in measures]
    return "\n\n".join([*blocks, *_all_frames(measures), *_clean(measures), *_calibration(measures)])


def _stored(stored: Stored, m: Measure) -> Mapping[str, Any]:
    row: Mapping[str, Any] = stored.get(m.head, {}).get("sets", {}).get(m.dataset, {})
    return row


def _block(m: Measure, old: Mapping[str, Any]) -> Iterator[str]:
    low, high = m.interval
    yield f"{m.head}  on {m.dataset}, labels by {m.labelled_by}, n {m.n}"
    yield f"  macro-F1 {m.macro_f1:.3f} [{low:.3f}, {high:.3f}]{_beside(m, old)}"
    yield f"  MCC {m.mcc:.3f}{_calibrated(m)}"
    if m.certain_f1 is not None and m.certain_interval is not None:
        low, high = m.certain_interval
        yield f"  most certain 80 % (n {m.certain_n})  macro-F1 {m.certain_f1:.3f} [{low:.3f}, {high:.3f}]"
    if m.note:
        yield f"  {m.note}"
    yield from _labels(m)
    if m.reliability:
        yield from _curve(m.reliability)


def _beside(m: Measure, old: Mapping[str, Any]) -> str:
    text = ""
    if goal := GOALS.get((m.head, m.dataset)):
        text += f"  {_verdict(m.macro_f1, goal)}"
    if "floor" in old:
        text += f"  floor {old['floor']:.3f}"
    return text + (f"  stored {old['macro_f1']:.3f}" if "macro_f1" in old else "")


def _verdict(value: float, goal: tuple[float, float]) -> str:
    must, aim = goal
    word = "aim reached" if value >= aim else "must reached" if value >= must else "MUST NOT REACHED"
    return f"must {must:.3g}, aim {aim:.3g}: {word}"


def _calibrated(m: Measure) -> str:
    if m.calibration_error is None or m.by_chance is None:
        return ""
    text = f"  calibration error {m.calibration_error:.3f} (by chance alone {m.by_chance:.3f})"
    if fitted := m.cross_fitted:
        one, other = fitted.halves
        text += f", refitted on the other half {fitted.mean:.3f} ({one:.3f} and {other:.3f}"
        text += f"; together {fitted.together:.3f}; by chance alone {fitted.by_chance:.3f})"
    return text


def _labels(m: Measure) -> Iterator[str]:
    width = max(map(len, m.f1))
    matrix = "tp" not in next(iter(m.confusion.values()))
    if matrix:
        yield f"    {'':{width}}  {'':8}  {'':7} said: {'  '.join(m.f1)}"
    for label, f1 in m.f1.items():
        counts = m.confusion[label]
        if matrix:
            cells = "  ".join(f"{counts[k]:>{len(k)}}" for k in m.f1)
            yield f"    {label:{width}}  F1 {f1:.3f}  n {m.support[label]:<5}       {cells}"
        else:
            cells = f"found {counts['tp']}, wrongly {counts['fp']}, missed {counts['fn']}"
            yield f"    {label:{width}}  F1 {f1:.3f}  n {m.support[label]:<5} {cells}"


def _curve(bins: Sequence[Bin]) -> Iterator[str]:
    yield "    reliability   " + " ".join(f"{f'{b.low:.1f}–{b.low + 0.1:.1f}':>8}" for b in bins)
    for name, cells in (
        ("n", [str(b.n) for b in bins]),
        ("confidence", [f"{b.confidence:.2f}" for b in bins]),
        ("accuracy", [f"{b.accuracy:.2f}" for b in bins]),
    ):
        yield f"    {name:13} " + " ".join(f"{cell:>8}" for cell in cells)


def _all_frames(measures: Sequence[Measure]) -> Iterator[str]:
    """The 17 frames that the issue's goal names: the 14 policy frames and the three that only the generic head has."""
    found = {m.head: m for m in measures if m.dataset == "frames_annotated_dev"}
    if {"frames_policy", "frames_generic"} <= set(found):
        only = [label for label in GENERIC if label not in POLICY]
        value = mean([*found["frames_policy"].f1.values(), *(found["frames_generic"].f1[k] for k in only)])
        yield f"all 17 frames on frames_annotated_dev: macro-F1 {value:.3f}  {_verdict(value, FRAMES_GOAL)}"


def _clean(measures: Sequence[Measure]) -> Iterator[str]:
    """What the rows are worth whose articles are also in the training part."""
    found = {m.dataset: m.macro_f1 for m in measures if m.head == "stance"}
    if {"newsmtsc_devtest", "newsmtsc_devtest_clean"} <= set(found):
        drop = found["newsmtsc_devtest"] - found["newsmtsc_devtest_clean"]
        yield f"stance on the clean rows of newsmtsc_devtest: {drop:.3f} below all rows, goal at most {CLEAN_GOAL}"


def _calibration(measures: Sequence[Measure]) -> Iterator[str]:
    main = [m for m in measures if m.role == "main"]
    shipped = [(m, m.calibration_error) for m in main if m.calibration_error is not None]
    halves = [(m, m.cross_fitted.mean) for m in main if m.cross_fitted]
    together = [(m, m.cross_fitted.together) for m in main if m.cross_fitted]
    for name, errors in (
        ("as shipped", shipped),
        ("refitted, mean of halves", halves),
        ("refitted, halves together", together),
    ):
        over = [f"{m.head} on {m.dataset} {e:.3f}" for m, e in errors if e > CALIBRATION_GOAL]
        if errors:
            verdict = f"over it {'; '.join(over)}" if over else "reached on every set"
            yield f"calibration error {name}, goal at most {CALIBRATION_GOAL}: {verdict}"


def format_swaps(swaps: Sequence[Sensitivity]) -> str:
    """A plain-text table of what other names change, a row a head and kind of name."""
    lines = [
        "Names replaced by others of their kind; goals: "
        f"change at most {MOST_CHANGE}, flipped at most {MOST_FLIPPED:.0%}",
        f"{'head':15} {'replaced':9} {'n':>6} {'change':>8} {'flipped':>8} {'of labels given':>16}",
    ]
    for s in swaps:
        over = s.change > MOST_CHANGE or s.flipped > MOST_FLIPPED
        change = "–" if isnan(s.change) else f"{s.change:.3f}"
        lines.append(
            f"{s.head:15} {s.kind:9} {s.n:6} {change:>8} {s.flipped:8.1%} {s.flipped_given:16.1%}"
            + ("  over the goal" if over else "")
        )
    return "\n".join(lines)
