"""The command `report`: events as self-contained HTML files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import COPIES_ONCE, CORPUS, OWN_HEADS, VIEW, path_option
from framing.console import parse_date

if TYPE_CHECKING:
    from framing.corpus import Corpus
    from framing.report import Options, Report


@click.command()
@CORPUS
@click.option("--event", "events", metavar="ID|NAME", multiple=True, help="Only this event (repeat it).")
@path_option("--out", "File for one event (- is standard output), folder for several.")
@click.option("--without-text", is_flag=True, help="Leave out sentences and headlines, for copyrighted articles.")
@VIEW
@COPIES_ONCE
@click.option(
    "--date", "made", metavar="YYYY-MM-DD", help="A day of making to print; none, so equal input, equal file."
)
@OWN_HEADS
def report(corpus: Path, events: tuple[str, ...], out: Path | None, view: str, **more: Any) -> None:
    """Write events as HTML files that open anywhere: no server, no network, no script needed.

    Findings, numbers with their sentences, texts side by side, method. One event makes one file; several, or all where
    none is named, make a folder with an index.

    \b
    Example:
      framing report corpus --event "Port strike" --out strike.html
      framing report corpus --out reports
      framing report corpus --event 84587b --without-text --view own
    """
    from framing.corpus import Corpus
    from framing.errors import InputError
    from framing.report import Options, event_report

    opened = Corpus.open(corpus)
    named = [opened.find_event(event) for event in events] or [str(key) for key in opened.events()["event_id"]]
    if not named:
        raise InputError(f"{corpus} has no event to report on. Group its articles with:  framing events {corpus}")
    made = parse_date(more["made"])
    options = Options(view, not more["without_text"], made.isoformat() if made else "", more["once"])  # type: ignore[arg-type]
    named = list(dict.fromkeys(named))
    if len(named) > 1:
        _folder(opened, named, out or Path("reports"), options, more["own"])
        return
    found = event_report(opened, named[0], options, more["own"])
    if str(out) == "-":
        sys.stdout.buffer.write(found.html.encode())
        return
    _write(out or Path(found.file_name), found.html)


def _folder(corpus: Corpus, events: list[str], out: Path, options: Options, own: Path | None) -> None:
    """A file an event and an index."""
    from framing.errors import InputError
    from framing.report import event_report, index_page

    if str(out) == "-" or out.is_file():
        raise InputError(f"{len(events)} events make several files: give a folder with --out, or one --event.")
    reports: dict[str, Report] = {}
    for event in events:
        found = event_report(corpus, event, options, own)
        reports[found.file_name] = found
        _write(out / found.file_name, found.html)
    _write(out / "index.html", index_page(reports))


def _write(path: Path, html: str) -> None:
    """Writes the file whole or not at all, and says so. Raises InputError where that cannot be done."""
    from framing.errors import InputError

    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(html, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise InputError(f"Cannot write {path}: {error.strerror or error}.") from error
    click.echo(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB).")
