"""The samples of one audit: the one in place, those set aside before it (`<name>.old-N.json`), and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from framing.audit import Audit, Item, file_of, load, read_file, save, take_over
from framing.corpus import Corpus
from framing.errors import InputError

LARGEST_SEED = 9999
"""The largest sample number that is proposed or asked for on the page."""


def set_aside(corpus: Corpus, audit: Audit) -> Path:
    """Renames a stored audit, so that a new one can begin; nothing is lost."""
    path = file_of(corpus, audit.head, audit.event_id)
    number = 1 + max(_numbers(path), default=0)
    return path.rename(_aside(path, number))


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.stem}.old-{number}.json")


def _numbers(path: Path) -> list[int]:
    """Numbers of the audits that were set aside for the one at this path."""
    endings = [file.stem.removeprefix(f"{path.stem}.old-") for file in path.parent.glob(f"{path.stem}.old-*.json")]
    return sorted(int(ending) for ending in endings if ending.isdecimal())


def earlier(corpus: Corpus, head: str, event_id: str = "") -> dict[int, Audit]:
    """The audits that were set aside, by number, the first set aside first. Raises CorpusError where one is damaged."""
    path = file_of(corpus, head, event_id)
    return {number: read_file(_aside(path, number)) for number in _numbers(path)}


def every(corpus: Corpus, head: str, event_id: str = "") -> list[Audit]:
    """All samples, the one in place last."""
    found = load(corpus, head, event_id)
    return [*earlier(corpus, head, event_id).values(), *([found] if found else [])]


def newest(audits: Iterable[Audit], labels: tuple[str, ...]) -> list[Item]:
    """The latest answer to each row in samples with these labels. By the time of the answer: a sample taken up again is
    the one in place, but what it says may be older than what another says."""
    latest: dict[tuple[str, int, str], Item] = {}
    for audit in audits:
        for item in audit.items if audit.labels == labels else ():
            if item.answered and (item.key not in latest or item.when >= latest[item.key].when):
                latest[item.key] = item
    return list(latest.values())


def next_number(audits: Iterable[Audit]) -> int:
    """A sample number that none of these has: the one after the largest, or the smallest left."""
    taken = {audit.seed for audit in audits}
    following = max(taken, default=-1) + 1
    free = (number for number in range(LARGEST_SEED + 1) if number not in taken)
    return following if following <= LARGEST_SEED else next(free, LARGEST_SEED)


def bring_back(corpus: Corpus, head: str, event_id: str, number: int) -> Audit:
    """Takes up an audit again that was set aside, with what was answered of its rows since, and sets aside the one in
    its place. Raises InputError where there is none of this number."""
    path = file_of(corpus, head, event_id)
    with corpus.folder.writing():
        if number not in _numbers(path):
            raise InputError(f"There is no earlier audit {number} of {head} here any more.")
        samples = every(corpus, head, event_id)
        old = read_file(_aside(path, number))
        if found := load(corpus, head, event_id):
            set_aside(corpus, found)
        _aside(path, number).rename(path)
        current = take_over(old, newest(samples, old.labels))
        save(corpus, current)
    return current
