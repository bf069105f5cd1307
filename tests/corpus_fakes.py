"""Articles, an encoder and heads for tests of the store and the scoring step: small, quick, the same every time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from framing.encode import Encoded
from framing.heads import Head
from framing.schema import Article
from framing.scorer import Scorer

WIDTH = 6


def article(number: int, **changes: object) -> Article:
    """Article `number`: a headline and five sentences in two paragraphs, one of them a quotation."""
    text = (
        f"Crews in Armenia met {number} officials on Monday. Turkey sent aid, the ministry said.\n\n"
        f"“We will not stop at {number},” said Anna Reed. Azerbaijan denied it. Nothing else was known."
    )
    facts: dict[str, object] = {
        "outlet": ("Northern Wire", "Common Ground", "Capital Ledger")[number % 3],
        "title": f"Armenia counts day {number}",
        "text": text,
        "published": date(2024, 1, 1 + number % 28),
        "byline": "Byline Byron",
        "url": f"https://example.org/{number}",
        "source": f"file{number}.txt",
        "event": f"Event {number % 2}",
    }
    return Article(**{**facts, **changes})  # type: ignore[arg-type]


class FakeEncoder:
    """Vectors that depend on the text alone; remembers every text. Reads spans that begin before `reach`."""

    version = "fake"

    def __init__(self, reach: int = 10_000) -> None:
        self.texts: list[str] = []
        self.surfaces: list[str] = []
        self.calls = 0
        self.reach = reach
        self.stop_after: int | None = None

    def encode(self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]] | None = None) -> Encoded:
        if self.stop_after is not None and self.calls >= self.stop_after:
            raise KeyboardInterrupt
        self.calls += 1
        places = spans if spans is not None else [()] * len(texts)
        self.texts += texts
        self.surfaces += [text[a:b] for text, found in zip(texts, places, strict=True) for a, b in found]
        return Encoded(
            np.stack([vector(text) for text in texts]),
            [
                np.stack([vector(text[a:b]) for a, b in found]) if found else np.empty((0, WIDTH), np.float32)
                for text, found in zip(texts, places, strict=True)
            ],
            [np.array([a < self.reach for a, _ in found], bool) for found in places],
            np.zeros(len(texts), bool),
        )


def vector(text: str) -> np.ndarray:
    """(WIDTH,) numbers between -1 and 1 that follow from the text."""
    digest = hashlib.sha256(text.encode()).digest()[:WIDTH]
    return np.frombuffer(digest, np.uint8).astype(np.float32) / 127.5 - 1


def head(name: str, labels: Sequence[str], level: str = "sentence", version: str = "v1") -> Head:
    """A head of one linear layer whose weights follow from name and version."""
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(f"{name}{version}".encode()).digest()[:4], "big"))
    n, reads = len(labels), WIDTH * (2 if level == "mention" else 1)
    weight = rng.normal(size=(n, reads)).astype(np.float32)
    ones, zeros = np.ones(n, np.float32), np.zeros(n, np.float32)
    return Head(
        name=name,
        kind="multiclass",
        level=level,  # type: ignore[arg-type]
        labels=tuple(labels),
        definitions={},
        thresholds=ones / 2,
        scale=ones,
        bias=zeros,
        layers=((weight, zeros),),
        encoder="fake",
        version=version,
        folder=Path("nowhere"),
    )


def scorer(version: str = "v1", encoder: FakeEncoder | None = None) -> Scorer:
    """A tone head for sentences and a stance head for mentions."""
    heads = {
        "tone": head("tone", ("bad", "good"), version=version),
        "stance": head("stance", ("against", "favourable"), "mention", version),
    }
    return Scorer(encoder or FakeEncoder(), heads)


def listing(folder: Path) -> dict[str, str]:
    """Every file of a folder with a hash of its bytes."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
