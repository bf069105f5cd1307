"""Texts in other languages are named and set aside; short ones and English ones with foreign quotations stay."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from framing.cli import main
from framing.ingest import read_text
from framing.ingest.options import ReadOptions
from framing.languages import MIN_WORDS, foreign, foreign_article, words_in
from framing.predict_rows import read_rows
from framing.schema import Article, Rejection

ROOT = Path(__file__).parents[1]
FOREIGN = [json.loads(line) for line in (ROOT / "benchmarks" / "foreign_texts.jsonl").open(encoding="utf-8")]
GERMAN = next(row for row in FOREIGN if row["language"] == "German")
ENGLISH = (
    "Dockers in Velmouth walked out on Monday after talks with the port owner broke down. The union wants secure "
    "contracts and better pay for night shifts, and says that it will not go back before both are on paper."
)
DATA = ROOT.parent / "shared" / "data" / "ecbplus" / "articles.jsonl"


@pytest.mark.parametrize("row", FOREIGN, ids=lambda row: row["language"])
def test_each_language_is_named(row: dict[str, str]) -> None:
    assert foreign_article(f"{row['title']}\n\n{row['text']}") == row["language"]


def test_an_article_in_another_language_is_rejected_with_its_name_and_the_rest_goes_in() -> None:
    options = ReadOptions(outlet="Northern Wire")
    (found,) = read_text(f"{GERMAN['title']}\n\n{GERMAN['text']}", "hafen.txt", options)
    assert isinstance(found, Rejection)
    assert "is in German, and only English is read" in found.reason and "leave it out" in found.reason
    assert isinstance(read_text(f"Dockers walk out\n\n{ENGLISH}", "dock.txt", options)[0], Article)


def test_a_batch_goes_on_with_status_3(tmp_path: Path) -> None:
    rows = [{"outlet": "A", "title": r["title"], "text": r["text"]} for r in FOREIGN[:2]]
    rows.append({"outlet": "A", "title": "Dockers walk out", "text": ENGLISH})
    (tmp_path / "mixed.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result = CliRunner().invoke(main, ["ingest", str(tmp_path / "corpus"), str(tmp_path / "mixed.jsonl")])
    assert result.exit_code == 3
    assert "1 stored" in result.output and "line 1: is in German" in result.output and "is in French" in result.output


def test_short_texts_are_not_rejected_on_a_guess() -> None:
    short = " ".join(GERMAN["text"].split()[: MIN_WORDS - 1])
    assert foreign(short) is None and foreign_article(short) is None
    assert foreign("Allianz Daimler Siemens Thyssenkrupp") is None
    assert words_in("周一上午，九百多名港口工人停止了工作。") == 8


@pytest.mark.parametrize("row", FOREIGN, ids=lambda row: row["language"])
def test_an_english_article_with_a_foreign_quotation_stays(row: dict[str, str]) -> None:
    quoted = row["text"][: len(ENGLISH) // 2]
    assert foreign_article(f"{ENGLISH}\n\n“{quoted}”\n\n{ENGLISH}") is None


def test_numbers_and_names_are_no_language() -> None:
    assert foreign("12 4 7 19.5 88 3 2024 17 5 6 12 13 44 % $ 9") is None
    assert foreign_article("") is None


def test_predict_gives_an_error_in_the_row_of_another_language() -> None:
    lines = [GERMAN["text"], ENGLISH, GERMAN["title"]]
    raw = io.BufferedReader(io.BytesIO("\n".join(lines).encode()))  # type: ignore[arg-type]
    faults = [row.fault for row in read_rows(raw, "text", mentions=False)]
    assert faults == ["the text is in German; only English is scored", None, None]


@pytest.mark.skipif(not DATA.exists(), reason="the labelled sets are not in ../shared/data")
def test_no_real_english_article_is_taken_for_another_language() -> None:
    texts = [json.loads(line)["text"] for line in DATA.open(encoding="utf-8")][::4]
    assert len(texts) > 200
    assert [text[:60] for text in texts if foreign_article(text)] == []


def test_a_paste_in_another_language_is_named_on_the_page() -> None:
    from framing.pages.intake import Request, read

    preview = read(Request(f"{GERMAN['title']}\n\n{GERMAN['text']}", (), "Northern Wire", None, None, None))
    assert not preview.articles and "is in German" in preview.rejected[0].reason
