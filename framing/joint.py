"""The joint model: one encoder, a small layer a task on its vectors, and the loss of each. Needs the extra `train`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing.batches import TASKS, Batch
from framing.datasets import STANCE
from framing.errors import ModelError, OptionalDependencyError

if TYPE_CHECKING:
    import torch

NAMES = "names of "
"""Before a task's name: the loss of its disagreement under other names."""
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


def averaged(runs: Sequence[Path]) -> dict[str, Any]:
    """The mean of several runs' weights, name by name (model soup, Wortsman et al. 2022): runs from the same base and
    seed lie close enough. Raises ModelError where they are not of one shape."""
    from safetensors.torch import load_file

    each = [load_file(path) for path in runs]
    if any({k: v.shape for k, v in one.items()} != {k: v.shape for k, v in each[0].items()} for one in each):
        raise ModelError("The runs to be averaged have weights of different shapes. Train them from the same base.")
    return {name: sum(one[name] for one in each) / len(each) for name in each[0]}


def _apart(a: torch.Tensor, b: torch.Tensor, task: str) -> torch.Tensor:
    """How far two sets of logits (n, labels) disagree: the mean of both Kullback–Leibler divergences, in nats a
    decision (R-Drop's loss, Liang et al. 2021)."""
    import torch
    from torch.nn.functional import logsigmoid

    if task == "frames":
        a, b = (torch.stack([logsigmoid(x), logsigmoid(-x)], dim=-1) for x in (a, b))
    else:
        a, b = a.log_softmax(-1), b.log_softmax(-1)
    return (((a.exp() - b.exp()) * (a - b)).sum(-1) / 2).mean()


def disagreements(logits: Mapping[str, torch.Tensor], batch: Batch) -> dict[str, torch.Tensor]:
    """What other names change in each task, as `names of <task>`, where rows of the batch have twins."""
    found = {}
    for task, values in logits.items():
        twins = batch.span_twins if task == "stance" else batch.twins
        if twins:
            one, other = zip(*twins, strict=True)
            found[f"{NAMES}{task}"] = _apart(values[list(one)], values[list(other)], task)
    return found


def losses(model: Any, batch: Batch, smoothing: float) -> dict[str, torch.Tensor]:
    """Loss of each task that the batch has labels for, a row's weight counting within its task; and how far
    the versions of one sentence disagree (`disagreements`)."""
    import torch
    from torch.nn import functional

    tokens, sentence = model.states(batch.ids, batch.mask)
    found: dict[str, torch.Tensor] = {}
    said: dict[str, torch.Tensor] = {}
    for task, weights in batch.weights.items():
        rows = weights > 0
        said[task] = model.task(task, sentence)
        if rows.any():
            logits, wanted = said[task][rows], batch.targets[task][rows]
            if task == "frames":
                each = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none").mean(1)
            else:
                each = functional.cross_entropy(logits, wanted, label_smoothing=smoothing, reduction="none")
            found[task] = (each * weights[rows]).mean()
    if batch.spans:
        stance = torch.tensor([label for *_, label, _ in batch.spans])
        said["stance"] = model.task("stance", span_features(tokens, sentence, batch.spans))
        each = functional.cross_entropy(said["stance"], stance, label_smoothing=smoothing, reduction="none")
        found["stance"] = (each * torch.tensor([weight for *_, weight in batch.spans])).mean()
    found |= disagreements(said, batch)
    if (batch.tags >= 0).any():
        logits = model.heads["mention"](tokens)
        found["mention"] = functional.cross_entropy(logits.flatten(0, 1), batch.tags.flatten(), ignore_index=-1)
    return found
