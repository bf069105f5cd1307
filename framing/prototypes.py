"""A head made from a codebook's definitions alone: for each label the direction of its definition and examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from framing.codebook import Entry
from framing.encode import Encoder
from framing.errors import InputError
from framing.heads import Floats, Head, Kind
from framing.ingest import read
from framing.outlets import mask_outlets
from framing.own_cards import own_card
from framing.own_store import Trained, check_name, store
from framing.resources import shipped
from framing.schema import Article
from framing.segment import segment

SAYS_YES = 1.0
"""Standard deviations over what ordinary news sentences reach from which a sentence bears a label. On 1,000 training
sentences of frames_annotated 0.7, 1.0, 1.3 and 1.6 gave macro-F1 0.46, 0.49, 0.49, 0.49 for fourteen issue frames and
0.41, 0.41, 0.40, 0.39 for the five generic ones; on the 850 of dev 1.0 gives 0.47 and 0.39 (chance 0.13 and 0.12)."""
_ORDINARY = 400


def define_head(
    name: str, entries: Sequence[Entry], folder: Path, kind: Kind | None = None, encoder: Encoder | None = None
) -> Trained:
    """Makes the head `name` from definitions alone and stores it below `folder`: no labels, hence unmeasured. Raises
    InputError where the name or the entries cannot be used."""
    check_name(name)
    kind = kind or "multilabel"
    if len(entries) < 2 and kind == "multiclass":
        raise InputError("A head that gives each sentence one label needs two labels or more.")
    encoder = encoder or Encoder.load()
    weight, bias = _layer(entries, encoder)
    n = len(entries)
    head = Head(
        name=name,
        kind=kind,
        level="sentence",
        labels=tuple(entry.label for entry in entries),
        definitions={entry.label: entry.definition for entry in entries},
        thresholds=np.full(n, 0.5, np.float32),
        scale=np.ones(n, np.float32),
        bias=np.full(n, -SAYS_YES, np.float32),
        layers=((weight, bias),),
        encoder=encoder.version,
        version="",
        folder=Path(),
    )
    return store(Trained(head, None, None, None), folder, own_card)


def _layer(entries: Sequence[Entry], encoder: Encoder) -> tuple[Floats, Floats]:
    """(labels, width) weights and (labels,) biases. A label's output is how far a sentence lies in the direction that
    sets its texts apart from the other labels' (from ordinary sentences, where it is alone), in standard deviations of
    ordinary sentences. Whitening by their covariance made it worse at every strength tried."""
    ordinary = _vectors(encoder, _sentences())
    middle = ordinary.mean(axis=0)
    means = np.stack([_vectors(encoder, entry.texts).mean(axis=0) for entry in entries])
    direction = means - (means.mean(axis=0) if len(entries) > 1 else middle)
    reached = (ordinary - middle) @ direction.T
    weight = direction / np.maximum(reached.std(axis=0), 1e-9)[:, None]
    return weight.astype(np.float32), (-weight @ middle).astype(np.float32)


def _vectors(encoder: Encoder, texts: Sequence[str]) -> Floats:
    return encoder.encode([mask_outlets(text) for text in texts]).sentences


def _sentences() -> list[str]:
    """Ordinary news sentences: those of the sample articles, evenly spread."""
    articles = [item for item in read(shipped("sample_articles")) if isinstance(item, Article)]
    found = list(dict.fromkeys(s.text for article in articles for s in segment(article)))
    return found[:: max(1, len(found) // _ORDINARY)]
