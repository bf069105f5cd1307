"""Repairing a corpus folder: damaged parts are set aside, what follows from others is made again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from framing import rows
from framing.errors import CorpusError, NewerCorpus
from framing.parts import LOGS, MANIFEST, MENTIONS, PARTIAL, SCHEMAS, Folder, Manifest, Target
from framing.plain import count
from framing.segment import segment

ASIDE = "damaged"
"""Folder within the corpus for what `repair` sets aside."""


def repair(folder: Folder) -> list[str]:
    """Sets damaged parts aside in `damaged/`, with what else there is of them, splits sentences anew where they are
    missing, gives parts of older versions their checksums and rebuilds the manifest.

    Returns one line for each thing done.
    """
    done = []
    unsealed = []
    lost = _lost(folder)
    for file in stored(folder):
        try:
            folder.read(file)
            if folder.seal(file) == "none":
                unsealed.append(file)
        except CorpusError:
            done.append(_set_aside(folder, file))
            lost = lost or file.parent.name == "articles"
    if lost:
        done += [f"{_set_aside(folder, file)}: its articles are gone" for file in folder.orphans()]
        unsealed = [file for file in unsealed if file.exists()]
    folder.sweep()
    for stem in folder.stems():
        if not (folder.path / "sentences" / f"{stem}.parquet").exists():
            articles = [rows.article_of(row) for row in folder.read(folder.files("articles", [stem])[0]).to_pylist()]
            sentences = [sentence for article in articles for sentence in segment(article)]
            folder.write(folder.path / "sentences" / f"{stem}.parquet", rows.sentences_table(sentences))
            done.append(f"split part {stem} into sentences again")
    for name in LOGS:
        for number in folder.gaps(name):
            folder.write(folder.path / name / f"{number:08d}-gone.parquet", SCHEMAS[name].empty_table())
            done.append(f"went on without part {number} of the log {name}")
    for file in unsealed:
        _give_checksum(folder, file)
    if unsealed:
        done.append(f"gave {count(len(unsealed), 'file')} of an older version their checksums")
    before = folder.path / MANIFEST
    text = before.read_bytes() if before.exists() else b""
    folder.save(folder.recount(Manifest(current=_most_complete(folder))))
    if before.read_bytes() != text:
        done.append(f"rebuilt {MANIFEST}")
    return done


def stored(folder: Folder) -> list[Path]:
    """Every part of every table, those set aside left out."""
    found = [*folder.path.glob("*/[!.]*.parquet"), *folder.path.glob("*/*/[!.]*.parquet")]
    return sorted(file for file in found if file.parent.name != ASIDE)


def _lost(folder: Folder) -> bool:
    """Whether parts may have got lost: by the manifest, or where there is none to ask."""
    try:
        return folder.manifest().counts["parts"] > len(folder.stems())
    except NewerCorpus:
        raise
    except CorpusError:
        return bool(folder.orphans())


def _set_aside(folder: Folder, file: Path) -> str:
    place = file.relative_to(folder.path)
    aside = folder.path / ASIDE / "-".join(place.parts)
    aside.parent.mkdir(exist_ok=True)
    shutil.move(file, aside)
    return f"set aside {place}"


def _give_checksum(folder: Folder, file: Path) -> None:
    """Writes a part again, the same rows with a checksum; its time stays, by which versions are told apart."""
    times = file.stat()
    folder.write(file, folder.read(file))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _most_complete(folder: Folder) -> dict[str, Target]:
    """For each target the version with the most whole parts, the most recently written where two have as many.

    Mentions and the heads keyed by their spans go together: the mentions for which most of those heads are there.
    """
    targets = folder.stored_targets()

    def rank(target: Target) -> tuple[int, float]:
        files = list((folder.path / target.folder).glob("[!.]*.parquet"))
        whole = [file for file in files if not file.name.endswith(PARTIAL)]
        return len(whole), max((file.stat().st_mtime for file in files), default=0.0)

    def keyed(mentions: Target) -> list[Target]:
        heads = [t for t in targets if t.level == "mention" and t.name != MENTIONS]
        return [head for head in heads if head.version.endswith(f"-{mentions.version}")]

    found = [t for t in targets if t.name == MENTIONS]
    best = max(found, key=lambda t: (sum(rank(head)[0] for head in keyed(t)), rank(t)), default=None)
    beside = [best, *keyed(best)] if best else []
    current: dict[str, Target] = {}
    for target in targets:
        if target.level == "mention" and target not in beside:
            continue
        if target.name not in current or rank(target) > rank(current[target.name]):
            current[target.name] = target
    return current
