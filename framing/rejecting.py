"""The rejections of a corpus: each kept once, and taken back when its source is read again and the fault is gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from framing.schema import Article, Rejection, content_id

if TYPE_CHECKING:
    from framing.corpus import Corpus

LISTED = 1_000
"""Rejections of one run that its report holds; the corpus holds all."""
# Rejections are short: so many are about a megabyte in memory before they are written.
_FULL = 4_096
# What has no name of its own: reading it again is reading something else.
_NAMELESS = frozenset({"stdin", "pasted text"})
_NUMBER = re.compile(r"#\d+$")


class RejectionLog:
    """One run's rejections: counts all, writes what is new, takes back those of earlier runs that hold no longer."""

    def __init__(self, corpus: Corpus) -> None:
        self.folder = corpus.folder
        standing = corpus.rejected()
        rows = zip(standing["source"], standing["position"], standing["reason"], strict=True)
        self._earlier = {_key(item): item for item in (Rejection(*row) for row in rows)}
        self._sources = {item.source for item in self._earlier.values()} - _NAMELESS
        self._known = set(self._earlier)
        self._met: set[str] = set()
        self._again: set[int] = set()
        self._fresh: list[Rejection] = []
        self.count = 0
        self.listed: list[Rejection] = []

    def reject(self, item: Rejection) -> None:
        """Counts a rejection and keeps it unless the corpus has it."""
        self.count += 1
        if len(self.listed) < LISTED:
            self.listed.append(item)
        self._meet(item.source)
        key = _key(item)
        if key in self._earlier:
            self._again.add(key)
        if key not in self._known:
            self._known.add(key)
            self._fresh.append(item)
            if len(self._fresh) >= _FULL:
                self.flush()

    def accept(self, item: Article) -> None:
        """Takes note that a source gave an article."""
        self._meet(_NUMBER.sub("", item.source))

    def _meet(self, source: str) -> None:
        if source in self._sources:
            self._met.add(source)

    def flush(self) -> None:
        """Writes what is new."""
        self._append(self._fresh, True)
        self._fresh = []

    def close(self) -> None:
        """Writes the rest, and takes back what the sources read in this run did not repeat."""
        self.flush()
        gone = [item for key, item in self._earlier.items() if item.source in self._met and key not in self._again]
        self._append(gone, False)

    def _append(self, items: list[Rejection], standing: bool) -> None:
        if items:
            rows = [
                {"source": item.source, "position": item.position, "reason": item.reason, "standing": standing}
                for item in items
            ]
            self.folder.append("rejected", rows, content_id(str(standing), *(str(_key(item)) for item in items)))


def _key(item: Rejection) -> int:
    return int(content_id(item.source, item.position, item.reason), 16)
