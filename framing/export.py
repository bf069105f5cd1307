"""Turns a trained encoder into what ships: one ONNX network, in 8 bits where calibration sentences are given. Needs the
extra `train`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.encode import plain
from framing.errors import OptionalDependencyError
from framing.graph import INPUTS, Bert, graph
from framing.quantise import Linear, fit_input, fit_weight

Floats = npt.NDArray[np.float32]

CALIBRATION = 512
"""Calibration sentences used, spread evenly over those given: some 16,000 tokens for matrices of 1,536 inputs."""
_SAMPLED = 32
"""Tokens of each sixteen sentences on which scales are compared; extremes and products are taken over all tokens."""


def export_encoder(
    encoder: Any, tokenizer: Path, folder: Path, max_tokens: int, calibration: Sequence[str] = ()
) -> Path:
    """Writes `encoder.onnx`, `tokenizer.json`, `config.json` from a transformers encoder; returns the folder.

    With `calibration` (training sentences) the network multiplies in 8 bits with fixed scales fitted on them, without
    it in fp32; `config.json` says which."""
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        raise OptionalDependencyError("Exporting an encoder", "train") from error
    folder.mkdir(parents=True, exist_ok=True)
    bert = Bert.of(encoder, max_tokens)
    used = list(calibration)[:: max(1, len(calibration) // CALIBRATION)][:CALIBRATION]
    quantised = fit(bert, tokenizer, used, max_tokens) if used else {}
    partial = folder / "encoder.part"
    partial.write_bytes(graph(bert, quantised).SerializeToString())
    partial.replace(folder / "encoder.onnx")
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    config = {
        "name": "framing-minilm",
        "width": bert.words.shape[1],
        "max_tokens": max_tokens,
        "layers": bert.layers,
        "arithmetic": {"products": "int8, fixed scales", "calibration_sentences": len(used)}
        if used
        else {"products": "fp32"},
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    return folder


def fit(bert: Bert, tokenizer: Path, texts: Sequence[str], max_tokens: int) -> dict[str, Linear]:
    """Every product of the encoder in 8 bits, fitted on what the fp32 network multiplies for these texts.

    Two passes over the texts: extremes and a sample for the scales, then the inputs' products for the rounding."""
    session = _session(graph(bert, {}, taps=True))
    ids = _ids(tokenizer, texts, max_tokens)
    names = [f"{i}.{part}" for i in range(bert.layers) for part in INPUTS]
    rng = np.random.default_rng(0)
    lowest = {name: np.zeros(len(bert.linear[name][0]), np.float32) for name in names}
    highest = {name: np.zeros(len(bert.linear[name][0]), np.float32) for name in names}
    kept: dict[str, list[Floats]] = {name: [] for name in names}
    for values in _inputs(session, names, ids):
        picked = rng.integers(len(values[names[0]]), size=_SAMPLED)
        for name, x in values.items():
            lowest[name] = np.minimum(lowest[name], x.min(axis=0))
            highest[name] = np.maximum(highest[name], x.max(axis=0))
            kept[name].append(x[picked])
    inputs = {
        name: fit_input(np.concatenate(kept[name]), bert.linear[name][0], lowest[name], highest[name]) for name in names
    }
    products = {name: np.zeros((len(bert.linear[name][0]),) * 2) for name in names}
    tokens = 0
    for values in _inputs(session, names, ids):
        tokens += len(values[names[0]])
        for name, x in values.items():
            small = inputs[name].small(x) * np.float32(inputs[name].scale)
            products[name] += small.T @ small
    return {name: fit_weight(bert.linear[name][0], inputs[name], products[name] / tokens) for name in names}


def _inputs(
    session: Any, names: Sequence[str], ids: Sequence[npt.NDArray[np.int64]], together: int = 16
) -> Iterator[dict[str, Floats]]:
    """What each product is given, (tokens, inputs) for some texts at a time; the network sees each text alone."""
    wanted = [f"tap.{name}" for name in names]
    for first in range(0, len(ids), together):
        found = [session.run(wanted, {"ids": row[None]}) for row in ids[first : first + together]]
        yield {name: np.concatenate([values[i][0] for values in found]) for i, name in enumerate(names)}


def _ids(tokenizer: Path, texts: Sequence[str], max_tokens: int) -> list[npt.NDArray[np.int64]]:
    from tokenizers import Tokenizer

    reader = Tokenizer.from_file(str(tokenizer))
    reader.no_padding()
    reader.enable_truncation(max_tokens)
    return [np.array(e.ids, np.int64) for e in reader.encode_batch([plain(text) for text in texts])]


def _session(model: Any) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
