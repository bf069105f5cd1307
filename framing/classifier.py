"""Runs a sequence-classification model of somebody else's on torch: sentences, alone or beside a target or hypothesis,
to logits. Needs the extra `train`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.encode import plain
from framing.errors import ModelError, OptionalDependencyError

Floats = npt.NDArray[np.float32]

DEFAULT_LIMIT = 512
"""Tokens read of a model that states no limit (most were trained on no more)."""
_STATED = 100_000
"""A tokenizer without a limit states 10³⁰; no model reads as much as this."""
_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence to read, with what stands beside it, and the stretch that must be seen where there is one."""

    text: str
    second: str | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Logits:
    """`values` (n, model labels), NaN for what could not be read; `cut` (n,) longer than the model reads."""

    values: Floats
    cut: npt.NDArray[np.bool_]


class Classifier:
    """A model folder that `framing.hub` let pass, ready to read; the weights load at first use."""

    def __init__(self, folder: Path, model: str, max_tokens: int | None = None) -> None:
        self.folder, self.name, self._wanted = folder, model, max_tokens

    @cached_property
    def _network(self) -> Any:
        """In fp32 whatever the file stores. Raises ModelError where the file lacks weights: they would be random."""
        from safetensors import SafetensorError

        _, auto = _libraries()
        auto.logging.disable_progress_bar()
        try:
            model, report = auto.AutoModelForSequenceClassification.from_pretrained(
                self.folder,
                use_safetensors=True,
                trust_remote_code=False,
                local_files_only=True,
                output_loading_info=True,
            )
        except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
            raise ModelError(f"Model {self.name!r} cannot be loaded: {_first_line(error)}") from error
        if missing := sorted(report["missing_keys"]):
            raise ModelError(
                f"Model {self.name!r} lacks weights of a classifier ({', '.join(missing[:3])}): it was not saved as a "
                "sequence classification model."
            )
        return model.float().eval()

    @cached_property
    def _tokenizer(self) -> Any:
        _, auto = _libraries()
        try:
            tokenizer = auto.AutoTokenizer.from_pretrained(
                self.folder, trust_remote_code=False, local_files_only=True, use_fast=True
            )
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise ModelError(
                f"The tokenizer of model {self.name!r} cannot be loaded: {_first_line(error)} A model without "
                "tokenizer.json may need:  pip install sentencepiece"
            ) from error
        if not tokenizer.is_fast:
            raise ModelError(f"Model {self.name!r} has no fast tokenizer, which tells where tokens stand in the text.")
        return tokenizer

    @property
    def labels(self) -> tuple[str, ...]:
        """The model's own names of its outputs, in their order."""
        names = self._network.config.id2label
        return tuple(str(names[i]) for i in sorted(names, key=int))

    @cached_property
    def limit(self) -> int:
        """Tokens that the model reads at once, special ones included."""
        stated = [self._tokenizer.model_max_length, getattr(self._network.config, "max_position_embeddings", None)]
        for name, module in self._network.named_modules():
            # RoBERTa's kin count positions from behind their padding's: 514 stored, 512 usable.
            if name.endswith("position_embeddings") and getattr(module, "padding_idx", None) is not None:
                stated.append(module.num_embeddings - module.padding_idx - 1)
        sane = [int(value) for value in stated if value is not None and 0 < value < _STATED]
        return min([*(sane or [DEFAULT_LIMIT]), *([self._wanted] if self._wanted else [])])

    def logits(self, readings: Sequence[Reading]) -> Logits:
        """Outputs in the order of `readings`, length-sorted inside. Padding is masked, so batch-mates do not matter.

        Of a text that is too long the beginning is read, or a stretch around its span; where the span itself does not
        fit, or has no token, the row is NaN."""
        cut = np.zeros(len(readings), dtype=np.bool_)
        rows: list[dict[str, Any] | None] = []
        for i, reading in enumerate(readings):
            fitted, cut[i] = self._fitted(reading)
            rows.append(fitted)
        values = np.full((len(readings), len(self.labels)), np.nan, dtype=np.float32)
        usable = [i for i, row in enumerate(rows) if row is not None]
        for batch in _sorted_batches([len(rows[i]["input_ids"]) for i in usable], self._batch_tokens):  # type: ignore[index]
            places = [usable[i] for i in batch]
            values[places] = self._run([rows[i] for i in places])
        return Logits(values, cut)

    @property
    def _batch_tokens(self) -> int:
        """Zero, that is one text a batch, for a model that does not know padding."""
        known = self._tokenizer.pad_token_id is not None and self._network.config.pad_token_id is not None
        return _BATCH if known else 0

    def _run(self, rows: Sequence[Any]) -> Floats:
        torch, _ = _libraries()
        padded = self._tokenizer.pad(list(rows), padding=len(rows) > 1, return_tensors="pt")
        with torch.inference_mode():
            found: Floats = self._network(**padded).logits.numpy().astype(np.float32)
        return found

    def _fitted(self, reading: Reading) -> tuple[dict[str, Any] | None, bool]:
        """The tokens of a reading, no more than the limit, and whether its text was cut for that."""
        text = plain(reading.text)
        second = None if reading.second is None else plain(reading.second)
        whole = self._tokenizer(text, second, verbose=False)
        places = [i for i, side in enumerate(whole.sequence_ids()) if side == 0]
        offsets = [whole.encodings[0].offsets[i] for i in places]
        seen = _within(offsets, reading.span)
        if reading.span is not None and not seen:
            return None, False
        if len(whole["input_ids"]) <= self.limit:
            return dict(whole), False
        room = self.limit - (len(whole["input_ids"]) - len(places))
        if room < max(1, len(seen)):
            return None, True
        first = 0 if not seen or seen[-1] < room else min((seen[0] + seen[-1] + 1 - room) // 2, len(places) - room)
        begin, end = offsets[first][0], offsets[first + room - 1][1]
        cut = self._tokenizer(text[begin:end], second, truncation="only_first", max_length=self.limit, verbose=False)
        return dict(cut), True


def _within(offsets: Sequence[tuple[int, int]], span: tuple[int, int] | None) -> list[int]:
    """Which tokens stand in the span."""
    if span is None:
        return []
    return [i for i, (a, b) in enumerate(offsets) if a < span[1] and b > span[0] and b > a]


def _libraries() -> tuple[Any, Any]:
    """torch and transformers. Raises OptionalDependencyError where they are not installed."""
    try:
        import torch
        import transformers
    except ImportError as error:
        raise OptionalDependencyError("A Hugging Face model as a head", "train") from error
    return torch, transformers


def _first_line(error: Exception) -> str:
    line = (str(error).strip() or error.__class__.__name__).splitlines()[0]
    return re.sub(r"\s+", " ", line).rstrip(".") + "."


def _sorted_batches(lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """Row numbers in order of length, each group at most `tokens` padded tokens."""
    found: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if not found or (len(found[-1]) + 1) * lengths[row] > tokens:
            found.append([])
        found[-1].append(row)
    return found
