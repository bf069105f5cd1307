"""From trained joint weights to `models/`: encoder, calibrated heads, metrics and model cards. Needs the extra
`train`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from framing.calibrate import calibrate
from framing.datasets import (
    FRAMES,
    GENERIC,
    POLICY,
    SENTIMENT,
    STANCE,
    WORDING,
    Example,
    calibration_split,
    training_examples,
)
from framing.encode import Encoder
from framing.evaluate import head_rows
from framing.export import export_encoder
from framing.heads import Head, Kind, Level, save_head
from framing.joint import averaged, build
from framing.labels import HEADS as TEXTS
from framing.measures import Measure
from framing.record import record
from framing.train import base_weights
from framing.voice_fit import Layer, fit_voice, frozen_layer

MAX_TOKENS = 128
"""What the shipped encoder reads of a sentence."""


@dataclass(frozen=True, slots=True)
class Spec:
    """Which rows of which trained task become which head."""

    name: str
    kind: Kind
    level: Level
    labels: tuple[str, ...]
    task: str
    outputs: tuple[str, ...]
    """All labels of the task, in the order of its output rows."""
    reference: float = 0.0
    """Weight of the sentence under reference names."""


# Equal weights: on the calibration rows macro-F1 0.773 (0.768 without) and 5.2–6.5 % of stances flip under other names
# (7.4–9.2 %); 0.6 would make it 0.769 and 4.3–4.5 %. docs/experiments.md has both on reported rows. Of what ships since
# the third run 3.1–4.7 % flip on the calibration rows.
_REFERENCE = 0.5

SPECS = (
    Spec("frames_generic", "multilabel", "sentence", GENERIC, "frames", FRAMES),
    Spec("frames_policy", "multilabel", "sentence", POLICY, "frames", FRAMES),
    Spec("sentiment", "multiclass", "sentence", SENTIMENT, "sentiment", SENTIMENT),
    Spec("wording", "multiclass", "sentence", WORDING, "wording", WORDING),
    Spec("stance", "multiclass", "mention", STANCE, "stance", STANCE, _REFERENCE),
)


def publish(
    weights: Sequence[Path], data: Path, models: Path, base: Path | None = None, allow_regression: bool = False
) -> list[Measure]:
    """Writes encoder and heads below `models`, of one run's weights or of the mean of several, and returns what they
    measure; calibration never sees a reported row.

    Raises ModelError, figures and cards not written, where a head falls below its floor (see `record`)."""
    base = base or base_weights()
    model = build(base)
    model.load_state_dict(averaged(weights), strict=True)
    model.eval()
    fitted, calibration = calibration_split(training_examples(data))
    texts = [e.text for e in fitted]
    encoder = Encoder.load(
        export_encoder(model.encoder, base / "tokenizer.json", models / "encoder", MAX_TOKENS, texts)
    )
    for spec in SPECS:
        save_head(_fitted(spec, model, encoder, calibration, models))
    linear: Any = model.get_submodule("heads.voice")
    publish_voice((linear.weight.detach().numpy(), linear.bias.detach().numpy()), encoder, data, models)
    return record(models, data, allow_regression).measures


def publish_voice(layer: Layer | None, encoder: Encoder, data: Path, models: Path) -> Head:
    """Fits and writes the voice head below `models`. `layer` is the joint run's voice layer over the vectors of this
    encoder; without one, logistic regression over them takes its place (reads every training sentence)."""
    return save_head(fit_voice(layer or frozen_layer(encoder, data), encoder, data, models / "voice"))


def _fitted(spec: Spec, model: Any, encoder: Encoder, calibration: Sequence[Example], models: Path) -> Head:
    """The head with its trained layers, calibrated on the vectors of the encoder as it ships: on all labels of its
    task, so that a label that two heads share (economic, morality) is one decision."""
    import torch

    module = model.heads[spec.task]
    linear = (
        [layer for layer in module if isinstance(layer, torch.nn.Linear)]
        if isinstance(module, torch.nn.Sequential)
        else [module]
    )
    layers = [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in linear]
    n = len(spec.outputs)
    raw = Head(
        name=spec.name,
        kind=spec.kind,
        level=spec.level,
        labels=spec.outputs,
        definitions=_definitions(spec.name, spec.labels),
        thresholds=np.full(n, 0.5, np.float32),
        scale=np.ones(n, np.float32),
        bias=np.zeros(n, np.float32),
        layers=tuple(layers),
        encoder=encoder.version,
        version="",
        folder=models / spec.name,
        reference=spec.reference,
    )
    return _calibrated(raw, encoder, calibration).narrowed(spec.labels)


def _calibrated(head: Head, encoder: Encoder, calibration: Sequence[Example]) -> Head:
    rows = head_rows(head, encoder, calibration)
    return calibrate(head, rows.features, rows.truth)


def _definitions(head: str, labels: Sequence[str]) -> Mapping[str, str]:
    return {label: TEXTS[head].labels[label].definition for label in labels}
