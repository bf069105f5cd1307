"""What a study reads: its inputs by hash, and the articles that fall to it, with an account of the rest."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from framing import __version__
from framing.corpus import Corpus
from framing.errors import InputError
from framing.fetch import shared_fetcher
from framing.ingest import ReadOptions, read
from framing.ingest.web import is_address
from framing.parts import appear
from framing.schema import Article, Rejection
from framing.study import SourcePlan, Study


@dataclass
class Intake:
    """What became of what was read: `read` = `kept` + left out + rejected."""

    read: int = 0
    kept: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """By reason."""
    rejected: list[Rejection] = field(default_factory=list)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def input_hashes(study: Study) -> dict[str, str]:
    """SHA-256 of every file that the study reads, by its path as the study writes it; an address has none. Raises
    InputError for a path that is not there, and where the output would be read as a source."""
    found: dict[str, str] = {}
    for number, plan in enumerate(study.sources, 1):
        if is_address(plan.path):
            found[plan.path] = ""
            continue
        root = study.folder / plan.path
        where = f"{study.file}: [[source]] number {number}"
        if not root.exists():
            raise InputError(f"{where}: there is no {plan.path!r} beside the study ({root}). Correct its path.")
        if study.output.resolve().is_relative_to(root.resolve()):
            raise InputError(f"{where}: the output {study.output} lies in this source. Write output = a folder beside.")
        files = [root] if root.is_file() else sorted(file for file in root.rglob("*") if file.is_file())
        for file in files:
            if not any(part.startswith(".") for part in file.relative_to(root).parts):
                found[_as_written(file, study, plan)] = file_hash(file)
    for number, codes in enumerate(study.codes, 1):
        if not (study.folder / codes.file).is_file():
            raise InputError(f"{study.file}: [[codes]] number {number}: there is no file {codes.file!r}.")
        found[codes.file] = file_hash(study.folder / codes.file)
    return dict(sorted(found.items()))


def _as_written(file: Path, study: Study, plan: SourcePlan) -> str:
    root = study.folder / plan.path
    inside = file.relative_to(root).as_posix()
    return plan.path if inside == "." else f"{plan.path.rstrip('/')}/{inside}"


def corpus_key(study: Study, inputs: Mapping[str, str]) -> str:
    """Eight hex digits over everything that decides which articles a study holds: another plan, another corpus.
    People's codings are no part of it, so that new ones do not ask for new scores."""
    plan = {
        "framing": __version__,
        "inputs": {path: sha for path, sha in inputs.items() if path not in {each.file for each in study.codes}},
        "sources": [asdict(source) for source in study.sources],
        "outlets": [list(study.only), dict(study.names)],
        "window": [str(study.first), str(study.last)],
        "group": study.group,
    }
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()[:8]


def take_in(study: Study, folder: Path) -> Intake:
    """Reads the sources into the corpus at `folder`, or tells what an earlier run that ended read. Raises InputError
    where no article is left."""
    done = folder.with_name(f"{folder.name}.intake.json")
    if done.exists() and folder.exists():
        return _loads(done)
    intake = Intake()
    corpus = Corpus.ensure(folder)
    report = corpus.add(_articles(study, intake))
    intake.rejected = report.rejected
    intake.kept = intake.read - intake.left_out.total() - len(report.rejected)
    if not intake.kept:
        out = ", ".join(f"{n} {reason}" for reason, n in intake.left_out.items()) or "none left out"
        first = (
            f" First rejection: {intake.rejected[0].source}: {intake.rejected[0].reason}." if report.rejected else ""
        )
        raise InputError(
            f"{study.file}: no article is left of {intake.read} read ({out}; {len(intake.rejected)} rejected).{first}"
        )
    write_whole(done, _dumps(intake).encode())
    return intake


def _articles(study: Study, intake: Intake) -> Iterator[Article | Rejection]:
    """The articles that fall to the study, and the rejections, each counted; places as the study writes them."""
    for plan in study.sources:
        away = is_address(plan.path)
        root = plan.path if away else str(study.folder / plan.path)
        options = ReadOptions(plan.event, plan.outlet, plan.columns)
        for item in read(root, options, shared_fetcher()):
            source = plan.path + item.source[len(root) :] if item.source.startswith(root) else item.source
            intake.read += 1
            if isinstance(item, Rejection):
                yield replace(item, source=source)
                continue
            outlet = study.names.get(item.outlet, item.outlet)
            article = replace(item, source=source, outlet=outlet)
            reason = _outside(study, article)
            if reason:
                intake.left_out[reason] += 1
            else:
                yield article


def _outside(study: Study, article: Article) -> str:
    if study.only and article.outlet not in study.only:
        return "of other outlets"
    if not (study.first or study.last):
        return ""
    if article.published is None:
        return "without a date"
    early = study.first is not None and article.published < study.first
    late = study.last is not None and article.published > study.last
    return "outside the window" if early or late else ""


def write_whole(path: Path, content: bytes) -> bool:
    """Writes a file beside its place and renames it; tells whether its bytes are new. Raises InputError."""
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.tmp")
        beside.write_bytes(content)
        appear(beside, path)
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror or error}.") from error
    return True


def _dumps(intake: Intake) -> str:
    body: dict[str, Any] = {**asdict(intake), "left_out": dict(intake.left_out)}
    return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def _loads(file: Path) -> Intake:
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
        rejected = [Rejection(**each) for each in body["rejected"]]
        return Intake(body["read"], body["kept"], Counter(body["left_out"]), rejected)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} is damaged ({error}). Delete it; the next run reads the sources again.") from error
