"""Prints what the sentence splitter, the voice rules and the voice head get right: `python benchmarks/voice.py`.

Sentence cases lie in `sentence_cases.txt`; voice labels are those of frames_annotated, made by a language model.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sentencex import get_sentence_boundaries

from framing import voice
from framing.encode import Encoder
from framing.heads import probabilities
from framing.outlets import mask_outlets
from framing.schema import VOICES
from framing.segment import split
from framing.voice_head import load_voice

CASES = Path(__file__).with_name("sentence_cases.txt")
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "frames_annotated"
SWEEP = {
    "_MAINLY_ATTRIBUTED": (0.5, 0.6, 0.7),
    "_MAINLY_ALONE": (0.6, 0.75, 0.85),
    "_SOME": (0.1, 0.2, 0.3),
    "_SCARE_WORDS": (2, 3, 5),
    "_SCARE_SHARE": (0.0, 0.1, 0.2),
    "_ORAL_CUES": (2, 3, 4),
}


def sentence_cases(half: str) -> Iterator[list[list[str]]]:
    """The cases of one half ("tuning" or "held out"): paragraphs of sentences."""
    current = ""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            current = line[3:]
        elif line and not line.startswith("#") and current == half:
            yield [paragraph.split(" | ") for paragraph in line.split(" ¶ ")]


def starts(text: str, sentences: Sequence[str]) -> set[int]:
    """Where each sentence begins in the text."""
    found, position = set(), 0
    for sentence in sentences:
        position = text.index(sentence, position)
        found.add(position)
        position += len(sentence)
    return found


def boundary_errors(half: str, splitter: Callable[[str], list[str]]) -> tuple[int, int, int]:
    """Cases, boundaries set wrongly, boundaries missed."""
    cases = wrong = missed = 0
    for paragraphs in sentence_cases(half):
        text = "\n\n".join(" ".join(sentences) for sentences in paragraphs)
        gold = starts(text, [s for sentences in paragraphs for s in sentences])
        got = starts(text, splitter(text))
        cases, wrong, missed = cases + 1, wrong + len(got - gold), missed + len(gold - got)
    return cases, wrong, missed


def library_alone(text: str) -> list[str]:
    """What sentencex gives without our pass."""
    return [s for b in get_sentence_boundaries("en", text) if (s := b["text"].strip())]


def rows(split_name: str) -> list[dict[str, str]]:
    """The annotated sentences of one split."""
    with (DATA / f"{split_name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def scores(gold: Sequence[str], got: Sequence[str]) -> tuple[float, dict[str, float], Counter[tuple[str, str]]]:
    """Macro-F1, F1 by label, and the confusion counts (gold, got)."""
    confusion = Counter(zip(gold, got, strict=True))
    by_label = {}
    for label in VOICES:
        total = sum(n * ((a == label) + (b == label)) for (a, b), n in confusion.items())
        by_label[label] = 2 * confusion[label, label] / total if total else 0.0
    return sum(by_label.values()) / len(by_label), by_label, confusion


def head_says(texts: Sequence[str]) -> dict[str, list[str]]:
    """What the shipped voice head says of single sentences: as it is, and without the push it gives to *mixed*."""
    head = load_voice()
    if head is None:
        return {}
    vectors = Encoder.load().encode([mask_outlets(text) for text in texts]).sentences
    p = voice.voice_probabilities(texts, vectors, head)
    return {
        f"rules and head {voice.voice_version(head)}": [VOICES[i] for i in p.argmax(axis=1)],
        "the same, mixed not pushed": [VOICES[i] for i in (p / probabilities(head.bias[None], "multiclass")).argmax(1)],
    }


def interval(gold: Sequence[str], got: Sequence[str], less: Sequence[str] | None = None) -> str:
    """95 % bootstrap interval over sentences of macro-F1, or of its distance from another decision's."""
    draw, found = random.Random(0), []
    for _ in range(500):
        rows = draw.choices(range(len(gold)), k=len(gold))
        truth = [gold[i] for i in rows]
        score = scores(truth, [got[i] for i in rows])[0]
        found.append(score - (scores(truth, [less[i] for i in rows])[0] if less else 0))
    found.sort()
    return f"[{found[12]:.3f}, {found[487]:.3f}]"


def report(split_name: str) -> None:
    """Every variant on one split; the head was fitted on train, so that only dev says how good it is."""
    data = rows(split_name)
    gold, texts = [r["voice"] for r in data], [r["text"] for r in data]
    rules = [voice.voice_of(text).voice for text in texts]
    variants = {f"rules {voice.VOICE_VERSION}": rules, **(head_says(texts) if split_name == "dev" else {})}
    print(f"voice, {len(data)} {split_name} sentences (labels made by a model)")
    for name, got in variants.items():
        macro, by_label, confusion = scores(gold, got)
        more = "" if got is rules else f", more than the rules by {interval(gold, got, rules)}"
        print(f"{name}: macro-F1 {macro:.3f} {interval(gold, got)}{more}")
        print("  " + "  ".join(f"{label} {f1:.3f}" for label, f1 in by_label.items()))
        print("  rows: label, columns: decision  " + "".join(f"{label:>10}" for label in VOICES))
        for label in VOICES:
            print(f"  {label:>30}" + "".join(f"{confusion[label, other]:>10}" for other in VOICES))


def sweep() -> None:
    """Macro-F1 on train for values around each threshold, the others as they are."""
    data = rows("train")
    for name, values in SWEEP.items():
        kept = getattr(voice, name)
        for value in values:
            setattr(voice, name, value)
            macro = scores([r["voice"] for r in data], [voice.voice_of(r["text"]).voice for r in data])[0]
            print(f"  {name} {value}: {macro:.3f}", flush=True)
        setattr(voice, name, kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("train", "dev"), default="dev")
    parser.add_argument("--sweep", action="store_true", help="thresholds on train (about a minute)")
    options = parser.parse_args()
    for half in ("tuning", "held out"):
        for name, splitter in (("sentencex alone", library_alone), ("framing", split)):
            cases, wrong, missed = boundary_errors(half, splitter)
            print(f"sentences, {half}: {name}: {wrong} wrong, {missed} missed on {cases} cases")
    if not DATA.is_dir():
        raise SystemExit(f"No annotated sentences at {DATA.name}/: the voice figures need ../shared/data.")
    report(options.split)
    if options.sweep:
        sweep()


if __name__ == "__main__":
    main()
