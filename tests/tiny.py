"""A tiny encoder and tiny labelled sets in the layout of the real ones, so that training and export are tested
without a download."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path

WORDS = [
    "the",
    "a",
    "army",
    "minister",
    "mother",
    "court",
    "price",
    "troops",
    "attack",
    "truce",
    "home",
    "law",
    "school",
    "river",
    "bank",
    "said",
    "blamed",
    "praised",
    "ruined",
    "saved",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
]
ACTORS = ("Carrow", "Estrava")
GVFC = (
    "economic_consequences", "gun_control", "gun_rights", "mental_health", "politics", "public_opinion",
    "public_school_safety", "race_ethnicity", "society_culture",
)  # fmt: skip


def tiny_base(folder: Path) -> Path:
    """A two-layer BERT with random weights and a word-level vocabulary, saved as transformers saves one."""
    import torch
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import WordPiece
    from transformers import BertConfig, BertModel

    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        *WORDS,
        *(name.lower() for name in ACTORS),
        *".,\"'-",
        *(f"##{c}" for c in "abcdefghijklmnopqrstuvwxyz"),
        *"abcdefghijklmnopqrstuvwxyz",
    ]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.set_num_threads(1)  # where cores are busy, threads wait for each other far longer than so little takes
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


def tiny_data(folder: Path, n: int = 120) -> Path:
    """Every set that training and measuring read, with sentences of our own whose words decide their labels."""
    rng = random.Random(7)

    def text() -> str:
        return f"{rng.choice(ACTORS)} {' '.join(rng.choices(WORDS, k=9))}."

    def frames(sentence: str) -> list[str]:
        from framing.datasets import FRAMES

        return [frame for i, frame in enumerate(FRAMES) if str(i % 10) in sentence.split()]

    def coded(part: str, count: int) -> Iterable[dict[str, object]]:
        for i in range(count):
            t = text()
            tone = "negative" if "ruined" in t else "positive" if "saved" in t else "neutral"
            wording = None if i % 3 == 0 else "loaded" if "blamed" in t else "factual"
            voice = ("own", "quoted", "reported", "mixed")[i % 4]
            yield {"id": f"{part}{i}", "text": t, "frames": frames(t), "tone": tone, "voice": voice, "wording": wording}

    def actors(part: str, count: int) -> Iterable[dict[str, object]]:
        for i in range(count):
            t = text()
            name = t.split()[0]
            stance = "negative" if "blamed" in t else "positive" if "praised" in t else "neutral"
            actor = {
                "mention": name,
                "start": 0,
                "end": len(name),
                "stance": stance,
                "holder": ("own", "quoted")[i % 2] if stance != "neutral" else None,
            }
            yield {"id": f"{part}{i}", "text": t, "actors": [actor]}

    def targets(part: str, count: int) -> Iterable[dict[str, object]]:
        for i in range(count):
            t = text()
            yield {
                "id": f"{part}{i}",
                "text": t,
                "start": 0,
                "end": len(t.split()[0]),
                "label": ("negative", "neutral", "positive")[i % 3],
                "clean": i % 2 == 0,
            }

    def directed(count: int) -> Iterable[dict[str, object]]:
        for i in range(count):
            t = text()
            first, second, *rest = t.split()
            marked = f"[{first}] [{second[:-1]}]{second[-1]} {' '.join(rest)}"  # spans end within a word, as in the set
            toward = ("neutral", "negative") if i % 2 else ("positive", "neutral")
            name = "neutral" if i % 5 == 0 else "negative p->q"
            yield {
                "id": str(i),
                "text": t,
                "text_marked": marked,
                "label_name": name,
                "toward_p": toward[0],
                "toward_q": toward[1],
            }

    def put(name: str, objects: Iterable[dict[str, object]]) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(o) + "\n" for o in objects), encoding="utf-8")

    put("frames_annotated/train.jsonl", coded("t", 2 * n))
    put("frames_annotated/dev.jsonl", coded("d", n // 2))
    put("actors_annotated/train.jsonl", actors("t", n))
    put("actors_annotated/dev.jsonl", actors("d", n // 2))
    put("newsmtsc/train.jsonl", targets("t", n))
    put("newsmtsc/devtest_mt.jsonl", targets("d", n // 2))
    put("dse/train.jsonl", directed(n // 3))
    put("dse/valid.jsonl", directed(6))
    put("dse/test.jsonl", directed(6))
    put(
        "vader_nyt/sentences.jsonl",
        (
            {
                "id": str(i),
                "article": str(i),
                "text": text(),
                "score": (-2.0, 0.0, 2.0)[i % 3],
                "judgements": [(-2, 0, 2)[i % 3], 0],
            }
            for i in range(n)
        ),
    )
    put(
        "newssd_eng/data.jsonl",
        (
            {"id": str(i), "text": text(), "label": ("SUBJ", "OBJ")[i % 2], "split": ("train", "val", "test")[i % 3]}
            for i in range(n)
        ),
    )
    put(
        "gvfc/gvfc_1300_acl2020.jsonl", ({"id": str(i), "text": text(), "labels": [GVFC[i % 9]]} for i in range(n // 2))
    )
    put(
        "narrative_frames_corpus/data.jsonl",
        (
            {"id": str(i), "text": f"{text()} {text()}", "labels": [("conflict", "economic", "moral", "other")[i % 4]]}
            for i in range(n // 3)
        ),
    )
    put(
        "sentfin/all.jsonl",
        (
            {
                "id": str(i),
                "text": t,
                "start": 0,
                "end": len(t.split()[0]),
                "label": ("negative", "neutral", "positive")[i % 3],
            }
            for i, t in enumerate(text() for _ in range(n))
        ),
    )
    return folder
