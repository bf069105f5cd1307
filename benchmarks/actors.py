"""Measures the actor rules: precision and recall on actors_annotated, recall on NewsMTSC targets, sentences a second.

python benchmarks/actors.py [--split train|dev] [--errors N] [--data FOLDER]
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from framing.actors import ACTORS_VERSION, find_in_sentence
from framing.schema import Mention

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PRONOUNS = frozenset(
    [
        "i",
        "me",
        "my",
        "he",
        "him",
        "his",
        "she",
        "her",
        "hers",
        "we",
        "us",
        "our",
        "they",
        "them",
        "their",
        "it",
        "its",
        "you",
        "your",
        "who",
        "whom",
        "whose",
        "himself",
        "herself",
        "themselves",
    ]
)


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    with path.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def distinct(mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
    """Mentions of one sentence by actor."""
    table: dict[str, list[Mention]] = {}
    for mention in mentions:
        table.setdefault(mention.canonical.lower(), []).append(mention)
    return table


def match(found: dict[str, list[Mention]], gold: list[dict[str, Any]]) -> tuple[dict[str, int], set[int]]:
    """Found actor → index of the gold actor it is (each gold actor once), and the gold actors missed."""
    taken: dict[str, int] = {}
    free = set(range(len(gold)))
    for exact in (True, False):  # equal names first, so that an overlap does not take another's place
        for name, mentions in found.items():
            if name in taken:
                continue
            for i in sorted(free):
                overlap = any(m.start < gold[i]["end"] and gold[i]["start"] < m.end for m in mentions)
                if (gold[i]["canonical"].lower() == name) if exact else overlap:
                    taken[name] = i
                    free.discard(i)
                    break
    return taken, free


def measure(path: Path, errors: int) -> None:
    """Prints precision, recall, and agreement of type on distinct actors; `errors` sentences with what went wrong."""
    data = rows(path)
    right = found_n = gold_n = typed = named = full = over = 0
    lines: list[str] = []
    by_type: Counter[tuple[str, bool]] = Counter()
    wrong_type: Counter[str] = Counter()
    for row in data:
        found = distinct(find_in_sentence(row["text"]))
        taken, missed = match(found, row["actors"])
        right += len(taken)
        found_n += len(found)
        gold_n += len(row["actors"])
        if len(row["actors"]) == 5:
            full += 1
            over += len(found) - len(taken)
        for name, i in taken.items():
            typed += found[name][0].type == row["actors"][i]["type"]
            named += row["actors"][i]["canonical"].lower() == name
        for i, actor in enumerate(row["actors"]):
            by_type[actor["type"], i not in missed] += 1
        extra = [(m[0].surface, m[0].type[0]) for name, m in found.items() if name not in taken]
        wrong_type.update(kind for _, kind in extra)
        if extra or missed:
            misses = [row["actors"][i]["mention"] for i in sorted(missed)]
            lines.append(f"{row['id']} {row['text']}\n    EXTRA {extra}  MISSED {misses}")
    p, r = right / found_n, right / gold_n
    print(
        f"{path.parent.name}/{path.stem}: precision {p:.3f} recall {r:.3f} F1 {2 * p * r / (p + r):.3f} "
        f"(found {found_n}, gold {gold_n}, {len(data)} sentences)"
    )
    print(f"  of the {right} matched: type equal {typed / right:.3f}, canonical spelled alike {named / right:.3f}")
    for kind in sorted({k for k, _ in by_type}):
        hit, miss = by_type[kind, True], by_type[kind, False]
        print(
            f"  recall {kind:<13} {hit / (hit + miss):.3f} of {hit + miss}; found, not in gold: {wrong_type[kind[0]]}"
        )
    print(f"  sentences with the five gold actors at most: {full}, extras there {over}")
    for line in random.Random(errors).sample(lines, min(errors, len(lines))):
        print(line)


def newsmtsc(path: Path) -> None:
    """Prints the recall on the targets of NewsMTSC, pronouns apart."""
    data = rows(path)
    cache: dict[str, list[Mention]] = {}
    hit: Counter[bool] = Counter()
    n: Counter[bool] = Counter()
    for row in data:
        mentions = cache.setdefault(row["text"], find_in_sentence(row["text"]))
        pronoun = row["target"].strip().lower() in PRONOUNS
        n[pronoun] += 1
        hit[pronoun] += any(m.start < row["end"] and row["start"] < m.end for m in mentions)
    print(f"newsmtsc/{path.stem}: recall {hit[False] / n[False]:.3f} of {n[False]} targets (pronouns apart: {n[True]})")


def speed(path: Path) -> None:
    """Prints sentences a second on one core, and those of one pass without the article's second reading."""
    texts = [row["text"] for row in rows(path)]
    find_in_sentence(texts[0])
    start = time.process_time()
    for text in texts:
        find_in_sentence(text)
    print(f"speed: {len(texts) / (time.process_time() - start):,.0f} sentences/s on one core")


def main() -> None:
    """Runs the three measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="dev", choices=("train", "dev"))
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="print N sentences with errors")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    print(f"actors {ACTORS_VERSION}")
    measure(options.data / "actors_annotated" / f"{options.split}.jsonl", options.errors)
    newsmtsc(options.data / "newsmtsc" / "devtest_mt.jsonl")
    speed(options.data / "actors_annotated" / "train.jsonl")


if __name__ == "__main__":
    main()
