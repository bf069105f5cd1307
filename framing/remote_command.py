"""Commands that keep a corpus in an object store: `push`, `pull`, and what `score --store` does before and after."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.command_options import CORPUS, SOME_REJECTED
from framing.console import progress_bar
from framing.errors import FramingError, StoreError
from framing.plain import count

if TYPE_CHECKING:
    from framing.corpus import Corpus
    from framing.pull import PullReport
    from framing.push import PushReport
    from framing.remote import Store

URL = click.argument("url", metavar="URL")
_LISTED = 10


@click.command()
@CORPUS
@URL
@click.option("--check", is_flag=True, help="Also read back all that is there, and send again what is damaged.")
def push(corpus: Path, url: str, check: bool) -> None:
    """Copy a corpus into an object store, or what the store lacks of it: s3://, gs://, abfs://, file:// and others.

    Parts go there under their names and to the byte; no whole part there is overwritten, and nothing is deleted.
    Stopped, it goes on when it is run again. It needs pip install "framing[store]" and s3fs, gcsfs or adlfs, whose ways
    of signing in hold here too. What people write (audits, codings, groups) is not sent. Exit status 0: all of it is
    there, 3: the store has other scores under the same names, 1: failed.

    \b
    Example:
      framing push corpus s3://my-bucket/strike
      framing push corpus s3://my-bucket/strike --check
    """
    from framing.corpus import Corpus
    from framing.push import push as run
    from framing.remote import Store

    store = Store.open(url)
    with progress_bar("file", "Sending") as progress:
        report = run(Corpus.open(corpus).folder, store, check, progress)
    _tell_pushed(report, store)
    if report.beside:
        click.echo(f"Not sent, since these are no parts: {', '.join(report.beside)}. Copy them yourself.")
    sys.exit(SOME_REJECTED if report.differing else 0)


@click.command()
@URL
@CORPUS
def pull(url: str, corpus: Path) -> None:
    """Copy a corpus out of an object store into a folder, or what the folder lacks of it.

    Every part's checksum is looked at before the part is stored; nothing here is overwritten. Stopped, it goes on when
    it is run again. Others may push meanwhile: what the last finished push left is fetched. Exit status 0: all of it is
    here, 3: some files in the store are damaged or gone (each is named), 1: failed.

    \b
    Example:
      framing pull s3://my-bucket/strike corpus
    """
    from framing.pull import pull as run
    from framing.remote import Store

    store = Store.open(url)
    with progress_bar("file", "Fetching") as progress:
        report = run(store, corpus, progress)
    _tell_pulled(report, store)
    if report.ahead:
        click.echo(
            f"{count(report.ahead, 'file')} here are not in the store. Send them:  framing push {corpus} {store.url}"
        )
    sys.exit(SOME_REJECTED if report.damaged else 0)


def _tell_pushed(report: PushReport, store: Store) -> None:
    if report.sent:
        size, there = _size(report.bytes), f"{report.there} were there already"
        click.echo(f"Sent {count(report.sent, 'file')} ({size}) to {store.url}; {there}.")
    else:
        click.echo(f"Everything is in {store.url} already ({count(report.there, 'file')}).")
    _list("Damaged or cut short in the store, and whole now:", report.mended)
    _list(
        "Not sent, since the store has other scores under these names, as another kind of processor makes them (last "
        "digits differ); nothing was overwritten:",
        report.differing,
    )


def _tell_pulled(report: PullReport, store: Store) -> None:
    if report.fetched or report.damaged:
        size, here = _size(report.bytes), f"{report.here} were here already"
        click.echo(f"Fetched {count(report.fetched, 'file')} ({size}) from {store.url}; {here}.")
    else:
        click.echo(f"Nothing new in {store.url}; here already: {count(report.here, 'file')}.")
    _list(
        f"Damaged or gone in the store, so not taken. Mend them from a folder that has them, with  framing push CORPUS "
        f"{store.url} --check:",
        report.damaged,
    )
    _list("In the store are other scores under these names; those here stay:", report.differing)


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.1f} kB"


def _list(title: str, names: Sequence[str]) -> None:
    if names:
        more = [f"and {len(names) - _LISTED} more"] if len(names) > _LISTED else []
        click.echo("\n  ".join([title, *names[:_LISTED], *more]))


@contextmanager
def kept_in(url: str | None, path: Path) -> Iterator[Corpus]:
    """The corpus to score. With a store's address: what is in the store is fetched first, each part sent as soon as it
    is written, and the rest at the end. A store that fails stops nothing; the end says what it lacks, exit 3."""
    from framing.corpus import Corpus
    from framing.sending import Sender, begin, finish

    if url is None:
        yield Corpus.open(path)
        return
    from framing.remote import Store

    store, fetched = Store.open(url), None
    try:
        fetched = begin(path, store)
        if fetched is not None:
            _tell_pulled(fetched, store)
    except StoreError as error:
        if not path.is_dir():
            raise
        click.echo(f"{error}\nScoring goes on; what the store lacks is sent at the end.", err=True)
    corpus = Corpus.open(path)
    with Sender(corpus, store) as sender:
        yield corpus
    try:
        report = finish(corpus, store, sender.sent, bool(fetched and fetched.damaged))
    except FramingError as error:
        click.echo(f"{error}\nThe scores are in {path}; the store lacks some of them. Send them with:")
        click.echo(f"  framing push {path} {store.url}")
        sys.exit(SOME_REJECTED)
    _tell_pushed(report, store)
    if report.differing:
        sys.exit(SOME_REJECTED)
