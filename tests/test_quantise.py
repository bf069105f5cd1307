"""Products in 8 bits: no processor can saturate, rounding errors are made up for, the exported network keeps to them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from framing.quantise import fit_input, fit_weight, rounded

RNG = np.random.default_rng(5)
WEIGHT = RNG.normal(0, 0.05, (64, 24)).astype(np.float32)
# Channels that go together and one that towers above all, as in a real encoder.
SAMPLE = (RNG.normal(0, 1, (500, 8)) @ RNG.normal(0, 1, (8, 64)) + RNG.normal(0, 0.2, (500, 64))).astype(np.float32)
SAMPLE[:, 3] *= 12


def fitted() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The exact product, and that of the fitted 8-bit one, and its weights."""
    given = fit_input(SAMPLE, WEIGHT, SAMPLE.min(axis=0), SAMPLE.max(axis=0))
    small = given.small(SAMPLE)
    seen = (small * np.float32(given.scale)).astype(np.float64)
    linear = fit_weight(WEIGHT, given, seen.T @ seen / len(seen))
    return SAMPLE @ WEIGHT, small @ linear.weight.astype(np.float32) * given.scale * linear.scale, linear.weight


def test_sixteen_bits_hold_two_products_whatever_the_input() -> None:
    weight = fitted()[2].astype(int)
    for sign in (1, -1):
        one = np.maximum(sign * weight, 0)
        assert 255 * (one[0::2] + one[1::2]).max() <= 32767
    assert np.abs(weight).max() > 64  # and the eighth bit is used


def test_channel_factors_and_compensation_beat_plain_rounding() -> None:
    exact, found, _ = fitted()
    scale = np.abs(SAMPLE).max() / 127
    small, by_output = rounded(WEIGHT)
    naive = np.rint(SAMPLE / scale) * scale @ (small * by_output)
    error, plain_error = ((found - exact) ** 2).mean(), ((naive - exact) ** 2).mean()
    assert error < 0.25 * plain_error
    assert error < 1e-3 * exact.var()


@pytest.mark.train
def test_the_exported_network_in_8_bits_gives_each_text_its_own_vector(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="needs the extra train")
    transformers = pytest.importorskip("transformers", reason="needs the extra train")
    from framing.encode import Encoder
    from framing.export import export_encoder
    from tests.tiny import ACTORS, WORDS, tiny_base

    base = tiny_base(tmp_path / "base")
    model = transformers.AutoModel.from_pretrained(base, add_pooling_layer=False).eval()
    rng = np.random.default_rng(1)
    texts = [" ".join(rng.choice([*ACTORS, *WORDS], size=rng.integers(3, 9))) for _ in range(60)]
    plain = Encoder.load(export_encoder(model, base / "tokenizer.json", tmp_path / "fp32", 128))
    small = Encoder.load(export_encoder(model, base / "tokenizer.json", tmp_path / "int8", 128, texts[:40]))
    assert plain.config["arithmetic"] == {"products": "fp32"}
    assert json.loads((small.folder / "config.json").read_text())["arithmetic"]["calibration_sentences"] == 40
    together = small.encode(texts).sentences
    for text, vector in zip(texts[40:], together[40:], strict=True):
        assert np.abs(small.encode([text]).sentences[0] - vector).max() <= 1e-6
    exact = plain.encode(texts).sentences
    cosine = (exact * together).sum(1) / np.linalg.norm(exact, axis=1) / np.linalg.norm(together, axis=1)
    assert cosine.min() > 0.99
