"""Commands that train and measure: a head of one's own, or the shipped models, which need the extra `train` and the
labelled sets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import MODELS, PATH, path_option
from framing.errors import InputError

if TYPE_CHECKING:
    from framing.floors import Stored
    from framing.record import Found


OWN = ("labels", "codebook", "heads", "columns", "kind")
"""Options of a head of one's own; the others are of all shipped heads."""


@click.command()
@click.argument("name", required=False)
@path_option("--labels", "A head of your own: table of sentences with your labels (.csv, .tsv, .jsonl).")
@click.option("--codebook", "--definitions", type=PATH, help="Labels and their definitions.")
@path_option("--heads", "Folder for your heads; `heads` in this folder where left out.")
@click.option(
    "--column", "columns", metavar="FIELD=NAME", multiple=True, help="Column of the table that holds a field."
)
@click.option("--kind", type=click.Choice(["multiclass", "multilabel"]), help="One label a sentence, or any number.")
@path_option("--data", "All shipped heads: folder of the labelled sets (see docs/data.md).")
@path_option("--recipe", "Recipe file; the shipped one where left out.")
@path_option("--run", "Folder of checkpoints.")
@path_option("--models", "Folder that the models go to.")
@path_option("--teacher", "Models that label what nobody did, if the recipe says so.")
@path_option("--start", "Earlier run's folder to go on from (of several, their mean).", multiple=True)
@path_option("--soup", "Other run's folder, averaged with this one.", multiple=True)
@click.option("--allow-regression", is_flag=True, help="Write figures below the floors of the models before.")
def train(name: str | None, **given: Any) -> None:
    """Train a head of your own, NAME, on the shipped encoder; or, without a name, encoder and all heads anew.

    \b
    A head of your own takes a minute and a table with the columns text and label: 20 rows or more. Several labels
    are written a|b, yes and no as yes and no (or 1 and 0). With a column target (and start, end) the head judges
    what each text says of its target. Scores are cross-validated. Without --labels a head can be made of a codebook
    alone (YAML, or CSV with the columns label and definition); nobody knows how good it is, and it says so.
    Exit status 0: all rows used, 3: some rejected (they are listed), 1: no head.

    Without a name: fine-tunes the encoder for all shipped heads at once, calibrates, measures, and writes encoder,
    heads and model cards. Resumes a run that was stopped. On two cores the shipped recipe (two passes over
    28,249 sentences) takes some 20 minutes. Needs the extra `train` and the labelled sets.

    \b
    Example:
      framing train my-head --labels labelled.csv --column text=sentence
      framing train my-head --codebook codebook.yaml
      framing train --data ../labelled --teacher models --run runs/new --models new-models
    """
    own = {key for key in ("labels", "codebook", "heads", "columns", "kind") if given[key]}
    joint = {
        key for key in ("data", "recipe", "run", "models", "teacher", "start", "soup", "allow_regression") if given[key]
    }
    if (name or own) and joint:
        raise InputError(
            f"--{min(joint)} trains all shipped heads, {name or f'--{min(own)}'} one of your own. "
            "Give one or the other."
        )
    if name:
        from framing.own_commands import train_own

        train_own(name, **{key: given[key] for key in OWN})
        return
    if own:
        raise InputError(f"--{min(own)} needs the name of your head:  framing train my-head --labels labelled.csv")
    lacking = [f"--{key}" for key in ("data", "run", "models") if given[key] is None]
    if lacking:
        raise InputError(
            "Say what to train: a head of your own (framing train my-head --labels labelled.csv), or encoder and all "
            f"heads (framing train --data … --run … --models …; missing: {', '.join(lacking)})."
        )
    _train_all(given["recipe"], given["data"], given["run"], given["teacher"], given)


def _train_all(recipe: Path | None, data: Path, run: Path, teacher: Path | None, given: Mapping[str, Any]) -> None:
    from framing.publish import publish
    from framing.resources import shipped
    from framing.scoreboard import format_measures
    from framing.train import WEIGHTS, Recipe
    from framing.train import train as fit

    plan = Recipe.read(recipe or shipped("models") / "recipe.toml")
    begun = [other / WEIGHTS for other in given["start"]]
    weights = fit(plan, data, run, teacher=teacher, start=begun, log=click.echo)
    runs = [weights, *(other / WEIGHTS for other in given["soup"])]
    click.echo(format_measures(publish(runs, data, given["models"], allow_regression=given["allow_regression"])))


@click.command()
@path_option("--data", "Folder of the labelled sets (see docs/data.md).")
@MODELS
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
    Example:
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
