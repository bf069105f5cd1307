"""Trains `models/fact_pairs`, which tells whether two sentences report one fact, in three steps:

    python tools/train_facts.py --data ../shared/data --pairs PAIRS.json
    python tools/fact_network.py PAIRS.json BASE SEED5.safetensors --seed 5        (a GPU helps; once for each seed)
    python tools/train_facts.py --data ../shared/data --weights SEED5.safetensors … --out models/fact_pairs

BASE is the folder of the base encoder (`--pairs` prints it). The pairs are those of `fact_pairs.csv` (sentences of ECB+
by article and characters; the texts are read from `--data`), those read of invented reports of part `training`, and
those of reports whose writers numbered the facts (`fact_reports.py`). A tenth of ECB+'s events is held out and printed
after training, beside the reports of part `tuning`; not one figure of it chooses anything: docs/experiments.md tells
how the encoder was judged. The last step takes the mean of the weights of all seeds. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from fact_network import LONGEST
from fact_reports import Part, coded, numbered
from safetensors.numpy import load_file, save_file

from framing.encode import plain
from framing.export import export_encoder
from framing.together import LAYER, joined
from framing.train import base_weights

PAIRS = Path(__file__).with_name("fact_pairs.csv")
MAX_TOKENS = 2 * LONGEST + 4
NAME = "all-MiniLM-L6-v2, tuned on pairs of sentences"


class Pair(NamedTuple):
    """Two sentences, how surely they tell one fact (0–1), and their event (empty: of the reports)."""

    a: str
    b: str
    same: float
    event: str


def read(data: Path) -> list[Pair]:
    """The pairs of ECB+ with their texts, in the order of the file."""
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
    """The pairs of the invented reports that were read."""
    return _pairs(coded(part))


def of_numbers(part: Part) -> list[Pair]:
    """The pairs of the reports whose facts their writers numbered."""
    return _pairs(numbered(part))


def _pairs(rows: pd.DataFrame) -> list[Pair]:
    return [Pair(*row, "") for row in zip(rows["a"], rows["b"], rows["same"], strict=True)]


def sets(data: Path) -> dict[str, list[Pair]]:
    """`training`, and what is looked at after it."""
    pairs = read(data)
    events = sorted({p.event for p in pairs})
    random.Random(1).shuffle(events)
    apart = set(events[: len(events) // 10])
    return {
        "training": [p for p in pairs if p.event not in apart] + of_reports("training") + of_numbers("training"),
        "ECB+ held out": [p for p in pairs if p.event in apart],
        "reports": of_reports("tuning"),
        "numbered reports": of_numbers("tuning"),
    }


def write(data: Path, file: Path) -> None:
    """What `fact_network.py` reads: each text once, pairs by the numbers of their texts."""
    number: dict[str, int] = {}
    found = {
        name: [[number.setdefault(_read_as(text), len(number)) for text in (p.a, p.b)] + [p.same] for p in pairs]
        for name, pairs in sets(data).items()
    }
    file.write_text(json.dumps({"texts": list(number), "sets": found}), encoding="utf-8")
    for name, rows in found.items():
        print(f"{name}: {len(rows)} pairs, {sum(row[2] > 0.5 for row in rows)} of one fact")
    print(f"{len(number)} texts; the base encoder is in {base_weights()}")


def _read_as(text: str) -> str:
    return plain(" ".join(text.split()))


def export(data: Path, weights: list[Path], out: Path) -> None:
    """The mean of the weights, in 8 bits; scales are fitted on pairs that it was trained on."""
    from transformers import AutoModel

    found = [load_file(path) for path in weights]
    mean = {name: np.mean([each[name].astype(np.float32) for each in found], axis=0) for name in found[0]}
    encoder = AutoModel.from_pretrained(base_weights(), add_pooling_layer=False)
    _put(encoder, mean)
    pairs = sets(data)["training"]
    random.Random(2).shuffle(pairs)
    texts = [joined(p.a, p.b) for p in pairs]
    config = export_encoder(encoder.eval(), base_weights() / "tokenizer.json", out, MAX_TOKENS, texts) / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"name": NAME}, indent=1) + "\n", encoding="utf-8")
    save_file({"weight": mean["layer.weight"][0], "bias": mean["layer.bias"]}, out / LAYER)


def _put(encoder: object, weights: dict[str, np.ndarray]) -> None:
    """The trained layers in the place of the base's; its embeddings stay."""
    import torch

    own = {name.removeprefix("encoder."): torch.tensor(value) for name, value in weights.items()}
    layers = {name: value for name, value in own.items() if name.startswith("encoder.layer.")}
    lacking, strange = encoder.load_state_dict(layers, strict=False)  # type: ignore[attr-defined]
    if strange or any(name.startswith("encoder.") for name in lacking):
        raise SystemExit(f"The weights do not fit the base encoder: {[*strange, *lacking][:1]}")


def main() -> None:
    """Writes the pairs, or exports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--weights", type=Path, nargs="+")
    parser.add_argument("--out", type=Path)
    wanted = parser.parse_args()
    if wanted.pairs:
        write(wanted.data, wanted.pairs)
    elif wanted.weights and wanted.out:
        export(wanted.data, wanted.weights, wanted.out)
    else:
        parser.error("give --pairs, or --weights and --out")


if __name__ == "__main__":
    main()
