"""The command `run`: a study from one file, the same tables every time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.command_options import PATH, SOME_REJECTED, path_option
from framing.console import progress_bar, tell_rejected
from framing.errors import InputError
from framing.plain import count

if TYPE_CHECKING:
    from framing.study import Study
    from framing.study_run import Ran


@click.command()
@click.argument("study", type=PATH)
@path_option("--out", "Output folder, instead of the study's own.")
@click.option("--check", "only_check", is_flag=True, help="Only tell whether inputs and outputs are as they were.")
@click.option("--update-pins", "update", is_flag=True, help="First write the installed versions into the study.")
def run(study: Path, out: Path | None, only_check: bool, update: bool) -> None:
    """Execute a study.toml: read, score, compare, write tables, figures, reports and a manifest of hashes.

    A run that was stopped goes on where it was. One that had ended is made again and says whether every file came out
    the same. Models other than those that the study pins are refused. Exit status: 0 done, 3 some articles were
    rejected, 1 failed, or with --check: something differs.

    \b
    Example:
      framing run study.toml
      framing run study.toml --check
      framing run study.toml --update-pins
    """
    from framing.study import read_study

    found = read_study(study, out)
    if only_check:
        if update:
            raise InputError("Give --check or --update-pins, not both.")
        _check(found)
        return
    if update:
        from framing.score import Scorer
        from framing.study_pins import update_pins

        lines = update_pins(found, Scorer.load(own_heads=found.own_heads))
        for line in lines or ["Every pin is what is installed."]:
            click.echo(line)
        found = read_study(study, out)
    from framing.study_run import run as execute

    with progress_bar("sentence") as progress:
        done = execute(found, click.echo, progress)
    _tell(done)
    if done.intake.rejected:
        sys.exit(SOME_REJECTED)


def _check(study: Study) -> None:
    from framing.study_run import check

    differs = check(study)
    for line in differs:
        click.echo(line[0].upper() + line[1:] + ".")
    if differs:
        sys.exit(1)
    click.echo(f"Inputs and outputs in {study.output} are as the manifest says.")


def _tell(done: Ran) -> None:
    tell_rejected(done.intake.rejected)
    for reason, number in sorted(done.intake.left_out.items()):
        click.echo(f"Left out: {count(number, 'article')} {reason}.")
    if done.again and not done.changed:
        click.echo(f"Made again: all {count(done.files, 'file')} came out the same, byte for byte.")
    elif done.again:
        click.echo(f"Made again: {count(len(done.changed), 'file')} came out otherwise:")
        for name in done.changed:
            click.echo(f"  {name}")
    click.echo(f"{count(done.files, 'file')} in {done.output}. Open {done.output / 'index.html'}")
