"""Following outlets: one look at every source of a corpus that is due, what is new read, stored, scored, grouped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from framing.adding import AddReport
from framing.corpus import Corpus
from framing.errors import FetchError, UnreadableSource
from framing.events import GroupReport, group_corpus
from framing.fetch import Fetched, Fetcher
from framing.followed import Followed, Seen, read_state, write_state
from framing.ingest.feed import Entry, is_feed
from framing.ingest.listings import KINDS, entries_of, is_listing
from framing.ingest.options import ReadOptions
from framing.ingest.web import MOST_ENTRIES, of_entry
from framing.schema import Article, Rejection, content_id
from framing.score import Scorer, ScoreReport, score

MOST_TRIES = 3
"""Looks at which a page that does not come is asked for; then it is let go."""
LONGEST_WAIT = 86_400.0
"""Seconds that a source which fails again and again is left alone at most: it is asked once a day."""
_SLACK = 0.1
"""Share of the time between two looks by which a source is asked early: else one due seconds later misses a look."""
FIRST_DAYS = 2
"""A sitemap lists years: at the first look only pages of the last two days are read, which is what news sitemaps hold,
and later those since the last look."""


@dataclass(frozen=True)
class Visit:
    """What one look at one source found. `new` pages of `listed` were read; `fault` says why it did not come."""

    url: str
    new: int = 0
    listed: int = 0
    fault: str = ""
    unchanged: bool = False
    waits: float = 0.0
    """Seconds until a failing source is asked again."""
    asked: bool = True


@dataclass(frozen=True)
class Round:
    """What one look at all sources brought."""

    visits: list[Visit]
    added: AddReport
    scored: ScoreReport | None = None
    grouped: GroupReport | None = None


@dataclass
class _Look:
    """A look under way: the state that it leaves, and what it read."""

    seen: Seen
    items: list[Article | Rejection] = field(default_factory=list)
    new: int = 0
    listed: int = 0


def look(
    corpus: Corpus,
    sources: Iterable[Followed],
    fetcher: Fetcher,
    every: float,
    scorer: Callable[[], Scorer],
    now: Callable[[], float],
) -> Round:
    """One look at each source that is due; every source that came is stored before the next is asked, and only then
    counts as seen, so that a killed run loses nothing. Scores and groups where anything new, or left over, is there."""
    state, visits, reports = read_state(corpus.path), [], []
    for source in sources:
        before = state.get(source.url, Seen())
        if before.due > now() + _SLACK * every:
            visits.append(Visit(source.url, fault=before.fault, waits=before.due - now(), asked=False))
            continue
        try:
            done, unchanged = _look_at(source, before, fetcher, now())
        except UnreadableSource as error:
            waits = min(every * 2**before.failures, max(LONGEST_WAIT, every))
            failing = replace(before, failures=before.failures + 1, fault=str(error), due=now() + waits)
            state[source.url] = failing
            visits.append(Visit(source.url, fault=str(error), waits=waits))
        else:
            report = corpus.add(done.items)
            reports.append(report)
            state[source.url] = replace(done.seen, stored=before.stored + report.stored)
            visits.append(Visit(source.url, done.new, done.listed, unchanged=unchanged))
        write_state(corpus.path, state)
    added = _sum(reports)
    scored = score(corpus, scorer=scorer()) if added.stored or _unscored(corpus) else None
    grouped = group_corpus(corpus) if added.stored or corpus.status().without_event else None
    return Round(visits, added, scored, grouped)


def _look_at(source: Followed, before: Seen, fetcher: Fetcher, now: float) -> tuple[_Look, bool]:
    """What is new at one source, and whether it said that nothing changed. Raises UnreadableSource where it does not
    come."""
    found = fetcher.get(source.url, KINDS, before.validators)
    fresh = replace(before, failures=0, fault="", due=0.0, checked=now)
    done = _Look(fresh)
    if not found.changed:
        entries = [Entry(url, "", None, "") for url in before.again]
        _read(entries, ReadOptions(outlet=source.outlet, since=source.since), done, fetcher)
        return done, True
    if not is_listing(found.body):
        raise FetchError("is a page, no news feed and no sitemap; only those can be followed")
    options = ReadOptions(outlet=source.outlet, since=source.since or _since(found, before, now))
    entries, cut = _listed(found, before, done, fetcher, options)
    # Where more is listed than one look reads, the next look must see the list again.
    done.seen = replace(
        done.seen,
        etag=None if cut else found.validators.etag,
        modified=None if cut else found.validators.modified,
    )
    _read(entries, options, done, fetcher)
    return done, False


def _since(found: Fetched, before: Seen, now: float) -> date | None:
    """The day from which a sitemap's pages count as new; feeds list nothing but new ones."""
    if is_feed(found.body):
        return None
    last = before.checked or now - 86_400 * (FIRST_DAYS - 1)
    return (datetime.fromtimestamp(last, UTC) - timedelta(days=1)).date()


def _listed(
    found: Fetched, before: Seen, done: _Look, fetcher: Fetcher, options: ReadOptions
) -> tuple[list[Entry], bool]:
    """The entries to read, MOST_ENTRIES at most, and whether there were more. Notes what is listed and was seen."""
    first, feed = not before.checked, is_feed(found.body)
    entries: list[Entry] = []
    known: set[str] = set()
    cut = False
    for entry in entries_of(found.body, fetcher, options, found.url, found.charset):
        if isinstance(entry, Rejection):
            done.items.append(entry)
            continue
        done.listed += 1
        key = content_id(entry.url)
        undated = entry.published is None and entry.changed is None
        if key in before.pages or (first and not feed and undated):
            known.add(key)  # at the first look at a sitemap nothing tells an undated page from one of ten years ago
        elif len(entries) < MOST_ENTRIES:
            entries.append(entry)
        else:
            cut = True
    done.seen = replace(done.seen, pages=frozenset(known))
    return entries, cut


def _read(entries: Iterable[Entry], options: ReadOptions, done: _Look, fetcher: Fetcher) -> None:
    """Reads pages; one that does not come is tried again at the next looks."""
    pages, again = set(done.seen.pages), {}
    for entry in entries:
        tries = done.seen.again.get(entry.url, 0) + 1
        try:
            done.items += of_entry(fetcher.get(entry.url), entry, options)
        except UnreadableSource as error:
            later = isinstance(error, FetchError) and tries < MOST_TRIES
            if later:
                again[entry.url] = tries
            done.items.append(
                Rejection(entry.url, "", f"{error}; tried again at the next look" if later else str(error))
            )
            if later:
                continue
        done.new += 1
        pages.add(content_id(entry.url))
    done.seen = replace(done.seen, pages=frozenset(pages), again=again)


def _unscored(corpus: Corpus) -> bool:
    """Whether parts lack scores, as after a run that was killed between storing and scoring."""
    status = corpus.status()
    return bool(status.parts) and (not status.scored or any(n < status.parts for _, n in status.scored.values()))


def _sum(reports: Iterable[AddReport]) -> AddReport:
    total = AddReport()
    for report in reports:
        total = AddReport(
            total.stored + report.stored,
            total.duplicates + report.duplicates,
            total.rejected + report.rejected,
            total.withheld + report.withheld,
            more_rejected=total.more_rejected + report.more_rejected,
        )
    return total
