"""Named groups of outlets ("wire agencies"), kept beside the corpus in `groups.json`: a name and its outlets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from framing.errors import CorpusError, InputError
from framing.plain import listed

Groups = Mapping[str, tuple[str, ...]]
GROUPS_FILE = "groups.json"
LONGEST_NAME = 60
"""Characters of a group's name: it stands in tables and in sentences."""
_PATIENCE = 5.0
"""Seconds to wait for another writer of the file, who needs milliseconds."""


def load_groups(corpus: Path) -> dict[str, tuple[str, ...]]:
    """The groups of a corpus folder, none where none were made. Raises InputError where the file is damaged."""
    file = corpus / GROUPS_FILE
    return read_groups(file) if file.exists() else {}


def read_groups(file: Path) -> dict[str, tuple[str, ...]]:
    """The groups in a JSON file, `{"Wire agencies": ["Northern Wire", "Lund Press"]}`. Raises InputError where it is
    anything else."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"There is no file {file}.") from error
    except (ValueError, OSError) as error:
        raise InputError(f"{file} cannot be read as JSON ({error}). Mend it, or delete it to start anew.") from error
    if not isinstance(content, dict):
        raise InputError(f'{file} must hold names and lists of outlets: {{"Wire agencies": ["Northern Wire"]}}.')
    groups = {}
    for name, outlets in content.items():
        if not isinstance(outlets, list) or not all(isinstance(outlet, str) for outlet in outlets):
            raise InputError(f"{file}: the group {name!r} must be a list of outlets’ names.")
        groups[_named(name)] = tuple(dict.fromkeys(outlets))
    return groups


def change_groups(corpus: Path, act: Callable[[Groups], Mapping[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Reads the groups of a corpus, has `act` change them, and stores what comes back: whole, or not at all. Raises
    CorpusError where that cannot be done."""
    import filelock  # with `parts`, which loads pyarrow: reading the groups needs neither

    from framing.parts import appear

    file = corpus / GROUPS_FILE
    beside = file.with_name(f".{GROUPS_FILE}.tmp")
    try:
        with filelock.FileLock(corpus / ".groups.lock", timeout=_PATIENCE):
            groups = {name: tuple(outlets) for name, outlets in act(load_groups(corpus)).items()}
            beside.write_text(json.dumps(groups, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
            appear(beside, file)
    except (OSError, filelock.Timeout) as error:
        raise CorpusError(f"Cannot write {GROUPS_FILE} in the corpus {corpus}: {error}.") from error
    return groups


def with_group(groups: Groups, name: str, outlets: Iterable[str], known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The groups with this one made, or with these outlets instead. Raises InputError for an outlet that is not
    `known`."""
    chosen, there = tuple(dict.fromkeys(outlets)), sorted(known, key=str.casefold)
    if strange := [outlet for outlet in chosen if outlet not in there]:
        raise InputError(f"The corpus has no outlet {strange[0]!r}. There are: {', '.join(there)}.")
    return {**groups, _named(name): chosen}


def renamed(groups: Groups, old: str, new: str) -> dict[str, tuple[str, ...]]:
    """The groups with one called otherwise, in its place. Raises InputError where it is missing or the name taken."""
    name = _named(new)
    _there(groups, old)
    if name != old and name in groups:
        raise InputError(f"There is a group {name!r} already.")
    return {name if key == old else key: outlets for key, outlets in groups.items()}


def without_group(groups: Groups, name: str) -> dict[str, tuple[str, ...]]:
    """The groups without one; its outlets stay in the corpus. Raises InputError where it is missing."""
    _there(groups, name)
    return {key: outlets for key, outlets in groups.items() if key != name}


def comparable(groups: Groups, known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The groups with the `known` outlets of each. Raises InputError where fewer than two have any."""
    there = set(known)
    left = {name: tuple(outlet for outlet in outlets if outlet in there) for name, outlets in groups.items()}
    left = {name: outlets for name, outlets in left.items() if outlets}
    if len(left) < 2:
        named = f" Now there {'is' if len(left) == 1 else 'are'} {listed(list(left))}." if left else ""
        raise InputError(
            f"Two groups with outlets of this corpus are needed.{named} "
            'Make one with:  framing groups CORPUS --name "Wire agencies" --outlet NAME --outlet NAME'
        )
    return left


def _named(name: str) -> str:
    told = " ".join(name.split())
    if not told or len(told) > LONGEST_NAME:
        raise InputError(f"A group’s name has 1 to {LONGEST_NAME} characters; {name[:80]!r} has not.")
    return told


def _there(groups: Groups, name: str) -> None:
    if name not in groups:
        raise InputError(f"There is no group {name!r}. There are: {', '.join(groups) or 'none yet'}.")
