"""The commands `outlets` and `groups`: how outlets, or groups of them, differ across all events that they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import CORPUS, FORMAT, OUTLETS, OWN_HEADS, path_option
from framing.errors import InputError
from framing.plain import count, not_detected
from framing.spreadsheet import csv_text, json_text

if TYPE_CHECKING:
    import pandas as pd

    from framing.corpus import Corpus


@click.command()
@CORPUS
@click.option(
    "--view", type=click.Choice(["own", "quoted", "both"]), default="own", show_default=True, help="Whose words count."
)
@click.option("--head", metavar="NAME", help="Only this classifier, such as frames_generic.")
@click.option("--outlet", metavar="NAME", help="Only pairs with this outlet (or group).")
@click.option("--groups", "grouped", is_flag=True, help="Compare the corpus' groups (framing groups) with each other.")
@path_option("--group-file", "Compare the groups in this JSON file instead: names and lists of outlets.")
@FORMAT
@OWN_HEADS
def outlets(
    corpus: Path, view: str, head: str | None, outlet: str | None, form: str, own: Path | None, **which: Any
) -> None:
    """Compare outlets, or groups of them, across all events that they share, within each event.

    Prints each pair's differences with the number of shared events; csv and json hold every number, `between_events`
    says how much the difference varies from event to event.

    \b
    Example:
      framing outlets corpus --view own
      framing outlets corpus --outlet "Northern Wire" --format csv > profiles.csv
      framing outlets corpus --groups
    """
    from framing.compare import heads_for
    from framing.corpus import Corpus
    from framing.profiles import profile_corpus

    opened = Corpus.open(corpus)
    groups = _asked(opened, **which)
    found = profile_corpus(opened, list(heads_for(opened, own).values()), groups)
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


def _asked(corpus: Corpus, grouped: bool, group_file: Path | None) -> dict[str, tuple[str, ...]] | None:
    """The groups to compare, if any."""
    from framing.outlet_groups import comparable, load_groups, read_groups

    if not grouped and group_file is None:
        return None
    groups = load_groups(corpus.path) if group_file is None else read_groups(group_file)
    return comparable(groups, _outlets(corpus))


def _outlets(corpus: Corpus) -> list[str]:
    return sorted(set(corpus.articles(columns=["outlet"])["outlet"]), key=str.casefold)


@click.command()
@CORPUS
@click.option("--name", metavar="NAME", help="Make this group, or give it other outlets: those of --outlet.")
@OUTLETS
@click.option("--rename", nargs=2, metavar="OLD NEW", help="Call a group otherwise.")
@click.option("--delete", metavar="NAME", help="Take a group away; its outlets stay.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Form of the output.")
def groups(corpus: Path, name: str | None, outlets: tuple[str, ...], form: str, **change: Any) -> None:
    """Put outlets into named groups, which `framing outlets CORPUS --groups` compares; lists them.

    The groups lie in groups.json beside the articles; an outlet may be in several. `--format json` prints what
    `framing outlets --group-file` reads.

    \b
    Example:
      framing groups corpus --name "Wire agencies" --outlet "Northern Wire" --outlet "Lund Press"
      framing groups corpus --rename "Wire agencies" Agencies
      framing groups corpus
    """
    from framing.corpus import Corpus
    from framing.outlet_groups import change_groups, load_groups, renamed, with_group, without_group

    opened = Corpus.open(corpus)
    rename, delete = change["rename"], change["delete"]
    if sum(map(bool, (name, rename, delete))) > 1:
        raise InputError("Give one of --name, --rename and --delete at a time.")
    if bool(name) != bool(outlets):
        raise InputError("--name and --outlet go together: the group, and each outlet in it.")
    if name:
        change_groups(opened.path, lambda now: with_group(now, name, outlets, _outlets(opened)))
    elif rename:
        change_groups(opened.path, lambda now: renamed(now, rename[0], rename[1]))
    elif delete:
        change_groups(opened.path, lambda now: without_group(now, delete))
    found = load_groups(opened.path)
    if form == "json":
        click.echo(json_text(found), nl=False)
    elif not found:
        click.echo("There are no groups of outlets yet.")
    for group, members in found.items() if form == "table" else ():
        click.echo(f"{group}: {count(len(members), 'outlet')}\n  {', '.join(members)}")


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
