from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from corpus_fakes import FakeEncoder, article, listing, scorer

from framing import adding, score
from framing import scorer as scoring
from framing.corpus import Corpus
from framing.encode import Encoded
from framing.errors import InputError, ModelError
from framing.heads import Head
from framing.repeats import Memory
from framing.schema import Article
from framing.score import Scorer, score_article

ARTICLES = [article(number) for number in range(6)]
PROBABILITIES = ["tone.bad", "tone.good"]
STANCE = ["stance.against", "stance.favourable"]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setattr(adding, "PART_ARTICLES", 2)
    filled = Corpus.ensure(tmp_path / "corpus")
    filled.add(ARTICLES)
    return filled


@pytest.fixture
def scored(corpus: Corpus) -> Corpus:
    score.score(corpus, scorer=scorer())
    return corpus


def test_every_sentence_and_mention_gets_its_scores(scored: Corpus) -> None:
    sentences, mentions = scored.sentences(), scored.mentions()
    assert len(sentences) == 36
    assert sentences[PROBABILITIES].dtypes.unique().tolist() == [np.dtype("float32")]
    assert np.allclose(sentences[PROBABILITIES].sum(axis=1), 1)
    assert not sentences["voice"].isna().any()
    assert "Anna Reed" in set(sentences["speaker"])
    assert {"Armenia", "Azerbaijan", "Turkey"} <= set(mentions["canonical"])
    assert np.allclose(mentions[STANCE].sum(axis=1), 1)
    assert set(mentions["voice"]) <= {"own", "quoted", "reported", "mixed"}
    for row in mentions.merge(sentences[["article_id", "index", "text"]], on=["article_id", "index"]).itertuples():
        assert row.text[row.start : row.end] == row.surface


def test_scores_stand_beside_the_sentence_they_belong_to(scored: Corpus) -> None:
    rows = scored.sentences()
    again = scorer().score_sentences(list(rows["text"]))
    assert np.allclose(again.sentences["tone"], rows[PROBABILITIES])


def test_scoring_twice_changes_no_byte_and_encodes_nothing(scored: Corpus) -> None:
    before, encoder = listing(scored.path), FakeEncoder()
    report = score.score(scored, scorer=scorer(encoder=encoder))
    assert (report.parts, report.sentences, encoder.calls) == (0, 0, 0)
    assert listing(scored.path) == before


def test_what_is_added_later_is_scored_alone(scored: Corpus) -> None:
    scored.add([article(40)])
    assert scored.sentences()["tone.bad"].isna().sum() == 6
    encoder = FakeEncoder()
    assert score.score(scored, scorer=scorer(encoder=encoder)).sentences == 6
    assert any("40" in text for text in encoder.texts)
    assert not scored.sentences()["tone.bad"].isna().any()


def test_one_encoder_pass_serves_every_head(corpus: Corpus) -> None:
    encoder = FakeEncoder()
    report = score.score(corpus, scorer=scorer(encoder=encoder))
    assert report.sentences == len(corpus.sentences()) == 36
    assert sorted(encoder.texts) == sorted(set(corpus.sentences()["text"]))
    assert report.again == 36 - len(encoder.texts) == 15, "three sentences stand in all six articles"
    assert encoder.calls == len(corpus.folder.stems())


def test_a_sentence_that_comes_again_has_the_scores_of_the_first(tmp_path: Path) -> None:
    wire = [
        article(number, text=article(1).text, title=article(1).title, outlet=f"Paper {number}") for number in range(8)
    ]
    apart, together = Corpus.create(tmp_path / "apart"), Corpus.create(tmp_path / "together")
    for item in wire:
        apart.add([item])
    together.add(wire)
    for corpus in (apart, together):
        encoder = FakeEncoder()
        assert score.score(corpus, scorer=scorer(encoder=encoder)).again == 42
        assert len(encoder.texts) == 6, "in one part or in eight"
    pd.testing.assert_frame_equal(apart.sentences(), together.sentences(), check_exact=True)
    pd.testing.assert_frame_equal(apart.mentions(), together.mentions(), check_exact=True)
    assert apart.sentences().groupby("text")["tone.bad"].nunique().eq(1).all()


def test_the_memory_forgets_the_oldest_and_never_mixes_heads() -> None:
    memory, texts = Memory(limit=2), ["one", "two words", "three words here"]
    first, second = FakeEncoder(), FakeEncoder()
    scorer(encoder=first).score_sentences(texts, memory=memory)
    scorer(encoder=second).score_sentences(texts[:1], memory=memory)
    assert second.texts == ["one"], "the shortest was read first and is forgotten first"
    third = FakeEncoder()
    scorer(encoder=third).score_sentences(texts[2:], [[(0, 5)]], memory=memory)
    scorer("v2", third).score_sentences(texts[2:], memory=memory)
    assert third.texts == texts[2:] * 2, "other targets, other heads"


def test_a_score_does_not_depend_on_what_stands_beside_it() -> None:
    shipped, texts = Scorer.load(), [f"Nobody in ward {number} was told why the water failed." for number in range(40)]
    texts += [f"{text} Again." for text in texts[:7]]
    spans = [[(0, 6), (10, 14)] for _ in texts]
    whole = shipped.score_sentences(texts, spans)
    for size in (1, 3):
        few = shipped.score_sentences(texts[:size], spans[:size])
        for name, found in few.sentences.items():
            assert np.array_equal(found, whole.sentences[name][:size]), name
        assert np.array_equal(few.mentions["stance"][0], whole.mentions["stance"][0])
        assert np.array_equal(few.leaning, whole.leaning[:size])


def test_chunks_are_sorted_by_length_and_results_come_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "CHUNK", 2)
    encoder = FakeEncoder()
    texts = ["four words stand here", "one", "two words", "three little words", "a fifth text, the longest of them"]
    scores = scorer(encoder=encoder).score_sentences(texts, [[(0, 4)], [], [(0, 3), (4, 9)], [], []])
    ordered = sorted(texts, key=len)
    assert encoder.calls == 3 and sorted(encoder.texts) == sorted(texts)
    assert all(abs(encoder.texts.index(a) - encoder.texts.index(b)) == 1 for a, b in (ordered[:2], ordered[2:4]))
    assert np.allclose(scores.sentences["tone"], scorer().score_sentences(texts).sentences["tone"])
    assert [len(found) for found in scores.mentions["stance"]] == [1, 0, 2, 0, 0]


class Meeting(FakeEncoder):
    """Two chunks have to be under way at once for either to be encoded; breaks at a text with `stop` in it."""

    def __init__(self) -> None:
        super().__init__()
        self.both = threading.Barrier(2, timeout=20)

    def encode(self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]] | None = None) -> Encoded:
        self.both.wait()
        if any("stop" in text for text in texts):
            raise ModelError("The network broke.")
        return super().encode(texts, spans)


def test_the_next_chunk_is_under_way_while_one_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "CHUNK", 2)
    texts, counts = [f"{'so ' * number}it went" for number in range(8)], []
    scores = scorer(encoder=Meeting()).score_sentences(texts, seen=counts.append)
    assert counts == [2, 2, 2, 2]
    assert np.array_equal(scores.sentences["tone"], scorer().score_sentences(texts).sentences["tone"])


def test_what_breaks_in_one_chunk_is_told_and_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "CHUNK", 2)
    before = threading.active_count()
    with pytest.raises(ModelError, match="broke"):
        scorer(encoder=Meeting()).score_sentences(["it went", "it goes", "it did not stop", "it will go on"])
    assert threading.active_count() == before


def test_the_encoder_sees_no_outlet_address_byline_or_date(tmp_path: Path) -> None:
    corpus = Corpus.ensure(tmp_path / "corpus")
    text = "A spokesman for Armenia told Al Jazeera that Azerbaijan lied. Reuters could not confirm that Turkey knew."
    corpus.add([article(1, outlet="Antiwar.com", text=text)])
    encoder = FakeEncoder()
    score.score(corpus, scorer=scorer(encoder=encoder))
    seen = " ".join(encoder.texts)
    for hidden in ("Al Jazeera", "Reuters", "Antiwar", "Byline Byron", "example.org", "2024", "file1"):
        assert hidden not in seen
    assert "Armenia told" in seen
    assert {"Armenia", "Azerbaijan", "Turkey"} <= set(encoder.surfaces), "spans move along with what is masked"


def test_a_mention_beyond_the_encoders_reach_has_no_stance(tmp_path: Path) -> None:
    corpus = Corpus.ensure(tmp_path / "corpus")
    corpus.add([article(1)])
    score.score(corpus, scorer=scorer(encoder=FakeEncoder(reach=5)))
    mentions = corpus.mentions()
    assert mentions.loc[mentions["start"] >= 5, STANCE].isna().all(axis=None)
    assert mentions.loc[mentions["start"] < 5, STANCE].notna().all(axis=None)


def test_progress_counts_every_sentence_once(corpus: Corpus) -> None:
    told: list[tuple[int, int]] = []
    score.score(corpus, scorer=scorer(), progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (36, 36)


def test_an_unknown_head_is_named(corpus: Corpus) -> None:
    with pytest.raises(InputError, match=r"no head 'bias'. There are: stance, tone"):
        score.score(corpus, heads=["bias"], scorer=scorer())


# --- interrupted -----------------------------------------------------------------------------------------------------


def test_an_interrupted_run_keeps_the_parts_it_finished(corpus: Corpus) -> None:
    encoder = FakeEncoder()
    encoder.stop_after = 1
    with pytest.raises(KeyboardInterrupt):
        score.score(corpus, scorer=scorer(encoder=encoder))
    assert corpus.sentences()["tone.bad"].notna().sum() == 12
    rest = FakeEncoder()
    assert score.score(corpus, scorer=scorer(encoder=rest)).sentences == 24
    assert len(encoder.texts) == 9, "three of the twelve sentences come again"
    assert len(rest.texts) == 15
    assert not corpus.sentences()["tone.bad"].isna().any()


DRIVER = """
import os, signal, sys
from pathlib import Path
from corpus_fakes import scorer
from framing import parts
from framing.corpus import Corpus
from framing.score import score

appear, count = parts.appear, 0

def dying(beside, file):
    global count
    count += 1
    if count == int(sys.argv[2]):
        beside.write_bytes(beside.read_bytes()[:-50])
        os.kill(os.getpid(), signal.SIGKILL)
    appear(beside, file)

parts.appear = dying
score(Corpus.open(sys.argv[1]), scorer=scorer())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_kill_in_the_middle_of_a_part_leaves_the_rest_whole(corpus: Corpus, tmp_path: Path) -> None:
    command = [sys.executable, "-c", DRIVER, str(corpus.path), "7"]
    died = subprocess.run(command, cwd=Path(__file__).parent, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    kept = {file: digest for file, digest in listing(corpus.path).items() if file.endswith(".parquet")}
    assert len(corpus.sentences()) == 36
    score.score(corpus, scorer=scorer())
    assert kept.items() <= listing(corpus.path).items()
    whole = Corpus.ensure(tmp_path / "whole")
    whole.add(ARTICLES)
    score.score(whole, scorer=scorer())
    pd.testing.assert_frame_equal(corpus.sentences(), whole.sentences())
    pd.testing.assert_frame_equal(corpus.mentions(), whole.mentions())
    assert not [file for file in listing(corpus.path) if "tmp" in file]


# --- versions --------------------------------------------------------------------------------------------------------


def test_scores_of_two_versions_never_mix(scored: Corpus) -> None:
    old = scored.sentences()["tone.bad"]
    encoder = FakeEncoder()
    encoder.stop_after = 2
    with pytest.raises(KeyboardInterrupt):
        score.score(scored, scorer=scorer("v2", encoder))
    assert scored.sentences()["tone.bad"].equals(old), "the old version is read until the new one is complete"
    score.score(scored, scorer=scorer("v2"))
    new = scored.sentences()["tone.bad"]
    assert not np.isclose(new, old).any()
    assert scored.status().scored["tone"] == ("v2", 3)


def test_one_head_can_be_scored_alone(corpus: Corpus) -> None:
    score.score(corpus, heads=["tone"], scorer=scorer())
    assert "stance.against" not in corpus.mentions().columns
    encoder = FakeEncoder()
    score.score(corpus, scorer=scorer(encoder=encoder))
    assert corpus.mentions()[STANCE].notna().all(axis=None)


def test_new_actors_wait_for_the_stance_keyed_by_them(scored: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score, "ACTORS_VERSION", "next")
    score.score(scored, heads=["tone"], scorer=scorer())
    assert scored.status().scored["mentions"][0] != "next"
    score.score(scored, scorer=scorer())
    assert scored.status().scored["mentions"][0] == "next"
    assert scored.mentions()[STANCE].notna().all(axis=None)


def test_the_manifest_is_rebuilt_with_its_versions(scored: Corpus) -> None:
    score.score(scored, scorer=scorer("v2"))
    before = (scored.path / "corpus.json").read_bytes()
    (scored.path / "corpus.json").unlink()
    Corpus.repair(scored.path)
    assert (scored.path / "corpus.json").read_bytes() == before


def test_a_damaged_result_is_set_aside_and_scored_again(scored: Corpus) -> None:
    before = scored.sentences()
    target = scored.folder.manifest().current["tone"]
    file = scored.folder.complete(target, scored.folder.stems()[0])
    file.write_bytes(b"PAR1 and nothing else")
    Corpus.repair(scored.path)
    assert scored.sentences()["tone.bad"].isna().sum() == 12
    score.score(scored, scorer=scorer())
    pd.testing.assert_frame_equal(scored.sentences(), before)


# --- edited articles -------------------------------------------------------------------------------------------------


def test_scores_follow_a_corrected_outlet(scored: Corpus) -> None:
    old = scored.sentences()
    old = old[old["article_id"] == ARTICLES[3].id]
    new = scored.edit(ARTICLES[3].id, outlet="Daily Clarion")
    for encoder in (None, FakeEncoder()):
        if encoder:
            score.score(scored, scorer=scorer(encoder=encoder))
            assert not encoder.texts, "no sentence changed, so nothing is encoded"
        rows = scored.sentences()
        rows = rows[rows["article_id"] == new]
        assert np.array_equal(rows[PROBABILITIES], old[PROBABILITIES])
        assert rows["voice"].tolist() == old["voice"].tolist()
        mentions = scored.mentions()
        assert mentions[mentions["article_id"] == new][STANCE].notna().all(axis=None)


def test_a_corrected_headline_alone_is_scored_again(scored: Corpus) -> None:
    new = scored.edit(ARTICLES[3].id, title="Turkey counts another day")
    rows = scored.sentences()
    rows = rows[rows["article_id"] == new]
    assert rows["tone.bad"].isna().tolist() == [True] + [False] * 5
    encoder = FakeEncoder()
    score.score(scored, scorer=scorer(encoder=encoder))
    assert encoder.texts == ["Turkey counts another day"]
    assert not scored.sentences()["tone.bad"].isna().any()
    assert not [file for file in listing(scored.path) if "partial" in file]
    mentions = scored.mentions()
    headline = mentions[(mentions["article_id"] == new) & (mentions["index"] == 0)]
    assert headline["canonical"].tolist() == ["Turkey"]
    assert headline[STANCE].notna().all(axis=None)


def test_an_edit_of_an_edit_keeps_what_was_scored(scored: Corpus) -> None:
    first = scored.edit(ARTICLES[3].id, title="Turkey counts another day")
    second = scored.edit(first, title="Turkey counts a third day", outlet="Daily Clarion")
    encoder = FakeEncoder()
    score.score(scored, scorer=scorer(encoder=encoder))
    assert set(encoder.texts) == {"Turkey counts another day", "Turkey counts a third day"}
    assert not scored.sentences()["tone.bad"].isna().any()
    assert second in set(scored.sentences()["article_id"])


# --- in memory -------------------------------------------------------------------------------------------------------


def test_an_article_scored_in_memory_has_the_stored_scores(scored: Corpus) -> None:
    wanted = ARTICLES[3]
    found = score_article(wanted, scorer())
    for mine, stored in ((found.sentences, scored.sentences()), (found.mentions, scored.mentions())):
        theirs = stored[stored["article_id"] == wanted.id].reset_index(drop=True)
        assert list(mine.columns) == list(theirs.columns)
        pd.testing.assert_frame_equal(mine, theirs, check_dtype=False)


def test_an_article_without_mentions_or_date_can_be_scored() -> None:
    plain = replace(article(1), title="Rain", text="It rained.", published=None, event=None)
    found = score_article(plain, scorer())
    assert found.mentions.empty
    assert set(STANCE) <= set(found.mentions.columns)
    assert found.sentences["published"].isna().all()


# --- the shipped models ----------------------------------------------------------------------------------------------


def test_the_shipped_models_score_a_sentence() -> None:
    shipped = Scorer.load()
    texts = ["Three people were killed when the shell struck the market, doctors said.", "The garden was lovely."]
    scores = shipped.score_sentences(texts, [[(0, 12)], []])
    assert set(shipped.heads) >= {"frames_generic", "frames_policy", "sentiment", "wording", "stance"}
    labels = shipped.heads["sentiment"].labels
    negative = scores.sentences["sentiment"][:, labels.index("negative")]
    assert negative[0] > 0.5 > negative[1]
    assert scores.mentions["stance"][0].shape == (1, 3)


def test_half_of_a_stance_is_read_under_reference_names() -> None:
    shipped = Scorer.load()
    stance = shipped.heads["stance"]
    assert isinstance(stance, Head) and stance.reference == 0.5
    texts = [
        "Russia betrayed its allies, Kenya said.",
        "Norway betrayed its allies, Oman said.",
        "He betrayed them all.",
    ]
    spans = [[(0, 6), (29, 34)], [(0, 6), (29, 33)], [(0, 2)]]
    given = shipped.score_sentences(texts, spans).mentions["stance"]
    alone, renamed = (
        replace(shipped, heads={"stance": replace(stance, reference=weight)}).score_sentences(texts, spans)
        for weight in (0.0, 1.0)
    )
    first, second, last = renamed.mentions["stance"]
    assert np.allclose(first, second, atol=1e-6), "whole weight leaves nothing of the names"
    assert not np.allclose(alone.mentions["stance"][0], first)
    assert np.allclose(alone.mentions["stance"][2], last) and np.allclose(given[2], last), "a text without names"
    together, by_itself = given[0], shipped.score_sentences(texts[:1], spans[:1]).mentions["stance"][0]
    assert np.allclose(together, by_itself, atol=1e-6)


def test_a_head_of_another_encoder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = Scorer.load()
    strange = {name: replace(found, encoder="other") for name, found in shipped.heads.items()}  # type: ignore[type-var]
    monkeypatch.setattr(scoring, "load_heads", lambda folder: strange)
    with pytest.raises(ModelError, match="reads vectors of encoder other"):
        Scorer.load()


def test_scores_of_another_version_are_not_read_with_this_versions_thresholds(tmp_path: Path) -> None:
    from dataclasses import replace as changed

    from framing.compare import compare
    from framing.registry import load_heads

    corpus = Corpus.create(tmp_path / "c")
    corpus.add([Article("Northern Wire", "Bridge", "The minister blamed the firm. A child was hurt.", event="Bridge")])
    score.score(corpus)
    heads = load_heads()
    newer = {**heads, "wording": changed(heads["wording"], version="0123456789ab")}
    assert "wording" in compare(corpus, "Bridge").heads
    comparison = compare(corpus, "Bridge", newer)
    assert "wording" not in comparison.heads
    assert any("scored for wording" in note for note in comparison.notes)


def test_the_publishers_own_name_does_not_reach_the_encoder(tmp_path: Path) -> None:
    shipped = Scorer.load()
    texts = ["“It is over,” she told Marsh Courier.", "“It is over,” she told the outlet."]
    named, masked = (shipped.score_sentences([t], outlets=["Marsh Courier"]).sentences["wording"] for t in texts)
    assert np.allclose(named, masked)
