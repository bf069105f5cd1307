"""How far a name moves a score: sentences scored again with another country, person or outlet in them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from framing.datasets import Example, masked, moved
from framing.evaluate import GOLD, Remembering, Sets, sentence_inputs, target_inputs
from framing.heads import Floats, Head, decide
from framing.swaps import KINDS, PEOPLE, Person, person_names, swap_names
from framing.voice import voice_of

MOST_CHANGE, MOST_FLIPPED = 0.05, 0.05
"""What is aimed at: a probability moves by at most so much on average, at most this share of labels flips."""
_SETS = ("frames_annotated_dev", "actors_annotated_dev", "newsmtsc_devtest")
_SEED = 11
TARGET = "target"
"""Kind of the rows of a mention head whose target itself was swapped, whatever it is."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What swaps of one kind do to one head: n rows, mean absolute change of a probability (NaN for rules, which give
    none), share of decisions that flip, and of the labels given before or after, the share that changed."""

    head: str
    kind: str
    n: int
    change: float
    flipped: float
    flipped_given: float

    def row(self) -> dict[str, Any]:
        """The figures as plain numbers for `metrics.json`."""
        change = {} if np.isnan(self.change) else {"change": round(self.change, 4)}
        return {
            "n": self.n,
            **change,
            "flipped": round(self.flipped, 4),
            "flipped_given": round(self.flipped_given, 4),
        }


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence as the scorer sees it, before and after one kind of name was swapped; which targets the swap hit."""

    kind: str
    before: Example
    after: Example
    hit: tuple[bool, ...]


def pairs(sets: Sets) -> list[Pair]:
    """Every sentence of the development sets (of the gold set where they are absent) that a swap of a kind changes."""
    examples = _distinct([e for name in _SETS for e in sets.examples.get(name, ())] or sets.examples[GOLD])
    people = person_names([e.text for e in examples])
    pool = people if len(people) >= len(PEOPLE) else list(PEOPLE)
    return [pair for e in examples for kind in KINDS if (pair := _pair(e, kind, pool)) is not None]


def _distinct(examples: Sequence[Example]) -> list[Example]:
    """One example a text, with the targets of all."""
    by_text: dict[str, Example] = {}
    for e in examples:
        known = by_text.get(e.text)
        spans = {(t.start, t.end) for t in known.targets} if known else set()
        new = tuple(t for t in e.targets if (t.start, t.end) not in spans)
        by_text[e.text] = replace(known, targets=known.targets + new) if known else e
    return list(by_text.values())


def _pair(example: Example, kind: str, people: Sequence[Person]) -> Pair | None:
    swapped = swap_names(example.text, random.Random(f"{_SEED} {kind} {example.text}"), (kind,), people)
    if swapped is None:
        return None
    other = moved(example, swapped.text, swapped.move)
    both = zip(example.targets, other.targets, strict=True)
    hit = tuple(example.text[a.start : a.end] != other.text[b.start : b.end] for a, b in both)
    return Pair(kind, masked(example), masked(other), hit)


def sensitivities(heads: Mapping[str, Head], reader: Remembering, sets: Sets) -> list[Sensitivity]:
    """Every head under every kind of swap that occurs, and `all` kinds together; voice by its rules where no head
    decides it."""
    found = pairs(sets)
    examples = [e for pair in found for e in (pair.before, pair.after)]
    reader.encode([e.text for e in examples], [[(t.start, t.end) for t in e.targets] for e in examples])
    return [s for head in heads.values() for s in _of_head(head, reader, found)] + (
        [] if "voice" in heads else list(_of_rules(found))
    )


def _of_head(head: Head, reader: Remembering, found: Sequence[Pair]) -> Iterator[Sensitivity]:
    if head.level == "mention":
        before, read = target_inputs(head, reader, [p.before for p in found])
        after, read_too = target_inputs(head, reader, [p.after for p in found])
        both = read & read_too
        before, after = before[both], after[both]
        kinds = np.array([p.kind for p in found for _ in p.before.targets])[both]
        hit = np.array([hit for p in found for hit in p.hit], dtype=np.bool_)[both]
    else:
        before = sentence_inputs(head, reader, [p.before.text for p in found])
        after = sentence_inputs(head, reader, [p.after.text for p in found])
        kinds, hit = np.array([p.kind for p in found]), np.zeros(len(found), dtype=np.bool_)
    p, q = head.predict(before), head.predict(after)
    for kind, rows in (*((k, kinds == k) for k in KINDS), (TARGET, hit), ("all", np.ones(len(p), dtype=np.bool_))):
        if rows.any():
            yield _compared(head, kind, p[rows], q[rows])


def _compared(head: Head, kind: str, p: Floats, q: Floats) -> Sensitivity:
    one, other = decide(p, head.kind, head.thresholds), decide(q, head.kind, head.thresholds)
    given = one | other
    differ = one != other
    flipped = differ.any(axis=1).mean() if head.kind == "multiclass" else differ.mean()
    changed = flipped if head.kind == "multiclass" else (differ.sum() / given.sum() if given.any() else 0.0)
    return Sensitivity(head.name, kind, len(p), float(np.abs(p - q).mean()), float(flipped), float(changed))


def _of_rules(found: Sequence[Pair]) -> Iterator[Sensitivity]:
    flips = np.array([voice_of(p.before.text).voice != voice_of(p.after.text).voice for p in found])
    kinds = np.array([p.kind for p in found])
    for kind in (*KINDS, "all"):
        rows = kinds == kind if kind != "all" else np.ones(len(found), dtype=np.bool_)
        if rows.any():
            share = float(flips[rows].mean())
            yield Sensitivity("voice", kind, int(rows.sum()), float("nan"), share, share)
