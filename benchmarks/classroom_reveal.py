"""What is a class's correction worth? Prints coverage, width and false claims of the reveal's intervals:
`python benchmarks/classroom_reveal.py [--runs N]`.

Simulated lessons: outlets with articles of about 22 sentences, a true answer to each sentence (harder ones among them),
a model with errors, 10–30 sentences drawn as an audit draws them (unequal chances), a class of 20 whose members are
right by skill and the sentence's difficulty. Everybody "labels" every sentence, so that what the class would have said
of all is known; the reveal sees the drawn ones alone. Seeded: it prints the same again."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd

from framing.audit_draw import draw
from framing.classroom.class_estimate import Estimates, estimates
from framing.ppi import Labelled

STUDENTS, SEED = 20, 7


@dataclass(frozen=True)
class World:
    """A kind of lesson: sentences and true share of each outlet, (true positive, false positive) rates of the model in
    each, the class's mean skill, sentences drawn."""

    name: str
    sizes: tuple[int, ...]
    shares: tuple[float, ...]
    rates: tuple[tuple[float, float], ...]
    skill: float
    drawn: int


GOOD, BIASED = ((0.75, 0.08), (0.75, 0.08)), ((0.8, 0.05), (0.8, 0.3))
WORLDS = (
    World("alike, 10 sentences", (92, 70), (0.3, 0.3), GOOD, 0.8, 10),
    World("alike, 20 sentences", (92, 70), (0.3, 0.3), GOOD, 0.8, 20),
    World("alike, 30 sentences", (92, 70), (0.3, 0.3), GOOD, 0.8, 30),
    World("alike, model misled by one outlet, 20", (92, 70), (0.3, 0.3), BIASED, 0.8, 20),
    World("alike, model misled, weak class, 20", (92, 70), (0.3, 0.3), BIASED, 0.65, 20),
    World("rare label, 20", (92, 70), (0.08, 0.08), GOOD, 0.8, 20),
    World("15 and 55 %, 20", (92, 70), (0.15, 0.55), GOOD, 0.8, 20),
    World("one article a side, 20", (22, 18), (0.3, 0.3), GOOD, 0.8, 20),
    World("six outlets alike, 30", (40,) * 6, (0.3,) * 6, GOOD[:1] * 6, 0.8, 30),
)


def lesson(world: World, rng: np.random.Generator) -> tuple[dict[str, Labelled], dict[str, float], dict[str, float]]:
    """What the reveal sees of each outlet, and each one's share by the class and in truth."""
    outlet = np.repeat([f"outlet {i}" for i in range(len(world.sizes))], world.sizes)
    true = np.concatenate([rng.random(n) < share for n, share in zip(world.sizes, world.shares, strict=True)])
    yes, no = (np.repeat([pair[i] for pair in world.rates], world.sizes) for i in (0, 1))
    said = rng.random(len(true)) < np.where(true, yes, no)
    right = np.clip(rng.normal(world.skill, 0.1, STUDENTS)[:, None] + rng.normal(0, 0.2, len(true)), 0.05, 0.99)
    votes = np.where(rng.random(right.shape) < right, true, ~true).sum(axis=0) / STUDENTS
    by_class = np.where(votes == 0.5, 0.5, votes > 0.5)
    rows = pd.DataFrame(
        {"outlet": outlet, "said": np.where(said, "yes", "none"), "sure": rng.random(len(true)) < 0.5,
         "index": np.arange(len(true))}
    )  # fmt: skip
    asked = draw(rows, world.drawn, int(rng.integers(1 << 30)))
    sides, shares, truths = {}, {}, {}
    for name in dict.fromkeys(outlet):
        mine = np.flatnonzero(outlet == name)
        told = asked[asked["outlet"] == name]
        places = told["index"].to_numpy()
        sides[str(name)] = Labelled(
            said[mine, None].astype(float), np.ones(len(mine)), np.zeros(len(mine), dtype=np.int64),
            np.searchsorted(mine, places), by_class[places, None].astype(float), 1 / told["probability"].to_numpy(),
        )  # fmt: skip
        shares[str(name)], truths[str(name)] = float(by_class[mine].mean()), float(true[mine].mean())
    return sides, shares, truths


def covered(found: Estimates, shares: dict[str, float]) -> tuple[list[bool], list[bool]]:
    """Whether each share and each difference lies in its interval."""
    one = [n.low <= shares[name] <= n.high for name, n in found.shares.items() if n.known]
    two = [
        p.number.low <= shares[p.outlet_a] - shares[p.outlet_b] <= p.number.high for p in found.pairs if p.number.known
    ]
    return one, two


def run(world: World, runs: int) -> None:
    """Prints a world's figures, by the labels alone and with the model."""
    rng = np.random.default_rng(SEED)
    drawn = [lesson(world, rng) for _ in range(runs)]
    for model in (False, True):
        counts: dict[str, list[float]] = {key: [] for key in ("share", "pair", "truth", "width", "claim", "wrong")}
        for sides, shares, truths in drawn:
            found = estimates(sides, model)[0]
            one, two = covered(found, shares)
            counts["share"] += one
            counts["pair"] += two
            counts["truth"] += covered(found, truths)[1]
            counts["width"] += [p.number.high - p.number.low for p in found.pairs if p.number.known]
            counts["claim"].append(bool(found.leader))
            counts["wrong"].append(bool(found.leader) and shares[found.leader] < max(shares.values()))
        mean = {key: float(np.mean(values)) if values else float("nan") for key, values in counts.items()}
        print(
            f"{world.name:42} {'with model' if model else 'class only':11} share {mean['share']:.3f}  "
            f"difference {mean['pair']:.3f}  of the truth {mean['truth']:.3f}  "
            f"width {mean['width']:.2f}  leader claimed {mean['claim']:.3f}, wrongly {mean['wrong']:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    asked_runs = parser.parse_args().runs
    print(f"{asked_runs} lessons each, {STUDENTS} students, seed {SEED}; 95 % intervals")
    for each in WORLDS:
        run(each, asked_runs)
