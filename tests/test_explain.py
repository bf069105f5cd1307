"""Explanations: which words moved a score, what their check says of them, and how they are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import numpy as np
import pytest
from click.testing import CliRunner

from framing import explain_words
from framing.cli import main
from framing.encode import Encoded
from framing.errors import InputError
from framing.explain import LEAST_MOVE, Explanation, explain
from framing.occlusion import Pieces
from framing.scorer import Scorer

BOMB = "Rebels bombed the crowded market on Friday, and the mayor wept in the street."


class Counting:
    """An encoder whose vector is how often each of its words stands in the text."""

    version, max_tokens = "test", 512
    words = ("bombed", "wept", "market", "praised")

    def encode(self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]] | None = None) -> Encoded:
        rows = np.array([[text.count(word) for word in self.words] for text in texts], np.float32)
        named = [
            np.array([[text[a:b].count(w) for w in self.words] for a, b in s], np.float32).reshape(-1, 4)
            for text, s in zip(texts, spans or [()] * len(texts), strict=True)
        ]
        return Encoded(rows, named, [np.ones(len(n), bool) for n in named], np.zeros(len(texts), bool))


class Weighing:
    """A head of two labels: the first by a logistic of the words' weights."""

    name, version, kind, labels = "toy", "1", "multiclass", ("yes", "no")
    thresholds = np.array([0.5, 0.5], np.float32)

    def __init__(self, weights: Sequence[float], bias: float = 0.0, level: str = "sentence") -> None:
        self.weights, self.bias, self.level = np.array(weights, np.float32), bias, level

    def predict(self, features: np.ndarray) -> np.ndarray:
        p = 1 / (1 + np.exp(-(features[:, -4:] @ self.weights + self.bias)))
        return np.stack([p, 1 - p], axis=1).astype(np.float32)

    def decide(self, p: np.ndarray) -> np.ndarray:
        return np.asarray(p == p.max(axis=1, keepdims=True))


def asked(weights: Sequence[float], text: str = BOMB, bias: float = 0.0, **more: object) -> Explanation:
    scorer = Scorer(Counting(), {"toy": Weighing(weights, bias)})  # type: ignore[dict-item]
    return explain(scorer, text, "toy", "yes", **more)  # type: ignore[arg-type]


def test_the_words_that_moved_it_are_named_with_their_places() -> None:
    found = asked([3, 0, 0, 0])
    assert [(word.text, word.spans) for word in found.words if word.named] == [("bombed", ((7, 13),))]
    assert all(BOMB[slice(*word.spans[0])] == word.text for word in found.words)
    assert found.raises is not None and found.raises.holds and found.outcome == "holds"
    assert found.raises.moved == pytest.approx(found.probability - 0.5, abs=1e-6)
    assert len(found.raises.others) == 10 and max(found.raises.others) == pytest.approx(0, abs=1e-6)
    assert found.lowers is None
    assert found == asked([3, 0, 0, 0])


def test_words_that_lower_it_are_named_apart() -> None:
    found = asked([2, -2, 0, 0])
    assert [w.text for w in found.words if w.named and w.effect < 0] == ["wept"]
    assert found.lowers is not None and found.lowers.moved > LEAST_MOVE and found.lowers.holds
    assert "“wept” holds it down" in explain_words.hindrance(found)


def test_an_explanation_that_moves_little_is_called_unreliable() -> None:
    found = asked([0.3, 0, 0, 0])
    assert found.raises is not None and found.raises.words == ("bombed",)
    assert found.outcome == "unreliable"
    assert explain_words.finding(found).startswith("Not reliable, not enough: without “bombed”")
    assert "fr-unsure" in explain_words.marked_html(found)


def test_where_no_word_moves_it_none_is_named() -> None:
    found = asked([0, 0, 0, 0], bias=2)
    assert found.outcome == "none" and not any(word.named for word in found.words)
    assert explain_words.finding(found).startswith("No single word carries it")
    assert "too short" in explain_words.finding(asked([3, 0, 0, 0], "Rebels bombed"))


def test_the_target_is_never_deleted_and_moves_along() -> None:
    scorer = Scorer(Counting(), {"toy": Weighing([3, 0, 0, 0], level="mention")})  # type: ignore[dict-item]
    found = explain(scorer, BOMB, "toy", "yes", (18, 32))
    assert BOMB[18:32] == "crowded market"
    assert not {"crowded", "market"} & {word.text for word in found.words}
    pieces = Pieces.of(BOMB, (18, 32))
    text, target = pieces.without([0, 1])
    assert target is not None and text[slice(*target)] == "crowded market"
    with pytest.raises(InputError, match="judges a target"):
        explain(scorer, BOMB, "toy", "yes")


def test_what_cannot_be_asked_is_refused() -> None:
    scorer = Scorer(Counting(), {"toy": Weighing([1, 0, 0, 0])})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="no label 'maybe'"):
        explain(scorer, BOMB, "toy", "maybe")
    with pytest.raises(InputError, match="no head 'other'"):
        explain(scorer, BOMB, "other", "yes")
    with pytest.raises(InputError, match="has 300 words; 200 can be explained"):
        explain(scorer, "bombed " * 300, "toy", "yes")
    with pytest.raises(InputError, match="no text"):
        explain(scorer, " ", "toy", "yes")


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (["however"], "The army, told the outlet that “40,000 people” fled the U.S. base."),
        (["Al Jazeera"], "The army, however, told that “40,000 people” fled the U.S. base."),
        (["“ … ”"], "The army, however, told the outlet that 40,000 people fled the U.S. base."),
        (["40,000"], "The army, however, told the outlet that “people” fled the U.S. base."),
        (["The", "army"], ", however, told the outlet that “40,000 people” fled the U.S. base."),
        (["U.S.", "base"], "The army, however, told the outlet that “40,000 people” fled the."),
    ],
)
def test_deleting_leaves_a_tidy_text(gone: list[str], left: str) -> None:
    pieces = Pieces.of("The army, however, told Al Jazeera that “40,000 people” fled the U.S. base.")
    places = [i for i, piece in enumerate(pieces.pieces) if piece.text in gone]
    assert len(places) == len(gone)
    assert pieces.without(places)[0] == left


def test_hostile_text_stays_text() -> None:
    found = asked([3, 0, 0, 0], '<script>alert(1)</script> bombed <b onclick="x">the</b> market & more :smile: $x$')
    html = explain_words.marked_html(found)
    assert not re.search(r"<(?!/?(?:p|mark|small|span|b)\b)", html) and "onclick=&quot;" in html
    assert "(raises it by" in html and ">+" in html, "the sign is told in words and as a sign, not by colour alone"


def test_the_shipped_models_can_be_asked_on_the_command_line() -> None:
    text = "The minister blamed the firm for the flood, and residents cheered."
    run = CliRunner().invoke(
        main, ["explain", text, "--head", "stance", "--target", "the firm", "--format", "json"], catch_exceptions=False
    )
    (found,) = json.loads(run.output)["explanations"]
    assert found["label"] == "against" and found["given"] and found["outcome"] == "holds"
    named = [word for word in found["words"] if word["named"] and word["effect"] > 0]
    assert [text[slice(*span)] for word in named for span in word["spans"]] == ["blamed"]
    assert found["raises"]["moved"] > max(found["raises"]["others"])
    table = CliRunner().invoke(main, ["explain", text, "--head", "voice", "--label", "own"], catch_exceptions=False)
    assert table.output.startswith("Voices: Own words, ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Der Minister gab der Firma die Schuld an der Flut und lachte.", "--head", "sentiment"], "in German"),
        (["The firm failed.", "--head", "stance", "--target", "the bank"], "does not occur"),
        (["The firm failed.", "--head", "stance"], "there is no target"),
        (["The firm failed.", "--head", "mood"], "There is no head 'mood'"),
        (["The firm failed.", "--head", "sentiment", "--label", "angry"], "no label 'angry'"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], told: str) -> None:
    run = CliRunner().invoke(main, ["explain", *arguments])
    assert run.exit_code == 1 and told in run.output
