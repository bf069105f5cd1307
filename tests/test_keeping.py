from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import filelock
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from corpus_fakes import article, listing, scorer

from framing import adding, parts, rejecting
from framing.checking import check
from framing.cli import main
from framing.corpus import Corpus
from framing.errors import CorpusError
from framing.holdings import holdings, to_do
from framing.schema import Rejection
from framing.score import score, targets_of
from framing.seal import seal_of, sealed
from framing.verifying import verify

ROOT = Path(__file__).parents[1]
ARTICLES = [article(number) for number in range(6)]
INSTALLED = {target.name: target.version for target in targets_of(scorer())}


@pytest.fixture
def scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setattr(adding, "PART_ARTICLES", 3)
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add(ARTICLES)
    score(corpus, scorer=scorer())
    return corpus


def framing(*arguments: object, status: int = 0) -> str:
    result = CliRunner().invoke(main, [str(item) for item in arguments])
    assert result.exit_code == status, result.output
    return result.output


def unseal(file: Path) -> None:
    """The part as versions before checksums wrote it."""
    pq.write_table(pq.read_table(file, partitioning=None).replace_schema_metadata(None), file)


# --- rejections ------------------------------------------------------------------------------------------------------


def test_rejections_are_kept_once_and_leave_when_the_fault_is_gone(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    faults = [
        Rejection("a.csv", "row 3", "no text"),
        Rejection("a.csv", "row 9", "no outlet"),
        Rejection("b.txt", "", "empty"),
    ]
    for _ in range(2):
        report = corpus.add([article(1, source="a.csv#1"), *faults])
        assert report.read == report.stored + report.duplicates + report.rejections == 4
        assert corpus.rejected().to_numpy().tolist() == [[f.source, f.position, f.reason] for f in faults]
    before = listing(corpus.path)
    corpus.add([article(1, source="a.csv#1"), *faults])
    assert listing(corpus.path) == before, "nothing new, nothing written"
    corpus.add([article(2, source="a.csv#3"), faults[1]])
    assert corpus.rejected()["position"].tolist() == ["row 9", ""], "row 3 is read now; b.txt was not read again"
    assert corpus.status().rejected == 2
    corpus.add([Rejection("c.txt", "", "empty"), faults[0], faults[1]])
    assert set(corpus.rejected()["position"]) == {"row 3", "row 9", ""} and len(corpus.rejected()) == 4


def test_what_is_piped_in_never_clears_an_earlier_rejection(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add([Rejection("stdin", "line 3", "is not JSON")])
    corpus.add([article(1, source="stdin#1")])
    assert len(corpus.rejected()) == 1


def test_many_rejections_are_counted_kept_and_reported_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejecting, "LISTED", 5)
    monkeypatch.setattr(rejecting, "_FULL", 4)
    corpus = Corpus.create(tmp_path / "corpus")
    report = corpus.add(Rejection("big.csv", f"row {n}", "no text") for n in range(11))
    assert (len(report.rejected), report.more_rejected, report.rejections) == (5, 6, 11)
    assert corpus.rejected()["position"].tolist() == [f"row {n}" for n in range(11)]


def test_the_command_lists_rejections_in_every_form(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    assert "Nothing was rejected" in framing("rejected", corpus.path)
    corpus.add([Rejection("=evil.csv", "row 3", "no text")])
    assert "=evil.csv, row 3: no text\n1 text" in framing("rejected", corpus.path)
    assert framing("rejected", corpus.path, "--format", "csv").splitlines() == [
        "source,position,reason",
        "'=evil.csv,row 3,no text",
    ]
    assert json.loads(framing("rejected", corpus.path, "--format", "json"))[0]["position"] == "row 3"


# --- checksums -------------------------------------------------------------------------------------------------------


def test_every_flipped_byte_shows() -> None:
    table = pa.Table.from_pylist([{"source": "a", "position": "framing.sha256\x18\x40" + "0" * 64, "reason": "b"}] * 3)
    raw = sealed(table)
    assert seal_of(raw) == "whole" and sealed(table) == raw
    assert pq.read_table(pa.BufferReader(raw)).to_pylist() == table.to_pylist()
    for place in range(len(raw)):
        flipped = bytearray(raw)
        flipped[place] ^= 0x10
        assert seal_of(bytes(flipped)) != "whole", place
    assert seal_of(raw[:-1]) != "whole"


def test_a_part_that_is_not_what_was_written_is_never_read_for_scoring(scored: Corpus) -> None:
    stem = scored.folder.stems()[0]
    file = scored.path / "sentences" / f"{stem}.parquet"
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 3] ^= 1
    file.write_bytes(raw)
    with pytest.raises(CorpusError, match=f"sentences/{stem}.parquet .*framing repair"):
        score(scored, scorer=scorer("v2"))


# --- check -----------------------------------------------------------------------------------------------------------


def test_a_whole_corpus_has_no_fault(scored: Corpus) -> None:
    scored.edit(ARTICLES[3].id, title="Turkey counts another day")
    score(scored, scorer=scorer())
    scored.add([Rejection("a.csv", "row 3", "no text")])
    report = check(scored.folder, INSTALLED)
    assert report.findings == []
    assert report.files == len([name for name in listing(scored.path) if name.endswith(".parquet")])


@pytest.mark.parametrize("harm", ["truncated", "flipped", "deleted"])
@pytest.mark.parametrize("table", ["articles", "sentences", "mentions", "scores", "events"])
def test_harm_is_told_repaired_and_made_good(scored: Corpus, table: str, harm: str) -> None:
    before = {name: getattr(scored, name)() for name in ("articles", "sentences", "mentions", "events")}
    file = sorted(scored.path.glob(f"{table}/**/*.parquet"))[0]
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 4
    file.write_bytes({"truncated": raw[:-30], "flipped": raw, "deleted": b""}[harm])
    if harm == "deleted":
        file.unlink()
    report = check(scored.folder, INSTALLED)
    if (table, harm) not in {("mentions", "deleted"), ("scores", "deleted")}:
        assert report.faults and all("framing" in item.remedy or "copy" in item.remedy for item in report.faults)
    else:
        assert any("lacks 1 part" in item.what and "framing score" in item.remedy for item in report.findings)
    if (table, harm) == ("articles", "deleted"):
        kept = listing(scored.path)
        with pytest.raises(CorpusError, match=r"1 of the parts .* gone .*framing repair"):
            scored.add(ARTICLES)
        assert kept.items() <= listing(scored.path).items(), "the sentences and scores of the lost part stay"
    Corpus.repair(scored.path)
    scored.add(ARTICLES)
    score(scored, scorer=scorer())
    assert check(scored.folder, INSTALLED).faults == []
    for name, frame in before.items():
        now, columns = getattr(scored, name)(), list(frame.columns.drop("quotes", errors="ignore"))
        pd.testing.assert_frame_equal(
            *(f[columns].sort_values(columns[:5]).reset_index(drop=True) for f in (frame, now))
        )
    if table == "articles":
        assert sorted((scored.path / "damaged").glob("sentences-*")), (
            "its sentences are kept: they may be the only copy"
        )


def test_rows_that_do_not_fit_each_other_are_told(scored: Corpus) -> None:
    target = scored.folder.manifest().current["tone"]
    first, second = (scored.folder.complete(target, stem) for stem in scored.folder.stems())
    table = scored.folder.read(first)
    scored.folder.write(first, table.slice(1))
    wrong = pa.array(np.full(len(table), 1.5, np.float32))
    scored.folder.write(second, scored.folder.read(second).set_column(2, "tone.bad", wrong))
    stem = scored.folder.stems()[0]
    sentences = scored.folder.read(scored.path / "sentences" / f"{stem}.parquet")
    moved = sentences.set_column(2, "text", pa.array(["Another text."] * len(sentences)))
    scored.folder.write(scored.path / "sentences" / f"{stem}.parquet", moved)
    told = {item.what for item in check(scored.folder).faults}
    assert "1 rows are missing, 0 are of no sentence or mention here" in told
    assert "holds probabilities of tone.bad below 0 or above 1" in told
    assert f"{len(sentences)} do not stand in their article" in told


def test_an_article_that_was_changed_by_hand_is_told_also_without_a_checksum(scored: Corpus) -> None:
    file = scored.path / "articles" / f"{scored.folder.stems()[0]}.parquet"
    table = scored.folder.read(file)
    texts = [text.replace("Turkey", "Norway") for text in table["text"].to_pylist()]
    pq.write_table(table.set_column(3, "text", pa.array(texts)), file)
    assert any("has another text" in item.what for item in check(scored.folder).faults)


def test_the_commands_tell_and_say_by_their_status(scored: Corpus) -> None:
    assert "no fault" in framing("check", scored.path)
    assert "Nothing is scored yet" not in framing("status", scored.path)
    rows = json.loads(framing("status", scored.path, "--format", "json"))
    tone = next(row for row in rows if row["name"] == "tone")
    assert (tone["read"], tone["installed"], tone["parts"], tone["missing"]) == (True, False, 2, 0)
    (scored.path / "articles" / f"{scored.folder.stems()[0]}.parquet").unlink()
    output = framing("check", scored.path, status=1)
    assert "FAULT  articles/: 1 part gone" in output and "framing repair" in output


def test_status_tells_versions_and_what_is_missing(scored: Corpus) -> None:
    assert to_do(holdings(scored, INSTALLED)) == []
    scored.add([article(40)])
    newer = {**INSTALLED, "tone": "v2", "extra": "v1"}
    del newer["stance"]
    told = to_do(holdings(scored, newer))
    assert "extra: not scored yet." in told
    assert "tone: scored by v1, installed is v2; 3 parts still to score." in told
    assert any(line.startswith("stance: scored by v1") and "not installed" in line for line in told)
    assert any(line.startswith("mentions: 1 part still") for line in told)


# --- verify ----------------------------------------------------------------------------------------------------------


def test_a_sample_scored_again_agrees_and_a_changed_number_shows(scored: Corpus) -> None:
    found = verify(scored, scorer(), sample=20, seed=3)
    assert found.agrees and found.articles == 4 and found.sentences == 24
    assert (found.heads["largest"] == 0).all() and (found.heads["compared"] > 0).all()
    target = scored.folder.manifest().current["tone"]
    for stem in scored.folder.stems():
        file = scored.folder.complete(target, stem)
        table = scored.folder.read(file)
        moved = pa.array(table["tone.bad"].to_numpy() * np.float32(0.99))
        scored.folder.write(file, table.set_column(2, "tone.bad", moved))
    again = verify(scored, scorer(), sample=20, seed=3)
    assert set(again.differences["label"]) == {"bad"} and set(again.differences["head"]) == {"tone"}
    other = verify(scored, scorer("v2"), sample=6)
    assert "installed is v2" in other.heads.set_index("head").loc["tone", "note"] and other.agrees


def test_a_missing_row_is_a_difference_but_not_a_part_still_to_score(scored: Corpus) -> None:
    scored.add([article(40)])
    assert verify(scored, scorer(), sample=1000).agrees
    target = scored.folder.manifest().current["stance"]
    file = scored.folder.complete(target, scored.folder.stems()[0])
    if not file.exists():
        file = scored.folder.complete(target, scored.folder.stems()[1])
    scored.folder.write(file, scored.folder.read(file).slice(2))
    found = verify(scored, scorer(), sample=1000)
    assert len(found.differences) == 4 and found.differences["stored"].isna().all()


# --- the system refuses ----------------------------------------------------------------------------------------------

FULL = """
import resource, signal, sys
from corpus_fakes import article
from framing.corpus import Corpus
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
corpus = Corpus.open(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    corpus.add(article(n) for n in range(40, 80))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs a limit on file sizes")
@pytest.mark.parametrize("limit", [10, 4000])
def test_a_disk_without_room_is_told_and_what_is_stored_stays(scored: Corpus, limit: int) -> None:
    before = listing(scored.path)
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(scored.path), str(limit)],
        cwd=Path(__file__).parent, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert ran.stdout.startswith("CorpusError Cannot write to the corpus") and "Free some space" in ran.stdout, (
        ran.stderr
    )
    assert before.items() <= listing(scored.path).items()
    assert not [name for name in listing(scored.path) if "tmp" in name], "half a file would take the room it needs"
    assert scored.add(article(n) for n in range(40, 80)).stored == 40
    assert check(scored.folder).faults == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_an_error_at_the_last_moment_is_told(scored: Corpus, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    before = listing(scored.path)
    with monkeypatch.context() as patched:
        patched.setattr(parts, "appear", refuse)
        with pytest.raises(CorpusError, match=f"{os.strerror(number)}. What is stored is whole"):
            scored.add([article(50)])
        with pytest.raises(CorpusError, match="Cannot write"):
            score(scored, scorer=scorer("v2"))
    assert listing(scored.path) == before
    assert scored.add([article(50)]).stored == 1


def test_a_folder_that_is_read_only_can_be_read_and_checked(scored: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(CorpusError, match="Permission denied.*Make the folder writable"):
        scored.add([article(50)])
    assert len(scored.sentences()) == 36
    assert check(scored.folder, INSTALLED).findings == []


# --- killed, then run again ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill -9")
def test_killed_at_random_moments_and_run_again_gives_the_same_tables() -> None:
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "kills.py"),
        "--fake",
        "--articles=40",
        "--kills=5",
        "--part=6",
    ]
    ran = subprocess.run(
        [*command, "--seed=3"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.endswith("\nidentical\n") and ran.stdout.count(": identical") % 5 == 0
    for step, kills in (("ingest", 2), ("score", 3)):
        assert sum(map(int, re.findall(rf"{step} killed (\d+) times", ran.stdout))) == kills


# --- other versions --------------------------------------------------------------------------------------------------


def test_a_corpus_without_checksums_opens_is_added_to_and_gets_them(scored: Corpus) -> None:
    for file in scored.path.rglob("*.parquet"):
        unseal(file)
    before, files = scored.sentences(), len([*scored.path.rglob("*.parquet")])
    opened = Corpus.open(scored.path)
    pd.testing.assert_frame_equal(opened.sentences(), before)
    opened.add([article(40)])
    score(opened, scorer=scorer())
    report = check(opened.folder, INSTALLED)
    assert report.unsealed == files and not report.faults
    assert "written before there were checksums" in report.findings[-1].what
    assert Corpus.repair(scored.path) == [f"gave {files} files of an older version their checksums"]
    assert check(opened.folder, INSTALLED).findings == []
    assert len(opened.sentences()) == 42


@pytest.mark.parametrize(
    ("number", "said"), [(2, "newer version"), (0, "no format 0"), ("1", "no format 1"), (None, "damaged")]
)
def test_a_format_that_is_not_known_is_never_read_as_this_one(scored: Corpus, number: object, said: str) -> None:
    manifest = scored.path / "corpus.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": number}))
    with pytest.raises(CorpusError, match=said if isinstance(number, int) else "damaged"):
        Corpus.open(scored.path)
    if number == 2:
        for attempt in (lambda: scored.add(ARTICLES), lambda: Corpus.repair(scored.path), lambda: check(scored.folder)):
            with pytest.raises(CorpusError, match="newer version"):
                attempt()
