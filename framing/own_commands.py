"""What `framing train NAME` does and prints: a head of the user's own, from labels or from definitions."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from framing.codebook import Entry, read_codebook
from framing.command_options import SOME_REJECTED
from framing.console import pair, tell_rejected
from framing.errors import InputError
from framing.heads import Kind
from framing.labelled import read_labelled
from framing.own_cards import summary
from framing.own_heads import Progress, train_head
from framing.own_store import Trained, check_name
from framing.plain import count
from framing.prototypes import define_head
from framing.registry import OWN

TRIED_UP_TO = 5000
"""Rows up to which times and figures were checked; more work, but a joint fine-tuning makes better use of them."""


def train_own(
    name: str,
    labels: Path | None,
    codebook: Path | None,
    heads: Path | None,
    columns: tuple[str, ...],
    kind: Kind | None,
) -> None:
    """Trains or defines the head, prints its figures, and ends with status 3 where rows were rejected."""
    started = time.monotonic()
    check_name(name)
    entries = read_codebook(codebook) if codebook else []
    folder = heads or Path(OWN)
    if labels is None:
        _define(name, entries, folder, kind)
        return
    labelled = read_labelled(labels, name, dict(pair(column, "text=sentence") for column in columns), kind)
    if len(labelled.rows) > TRIED_UP_TO:
        click.echo(f"{len(labelled.rows):,} rows take minutes; up to {TRIED_UP_TO:,} were tried.")
    with _steps() as progress:
        trained = train_head(name, labelled, folder, {e.label: e.definition for e in entries}, progress=progress)
    used = trained.labelled or labelled
    click.echo(f"Read {count(len(used.rows) + len(used.rejected), 'row')}: {len(used.rejected)} rejected.")
    tell_rejected(used.rejected)
    for note in used.notes:
        click.echo(note)
    _tell(trained, folder, time.monotonic() - started)
    if used.rejected:
        sys.exit(SOME_REJECTED)


def _define(name: str, entries: list[Entry], folder: Path, kind: Kind | None) -> None:
    started = time.monotonic()
    if not entries:
        raise InputError("Say what to learn from: --labels FILE, or --codebook FILE for definitions alone.")
    _tell(define_head(name, entries, folder, kind), folder, time.monotonic() - started)


def _tell(trained: Trained, folder: Path, seconds: float) -> None:
    click.echo(summary(trained))
    option = "" if folder == Path(OWN) else f" --heads {folder}"
    click.echo(f"Stored in {trained.head.folder} in {seconds:.1f} s. Use it with:  framing score CORPUS{option}")


@contextmanager
def _steps() -> Iterator[Progress]:
    """A progress bar on stderr (none where that is no terminal)."""
    from tqdm import tqdm

    with tqdm(disable=None, leave=False) as bar:

        def progress(step: str, done: int, total: int) -> None:
            bar.set_description(step)
            bar.total = total
            bar.update(done - bar.n)

        yield progress
