"""Voice: own, quoted, reported, mixed, and the speaker. All sentences are our own."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from corpus_fakes import FakeEncoder, listing, scorer

from framing.corpus import Corpus
from framing.errors import ModelError
from framing.heads import Head
from framing.registry import load_heads
from framing.schema import VOICES, Article
from framing.score import score, score_article
from framing.segment import segment
from framing.speakers import clean
from framing.voice import VOICE_VERSION, voice_of, voice_probabilities, voice_version, voices
from framing.voice_features import FEATURES, features, read_sentence
from framing.voice_head import feature_matrix, load_voice
from framing.word_lists import WordLists

ALONE = [
    ("Shells fell on the town at dawn.", "own", None),
    ("“There was nothing left,” said Mara Poe.", "quoted", "Mara Poe"),
    ("“There was nothing left,” Mara Poe, a teacher from Lund, told the Herald.", "quoted", "Mara Poe"),
    ("Lund said the other side had fired first.", "reported", "Lund"),
    ("The bridge is unsafe, according to Ada Moss, an engineer.", "reported", "Ada Moss"),
    ("According to the defence ministry, the bridge is unsafe.", "reported", "defence ministry"),
    ("Mara Poe, a teacher from Lund, told Reuters that two children were missing.", "reported", "Mara Poe"),
    ("Foreign Minister Ivo Karr denied the claim.", "reported", "Ivo Karr"),
    ("Lund accused its neighbour of shelling the bridge.", "reported", "Lund"),
    ("Carrow condemned the toll and called it a “bad joke”.", "reported", "Carrow"),
    ("The government vowed to strike back.", "reported", "government"),
    ("Three people were hurt, the Carrow interior ministry said.", "reported", "Carrow interior ministry"),
    ("The so-called “peace line” runs through the village.", "own", None),
    ("I have never understood why we keep this law.", "own", None),
    ("They were not our brothers.”", "quoted", None),
    ("Twelve people died on Sunday in a blast that Lund said was caused by a rocket.", "mixed", "Lund"),
    ("LEE: We had no warning at all.", "quoted", "LEE"),
    ("You know, it was gonna fall and we kind of knew it.", "quoted", None),
    ("She said the road was closed.", "reported", None),
]


@pytest.mark.parametrize(("text", "expected", "speaker"), ALONE)
def test_sentence_alone(text: str, expected: str, speaker: str | None) -> None:
    decision = voice_of(text)
    assert (decision.voice, decision.speaker) == (expected, speaker)
    assert decision.voice in VOICES
    assert decision.rule


def told(text: str, outlet: str = "Northern Wire", byline: str | None = None) -> list[tuple[str, str | None]]:
    article = Article(outlet, "A headline", text, byline=byline)
    return [(d.voice, d.speaker) for d in voices(article, segment(article))][1:]


def test_one_decision_a_sentence() -> None:
    article = Article("Wire", "Title", "It rained. “We stay,” said Ann Roe.\n\nNobody left.")
    sentences = segment(article)
    assert len(voices(article, sentences)) == len(sentences) == 4
    assert voices(article, []) == []


def test_speaker_of_a_quotation_reaches_all_its_sentences() -> None:
    assert told("“It is over. We lost. Nobody came,” said Ann Roe.") == [("quoted", "Ann Roe")] * 3
    assert told("“We hid,” said Ann Roe. “Nobody came. It was dark.”") == [("quoted", "Ann Roe")] * 3
    assert (
        told("“First came the drones.\n\n“Then the shells.\n\n“We hid,” said Ann Roe.") == [("quoted", "Ann Roe")] * 3
    )
    assert told("“We hid,” said Ann Roe.\n\n“Nobody came to help us.”") == [("quoted", "Ann Roe")] * 2


def test_last_names_and_pronouns_take_the_full_name() -> None:
    assert told("Ann Roe, a nurse, told the Herald that it was dark. “We hid,” said Roe.")[1] == ("quoted", "Ann Roe")
    assert told("“We hid,” said Ann Roe. It was dark. “Nobody came,” she said.")[2] == ("quoted", "Ann Roe")
    assert told("Ann Roe and Bo Roe were there. Roe said it was dark.")[1] == ("reported", "Roe")


def test_a_pronoun_is_left_alone_where_somebody_else_has_come_in() -> None:
    assert told("“We hid,” said Ann Roe. One woman was found later. She said it was dark.")[2] == ("reported", None)
    assert told("She said it was dark.") == [("reported", None)]
    assert told("The ministry said it was dark. It said nobody was hurt.")[1] == ("reported", "ministry")


def test_the_outlets_own_reporters_are_own() -> None:
    text = (
        "Northern Wire correspondent Bea Dahl, reporting from Lund, said the road was open.\n\n“It is quiet,” she said."
    )
    assert told(text) == [("own", "Bea Dahl")] * 2
    assert (
        told("Northern Wire’s Bea Dahl said the road was open. “It is quiet,” Dahl said.") == [("own", "Bea Dahl")] * 2
    )
    assert told(text, outlet="Herald")[0][0] == "reported"
    assert told("“It is quiet,” Bea Dahl told Northern Wire.") == [("quoted", "Bea Dahl")]


def test_first_person_and_speech_like_prose_are_own_in_an_article() -> None:
    assert told("You know, we kind of knew it was gonna fall. I am tired of it.") == [("own", None)] * 2


def test_an_unbalanced_quotation_does_not_swallow_the_article() -> None:
    assert [v for v, _ in told("“We hid.\n\nIt rained all day. Nobody came.\n\nThe road is closed.")][1:] == ["own"] * 3


def test_version_changes_with_the_rules() -> None:
    decisions = [(d.voice, d.speaker, d.rule) for d in (voice_of(text) for text, _, _ in ALONE)]
    digest = hashlib.sha256(json.dumps(decisions).encode()).hexdigest()[:12]
    assert (VOICE_VERSION, digest) == ("aef43826", "201ac39853fb"), (
        "rules changed: raise RULES in voice.py, then update this line"
    )


def test_the_card_tells_the_truth() -> None:
    folder = Path(__file__).parents[1] / "models" / "voice"
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert tuple(config["labels"]) == VOICES == tuple(config["definitions"])
    assert "version" not in config, "the version of a head with weights follows from its files"
    assert metrics["sets"]["frames_annotated_dev"]["macro_f1"] > 0.76


def leaning_head(voice: str, width: int = 6) -> Head:
    """A voice head that says one voice whatever the vector holds, unless the text starts with a quotation."""
    weight = np.zeros((4, width + 1), np.float32)
    weight[VOICES.index("quoted"), width] = 9
    return Head(
        name="voice",
        kind="multiclass",
        level="sentence",
        labels=VOICES,
        definitions={},
        thresholds=np.full(4, 0.5, np.float32),
        scale=np.ones(4, np.float32),
        bias=np.array([3.0 * (v == voice) for v in VOICES], np.float32),
        layers=((weight, np.zeros(4, np.float32)),),
        encoder="fake",
        version=f"says-{voice}",
        folder=Path("nowhere"),
        features=("quotation_first",),
        features_version=FEATURES,
    )


def test_the_head_reads_vector_and_features() -> None:
    head = load_voice()
    assert head is not None and "voice" not in load_heads()
    texts = [text for text, *_ in ALONE]
    p = voice_probabilities(texts, np.zeros((len(texts), head.reads - len(head.features)), np.float32), head)
    assert p.shape == (len(texts), 4) and np.allclose(p.sum(axis=1), 1)
    with pytest.raises(ModelError, match="another encoder"):
        voice_probabilities(texts, np.zeros((len(texts), 3), np.float32), head)


def test_features_tell_quotation_and_attribution() -> None:
    found = features(read_sentence("“We hid,” said Ann Roe."), voice_of("“We hid,” said Ann Roe."))
    assert {"rules_quoted", "quotation_first", "attributed_by_said", "speaker_person", "verb_said"} <= set(found)
    assert found["share"] == 0.4
    assert features(read_sentence("It rained."), voice_of("It rained."))["no_quotation"] == 1
    tilde = "Some 10~20 people came."
    assert features(read_sentence(tilde), voice_of(tilde))["words_outside"] == 4 / 20
    assert voice_of("He left. \t,claimed the man.").voice
    assert feature_matrix(["share", "never"], [found]).tolist() == [[np.float32(0.4), 0.0]]


def test_the_context_has_the_last_word_over_the_head() -> None:
    text = "LEE: We had no warning.\n\nIt rained. “It is over. We lost. Nobody came,” said Ann Roe."
    article = Article("Northern Wire", "A headline", text)
    sentences = segment(article)
    zeros = np.zeros((len(sentences), 4), np.float32)
    for voice in ("reported", "quoted"):
        got = [d.voice for d in voices(article, sentences, leaning_head(voice), zeros)]
        rained = "own" if voice == "quoted" else voice
        assert got[1:] == ["quoted", rained, "quoted", "quoted", "quoted"]
    own = Article("Northern Wire", "A headline", "Northern Wire’s Bea Dahl said the road was open.")
    decided = voices(own, segment(own), leaning_head("mixed"), zeros[:2])
    assert [(d.voice, d.speaker, d.rule) for d in decided[1:]] == [("own", "Bea Dahl", "own_reporter")]


def test_a_corpus_is_scored_with_the_voice_head_once_and_again_after_an_edit(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    written = Article("Northern Wire", "Rain", "It rained. Nobody left, the mayor said. “We stay,” said Ann Roe.")
    corpus.add([written])
    score(corpus, scorer=scorer())
    assert corpus.sentences()["voice"].tolist() == ["own", "own", "reported", "quoted"]
    joined = replace(scorer(), voice=leaning_head("mixed"))
    score(corpus, scorer=joined)
    assert corpus.sentences()["voice"].tolist() == ["mixed", "mixed", "mixed", "quoted"]
    assert corpus.status().scored["voice"][0] == voice_version(joined.voice) != VOICE_VERSION
    assert score_article(written, joined).sentences["voice"].tolist() == corpus.sentences()["voice"].tolist()
    before, again = listing(corpus.path), FakeEncoder()
    score(corpus, scorer=replace(joined, encoder=again))
    assert listing(corpus.path) == before and not again.texts
    tone = corpus.sentences()["tone.bad"].tolist()
    corpus.edit(written.id, outlet="Daily Clarion")
    score(corpus, scorer=joined)
    assert corpus.sentences()["voice"].tolist() == ["mixed", "mixed", "mixed", "quoted"]
    assert corpus.sentences()["tone.bad"].tolist() == tone
    current = f"voice@{voice_version(joined.voice)}"
    assert not [file for file in listing(corpus.path) if "partial" in file and current in file]


def test_features_of_another_version_are_refused(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "models" / "voice", tmp_path / "voice")
    config = json.loads((tmp_path / "voice" / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "voice" / "config.json").write_text(json.dumps(config | {"features_version": "voice-features-0"}))
    with pytest.raises(ModelError, match="fit voice again"):
        load_voice(tmp_path)
    assert load_voice(tmp_path / "voice") is None, "without a voice folder, rules decide"


def test_floor_on_annotated_sentences() -> None:
    dev = Path(__file__).parents[2] / "shared" / "data" / "frames_annotated" / "dev.jsonl"
    if not dev.exists():
        pytest.skip("frames_annotated lies in ../shared/data, which this machine has not got")
    rows = [json.loads(line) for line in dev.read_text(encoding="utf-8").splitlines()]
    pairs = [(row["voice"], voice_of(row["text"]).voice) for row in rows]
    f1 = [2 * sum(a == b == v for a, b in pairs) / sum((a == v) + (b == v) for a, b in pairs) for v in VOICES]
    assert sum(f1) / len(f1) > 0.69  # measured 0.708; logistic regression on frozen vectors 0.51


@pytest.mark.parametrize(
    ("stretch", "speaker"),
    [
        ("The board and its owner each", "board and its owner"),
        ("has been", None),
        ("was waiting on the bridge", None),
        ("A few", None),
    ],
)
def test_verbs_and_leftovers_are_no_part_of_a_speaker(stretch: str, speaker: str | None) -> None:
    assert clean(stretch) == speaker


def test_word_lists_find_what_a_search_for_each_would_find() -> None:
    lists = {
        "said": "said|says|pointed out|point out",
        "feared": "fear(?:s|ed)?|worr(?:y|ies)|called (?:on|off)",
        "spoke": r"spokes\w+|[A-Z]\w+s",
    }
    texts = [text for text, *_ in ALONE] + [
        "He pointed out, she pointed. Out went the point out of it.",
        "“Pointed out”: said-so, un-said, unsaid, said’s, _said.",
        "Worries worry; the Carrows called on the spokeswoman and called off fears.",
        "They called: on Monday. It feared nothing, fearless and called\u00a0off.",
        "",
    ]
    found = WordLists(lists)
    for text in texts:
        assert found.found(text) == {n for n, listed in lists.items() if re.search(rf"\b(?:{listed})\b", text)}, text
    small = WordLists({}, any_case={"police": "police|spokes\\w+"})
    assert small.found("POLİCE and the Spokesman") == {"police"} and not small.found("policed")
    with pytest.raises(ValueError, match="single words"):
        WordLists({}, any_case={"out": "point out"})
