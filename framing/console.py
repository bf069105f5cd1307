"""What the commands print and ask of the terminal: counts, dates, sentences, rejections, progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.errors import InputError
from framing.plain import count

if TYPE_CHECKING:
    from framing.corpus import AddReport, Corpus
    from framing.ingest import ReadOptions
    from framing.schema import Rejection
    from framing.score import CarryOut, Scorer


def read_into(corpus: Corpus, sources: tuple[str, ...], options: ReadOptions, restore: bool) -> AddReport:
    """Reads the sources into the corpus, with a progress line on stderr."""
    from tqdm import tqdm

    from framing.fetch import shared_fetcher
    from framing.ingest import read

    for source in sources:
        _refuse_itself(corpus, source)
    items = (item for source in sources for item in read(source, options, shared_fetcher()))
    with tqdm(desc="Reading", unit=" articles", disable=None, leave=False) as bar:
        return corpus.add(items, restore, bar.update)


def _refuse_itself(corpus: Corpus, source: str) -> None:
    """Raises InputError where the source is or holds the corpus, whose parts would be read as tables of articles."""
    if source == "-":
        return
    mine, theirs = corpus.path.resolve(), Path(source).resolve()
    if theirs.is_relative_to(mine) or mine.is_relative_to(theirs):
        raise InputError(
            f"The corpus {corpus.path} and the source {source} lie one inside the other. "
            "Put the corpus beside its sources."
        )


@contextmanager
def progress_bar(unit: str, doing: str = "Scoring") -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar on stderr (none where that is no terminal), as a function of done and total (None: not known)."""
    from tqdm import tqdm

    with tqdm(desc=doing, unit=f" {unit}s", disable=None, leave=False) as bar:

        def progress(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress


@contextmanager
def progress_lines() -> Iterator[Callable[[int, int | None], None]]:
    """The same as lines on standard output, at most three a second, for a program that reads them."""
    from framing.score_process import progress_line

    last = 0.0

    def progress(done: int, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= 1 / 3 or done == total:
            click.echo(progress_line(done, total))
            last = time.monotonic()

    yield progress


def cluster_of(
    make: Callable[[], Scorer], engine: str, address: str | None, workers: int | None, processors: int
) -> CarryOut | None:
    """What scores on a Ray cluster, by the options of `score`; None for this machine alone. Raises InputError."""
    if engine == "local":
        if address or workers:
            raise InputError("--address and --workers are for a cluster. Add --engine ray.")
        return None
    from framing.cluster import Cluster

    return Cluster(make, address or "", workers or 0, processors).carry_out


def tell_added(report: AddReport) -> None:
    """Prints what became of the articles read, each rejection with its place and reason."""
    duplicates = count(report.duplicates, "duplicate")
    click.echo(f"Read {report.read}: {report.stored} stored, {duplicates}, {report.rejections} rejected.")
    if report.restored:
        click.echo(f"{report.restored} of those stored had been removed and are back.")
    if report.withheld:
        click.echo(
            f"{report.withheld} of the duplicates stay out, as they were edited or removed in this corpus "
            "(--restore brings removed ones back)."
        )
    tell_rejected(report.rejected)
    if report.more_rejected:
        click.echo(f"And {report.more_rejected} more; the corpus keeps them all, see:  framing rejected CORPUS")


def tell_rejected(rejected: Iterable[Rejection]) -> None:
    """Prints each rejection with its place and reason."""
    for item in rejected:
        place = ", ".join(part for part in (item.source, item.position) if part)
        click.echo(f"Rejected: {place}: {item.reason}")


def pair(column: str, example: str = "outlet=source") -> tuple[str, str]:
    """`outlet=source` as a pair. Raises InputError."""
    name, equals, source = column.partition("=")
    if not (equals and name and source):
        raise InputError(f"--column {column!r} is no pair. Write it as FIELD=NAME, for example {example}.")
    return name, source


def only_event(corpus: Corpus, event: str | None) -> str:
    """The wanted event's id; the only one where none is named."""
    found = corpus.events()
    if event is None and len(found) == 1:
        return str(found["event_id"].iloc[0])
    if event is None and len(found):
        listed = "".join(f"\n  {row['event_id']}  {row['event']}" for row in found.head(10).to_dict("records"))
        raise InputError(f"The corpus has {len(found)} events. Choose one with --event:{listed}")
    return corpus.find_event(event or "")


def sentence_text(row: dict[Any, Any]) -> str:
    """A sentence behind a number: where it stands, whose words, how probable, and its text."""
    who = row["voice"] if isinstance(row["voice"], str) else "voice not scored"
    if isinstance(row["speaker"], str):
        who += f" ({row['speaker']})"
    sure = "" if _missing(row["probability"]) else f", {row['probability']:.2f}"
    return f"\n{row['article_id'][:8]}:{row['index']}  {day_text(row['published'])}  {who}{sure}\n  {row['text']}"


def _missing(value: Any) -> bool:
    """Whether a cell is NaN or NaT, the values that differ from themselves; without waiting for pandas."""
    return bool(value != value)  # noqa: PLR0124


def parse_date(text: str | None) -> date | None:
    """A date written as 2020-10-17. Raises InputError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"{text!r} is no date. Write it as 2020-10-17.") from error


def day_text(moment: Any) -> str:
    """`2020-10-17`, or `undated`."""
    return "undated" if _missing(moment) else f"{moment:%Y-%m-%d}"
