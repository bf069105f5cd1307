"""The command `audit`: labels of one's own for some sentences of a corpus, and what they say of a classifier."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import CORPUS, PATH, SOME_REJECTED
from framing.console import tell_rejected
from framing.errors import CorpusError, InputError
from framing.plain import count
from framing.spreadsheet import csv_text, json_text

if TYPE_CHECKING:
    from framing.audit import Audit, Item
    from framing.audit_rows import Source

Form = click.Choice(["table", "csv", "json"])


@click.command()
@CORPUS
@click.option("--head", required=True, metavar="NAME", help="The classifier, such as frames_generic or sentiment.")
@click.option("--event", metavar="ID|NAME", help="Only sentences of this event; of the whole corpus if left out.")
@click.option("--sentences", "n", type=click.IntRange(20, 100), default=50, show_default=True, help="How many.")
@click.option("--seed", type=int, help="Which sentences are drawn: a sample number; the next one if left out.")
@click.option("--export", "out", type=PATH, help="Write the sentences to this CSV file, to be labelled elsewhere.")
@click.option("--import", "filled", type=PATH, help="Take the labels from this CSV file.")
@click.option("--report", is_flag=True, help="Only tell what the labels say so far.")
@click.option("--new", is_flag=True, help="Draw anew, as when articles came in; the old audit is kept beside it.")
@click.option("--format", "form", type=Form, default="table", help="Form of the report.")
def audit(corpus: Path, head: str, event: str | None, n: int, seed: int | None, **more: Any) -> None:
    """Label some sentences yourself, and see how right a classifier is on this corpus.

    The sentences are drawn from every outlet, whatever the classifier says of them and however sure it is; neither
    outlet nor answer is shown. Answers are stored one by one: quit when you like, go on later. What you label measures
    the classifier here (accuracy with an interval, precision and recall), and corrects `framing compare` from ten
    labelled sentences an outlet on. Labels stay good when the classifier changes.

    \b
    Example:
      framing audit corpus --head frames_generic --event "Port strike"
      framing audit corpus --head sentiment --export sheet.csv
      framing audit corpus --head sentiment --import sheet.csv
    """
    from framing.audit_rows import Source
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    source = Source.of(opened, head, opened.find_event(event) if event else "")
    out, filled, only_tell = more["out"], more["filled"], more["report"]
    found = source.audit(seed, more["new"], create=not (only_tell or filled))
    if out:
        _export(found, source, n, out)
        return
    bad = 0
    if filled:
        found, bad = _import(source, filled)
    elif not only_tell:
        found = _ask(source, found, n)
    _tell(found, source, more["form"])
    if bad:
        sys.exit(bad)


def _export(audit: Audit, source: Source, n: int, out: Path) -> None:
    from framing.audit_sheet import sheet

    try:
        out.write_text(sheet(audit, source.texts(audit.places), n), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}.") from error
    click.echo(f"{out}: {count(min(n, len(audit.items)), 'sentence')}. Fill in the column labels: {_how(audit)}")


def _import(source: Source, filled: Path) -> tuple[Audit, int]:
    """The audit with the sheet's labels, stored, and the exit status that its faults ask for."""
    from framing.audit_sheet import read_sheet
    from framing.schema import Rejection

    taken, rejected = 0, list[Rejection]()

    def fill(found: Audit) -> Audit:
        nonlocal taken, rejected
        changed, taken, rejected = read_sheet(found, filled)
        return changed

    audit = _change(source, fill)
    click.echo(f"{filled}: labels of {count(taken, 'sentence')} stored.")
    tell_rejected(rejected)
    return audit, (SOME_REJECTED if taken else 1) if rejected else 0


def _change(source: Source, act: Callable[[Audit], Audit]) -> Audit:
    """The stored audit as `act` changes it, with what others stored meanwhile, as on the page *Check a model*."""
    from framing.audit import change

    return change(source.corpus, source.head.name, source.event_id, act)


def _how(audit: Audit) -> str:
    several = " (several parted by |, or none)" if audit.kind == "multilabel" else ""
    return f"{', '.join(audit.labels)}{several}; skip where it cannot be said; leave the others empty."


def _ask(source: Source, audit: Audit, n: int) -> Audit:
    """Asks for the open items, storing each answer; ends with the items or the person's patience. Raises CorpusError
    where the last answer could not be stored."""
    from framing.audit import following, pass_by

    texts = source.texts(audit.places)
    mine = [audit.items[place] for place in audit.asked]  # what u takes back: never what others answer meanwhile
    refused: CorpusError | None = None
    _explain(audit, source)
    while (place := following(audit, n)) is not None:
        item = audit.items[place]
        text = texts.get((item.article_id, item.index))
        if text is None:  # its article was edited or removed
            audit = _change(source, partial(pass_by, place=place, item=item))
            continue
        said = _prompt(f"{len(audit.given) + 1} of {min(n, len(audit.items))}", text, item)
        if said == "q":
            break
        if said == "?":
            _explain(audit, source)
            continue
        try:
            changed, refused = _answered(source, audit, place, said, mine), None
        except CorpusError as error:  # another writer, perhaps for a moment only: the same is asked again
            click.echo(f"This was not stored. {error}")
            refused = error
            continue
        if changed.places != audit.places:
            texts = source.texts(changed.places)
        audit = changed
    click.echo("")
    if refused:
        raise refused
    return audit


def _prompt(number: str, text: str, item: Item) -> str:
    about = f"\n  About: {item.actor}" if item.actor else ""
    click.echo(f"\n{number}\n  {text}{about}")
    try:
        said: str = click.prompt("Labels", prompt_suffix="> ")
    except click.Abort:  # end of input, or Ctrl-C: as q
        return "q"
    return said.strip().lower()


def _answered(source: Source, audit: Audit, place: int, said: str, mine: list[Item]) -> Audit:
    """The stored audit with this answer, or without the last of `mine` for u; as it stands where that was refused."""
    from framing.audit import answer, load

    item = audit.items[place]
    try:
        if said == "u":
            return _taken_back(source, mine)
        labels = None if said == "s" else _labels(audit, said.replace(",", " ").split())
        changed = _change(source, partial(answer, place=place, item=item, labels=labels))
    except InputError as error:
        click.echo(str(error))
        if (found := load(source.corpus, audit.head, audit.event_id)) is None:
            raise
        return found
    mine.append(item)
    return changed


def _taken_back(source: Source, mine: list[Item]) -> Audit:
    from framing.audit import undo

    if not mine:
        raise InputError("There is no answer to take back.")
    try:
        changed = _change(source, partial(undo, of=mine[-1]))
    except InputError:  # it was taken back elsewhere, or belongs to a sample set aside: u reaches the one before
        mine.pop()
        raise
    mine.pop()
    return changed


def _explain(audit: Audit, source: Source) -> None:
    several = "numbers of all that apply, 0 for none" if audit.kind == "multilabel" else "number of one"
    for number, label in enumerate(audit.labels, 1):
        click.echo(f"  {number:2}  {source.name(label)}: {source.definition(label)}".rstrip(": "))
    click.echo(f"Answer with the {several}; s skip, u take the last answer back, ? this list, q quit.")


def _labels(audit: Audit, words: Iterable[str]) -> list[str]:
    """Labels given by number or name. Raises InputError."""
    found = []
    for word in words:
        if word.isdecimal() and 0 < int(word) <= len(audit.labels):
            found.append(audit.labels[int(word) - 1])
        elif word in audit.labels:
            found.append(word)
        elif not (word == "0" and audit.kind == "multilabel"):
            raise InputError(f"{word!r} is no answer here. Give numbers from 1 to {len(audit.labels)}, s, u, ? or q.")
    return found


def _tell(audit: Audit, source: Source, form: str) -> None:
    from framing.audit_figures import accuracy, by_outlet, words

    if not audit.counting:
        click.echo(f"Nothing is labelled for {audit.head} yet.")
        return
    figures = accuracy(audit, source.counted)
    if form == "csv":
        click.echo(csv_text(figures), nl=False)
    elif form == "json":
        click.echo(json_text(figures), nl=False)
    else:
        for line in words(audit, figures, by_outlet(audit, source.counted)):
            click.echo(line)
