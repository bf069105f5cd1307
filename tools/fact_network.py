"""Trains the network that tells whether two sentences report one fact, on a GPU where there is one.

    python tools/fact_network.py PAIRS.json BASE OUT.safetensors [--epochs 3] [--seed 5]

Reads what `train_facts.py --pairs` made: texts, pairs of their numbers with how surely they tell one fact, and sets to
look at. One encoder learns two readings: of both sentences together ("[CLS] a [SEP] b [SEP]": means over the tokens of
each, what they add up to, how they differ, their products, and the mark between them, into one logistic layer), and,
which helps the first, of each alone (logistic loss on the cosine of their means: Reimers & Gurevych 2019). Word
embeddings stay as they are, weights are averaged over steps. Needs torch, transformers, tokenizers, safetensors and
numpy, and nothing of this package, so that it runs on a machine that has only these.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

CLS, SEP = 101, 102
LONGEST = 78
"""Tokens of a sentence that are read; a pair has 159 at most, with its marks."""
BATCH, RATE, HEAD_RATE, DECAY, AVERAGE, SMOOTHING, ALONE = 64, 1.5e-4, 1e-3, 0.9, 0.998, 0.06, 0.5
"""`DECAY` is that of the rate from layer to layer, `ALONE` the weight of the loss of sentences read alone."""
SCALE, BIAS = 10.0, -5.0
"""What the logit of a cosine starts from: 0.5 is even."""
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Set:
    """Pairs: (n, 2) numbers of texts, and (n,) how surely they tell one fact, 0–1."""

    pairs: Ints
    same: npt.NDArray[np.float32]

    @classmethod
    def of(cls, rows: Sequence[Sequence[float]]) -> Set:
        table = np.array(rows, np.float64).reshape(-1, 3)
        return cls(table[:, :2].astype(np.int64), table[:, 2].astype(np.float32))


class Texts:
    """Token numbers of all texts, on the device, and the batches made of them there."""

    def __init__(self, texts: Sequence[str], tokenizer: Path) -> None:
        reader = Tokenizer.from_file(str(tokenizer))
        reader.no_padding()
        reader.no_truncation()
        ids = [encoded.ids[1:-1][:LONGEST] for encoded in reader.encode_batch(list(texts))]
        table = np.zeros((len(ids), LONGEST), np.int64)
        for row, each in enumerate(ids):
            table[row, : len(each)] = each
        self.lengths = np.array([len(each) for each in ids])
        self._table, self._lengths = torch.tensor(table, device=DEVICE), torch.tensor(self.lengths, device=DEVICE)

    def together(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(n, tokens) ids, which sentence each token is of (1, 2; 0: a mark), and which are there."""
        first, second = self._lengths[a][:, None], self._lengths[b][:, None]
        place = torch.arange(int((first + second).max()) + 3, device=DEVICE)[None]
        left = self._table[a].gather(1, (place - 1).clamp(0, LONGEST - 1).expand(len(a), -1))
        right = self._table[b].gather(1, (place - first - 2).clamp(0, LONGEST - 1))
        of_a, of_b = (place >= 1) & (place <= first), (place >= first + 2) & (place <= first + second + 1)
        ids = torch.where(of_a, left, torch.where(of_b, right, 0)) + CLS * (place == 0)
        ids = ids + SEP * ((place == first + 1) | (place == first + second + 2))
        return ids, of_a + 2 * of_b.long(), (place <= first + second + 2).long()

    def alone(self, texts: Tensor) -> tuple[Tensor, Tensor]:
        """(n, tokens) ids, and which are there."""
        length = self._lengths[texts][:, None]
        place = torch.arange(int(length.max()) + 2, device=DEVICE)[None]
        words = self._table[texts].gather(1, (place - 1).clamp(0, LONGEST - 1).expand(len(texts), -1))
        ids = torch.where((place >= 1) & (place <= length), words, 0) + CLS * (place == 0) + SEP * (place == length + 1)
        return ids, (place <= length + 1).long()


class Network(nn.Module):
    """The encoder with the layer over both sentences, and scale and bias of the cosine."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(base)
        self.encoder = BertModel(config, add_pooling_layer=False)
        files = sorted(base.glob("*.safetensors"))
        if not files:
            raise SystemExit(f"{base} has no weights (*.safetensors).")
        there = load_file(files[0])
        kept = {n: t.float() for n, t in there.items() if t.is_floating_point() and not n.startswith("pooler")}
        lacking, _ = self.encoder.load_state_dict(kept, strict=False)
        if lacking:
            raise SystemExit(f"{base} lacks {lacking[0]}.")
        self.drop, self.layer = nn.Dropout(0.1), nn.Linear(4 * config.hidden_size, 1)
        self.scale, self.bias = nn.Parameter(torch.tensor(SCALE)), nn.Parameter(torch.tensor(BIAS))

    def _tokens(self, ids: Tensor, there: Tensor) -> Tensor:
        with torch.autocast(DEVICE, dtype=torch.bfloat16, enabled=DEVICE == "cuda"):
            found = self.encoder(input_ids=ids, attention_mask=there).last_hidden_state
        return found.float()

    def together(self, ids: Tensor, side: Tensor, there: Tensor) -> Tensor:
        """(n,) logits that both sentences tell one fact."""
        tokens = self._tokens(ids, there)
        a, b = (_mean(tokens, side == number) for number in (1, 2))
        mark = tokens[torch.arange(len(ids), device=DEVICE), (side == 1).sum(1) + 1]
        joined = torch.cat([a + b, (a - b).abs(), 4 * a * b, mark], dim=1)
        return self.layer(self.drop(joined)).squeeze(1)

    def alone(self, ids: Tensor, there: Tensor) -> Tensor:
        """(n, d) means over tokens, of length 1."""
        return nn.functional.normalize(_mean(self._tokens(ids, there), there), dim=1)


def _mean(tokens: Tensor, which: Tensor) -> Tensor:
    weight = which.unsqueeze(-1).float()
    return (tokens * weight).sum(1) / weight.sum(1).clamp(min=1)


def train(texts: Texts, given: Set, base: Path, epochs: int, seed: int) -> Network:
    """The network after so many passes: the mean of its weights over steps."""
    torch.manual_seed(seed)
    rng, network = np.random.default_rng(seed), Network(base).to(DEVICE)
    for parameter in network.encoder.embeddings.parameters():
        parameter.requires_grad = False
    layers, inside = network.encoder.encoder.layer, set(network.encoder.parameters())
    groups: list[dict[str, Any]] = [
        {"params": list(layer.parameters()), "lr": RATE * DECAY ** (len(layers) - 1 - i)}
        for i, layer in enumerate(layers)
    ]
    groups.append({"params": [p for p in network.parameters() if p not in inside], "lr": HEAD_RATE})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimiser.param_groups]
    learned = [p for p in network.parameters() if p.requires_grad]
    mean = [p.detach().clone() for p in learned]
    pairs, same = torch.tensor(given.pairs, device=DEVICE), torch.tensor(given.same, device=DEVICE)
    steps, step = epochs * (len(given.same) // BATCH), 0
    network.train()
    for _ in range(epochs):
        for rows in _batches(texts.lengths[given.pairs].sum(axis=1), rng):
            share = min(1, (step + 1) / max(20, 0.06 * steps))
            share *= 0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * min(1, step / steps)))
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * share
            a, b = pairs[rows].T if rng.random() < 0.5 else pairs[rows].T.flip(0)
            wanted = same[rows] * (1 - SMOOTHING) + SMOOTHING / 2
            vectors = network.alone(*texts.alone(torch.cat([a, b])))
            cosine = (vectors[: len(a)] * vectors[len(a) :]).sum(1)
            loss = _loss(network.together(*texts.together(a, b)), wanted)
            loss = loss + ALONE * _loss(network.scale * cosine + network.bias, wanted)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimiser.step()
            step += 1
            with torch.no_grad():
                for kept, now in zip(mean, learned, strict=True):
                    kept.lerp_(now, 1 - min(AVERAGE, step / (step + 10)))
    with torch.no_grad():
        for parameter, kept in zip(learned, mean, strict=True):
            parameter.copy_(kept)
    return network


def _loss(logits: Tensor, wanted: Tensor) -> Tensor:
    return nn.functional.binary_cross_entropy_with_logits(logits, wanted)


def _batches(lengths: Ints, rng: np.random.Generator) -> list[Ints]:
    """Rows of one pass, pairs of like length together."""
    order, found = rng.permutation(len(lengths)), []
    for first in range(0, len(order), BATCH * 16):
        part = order[first : first + BATCH * 16]
        part = part[np.argsort(lengths[part], kind="stable")]
        found += [part[i : i + BATCH] for i in range(0, len(part) - BATCH // 2, BATCH)]
    return [found[i] for i in rng.permutation(len(found))]


@torch.no_grad()
def ranked_right(network: Network, texts: Texts, given: Set) -> tuple[float, float]:
    """Shares of (same, other) couples of pairs in the right order (AUC), read together and by the cosine."""
    network.eval()
    pairs, found = torch.tensor(given.pairs, device=DEVICE), []
    for first in range(0, len(pairs), 256):
        a, b = pairs[first : first + 256].T
        vectors = network.alone(*texts.alone(torch.cat([a, b])))
        cosine = (vectors[: len(a)] * vectors[len(a) :]).sum(1)
        found.append(torch.stack([network.together(*texts.together(a, b)), cosine]).cpu())
    same, scores = given.same > 0.5, torch.cat(found, dim=1).numpy()
    together, cosine_alone = (float((score[same][:, None] > score[~same]).mean()) for score in scores)
    return together, cosine_alone


def main() -> None:
    """Trains, prints what it says of the sets that trained nothing, and saves the weights but for the embeddings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=5)
    wanted = parser.parse_args()
    content = json.loads(wanted.pairs.read_text(encoding="utf-8"))
    texts = Texts(content["texts"], wanted.base / "tokenizer.json")
    sets = {name: Set.of(rows) for name, rows in content["sets"].items()}
    training, started = sets.pop("training"), time.monotonic()
    network = train(texts, training, wanted.base, wanted.epochs, wanted.seed)
    kept = {n: v.half().cpu().contiguous() for n, v in network.state_dict().items() if ".embeddings." not in n}
    save_file(kept, wanted.out)
    print(f"seed {wanted.seed}: {len(training.same)} pairs, {time.monotonic() - started:.0f} s", flush=True)
    for name, given in sets.items():
        print(f"  {name}: together {{:.3f}}, by the cosine {{:.3f}}".format(*ranked_right(network, texts, given)))


if __name__ == "__main__":
    main()
