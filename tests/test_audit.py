"""An audit: drawn with known chances, labelled blind, never lost, and what it says."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import filelock
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from framing.audit import Audit, answer, answers, begin, change, file_of, following, load, pass_by, record, save, undo
from framing.audit_draw import draw, population
from framing.audit_figures import accuracy
from framing.audit_rows import Source
from framing.audit_samples import bring_back, earlier, every, newest, next_number, set_aside
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


def test_the_newest_answer_wins_whatever_the_order_of_the_samples(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    first = record(begin(counted(), "v1", seed=1), 0, ["calm"])
    row = first.items[0].key
    set_aside_and_save(corpus, first)
    second = begin(counted(), "v1", 1, before=newest(every(corpus, "moods"), HEAD.labels))
    assert second.items[0].labels == ("calm",) and second.items[0].when == first.items[0].when, "as old as it was"
    second = record(second, 0, ["angry"])
    other = following(second)
    assert other is not None
    second = record(second, other, [])
    set_aside_and_save(corpus, second)
    back = bring_back(corpus, "moods", "", 1)
    assert load(corpus, "moods") == back and earlier(corpus, "moods").keys() == {2}
    assert back.items[0].labels == ("angry",), "said later in the sample that is set aside now"
    assert back.items[other].labels == () and back.carried == (other,), "what was said there is not asked again"
    latest = {item.key: item.labels for item in newest(every(corpus, "moods"), HEAD.labels)}
    assert latest == {row: ("angry",), second.items[other].key: ()}
    change(corpus, "moods", "", lambda found: record(found, 0, None))
    kept = {item.key: item for item in newest(every(corpus, "moods"), HEAD.labels)}[row]
    assert kept.skipped and kept.labels is None, "a later skip is the word on it"


def set_aside_and_save(corpus: Corpus, audit: Audit) -> None:
    if found := load(corpus, audit.head):
        set_aside(corpus, found)
    save(corpus, audit)


def test_labels_stored_without_a_time_are_as_old_as_their_file(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    said = (["calm"], ["angry"], [])
    for labels in said:
        set_aside_and_save(corpus, record(begin(counted(), "v1", seed=1), 0, labels))
    path = file_of(corpus, "moods")
    for file, hour in ((path.with_name("moods.old-1.json"), 1), (path.with_name("moods.old-2.json"), 3), (path, 2)):
        body = json.loads(file.read_text())
        body["format"] = 2
        for item in body["items"]:
            del item["when"]
        file.write_text(json.dumps(body))
        os.utime(file, (3600 * hour, 3600 * hour))
    (kept,) = newest(every(corpus, "moods"), HEAD.labels)
    assert kept.labels == ("angry",) and kept.when == 3 * 3600
    change(corpus, "moods", "", lambda found: record(found, 0, ["calm"]))
    (kept,) = newest(every(corpus, "moods"), HEAD.labels)
    assert kept.labels == ("calm",), "today's answer is later than any of them"


def test_an_answer_that_nobody_saw_is_not_written_over() -> None:
    shown = begin(counted(), "v1", seed=1)
    item = shown.items[0]
    now = answer(shown, 0, item, ["calm"])
    assert answer(now, 0, item, ["calm"]) == now, "said twice, as by a double click"
    for labels in (["angry"], None):
        with pytest.raises(InputError, match="answered meanwhile"):
            answer(now, 0, item, labels)
    assert pass_by(now, 0, item) == now
    passed = pass_by(shown, 0, item)
    assert passed.items[0].skipped and not passed.items[0].answered, "no answer of a person: it hides no label"
    with pytest.raises(InputError, match="Other sentences"):
        answer(begin(counted(), "v1", seed=2), 0, item, ["calm"])


def test_sample_numbers_do_not_collide(scored_corpus: Path, tmp_path: Path) -> None:
    source = Source.of(Corpus.open(shutil.copytree(scored_corpus, tmp_path / "corpus")), "sentiment")
    assert source.audit().seed == 0
    second = source.audit(new=True)
    assert second.seed == 1 and len(earlier(source.corpus, "sentiment")) == 1
    assert source.audit(seed=1, new=True) == second, "drawn by two windows at once: one sample"
    assert len(earlier(source.corpus, "sentiment")) == 1
    bring_back(source.corpus, "sentiment", "", 1)
    assert source.audit(new=True).seed == 2, "the one after the largest, not after the one in place"
    full = [begin(counted(), "v1", seed=seed) for seed in (0, 1, 9999)]
    assert next_number(full) == 2 and next_number([]) == 0


def test_a_sheet_that_says_nothing_new_changes_nothing(tmp_path: Path) -> None:
    first = begin(counted(), "v1", seed=1)
    for place in range(len(first.items)):
        first = record(first, place, [])
    audit = begin(counted(), "v1", 2, before=first.labelled)
    path = tmp_path / "sheet.csv"
    path.write_text(sheet(audit, dict.fromkeys(audit.places, "text"), 100))
    again, taken, _ = read_sheet(audit, path)
    assert taken == len(audit.carried) > 0
    assert again == audit and not answers(again).size, "carried over is not asked: it does not count before its turn"


@pytest.fixture
def terminal(scored_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """`framing audit` on a copy of the corpus, with each answer a function that may do something meanwhile."""
    folder = shutil.copytree(scored_corpus, tmp_path / "corpus")

    def run(*said: Callable[[Corpus], str]) -> tuple[int, str]:
        left = list(said)
        prompt = lambda *_, **__: left.pop(0)(Corpus.open(folder)) if left else "q"  # noqa: E731
        monkeypatch.setattr("framing.audit_command.click.prompt", prompt)
        result = CliRunner().invoke(main, ["audit", str(folder), "--head", "sentiment"])
        assert not left
        return result.exit_code, result.output

    return run


def stored(corpus: Corpus) -> Audit:
    audit = load(corpus, "sentiment")
    assert audit is not None
    return audit


def page_says(label: str, ahead: int = 0) -> Callable[[Corpus], str]:
    """The page labels a sentence (the one asked about, or one ahead), then the terminal says 1."""

    def act(corpus: Corpus) -> str:
        place = (following(stored(corpus)) or 0) + ahead
        change(corpus, "sentiment", "", lambda found: answer(found, place, found.items[place], [label]))
        return "1"

    return act


def test_terminal_and_page_lose_no_label_of_each_other(
    terminal: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    corpus_path = tmp_path / "corpus"
    assert terminal(lambda _: "1", page_says("positive", ahead=2), lambda _: "u")[0] == 0
    audit = stored(Corpus.open(corpus_path))
    first, *_, page = (audit.items[place] for place in (0, 1, 2, 3))
    assert first.labels == (audit.labels[0],) and page.labels == ("positive",), "u takes back one's own answer"
    assert audit.given == (0, 3)
    status, said = terminal(page_says("positive"))  # both were shown the second sentence
    audit = stored(Corpus.open(corpus_path))
    assert status == 0 and "answered meanwhile" in said and audit.items[1].labels == ("positive",)


def test_terminal_asks_again_what_could_not_be_stored(terminal: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
    lock = filelock.FileLock(tmp_path / "corpus" / ".lock")

    def busy(_: Corpus) -> str:
        lock.acquire()
        return "1"

    def free(_: Corpus) -> str:
        lock.release()
        return "2"

    status, said = terminal(busy, free)
    audit = stored(Corpus.open(tmp_path / "corpus"))
    assert status == 0 and "This was not stored." in said and audit.items[0].labels == (audit.labels[1],)
    assert terminal(busy)[0] == 1, "quit with the last answer unstored: that is a failure"
    lock.release()
    assert stored(Corpus.open(tmp_path / "corpus")) == audit
