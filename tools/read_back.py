"""Reads a run's weights back from the models folder that was made of it, to average them with a later run's.

    python tools/read_back.py --models models --like runs/second/joint.safetensors --out runs/first/joint.safetensors

Needed where a run itself was not kept. Products in 8 bits are multiplied out: what comes back is the encoder as it is
computed, 0.9996 by cosine to the fp32 it was made of. A channel factor between a layer's values and its attention's
output says nothing in the network and is lost in the file; averaging needs it, so each is set to what brings the values
nearest to the base's (cosine 0.998 and more). `--like` is a run whose mention layer, which no models folder holds, is
taken over, and whose voice layer gives the voice layer's length. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.datasets import FRAMES, GENERIC, POLICY
from framing.heads import Floats, Head
from framing.joint import build
from framing.train import base_weights

Doubles = npt.NDArray[np.float64]


def read_back(models: Path, like: Path, base: Path) -> dict[str, Floats]:
    """The joint model's weights by name, in fp32, behind encoder and heads of a models folder in 8 bits."""
    import onnx
    from onnx import numpy_helper
    from safetensors.numpy import load_file

    tensors = onnx.load(models / "encoder" / "encoder.onnx").graph.initializer
    stored = {t.name: numpy_helper.to_array(t) for t in tensors}
    model, other = build(base), load_file(like)
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    state |= {name: value for name, value in other.items() if name.startswith("heads.mention")}
    found = _heads(models, other["heads.voice.weight"])
    for i in range(len(model.encoder.encoder.layer)):
        found |= _layer(stored, state, i)
    return state | {name: np.ascontiguousarray(values, dtype=np.float32) for name, values in found.items()}


def _layer(stored: Mapping[str, Any], base: Mapping[str, Floats], i: int) -> dict[str, npt.NDArray[Any]]:
    """Weights and biases of one layer, by their names in the state dict."""
    layer = f"encoder.encoder.layer.{i}"

    def product(part: str) -> Doubles:
        weight: Doubles = stored[f"{i}.{part}.weight"].astype(np.float64) * stored[f"{i}.{part}.scale"]
        factor = stored.get(f"{i}.{part}.factor")
        return weight if factor is None else weight * factor[:, None]

    qkv, bias = product("qkv"), stored[f"{i}.qkv.bias"].astype(np.float64)
    width = len(qkv)
    of_base = base[f"{layer}.attention.self.value.weight"].T
    values = qkv[:, 2 * width :]
    factor = (values * of_base).sum(axis=0) / (values**2).sum(axis=0)
    qkv[:, 2 * width :] *= factor
    bias[2 * width :] *= factor
    found = {}
    for n, name in enumerate(("query", "key", "value")):
        found[f"{layer}.attention.self.{name}.weight"] = qkv[:, n * width : (n + 1) * width].T
        found[f"{layer}.attention.self.{name}.bias"] = bias[n * width : (n + 1) * width]
    for part, name in (("o", "attention.output"), ("f2", "output")):
        found[f"{layer}.{name}.LayerNorm.weight"] = stored[f"{i}.{part}.gain"]
        found[f"{layer}.{name}.LayerNorm.bias"] = stored[f"{i}.{part}.shift"]
    for part, name in (("o", "attention.output.dense"), ("f1", "intermediate.dense"), ("f2", "output.dense")):
        weight = product(part) / factor[:, None] if part == "o" else product(part)
        found[f"{layer}.{name}.weight"], found[f"{layer}.{name}.bias"] = weight.T, stored[f"{i}.{part}.bias"]
    return found


def _heads(models: Path, voiced: Floats) -> dict[str, npt.NDArray[Any]]:
    """Weights and biases of the heads' layers, by their names in the state dict; voice's as long as `voiced`."""
    names = ("frames_policy", "frames_generic", "sentiment", "wording", "stance", "voice")
    loaded = {name: Head.load(models / name).layers for name in names}
    policy, generic = loaded["frames_policy"][0], loaded["frames_generic"][0]
    rows = [GENERIC.index(frame) for frame in FRAMES[len(POLICY) :]]
    layers = {
        "frames": tuple(np.concatenate([a, b[rows]]) for a, b in zip(policy, generic, strict=True)),
        "sentiment": loaded["sentiment"][0],
        "wording": loaded["wording"][0],
        "stance.0": loaded["stance"][0],
        "stance.3": loaded["stance"][1],
    }
    voice = loaded["voice"][0][0][:, : voiced.shape[1]]
    voice = voice * (np.linalg.norm(voiced) / np.linalg.norm(voice))
    # Its biases are fitted anew in every voice head.
    layers["voice"] = (voice, np.zeros(len(voice), np.float32))
    return {
        f"heads.{name}.{part}": values
        for name, layer in layers.items()
        for part, values in zip(("weight", "bias"), layer, strict=True)
    }


def main() -> None:
    """Read a models folder's weights back and write them as a run's."""
    from safetensors.numpy import save_file

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--like", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    wanted = parser.parse_args()
    wanted.out.parent.mkdir(parents=True, exist_ok=True)
    save_file(read_back(wanted.models, wanted.like, base_weights()), wanted.out)


if __name__ == "__main__":
    main()
