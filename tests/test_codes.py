"""People's codings: read by id or text, coders kept apart, their agreement, and what they do for audit and comparison."""

from __future__ import annotations

import csv
import itertools
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from corpus_fakes import listing

from framing.agreement import agreement, alpha
from framing.audit import load as load_audit
from framing.audit_rows import Source
from framing.cli import main
from framing.codes import Coding, consensus, load
from framing.compare import compare
from framing.corpus import Corpus
from framing.schema import Article
from framing.tally import HeadInfo

TONE = HeadInfo("sentiment", "multiclass", "sentence", ("negative", "neutral", "positive"))
FRAMES = HeadInfo("frames_generic", "multilabel", "sentence", ("conflict", "economic"))


@pytest.fixture
def corpus(scored_corpus: Path, tmp_path: Path) -> Corpus:
    return Corpus.open(shutil.copytree(scored_corpus, tmp_path / "corpus"))


def write(file: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    rows = list(rows)
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
    return file


def command(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    return found.exit_code, found.output


def body(corpus: Corpus) -> list[dict[str, object]]:
    rows = corpus.sentences(columns=["article_id", "index", "outlet", "text"])
    once = rows[(rows["index"] > 0) & ~rows["text"].duplicated(keep=False)]
    return once.to_dict("records")


def test_rows_are_found_by_id_or_text_and_coders_stay_apart(corpus: Corpus, tmp_path: Path) -> None:
    first, second, third, *_ = body(corpus)
    file = write(
        tmp_path / "codes.csv",
        [
            {"id": f"{first['article_id'][:8]}:{first['index']}", "labels": "negative", "coder": "Ana"},
            {"id": f"{first['article_id']}-{first['index']}-7", "labels": "neutral", "coder": "Ben"},
            {"text": f"  {second['text']} ".replace("“", '"').replace("’", "'"), "labels": "Positive", "coder": "Ana"},
            {"article_id": third["article_id"], "index": third["index"], "labels": "skip", "coder": "Ana"},
            {"id": "ffffff:3", "labels": "neutral", "coder": "Ana"},
            {"text": "Nobody ever wrote this sentence.", "labels": "neutral", "coder": "Ana"},
            {"text": second["text"], "labels": "cheerful", "coder": "Ana"},
            {"text": second["text"], "labels": "negative", "coder": "Ana"},
            {"text": second["text"], "labels": "", "coder": "Ben"},
        ],
    )
    status, said = command("import-codes", corpus.path, file, "--head", "sentiment")
    assert status == 3 and "4 labels by Ana and Ben: 4 new, 0 changed, 0 already there" in said
    assert "1 row without a label passed by." in said
    for reason in ("row 5", "row 6: no sentence of the corpus reads “Nobody", "no label 'cheerful'", "an earlier row"):
        assert reason in said
    stored = {(c.coder, c.article_id, c.index): c.labels for c in load(corpus, "sentiment")}
    assert stored == {
        ("Ana", first["article_id"], first["index"]): ("negative",),
        ("Ben", first["article_id"], first["index"]): ("neutral",),
        ("Ana", second["article_id"], second["index"]): ("positive",),
        ("Ana", third["article_id"], third["index"]): None,
    }
    before = listing(corpus.path)
    assert "0 new, 0 changed, 4 already there" in command("import-codes", corpus.path, file, "--head", "sentiment")[1]
    assert listing(corpus.path) == before
    again = write(tmp_path / "again.csv", [{"text": second["text"], "label": "neutral"}])
    status, said = command("import-codes", corpus.path, again, "--head", "sentiment", "--coder", "Ana")
    assert status == 0 and "1 changed" in said


def test_a_text_that_stands_twice_needs_an_outlet_or_an_id(corpus: Corpus, tmp_path: Path) -> None:
    same = "The ferry left the harbour two hours late."
    corpus.add(
        [Article(outlet, "A late ferry", f"{same} {outlet} was told so.") for outlet in ("Left Post", "Right Post")]
    )
    file = write(tmp_path / "codes.csv", [{"text": same, "labels": "neutral", "coder": "Ana"}])
    status, said = command("import-codes", corpus.path, file, "--head", "sentiment")
    assert status == 1 and "2 sentences read “The ferry" in said and "give the id" in said
    assert load(corpus, "sentiment") == []
    file = write(tmp_path / "told.csv", [{"text": same, "outlet": "Left Post", "labels": "neutral", "coder": "Ana"}])
    assert command("import-codes", corpus.path, file, "--head", "sentiment")[0] == 0


def test_wide_sheets_and_missing_columns(corpus: Corpus, tmp_path: Path) -> None:
    row = body(corpus)[0]
    wide = {"text": row["text"], "coder": "Ana", "conflict": 1, "economic": "x", "morality": 0}
    assert command("import-codes", corpus.path, write(tmp_path / "w.csv", [wide]), "--head", "frames_generic")[0] == 0
    assert load(corpus, "frames_generic")[0].labels == ("conflict", "economic")
    for bad, reason in (
        ({"text": "a", "coder": "Ana"}, "neither a column labels nor a column a label"),
        ({"labels": "neutral", "coder": "Ana"}, "names no sentence"),
        ({"text": "a", "labels": "neutral"}, "--coder NAME"),
    ):
        status, said = command("import-codes", corpus.path, write(tmp_path / "b.csv", [bad]), "--head", "sentiment")
        assert status == 1 and reason in said


def test_alpha_is_the_published_one() -> None:
    """Krippendorff 2011, example C: four observers, twelve units, nominal: 0.743."""
    table = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    counts = np.array([[sum(coder[u] == v for coder in table) for v in range(1, 6)] for u in range(12)], float)
    assert alpha(counts) == pytest.approx(0.743, abs=5e-4)
    assert np.isnan(alpha(np.array([[2.0, 0.0], [2.0, 0.0]])))


def test_agreement_has_an_interval_over_articles() -> None:
    rng = np.random.default_rng(3)
    codings = []
    for article, index in itertools.product("abcdefgh", range(1, 9)):
        true = str(rng.choice(TONE.labels))
        for coder in ("Ana", "Ben"):
            said = true if rng.random() < 0.85 else str(rng.choice(TONE.labels))
            codings.append(Coding(article, index, "", coder, (said,)))
    rows = agreement(codings, TONE).set_index("label")
    whole = rows.loc["all"]
    assert whole["low"] < whole["alpha"] < whole["high"] and 0.5 < whole["alpha"] < 0.95
    assert (whole["n_sentences"], whole["n_articles"], whole["n_coders"], whole["n_codings"]) == (64, 8, 2, 128)
    assert agreement(codings, TONE).equals(agreement(codings, TONE))
    assert np.isnan(agreement(codings[:8], TONE)["low"]).all()


def test_a_majority_stands_and_a_tie_does_not() -> None:
    said = [
        Coding("a", 1, "", coder, (label,)) for coder, label in (("A", "neutral"), ("B", "neutral"), ("C", "positive"))
    ]
    said += [
        Coding("a", 2, "", "A", ("neutral",)),
        Coding("a", 2, "", "B", ("positive",)),
        Coding("a", 3, "", "A", None),
    ]
    assert consensus(said, TONE) == {("a", 1, ""): ("neutral",)}
    assert consensus(said, TONE, trust="B") == {("a", 1, ""): ("neutral",), ("a", 2, ""): ("positive",)}
    frames = [Coding("a", 1, "", "A", ("conflict",)), Coding("a", 1, "", "B", ("conflict", "economic")),
              Coding("a", 2, "", "A", ()), Coding("a", 2, "", "B", ())]  # fmt: skip
    assert consensus(frames, FRAMES) == {("a", 2, ""): ()}


def test_codings_fill_a_drawn_audit_or_become_one(corpus: Corpus, tmp_path: Path) -> None:
    drawn = Source.of(corpus, "sentiment").audit(seed=1)
    items = [
        {"id": f"{item.article_id}:{item.index}", "labels": "neutral", "coder": "Ana"} for item in drawn.items[:30]
    ]
    file = write(tmp_path / "drawn.csv", items)
    status, said = command("import-codes", corpus.path, file, "--head", "sentiment")
    assert status == 0 and "30 sentences drawn by an audit of sentiment were open" in said
    audit = load_audit(corpus, "sentiment")
    assert audit is not None and len(audit.labelled) == 30 and len(audit.given) == 30
    rows = [
        {"id": f"{row['article_id']}:{row['index']}", "labels": "neutral", "coder": "Ben"} for row in body(corpus)[::2]
    ]
    file = write(tmp_path / "random.csv", rows)
    status, said = command("import-codes", corpus.path, file, "--head", "sentiment", "--random")
    assert status == 0 and "are the audit of sentiment now" in said
    fresh = load_audit(corpus, "sentiment")
    assert fresh is not None and (corpus.path / "audit" / "sentiment.old-1.json").exists()
    assert sum(1 / item.probability for item in fresh.items) == pytest.approx(sum(fresh.sizes.values()), rel=0.05)
    compared = compare(corpus, "Nagorno-Karabakh, October 2020")
    tone = compared.shares.query("head == 'sentiment' and label == 'balance' and view == 'both'")
    assert (tone["correction"] == "audit").any() and tone.loc[
        tone["correction"] == "audit", "corrected"
    ].abs().max() < 0.5
    before = listing(corpus.path)
    command("import-codes", corpus.path, file, "--head", "sentiment", "--random")
    assert listing(corpus.path) == before


def test_the_command_codes_tells_agreement(corpus: Corpus, tmp_path: Path) -> None:
    assert "There are no codings yet" in command("codes", corpus.path)[1]
    rows = body(corpus)[:40]
    coded = [
        {
            "id": f"{row['article_id']}:{row['index']}",
            "coder": coder,
            "labels": TONE.labels[(n + (n % 5 == 0) * late) % 3],
        }
        for n, row in enumerate(rows)
        for late, coder in enumerate(("Ana", "Ben"))
    ]
    command("import-codes", corpus.path, write(tmp_path / "c.csv", coded), "--head", "sentiment")
    said = command("codes", corpus.path)[1]
    assert (
        "Tone: 40 sentences coded, by Ana (40) and Ben (40)" in said and "all labels" in said and "80% of pairs" in said
    )
    assert command("codes", corpus.path, "--format", "csv")[1].startswith("label,alpha,low,high,")
    assert "There are no codings of 'wording'" in command("codes", corpus.path, "--head", "wording")[1]
