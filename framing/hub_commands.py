"""The command that makes a head of a model of somebody else's; needs the extra `train`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="add-head")
@click.argument("name")
@click.option("--model", required=True, help="Model folder, or hub id (org/name).")
@click.option("--revision", help="Commit of a hub model, 40 hexadecimal digits.")
@click.option("--heads", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of your heads.")
@click.option("--label", "labels", multiple=True, metavar="THEIRS=NAME", help="A label (may be repeated).")
@click.option("--nli", is_flag=True, help="A model for inference: --label gives the words to test for.")
@click.option("--target", is_flag=True, help="Read each sentence with an actor that it names, as stance models do.")
@click.option("--kind", type=click.Choice(["multiclass", "multilabel"]), help="One label a sentence, or any number.")
@click.option("--hypothesis", help="Sentence tested with --nli; needs {label}, with --target also {target}.")
@click.option("--max-tokens", type=click.IntRange(min=8), help="Read no more, where the model would.")
def add_head(heads: Path, labels: tuple[str, ...], **wish: str | bool | int | None) -> None:
    """Make a head of a Hugging Face classification model: safetensors weights only, none of its code run.

    Downloads a hub model once; scoring then needs no network.

    \b
    Example:
      framing add-head tone2 --model models/my-bert --label LABEL_0=bad --label LABEL_1=good --heads my-heads
      framing add-head topics --nli --model org/name --revision COMMIT --label economy --label health --heads my-heads
    """
    from framing.add_head import Wish, label_pairs
    from framing.add_head import add_head as run

    head = run(Wish(labels=label_pairs(labels), **wish), heads)  # type: ignore[arg-type]
    click.echo(f"Added head {head.name}, version {head.version}, in {head.folder}: {', '.join(head.labels)}.")
    click.echo("It is unmeasured: read the sentences behind its numbers before you rely on them.")
