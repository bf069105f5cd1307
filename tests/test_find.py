"""Finding sentences over a corpus: the count is the comparison's, whatever is searched for is only data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from corpus_fakes import article, scorer

from framing import said, terms
from framing.cli import main
from framing.compare import Comparison, compare
from framing.corpus import Corpus
from framing.errors import InputError
from framing.find import TAKEN, Number, Wanted, find, found_table, numbers, voices_of
from framing.schema import VIEWS
from framing.score import score

KESH = "Kesh crossing"
HOSTILE = (
    "' or 1=1 --",
    '"); drop table sentences; --',
    "%",
    "_%_",
    ";",
    ".*",
    "(?i)a|b",
    "[a-z]+",
    "\\",
    "\\E.*",
    "$$ {{7*7}} <script>",
    "“unclosed",
    '"',
    "*",
    "***",
    "\0",
    "a\0b",
    "\N{ZERO WIDTH SPACE}",
    "؟ 中文 é",
)


@pytest.fixture(scope="module")
def corpus(scored_corpus: Path) -> Corpus:
    return Corpus.open(scored_corpus)


@pytest.fixture(scope="module")
def known(corpus: Corpus) -> dict[str, Number]:
    return numbers(corpus)


@pytest.fixture(scope="module")
def kesh(corpus: Corpus) -> Comparison:
    return compare(corpus, KESH)


def places(rows: pd.DataFrame) -> list[tuple[str, int]]:
    return list(zip(rows["article_id"], rows["index"], strict=True))


def test_the_count_is_that_of_the_comparison(corpus: Corpus, known: dict[str, Number], kesh: Comparison) -> None:
    compared, outlet = 0, kesh.outlets[0]
    for key, number in known.items():
        for view in VIEWS:
            behind = kesh.behind(outlet, number.head.name, number.label, view)
            wanted = Wanted(label=key, outlets=(outlet,), event=kesh.event_id, voices=voices_of(view), part="body")
            found = find(corpus, known, wanted, 1000)
            assert found.count == len(found.rows)
            assert set(places(found.rows)) == set(places(behind)), (outlet, key, view)
            compared += len(behind)
    assert compared > 100


def test_stance_toward_an_actor_is_that_of_the_comparison(
    corpus: Corpus, known: dict[str, Number], kesh: Comparison
) -> None:
    actors = [actor for actor in kesh.shares["actor"].unique() if actor]
    for actor in actors[:8]:
        for outlet in kesh.outlets[:2]:
            behind = kesh.behind(outlet, "stance", "against", "both", actor)
            wanted = Wanted(label="stance.against", actor=actor, outlets=(outlet,), event=kesh.event_id, part="body")
            found = find(corpus, known, wanted, 1000)
            assert sorted(places(found.rows)) == sorted(places(behind)), (actor, outlet)
            assert set(found.rows["actor"]) <= {actor}
            told = dict(zip(places(behind), behind["probability"], strict=True))
            mine = dict(zip(places(found.rows), found.rows["probability"], strict=True))
            assert mine == pytest.approx(told, abs=1e-6)


def test_orders_and_pages_are_complete_and_sorted(corpus: Corpus, known: dict[str, Number]) -> None:
    wanted = Wanted(label="frames_generic.human_interest")
    whole = find(corpus, known, wanted, 1000)
    assert whole.rows["probability"].is_monotonic_decreasing
    paged = [find(corpus, known, wanted, 7, start).rows for start in range(0, whole.count, 7)]
    assert places(pd.concat(paged)) == places(whole.rows)
    beyond = find(corpus, known, wanted, 7, 10_000)
    assert (beyond.count, len(beyond.rows)) == (whole.count, 0)
    unsure = find(corpus, known, Wanted(label=wanted.label, sort="uncertain", certainty="any"), 1000).rows
    threshold = known[wanted.label].threshold
    assert (unsure["probability"] - threshold).abs().is_monotonic_increasing
    assert ((unsure["probability"] >= threshold) == unsure["decided"]).all()
    newest = find(corpus, known, Wanted(sort="date"), 1000).rows["published"].dropna()
    assert newest.is_monotonic_decreasing


def test_least_certain_of_several_labels_is_the_smallest_margin(corpus: Corpus, known: dict[str, Number]) -> None:
    rows = find(corpus, known, Wanted(label="sentiment.negative", sort="uncertain"), 1000).rows
    columns = [f"sentiment.{label}" for label in ("negative", "neutral", "positive")]
    every = corpus.sentences(columns=["article_id", "index", *columns]).set_index(["article_id", "index"])
    there = every.loc[places(rows), columns].to_numpy(copy=True)
    there.sort(axis=1)
    assert pd.Series(there[:, 2] - there[:, 1]).is_monotonic_increasing


def test_certainty_splits_what_is_scored(corpus: Corpus, known: dict[str, Number]) -> None:
    for label in ("sentiment.negative", "frames_policy.political"):
        n = {
            kind: find(corpus, known, Wanted(label=label, certainty=kind), 1).count
            for kind in ("decided", "any", "not")
        }
        assert n["decided"] + n["not"] == n["any"] == corpus.sentence_count()
        assert n["decided"] > 0
    sure = find(corpus, known, Wanted(label="sentiment.negative", low=0.6, high=0.8), 1000).rows["probability"]
    assert len(sure) > 0 and sure.between(0.6, 0.8).all()


def test_facts_filter(corpus: Corpus, known: dict[str, Number], kesh: Comparison) -> None:
    every = corpus.sentences()
    quoted = find(corpus, known, Wanted(voices=("quoted", "reported")), 1000)
    assert quoted.count == every["voice"].isin(["quoted", "reported"]).sum()
    speaker = str(every["speaker"].dropna().iloc[0])
    assert set(find(corpus, known, Wanted(speaker=speaker), 1000).rows["speaker"]) == {speaker}
    assert find(corpus, known, Wanted(part="headline"), 1).count == (every["index"] == 0).sum()
    days = Wanted(first=date(2020, 10, 17), last=date(2020, 10, 18))
    found = find(corpus, known, days, 1000)
    assert found.count == every["published"].between("2020-10-17", "2020-10-18").sum() > 0
    actor = str(kesh.mentions["actor"].value_counts().index[0])
    named = find(corpus, known, Wanted(actor=actor, event=kesh.event_id), 1000)
    mine = kesh.mentions[kesh.mentions["actor"] == actor]
    assert set(places(named.rows)) == set(places(mine))
    assert find(corpus, known, Wanted(outlets=("Nobody",)), 1).count == 0
    assert find(corpus, known, Wanted(actor="Nobody"), 1).count == 0


def test_words_and_phrases_are_found_whole(corpus: Corpus, known: dict[str, Number]) -> None:
    texts = corpus.sentences()["text"]
    for search, pattern in (
        ("truce", r"(?i)\btruce\b"),
        ("TRUCE", r"(?i)\btruce\b"),
        ("truc", r"(?i)\btruc\b"),
        ("cross*", r"(?i)\bcross"),
        ('"the border"', r"(?i)\bthe border\b"),
    ):
        found = find(corpus, known, Wanted(search=search), 1000)
        assert found.count == texts.str.contains(pattern).sum(), search
        assert all(terms.spans(text, found.terms) for text in found.rows["text"])
    both = find(corpus, known, Wanted(search="the border")).count
    assert both >= find(corpus, known, Wanted(search='"the border"')).count > 0
    with_label = Wanted(search="border", label="sentiment.negative")
    assert 0 < find(corpus, known, with_label).count < find(corpus, known, Wanted(search="border")).count


@pytest.mark.parametrize("search", HOSTILE)
def test_a_search_is_only_data(corpus: Corpus, known: dict[str, Number], search: str) -> None:
    found = find(corpus, known, Wanted(search=search), 1000)
    wanted = terms.terms(search)
    texts = corpus.sentences()["text"]
    assert found.count == sum(all(terms.spans(text, [term]) for term in wanted) for text in texts)
    for name in ("actor", "speaker"):
        assert find(corpus, known, Wanted(**{name: search})).count == (0 if search else corpus.sentence_count())
    assert find(corpus, known, Wanted(outlets=(search,), event=search)).count == 0


def test_too_long_a_search_is_refused(corpus: Corpus, known: dict[str, Number]) -> None:
    for search in ("a" * 10_000, "a ' " * 2_500, " ".join(str(n) for n in range(20))):
        with pytest.raises(InputError, match="fewer"):
            find(corpus, known, Wanted(search=search))
    assert terms.terms("“one  two” three\nthree") == ["one two", "three"]


def test_what_the_corpus_lacks_is_said(corpus: Corpus, known: dict[str, Number]) -> None:
    with pytest.raises(InputError, match=r"frames_generic\.economic, frames_policy\.economic"):
        find(corpus, known, Wanted(label="economic"))
    for wanted in (
        Wanted(label="nothing.here"),
        Wanted(label="stance.balance"),
        Wanted(voices=("loud",)),
        Wanted(low=0.9, high=0.1),
    ):
        with pytest.raises(InputError):
            find(corpus, known, wanted)
    assert find(corpus, known, Wanted(label="conflict")).number == known["frames_generic.conflict"]
    assert (
        find(corpus, known, Wanted(label="voice.quoted")).count == find(corpus, known, Wanted(voices=("quoted",))).count
    )


def test_removed_articles_and_redated_ones(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add([article(number) for number in range(6)])
    assert find(corpus, {}, Wanted(search="crews")).count == 6
    score(corpus, scorer=scorer())
    gone = corpus.remove(article(1).id)
    corpus.edit(article(2).id, published=date(2031, 5, 6))
    found = find(corpus, {}, Wanted(search="crews"), 100)
    assert found.count == 5 and gone not in set(found.rows["article_id"])
    assert corpus.sentence_count() == 5 * 6
    assert find(corpus, {}, Wanted(first=date(2031, 1, 1))).count == 6
    assert corpus.named("actor", 3)


def test_what_is_said_of_one_sentence_is_what_is_counted(known: dict[str, Number], kesh: Comparison) -> None:
    heads = list({number.head.name: number.head for number in known.values()}.values())
    outlet = kesh.outlets[0]
    for row in kesh.sentences[kesh.sentences["outlet"] == outlet].head(3).to_dict("records"):
        place = (row["article_id"], row["index"])
        judged = said.of_sentence(heads, row)
        assert len(judged) == sum(len(head.labels) for head in heads if head.level == "sentence")
        for told in judged.to_dict("records"):
            behind = kesh.behind(outlet, told["head"], told["label"], "both")
            assert told["counted"] == (place in places(behind)) or row["index"] == 0
        here = kesh.mentions[(kesh.mentions["article_id"] == place[0]) & (kesh.mentions["index"] == place[1])]
        stances = said.of_actors(heads, here)
        assert set(stances["actor"]) == set(here["actor"])


def test_the_command_finds_the_same(scored_corpus: Path, corpus: Corpus, known: dict[str, Number]) -> None:
    options = ["sentences", str(scored_corpus), "--label", "sentiment.negative", "--search", "border", "--limit", "3"]
    found = find(corpus, known, Wanted(label="sentiment.negative", search="border"), 3)
    table = CliRunner().invoke(main, options, catch_exceptions=False)
    assert table.output.startswith(f"{found.count} of {corpus.sentence_count()} sentences; the first 3 follow")
    assert all(str(text) in table.output for text in found.rows["text"])
    content = json.loads(CliRunner().invoke(main, [*options, "--format", "json"], catch_exceptions=False).output)
    assert (content["count"], len(content["sentences"])) == (found.count, 3)
    csv = CliRunner().invoke(main, [*options, "--format", "csv"], catch_exceptions=False).output
    assert csv.startswith("article_id,index,")
    wrong = CliRunner().invoke(main, ["sentences", str(scored_corpus), "--label", "nothing"])
    assert wrong.exit_code == 1 and "frames_generic.conflict" in wrong.output


def test_the_table_to_take_away_is_what_was_found(corpus: Corpus, known: dict[str, Number]) -> None:
    wanted = Wanted(label="sentiment.negative")
    found, table = find(corpus, known, wanted, 10_000), found_table(corpus, known, wanted)
    assert list(table.columns) == TAKEN and len(table) == found.count
    assert list(table["text"]) == list(found.rows["text"]) and list(table["probability"]) == list(
        found.rows["probability"]
    )
    assert table["counted"].all() and set(table["label"]) == {"sentiment.negative"}
    assert len(found_table(corpus, known, wanted, 3)) == 3
    assert found_table(corpus, known, Wanted(search="the"))["label"].isna().all(), "no label was asked for"
