"""The invented reports of tests/data/fact_reports, and what is known of their sentences: pairs that were read
(fact_reports.csv), or facts that the writer numbered (fact_numbers.csv, with second readings in fact_readings.csv)."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from framing.alignment_pairs import Units, candidates
from framing.alignment_words import read as read_words
from framing.ingest import read
from framing.schema import Article, Sentence, content_id
from framing.segment import segment

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "fact_reports"
Part = Literal["training", "tuning", "report"]


@cache
def article(event: str, file: str) -> Article:
    """One report."""
    (found,) = read(FOLDER / event / f"{file}.md")
    if not isinstance(found, Article):
        raise SystemExit(f"{event}/{file}: {found.reason}")
    return found


@cache
def sentences(event: str, file: str) -> list[Sentence]:
    """Its sentences; the number of each is its place, as every report has a headline."""
    return segment(article(event, file))


def coded(part: Part) -> pd.DataFrame:
    """The coded pairs: `event, part, file_a, index_a, file_b, index_b, same, text_a, text_b`, and the texts `a`, `b`.
    Ends the program where a number no longer stands for the sentence that was read."""
    rows = _table("fact_reports.csv", part)
    for side in "ab":
        rows[side] = _texts(rows["event"], rows[f"file_{side}"], rows[f"index_{side}"], rows[f"text_{side}"])
    return rows


def numbered(part: Part, share: float = 0.03) -> pd.DataFrame:
    """Pairs of sentences of two reports whose facts are numbered, as `event, file_a, index_a, file_b, index_b, same, a,
    b`: those with a common number, those that words make candidates, and a share of the others (1: all), by seed 3;
    without those of which a second reading says otherwise. Ends the program as `coded` does."""
    rows = _table("fact_numbers.csv", part)
    rows["sentence"] = _texts(rows["event"], rows["file"], rows["index"], rows["text"])
    rows["facts"] = [frozenset(facts.split()) for facts in rows["facts"]]
    doubted = pd.read_csv(FOLDER.with_name("fact_readings.csv"), comment="#")
    second = {tuple(place): same > 0.5 for *place, same in doubted.itertuples(index=False)}
    rng, found = np.random.default_rng(3), []
    for event, mine in rows.groupby("event", sort=True):
        told = mine.to_dict("records")
        near = _near(mine)
        for i, j in combinations(range(len(told)), 2):
            a, b = told[i], told[j]
            same = bool(a["facts"] & b["facts"])
            drawn = rng.random() < share
            if a["file"] == b["file"] or not (same or drawn or (i, j) in near):
                continue
            place = (event, a["file"], a["index"], b["file"], b["index"])
            if second.get(place, same) == same:
                found.append((*place, float(same), a["sentence"], b["sentence"]))
    return pd.DataFrame(found, columns=["event", "file_a", "index_a", "file_b", "index_b", "same", "a", "b"])


def _near(rows: pd.DataFrame) -> set[tuple[int, int]]:
    """Pairs that have words in common, as aligned reading finds candidates without vectors."""
    texts, file = list(rows["sentence"]), np.asarray(pd.factorize(rows["file"])[0], dtype=np.int64)
    units = Units(file, file, (rows["index"] == 0).to_numpy(dtype=np.bool_))
    pairs = candidates(read_words(texts, [""] * len(texts)), units, np.zeros((len(texts), 1), np.float32))
    return set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))


def _table(name: str, part: Part) -> pd.DataFrame:
    text = {"text": str, "text_a": str, "text_b": str, "facts": str}
    rows = pd.read_csv(FOLDER.with_name(name), comment="#", dtype=text, keep_default_na=False)
    return rows[rows["part"] == part].reset_index(drop=True)


def _texts(events: pd.Series, files: pd.Series, indexes: pd.Series, digests: pd.Series) -> list[str]:
    """The sentences at these places, checked against the starts of their digests."""
    found = []
    for event, file, index, digest in zip(events, files, indexes, digests, strict=True):
        text = sentences(event, file)[index].text
        if content_id(text)[: len(digest)] != digest:
            raise SystemExit(f"{event}/{file}, sentence {index}, is another now than the one that was coded.")
        found.append(text)
    return found
