"""The command `framing align`: an event's outlets side by side, sentence by sentence."""

from __future__ import annotations

from pathlib import Path

import click

from framing.command_options import COPIES_ONCE, CORPUS, EVENT, FORMAT, OUTLETS
from framing.console import only_event


@click.command()
@CORPUS
@EVENT
@OUTLETS
@FORMAT
@COPIES_ONCE
def align(corpus: Path, event: str | None, outlets: tuple[str, ...], form: str, once: bool) -> None:
    """Read the outlets of an event side by side: what both tell, what one alone tells, what they tell differently.

    Different are another name for the same actor, a doer left out, a stronger verb, and the outlet's own words
    against somebody else's; a number that differs is a hint alone. Headlines are compared with headlines.

    \b
    Example:
      framing align corpus --event "Port strike" --outlet "Northern Wire" --outlet "Meridian Post"
      framing align corpus --event 84587b --format csv > strike.csv
    """
    from framing.align import align as run
    from framing.align_tables import format_alignment
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    click.echo(format_alignment(run(opened, only_event(opened, event), outlets, once), form), nl=False)
