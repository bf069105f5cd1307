"""`framing headlines` and `framing words` at the command line, and what they and `compare` say to meagre input."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from framing.cli import main
from framing.copies import find_copies
from framing.corpus import Corpus
from framing.schema import Article
from framing.source_notes import date_notes

TELLING = (
    "The dockers walked out at dawn and left nine ships at the quay. Two people were hurt when a gate fell on them. "
    "“We were given no choice,” said Ines Halvorsen. The port owner called the strike reckless and unlawful. "
    "Talks ended without a result late on Monday night. Losses could reach 40 million crowns a week."
)
AHEAD = date.today() + timedelta(days=40)


def run(*arguments: str | Path, status: int = 0) -> str:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return " ".join(result.output.split()) if status else result.output


def told(*arguments: str | Path) -> str:
    """The output as one line, so that wrapped sentences can be looked for."""
    return " ".join(run(*arguments).split())


def test_headlines_of_nothing_and_of_nothing_scored(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    assert "no article here" in run("headlines", corpus.path, status=1)
    corpus.add([Article("Lone Post", "Dockers strike", TELLING, event="Alone")])
    assert "No headline here is scored" in told("headlines", corpus.path)


@pytest.fixture(scope="module")
def meagre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scored: one outlet alone and undated; two articles beside a single sentence of the future; many near-duplicates."""
    from framing.score import score

    corpus = Corpus.create(tmp_path_factory.mktemp("meagre") / "corpus")
    copies = [
        Article(
            "Wire A",
            f"Dockers strike, update {i}",
            f"{TELLING} Update {i} follows soon.",
            date(2024, 3, 4),
            event="Copies",
        )
        for i in range(12)
    ]
    corpus.add([
        Article("Lone Post", "Dockers strike", TELLING, event="Alone"),
        Article("Wire A", "Dockers walk out of port", TELLING.replace("nine", "ten"), date(2024, 3, 4), event="Two"),
        Article("Wire A", "Port strike goes on", TELLING.replace("nine", "six"), date(2024, 3, 5), event="Two"),
        Article("Brief B", "Port strike", "The port of Velmouth is on strike.", AHEAD, event="Two"),
        *copies,
        Article("Brief B", "Port stands still", TELLING.replace("Monday", "Tuesday"), date(2024, 3, 5), event="Copies"),
    ])  # fmt: skip
    score(corpus)
    return corpus.path


@pytest.mark.parametrize(
    ("event", "command", "sentences"),
    [
        ("Alone", "compare", ["Only Lone Post reports on this event", "No article here has a date"]),
        ("Alone", "headlines", ["Lone Post has 1 article with a headline", "describe this text, not the outlet"]),
        ("Alone", "words", ["Only Lone Post reports on this event: there is no other outlet to set it apart from."]),
        (
            "Two",
            "compare",
            [
                "Wire A has 2 articles on this event: an interval needs 3",
                "Brief B has only 1 sentence besides the headline: one sentence is 100 points",
                f"Dated in the future: Brief B (“Port strike”, {AHEAD.day} {AHEAD:%B %Y})",
            ],
        ),
        ("Two", "headlines", ["have few articles with a headline: a test needs 3"]),
        ("Two", "words", ["Brief B (1) and Wire A (2) have few articles on this event: no word is tested there"]),
        (
            "Copies",
            "compare",
            [
                "sentences are copies of another article's",
                "--copies-once, or the switch on the page, counts them once",
                "tests bolder",
            ],
        ),
        ("Copies", "headlines", ["sentences are copies of another article's"]),
        ("Copies", "words", ["sentences are copies of another article's"]),
    ],
)
def test_meagre_input_gives_a_sentence(meagre: Path, event: str, command: str, sentences: list[str]) -> None:
    output = told(command, meagre, "--event", event)
    for said in sentences:
        assert said in output


def test_headlines_of_all_events_of_one_and_of_an_article(scored_corpus: Path) -> None:
    everything, one = (
        run("headlines", scored_corpus, "--format", "json", *more) for more in ((), ("--event", "Nagorno"))
    )
    outlets = {row["outlet"] for row in json.loads(one)["outlets"]}
    assert {"Al Jazeera", "Antiwar.com"} <= outlets < {row["outlet"] for row in json.loads(everything)["outlets"]}
    rows = list(csv.DictReader(io.StringIO(run("headlines", scored_corpus, "--by", "article", "--format", "csv"))))
    assert {row["index"] for row in rows} == {"0"}
    output = run("headlines", scored_corpus, "--article", rows[0]["article_id"][:8])
    assert "the headline is" in output and "under it" in output
    assert "No article" in run("headlines", scored_corpus, "--article", "zzzzzz", status=1)


def test_words_with_their_sentences(scored_corpus: Path) -> None:
    chosen = ("--event", "Nagorno", "--outlets", "Al Jazeera", "--outlets", "Antiwar.com")
    found = json.loads(run("words", scored_corpus, *chosen, "--view", "own", "--without-names", "--format", "json"))
    assert {row["outlet"] for row in found["words"]} == {"Al Jazeera", "Antiwar.com"}
    assert not {row["word"] for row in found["words"]} & {"armenia", "azerbaijan", "baku", "turkey"}
    word = found["words"][0]["form"]
    assert f"»{word}" in run("words", scored_corpus, *chosen, "--word", word).lower()
    assert "There is no outlet 'Nobody'" in run(
        "words", scored_corpus, "--event", "Nagorno", "--outlet", "Nobody", status=1
    )


def test_thousands_of_near_duplicates_and_a_few_repeats() -> None:
    rows = pd.DataFrame([
        {"article_id": f"{k:04}", "outlet": "A", "index": i, "text": f"The very same words stand in each, number {i}."}
        for k in range(2000) for i in range(1, 4)
    ]).assign(published=pd.Timestamp("2024-03-01"))  # fmt: skip
    note = find_copies(rows, rows).note(once=False)
    assert note is not None and note.startswith("5997 of 6000 sentences are copies") and "tests bolder" in note
    assert find_copies(rows.iloc[:1], rows).note(once=False) is None


def test_dates_that_are_missing_or_ahead() -> None:
    rows = pd.DataFrame({"outlet": ["A", "B", "C"], "title": ["One", "Two", "Three"]})
    days = [pd.Timestamp("2024-01-01"), pd.NaT, pd.Timestamp("2024-03-01")]
    assert date_notes(rows.assign(published=days), date(2024, 2, 1)) == [
        "1 of 3 articles has no date.",
        "Dated in the future: C (“Three”, 1 March 2024). If a date is wrong, correct it with:  framing edit",
    ]
    assert date_notes(rows.assign(published=pd.NaT)) == [
        "No article here has a date: whether the outlets wrote at the same time cannot be told."
    ]
