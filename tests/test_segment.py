"""Sentences: offsets, hard boundaries, quotations over sentence and paragraph ends."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing.quotes import quotations
from framing.schema import Article, Sentence
from framing.segment import segment, split

CASES = (Path(__file__).parents[1] / "benchmarks" / "sentence_cases.txt").read_text(encoding="utf-8").splitlines()
LINES = [line for line in CASES if line and not line.startswith("#")]
PIECES = st.sampled_from(
    ["Mr. Orr left.", "“We go. ", "We stay,” ", "he said.", "\n\n", "\n", " ", "U.S. ", "'", '"', "’", "‘", "” ", "« ", " »",
     "…", "1. ", "2. Go", "😀", "e\u0301", "(Yes.) ", "no. ", "\u00a0", "D-N.Y., ", "’’", "``", "''", "The ", "–", "?", "! "]
)  # fmt: skip


def texts(sentences: list[Sentence]) -> list[str]:
    return [s.text for s in sentences]


@pytest.mark.parametrize("line", LINES)
def test_hard_boundaries(line: str) -> None:
    paragraphs = [paragraph.split(" | ") for paragraph in line.split(" ¶ ")]
    text = "\n\n".join(" ".join(sentences) for sentences in paragraphs)
    assert split(text) == [s for sentences in paragraphs for s in sentences]


def check_offsets(article: Article) -> None:
    sentences = segment(article)
    for s in sentences:
        whole = article.title if s.is_headline else article.text
        assert whole[s.start : s.end] == s.text
        assert s.text == s.text.strip() != ""
        assert "\n\n" not in s.text
        assert all(0 <= q.start < q.end <= len(s.text) for q in s.quotes)
        assert all(a.end <= b.start for a, b in pairwise(s.quotes))
    body = [s for s in sentences if not s.is_headline]
    assert [s.index for s in body] == list(range(1, len(body) + 1))
    assert all(a.end <= b.start and a.paragraph <= b.paragraph for a, b in pairwise(body))
    assert "".join("".join(texts(body)).split()) == "".join(article.text.split()), "a sentence was lost or doubled"


@settings(max_examples=150, deadline=None)
@given(title=st.text(max_size=40), text=st.text(max_size=200))
def test_offsets_hold_for_any_text(title: str, text: str) -> None:
    check_offsets(Article("Wire", title, text))


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(PIECES, max_size=25))
def test_offsets_hold_for_knotty_text(pieces: list[str]) -> None:
    check_offsets(Article("Wire", "A title", "".join(pieces)))


def test_headline_is_one_sentence_and_blank_titles_give_none() -> None:
    article = Article("Wire", " Truce Fails. Rivals Vow ‘Revenge’ ", "It rained. It stopped.")
    headline, *body = segment(article)
    assert (headline.index, headline.paragraph, headline.start) == (0, -1, 1)
    assert headline.text == "Truce Fails. Rivals Vow ‘Revenge’"
    assert [headline.text[q.start : q.end] for q in headline.quotes] == ["Revenge"]
    assert [s.index for s in body] == [1, 2]
    assert [s.index for s in segment(Article("Wire", " ", "It rained."))] == [1]
    assert segment(Article("Wire", "", "")) == []


def test_quotes_are_cut_at_sentence_ends() -> None:
    first, last = segment(Article("Wire", "", "“It is over. We lost,” he said."))
    assert [first.text[q.start : q.end] for q in first.quotes] == ["It is over."]
    assert [last.text[q.start : q.end] for q in last.quotes] == ["We lost,"]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("“One,” he said. \"Two,\" she said. « Trois », dit-il.", ["One,", "Two,", " Trois "]),
        ("‘It is over,’ said Mr. O’Hara. The soldiers’ families wept in the ’90s.", ["It is over,"]),
        ("The boys’ school and the girls’ school don’t mix; rock ’n’ roll isn’t dead.", []),
        ("‘He said “go” to me,’ she said.", ["He said “go” to me,"]),
        ("“I said ‘no.’ I meant it,” she said.", ["I said ‘no.’ I meant it,"]),
        ('" It was a mess," she said of " the show."', [" It was a mess,", " the show."]),
        ("A 5'10\" man held a 6\" pipe.", []),
        ("“A.\n\n“B.\n\n“C,” he said. D.", ["A.", "B.", "C,"]),
        ("He said “we go. Then nothing. He left “early” today.\n\nNext.", ["we go.", "early"]),
        ("He said \"we go. Then nothing.\n\nNext \"one\" here.", ["we go.", "one"]),
        ("It was theirs\" he said. Then they left.", ["It was theirs"]),
    ],
)  # fmt: skip
def test_quotations(text: str, inside: list[str]) -> None:
    assert [text[q.start : q.end] for q in quotations(text)] == inside


def test_a_quotation_over_paragraphs_runs_on() -> None:
    assert [q.runs_on for q in quotations("“A.\n\n“B.\n\n“C,” he said.")] == [True, True, False]


def test_seed_page_sentence_count() -> None:
    page = Path(__file__).parents[2] / "shared" / "seed" / "nagorno-karabakh-roundup.txt"
    if not page.exists():
        pytest.skip("the seed page lies in ../shared, which this machine has not got")
    text = page.read_text(encoding="utf-8")
    body = text[text.index("At least 13") : text.index("Additional reporting")]
    assert len(split(body)) == 36  # counted by reading


def test_blanks_of_any_width_are_blanks() -> None:
    assert split("J\u00a0. Smith left. Ann\u2009. Poe stayed\u3000here.")
    assert split("It rained.\u00a0Nobody came.") == split("It rained. Nobody came.")
