"""The shipped encoder: order, spans, batches, typography, truncation; its threads."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from framing.encode import Encoder, plain
from framing.errors import ModelError
from framing.threads import in_order

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


def test_others_come_in_between_and_what_breaks_ends_the_rest() -> None:
    begun: list[int] = []
    go = threading.Event()

    def work(item: int) -> int:
        go.wait(20)
        begun.append(item)
        if item == 3:
            raise ModelError("The network broke.")
        return 10 * item

    with ThreadPoolExecutor(1) as pool:
        made = in_order(pool, work, range(100), ahead=2)
        first = pool.submit(lambda: begun.append(-1))
        go.set()
        assert [next(made), next(made), next(made)] == [0, 10, 20]
        pool.submit(lambda: begun.append(-2)).result(20)
        with pytest.raises(ModelError, match="broke"):
            next(made)
        first.result(20)
    assert begun.index(-2) < 7 and max(begun) < 7


@pytest.mark.skipif(not hasattr(os, "fork"), reason="NOT TESTED: this system has no fork")
def test_a_forked_process_has_threads_of_its_own(encoder: Encoder) -> None:
    texts = [f"{'so ' * number}it went" for number in range(6)]
    expected = encoder.encode(texts).sentences
    child = multiprocessing.get_context("fork").Process(
        target=lambda: os._exit(int(not _same(encoder, texts, expected)))
    )
    child.start()
    child.join(30)
    code = child.exitcode
    child.kill()
    assert code == 0


def _same(encoder: Encoder, texts: list[str], expected: object) -> bool:
    return np.array_equal(encoder.encode(texts).sentences, expected)


def test_the_network_is_loaded_once_however_many_ask_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    real = onnxruntime.InferenceSession
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", lambda *given, **named: (loads.append(1), real(*given, **named))[1]
    )
    fresh = Encoder.load()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: fresh.encode([f"{number} went", f"{number} went on"]), range(4)))
    assert len(loads) == 1
