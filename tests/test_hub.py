"""Other people's models as heads: tiny ones made here, read from a folder; the hub itself is not reachable."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from tiny import tiny_base

from framing import hub
from framing.add_head import Wish, add_head, label_pairs
from framing.cli import main
from framing.compare import compare, format_comparison
from framing.corpus import Corpus
from framing.errors import InputError, ModelError, OptionalDependencyError
from framing.registry import card_of, load_heads
from framing.schema import Article
from framing.score import score
from framing.scorer import Scorer
from framing.text_heads import TextHead

pytest.importorskip("transformers", reason="needs the extra `train`")
pytestmark = pytest.mark.train

ROOT = Path(__file__).parents[1]
COMMIT = "522e043e7417464fbfecc2ca9c84895b62c931ab"
TEXTS = [
    "The army ruined a home.",
    f"Carrow praised the truce, said the minister, {'and the mother saved a school by the river bank, ' * 5}home.",
    "The court blamed Estrava.",
]
LIMIT = 64


def model(folder: Path, labels: tuple[str, ...], seed: int = 0, pairs: bool = False) -> Path:
    """A two-layer BERT classifier with random weights, large enough that texts differ, which reads LIMIT tokens."""
    import torch
    from tokenizers import Tokenizer, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    raw = Tokenizer.from_file(str(tiny_base(folder) / "tokenizer.json"))
    raw.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    fast.save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=raw.get_vocab_size(), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=LIMIT, initializer_range=0.6, id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model(tmp_path_factory.mktemp("models") / "tone", ("LABEL_0", "LABEL_1", "LABEL_2"))


@pytest.fixture(scope="module")
def inference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model(tmp_path_factory.mktemp("models") / "nli", ("contradiction", "neutral", "entailment"), seed=1)


def write(heads: Path, name: str, source: dict[str, Any], **changes: Any) -> Path:
    """A head folder written by hand."""
    labels = changes.get("labels", ["bad", "good"])
    config = {
        "format": 1, "name": name, "kind": "multiclass", "level": "sentence", "labels": labels,
        "definitions": dict.fromkeys(labels, ""), "source": source,
    }  # fmt: skip
    (heads / name).mkdir(parents=True)
    (heads / name / "config.json").write_text(json.dumps(config | changes))
    return heads / name


THREE = {"LABEL_0": "bad", "LABEL_1": "good", "LABEL_2": "good"}


def logits_of(folder: Path, texts: list[str], seconds: list[str] | None = None) -> np.ndarray:
    """What transformers itself gives, one text at a time, cut at the end."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    network = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    pairs = zip(texts, seconds, strict=True) if seconds else ((text,) for text in texts)
    with torch.no_grad():
        rows = [network(**tokenizer(*p, return_tensors="pt", truncation=True, max_length=LIMIT)).logits for p in pairs]
    return torch.cat(rows).numpy()


def softmax(values: np.ndarray) -> np.ndarray:
    e = np.exp(values - values.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def test_a_classifier_says_what_transformers_says_in_order_whatever_the_batch(tmp_path: Path, tone: Path) -> None:
    head = TextHead.load(write(tmp_path, "mine", {"model": str(tone), "labels": THREE}))
    expected = softmax(logits_of(tone, TEXTS))
    said = head.predict_texts(TEXTS)
    assert np.allclose(said.p, np.stack([expected[:, 0], expected[:, 1:].sum(axis=1)], axis=1), atol=1e-4)
    assert np.ptp(said.p[:, 0]) > 0.05, "the tiny model tells texts apart"
    assert said.cut.tolist() == [False, True, False]
    for i, text in enumerate(TEXTS):
        assert np.allclose(head.predict_texts([text]).p[0], said.p[i], atol=1e-4)
    assert head.predict_texts([]).p.shape == (0, 2)


def test_several_labels_at_once_are_sigmoids(tmp_path: Path, tone: Path) -> None:
    source = {"model": str(tone), "labels": {"LABEL_0": "bad", "LABEL_2": "good"}}
    head = TextHead.load(write(tmp_path, "mine", source, kind="multilabel"))
    assert np.allclose(head.predict_texts(TEXTS).p, 1 / (1 + np.exp(-logits_of(tone, TEXTS)[:, [0, 2]])), atol=1e-4)


def test_a_mention_is_read_as_a_pair_with_its_target_kept_in_sight(tmp_path: Path, tone: Path) -> None:
    source = {"model": str(tone), "labels": THREE, "pair": "target"}
    head = TextHead.load(write(tmp_path, "mine", source, level="mention"))
    short = "The court blamed Estrava."
    long = f"{'the army the court the law ' * 12}praised Carrow, said the minister."
    at = (long.index("Carrow"), long.index("Carrow") + len("Carrow"))
    said = head.predict_texts([short, short, long, long], [(17, 24), (4, 9), at, (0, len(long))])
    assert np.allclose(said.p[0, 0], softmax(logits_of(tone, [short], ["Estrava"]))[0, 0], atol=1e-4)
    assert not np.allclose(said.p[0], said.p[1], atol=1e-3), "another target, another score"
    assert said.cut.tolist() == [False, False, True, True]
    assert not np.isnan(said.p[2]).any() and np.isnan(said.p[3]).all(), "a target longer than the model reads is not"
    tail = long[at[0] - 60 :]
    near = head.predict_texts([tail], [(60, 66)])
    assert not near.cut[0] or np.allclose(said.p[2], near.p[0], atol=1e-3), "what stands far before it is left out"
    assert np.isnan(head.predict_texts([short], [(3, 4)]).p).all(), "no word stands there"


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_inference_scores_labels_as_the_zero_shot_pipeline_does(tmp_path: Path, inference: Path, kind: str) -> None:
    source = {"model": str(inference), "task": "nli", "labels": {"the army": "war", "a school": "home"}}
    head = TextHead.load(write(tmp_path, "mine", source, labels=["war", "home"], kind=kind))
    from transformers import pipeline

    there = pipeline("zero-shot-classification", model=str(inference), tokenizer=str(inference), device="cpu")
    for text, row in zip(TEXTS[::2], head.predict_texts(TEXTS[::2]).p, strict=True):
        found = there(text, ["the army", "a school"], hypothesis_template=hub.HYPOTHESIS.replace("{label}", "{}"),
                      multi_label=kind == "multilabel")  # fmt: skip
        expected = dict(zip(found["labels"], found["scores"], strict=True))
        assert np.allclose(row, [expected["the army"], expected["a school"]], atol=1e-4)


def test_inference_toward_a_target_names_it_in_the_hypothesis(tmp_path: Path, inference: Path) -> None:
    source = {
        "model": str(inference), "task": "nli", "pair": "target", "labels": {"blamed": "bad", "praised": "good"},
        "hypothesis": "The minister {label} {target}.",
    }  # fmt: skip
    head = TextHead.load(write(tmp_path, "mine", source, level="mention"))
    hypotheses = [f"The minister {word} Estrava." for word in ("blamed", "praised")]
    expected = softmax(logits_of(inference, [TEXTS[2]] * 2, hypotheses)[:, 2])
    assert np.allclose(head.predict_texts([TEXTS[2]], [(17, 24)]).p[0], expected, atol=1e-4)


def test_a_model_that_does_not_name_entailment_is_refused(tmp_path: Path, tone: Path) -> None:
    head = TextHead.load(write(tmp_path, "mine", {"model": str(tone), "task": "nli"}))
    with pytest.raises(ModelError, match="does not tell which is entailment"):
        head.predict_texts(TEXTS)


def test_the_limit_minds_positions_behind_the_padding(tmp_path: Path, tone: Path) -> None:
    from transformers import RobertaConfig, RobertaForSequenceClassification

    shutil.copytree(tone, tmp_path / "roberta")
    config = RobertaConfig(
        vocab_size=200, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
        max_position_embeddings=20, pad_token_id=1, id2label={0: "bad", 1: "good"}, label2id={"bad": 0, "good": 1},
    )  # fmt: skip
    RobertaForSequenceClassification(config).save_pretrained(tmp_path / "roberta")
    head = TextHead.load(write(tmp_path / "heads", "mine", {"model": str(tmp_path / "roberta")}))
    said = head.predict_texts([TEXTS[1]])
    assert head.reader.classifier.limit == 18
    assert said.cut.all() and not np.isnan(said.p).any()


# --- what is refused ---------------------------------------------------------------------------------------------------


def settings(folder: Path, name: str = "config.json", **changes: Any) -> None:
    file = folder / name
    content = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps({**content, **changes}))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"), "pytorch_model.bin, which can run code"),
        (lambda f: (f / "model.safetensors").unlink(), "no weights as safetensors"),
        (lambda f: settings(f, auto_map={"AutoModel": "x.Y"}), "brings code of its own"),
        (lambda f: settings(f, "tokenizer_config.json", auto_map={"AutoTokenizer": "x.Y"}), "brings code of its own"),
        (lambda f: settings(f, "adapter_config.json"), "is an adapter"),
        (lambda f: settings(f, architectures=["BertModel"]), "no sequence classification model"),
        (lambda f: (f / "config.json").write_text("{"), "config.json cannot be read"),
        (lambda f: (f / "model.safetensors").write_bytes(b"not weights"), "cannot be loaded"),
        (lambda f: settings(f, id2label={"0": "x", "1": "y", "2": "z"}), "has no label 'LABEL_0'.*It has: x, y, z"),
    ],
)  # fmt: skip
def test_what_is_not_safe_or_does_not_fit_is_refused(tmp_path: Path, tone: Path, damage: Any, message: str) -> None:
    shutil.copytree(tone, tmp_path / "model")
    damage(tmp_path / "model")
    source = {"model": "../../model", "labels": THREE, "digest": None}
    with pytest.raises(ModelError, match=message):
        TextHead.load(write(tmp_path / "heads", "mine", source)).predict_texts(TEXTS)


def test_weights_without_a_classifier_are_refused(tmp_path: Path, tone: Path) -> None:
    from safetensors.numpy import load_file, save_file

    shutil.copytree(tone, tmp_path / "model")
    weights = load_file(tone / "model.safetensors")
    save_file({k: v for k, v in weights.items() if not k.startswith("classifier")}, tmp_path / "model/model.safetensors",
              metadata={"format": "pt"})  # fmt: skip
    with pytest.raises(ModelError, match="lacks weights of a classifier"):
        TextHead.load(write(tmp_path / "heads", "m", {"model": "../../model", "labels": THREE})).predict_texts(TEXTS)


@pytest.mark.parametrize(
    ("source", "changes", "message"),
    [
        ({}, {}, 'needs an entry "model"'),
        ({"model": "a/b", "revision": "main"}, {}, "hash of a commit, 40 hexadecimal digits .'main' is none"),
        ({"model": "nowhere"}, {}, "no model folder 'nowhere'"),
        ({"model": "a/b", "revision": COMMIT, "task": "regression"}, {}, "source.task is 'regression'"),
        ({"model": "a/b", "revision": COMMIT, "labels": {"x": "bad"}}, {}, "exactly the labels bad, good"),
        ({"model": "a/b", "revision": COMMIT, "trust": True}, {}, "unknown entry 'trust'"),
        ({"model": "a/b", "revision": COMMIT, "max_tokens": "9"}, {}, "max_tokens is of the wrong type"),
        ({"model": "a/b", "revision": COMMIT, "task": "nli", "hypothesis": "So."}, {}, "hypothesis needs {label}"),
        ({"model": "a/b", "revision": COMMIT}, {"level": "mention"}, "does not go with source.pair 'text'"),
    ],
)
def test_a_wrong_source_is_named(tmp_path: Path, source: Any, changes: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        TextHead.load(write(tmp_path, "mine", source, **changes))


# --- the hub -----------------------------------------------------------------------------------------------------------


def test_a_hub_model_is_pinned_downloads_no_pickle_and_scores_offline(
    tmp_path: Path, tone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []
    (tone / "README.md").write_text("---\nlicense: mit\n---\n# Tone\n")

    def snapshot(model: str, **options: Any) -> str:
        calls.append({"model": model, **options})
        return str(tone)

    monkeypatch.setattr("huggingface_hub.snapshot_download", snapshot)
    head = add_head(Wish("tone2", "some/tone", COMMIT, labels=THREE), tmp_path)
    assert {(call["model"], call["revision"]) for call in calls} == {("some/tone", COMMIT)}
    assert [call["local_files_only"] for call in calls] == [False, False, True], "weights after settings, then offline"
    assert "*.safetensors" not in calls[0]["allow_patterns"]
    patterns = {pattern for call in calls for pattern in call["allow_patterns"]}
    assert not patterns & {"*", "*.bin", "*.py", "*.pt", "*.pkl"}
    assert all(call["ignore_patterns"] == ["*/*"] for call in calls)
    assert "as its card states: mit" in (head.folder / "README.md").read_text()
    calls.clear()
    again = TextHead.load(head.folder)
    assert again.version == head.version == card_of(head.folder).version
    assert not calls, "a version needs no model"


def test_a_hub_model_that_is_not_here_says_how_to_fetch_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    head = TextHead.load(write(tmp_path, "mine", {"model": "some/tone", "revision": COMMIT}))
    with pytest.raises(ModelError, match=f"scoring downloads nothing.*--model some/tone --revision {COMMIT}"):
        head.predict_texts(TEXTS)


def test_no_connection_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="could not be fetched from the hub.*Check the name, the revision"):
        add_head(Wish("tone2", "some/tone", COMMIT, labels=THREE), tmp_path / "heads")
    assert not (tmp_path / "heads").exists()


def test_without_the_extra_the_line_to_install_is_said(
    tmp_path: Path, tone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = TextHead.load(write(tmp_path, "mine", {"model": str(tone), "labels": THREE}))
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(OptionalDependencyError, match=r'pip install "framing\[train\]"'):
        head.predict_texts(TEXTS)


# --- adding a head -----------------------------------------------------------------------------------------------------


def test_adding_pins_the_files_and_a_change_is_refused(tmp_path: Path, tone: Path) -> None:
    shutil.copytree(tone, tmp_path / "model")
    wish = Wish("mine", str(tmp_path / "model"), labels=THREE)
    head = add_head(wish, tmp_path / "heads")
    assert "Unmeasured" in (head.folder / "README.md").read_text()
    assert set(head.tiers.values()) == {"unmeasured"}
    model(tmp_path / "model", ("LABEL_0", "LABEL_1", "LABEL_2"), seed=5)
    with pytest.raises(ModelError, match="have changed since the head 'mine' was added"):
        TextHead.load(head.folder).predict_texts(TEXTS)
    shutil.rmtree(head.folder)
    assert add_head(wish, tmp_path / "heads").version != head.version


def test_the_version_of_an_unpinned_head_follows_the_weights(tmp_path: Path, tone: Path) -> None:
    shutil.copytree(tone, tmp_path / "model")
    folder = write(tmp_path / "heads", "mine", {"model": "../../model", "labels": THREE})
    before = TextHead.load(folder).version
    assert TextHead.load(folder).version == before
    model(tmp_path / "model", ("LABEL_0", "LABEL_1", "LABEL_2"), seed=6)
    assert TextHead.load(folder).version != before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Sentiment!"}, "is no name for a head"),
        ({"name": "sentiment"}, "framing comes with a head 'sentiment'"),
        ({"labels": {}}, "does not say what its labels mean.*--label 'LABEL_0=…'"),
        ({"labels": {"LABEL_0": "Very bad"}}, "'Very bad' is no name for a label"),
        ({"labels": {"LABEL_0": "bad"}}, "its label 'LABEL_1' leads to none"),
        ({"nli": True, "labels": {}}, "A model for inference needs labels"),
        ({"revision": COMMIT}, "a folder has no revision"),
        ({"model": "org/name"}, "needs the hash of a commit.*none is given"),
        ({"model": "org/name", "revision": "main"}, "'main' is none"),
        ({"model": "/not/here"}, "There is no model folder"),
    ],
)
def test_a_head_that_cannot_be_is_not_left_behind(tmp_path: Path, tone: Path, changes: Any, message: str) -> None:
    with pytest.raises((InputError, ModelError), match=message):
        add_head(Wish(**{"name": "mine", "model": str(tone), "labels": THREE, **changes}), tmp_path / "heads")
    assert not list((tmp_path / "heads").glob("*"))


def test_label_pairs_of_the_command_line() -> None:
    assert label_pairs(["LABEL_0=bad", "people and feelings"]) == {
        "LABEL_0": "bad",
        "people and feelings": "people_and_feelings",
    }
    with pytest.raises(InputError, match="given twice"):
        label_pairs(["a=b", "a=c"])


# --- in a corpus -------------------------------------------------------------------------------------------------------

ARTICLES = [
    ("Northern Wire", "“We blamed nobody,” the minister told Marsh Courier. Armenia praised the truce. It rained."),
    (
        "Marsh Courier",
        "The army of Turkey ruined a home, Marsh Courier reported. A mother saved the school. Armenia said no.",
    ),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, tone: Path, inference: Path) -> tuple[Path, Path]:
    """A corpus scored with two heads made by the command, and their folder."""
    home = tmp_path_factory.mktemp("added")
    heads, corpus = home / "heads", home / "corpus"
    run = CliRunner()
    labels = [f"--label={theirs}={ours}" for theirs, ours in THREE.items()]
    for arguments in (
        [
            "moods",
            "--model",
            str(inference),
            "--nli",
            "--label",
            "the army=war",
            "--label",
            "home",
            "--kind",
            "multilabel",
        ],
        ["attitude", "--model", str(tone), "--target", *labels],
    ):
        result = run.invoke(main, ["add-head", *arguments, "--heads", str(heads)], catch_exceptions=False)
        assert result.exit_code == 0 and "unmeasured" in result.output, result.output
    opened = Corpus.create(corpus)
    opened.add([Article(outlet, f"Truce, by {outlet}", text, event="Truce") for outlet, text in ARTICLES])
    score(opened, scorer=Scorer.load())
    result = run.invoke(main, ["score", str(corpus), "--models", str(heads)], catch_exceptions=False)
    assert result.exit_code == 0 and "Scored 8 sentences" in result.output, result.output
    return corpus, heads


def test_a_scored_corpus_holds_the_heads_beside_the_shipped_ones(corpus: tuple[Path, Path]) -> None:
    opened = Corpus.open(corpus[0])
    sentences, mentions = opened.sentences(), opened.mentions()
    assert sentences[["moods.war", "moods.home", "sentiment.negative"]].notna().all(axis=None)
    assert len(mentions) and np.allclose(mentions[["attitude.bad", "attitude.good"]].sum(axis=1), 1, atol=1e-5)
    again = CliRunner().invoke(main, ["score", str(corpus[0]), "--models", str(corpus[1])], catch_exceptions=False)
    assert "Everything is scored already" in again.output


def test_the_model_never_sees_the_outlets_name(corpus: tuple[Path, Path]) -> None:
    scorer = Scorer.load(corpus[1])
    texts = ["The army said so, Marsh Courier reported.", "The army said so, the outlet reported."]
    named, masked = (scorer.score_sentences([text], [[(4, 8)]], outlets=["Marsh Courier"]) for text in texts)
    assert np.allclose(named.sentences["moods"], masked.sentences["moods"])
    assert np.allclose(named.mentions["attitude"][0], masked.mentions["attitude"][0])


def test_text_heads_score_beside_vector_heads_in_the_order_given(corpus: tuple[Path, Path]) -> None:
    shipped, added = Scorer.load(), Scorer.load(corpus[1])
    both = Scorer(shipped.encoder, {**shipped.heads, **added.heads})
    spans = [[(4, 8)], [(0, 6), (31, 39)], []]
    seen: list[int] = []
    together = both.score_sentences(TEXTS, spans, seen.append)
    assert sum(seen) == 3 and together.cut == {"moods": 2, "attitude": 2} | {"moods": together.cut["moods"]}
    for scorer in (shipped, added):
        for i, text in enumerate(TEXTS):
            alone = scorer.score_sentences([text], [spans[i]])
            for name, values in alone.sentences.items():
                assert np.allclose(values[0], together.sentences[name][i], atol=1e-4)
            for name, found in alone.mentions.items():
                assert found[0].shape == together.mentions[name][i].shape
                assert np.allclose(found[0], together.mentions[name][i], atol=1e-4)


def test_a_comparison_shows_heads_that_framing_does_not_know(corpus: tuple[Path, Path]) -> None:
    found = compare(Corpus.open(corpus[0]), "Truce")  # the folder `heads` beside the corpus is looked into
    assert {"moods", "attitude"} <= set(found.heads)
    assert found.tiers["moods", "war"] == "unmeasured"
    text = format_comparison(found, "table")
    assert "MOODS" in text and "ATTITUDE: share of sentences" in text and "Armenia: bad" in text
    assert len(found.behind("Marsh Courier", "moods", "war", "both")) <= 3
    for form in ("csv", "json"):
        assert "attitude" in format_comparison(found, form)
    shipped_only = compare(Corpus.open(corpus[0]), "Truce", load_heads())
    assert "moods" not in shipped_only.heads


def test_the_dashboard_shows_the_sentences_behind_a_head_that_it_has_no_chart_for(
    corpus: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("FRAMING_CORPUS", str(corpus[0]))
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120).run()
    assert not page.exception and not page.error
    page.session_state["head"], page.session_state["label"] = "moods", "home"
    page.run()
    assert not page.exception and not page.error
    assert any("<h3>Home · all outlets · " in element.proto.body for element in page.get("html"))


def test_the_commands_list_such_a_head(corpus: tuple[Path, Path]) -> None:
    shown = CliRunner().invoke(main, ["models", "--models", str(corpus[1])], catch_exceptions=False).output
    assert "moods  version" in shown and "unmeasured" in shown
    rows = CliRunner().invoke(main, ["show", str(corpus[0]), "--event", "Truce", "--outlet", "Marsh Courier", "--head",
                                     "sentiment", "--label", "negative"], catch_exceptions=False)  # fmt: skip
    assert rows.exit_code == 0


def test_a_score_of_somebody_elses_model_is_explained_by_deletion_too(tmp_path: Path, tone: Path) -> None:
    from framing.explain import explain

    heads = tmp_path / "heads"
    write(heads, "mine", {"model": str(tone), "labels": THREE})
    text = "The army ruined a home, and the minister praised the truce by the river."
    found = explain(Scorer.load(own_heads=heads), text, "mine", "good")
    head = TextHead.load(heads / "mine")
    without = head.predict_texts(["The ruined a home, and the minister praised the truce by the river."]).p[0, 1]
    assert found.probability - {word.text: word.effect for word in found.words}["army"] == pytest.approx(
        without, abs=1e-4
    )
