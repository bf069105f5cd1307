"""Commands for those who train and measure the shipped models; both need the extra `train` and the labelled sets."""

from __future__ import annotations

import json
from pathlib import Path

import click

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
def train(data: Path, recipe: Path | None, folder: Path, models: Path, teacher: Path | None) -> None:
    """Fine-tune the encoder for all heads at once, calibrate, measure, and write encoder, heads and model cards.

    Resumes a run that was stopped. On two cores four passes over 20,636 sentences take about an hour.

    \b
    Example:
      framing train --data ../labelled --run runs/first --models new-models
    """
    from framing.evaluate import format_measures
    from framing.publish import publish
    from framing.resources import shipped
    from framing.train import Recipe
    from framing.train import train as fit

    weights = fit(
        Recipe.read(recipe or shipped("models") / "recipe.toml"), data, folder, teacher=teacher, log=click.echo
    )
    click.echo(format_measures(publish(weights, data, models)))


@click.command()
@DATA
@click.option("--models", type=click.Path(path_type=Path), help="Models folder, instead of the shipped one.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Form of the output.")
def evaluate(data: Path, models: Path | None, form: str) -> None:
    """Measure every head on the sets held out for it, people's labels and model-made labels apart.

    \b
    Example:
      framing evaluate --data ../labelled
    """
    from framing.encode import Encoder
    from framing.evaluate import evaluate as run
    from framing.evaluate import format_measures
    from framing.heads import Head, load_heads
    from framing.voice_head import load_voice

    voice = load_voice(models)
    trained = {name: head for name, head in load_heads(models).items() if isinstance(head, Head)}
    heads = {**trained, **({voice.name: voice} if voice else {})}
    measures = run(heads, Encoder.load(models / "encoder" if models else None), data)
    if form == "table":
        click.echo(format_measures(measures))
    else:
        click.echo(json.dumps([{"head": m.head, "set": m.dataset, **m.row()} for m in measures], indent=1))
