"""The only module that runs an encoder: the shipped one on ONNX Runtime, fp32 arithmetic whatever the file stores."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.errors import ModelError
from framing.resources import shipped

Floats = npt.NDArray[np.float32]

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
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.max_tokens)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = (
            len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        )
        # Weights are stored in 8 bits and multiplied in fp32: dequantised once at load, so a score never depends on
        # its batch-mates.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(self.folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def token_states(self, encodings: Sequence[Any]) -> Floats:
        """(n, longest, width) token vectors of tokenizers-library encodings, padded with whatever the network gives
        there."""
        longest = max(len(e.ids) for e in encodings)
        ids = np.zeros((len(encodings), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        states: Floats = self._session.run(["tokens"], {"ids": ids, "mask": mask})[0]
        return states

    def encode(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]] | None = None, batch_tokens: int = 1024
    ) -> Encoded:
        """Vectors of texts and of character stretches in them. Length-sorted inside, given back in the order of
        `texts`."""
        encodings = self._tokenizer.encode_batch([plain(t) for t in texts])
        wanted = spans if spans is not None else [()] * len(texts)
        sentences = np.zeros((len(texts), self.width), dtype=np.float32)
        found: list[Floats] = [np.zeros((len(s), self.width), dtype=np.float32) for s in wanted]
        inside = [np.zeros(len(s), dtype=np.bool_) for s in wanted]
        for rows in sorted_batches([len(e.ids) for e in encodings], batch_tokens):
            states = self.token_states([encodings[i] for i in rows])
            for place, row in enumerate(rows):
                encoding = encodings[row]
                sentences[row] = states[place, : len(encoding.ids)].mean(axis=0)
                for n, (start, end) in enumerate(wanted[row]):
                    positions = [i for i, (a, b) in enumerate(encoding.offsets) if a < end and b > start and b > a]
                    if positions:
                        found[row][n] = states[place, positions].mean(axis=0)
                        inside[row][n] = True
        return Encoded(sentences, found, inside, np.array([bool(e.overflowing) for e in encodings], dtype=np.bool_))


def sorted_batches(lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """Row numbers in order of length, each group at most `tokens` padded tokens."""
    found: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if not found or (len(found[-1]) + 1) * lengths[row] > tokens:
            found.append([])
        found[-1].append(row)
    return found
