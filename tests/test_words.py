"""Words that set outlets apart: by hand on small texts, honest where one article repeats a word, places behind each."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from framing import words
from framing.errors import InputError
from framing.event_words import tokens
from framing.word_tables import format_words, word_lines
from framing.words import WordsApart, count_words, words_apart

FILLER = ("The talks went on in the town hall while the boats stayed at the quay and {} watched from the wall.",) * 4


def sentences(articles: dict[str, tuple[str, list[str]]]) -> pd.DataFrame:
    """Frame of articles: id → outlet and body sentences; a headline on top, all in the outlet's own voice."""
    rows: list[dict[str, Any]] = []
    for key, (outlet, texts) in articles.items():
        for i, text in enumerate(["Strike headline", *texts]):
            rows.append({"article_id": key, "outlet": outlet, "index": i, "text": text, "quotes": [], "voice": "own"})
    return pd.DataFrame(rows).assign(published=pd.Timestamp("2024-03-01"))


def event(n: int, telling: str = "families", burst: int = 0) -> pd.DataFrame:
    """Two outlets of `n` articles; A's all say `telling` twice, or (burst) its first alone, that many times."""
    articles = {}
    for side in "AB":
        for i in range(n):
            texts = [text.format("people") for text in FILLER]
            if side == "A" and not burst:
                texts += [f"It was the {telling} who paid, and {telling} will remember."]
            if side == "A" and burst and i == 0:
                texts += [f"It was the {telling} who paid." for _ in range(burst)]
            articles[f"{side}{i}"] = (side, texts)
    return sentences(articles)


def test_a_word_that_all_articles_of_one_outlet_use_is_claimed_and_its_places_are_there() -> None:
    found = words_apart(event(5))
    row = found.table.iloc[0]
    assert row["outlet"] == "A" and row["word"] == "familie" and row["form"] == "families"
    assert (row["n"], row["n_others"], row["articles"], row["of_articles"]) == (10, 0, 5, 5)
    assert row["claimed"] and row["p"] <= 0.05
    assert "A says “families” more often than B" in row["finding"] and "5 of its 5 articles" in row["finding"]
    behind = found.behind("familie")
    assert len(behind) == 10
    assert {text[a:b] for text, a, b in zip(behind["text"], behind["start"], behind["end"], strict=True)} == {
        "families"
    }
    assert (found.table["word"] == "strike headline").sum() == 0


def test_one_article_that_repeats_a_word_is_not_claimed_though_z_is_large() -> None:
    found = words_apart(event(5, burst=12))
    row = found.table.set_index("word").loc["familie"]
    assert row["z"] > 1.96 and row["t"] < row["z"]
    assert not row["claimed"] and np.isnan(row["p"])  # in one article only: not even tested
    assert "In these texts" in row["finding"] and "1 of its 5 articles" in row["finding"]


def test_everyday_words_stand_behind_telling_ones_without_a_list() -> None:
    found = words_apart(event(5))
    table = found.table[found.table["outlet"] == "A"].reset_index(drop=True)
    rank = {word: i for i, word in enumerate(table["word"])}
    assert rank["familie"] < min(rank.get(word, 99) for word in ("the", "it", "was", "and"))


def test_deals_of_equal_outlets_are_rarely_claimed() -> None:
    rng, vocabulary = np.random.default_rng(3), [f"word{chr(97 + i)}{chr(97 + j)}" for i in range(8) for j in range(8)]
    claimed = 0
    for _ in range(40):
        texts = {
            f"{side}{i}": (side, [" ".join(rng.choice(vocabulary, 60))] * int(rng.integers(1, 4)))
            for side in "AB" for i in range(4)
        }  # fmt: skip
        claimed += bool(words_apart(sentences(texts)).table["claimed"].any())
    assert claimed <= 5  # 5 % of 40 are 2; 6 or more have a chance of 1 %


def test_views_part_words_at_the_quotation_marks() -> None:
    rows = pd.DataFrame([
        {"article_id": "a", "outlet": "A", "index": 1, "text": "“Cowards ran,” Reed fumed.", "quotes": [(1, 13)], "voice": "quoted"},
        {"article_id": "a", "outlet": "A", "index": 2, "text": "The port was shut.", "quotes": [], "voice": "own"},
        {"article_id": "a", "outlet": "A", "index": 3, "text": "The owner lost money, he said.", "quotes": [], "voice": "reported"},
        {"article_id": "a", "outlet": "A", "index": 4, "text": "And they hid.", "quotes": [], "voice": "quoted"},
    ])  # fmt: skip

    def single(view: Any) -> set[str]:
        found = tokens(rows, view)
        return {word for word in found["word"] if " " not in word}

    assert {"fumed", "port", "shut"} <= single("own") and not single("own") & {"coward", "money", "hid"}
    assert {"coward", "ran", "money", "hid"} <= single("quoted") and not single("quoted") & {"fumed", "port"}
    assert single("own") | single("quoted") == single("both")
    assert "coward reed" not in set(tokens(rows, "both")["word"])


def test_names_are_left_out() -> None:
    rows = sentences({"a": ("A", ["Ms. Reed met the crew in Velmouth."]), "b": ("B", ["The crew met."])})
    names = pd.DataFrame([{"article_id": "a", "index": 1, "start": 4, "end": 8, "actor": "Anna Reed"}])
    found = set(tokens(rows, "both", names)["word"])
    assert {"met", "crew"} <= found and not found & {"reed", "velmouth", "met the velmouth"}


def test_a_prior_word_for_an_unknown_pair_and_counts_by_article() -> None:
    found = tokens(event(2))
    single, pairs = count_words(found, ["A0", "A1", "B0", "B1"])
    assert single.y.shape == (4, len(single.words)) and (single.prior > 0).all() and (pairs.prior > 0).all()
    assert single.y[:, single.words.index("familie")].tolist() == [2, 2, 0, 0]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (sentences({"a": ("A", ["The port was shut. The port was shut."])}), "Only A reports on this event"),
        (event(2), "A and B have 2 articles each on this event: no word is tested there (that takes 3)"),
        (event(1), "A and B have 1 article each on this event: no word is tested there"),
        (event(3), "With so few articles even the clearest word would come about by chance in 10 of 100"),
        (event(6), "sentences are copies of another article"),
    ],
)
def test_bad_input_gives_a_sentence(rows: pd.DataFrame, said: str) -> None:
    found = words_apart(rows)
    assert any(said in note for note in found.notes), found.notes
    assert not found.table["claimed"].any() or "copies" in said


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(InputError, match="no outlet 'C' in this event. There are: A, B"):
        words_apart(event(3), ["C"])
    with pytest.raises(InputError, match="holds 'nothing'"):
        words_apart(event(3)).behind("nothing")


def test_output_forms() -> None:
    found: WordsApart = words_apart(event(5, "=sum"))
    assert json.loads(format_words(found, "json"))["words"]
    assert format_words(found, "csv").startswith("outlet,others,word,form,n,")
    table = format_words(words_apart(event(5)), "table")
    assert "families" in table and "Findings" in table and max(map(len, table.splitlines())) <= 120
    assert "»families«" in "\n".join(word_lines(words_apart(event(5)), "families"))


def test_single_precision_finds_the_same_largest_t() -> None:
    rng = np.random.default_rng(4)
    rates = rng.gamma(0.3, 1.0, size=300)
    y = rng.poisson(rates, size=(24, 300)).astype(float)
    y[3] *= 40  # one article that repeats its words
    size = y.sum(axis=1) + 50
    family = words.Counts([str(i) for i in range(300)], y, size, 0.01 + y.mean(axis=0), 400.0)
    sides = rng.permuted(np.tile([1.0] * 9 + [0.0] * 15, (200, 1)), axis=1)
    summed = [(sides @ part, whole) for part, whole in family.sums]
    t = np.abs(words._log_odds(family, summed, sides.sum(axis=1, keepdims=True))[2])
    assert np.allclose(words._largest_of(family, sides), t.max(axis=1), rtol=1e-12)
