"""Fits the voice head: a layer over sentence vectors and a layer over named features, stacked on rows that the encoder
was not trained on. Needs the extra `train` and the labelled sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from framing.datasets import VOICE, Example, calibration_split, training_examples
from framing.encode import Encoder
from framing.errors import OptionalDependencyError
from framing.heads import Floats, Head
from framing.labels import HEADS
from framing.outlets import mask_outlets
from framing.voice import sentence_features
from framing.voice_features import FEATURES
from framing.voice_head import feature_matrix

Layer = tuple[Floats, Floats]
"""(weight, bias): logits are `vectors @ weight.T + bias`, in the order of `datasets.VOICE`."""

_SEEN = 8
"""Training sentences a feature must occur in to be kept."""
_FEATURES_C = 0.3  # 0.3, 1, 3: log loss 0.363, 0.364, 0.368 cross-validated on 10,315 train sentences
_VECTORS_C = 0.03  # 0.003, 0.03, 0.3: macro-F1 on calibration rows after stacking 0.717, 0.734, 0.732
_RIDGE = 5.0  # 0.5, 5: macro-F1 0.758, 0.764 (cross-fitted on 894 calibration rows, tilt below)
_TILT = 0.9
"""Added to the logit of *mixed*, 2 rows in 100, which plain likelihood hardly ever lets win. Macro-F1 cross-fitted on
894 calibration rows at 0, 0.3, 0.6, 0.9, 1.2, 1.6: 0.733, 0.741, 0.755, 0.764, 0.758, 0.751 (calibration error
0.017 at 0.9)."""


def voice_examples(data: Path) -> tuple[list[Example], list[Example]]:
    """(fit, calibration): the training sentences that carry a voice label, split as for every head."""
    fit, calibration = calibration_split(training_examples(data))
    return [e for e in fit if e.voice], [e for e in calibration if e.voice]


def fit_voice(layer: Layer, encoder: Encoder, data: Path, folder: Path) -> Head:
    """The voice head, not yet written, from the joint run's voice layer over this encoder's vectors.

    Only the features' layer is fitted on rows that the encoder was trained on; the two layers' weights and the four
    biases of the stack on the calibration rows alone, since an encoder is far too sure of what it was trained on."""
    fit, calibration = voice_examples(data)
    found = sentence_features([e.text for e in fit])
    seen = Counter(name for each in found for name in each)
    names = tuple(sorted(name for name, count in seen.items() if count >= _SEEN))
    words = logistic(feature_matrix(names, found), _classes(fit), _FEATURES_C)
    texts = [e.text for e in calibration]
    vectors, matrix = _vectors(encoder, calibration), feature_matrix(names, sentence_features(texts))
    logits = (vectors @ layer[0].T + layer[1], matrix @ words[0].T + words[1])
    a, b, bias = _stack(logits, _classes(calibration))
    weight = np.concatenate([a * layer[0], b * words[0]], axis=1)
    n = len(VOICE)
    tilt = np.array([_TILT * (v == "mixed") for v in VOICE], np.float32)
    return Head(
        name="voice",
        kind="multiclass",
        level="sentence",
        labels=VOICE,
        definitions={v: HEADS["voice"].labels[v].definition for v in VOICE},
        thresholds=np.full(n, 0.5, np.float32),
        scale=np.ones(n, np.float32),
        bias=tilt,
        layers=((weight.astype(np.float32), (a * layer[1] + b * words[1] + bias).astype(np.float32)),),
        encoder=encoder.version,
        version="",
        folder=folder,
        features=names,
        features_version=FEATURES,
    )


def frozen_layer(encoder: Encoder, data: Path) -> Layer:
    """Logistic regression over the encoder's vectors, where the joint run's own voice layer was not kept."""
    fit, _ = voice_examples(data)
    return logistic(_vectors(encoder, fit), _classes(fit), _VECTORS_C)


def logistic(features: Floats, classes: npt.NDArray[np.int64], strength: float) -> Layer:
    """Multinomial logistic regression. Raises OptionalDependencyError without scikit-learn."""
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise OptionalDependencyError("Fitting voice", "train") from error
    model = LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(features, classes)
    return model.coef_.astype(np.float32), model.intercept_.astype(np.float32)


def _stack(
    logits: tuple[Floats, Floats], classes: npt.NDArray[np.int64]
) -> tuple[float, float, npt.NDArray[np.float64]]:
    """The weight of either layer and four biases by maximum likelihood: six numbers for some 900 rows."""
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    rows = np.arange(len(classes))

    def loss(theta: npt.NDArray[np.float64]) -> float:
        z = log_softmax(theta[0] * logits[0] + theta[1] * logits[1] + theta[2:], axis=1)
        return float(-z[rows, classes].sum() + _RIDGE * (theta[2:] ** 2).sum())

    theta = minimize(loss, np.array([0.5, 0.5, *np.zeros(len(VOICE))])).x
    return float(theta[0]), float(theta[1]), theta[2:]


def _vectors(encoder: Encoder, examples: Sequence[Example]) -> Floats:
    """What scoring sees: the vectors of the sentences with outlets' names masked."""
    return encoder.encode([mask_outlets(e.text) for e in examples]).sentences


def _classes(examples: Sequence[Example]) -> npt.NDArray[np.int64]:
    return np.array([VOICE.index(e.voice) for e in examples if e.voice], dtype=np.int64)
