"""Tunes the base encoder to tell whether two sentences report one fact, and exports it as `models/fact_encoder`.

    python tools/train_facts.py --data ../shared/data --out models/fact_encoder [--epochs 2]

The pairs are those of `fact_pairs.csv` (sentences of ECB+ by article and characters; the texts are read from `--data`)
and those of the invented reports of part `training` (`fact_reports.py`).
Siamese: the logit is a learned scale times the cosine of the two sentences' vectors, plus a bias (Reimers & Gurevych
2019 with a logistic loss); word embeddings stay as they are, weights are averaged over steps. A tenth of ECB+'s events
is held out and printed at each pass, beside the reports of part `tuning`. Needs the extra `train`; a quarter of an hour
on two cores, and not one figure of it chooses anything: docs/experiments.md tells how it was judged.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from fact_reports import Part, coded
from tokenizers import Tokenizer
from transformers import AutoModel

from framing.export import export_encoder
from framing.train import base_weights

PAIRS = Path(__file__).with_name("fact_pairs.csv")
SEED, BATCH, RATE, DECAY, AVERAGE, SMOOTHING = 5, 24, 6e-5, 0.9, 0.99, 0.06
SCALE, BIAS = 10.0, -5.0
"""What the logit starts from: a cosine of 0.5 is even."""
TRAIN_TOKENS, MAX_TOKENS = 96, 128
NAME = "all-MiniLM-L6-v2, tuned on pairs of sentences"


class Pair(NamedTuple):
    """Two sentences, how surely they tell one fact (0–1), and their event (empty: of the reports)."""

    a: str
    b: str
    same: float
    event: str


def read(data: Path) -> list[Pair]:
    """The pairs with their texts, in the order of the file."""
    with (data / "ecbplus" / "articles.jsonl").open(encoding="utf-8") as file:
        articles = {row["id"]: row for row in map(json.loads, file)}
    return [
        Pair(
            articles[row.article_a]["text"][row.start_a : row.end_a],
            articles[row.article_b]["text"][row.start_b : row.end_b],
            row.same,
            articles[row.article_a]["event"],
        )
        for row in pd.read_csv(PAIRS, comment="#").itertuples()
    ]


def of_reports(part: Part) -> list[Pair]:
    """The pairs of the invented reports."""
    rows = coded(part)
    return [Pair(*row, "") for row in zip(rows["a"], rows["b"], rows["same"], strict=True)]


class Siamese:
    """The encoder that is tuned, and the mean of its weights over steps."""

    def __init__(self) -> None:
        base = base_weights()
        self.tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TRAIN_TOKENS)
        self.model = AutoModel.from_pretrained(base, add_pooling_layer=False)
        for parameter in self.model.embeddings.parameters():
            parameter.requires_grad = False
        self.mean = {n: p.detach().clone() for n, p in self.model.named_parameters() if p.requires_grad}

    def vectors(self, texts: list[str]) -> torch.Tensor:
        """(texts, d) means over tokens, of length 1."""
        encoded = self.tokenizer.encode_batch(texts)
        ids = torch.zeros(len(encoded), max(len(e.ids) for e in encoded), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, e in enumerate(encoded):
            ids[row, : len(e.ids)], mask[row, : len(e.ids)] = torch.tensor(e.ids), 1
        tokens, weight = self.model(input_ids=ids, attention_mask=mask).last_hidden_state, mask.unsqueeze(-1).float()
        return torch.nn.functional.normalize((tokens * weight).sum(1) / weight.sum(1), dim=1)

    def cosines(self, pairs: list[Pair]) -> torch.Tensor:
        """(pairs,) cosines of their sentences."""
        vectors = self.vectors([p.a for p in pairs] + [p.b for p in pairs])
        return (vectors[: len(pairs)] * vectors[len(pairs) :]).sum(1)

    def average(self, step: int) -> None:
        """Takes this step's weights into the mean."""
        with torch.no_grad():
            for name, value in self.model.named_parameters():
                if value.requires_grad:
                    self.mean[name].lerp_(value, 1 - min(AVERAGE, step / (step + 10)))

    def take_mean(self) -> None:
        """Puts the mean of the weights in their place."""
        with torch.no_grad():
            for name, value in self.model.named_parameters():
                if name in self.mean:
                    value.copy_(self.mean[name])


def passes(pairs: list[Pair], rng: random.Random) -> list[list[Pair]]:
    """Batches of one pass, pairs of like length together."""
    rng.shuffle(pairs)
    near = [
        sorted(pairs[i : i + BATCH * 16], key=lambda p: len(p.a) + len(p.b)) for i in range(0, len(pairs), BATCH * 16)
    ]
    found = [part[i : i + BATCH] for part in near for i in range(0, len(part) - BATCH // 2, BATCH)]
    rng.shuffle(found)
    return found


def ranked_right(siamese: Siamese, pairs: list[Pair]) -> float:
    """Share of (same, other) couples of held-out pairs whose cosines are in the right order (AUC)."""
    siamese.model.eval()
    with torch.no_grad():
        cosine = np.concatenate([siamese.cosines(pairs[i : i + 32]).numpy() for i in range(0, len(pairs), 32)])
    siamese.model.train()
    same = np.array([p.same > 0.5 for p in pairs])
    return float((cosine[same][:, None] > cosine[~same]).mean())


def tune(pairs: list[Pair], epochs: int) -> Siamese:
    """The encoder tuned on nine events of ten and the reports; prints what it does on the tenth and other reports."""
    torch.manual_seed(SEED)
    rng, events = random.Random(SEED), sorted({p.event for p in pairs} - {""})
    reports = of_reports("tuning")
    random.Random(1).shuffle(events)
    held_out = set(events[: len(events) // 10])
    kept, other = ([p for p in pairs if (p.event in held_out) == side] for side in (False, True))
    siamese = Siamese()
    scale, bias = (torch.nn.Parameter(torch.tensor(value)) for value in (SCALE, BIAS))
    layers = siamese.model.encoder.layer
    groups = [
        {"params": list(e.parameters()), "lr": RATE * DECAY ** (len(layers) - 1 - i)} for i, e in enumerate(layers)
    ]
    groups.append({"params": [scale, bias], "lr": RATE * 100})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimiser.param_groups]
    steps, step = epochs * (len(kept) // BATCH), 0

    def say(when: str) -> None:
        print(f"{when}: {ranked_right(siamese, other):.3f}, reports {ranked_right(siamese, reports):.3f}", flush=True)

    say(f"{len(kept)} pairs, {len(other)} held out; before")
    siamese.model.train()
    for number in range(epochs):
        for batch in passes(kept, rng):
            share = min(1, (step + 1) / 40) * (0.1 + 0.45 * (1 + math.cos(math.pi * min(1, step / steps))))
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * share
            wanted = torch.tensor([p.same for p in batch]) * (1 - SMOOTHING) + SMOOTHING / 2
            logits = scale * siamese.cosines(batch) + bias
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(siamese.model.parameters(), 1.0)
            optimiser.step()
            step += 1
            siamese.average(step)
        say(f"pass {number + 1}")
    siamese.take_mean()
    say("mean of the weights")
    return siamese


def main() -> None:
    """Tunes and exports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=2)
    wanted = parser.parse_args()
    pairs = read(wanted.data) + of_reports("training")
    siamese = tune(pairs, wanted.epochs)
    siamese.model.eval()
    texts = [text for pair in pairs for text in (pair.a, pair.b)]
    config = (
        export_encoder(siamese.model, base_weights() / "tokenizer.json", wanted.out, MAX_TOKENS, texts) / "config.json"
    )
    config.write_text(json.dumps(json.loads(config.read_text()) | {"name": NAME}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
