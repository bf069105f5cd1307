"""How often the intervals of a gap's components cover the truth: simulated articles of 8–25 sentences and six speakers.

python benchmarks/gap.py [--repetitions 300] [--draws 400]
"""

from __future__ import annotations

import argparse

import numpy as np
import numpy.typing as npt

from framing import gap

Floats = npt.NDArray[np.float64]
SPEAKERS = 6


def side(n: int, rng: np.random.Generator, shift: float) -> tuple[Floats, Floats]:
    """Hits and weights, (articles, parts), of an outlet that quotes more, and more of the first three speakers, with
    `shift` 1 than with 0; shares of articles vary (about ICC 0.1)."""
    hits, weights = np.zeros((n, 2 + SPEAKERS)), np.zeros((n, 2 + SPEAKERS))
    for i in range(n):
        quoted = np.clip(rng.normal(0.4 + 0.1 * shift, 0.15), 0.05, 0.9)
        base = 0.5 * rng.beta(1, 3) + 0.125 + 0.1 * shift
        profile = rng.dirichlet(np.r_[np.full(3, 0.7 + 0.8 * shift), np.full(3, 0.7)])
        for _ in range(int(rng.integers(8, 26))):
            part = 0 if rng.random() > quoted else 2 + int(rng.choice(SPEAKERS, p=profile))
            share = base + (0 if part == 0 else 0.1 * (part % 3))
            weights[i, part] += 1
            hits[i, part] += rng.random() < share
    return hits, weights


def main() -> None:
    """Prints coverage and mean width of each component by number of articles a side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=300)
    parser.add_argument("--draws", type=int, default=400)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    truth = gap.components(*(sums.sum(axis=0) for shift in (1, 0) for sums in side(30_000, rng, shift)))[0]
    print("component   ", *gap.COMPONENTS)
    print("truth       ", truth.round(3))
    for n in (3, 4, 6, 10, 20):
        covered, width = np.zeros(len(truth)), np.zeros(len(truth))
        for _ in range(options.repetitions):
            sides = [side(n, rng, shift) for shift in (1, 0)]
            parts = gap.components(*(sums.sum(axis=0) for pair in sides for sums in pair))[0]
            low, high = gap.component_intervals(sides, parts, options.draws)
            covered += (low <= truth) & (truth <= high)
            width += high - low
        print(f"{n:2} articles: ", (covered / options.repetitions).round(3), (width / options.repetitions).round(2))


if __name__ == "__main__":
    main()
