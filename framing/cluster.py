"""Scoring on a Ray cluster: the driver reads and writes the corpus, workers hold a model each and score parts.

Parts travel to the workers and results back through Ray, so that only the driver needs the corpus' folder, and it alone
writes there, under the corpus' lock: a part still appears whole, and there is still one writer. A worker scores a part
as `score` does, in a folder of its own, which makes the results the same to the byte."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from framing.corpus import Corpus
from framing.errors import CorpusError, FramingError, ModelError, OptionalDependencyError
from framing.parts import MENTIONS, VOICE, Manifest, Target
from framing.score import Scorer, score, targets_of, versions_of

if TYPE_CHECKING:
    import pyarrow as pa

MOST_TRIES = 3
"""Workers that may die over one part before it is the part that is suspected, not the machines."""
READY = 600
"""Seconds that the first worker may take: on a shared disk a cluster's first import has taken minutes."""


@dataclass(frozen=True)
class Cluster:
    """Where to score: the address of a running cluster (`auto`: the one that this machine belongs to; empty: start one
    here), how many workers (0: as many as have room) and how many processors each."""

    make: Callable[[], Scorer]
    """Loads the models on a worker, from what is installed there."""
    address: str = ""
    workers: int = 0
    processors: int = 2

    def carry_out(
        self, corpus: Corpus, scorer: Scorer, plan: Mapping[str, Sequence[Target]], seen: Callable[[int], None]
    ) -> Counter[str]:
        """Makes the missing results of these parts and stores them, as `score` does on one machine; tells how much had
        to be cut. Raises OptionalDependencyError without Ray, ModelError where a worker has other models."""
        ray = _ray()
        if not plan:
            return Counter()
        started = not ray.is_initialized()
        if started:
            _connect(ray, self.address)
        try:
            room = int(ray.cluster_resources().get("CPU", 1)) // self.processors
            number = min(self.workers or max(room, 1), len(plan))
            return _Pool(ray, self, corpus, scorer, seen).run(plan, number)
        finally:
            if started:
                ray.shutdown()


def _ray() -> Any:
    """Ray. Raises OptionalDependencyError where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    try:
        import ray
    except ImportError as error:
        raise OptionalDependencyError("Scoring on a cluster", "ray") from error
    return ray


def _connect(ray: Any, address: str) -> None:
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        if address:
            ray.init(address=address, **quiet)
        else:
            ray.init(address="local", include_dashboard=False, **quiet)  # never one that happens to run here
    except (ConnectionError, RuntimeError, ValueError) as error:
        where = f"the Ray cluster at {address}" if address else "a Ray cluster on this machine"
        reason = str(error).strip().rstrip(".")
        raise CorpusError(
            f"Cannot reach {where}: {reason}. Start one with:  ray start --head  Where it asks for a token, this "
            "machine needs the same one (docs/scaling.md)."
        ) from error


@dataclass(frozen=True)
class _Job:
    """A part on its way to a worker: its tables by path, the heads wanted, and how many workers died over it."""

    stem: str
    lacking: tuple[Target, ...]
    tables: Mapping[str, pa.Table]
    tries: int = 0

    @property
    def heads(self) -> list[str]:
        return [target.name for target in self.lacking if target.name not in (VOICE, MENTIONS)]


class Worker:
    """Runs on the cluster: one scorer, parts in, results out."""

    def __init__(self, make: Callable[[], Scorer]) -> None:
        self.scorer = make()

    def versions(self) -> dict[str, str]:
        """The models that this worker has."""
        return versions_of(self.scorer)

    def score(self, job: _Job) -> tuple[dict[str, pa.Table], int, dict[str, int]]:
        """The part's missing results by target, the sentences encoded, and how many were cut by which head."""
        with tempfile.TemporaryDirectory(prefix="framing-part-") as place:
            corpus = Corpus(place)
            for path, table in job.tables.items():
                corpus.folder.write(corpus.path / path, table)
            corpus.folder.save(Manifest())
            kept = replace(self.scorer, heads={name: self.scorer.heads[name] for name in job.heads})
            report = score(corpus, scorer=kept)
            results = {
                target.name: corpus.folder.read(corpus.folder.complete(target, job.stem)) for target in job.lacking
            }
        return results, report.sentences, report.cut


@dataclass
class _Pool:
    """The workers and what each has in hand; a worker that dies is replaced and its part given out again."""

    ray: Any
    cluster: Cluster
    corpus: Corpus
    scorer: Scorer
    seen: Callable[[int], None]
    under_way: dict[Any, tuple[Any, _Job]] = field(default_factory=dict)
    """By Ray's promise: the worker and its part."""
    cut: Counter[str] = field(default_factory=Counter)

    def run(self, plan: Mapping[str, Sequence[Target]], number: int) -> Counter[str]:
        """Scores the plan with so many workers."""
        waiting = self._jobs(plan)
        workers = [self._worker() for _ in range(number)]
        self._refuse_other_models(workers)
        for worker in workers:
            self._give(worker, next(waiting, None))
        while self.under_way:
            (promise,), _ = self.ray.wait(list(self.under_way), num_returns=1)
            worker, job = self.under_way.pop(promise)
            try:
                results, sentences, cut = self.ray.get(promise)
            except self.ray.exceptions.RayActorError as error:
                self._give(self._worker(), self._again(job, error))
                continue
            except self.ray.exceptions.RayTaskError as error:
                raise error.cause if isinstance(error.cause, FramingError) else error from error
            self._give(worker, next(waiting, None))  # the worker goes on while the results are written
            self._store(job, results)
            self.seen(sentences)
            self.cut.update(cut)
        return self.cut

    def _jobs(self, plan: Mapping[str, Sequence[Target]]) -> Iterator[_Job]:
        """The parts, each read when a worker is free: in memory are those under way alone."""
        folder = self.corpus.folder
        # A worker makes voice and mentions again where they are not sent along.
        always = [target for target in targets_of(self.scorer) if target.name in (VOICE, MENTIONS)]
        for stem, lacking in plan.items():
            files = [*folder.files("articles", [stem]), *folder.files("sentences", [stem])]
            files += [file for target in always if (file := folder.complete(target, stem)).exists()]
            files += [file for target in lacking if (file := folder.partial(target, stem)).exists()]
            tables = {str(file.relative_to(folder.path)): folder.read(file) for file in files}
            yield _Job(stem, tuple(lacking), tables)

    def _worker(self) -> Any:
        remote = self.ray.remote(num_cpus=self.cluster.processors, max_restarts=0)(Worker)
        return remote.remote(self.cluster.make)

    def _refuse_other_models(self, workers: Sequence[Any]) -> None:
        """Raises ModelError where a worker's models are not the driver's: scores must not depend on who made them."""
        mine = versions_of(self.scorer)
        for worker in workers:
            try:
                theirs = self.ray.get(worker.versions.remote(), timeout=READY)
            except self.ray.exceptions.GetTimeoutError as error:
                raise CorpusError(
                    f"No worker was ready after {READY} s. See that the cluster has {self.cluster.processors} free "
                    "processors a worker (ray status), or give fewer with --processors."
                ) from error
            except self.ray.exceptions.RayError as error:
                raise CorpusError(
                    f"A worker could not load the models: {str(error).strip().splitlines()[-1]} "
                    "Install the same version of framing on every machine of the cluster."
                ) from error
            other = [name for name, version in mine.items() if theirs.get(name) != version]
            if other:
                raise ModelError(
                    f"A worker has another {other[0]} ({theirs.get(other[0], 'none')}) than this machine "
                    f"({mine[other[0]]}). Install the same version of framing, and the same own heads, everywhere."
                )

    def _give(self, worker: Any, job: _Job | None) -> None:
        if job is not None:
            self.under_way[worker.score.remote(job)] = (worker, job)

    def _again(self, job: _Job, error: Exception) -> _Job:
        if job.tries + 1 >= MOST_TRIES:
            raise CorpusError(
                f"{MOST_TRIES} workers died over part {job.stem} (the last: {str(error).strip().splitlines()[0]}). "
                "They may lack memory: give each more with fewer workers. What is scored is stored; run this again."
            ) from error
        return replace(job, tries=job.tries + 1)

    def _store(self, job: _Job, results: Mapping[str, pa.Table]) -> None:
        for target in job.lacking:
            self.corpus.folder.write(self.corpus.folder.complete(target, job.stem), results[target.name])
            self.corpus.folder.partial(target, job.stem).unlink(missing_ok=True)
