"""Which outlet covered which event, on the command line and as a table; changes to events taken back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from framing import event_changes
from framing.cli import main
from framing.corpus import Corpus
from framing.coverage import coverage, findings, matrix, outlet_summary
from framing.errors import InputError
from framing.schema import Article


def article(outlet: str, day: int | None, event: str | None, title: str = "A title") -> Article:
    published = date(2024, 5, day) if day else None
    return Article(outlet, f"{title} {day}", f"Text of {outlet} on {event}.", published, event=event)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus.create(tmp_path / "corpus")
    made.add([
        article("Wire", 1, "Fire"), article("Wire", 3, "Fire"), article("Wire", 20, "Strike"),
        article("Post", 2, "Fire"), article("Post", 9, "=Flood"), article("Post", 20, "Strike"),
        article("Late", 19, "Strike"), article("Undated", None, "Fire"), article("Late", 25, None),
    ])  # fmt: skip
    return made


def test_silence_counts_only_while_the_outlet_is_in_the_corpus(corpus: Corpus) -> None:
    rows = coverage(corpus)
    status = {(row.event, row.outlet): row.status for row in rows.itertuples()}
    assert status["=Flood", "Wire"] == "not reported", "its articles are from before and after"
    assert status["Fire", "Late"] == "not in corpus"
    assert status["Strike", "Undated"] == "unknown"
    fire = rows[(rows["event"] == "Fire") & (rows["outlet"] == "Wire")].iloc[0]
    assert (fire["articles"], fire["n_outlets"], str(fire["first_article"].date())) == (2, 3, "2024-05-01")
    assert len(fire["article_ids"]) == 2
    wide = matrix(rows)
    assert list(wide.loc[fire["event_id"]]) == ["·", "1", "1", "2"]
    summary = outlet_summary(rows).set_index("outlet")
    assert tuple(summary.loc["Wire", ["reported", "in_its_time", "alone"]]) == (2, 3, 0)
    said = findings(rows)
    assert "Wire reported 2 of the 3 events in its time; not “=Flood” (1 other outlet reported it)." in said
    assert set(coverage(corpus, min_outlets=2)["event"]) == {"Fire", "Strike"}
    assert set(coverage(corpus, events=[fire["event_id"]])["event"]) == {"Fire"}
    pd.testing.assert_frame_equal(rows, coverage(corpus.articles()))
    with pytest.raises(InputError, match="outlet"):
        coverage(pd.DataFrame({"article_id": []}))


def test_coverage_on_the_command_line(corpus: Corpus, tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["events", str(corpus.path), *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "none" in run("--coverage") and "not in corpus then" in run("--coverage")
    assert ",'=Flood," in run("--coverage", "--format", "csv")
    assert len(json.loads(run("--coverage", "--format", "json"))) == 12
    assert "no event of 5 outlets" in run("--coverage", "--min-outlets", "5")
    wrong = CliRunner().invoke(main, ["events", str(corpus.path), "--format", "csv"])
    assert wrong.exit_code == 1 and "table alone" in wrong.output
    empty = Corpus.create(tmp_path / "empty")
    assert "no event" in CliRunner().invoke(main, ["events", str(empty.path), "--coverage"]).output


def ids(corpus: Corpus, event: str | None = None) -> list[str]:
    return [str(key) for key in corpus.articles(event, ["article_id"])["article_id"]]


def test_every_change_can_be_taken_back(corpus: Corpus) -> None:
    fire, strike = corpus.find_event("Fire"), corpus.find_event("Strike")
    before = event_changes.standing(corpus)
    for make in (
        lambda: event_changes.merge(corpus, fire, [strike]),
        lambda: event_changes.split(corpus, fire, ids(corpus, fire)[:1], "Other fire"),
        lambda: event_changes.pin(corpus, strike, True),
        lambda: event_changes.group(corpus),
        lambda: event_changes.rename(corpus, fire, "The fire"),
    ):
        change = make()
        assert change.said.endswith(".") and (change.names or event_changes.standing(corpus) != before)
        assert event_changes.take_back(corpus, change)
        assert event_changes.standing(corpus) == before
    assert corpus.find_event("Fire") == fire
    assert set(before.values()) == {(e, False) for e in (fire, strike, corpus.find_event("=Flood"), None)}


def test_what_was_changed_since_is_not_taken_back(corpus: Corpus) -> None:
    fire, strike = corpus.find_event("Fire"), corpus.find_event("Strike")
    merged = event_changes.merge(corpus, fire, [strike])
    event_changes.pin(corpus, fire, False)
    with pytest.raises(InputError, match="nothing was taken back"):
        event_changes.take_back(corpus, merged)
    named = event_changes.rename(corpus, fire, "One")
    event_changes.rename(corpus, fire, "Two")
    with pytest.raises(InputError, match="renamed again"):
        event_changes.take_back(corpus, named)
    for chosen, name, reason in (([], "New", "No article"), (ids(corpus, fire)[:1], " ", "no name")):
        with pytest.raises(InputError, match=reason):
            event_changes.split(corpus, fire, chosen, name)
