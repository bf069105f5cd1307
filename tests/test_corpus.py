from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from corpus_fakes import article, listing

from framing import adding
from framing.corpus import Corpus, event_key
from framing.errors import CorpusError, InputError
from framing.query import Engine
from framing.schema import Article, Rejection

ARTICLES = [article(number) for number in range(10)]


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "PART_ARTICLES", 4)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    filled = Corpus.ensure(tmp_path / "corpus")
    filled.add(ARTICLES)
    return filled


# --- storing and reading ---------------------------------------------------------------------------------------------


def test_what_is_stored_comes_back(corpus: Corpus) -> None:
    assert corpus.article(ARTICLES[3].id) == ARTICLES[3]
    articles = corpus.articles()
    assert set(articles["article_id"]) == {item.id for item in ARTICLES}
    assert articles["published"].dtype.kind == "M"
    assert articles["outlet"].tolist() == sorted(item.outlet for item in ARTICLES)


def test_sentences_come_in_order_with_offsets_and_quotes(corpus: Corpus) -> None:
    rows = corpus.sentences()
    mine = rows[rows["article_id"] == ARTICLES[3].id]
    assert mine["index"].tolist() == list(range(len(mine)))
    assert mine["headline"].tolist() == [True] + [False] * (len(mine) - 1)
    assert mine["text"].iloc[0] == ARTICLES[3].title
    for row in mine.iloc[1:].itertuples():
        assert ARTICLES[3].text[row.start : row.end] == row.text
    quoted = mine[mine["quotes"].map(len) > 0]
    ((start, end),) = quoted["quotes"].iloc[0]
    assert quoted["text"].iloc[0][start:end].startswith("We will not")
    assert rows["voice"].isna().all()


def test_a_query_of_one_event_gives_its_rows_alone(corpus: Corpus) -> None:
    event_id = corpus.find_event("Event 1")
    assert set(corpus.sentences(event_id)["event_id"]) == {event_id}
    assert set(corpus.articles(event_id)["article_id"]) == {item.id for item in ARTICLES if item.event == "Event 1"}
    assert corpus.sentences("0" * 16).empty


def test_named_columns_alone_are_read(corpus: Corpus) -> None:
    assert list(corpus.sentences(columns=["outlet", "text"]).columns) == ["outlet", "text"]
    assert list(corpus.articles(columns=["title"]).columns) == ["title"]
    with pytest.raises(InputError, match="no column 'colour'"):
        corpus.mentions(columns=["colour"])


def test_an_empty_corpus_answers_every_query(tmp_path: Path) -> None:
    empty = Corpus.create(tmp_path / "corpus")
    for frame in (empty.events(), empty.articles(), empty.sentences(), empty.mentions()):
        assert frame.empty
        assert len(frame.columns) > 5
    assert empty.status().articles == 0


def test_parts_have_a_fixed_size_and_are_written_as_the_input_flows(tmp_path: Path, small_parts: None) -> None:
    corpus = Corpus.ensure(tmp_path / "corpus")
    stored_before = []

    def stream() -> Iterator[Article]:
        for item in ARTICLES:
            stored_before.append(len(corpus.folder.stems()))
            yield item

    corpus.add(stream())
    assert stored_before == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert len(corpus.folder.stems()) == 3
    assert len(corpus.articles()) == 10


def test_long_articles_close_a_part_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "PART_CHARACTERS", 300)
    corpus = Corpus.ensure(tmp_path / "corpus")
    corpus.add(ARTICLES[:4])
    assert len(corpus.folder.stems()) == 2


def test_a_query_of_one_event_opens_only_the_parts_that_hold_it(
    tmp_path: Path, small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Corpus.ensure(tmp_path / "corpus")
    corpus.add(replace(item, event=f"Event {number // 4}") for number, item in enumerate(ARTICLES))
    opened: list[int] = []
    run = Engine.run

    def spy(self: Engine, sql: str, parameters: object, sources: dict, tables: object) -> object:
        opened.append(len(sources["sentences"].files) if "sentences" in sources else 0)
        return run(self, sql, parameters, sources, tables)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "run", spy)
    assert len(corpus.sentences(event_key("Event 1"))) > 0
    assert max(opened) == 1


def test_odd_characters_in_the_folder_name_do_no_harm(tmp_path: Path) -> None:
    corpus = Corpus.ensure(tmp_path / "it's [a] *corpus* = ü@1")
    corpus.add(ARTICLES[:2])
    assert len(corpus.sentences(event_key("Event 1"))) > 0


# --- the same again --------------------------------------------------------------------------------------------------


def test_adding_twice_changes_no_byte(corpus: Corpus) -> None:
    before = listing(corpus.path)
    report = corpus.add(ARTICLES)
    assert (report.stored, report.duplicates, report.read) == (0, 10, 10)
    assert listing(corpus.path) == before


def test_the_same_articles_give_the_same_bytes_elsewhere(corpus: Corpus, tmp_path: Path) -> None:
    other = Corpus.ensure(tmp_path / "other")
    other.add(reversed(ARTICLES))
    articles = "articles/" + corpus.folder.stems()[0] + ".parquet"
    assert listing(other.path)[articles] == listing(corpus.path)[articles]
    assert (other.path / "corpus.json").read_bytes() == (corpus.path / "corpus.json").read_bytes()


def test_everything_read_is_counted(tmp_path: Path) -> None:
    rejected = Rejection("a.csv", "row 3", "no text")
    broken = article(50, text="A lone surrogate \ud800 stands here.", source="b.txt")
    report = Corpus.ensure(tmp_path / "c").add([ARTICLES[0], ARTICLES[1], ARTICLES[0], rejected, broken])
    assert (report.stored, report.duplicates, len(report.rejected), report.read) == (2, 1, 2, 5)
    assert [item.source for item in report.rejected] == ["a.csv", "b.txt"]


# --- correcting and removing -----------------------------------------------------------------------------------------


def test_a_corrected_outlet_gives_a_new_article_in_the_place_of_the_old(corpus: Corpus) -> None:
    old = ARTICLES[3]
    new = corpus.edit(old.id, outlet="Daily Clarion")
    assert new != old.id
    assert corpus.article(new) == replace(old, outlet="Daily Clarion")
    assert len(corpus.articles()) == 10
    with pytest.raises(InputError, match="No article"):
        corpus.article(old.id)
    assert corpus.sentences().groupby("article_id").size()[new] == 6


def test_a_corrected_title_changes_the_headline_sentence(corpus: Corpus) -> None:
    new = corpus.edit(ARTICLES[3].id, title="  Another   headline ")
    rows = corpus.sentences()
    assert rows[(rows["article_id"] == new) & rows["headline"]]["text"].tolist() == ["Another headline"]


def test_a_corrected_date_keeps_the_id(corpus: Corpus) -> None:
    assert corpus.edit(ARTICLES[3].id, published=date(2020, 10, 17)) == ARTICLES[3].id
    assert corpus.article(ARTICLES[3].id).published == date(2020, 10, 17)
    assert corpus.events()["first"].min() == pd.Timestamp("2020-10-17")
    assert corpus.sentences()["published"].min() == pd.Timestamp("2020-10-17")


def test_an_edit_can_be_taken_back(corpus: Corpus) -> None:
    before = corpus.articles()
    new = corpus.edit(ARTICLES[3].id, outlet="Daily Clarion", published=date(2020, 1, 1))
    assert corpus.edit(new, outlet=ARTICLES[3].outlet, published=ARTICLES[3].published) == ARTICLES[3].id
    pd.testing.assert_frame_equal(corpus.articles(), before)


def test_an_edit_that_changes_nothing_writes_nothing(corpus: Corpus) -> None:
    before = listing(corpus.path)
    assert corpus.edit(ARTICLES[3].id, outlet=ARTICLES[3].outlet) == ARTICLES[3].id
    assert listing(corpus.path) == before


def test_edits_that_cannot_be_are_refused(corpus: Corpus) -> None:
    with pytest.raises(InputError, match="Nothing to change"):
        corpus.edit(ARTICLES[3].id)
    with pytest.raises(InputError, match="title is empty"):
        corpus.edit(ARTICLES[3].id, title=" ")
    twin = replace(ARTICLES[3], outlet="Daily Clarion")
    corpus.add([twin])
    with pytest.raises(InputError, match=f"{twin.id} already has"):
        corpus.edit(ARTICLES[3].id, outlet="Daily Clarion")


def test_reading_the_original_again_brings_back_nothing(corpus: Corpus) -> None:
    corpus.edit(ARTICLES[3].id, outlet="Daily Clarion")
    corpus.remove(ARTICLES[4].id)
    before = listing(corpus.path)
    report = corpus.add(ARTICLES)
    assert (report.stored, report.duplicates, report.withheld) == (0, 10, 2)
    assert listing(corpus.path) == before
    assert len(corpus.articles()) == 9


def test_restore_brings_back_what_was_removed_as_corrected(corpus: Corpus) -> None:
    new = corpus.edit(ARTICLES[3].id, outlet="Daily Clarion")
    corpus.remove(new)
    corpus.remove(ARTICLES[4].id)
    report = corpus.add(ARTICLES, restore=True)
    assert (report.stored, report.restored, report.duplicates) == (2, 2, 8)
    assert {new, ARTICLES[4].id} <= set(corpus.articles()["article_id"])
    assert ARTICLES[3].id not in set(corpus.articles()["article_id"])
    assert corpus.add(ARTICLES, restore=True).restored == 0


def test_a_removed_article_is_in_no_query(corpus: Corpus) -> None:
    gone = corpus.remove(ARTICLES[4].id[:8])
    for frame in (corpus.articles(), corpus.sentences()):
        assert gone not in set(frame["article_id"])
    assert corpus.events()["n_articles"].sum() == 9
    assert corpus.status().hidden == 1


# --- events ----------------------------------------------------------------------------------------------------------


def test_events_are_listed_by_their_first_date(corpus: Corpus) -> None:
    events = corpus.events()
    assert events["event"].tolist() == ["Event 0", "Event 1"]
    assert events["n_articles"].tolist() == [5, 5]
    assert events["n_outlets"].tolist() == [3, 3]
    assert not events["pinned"].any()


def test_names_that_differ_in_capitals_and_spaces_are_one_event(corpus: Corpus) -> None:
    corpus.add([article(20, event=" event   0")])
    assert corpus.events()["n_articles"].tolist() == [6, 5]


def test_pages_that_reprint_several_articles_are_pinned(corpus: Corpus) -> None:
    corpus.add([article(20, event="A page", kind="reprint")])
    pinned = corpus.events().set_index("event")["pinned"].to_dict()
    assert pinned == {"Event 0": False, "Event 1": False, "A page": True}


def test_articles_can_be_put_into_another_event(corpus: Corpus) -> None:
    event_id = corpus.assign_event([ARTICLES[0].id[:6], ARTICLES[1].id], "The third")
    assert corpus.events().set_index("event_id").loc[event_id, "n_articles"] == 2
    before = listing(corpus.path)
    assert corpus.assign_event([ARTICLES[0].id], event_id) == event_id
    corpus.add(ARTICLES)
    assert listing(corpus.path) == before, "neither the same again nor a second reading of the files changes the event"


def test_a_second_reading_fills_in_a_missing_event(corpus: Corpus) -> None:
    corpus.add([article(20, event=None)])
    corpus.add([article(20, event="Event 1")])
    assert corpus.event_of(article(20).id) == ("Event 1", False)


def test_the_event_follows_an_edited_article(corpus: Corpus) -> None:
    corpus.assign_event([ARTICLES[3].id], "Pinned", pinned=True)
    assert corpus.event_of(corpus.edit(ARTICLES[3].id, title="New")) == ("Pinned", True)


def test_an_event_is_found_by_name_part_and_id(corpus: Corpus) -> None:
    wanted = event_key("Event 1")
    for name in (wanted, wanted[:6], "Event 1", "EVENT  1", "t 1"):
        assert corpus.find_event(name) == wanted
    with pytest.raises(InputError, match="several events"):
        corpus.find_event("event")
    with pytest.raises(InputError, match="no event"):
        corpus.find_event("volcano")


def test_an_article_is_found_by_the_beginning_of_its_id(corpus: Corpus) -> None:
    assert corpus.find_article(ARTICLES[0].id[:6].upper()) == ARTICLES[0].id
    with pytest.raises(InputError, match="too short"):
        corpus.find_article(ARTICLES[0].id[:5])
    with pytest.raises(InputError, match="No article"):
        corpus.find_article("zzzzzz")


# --- killed at any moment --------------------------------------------------------------------------------------------

# Each moment runs in a fork of its own that kills itself there: before or after the n-th file takes its place, or in
# the middle of writing it. Forked before DuckDB and Arrow start threads.
DRIVER = """
import os, signal, sys
from pathlib import Path
from corpus_fakes import article
from framing import adding, parts
from framing.corpus import Corpus

adding.PART_ARTICLES = 4
appear, count = parts.appear, 0

def dying(moment, number):
    def replacement(beside, file):
        global count
        count += 1
        if count == number and moment == "half":
            beside.write_bytes(beside.read_bytes()[:-50])
        if count == number and moment in ("half", "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        appear(beside, file)
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
    return replacement

for name in sys.argv[2:]:
    what, moment, number = name.split("-")
    child = os.fork()
    if child == 0:
        corpus = Corpus(Path(sys.argv[1]) / name)
        parts.appear = dying(moment, int(number))
        if what == "add":
            corpus.add(article(n) for n in range(10))
        else:
            corpus.edit(article(3).id, outlet="Daily Clarion")
        os._exit(9)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), name
"""
MOMENTS = ["add-before-1", "add-before-2", "add-after-2", "add-half-5"]
EDITS = ["edit-after-1", "edit-after-2", "edit-after-3", "edit-after-4"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_kill_at_any_moment_loses_nothing_stored(tmp_path: Path, small_parts: None) -> None:
    whole = Corpus.create(tmp_path / "whole")
    whole.add(ARTICLES)
    for name in MOMENTS:
        Corpus.create(tmp_path / name)
    for name in EDITS:
        Corpus.create(tmp_path / name).add(ARTICLES)
    subprocess.run(
        [sys.executable, "-c", DRIVER, str(tmp_path), *MOMENTS, *EDITS],
        cwd=Path(__file__).parent,
        check=True,
        timeout=60,
    )
    for name in MOMENTS:
        corpus = Corpus.open(tmp_path / name)
        stored = len(corpus.articles())
        files = listing(corpus.path).items()
        kept = {file: digest for file, digest in files if file.startswith("articles/") and "tmp" not in file}
        report = corpus.add(ARTICLES)
        assert report.stored == 10 - stored
        assert kept.items() <= listing(corpus.path).items(), name
        assert {file for file in listing(corpus.path) if "tmp" in file or "writer" in file} == set()
        for read in (Corpus.articles, Corpus.sentences):
            pd.testing.assert_frame_equal(read(corpus), read(whole))
        assert corpus.folder.manifest().counts == whole.folder.manifest().counts
    for name in EDITS:
        corpus = Corpus.open(tmp_path / name)
        standing = set(corpus.articles()["article_id"])
        assert len(standing) == 10, f"{name}: either the old article stands or the new one"
        if ARTICLES[3].id in standing:
            corpus.edit(ARTICLES[3].id, outlet="Daily Clarion")
        assert corpus.sentences().groupby("outlet").size()["Daily Clarion"] == 6
        assert len(corpus.articles()) == 10


# --- two writers -----------------------------------------------------------------------------------------------------


def test_a_second_writer_is_told_and_a_dead_one_holds_nothing(corpus: Corpus) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print(1, flush=True); input()",
            str(corpus.path / ".lock"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    (corpus.path / ".writer").write_text("process 1 since 12:00:00")
    with pytest.raises(CorpusError, match="being written by process 1 since"):
        corpus.add(ARTICLES)
    assert len(corpus.articles()) == 10, "reading needs no lock"
    holder.kill()
    holder.communicate()
    assert corpus.add([article(30)]).stored == 1


def test_an_interrupted_query_is_an_interruption(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise RuntimeError("Query interrupted")  # what DuckDB makes of Ctrl-C

    monkeypatch.setattr(Engine, "_run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        corpus.articles()


# --- missing, damaged, newer -----------------------------------------------------------------------------------------


def test_what_is_no_corpus_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no corpus at .*framing ingest"):
        Corpus.open(tmp_path / "none")
    (tmp_path / "notes.txt").write_text("mine")
    for attempt in (Corpus.open, Corpus.ensure, Corpus.repair):
        with pytest.raises(CorpusError, match="no corpus"):
            attempt(tmp_path)
    with pytest.raises(CorpusError, match="already holds files"):
        Corpus.create(tmp_path)
    with pytest.raises(CorpusError, match="is a file"):
        Corpus.create(tmp_path / "notes.txt")


def test_a_newer_corpus_asks_for_an_update(corpus: Corpus) -> None:
    manifest = corpus.path / "corpus.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99, "framing": "9.0"}))
    with pytest.raises(CorpusError, match=r"newer version \(framing 9.0, format 99.*pip install --upgrade"):
        Corpus.open(corpus.path)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe"])
def test_a_lost_manifest_is_rebuilt_from_the_parts(corpus: Corpus, content: bytes | None) -> None:
    manifest = corpus.path / "corpus.json"
    before = manifest.read_bytes()
    if content is None:
        manifest.unlink()
    else:
        manifest.write_bytes(content)
    with pytest.raises(CorpusError, match="framing repair"):
        Corpus.open(corpus.path)
    assert Corpus.repair(corpus.path) == ["rebuilt corpus.json"]
    assert manifest.read_bytes() == before
    assert Corpus.repair(corpus.path) == []


def test_damaged_parts_are_named_set_aside_and_made_again(tmp_path: Path, small_parts: None) -> None:
    corpus = Corpus.ensure(tmp_path / "corpus")
    corpus.add(ARTICLES)
    first, second, _ = corpus.folder.stems()
    for file in (corpus.path / f"articles/{first}.parquet", corpus.path / f"sentences/{second}.parquet"):
        file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(CorpusError, match="framing repair"):
        corpus.sentences()
    done = Corpus.repair(corpus.path)
    assert f"set aside articles/{first}.parquet" in done
    assert f"split part {second} into sentences again" in done
    assert len(corpus.articles()) in (6, 8)
    corpus.add(ARTICLES)
    assert len(corpus.articles()) == 10
    assert len(corpus.sentences()) == 60


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="Cannot create the corpus"):
        Corpus.create(tmp_path / "file" / "corpus")


def test_a_badly_named_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    odd = Article("Northern Wire", "Odd", "The first sentence stands here.", source="caf\udce9.txt")
    fine = Article("Northern Wire", "Fine", "The second sentence stands here.", note="bad \udce9 note")
    report = corpus.add([odd, fine, Rejection("caf\udce9.bin", "", "is binary")])
    assert (report.stored, [r.source for r in report.rejected]) == (1, ["", "caf?.bin"])
    assert corpus.articles()["source"].tolist() == ["caf?.txt"]
