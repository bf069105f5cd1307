"""Measures event grouping: B-cubed F1, pair-F1 and false merges on labelled sets, order and arrival, and growth.

python benchmarks/grouping.py [--data FOLDER] [--curve] [--growth 1000 3000 10000] [--undated]

Thresholds were chosen on `tune` rows: ECB+ topics other than dev and test, and the allsides_roundups events whose
SHA-256 is even. `report` rows were never tuned on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from framing.grouping import RULES, Rules, Story, group

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
DEV = {"2", "5", "12", "18", "21", "23", "34", "35"}
TEST = {str(topic) for topic in range(36, 46)}
Rows = list[dict[str, Any]]


def is_reported(event: str) -> bool:
    """Whether an allsides event is in the half that is reported."""
    return int(hashlib.sha256(event.encode()).hexdigest(), 16) % 2 == 1


def sets(data: Path) -> dict[str, Rows]:
    """The labelled rows by part."""
    ecb, roundups = (
        [json.loads(line) for line in (data / name / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
        for name in ("ecbplus", "allsides_roundups")
    )
    return {
        "ECB+ tune": [row for row in ecb if row["topic"] not in DEV | TEST],
        "ECB+ dev": [row for row in ecb if row["topic"] in DEV],
        "ECB+ test 36-45": [row for row in ecb if row["topic"] in TEST],
        "ECB+ all 982": ecb,
        "allsides tune": [row for row in roundups if not is_reported(row["event"])],
        "allsides report": [row for row in roundups if is_reported(row["event"])],
    }


def stories(rows: Rows, dated: bool) -> list[Story]:
    """Stories with the dates that the rows have, or with none."""
    return [
        Story(
            row.get("title") or "",
            row["text"],
            date.fromisoformat(row["date"]) if dated and row.get("date") else None,
        )
        for row in rows
    ]


def labels(items: Sequence[Story], rules: Rules = RULES) -> list[int]:
    """The number of each story's group."""
    found = [0] * len(items)
    for number, item in enumerate(group(items, rules)):
        for position in item.positions:
            found[position] = number
    return found


def measure(gold: Sequence[object], found: Sequence[object]) -> dict[str, float]:
    """B-cubed precision, recall, F1; pair-F1; share of the pairs put together that are wrong."""
    both, golds, founds = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    n = len(gold)
    precision = sum(k * k / founds[f] for (_, f), k in both.items()) / n
    recall = sum(k * k / golds[g] for (g, _), k in both.items()) / n
    right, put, true = (sum(k * (k - 1) / 2 for k in counts.values()) for counts in (both, founds, golds))
    return {
        "b3": 2 * precision * recall / (precision + recall),
        "precision": precision,
        "recall": recall,
        "pair_f1": 2 * right / (put + true) if put + true else 1.0,
        "false": 1 - right / put if put else 0.0,
        "events": float(len(founds)),
    }


def line(name: str, rows: Rows, dated: bool, rules: Rules = RULES) -> str:
    """One printed line of figures."""
    m = measure([row["event"] for row in rows], labels(stories(rows, dated), rules))
    return (
        f"{name:26} n={len(rows):5} B-cubed F1 {m['b3']:.3f} (P {m['precision']:.3f} R {m['recall']:.3f})  "
        f"pair-F1 {m['pair_f1']:.3f}  false merges {m['false']:.3f}  events {m['events']:.0f}"
    )


def order_and_arrival(rows: Rows, seeds: Iterable[int]) -> None:
    """How far shuffled input, and arrival in two halves, give the grouping of the whole (B-cubed F1 against it)."""
    whole = stories(rows, False)
    once = labels(whole)
    for seed in seeds:
        order = random.Random(seed).sample(range(len(rows)), len(rows))
        shuffled = dict(zip(order, labels([whole[i] for i in order]), strict=True))
        first = set(order[: len(order) // 2])
        begun = dict(zip(sorted(first), labels([whole[i] for i in sorted(first)]), strict=True))
        later = labels([replace(s, event=str(begun[i])) if i in first else s for i, s in enumerate(whole)])
        same = measure(once, [shuffled[i] for i in range(len(rows))])["b3"]
        gold = measure([row["event"] for row in rows], later)
        print(
            f"seed {seed}: shuffled {same:.4f} alike; in two halves {measure(once, later)['b3']:.4f} alike, "
            f"against the labels B-cubed F1 {gold['b3']:.3f}, false merges {gold['false']:.3f}"
        )


def pile(rows: Rows, n: int, seed: int = 5) -> list[Story]:
    """n articles of a year, three an event: the sentences of a labelled article mixed with those of another, and its
    names and rare words made the event's own, so that the events differ as real ones do."""
    rng = random.Random(seed)
    found: list[Story] = []
    for number in range((n + 2) // 3):
        base, other = rng.sample(rows, 2)
        day = date(2023, 1, 1) + timedelta(days=rng.randrange(365))
        own = {word: f"{word}{_letters(number)}" for word in _names(base["text"])}
        body = [_renamed(part, own) for part in base["text"].split("\n")]
        extra = other["text"].split("\n")
        for _ in range(3):
            parts = rng.sample(body, max(1, len(body) * 2 // 3)) + rng.sample(extra, min(2, len(extra)))
            found.append(Story(parts[0][:90], "\n".join(parts), day + timedelta(days=rng.randrange(2))))
    rng.shuffle(found)
    return found[:n]


def _names(text: str) -> list[str]:
    return [word for word in dict.fromkeys(text.split()) if word[:1].isupper() and word.isalpha() and len(word) > 3]


def _renamed(text: str, own: dict[str, str]) -> str:
    return " ".join(own.get(word, word) for word in text.split(" "))


def _letters(number: int) -> str:
    """A number in letters, so that a name stays one word without digits."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def growth(make: Callable[[int], list[Story]], sizes: Sequence[int]) -> None:
    """Seconds of the processor and of the clock, memory, and the exponent of a power law through the former."""
    seconds = []
    for n in sizes:
        items = make(n)
        started, begun = time.perf_counter(), time.process_time()
        found = group(items)
        seconds.append(time.process_time() - begun)
        passed = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        spent = f"{seconds[-1]:7.1f} s ({passed:.1f} s by the clock)"
        print(f"{n:7} articles: {spent}, {memory:.2f} GB at most so far, {len(found)} events", flush=True)
    if len(sizes) > 1:
        print(f"exponent {np.polyfit(np.log(sizes), np.log(seconds), 1)[0]:.2f}")


def main() -> None:
    """Prints all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--curve", action="store_true", help="the tuning parts at several thresholds")
    parser.add_argument("--growth", type=int, nargs="*", default=[], help="sizes")
    parser.add_argument("--undated", action="store_true", help="growth without dates: everything is compared")
    options = parser.parse_args()
    parts = sets(options.data)
    if options.growth:
        texts = parts["ECB+ tune"]
        year = (
            (lambda n: [replace(s, published=None) for s in pile(texts, n)])
            if options.undated
            else (lambda n: pile(texts, n))
        )
        growth(year, options.growth)
        return
    if options.curve:
        for threshold in (0.12, 0.16, 0.20, 0.24, 0.28, 0.32):
            for name in ("ECB+ tune", "allsides tune"):
                print(
                    line(f"{threshold:.2f} {name}", parts[name], False, replace(RULES, threshold=threshold)), flush=True
                )
        return
    for name, rows in parts.items():
        print(line(name, rows, dated=False), flush=True)
        if any(row.get("date") for row in rows):
            print(line(f"{name}, dates", rows, dated=True), flush=True)
            given = [row for row in rows if row.get("date")]
            print(line(f"{name}, dated rows alone", given, dated=True), flush=True)
            print(line("  the same without dates", given, dated=False), flush=True)
    order_and_arrival(parts["ECB+ test 36-45"], range(3))


if __name__ == "__main__":
    main()
