"""A text read by every head at once, sentence by sentence, and what changes between two versions of a sentence."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from framing.errors import InputError
from framing.heads import Floats
from framing.occlusion import Span
from framing.outlets import outlet_names
from framing.predict import VOICE, Predictor
from framing.predict_rows import row_of
from framing.schema import Article
from framing.score import score_article
from framing.scorer import Scorer
from framing.swaps import KINDS, PEOPLE, swap_names
from framing.text_heads import TextHead

SEED = 13
SCORES = [
    *("sentence", "version", "text", "voice", "speaker", "actor", "head", "label", "probability", "needs", "counts")
]
"""Columns of `score_rows`."""
LONGEST = 3_000
"""Characters of a text that is tried: some twenty sentences, scored in a fifth of a second."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a head says of one label: `needs` is the probability from which it counts, None where the likeliest does."""

    head: str
    label: str
    probability: float
    needs: float | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Named:
    """An actor named in the sentence, where, and what heads such as stance say toward it."""

    span: Span
    surface: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One sentence as every head reads it. `voice` is decided with the sentences around it, `said` without them."""

    text: str
    voice: str
    speaker: str | None
    said: tuple[Said, ...]
    actors: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One label before and after; `actor` is empty for what is said of the sentence."""

    actor: str
    before: Said
    after: Said

    @property
    def points(self) -> float:
        """How far the probability moved, in points."""
        return 100 * (self.after.probability - self.before.probability)

    @property
    def flipped(self) -> bool:
        """Whether the decision changed."""
        return self.before.counts != self.after.counts


def usable(text: str) -> str:
    """The text without blanks around it. Raises InputError where it is empty, too long, or not English."""
    tidy = text.strip()
    if len(tidy) > LONGEST:
        raise InputError(
            f"This text has {len(tidy):,} characters; {LONGEST:,} can be tried at once. Try a paragraph, or add the "
            "whole article on the page “Add articles”."
        )
    if fault := row_of({"text": tidy}, 1, mentions=False).fault:
        raise InputError(f"{fault[:1].upper()}{fault[1:]}.")
    return tidy


def live(scorer: Scorer) -> tuple[Scorer, list[str]]:
    """The scorer without heads that read the text on torch, which take seconds to load, and their names."""
    slow = sorted(name for name, head in scorer.heads.items() if isinstance(head, TextHead))
    return replace(scorer, heads={name: head for name, head in scorer.heads.items() if name not in slow}), slow


def try_text(scorer: Scorer, text: str, target: str = "") -> list[Tried]:
    """Each sentence of a text as `score` would read it; words that stand for `target` are judged beside the actors
    found. Outlets' names are hidden from the heads. Raises InputError as `usable` does."""
    scored = score_article(Article(outlet="", title="", text=usable(text)), scorer)
    judges = {name: Predictor.of(scorer, name) for name in (*scorer.heads, VOICE)}
    rows = scored.sentences.to_dict("records")
    voices = judges[VOICE].score([row["text"] for row in rows], [()] * len(rows)).probabilities
    found = []
    for row, voice in zip(rows, voices, strict=True):
        said = list(_said(judges[VOICE], voice))
        for name, judge in judges.items():
            if name != VOICE and not judge.reads_targets:
                said += _said(judge, [row[f"{name}.{label}"] for label in judge.labels])
        mine = scored.mentions[scored.mentions["index"] == row["index"]]
        named = {(int(start), int(end)) for start, end in zip(mine["start"], mine["end"], strict=True)}
        span = row_of({"text": row["text"], "target": target}, 1, mentions=True).span if target else None
        if span is not None:
            named = {s for s in named if s[1] <= span[0] or s[0] >= span[1]} | {span}
        actors = _toward([judge for judge in judges.values() if judge.reads_targets], row["text"], sorted(named))
        speaker = row["speaker"] if isinstance(row["speaker"], str) else None
        found.append(Tried(row["text"], row["voice"], speaker, tuple(said), actors))
    return found


def _toward(judges: Sequence[Predictor], text: str, spans: Sequence[Span]) -> tuple[Named, ...]:
    if not spans:
        return ()
    rows = [judge.score([text], [spans]).probabilities for judge in judges]
    return tuple(
        Named(
            span,
            text[slice(*span)],
            tuple(s for judge, p in zip(judges, rows, strict=True) for s in _said(judge, p[i])),
        )
        for i, span in enumerate(spans)
    )


def _said(judge: Predictor, p: Sequence[float] | Floats) -> tuple[Said, ...]:
    values = np.asarray(p, dtype=np.float32)
    counts = judge.decide(values[None])[0]
    needs = judge.thresholds or (None,) * len(judge.labels)
    each = zip(judge.labels, values, needs, counts, strict=True)
    return tuple(Said(judge.name, label, float(value), need, bool(yes)) for label, value, need, yes in each)


def changes(before: Tried, after: Tried) -> list[Change]:
    """Every label before and after, sentence first; actors are paired by name, the rest by their order."""
    found = [Change("", a, b) for a, b in zip(before.said, after.said, strict=True)]
    for old, new in paired(before.actors, after.actors):
        found += [Change(_both(old, new), a, b) for a, b in zip(old.said, new.said, strict=True)]
    return found


def score_rows(first: Sequence[Tried], edited: Mapping[int, Tried]) -> pd.DataFrame:
    """Every label of every sentence as a table, a row a label and version: `sentence` counts from 1, `version` is first
    or edited, `actor` is empty for what is said of the sentence, `needs` is the probability from which it counts."""
    versions = [(place, "first", each) for place, each in enumerate(first)]
    versions += [(place, "edited", each) for place, each in edited.items()]
    rows = []
    for place, version, each in sorted(versions, key=lambda of: of[0]):
        about = [("", said) for said in each.said]
        about += [(actor.surface, said) for actor in each.actors for said in actor.said]
        rows += [
            (place + 1, version, each.text, each.voice, each.speaker, actor, said.head, said.label, said.probability,
             said.needs, said.counts)
            for actor, said in about
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=SCORES)


def paired(before: Sequence[Named], after: Sequence[Named]) -> list[tuple[Named, Named]]:
    """Actors of two versions that stand for each other: those of one name, then those between them in their order."""
    found = []
    matcher = SequenceMatcher(None, [a.surface for a in before], [a.surface for a in after], autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag in ("equal", "replace"):
            found += list(zip(before[i:j], after[k:m], strict=False))
    return found


def _both(old: Named, new: Named) -> str:
    return old.surface if old.surface == new.surface else f"{old.surface} → {new.surface}"


def hidden_outlets(text: str) -> list[str]:
    """Names of outlets in a text that no head gets to see."""
    return list(dict.fromkeys(text[start:end] for start, end in outlet_names(text)))


def swappable(text: str) -> list[str]:
    """Kinds of names in a text that can be swapped: country, person, outlet."""
    return [kind for kind in KINDS if swap_names(text, random.Random(SEED), (kind,), PEOPLE) is not None]


def swapped(text: str, kind: str, turn: int) -> str:
    """The text with its names of one kind replaced, others at each `turn`; as it is where it has none."""
    found = swap_names(text, random.Random(f"{SEED} {turn}"), (kind,), PEOPLE)
    return found.text if found else text
