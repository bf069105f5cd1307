"""What of a corpus is scored, by which version of each head, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from framing.corpus import Corpus
from framing.parts import PARTIAL

COLUMNS = ("name", "version", "read", "installed", "parts", "missing")


def holdings(corpus: Corpus, installed: Mapping[str, str]) -> pd.DataFrame:
    """A row for voice, mentions and each head, at each version that is stored or installed: `name, version`, whether
    queries `read` it, whether it is `installed` here, how many `parts` it has scored and how many it has not."""
    stems, current = set(corpus.folder.stems()), corpus.versions()
    scored = dict.fromkeys([*installed.items(), *current.items()], 0)
    for folder in [*corpus.path.glob("scores/*@*"), *corpus.path.glob("mentions/*@*")]:
        name, _, version = folder.name.rpartition("@")
        whole = {file.stem for file in folder.glob("[!.]*.parquet") if not file.name.endswith(PARTIAL)}
        scored[name, version] = len(whole & stems)
    rows = [
        (name, version, current.get(name) == version, installed.get(name) == version, parts, len(stems) - parts)
        for (name, version), parts in sorted(scored.items())
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def to_do(found: pd.DataFrame) -> list[str]:
    """What the table of `holdings` asks for, in words, a line a head: empty where nothing is missing."""
    lines = []
    for name, rows in found.groupby("name"):
        here, read = rows[rows["installed"]], rows[rows["read"]]
        if here.empty:
            lines.append(f"{name}: scored by {read['version'].iloc[0]}, which is not installed here.") if len(
                read
            ) else None
        elif read.empty:
            lines.append(f"{name}: not scored yet.")
        elif here["version"].iloc[0] != read["version"].iloc[0]:
            old, new = read["version"].iloc[0], here["version"].iloc[0]
            lines.append(f"{name}: scored by {old}, installed is {new}; {_lacks(int(here['missing'].iloc[0]))}.")
        elif here["missing"].iloc[0]:
            lines.append(f"{name}: {_lacks(int(here['missing'].iloc[0]))}.")
    return lines


def _lacks(parts: int) -> str:
    return f"{parts} part{'s' if parts != 1 else ''} still to score"
