"""People's codings in a study: its files decide what the corpus holds of them, whatever stood there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from framing.audit_rows import Source
from framing.code_audit import as_random
from framing.code_rows import read_codes
from framing.codes import Coding, consensus, load, set_aside, store
from framing.corpus import Corpus
from framing.errors import InputError
from framing.heads import HeadBase
from framing.schema import Rejection
from framing.study import Codes, Study
from framing.study_intake import file_hash
from framing.tally import VOICE, HeadInfo


def take_codes(study: Study, corpus: Corpus, heads: Mapping[str, HeadBase]) -> list[Rejection]:
    """Puts the study's codings into its corpus, and makes those drawn at random the audit; gives back the rows that
    could not be used. Other codings of the same heads are set aside. Raises InputError for a head not pinned."""
    by_head: dict[str, list[Codes]] = {}
    for codes in study.codes:
        by_head.setdefault(codes.head, []).append(codes)
    rejected: list[Rejection] = []
    for name, files in by_head.items():
        if name != VOICE.name and name not in heads:
            raise InputError(f"{study.file}: [[codes]] head {name!r} is not among [heads]: {', '.join(sorted(heads))}.")
        info = VOICE if name == VOICE.name else HeadInfo.of(heads[name])
        codings: list[Coding] = []
        for codes in files:
            found = read_codes(corpus, info, study.folder / codes.file, codes.coder or "")
            codings += found.codings
            rejected += [replace(each, source=codes.file) for each in found.rejected]
        if set(load(corpus, name)) - set(codings):
            set_aside(corpus, name)
        store(corpus, name, codings)
        if any(codes.random for codes in files):
            as_random(Source.of(corpus, name), consensus(codings, info))
    return rejected


def labels_of(corpus: Corpus) -> dict[str, str]:
    """SHA-256 of the audits in a corpus, by file: they correct its comparisons."""
    files = sorted((corpus.path / "audit").glob("*.json"))
    return {file.name: file_hash(file) for file in files if ".old-" not in file.name and not file.name.startswith(".")}
