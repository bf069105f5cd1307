"""Sentences a second from text to probabilities, beside what one would otherwise run, in one run on one machine.

    python benchmarks/throughput.py [--models DIR] [--sentences 512] [--rounds 3] [--without-roberta] [--cores 1]
    python benchmarks/throughput.py --memory 50000

Needs the extra `train`. Sentences are made of word lists, all different, 25 words and 1.5 mentions on average. Every
contender tokenises and runs on all cores; ours also masks outlets' names and runs every head. Contenders take turns;
the median round counts. The second figure is per second of processor time: with `--cores 1` other programs hardly
disturb it, with more the waiting of idle threads counts too. Measures, never asserts.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from framing.resources import shipped
from framing.scorer import Scorer

ROOT = Path(__file__).parents[1]
BATCH = 32
ACTORS = (
    "Estrava", "Carrow", "the Velmouth council", "Ilse Marten", "President Oduya", "the dockers' union", "Halden Bank",
    "the interior ministry", "Judge Pell", "the Free Party", "Tamsin Roe", "the coast guard", "Northgate Energy",
)  # fmt: skip
VERBS = (
    "accused", "praised", "blamed", "warned", "sued", "met", "replaced", "defended", "questioned", "overruled", "paid",
    "criticised", "backed", "misled", "thanked", "ignored", "investigated", "outvoted", "fined", "welcomed",
)  # fmt: skip
THINGS = (
    "over the delayed harbour contract", "after a week of talks", "for closing two district hospitals",
    "despite falling prices", "in a hearing on Tuesday", "because the budget was spent", "under the new asylum law",
    "without naming a date", "while protesters gathered outside", "as the ceasefire collapsed near the border",
    "before the vote on pensions", "over claims of fraud", "amid fears of a shortage of grain",
    "in front of several hundred striking workers", "following a leaked report on water quality",
)  # fmt: skip
LINKS = (", and", ", but", ", while", "; later", ", although", ", saying that")


def made(count: int, seed: int = 0) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Different sentences of one to three clauses with the places of one or two actors in each."""
    rng = random.Random(seed)
    for number in range(1, count + 1):
        text, places = "", []
        for clause in range(rng.choice((1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3))):
            text += rng.choice(LINKS) + " " if clause else ""
            for part in (rng.choice(ACTORS), rng.choice(VERBS), rng.choice(ACTORS)):
                if part in ACTORS:
                    places.append((len(text), len(text) + len(part)))
                text += part + " "
            text += rng.choice(THINGS)
        text = text[0].upper() + text[1:] + f", case {number} this year."
        yield text, places[: rng.choice((1, 2))]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class Rate:
    """Rounds of one contender: sentences a second by the clock and a second of processor time."""

    name: str
    work: Callable[[], Any]
    count: int
    clock: list[float]
    cpu: list[float]

    def run(self) -> None:
        clock, cpu = time.perf_counter(), time.process_time()
        self.work()
        self.clock.append(self.count / (time.perf_counter() - clock))
        self.cpu.append(self.count / (time.process_time() - cpu))


def minilm(texts: Sequence[str], ordered: bool) -> Callable[[], Any]:
    """The base encoder in torch, batches of 32, padded to the longest of the batch, mean-pooled."""
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModel

    from framing.train import base_weights

    folder = base_weights()
    model = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.enable_padding()
    torch.set_num_threads(cores())

    def work() -> None:
        order = sorted(texts, key=len) if ordered else texts
        with torch.inference_mode():
            for first in range(0, len(order), BATCH):
                found = tokenizer.encode_batch(list(order[first : first + BATCH]))
                ids = torch.tensor([e.ids for e in found])
                mask = torch.tensor([e.attention_mask for e in found])
                states = model(input_ids=ids, attention_mask=mask).last_hidden_state
                ((states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)).numpy()

    return work


def sentence_transformers(texts: Sequence[str]) -> Callable[[], Any] | None:
    """`SentenceTransformer.encode` as it comes, or None where the library is not installed."""
    try:
        from sentence_transformers import SentenceTransformer, models
    except ImportError:
        return None
    from transformers import AutoConfig

    from framing.train import base_weights

    folder = str(base_weights())
    pooling = models.Pooling(AutoConfig.from_pretrained(folder).hidden_size)
    model = SentenceTransformer(modules=[models.Transformer(folder), pooling], device="cpu")
    return lambda: model.encode(list(texts))


def roberta(texts: Sequence[str]) -> Callable[[], Any]:
    """A transformers pipeline over a network of RoBERTa-base's size, three times. Random weights cost the same; the
    tokenizer is the base encoder's."""
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForSequenceClassification, pipeline

    from framing.train import base_weights

    config = RobertaConfig(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, num_labels=3)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(base_weights() / "tokenizer.json"), pad_token="[PAD]", model_max_length=512,
        model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip
    run = pipeline(
        "text-classification", RobertaForSequenceClassification(config).eval(), tokenizer=tokenizer, device="cpu"
    )
    return lambda: [run(list(texts)) for _ in range(3)]


def flops(lengths: Sequence[int], width: int, layers: int) -> float:
    """Floating-point operations of the encoder's products, a sentence."""
    return float(np.mean([layers * (24 * n * width**2 + 4 * n**2 * width) for n in lengths]))


def product_limit(width: int, tokens: int = 1024) -> float:
    """Operations a second that numpy reaches in fp32 at the shapes of a layer, the best of twenty rounds."""
    rng = np.random.default_rng(0)
    shapes = ((width, 3 * width), (width, width), (width, 4 * width), (4 * width, width))
    pairs = [(rng.random((tokens, a), dtype=np.float32), rng.random((a, b), dtype=np.float32)) for a, b in shapes]
    best = 0.0
    for _ in range(20):
        start = time.perf_counter()
        for a, b in pairs:
            a @ b
        best = max(best, 24 * tokens * width**2 / (time.perf_counter() - start))
    return best


def cold_start(models: Path) -> str:
    """Seconds in a fresh process: imports, loading, the first sentence, and the most memory."""
    code = (
        "import time; a = time.perf_counter()\n"
        "import onnxruntime, tokenizers, scipy.special\nfrom framing.scorer import Scorer\n"
        "from pathlib import Path\nb = time.perf_counter()\n"
        f"s = Scorer.load(Path({str(models)!r})); c = time.perf_counter()\n"
        "s.score_sentences(['Carrow blamed Estrava.'], [[(0, 6)]]); d = time.perf_counter()\n"
        "import resource; m = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        "print(f'imports {b-a:.2f} s, models {c-b:.2f} s, first sentence {d-c:.2f} s (models and sentence {d-b:.2f} s),"
        " {m:.0f} MB')"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return run.stdout.strip()


def peak_mb() -> float:
    """The most memory this process has held; Linux counts in KB, macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def stream(models: Path, count: int) -> None:
    """Peak memory while sentences pass through, part by part as `framing score` does."""
    scorer = Scorer.load(models)
    part, done = 4096, 0
    source = made(count)
    print(f"{'sentences':>10} {'peak MB':>8}")
    while batch := [pair for pair, _ in zip(source, range(part), strict=False)]:
        scorer.score_sentences([text for text, _ in batch], [places for _, places in batch])
        done += len(batch)
        print(f"{done:10} {peak_mb():8.0f}", flush=True)


def contenders(scorer: Scorer, pairs: Sequence[tuple[str, list[tuple[int, int]]]], with_roberta: bool) -> list[Rate]:
    """Everything that is timed, ours first, torch length-sorted third."""
    texts, places = [text for text, _ in pairs], [spans for _, spans in pairs]
    few = texts[:: max(1, len(texts) // 4)][:4]
    works: list[tuple[str, Callable[[], Any] | None, int]] = [
        ("framing: every head, every target", lambda: scorer.score_sentences(texts, places), len(texts)),
        ("framing: encoder alone", lambda: scorer.encoder.encode(texts, places), len(texts)),
        ("MiniLM, torch fp32, sorted by length, batch 32", minilm(texts, True), len(texts)),
        ("MiniLM, torch fp32, as they come, batch 32", minilm(texts, False), len(texts)),
        ("MiniLM, sentence-transformers as it comes", sentence_transformers(texts), len(texts)),
        ("three RoBERTa-base pipelines", roberta(few) if with_roberta else None, len(few)),
    ]
    return [Rate(name, work, count, [], []) for name, work, count in works if work is not None]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--models", type=Path, default=shipped("models"))
    parser.add_argument("--sentences", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-roberta", action="store_true")
    parser.add_argument("--memory", type=int, metavar="N", help="only: peak memory while N sentences are scored")
    parser.add_argument("--cores", type=int, help="use so many (Linux); the processor's figure is sound with one only")
    wanted = parser.parse_args()
    if wanted.cores:
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: wanted.cores]))
        os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(wanted.cores)
    if wanted.memory:
        stream(wanted.models, wanted.memory)
        return
    scorer = Scorer.load(wanted.models)
    pairs = list(made(wanted.sentences))
    words = statistics.mean(len(text.split()) for text, _ in pairs)
    targets = statistics.mean(len(places) for _, places in pairs)
    lengths = [len(e.ids) for e in scorer.encoder._tokenizer.encode_batch([text for text, _ in pairs])]  # type: ignore[attr-defined]
    print(
        f"{len(pairs)} sentences of {words:.1f} words, {statistics.mean(lengths):.1f} tokens, {targets:.2f} targets; "
        f"{cores()} cores; fresh process: {cold_start(wanted.models)}"
    )
    limit = product_limit(scorer.encoder.width)  # type: ignore[attr-defined]
    rates = contenders(scorer, pairs, not wanted.without_roberta)
    for number in range(wanted.rounds + 1):  # the first round warms up
        for rate in rates:
            rate.run()
            if number == 0:
                rate.clock.clear()
                rate.cpu.clear()
    limit = max(limit, product_limit(scorer.encoder.width))  # type: ignore[attr-defined]
    base = rates[2]
    print(f"{'sentences a second':48} {'clock':>7} {'ratio':>6} {'cpu':>7} {'ratio':>6}   (ratio to torch sorted)")
    for rate in rates:
        clock, cpu = statistics.median(rate.clock), statistics.median(rate.cpu)
        shares = clock / statistics.median(base.clock), cpu / statistics.median(base.cpu)
        print(f"{rate.name:48} {clock:7.1f} {shares[0]:6.2f} {cpu:7.1f} {shares[1]:6.2f}")
    if not wanted.without_roberta:
        print(f"ours to three pipelines: {statistics.median(rates[0].clock) / statistics.median(rates[-1].clock):.0f}")
    each = flops(lengths, scorer.encoder.width, int(scorer.encoder.config["layers"]))  # type: ignore[attr-defined]
    share = statistics.median(rates[0].clock) * each / limit
    print(
        f"{each / 1e9:.2f} GFLOP a sentence; fp32 products reach {limit / 1e9:.0f} GFLOP/s here, that is "
        f"{limit / each:.0f} sentences/s; ours does {share:.0%} of that (8-bit products may pass 100 %)"
    )
    print(f"peak memory of this process, torch included: {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
