"""Which heads there are: a folder a head, trained, of somebody else's model, or decided by rules. The listing is the
registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framing.errors import ModelError
from framing.heads import Head, HeadBase, raw_config, stored_figures, stored_version, tiers_of
from framing.resources import shipped
from framing.text_heads import TextHead

WEAK = frozenset({"C", "unmeasured"})
"""Tiers whose labels are marked and kept out of findings."""
OWN = "heads"
"""Name of the folder of a user's own heads, beside the corpus or in the current folder."""


@dataclass(frozen=True)
class Card:
    """What a models folder says of a head, trained or not (voice is decided by rules): labels, meanings, figures."""

    name: str
    labels: tuple[str, ...]
    definitions: Mapping[str, str]
    version: str
    metrics: Mapping[str, Any]
    """`metrics.json`, empty where the head was never measured."""
    encoder: str = ""
    """Version of the encoder whose vectors it reads; empty where it reads none."""

    @property
    def tiers(self) -> dict[str, str]:
        """Reliability tier of each label, A ≥ 0.75, B ≥ 0.60, C below by published F1; `unmeasured` where there is no
        figure."""
        return tiers_of(self.metrics, self.labels)


def card_of(folder: Path) -> Card:
    """The card of the head in `folder`, trained or rules. Raises ModelError where its config cannot be read."""
    config = raw_config(folder)
    if "source" in config:
        version = TextHead.load(folder).version
    else:
        version = config["version"] if config["kind"] == "rules" else stored_version(folder)
    return Card(
        name=config["name"],
        labels=tuple(config["labels"]),
        definitions=dict(config["definitions"]),
        version=version,
        metrics=stored_figures(folder),
        encoder=str(config.get("encoder", "")),
    )


def load_cards(*folders: Path | None) -> list[Card]:
    """Cards of every head below the folders (None, or no folder at all: the shipped `models/`), by name; those decided
    by rules too."""
    return [
        card_of(path)
        for root in _roots(folders)
        for path in sorted(root.iterdir())
        if (path / "config.json").exists() and not (path / "encoder.onnx").exists()
    ]


def load_heads(*folders: Path | None) -> dict[str, Head | TextHead]:
    """Every head below the folders that reads vectors or texts alone, by name; None, or no folder at all, is the
    shipped `models/`. `voice_head` loads the voice, which reads more.

    A head is a folder with `head.safetensors`, or with a `source` in its config.json. Raises ModelError where a folder
    holds none, and where two bear one name."""
    found: dict[str, Head | TextHead] = {}
    for root in _roots(folders):
        heads = _heads_in(root)
        if not heads:
            raise ModelError(f"The folder {str(root)!r} holds no head.")
        for head in heads:
            _refuse_twin(head, found.values())
            found[head.name] = head
    return found


def _heads_in(root: Path) -> list[Head | TextHead]:
    loaded = [Head.load(path.parent) for path in sorted(root.glob("*/head.safetensors"))]
    trained: list[Head | TextHead] = [head for head in loaded if not head.features]
    configs = [path.parent for path in sorted(root.glob("*/config.json"))]
    return trained + [TextHead.load(folder) for folder in configs if "source" in raw_config(folder)]


def own_heads_folder(corpus: Path | None = None) -> Path | None:
    """The folder `heads` beside a corpus, or in the current folder, where it holds heads; otherwise None."""
    folder = (corpus.resolve().parent if corpus else Path()) / OWN
    configs = [path.parent for path in folder.glob("*/config.json")]
    return folder if any((f / "head.safetensors").exists() or "source" in raw_config(f) for f in configs) else None


def refuse_other_encoder(head: HeadBase, version: str) -> None:
    """Raises ModelError where a head reads another encoder's vectors than those of `version`."""
    if isinstance(head, Head) and head.encoder != version:
        raise ModelError(
            f"Head {head.name} reads vectors of encoder {head.encoder}, but the encoder installed is {version}. "
            f"Train the head again, put its encoder back, or move {head.folder} elsewhere."
        )


def _roots(folders: Sequence[Path | None]) -> list[Path]:
    named = [folder or shipped("models") for folder in folders or (None,)]
    roots = list({root.resolve(): root for root in named}.values())  # one folder given twice is one folder
    for root in roots:
        if not root.is_dir():
            raise ModelError(f"There is no folder of heads {str(root)!r}.")
    return roots


def _refuse_twin(head: HeadBase, others: Iterable[HeadBase]) -> None:
    """Raises ModelError where two names are one to a file system that ignores case, and to a query."""
    for other in others:
        if other.name.casefold() == head.name.casefold():
            raise ModelError(
                f"Two heads are named {head.name}: in {other.folder} and in {head.folder}. Rename or move one of them."
            )
