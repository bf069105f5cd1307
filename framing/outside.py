"""Sets of other domains, labelled by people and never trained on: what the shipped labels are worth away from home."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from framing.datasets import STANCE_OF, Example, Target, rows, text_key
from framing.heads import Floats, Head
from framing.measures import Judged, f1
from framing.segment import split

Matrix = npt.NDArray[np.bool_]

MAPPING = Path(__file__).with_name("gvfc_mapping.csv")
"""Which of our codes each frame of GVFC means, written before anything was scored."""
NARRATIVE = {"conflict": "conflict", "economic": "economic", "moral": "morality"}
"""Frames of the Narrative Frames Corpus that its coders agreed on, and what they are called here."""
SENTFIN_SHARE = 10
"""One text in so many is measured (by a hash): a thousand headlines tell enough."""


def half_of(text: str) -> bool:
    """One of two halves, by a hash of the text: what is chosen on one is reported on the other."""
    return _number(text) >> 64 & 1 == 0


def _number(text: str) -> int:
    return int(hashlib.sha256(text_key(text).encode()).hexdigest(), 16)


def gvfc_mapping() -> dict[str, str]:
    """GVFC frame → our code."""
    with MAPPING.open(encoding="utf-8", newline="") as file:
        return {row["gvfc"]: row["ours"] for row in csv.DictReader(file)}


def gvfc(root: Path) -> list[Example]:
    """Headlines on gun violence in the United States (Liu et al. 2019), their frames in our codes."""
    ours = gvfc_mapping()
    return [
        Example(r["text"], frames=tuple({ours[label] for label in r["labels"]}), origin="gvfc", meta={"id": r["id"]})
        for r in rows(root / "gvfc" / "gvfc_1300_acl2020.jsonl")
    ]


def sentfin(root: Path) -> list[Example]:
    """Finance headlines (Sinha et al. 2022), sentiment toward a target: one text in ten, by a hash."""
    return [
        Example(
            r["text"],
            targets=(Target(r["start"], r["end"], STANCE_OF[r["label"]]),),
            origin="sentfin",
            meta={"id": r["id"]},
        )
        for r in rows(root / "sentfin" / "all.jsonl")
        if r["start"] is not None and _number(r["text"]) % SENTFIN_SHARE == 0
    ]


@dataclass(frozen=True, slots=True)
class Articles:
    """Articles with frames, cut into sentences; `half` says on which of two halves each lies."""

    ids: tuple[str, ...]
    sentences: tuple[list[str], ...]
    frames: tuple[tuple[str, ...], ...]
    half: Matrix


def narrative(root: Path, unseen: Callable[[str], bool]) -> Articles:
    """The articles of the Narrative Frames Corpus (Frermann et al. 2023) with the three usable frames."""
    found = list(rows(root / "narrative_frames_corpus" / "data.jsonl"))
    cut = tuple([s for s in split(r["text"]) if unseen(s)] for r in found)
    frames = tuple(tuple(NARRATIVE[label] for label in r["labels"] if label in NARRATIVE) for r in found)
    return Articles(tuple(r["id"] for r in found), cut, frames, np.array([half_of(r["text"]) for r in found]))


def judged_articles(head: Head, vectors: Callable[[Sequence[str]], Floats], articles: Articles) -> tuple[Judged, str]:
    """What the head says of the articles in one half, and the rule: the share of sentences from which an article has a
    frame, chosen for the best F1 on the other half."""
    labels = tuple(NARRATIVE.values())
    narrow = head.narrowed(labels)
    counts = [len(s) for s in articles.sentences]
    decided = narrow.decide(narrow.predict(vectors([s for one in articles.sentences for s in one])))
    by_article = np.split(decided, np.cumsum(counts)[:-1])
    shares = np.array([part.mean(axis=0) if len(part) else np.zeros(len(labels)) for part in by_article])
    truth = np.array([[label in frames for label in labels] for frames in articles.frames], dtype=np.bool_)
    chosen = _shares(shares[articles.half], truth[articles.half])
    reported = ~articles.half
    said = np.asarray(shares[reported] >= chosen, dtype=np.bool_)
    always = f1(truth[reported], np.ones_like(said)).mean()
    rule = ", ".join(f"{label} from {_share_text(share)} on" for label, share in zip(labels, chosen, strict=True))
    note = (
        f"an article has {rule}; chosen on the other {int(articles.half.sum())} articles; "
        f"saying yes to everything gives macro-F1 {always:.3f}"
    )
    return Judged(head.name, "multilabel", labels, truth[reported], said, np.flatnonzero(reported)), note


def _share_text(share: float) -> str:
    return "any sentence" if share < 0.01 else f"{share:.0%} of the sentences"


def _shares(shares: npt.NDArray[np.float64], truth: Matrix) -> npt.NDArray[np.float64]:
    """Per label the share of sentences with the best F1; the smallest stands for "any sentence"."""
    grid = np.array([1e-9, *np.arange(0.02, 0.61, 0.02)])
    return np.asarray(grid[np.argmax([f1(truth, shares >= least) for least in grid], axis=0)])
