"""Does it cry wolf? Prints how often differences are claimed where there are none, intervals cover, and planted
differences are found: `python benchmarks/validity.py PART [--quick]`, with scored corpora for `aa`.

Simulated corpora are those of `benchmarks/uncertainty.py` (articles of 8–25 sentences, 24 shares and a balance, labels
with an intraclass correlation of 0.02–0.25, correlated), read by a classifier with the error rates of the shipped
heads; each run draws its own published table of errors. Seeded: it prints the same again."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special, stats
from uncertainty import SHARES, TONES, Outlet, Setting, settings

from framing import power, uncertainty
from framing.actors import merge_event
from framing.article_tally import tally_corpus
from framing.audit import answers, begin, record
from framing.audited import audited
from framing.compare import heads_for, infos_of
from framing.confusion import Errors
from framing.corpus import Corpus
from framing.labels import BALANCE
from framing.pooling import MIN_EVENTS, combine
from framing.profiles import Desk
from framing.resources import shipped
from framing.sides import Sides
from framing.sides import differences as tool_differences
from framing.tally import HeadInfo, Tally, count_mentions, count_sentences, tally
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
        rng = np.random.default_rng([47, n_a, n_b])
        rows = []
        for _ in range(reps):
            a, b = (reader.read(rng, o.draw(rng, n)) for o, n in zip(outlets, (n_a, n_b), strict=True))
            sides = sides_of(a, b, reader.heads(rng))
            raw = uncertainty.differences(sides.sums["A"], sides.sums["B"])
            ends = sides.ends["A"]
            apart = sides.difference("A", "B", raw)
            rows.append(
                [
                    _inside(*sides.intervals["A"], said_a),
                    _inside(ends.low, ends.high, true_a),
                    _inside(raw.low, raw.high, said_a - said_b),
                    _inside(apart["corrected_low"], apart["corrected_high"], true_a - true_b),
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


def planted_in(setting: Setting, labels: Sequence[int], points: float) -> tuple[Outlet, Outlet]:
    """Two outlets that differ by `points` in some labels alone."""
    more = SHARES.copy()
    more[list(labels)] += points
    return Outlet.of(more, setting.icc_a, setting), Outlet.of(SHARES, setting.icc_b, setting)


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
            outlets = planted_in(setting, planted, points)
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
            outlets = planted_in(setting, planted, points)
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
            print(
                f"| {n} v {n} | {100 * points:.0f} | {np.median(asked):.0f} | {100 * np.mean(found):.0f} % |",
                flush=True,
            )


def permuted(reps: int) -> None:
    """The largest of all labels' t against its distribution over permuted articles (Westfall & Young 1993, exact for
    few articles, at most 300 permutations), beside the way taken: any false claim, and differences found."""
    print("| articles | any false claim: permutation, ours | found at 20 points | found at 45 points |")
    print("|---|---|---|---|")
    setting, planted = hardest(), [0, 2, 11]
    for n in (3, 4, 5, 6):
        cells = []
        for points in (0.0, 0.2, 0.45):
            rng = np.random.default_rng([37, n, round(100 * points)])
            outlets = planted_in(setting, planted, points)
            theirs, ours = [], []
            for _ in range(reps):
                a, b = (o.draw(rng, n) for o in outlets)
                sums = [np.vstack([getattr(a, f), getattr(b, f)]) for f in ("hits", "squares", "weights")]
                both = ArticleSums(sums[0], sums[1], sums[2], a.signed)
                splits = [np.isin(np.arange(2 * n), half) for half in combinations(range(2 * n), n)]
                if len(splits) > 300:
                    splits = [
                        splits[0],
                        *(splits[i] for i in rng.choice(np.arange(1, len(splits)), 299, replace=False)),
                    ]
                raws = [uncertainty.differences(both.rows(at), both.rows(~at)) for at in splits]
                # p of Welch's t stands for its size: degrees of freedom hardly differ between permutations.
                largest = np.array([raw.p.min() for raw in raws])
                p = np.array([(largest <= value).mean() for value in raws[0].p])
                theirs.append(p <= 0.05)
                ours.append(stats.false_discovery_control(raws[0].p) <= 0.05)
            rates = [
                np.mean([found[planted].mean() if points else found.any() for found in claims])
                for claims in (theirs, ours)
            ]
            cells.append(f"{100 * rates[0]:.0f} %, {100 * rates[1]:.0f} %")
        print(f"| {n} v {n} | {' | '.join(cells)} |", flush=True)


# -- a person's labels -------------------------------------------------------------------------------------------------

AUDIT_LABELS = tuple(f"frame {i}" for i in range(8))
AUDIT_SHARES = np.array([0.3, 0.2, 0.15, 0.1, 0.3, 0.2, 0.1, 0.4])
AUDIT_ICC = 0.08
PUBLISHED = ((200, (0.75, 0.25)), (1000, (0.06, 0.94)))
"""Rows with and without a label behind the published table, and how often each is said yes and no."""


@dataclass(frozen=True)
class Case:
    """Two outlets: how far apart frame 0 truly is, and the false alarms of the classifier on the second's texts."""

    name: str
    apart: float = 0.0
    alarms: float = 0.06
    sensitivity: float = 0.75


CASES = (
    Case("alike, read alike"),
    Case("alike, the second read worse (false alarms 6 and 25 %)", alarms=0.25),
    Case("alike, the second read worse (sensitivity 75 and 45 %)", sensitivity=0.45),
    Case("20 points apart, read alike", apart=0.2),
    Case("30 points apart, read alike", apart=0.3),
)


def audits(reps: int) -> None:
    """Coverage of raw and corrected intervals of the true share and difference of frame 0, and how often a difference
    is claimed by each rule, with 10 articles a side and 50 or 100 labels for both outlets together."""
    print("| case | labels | published covers: share, difference | audit covers | audit's width: share, difference "
          "| claimed raw | … and published is not 0 | … and audit is not 0 | … unless audit refutes it |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for i, case in enumerate(CASES):
        for n in (50, 100):
            rng = np.random.default_rng([34, i, n])
            rows = np.array([_audited_once(rng, case, n) for _ in range(reps)])
            mean = np.nanmean(rows, axis=0)
            cells = [f"{mean[0]:.2f}, {mean[1]:.2f}", f"{mean[2]:.2f}, {mean[3]:.2f}", f"{mean[4]:.2f}, {mean[5]:.2f}"]
            claims = [f"{100 * value:.0f} %" for value in mean[6:]]
            print(f"| {case.name} | {n} | {' | '.join([*cells, *claims])} |", flush=True)


def _audited_once(rng: np.random.Generator, case: Case, n: int) -> list[float]:
    spread = (1 - AUDIT_ICC) / AUDIT_ICC
    shares = {"A": AUDIT_SHARES.copy(), "B": AUDIT_SHARES.copy()}
    shares["A"][0] += case.apart
    parts, truths = [], []
    for outlet in "AB":
        length = rng.integers(8, 26, size=10)
        own = rng.beta(shares[outlet] * spread, (1 - shares[outlet]) * spread, size=(10, len(AUDIT_LABELS)))
        article = np.repeat(np.arange(10), length)
        true = rng.random((len(article), len(AUDIT_LABELS))) < own[article]
        worse = outlet == "B"
        yes = np.where(true, case.sensitivity if worse else 0.75, case.alarms if worse else 0.06)
        p = np.where(rng.random(true.shape) < yes, rng.uniform(0.5, 1, true.shape), rng.uniform(0, 0.5, true.shape))
        frame = pd.DataFrame(p.astype(np.float32), columns=[f"frames.{label}" for label in AUDIT_LABELS])
        places = {"article_id": [f"{outlet}{a}" for a in article], "index": np.arange(1, len(article) + 1)}
        parts.append(frame.assign(outlet=outlet, voice="own", **places))
        truths.append(true)
    tables = tuple(
        Errors((label, "not"), np.stack([rng.multinomial(*row).astype(float) for row in PUBLISHED]), "drawn", "people")
        for label in AUDIT_LABELS
    )
    head = HeadInfo("frames", "multilabel", "sentence", AUDIT_LABELS, dict.fromkeys(AUDIT_LABELS, 0.5),
                    errors={"both": tables})  # fmt: skip
    counted = count_sentences(head, pd.concat(parts, ignore_index=True))
    truth = np.concatenate(truths)
    found = begin(counted, "v", int(rng.integers(1 << 30)))
    where = {key: row for row, key in enumerate(zip(counted.rows["article_id"], counted.rows["index"], strict=True))}
    for place, item in enumerate(found.items[:n]):
        mine = truth[where[item.article_id, item.index]]
        found = record(found, place, [label for label, yes in zip(AUDIT_LABELS, mine, strict=True) if yes])
    articles = list(dict.fromkeys(counted.rows["article_id"]))
    table = tally([counted], articles)
    told = audited(table, [counted], {"frames": answers(found)})
    outlet_of = np.array([article[0] for article in articles])
    plain = Sides.of(table, outlet_of, ["A", "B"], {"frames": head})
    better = Sides.of(table, outlet_of, ["A", "B"], {"frames": head}, told)
    at = int(np.flatnonzero((table.keys["label"] == "frame 0") & (table.keys["view"] == "both"))[0])
    raw = uncertainty.differences(plain.sums["A"], plain.sums["B"], plain.family, plain.telling)
    both = (table.keys["view"] == "both").to_numpy()
    claimed = (stats.false_discovery_control(raw.p[both]) <= 0.05)[int(both[:at].sum())]
    share, apart = shares["A"][0], case.apart
    cells, widths, away, refuted = [], [], [], False
    for sides in (plain, better):
        one, two = sides.share("A"), sides.difference("A", "B", raw)
        ends = [(part["corrected_low"][at], part["corrected_high"][at]) for part in (one, two)]
        cells += [float(low <= true <= high) for (low, high), true in zip(ends, (share, apart), strict=True)]
        widths = [high - low for low, high in ends]
        away.append(claimed and not ends[1][0] <= 0 <= ends[1][1])
        refuted = not ends[1][0] <= raw.value[at] <= ends[1][1]
    return [*cells, *widths, float(claimed), *(float(x) for x in away), float(claimed and not refuted)]


# -- across events ---------------------------------------------------------------------------------------------------


def across(reps: int) -> None:
    """Outlets that are alike, or 10 points apart in 3 of 24 labels, over 3–14 shared events of 1–4 articles a side; an
    event's topic moves every share of both, and a difference may vary from event to event (5 points). Beside the way
    taken: equal weights, fixed effects (scatter of articles alone), and all articles pooled, where each outlet has five
    more events of its own."""
    print("| events | differences vary | covers | equal weights | fixed effects | any false claim | … fixed | … pooled "
          "| found at 10 points |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for n_events in (3, 6, 14):
        for vary in (0.0, 0.05):
            rng = np.random.default_rng([35, n_events, round(100 * vary)])
            rows = np.array([_across_once(rng, n_events, vary) for _ in range(reps)])
            m = rows.mean(axis=0)
            covers, rates = [f"{value:.3f}" for value in m[:3]], [f"{100 * value:.1f} %" for value in m[3:]]
            print(f"| {n_events} | {'yes' if vary else 'no'} | {' | '.join([*covers, *rates])} |", flush=True)


def _event(rng: np.random.Generator, shares: Floats, n: int) -> tuple[Floats, Floats]:
    """Hits and lengths of n articles."""
    length = rng.integers(8, 26, size=n)
    spread = (1 - AUDIT_ICC) / AUDIT_ICC
    own = rng.beta(shares * spread, (1 - shares) * spread, size=(n, len(shares)))
    return rng.binomial(length[:, None], own).astype(float), np.repeat(length[:, None], len(shares), 1).astype(float)


def _sums(hits: Floats, lengths: Floats) -> ArticleSums:
    return ArticleSums(hits, hits, lengths, np.zeros(hits.shape[1], dtype=np.bool_))


def _across_once(rng: np.random.Generator, n_events: int, vary: float) -> list[float]:
    k = len(SHARES)
    apart = np.where(np.isin(np.arange(k), [0, 2, 11]), 0.1, 0.0)
    family, telling = np.zeros(k, dtype=np.int64), np.ones(k, dtype=np.bool_)

    def draw(topic: Floats, more: Floats, n: int) -> tuple[Floats, Floats]:
        return _event(rng, np.clip(special.expit(special.logit(SHARES) + topic) + more, 0.005, 0.995), n)

    sides: list[list[ArticleSums]] = [[], []]
    null: list[list[ArticleSums]] = [[], []]
    for _ in range(n_events):
        topic, own = rng.normal(0, 0.7, k), rng.normal(0, vary, k)
        for i in (0, 1):
            n = int(rng.integers(1, 5))
            sides[i].append(_sums(*draw(topic, (apart + own) * (i == 0), n)))
            null[i].append(_sums(*draw(topic, own * (i == 0), n)))
    elsewhere = [[_sums(*draw(rng.normal(0, 0.7, k), np.zeros(k), 3)) for _ in range(5)] for _ in (0, 1)]
    result = _combined(sides, telling, family)
    equal = _combined(sides, telling, family, equal=True)
    blank = _combined(null, telling, family)
    fixed, fixed_null = (_fixed(part) for part in (sides, null))
    pooled = uncertainty.differences(*(_pooled([*null[i], *elsewhere[i]]) for i in (0, 1)))
    claim = lambda p: stats.false_discovery_control(p) <= 0.05  # noqa: E731
    covered = [_within(part, apart) for part in (result, equal, fixed)]
    false = [float(claim(part.p).any()) for part in (blank, fixed_null, pooled)]
    return [*covered, *false, float(claim(result.p)[apart > 0].mean())]


def _within(part: uncertainty.Differences, value: Floats) -> float:
    return float(np.nanmean(_inside(part.low, part.high, value)))


def _pooled(parts: list[ArticleSums]) -> ArticleSums:
    return _sums(np.vstack([part.hits for part in parts]), np.vstack([part.weights for part in parts]))


def _combined(
    sides: list[list[ArticleSums]], telling: Floats, family: Ints, equal: bool = False
) -> uncertainty.Differences:
    values, totals, articles = (
        np.stack([np.stack([np.asarray(getattr(s, name), dtype=float) for s in side]) for side in sides])
        for name in ("value", "total", "articles")
    )
    weights = np.ones_like(articles[0]) if equal else articles[0] * articles[1] / articles.sum(axis=0)
    spread = _spread([part for side in sides for part in side])
    return combine(values, totals, weights, sides[0][0].signed, telling, family, spread)[0]


def _spread(parts: Sequence[ArticleSums]) -> Floats:
    """Spread of single sentences over all outlets and events, one hit and one miss added."""
    hits, squares, weights = (np.sum([getattr(part, n).sum(axis=0) for part in parts], axis=0)
                              for n in ("hits", "squares", "weights"))  # fmt: skip
    return (squares + 1) / (weights + 2) - ((hits + 1) / (weights + 2)) ** 2


def _fixed(sides: list[list[ArticleSums]]) -> uncertainty.Differences:
    """Articles as units about their own event's and outlet's mean, events taken as they are: scatter pooled."""
    k = sides[0][0].hits.shape[1]
    values = np.stack([np.stack([s.value for s in side]) for side in sides])
    articles = np.array([[len(s.hits) for s in side] for side in sides], dtype=float)
    weights = articles[0] * articles[1] / articles.sum(axis=0)
    within = [((s.hits - s.value * s.weights) ** 2).sum(axis=0) for side in sides for s in side]
    freedom = (articles - 1).sum()
    length = np.mean([s.weights.mean() for side in sides for s in side])
    single = np.sum(within, axis=0) / max(freedom, 1) / length**2
    mean = (weights[:, None] * (values[0] - values[1])).sum(axis=0) / weights.sum()
    variance = np.maximum(single * (weights**2 * (1 / articles).sum(axis=0)).sum() / weights.sum() ** 2, 1e-9)
    half = stats.t.ppf(0.975, max(freedom, 1)) * np.sqrt(variance)
    p = 2 * stats.t.sf(np.abs(mean) / np.sqrt(variance), max(freedom, 1))
    none = np.full((2, k), np.nan)
    return uncertainty.Differences(mean, mean - half, mean + half, p, half, none[0], none, none)


# -- A/A -------------------------------------------------------------------------------------------------------------


def alike(runs: int, corpora: list[str]) -> None:
    """Outlet labels permuted within events of scored corpora: how many runs claim any difference. A run is one event
    (then each view is a family of tests), or all events for the profiles."""
    print("| corpus | events tested | runs with any claim: one event, all views and stance | own view alone "
          "| profiles over all events, own view |")  # fmt: skip
    print("|---|---|---|---|---|")
    for path in corpora:
        corpus, rng = Corpus.open(path), np.random.default_rng(36)
        heads = infos_of(list(heads_for(corpus).values()))
        tables = [table for event in corpus.events()["event_id"] if (table := _table(corpus, event, heads))]
        claims = [_claims(tables[run % len(tables)], rng, heads) for run in range(runs)] if tables else []
        any_, own = (f"{100 * np.mean([c[i] for c in claims]):.1f} %" if claims else "–" for i in (0, 1))
        profiles = f"{100 * np.mean(list(_profile_claims(corpus, rng, runs))):.1f} %"
        print(f"| {Path(path).name} | {len(tables)} | {any_} | {own} | {profiles} |", flush=True)


def _table(corpus: Corpus, event: str, heads: list[HeadInfo]) -> tuple[Tally, np.ndarray, dict[str, HeadInfo]] | None:
    """An event's tally where two outlets have three articles each."""
    articles = corpus.articles(event, ["article_id", "outlet"])
    if (articles["outlet"].value_counts() >= uncertainty.MIN_ARTICLES).sum() < 2:
        return None
    body, mentions = corpus.sentences(event), merge_event(corpus.mentions(event))
    body = body[body["index"] > 0]
    counted = [count_mentions(h, mentions) if h.level == "mention" else count_sentences(h, body) for h in heads]
    counted = [part for part in counted if len(part.rows)]
    return (
        tally(counted, list(articles["article_id"])),
        articles["outlet"].to_numpy(),
        {p.head.name: p.head for p in counted},
    )


def _claims(
    found: tuple[Tally, np.ndarray, dict[str, HeadInfo]], rng: np.random.Generator, heads: list[HeadInfo]
) -> tuple[bool, bool]:
    table, outlets, infos = found
    dealt = rng.permutation(outlets)
    rows = tool_differences(Sides.of(table, dealt, sorted(set(outlets)), infos))
    claimed = rows[rows["detected"]]
    return bool(len(claimed)), bool(((claimed["view"] == "own") & (claimed["actor"] == "")).any())


def _profile_claims(corpus: Corpus, rng: np.random.Generator, runs: int) -> Iterator[bool]:
    """Whether any pair's profile in the own view claims a difference, with outlets dealt anew within every event."""
    whole = tally_corpus(corpus, list(heads_for(corpus).values()))
    articles = whole.articles.assign(genre="")
    own = (whole.table.keys["view"] == "own").to_numpy()
    pairs = [
        pair for pair in combinations(sorted(articles["outlet"].unique()), 2) if _shared(articles, *pair) >= MIN_EVENTS
    ]
    for _ in range(runs):
        dealt = articles.assign(outlet=articles.groupby("event_id")["outlet"].transform(rng.permutation))
        desk = Desk.of(replace(whole, articles=dealt), dealt)
        raws = [desk.together([a], [b]).raw.p[desk.telling & own] for a, b in pairs]
        p = [found[np.isfinite(found)] for found in raws]
        together = np.concatenate(p)
        yield bool((stats.false_discovery_control(together) <= 0.05).any())


def _shared(articles: pd.DataFrame, a: str, b: str) -> int:
    mine = articles[articles["outlet"].isin([a, b])]
    return int((mine.groupby("event_id")["outlet"].nunique() == 2).sum())


PARTS = {
    "permutation": (permuted, 60),
    "across": (across, 200),
    "audits": (audits, 200),
    "coverage": (coverage, 400),
    "power": (predicted, 300),
    "added": (added, 60),
}


def main() -> None:
    """Prints one part's table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=[*PARTS, "aa", "all"])
    parser.add_argument("corpora", nargs="*", help="for aa: scored corpora")
    parser.add_argument("--quick", action="store_true", help="a tenth of the repetitions")
    asked = parser.parse_args()
    if asked.part == "aa":
        alike(50 if asked.quick else 500, asked.corpora)
        return
    for name, (part, reps) in PARTS.items():
        if asked.part in (name, "all"):
            print(f"\n{name}, {reps // 10 if asked.quick else reps} repetitions")
            part(reps // 10 if asked.quick else reps)


if __name__ == "__main__":
    main()
