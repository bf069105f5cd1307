"""The encoder's network as an ONNX graph, written out operator by operator. Needs the package onnx (extra `train`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError
from framing.quantise import Input, Linear, rounded

Floats = npt.NDArray[np.float32]

_CONTRIB = "com.microsoft"
_OPSET = 17
_IR = 8
INPUTS = ("qkv", "o", "f1", "f2")
"""What is multiplied in a layer: query, key and value at once, the attention's output, and the two feed-forward
steps."""


@dataclass(frozen=True, slots=True)
class Bert:
    """Weights of a BERT encoder, matrices as (inputs, outputs). `linear["3.f1"]` is (weight, bias) of layer 3's first
    feed-forward step, `norm["3.o"]` gain and bias of the norm after its attention; `norm["embed"]` the first one."""

    words: Floats
    positions: Floats
    linear: dict[str, tuple[Floats, Floats]]
    norm: dict[str, tuple[Floats, Floats]]
    layers: int
    heads: int
    epsilon: float

    @classmethod
    def of(cls, encoder: Any, max_tokens: int) -> Bert:
        """The weights of a transformers BertModel. Raises ModelError for a network of another build."""
        c = encoder.config
        if c.model_type != "bert" or c.hidden_act != "gelu":
            raise ModelError(
                f"Only BERT encoders with GELU can be exported, this one is {c.model_type} with {c.hidden_act}."
            )
        state = {name: tensor.detach().cpu().numpy() for name, tensor in encoder.state_dict().items()}

        def pair(name: str) -> tuple[Floats, Floats]:
            return state[f"{name}.weight"].T, state[f"{name}.bias"]

        linear, norm = {}, {"embed": pair("embeddings.LayerNorm")}
        for i in range(c.num_hidden_layers):
            layer = f"encoder.layer.{i}"
            parts = [pair(f"{layer}.attention.self.{name}") for name in ("query", "key", "value")]
            linear[f"{i}.qkv"] = (
                np.concatenate([w for w, _ in parts], axis=1),
                np.concatenate([bias for _, bias in parts]),
            )
            linear[f"{i}.o"] = pair(f"{layer}.attention.output.dense")
            linear[f"{i}.f1"] = pair(f"{layer}.intermediate.dense")
            linear[f"{i}.f2"] = pair(f"{layer}.output.dense")
            norm[f"{i}.o"] = pair(f"{layer}.attention.output.LayerNorm")
            norm[f"{i}.f2"] = pair(f"{layer}.output.LayerNorm")
        # One text a row, so every token has type 0.
        positions = state["embeddings.position_embeddings.weight"][:max_tokens]
        positions = positions + state["embeddings.token_type_embeddings.weight"][0]
        words = state["embeddings.word_embeddings.weight"]
        heads, epsilon = c.num_attention_heads, c.layer_norm_eps
        return cls(words, positions, linear, norm, c.num_hidden_layers, heads, epsilon)


def graph(bert: Bert, quantised: Mapping[str, Linear], taps: bool = False) -> Any:
    """An ONNX model from `ids` (n, tokens) to `tokens` (n, tokens, width), texts of one length a batch, no padding.

    The products named in `quantised` run in 8 bits, the others in fp32 (with weights stored in 8 bits, except with
    `taps`, which adds the input of every product to the outputs)."""
    return _Writer(bert, quantised, taps).model()


class _Writer:
    def __init__(self, bert: Bert, quantised: Mapping[str, Linear], taps: bool) -> None:
        self.bert = bert
        self.quantised = quantised
        self.taps = taps
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []

    def model(self) -> Any:
        from onnx import TensorProto, helper

        x = self._embedded()
        tapped: list[tuple[str, str]] = []
        for i in range(self.bert.layers):
            attended = self._attention(x, f"{i}.qkv")
            middle = self._normed(f"{i}.o", self._product(attended, f"{i}.o"), x)
            gelu = self._node("Gelu", [self._product(middle, f"{i}.f1")], f"{i}.gelu", _CONTRIB)
            last = "tokens" if i + 1 == self.bert.layers else f"{i}.out"
            tapped += zip((f"{i}.{part}" for part in INPUTS), (x, attended, middle, gelu), strict=True)
            x = self._normed(f"{i}.f2", self._product(gelu, f"{i}.f2"), middle, last)
        outputs = ["tokens"]
        if self.taps:
            outputs += [self._node("Identity", [value], f"tap.{name}") for name, value in tapped]
        made = helper.make_graph(
            self.nodes, "encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n", "t"])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "t", None]) for name in outputs],
            self.tensors,
        )  # fmt: skip
        versions = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(made, opset_imports=versions, ir_version=_IR)

    def _node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(
            helper.make_node(kind, inputs, [output], domain=domain, name=f"{output}.{kind}", **attributes)
        )
        return output

    def _value(self, name: str, values: Any) -> str:
        from onnx import numpy_helper

        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _embedded(self) -> str:
        """Rows of the 8-bit word table, made fp32 after they are looked up: the table itself stays small."""
        from onnx import TensorProto

        small, scale = rounded(self.bert.words.T)
        self._value("words", small.T)
        self._value("words.scale", scale[:, None])
        self._value("positions", self.bert.positions)
        self._value("zero", np.zeros(1, np.int64))
        picked = self._node("Gather", ["words", "ids"], "words.picked")
        picked = self._node("Cast", [picked], "words.fp32", to=TensorProto.FLOAT)
        scales = self._node("Gather", ["words.scale", "ids"], "words.scales")
        words = self._node("Mul", [picked, scales], "words.value")
        length = self._node("Shape", ["ids"], "length", start=1, end=2)
        places = self._node("Slice", ["positions", "zero", length, "zero"], "places")
        return self._normed("embed", words, places)

    def _normed(self, name: str, a: str, b: str, output: str = "") -> str:
        gain, bias = self.bert.norm[name]
        # Not the fused SkipLayerNormalization: ONNX Runtime's runs 5 times slower than these two.
        added = self._node("Add", [a, b], f"{name}.added")
        inputs = [added, self._value(f"{name}.gain", gain), self._value(f"{name}.shift", bias)]
        return self._node("LayerNormalization", inputs, output or f"{name}.norm", axis=-1, epsilon=self.bert.epsilon)

    def _attention(self, x: str, name: str) -> str:
        weight, bias = self.bert.linear[name]
        linear = self.quantised.get(name)
        heads = self.bert.heads
        output = self.quantised.get(name.replace("qkv", "o"))
        if output is not None:  # the next product's per-channel scales, taken up by the values' columns
            bias = bias.copy()
            bias[-len(output.input.divide) :] /= output.input.divide
        if linear is None:
            if output is not None:
                weight = weight.copy()
                weight[:, -len(output.input.divide) :] /= output.input.divide
            inputs = [x, self._stored(name, weight), self._value(f"{name}.bias", bias)]
            return self._node("Attention", inputs, f"{name}.attended", _CONTRIB, num_heads=heads)
        scale = linear.scale.copy()
        if output is not None:
            scale[-len(output.input.divide) :] /= output.input.divide
        small, (x_scale, x_zero) = self._eight_bits(self._divided(x, name, linear.input), name, linear.input)
        inputs = [
            small, self._value(f"{name}.weight", linear.weight), self._value(f"{name}.bias", bias), x_scale,
            self._value(f"{name}.scale", scale), "", x_zero,
            self._value(f"{name}.zero", np.zeros(scale.shape, np.int8)),
        ]  # fmt: skip
        return self._node("QAttention", inputs, f"{name}.attended", _CONTRIB, num_heads=heads)

    def _product(self, x: str, name: str) -> str:
        weight, bias = self.bert.linear[name]
        linear = self.quantised.get(name)
        bias_name = self._value(f"{name}.bias", bias)
        if linear is None:
            product = self._node("MatMul", [x, self._stored(name, weight)], f"{name}.product")
            return self._node("Add", [product, bias_name], f"{name}.value")
        y = x if name.endswith(".o") else self._divided(x, name, linear.input)
        small, (x_scale, x_zero) = self._eight_bits(y, name, linear.input)
        inputs = [
            small, self._value(f"{name}.weight", linear.weight), x_scale,
            self._value(f"{name}.scale", linear.scale), x_zero,
            self._value(f"{name}.zero", np.zeros(linear.scale.shape, np.int8)), bias_name,
        ]  # fmt: skip
        return self._node("MatMulIntegerToFloat", inputs, f"{name}.value", _CONTRIB)

    def _divided(self, x: str, name: str, given: Input) -> str:
        return self._node("Mul", [x, self._value(f"{name}.factor", 1 / given.divide)], f"{name}.divided")

    def _eight_bits(self, x: str, name: str, given: Input) -> tuple[str, tuple[str, str]]:
        scale = self._value(f"{name}.x_scale", np.float32(given.scale))
        zero = self._value(f"{name}.x_zero", np.uint8(given.zero))
        return self._node("QuantizeLinear", [x, scale, zero], f"{name}.x"), (scale, zero)

    def _stored(self, name: str, weight: Floats) -> str:
        """An fp32 matrix, stored in 8 bits with one scale an output and dequantised at load."""
        if self.taps:
            return self._value(f"{name}.weight", weight)
        small, scale = rounded(weight)
        inputs = [
            self._value(f"{name}.small", small), self._value(f"{name}.scale", scale),
            self._value(f"{name}.zero", np.zeros(scale.shape, np.int8)),
        ]  # fmt: skip
        return self._node("DequantizeLinear", inputs, f"{name}.weight", axis=1)
