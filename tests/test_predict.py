from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from corpus_fakes import FakeEncoder, article, head

from framing import predict as predicting
from framing.cli import main
from framing.corpus import Corpus
from framing.encode import Encoder
from framing.predict import Predictor, predict, predict_voice
from framing.predict_rows import Form, Row, read_rows
from framing.registry import load_cards, load_heads
from framing.schema import VOICES
from framing.score import score
from framing.scorer import Scorer

TEXT = "The ministry blamed Halden Terminals for the flood, and the union praised the ministry."


def rows(content: str | bytes, form: Form = "jsonl", mentions: bool = False) -> list[Row]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BufferedReader(io.BytesIO(raw)), form, mentions))  # type: ignore[arg-type]


def target(**fields: object) -> Row:
    """The row that a JSON line for a head that judges targets gives."""
    return rows(json.dumps({"text": TEXT, **fields}), mentions=True)[0]


def run(*arguments: str, status: int = 0, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(main, ["predict", *arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """Two heads on a fake encoder in the place of the shipped ones: `tone` and, for targets, `stance`."""
    encoder = FakeEncoder()
    encoder.max_tokens = 128  # type: ignore[attr-defined]
    heads = {"tone": head("tone", ("bad", "good")), "stance": head("stance", ("against", "favourable"), "mention")}
    monkeypatch.setattr(Encoder, "load", classmethod(lambda cls, folder=None: encoder))
    monkeypatch.setattr(predicting, "load_heads", lambda folder=None: heads)
    return encoder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture
def shared(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped encoder, started once for several tests."""
    monkeypatch.setattr(Encoder, "load", classmethod(lambda cls, folder=None: encoder))


# --- the rows --------------------------------------------------------------------------------------------------------


def test_every_line_is_a_row_and_faults_stand_in_their_place() -> None:
    found = rows(
        '\ufeff{"id": "a", "text": "It rained."}\r\n\r\n{"text": "Ice – 😀 fell."}\n{"id": 7, "te\n[1]\n{"id": 8}\n'
        '{"id": 9, "text": 5}\n{"id": 10, "text": " \u200b"}\n{"id": {}, "text": "No."}\n{"id": NaN, "text": "No."}\n'
        '{"id": 1e999, "text": "No."}\n{"id": "s", "text": "No \\ud83d."}\n{"id": 2.5, "text": "Last."}'
    )
    assert [row.id for row in found] == ["a", 2, 3, 4, 5, 8, 9, 10, 9, 10, 11, "s", 2.5]
    assert [row.text for row in found if row.fault is None] == ["It rained.", "Ice – 😀 fell.", "Last."]
    faults = [row.fault for row in found if row.fault]
    words = ("is empty", "not valid JSON", "not a JSON object", "no text", "not a string but 5", "text is empty",
             "neither text nor a number", "NaN is no number", "too large", "half of a surrogate pair")  # fmt: skip
    for fault, expected in zip(faults, words, strict=True):
        assert expected in fault


def test_json_that_python_chokes_on_is_a_row_with_an_error() -> None:
    found = rows('{"text": ' + "[" * 100_000 + '\n{"id": ' + "9" * 5000 + ', "text": "a"}\n{"text": "It rained."}\n')
    assert [bool(row.fault) for row in found] == [True, True, False]


@pytest.mark.parametrize(("form", "separator"), [("csv", ","), ("csv", ";"), ("tsv", "\t")])
def test_a_table_gives_a_row_for_each_record(form: Form, separator: str) -> None:
    table = [("ID", "Text", "target", "start", "end"), ("x", f'"{TEXT}"', "ministry", "", ""), ("", "", "", "", ""),
             ("", f'"{TEXT}"', "", "4", "12.0"), ("y", "", "ministry", "", "")]  # fmt: skip
    content = "\ufeff" + "\r\n".join(separator.join(record) for record in table) + "\r\nz" + separator * 7 + "\r\n"
    found = rows(content, form, mentions=True)
    assert [row.id for row in found] == ["x", 2, 3, "y", 5]
    assert found[0].span == found[2].span == (4, 12)
    assert [row.fault and row.fault.split(" (")[0].split(";")[0] for row in found] == [
        None, "the row is empty", None, "there is no text", "the row has 8 fields where the header has 5",
    ]  # fmt: skip


def test_a_target_is_found_as_whole_words() -> None:
    assert target(target="ministry").span == (4, 12)
    assert target(target="HALDEN  terminals").span == (20, 36)
    assert rows('{"text": "Irans army, said Iran\u2019s foe.", "target": "Iran\'s"}', mentions=True)[0].span == (17, 23)
    assert rows('{"text": "The sun set on The Sun.", "target": "The Sun"}', mentions=True)[0].span == (15, 22)
    assert target(target="minist").fault == 'the target "minist" does not occur in the text'
    for nothing in ({}, {"target": None}, {"target": " "}):
        assert "there is no target" in str(target(**nothing).fault)
    assert "not a string" in str(target(target=["ministry"]).fault)


def test_a_target_stands_where_start_and_end_say() -> None:
    second = TEXT.rindex("ministry")
    assert target(target="Ministry", start=second, end=second + 8).span == (second, second + 8)
    assert target(start=str(second), end=float(second + 8)).span == (second, second + 8)
    assert 'stands "minist", not the target "ministry"' in str(target(target="ministry", start=4, end=10).fault)
    for start, end in ((-1, 4), (4, 4), (9, 4), (0, len(TEXT) + 1)):
        assert "lie outside the text" in str(target(start=start, end=end).fault)
    assert "nothing but spaces" in str(target(start=3, end=4).fault)
    assert "start without an end" in str(target(start=3).fault)
    assert "end without a start" in str(target(end=3).fault)
    for strange in (True, "four", 1.5, [4], "1_0"):
        assert "not a whole number" in str(target(start=strange, end=12).fault)


def test_a_book_is_no_sentence() -> None:
    assert "20,001 characters, over 20,000" in str(rows(json.dumps({"text": "a" * 20_001}))[0].fault)
    assert rows(json.dumps({"text": "a" * 20_000}))[0].fault is None


def test_heads_that_judge_sentences_pass_over_targets() -> None:
    (row,) = rows(json.dumps({"text": TEXT, "target": "nobody", "start": 900}))
    assert (row.fault, row.span) == (None, None)


# --- the scores ------------------------------------------------------------------------------------------------------


def test_predictions_are_what_score_stores(tmp_path: Path, shared: None) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add(
        [article(1), article(2, text="Armenia told Reuters that Turkey lied. A child was hurt, and nobody paid.")]
    )
    score(corpus, scorer=Scorer.load())
    sentences, mentions = corpus.sentences(), corpus.mentions()
    assert len(sentences) == 9 and len(mentions) > 5
    for name in ("frames_policy", "sentiment"):
        predictor = Predictor.load(name)
        asked = [Row(number, text) for number, text in enumerate(sentences["text"])]
        found = [p for chunk in predict(asked, predictor) for p in chunk]
        columns = [f"{name}.{label}" for label in predictor.labels]
        mine = np.array([list(p.probabilities.values()) for p in found])
        assert np.allclose(mine, sentences[columns], atol=2e-6), name
        stored = predictor.decide(sentences[columns].to_numpy())
        assert [p.chosen for p in found] == [tuple(np.array(predictor.labels)[row]) for row in stored]
    predictor = Predictor.load("stance")
    texts = corpus.sentences().set_index(["article_id", "index"])["text"]
    keys = mentions[["article_id", "index", "start", "end"]].itertuples(index=False)
    asked = [Row(0, texts[article, index], (start, end)) for article, index, start, end in keys]
    found = [p for chunk in predict(asked, predictor) for p in chunk]
    mine = np.array([list(p.probabilities.values()) for p in found])
    assert np.allclose(mine, mentions[[f"stance.{label}" for label in predictor.labels]], atol=2e-6)


def test_voice_is_decided_by_rules_and_head_and_by_the_rules_alone_without_one() -> None:
    texts = ["It rained.", "“We won,” said Ines Halvorsen."]
    scorer = Scorer.load()
    assert next(card.labels for card in load_cards() if card.name == "voice") == VOICES
    joined = predict_voice(scorer, texts).probabilities
    assert joined.argmax(1).tolist() == [0, 1] and joined.sum(1) == pytest.approx(1.0) and joined.max() < 1
    rules = predict_voice(replace(scorer, voice=None), texts).probabilities
    assert rules.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]
    assert predict_voice(scorer, []).probabilities.shape == (0, 4)


def test_outlets_names_are_masked(fakes: FakeEncoder) -> None:
    text = "A spokesman told Al Jazeera that Armenia lied."
    run("-", "--head", "stance", stdin=json.dumps({"text": text, "target": "Armenia"}))
    assert fakes.texts == ["A spokesman told the outlet that Armenia lied."]
    assert fakes.surfaces == ["Armenia"]


def test_a_target_beyond_the_encoders_reach_is_read_with_the_words_around_it(tmp_path: Path, shared: None) -> None:
    long = "The ministry said so " + "and said so again " * 60 + "to Estrava."
    (tmp_path / "long.jsonl").write_text(
        "".join(json.dumps({"text": long, "target": t}) + "\n" for t in ("ministry", "Estrava"))
    )
    near, far = lines(result := run(str(tmp_path / "long.jsonl"), "--head", "stance"))
    assert near["label"] in near["probabilities"]
    around = {"text": "said so " + "and said so again " * 8 + "to Estrava.", "target": "Estrava"}
    (alone,) = lines(run("-", "--head", "stance", stdin=json.dumps(around)))
    assert far["probabilities"] == pytest.approx(alone["probabilities"], abs=0.05)
    assert (
        "2 texts longer than 128 tokens: only the beginning was read, and the words around a target further back."
        in result.stderr
    )


def test_memory_stays_flat(fakes: FakeEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are taken as they are needed, a chunk at a time, also where texts are long."""
    monkeypatch.setattr(predicting, "CHUNK_ROWS", 4)
    monkeypatch.setattr(predicting, "CHUNK_CHARACTERS", 100)
    taken = []

    def endless() -> Any:
        for number in range(1_000_000):
            taken.append(number)
            yield Row(number, "x" * (60 if number > 7 else 1)) if number % 3 else Row(number, fault="is bad")

    chunks = predict(endless(), Predictor.load("tone"))
    sizes = [len(next(chunks)) for _ in range(4)]
    assert sizes == [4, 4, 3, 3] and len(taken) == 14


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_form_of_a_line_is_exactly_as_promised(fakes: FakeEncoder, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(
        '{"id": "é", "text": "It rained."}\n\n{"id": 7, "text": "It rained.", "more": 1}\n'
    )
    result = run(str(tmp_path / "in.jsonl"), "--head", "tone", status=3)
    first, second, third = lines(result)
    assert [*first] == ["id", "head", "label", "probabilities"]
    assert first["head"] == "tone" and [*first["probabilities"]] == ["bad", "good"]
    assert first["label"] == max(first["probabilities"], key=first["probabilities"].get)
    assert sum(first["probabilities"].values()) == pytest.approx(1, abs=2e-6)
    assert second == {"id": 2, "head": "tone", "error": "the line is empty"}
    assert third == {**first, "id": 7}
    assert '"é"' in result.stdout, "written as it was, not as an escape"
    assert "1 of 3 rows could not be scored" in result.stderr


def test_every_head_is_had_by_its_name(shared: None) -> None:
    cards = load_cards()
    assert {card.name for card in cards} >= {*load_heads(), "voice"}
    for card in cards:
        line = json.dumps({"text": TEXT, "target": "Halden Terminals"})
        (found,) = lines(run("-", "--head", card.name, stdin=line))
        assert found["head"] == card.name and [*found["probabilities"]] == list(card.labels)
        said = found.get("labels", [found.get("label")])
        assert ("labels" in found) == card.name.startswith("frames_") and set(said) <= set(card.labels)
        assert said == [label for label in card.labels if label in said]


def test_a_multi_label_head_may_find_nothing(shared: None) -> None:
    (found,) = lines(run("-", "--head", "frames_policy", stdin='{"text": "He is a man."}'))
    assert found["labels"] == []


def test_the_readme_shows_what_is_written(shared: None) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    asked = re.search(r"echo '(\{.*\})' > one.jsonl\n\$ cat one.jsonl \| framing predict (.*)\n(\{.*\})\n", readme)
    assert asked
    (found,), shown = lines(run(*asked[2].split(), stdin=asked[1])), json.loads(asked[3])
    assert [*found] == [*shown] and found["label"] == shown["label"]
    assert found["probabilities"] == pytest.approx(shown["probabilities"], abs=0.05)


def test_csv_comes_out_harmless(fakes: FakeEncoder, tmp_path: Path) -> None:
    ids = ["=1+1", "+cmd", "@x", "-5", "-x", "plain", ""]
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "text"), *((name, "It rained.") for name in ids), ("bad", "")])
    output = tmp_path / "out.csv"
    run(str(tmp_path / "in.csv"), "--head", "tone", "--format", "csv", "--output", str(output), status=3)
    found = list(csv.DictReader(output.open(encoding="utf-8", newline="")))
    assert [*found[0]] == ["id", "head", "label", "tone.bad", "tone.good", "error"]
    assert [row["id"] for row in found] == ["'=1+1", "'+cmd", "'@x", "-5", "'-x", "plain", "7", "bad"]
    assert float(found[0]["tone.bad"]) + float(found[0]["tone.good"]) == pytest.approx(1, abs=2e-6)
    assert found[-1] == {**dict.fromkeys(found[0], ""), "id": "bad", "head": "tone", "error": "there is no text"}


def test_standard_input_is_json_lines_or_a_sentence_a_line(fakes: FakeEncoder) -> None:
    assert [p["id"] for p in lines(run("-", "--head", "tone", stdin='{"id": 4, "text": "It rained."}\n'))] == [4]
    plain = lines(run("-", "--head", "tone", stdin='It rained.\n{"text": "It rained."}\n\nIt rained.', status=3))
    assert [p.get("error", "")[:30] for p in plain] == ["", "the line looks like JSON among", "the line is empty", ""]
    assert "Say --from csv" in run("-", "--head", "tone", stdin='"id","text"\n1,It rained.\n', status=1).stderr
    assert "JSON array" in run("-", "--head", "tone", stdin='[{"id": 1}]', status=1).stderr
    table = run("-", "--head", "tone", "--from", "csv", stdin="id,text\n1,It rained.\n")
    assert [p["id"] for p in lines(table)] == ["1"]


def test_what_cannot_be_read_fails_as_a_whole_and_overwrites_nothing(fakes: FakeEncoder, tmp_path: Path) -> None:
    (tmp_path / "kept.jsonl").write_text("kept")
    for name, content, message in (
        ("wide.jsonl", '{"text": "It rained."}'.encode("utf-16"), "is UTF-16; save the file as UTF-8"),
        ("wide.csv", "id,text\n1,It rained.".encode("utf-16-le"), "is UTF-16"),
        ("empty.jsonl", b"", "is empty"),
        ("zip.jsonl", b"PK\x03\x04", "is a zip archive"),
        ("no.csv", b"id,sentence\n1,It rained.\n", 'needs one column named "text"; it has: id, sentence'),
        ("data.json", b"[]", "Say which with --from"),
    ):
        (tmp_path / name).write_bytes(content)
        result = run(str(tmp_path / name), "--head", "tone", "--output", str(tmp_path / "kept.jsonl"), status=1)
        assert message in result.stderr and name in result.stderr and not result.stdout
    result = run(str(tmp_path / "no.csv"), "--head", "bias", status=1)
    assert "There is no head 'bias'. There are: stance, tone, voice." in result.stderr
    assert "cannot be read: No such file" in run(str(tmp_path / "missing.jsonl"), "--head", "tone", status=1).stderr
    assert (tmp_path / "kept.jsonl").read_text() == "kept"


def test_a_line_that_is_not_utf8_is_an_error_in_its_place(fakes: FakeEncoder, tmp_path: Path) -> None:
    (tmp_path / "mixed.jsonl").write_bytes(b'{"text": "It rained."}\n{"text": "caf\xe9"}\n{"text": "It rained."}\n')
    found = lines(run(str(tmp_path / "mixed.jsonl"), "--head", "tone", status=3))
    assert [p.get("error") for p in found] == [None, "the line is not UTF-8; save the file as UTF-8", None]


def test_the_output_is_never_the_input_and_needs_a_folder(fakes: FakeEncoder, tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"text": "It rained."}\n')
    assert "is the input itself" in run(str(file), "--head", "tone", "--output", str(file), status=1).stderr
    assert file.read_text() == '{"text": "It rained."}\n'
    nowhere = str(tmp_path / "none" / "out.jsonl")
    assert "cannot be written" in run(str(file), "--head", "tone", "--output", nowhere, status=1).stderr


def test_own_heads_are_found_and_must_fit_the_encoder(
    fakes: FakeEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"tone": head("tone", ("no", "yes")), "old": replace(head("old", ("a", "b")), encoder="another")}
    shipped = predicting.load_heads()
    monkeypatch.setattr(predicting, "load_heads", lambda *folders: shipped | (own if tmp_path in folders else {}))
    (found,) = lines(run("-", "--head", "tone", "--heads", str(tmp_path), stdin="It rained."))
    assert [*found["probabilities"]] == ["no", "yes"]
    result = run("-", "--head", "old", "--heads", str(tmp_path), stdin="It rained.", status=1)
    assert "Head old reads vectors of encoder another" in result.stderr


def test_a_pipe_in_and_out(tmp_path: Path) -> None:
    """As a shell runs it: standard input that cannot be sought, standard output in UTF-8 whatever the locale."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "framing", "predict", "-", "--head", "voice"]
    sentence = '{"id": "ñ", "text": "“We won,” said Ines Halvorsen."}\n'.encode()
    done = subprocess.run(
        command, input=sentence, capture_output=True, env=environment, cwd=Path(__file__).parents[1], check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "ñ" and json.loads(done.stdout)["label"] == "quoted"
    assert done.stderr == b"", "no progress bar where nobody looks"
