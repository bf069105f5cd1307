"""The only module that runs an encoder: the shipped one, on ONNX Runtime. A vector depends on its text alone."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError
from framing.resources import shipped
from framing.threads import in_order, processors, seat

Floats = npt.NDArray[np.float32]
Spans = Sequence[tuple[int, int]]

_PLAIN = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "\u00a0": " "}
)


def plain(text: str) -> str:
    """The text with typographic quotes and dashes made plain, of equal length: an outlet's typography must not move
    a score."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class Encoded:
    """`sentences` (n, width) mean-pooled vectors; `spans[i]` (k_i, width) means over the tokens of the k_i stretches
    of text i;
    `truncated[i]` tells that text i was longer than the encoder reads, `inside[i]` (k_i,) which stretches it did
    read."""

    sentences: Floats
    spans: list[Floats]
    inside: list[npt.NDArray[np.bool_]]
    truncated: npt.NDArray[np.bool_]


class Encoder:
    """A folder with `encoder.onnx`, `tokenizer.json` and `config.json`, ready to run."""

    def __init__(self, folder: Path) -> None:
        for name in ("encoder.onnx", "tokenizer.json", "config.json"):
            if not (folder / name).is_file():
                raise ModelError(
                    f"The encoder folder {folder.name!r} lacks {name}. Install framing again or choose another folder."
                )
        self.folder = folder
        self.config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.max_tokens = int(self.config["max_tokens"])
        self.width = int(self.config["width"])
        self._loading = threading.Lock()

    @classmethod
    def load(cls, folder: Path | None = None) -> Encoder:
        """The encoder in `folder`, or the shipped one. Raises ModelError when a file is missing; the network itself
        loads at first use."""
        return cls(folder or shipped("models") / "encoder")

    @cached_property
    def version(self) -> str:
        """12 hex digits over the network's and the tokenizer's bytes."""
        digest = hashlib.sha256()
        for name in ("encoder.onnx", "tokenizer.json"):
            digest.update((self.folder / name).read_bytes())
        return digest.hexdigest()[:12]

    @cached_property
    def _tokenizer(self) -> Any:
        # Threads of its own get in the way of the batches: 1.88 ms a sentence by the clock, 1.85 without them (2,900
        # sentences, two cores, median of seven turns). The library looks at this whenever it is asked.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.max_tokens)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # Each batch has one processor, as many run at once as there are. Sharing out every product of one batch instead
        # makes the processors wait for each other, above all for one that the rules are using: 753 sentences/s, 824
        # this way (2,048 sentences, two cores, median of seven turns), to the same bits.
        options.intra_op_num_threads = 1
        # Weights of fp32 products are stored in 8 bits: dequantised once at load. Without this entry the products
        # would run with activation scales of the whole batch.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        # The higher levels would fuse adding and normalising into an operator five times slower.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(self.folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def token_states(self, encodings: Sequence[Any]) -> Floats:
        """(n, tokens, width) token vectors of tokenizers-library encodings, all of one length."""
        ids = np.array([e.ids for e in encodings], dtype=np.int64)
        given = {"ids": ids, "mask": np.ones_like(ids)}  # encoders exported before this one take a mask
        states: Floats = self._session.run(["tokens"], {name: given[name] for name in self._inputs})[0]
        return states

    @cached_property
    def _inputs(self) -> list[str]:
        return [given.name for given in self._session.get_inputs()]

    def encode(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]] | None = None, batch_tokens: int = 512
    ) -> Encoded:
        """Vectors of texts and of character stretches in them, in the order of `texts`.

        Only texts of one length share a batch, so nothing is padded: padding costs time, and what lies beside a text
        would change the last bits of its vector, which 8-bit products can turn into more."""
        with self._loading:  # several threads may be the first to ask, and `cached_property` has no lock
            for part in ("_tokenizer", "_session", "_inputs"):
                getattr(self, part)
        encodings = self._tokenizer.encode_batch([plain(t) for t in texts])
        wanted = spans if spans is not None else [()] * len(texts)
        encoded = Encoded(
            np.zeros((len(texts), self.width), dtype=np.float32),
            [np.zeros((len(s), self.width), dtype=np.float32) for s in wanted],
            [np.zeros(len(s), dtype=np.bool_) for s in wanted],
            np.array([bool(e.overflowing) for e in encodings], dtype=np.bool_),
        )
        batches = _batches([len(e.ids) for e in encodings], batch_tokens)
        pooled = partial(self._pool, encoded, encodings, wanted)
        # Each batch writes rows of its own.
        several = len(batches) > 1
        done = in_order(_workers(os.getpid()), pooled, batches, 2 * processors()) if several else map(pooled, batches)
        deque(done, maxlen=0)
        return encoded

    def _pool(self, encoded: Encoded, encodings: Sequence[Any], wanted: Sequence[Spans], rows: Sequence[int]) -> None:
        """Runs a batch and fills in the vectors of its rows."""
        with seat():
            states = self.token_states([encodings[i] for i in rows])
        encoded.sentences[rows] = states.mean(axis=1)
        for place, row in enumerate(rows):
            if wanted[row]:
                offsets = np.array(encodings[row].offsets)
                for n, (start, end) in enumerate(wanted[row]):
                    among = (offsets[:, 0] < end) & (offsets[:, 1] > start) & (offsets[:, 1] > offsets[:, 0])
                    if among.any():
                        encoded.spans[row][n] = states[place, among].mean(axis=0)
                        encoded.inside[row][n] = True


def _batches(lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """Row numbers, each group of one length and at most `tokens` tokens, or one row."""
    by_length: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        by_length.setdefault(length, []).append(row)
    found = []
    for length in sorted(by_length):
        rows, size = by_length[length], max(1, tokens // max(1, length))
        found += [rows[first : first + size] for first in range(0, len(rows), size)]
    return found


@cache
def _workers(process: int) -> ThreadPoolExecutor:
    """Threads for the batches of all encoders of a process: a forked one has none of its parent's."""
    return ThreadPoolExecutor(processors(), thread_name_prefix="encoder")
