"""Which words moved a score, told so that it can be caught out: by deleting them, first one by one, then together.

Deletion (occlusion: Zeiler & Fergus 2014; Li, Monroe & Jurafsky 2016) needs the scores alone, so any head can be asked.
That the words named must, deleted together, move the score more than others do is *comprehensiveness* with a random
baseline (DeYoung et al. 2020, ERASER).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from framing.errors import InputError
from framing.occlusion import Pieces, Span
from framing.predict import Predictor, Scored
from framing.scorer import Scorer

Doubles = npt.NDArray[np.float64]

SEED = 13
# Chosen on the tuning half of frames_annotated dev and newsmtsc devtest: 310 labels given to 50 sentences and to 50
# targets (`benchmarks/explanations.py DATA --part tune --grid --sentences 50`, seed 13).
# Words are deleted, not replaced: deleted, put as [UNK] and as [MASK] (`--operators --sentences 40`, 242 labels) three
# words named move a label by 0.35, 0.36 and 0.37, three words drawn at random, which should do nothing, by 0.05, 0.06
# and 0.11, and single effects add up to the joint one with r 0.73, 0.64 and 0.67.
LEAST_EFFECT = 0.02
"""Effect from which a word is named. With three words at most, at 0.02, 0.05 and 0.10 no word is in 16, 26 and 45 % of
the explanations, and 13, 12 and 0 % of them fail the check."""
LEAST_SHARE = 0.25
"""Share of the largest effect below which a word is not named beside it: 0.6 words fewer than without, and what the
words move together falls from 0.41 to 0.38."""
MOST_NAMED = 4
"""Words named at most: three move a label by 0.38, four by 0.41 (before LEAST_SHARE); more are hard to take in."""
DRAWS = 10
"""Sets of as many other words, all of which the named ones must beat."""
LEAST_MOVE = 0.1
"""How far the named words must move the score together. Of words drawn at random 9 % beat nine other draws, as chance
has it; with 0.05, 0.10 and 0.15 to reach as well 5.0, 2.5 and 1.1 %, and 6, 14 and 16 % of the explanations fail.

On the other half (`--part report --sentences 100`: 100 sentences, 100 targets, 614 labels given) no word stands out in
14 %, 10 % are unreliable and 76 % hold; the words named move a label by 0.39, as many others by 0.06; of words drawn at
random 2.6 % would hold. For voice no word stands out in 55 %: own words lack something rather than have it. Of the
words said to lower a label 34 % fail."""
LONGEST = 200
"""Words of a text that can be explained, each one more reading: the encoder reads 128 tokens, about 100 words."""
FEWEST = 3
"""Words of a text for each that may be named: what is named must be the smaller part of it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of the text that was deleted: `spans` are its stretches (two for a pair of quotation marks, else one).

    `effect` is how far it raises the probability (negative: lowers it), `named` whether the explanation rests on it."""

    spans: tuple[Span, ...]
    text: str
    effect: float
    named: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """What became of the probability without the named words of one direction, and without as many others."""

    words: tuple[str, ...]
    without: float
    """Probability with all of them deleted."""
    moved: float
    """How far it went in the direction claimed; negative where it went the other way."""
    others: tuple[float, ...]
    """How far it went that way without as many other words, in each draw."""

    @property
    def holds(self) -> bool:
        """Whether the words named moved it enough, and more than any draw of others did."""
        return self.moved >= LEAST_MOVE and self.moved > max(self.others, default=0.0)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What moved the probability of one label of one head: every word's effect, in the order of the text.

    `raises` checks the words named as raising it, `lowers` those named as lowering it; None where none is."""

    text: str
    head: str
    label: str
    target: Span | None
    probability: float
    words: tuple[Word, ...]
    raises: Check | None
    lowers: Check | None
    cut: bool
    """The text is longer than the head reads: words further back have no effect."""

    @property
    def outcome(self) -> str:
        """Of the words that raise the probability: `holds`, `unreliable`, or `none` where no single word does."""
        return "none" if self.raises is None else "holds" if self.raises.holds else "unreliable"


def explain(
    scorer: Scorer, text: str, head: str, label: str, target: Span | None = None, seed: int = SEED
) -> Explanation:
    """Which words of a text moved the probability that `head` gives to `label`; `target` is the stretch that a head of
    mentions judges. The same input gives the same explanation. Raises InputError for what cannot be asked."""
    predictor = Predictor.of(scorer, head)
    _refuse(predictor, text, label, target)
    asked = _Asked(predictor, Pieces.of(text, target if predictor.reads_targets else None), label)
    everywhere = range(len(asked.pieces.pieces))
    if len(everywhere) > LONGEST:
        raise InputError(
            f"The text has {len(everywhere)} words; {LONGEST} can be explained at once. Give one sentence."
        )
    p, truncated = asked.first()
    effects = p - asked.scored([(place,) for place in everywhere])
    most = min(MOST_NAMED, len(effects) // FEWEST)
    upward, downward = _strongest(effects, most), _strongest(-effects, most)
    raises, lowers = asked.checked(p, (upward, 1), (downward, -1), seed=seed)
    words = tuple(
        Word(piece.spans, piece.text, float(effects[i]), i in upward or i in downward)
        for i, piece in enumerate(asked.pieces.pieces)
    )
    return Explanation(text, head, label, target, p, words, raises, lowers, truncated)


def _strongest(effects: Doubles, most: int) -> list[int]:
    """Places of the largest effects, no more than `most`, none that is small or small beside the largest."""
    least = max(LEAST_EFFECT, LEAST_SHARE * float(effects.max(initial=0.0)))
    return [int(i) for i in np.argsort(-effects, kind="stable")[:most] if effects[i] >= least]


def given_labels(predictor: Predictor, text: str, target: Span | None = None) -> list[str]:
    """The labels that a head gives to a text: any number, or the likeliest. Raises InputError for a target that is not
    read."""
    found = predictor.score([text], [[target] if target else []]).probabilities
    if np.isnan(found).any():
        raise InputError(f"The target is too long for the {predictor.reach} tokens that are read.")
    return [label for label, yes in zip(predictor.labels, predictor.decide(found)[0], strict=True) if yes]


def _refuse(predictor: Predictor, text: str, label: str, target: Span | None) -> None:
    if label not in predictor.labels:
        raise InputError(f"Head {predictor.name} has no label {label!r}. It has: {', '.join(predictor.labels)}.")
    if predictor.reads_targets and target is None:
        raise InputError(f"Head {predictor.name} judges a target: say which words of the text it is.")
    if target is not None and not 0 <= target[0] < target[1] <= len(text):
        raise InputError(f"The target {target[0]}–{target[1]} lies outside the text of {len(text)} characters.")
    if not text.strip():
        raise InputError("There is no text to explain.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One label of one head, asked of a text with some of its pieces deleted."""

    predictor: Predictor
    pieces: Pieces
    label: str

    def first(self) -> tuple[float, bool]:
        """Probability of the whole text, and whether it is longer than is read. Raises InputError for a target that is
        not read."""
        found = self._scored([()])
        p = float(found.probabilities[0, self.predictor.labels.index(self.label)])
        if np.isnan(p):
            raise InputError(f"The target is too long for the {self.predictor.reach} tokens that are read.")
        return p, bool(found.truncated[0])

    def scored(self, deletions: Sequence[Sequence[int]]) -> Doubles:
        """Probability without each set of pieces; NaN where nothing of the target could be read."""
        if not deletions:
            return np.empty(0)
        return self._scored(deletions).probabilities[:, self.predictor.labels.index(self.label)].astype(np.float64)

    def _scored(self, deletions: Sequence[Sequence[int]]) -> Scored:
        variants = [self.pieces.without(places) for places in deletions]
        return self.predictor.score([text for text, _ in variants], [[span] if span else [] for _, span in variants])

    def checked(self, p: float, *claims: tuple[list[int], int], seed: int) -> list[Check | None]:
        """Each claim (pieces, direction) checked by deleting its pieces together, and as many others at random."""
        draws = [_others(len(self.pieces.pieces), named, f"{seed} {self.pieces.masked}") for named, _ in claims]
        asked = [places for (named, _), others in zip(claims, draws, strict=True) for places in (named, *others)]
        moved = iter(self.scored(asked))
        found: list[Check | None] = []
        for (named, sign), others in zip(claims, draws, strict=True):
            without, *rest = (float(next(moved)) for _ in (named, *others))
            told = tuple(self.pieces.pieces[i].text for i in sorted(named))
            check = Check(told, without, sign * (p - without), tuple(sign * (p - q) for q in rest))
            found.append(check if named else None)
        return found


def _others(n: int, named: Sequence[int], seed: str) -> list[tuple[int, ...]]:
    """Up to DRAWS different sets of as many other pieces as are named."""
    rest, size = [i for i in range(n) if i not in named], len(named)
    if not size:
        return []
    if comb(len(rest), size) <= DRAWS:
        return list(combinations(rest, size))
    rng, drawn = random.Random(seed), dict[tuple[int, ...], None]()
    while len(drawn) < DRAWS:
        drawn[tuple(sorted(rng.sample(rest, size)))] = None
    return list(drawn)
