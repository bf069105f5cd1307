"""The invented reports of tests/data/fact_reports, and what was coded of their sentences (fact_reports.csv)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd

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
    rows = pd.read_csv(FOLDER.with_suffix(".csv"), comment="#", dtype={"text_a": str, "text_b": str})
    rows = rows[rows["part"] == part].reset_index(drop=True)
    for side in "ab":
        places = list(zip(rows["event"], rows[f"file_{side}"], rows[f"index_{side}"], strict=True))
        rows[side] = [sentences(event, file)[index].text for event, file, index in places]
        for place, text, read_as in zip(places, rows[side], rows[f"text_{side}"], strict=True):
            if content_id(text)[: len(read_as)] != read_as:
                raise SystemExit(f"{place} is another sentence now than the one that was coded.")
    return rows
