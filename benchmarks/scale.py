"""Sentences a second and memory of `ingest` and `score` as a corpus grows, beside the scorer's own rate.

    python benchmarks/scale.py [--sizes 1000 10000] [--copies 0.0] [--part 512] [--fake] [--keep DIR]
    python benchmarks/scale.py --sizes 10000 100000 1000000     # hours

Each size is a corpus of its own in a process of its own: articles of 24 sentences made of the sample articles' words
are ingested and scored in parts, files written and flushed as ever. The scorer's own rate is that of
`score_sentences` alone on the same sentences and targets, in the same process: a quarter of each part, of every four
chunks of 256 in the order of length one, another place of the four each time, which share batches with sentences of
their length as in the run. It is a rate of characters: a quarter can be longer or shorter than the whole (3.5 % shorter
when the place was the same throughout a part). A machine's speed drifts (the same 504 sentences took 1.05 to 1.63 s
within four quiet minutes), so the run halts for this at the end of each part, when nothing is being encoded; the halt's
time is not the run's.
Sentences that come again were not scored and do not count for the share. `--copies 0.3` prints 30 % of the articles
under another outlet as well (wire copy). The growth exponent is the slope of log time over log sentences: 1 is linear.
Shares are by the clock and by processor time: on a machine that other programs keep busy the second alone says
something. Measures, never asserts.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
EACH = 24
OF_CHUNKS = 4


def made(sentences: int, copies: float, seed: int = 0) -> Iterator[Any]:
    """So many sentences in articles of 24: sample sentences with other numbers and words, so that each is new."""
    from kills import OUTLETS
    from kills import sentences as pool_of

    from framing.schema import Article

    rng, pool = random.Random(seed), pool_of()
    left, number = sentences, 0
    while left >= EACH:
        number += 1
        body = [_varied(rng.choice(pool), rng, number) for _ in range(EACH - 1)]
        text = "\n\n".join(" ".join(body[first : first + 4]) for first in range(0, len(body), 4))
        facts = {
            "title": f"{' '.join(body[0].split()[:7]).strip(',.')} ({number})",
            "text": text,
            "published": date(2024, 1, 1) + timedelta(days=number % 300),
            "event": f"Story {number // 20}",
        }
        first, second = rng.sample(OUTLETS, 2)
        yield Article(outlet=first, **facts)
        left -= EACH
        if rng.random() < copies and left >= EACH:
            yield Article(outlet=second, **facts)
            left -= EACH


def _varied(text: str, rng: random.Random, number: int) -> str:
    """The sentence with something of its own, so that no two are the same by chance."""
    return f"{text.rstrip('.')}, file {number}-{rng.randint(1, 10**6)}."


Sample = tuple[list[str], list[list[tuple[int, int]]], list[str]]


class Alone:
    """The scorer alone on sentences of the corpus with their targets: other ones each time it is asked."""

    def __init__(self, scorer: Any, corpus: Any) -> None:
        self.scorer, self.corpus = scorer, corpus
        self.characters, self.clock, self.cpu = 0, 0.0, 0.0
        self.spent = (0.0, 0.0)
        """Seconds and processor seconds that asking took in all, the pause before included."""
        stems = corpus.folder.stems()
        sizes = [corpus.folder.rows("sentences", [stem]) for stem in stems]
        self.whole = 0
        """Characters of all sentences of the corpus."""
        # Made before the run, so that the halt is the scorer's alone; they count for the most memory.
        samples = [self._sample(stem, number) for number, stem in enumerate(stems)]
        self._due = dict(zip(accumulate(sizes), samples, strict=True))

    def during(self, done: int, total: int) -> None:
        """The progress of a run: asks where a part ends."""
        if done in self._due:
            self.ask(*self._due.pop(done))

    def ask(self, texts: list[str], spans: list[list[tuple[int, int]]], outlets: list[str]) -> None:
        while True:  # until nothing else of this process runs
            begun = _clocks()  # the last pause, in which nothing ran, is not the run's
            _, busy = _since_pause(0.02)
            if busy < 0.002:
                break
        asked = _clocks()
        self.scorer.score_sentences(texts, spans, outlets=outlets)
        clock, cpu = _since(asked)
        self.characters += sum(map(len, texts))
        self.clock, self.cpu = self.clock + clock, self.cpu + cpu
        clock, cpu = _since(begun)
        self.spent = (self.spent[0] + clock, self.spent[1] + cpu)

    def _sample(self, stem: str, number: int) -> Sample:
        """One in four chunks of a part as the scorer makes them, counted from the longest; of each part others."""
        from framing.actors import find_mentions
        from framing.scorer import CHUNK

        articles, split = self.corpus.read_part(stem)
        rows = []
        for article in articles:
            by_sentence: dict[int, dict[tuple[int, int], None]] = {}
            for mention in find_mentions(article, split[article.id]):
                by_sentence.setdefault(mention.index, {})[mention.start, mention.end] = None
            rows += [(s.text, list(by_sentence.get(s.index, {})), article.outlet) for s in split[article.id]]
        rows.sort(key=lambda row: len(row[0]))
        self.whole += sum(len(row[0]) for row in rows)
        chunks = range(0, len(rows), CHUNK)[::-1]
        places = range(0, len(chunks), OF_CHUNKS)
        chosen = [place + (i + number) % OF_CHUNKS for i, place in enumerate(places)]
        starts = [chunks[place] for place in chosen if place < len(chunks)] or [0]
        texts, spans, outlets = zip(*(row for first in starts for row in rows[first : first + CHUNK]), strict=True)
        return list(texts), list(spans), list(outlets)


def _since_pause(seconds: float) -> tuple[float, float]:
    begun = _clocks()
    time.sleep(seconds)
    return _since(begun)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(begun: tuple[float, float]) -> tuple[float, float]:
    now = _clocks()
    return now[0] - begun[0], now[1] - begun[1]


def measure(size: int, copies: float, fake: bool, place: Path) -> dict[str, float]:
    """One corpus, made, stored and scored here."""
    from framing.corpus import Corpus
    from framing.score import Scorer, score

    if fake:
        from corpus_fakes import scorer as made_up

        scorer = made_up()
    else:
        scorer = Scorer.load()
    scorer.score_sentences(["Carrow blamed Estrava."], [[(0, 6)]])
    corpus = Corpus.create(place)
    begun = _clocks()
    corpus.add(made(size, copies))
    ingest = _since(begun)
    alone = Alone(scorer, corpus)
    begun = _clocks()
    report = score(corpus, scorer=scorer, progress=alone.during)
    both = _since(begun)
    scoring = (both[0] - alone.spent[0], both[1] - alone.spent[1])
    n, files = report.sentences, sum(file.stat().st_size for file in place.rglob("*.parquet"))
    scored = n - report.again
    fully = alone.whole / alone.characters * scored / n  # what the scorer alone would take for all, in what it took
    clock = alone.clock * fully / (ingest[0] + scoring[0])
    cpu = alone.cpu * fully / (ingest[1] + scoring[1])
    return {
        "sentences": n,
        "again": report.again,
        "ingest_s": ingest[0],
        "score_s": scoring[0],
        "cpu_s": ingest[1] + scoring[1],
        "rate": n / (ingest[0] + scoring[0]),
        "alone": scored / (alone.clock * fully),
        "share": clock,
        "cpu_share": cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2),
        "disk_mb": files / 1e6,
    }


def exponent(rows: list[dict[str, float]], *columns: str) -> float:
    """Slope of log seconds over log sentences, by least squares."""
    points = [(math.log(row["sentences"]), math.log(sum(row[name] for name in columns))) for row in rows]
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    over = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return over / sum((x - mean_x) ** 2 for x, _ in points)


def main() -> None:
    """Measure each size in a process of its own and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--copies", type=float, default=0.0)
    parser.add_argument("--fake", action="store_true", help="a stand-in for the encoder: what all the rest costs")
    parser.add_argument("--keep", type=Path, help="keep the corpora in this folder")
    parser.add_argument("--part", type=int, default=512, help="articles a part")
    parser.add_argument("--one", nargs=2, metavar=("SIZE", "FOLDER"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.one:
        from framing import adding

        adding.PART_ARTICLES = wanted.part
        print(json.dumps(measure(int(wanted.one[0]), wanted.copies, wanted.fake, Path(wanted.one[1]))))
        return
    print("sentences    again  ingest s   score s    cpu s  sent./s  alone/s  share  by cpu  peak MB  disk MB")
    rows = []
    for size in wanted.sizes:
        with tempfile.TemporaryDirectory(prefix="scale-") as spare:
            place = (wanted.keep or Path(spare)) / f"corpus-{size}"
            command = [sys.executable, __file__, "--one", str(size), str(place), "--copies", str(wanted.copies)]
            command += ["--part", str(wanted.part)]
            command += ["--fake"] if wanted.fake else []
            run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        row = json.loads(run.stdout.splitlines()[-1])
        rows.append(row)
        print(
            f"{row['sentences']:9.0f} {row['again']:8.0f} {row['ingest_s']:9.1f} {row['score_s']:9.1f} "
            f"{row['cpu_s']:8.1f} {row['rate']:8.1f} {row['alone']:8.1f} {row['share']:6.0%} {row['cpu_share']:7.0%} "
            f"{row['peak_mb']:8.0f} {row['disk_mb']:8.1f}",
            flush=True,
        )
    if len({row["sentences"] for row in rows}) > 1:
        print(
            f"growth exponent of the time: {exponent(rows, 'ingest_s', 'score_s'):.2f}, of processor time: "
            f"{exponent(rows, 'cpu_s'):.2f}"
        )


if __name__ == "__main__":
    main()
