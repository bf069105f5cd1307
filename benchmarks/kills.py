"""Kills ingest and score with SIGKILL at seeded random moments, runs both to their end, and compares every table with
a run that was never killed.

    python benchmarks/kills.py [--articles 1000] [--kills 50] [--part 48] [--seed 0] [--fake]

Articles are made of the sample articles' sentences; some rows have no text and some come twice. Half of the kills fall
a random time after the start or after a random file; the other half in the middle of writing a random file, just before
it takes its place or just after, since a clock seldom meets these milliseconds. After each kill all that was stored
before must still be there, byte for byte. `--fake` takes a stand-in for the encoder. Exit status 1 where anything
differs. Needs a system that can fork (Linux, macOS).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OUTLETS = ("Northern Wire", "Meridian Post", "Common Ground", "Capital Ledger", "Daily Clarion", "National Sentinel")
STEPS = ("ingest", "score")
FILES = {"ingest": 3, "score": 7}
"""Files that a step writes a part."""
HOW = ("before", "midway", "after")


def sentences() -> list[str]:
    """The sentences of the sample articles' bodies, roughly: good enough to make other texts of."""
    found = []
    for file in sorted((ROOT / "sample_articles").rglob("*.md")):
        body = file.read_text(encoding="utf-8").split("---", 2)[-1]
        for paragraph in body.split("\n\n"):
            found += [f"{text.strip().rstrip('.')}." for text in paragraph.replace("\n", " ").split(". ")]
    return [text for text in found if len(text) > 40]


def write_source(file: Path, articles: int, rng: random.Random) -> None:
    """JSON lines: so many articles, one row in thirty without a text, one in thirty a second time."""
    pool, rows = sentences(), []
    for number in range(articles):
        chosen = rng.sample(pool, rng.randint(4, 7))
        text = " ".join(chosen[:3]) + "\n\n" + " ".join(chosen[3:]) + f" It was report {number} of the week."
        outlet, day = rng.choice(OUTLETS), f"2024-0{rng.randint(1, 9)}-{rng.randint(10, 28)}"
        title = f"{' '.join(chosen[0].split()[:6]).strip(',')}, day {number}"
        row = {"outlet": outlet, "title": title, "text": text, "published": day, "event": f"Story {number % 40}"}
        rows.append(row)
        if number % 30 == 7:
            rows.append({**row, "text": ""})
        if number % 30 == 11:
            rows.append(row)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


class Run:
    """One corpus and the steps on it, each in a fork of its own: forked before any library has started threads."""

    def __init__(self, folder: Path, source: Path, wanted: argparse.Namespace) -> None:
        self.folder, self.source, self.wanted = folder, source, wanted

    def start(self, step: str, die: Death | None = None) -> int:
        """The process that does the step, killed by `die` if given."""
        child = os.fork()
        if child:
            return child
        code = 9
        try:
            self._do(step, die)
            code = 0
        finally:
            os._exit(code)

    def finish(self, step: str) -> dict[str, Any]:
        """Runs a step to its end; what it reported, and when it wrote its first file."""
        _, status = os.waitpid(self.start(step), 0)
        if status:
            raise SystemExit(f"{step} failed on {self.folder} ({status})")
        told: dict[str, Any] = json.loads(self._told(step).read_text(encoding="utf-8"))
        return told

    def _told(self, step: str) -> Path:
        return self.folder.with_name(f"{self.folder.name}-{step}.json")

    def _do(self, step: str, die: Death | None) -> None:
        from framing import adding, parts
        from framing.corpus import Corpus
        from framing.ingest import read
        from framing.score import score

        begun, first, appear = time.monotonic(), [0.0], parts.appear

        def appearing(beside: Path, file: Path) -> None:
            if file.suffix == ".parquet":
                first[0] = first[0] or time.monotonic() - begun
            if die is not None:
                die.before(beside)
            appear(beside, file)
            if die is not None:
                die.after()

        if die is not None:
            die.begin()

        adding.PART_ARTICLES, parts.appear = self.wanted.part, appearing
        if step == "ingest":
            report = Corpus.ensure(self.folder).add(read(self.source))
            told: dict[str, Any] = {
                "read": report.read, "stored": report.stored, "duplicates": report.duplicates,
                "rejected": report.rejections,
            }  # fmt: skip
        else:
            done = score(Corpus.open(self.folder), scorer=_scorer(self.wanted.fake))
            told = {"sentences": done.sentences, "again": done.again}
        told |= {"first": first[0], "seconds": time.monotonic() - begun}
        self._told(step).write_text(json.dumps(told), encoding="utf-8")


def _scorer(fake: bool) -> Any:
    if not fake:
        return None
    sys.path.insert(0, str(ROOT / "tests"))
    from corpus_fakes import scorer

    return scorer()


class Death:
    """Kills its own process: at the n-th file just before it takes its place, with half of it written or just after;
    or so many seconds after the n-th file (0: after the start), whatever the process is doing then."""

    def __init__(self, number: int, how: str, delay: float) -> None:
        self.number, self.how, self.delay, self.calls = number, how, delay, 0

    def begin(self) -> None:
        if self.how == "clock" and self.number == 0:
            self._later()

    def before(self, beside: Path) -> None:
        self.calls += 1
        if self.calls == self.number and self.how in ("before", "midway"):
            if self.how == "midway":
                beside.write_bytes(beside.read_bytes()[: beside.stat().st_size // 2])
            os.kill(os.getpid(), signal.SIGKILL)

    def after(self) -> None:
        if self.calls == self.number and self.how == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.calls == self.number and self.how == "clock":
            self._later()

    def _later(self) -> None:
        timer = threading.Timer(self.delay, os.kill, (os.getpid(), signal.SIGKILL))
        timer.daemon = True
        timer.start()


def listing(folder: Path) -> dict[str, str]:
    """Every part with a hash of its bytes."""
    files = [file for file in folder.rglob("*.parquet") if not file.name.startswith(".")]
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def state(folder: Path) -> str:
    """What a kill left behind, in words."""
    if not folder.exists():
        return "no corpus yet"
    stems = {file.stem for file in folder.glob("articles/[!.]*.parquet")}
    left = []
    if [*folder.rglob(".*.tmp")]:
        left.append("half-written file")
    if {file.stem for file in folder.glob("sentences/[!.]*.parquet")} - stems:
        left.append("sentences without articles")
    heads = [{file.stem for file in one.glob("[!.]*.parquet")} for one in folder.glob("*/*@*")]
    if len({frozenset(found) for found in heads}) > 1:
        left.append("part scored by some heads alone")
    return ", ".join(left) or "nothing half-done"


def kill(run: Run, step: str, clean: dict[str, Any], rng: random.Random) -> tuple[bool, str]:
    """One kill; whether the process died of it, and what it left. Raises SystemExit where something stored is gone."""
    before = listing(run.folder)
    parts, files = max(1, run.wanted.articles // run.wanted.part), FILES[step]
    if rng.random() < 0.5:
        die = Death(rng.randint(1, files), rng.choice(HOW), 0)
    else:
        die = Death(rng.randint(0, files), "clock", rng.uniform(0, clean["seconds"] / parts / 2))
    _, status = os.waitpid(run.start(step, die), 0)
    died = os.WIFSIGNALED(status)
    if not died and status:
        raise SystemExit(f"{step} failed instead of dying ({status})")
    after = listing(run.folder)
    orphans = {name for name in before if not (run.folder / "articles" / Path(name).name).exists()}
    gone = {name for name, digest in before.items() if after.get(name) != digest} - orphans
    if gone:
        raise SystemExit(f"a kill during {step} ({die.how}) cost {sorted(gone)}")
    return died, state(run.folder)


def kill_often(
    run: Run, step: str, clean: dict[str, Any], rng: random.Random, budget: dict[str, int], left: Counter[str]
) -> int:
    """Kills a step until the budget is used up or a run is over before its kill; how often it was."""
    hits = 0
    while budget[step]:
        died, found = kill(run, step, clean, rng)
        if not died:
            break
        hits += 1
        budget[step] -= 1
        left[f"{step}: {found}"] += 1
    return hits


def tables(folder: Path) -> dict[str, Any]:
    """Every table of a corpus, sorted."""
    from framing.corpus import Corpus

    corpus = Corpus.open(folder)
    found = {name: getattr(corpus, name)() for name in ("articles", "sentences", "mentions", "events", "rejected")}
    for frame in found.values():
        if "quotes" in frame:
            frame["quotes"] = frame["quotes"].astype(str)
    return {name: frame.sort_values(list(frame.columns)).reset_index(drop=True) for name, frame in found.items()}


def compare(one: Path, other: Path) -> bool:
    """Prints each table's rows and whether both corpora have the same, to the bit."""
    from framing.checking import check
    from framing.corpus import Corpus

    mine, theirs, same = tables(one), tables(other), True
    for name, frame in mine.items():
        equal = frame.equals(theirs[name])
        same &= equal
        print(
            f"  {name:10} {len(frame):7} rows, {len(frame.columns):2} columns: {'identical' if equal else 'DIFFERENT'}"
        )
    faults = check(Corpus.existing(one)).faults
    print(f"  framing check: {len(faults)} faults")
    return same and not faults


def main() -> None:
    """Kill, run to the end, compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--part", type=int, default=48, help="articles a part (512 in earnest)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fake", action="store_true", help="a stand-in for the encoder")
    wanted = parser.parse_args()
    import framing.corpus
    import framing.ingest
    import framing.score  # noqa: F401  (imported once, before the forks)

    rng, place = random.Random(wanted.seed), Path(tempfile.mkdtemp(prefix="kills-"))
    source = place / "articles.jsonl"
    write_source(source, wanted.articles, rng)
    whole = Run(place / "whole", source, wanted)
    clean = {step: whole.finish(step) for step in STEPS}
    for step, told in clean.items():
        print(f"never killed, {step}: {told}", flush=True)
    budget = {"ingest": wanted.kills // 2, "score": wanted.kills - wanted.kills // 2}
    left: Counter[str] = Counter()
    ended = []
    while any(budget.values()):
        killed = Run(place / f"killed-{len(ended) + 1}", source, wanted)
        for step in STEPS:
            hits = kill_often(killed, step, clean[step], rng, budget, left)
            told = killed.finish(step)
            print(f"{killed.folder.name}: {step} killed {hits} times, then run to the end: {told}", flush=True)
        ended.append(killed.folder)
    for found, number in sorted(left.items()):
        print(f"  {number:3} × {found}")
    same = True
    for folder in ended:
        same &= compare(folder, whole.folder)
    print("identical" if same else f"NOT identical; see {place}")
    if same:
        shutil.rmtree(place)
    sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
