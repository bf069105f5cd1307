"""Scoring on a Ray cluster gives what scoring here gives, also where a worker is killed over its part."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import corpus_fakes
import pytest
from click.testing import CliRunner
from corpus_fakes import FakeEncoder, article, listing, scorer

from framing import adding
from framing.cli import main
from framing.cluster import Cluster
from framing.corpus import Corpus
from framing.errors import CorpusError, ModelError
from framing.score import Scorer, score

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason='Ray is not installed: pip install "framing[ray]"'
)


class Mortal(FakeEncoder):
    """Kills its process at its first text, as often as there are lives in the folder to take."""

    def __init__(self, lives: Path) -> None:
        super().__init__()
        self.lives = lives

    def encode(self, texts, spans=None):  # type: ignore[no-untyped-def]
        for life in sorted(self.lives.iterdir()):
            life.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts, spans)


@pytest.fixture(scope="module")
def ray() -> Iterator[object]:
    """A local cluster with room for two workers, whose processes find the tests' modules."""
    import ray

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    paths = os.pathsep.join(path for path in sys.path if path)
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        runtime_env={"env_vars": {"PYTHONPATH": paths}},
    )
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    ray.cloudpickle.register_pickle_by_value(corpus_fakes)
    yield ray
    ray.shutdown()


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setattr(adding, "PART_ARTICLES", 3)
    filled = Corpus.create(tmp_path / "corpus")
    filled.add([article(number) for number in range(18)])
    return filled


def scored_here(corpus: Corpus) -> dict[str, str]:
    copy = corpus.path.with_name("here")
    shutil.copytree(corpus.path, copy)
    score(Corpus(copy), scorer=scorer())
    return files(copy)


def files(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in listing(folder).items() if name != ".lock"}


def two(make: Callable[[], Scorer]) -> Cluster:
    return Cluster(make, workers=2, processors=1)


@needs_ray
def test_a_cluster_writes_the_same_bytes_though_workers_are_killed(corpus: Corpus, tmp_path: Path, ray: object) -> None:
    expected = scored_here(corpus)
    lives = tmp_path / "lives"
    lives.mkdir()
    (lives / "one").touch()
    told: list[tuple[int, int]] = []
    carry_out = two(lambda: scorer(encoder=Mortal(lives))).carry_out
    report = score(corpus, None, lambda done, total: told.append((done, total)), scorer(), carry_out=carry_out)
    assert not list(lives.iterdir()), "no worker was killed"
    assert (report.parts, report.sentences) == (6, 108) and told[-1] == (108, 108)
    assert files(corpus.path) == expected
    assert score(corpus, scorer=scorer(), carry_out=carry_out).parts == 0


@needs_ray
def test_a_part_that_kills_every_worker_is_given_up(corpus: Corpus, tmp_path: Path, ray: object) -> None:
    lives = tmp_path / "lives"
    lives.mkdir()
    for number in range(20):
        (lives / f"{number:02}").touch()
    with pytest.raises(CorpusError, match="3 workers died over part .* stored"):
        score(corpus, scorer=scorer(), carry_out=two(lambda: scorer(encoder=Mortal(lives))).carry_out)


@needs_ray
def test_a_worker_with_other_models_is_refused(corpus: Corpus, ray: object) -> None:
    before = files(corpus.path)
    with pytest.raises(ModelError, match="another .* Install the same version"):
        score(corpus, scorer=scorer(), carry_out=two(lambda: scorer("v2")).carry_out)
    assert set(files(corpus.path)) == set(before)


def test_without_ray_the_line_to_install_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Corpus.create(tmp_path / "corpus")
    monkeypatch.setitem(sys.modules, "ray", None)
    found = CliRunner().invoke(main, ["score", str(tmp_path / "corpus"), "--engine", "ray"])
    assert found.exit_code == 1 and 'pip install "framing[ray]"' in found.output
    found = CliRunner().invoke(main, ["score", str(tmp_path / "corpus"), "--address", "auto"])
    assert found.exit_code == 1 and "Add --engine ray" in found.output
