"""Prints how explanations of the labels given fare when the words named are deleted together, on labelled sentences:
`python benchmarks/explanations.py DATA [--part report] [--sentences 60] [--grid] [--operators] [--times]`.

Sentences of frames_annotated dev and targets of newsmtsc devtest, drawn with a seed from one half (by a hash of the
text): everything was chosen on the half `tune`; `report` is for figures. `--times` asks without remembering any vector.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from framing import datasets, explain
from framing.encode import Encoder
from framing.evaluate import Remembering
from framing.occlusion import Pieces, Span
from framing.predict import Predictor
from framing.rewrite import rewrite
from framing.scorer import Scorer

SEED = 13
SENTENCE_HEADS = ("frames_generic", "frames_policy", "sentiment", "wording", "voice")
Question = tuple[str, str, str, Span | None]
"""Text, head, label and target."""


class Reader(Remembering):
    """An encoder that reads no text twice, as a scorer takes it."""

    @property
    def version(self) -> str:
        return self.encoder.version

    @property
    def max_tokens(self) -> int:
        return self.encoder.max_tokens


def half(text: str) -> str:
    """`tune` or `report`, by a hash of the text."""
    return ("tune", "report")[hashlib.sha256(text.encode()).digest()[0] % 2]


def questions(data: Path, part: str, n: int, scorer: Scorer) -> list[Question]:
    """Every label given to n sentences and to n targets."""
    rng = random.Random(SEED)
    texts = sorted({e.text for e in datasets.frames_annotated(data, "dev") if half(e.text) == part})
    aimed = sorted(
        {
            (e.text, e.targets[0].start, e.targets[0].end)
            for e in datasets.newsmtsc(data, "devtest_mt")
            if half(e.text) == part
        }
    )
    asked = [(text, head, None) for text in rng.sample(texts, n) for head in SENTENCE_HEADS]
    pairs = [*asked, *((text, "stance", (start, end)) for text, start, end in rng.sample(aimed, n))]
    return [
        (text, head, label, target)
        for text, head, target in pairs
        for label in explain.given_labels(Predictor.of(scorer, head), text, target)
    ]


def tell(found: Sequence[explain.Explanation]) -> None:
    """One line a head: outcomes, how far the words named moved the score, how far as many others did."""
    for head in (*SENTENCE_HEADS, "stance", "all"):
        mine = [e for e in found if head in ("all", e.head)]
        up = [e.raises for e in mine if e.raises]
        down = [e.lowers for e in mine if e.lowers]
        none = sum(e.raises is None for e in mine)
        weak = sum(not check.holds for check in up)
        moved = np.array([check.moved for check in up])
        others = np.array([abs(x) for check in up for x in check.others])
        print(
            f"{head:15} n {len(mine):4}  no word {none:3} ({none / len(mine):.0%})  unreliable {weak:3} "
            f"({weak / len(mine):.0%})  words {np.mean([len(c.words) for c in up]):.1f}  moved {moved.mean():.3f}  "
            f"others {others.mean():.3f} (95th {np.percentile(others, 95):.3f})  lowering: {len(down)}, unreliable "
            f"{sum(not c.holds for c in down)}"
        )


def tell_chance(found: Sequence[explain.Explanation]) -> None:
    """What another least move would do: how many explanations hold, and how many draws of other words would have held
    in their place, against the remaining draws."""
    checks = [check for e in found if (check := e.raises) and len(check.others) == explain.DRAWS]
    drawn = [(x, max(c.others[:i] + c.others[i + 1 :])) for c in checks for i, x in enumerate(c.others)]
    for least in (0.0, 0.05, 0.1, 0.15, 0.2):
        kept = sum(c.moved > max(c.others) and c.moved >= least for c in checks)
        chance = np.mean([x > most and x >= least for x, most in drawn])
        print(f"least move {least:.2f}: {kept} of {len(checks)} hold; of words drawn at random {chance:.1%}")


def grid(asked: Sequence[Question], scorer: Scorer) -> None:
    """The choices of what is named."""
    for most, least, share in ((3, 0.02, 0.0), (3, 0.05, 0.0), (3, 0.1, 0.0), (4, 0.02, 0.0), (4, 0.02, 0.25)):
        explain.MOST_NAMED, explain.LEAST_EFFECT, explain.LEAST_SHARE = most, least, share
        print(f"-- at most {most} words of at least {least} and {share} of the largest effect")
        found = [explain.explain(scorer, text, head, label, target) for text, head, label, target in asked]
        tell(found)
        tell_chance(found)


def operators(asked: Sequence[Question], scorer: Scorer) -> None:
    """Deleting against putting a neutral token in place: what three words named by either do, and three others."""
    for token in ("", "[UNK]", "[MASK]"):
        rows = []
        for text, head, label, target in asked:
            judge, pieces = Predictor.of(scorer, head), Pieces.of(text, target)
            n, column, rng = len(pieces.pieces), judge.labels.index(label), random.Random(f"{SEED} {text}")
            if n < 6:
                continue

            def fall(
                sets: Sequence[Sequence[int]],
                token: str = token,
                pieces: Pieces = pieces,
                judge: Predictor = judge,
                column: int = column,
            ) -> np.ndarray:
                variants = [pieces.without(())] + [_instead(pieces, places, token) for places in sets]
                p = judge.score([t for t, _ in variants], [[s] if s else [] for _, s in variants]).probabilities
                return p[0, column] - p[1:, column]

            single = fall([(i,) for i in range(n)])
            top = [int(i) for i in np.argsort(-single)[:3]]
            others = [rng.sample([i for i in range(n) if i not in top], 3) for _ in range(10)]
            together = fall([top, *others])
            rows.append(
                (together[0], fall([top], "" if token else "[UNK]")[0], np.abs(together[1:]).mean(), single[top].sum())
            )
        own, cross, rest, summed = np.array(rows).T
        print(
            f"{token or 'deleted':8} n {len(own)}  three words moved {own.mean():.3f}, the other way of removing them "
            f"{cross.mean():.3f}, three others {rest.mean():.3f}; r of single effects' sum with the joint one "
            f"{np.corrcoef(summed, own)[0, 1]:.3f}"
        )


def _instead(pieces: Pieces, places: Sequence[int], token: str) -> tuple[str, Span | None]:
    if not token:
        return pieces.without(places)
    gone = sorted(span for place in places for span in pieces.pieces[place].seen)
    text, move = rewrite(pieces.masked, [(start, end, token) for start, end in gone])
    return text, move(*pieces.target) if pieces.target else None


def times(asked: Sequence[Question], scorer: Scorer) -> None:
    """Milliseconds an explanation: on the clock, and of processor time, which other programs do not lengthen."""
    took = []
    for text, head, label, target in asked:
        clock, processor = time.perf_counter(), time.process_time()
        explain.explain(scorer, text, head, label, target)
        took.append((time.perf_counter() - clock, time.process_time() - processor, len(text.split())))
    found = np.array(took)
    words = found[:, 2]
    for rows, what in ((words > 0, "all"), ((words >= 20) & (words <= 30), "of 20–30 words")):
        for column, kind in ((0, "clock"), (1, "processor")):
            ms = 1000 * found[rows, column]
            half, most = np.percentile(ms, [50, 95])
            print(f"{what}, n {len(ms)}, {kind}: p50 {half:.0f} ms, p95 {most:.0f} ms, longest {ms.max():.0f} ms")
    print(f"words: median {np.median(words):.0f}, 95th percentile {np.percentile(words, 95):.0f}")


def main() -> None:
    """The figures asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", choices=["tune", "report"], default="report")
    parser.add_argument("--sentences", type=int, default=60)
    for name in ("grid", "operators", "times"):
        parser.add_argument(f"--{name}", action="store_true")
    wanted = parser.parse_args()
    scorer = Scorer.load()
    asked = questions(wanted.data, wanted.part, wanted.sentences, scorer)
    if wanted.times:
        times(asked, scorer)
        return
    remembering = replace(scorer, encoder=Reader(Encoder.load()))
    if wanted.grid:
        grid(asked, remembering)
    elif wanted.operators:
        operators(asked, remembering)
    else:
        found = [explain.explain(remembering, text, head, label, target) for text, head, label, target in asked]
        tell(found)
        tell_chance(found)


if __name__ == "__main__":
    main()
