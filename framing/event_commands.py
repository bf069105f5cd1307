"""Commands on events: find them, list them, and correct what grouping found."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from framing.console import count, day_text
from framing.errors import InputError

CORPUS = click.argument("corpus", type=click.Path(path_type=Path))
EVENT = click.argument("event", metavar="ID|NAME")


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path), required=False)
@click.option("--group", "grouping", is_flag=True, help="First put the articles that have no event into events.")
@click.option("--regroup", is_flag=True, help="First group anew whatever is not pinned.")
@click.option("--articles", metavar="FILE", help="Group a plain list instead: JSON Lines (- is standard input).")
@click.option("--format", "form", type=click.Choice(["jsonl"]), default="jsonl", help="Form of --articles' output.")
def events(corpus: Path | None, grouping: bool, regroup: bool, articles: str | None, form: str) -> None:
    """List a corpus's events (id, dates, articles, outlets, name), or find events.

    --group opens events for articles that have none or adds them to events that are there; nothing else changes.
    --articles reads lines with id, title, text and published (text and published may be missing) and prints
    {"id", "event"} for each, in the same order; a line that cannot be used gives {"id", "error"} and exit status 3.

    \b
    Example:
      framing events corpus
      framing events corpus --group
      framing events --articles list.jsonl --format jsonl > events.jsonl
    """
    if (corpus is None) == (articles is None):
        raise InputError("Give either a corpus or --articles FILE.")
    if articles is not None:
        if grouping or regroup:
            raise InputError("--group and --regroup are for a corpus; --articles groups its list anyway.")
        return _group_list(articles)
    assert corpus is not None
    return _list_events(corpus, grouping or regroup, regroup)


def _group_list(source: str) -> None:
    from framing.events import group_lines, read_lines

    lines, bad = read_lines(source), 0
    with _progress(len(lines)) as seen:
        for row in group_lines(lines, seen):
            bad += "error" in row
            click.echo(json.dumps(row, ensure_ascii=False))
    if bad:
        click.echo(f"{bad} of {count(len(lines), 'line')} could not be used.", err=True)
        sys.exit(3 if bad < len(lines) else 1)


def _list_events(corpus: Path, grouping: bool, regroup: bool) -> None:
    from framing.corpus import Corpus
    from framing.events import group_corpus

    opened = Corpus.open(corpus)
    if grouping:
        with _progress(None) as seen:
            report = group_corpus(opened, regroup, seen)
        click.echo(
            f"Grouped {count(report.articles, 'article')}: {report.joined} joined an event, {report.opened} new events "
            f"or continued ones ({report.single} with one article).",
            err=True,
        )
    found = opened.events()
    if found.empty:
        click.echo(f"There are no events. Find them with:  framing events {corpus} --group")
    for row in found.to_dict("records"):
        counts = f"{count(row['n_articles'], 'article')}, {count(row['n_outlets'], 'outlet')}"
        first, last = day_text(row["first"]), day_text(row["last"])
        days = first if first == last else f"{first} to {last}"
        click.echo(f"{row['event_id']}  {days:24}  {counts:26}  {row['event']}{'  (pinned)' if row['pinned'] else ''}")


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
