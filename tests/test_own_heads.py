"""Heads of one's own: labelled tables read or rejected row by row, honest figures, the same bytes again, definitions."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from framing.cli import main
from framing.codebook import read_codebook
from framing.crossval import Data, cross_validate
from framing.errors import InputError, ModelError
from framing.heads import Head
from framing.labelled import read_labelled
from framing.logistic import fit, fitting, folds
from framing.measures import f1, mcc
from framing.registry import load_heads

PLACES = [
    "harbour",
    "mill",
    "school",
    "market",
    "bridge",
    "clinic",
    "depot",
    "theatre",
    "quarry",
    "station",
    "farm",
    "hall",
]
MONEY = "The {} lost four million crowns in the quarter as prices and wages rose."
GRIEF = "A mother wept outside the {} for the two children whom the fire had taken."
ROWS = [(MONEY.format(p), "money") for p in PLACES] + [(GRIEF.format(p), "grief") for p in PLACES]


def table(folder: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = ("text", "label")) -> Path:
    path = folder / "labelled.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


# --- reading ---------------------------------------------------------------------------------------------------------


def test_faulty_rows_are_listed_and_the_rest_is_used(tmp_path: Path) -> None:
    more = [
        ("", "money"),
        ("Rain fell on the moor.", ""),
        ("Rain fell.", "weather"),
        ("Snow fell.", "money"),
        ("snow fell", "grief"),
    ]
    found = read_labelled(table(tmp_path, [*ROWS, *more, ROWS[0]]), "h", {})
    assert (found.kind, found.labels, len(found.rows)) == ("multiclass", ("grief", "money"), 24)
    reasons = {r.position: r.reason for r in found.rejected}
    assert reasons["row 25"] == "has no text" and reasons["row 26"] == "has no label"
    assert "stands on 1 texts; 5 are needed" in reasons["row 27"]
    assert "contradicting labels, money and grief (row 28, row 29)" in reasons["row 28"] == reasons["row 29"]
    assert any("1 rows repeat" in note for note in found.notes)


def test_yes_and_no_become_one_label_and_bars_several(tmp_path: Path) -> None:
    coded = [(text, "1" if label == "money" else "0") for text, label in ROWS]
    found = read_labelled(table(tmp_path, coded), "costs", {})
    assert (found.kind, found.labels, int(found.truth.sum())) == ("multilabel", ("costs",), 12)
    barred = [(text, {"money": "money|news", "grief": ""}[label]) for text, label in ROWS]
    found = read_labelled(table(tmp_path, barred), "h", {})
    assert (found.kind, found.labels) == ("multilabel", ("money", "news"))
    assert not found.truth[12:].any()


def test_several_rows_a_text_are_several_labels(tmp_path: Path) -> None:
    found = read_labelled(table(tmp_path, [*ROWS, *((text, "town") for text, _ in ROWS[:8])]), "h", {})
    assert (found.kind, found.labels, len(found.rows)) == ("multilabel", ("grief", "money", "town"), 24)
    assert found.truth.sum() == 32


def test_lists_in_json_lines_and_targets(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    rows = [{"text": text, "label": [label], "target": text.split()[1]} for text, label in ROWS]
    rows.append({"text": "Nothing stirred.", "label": ["money"], "target": "Carrow"})
    rows.append({"text": "Carrow slept.", "label": ["money"], "target": "Carrow", "start": 1, "end": 4})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = read_labelled(path, "h", {})
    assert (found.kind, found.level, len(found.rows)) == ("multilabel", "mention", 24)
    assert found.rows[0].text[slice(*(found.rows[0].span or (0, 0)))] == "harbour"
    assert [r.reason for r in found.rejected] == [
        "its target 'Carrow' is not in its text",
        "characters 1 to 4 are 'arr', not its target 'Carrow'",
    ]


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        (ROWS[:6], ("text", "label"), "has 6 usable rows; a head needs 20 or more|too few labels"),
        ([(text, "money") for text, _ in ROWS], ("text", "label"), "too few labels .*usable: money"),
        (ROWS, ("sentence", "verdict"), "no column label; say --column label=COLUMN. Columns: sentence, verdict"),
    ],
)
def test_what_cannot_make_a_head_is_said(
    tmp_path: Path, rows: list[tuple[str, str]], header: tuple[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_labelled(table(tmp_path, rows, header), "h", {})


def test_other_encodings_and_column_names_are_read(tmp_path: Path) -> None:
    path = table(tmp_path, [(f"{text} Café.", label) for text, label in ROWS], ("satz", "code"))
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    assert "Café" in read_labelled(path, "h", {"text": "satz"}).rows[0].text


# --- learning --------------------------------------------------------------------------------------------------------


def test_folds_keep_texts_together_and_spread_labels() -> None:
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(60), 2)
    truth = np.repeat(rng.random((60, 3)) < [0.5, 0.2, 0.1], 2, axis=0)
    fold = folds(truth, group, 5, 1)
    assert all(len(set(fold[group == g])) == 1 for g in range(60))
    each = np.array([truth[fold == k].sum(axis=0) for k in range(5)])
    assert (each.max(axis=0) - each.min(axis=0) <= 2).all()


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_the_fit_is_the_penalised_optimum(kind: str) -> None:
    linear = pytest.importorskip("sklearn.linear_model", reason="needs the extra `train`")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 6))
    label = (x[:, 0] + rng.normal(size=120) > 0).astype(int)
    truth = np.stack([label == 0, label == 1], axis=1)
    with fitting():
        weights = fit(x, truth, kind, 0.1)  # type: ignore[arg-type]
    logits = x @ weights[:-1] + weights[-1]
    p = 1 / (1 + np.exp(-(logits[:, 1] - logits[:, 0] if kind == "multiclass" else logits[:, 1])))
    # Two softmax classes share the penalty between them: half of it counts for their difference.
    peer = linear.LogisticRegression(C=1 / (120 * (0.05 if kind == "multiclass" else 0.1)), tol=1e-8).fit(x, label)
    assert np.allclose(p, peer.predict_proba(x)[:, 1], atol=5e-3)


def test_figures_agree_with_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="needs the extra `train`")
    rng = np.random.default_rng(1)
    real, said = rng.integers(3, size=80), rng.integers(3, size=80)
    truth, guess = (np.eye(3, dtype=bool)[values] for values in (real, said))
    assert np.allclose(f1(truth, guess), metrics.f1_score(real, said, average=None))
    assert mcc(truth, guess, "multiclass") == pytest.approx(metrics.matthews_corrcoef(real, said))


def test_cross_validation_finds_nothing_in_noise() -> None:
    rng = np.random.default_rng(2)
    truth = np.eye(2, dtype=bool)[rng.integers(2, size=100)]
    data = Data(rng.normal(size=(100, 40)), truth, np.arange(100), "multiclass")
    with fitting():
        assert abs(mcc(truth, cross_validate(data, 0).said, "multiclass")) < 0.25


# --- the command -----------------------------------------------------------------------------------------------------


def test_a_head_from_labels_is_stored_scored_and_the_same_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framing.own_heads._repeats", lambda n: 1)
    labelled, heads = table(tmp_path, [*ROWS, ("", "money")]), tmp_path / "heads"
    result = run("train", "my-head", "--labels", labelled, "--heads", heads)
    assert result.exit_code == 3, result.output
    assert "Rejected: labelled.csv, row 25: has no text" in result.output
    assert "cross-validated on 24 rows of labelled.csv: macro-F1" in result.output
    files = {path.name: path.read_bytes() for path in (heads / "my-head").iterdir()}
    assert set(files) == {"config.json", "head.safetensors", "metrics.json", "README.md"}
    assert b"| money |  | 12 |" in files["README.md"]
    run("train", "my-head", "--labels", labelled, "--heads", heads)
    assert files == {path.name: path.read_bytes() for path in (heads / "my-head").iterdir()}
    assert "my-head  version" in run("models", "--heads", heads).output

    article = tmp_path / "a.md"
    article.write_text(
        "---\noutlet: Northern Wire\nevent: Mill\ntitle: Mill\n---\nThe mill lost nine million crowns.\n"
    )
    corpus = tmp_path / "corpus"
    for command in (["ingest", corpus, article], ["score", corpus]):
        assert run(*command).exit_code == 0
    shown = run("show", corpus, "--outlet", "Northern Wire", "--head", "my-head", "--label", "money")
    assert "1 sentence" in shown.output, shown.output


def test_a_head_from_definitions_says_that_it_is_unmeasured(tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    book.write_text(
        "money:\n  definition: Costs, prices, losses.\n  examples: [The firm lost a million.]\ngrief: People mourn.\n"
    )
    result = run("train", "mine", "--codebook", book, "--heads", tmp_path / "heads")
    assert result.exit_code == 0, result.output
    assert "unmeasured: made from definitions, no labels" in result.output
    head = Head.load(tmp_path / "heads" / "mine")
    assert set(head.tiers.values()) == {"unmeasured"}
    assert "Unmeasured" in (head.folder / "README.md").read_text(encoding="utf-8")
    from framing.scorer import Scorer

    scores = Scorer.load(own_heads=tmp_path / "heads").score_sentences([ROWS[0][0], ROWS[-1][0]])
    assert scores.sentences["mine"].argmax(axis=1).tolist() == [0, 1]


def test_clashing_names_and_other_encoders_are_refused(tmp_path: Path) -> None:
    from test_heads import write_head

    from framing.scorer import Scorer

    write_head(tmp_path / "own" / "stance")
    with pytest.raises(ModelError, match="Two heads are named stance"):
        load_heads(None, tmp_path / "own")
    write_head(tmp_path / "other" / "mine")
    with pytest.raises(ModelError, match="reads vectors of encoder abc"):
        Scorer.load(own_heads=tmp_path / "other")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Stance", "--labels", "x.csv"], "The name Stance is taken"),
        (["../x", "--labels", "x.csv"], "is no name for a head"),
        (["mine"], "Say what to learn from"),
        (["mine", "--data", "x"], "Give one or the other"),
        (["--labels", "x.csv"], "needs the name of your head"),
        ([], "Say what to train"),
        (["mine", "--labels", "x.csv"], "There is no file x.csv"),
    ],
)
def test_wrong_commands_are_answered(arguments: list[str], message: str) -> None:
    result = run("train", *arguments)
    assert result.exit_code == 1
    assert message in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("money:\n", "has no definition"),
        ("- a\n- b\n", "should map each label"),
        ("{", "no valid YAML"),
        ("", "should map"),
    ],
)
def test_faulty_codebooks_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "book.yaml").write_text(text)
    with pytest.raises(InputError, match=message):
        read_codebook(tmp_path / "book.yaml")
