"""Other people's classification models: a folder of this machine, or a hub model pinned to a commit. Safetensors alone,
none of their code is run, and nothing is downloaded except by `framing add-head`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from framing.errors import ModelError, OptionalDependencyError

Task = Literal["classification", "nli"]
Pair = Literal["text", "target"]
HYPOTHESIS = "This sentence is about {label}."

_COMMIT = re.compile(r"[0-9a-f]{40}")
# What is read of a model: settings, vocabularies, weights. Pickled weights (.bin, .pt) are not even downloaded.
_SETTINGS, _WEIGHTS = ("*.json", "*.txt", "*.model", "README.md"), ("*.safetensors",)
_BELOW = ("*/*",)
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")


@dataclass(frozen=True)
class Source:
    """The entry `source` of a head's config.json: whose model it is, and what it is fed."""

    model: str
    """With a `revision` a hub id (`org/name`), without one a folder, seen from the head's own."""
    task: Task
    pair: Pair
    """What stands beside the sentence: nothing (`text`), or the words that name an actor (`target`)."""
    labels: Mapping[str, str]
    """The model's label → the head's; for NLI, the words put into the hypothesis → the head's label."""
    revision: str | None = None
    hypothesis: str = HYPOTHESIS
    max_tokens: int | None = None
    digest: str | None = None
    """Of a local model's files when the head was added; they are refused once they have changed."""

    @classmethod
    def read(cls, entry: Any, head: str, labels: Sequence[str]) -> Source:
        """The entry of head folder `head` checked against its labels. Raises ModelError naming what is wrong."""
        if not isinstance(entry, dict) or not isinstance(entry.get("model"), str) or not entry["model"].strip():
            raise ModelError(f'Head folder {head!r}: "source" needs an entry "model", a folder or a hub id.')
        if unknown := sorted(set(entry) - set(cls.__dataclass_fields__)):
            raise ModelError(f'Head folder {head!r}: "source" has an unknown entry {unknown[0]!r}.')
        source = cls(
            **{"task": "classification", "pair": "text", "labels": {label: label for label in labels}, **entry}
        )
        for name, value, allowed in (("task", source.task, Task), ("pair", source.pair, Pair)):
            if value not in get_args(allowed):
                raise ModelError(
                    f"Head folder {head!r}: source.{name} is {value!r}, not {' or '.join(get_args(allowed))}."
                )
        _check_types(source, head)
        if source.revision is not None:
            check_revision(source.model, source.revision)
        if set(source.labels.values()) != set(labels):
            raise ModelError(
                f"Head folder {head!r}: source.labels must lead to exactly the labels {', '.join(labels)}."
            )
        if source.max_tokens is not None and source.max_tokens < 8:
            raise ModelError(f"Head folder {head!r}: source.max_tokens is {source.max_tokens}; give 8 or more.")
        if source.task == "nli":
            _check_hypothesis(source, head)
            if len(source.labels) > len(labels):
                raise ModelError(f"Head folder {head!r}: source.labels has two wordings for one label; give one each.")
        return source

    def folder(self, beside: Path) -> Path:
        """The model's folder: on this machine, or the hub's copy kept here. `beside` is the head's folder. Nothing is
        downloaded; raises ModelError where it is not there or may not be used."""
        found = _local(beside, self.model) if self.revision is None else _kept(self.model, self.revision)
        check(found, self.model)
        if self.digest is not None and self.digest != digest(found):
            raise ModelError(
                f"The files of model {self.model!r} have changed since the head {beside.name!r} was added: scores "
                "would mix two models. Put them back, or add the head again."
            )
        return found


def check_revision(model: str, revision: str | None) -> str:
    """The revision of a hub model. Raises ModelError unless it is a commit hash: branches and tags move."""
    if revision is None or not _COMMIT.fullmatch(revision):
        said = "none is given" if revision is None else f"{revision!r} is none"
        raise ModelError(
            f"Model {model!r} needs the hash of a commit, 40 hexadecimal digits ({said}): branches and tags move, and "
            f"scores of two models would mix. Its commits are listed at https://huggingface.co/{model}/commits/main."
        )
    return revision


def download(model: str, revision: str) -> Path:
    """Fetches a hub model at a commit, its settings first: it is refused before its weights are downloaded."""
    check_revision(model, revision)
    folder = _snapshot(model, revision, _SETTINGS, offline=False)
    check_settings(folder, model)
    _snapshot(model, revision, (*_SETTINGS, *_WEIGHTS), offline=False)
    check(folder, model)
    return folder


def check_settings(folder: Path, model: str) -> dict[str, Any]:
    """The model's config.json. Raises ModelError for remote code, an adapter, or no sequence classification."""
    config = _json(folder / "config.json", model)
    tokenizer = folder / "tokenizer_config.json"
    if "auto_map" in config or (tokenizer.exists() and "auto_map" in _json(tokenizer, model)):
        raise ModelError(
            f"Model {model!r} brings code of its own (auto_map in its settings). framing runs none of it: "
            "choose a model of an architecture that transformers knows."
        )
    if (folder / "adapter_config.json").exists():
        raise ModelError(f"Model {model!r} is an adapter, which needs another model. Merge it into one and save that.")
    kinds = config.get("architectures") or []
    if not any(str(kind).endswith("ForSequenceClassification") for kind in kinds):
        said = ", ".join(map(str, kinds)) or "names no architecture"
        raise ModelError(f"Model {model!r} is no sequence classification model ({said}).")
    return config


def check(folder: Path, model: str) -> dict[str, Any]:
    """The model's config.json, its weights there too. Raises ModelError where they are pickled or missing."""
    config = check_settings(folder, model)
    if not list(folder.glob("*.safetensors")):
        pickled = [file.name for pattern in _PICKLED for file in folder.glob(pattern)]
        held = f" (it has {', '.join(pickled)}, which can run code when loaded)" if pickled else ""
        raise ModelError(
            f"Model {model!r} has no weights as safetensors{held}. Choose a revision that has them, or save the model "
            "with `save_pretrained(folder, safe_serialization=True)`."
        )
    return config


def digest(folder: Path) -> str:
    """64 hex digits over the names and bytes of all files that a model is read from."""
    found = hashlib.sha256()
    for file in sorted({f for pattern in (*_SETTINGS[:-1], *_WEIGHTS) for f in folder.glob(pattern) if f.is_file()}):
        found.update(f"{file.name}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def _check_types(source: Source, head: str) -> None:
    labels = source.labels
    fine = {
        "labels": isinstance(labels, dict) and all(isinstance(word, str) for pair in labels.items() for word in pair),
        "hypothesis": isinstance(source.hypothesis, str),
        "revision": isinstance(source.revision, str | None),
        "digest": isinstance(source.digest, str | None),
        "max_tokens": isinstance(source.max_tokens, int | None),
    }
    if wrong := [name for name, right in fine.items() if not right]:
        raise ModelError(
            f"Head folder {head!r}: source.{wrong[0]} is of the wrong type ({getattr(source, wrong[0])!r})."
        )


def _check_hypothesis(source: Source, head: str) -> None:
    wanted = {"{label}", "{target}"} if source.pair == "target" else {"{label}"}
    if set(re.findall(r"\{[^{}]*\}", source.hypothesis)) != wanted:
        raise ModelError(
            f"Head folder {head!r}: source.hypothesis needs {' and '.join(sorted(wanted))} and no other braces, "
            f"got {source.hypothesis!r}."
        )


def _local(beside: Path, model: str) -> Path:
    folder = beside / Path(model).expanduser()
    if not folder.is_dir():
        raise ModelError(
            f"Head folder {beside.name!r}: there is no model folder {model!r}. Give its path; a model of the hub needs "
            "its revision too."
        )
    return folder


def _kept(model: str, revision: str) -> Path:
    try:
        return _snapshot(model, revision, (*_SETTINGS, *_WEIGHTS), offline=True)
    except ModelError as error:
        raise ModelError(
            f"Model {model!r} at {revision} is not on this machine, and scoring downloads nothing. Fetch it once, "
            f"online:  framing add-head NAME --model {model} --revision {revision} --heads DIR"
        ) from error


def _snapshot(model: str, revision: str, patterns: Sequence[str], offline: bool) -> Path:
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise OptionalDependencyError("A Hugging Face model as a head", "train") from error
    try:
        return Path(
            snapshot_download(
                model,
                revision=revision,
                allow_patterns=list(patterns),
                ignore_patterns=list(_BELOW),
                local_files_only=offline,
            )
        )
    except (OSError, ValueError) as error:  # every error of the hub's client is one of these
        raise ModelError(
            f"Model {model!r} at {revision} could not be fetched from the hub ({error.__class__.__name__}). Check the "
            "name, the revision and the connection, and whether the model asks for consent first."
        ) from error


def _json(file: Path, model: str) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"Model {model!r}: {file.name} cannot be read ({error.__class__.__name__}).") from error
    if not isinstance(content, dict):
        raise ModelError(f"Model {model!r}: {file.name} holds no settings.")
    return content
