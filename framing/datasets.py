"""Public and project labelled sets as examples for training and measuring. The sets themselves are never shipped;
see docs/data.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from framing.errors import InputError
from framing.outlets import mask_outlets_with_map
from framing.rewrite import MoveSpan

POLICY = (
    "economic", "capacity_and_resources", "morality", "fairness_and_equality",
    "legality_constitutionality_jurisprudence",
    "policy_prescription_and_evaluation", "crime_and_punishment", "security_and_defense",
    "health_and_safety", "quality_of_life",
    "cultural_identity", "public_opinion", "political", "external_regulation_and_reputation",
)  # fmt: skip
GENERIC = ("conflict", "human_interest", "attribution_of_responsibility", "economic", "morality")
FRAMES = (*POLICY, *GENERIC[:3])
"""The 17 frame codes of `frames_annotated`: the 14 policy frames and the three that only the generic list has."""
SENTIMENT = ("negative", "neutral", "positive")
STANCE = ("against", "neutral", "favourable")
WORDING = ("loaded", "factual")
VOICE = ("own", "quoted", "reported", "mixed")

STANCE_OF = {"negative": "against", "neutral": "neutral", "positive": "favourable"}
_WORDING_OF = {"SUBJ": "loaded", "OBJ": "factual"}


@dataclass(frozen=True, slots=True)
class Target:
    """A target in a sentence with the stance toward it; `holder` says whose stance, where the set tells."""

    start: int
    end: int
    label: str
    holder: str | None = None
    weight: float = 1.0
    """Share in the training loss; below one for sets with noisy spans."""


@dataclass(frozen=True, slots=True)
class Soft:
    """Probabilities of a task's labels that stand in training for one label, and how much they count."""

    values: tuple[float, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with whatever labels its sets give it; None where a set says nothing."""

    text: str
    frames: tuple[str, ...] | None = None
    sentiment: str | None = None
    wording: str | None = None
    voice: str | None = None
    targets: tuple[Target, ...] = ()
    mentions: tuple[tuple[int, int], ...] | None = None
    soft: Mapping[str, Soft] = field(default_factory=dict)
    """By task, probabilities to learn instead of the label: raters' shares, or what another model says."""
    origin: str = ""
    meta: dict[str, Any] = field(default_factory=dict, compare=False)


def text_key(text: str) -> str:
    """Letters and digits alone, lower case: two spellings of one sentence give one key."""
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file. Raises InputError when it is missing."""
    if not path.is_file():
        raise InputError(f"Labelled data not found: {path}. See docs/data.md for where each set comes from.")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def frames_annotated(root: Path, part: str) -> list[Example]:
    """Sentences coded for frames, tone, voice and wording (labels made by language models; see the model cards)."""
    return [
        Example(
            r["text"],
            tuple(r["frames"]),
            r["tone"],
            r["wording"],
            r["voice"],
            origin="frames_annotated",
            meta={"id": r["id"]},
        )
        for r in rows(root / "frames_annotated" / f"{part}.jsonl")
    ]


def actors_annotated(root: Path, part: str) -> list[Example]:
    """World-news sentences with their actors and the stance toward each (labels made by language models)."""
    found = []
    for r in rows(root / "actors_annotated" / f"{part}.jsonl"):
        targets = tuple(Target(a["start"], a["end"], STANCE_OF[a["stance"]], a["holder"]) for a in r["actors"])
        spans = tuple((t.start, t.end) for t in targets)
        found.append(
            Example(r["text"], targets=targets, mentions=spans, origin="actors_annotated", meta={"id": r["id"]})
        )
    return found


def newsmtsc(root: Path, part: str) -> list[Example]:
    """Target sentiment labelled by people (Hamborg & Donnay 2021); one example a target, `meta["clean"]` as the set
    says."""
    return [
        Example(
            r["text"],
            targets=(Target(r["start"], r["end"], STANCE_OF[r["label"]]),),
            origin="newsmtsc",
            meta={"clean": r.get("clean", True), "id": r["id"]},
        )
        for r in rows(root / "newsmtsc" / f"{part}.jsonl")
        if r.get("offset_ok", True)
    ]


def vader_nyt(root: Path, *, held_out: bool) -> list[Example]:
    """Sentence sentiment from twenty raters (Hutto & Gilbert 2014): three classes by mean score; articles whose sha1
    is 0 mod 5 held out."""
    found = []
    for r in rows(root / "vader_nyt" / "sentences.jsonl"):
        if (int(hashlib.sha1(str(r["article"]).encode()).hexdigest(), 16) % 5 == 0) == held_out:
            label = "negative" if r["score"] < -0.5 else "positive" if r["score"] > 0.5 else "neutral"
            soft = {"sentiment": Soft(_raters(label, r["judgements"]))}
            found.append(Example(r["text"], sentiment=label, soft=soft, origin="vader_nyt", meta={"id": r["id"]}))
    return found


_RATERS_SHARE = 0.4
"""What the raters' spread counts beside the label of their mean; chosen, not tuned."""


def _raters(label: str, judgements: Sequence[float]) -> tuple[float, ...]:
    """The label softened by how many of the raters said negative, neutral, positive."""
    said = [sum(j < 0 for j in judgements), sum(j == 0 for j in judgements), sum(j > 0 for j in judgements)]
    return tuple(
        (1 - _RATERS_SHARE) * (name == label) + _RATERS_SHARE * n / len(judgements)
        for name, n in zip(SENTIMENT, said, strict=True)
    )


def newssd_eng(root: Path, part: str) -> list[Example]:
    """Subjective or objective news sentences labelled by people (Antici et al. 2024), as loaded / factual."""
    return [
        Example(r["text"], wording=_WORDING_OF[r["label"]], origin="newssd_eng", meta={"id": r["id"]})
        for r in rows(root / "newssd_eng" / "data.jsonl")
        if r["split"] == part
    ]


def dse(root: Path, part: str) -> list[Example]:
    """Directed sentiment between two entities of a sentence, labelled by crowd workers: rows where one of them
    judges the
    other, with the judged one's stance and the judging one as neutral. Spans are noisy, hence half weight."""
    found = []
    for r in rows(root / "dse" / f"{part}.jsonl"):
        if r["label_name"] != "neutral":
            spans = _bracketed(r["text_marked"])
            labels = (STANCE_OF[r["toward_p"]], STANCE_OF[r["toward_q"]])
            targets = tuple(Target(a, b, label, weight=0.5) for (a, b), label in zip(spans, labels, strict=True))
            found.append(Example(r["text"], targets=targets, origin="dse", meta={"id": r["id"]}))
    return found


def _dse_texts(root: Path) -> list[Example]:
    """The sentences of `dse` that are not among its test sentences, unlabelled."""
    test = {text_key(r["text"]) for r in rows(root / "dse" / "test.jsonl")}
    parts = [r["text"] for part in ("train", "valid") for r in rows(root / "dse" / f"{part}.jsonl")]
    return [Example(text, origin="dse") for text in parts if text_key(text) not in test]


def _bracketed(marked: str) -> list[tuple[int, int]]:
    """Offsets, in the text without brackets, of what stands in brackets, each drawn out to the end of its word."""
    plain = marked.replace("[", "").replace("]", "")
    spans = []
    for n, match in enumerate(re.finditer(r"\[([^\]]*)\]", marked)):
        start = match.start() - 2 * n
        end = start + len(match[1])
        while end < len(plain) and plain[end].isalnum():
            end += 1
        spans.append((start, end))
    return spans


def moved(example: Example, text: str, move: MoveSpan) -> Example:
    """The example with another text, its targets and mentions moved along."""
    targets = []
    for target in example.targets:
        start, end = move(target.start, target.end)
        targets.append(replace(target, start=start, end=end))
    spans = None if example.mentions is None else tuple(move(*span) for span in example.mentions)
    return replace(example, text=text, targets=tuple(targets), mentions=spans)


def masked(example: Example) -> Example:
    """The example as the scorer sees it: known outlets' names made neutral, spans moved along."""
    return moved(example, *mask_outlets_with_map(example.text))


def evaluation_sets(root: Path) -> dict[str, list[Example]]:
    """The sets that figures are reported on; no text of theirs is ever trained on."""
    return {
        "frames_annotated_dev": frames_annotated(root, "dev"),
        "actors_annotated_dev": actors_annotated(root, "dev"),
        "newsmtsc_devtest": newsmtsc(root, "devtest_mt"),
        "vader_nyt_held_out": vader_nyt(root, held_out=True),
        "newssd_eng_test": newssd_eng(root, "test"),
    }


def merge(first: Example, second: Example) -> Example:
    """One example with the labels of both; the first one's win where both have one. Spans are kept only for equal
    spelling."""
    same = first.text == second.text
    return replace(
        first,
        frames=first.frames if first.frames is not None else second.frames,
        sentiment=first.sentiment or second.sentiment,
        wording=first.wording or second.wording,
        voice=first.voice or second.voice,
        targets=first.targets + second.targets if same else first.targets,
        mentions=first.mentions if first.mentions is not None or not same else second.mentions,
        soft={task: soft for task, soft in second.soft.items() if getattr(first, task) is None} | dict(first.soft),
        origin=f"{first.origin}+{second.origin}" if second.origin not in first.origin else first.origin,
    )


def training_examples(root: Path, directed: bool = False, texts: bool = False) -> list[Example]:
    """All training sentences, one example a sentence with the labels of every set it occurs in, none of them in an
    evaluation set; `directed` adds the noisy targets of `dse`, `texts` its sentences without them."""
    held_out = {text_key(e.text) for examples in evaluation_sets(root).values() for e in examples}
    merged: dict[str, Example] = {}
    for example in (
        *frames_annotated(root, "train"), *actors_annotated(root, "train"), *newsmtsc(root, "train"),
        *vader_nyt(root, held_out=False), *newssd_eng(root, "train"), *newssd_eng(root, "val"),
        *(dse(root, "train") if directed else ()), *(dse(root, "valid") if directed else ()),
        *(_dse_texts(root) if texts else ()),
    ):  # fmt: skip
        key = text_key(example.text)
        if key and key not in held_out:
            merged[key] = merge(merged[key], example) if key in merged else example
    return list(merged.values())


def calibration_split(examples: list[Example], share: float = 0.08) -> tuple[list[Example], list[Example]]:
    """(fit, calibration): the calibration part is drawn by a hash of the text, so that it never moves and never
    meets an evaluation set."""
    limit = int(share * 10_000)
    parts: tuple[list[Example], list[Example]] = ([], [])
    for example in examples:
        number = int(hashlib.sha256(text_key(example.text).encode()).hexdigest(), 16) % 10_000
        parts[number < limit].append(example)
    return parts
