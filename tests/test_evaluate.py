"""Figures by hand: calibration, confusion, certainty, floors, other domains, and the check on the shipped models."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from framing.calibrate import calibrate
from framing.cli import main
from framing.datasets import Example, calibration_split, dse, evaluation_sets, merge, text_key, training_examples
from framing.errors import InputError, ModelError
from framing.evaluate import SETS_OF, digest
from framing.floors import failures, floor_of, new_floors
from framing.gold import gold
from framing.heads import Head
from framing.measures import Judged, Measure, Rows, certainty, measure, summary, tier
from framing.outside import gvfc, gvfc_mapping, judged_articles, narrative
from framing.reliability import calibration_error, cross_fitted, reliability
from framing.resources import shipped
from framing.scoreboard import format_measures
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
    assert found.confusion == {"war": {"war": 1, "peace": 0}, "peace": {"war": 1, "peace": 2}}
    shown = format_measures([found])
    assert "macro-F1 0.733" in shown and "reliability" in shown and "said: war  peace" in shown


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


def test_macro_f1_and_its_interval_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="needs the extra train")
    rng = np.random.default_rng(1)
    truth, said = rng.random((2, 300, 3)) < np.array([0.5, 0.2, 0.0])
    truth[:, 2], said[:5, 2] = False, True  # a label that the set does not hold takes no part in the mean
    found = summary(Judged("x", "multilabel", ("a", "b", "c"), truth, said, np.arange(300) // 2), "s", "people", "main")
    assert found.macro_f1 == pytest.approx(metrics.f1_score(truth[:, :2], said[:, :2], average="macro"))
    assert found.mcc == pytest.approx(np.mean([metrics.matthews_corrcoef(truth[:, j], said[:, j]) for j in (0, 1)]))
    assert found.interval[0] < found.macro_f1 < found.interval[1]
    assert found.confusion["c"] == {"tp": 0, "fp": int(said[:, 2].sum()), "fn": 0}
    assert found.calibration_error is None and "calibration" not in str(found.row())


def test_refitting_on_one_half_mends_the_other(tmp_path: Path) -> None:
    head = replace(
        Head.load(write_head(tmp_path / "topic")), scale=np.ones(2, np.float32), bias=np.zeros(2, np.float32)
    )
    rng = np.random.default_rng(3)
    features = rng.normal(0, 6, (3000, 3)).astype(np.float32)
    truth = rng.random((3000, 2)) < 1 / (1 + np.exp(-features[:, :2] / 3))
    half = np.arange(3000) % 2 == 0
    errors = cross_fitted(head, features, truth, half)
    assert errors is not None
    assert max(errors.halves) < 0.04 < calibration_error(head.predict(features), truth, "multilabel")
    assert errors.together < errors.mean and 0.005 < errors.by_chance < 0.04
    assert cross_fitted(head, features, truth, np.ones(3000, dtype=bool)) is None


def test_the_curve_holds_every_decision() -> None:
    p = np.array([[0.05, 0.95], [0.07, 0.35]], dtype=np.float32)
    bins = reliability(p, np.array([[0, 1], [1, 0]], dtype=bool), "multilabel")
    assert [(b.low, b.n, b.accuracy) for b in bins] == [(0.0, 2, 0.5), (0.3, 1, 0.0), (0.9, 1, 1.0)]


def test_certain_is_far_from_the_threshold() -> None:
    thresholds = np.array([0.3, 0.5], dtype=np.float32)
    p = np.array([[0.3, 0.5], [0.9, 0.0], [0.2, 0.5]], dtype=np.float32)
    assert certainty(p, "multilabel", thresholds) == pytest.approx([0.0, 0.55, 0.05])
    assert certainty(p, "multiclass", thresholds) == pytest.approx([0.5, 0.9, 0.5])


def _measure(macro: float, digest: str = "d") -> Measure:
    return Measure("tone", "set", "people", 9, macro, (0.1, 0.9), 0.5, {"a": macro}, {"a": 9}, digest=digest)


def test_a_floor_only_rises_unless_somebody_says_otherwise() -> None:
    stored = {"tone": {"sets": {"set": {"floor": 0.6, "digest": "d"}}}}
    key = ("tone", "set")
    assert floor_of(_measure(0.7)) == pytest.approx(0.69)
    assert new_floors([_measure(0.7)], stored, False)[key] == pytest.approx(0.69)
    assert new_floors([_measure(0.605)], stored, False)[key] == 0.6
    with pytest.raises(ModelError, match="--allow-regression"):
        new_floors([_measure(0.55)], stored, False)
    assert new_floors([_measure(0.55)], stored, True)[key] == pytest.approx(0.54)
    assert new_floors([_measure(0.55, "other rows")], stored, False)[key] == pytest.approx(0.54)


def test_the_check_names_what_fell_what_differs_and_what_is_gone() -> None:
    stored = {"tone": {"sets": {"set": {"floor": 0.6, "digest": "d"}, "old": {"floor": 0.5, "digest": "e"}}}}
    assert failures([_measure(0.61)], stored, whole=False) == []
    assert "below its floor 0.6" in failures([_measure(0.59)], stored, whole=False)[0]
    assert "differ" in failures([_measure(0.61, "other")], stored, whole=False)[0]
    assert "tone on old" in failures([_measure(0.61)], stored, whole=True)[0]
    assert "no floor" in failures([_measure(0.61)], {}, whole=False)[0]


def test_a_digest_hangs_on_rows_and_labels_not_on_order() -> None:
    rows = [[True, False], [False, True]]
    assert digest(("1", "2"), ("a", "b"), rows) == digest(("2", "1"), ("a", "b"), rows[::-1])
    assert digest(("1", "2"), ("a", "b"), rows) != digest(("1", "2"), ("a", "b"), rows[::-1])


def test_gvfc_frames_become_ours(tmp_path: Path) -> None:
    from framing.datasets import POLICY

    assert set(gvfc_mapping().values()) <= set(POLICY)
    found = gvfc(tiny_data(tmp_path))
    assert {frame for e in found for frame in e.frames or ()} == set(gvfc_mapping().values())


def test_articles_are_judged_on_the_half_that_chose_no_rule(tmp_path: Path) -> None:
    head = replace(
        Head.load(write_head(tmp_path / "frames")),
        labels=("human_interest", "conflict", "economic", "morality"),
        thresholds=np.full(4, 0.5, np.float32), scale=np.ones(4, np.float32), bias=np.zeros(4, np.float32),
        layers=((np.eye(4, dtype=np.float32), np.zeros(4, np.float32)),),
    )  # fmt: skip
    assert head.narrowed(["economic"]).labels == ("economic",)
    articles = narrative(tiny_data(tmp_path), lambda text: "ruined" not in text)
    assert not any("ruined" in s for one in articles.sentences for s in one)

    def vectors(texts: Sequence[str]) -> np.ndarray:
        return np.tile(np.array([[1, 1, -1, 1]], dtype=np.float32), (len(texts), 1))

    said, note = judged_articles(head, vectors, articles)
    assert said.labels == ("conflict", "economic", "morality")
    assert len(said.truth) == len(articles.ids) - articles.half.sum()
    read = [bool(articles.sentences[i]) for i in said.example]
    assert said.said[:, 0].tolist() == read and not said.said[:, 1].any()
    assert "chosen on the other" in note


def test_the_gold_set_is_whole() -> None:
    found = gold()
    assert len(found) >= 60 and len({e.text for e in found}) == len(found)
    assert all(e.text[t.start : t.end].strip() == e.text[t.start : t.end] != "" for e in found for t in e.targets)
    assert all("gold" in sets for sets in SETS_OF.values())


def test_the_shipped_models_pass_their_check() -> None:
    result = CliRunner().invoke(main, ["evaluate", "--check"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "on gold, labels by language models, n 94" in result.output


def test_a_changed_floor_fails_the_check(tmp_path: Path) -> None:
    shutil.copytree(shipped("models"), tmp_path / "models")
    path = tmp_path / "models" / "wording" / "metrics.json"
    metrics = json.loads(path.read_text())
    metrics["sets"]["gold"]["floor"] = 0.999
    path.write_text(json.dumps(metrics))
    result = CliRunner().invoke(main, ["evaluate", "--check", "--models", str(tmp_path / "models")])
    assert result.exit_code == 1
    assert "wording on gold: macro-F1" in result.output and "floor 0.999" in result.output


def test_names_are_swapped_on_the_gold_set() -> None:
    result = CliRunner().invoke(main, ["evaluate", "--name-swap", "--format", "json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)["name_swap"]
    assert {row["head"] for row in found} == set(SETS_OF)
    assert all(0 <= row["flipped"] <= row["flipped_given"] <= 1 and row["n"] for row in found)
    assert any(row["head"] == "stance" and row["replaced"] == "target" for row in found)


def test_figures_are_written_only_from_the_sets() -> None:
    result = CliRunner().invoke(main, ["evaluate", "--write"])
    assert result.exit_code == 2 and "--data" in result.output
