"""From trained joint weights to `models/`: encoder, calibrated heads, metrics and model cards. Needs the extra
`train`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.calibrate import calibrate
from framing.cards import card
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
from framing.evaluate import PEOPLE, SETS_OF, Measure, evaluate, head_rows, tier
from framing.export import export_encoder
from framing.heads import FORMAT, Head, Kind, Level
from framing.labels import HEADS as TEXTS
from framing.train import Recipe, base_weights, build

Floats = npt.NDArray[np.float32]


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


SPECS = (
    Spec("frames_generic", "multilabel", "sentence", GENERIC, "frames", FRAMES),
    Spec("frames_policy", "multilabel", "sentence", POLICY, "frames", FRAMES),
    Spec("sentiment", "multiclass", "sentence", SENTIMENT, "sentiment", SENTIMENT),
    Spec("wording", "multiclass", "sentence", WORDING, "wording", WORDING),
    Spec("stance", "multiclass", "mention", STANCE, "stance", STANCE),
)


def publish(weights: Path, data: Path, models: Path, base: Path | None = None) -> list[Measure]:
    """Writes encoder and heads below `models` and returns what they measure; calibration never sees a reported row."""
    from safetensors.torch import load_file

    base = base or base_weights()
    model = build(base, Recipe())
    model.load_state_dict(load_file(weights), strict=True)
    model.eval()
    fitted, calibration = calibration_split(training_examples(data))
    tokenizer = base / "tokenizer.json"
    folder = export_encoder(model.encoder, tokenizer, models / "encoder", 128, [e.text for e in fitted])
    encoder = Encoder.load(folder)
    heads = {spec.name: _write(_fitted(spec, model, encoder, calibration, models)) for spec in SPECS}
    measures = evaluate(heads, encoder, data)
    for head in heads.values():
        mine = [m for m in measures if m.head == head.name]
        write_metrics(head.folder, mine)
        (head.folder / "README.md").write_text(card(head, mine), encoding="utf-8")
    return measures


def _fitted(spec: Spec, model: Any, encoder: Encoder, calibration: Sequence[Example], models: Path) -> Head:
    """The head with its trained layers, calibrated on the vectors of the encoder as it ships."""
    import torch

    module = model.heads[spec.task]
    linear = (
        [layer for layer in module if isinstance(layer, torch.nn.Linear)]
        if isinstance(module, torch.nn.Sequential)
        else [module]
    )
    layers = [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in linear]
    rows = [spec.outputs.index(label) for label in spec.labels]
    layers[-1] = (layers[-1][0][rows], layers[-1][1][rows])
    n = len(spec.labels)
    raw = Head(
        spec.name, spec.kind, spec.level, spec.labels, _definitions(spec.name, spec.labels), 
        np.full(n, 0.5, np.float32), np.ones(n, np.float32),
        np.zeros(n, np.float32), tuple(layers), encoder.version, "", models / spec.name,
    )  # fmt: skip
    calibration_rows = head_rows(raw, encoder, calibration)
    return calibrate(raw, calibration_rows.features, calibration_rows.truth)


def _definitions(head: str, labels: Sequence[str]) -> Mapping[str, str]:
    return {label: TEXTS[head].labels[label].definition for label in labels}


def _write(head: Head) -> Head:
    """Stores the head's folder and returns it as it loads again, with its version."""
    from safetensors.numpy import save_file

    shutil.rmtree(head.folder, ignore_errors=True)
    head.folder.mkdir(parents=True)
    tensors: dict[str, npt.NDArray[np.float16]] = {}
    for i, (weight, bias) in enumerate(head.layers):
        tensors |= {
            f"{i}.weight": np.ascontiguousarray(weight, dtype=np.float16),
            f"{i}.bias": np.ascontiguousarray(bias, dtype=np.float16),
        }
    save_file(tensors, head.folder / "head.safetensors")
    config = {
        "format": FORMAT,
        "name": head.name,
        "kind": head.kind,
        "level": head.level,
        "labels": list(head.labels),
        "definitions": dict(head.definitions),
        "encoder": head.encoder,
        "calibration": {
            "scale": [round(float(v), 5) for v in head.scale],
            "bias": [round(float(v), 5) for v in head.bias],
        },
    }
    if head.kind == "multilabel":
        config["thresholds"] = [round(float(v), 3) for v in head.thresholds]
    (head.folder / "config.json").write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return Head.load(head.folder)


def write_metrics(folder: Path, measures: Sequence[Measure]) -> None:
    """`metrics.json`: a row a set, and each label's tier by the first set (people's labels where there are any)."""
    first = next(m for name in SETS_OF[measures[0].head] for m in measures if m.dataset == name)
    body = {
        "tiers": {label: tier(f1) for label, f1 in first.f1.items()},
        "tiers_from": first.dataset,
        "tiers_labelled_by": "people" if first.dataset in PEOPLE else "language models",
        "sets": {m.dataset: m.row() for m in measures},
    }
    (folder / "metrics.json").write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
