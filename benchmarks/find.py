"""How long the questions of the page Sentences take on a corpus: p50 and p95 of each, in process, without a browser,
and the processor's time over all cores, which a busy machine changes less.

    python benchmarks/find.py CORPUS [--rounds 20]

The first page of 25 sentences is found and read; nothing is kept between rounds but which articles stand. What is asked
for (words, actors, outlets, events) is drawn from the corpus with a fixed seed."""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from framing.corpus import Corpus
from framing.find import PAGE, Wanted, find, numbers, voices_of

SEED = 7


def questions(corpus: Corpus, draw: random.Random) -> dict[str, Callable[[], Wanted]]:
    """A question of each kind, drawn anew at every call."""
    events, actors = corpus.events(), corpus.named("actor", 100)
    articles = corpus.articles(columns=["article_id", "outlet", "published"])
    outlets, days = sorted(set(articles["outlet"])), articles["published"].dropna().sort_values()
    speakers, labels = corpus.named("speaker", 100), list(numbers(corpus))
    stances = [label for label in labels if label.startswith("stance.")] or labels
    texts = corpus.sentences(str(events["event_id"].iloc[0]), columns=["text"])["text"]
    words = sorted({word for text in texts for word in text.split() if word.isalpha() and len(word) > 3})

    def month() -> Wanted:
        first = draw.choice(days.tolist()).date()
        return Wanted(label=draw.choice(labels), first=first, last=first + timedelta(days=30))

    return {
        "everything, newest first": Wanted,
        "a word": lambda: Wanted(search=draw.choice(words)),
        "three words": lambda: Wanted(search=" ".join(draw.sample(words, 3))),
        "a phrase": lambda: Wanted(search='"of the"'),
        "a label, strongest first": lambda: Wanted(label=draw.choice(labels)),
        "a label, least certain first": lambda: Wanted(label=draw.choice(labels), sort="uncertain"),
        "a label, counted or not": lambda: Wanted(label=draw.choice(labels), certainty="any"),
        "a stance toward anyone": lambda: Wanted(label=draw.choice(stances)),
        "a stance toward an actor": lambda: Wanted(label=draw.choice(stances), actor=draw.choice(actors)),
        "an actor": lambda: Wanted(actor=draw.choice(actors)),
        "a speaker": lambda: Wanted(speaker=draw.choice(speakers)),
        "a label in the outlet's own words": lambda: Wanted(label=draw.choice(labels), voices=voices_of("own")),
        "a label in one outlet": lambda: Wanted(label=draw.choice(labels), outlets=(draw.choice(outlets),)),
        "a label in one event": lambda: Wanted(
            label=draw.choice(labels), event=draw.choice(events["event_id"].tolist())
        ),
        "a label in a month": month,
        "a label and a word": lambda: Wanted(label=draw.choice(labels), search=draw.choice(words)),
        "headlines with a label": lambda: Wanted(label=draw.choice(labels), part="headline"),
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    corpus = Corpus.open(given.corpus)
    known, total = numbers(corpus), corpus.sentence_count()
    every, busy = list[float](), list[float]()
    print(f"{total:,} sentences; {given.rounds} rounds, seed {SEED}; milliseconds")
    print(f"{'':<36}{'p50':>8}{'p95':>8}{'CPU p50':>9}{'CPU p95':>9}{'found, median':>16}")
    for name, ask in questions(corpus, random.Random(SEED)).items():
        took, used, found = list[float](), list[float](), list[int]()
        for _ in range(given.rounds):
            wanted = ask()
            started, before = time.perf_counter(), time.process_time()
            found.append(find(corpus, known, wanted, PAGE).count)
            took.append(1000 * (time.perf_counter() - started))
            used.append(1000 * (time.process_time() - before))
        every, busy = [*every, *took], [*busy, *used]
        print(f"{_row(name, took, used)}{statistics.median(found):>16,.0f}", flush=True)
    print(_row("all", every, busy))


def _row(name: str, took: list[float], used: list[float]) -> str:
    return f"{name:<36}{_p(took, 50):>8.0f}{_p(took, 95):>8.0f}{_p(used, 50):>9.0f}{_p(used, 95):>9.0f}"


def _p(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-percent * len(ordered) // 100) - 1)]


if __name__ == "__main__":
    main()
