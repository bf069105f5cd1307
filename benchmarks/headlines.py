"""Prints how often headlines are claimed to differ from the text when any sentence could have been the headline:
`python benchmarks/headlines.py CORPUS [--runs 200]`, CORPUS being scored (such as `framing demo`'s).

In every article the headline trades places with a sentence drawn from it, itself included; actors follow. Seeded.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from framing.compare import heads_for, read_scored
from framing.corpus import Corpus
from framing.headlines import headlines


def traded(sentences: pd.DataFrame, mentions: pd.DataFrame, rng: np.random.Generator) -> list[pd.DataFrame]:
    """Both frames with the headline's place given to a sentence drawn."""
    counts = sentences.groupby("article_id")["index"].max()
    drawn = {article: int(rng.integers(0, last + 1)) for article, last in counts.items()}
    moved = []
    for rows in (sentences, mentions):
        other = rows["article_id"].map(drawn)
        index = np.where(rows["index"] == 0, other, np.where(rows["index"] == other, 0, rows["index"]))
        moved.append(rows.assign(index=index))
    return moved


def main() -> None:
    """One line of figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--runs", type=int, default=200)
    wanted = parser.parse_args()
    corpus = Corpus.open(wanted.corpus)
    known = heads_for(corpus)
    read = [read_scored(corpus, known, event) for event in corpus.events()["event_id"]]
    sentences, mentions, heads = *(pd.concat([part[n] for part in read]) for n in (0, 1)), read[0][2]
    rng, claimed, tested = np.random.default_rng(1), 0, 0
    for _ in range(wanted.runs):
        rows = headlines(*traded(sentences, mentions, rng), heads).outlets
        claimed += bool(rows["detected"].any())
        tested += int(rows["p"].notna().sum())
    n = sentences["article_id"].nunique()
    share = f"{100 * claimed / wanted.runs:.1f} %"
    print(f"{n} articles, {wanted.runs} runs: any label claimed in {share}; {tested / wanted.runs:.0f} tested a run")


if __name__ == "__main__":
    main()
