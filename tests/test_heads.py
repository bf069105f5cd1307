"""Heads: the folder format, probabilities, decisions, and clear errors for damaged folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from framing.errors import ModelError
from framing.heads import Head, decide, probabilities
from framing.registry import load_heads


def write_head(folder: Path, **changes: Any) -> Path:
    """A two-label head over vectors of three values, written as a head is stored."""
    folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = {
        "format": 1, "name": folder.name, "kind": "multilabel", "level": "sentence", "labels": ["war", "peace"],
        "definitions": {"war": "About war.", "peace": "About peace."}, "thresholds": [0.5, 0.2], "encoder": "abc",
        "calibration": {"scale": [1.0, 2.0], "bias": [0.0, -1.0]},
    }  # fmt: skip
    config.update(changes)
    (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not None}))
    weight = np.array([[1, 0, 0], [0, 1, 0]], dtype=np.float16)
    save_file({"0.weight": weight, "0.bias": np.zeros(2, dtype=np.float16)}, folder / "head.safetensors")
    return folder


def test_probabilities_are_the_calibrated_sigmoid(tmp_path: Path) -> None:
    head = Head.load(write_head(tmp_path / "topic"))
    p = head.predict(np.array([[2.0, 1.0, 9.0]], dtype=np.float32))
    assert np.allclose(p, [[1 / (1 + np.exp(-2.0)), 1 / (1 + np.exp(-(1.0 * 2 - 1)))]], atol=1e-6)
    assert head.decide(np.array([[0.4, 0.3]], dtype=np.float32)).tolist() == [[False, True]]


def test_softmax_rows_sum_to_one_without_overflow() -> None:
    p = probabilities(np.array([[1000.0, 0.0], [-1000.0, 0.0]], dtype=np.float32), "multiclass")
    assert np.allclose(p, [[1, 0], [0, 1]])
    assert not np.isnan(probabilities(np.array([[-1e4, 1e4]], dtype=np.float32), "multilabel")).any()


def test_unscored_rows_decide_nothing() -> None:
    p = np.array([[np.nan, np.nan], [0.6, 0.4]], dtype=np.float32)
    none = np.zeros(2, dtype=np.float32)
    assert decide(p, "multiclass", none).tolist() == [[False, False], [True, False]]
    assert decide(p, "multilabel", none + 0.5).tolist() == [[False, False], [True, False]]


def test_the_version_follows_config_and_weights(tmp_path: Path) -> None:
    one, same = Head.load(write_head(tmp_path / "a")), Head.load(write_head(tmp_path / "b", name="a"))
    other = Head.load(write_head(tmp_path / "c", name="a", thresholds=[0.5, 0.3]))
    assert one.version == same.version != other.version


def test_tiers_are_unmeasured_without_figures(tmp_path: Path) -> None:
    folder = write_head(tmp_path / "topic")
    assert Head.load(folder).tiers == {"war": "unmeasured", "peace": "unmeasured"}
    (folder / "metrics.json").write_text(json.dumps({"tiers": {"war": "A"}}))
    assert Head.load(folder).tiers == {"war": "A", "peace": "unmeasured"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": ["war"]}, "1 number|does not give"),
        ({"kind": "regression"}, "regression"),
        ({"format": 99}, "Update framing"),
        ({"encoder": None}, "lacks encoder"),
        ({"thresholds": [0.5]}, "thresholds needs 2 numbers"),
        ({"reference": 1.5}, "reference needs a number from 0 to 1"),
        ({"reference": "half"}, "reference needs a number from 0 to 1"),
    ],
)
def test_a_wrong_config_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Head.load(write_head(tmp_path / "topic", **change))


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    folder = write_head(tmp_path / "topic")
    (folder / "head.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelError, match="safetensors cannot be read"):
        Head.load(folder)


def test_an_empty_models_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no head"):
        load_heads(tmp_path)


def test_the_shipped_heads_cover_the_design() -> None:
    heads = load_heads()
    assert {"frames_generic", "frames_policy", "sentiment", "stance", "wording"} <= set(heads)
    assert heads["stance"].level == "mention"
    assert heads["stance"].labels == ("against", "neutral", "favourable")
    for head in heads.values():
        assert set(head.definitions) == set(head.labels)
        assert set(head.tiers.values()) <= {"A", "B", "C"}, "a shipped head is measured"
        assert "## Limits" in (head.folder / "README.md").read_text(encoding="utf-8")


def test_a_label_of_two_shipped_heads_is_one_decision() -> None:
    from framing.resources import shipped

    generic, policy = (Head.load(shipped("models") / name) for name in ("frames_generic", "frames_policy"))
    for label in sorted({*generic.labels} & {*policy.labels}):
        i, j = generic.labels.index(label), policy.labels.index(label)
        assert generic.thresholds[i] == policy.thresholds[j], label
        assert (generic.scale[i], generic.bias[i]) == (policy.scale[j], policy.bias[j]), label
        assert np.array_equal(generic.layers[-1][0][i], policy.layers[-1][0][j]), label
    assert {"economic", "morality"} <= {*generic.labels} & {*policy.labels}
