"""Writes a head folder for a model of somebody else's: source, labels, and a card that says what is not known."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from framing import hub
from framing.errors import InputError, ModelError, OptionalDependencyError
from framing.heads import FORMAT, Kind
from framing.labels import BALANCE
from framing.registry import load_cards
from framing.text_heads import TextHead

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Wish:
    """What the user says of a head to add. `labels`: the model's label, or the words of the hypothesis → the head's."""

    name: str
    model: str
    revision: str | None = None
    nli: bool = False
    target: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: Kind | None = None
    hypothesis: str | None = None
    max_tokens: int | None = None


def add_head(wish: Wish, heads: Path) -> TextHead:
    """The new head in `heads`, its model fetched, checked and loaded once. Raises InputError or ModelError, and then
    leaves nothing behind."""
    folder = heads / _free_name(wish.name, heads)
    if any(find_spec(library) is None for library in ("torch", "transformers")):  # before anything is downloaded
        raise OptionalDependencyError("A Hugging Face model as a head", "train")
    model = _model_folder(wish)
    settings = hub.check(model, wish.model)
    config = _config(wish, settings, model, folder)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"Cannot create the folder {folder}: {error.strerror}.") from error
    try:
        (folder / "config.json").write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        head = TextHead.load(folder)
        _try(head)
        (folder / "README.md").write_text(_card(head, _licence(model)), encoding="utf-8")
    except BaseException:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        raise
    return head


def _try(head: TextHead) -> None:
    """Loads the model and reads a sentence. Raises ModelError where even that does not fit beside the hypothesis."""
    said = head.predict_texts(["The ministers met on Monday."], [(4, 13)] if head.level == "mention" else None)
    if said.cut.any() or np.isnan(said.p).any():
        limit = head.reader.classifier.limit
        raise ModelError(f"Head {head.name!r} reads {limit} tokens, which leaves no room for a sentence of five words.")


def _free_name(name: str, heads: Path) -> str:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} is no name for a head. Use small letters, digits and _, a letter first, 40 at most."
        )
    if name in {card.name for card in load_cards()} | {"mentions", "encoder"}:
        raise InputError(f"framing comes with a head {name!r}. Choose another name.")
    if (heads / name).exists():
        raise InputError(
            f"There is a head {name!r} in {heads} already. Choose another name, or remove its folder first."
        )
    return name


def _model_folder(wish: Wish) -> Path:
    """Where the model lies, a hub model downloaded first."""
    here = Path(wish.model).expanduser()
    if here.is_dir():
        if wish.revision is not None:
            raise InputError(f"{wish.model!r} is a folder here, and a folder has no revision: leave out --revision.")
        return here
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", wish.model):
        raise InputError(f"There is no model folder {wish.model!r}.")
    return hub.download(wish.model, hub.check_revision(wish.model, wish.revision))


def _config(wish: Wish, settings: Mapping[str, Any], model: Path, folder: Path) -> dict[str, Any]:
    labels = dict(wish.labels) or _own_labels(wish, settings)
    ours = tuple(dict.fromkeys(labels.values()))
    for label in ours:
        if not _NAME.fullmatch(label) or label == BALANCE:
            raise InputError(
                f"{label!r} is no name for a label. Use small letters, digits and _: --label 'WORDS=name'."
            )
    source = hub.Source(
        model=wish.model if wish.revision else _seen_from(folder, model),
        task="nli" if wish.nli else "classification",
        pair="target" if wish.target else "text",
        labels=labels,
        revision=wish.revision,
        hypothesis=wish.hypothesis or ("The sentence is {label} {target}." if wish.target else hub.HYPOTHESIS),
        max_tokens=wish.max_tokens,
        digest=None if wish.revision else hub.digest(model),
    )
    entry = {key: value for key, value in asdict(source).items() if value is not None}
    if not wish.nli:
        del entry["hypothesis"]
    several = settings.get("problem_type") == "multi_label_classification" and not wish.nli
    return {
        "format": FORMAT,
        "name": wish.name,
        "kind": wish.kind or ("multilabel" if several else "multiclass"),
        "level": "mention" if wish.target else "sentence",
        "labels": list(ours),
        "definitions": {label: _definition(source, label) for label in ours},
        "source": entry,
    }


def _seen_from(folder: Path, model: Path) -> str:
    """The path that leads from the head's folder to the model, so that both can move together."""
    try:
        return Path(os.path.relpath(model.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return str(model.resolve())


def _own_labels(wish: Wish, settings: Mapping[str, Any]) -> dict[str, str]:
    """The model's own labels, spelled as names."""
    if wish.nli:
        raise InputError("A model for inference needs labels: --label economy --label 'people and feelings=people' …")
    names = settings.get("id2label") or {}
    found = {str(theirs): _spelled(str(theirs)) for theirs in names.values()}
    if not found or any(re.fullmatch(r"(?i)label_\d+|\d+", theirs) for theirs in found):
        listed = " ".join(f"--label '{theirs}=…'" for theirs in found) or "--label LABEL_0=…"
        raise InputError(
            f"Model {wish.model!r} does not say what its labels mean. See its card, and name them: {listed}"
        )
    if len(set(found.values())) < len(found):
        raise InputError(f"Two labels of model {wish.model!r} are spelled alike. Name them: --label 'THEIRS=name' …")
    return found


def _spelled(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")


def _definition(source: hub.Source, label: str) -> str:
    theirs = [word for word, ours in source.labels.items() if ours == label]
    if source.task == "nli":
        return source.hypothesis.replace("{label}", theirs[0]).replace("{target}", "[the actor]")
    return f"What the model {source.model} calls {' or '.join(theirs)}."


def _licence(model: Path) -> str | None:
    """The licence that the model's card states in its front matter."""
    card = model / "README.md"
    if not card.exists():
        return None
    front = re.match(r"---\n(.*?)\n---", card.read_text(encoding="utf-8", errors="replace"), re.DOTALL)
    try:
        stated = yaml.safe_load(front[1]) if front else None
    except yaml.YAMLError:
        return None
    return str(stated["license"]) if isinstance(stated, dict) and stated.get("license") else None


def _card(head: TextHead, licence: str | None) -> str:
    source = head.reader.source
    where = f"[{source.model}](https://huggingface.co/{source.model}) at `{source.revision}`"
    lines = [
        f"# {head.name}",
        "",
        f"A model of somebody else's, read as it is: {where if source.revision else f'the folder `{source.model}`'}.",
        "",
        f"Version {head.version}. Licence, as its card states: {licence or 'none stated; ask before you use it'}.",
        "",
        "**Unmeasured.** Nothing is known here of how well it does on sentences of news; its probabilities are not",
        "calibrated. Read the sentences behind its numbers before you rely on them, and label some to check it.",
        "",
        "## Labels",
        "",
        "| label | meaning |",
        "|---|---|",
        *(f"| {label} | {head.definitions[label]} |" for label in head.labels),
        "",
        f"It reads {head.reader.classifier.limit} tokens at most; of a longer sentence the beginning"
        + (", or the part around the actor." if head.level == "mention" else "."),
        "",
    ]
    return "\n".join(lines)


def label_pairs(given: Sequence[str]) -> dict[str, str]:
    """`WORDS=name` or `WORDS` of a command line → words by name. Raises InputError for one that is empty or doubled."""
    found: dict[str, str] = {}
    for text in given:
        words, _, name = text.partition("=")
        words, name = words.strip(), name.strip() or _spelled(words)
        if not words or not name or words in found:
            raise InputError(f"--label {text!r} is empty or given twice. Write --label 'THEIR LABEL=name'.")
        found[words] = name
    return found
