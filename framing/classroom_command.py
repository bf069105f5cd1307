"""The command `classroom`: serves lessons to a class on this network, and deletes or exports what classes did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from framing.command_options import CORPUS, path_option
from framing.errors import InputError
from framing.plain import count


@click.command()
@CORPUS
@click.option("--port", type=click.IntRange(1, 65535), help="Port; the one of last time, or the first free from 8080.")
@click.option("--local", is_flag=True, help="For this computer alone, to try it out.")
@click.option(
    "--address", "hosts", metavar="HOST", multiple=True, help="Address to show, where the one found is wrong."
)
@path_option("--lesson", "Open this lesson file at once.")
@click.option("--no-browser", is_flag=True, help="Serve only; open no browser.")
@click.option("--purge", is_flag=True, help="Delete everything that classes did with this corpus.")
@path_option("--export", "Write all classes' answers to this CSV file, without nicknames.")
def classroom(corpus: Path, **more: Any) -> None:
    """Hold a lesson: a class predicts, labels and reveals how outlets report an event, on phones or laptops.

    Serves the class's pages, and no others, to everyone on this network; no internet is needed. Students open the
    address that is shown and type the code; the teacher's address holds a key. Killed and started again, the lesson
    goes on where it was. On Windows allow Python for private networks when the firewall asks. What is sent is not
    encrypted: students use nicknames, not names.

    \b
    Example:
      framing classroom corpus
      framing classroom corpus --lesson lesson.json --local
      framing classroom corpus --export answers.csv
      framing classroom corpus --purge
    """
    if more["purge"] and more["export"]:
        raise InputError("--purge deletes what --export would write. Export first, then purge.")
    if more["purge"]:
        _purge(corpus)
    elif more["export"]:
        _export(corpus, more["export"])
    else:
        from framing.classroom.serve import serve

        serve(corpus, more["port"], more["local"], more["lesson"], more["hosts"], not more["no_browser"], click.echo)


def _purge(corpus: Path) -> None:
    from framing.classroom.serve import purge
    from framing.corpus import Corpus

    Corpus.existing(corpus)
    gone = purge(corpus)
    if gone:
        click.echo(f"Deleted: {count(gone, 'file')} of classes (nicknames, answers, the teacher's key). Lessons stay.")
    else:
        click.echo("There was nothing of any class.")


def _export(corpus: Path, file: Path) -> None:
    from framing.classroom.serve import export

    click.echo(f"{file}: {count(export(corpus, file), 'answer')}, nicknames replaced.")
