"""Headline against body: by hand, exact, never claimed on two articles, described for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from corpus_fakes import article, scorer
from scipy.stats import binom

from framing import headline_tally
from framing.actors import merge_event
from framing.compare import infos_of
from framing.copies import corpus_note, find_copies
from framing.corpus import Corpus
from framing.errors import InputError
from framing.headline_tally import of_article, of_corpus
from framing.headline_words import format_headlines
from framing.headlines import Headlines, exact_p, headlines
from framing.score import score
from framing.tally import HeadInfo

FRAMES = HeadInfo(
    "frames_generic", "multilabel", "sentence", ("conflict", "economic"), {}, {"conflict": "A", "economic": "C"}
)
TONE = HeadInfo("sentiment", "multiclass", "sentence", ("negative", "neutral", "positive"))
HEADS = [FRAMES, TONE]
FAKES = scorer().heads
NOBODY = pd.DataFrame(columns=["article_id", "index", "start", "end", "actor"])


def sentence(
    article: str, index: int, conflict: float, outlet: str = "A", voice: str = "own", tone: int = 1
) -> dict[str, Any]:
    """One scored sentence; index 0 is the headline; `tone` 0 negative, 1 neutral, 2 positive."""
    tones = {f"sentiment.{label}": float(i == tone) for i, label in enumerate(TONE.labels)}
    return {
        **{"article_id": article, "outlet": outlet, "event_id": "e", "index": index, "voice": voice, "quotes": []},
        "published": pd.Timestamp("2024-03-01"),
        **{"text": f"Sentence {index} of {article} stands here alone.", **tones},
        **{"frames_generic.conflict": conflict, "frames_generic.economic": 0.1},
    }


def outlet(n: int, top: float, hits: int, of: int = 10, name: str = "A", tone: int = 1) -> list[dict[str, Any]]:
    """`n` articles whose headline has conflict with probability `top`, and `hits` of their `of` sentences."""
    return [
        sentence(f"{name}{k}", i, top if i == 0 else 0.9 if i <= hits else 0.1, name, tone=tone if i == 0 else 1)
        for k in range(n)
        for i in range(of + 1)
    ]


def read(rows: list[dict[str, Any]], mentions: pd.DataFrame = NOBODY, view: Any = "both") -> Headlines:
    return headlines(pd.DataFrame(rows), mentions, HEADS, view)


def row(found: Headlines, label: str, name: str = "A") -> pd.Series[Any]:
    return found.outlets.set_index(["outlet", "label"]).loc[(name, label)]


def test_rates_are_means_over_articles_and_the_test_is_exact() -> None:
    found = read(outlet(5, 0.9, 1))
    conflict = row(found, "conflict")
    assert (conflict["headline"], conflict["n_articles"]) == (1, 5)
    assert conflict["body"] == pytest.approx(0.1) and conflict["difference"] == pytest.approx(0.9)
    # Two of an article's eleven sentences have it: five headlines in five by chance.
    assert conflict["p"] == pytest.approx((2 / 11) ** 5)
    assert conflict["low"] < 0.9 <= conflict["high"] and conflict["detected"]
    assert found.findings()[0].startswith(
        "A’s headlines have conflict more often than the sentences under them: 100% of headlines against 10% of"
    )


def test_a_rare_label_that_headlines_lack_is_no_finding() -> None:
    """A sign test would call it one: in all twelve articles the headline lies below the body."""
    conflict = row(read(outlet(12, 0.1, 1)), "conflict")
    assert conflict["difference"] < 0 and not conflict["detected"]
    assert not conflict["p"] < 0.3  # (10/11)^12 = 0.32


def test_exact_p_is_the_binomials_and_handles_balances() -> None:
    top, chance = np.array([1.0, 1, 1, 0, 0, 0, 0, 0]), np.full(8, 0.1)
    ways = binom(8, 0.1).pmf(range(9))
    assert exact_p(top, chance, np.zeros(8)) == pytest.approx(ways[ways <= ways[3] * (1 + 1e-9)].sum())
    assert np.isnan(exact_p(np.zeros(3), np.zeros(3), np.zeros(3)))  # could not come out otherwise
    assert exact_p(-np.ones(6), np.full(6, 0.1), np.full(6, 0.2)) == pytest.approx(0.2**6 + 0.1**6 + 6 * 0.1**5 * 0.7)


def test_chance_alone_is_rarely_claimed() -> None:
    rng, claimed, runs = np.random.default_rng(5), 0, 60
    for _ in range(runs):
        rows = [
            sentence(f"{name}{k}", i, float(rng.random() < 0.3 + 0.05 * k), name, tone=int(rng.integers(3)))
            for name in "AB" for k in range(6) for i in range(11)
        ]  # fmt: skip
        claimed += bool(read(rows).outlets["detected"].any())
    assert claimed <= 7  # 5 % of 60 are 3; 8 or more have a chance of 1 %


def test_weak_labels_are_shown_and_not_tested() -> None:
    economic = row(read(outlet(5, 0.9, 1)), "economic")
    assert (
        economic["headline"] == 0 and np.isnan(economic["p"]) and not economic["detected"] and not economic["finding"]
    )


def test_a_balance_and_the_voice_of_the_headline() -> None:
    found = read([*outlet(6, 0.1, 0, tone=0)])
    balance = row(found, "balance")
    assert (balance["headline"], balance["body"]) == (-1, 0) and balance["detected"]
    assert "A’s headlines are less positive than the sentences under them: −100 against 0" in balance["finding"]
    assert row(found, "own")["headline"] == 1


def test_one_article_is_described_and_nothing_is_claimed_of_the_outlet() -> None:
    found = read(outlet(1, 0.91, 3, of=24))
    assert "the headline has conflict (0.91); 3 of 24 sentences under it do" in found.describe("A0")
    assert "the headline is told in its own words; 24 of 24 sentences under it are" in found.describe("A0")
    assert found.outlets["p"].isna().all() and found.findings() == []
    assert any(note.startswith("A has 1 article with a headline") and "not the outlet" in note for note in found.notes)
    with pytest.raises(InputError, match="no headline"):
        found.describe("nobody")


def test_who_is_named_in_headlines() -> None:
    mentions = pd.DataFrame([
        *[{"article_id": f"A{k}", "index": i, "start": 0, "end": 4, "actor": "Baku"} for k in range(4) for i in (0, 3)],
        {"article_id": "A0", "index": 2, "start": 0, "end": 4, "actor": "Yerevan"},
    ])  # fmt: skip
    found = read(outlet(4, 0.1, 0), mentions)
    baku = row(found, "Baku")
    assert (baku["headline"], baku["n_articles"]) == (1, 4) and baku["body"] == pytest.approx(0.1)
    assert np.isnan(baku["p"]) and not baku["finding"]  # shown, not tested
    assert any(note.startswith("Who is named is shown, not tested") for note in found.notes)
    assert "Yerevan" not in set(found.outlets["label"])  # named in one article alone
    assert "the headline names Baku; 1 of 10 sentences under it do" in found.describe("A0")


def test_views_weigh_the_body_alone() -> None:
    rows = outlet(3, 0.9, 5)
    for part in rows:
        part["voice"] = "quoted" if 1 <= part["index"] <= 5 else "own"
    assert row(read(rows, view="own"), "conflict")["body"] == 0
    assert row(read(rows, view="quoted"), "conflict")["body"] == 1
    with pytest.raises(InputError, match="Unknown view"):
        read(rows, view="loud")


def test_bad_input_gives_a_sentence() -> None:
    bare = [part for part in outlet(3, 0.9, 1) if part["index"] > 0 or part["article_id"] != "A0"]
    assert any(note == "1 article without a headline left out." for note in read(bare).notes)
    alone = read(outlet(1, 0.9, 0, of=1))
    assert "the headline has conflict (0.90); 0 of 1 sentence under it do" in alone.describe("A0")
    copied = [
        {**part, "text": f"The same sentence number {part['index']} in every one."} for part in outlet(40, 0.9, 1)
    ]
    assert any("sentences are copies of another article" in note for note in read(copied).notes)
    unscored = pd.DataFrame(outlet(3, 0.9, 1))
    unscored[[*FRAMES.columns, *TONE.columns]] = np.nan
    said = headlines(unscored.assign(voice=None), NOBODY, HEADS)
    assert any("Run:  framing score" in note for note in said.notes) and said.findings() == []


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Three parts, two events that lie across them, and articles of none, one of them without a headline."""
    made = Corpus.create(tmp_path_factory.mktemp("headlines") / "corpus")
    alone = [article(50, event=None, text="Vahe Sargis spoke. Sargis left. Armenia and Anna Reed stayed on Monday.")]
    for numbers in (range(9), range(9, 16), range(16, 24)):
        made.add([*(article(n) for n in numbers), *alone])
        alone = [article(51, event=None), article(52, event=None, title=""), article(53, published=None)]
    score(made, scorer=scorer())
    return made


def whole(corpus: Corpus, view: Any) -> Headlines:
    """The same with everything in memory at once."""
    mentions = corpus.mentions()
    over = mentions["event_id"].fillna(mentions["article_id"])
    named = pd.concat([merge_event(part) for _, part in mentions.groupby(over, sort=False)]).sort_index()
    named = pd.concat([part for _, part in named.groupby("event_id", sort=False, dropna=False)])
    return headlines(corpus.sentences(), named, infos_of(list(FAKES.values())), view)


@pytest.mark.parametrize("view", ["own", "both"])
def test_a_whole_corpus_read_in_parts_gives_the_same(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: Any
) -> None:
    monkeypatch.setattr(headline_tally, "PARTS_AT_ONCE", 1)
    monkeypatch.setattr(headline_tally, "BATCH", 30)
    expected, found = whole(corpus, view), of_corpus(corpus, FAKES, tmp_path, view)
    pd.testing.assert_frame_equal(found.outlets, expected.outlets, check_exact=True)
    frames = list(found.in_order())
    assert len(frames) > 3
    pd.testing.assert_frame_equal(pd.concat(frames, ignore_index=True), expected.articles, check_exact=True)
    placed = expected.articles.sort_values(["outlet", "article_id", "head", "label"], ignore_index=True)
    pd.testing.assert_frame_equal(pd.concat(found.by_place(), ignore_index=True), placed, check_exact=True)
    for form in ("table", "csv", "json"):
        for by in ("outlet", "article"):
            assert format_headlines(found, form, by) == format_headlines(expected, form, by)
    named = str(expected.articles["article_id"].iloc[0])
    assert of_article(corpus, FAKES, named, view).describe(named) == expected.describe(named)


def test_copies_of_a_whole_corpus_are_looked_for_among_the_latest_sentences() -> None:
    rows = [
        {"article_id": name, "index": i, "outlet": name, "text": " ".join(f"w{i}x{word}" for word in range(9))}
        for name in "AB"
        for i in range(1, 31)
    ]
    table = pd.DataFrame(rows).assign(published=pd.Timestamp("2024-03-01"))
    note = find_copies(table, table).note(once=False, offered=False)
    assert note and note.startswith("30 of 60 sentences are copies") and corpus_note([table]) == note
    assert corpus_note([table], most=10) is None, "each was forgotten before it came again"
    again = corpus_note([table[table["article_id"] == "A"], table[table["index"] > 25]], most=10)
    assert again and again.startswith("5 of 40") and "among the 10 different sentences before it" in again


def test_output_forms() -> None:
    found = read([*outlet(5, 0.9, 1), *outlet(2, 0.1, 1, name="=B")])
    content = json.loads(format_headlines(found, "json"))
    assert {part["outlet"] for part in content["outlets"]} == {"A", "=B"} and content["articles"] and content["notes"]
    assert "'=B" in format_headlines(found, "csv")
    assert format_headlines(found, "csv", "article").startswith("article_id,index,outlet,event_id,head,label,")
    table = format_headlines(found, "table")
    assert "* " in table or " *" in table
    assert max(map(len, table.splitlines())) <= 120
    assert "the headline has conflict (0.90)" in format_headlines(found, "table", "article")
