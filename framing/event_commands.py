"""Commands on events: find them, list them, and correct what grouping found."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import CORPUS, PATH, SOME_REJECTED
from framing.console import day_text
from framing.errors import InputError
from framing.plain import count

if TYPE_CHECKING:
    from framing.corpus import Corpus

EVENT = click.argument("event", metavar="ID|NAME")


@click.command()
@click.argument("corpus", type=PATH, required=False)
@click.option("--group", "grouping", is_flag=True, help="First put the articles that have no event into events.")
@click.option("--regroup", is_flag=True, help="First group anew whatever is not pinned.")
@click.option("--coverage", "covered", is_flag=True, help="Which outlet reported which event, and which let it pass.")
@click.option("--min-outlets", type=click.IntRange(1), default=1, help="With --coverage: events of so many outlets.")
@click.option("--articles", metavar="FILE", help="Group a plain list instead: JSON Lines (- is standard input).")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "jsonl"]), help="Form of the output.")
def events(corpus: Path | None, articles: str | None, form: str | None, **more: Any) -> None:
    """List a corpus's events (id, dates, articles, outlets, name), find events, or show who covered them.

    --group opens events for articles that have none or adds them to events that are there; nothing else changes.
    --articles reads lines with id, title, text and published (text and published may be missing) and prints
    {"id", "event"} for each, in the same order; a line that cannot be used gives {"id", "error"} and exit status 3.
    --coverage prints events by outlets. An outlet without an article on an event did not report it only if the corpus
    holds articles of that outlet from those days, or from before and after.

    \b
    Example:
      framing events corpus
      framing events corpus --group
      framing events corpus --coverage --min-outlets 2 --format csv > coverage.csv
      framing events --articles list.jsonl --format jsonl > events.jsonl
    """
    if (corpus is None) == (articles is None):
        raise InputError("Give either a corpus or --articles FILE.")
    grouping, regroup, covered = more["grouping"], more["regroup"], more["covered"]
    if articles is not None:
        if grouping or regroup or covered:
            raise InputError("--group, --regroup and --coverage are for a corpus; --articles groups its list anyway.")
        _only_form(form, "jsonl", "--articles")
        return _group_list(articles)
    assert corpus is not None
    if not covered:
        _only_form(form, "table", "The list of events")
        return _list_events(corpus, grouping or regroup, regroup)
    if form == "jsonl":
        raise InputError("--coverage comes as table, csv or json.")
    return _show_coverage(corpus, form or "table", more["min_outlets"], (grouping or regroup, regroup))


def _only_form(form: str | None, only: str, what: str) -> None:
    if form not in (None, only):
        raise InputError(f"{what} comes as {only} alone, not as {form}.")


def _show_coverage(corpus: Path, form: str, min_outlets: int, grouping: tuple[bool, bool]) -> None:
    from framing.corpus import Corpus
    from framing.coverage import coverage, format_coverage

    opened = Corpus.open(corpus)
    if grouping[0]:
        _group_corpus(opened, grouping[1])
    rows = coverage(opened, min_outlets)
    if rows.empty and form == "table":
        what = f"no event of {min_outlets} outlets or more" if min_outlets > 1 else "no event"
        click.echo(f"There is {what}. Find events with:  framing events {corpus} --group")
    else:
        click.echo(format_coverage(rows, form), nl=False)  # type: ignore[arg-type]


def _group_list(source: str) -> None:
    from framing.events import group_lines, read_lines

    lines, bad = read_lines(source), 0
    with _progress(len(lines)) as seen:
        for row in group_lines(lines, seen):
            bad += "error" in row
            click.echo(json.dumps(row, ensure_ascii=False))
    if bad:
        click.echo(f"{bad} of {count(len(lines), 'line')} could not be used.", err=True)
        sys.exit(SOME_REJECTED if bad < len(lines) else 1)


def _list_events(corpus: Path, grouping: bool, regroup: bool) -> None:
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    if grouping:
        _group_corpus(opened, regroup)
    found = opened.events()
    if found.empty:
        click.echo(f"There are no events. Find them with:  framing events {corpus} --group")
    for row in found.to_dict("records"):
        counts = f"{count(row['n_articles'], 'article')}, {count(row['n_outlets'], 'outlet')}"
        first, last = day_text(row["first"]), day_text(row["last"])
        days = first if first == last else f"{first} to {last}"
        click.echo(f"{row['event_id']}  {days:24}  {counts:26}  {row['event']}{'  (pinned)' if row['pinned'] else ''}")


def _group_corpus(corpus: Corpus, regroup: bool) -> None:
    """Groups, and says on standard error what was done."""
    from framing.events import group_corpus

    with _progress(None) as seen:
        report = group_corpus(corpus, regroup, seen)
    click.echo(
        f"Grouped {count(report.articles, 'article')}: {report.joined} joined an event, {report.opened} new events "
        f"or continued ones ({report.single} with one article).",
        err=True,
    )
    if report.warning:
        click.echo(report.warning, err=True)


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[], object]]:
    from tqdm import tqdm

    with tqdm(desc="Comparing", unit=" articles", total=total, disable=None, leave=False) as bar:
        yield bar.update


@click.group()
def event() -> None:
    """Correct events: merge, split, rename, pin. Ids stay; what is pinned survives a regrouping.

    \b
    Example:
      framing event merge corpus "Port strike" "Dockers walk out"
    """


@event.command()
@CORPUS
@EVENT
@click.argument("others", metavar="ID|NAME...", nargs=-1, required=True)
def merge(corpus: Path, event: str, others: tuple[str, ...]) -> None:
    """Move the articles of other events into the first one named, and pin them there.

    \b
    Example:
      framing event merge corpus "Port strike" "Dockers walk out"
    """
    from framing.corpus import Corpus
    from framing.events import merge as run

    opened = Corpus.open(corpus)
    found = run(opened, event, others)
    click.echo(f"{count(len(opened.articles(found, ['article_id'])), 'article')} in event {found}.")


@event.command()
@CORPUS
@EVENT
@click.argument("article_ids", metavar="ARTICLE_ID...", nargs=-1, required=True)
@click.option("--name", required=True, metavar="NAME", help="Name of the new event.")
def split(corpus: Path, event: str, article_ids: tuple[str, ...], name: str) -> None:
    """Move articles out of an event into a new one; both are pinned.

    \b
    Example:
      framing event split corpus "Port strike" 2d91b5 18677b --name "Rail strike"
    """
    from framing.corpus import Corpus
    from framing.events import split as run

    found = run(Corpus.open(corpus), event, article_ids, name)
    click.echo(f"{count(len(article_ids), 'article')} in the new event {found}.")


@event.command()
@CORPUS
@EVENT
@click.argument("name")
def rename(corpus: Path, event: str, name: str) -> None:
    """Give an event another name; its id stays.

    \b
    Example:
      framing event rename corpus 84587b "Port strike"
    """
    from framing.corpus import Corpus

    click.echo(f"Event {Corpus.open(corpus).rename_event(event, name)} is named {name!r}.")


@event.command()
@CORPUS
@EVENT
@click.option("--off", is_flag=True, help="Let a regrouping change it again.")
def pin(corpus: Path, event: str, off: bool) -> None:
    """Keep an event's articles together when the rest is grouped anew.

    \b
    Example:
      framing event pin corpus "Port strike"
    """
    from framing.corpus import Corpus
    from framing.events import pin as run

    click.echo(f"Event {run(Corpus.open(corpus), event, not off)} is {'no longer ' if off else ''}pinned.")
