"""A folder for temporary files that is full or cannot be written gives a sentence that names it and says what to do."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from corpus_fakes import article, scorer

from framing import query
from framing.cli import main
from framing.corpus import Corpus
from framing.errors import InputError
from framing.headline_tally import of_corpus
from framing.query import Engine
from framing.score import score

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full, a disk that is always full")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    made = Corpus.create(tmp_path_factory.mktemp("scratch") / "corpus")
    made.add([article(n) for n in range(6)])
    score(made, scorer=scorer())
    return made


@pytest.mark.parametrize("event", [(), ("--event", "Event 0")])
def test_a_folder_that_is_not_there_is_named(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: tuple[str, ...]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    result = CliRunner().invoke(main, ["headlines", str(corpus.path), *event])
    said = " ".join(result.output.split())
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.exception
    assert f"cannot be kept in {tmp_path / 'gone'}: No such file" in said and "TMPDIR" in said


def test_no_folder_at_all(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere/a", "/nowhere/b"])
    with pytest.raises(InputError, match=r"kept: No usable temporary directory found in \['/nowhere/a', .*TMPDIR"):
        next(corpus.in_order("sentences", ["text"]))


@needs_full
@pytest.mark.parametrize("file", ["names", "articles", "rows", "sorted"])
def test_a_full_disk_is_named(corpus: Corpus, tmp_path: Path, file: str) -> None:
    (tmp_path / f"{file}.parquet").symlink_to(FULL)
    with pytest.raises(InputError, match=r"Temporary files cannot be kept in /.*No space left.*TMPDIR"):
        of_corpus(corpus, scorer().heads, tmp_path)


def test_what_the_database_says_of_the_files_is_told(corpus: Corpus, tmp_path: Path) -> None:
    found = of_corpus(corpus, scorer().heads, tmp_path)
    (tmp_path / "sorted.parquet").unlink()
    with pytest.raises(InputError, match=r"Temporary files cannot be kept in .*IO Error: No files found.*TMPDIR"):
        list(found.by_place())


def test_a_sort_that_finds_no_room_is_no_fault_of_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB may put aside as much as was free on the disk when it began: here, by its own setting, next to nothing."""
    connect = query.duckdb.connect
    limits = {"max_temp_directory_size": "1MB", "threads": 1}
    monkeypatch.setattr(query, "MEMORY", "40MB")
    monkeypatch.setattr(query.duckdb, "connect", lambda config: connect(config={**config, **limits}))
    rows = pa.table({"n": pa.array(range(400_000)), "text": pa.array([f"{n:0120}" for n in range(400_000)])})
    with pytest.raises(InputError, match="Temporary files cannot be kept in .*TMPDIR"):
        list(Engine().stream("select * from given order by hash(n)", {}, {"given": rows}, 2048))
