"""Adding articles to a corpus: what is new goes into parts of fixed size, the rest is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

from framing.edits import action, log, write_part
from framing.rejecting import RejectionLog
from framing.schema import Article, Rejection

if TYPE_CHECKING:
    from framing.corpus import Corpus

# 512 articles are about 12,800 sentences: about a minute of scoring on two cores, which is what a killed run loses at
# most, and 20 MB of text and vectors in memory. Long articles close a part earlier.
PART_ARTICLES = 512
PART_CHARACTERS = 8_000_000


@dataclass(frozen=True)
class AddReport:
    """What became of the articles read: `read` = stored + duplicates + rejected."""

    stored: int = 0
    """Stored in this run, those restored included."""
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    """The first thousand; the corpus keeps all (`Corpus.rejected`)."""
    withheld: int = 0
    """Those of the duplicates that stay out because the article was edited or removed in the corpus."""
    restored: int = 0
    more_rejected: int = 0
    """Rejections beyond those in `rejected`."""

    @property
    def rejections(self) -> int:
        """How many were rejected."""
        return len(self.rejected) + self.more_rejected

    @property
    def read(self) -> int:
        """Everything that was read."""
        return self.stored + self.duplicates + self.rejections


class Adder:
    """One run of `add`: knows what is stored, collects new articles, and writes a part whenever one is full."""

    def __init__(self, corpus: Corpus, restore: bool) -> None:
        self.corpus, self.folder, self.restore = corpus, corpus.folder, restore
        self.known = corpus.stored_ids()
        self.grouped = corpus.ids_with_event()
        self.hidden = corpus.hidden()
        self.batch: list[Article] = []
        self.characters = 0
        self.late_events: dict[str, Article] = {}
        self.revived: dict[str, None] = {}
        self.rejections = RejectionLog(corpus)
        self.stored = self.duplicates = self.withheld = 0

    def take(self, item: Article | Rejection) -> None:
        """Counts one item and keeps what is new."""
        if isinstance(item, Rejection):
            facts = (item.source, item.position, item.reason)
            self.rejections.reject(Rejection(*map(_valid, facts)))
            return
        # A file's name may hold bytes that are no text; what it names goes in all the same.
        item = replace(item, source=_valid(item.source))
        texts = (getattr(item, entry.name) for entry in fields(item))
        try:
            "".join(fact for fact in texts if isinstance(fact, str)).encode("utf-8")
        except UnicodeEncodeError:
            self.rejections.reject(Rejection(item.source, "", "holds characters that are no valid Unicode"))
            return
        self.rejections.accept(item)
        number = int(item.id, 16)
        if number in self.known:
            self._repeat(item)
            return
        self.known.add(number)
        if item.event:
            self.grouped.add(number)
        self.stored += 1
        self.batch.append(item)
        self.characters += len(item.text)
        if len(self.batch) >= PART_ARTICLES or self.characters >= PART_CHARACTERS:
            self.flush()

    def _repeat(self, item: Article) -> None:
        """An article seen before: brought back if asked, else a duplicate, which may still bring a missing event."""
        last = final_successor(self.hidden, item.id)
        if self.restore and last in self.hidden:
            del self.hidden[last]
            self.revived[last] = None
            self.stored += 1
            return
        self.duplicates += 1
        self.withheld += last in self.hidden or last != item.id
        if item.event and int(last, 16) not in self.grouped:
            self.grouped.add(int(last, 16))
            self.late_events[last] = item

    def flush(self) -> None:
        """Writes what was collected: sentences, articles (from here on the part exists), then their events."""
        if self.batch:
            write_part(self.folder, self.batch)
        grouped = [(article.id, article) for article in self.batch if article.event] + list(self.late_events.items())
        self.corpus.write_events(
            [(identity, article.event or "", article.kind == "reprint") for identity, article in grouped]
        )
        self.rejections.flush()
        self.batch, self.characters, self.late_events = [], 0, {}

    def close(self) -> AddReport:
        """Writes the rest and the manifest."""
        self.flush()
        self.rejections.close()
        if self.revived:
            log(self.folder, [action(identity, "restored") for identity in self.revived])
        if self.stored or self.folder.manifest().counts["parts"] != len(self.folder.stems()):
            self.folder.save(self.folder.recount(self.folder.manifest()))
        found = self.rejections
        more = found.count - len(found.listed)
        return AddReport(self.stored, self.duplicates, found.listed, self.withheld, len(self.revived), more)


def _valid(text: str) -> str:
    """The text with a question mark for whatever cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def store(
    corpus: Corpus, articles: Iterable[Article | Rejection], restore: bool, seen: Callable[[], object]
) -> AddReport:
    """Adds articles in parts of fixed size, so that memory stays flat; `seen` is called for each one read."""
    adder = Adder(corpus, restore)
    for item in articles:
        adder.take(item)
        seen()
    return adder.close()


def final_successor(hidden: dict[str, tuple[str, str | None]], article_id: str) -> str:
    """The article that stands today for this one after all edits: itself where it was never edited."""
    seen = {article_id}
    while article_id in hidden and hidden[article_id][0] == "replaced":
        successor = hidden[article_id][1]
        if successor is None or successor in seen:
            break
        seen.add(successor)
        article_id = successor
    return article_id
