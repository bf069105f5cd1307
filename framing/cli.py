"""The command line: one short command a step, composing the modules. Exit status 0 done, 3 some rejected, 1 failed."""

from __future__ import annotations

import os
import shutil
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from framing import __version__
from framing.align_command import align
from framing.audit_command import audit
from framing.classroom_command import classroom
from framing.codes_command import codes, import_codes
from framing.command_options import (
    COPIES_ONCE,
    CORPUS,
    ENGINE,
    EVENT,
    FORMAT,
    MODELS,
    OWN_HEADS,
    PATH,
    SOME_REJECTED,
    STORE,
    VIEW,
)
from framing.console import (
    cluster_of,
    day_text,
    only_event,
    pair,
    parse_date,
    progress_bar,
    progress_lines,
    read_into,
    sentence_text,
    tell_added,
)
from framing.errors import FramingError, InputError
from framing.event_commands import event, events
from framing.explain_command import explain
from framing.follow_command import follow
from framing.hub_commands import add_head
from framing.keeping_commands import check, rejected, repair, status, verify
from framing.lesson_command import lesson
from framing.model_commands import evaluate, train
from framing.outlets_command import groups, outlets
from framing.plain import count
from framing.predict_command import predict
from framing.reading_commands import headlines, words
from framing.remote_command import kept_in, pull, push
from framing.report_command import report
from framing.sentences_command import sentences
from framing.study_command import run
from framing.voice_commands import agents, gap, sources

# Modules are imported inside the commands: pandas and DuckDB take a second that `--help` need not wait for.


FIRST = ("demo", "ingest", "score", "compare", "show", "dashboard")
"""What most people need; `--help` lists it before the rest."""


class Commands(click.Group):
    """Commands, the commonest first, and a FramingError as one message instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*FIRST, *(name for name in self.commands if name not in FIRST)]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FramingError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="framing", message="%(prog)s %(version)s")
def main() -> None:
    """Shows, with evidence, how news outlets report the same event differently.

    A corpus is a folder. Put articles in, score them, compare the outlets of an event, look at it in the browser.

    \b
    Example:
      framing ingest corpus articles/ --event "Port strike"
      framing score corpus
      framing compare corpus --event "Port strike"
      framing dashboard corpus
    """


@main.command()
@CORPUS
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--event", metavar="NAME", help="Event of the articles that do not name one themselves.")
@click.option("--outlet", metavar="NAME", help="Outlet of the articles that do not name one themselves.")
@click.option("--column", "columns", metavar="FIELD=NAME", multiple=True, help="Column of a table that holds a field.")
@click.option("--since", metavar="YYYY-MM-DD", help="Of feeds and sitemaps: only what was published from this day on.")
@click.option("--until", metavar="YYYY-MM-DD", help="Of feeds and sitemaps: only what was published until this day.")
@click.option(
    "--most", type=click.IntRange(1), metavar="N", help="Pages of a feed or sitemap, at most; 500 if left out."
)
@click.option("--restore", is_flag=True, help="Bring back articles that were removed from the corpus.")
def ingest(
    corpus: Path,
    sources: tuple[str, ...],
    event: str | None,
    outlet: str | None,
    columns: tuple[str, ...],
    restore: bool,
    **listed: Any,
) -> None:
    """Read articles from files, folders, archives, web addresses and news feeds (- is standard input) and store them.

    Takes .txt .md .html .csv .tsv .jsonl .parquet, .zip and .tar of these, and pages that reprint several outlets'
    articles; web archives (.warc, .warc.gz); what news databases export: Nexis Uni (.docx, .rtf), Factiva and ProQuest
    (.txt, .html, .rtf). A web address may be a page, a news feed (RSS, Atom) or a sitemap; a .txt may list addresses,
    one a line. They are fetched politely: robots.txt kept, one at a time a host, public addresses only, at most 10 MB
    and 20 seconds each.
    The same article is stored once. What cannot be used is listed with its reason, as are articles in another language
    than English, which is named; the rest goes in. Exit status 0: all went in, 3: some were rejected, 1: nothing could
    be read.

    \b
    Example:
      framing ingest corpus articles/ page.html --event "Port strike"
      framing ingest corpus table.csv --column outlet=source --column published=day
      framing ingest corpus https://news.example/feed.xml addresses.txt archive.zip
      framing ingest corpus https://news.example/sitemap.xml --since 2024-03-01 --until 2024-03-31 --most 2000
      framing ingest corpus nexis-uni.docx CC-NEWS-20240301.warc.gz
      cat article.txt | framing ingest corpus - --outlet "Northern Wire"
    """
    from framing.corpus import Corpus
    from framing.ingest import ReadOptions

    since, until = parse_date(listed["since"]), parse_date(listed["until"])
    if since and until and since > until:
        raise InputError(f"--since {since} lies after --until {until}.")
    named = dict(pair(column) for column in columns)
    options = ReadOptions(event, outlet, named, since, until, listed["most"])
    report = read_into(Corpus.ensure(corpus), sources, options, restore)
    tell_added(report)
    if report.rejections:
        sys.exit(SOME_REJECTED if report.stored + report.duplicates else 1)


@main.command()
@CORPUS
@click.option("--head", "heads", metavar="NAME", multiple=True, help="Only this head (may be repeated).")
@MODELS
@OWN_HEADS
@ENGINE
@STORE
@click.option("--progress-lines", "lines", is_flag=True, help="Print how far it is as lines, for other programs.")
def score(
    corpus: Path, heads: tuple[str, ...], models: Path | None, own: Path | None, url: str | None, **where: Any
) -> None:
    """Score the sentences that have not been scored yet: voice, actors, and every head.

    Your own heads (see `framing train`) are those in the folder `heads` beside the corpus, or in --heads. Can be
    stopped at any time; the next run does only what is missing. With --engine ray the same is done on a Ray cluster,
    to the same bytes. With --store what is in that object store is fetched first (the folder may be new), and each part
    goes there as soon as it is scored (docs/scaling.md); exit status 3: the scores are here, but not all are there.

    \b
    Example:
      framing score corpus
      framing score corpus --engine ray --address auto
      framing score corpus --store s3://my-bucket/strike
    """
    from framing.registry import own_heads_folder
    from framing.score import Scorer
    from framing.score import score as run

    models, own = models and models.resolve(), (own or own_heads_folder(corpus))
    own = own and own.resolve()  # a worker on the cluster stands in another folder
    lines = where.pop("lines")
    carry_out = cluster_of(partial(Scorer.load, models, own), **where)
    with kept_in(url, corpus) as opened:
        with progress_lines() if lines else progress_bar("sentence") as progress:
            report = run(opened, heads or None, progress, Scorer.load(models, own), carry_out=carry_out)
        if not report.parts:
            click.echo("Everything is scored already.")
        else:
            click.echo(f"Scored {count(report.sentences, 'sentence')} in {report.seconds:.1f} s.")
            if report.again:
                click.echo(f"{report.again} of them came again word for word; these were read once.")
        for head, number in report.cut.items():
            click.echo(f"{head}: {number} longer than its model reads; of these a part was read.")


@main.command()
@CORPUS
@EVENT
@FORMAT
@VIEW
@click.option("--head", metavar="NAME", help="Only this head, such as frames_generic.")
@COPIES_ONCE
@OWN_HEADS
@click.option("--correct/--raw", "corrected", help="Show the table's numbers corrected for the classifiers' errors.")
def compare(corpus: Path, event: str | None, form: str, view: str, head: str | None, **more: Any) -> None:
    """Compare the outlets of an event: shares of sentences with n, intervals, and differences.

    CSV and JSON hold raw and corrected numbers side by side; corrected are they by your own labels (see `framing
    audit`) where there are enough, otherwise by the errors that the classifiers' cards publish.

    \b
    Example:
      framing compare corpus --event "Port strike" --view own
      framing compare corpus --event 84587b --format csv > strike.csv
    """
    from framing.compare import compare as run
    from framing.compare import format_comparison, heads_for
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    compared = run(opened, only_event(opened, event), heads_for(opened, more["own"]), more["once"])
    click.echo(format_comparison(compared, form, view, head, more["corrected"]), nl=False)  # type: ignore[arg-type]


@main.command()
@CORPUS
@EVENT
@click.option("--outlet", required=True, metavar="NAME", help="The outlet.")
@click.option("--head", required=True, metavar="NAME", help="The head, such as frames_generic, stance or voice.")
@click.option("--label", required=True, metavar="NAME", help="The label, such as conflict, negative or balance.")
@VIEW
@click.option("--actor", metavar="NAME", help="The actor, for stance.")
@OWN_HEADS
def show(corpus: Path, event: str | None, outlet: str, head: str, label: str, **more: Any) -> None:
    """Print the sentences that a number of the comparison counts.

    \b
    Example:
      framing show corpus --event "Port strike" --outlet "Northern Wire" --head frames_generic --label conflict
      framing show corpus --outlet "Northern Wire" --head stance --label against --actor "Halden Terminals"
    """
    from framing.compare import compare as run
    from framing.compare import heads_for
    from framing.corpus import Corpus

    view, actor = more["view"], more["actor"]
    opened = Corpus.open(corpus)
    comparison = run(opened, only_event(opened, event), heads_for(opened, more["own"]))
    if outlet not in comparison.outlets:
        raise InputError(f"There is no outlet {outlet!r} in this event. There are: {', '.join(comparison.outlets)}.")
    found = comparison.behind(outlet, head, label, view, actor)
    about = " · ".join(part for part in (outlet, f"{head} {label}", actor, f"voice: {view}") if part)
    click.echo(f"{about}: {count(len(found), 'sentence')}")
    for row in found.to_dict("records"):
        click.echo(sentence_text(row))


main.add_command(follow)
main.add_command(sentences)
main.add_command(sources)
main.add_command(agents)
main.add_command(gap)
main.add_command(headlines)
main.add_command(words)
main.add_command(align)
main.add_command(outlets)
main.add_command(report)
main.add_command(groups)
main.add_command(audit)
main.add_command(lesson)
main.add_command(classroom)
main.add_command(events)
main.add_command(event)
main.add_command(run)
main.add_command(import_codes)
main.add_command(codes)


@main.command(name="list")
@CORPUS
@EVENT
@click.option("--notes", is_flag=True, help="Also how sure headline, date and outlet are, and what was left out.")
def list_articles(corpus: Path, event: str | None, notes: bool) -> None:
    """List the articles: id, date, outlet, title.

    \b
    Example:
      framing list corpus --event "Port strike"
      framing list corpus --notes
    """
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    columns = ["article_id", "published", "outlet", "title", *(["note"] if notes else [])]
    for row in opened.articles(opened.find_event(event) if event else None, columns).to_dict("records"):
        click.echo(f"{row['article_id']}  {day_text(row['published']):10}  {row['outlet']}: {row['title']}")
        if isinstance(row.get("note"), str):
            click.echo(f"          {row['note']}")


main.add_command(status)
main.add_command(rejected)


@main.command()
@CORPUS
@click.argument("article_id")
@click.option("--outlet", metavar="NAME", help="The right outlet.")
@click.option("--title", metavar="TEXT", help="The right headline.")
@click.option("--date", "published", metavar="YYYY-MM-DD", help="The right date of publication.")
def edit(corpus: Path, article_id: str, outlet: str | None, title: str | None, published: str | None) -> None:
    """Correct an article's outlet, headline or date; its scores follow.

    The id may be shortened to its first six characters. A changed outlet or headline gives a new id.

    \b
    Example:
      framing edit corpus 2d91b5 --outlet "Al Jazeera" --date 2020-10-17
    """
    from framing.corpus import Corpus
    from framing.score import score as run

    opened = Corpus.open(corpus)
    old = opened.find_article(article_id)
    new = opened.edit(old, outlet, title, parse_date(published))
    click.echo(f"Corrected {old}" + (f"; its id is now {new}" if new != old else "") + ".")
    if new != old and opened.folder.manifest().current:
        run(opened, parts=[opened.part_of(new)])


@main.command()
@CORPUS
@click.argument("article_ids", metavar="ARTICLE_ID...", nargs=-1, required=True)
def remove(corpus: Path, article_ids: tuple[str, ...]) -> None:
    """Take articles out of the corpus, with their scores.

    They no longer count anywhere and reading them again does not bring them back, unless with `ingest --restore`. Their
    text stays in the folder's parts, which are never rewritten.

    \b
    Example:
      framing remove corpus 2d91b5
    """
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    for identity in [opened.find_article(article_id) for article_id in article_ids]:
        opened.remove(identity)
        click.echo(f"Removed {identity}.")


@main.command()
@CORPUS
@click.argument("article_ids", metavar="ARTICLE_ID...", nargs=-1, required=True)
@click.option("--event", required=True, metavar="ID|NAME", help="An event of the corpus, or the name of a new one.")
def assign(corpus: Path, article_ids: tuple[str, ...], event: str) -> None:
    """Put articles into an event and pin them there.

    \b
    Example:
      framing assign corpus 2d91b5 18677b --event "Port strike"
    """
    from framing.corpus import Corpus

    event_id = Corpus.open(corpus).assign_event(article_ids, event, pinned=True)
    click.echo(f"{count(len(article_ids), 'article')} in event {event_id}.")


main.add_command(check)
main.add_command(verify)
main.add_command(repair)
main.add_command(push)
main.add_command(pull)


@main.command()
@MODELS
@OWN_HEADS
def models(models: Path | None, own: Path | None) -> None:
    """List the heads, your own after the shipped ones: version, what one row stands for, labels and how reliable.

    Tiers by F1: A from 0.75, B from 0.60, C below. C and unmeasured labels are kept out of headlines.

    \b
    Example:
      framing models
    """
    from framing.registry import load_heads, own_heads_folder

    own = own or own_heads_folder()
    for head in load_heads(models, *([own] if own else [])).values():
        click.echo(f"{head.name}  version {head.version}, {head.kind}, one row a {head.level}")
        for label in head.labels:
            click.echo(f"  {head.tiers[label]:10}  {label:32}  {head.definitions.get(label, '')}")


@main.command()
@click.argument("corpus", type=PATH, required=False)
@click.option("--port", type=click.IntRange(1, 65535), help="Port; the first free one from 8501 where left out.")
@click.option("--event", metavar="ID|NAME", help="Open on this event.")
@click.option("--no-browser", is_flag=True, help="Serve only; open no browser.")
def dashboard(corpus: Path | None, port: int | None, event: str | None, no_browser: bool) -> None:
    """Serve the dashboard on this machine and open it in the browser.

    \b
    Example:
      framing dashboard corpus
    """
    from framing.corpus import Corpus
    from framing.launch import serve

    event_id = None
    if corpus is not None and (corpus.exists() or event):
        opened = Corpus.open(corpus)
        event_id = opened.find_event(event) if event else None
    elif corpus is not None:
        click.echo(f"There is no corpus at {corpus} yet; it begins with the first articles that you add.")
    sys.exit(serve(corpus, port, event_id, not no_browser, click.echo))


@main.command()
@click.option("--corpus", type=PATH, default=Path("demo-corpus"), show_default=True, help="Folder to use.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; the first free one from 8501 where left out.")
@click.option("--no-browser", is_flag=True, help="Read and score only.")
def demo(corpus: Path, port: int | None, no_browser: bool) -> None:
    """Read and score the sample articles, then open the dashboard on the first event.

    \b
    Example:
      framing demo
    """
    from framing.corpus import Corpus
    from framing.ingest import ReadOptions
    from framing.launch import serve
    from framing.resources import shipped
    from framing.score import score as run

    started = time.monotonic()
    opened = Corpus.ensure(corpus)
    report = read_into(opened, (str(shipped("sample_articles")),), ReadOptions(), restore=False)
    tell_added(report)
    with progress_bar("sentence") as progress:
        scored = run(opened, progress=progress)
    found = opened.events()
    click.echo(f"Scored {count(scored.sentences, 'sentence')}." if scored.parts else "Everything is scored already.")
    click.echo(f"{corpus} holds {count(len(found), 'event')}; ready in {time.monotonic() - started:.1f} s.")
    first = found["event_id"].iloc[0]
    if no_browser:
        beside = Path(sys.executable).with_name("framing")
        command = "framing" if shutil.which("framing") or not beside.exists() else os.path.relpath(beside)
        click.echo(f"Compare:    {command} compare {corpus} --event {first}\nDashboard:  {command} dashboard {corpus}")
    else:
        sys.exit(serve(corpus, port, first, say=click.echo))


@main.command()
def version() -> None:
    """Print the version.

    \b
    Example:
      framing version
    """
    click.echo(f"framing {__version__}")


main.add_command(predict)
main.add_command(explain)
main.add_command(train)
main.add_command(evaluate)
main.add_command(add_head)
