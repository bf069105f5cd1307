"""Heads that read the text itself: classification models of somebody else's, each in a folder whose config names its
source."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framing.errors import ModelError
from framing.heads import HeadBase, checked_config, common_fields
from framing.hub import Source, digest
from framing.reader import Reader, Said

_ENTRIES = frozenset({"name", "kind", "level", "labels", "definitions", "source", "format"})


@dataclass(frozen=True)
class TextHead(HeadBase):
    """A head that reads the text itself: somebody else's classification model, named by `source` in its config."""

    reader: Reader

    @classmethod
    def load(cls, folder: Path) -> TextHead:
        """The head in `folder`; its model loads at first use. Raises ModelError naming the missing or wrong entry."""
        config = checked_config(folder, _ENTRIES)
        labels = tuple(config["labels"])
        source = Source.read(config["source"], folder.name, labels)
        if (config["level"] == "mention") != (source.pair == "target"):
            raise ModelError(
                f"Head folder {folder.name!r}: level {config['level']!r} does not go with source.pair {source.pair!r}. "
                'A mention is read with its target, a sentence without ("text").'
            )
        return cls(
            **common_fields(folder, config, _version(folder, source)),
            reader=Reader(source, config["kind"], labels, folder),
        )

    def predict_texts(self, texts: Sequence[str], spans: Sequence[tuple[int, int]] | None = None) -> Said:
        """(n, labels) probabilities of texts, of a mention head toward the words at `spans`, one a text; and which were
        longer than the model reads."""
        return self.reader.predict(texts, spans)


def _version(folder: Path, source: Source) -> str:
    """Of the config alone where it pins the model by revision or digest; otherwise of the model's files too."""
    found = hashlib.sha256((folder / "config.json").read_bytes())
    if source.revision is None and source.digest is None:
        found.update(digest(source.folder(folder)).encode())
    return found.hexdigest()[:12]
