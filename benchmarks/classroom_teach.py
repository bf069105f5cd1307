"""Should an evenly split sentence teach? Prints how many unseen sentences a category gets right when it is trained on
all of a class's majorities or on clear ones alone: `python benchmarks/classroom_teach.py FRAMES.jsonl [--runs N]`.

Texts and true labels are those of a labelled set (its labels were made by a language model); the class is simulated:
22 students, skills 0.6 to 0.9, sentences of different difficulty, 30 sentences a lesson, half of them with the label.
The encoder was tuned on such sentences, so the level is flattered; the policies are compared on the same vectors."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from framing.crossval import Data, learn
from framing.encode import Encoder
from framing.heads import decide
from framing.logistic import fitting, rotated

STUDENTS, DRAWN, SEED = 22, 30, 7
POLICIES = (0.5, 0.6, 0.7, 0.8)


def main(file: Path, label: str, most: int, runs: int) -> None:
    """Prints a line a policy."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rng = np.random.default_rng(SEED)
    rows = [rows[i] for i in rng.permutation(len(rows))[:most]]
    truth = np.array([label in row["frames"] for row in rows])
    vectors = Encoder.load().encode([row["text"] for row in rows]).sentences.astype(np.float64)
    with fitting():
        x = rotated((vectors - vectors.mean(axis=0)) / vectors.std())[0]
        found: dict[float, list[tuple[float, int, float]]] = {policy: [] for policy in POLICIES}
        for _ in range(runs):
            drawn = np.concatenate(
                [rng.permutation(np.flatnonzero(truth == yes))[: DRAWN // 2] for yes in (True, False)]
            )
            skill = rng.uniform(0.6, 0.9, STUDENTS)[:, None] + rng.normal(0, 0.2, DRAWN)
            share = np.where(rng.random((STUDENTS, DRAWN)) < skill, truth[drawn], ~truth[drawn]).mean(axis=0)
            others = np.setdiff1d(np.arange(len(x)), drawn)
            balanced = [others[truth[others] == yes] for yes in (True, False)]
            for policy in POLICIES:
                kept = (share != 0.5) & (np.maximum(share, 1 - share) >= policy)
                said = share[kept] > 0.5
                if min(said.sum(), (~said).sum()) < 5:
                    continue
                both = np.column_stack([said, ~said])
                layer = learn(Data(x[drawn[kept]], both, np.arange(kept.sum()), "multiclass"), SEED)
                yes = decide(layer.predict(x, "multiclass"), "multiclass", layer.thresholds)[:, 0]
                right = float(np.mean([yes[balanced[0]].mean(), 1 - yes[balanced[1]].mean()]))
                found[policy].append((right, int(kept.sum()), float((said == truth[drawn[kept]]).mean())))
    for policy, figures in found.items():
        right, kept, true = np.array(figures).mean(axis=0)
        error = np.array(figures)[:, 0].std(ddof=1) / len(figures) ** 0.5
        print(
            f"majorities of {policy:.0%} or more: {kept:.1f} sentences, {true:.1%} of them true; "
            f"unseen right {right:.3f} ± {error:.3f} (balanced; {len(figures)} lessons, seed {SEED})"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--label", default="conflict")
    parser.add_argument("--most", type=int, default=600)
    parser.add_argument("--runs", type=int, default=40)
    given = parser.parse_args()
    main(given.file, given.label, given.most, given.runs)
