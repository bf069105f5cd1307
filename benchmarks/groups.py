"""Do groups of outlets cry wolf? Simulated outlets of different habits, and the outlets of scored corpora, are put into
two groups by chance: whatever is then claimed of the groups is false of them, true as it may be of single outlets.

    python benchmarks/groups.py [CORPUS…] [--quick]

Beside the way taken (each outlet counts once on an event; a difference must hold over events and over outlets) stands
what events alone would claim."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from unittest import mock

import numpy as np
import pandas as pd
from scipy import special

from framing import profiles
from framing.article_tally import ArticleTally, tally_corpus
from framing.compare import heads_for
from framing.corpus import Corpus
from framing.errors import InputError
from framing.profiles import profiles_of
from framing.tally import KEYS, HeadInfo, Tally
from framing.uncertainty import ArticleSums

LABELS = tuple(f"label_{i}" for i in range(24))
SHARES = np.array([0.02, 0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4] * 2)
HEAD = HeadInfo("simulated", "multilabel", "sentence", LABELS, {}, dict.fromkeys(LABELS, "A"))
PLANTED = [3, 7, 10]
ICC = 0.1
SEED = 61


def simulated(rng: np.random.Generator, n_outlets: int, n_events: int, habit: float, apart: float) -> ArticleTally:
    """Events of which each outlet reports 60 % with 1–3 articles of 8–25 sentences; an outlet's shares are its own
    (standard deviation `habit`), the first half of the outlets has `apart` more of three labels."""
    own = rng.normal(0, habit, (n_outlets, len(LABELS)))
    own[: n_outlets // 2, PLANTED] += apart
    rows, hits, lengths = [], [], []
    for event in range(n_events):
        topic = rng.normal(0, 0.7, len(LABELS))
        for outlet in np.flatnonzero(rng.random(n_outlets) < 0.6):
            shares = np.clip(special.expit(special.logit(SHARES) + topic) + own[outlet], 0.005, 0.995)
            for _ in range(rng.integers(1, 4)):
                length, scatter = rng.integers(8, 26), (1 - ICC) / ICC
                hits.append(rng.binomial(length, rng.beta(shares * scatter, (1 - shares) * scatter)))
                lengths.append(length)
                rows.append({"article_id": f"a{len(rows)}", "outlet": f"o{outlet}", "event_id": f"e{event}"})
    counted = np.array(hits, dtype=float)
    weights = np.repeat(np.array(lengths, dtype=float)[:, None], len(LABELS), axis=1)
    keys = pd.DataFrame([("simulated", label, "", "own") for label in LABELS], columns=KEYS)
    sums = ArticleSums(counted, counted, weights, np.zeros(len(LABELS), dtype=np.bool_))
    articles = pd.DataFrame(rows).assign(event="", kind=None, published=pd.NaT)
    return ArticleTally(articles, Tally(keys, sums, weights.astype(np.int64)), {"simulated": HEAD}, lambda _: articles)


def claimed(tally: ArticleTally, groups: dict[str, Sequence[str]], outlets_too: bool = True) -> pd.DataFrame | None:
    """The tested differences of the groups in the own view; by events alone unless `outlets_too`. None where they share
    too little."""
    alone = mock.patch.object(profiles, "over_outlets", lambda sides, weights, raw, *rest: raw)
    try:
        if outlets_too:
            pairs = profiles_of(tally, groups).pairs
        else:
            with alone:
                pairs = profiles_of(tally, groups).pairs
    except InputError:
        return None
    tested = pairs[(pairs["view"] == "own") & pairs["p"].notna()]
    return tested if len(tested) else None


def simulate(reps: int) -> None:
    """Any false claim with and without outlets as units, coverage, and three labels 10 points apart found."""
    print("| outlets a group | events | habits | any false claim | by events alone | covers | events alone "
          "| found at 10 points |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    for n, events, habit in ((2, 20, 0.05), (4, 20, 0.0), (4, 20, 0.05), (4, 60, 0.05), (8, 60, 0.05)):
        rng = np.random.default_rng([SEED, n, events, round(100 * habit)])
        any_, covers, found = [[], []], [[], []], []
        groups = {"A": [f"o{i}" for i in range(n)], "B": [f"o{i}" for i in range(n, 2 * n)]}
        for _ in range(reps):
            null = simulated(rng, 2 * n, events, habit, 0.0)
            for i, too in enumerate((True, False)):
                rows = claimed(null, groups, too)
                if rows is not None:
                    any_[i].append(rows["detected"].any())
                    covers[i].append(((rows["low"] <= 0) & (rows["high"] >= 0)).mean())
            rows = claimed(simulated(rng, 2 * n, events, habit, 0.1), groups)
            if rows is not None:
                found.append(rows.set_index("label")["detected"].reindex([LABELS[i] for i in PLANTED]).eq(True).mean())
        shown = [f"{100 * np.mean(part):.1f} %" for part in any_] + [f"{np.mean(part):.3f}" for part in covers]
        print(f"| {n} | {events} | {habit} | {' | '.join(shown)} | {100 * np.mean(found):.0f} % |", flush=True)


def by_chance(path: str, runs: int) -> None:
    """The outlets of a corpus with the most articles, dealt into two groups of half of them."""
    corpus = Corpus.open(path)
    tally = tally_corpus(corpus, list(heads_for(corpus).values()))
    order = tally.articles["outlet"].value_counts().index
    for most in (6, 12, 24):
        if len(order) < most:
            continue
        rng, any_ = np.random.default_rng([SEED, most]), [[], []]
        for _ in range(runs):
            dealt = list(rng.permutation(order[:most]))
            groups = {"A": dealt[: most // 2], "B": dealt[most // 2 :]}
            for i, too in enumerate((True, False)):
                rows = claimed(tally, groups, too)
                if rows is not None:
                    any_[i].append(bool(rows["detected"].any()))
        if any_[0]:
            both, alone = (f"{100 * np.mean(part):.1f} %" for part in any_)
            print(f"| {corpus.path.name} | {most} | {both} | {alone} | {len(any_[0])} |", flush=True)


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="*")
    parser.add_argument("--quick", action="store_true", help="a tenth of the repetitions")
    asked = parser.parse_args()
    simulate(20 if asked.quick else 200)
    if asked.corpora:
        print("\n| corpus | outlets dealt | any claim | by events alone | runs |\n|---|---|---|---|---|")
    for path in asked.corpora:
        by_chance(path, 20 if asked.quick else 200)


if __name__ == "__main__":
    main()
