"""Arguments and options that several commands have in common, and the exit status that they share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

SOME_REJECTED = 3
"""Exit status where something could not be used, and the rest was."""
PATH = click.Path(path_type=Path)
CORPUS = click.argument("corpus", type=PATH)


def path_option(name: str, text: str, **more: Any) -> Callable[[Command], Command]:
    """An option that takes a path; `more` goes to click."""
    return click.option(name, type=PATH, help=text, **more)


MODELS = path_option("--models", "Models folder, instead of the shipped one.")
COPIES_ONCE = click.option(
    "--copies-once", "once", is_flag=True, help="Count copied sentences only where they came first."
)
EVENT = click.option("--event", metavar="ID|NAME", help="The event; may be left out where there is only one.")
OUTLETS = click.option(
    "--outlet", "--outlets", "outlets", metavar="NAME", multiple=True, help="Only these outlets (repeat it)."
)
VIEW = click.option(
    "--view", type=click.Choice(["own", "quoted", "both"]), default="both", show_default=True, help="Whose words count."
)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", help="Form of the output."
)
OWN_HEADS = click.option(
    "--heads", "own", type=PATH, help="Folder of your own heads; `heads` beside the corpus if left out."
)
STORE = click.option(
    "--store",
    "url",
    metavar="URL",
    help="Also put each part into this store as it is scored, such as s3://BUCKET/FOLDER.",
)


def ENGINE(command: Command) -> Command:  # noqa: N802  (stands with the options above)
    """Where to score: `engine`, `address`, `workers`, `processors`."""
    whole = click.IntRange(min=1)
    for option in (
        click.option("--processors", type=whole, default=2, show_default=True, help="Ray: processors of each worker."),
        click.option("--workers", type=whole, help="Ray: how many workers; as many as have room if left out."),
        click.option("--address", metavar="ADDRESS", help="Ray: a running cluster, such as auto; one is started here."),
        click.option("--engine", type=click.Choice(["local", "ray"]), default="local", help="Where to score."),
    ):
        command = option(command)
    return command
