"""Turns a trained joint model into what ships: one ONNX encoder with 8-bit stored weights, and a folder a head.
Needs the extra `train`."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.errors import OptionalDependencyError

_SMALL = 4096
"""Initializers with fewer values than this stay fp32: biases and norms weigh nothing and rounding them costs
accuracy."""


def export_encoder(encoder: Any, tokenizer: Path, folder: Path, max_tokens: int) -> Path:
    """Writes `encoder.onnx`, `tokenizer.json`, `config.json` from a transformers encoder; returns the folder."""
    try:
        from onnxruntime.transformers import optimizer
        from onnxruntime.transformers.fusion_options import FusionOptions
    except ImportError as error:
        raise OptionalDependencyError("Exporting an encoder", "train") from error
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.onnx"
        _trace(encoder, raw)
        config = encoder.config
        fused = optimizer.optimize_model(
            str(raw), model_type="bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size,
            optimization_options=FusionOptions("bert"), opt_level=1,
        )  # fmt: skip
        _store_in_8_bits(fused.model)
        partial = folder / "encoder.part"
        partial.write_bytes(fused.model.SerializeToString())
        partial.replace(folder / "encoder.onnx")
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    (folder / "config.json").write_text(
        json.dumps(
            {
                "name": "framing-minilm",
                "width": config.hidden_size,
                "max_tokens": max_tokens,
                "layers": config.num_hidden_layers,
            },
            indent=1,
        )
        + "\n"
    )
    return folder


def _trace(encoder: Any, path: Path) -> None:
    import torch

    class States(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            return self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state  # type: ignore[no-any-return]

    ids = torch.tensor([[2, 5, 6, 7, 8, 3], [2, 9, 3, 0, 0, 0]])
    mask = torch.tensor(
        [[1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0]]
    )  # distinct tensors: the exporter ties equal objects into one input
    torch.onnx.export(
        States().eval(), (ids, mask), str(path), input_names=["ids", "mask"], output_names=["tokens"],
        dynamo=False, opset_version=17,
        dynamic_axes={"ids": {0: "n", 1: "t"}, "mask": {0: "n", 1: "t"}, "tokens": {0: "n", 1: "t"}},
    )  # fmt: skip


def quantise(values: npt.NDArray[np.float32], axis: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Symmetric 8-bit values and one scale a slice along `axis`."""
    other = tuple(i for i in range(values.ndim) if i != axis)
    scale = np.maximum(np.abs(values).max(axis=other) / 127.0, 1e-12).astype(np.float32)
    shape = [1] * values.ndim
    shape[axis] = -1
    return np.clip(np.rint(values / scale.reshape(shape)), -127, 127).astype(np.int8), scale


def _store_in_8_bits(model: Any) -> None:
    """Replaces every large fp32 initializer by int8 values and a DequantizeLinear node, one scale an output channel
    (a row, for embeddings)."""
    from onnx import helper, numpy_helper

    graph = model.graph
    gathered = {node.input[0] for node in graph.node if node.op_type in {"Gather", "EmbedLayerNormalization"}} | {
        name for node in graph.node if node.op_type == "EmbedLayerNormalization" for name in node.input
    }
    nodes, kept = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim != 2 or values.size < _SMALL:
            kept.append(tensor)
            continue
        axis = 0 if tensor.name in gathered else 1
        small, scale = quantise(values, axis)
        kept += [
            numpy_helper.from_array(small, tensor.name + ".q"),
            numpy_helper.from_array(scale, tensor.name + ".scale"),
            numpy_helper.from_array(np.zeros(scale.shape, dtype=np.int8), tensor.name + ".zero"),
        ]
        nodes.append(
            helper.make_node(
                "DequantizeLinear",
                [tensor.name + s for s in (".q", ".scale", ".zero")],
                [tensor.name],
                axis=axis,
                name=tensor.name + ".dq",
            )
        )
    del graph.initializer[:]
    graph.initializer.extend(kept)
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + rest)
