"""What the cards say of the heads, and the page that shows them."""

from __future__ import annotations

import json
import shutil
from html import escape
from pathlib import Path

import plotly.graph_objects as go
import pytest
from test_dashboard import address, html_of, open_app, parsed

from framing import cards, model_facts, model_tables
from framing.calibration_chart import reliability_curve, reliability_rows
from framing.registry import Card, load_cards

SHIPPED = {card.name: card for card in load_cards()}
BAD = "<script>window.hacked = 1</script> **bold** $x^2$"


def test_a_label_has_its_interval_from_the_stored_counts() -> None:
    counts = {"a": {"a": 40, "b": 10}, "b": {"a": 10, "b": 140}}
    low, high = model_facts.label_interval(counts, "a") or (0, 0)
    assert low < 0.8 < high and low > 0.68 and high < 0.89, "F1 is 2 × 40 / 100; drawn anew it lies in 0.70–0.88"
    assert model_facts.label_interval({"a": {"tp": 40, "fp": 10, "fn": 10}}, "a") == (low, high)
    assert model_facts.label_interval({"a": {"tp": 0, "fp": 0, "fn": 0}}, "a") is None
    assert model_facts.label_interval({}, "a") is None


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_figure_shown_lies_in_its_interval(name: str) -> None:
    card = SHIPPED[name]
    for row in model_facts.sets(card).values():
        for label, value in row["f1"].items():
            between = model_facts.label_interval(row["confusion"], label)
            if between and row["n_by_label"][label]:
                assert between[0] - 1e-3 <= value <= between[1] + 1e-3, (name, label)
    assert len(model_facts.overview(card)) == len(model_facts.OVERVIEW)
    assert {row[1] for row in model_facts.label_rows(card)} <= set(model_facts.TIERS)
    assert card.metrics["tiers_from"] in model_facts.SETS
    assert cards.WHAT[name].replace("`", "") == model_facts.about(card) and model_facts.sources(card)


def test_people_and_language_models_stand_apart() -> None:
    row = dict(zip(model_facts.OVERVIEW, model_facts.overview(SHIPPED["stance"]), strict=True))
    people = SHIPPED["stance"].metrics["sets"]["newsmtsc_devtest"]
    assert row["F1, people’s labels"] == model_facts.score_text(people)
    assert row["F1, texts of another kind"] == model_facts.score_text(SHIPPED["stance"].metrics["sets"]["sentfin"])
    assert (
        dict(zip(model_facts.OVERVIEW, model_facts.overview(SHIPPED["voice"]), strict=True))["F1, people’s labels"]
        == "–"
    )


def test_the_curve_is_the_stored_one() -> None:
    curves = model_facts.curves(SHIPPED["stance"])
    figure = go.Figure(reliability_curve(curves).as_dict())
    stored = SHIPPED["stance"].metrics["sets"]["newsmtsc_devtest"]["reliability"]
    line = next(trace for trace in figure.data if "NewsMTSC" in trace.name)
    assert list(line.y) == [right for _, _, _, right in stored] and len(line.error_y.array) == len(stored)
    assert sum(int(row[1].replace(",", "")) for row in reliability_rows(stored)) == 1476


def test_the_page_shows_each_model_in_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(tmp_path / "none", monkeypatch, "models")
    assert address(app, "model") == ["frames_generic"]
    app.session_state["model"] = "stance"
    app.run()
    page = html_of(app)
    assert "<h2>Stance toward actors</h2>" in page and "The sentence lets the actor appear in a bad light." in page
    assert "What it must not be used for" in page and SHIPPED["stance"].version in page
    assert escape(model_facts.away_texts(SHIPPED["stance"])[0]) in page


def test_a_model_of_ones_own_stands_beside_them(
    tmp_path: Path, scored_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, corpus = tmp_path / "heads" / "mine", shutil.copytree(scored_corpus, tmp_path / "corpus")
    shutil.copytree(Path(__file__).parents[1] / "models/wording", head)
    config = json.loads((head / "config.json").read_text())
    config |= {"name": "mine", "definitions": dict.fromkeys(config["labels"], BAD)}
    (head / "config.json").write_text(json.dumps(config))
    row = {"labelled_by": BAD, "n": 60, "macro_f1": 0.7, "interval": [0.6, 0.8], "f1": {"loaded": 0.7, "factual": 0.7}}
    figures = {
        "tiers": {"loaded": "B", "factual": "B"}, "tiers_from": "cross_validation", "tiers_labelled_by": BAD,
        "sets": {"cross_validation": row | {"n_by_label": {"loaded": 30, "factual": 30}}},
        "learning_curve": [[12, 0.5], [48, 0.7]], "more_labels": f"More labels may help. {BAD}",
    }  # fmt: skip
    (head / "metrics.json").write_text(json.dumps(figures))
    app = open_app(corpus, monkeypatch, "models")
    app.session_state["model"] = "mine"
    app.run()
    assert not app.exception
    page = parsed(html_of(app))
    assert "script" not in page.tags and f"More labels may help. {BAD}" in page.found
    assert "0.70 (0.60–0.80), n 60" in page.found and "No curve is stored" in "".join(page.found)


def test_a_card_without_figures_says_so() -> None:
    bare = Card("mine", ("a",), {"a": ""}, "1", {})
    assert model_facts.overview(bare)[1] == "1 unmeasured" and model_facts.label_rows(bare)[0][2] == "not measured"
    assert model_facts.curves(bare) == {} and model_facts.away_texts(bare) == [] and model_facts.name_rows(bare) == []


def test_the_tables_to_take_away_hold_what_the_card_says() -> None:
    for card in SHIPPED.values():
        rows = model_tables.measured(card).set_index(["set", "label"])
        for key, row in model_facts.sets(card).items():
            mean = rows.loc[(model_facts.set_name(key), model_tables.EVERY_LABEL)]
            assert (mean["f1"], mean["n"]) == (row["macro_f1"], row["n"])
            assert rows.loc[model_facts.set_name(key)].index.tolist()[1:] == list(row["f1"])
        bins = model_tables.calibration(card)
        assert ((bins["low"] <= bins["share_right"] + 1e-3) & (bins["share_right"] <= bins["high"] + 1e-3)).all()
        assert len(model_tables.swapped(card)) == len(model_facts.name_rows(card))
