"""The commands `import-codes` and `codes`: people's labels into the corpus, and how far the coders agree."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.command_options import CORPUS, FORMAT, PATH, SOME_REJECTED
from framing.console import tell_rejected
from framing.errors import InputError
from framing.plain import count, listed
from framing.spreadsheet import csv_text, json_text

if TYPE_CHECKING:
    import pandas as pd

    from framing.codes import Coding
    from framing.corpus import Corpus
    from framing.tally import HeadInfo


@click.command(name="import-codes")
@CORPUS
@click.argument("file", metavar="CODES.csv", type=PATH)
@click.option("--head", required=True, metavar="NAME", help="The classifier whose labels they are.")
@click.option("--coder", metavar="NAME", default="", help="Who coded, where the file has no column coder.")
@click.option("--trust", metavar="CODER", default="", help="For the audit: this coder's labels, not the majority's.")
@click.option("--random", "drawn", is_flag=True, help="The sentences were drawn at random: make them the audit.")
def import_codes(corpus: Path, file: Path, head: str, coder: str, trust: str, drawn: bool) -> None:
    """Attach people's labels to sentences, coders kept apart, from a CSV or TSV file.

    A row names its sentence by id (2d91b5:3), by article_id and index, or by its text (outlet or title may narrow it);
    labels stand in the column labels (several as a|b, none, skip) or in a column each (1 or 0). Importing again changes
    nothing; a coder's new word on a sentence replaces the old one. Sentences that an audit drew get the label on which
    most coders agree; with --random all coded sentences become the audit, which then corrects comparisons. Exit status:
    0 all went in, 3 some rows were rejected, 1 none did.

    \b
    Example:
      framing import-codes corpus codes.csv --head sentiment --coder Ana
      framing import-codes corpus coded-by-text.csv --head frames_generic --random
    """
    from framing.code_rows import read_codes
    from framing.codes import load, store
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    info = _info(opened, head)
    found = read_codes(opened, info, file, coder)
    done = store(opened, head, found.codings)
    coders = sorted({coding.coder for coding in found.codings})
    who = f" by {listed(coders)}" if coders else ""
    click.echo(f"{file}: {count(len(found.codings), 'label')}{who}: {done.new} new, {done.changed} changed, "
               f"{done.same} already there.")  # fmt: skip
    if found.unlabelled:
        click.echo(f"{count(found.unlabelled, 'row')} without a label passed by.")
    _serve(opened, info, load(opened, head), trust, drawn)
    tell_rejected(found.rejected)
    if found.rejected:
        sys.exit(SOME_REJECTED if found.codings else 1)


def _serve(corpus: Corpus, info: HeadInfo, codings: list[Coding], trust: str, drawn: bool) -> None:
    """Hands the codings to the audit, and says what came of it."""
    from framing.audit_rows import Source
    from framing.code_audit import as_random, fill
    from framing.codes import consensus

    coders = {coding.coder for coding in codings}
    if trust and trust not in coders:
        raise InputError(f"There is no coder {trust!r}. There are: {', '.join(sorted(coders)) or 'none'}.")
    if corpus.versions().get(info.name) is None or info.name == "voice":
        if drawn:
            raise InputError(f"An audit needs scores of {info.name}. Run:  framing score {corpus.path}")
        return
    agreed, whole = consensus(codings, info, trust), Source.of(corpus, info.name)
    if drawn:
        made = as_random(whole, agreed)
        click.echo(f"{count(len(made.labelled), 'sentence')} are the audit of {info.name} now; see: framing audit "
                   f"{corpus.path} --head {info.name} --report")  # fmt: skip
        return
    scopes = [whole, *(Source.of(corpus, info.name, event) for event in _audited(corpus, info.name))]
    filled = sum(fill(scope, agreed) for scope in scopes)
    if filled:
        click.echo(f"{count(filled, 'sentence')} drawn by an audit of {info.name} were open and are labelled now.")


def _audited(corpus: Corpus, head: str) -> list[str]:
    """The events that have an audit of the head."""
    from framing.audit import FOLDER

    events = set(corpus.events()["event_id"])
    names = [file.name.split(".") for file in (corpus.path / FOLDER).glob(f"{head}.*.json")]
    return sorted(parts[1] for parts in names if len(parts) == 3 and parts[1] in events)


def _info(corpus: Corpus, head: str) -> HeadInfo:
    from framing.compare import heads_for
    from framing.tally import VOICE, HeadInfo

    known = {VOICE.name: VOICE, **{name: HeadInfo.of(found) for name, found in heads_for(corpus).items()}}
    if head not in known:
        raise InputError(f"There is no classifier {head!r}. There are: {', '.join(sorted(known))}.")
    return known[head]


@click.command()
@CORPUS
@click.option("--head", metavar="NAME", help="Only codings of this classifier.")
@FORMAT
def codes(corpus: Path, head: str | None, form: str) -> None:
    """Tell who coded how much, and how far the coders agree: Krippendorff's alpha for each label, with its interval.

    Alpha is 1 where coders always agree and 0 where they agree as chance would have it; the interval is over articles.

    \b
    Example:
      framing codes corpus
      framing codes corpus --head sentiment --format csv > agreement.csv
    """
    import pandas as pd

    from framing.agreement import agreement
    from framing.codes import coded_heads, load
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    there = coded_heads(opened)
    if head and head not in there:
        raise InputError(f"There are no codings of {head!r}. There are some of: {', '.join(there) or 'none'}.")
    tables = {}
    for name in [head] if head else there:
        codings = load(opened, name)
        tables[name] = agreement(codings, _info(opened, name))
        if form == "table":
            _print(name, codings, tables[name])
    if form == "table":
        if not there:
            click.echo(f"There are no codings yet. Add some with:  framing import-codes {corpus} CODES.csv --head NAME")
        return
    rows = pd.concat([table.assign(head=name) for name, table in tables.items()]) if tables else pd.DataFrame()
    click.echo(csv_text(rows) if form == "csv" else json_text(rows), nl=False)


def _print(head: str, codings: list[Coding], rows: pd.DataFrame) -> None:
    from collections import Counter

    from framing.labels import head_name, label_name

    by_coder = Counter(coding.coder for coding in codings)
    who = listed([f"{coder} ({n})" for coder, n in sorted(by_coder.items())])
    sentences = len({coding.key for coding in codings})
    click.echo(f"{head_name(head)}: {count(sentences, 'sentence')} coded, by {who}")
    twice = int(rows["n_sentences"].iloc[0])
    if not twice:
        click.echo("  No sentence was coded twice, so agreement cannot be told.")
        return
    click.echo(
        f"  {count(twice, 'sentence')} of {count(int(rows['n_articles'].iloc[0]), 'article')} coded twice or more"
    )
    for row in rows.to_dict("records"):
        spread = "" if row["low"] != row["low"] else f" ({row['low']:.2f} to {row['high']:.2f})"
        alpha = "nothing varies" if row["alpha"] != row["alpha"] else f"{row['alpha']:.2f}{spread}"
        name = "all labels" if row["label"] == "all" else label_name(head, row["label"])
        click.echo(f"  {name:26}alpha {alpha}; {100 * row['same']:.0f}% of pairs the same")
