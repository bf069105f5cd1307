"""An audit: drawn with known chances, labelled blind, never lost, and what it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from framing.audit import answers, begin, following, load, record, save, undo
from framing.audit_draw import draw, population
from framing.audit_figures import accuracy
from framing.audit_sheet import read_sheet, sheet
from framing.cli import main
from framing.corpus import Corpus
from framing.errors import CorpusError, InputError
from framing.tally import Counted, HeadInfo, count_sentences

HEAD = HeadInfo("moods", "multilabel", "sentence", ("calm", "angry"), {"calm": 0.5, "angry": 0.5})
TONE = HeadInfo("tone", "multiclass", "sentence", ("bad", "good"))


def counted(head: HeadInfo = HEAD, n: int = 300, seed: int = 0) -> Counted:
    rng = np.random.default_rng(seed)
    p = rng.random((n, 2)).astype(np.float32) * (0.6, 1.0)
    frame = pd.DataFrame(p, columns=head.columns).assign(
        article_id=[f"a{i // 15}" for i in range(n)], index=np.arange(n) + 1, voice="own"
    )
    return count_sentences(head, frame.assign(outlet=np.where(np.arange(n) < n // 3, "A", "B")))


def test_chances_are_those_of_the_draw() -> None:
    rows = population(counted())
    times = pd.Series(0.0, index=rows.set_index(["article_id", "index"]).index)
    for seed in range(400):
        drawn = draw(rows, 60, seed)
        assert len(drawn) == 60
        times[pd.MultiIndex.from_frame(drawn[["article_id", "index"]])] += 1
        chances = drawn.set_index(["article_id", "index"])["probability"]
    seen = (times / 400).loc[chances.index]
    assert (seen - chances).abs().max() < 0.12
    assert abs((seen - chances).mean()) < 0.02
    assert draw(rows, 60, 7).equals(draw(rows, 60, 7))
    assert (draw(rows, 60, 7)["outlet"] == "A").sum() == 30  # outlets alike, whatever their size
    assert len(draw(rows.head(25), 60, 1)) == 25


def test_answers_are_taken_back_skipped_and_weighted() -> None:
    audit = begin(counted(), "v1", seed=1)
    assert following(audit) == 0
    audit = record(audit, 0, ["angry", "calm"])
    assert audit.items[0].labels == ("calm", "angry")
    audit = record(audit, 1, None)
    assert audit.items[1].skipped and following(audit) == 2
    audit = undo(undo(audit))
    assert following(audit) == 0 and not audit.labelled
    with pytest.raises(InputError, match="nothing|no answer"):
        undo(audit)
    with pytest.raises(InputError, match="furious"):
        record(audit, 0, ["furious"])
    with pytest.raises(InputError, match="exactly one"):
        record(begin(counted(TONE), "v1", 1), 0, ["bad", "good"])
    for place in range(40):
        audit = record(audit, place, [])
    told = answers(audit)
    assert told.groupby("outlet")["lift"].sum().to_dict() == pytest.approx(audit.sizes)
    with pytest.raises(InputError, match="needs 20"):
        begin(counted(n=10), "v1", 0)


def test_accuracy_is_weighted_to_the_corpus() -> None:
    part = counted()
    audit = begin(part, "v1", seed=2)
    truth = np.random.default_rng(9).random(part.x.shape) < 0.15
    key = {(row["article_id"], row["index"]): i for i, row in enumerate(part.rows.to_dict("records"))}
    right = (part.x > 0) != truth
    for place, item in enumerate(audit.items):
        mine = right[key[item.article_id, item.index]]
        audit = record(audit, place, [label for label, yes in zip(HEAD.labels, mine, strict=True) if yes])
    figures = accuracy(audit, part)
    whole = figures[(figures["figure"] == "accuracy") & (figures["label"] == "")].iloc[0]
    assert whole["low"] <= 1 - truth.mean() <= whole["high"]
    assert (whole["n"], whole["n_articles"]) == (100, 20)
    recall = figures[(figures["figure"] == "recall") & (figures["label"] == "angry")].iloc[0]
    real = (right[:, 1] & (part.x[:, 1] > 0)).sum() / right[:, 1].sum()
    assert recall["low"] <= real <= recall["high"]


def test_it_is_stored_whole_and_a_damaged_file_is_named(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    audit = record(begin(counted(), "v1", seed=1), 0, ["calm"])
    save(corpus, audit)
    assert load(corpus, "moods") == audit
    assert load(corpus, "moods", "e1") is None
    again = begin(counted(seed=0), "v2", seed=1, before=audit.items)
    assert again.items[0].labels == ("calm",) and again.version == "v2"
    path = tmp_path / "corpus" / "audit" / "moods.json"
    path.write_text(path.read_text()[:200])
    with pytest.raises(CorpusError, match="moods.json is damaged"):
        load(corpus, "moods")


def test_a_sheet_goes_out_and_comes_back(tmp_path: Path) -> None:
    audit = begin(counted(), "v1", seed=1)
    texts = {(item.article_id, item.index): f"=Sentence {item.index}" for item in audit.items}
    path = tmp_path / "sheet.csv"
    path.write_text(sheet(audit, texts, 20))
    lines = path.read_text().splitlines()
    assert len(lines) == 21 and "'=Sentence" in lines[1] and "outlet" not in lines[0]
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[0, "labels"], frame.loc[1, "labels"], frame.loc[2, "labels"] = "angry|calm", "none", "skip"
    frame.loc[3, "labels"], frame.loc[4, "id"], frame.loc[4, "labels"] = "furious", "x", "calm"
    frame.to_csv(path, index=False)
    filled, taken, rejected = read_sheet(audit, path)
    assert (taken, [item.position for item in rejected]) == (3, ["row 4", "row 5"])
    assert [filled.items[i].labels for i in range(3)] == [("calm", "angry"), (), None]
    assert filled.items[2].skipped
    again = pd.concat([frame, frame.assign(labels="calm"), frame.head(1)])
    again.to_csv(path, index=False)
    _, taken, rejected = read_sheet(audit, path)
    assert "'angry|calm'" in rejected[2].reason and rejected[2].position == "row 21"
    assert taken == 19  # each sentence once, whichever row
    with pytest.raises(InputError, match="cannot be read"):
        read_sheet(audit, tmp_path / "missing.csv")
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="no column id and labels"):
        read_sheet(audit, other)


def test_the_command_asks_stores_and_goes_on(scored_corpus: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "corpus"
    shutil.copytree(scored_corpus, folder)

    def run(*arguments: str, answers: str | None = None) -> str:
        result = CliRunner().invoke(main, ["audit", str(folder), "--head", "sentiment", *arguments], input=answers)
        assert result.exit_code == 0, result.output
        return result.output

    first = run(answers="1\nu\n2\nx\ns\n3\nq\n")
    assert "no answer here" in first and "Al Jazeera" not in first.split("Labels>")[1]
    assert "2 sentences labelled; figures begin with 10" in first
    assert "4 of 50" in run(answers="")  # end of input is a quit
    rows = json.loads(run("--report", "--format", "json"))
    assert rows[0]["figure"] == "accuracy" and rows[0]["n"] == 2
    wrong = CliRunner().invoke(main, ["audit", str(folder), "--head", "moods"])
    assert wrong.exit_code == 1 and "There are:" in wrong.output


def test_a_label_carried_over_counts_once_the_asking_has_passed_it() -> None:
    first = begin(counted(), "v1", seed=1)
    for place in range(len(first.items)):
        first = record(first, place, [])
    again = begin(counted(), "v1", 2, before=first.labelled)
    assert again.carried and not again.counting and answers(again).empty
    with pytest.raises(InputError, match="no answer to take back"):
        undo(again)
    while (place := following(again)) is not None:
        again = record(again, place, [])
        assert set(range(max(again.asked) + 1)) <= set(again.given)
        assert len(again.counting) in {max(again.asked) + 1, len(again.items)}
    assert len(answers(again)) == len(again.items)
