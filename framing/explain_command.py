"""`framing explain`: the words that moved one score, checked by deleting them together."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from framing.command_options import MODELS, path_option
from framing.errors import InputError


@click.command()
@click.argument("text")
@click.option("--head", "name", metavar="NAME", required=True, help="The head: frames_generic, stance, voice, …")
@click.option("--label", "wanted", metavar="LABEL", multiple=True, help="Labels to explain; those given if left out.")
@click.option("--target", metavar="WORDS", help="Whom a head such as stance judges, as the text has it.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Form of the output.")
@MODELS
@path_option("--heads", "Your own heads; the folder `heads` here if left out.")
def explain(
    text: str,
    name: str,
    wanted: tuple[str, ...],
    target: str | None,
    form: str,
    models: Path | None,
    heads: Path | None,
) -> None:
    """Show which words of TEXT (- is standard input) moved a head's score, and whether that holds.

    Every word is deleted by itself; how far the probability falls is its effect. Then the words with the largest are
    deleted together, and as many others, drawn with a seed, ten times: an explanation whose words move the score no
    more than others do, or by less than 10 points, is called unreliable. Labels that the head does not give can be
    asked for as well. A sentence takes about a tenth of a second.

    \b
    Example:
      framing explain "The minister blamed the firm for the flood." --head stance --target "the firm"
      framing explain "Forty people were killed on Monday." --head sentiment --label negative --format json
    """
    from framing import explain_words
    from framing.explain import explain as explained
    from framing.explain import given_labels
    from framing.predict import Predictor
    from framing.predict_rows import row_of
    from framing.registry import own_heads_folder
    from framing.scorer import Scorer
    from framing.spreadsheet import json_text

    scorer = Scorer.load(models, heads or own_heads_folder())
    predictor = Predictor.of(scorer, name)
    given = sys.stdin.read() if text == "-" else text
    row = row_of({"text": given.strip(), "target": target}, 1, predictor.reads_targets)
    if row.fault is not None:
        raise InputError(f"This cannot be explained: {row.fault}.")
    said = given_labels(predictor, row.text, row.span)
    found = [explained(scorer, row.text, name, label, row.span) for label in wanted or said]
    if form == "json":
        parts = [explain_words.plain_data(each, each.label in said) for each in found]
        click.echo(json_text({"text": row.text, "explanations": parts}), nl=False)
        return
    if not found:
        click.echo(f"{name} gives this text no label. Name one with --label: {', '.join(predictor.labels)}.")
    click.echo("\n\n".join(explain_words.table(each, each.label in said) for each in found))
