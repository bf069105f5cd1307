"""The joint model: one encoder, a small layer a task on its vectors, and the loss of each. Needs the extra `train`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing.batches import TASKS, Batch
from framing.datasets import STANCE
from framing.errors import OptionalDependencyError

if TYPE_CHECKING:
    import torch

TAGS = 3
"""Outputs of the task `mention`: a B/I/O tag a token. It only helps the encoder learn; no head is made of it."""


def build(base: Path, sample_dropouts: int = 0) -> torch.nn.Module:
    """The joint model: base encoder, mean pooling, one linear layer a sentence task, a hidden layer for stance, tags
    for mentions. `sample_dropouts` is the number of dropouts a sentence task averages over in training."""
    try:
        import torch
        from transformers import AutoConfig, AutoModel
        from transformers.utils import logging
    except ImportError as error:
        raise OptionalDependencyError("Training the encoder", "train") from error
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the unused pooler would be reported as a fault
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    nn = torch.nn

    class Joint(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = AutoModel.from_pretrained(
                base, config=AutoConfig.from_pretrained(base), add_pooling_layer=False
            )
            width = self.encoder.config.hidden_size
            self.heads = nn.ModuleDict({task: nn.Linear(width, len(labels)) for task, labels in TASKS.items()})
            self.heads["mention"] = nn.Linear(width, TAGS)
            self.heads["stance"] = nn.Sequential(
                nn.Linear(2 * width, width), nn.GELU(), nn.Dropout(0.1), nn.Linear(width, len(STANCE))
            )
            self.dropouts = nn.ModuleList(nn.Dropout(0.1 + 0.1 * i) for i in range(sample_dropouts))

        def states(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            tokens = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
            weight = mask.unsqueeze(-1).to(tokens.dtype)
            return tokens, (tokens * weight).sum(1) / weight.sum(1)

        def task(self, name: str, features: torch.Tensor) -> torch.Tensor:
            """Logits averaged over several dropouts in training (multi-sample dropout), plain otherwise."""
            if not (self.training and self.dropouts):
                return self.heads[name](features)  # type: ignore[no-any-return]
            return torch.stack([self.heads[name](drop(features)) for drop in self.dropouts]).mean(0)

    model = Joint()
    for parameter in model.encoder.embeddings.parameters():
        parameter.requires_grad = False
    return model


def span_features(
    tokens: torch.Tensor, sentence: torch.Tensor, spans: list[tuple[int, list[int], int, float]]
) -> torch.Tensor:
    """[span mean ; sentence vector] for each span, (n, 2 * width)."""
    import torch

    means = torch.stack([tokens[row, positions].mean(0) for row, positions, *_ in spans])
    return torch.cat([means, sentence[[row for row, *_ in spans]]], dim=1)


def losses(model: Any, batch: Batch, smoothing: float) -> dict[str, torch.Tensor]:
    """Loss of each task that the batch has labels for; a row's weight counts within its task."""
    import torch
    from torch.nn import functional

    tokens, sentence = model.states(batch.ids, batch.mask)
    found: dict[str, torch.Tensor] = {}
    for task, weights in batch.weights.items():
        rows = weights > 0
        if rows.any():
            logits, wanted = model.task(task, sentence[rows]), batch.targets[task][rows]
            if task == "frames":
                each = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none").mean(1)
            else:
                each = functional.cross_entropy(logits, wanted, label_smoothing=smoothing, reduction="none")
            found[task] = (each * weights[rows]).mean()
    if batch.spans:
        stance = torch.tensor([label for *_, label, _ in batch.spans])
        logits = model.task("stance", span_features(tokens, sentence, batch.spans))
        each = functional.cross_entropy(logits, stance, label_smoothing=smoothing, reduction="none")
        found["stance"] = (each * torch.tensor([weight for *_, weight in batch.spans])).mean()
    if (batch.tags >= 0).any():
        logits = model.heads["mention"](tokens)
        found["mention"] = functional.cross_entropy(logits.flatten(0, 1), batch.tags.flatten(), ignore_index=-1)
    return found
