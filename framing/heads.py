"""Heads: small layers that turn the encoder's vectors into calibrated probabilities, in numpy, or other people's models
that read the text. A folder a head; the listing is the registry."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError
from framing.hub import Source, digest
from framing.reader import Reader, Said
from framing.resources import shipped

Floats = npt.NDArray[np.float32]
Kind = Literal["multilabel", "multiclass"]
Level = Literal["sentence", "mention"]
FORMAT = 1
_TEXT_ENTRIES = frozenset({"name", "kind", "level", "labels", "definitions", "source", "format"})
_ENTRIES = _TEXT_ENTRIES - {"source"} | {"calibration", "encoder"}
WEAK = frozenset({"C", "unmeasured"})
"""Tiers whose labels are marked and kept out of findings."""
OWN = "heads"
"""Name of the folder of a user's own heads, beside the corpus or in the current folder."""


@dataclass(frozen=True)
class Card:
    """What a models folder says of a head, trained or not (voice is decided by rules): labels, meanings, figures."""

    name: str
    labels: tuple[str, ...]
    definitions: Mapping[str, str]
    version: str
    metrics: Mapping[str, Any]
    """`metrics.json`, empty where the head was never measured."""

    @property
    def tiers(self) -> dict[str, str]:
        """Reliability tier of each label, A ≥ 0.75, B ≥ 0.60, C below by published F1; `unmeasured` where there is no
        figure."""
        return _tiers(self.metrics, self.labels)


@dataclass(frozen=True)
class Head:
    """One head: `layers` of (weight, bias) with GELU between them, then `logits * scale + bias`, then sigmoid or
    softmax."""

    name: str
    kind: Kind
    level: Level
    labels: tuple[str, ...]
    definitions: Mapping[str, str]
    thresholds: Floats
    """(labels,) probability from which a multi-label head says yes; unused by a multi-class one, which takes the
    largest."""
    scale: Floats
    bias: Floats
    layers: tuple[tuple[Floats, Floats], ...]
    encoder: str
    """Version of the encoder whose vectors it reads."""
    version: str
    """12 hex digits over config and weights: scores of two versions never mix."""
    folder: Path
    features: tuple[str, ...] = ()
    """Named features that it reads after the vector; only the voice head has any."""
    features_version: str = ""

    @classmethod
    def load(cls, folder: Path) -> Head:
        """The head in `folder`. Raises ModelError naming the missing or broken entry."""
        config = _config(folder)
        labels = tuple(config["labels"])
        n = len(labels)
        calibration = config["calibration"]
        return cls(
            name=config["name"],
            kind=config["kind"],
            level=config["level"],
            labels=labels,
            definitions=dict(config["definitions"]),
            thresholds=_row(folder, config.get("thresholds", [0.5] * n), n, "thresholds"),
            scale=_row(folder, calibration["scale"], n, "calibration.scale"),
            bias=_row(folder, calibration["bias"], n, "calibration.bias"),
            layers=_layers(folder, n),
            encoder=config["encoder"],
            version=_version(folder),
            folder=folder,
            features=tuple(config.get("features", ())),
            features_version=config.get("features_version", ""),
        )

    @property
    def reads(self) -> int:
        """Width of the features it reads: the sentence vector, or `[span mean ; sentence vector]` for a mention
        head."""
        return int(self.layers[0][0].shape[1])

    def logits(self, features: Floats) -> Floats:
        """(n, labels) uncalibrated outputs."""
        values = features
        for i, (weight, bias) in enumerate(self.layers):
            values = values @ weight.T + bias
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

    def decide(self, p: Floats) -> npt.NDArray[np.bool_]:
        """(n, labels) yes or no: at or over the label's threshold, or the largest of the row."""
        return decide(p, self.kind, self.thresholds)

    @property
    def tiers(self) -> dict[str, str]:
        """Reliability tier of each label, as on its card."""
        return _tiers(_metrics(self.folder), self.labels)


@dataclass(frozen=True)
class TextHead:
    """A head that reads the text itself: somebody else's classification model, named by `source` in its config."""

    name: str
    kind: Kind
    level: Level
    labels: tuple[str, ...]
    definitions: Mapping[str, str]
    thresholds: Floats
    reader: Reader
    version: str
    """12 hex digits over config, revision and, of a model on this machine, its files."""
    folder: Path

    @classmethod
    def load(cls, folder: Path) -> TextHead:
        """The head in `folder`; its model loads at first use. Raises ModelError naming the missing or wrong entry."""
        config = _config(folder, _TEXT_ENTRIES)
        labels = tuple(config["labels"])
        source = Source.read(config["source"], folder.name, labels)
        if (config["level"] == "mention") != (source.pair == "target"):
            raise ModelError(
                f"Head folder {folder.name!r}: level {config['level']!r} does not go with source.pair {source.pair!r}. "
                'A mention is read with its target, a sentence without ("text").'
            )
        thresholds = _row(folder, config.get("thresholds", [0.5] * len(labels)), len(labels), "thresholds")
        return cls(
            name=config["name"],
            kind=config["kind"],
            level=config["level"],
            labels=labels,
            definitions=dict(config["definitions"]),
            thresholds=thresholds,
            reader=Reader(source, config["kind"], labels, folder),
            version=_text_version(folder, source),
            folder=folder,
        )

    def predict_texts(self, texts: Sequence[str], spans: Sequence[tuple[int, int]] | None = None) -> Said:
        """(n, labels) probabilities of texts, of a mention head toward the words at `spans`, one a text; and which were
        longer than the model reads."""
        return self.reader.predict(texts, spans)

    def decide(self, p: Floats) -> npt.NDArray[np.bool_]:
        """As for a trained head."""
        return decide(p, self.kind, self.thresholds)

    @property
    def tiers(self) -> dict[str, str]:
        """Reliability tier of each label, `unmeasured` unless its folder has a `metrics.json`."""
        return _tiers(_metrics(self.folder), self.labels)


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


def load_heads(*folders: Path | None) -> dict[str, Head | TextHead]:
    """Every head below the folders that reads vectors or texts alone, by name; None, or no folder at all, is the
    shipped `models/`. `voice_head` loads the voice, which reads more.

    A head is a folder with `head.safetensors`, or with a `source` in its config.json. Raises ModelError where a folder
    holds none, and where two bear one name."""
    found: dict[str, Head | TextHead] = {}
    for root in _roots(folders):
        heads = _heads_in(root)
        if not heads:
            raise ModelError(f"The folder {str(root)!r} holds no head.")
        for head in heads:
            _refuse_twin(head.name, head.folder, [other.folder for other in found.values() if _same(other, head)])
            found[head.name] = head
    return found


def _heads_in(root: Path) -> list[Head | TextHead]:
    loaded = [Head.load(path.parent) for path in sorted(root.glob("*/head.safetensors"))]
    trained: list[Head | TextHead] = [head for head in loaded if not head.features]
    configs = [path.parent for path in sorted(root.glob("*/config.json"))]
    return trained + [TextHead.load(folder) for folder in configs if "source" in _read(folder)]


def own_heads_folder(corpus: Path | None = None) -> Path | None:
    """The folder `heads` beside a corpus, or in the current folder, where it holds heads; otherwise None."""
    folder = (corpus.resolve().parent if corpus else Path()) / OWN
    configs = [path.parent for path in folder.glob("*/config.json")]
    return folder if any((f / "head.safetensors").exists() or "source" in _read(f) for f in configs) else None


def refuse_other_encoder(head: Head | TextHead, version: str) -> None:
    """Raises ModelError where a head reads another encoder's vectors than those of `version`."""
    if isinstance(head, Head) and head.encoder != version:
        raise ModelError(
            f"Head {head.name} reads vectors of encoder {head.encoder}, but the encoder installed is {version}. "
            f"Train the head again, put its encoder back, or move {head.folder} elsewhere."
        )


def _roots(folders: Sequence[Path | None]) -> list[Path]:
    named = [folder or shipped("models") for folder in folders or (None,)]
    roots = list({root.resolve(): root for root in named}.values())  # one folder given twice is one folder
    for root in roots:
        if not root.is_dir():
            raise ModelError(f"There is no folder of heads {str(root)!r}.")
    return roots


def _same(one: Head | TextHead, other: Head | TextHead) -> bool:
    """Whether two names are one to a file system that ignores case, and to a query."""
    return one.name.casefold() == other.name.casefold()


def _refuse_twin(name: str, folder: Path, others: Sequence[Path]) -> None:
    if others:
        raise ModelError(f"Two heads are named {name}: in {others[0]} and in {folder}. Rename or move one of them.")


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
    if head.features:
        config |= {"features_version": head.features_version, "features": list(head.features)}
    if head.kind == "multilabel":
        config["thresholds"] = [round(float(v), 3) for v in head.thresholds]
    (head.folder / "config.json").write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return Head.load(head.folder)


def card_of(folder: Path) -> Card:
    """The card of the head in `folder`, trained or rules. Raises ModelError where its config cannot be read."""
    config = _read(folder)
    if "source" in config:
        version = TextHead.load(folder).version
    else:
        version = config["version"] if config["kind"] == "rules" else _version(folder)
    return Card(
        name=config["name"],
        labels=tuple(config["labels"]),
        definitions=dict(config["definitions"]),
        version=version,
        metrics=_metrics(folder),
    )


def _metrics(folder: Path) -> dict[str, Any]:
    path = folder / "metrics.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _tiers(metrics: Mapping[str, Any], labels: tuple[str, ...]) -> dict[str, str]:
    return {label: metrics.get("tiers", {}).get(label, "unmeasured") for label in labels}


def load_cards(*folders: Path | None) -> list[Card]:
    """Cards of every head below the folders (None, or no folder at all: the shipped `models/`), by name; those decided
    by rules too."""
    return [
        card_of(path)
        for root in _roots(folders)
        for path in sorted(root.iterdir())
        if (path / "config.json").exists() and path.name != "encoder"
    ]


def _read(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(
            f"Head folder {folder.name!r}: config.json cannot be read ({error.__class__.__name__})."
        ) from error
    return config


def _config(folder: Path, entries: frozenset[str] = _ENTRIES) -> dict[str, Any]:
    config = _read(folder)
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


def _row(folder: Path, values: Any, n: int, entry: str) -> Floats:
    row = np.asarray(values, dtype=np.float32)
    if row.shape != (n,):
        raise ModelError(f"Head folder {folder.name!r}: {entry} needs {n} numbers, one a label.")
    return row


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


def _version(folder: Path) -> str:
    digest = hashlib.sha256((folder / "config.json").read_bytes())
    digest.update((folder / "head.safetensors").read_bytes())
    return digest.hexdigest()[:12]


def _text_version(folder: Path, source: Source) -> str:
    """Of the config alone where it pins the model by revision or digest; otherwise of the model's files too."""
    found = hashlib.sha256((folder / "config.json").read_bytes())
    if source.revision is None and source.digest is None:
        found.update(digest(source.folder(folder)).encode())
    return found.hexdigest()[:12]


def _gelu(values: Floats) -> Floats:
    """GELU with the error function, as in training."""
    from scipy.special import erf

    return np.asarray(0.5 * values * (1.0 + erf(values / math.sqrt(2.0))), dtype=np.float32)
