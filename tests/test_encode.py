"""The shipped encoder: order, spans, batches, typography, truncation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from framing.encode import Encoder, plain
from framing.errors import ModelError

TEXTS = [
    "Dockers in Velmouth voted to strike.",
    "The minister said the port would stay open, whatever the union decided, because exporters depended on it.",
    "Nobody was hurt",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


def test_vectors_come_back_in_order_and_do_not_depend_on_batch_mates(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS).sentences
    assert together.shape == (3, encoder.width)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.allclose(encoder.encode([text]).sentences[0], vector, atol=1e-4)


def test_company_of_any_length_leaves_a_vector_as_it_is(encoder: Encoder) -> None:
    text = "The court overruled the minister on Monday."
    company = [*TEXTS, text.replace("Monday", "Friday"), text.replace("court", "judge"), "word " * 90]
    alone, among = encoder.encode([text]).sentences[0], encoder.encode([*company, text]).sentences[-1]
    assert np.abs(alone - among).max() <= 1e-5


def test_a_span_is_pooled_over_its_own_tokens(encoder: Encoder) -> None:
    text = "Carrow blamed Estrava for the raid."
    whole = encoder.encode([text], [[(0, 6), (14, 21), (0, len(text))]])
    assert whole.spans[0].shape == (3, encoder.width)
    assert whole.inside[0].all()
    assert not np.allclose(whole.spans[0][0], whole.spans[0][1], atol=0.1)


def test_typography_does_not_move_a_score(encoder: Encoder) -> None:
    curly, straight = "“It’s over,” she said – at last", '"It\'s over," she said - at last'
    assert plain(curly) == straight
    assert np.array_equal(encoder.encode([curly]).sentences, encoder.encode([straight]).sentences)


def test_what_lies_beyond_the_limit_is_reported(encoder: Encoder) -> None:
    text = "word " * 400 + "Carrow"
    encoded = encoder.encode([text, "Carrow"], [[(len(text) - 6, len(text))], [(0, 6)]])
    assert encoded.truncated.tolist() == [True, False]
    assert [flags.tolist() for flags in encoded.inside] == [[False], [True]]


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).sentences.shape == (0, encoder.width)


def test_a_folder_without_its_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"encoder\.onnx"):
        Encoder.load(tmp_path)


def test_the_version_is_stable(encoder: Encoder) -> None:
    assert encoder.version == Encoder.load().version
    assert len(encoder.version) == 12
