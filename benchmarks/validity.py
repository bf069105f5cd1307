"""Does it cry wolf? Prints how often differences are claimed where there are none, intervals cover, and planted
differences are found: `python benchmarks/validity.py coverage|power|claims|audit|profiles|aa|time [--quick]`.

Simulated corpora are those of `benchmarks/uncertainty.py` (articles of 8–25 sentences, 24 shares and a balance, labels
with an intraclass correlation of 0.02–0.25, correlated), read by a classifier with the error rates of the shipped heads;
each run draws its own published table of errors. Seeded: it prints the same again."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats
from uncertainty import SHARES, TONES, Outlet, Setting, settings

from framing import power, uncertainty
from framing.compare import Sides, _differences
from framing.confusion import Errors
from framing.correction import Ends
from framing.labels import BALANCE
from framing.resources import shipped
from framing.tally import HeadInfo, Tally
from framing.uncertainty import ArticleSums, Floats, Ints

LABELS = tuple(f"label {i:02}" for i in range(len(SHARES)))
TONE_LABELS = ("negative", "neutral", "positive")
TRUE_TONES = np.array([TONES[1], TONES[2], TONES[0]])
SIDES = ((3, 3), (4, 4), (6, 6), (10, 10), (30, 30), (3, 20))


@dataclass(frozen=True)
class Reader:
    """A classifier with known errors: per label (rows true and false, times said yes and no), and of three tones."""

    labels: list[Floats]
    label_rows: list[Ints]
    tones: Floats
    tone_rows: Ints

    @classmethod
    def shipped(cls) -> Reader:
        """Rates and numbers of rows of the shipped heads: frames in turn, tone as on people's labels."""
        rates, rows = [], []
        for name in ("frames_generic", "frames_policy"):
            row = _figures(name)
            for cell in row["confusion"].values():
                yes = cell["tp"] + cell["fn"]
                sensitivity, alarms = cell["tp"] / yes, cell["fp"] / (row["n"] - yes)
                rates.append(np.array([[sensitivity, 1 - sensitivity], [alarms, 1 - alarms]]))
                rows.append(np.array([yes, row["n"] - yes]))
        tone = _figures("sentiment")["confusion"]
        counts = np.array([[tone[true][said] for said in TONE_LABELS] for true in TONE_LABELS])
        n = len(LABELS)
        return cls((rates * 2)[:n], (rows * 2)[:n], counts / counts.sum(1, keepdims=True), counts.sum(1))

    def read(self, rng: np.random.Generator, true: ArticleSums) -> ArticleSums:
        """What it says of articles whose true hits are these; columns: labels, three tones, their balance."""
        n = len(LABELS)
        weights = true.weights[:, :1].astype(int)
        hits = true.hits[:, :n].astype(int)
        yes = np.stack([rate[0, 0] for rate in self.labels]), np.stack([rate[1, 0] for rate in self.labels])
        said = rng.binomial(hits, yes[0]) + rng.binomial(weights - hits, yes[1])
        plus, minus = (((true.squares + sign * true.hits)[:, -1] / 2).astype(int) for sign in (1, -1))
        tones = np.stack([minus, weights[:, 0] - plus - minus, plus], axis=1)
        heard = sum(rng.multinomial(tones[:, i], self.tones[i]) for i in range(3))
        balance = heard[:, 2] - heard[:, 0]
        columns = np.column_stack([said, heard, balance]).astype(float)
        squares = np.column_stack([said, heard, heard[:, 2] + heard[:, 0]]).astype(float)
        signed = np.arange(n + 4) == n + 3
        return ArticleSums(columns, squares, np.repeat(weights, n + 4, axis=1).astype(float), signed)

    def expected(self, shares: Floats) -> tuple[Floats, Floats]:
        """True numbers of every column, and what the classifier says of them on average."""
        said = np.array([p * rate[0, 0] + (1 - p) * rate[1, 0] for p, rate in zip(shares, self.labels, strict=True)])
        heard = TRUE_TONES @ self.tones
        ends = lambda tones: np.append(tones, tones[2] - tones[0])  # noqa: E731
        return np.append(shares, ends(TRUE_TONES)), np.append(said, ends(heard))

    def heads(self, rng: np.random.Generator) -> dict[str, HeadInfo]:
        """The heads with a published table drawn anew."""
        tables = []
        for label, rate, rows in zip(LABELS, self.labels, self.label_rows, strict=True):
            counts = np.stack([rng.multinomial(n, row) for n, row in zip(rows, rate, strict=True)]).astype(float)
            tables.append(Errors((label, "not"), counts, "drawn", "people"))
        tone = np.stack([rng.multinomial(n, row) for n, row in zip(self.tone_rows, self.tones, strict=True)])
        of_tone = (Errors(TONE_LABELS, tone.astype(float), "drawn", "people"),)
        return {
            "labels": HeadInfo("labels", "multilabel", "sentence", LABELS, errors={"both": tuple(tables)}),
            "sentiment": HeadInfo("sentiment", "multiclass", "sentence", TONE_LABELS, errors={"both": of_tone}),
        }


def _figures(name: str) -> dict:
    metrics = json.loads((shipped("models") / name / "metrics.json").read_text())
    return metrics["sets"][metrics["tiers_from"]]


KEYS = pd.DataFrame(
    [("labels", label, "", "both") for label in LABELS]
    + [("sentiment", label, "", "both") for label in (*TONE_LABELS, BALANCE)],
    columns=["head", "label", "actor", "view"],
)
TESTED = {("labels", label) for label in LABELS} | {("sentiment", BALANCE)}


def sides_of(a: ArticleSums, b: ArticleSums, heads: dict[str, HeadInfo]) -> Sides:
    """Two outlets' numbers as the tool makes them."""
    stacked = [np.vstack([getattr(a, name), getattr(b, name)]) for name in ("hits", "squares", "weights")]
    table = Tally(KEYS, ArticleSums(*stacked, a.signed), stacked[2].astype(np.int64))
    outlet_of = np.repeat(["A", "B"], [len(a.hits), len(b.hits)])
    return Sides.of(table, outlet_of, ["A", "B"], heads)


def hardest() -> Setting:
    """Labels of different likeness, correlated within articles and sentences."""
    return settings()[3]


def coverage(reps: int) -> None:
    """Coverage of raw intervals (of what the classifier says on average) and corrected ones (of the truth)."""
    print("| articles | raw shares | corrected shares | raw differences | corrected differences | corrected at all |")
    print("|---|---|---|---|---|---|")
    reader, setting = Reader.shipped(), hardest()
    more = SHARES.copy()
    more[[0, 2, 11]] += 0.1
    outlets = [Outlet.of(shares, icc, setting) for shares, icc in ((more, setting.icc_a), (SHARES, setting.icc_b))]
    (true_a, said_a), (true_b, said_b) = reader.expected(more), reader.expected(SHARES)
    for n_a, n_b in SIDES:
        rng = np.random.default_rng([31, n_a, n_b])
        rows = []
        for _ in range(reps):
            a, b = (reader.read(rng, o.draw(rng, n)) for o, n in zip(outlets, (n_a, n_b), strict=True))
            sides = sides_of(a, b, reader.heads(rng))
            raw = uncertainty.differences(sides.sums["A"], sides.sums["B"])
            ends = sides.ends["A"]
            apart: Ends = sides.difference("A", "B", raw)
            rows.append(
                [
                    _inside(*sides.intervals["A"], said_a),
                    _inside(ends.low, ends.high, true_a),
                    _inside(raw.low, raw.high, said_a - said_b),
                    _inside(apart.low, apart.high, true_a - true_b),
                    np.isfinite(ends.value).astype(float),
                ]
            )
        found = np.nanmean(np.array(rows), axis=0)  # by number
        worst = found.min(axis=1)
        cells = [f"{row.mean():.3f} ({low:.2f})" for row, low in zip(found[:4], worst, strict=False)]
        print(f"| {n_a} v {n_b} | {' | '.join(cells)} | {found[4].mean():.2f} |", flush=True)


def _inside(low: Floats, high: Floats, value: Floats) -> Floats:
    inside = ((low <= value + 1e-9) & (value - 1e-9 <= high)).astype(float)
    return np.where(np.isfinite(low), inside, np.nan)


def predicted(reps: int) -> None:
    """How often planted differences are found, beside what the tool predicts in the same runs."""
    print("| articles | 5 points: found, predicted | 10 points | 20 points | 45 points | widest gap |")
    print("|---|---|---|---|---|---|")
    setting = hardest()
    planted = [0, 2, 11]
    for sides in (*SIDES[1:], (60, 60)):
        cells, gaps = [], []
        for points in (0.05, 0.1, 0.2, 0.45):
            rng = np.random.default_rng([32, *sides, round(100 * points)])
            more = SHARES.copy()
            more[planted] += points
            outlets = Outlet.of(more, setting.icc_a, setting), Outlet.of(SHARES, setting.icc_b, setting)
            found, said = [], []
            for _ in range(reps):
                a, b = (o.draw(rng, n) for o, n in zip(outlets, sides, strict=True))
                raw = uncertainty.differences(a, b)
                claimed = stats.false_discovery_control(raw.p) <= 0.05
                level = np.full(len(raw.p), 0.05 * (claimed.sum() + 1) / len(raw.p))
                found.append(claimed[planted])
                said.append(power.found(raw, np.full(len(raw.p), points), level)[planted])
            rates = np.mean(found), np.mean(said)
            cells.append(f"{100 * rates[0]:.0f}, {100 * rates[1]:.0f}")
            gaps.append(abs(rates[0] - rates[1]))
        print(f"| {sides[0]} v {sides[1]} | {' | '.join(cells)} | {100 * max(gaps):.0f} |", flush=True)


def added(reps: int) -> None:
    """How often a planted difference is found once as many articles were added as the tool had asked for."""
    setting, planted = hardest(), [0, 2, 11]
    print("| articles before | points | articles asked for, median | found with them |")
    print("|---|---|---|---|")
    for n in (4, 6, 10):
        for points in (0.1, 0.2):
            rng = np.random.default_rng([33, n, round(100 * points)])
            more = SHARES.copy()
            more[planted] += points
            outlets = Outlet.of(more, setting.icc_a, setting), Outlet.of(SHARES, setting.icc_b, setting)
            asked, found = [], []
            for _ in range(reps):
                a, b = (o.draw(rng, n) for o in outlets)
                raw = uncertainty.differences(a, b)
                claimed = stats.false_discovery_control(raw.p) <= 0.05
                level = np.full(len(raw.p), 0.05 * (claimed.sum() + 1) / len(raw.p))
                articles = np.full((2, len(raw.p)), float(n))
                wanted = power.more_articles(raw, articles, np.full(len(raw.p), points), level)
                for j in planted:
                    if not claimed[j]:
                        again = uncertainty.differences(*(o.draw(rng, n + int(wanted[j])) for o in outlets))
                        asked.append(wanted[j])
                        found.append((stats.false_discovery_control(again.p) <= 0.05)[j])
            print(f"| {n} v {n} | {100 * points:.0f} | {np.median(asked):.0f} | {100 * np.mean(found):.0f} % |", flush=True)


PARTS = {"coverage": (coverage, 400), "power": (predicted, 300), "added": (added, 60)}


def main() -> None:
    """Prints one part's table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("--quick", action="store_true", help="a tenth of the repetitions")
    asked = parser.parse_args()
    for name, (part, reps) in PARTS.items():
        if asked.part in (name, "all"):
            print(f"\n{name}, {reps // 10 if asked.quick else reps} repetitions")
            part(reps // 10 if asked.quick else reps)


if __name__ == "__main__":
    main()
