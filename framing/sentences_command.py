"""The command `sentences`: what the dashboard's page Sentences finds, as text, CSV or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import CORPUS, FORMAT, OUTLETS
from framing.console import day_text, parse_date
from framing.plain import count

if TYPE_CHECKING:
    from framing.find import Found


@click.command()
@CORPUS
@click.option("--search", default="", metavar="WORDS", help="Words and quoted phrases; strik* leaves an ending open.")
@click.option("--label", default="", metavar="HEAD.LABEL", help="Such as frames_generic.conflict or stance.against.")
@click.option(
    "--certainty",
    type=click.Choice(["decided", "any", "not"]),
    default="decided",
    show_default=True,
    help="Counted as having the label, all that were scored, or not counted.",
)
@click.option("--probability", nargs=2, type=float, metavar="FROM TO", help="Range of the label's probability, 0 to 1.")
@OUTLETS
@click.option("--event", metavar="ID|NAME", help="Only this event.")
@click.option("--actor", default="", metavar="NAME", help="Who is named in the sentence; for stance, toward whom.")
@click.option("--speaker", default="", metavar="NAME", help="Whose words it tells.")
@click.option("--voice", "voices", multiple=True, metavar="VOICE", help="own, quoted, reported or mixed (repeat it).")
@click.option("--part", type=click.Choice(["all", "body", "headline"]), default="all", help="Headlines, text, or both.")
@click.option("--from", "first", metavar="DATE", help="Articles of this day or later, such as 2020-10-17.")
@click.option("--to", "last", metavar="DATE", help="Articles of this day or earlier.")
@click.option(
    "--sort",
    type=click.Choice(["strongest", "uncertain", "date", "oldest"]),
    help="Order; strongest first where a label is given, otherwise the newest first.",
)
@click.option("--limit", type=click.IntRange(1, 100_000), default=25, show_default=True, help="Sentences to print.")
@FORMAT
def sentences(corpus: Path, form: str, limit: int, **more: Any) -> None:
    """Find sentences in the whole corpus, by words, label, actor, outlet, event, voice and date.

    A number printed here compares no outlets, which report different events; `framing compare` does. Uncertain are
    sentences near the head's threshold, or whose label is hardly likelier than another.

    \b
    Example:
      framing sentences corpus --label frames_generic.conflict --voice own --sort uncertain
      framing sentences corpus --search '"civilian deaths" strik*' --from 2024-01-01 --format csv > found.csv
      framing sentences corpus --label stance.against --actor "Halden Terminals" --outlet "Northern Wire"
    """
    from framing.corpus import Corpus
    from framing.find import Wanted, find, numbers
    from framing.spreadsheet import csv_text, json_text

    opened = Corpus.open(corpus)
    low, high = more["probability"] or (0.0, 1.0)
    event = opened.find_event(more["event"]) if more["event"] else ""
    wanted = Wanted(
        **{name: more[name] for name in ("search", "label", "certainty", "outlets", "actor", "speaker", "voices")},
        **{name: more[name] for name in ("part", "sort")},
        low=low,
        high=high,
        event=event,
        first=parse_date(more["first"]),
        last=parse_date(more["last"]),
    )
    found = find(opened, numbers(opened), wanted, limit)
    total = opened.sentence_count()
    if form == "csv":
        click.echo(csv_text(found.rows), nl=False)
    elif form == "json":
        click.echo(json_text({"count": found.count, "of": total, "sentences": found.rows}), nl=False)
    else:
        for line in _lines(found, total):
            click.echo(line)


def _lines(found: Found, total: int) -> list[str]:
    """How many, then each sentence with where it stands, whose words it is, and what the label says."""
    shown = "" if len(found.rows) == found.count else f"; the first {len(found.rows):,} follow"
    lines = [f"{found.count:,} of {count(total, 'sentence')}{shown}"]
    for row in found.rows.to_dict("records"):
        who = row["voice"] if isinstance(row["voice"], str) else "voice not scored"
        who += f" ({row['speaker']})" if isinstance(row["speaker"], str) else ""
        lines += ["", f"{row['article_id'][:8]}:{row['index']}  {day_text(row['published'])}  {row['outlet']}  {who}"]
        lines += [f"  {said}" for said in (found.says(row), row["text"]) if said]
    return lines
