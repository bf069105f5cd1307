"""A corpus in an object store: the same names and bytes there and back, whatever is killed, fails or comes between."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from click.testing import CliRunner
from corpus_fakes import FakeEncoder, article, listing, scorer
from fsspec.implementations.memory import MemoryFileSystem

from framing import adding
from framing.checking import check
from framing.cli import main
from framing.corpus import Corpus
from framing.errors import CorpusError, InputError, OptionalDependencyError, StoreError
from framing.pull import pull
from framing.push import push
from framing.remote import Store
from framing.score import Scorer, score
from framing.sending import Sender, begin, finish
from framing.states import FOLDER, latest

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Parts of three articles, and nothing left in memory for the next test."""
    monkeypatch.setattr(adding, "PART_ARTICLES", 3)
    yield
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Six articles in two parts, scored, one of them removed."""
    filled = Corpus.create(tmp_path / "corpus")
    filled.add([article(number) for number in range(6)])
    filled.remove(article(1).id)
    score(filled, scorer=scorer())
    return filled


@pytest.fixture
def store() -> Store:
    return Store.open("memory://bucket/strike")


def files(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in listing(folder).items() if not name.startswith(".")}


def held(store: Store) -> dict[str, bytes]:
    return {name: store.read(name) for name in store.sizes() if not name.startswith(FOLDER)}


def more(corpus: Corpus, first: int) -> None:
    corpus.add([article(number) for number in range(first, first + 3)])
    score(corpus, scorer=scorer())


def test_there_and_back_every_byte_is_the_same(corpus: Corpus, store: Store, tmp_path: Path) -> None:
    sent = push(corpus.folder, store)
    assert held(store) == {name: (corpus.path / name).read_bytes() for name in files(corpus.path)}
    assert sent.sent == len(files(corpus.path)) - 1 and not sent.there
    fetched = pull(store, tmp_path / "copy")
    assert files(tmp_path / "copy") == files(corpus.path)
    assert (fetched.fetched, fetched.bytes) == (sent.sent, sent.bytes)
    before = store.sizes()
    assert push(corpus.folder, store).sent == 0 == pull(store, tmp_path / "copy").fetched
    assert store.sizes() == before, "a push of nothing leaves no list"


def test_what_is_new_goes_there_and_back(corpus: Corpus, store: Store, tmp_path: Path) -> None:
    push(corpus.folder, store)
    pull(store, tmp_path / "copy")
    more(corpus, 6)
    corpus.edit(article(2).id, title="Another headline")
    assert push(corpus.folder, store).there
    copy = Corpus(tmp_path / "copy")
    pull(store, copy.path)
    assert files(copy.path) == files(corpus.path)
    assert list(copy.path.glob("*/*/*.partial.parquet")), "what an edit carried over comes along"
    score(copy, scorer=scorer())
    assert score(corpus, scorer=scorer()).parts == 1
    assert push(copy.folder, store).sent and not push(corpus.folder, store).differing
    assert not check(copy.folder).faults


KILLED = """
import os, signal, sys
from pathlib import Path
import framing.parts, framing.remote
from framing.corpus import Corpus
from framing.pull import pull
from framing.push import push
framing.remote._AT_ONCE = 1
left = 7
def count(half):
    global left
    left -= 1
    if left == 0:
        half()
        os.kill(os.getpid(), signal.SIGKILL)
create, appear = framing.remote.Store.create, framing.parts.appear
def created(store, name, raw):
    count(lambda: create(store, name, raw[: len(raw) // 2]))
    return create(store, name, raw)
def appeared(beside, file):
    count(lambda: None)
    appear(beside, file)
framing.remote.Store.create, framing.parts.appear = created, appeared
store, folder = framing.remote.Store.open(sys.argv[2]), Path(sys.argv[3])
push(Corpus.open(folder).folder, store) if sys.argv[1] == "push" else pull(store, folder)
"""


def killed(*arguments: str) -> None:
    run = subprocess.run([sys.executable, "-c", KILLED, *arguments], cwd=ROOT, env={**os.environ}, check=False)
    assert run.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_push_or_pull_that_is_killed_goes_on(corpus: Corpus, tmp_path: Path) -> None:
    url = (tmp_path / "shared" / "strike").as_uri()
    store, copy = Store.open(url), tmp_path / "copy"
    killed("push", url, str(corpus.path))
    with pytest.raises(StoreError, match="missing or damaged"):
        pull(store, copy)
    assert not copy.exists()
    sent = push(corpus.folder, store)
    assert sent.mended and sent.there == 6, "the half-written file is sent again, the six before it are not"
    assert set(held(store)) == set(files(corpus.path))
    killed("pull", url, str(copy))
    begun = Corpus.open(copy)
    assert article(1).id not in set(begun.articles()["article_id"]), "a removed article stands in a half copy"
    assert pull(store, copy).here
    assert files(copy) == files(corpus.path) and not check(Corpus(copy).folder).faults


def test_of_two_corpora_that_went_different_ways_the_second_is_refused(
    corpus: Corpus, store: Store, tmp_path: Path
) -> None:
    push(corpus.folder, store)
    pull(store, tmp_path / "other")
    other = Corpus(tmp_path / "other")
    more(corpus, 6)
    more(other, 9)
    push(corpus.folder, store)
    before, mine = held(store), files(other.path)
    with pytest.raises(CorpusError, match="different ways.*events/00000.*nothing was overwritten"):
        push(other.folder, store)
    with pytest.raises(CorpusError, match="different ways"):
        pull(store, other.path)
    assert held(store) == before and files(other.path) == mine


def test_of_two_pushes_at_once_one_is_refused(
    corpus: Corpus, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(corpus.folder, store)
    pull(store, tmp_path / "other")
    other = Corpus(tmp_path / "other")
    more(corpus, 6)
    more(other, 9)
    create = Store.create

    def meanwhile(self: Store, name: str, raw: bytes) -> bool:
        if name.startswith(FOLDER):
            monkeypatch.setattr(Store, "create", create)
            push(corpus.folder, store)
        return create(self, name, raw)

    monkeypatch.setattr(Store, "create", meanwhile)
    with pytest.raises(CorpusError, match="different ways"):
        push(other.folder, store)
    assert pull(store, tmp_path / "third").fetched
    assert files(tmp_path / "third") == files(corpus.path)


def test_a_pull_beside_a_push_sees_the_last_whole_state(
    corpus: Corpus, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(corpus.folder, store)
    before = files(corpus.path)
    more(corpus, 6)
    create = Store.create

    def meanwhile(self: Store, name: str, raw: bytes) -> bool:
        if name.startswith(FOLDER):
            pull(store, tmp_path / "copy")
        return create(self, name, raw)

    monkeypatch.setattr(Store, "create", meanwhile)
    push(corpus.folder, store)
    assert files(tmp_path / "copy") == before


def test_a_corpus_that_lacks_what_the_store_has_fetches_first(corpus: Corpus, store: Store, tmp_path: Path) -> None:
    bare = Corpus.create(tmp_path / "bare")
    bare.add([article(number) for number in range(6)])
    push(bare.folder, store)
    scored = Corpus(Path(shutil.copytree(bare.path, tmp_path / "scored")))
    score(scored, scorer=scorer())
    push(scored.folder, store)
    with pytest.raises(CorpusError, match="that the corpus .* lacks .*framing pull memory://bucket/strike"):
        push(bare.folder, store)
    pull(store, bare.path)
    assert bare.folder.manifest() == scored.folder.manifest()
    assert files(bare.path) == files(scored.path)


def test_what_is_damaged_in_the_store_is_named_and_mended(corpus: Corpus, store: Store, tmp_path: Path) -> None:
    push(corpus.folder, store)
    stems = corpus.folder.stems()
    spoilt = [f"sentences/{stems[0]}.parquet", next(n for n in store.sizes() if n.startswith("scores/tone"))]
    for name in spoilt:
        raw = bytearray(store.read(name))
        raw[len(raw) // 3] ^= 1
        store.replace(name, bytes(raw))
    copy = tmp_path / "copy"
    report = pull(store, copy)
    assert sorted(report.damaged) == sorted(spoilt)
    assert Corpus(copy).folder.stems() == stems[1:] and not check(Corpus(copy).folder).faults
    assert push(corpus.folder, store).sent == 0, "sizes tell nothing of a flipped bit"
    assert sorted(push(corpus.folder, store, check=True).mended) == sorted(spoilt)
    pull(store, copy)
    assert files(copy) == files(corpus.path)
    name = next(name for name in store.sizes() if name.startswith("removed/"))
    store.replace(name, store.read(name)[:-9])
    with pytest.raises(StoreError, match=f"{name} .*--check"):
        pull(store, tmp_path / "third")


def test_scores_of_another_processor_are_left_as_they_are(corpus: Corpus, store: Store, tmp_path: Path) -> None:
    push(corpus.folder, store)
    other = Corpus(Path(shutil.copytree(corpus.path, tmp_path / "other")))
    file = next(other.path.glob("scores/tone@*/*.parquet"))
    table = other.folder.read(file)
    other.folder.write(
        file, table.set_column(2, table.column_names[2], [table[2].combine_chunks().take([0] * len(table))])
    )
    before = held(store)
    assert push(other.folder, store).differing == (file.relative_to(other.path).as_posix(),)
    assert held(store) == before
    assert pull(store, other.path).differing
    other.folder.write(file, table)
    assert push(other.folder, store).differing == ()


class Flaky(MemoryFileSystem):
    """Fails at every fifth write, or at all of them."""

    protocol = "flaky"
    writes = 0
    every = 5

    def pipe_file(self, path, value, mode="overwrite", **kwargs):  # type: ignore[no-untyped-def]
        Flaky.writes += 1
        if Flaky.writes % Flaky.every == 0:
            raise ConnectionError("the line broke")
        super().pipe_file(path, value, mode, **kwargs)


@pytest.fixture
def flaky() -> str:
    fsspec.register_implementation("flaky", Flaky, clobber=True)
    Flaky.writes, Flaky.every = 0, 5
    return "flaky://bucket/strike"


def test_a_store_that_fails_now_and_then_gets_everything_in_the_end(corpus: Corpus, flaky: str, tmp_path: Path) -> None:
    store = Store.open(flaky)
    for _ in range(2):
        with pytest.raises(StoreError, match="the line broke.*does only what is missing"):
            push(corpus.folder, store)
    while True:
        with contextlib.suppress(StoreError):
            push(corpus.folder, store)
            break
    assert pull(store, tmp_path / "copy").fetched
    assert files(tmp_path / "copy") == files(corpus.path)


def test_score_puts_each_part_into_the_store_and_a_new_machine_goes_on(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = Corpus.create(tmp_path / "bare")
    bare.add([article(number) for number in range(9)])
    push(bare.folder, store)
    begin(tmp_path / "first", store)
    first, stopped = Corpus(tmp_path / "first"), FakeEncoder()
    stopped.stop_after = 2
    with pytest.raises(KeyboardInterrupt), Sender(first, store):
        score(first, scorer=scorer(encoder=stopped))
    assert set(first.path.glob("scores/tone@*/*")), "nothing was scored before the machine was lost"
    encoder = FakeEncoder()
    monkeypatch.setattr(Scorer, "load", lambda *paths: scorer(encoder=encoder))
    found = CliRunner().invoke(main, ["score", str(tmp_path / "second"), "--store", store.url])
    assert found.exit_code == 0, found.output
    assert "Fetched" in found.output and "Sent" in found.output
    assert 0 < len(encoder.texts) < 9 * 6, "what the lost machine had scored was scored again"
    score(bare, scorer=scorer())
    assert files(tmp_path / "second") == files(bare.path)
    assert held(store) == {name: (bare.path / name).read_bytes() for name in files(bare.path)}


def test_score_mends_a_score_that_is_damaged_in_the_store(
    corpus: Corpus, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(corpus.folder, store)
    name = next(name for name in store.sizes() if name.startswith("scores/tone"))
    store.replace(name, store.read(name)[:-20] + bytes(20))
    monkeypatch.setattr(Scorer, "load", lambda *paths: scorer())
    found = CliRunner().invoke(main, ["score", str(tmp_path / "new"), "--store", store.url])
    assert found.exit_code == 0 and f"whole now:\n  {name}" in found.output, found.output
    assert held(store) == {name: (corpus.path / name).read_bytes() for name in files(corpus.path)}


def test_a_store_that_is_away_does_not_stop_the_scoring(
    flaky: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    corpus.add([article(number) for number in range(9)])
    Flaky.every = 1
    monkeypatch.setattr(Scorer, "load", lambda *paths: scorer())
    found = CliRunner().invoke(main, ["score", str(corpus.path), "--store", flaky])
    assert found.exit_code == 3, found.output
    assert "the line broke" in found.output and f"framing push {corpus.path} {flaky}" in found.output
    assert score(corpus, scorer=scorer()).parts == 0
    Flaky.every = 10**9
    assert finish(corpus, Store.open(flaky)).sent


def test_two_machines_share_the_scoring(corpus: Corpus, store: Store, tmp_path: Path) -> None:
    corpus.add([article(number) for number in range(6, 12)])
    push(corpus.folder, store)
    begin(tmp_path / "other", store)
    other = Corpus(tmp_path / "other")
    for mine, part in zip((corpus, other), corpus.folder.stems()[:2], strict=True):
        score(mine, scorer=scorer(), parts=[part])
    finish(corpus, store)
    finish(other, store)
    assert score(other, scorer=scorer()).parts < 4
    finish(other, store)
    begin(corpus.path, store)
    assert files(corpus.path) == files(other.path)


def test_names_from_a_store_lead_nowhere_else(corpus: Corpus, store: Store, tmp_path: Path) -> None:
    push(corpus.folder, store)
    name = next(name for name in store.sizes() if name.startswith(FOLDER))
    body = json.loads(gzip.decompress(store.read(name)))
    good = next(iter(body["parts"].items()))
    evil = (
        "articles/../../evil.parquet",
        "/evil.parquet",
        "scores/../evil@1/0a.parquet",
        "evil.sh",
        "articles/.a.parquet",
    )
    body["parts"] |= dict.fromkeys(evil, good[1])
    store.replace(name, gzip.compress(json.dumps(body).encode()))
    state = latest(store, store.sizes())
    assert state is not None and not set(evil) & set(state.parts)
    pull(store, tmp_path / "deep" / "copy")
    assert sorted(item.name for item in (tmp_path / "deep").iterdir()) == ["copy"]


def test_a_plain_copy_made_by_another_tool_can_be_pulled(corpus: Corpus, tmp_path: Path) -> None:
    shutil.copytree(corpus.path, tmp_path / "plain")
    store = Store.open((tmp_path / "plain").as_uri())
    pull(store, tmp_path / "copy")
    assert files(tmp_path / "copy") == files(corpus.path)
    assert push(Corpus(tmp_path / "copy").folder, store).sent == 0
    assert (tmp_path / "plain" / FOLDER).is_dir()


def test_addresses_and_packages_are_named(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("bucket/strike", "s3://", "strike"):
        with pytest.raises(InputError, match="is no address of a store"):
            Store.open(url)
    with pytest.raises(InputError, match="nosuch"):
        Store.open("nosuch://bucket/strike")
    with pytest.raises(StoreError, match="There is no corpus in the store"):
        pull(Store.open("memory://empty/x"), corpus.path)
    with pytest.raises(InputError, match="one inside the other"):
        push(corpus.folder, Store.open((corpus.path / "inside").as_uri()))
    assert "secret" not in Store.open("memory://me:secret@bucket/x").url
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(StoreError, match=r'pip install "framing\[store\]" s3fs'):
        Store.open("s3://bucket/strike")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(OptionalDependencyError, match=r'pip install "framing\[store\]"'):
        Store.open("s3://bucket/strike")
