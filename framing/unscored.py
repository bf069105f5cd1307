"""What of a corpus the installed classifiers have not read yet: what the next `framing score` would do."""

from __future__ import annotations

from dataclasses import dataclass

from framing.compare import heads_for
from framing.corpus import Corpus
from framing.score import targets_for
from framing.voice_head import load_voice


@dataclass(frozen=True)
class Unscored:
    """Articles and sentences in parts that lack a result, and whether `nothing` at all is scored yet."""

    articles: int
    sentences: int
    nothing: bool

    def __bool__(self) -> bool:
        return self.articles > 0


def unscored(corpus: Corpus) -> Unscored:
    """What lacks a result of an installed classifier at its present version, counted by parts, as `score` works.
    Raises ModelError where a classifier is damaged."""
    folder = corpus.folder
    stems = folder.stems()
    targets = targets_for(heads_for(corpus), load_voice())
    lacking = [stem for stem in stems if not all(folder.complete(target, stem).exists() for target in targets)]
    nothing = not any(folder.complete(target, stem).exists() for target in targets for stem in stems)
    return Unscored(folder.rows("articles", lacking), folder.rows("sentences", lacking), nothing)
