"""Grouping of invented mini-articles, and events corrected by hand."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from framing import events
from framing.agglomerate import Rules, agglomerate
from framing.cli import main
from framing.corpus import Corpus, event_key
from framing.errors import InputError
from framing.grouping import Story, group
from framing.schema import Article

FIRE = [
    (
        "Blaze guts Hallmer supermarket in Osterby",
        "A fire destroyed the Hallmer supermarket in Osterby on Friday night. Fifty firefighters under Chief Lena Brandvik fought the blaze in Mill Street.",
    ),
    (
        "Osterby: supermarket destroyed by fire",
        "The Hallmer store in Mill Street, Osterby, burned down late on Friday. Chief Lena Brandvik said fifty firefighters fought the blaze.",
    ),
    (
        "Fire destroys Hallmer store, residents moved out",
        "Residents of Mill Street in Osterby had to leave when fire destroyed a Hallmer supermarket on Friday night, fire chief Lena Brandvik said.",
    ),
]
OTHER_FIRE = [
    (
        "Supermarket fire in Vellinge tackled",
        "Crews tackled a fire at the Corvo supermarket in Vellinge on Sunday morning. Inspector Pal Szente said half of the roof had collapsed in Station Road.",
    ),
    (
        "Vellinge supermarket roof collapses in fire",
        "Half of the roof of the Corvo supermarket in Station Road, Vellinge, collapsed in a fire on Sunday, inspector Pal Szente said.",
    ),
]
STRIKE = [
    (
        "Dockers walk out at Halden port",
        "Dockers at the port of Halden walked out at dawn over pay. Union leader Ines Halvorsen called the offer of Halden Terminals an insult.",
    ),
    (
        "Strike halts Halden terminal",
        "A strike by dockers over pay halted Halden Terminals at dawn, and union leader Ines Halvorsen said the port would stay shut.",
    ),
]
LONE = (
    "Astronomers find a comet",
    "A comet with a green tail will pass the Earth in spring, the Lindqvist observatory said.",
)
TEXTS = [*FIRE, *OTHER_FIRE, *STRIKE, LONE]
EXPECTED = {(0, 1, 2), (3, 4), (5, 6), (7,)}


def stories(texts: Sequence[tuple[str, str]], days: Sequence[date | None] | None = None) -> list[Story]:
    return [Story(*text, published=day) for text, day in zip(texts, days or [None] * len(texts), strict=True)]


def found(items: Iterable[Story]) -> set[tuple[int, ...]]:
    return {item.positions for item in group(list(items))}


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=text)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    made = Corpus.create(tmp_path / "corpus")
    made.add(Article(f"Outlet {i}", *text) for i, text in enumerate(TEXTS))
    return made


def ids(corpus: Corpus) -> dict[str, str]:
    frame = corpus.articles(columns=["title", "article_id"])
    return dict(zip(frame["title"], frame["article_id"], strict=True))


def grouping(corpus: Corpus) -> set[tuple[str, ...]]:
    frame = corpus.articles(columns=["title", "event_id"])
    return {tuple(sorted(titles)) for _, titles in frame.groupby("event_id")["title"]}


def titles(*texts: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(text[0] for items in texts for text in items))


def test_one_happening_is_one_event_and_look_alikes_stay_apart() -> None:
    assert found(stories(TEXTS)) == EXPECTED


def test_the_order_of_the_input_does_not_count() -> None:
    for seed in range(5):
        order = random.Random(seed).sample(range(len(TEXTS)), len(TEXTS))
        groups = found(stories([TEXTS[i] for i in order]))
        assert {tuple(sorted(order[i] for i in positions)) for positions in groups} == EXPECTED


def test_dates_part_what_words_would_join_and_missing_or_future_ones_do_nothing() -> None:
    start, ahead = date(2024, 3, 4), date.today() + timedelta(days=300)
    assert found(stories(FIRE, [start, start, start + timedelta(days=40)])) == {(0, 1), (2,)}
    assert found(stories(FIRE, [start, None, start + timedelta(days=2)])) == {(0, 1, 2)}
    assert found(stories(FIRE, [start, start, ahead])) == {(0, 1, 2)}


def test_a_sequel_is_no_retelling() -> None:
    from framing.story_meaning import judged

    texts = [
        "Dockers at Velmouth began a strike on Monday, saying that Halden Terminals had refused to raise their pay.",
        "About 900 dock workers in Velmouth stopped work on Monday after pay talks with Halden Terminals broke down.",
        "Dockers at Velmouth ended their strike on Friday after Halden Terminals agreed to raise their pay.",
    ]
    titles = ["Port of Velmouth at a standstill", "Dock workers in Velmouth walk out over pay", "Velmouth strike ends"]
    a, b, other_day = np.array([0, 0]), np.array([1, 2]), np.array([0.0, 1.0])
    found = judged(np.array([0.3, 0.3]), [[t] for t in titles], [[t] for t in texts], a, b, other_day)
    assert found[0] > 0 > found[1]


def test_copies_and_thousands_of_near_copies_are_one_event() -> None:
    near = [(FIRE[0][0], f"{FIRE[0][1]} Update {number}.") for number in range(1500)]
    groups = found(stories([*near, FIRE[0], FIRE[0], *STRIKE]))
    assert groups == {tuple(range(1502)), (1502, 1503)}


def test_other_scripts_and_empty_lists() -> None:
    assert group([]) == []
    texts = [
        ("日本の首相が辞任を発表した", "首相は記者会見で辞任を発表した"),
        ("首相が辞任を発表", "日本の首相が記者会見で辞任を発表した"),
        LONE,
    ]
    assert found(stories(texts)) == {(0, 1), (2,)}


def test_new_articles_join_or_open_events_without_moving_the_rest() -> None:
    known = [Story(*text, event=event) for text, event in zip(FIRE[:2] + OTHER_FIRE[:1], "aab", strict=True)]
    assert found([*known, Story(*FIRE[2]), Story(*OTHER_FIRE[1]), Story(*LONE)]) == {(0, 1, 3), (2, 4), (5,)}
    apart = [Story(*FIRE[0], event="a"), Story(*FIRE[0], event="b")]
    assert found(apart) == {(0,), (1,)}


def test_fixed_nodes_never_meet_and_the_nearest_join_first() -> None:
    edges = [(0, 1, 0.9), (0, 2, 0.8), (1, 2, 0.7)]
    assert agglomerate([1] * 3, edges, Rules(0.5), [0.0] * 3, [True, False, True]) == [[2], [0, 1]]
    pairs = [(0, 1, 0.9), (2, 3, 0.9), *((a, b, 0.5) for a in (0, 1) for b in (2, 3))]
    assert len(agglomerate([1] * 4, pairs, Rules(0.4), [0.0] * 4, [False] * 4)) == 1
    assert len(agglomerate([1] * 4, pairs, Rules(0.4, cohesion=0.7), [0.0] * 4, [False] * 4)) == 2


def test_a_list_gives_a_line_each_in_order_and_bad_rows_say_why(tmp_path: Path) -> None:
    good = [
        {"id": i, "title": title, "text": text, "published": "2024-03-04T23:30:00-05:00"}
        for i, (title, text) in enumerate(FIRE)
    ]
    bad = [
        "{",
        '{"id": "x", "title": "", "text": null}',
        '{"id": "y", "title": "A strike", "published": "yesterday"}',
        "[]",
        '{"title": "No id"}',
    ]
    lines = [json.dumps(good[0]), *bad, *(json.dumps(row) for row in good[1:])]
    file = tmp_path / "list.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("events", "--articles", str(file), "--format", "jsonl")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 3
    assert [row["id"] for row in rows] == [0, 2, "x", "y", 5, 6, 1, 2]
    assert all(set(row) == {"id", "error"} for row in rows[1:6])
    assert {row["event"] for row in rows[:1] + rows[6:]} == {rows[0]["event"]}
    assert "no words" in rows[2]["error"] and "yesterday" in rows[3]["error"]
    assert "5 of 8 lines" in result.stderr
    assert run("events", "--articles", "-", text=json.dumps(good[0])).exit_code == 0
    assert run("events", "--articles", str(tmp_path / "none")).exit_code == 1
    assert run("events").exit_code == 1


def test_a_corpus_is_grouped_once_and_named_after_headlines(corpus: Corpus) -> None:
    assert "--group" in run("events", str(corpus.path)).output
    result = run("events", str(corpus.path), "--group")
    assert result.exit_code == 0, result.output
    assert "None of these articles have a date" in result.stderr
    assert "8 articles" in result.stderr and "1 with one article" in result.stderr
    assert grouping(corpus) == {titles(FIRE), titles(OTHER_FIRE), titles(STRIKE), titles([LONE])}
    named = corpus.events()
    assert set(named["event"]) <= {title for title, _ in TEXTS}
    assert all(row.event_id == event_key(row.event) for row in named.itertuples())
    assert events.group_corpus(corpus).articles == 0


def test_new_articles_of_a_corpus_join_and_a_second_headline_gets_its_own_name(corpus: Corpus) -> None:
    fire = corpus.assign_event([ids(corpus)[title] for title, _ in FIRE[:2]], "The fire")
    events.group_corpus(corpus)
    assert titles(FIRE) in grouping(corpus) and corpus.find_event("The fire") == fire
    before = grouping(corpus)
    corpus.add(
        [Article("Late", "Choir sings in Tromvik", "The Aurora choir sings in the town hall.", date(2024, 5, 1))]
    )
    report = events.group_corpus(corpus)
    assert (report.articles, report.opened) == (1, 1)
    assert grouping(corpus) == before | {("Choir sings in Tromvik",)}


def test_names_of_events_are_unique_and_short() -> None:
    used: set[str] = set()
    story = Story("Fire in Osterby", "Text.", date(2024, 5, 1))
    names = [events._new_name(story, used) for _ in range(3)]
    assert names == ["Fire in Osterby", "Fire in Osterby, 2024-05-01", "Fire in Osterby, 2024-05-01 (2)"]
    assert events._new_name(Story("", "word " * 60), used).endswith(" …")


def test_corrections_survive_a_regrouping(corpus: Corpus) -> None:
    events.group_corpus(corpus)
    known = ids(corpus)
    path, strike = str(corpus.path), corpus.event_of(known[STRIKE[0][0]])
    assert strike
    strike_id = corpus.find_event(strike[0])
    assert run("event", "rename", path, strike_id, "Port  strike").exit_code == 0
    assert corpus.find_event("port strike") == strike_id
    assert corpus.assign_event([known[STRIKE[0][0]]], strike[0]) == strike_id, "the first name still leads there"
    result = run("event", "merge", path, known_event(corpus, FIRE), known_event(corpus, OTHER_FIRE))
    assert result.exit_code == 0 and "5 articles" in result.output
    result = run("event", "split", path, known_event(corpus, FIRE), known[FIRE[0][0]], "--name", "First report")
    assert result.exit_code == 0, result.output
    before, named = grouping(corpus), dict(corpus.events()[["event_id", "event"]].to_numpy())
    assert events.group_corpus(corpus, regroup=True).articles == 3, "the strike and the comet are not pinned"
    assert (
        grouping(corpus) == before == {titles(FIRE[:1]), titles(FIRE[1:], OTHER_FIRE), titles(STRIKE), titles([LONE])}
    )
    assert dict(corpus.events()[["event_id", "event"]].to_numpy()) == named
    assert run("event", "pin", path, "Port strike").exit_code == 0
    assert events.group_corpus(corpus, regroup=True).articles == 1
    assert run("event", "pin", path, "Port strike", "--off").exit_code == 0
    assert events.group_corpus(corpus, regroup=True).articles == 3


def known_event(corpus: Corpus, texts: Sequence[tuple[str, str]]) -> str:
    found = corpus.event_of(ids(corpus)[texts[-1][0]])
    assert found
    return found[0]


def test_corrections_that_cannot_be_say_so(corpus: Corpus) -> None:
    events.group_corpus(corpus)
    known = ids(corpus)
    fire, strike = known_event(corpus, FIRE), known_event(corpus, STRIKE)
    with pytest.raises(InputError, match="with itself"):
        events.merge(corpus, fire, [fire])
    with pytest.raises(InputError, match="is not in the event"):
        events.split(corpus, fire, [known[STRIKE[0][0]]], "New")
    with pytest.raises(InputError, match="all articles"):
        events.split(corpus, strike, [known[title] for title, _ in STRIKE], "New")
    with pytest.raises(InputError, match="already"):
        events.split(corpus, fire, [known[FIRE[0][0]]], strike)
    with pytest.raises(InputError, match="already"):
        corpus.rename_event(fire, strike)
