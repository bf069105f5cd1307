"""Figures by hand: calibration error, bootstrap by sentence, thresholds and calibration on made rows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from framing.calibrate import calibrate
from framing.datasets import Example, calibration_split, dse, evaluation_sets, merge, text_key, training_examples
from framing.errors import InputError
from framing.evaluate import Rows, calibration_error, format_measures, measure, tier
from framing.heads import Head
from tests.test_heads import write_head
from tests.tiny import tiny_data


def test_calibration_error_by_hand() -> None:
    p = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.2, 0.8]], dtype=np.float32)
    truth = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=bool)
    # bin 0.9: right half the time, off by 0.4; bin 0.8: always right, off by 0.2; each holds half of the rows
    assert calibration_error(p, truth, "multiclass") == pytest.approx(0.5 * 0.4 + 0.5 * 0.2, abs=1e-6)


def test_calibration_mends_a_head_that_is_too_sure(tmp_path: Path) -> None:
    head = replace(
        Head.load(write_head(tmp_path / "topic")), scale=np.ones(2, np.float32), bias=np.zeros(2, np.float32)
    )
    rng = np.random.default_rng(3)
    features = rng.normal(0, 6, (4000, 3)).astype(np.float32)
    truth = rng.random((4000, 2)) < 1 / (1 + np.exp(-features[:, :2] / 3))  # three times less sure than the head says
    fitted = calibrate(head, features, truth)
    assert fitted.scale == pytest.approx([1 / 3, 1 / 3], abs=0.05)
    before, after = (calibration_error(h.predict(features), truth, "multilabel") for h in (head, fitted))
    assert after < 0.03 < before


def test_measure_counts_per_label_and_says_who_labelled(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="needs the extra train")
    head = replace(
        Head.load(write_head(tmp_path / "topic", kind="multiclass")),
        scale=np.ones(2, np.float32),
        bias=np.zeros(2, np.float32),
    )
    features = np.array([[3, 0, 0], [3, 0, 0], [0, 3, 0], [0, 3, 0]], dtype=np.float32)
    truth = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=bool)
    found = measure(head, Rows(features, truth, np.arange(4)), "newssd_eng_test")
    assert found.labelled_by == "people"
    assert found.f1 == pytest.approx({"war": 2 / 3, "peace": 0.8})
    assert found.support == {"war": 1, "peace": 3}
    assert "macro-F1 0.733" in format_measures([found])


def test_tiers_follow_the_published_bounds() -> None:
    assert [tier(v) for v in (0.75, 0.749, 0.6, 0.59)] == ["A", "B", "B", "C"]


def test_no_training_text_stands_in_an_evaluation_set(tmp_path: Path) -> None:
    root = tiny_data(tmp_path)
    held_out = {text_key(e.text) for examples in evaluation_sets(root).values() for e in examples}
    trained = training_examples(root)
    assert not held_out & {text_key(e.text) for e in trained}
    assert len({text_key(e.text) for e in trained}) == len(trained)
    fit, calibration = calibration_split(trained)
    assert len(fit) + len(calibration) == len(trained)
    assert calibration_split(list(reversed(trained)))[1] == list(reversed(calibration)), (
        "the split does not hang on order"
    )


def test_labels_of_one_sentence_in_two_sets_are_merged() -> None:
    merged = merge(Example("A b.", frames=("economic",), origin="x"), Example("A b.", sentiment="negative", origin="y"))
    assert (merged.frames, merged.sentiment, merged.origin) == (("economic",), "negative", "x+y")


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="frames_annotated/dev.jsonl"):
        evaluation_sets(tmp_path)


def test_noisy_spans_are_drawn_out_to_the_end_of_their_word(tmp_path: Path) -> None:
    (tmp_path / "dse").mkdir()
    row = {
        "id": "1",
        "text": "Carrow says Estravans lied.",
        "text_marked": "[Carrow] says [Estrava]ns lied.",
        "label_name": "negative p->q",
        "toward_p": "neutral",
        "toward_q": "negative",
    }
    (tmp_path / "dse" / "train.jsonl").write_text(json.dumps(row) + "\n" + json.dumps(row | {"label_name": "neutral"}))
    (example,) = dse(tmp_path, "train")
    assert [(example.text[t.start : t.end], t.label, t.weight) for t in example.targets] == [
        ("Carrow", "neutral", 0.5),
        ("Estravans", "against", 0.5),
    ]
