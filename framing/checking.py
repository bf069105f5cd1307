"""Checking a corpus folder: every part's checksum, rows against rows, versions against the installed heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from framing import repair, rows
from framing.edits import part_name
from framing.errors import CorpusError, NewerCorpus
from framing.parts import LOGS, MENTIONS, PARTIAL, SCHEMAS, Folder, Manifest
from framing.plain import count
from framing.schema import content_id
from framing.segment import segment


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: in which file, what it is, what to do, and whether it is a fault or only worth knowing."""

    file: str
    what: str
    remedy: str
    fault: bool = True


@dataclass
class CheckReport:
    """What was looked at and what was found."""

    files: int = 0
    bytes: int = 0
    parts: int = 0
    unsealed: int = 0
    """Files without a checksum, written before there were any."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def faults(self) -> list[Finding]:
        """What is wrong with the stored data."""
        return [item for item in self.findings if item.fault]

    def table(self) -> pd.DataFrame:
        """`file, fault, what, remedy`, a row a finding."""
        found = [(item.file, item.fault, item.what, item.remedy) for item in self.findings]
        return pd.DataFrame(found, columns=["file", "fault", "what", "remedy"])


def check(folder: Folder, installed: Mapping[str, str] | None = None) -> CheckReport:
    """Reads a corpus whole, one part at a time, and writes nothing. `installed` are the versions of the heads here."""
    return _Checker(folder).run(installed)


class _Checker:
    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.report = CheckReport()
        path = folder.path
        self.repair = f"framing repair {path}, then ingest and score again (they do only what is missing)"
        self.rescore = f"framing score {path}"

    def run(self, installed: Mapping[str, str] | None) -> CheckReport:
        """Everything, in the order in which it matters."""
        if (self.folder.path / ".writer").exists():
            self._note("", "is being written just now, or a writer was killed", "check again when it has finished")
        manifest, stems = self._manifest(), self.folder.stems()
        self.report.parts = len(stems)
        counted = {"parts": len(stems), "articles": 0, "sentences": 0}
        for stem in stems:
            articles, sentences = self._part(stem)
            counted["articles"] += articles
            counted["sentences"] += sentences
        self._orphans(manifest, len(stems))
        for name in LOGS:
            self._log(name)
        if manifest is not None:
            self._counts(manifest, counted)
            self._versions(manifest, installed)
        self._beside()
        return self.report

    def _fault(self, file: Path | str, what: str, remedy: str = "") -> None:
        self.report.findings.append(Finding(self._name(file), what, remedy or self.repair))

    def _note(self, file: Path | str, what: str, remedy: str) -> None:
        self.report.findings.append(Finding(self._name(file), what, remedy, False))

    def _name(self, file: Path | str) -> str:
        return file if isinstance(file, str) else file.relative_to(self.folder.path).as_posix()

    # -- files -------------------------------------------------------------------------------------------------------

    def _read(self, file: Path, schema: pa.Schema | None) -> pa.Table | None:
        """The part, or None where something is wrong with it, which is then told."""
        if not file.exists():
            self._fault(file, "is missing")
            return None
        self.report.files += 1
        self.report.bytes += file.stat().st_size
        try:
            seal = self.folder.seal(file)
            if seal == "broken":
                self._fault(file, "is not what was written: its checksum differs")
                return None
            table = self.folder.read(file)
        except CorpusError:
            self._fault(file, "cannot be read")
            return None
        self.report.unsealed += seal == "none"
        if schema is not None and table.schema != schema:
            self._fault(file, f"has other columns than it should ({', '.join(table.schema.names)})")
            return None
        return table

    def _part(self, stem: str) -> tuple[int, int]:
        """Looks at a part and its results; how many articles and sentences it has."""
        place = self.folder.path / "articles" / f"{stem}.parquet"
        articles = self._read(place, SCHEMAS["articles"])
        split = self.folder.path / "sentences" / f"{stem}.parquet"
        sentences = self._read(split, SCHEMAS["sentences"])
        if articles is not None:
            self._articles(place, articles)
        if articles is not None and sentences is not None:
            self._sentences(split, articles, sentences)
        if sentences is not None:
            self._results(stem, sentences)
        return (0 if articles is None else len(articles)), (0 if sentences is None else len(sentences))

    def _articles(self, file: Path, table: pa.Table) -> None:
        """Ids follow from the content, and a part's name from its ids."""
        listed = table.select(["article_id", "outlet", "title", "text"]).to_pylist()
        other = [row for row in listed if content_id(row["outlet"], row["title"], row["text"]) != row["article_id"]]
        if other:
            self._fault(
                file, f"{count(len(other), 'article')} not as stored: {other[0]['article_id']} has another text"
            )
        elif part_name([row["article_id"] for row in listed]) != file.stem:
            self._fault(file, "holds other articles than its name says")

    def _sentences(self, file: Path, articles: pa.Table, sentences: pa.Table) -> None:
        """Every sentence stands where it says in its article, and every article has its sentences."""
        by_id = {row["article_id"]: row for row in articles.to_pylist()}
        wrong = lost = 0
        seen = set()
        for row in sentences.select(["article_id", "index", "text", "start", "end"]).to_pylist():
            article = by_id.get(row["article_id"])
            if article is None:
                lost += 1
                continue
            seen.add(row["article_id"])
            source = article["title"] if row["index"] == 0 else article["text"]
            wrong += source[row["start"] : row["end"]] != row["text"]
        bare = [row for identity, row in by_id.items() if identity not in seen and segment(rows.article_of(row))]
        if wrong or lost or bare:
            told = [
                (wrong, "do not stand in their article"),
                (lost, "are of no article here"),
                (len(bare), "of the articles have none"),
            ]
            self._fault(file, "; ".join(f"{number} {what}" for number, what in told if number), self._anew(file))

    def _anew(self, file: Path) -> str:
        return f"delete {self._name(file)}, then framing repair {self.folder.path} and framing score {self.folder.path}"

    def _results(self, stem: str, sentences: pa.Table) -> None:
        keys = {"sentence": sentences.select(["article_id", "index"])}
        for folder in [*sorted(self.folder.path.glob("mentions/*@*")), *sorted(self.folder.path.glob("scores/*@*"))]:
            name, _, version = folder.name.rpartition("@")
            carried = folder / f"{stem}{PARTIAL}"
            if carried.exists() and self._read(carried, None) is not None:
                self._note(carried, "waits for the sentences that an edit changed", self.rescore)
            file = folder / f"{stem}.parquet"
            table = self._read(file, SCHEMAS.get(name)) if file.exists() else None
            if table is None:
                continue
            if name == MENTIONS:
                keys[version] = table.select(["article_id", "index", "start", "end"])
                continue
            level = version.rpartition("-")[2] if "start" in table.column_names else "sentence"
            self._result(file, table, keys.get(level))

    def _result(self, file: Path, table: pa.Table, keys: pa.Table | None) -> None:
        """One row for each sentence or mention, no probability beyond 0 to 1."""
        again = f"delete {self._name(file)}, then {self.rescore}"
        if keys is not None and not table.select(keys.column_names).equals(keys):
            mine, theirs = (_rows(item.select(keys.column_names)) for item in (table, keys))
            lacking, more = len(theirs - mine), len(mine - theirs)
            self._fault(file, f"{lacking} rows are missing, {more} are of no sentence or mention here", again)
        for name in table.column_names:
            if pa.types.is_floating(table.schema.field(name).type):
                column = table[name]
                beyond = pc.and_(pc.invert(pc.is_nan(column)), pc.or_(pc.less(column, 0), pc.greater(column, 1)))
                if pc.any(beyond).as_py():
                    self._fault(file, f"holds probabilities of {name} below 0 or above 1", again)

    def _log(self, name: str) -> None:
        """A log's parts are numbered: a gap is a part that is gone."""
        for file in self.folder.files(name):
            self._read(file, SCHEMAS[name])
        gone = self.folder.gaps(name)
        if gone:
            what = f"{count(len(gone), 'part')} of this log gone, so that {_LOST[name]}"
            self._fault(f"{name}/{gone[0]:08d}-….parquet", what, f"put back from a copy, or {self.repair}")

    # -- the whole ---------------------------------------------------------------------------------------------------

    def _manifest(self) -> Manifest | None:
        try:
            return self.folder.manifest()
        except NewerCorpus:
            raise
        except CorpusError:
            self._fault("corpus.json", "is missing or damaged", f"framing repair {self.folder.path}")
            return None

    def _orphans(self, manifest: Manifest | None, parts: int) -> None:
        orphans = self.folder.orphans()
        lost = 0 if manifest is None else manifest.counts["parts"] - parts
        if lost > 0:
            names = sorted({file.name.partition(".")[0] for file in orphans})
            known = f": {', '.join(names[:5])}" if names else ""
            self._fault("articles/", f"{count(lost, 'part')} gone{known}", f"put back from a copy, or {self.repair}")
        for file in orphans:
            self._read(file, None)
            if lost <= 0:
                self._note(file, "is of articles that a killed run did not store", "the next ingest or score drops it")

    def _counts(self, manifest: Manifest, counted: Mapping[str, int]) -> None:
        if manifest.counts["parts"] < counted["parts"]:
            self._note("corpus.json", "counts fewer parts than there are: a run was killed", "ingest again, or repair")
        elif manifest.counts["parts"] == counted["parts"] and not self.report.faults:
            for name in ("articles", "sentences"):
                if manifest.counts[name] != counted[name]:
                    what = f"counts {manifest.counts[name]} {name}, stored are {counted[name]}"
                    self._fault("corpus.json", what, f"framing repair {self.folder.path}")

    def _versions(self, manifest: Manifest, installed: Mapping[str, str] | None) -> None:
        stems = self.folder.stems()
        for name, target in sorted(manifest.current.items()):
            here = None if installed is None else installed.get(name)
            if installed is not None and here is None:
                self._note(target.folder, "is of a head that is not installed here", "install it to score what is new")
            elif here is not None and here != target.version:
                self._note(target.folder, f"is of another version than the installed {here}", self.rescore)
            lacking = sum(not self.folder.complete(target, stem).exists() for stem in stems)
            if lacking:
                self._note(target.folder, f"lacks {count(lacking, 'part')}", self.rescore)

    def _beside(self) -> None:
        for file in self.folder.leftovers():
            self._note(file, "was left half-written by a killed run", "the next ingest or score drops it")
        aside = sorted((self.folder.path / repair.ASIDE).glob("*"))
        if aside:
            self._note(f"{repair.ASIDE}/", f"holds {count(len(aside), 'file')} that repair set aside", _ASIDE_ADVICE)
        if self.report.unsealed:
            what = f"{self.report.unsealed} of {count(self.report.files, 'file')} written before there were checksums"
            self._note("", f"{what}: read whole and compared with each other", f"framing repair {self.folder.path}")


_LOST = {
    "events": "articles may be in no event or in an earlier one",
    "removed": "articles that were edited or removed may stand again",
    "rejected": "some rejections are not listed",
}
_ASIDE_ADVICE = "delete them once ingest and score have made all of it again"


def _rows(table: pa.Table) -> set[Sequence[object]]:
    return set(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
