"""Prints how often intervals cover and differences are found in simulated outlets: `python benchmarks/uncertainty.py
[--quick]`.

Articles of 8–25 sentences; 24 shares and a balance, as large as in real profiles; an article's own shares scatter
around them (beta; the balance: Dirichlet) with a given intraclass correlation (ICC). Seeded: it prints the same again.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import ndtr, ndtri

from framing.uncertainty import LEVEL, ArticleSums, Differences, Floats, differences, intervals

_FRAMES = (0.35, 0.2, 0.2, 0.1, 0.03, 0.08, 0.05, 0.03, 0.05, 0.12, 0.08, 0.15, 0.4, 0.15, 0.06, 0.06, 0.05, 0.15)
_WORDING_AND_VOICES = (0.25, 0.45, 0.1, 0.2, 0.3, 0.02)
SHARES = np.array([*_FRAMES, *_WORDING_AND_VOICES])
TONES = np.array([0.1, 0.4, 0.5])
"""Positive, negative, neither: what the balance is made of."""
N_LABELS = len(SHARES) + 1
APART = [0, 2, 11]
"""The shares, 35 %, 20 % and 15 %, that are made to differ."""
POINTS = (0.1, 0.2, 0.45)
SIDES = ((3, 3), (4, 4), (6, 6), (10, 10), (3, 20))
RANGE = (0.02, 0.25)
_GRID = np.linspace(-4.5, 4.5, 400)
_SIGNS = np.where(np.arange(N_LABELS) % 3 == 0, -1.0, 1.0)
"""A common factor raises two labels in three and lowers the others, as a dramatic article does."""


@dataclass(frozen=True)
class Setting:
    """ICC of each label on either side, and how strongly labels of one article and of one sentence go together."""

    name: str
    icc_a: Floats
    icc_b: Floats
    articles_alike: float = 0.0
    sentences_alike: float = 0.0
    labels: int = N_LABELS


def settings() -> list[Setting]:
    """From the mildest to two outlets whose articles scatter very differently."""
    low, high = (np.full(N_LABELS, icc) for icc in RANGE)
    varied = np.exp(np.random.default_rng(7).uniform(np.log(RANGE[0]), np.log(RANGE[1]), N_LABELS))
    return [
        Setting("ICC 0.02", low, low),
        Setting("ICC 0.25", high, high),
        Setting("ICC varies", varied, varied),
        Setting("… and heads correlated", varied, varied, 0.7, 0.4),
        Setting("ICC 0.02 against 0.25", low, high),
        Setting("six labels, ICC varies", varied, varied, labels=6),
    ]


@dataclass(frozen=True)
class Outlet:
    """Draws articles: quantiles of each share's beta at `_GRID`, the balance's Dirichlet, likeness of labels."""

    quantiles: list[Floats]
    tones: Floats
    setting: Setting

    @classmethod
    def of(cls, shares: Floats, icc: Floats, setting: Setting) -> Outlet:
        """An outlet with these true shares."""
        spread = (1 - icc) / icc
        betas = [stats.beta.ppf(ndtr(_GRID), p * k, (1 - p) * k) for p, k in zip(shares, spread[:-1], strict=True)]
        return cls(betas, TONES * spread[-1], setting)

    def draw(self, rng: np.random.Generator, n: int) -> ArticleSums:
        """The sums of n articles."""
        length = rng.integers(8, 26, size=n)
        article = np.repeat(np.arange(n), length)
        z = _together(rng, n, self.setting.articles_alike)
        shares = np.column_stack([np.interp(z[:, j], _GRID, beta) for j, beta in enumerate(self.quantiles)])
        u = _together(rng, len(article), self.setting.sentences_alike)
        tones = rng.dirichlet(self.tones, size=n)[article]
        plus, minus = ndtr(u[:, -1]) < tones[:, 0], ndtr(u[:, -1]) > 1 - tones[:, 1]
        hit = np.column_stack([u[:, :-1] < ndtri(shares)[article], plus]).astype(float)
        signed = hit.copy()
        signed[:, -1] -= minus
        hit[:, -1] += minus
        sums = np.zeros((2, n, N_LABELS))
        np.add.at(sums[0], article, signed)
        np.add.at(sums[1], article, hit)
        weights = np.repeat(length[:, None].astype(float), N_LABELS, axis=1)
        return _first(ArticleSums(sums[0], sums[1], weights, np.arange(N_LABELS) == N_LABELS - 1), self.setting.labels)


def _together(rng: np.random.Generator, n: int, alike: float) -> Floats:
    """(n, labels) standard normal numbers with a common factor of that loading."""
    return np.asarray(
        np.sqrt(1 - alike**2) * rng.standard_normal((n, N_LABELS)) + alike * rng.standard_normal((n, 1)) * _SIGNS
    )


def _first(sums: ArticleSums, k: int) -> ArticleSums:
    return ArticleSums(sums.hits[:, :k], sums.squares[:, :k], sums.weights[:, :k], sums.signed[:k])


def compared(setting: Setting, sides: tuple[int, int], reps: int, points: float) -> tuple[float, float, float, float]:
    """Coverage of outlet a's values and of the differences, share of runs with any false claim, and of the planted
    differences found."""
    rng = np.random.default_rng([19, *sides, round(100 * points)])
    more = SHARES.copy()
    planted = [j for j in APART if j < setting.labels]
    more[planted] += points
    a, b = Outlet.of(more, setting.icc_a, setting), Outlet.of(SHARES, setting.icc_b, setting)
    true = np.append(more, TONES[0] - TONES[1])[: setting.labels]
    apart = np.append(more - SHARES, 0.0)[: setting.labels]
    covered, difference_covered, false, found = [], [], [], []
    for _ in range(reps):
        sums_a, sums_b = a.draw(rng, sides[0]), b.draw(rng, sides[1])
        covered.append(_within(intervals(sums_a, np.zeros(setting.labels, dtype=np.int64)), true))
        result: Differences = differences(sums_a, sums_b)
        difference_covered.append(_within((result.low, result.high), apart))
        claimed = stats.false_discovery_control(result.p) <= 0.05
        false.append(bool((claimed & (apart == 0)).any()))
        found.append(claimed[planted].mean())
    return float(np.mean(covered)), float(np.mean(difference_covered)), float(np.mean(false)), float(np.mean(found))


def _within(ends: tuple[Floats, Floats], value: Floats) -> float:
    return float(((ends[0] <= value + 1e-9) & (value - 1e-9 <= ends[1])).mean())


def stance(n: int, reps: int) -> tuple[float, float, float]:
    """Coverage of differences, share of runs with any false claim and power for a gap of 90 in one actor's balance:
    twelve actors, each named 0–4 times an article."""
    rng = np.random.default_rng([20, n])
    actors, inside, false, found = 12, [], [], []

    def side(first: Floats) -> ArticleSums:
        tones = [first] + [TONES] * (actors - 1)
        named = rng.integers(0, 5, size=(n, actors))
        drawn = np.stack([rng.multinomial(named[:, j], rng.dirichlet(tones[j] * 9, size=n)) for j in range(actors)], 1)
        plus, minus = drawn[..., 0].astype(float), drawn[..., 1].astype(float)
        return ArticleSums(plus - minus, plus + minus, named.astype(float), np.ones(actors, dtype=bool))

    for _ in range(reps):
        result = differences(side(np.array([0.6, 0.05, 0.35])), side(np.array([0.1, 0.45, 0.45])))
        tested = np.flatnonzero(np.isfinite(result.p))
        claimed = np.zeros(actors, dtype=bool)
        claimed[tested] = stats.false_discovery_control(result.p[tested]) <= 0.05
        inside.append(((result.low <= 0) & (result.high >= 0))[tested[tested > 0]].mean())
        false.append(bool(claimed[1:].any()))
        found.append(bool(claimed[0]))
    return float(np.mean(inside)), float(np.mean(false)), float(np.mean(found))


def one_share(n: int, share: float, icc: float, reps: int) -> tuple[float, float, float, float]:
    """Coverage of percentile bootstrap, t and Wilson intervals of one share over n articles, and Wilson's mean
    width."""
    rng = np.random.default_rng([21, n, round(1000 * share), round(1000 * icc)])
    spread = (1 - icc) / icc
    length = rng.integers(8, 26, size=(n, reps))
    hits = rng.binomial(length, rng.beta(share * spread, (1 - share) * spread, size=length.shape)).astype(float)
    sums = ArticleSums(hits, hits, length.astype(float), np.zeros(reps, dtype=np.bool_))
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=400)
    low, high = np.quantile((drawn @ sums.hits) / (drawn @ sums.weights), [0.025, 0.975], axis=0)
    t = np.full(reps, stats.t.ppf((1 + LEVEL) / 2, n - 1))
    half = t * np.sqrt(sums.variance)
    wilson = intervals(sums)
    true = np.full(reps, share)
    covered = (_within(ends, true) for ends in ((low, high), (sums.value - half, sums.value + half), wilson))
    first, second, third = covered
    return first, second, third, float((wilson[1] - wilson[0]).mean())


def print_shares(reps: int) -> None:
    """The first table: lowest to highest over shares of 5, 15 and 40 % and ICC of 0.02, 0.1 and 0.25."""
    print("| articles | percentile bootstrap | t, linearised | Wilson with design effect and t | its mean width |")
    print("|---|---|---|---|---|")
    for n in (3, 4, 6, 10, 30):
        rows = np.array([one_share(n, share, icc, reps) for share in (0.05, 0.15, 0.4) for icc in (0.02, 0.1, 0.25)])
        ends = zip(rows.min(axis=0), rows.max(axis=0), strict=True)
        print(f"| {n} | " + " | ".join(f"{low:.2f}–{high:.2f}" for low, high in ends) + " |", flush=True)


def main() -> None:
    """Prints the tables behind `framing.uncertainty`'s docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="60 repetitions instead of 1,000 (power: 200)")
    quick = parser.parse_args().quick
    reps, power_reps = (60, 20) if quick else (1000, 200)
    print_shares(2 * reps)
    print("| setting | articles | shares cover | differences cover | any false claim | found at 10 / 20 / 45 points |")
    print("|---|---|---|---|---|---|")
    for setting in settings():
        for sides in SIDES:
            covers, apart_covers, false, _ = compared(setting, sides, reps, 0.0)
            power = [compared(setting, sides, power_reps, points) for points in POINTS]
            apart_covers = min(apart_covers, *(row[1] for row in power))
            found = " / ".join(f"{100 * row[3]:.0f}" for row in power)
            print(
                f"| {setting.name} | {sides[0]} v {sides[1]} | {covers:.2f} | {apart_covers:.2f} "
                f"| {100 * false:.1f} % | {found} % |",
                flush=True,
            )
    print("Stance of twelve actors: articles, differences cover, any false claim, found at 90 of 200 points")
    for n in (4, 6, 10):
        inside, false, found_one = stance(n, reps)
        print(f"{n} v {n}: {inside:.2f}, {100 * false:.1f} %, {100 * found_one:.0f} %", flush=True)


if __name__ == "__main__":
    main()
