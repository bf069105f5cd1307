"""Repairing a corpus folder: damaged parts are set aside, what follows from others is made again."""

from __future__ import annotations

import shutil
from pathlib import Path

from framing import rows
from framing.errors import CorpusError
from framing.parts import MANIFEST, Folder, Manifest, Target
from framing.segment import segment


def repair(folder: Folder) -> list[str]:
    """Sets unreadable parts aside in `damaged/`, splits sentences anew where they are missing, rebuilds the manifest.

    Returns one line for each thing done.
    """
    done = []
    for file in sorted([*folder.path.glob("*/*.parquet"), *folder.path.glob("*/*/*.parquet")]):
        if file.parent.name == "damaged":
            continue
        try:
            folder.read(file)
        except CorpusError:
            aside = folder.path / "damaged" / "-".join(file.relative_to(folder.path).parts)
            aside.parent.mkdir(exist_ok=True)
            shutil.move(file, aside)
            done.append(f"set aside {file.relative_to(folder.path)}")
    for stem in folder.stems():
        if not (folder.path / "sentences" / f"{stem}.parquet").exists():
            articles = [rows.article_of(row) for row in folder.read(folder.files("articles", [stem])[0]).to_pylist()]
            sentences = [sentence for article in articles for sentence in segment(article)]
            folder.write(folder.path / "sentences" / f"{stem}.parquet", rows.sentences_table(sentences))
            done.append(f"split part {stem} into sentences again")
    before = folder.path / MANIFEST
    text = before.read_bytes() if before.exists() else b""
    folder.save(folder.recount(Manifest(current=_most_complete(folder))))
    if before.read_bytes() != text:
        done.append(f"rebuilt {MANIFEST}")
    return done


def _most_complete(folder: Folder) -> dict[str, Target]:
    """For each target the version with the most parts, the most recently written where two have as many."""

    def rank(target: Target) -> tuple[int, float]:
        files: list[Path] = list((folder.path / target.folder).glob("[!.]*.parquet"))
        return len(files), max(file.stat().st_mtime for file in files)

    current: dict[str, Target] = {}
    for target in folder.stored_targets():
        if target.name not in current or rank(target) > rank(current[target.name]):
            current[target.name] = target
    return current
