"""Runs a study: reads, scores, compares, writes tables, figures, reports and a manifest of hashes; and checks one."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from framing import __version__, words
from framing.corpus import Corpus
from framing.errors import InputError
from framing.events import group_corpus
from framing.report import Options, Report, event_report, index_page
from framing.score import Progress, Scorer, score, versions_of
from framing.scratch import scratch
from framing.spreadsheet import csv_text, flat, json_text, parquet_bytes
from framing.study import Study
from framing.study_codes import labels_of, take_codes
from framing.study_figures import figures
from framing.study_intake import Intake, corpus_key, file_hash, input_hashes, take_in, write_whole
from framing.study_page import index
from framing.study_pins import refuse_other_models
from framing.study_rows import write_rows
from framing.study_tables import Tabulated, refuse_idle_tests, study_heads, tabulate

MANIFEST, UNDER_WAY = "manifest.json", ".under-way.json"
FORMAT = 1
LIBRARIES = ("numpy", "pandas", "pyarrow", "duckdb", "scipy", "onnxruntime", "tokenizers", "sentencex")
"""Whose versions may move a last digit."""


@dataclass(frozen=True)
class Ran:
    """What a run did: the folder, the files that are new or other than before, and how many there are."""

    output: Path
    corpus: Path
    intake: Intake
    changed: tuple[str, ...]
    files: int
    again: bool
    """Whether a run that had ended was run again, so that `changed` says whether it was reproduced."""


@dataclass
class _Writer:
    """Writes outputs whole; remembers each one's hash, and which a killed run had finished for the same state."""

    root: Path
    state: str
    before: Mapping[str, str]
    hashes: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    finished: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = _json(self.root / UNDER_WAY)
        if found.get("state") == self.state:
            self.finished = dict(found["files"])

    def put(self, name: str, content: bytes) -> None:
        """Writes one file."""
        write_whole(self.root / name, content)
        self.take(name, hashlib.sha256(content).hexdigest())

    def take(self, name: str, digest: str) -> None:
        """Takes note of a file that was written."""
        self.hashes[name] = digest
        if self.before.get(name) != self.hashes[name]:
            self.changed.append(name)

    def note(self) -> None:
        """Remembers what is finished, for a run that is killed."""
        body = {"state": self.state, "files": {**self.finished, **self.hashes}}
        write_whole(self.root / UNDER_WAY, json_text(body).encode())

    def has(self, name: str) -> bool:
        """Whether a killed run left this file as this run would make it."""
        file = self.root / name
        return name in self.finished and file.is_file() and file_hash(file) == self.finished[name]


def run(study: Study, say: Callable[[str], object] = lambda text: None, progress: Progress | None = None) -> Ran:
    """Executes a study into its output folder. A run that was killed goes on; one that had ended makes every table anew
    and tells which files changed. Raises InputError and CorpusError; models other than those pinned are refused."""
    inputs = input_hashes(study)
    scorer = Scorer.load(own_heads=study.own_heads)
    refuse_other_models(study, scorer)
    refuse_idle_tests(study, {name: head.labels for name, head in scorer.heads.items()})
    folder = study.output / f"corpus-{corpus_key(study, inputs)}"
    intake = take_in(study, folder)
    corpus = Corpus.open(folder)
    say(f"{corpus.status().articles} articles in {folder.name}.")
    if study.group:
        group_corpus(corpus)
    if corpus.events().empty:
        raise InputError(
            f"{study.file}: no article has an event. Write event = in a [[source]], or [events] group = true."
        )
    names = [name for name in study.heads if name in scorer.heads]
    score(corpus, names, progress, scorer)
    bad = take_codes(study, corpus, study_heads(study, corpus))
    intake = replace(intake, rejected=[*intake.rejected, *bad])
    return _write(study, corpus, intake, _provenance(study, inputs, scorer, corpus), say)


def _provenance(study: Study, inputs: Mapping[str, str], scorer: Scorer, corpus: Corpus) -> dict[str, object]:
    """What the outputs follow from."""
    now = versions_of(scorer)
    return {
        "framing": __version__,
        "study": {"file": study.file.name, "sha256": study.sha256},
        "corpus": corpus.path.name,
        "labels": labels_of(corpus),
        "inputs": dict(inputs),
        "models": {"encoder": scorer.encoder.version, **{name: now[name] for name in sorted(study.heads)}},
        "seeds": {"words": words.SEED},
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _write(
    study: Study, corpus: Corpus, intake: Intake, provenance: dict[str, object], say: Callable[[str], object]
) -> Ran:
    root, old = study.output, _json(study.output / MANIFEST)
    state = hashlib.sha256(json_text(provenance).encode()).hexdigest()
    writer = _Writer(root, state, old.get("outputs", {}))
    again = bool(old) and not (root / UNDER_WAY).exists()
    writer.note()
    made = _tables(study, corpus, writer, intake)
    writer.note()
    say(f"{len(made.frames) + len(made.streams)} tables.")
    drawn = list(figures(made, study.view)) if study.figures else []
    for figure in drawn:
        writer.put(f"figures/{figure.name}.svg", figure.svg().encode())
    reports = _reports(study, corpus, writer, say)
    writer.put("index.html", index(study, made, drawn, reports, intake, provenance).encode())
    for name in sorted(set(writer.before) - set(writer.hashes)):
        if (root / name).resolve().is_relative_to(root.resolve()):  # a manifest may have been edited
            (root / name).unlink(missing_ok=True)
            writer.changed.append(name)
    accounts = {
        "read": intake.read, "kept": intake.kept, "left_out": dict(sorted(intake.left_out.items())),
        "rejected": intake.read - intake.kept - intake.left_out.total(), "articles": corpus.status().articles,
    }  # fmt: skip
    body = {"format": FORMAT, **provenance, "accounts": accounts, "outputs": dict(sorted(writer.hashes.items()))}
    write_whole(root / MANIFEST, json_text(body).encode())
    (root / UNDER_WAY).unlink(missing_ok=True)
    return Ran(root, corpus.path, intake, tuple(writer.changed), len(writer.hashes), again)


def _tables(study: Study, corpus: Corpus, writer: _Writer, intake: Intake) -> Tabulated:
    """Writes every table; long ones as they are read."""
    with scratch("study") as place:
        made = tabulate(study, corpus, place)
        made.frames["rejected"] = pd.DataFrame(
            [(each.source, each.position, each.reason) for each in intake.rejected],
            columns=["source", "position", "reason"],
        )
        for name, frame in made.frames.items():
            plain = flat(frame)
            writer.put(f"tables/{name}.csv", csv_text(plain).encode())
            writer.put(f"tables/{name}.parquet", parquet_bytes(frame))
        for name, read in made.streams.items():
            written = write_rows(writer.root / "tables", name, read())
            writer.take(f"tables/{name}.csv", written.csv)
            writer.take(f"tables/{name}.parquet", written.parquet)
            made.streamed[name] = written.rows
    return made


def _reports(study: Study, corpus: Corpus, writer: _Writer, say: Callable[[str], object]) -> dict[str, Report]:
    """The events' reports, each written as soon as it is made; by the name of its file."""
    events = corpus.events()
    chosen = (
        list(events["event_id"]) if study.reports is None else [_event(study, corpus, one) for one in study.reports]
    )
    found: dict[str, Report] = {}
    for number, event in enumerate(chosen, 1):
        report = _kept_report(writer, event)
        if report is None:
            report = event_report(corpus, event, Options(study.view, study.text), study.own_heads)
        name = f"reports/{report.file_name}"
        writer.put(name, report.html.encode())
        head = {"event_id": event, "title": report.title, "outlets": report.outlets, "n": report.n_articles,
                "finding": report.first_finding}  # fmt: skip
        writer.put(f"reports/{event}.json", json_text(head).encode())
        writer.note()
        found[name] = report
        say(f"Report {number} of {len(chosen)}: {report.title}.")
    if found:
        named = {name.partition("/")[2]: report for name, report in found.items()}
        listing = index_page(named, above=("../index.html", study.title))
        writer.put("reports/index.html", listing.encode())
    return found


def _kept_report(writer: _Writer, event: str) -> Report | None:
    """A report that a killed run had finished."""
    name = f"reports/{event}.json"
    if not writer.has(name):
        return None
    head = _json(writer.root / name)
    report = Report(event, head["title"], "", tuple(head["outlets"]), head["n"], head["finding"])
    page = f"reports/{report.file_name}"
    if not writer.has(page):
        return None
    html = (writer.root / page).read_text(encoding="utf-8")
    return Report(event, report.title, html, report.outlets, report.n_articles, report.first_finding)


def _event(study: Study, corpus: Corpus, name: str) -> str:
    try:
        return corpus.find_event(name)
    except InputError as error:
        raise InputError(f"{study.file}: [write] reports: {error}") from error


def check(study: Study) -> list[str]:
    """What differs from the manifest, a line each: the study, its inputs, and every output; nothing where all is as it
    was. Raises InputError where there is no manifest, or one that cannot be read."""
    file = study.output / MANIFEST
    if not file.is_file():
        raise InputError(f"There is no {file}. Run the study first:  framing run {study.file}")
    body = _json(file)
    if body.get("format") != FORMAT:
        raise InputError(f"{file} has format {body.get('format')!r}; this version reads {FORMAT}. Run the study again.")
    found = []
    if body["study"]["sha256"] != study.sha256:
        found.append(f"{study.file.name} was changed since it ran")
    now = input_hashes(study)
    found += [f"input {name} {what}" for name, what in _apart(body["inputs"], now)]
    files = {name: study.output / name for name in body["outputs"]}
    there = {name: file_hash(path) for name, path in files.items() if path.is_file()}
    found += [f"output {name} {what}" for name, what in _apart(body["outputs"], there)]
    return found


def _apart(before: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str]]:
    what = {name: "is missing" for name in before if name not in now}
    what |= {name: "is new" for name in now if name not in before}
    what |= {name: "was changed" for name in now if name in before and before[name] != now[name]}
    return sorted(what.items())


def _json(file: Path) -> dict:  # type: ignore[type-arg]
    """A file's JSON object; an empty one where there is no file. Raises InputError where it is damaged."""
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise InputError(f"{file} is damaged ({error}). Delete it and run the study again.") from error
    if not isinstance(body, dict):
        raise InputError(f"{file} is damaged. Delete it and run the study again.")
    return body
