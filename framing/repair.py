"""Repairing a corpus folder: damaged parts are set aside, what follows from others is made again."""

from __future__ import annotations

import shutil

from framing import rows
from framing.errors import CorpusError
from framing.parts import MANIFEST, MENTIONS, PARTIAL, Folder, Manifest, Target
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
