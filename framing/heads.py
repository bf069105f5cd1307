"""Heads: small layers that turn the encoder's vectors into calibrated probabilities, in numpy, and what a head's folder
holds."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError

Floats = npt.NDArray[np.float32]
Kind = Literal["multilabel", "multiclass"]
Level = Literal["sentence", "mention"]
FORMAT = 1
_ROWS = 32
_ENTRIES = frozenset({"name", "kind", "level", "labels", "definitions", "format", "calibration", "encoder"})


@dataclass(frozen=True)
class HeadBase:
    """What every head has, whatever it reads."""

    name: str
    kind: Kind
    level: Level
    labels: tuple[str, ...]
    definitions: Mapping[str, str]
    thresholds: Floats
    """(labels,) probability from which a multi-label head says yes; unused by a multi-class one, which takes the
    largest."""
    version: str
    """12 hex digits over what decides its scores: scores of two versions never mix."""
    folder: Path

    def decide(self, p: Floats) -> npt.NDArray[np.bool_]:
        """(n, labels) yes or no: at or over the label's threshold, or the largest of the row."""
        return decide(p, self.kind, self.thresholds)

    @property
    def tiers(self) -> dict[str, str]:
        """Reliability tier of each label, as on its card; `unmeasured` unless its folder has a `metrics.json`."""
        return tiers_of(stored_figures(self.folder), self.labels)


@dataclass(frozen=True)
class Head(HeadBase):
    """One head: `layers` of (weight, bias) with GELU between them, then `logits * scale + bias`, then sigmoid or
    softmax."""

    scale: Floats
    bias: Floats
    layers: tuple[tuple[Floats, Floats], ...]
    encoder: str
    """Version of the encoder whose vectors it reads."""
    features: tuple[str, ...] = ()
    """Named features that it reads after the vector; only the voice head has any."""
    features_version: str = ""
    reference: float = 0.0
    """Weight of what a mention head says of the sentence under reference names, beside that of the sentence itself:
    the more, the less a name decides (`swaps.reference_names`)."""

    @classmethod
    def load(cls, folder: Path) -> Head:
        """The head in `folder`. Raises ModelError naming the missing or broken entry."""
        config = checked_config(folder, _ENTRIES)
        n = len(config["labels"])
        calibration = config["calibration"]
        return cls(
            **common_fields(folder, config, stored_version(folder)),
            scale=_row(folder, calibration["scale"], n, "calibration.scale"),
            bias=_row(folder, calibration["bias"], n, "calibration.bias"),
            layers=_layers(folder, n),
            encoder=config["encoder"],
            features=tuple(config.get("features", ())),
            features_version=config.get("features_version", ""),
            reference=_weight(folder, config.get("reference", 0.0)),
        )

    def narrowed(self, labels: Sequence[str]) -> Head:
        """The head with these of its labels alone, in this order."""
        keep = [self.labels.index(label) for label in labels]
        weight, bias = self.layers[-1]
        return replace(
            self,
            labels=tuple(labels),
            thresholds=self.thresholds[keep],
            scale=self.scale[keep],
            bias=self.bias[keep],
            layers=(*self.layers[:-1], (weight[keep], bias[keep])),
        )

    @property
    def reads(self) -> int:
        """Width of the features it reads: the sentence vector, or `[span mean ; sentence vector]` for a mention
        head, twice with reference names."""
        return int(self.layers[0][0].shape[1]) * (2 if self.reference else 1)

    def logits(self, features: Floats) -> Floats:
        """(n, labels) uncalibrated outputs."""
        if not self.reference:
            return self._through(features)
        itself, renamed = np.split(features, 2, axis=1)
        blended = (1 - self.reference) * self._through(itself) + self.reference * self._through(renamed)
        return np.asarray(blended, dtype=np.float32)

    def _through(self, values: Floats) -> Floats:
        for i, (weight, bias) in enumerate(self.layers):
            values = rowwise(values, weight) + bias
            if i + 1 < len(self.layers):
                values = _gelu(values)
        return values

    def predict(self, features: Floats) -> Floats:
        """(n, labels) calibrated probabilities; rows of a multi-class head sum to one. Raises ModelError on another
        width."""
        if features.ndim != 2 or features.shape[1] != self.reads:
            raise ModelError(
                f"Head {self.name} reads vectors of {self.reads} values, got {features.shape[-1]}. "
                "It belongs to another encoder."
            )
        return probabilities(self.logits(features) * self.scale + self.bias, self.kind)


def rowwise(values: Floats, weight: Floats) -> Floats:
    """`values @ weight.T`, 32 rows at a time, so that a row's product does not depend on how many stand beside it: a
    product of another height can differ in the last bits (2e-7 of a probability), and one sentence would have two
    scores."""
    found = np.empty((len(values), len(weight)), dtype=np.float32)
    turned = weight.T
    block = np.zeros((_ROWS, values.shape[1]), dtype=np.float32)
    for first in range(0, len(values), _ROWS):
        rows = values[first : first + _ROWS]
        block[: len(rows)] = rows
        found[first : first + _ROWS] = (block @ turned)[: len(rows)]
    return found


def decide(p: Floats, kind: Kind, thresholds: Floats) -> npt.NDArray[np.bool_]:
    """Yes or no per label from (n, labels) probabilities; rows of NaN decide nothing."""
    if kind == "multilabel":
        return np.asarray(p >= thresholds, dtype=np.bool_)
    known = ~np.isnan(p).any(axis=1)
    chosen = np.zeros(p.shape, dtype=np.bool_)
    chosen[np.flatnonzero(known), p[known].argmax(axis=1)] = True
    return chosen


def probabilities(logits: Floats, kind: Kind) -> Floats:
    """Sigmoid of each value, or softmax of each row, in fp32 without overflow."""
    if kind == "multilabel":
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float32)
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def save_head(head: Head) -> Head:
    """Stores a head in its folder, in place of one that was there; returns it as it loads again, with its version."""
    from safetensors.numpy import save_file

    head.folder.mkdir(parents=True, exist_ok=True)  # metrics.json stays: its floors hold for what replaces it
    tensors = {
        f"{i}.{part}": np.ascontiguousarray(values, dtype=np.float16)
        for i, layer in enumerate(head.layers)
        for part, values in zip(("weight", "bias"), layer, strict=True)
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
    if head.reference:
        config["reference"] = head.reference
    if head.features:
        config |= {"features_version": head.features_version, "features": list(head.features)}
    if head.kind == "multilabel":
        config["thresholds"] = [round(float(v), 3) for v in head.thresholds]
    (head.folder / "config.json").write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return Head.load(head.folder)


def stored_figures(folder: Path) -> dict[str, Any]:
    """The `metrics.json` of a head folder; empty where the head was never measured."""
    path = folder / "metrics.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def tiers_of(metrics: Mapping[str, Any], labels: tuple[str, ...]) -> dict[str, str]:
    """Reliability tier of each label by published F1: A ≥ 0.75, B ≥ 0.60, C below; `unmeasured` without a figure."""
    return {label: metrics.get("tiers", {}).get(label, "unmeasured") for label in labels}


def raw_config(folder: Path) -> dict[str, Any]:
    """The config.json of a head folder as it stands. Raises ModelError where it cannot be read."""
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(
            f"Head folder {folder.name!r}: config.json cannot be read ({error.__class__.__name__})."
        ) from error
    return config


def checked_config(folder: Path, entries: frozenset[str]) -> dict[str, Any]:
    """The config of a head folder. Raises ModelError where one of `entries` is missing or a value is unknown."""
    config = raw_config(folder)
    missing = entries - set(config)
    if missing:
        raise ModelError(f"Head folder {folder.name!r}: config.json lacks {', '.join(sorted(missing))}.")
    if config["format"] > FORMAT:
        raise ModelError(
            f"Head folder {folder.name!r} has format {config['format']}, this version reads up to {FORMAT}. "
            "Update framing."
        )
    if config["kind"] not in get_args(Kind) or config["level"] not in get_args(Level):
        raise ModelError(
            f"Head folder {folder.name!r}: kind {config['kind']!r} or level {config['level']!r} is unknown."
        )
    return config


def common_fields(folder: Path, config: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The fields of `HeadBase` from a checked config. Raises ModelError on wrong thresholds."""
    labels = tuple(config["labels"])
    return {
        "name": config["name"],
        "kind": config["kind"],
        "level": config["level"],
        "labels": labels,
        "definitions": dict(config["definitions"]),
        "thresholds": _row(folder, config.get("thresholds", [0.5] * len(labels)), len(labels), "thresholds"),
        "version": version,
        "folder": folder,
    }


def _row(folder: Path, values: Any, n: int, entry: str) -> Floats:
    row = np.asarray(values, dtype=np.float32)
    if row.shape != (n,):
        raise ModelError(f"Head folder {folder.name!r}: {entry} needs {n} numbers, one a label.")
    return row


def _weight(folder: Path, value: Any) -> float:
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ModelError(f"Head folder {folder.name!r}: reference needs a number from 0 to 1, not {value!r}.")
    return float(value)


def _layers(folder: Path, n_labels: int) -> tuple[tuple[Floats, Floats], ...]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(folder / "head.safetensors")
        count = len(tensors) // 2
        layers = tuple(
            (tensors[f"{i}.weight"].astype(np.float32), tensors[f"{i}.bias"].astype(np.float32)) for i in range(count)
        )
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelError(
            f"Head folder {folder.name!r}: head.safetensors cannot be read ({error.__class__.__name__})."
        ) from error
    if not layers or layers[-1][0].shape[0] != n_labels:
        raise ModelError(f"Head folder {folder.name!r}: the last layer does not give {n_labels} labels.")
    return layers


def stored_version(folder: Path) -> str:
    """12 hex digits over config and weights of a trained head."""
    found = hashlib.sha256((folder / "config.json").read_bytes())
    found.update((folder / "head.safetensors").read_bytes())
    return found.hexdigest()[:12]


def _gelu(values: Floats) -> Floats:
    """GELU with the error function, as in training."""
    from scipy.special import erf

    return np.asarray(0.5 * values * (1.0 + erf(values / math.sqrt(2.0))), dtype=np.float32)
