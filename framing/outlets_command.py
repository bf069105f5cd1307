"""The command `outlets`: how outlets differ across all events that they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.command_options import CORPUS, FORMAT, OWN_HEADS
from framing.errors import InputError
from framing.plain import not_detected
from framing.spreadsheet import csv_text, json_text

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@CORPUS
@click.option(
    "--view", type=click.Choice(["own", "quoted", "both"]), default="own", show_default=True, help="Whose words count."
)
@click.option("--head", metavar="NAME", help="Only this classifier, such as frames_generic.")
@click.option("--outlet", metavar="NAME", help="Only pairs with this outlet.")
@FORMAT
@OWN_HEADS
def outlets(corpus: Path, view: str, head: str | None, outlet: str | None, form: str, own: Path | None) -> None:
    """Compare outlets across all events that they share, within each event.

    Prints each pair's differences with the number of shared events; csv and json hold every number, `between_events`
    says how much the difference varies from event to event.

    \b
    Example:
      framing outlets corpus --view own
      framing outlets corpus --outlet "Northern Wire" --format csv > profiles.csv
    """
    from framing.compare import heads_for
    from framing.corpus import Corpus
    from framing.profiles import profile_corpus

    opened = Corpus.open(corpus)
    found = profile_corpus(opened, list(heads_for(opened, own).values()))
    rows = found.pairs[(found.pairs["view"] == view) | (found.pairs["head"] == "voice")]
    if head and head not in set(rows["head"]):
        raise InputError(f"There is no classifier {head!r} here. There are: {', '.join(rows['head'].unique())}.")
    names = sorted({*rows["outlet_a"], *rows["outlet_b"]})
    if outlet and outlet not in names:
        raise InputError(f"{outlet!r} shares no event with another outlet. There are: {', '.join(names)}.")
    theirs = (rows["outlet_a"] == outlet) | (rows["outlet_b"] == outlet) | (outlet is None)
    rows = rows[((rows["head"] == head) | (head is None)) & theirs]
    if form == "csv":
        click.echo(csv_text(rows), nl=False)
    elif form == "json":
        click.echo(json_text({"pairs": rows, "notes": found.notes}), nl=False)
    else:
        _table(rows, found.notes)


def _table(rows: pd.DataFrame, notes: tuple[str, ...]) -> None:
    for (a, b), part in rows.groupby(["outlet_a", "outlet_b"], sort=False):
        if part["p"].isna().all():
            continue
        articles = f"{part['articles_a'].max()} and {part['articles_b'].max()} articles"
        click.echo(f"{a} and {b}: {part['n_events'].max()} shared events, {articles}")
        tested = part[part["p"].notna()]
        found = tested[tested["detected"]].sort_values("difference", key=abs, ascending=False)
        for text in found["finding"]:
            _bullet(text)
        for text in not_detected(len(tested), len(found), " (csv has each with its interval)"):
            _bullet(text)
        click.echo("")
    click.echo("Notes")
    for note in notes:
        _bullet(note)


def _bullet(text: str) -> None:
    from framing.tables import bullet

    click.echo("\n".join(bullet(text)))
