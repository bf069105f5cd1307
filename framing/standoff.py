"""Labels that language models gave to sentences of the training sets, kept without the sentences: a hash, and what
was read in it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from framing.datasets import FRAMES, SENTIMENT, STANCE, VOICE, WORDING, Example, Target, merge, text_key
from framing.errors import InputError
from framing.threads import R

TARGET_COLUMNS = ("sentence", "start", "end", "label", "sure")
"""`sentence_key` of the sentence as the scorer sees it, characters [start, end) of the target in it, a label of
`STANCE`, and whether the reader was sure (yes, no)."""
CODE_COLUMNS = ("sentence", "frames", "tone", "voice", "wording")
"""`sentence_key`, labels of `FRAMES` with blanks between them (none: empty), one of `SENTIMENT`, `VOICE`, `WORDING`."""
_DOUBTED = 0.6
"""What a target's label counts whose reader hesitated; chosen, not tuned."""


def sentence_key(text: str) -> str:
    """12 hex digits over the letters and digits of a sentence."""
    return hashlib.sha256(text_key(text).encode()).hexdigest()[:12]


def with_targets(examples: Sequence[Example], path: Path) -> list[Example]:
    """The masked examples with the targets of a file with TARGET_COLUMNS beside their own, where the two do not
    overlap. Raises InputError naming the file or the row."""
    known: dict[str, list[Target]] = {}
    for key, target in _rows(path, TARGET_COLUMNS, _target):
        known.setdefault(key, []).append(target)
    return [replace(e, targets=e.targets + _apart(e, known.get(sentence_key(e.text), []))) for e in examples]


def with_codes(examples: Sequence[Example], path: Path) -> list[Example]:
    """The masked examples with frames, tone, voice and wording of a file with CODE_COLUMNS where they have none of
    their own. Raises InputError naming the file or the row."""
    known: dict[str, Example] = {}
    for key, codes in _rows(path, CODE_COLUMNS, _codes):
        if key in known:
            raise InputError(f"{path.name}: sentence {key} is coded twice.")
        known[key] = codes
    return [merge(e, known[key]) if (key := sentence_key(e.text)) in known else e for e in examples]


def _rows(path: Path, columns: Sequence[str], read: Callable[[Mapping[str, str]], R]) -> Iterator[tuple[str, R]]:
    try:
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) != tuple(columns):
                raise InputError(f"{path.name}: the first row must be {','.join(columns)}.")
            for number, row in enumerate(reader, 2):
                try:
                    if None in row or None in row.values():
                        raise ValueError(f"{len(columns)} fields are needed")
                    yield row["sentence"], read(row)
                except ValueError as error:
                    raise InputError(f"{path.name}, row {number}: {error}.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"Labels {path.name}: {error}") from error


def _target(row: Mapping[str, str]) -> Target:
    sure = _one_of(("no", "yes"), row["sure"]) == "yes"
    return Target(int(row["start"]), int(row["end"]), _one_of(STANCE, row["label"]), weight=1.0 if sure else _DOUBTED)


def _codes(row: Mapping[str, str]) -> Example:
    frames = tuple(_one_of(FRAMES, frame) for frame in row["frames"].split())
    tone, voice, wording = (
        _one_of(labels, row[name]) for labels, name in ((SENTIMENT, "tone"), (VOICE, "voice"), (WORDING, "wording"))
    )
    return Example("", frames, tone, wording, voice)


def _one_of(labels: Sequence[str], value: str) -> str:
    if value not in labels:
        raise ValueError(f"{value!r} is none of {', '.join(labels)}")
    return value


def _apart(example: Example, targets: Sequence[Target]) -> tuple[Target, ...]:
    inside = (t for t in targets if 0 <= t.start < t.end <= len(example.text))
    return tuple(t for t in inside if all(t.end <= own.start or own.end <= t.start for own in example.targets))
