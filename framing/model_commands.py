"""Commands for those who train and measure the shipped models; both need the extra `train`, and the labelled
sets for all but the check on the self-written set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from framing.floors import Stored
    from framing.record import Found

DATA = click.option(
    "--data", type=click.Path(path_type=Path), required=True, help="Folder of the labelled sets (see docs/data.md)."
)


@click.command()
@DATA
@click.option("--recipe", type=click.Path(path_type=Path), help="Recipe file; the shipped one where left out.")
@click.option("--run", "folder", type=click.Path(path_type=Path), required=True, help="Folder of checkpoints.")
@click.option("--models", type=click.Path(path_type=Path), required=True, help="Folder that the models go to.")
@click.option(
    "--teacher", type=click.Path(path_type=Path), help="Models that label what nobody did, if the recipe says so."
)
@click.option("--allow-regression", is_flag=True, help="Write figures below the floors of the models before.")
def train(
    data: Path, recipe: Path | None, folder: Path, models: Path, teacher: Path | None, allow_regression: bool
) -> None:
    """Fine-tune the encoder for all heads at once, calibrate, measure, and write encoder, heads and model cards.

    Resumes a run that was stopped. On two cores four passes over 20,636 sentences take about an hour.

    \b
    Example:
      framing train --data ../labelled --run runs/first --models new-models
    """
    from framing.publish import publish
    from framing.resources import shipped
    from framing.scoreboard import format_measures
    from framing.train import Recipe
    from framing.train import train as fit

    weights = fit(
        Recipe.read(recipe or shipped("models") / "recipe.toml"), data, folder, teacher=teacher, log=click.echo
    )
    click.echo(format_measures(publish(weights, data, models, allow_regression=allow_regression)))


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the labelled sets (see docs/data.md).")
@click.option("--models", type=click.Path(path_type=Path), help="Models folder, instead of the shipped one.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Form of the output.")
@click.option("--name-swap", "action", flag_value="swap", help="How far another name moves a score, for every head.")
@click.option("--check", "action", flag_value="check", help="Fail where a figure is below its floor or a set differs.")
@click.option("--write", "action", flag_value="write", help="Write figures, floors and cards into the models folder.")
@click.option("--allow-regression", is_flag=True, help="With --write: let floors sink.")
def evaluate(data: Path | None, models: Path | None, form: str, action: str | None, allow_regression: bool) -> None:
    """Measure every head on the sets held out for it, people's labels and model-made labels apart.

    Without --data, the small self-written set that comes with framing is measured: enough for --check, too little to
    judge a head by. --write measures everything, name swaps included, and leaves weights alone.

    \b
    Examples:
      framing evaluate --data ../labelled
      framing evaluate --check
      framing evaluate --data ../labelled --models new-models --write
    """
    from framing.record import Found, before, check, look, record
    from framing.resources import shipped

    folder = models or shipped("models")
    if action == "write":
        if data is None:
            raise click.UsageError("--write needs --data: figures come from the labelled sets.")
        stored = before(folder)
        found = record(folder, data, allow_regression, log=_say)
    elif action == "check":
        stored, found = before(folder), Found(check(folder, data), [])
    else:
        stored, found = before(folder), look(folder, data, swaps=action == "swap", log=_say)
    _print(found, stored, form)


def _say(line: str) -> None:
    click.echo(line, err=True)


def _print(found: Found, stored: Stored, form: str) -> None:
    from framing.scoreboard import format_measures, format_swaps

    if form == "json":
        sets = [{"head": m.head, "set": m.dataset, **m.row()} for m in found.measures]
        swaps = [{"head": s.head, "replaced": s.kind, **s.row()} for s in found.swaps]
        click.echo(json.dumps({"sets": sets, "name_swap": swaps}, indent=1))
        return
    texts = [format_measures(found.measures, stored)] * bool(found.measures)
    click.echo("\n\n".join(texts + [format_swaps(found.swaps)] * bool(found.swaps)))
