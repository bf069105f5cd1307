"""Commands about the corpus itself: what is there, what is missing, what was rejected, whether all of it is whole."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import CORPUS, FORMAT, MODELS, OWN_HEADS
from framing.console import progress_bar
from framing.errors import ModelError
from framing.plain import count

if TYPE_CHECKING:
    import pandas as pd

    from framing.score import Scorer


@click.command()
@CORPUS
@FORMAT
@MODELS
@OWN_HEADS
def status(corpus: Path, form: str, models: Path | None, own: Path | None) -> None:
    """Tell what the corpus holds, what of it is scored by which version of each head, and what is missing.

    CSV and JSON have a row for each head and version: whether queries read it, whether it is installed here, and how
    many parts it has scored and has not.

    \b
    Example:
      framing status corpus
      framing status corpus --format csv
    """
    from framing.corpus import Corpus
    from framing.holdings import holdings, to_do
    from framing.score import targets_of

    opened = Corpus.open(corpus)
    installed, fault = {}, ""
    try:
        installed = {target.name: target.version for target in targets_of(_scorer(corpus, models, own))}
    except ModelError as error:
        fault = str(error)
    rows = holdings(opened, installed)
    if form != "table":
        _print(rows, form)
        return
    found = opened.status()
    click.echo(
        f"{count(found.articles, 'article')} of {count(found.outlets, 'outlet')} in {count(found.events, 'event')} "
        f"({found.without_event} in none), {found.hidden} edited away or removed"
    )
    click.echo(f"{count(found.sentences, 'sentence')} in {count(found.parts, 'part')}, {found.bytes / 1e6:.1f} MB")
    if found.rejected:
        click.echo(f"{count(found.rejected, 'text')} could not be taken; list them with:  framing rejected {corpus}")
    for row in rows[rows["parts"] > 0].to_dict("records"):
        use = "" if row["read"] else ", not read: another version is" if row["name"] in found.scored else ", not read"
        click.echo(f"  {row['name']:16} {row['version']:20} {row['parts']} of {count(found.parts, 'part')} scored{use}")
    if fault:
        click.echo(f"What is missing cannot be told: {fault}")
    elif found.articles:
        _tell_missing(to_do(rows), bool(found.scored), corpus)


def _tell_missing(missing: list[str], scored: bool, corpus: Path) -> None:
    if not scored:
        click.echo(f"Nothing is scored yet. Run:  framing score {corpus}")
    elif missing:
        click.echo("\n".join(missing) + f"\nScore what is missing with:  framing score {corpus}")
    else:
        click.echo("Nothing is missing.")


@click.command()
@CORPUS
@FORMAT
def rejected(corpus: Path, form: str) -> None:
    """List what could not be taken when it was last read: source, place in it, reason.

    Each place is listed once, however often it was read. It leaves the list when its source is read again and the
    fault is gone.

    \b
    Example:
      framing rejected corpus
      framing rejected corpus --format csv > rejected.csv
    """
    from framing.corpus import Corpus

    found = Corpus.open(corpus).rejected()
    if form != "table":
        _print(found, form)
        return
    for row in found.to_dict("records"):
        click.echo(", ".join(part for part in (row["source"], row["position"]) if part) + f": {row['reason']}")
    click.echo(f"{count(len(found), 'text')} could not be taken." if len(found) else "Nothing was rejected.")


@click.command()
@CORPUS
@FORMAT
@MODELS
@OWN_HEADS
def check(corpus: Path, form: str, models: Path | None, own: Path | None) -> None:
    """Read the whole corpus and tell what is wrong with it, part by part, and what to do. Writes nothing.

    Compares every file with its checksum, every sentence with its article, every score with its sentence, the counts,
    and the versions with the installed heads. Exit status 0: nothing is wrong with what is stored (there may be things
    to know, such as parts not scored yet), 1: there are faults.

    \b
    Example:
      framing check corpus
      framing check corpus --format json
    """
    from framing.checking import check as run
    from framing.corpus import Corpus
    from framing.score import targets_of

    try:
        installed = {target.name: target.version for target in targets_of(_scorer(corpus, models, own))}
    except ModelError as error:
        click.echo(f"Versions are not compared: {error}", err=True)
        installed = None
    report = run(Corpus.existing(corpus), installed)
    if form != "table":
        _print(report.table(), form)
    else:
        for item in report.findings:
            click.echo(
                f"{'FAULT' if item.fault else 'note '}  {item.file or 'corpus'}: {item.what}.\n       → {item.remedy}"
            )
        files = f"{count(report.files, 'file')} of {count(report.parts, 'part')}, {report.bytes / 1e6:.1f} MB"
        wrong = count(len(report.faults), "fault") if report.faults else "no fault"
        click.echo(f"Checked {files}: {wrong}.")
    sys.exit(1 if report.faults else 0)


@click.command()
@CORPUS
@click.option("--sample", type=click.IntRange(min=1), default=200, show_default=True, help="About so many sentences.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws other articles.")
@FORMAT
@MODELS
@OWN_HEADS
def verify(corpus: Path, sample: int, seed: int, form: str, **more: Any) -> None:
    """Score a sample again and compare with what is stored: whole articles, with their voices, actors and every head.

    Exit status 0: every number agrees to 0.001 and every decision is the same, 1: something differs. Heads scored by
    another version than the installed one are named and not compared. CSV has a row for each difference.

    \b
    Example:
      framing verify corpus
      framing verify corpus --sample 1000 --seed 7
    """
    from framing.corpus import Corpus
    from framing.verifying import TOLERANCE
    from framing.verifying import verify as run

    opened = Corpus.open(corpus)
    with progress_bar("sentence") as progress:
        found = run(opened, _scorer(corpus, more["models"], more["own"]), sample, seed, progress)
    if form == "csv":
        _print(found.differences, form)
    elif form == "json":
        _print({"articles": found.articles, "sentences": found.sentences, "seed": seed, "heads": found.heads,
                "differences": found.differences}, form)  # fmt: skip
    else:
        click.echo(f"{count(found.sentences, 'sentence')} of {count(found.articles, 'article')} (seed {seed}):")
        for row in found.heads.to_dict("records"):
            said = row["note"] or f"{row['compared']} compared, largest difference {row['largest']:.2g}"
            click.echo(f"  {row['head']:16} {said}" + (f", {row['beyond']} DIFFER" if row["beyond"] else ""))
        for row in found.differences.head(20).to_dict("records"):
            place = f"{row['article_id'][:8]}:{row['index']} {row['head']} {row['label']}"
            click.echo(f"{place}: {row['stored']} stored, {row['now']} now")
        number = len(found.differences)
        click.echo(f"{number} differ by more than {TOLERANCE}." if number else f"All agree to {TOLERANCE}.")
    sys.exit(0 if found.agrees else 1)


@click.command()
@CORPUS
def repair(corpus: Path) -> None:
    """Set damaged parts of a corpus aside and rebuild its manifest; parts of older versions get their checksums.

    \b
    Example:
      framing repair corpus
    """
    from framing.corpus import Corpus

    done = Corpus.repair(corpus)
    for line in done or ["Nothing to repair."]:
        click.echo(line[0].upper() + line[1:])
    if any(line.startswith("set aside") for line in done):
        click.echo(
            f"Run ingest and score again; they do only what is missing. What was set aside is in {corpus}/damaged."
        )


def _scorer(corpus: Path, models: Path | None, own: Path | None) -> Scorer:
    from framing.registry import own_heads_folder
    from framing.score import Scorer

    return Scorer.load(models, own or own_heads_folder(corpus))


def _print(content: pd.DataFrame | dict[str, Any], form: str) -> None:
    from framing.spreadsheet import csv_text, json_text

    click.echo(csv_text(content) if form == "csv" and not isinstance(content, dict) else json_text(content), nl=False)
