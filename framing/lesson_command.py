"""The command `lesson`: lessons for a class, as files and on paper, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing.command_options import CORPUS, FORMAT, OUTLETS, path_option
from framing.errors import InputError
from framing.plain import count

if TYPE_CHECKING:
    from framing.classroom.draw_lesson import Spec
    from framing.classroom.lesson import Choice, Lesson
    from framing.corpus import Corpus

_ONE = (
    "event",
    "head",
    "labels",
    "actor",
    "category",
    "definition",
    "answers",
    "question",
    "title",
    "seed",
    "n",
    "outlets",
)


@click.command()
@CORPUS
@click.option("--list", "only_list", is_flag=True, help="List the lessons that this corpus can hold, and those stored.")
@click.option("--ready", type=click.IntRange(1), metavar="NUMBER", help="The lesson of this number in the list.")
@click.option("--event", metavar="ID|NAME", help="The event; may be left out where there is only one.")
@click.option("--head", metavar="NAME", help="What is asked: sentiment, wording, voice, stance, frames_generic …")
@click.option("--labels", metavar="A,B", help="Two or three labels of a head of several.")
@click.option("--actor", metavar="NAME", help="For stance: toward whom; whoever a sentence names if left out.")
@click.option("--category", metavar="NAME", help="Instead of --head: a category of your own, to be answered yes or no.")
@click.option("--definition", metavar="TEXT", help="When the category fits.")
@click.option(
    "--answer", "answers", metavar="NAME=TEXT", multiple=True, help="Instead: an answer of your own (2 to 4)."
)
@click.option("--question", metavar="TEXT", help="The question in your own words.")
@click.option("--title", metavar="TEXT", help="The lesson's title.")
@click.option("--sentences", "n", type=click.IntRange(5, 30), metavar="N", help="How many, 5 to 30; 15 if left out.")
@click.option("--minutes", type=click.Choice(["20", "45"]), help="How long the lesson is; 20 if left out.")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="Which sentences are drawn; 0 if left out.")
@click.option("--graphic", is_flag=True, help="Keep sentences with graphic violence, which are left out otherwise.")
@OUTLETS
@path_option("--worksheet", "Write a worksheet to print, with its key on the last page, to this HTML file.")
@path_option("--guide", "Write the teacher's guide, one page, to this HTML file.")
@path_option("--out", "Write the lesson to this JSON file; without any file it is stored in the corpus.")
@FORMAT
def lesson(corpus: Path, only_list: bool, ready: int | None, form: str, **more: Any) -> None:
    """Make a lesson for a class: sentences of one event, their outlets hidden, and a question.

    Sentences are drawn so that outlets, the model's answers and its certainty are balanced. A worksheet and a guide can
    be printed; `framing classroom` holds the lesson on phones. Sentences with graphic violence (bodies, wounds, sexual
    violence, suicide …) are left out, as far as a list of words can tell: it misses about one in ten.

    \b
    Example:
      framing lesson corpus --list
      framing lesson corpus --ready 1 --worksheet sheet.html --guide guide.html
      framing lesson corpus --event "Port strike" --head frames_generic --labels conflict,economic --sentences 12
      framing lesson corpus --event "Port strike" --category Hero --definition "Somebody is shown as a rescuer."
    """
    from framing.classroom.draw_lesson import make_lesson
    from framing.corpus import Corpus

    opened = Corpus.open(corpus)
    if only_list:
        _list(opened, form)
        return
    if form != "table":
        raise InputError("--format is for --list. A lesson is written as JSON: name its file with --out.")
    spec = _ready(opened, ready, more) if ready else _spec(opened, more)
    _write(opened, make_lesson(opened, spec), more)


def _ready(corpus: Corpus, number: int, more: dict[str, Any]) -> Spec:
    """A lesson of the list, its time and filter changed where that is asked for. Raises InputError."""
    from dataclasses import replace

    from framing.classroom.ready import lessons_for

    given = [name for name in _ONE if more[name] not in (None, ())]
    if given:
        name = {"n": "sentences", "answers": "answer", "outlets": "outlet"}.get(given[0], given[0])
        raise InputError(f"--ready takes a lesson as it is, so leave out --{name}. Only --minutes and --graphic fit.")
    specs = lessons_for(corpus)
    if number > len(specs):
        raise InputError(f"There is no lesson {number}; the list has {len(specs)}. See it with:  --list")
    spec = specs[number - 1]
    minutes = int(more["minutes"]) if more["minutes"] else spec.minutes
    return replace(spec, minutes=minutes, mild=spec.mild and not more["graphic"])  # type: ignore[arg-type]


def _spec(corpus: Corpus, more: dict[str, Any]) -> Spec:
    """What the options ask for. Raises InputError."""
    from framing.classroom.draw_lesson import Spec
    from framing.console import only_event

    choices = _choices(more)
    if bool(more["head"]) == bool(choices):
        raise InputError(
            "Say what the class is asked: --head NAME, or --category NAME with --definition TEXT, or --answer twice or "
            "more. Lessons that are ready are listed with:  --list"
        )
    named = more["category"]
    return Spec(
        title=more["title"] or "",
        event=only_event(corpus, more["event"]),
        head=more["head"] or "",
        labels=tuple(label.strip() for label in (more["labels"] or "").split(",") if label.strip()),
        question=more["question"] or (f"Does “{named}” fit this sentence?" if named else ""),
        choices=choices,
        n=more["n"] or 15,
        minutes=45 if more["minutes"] == "45" else 20,
        seed=more["seed"] or 0,
        mild=not more["graphic"],
        actor=more["actor"] or "",
        outlets=more["outlets"],
    )


def _choices(more: dict[str, Any]) -> tuple[Choice, ...]:
    """The answers of a category of one's own; none where there is no such category. Raises InputError."""
    from framing.classroom.asking import answers, yes_or_no

    if more["category"] and more["answers"]:
        raise InputError("Give a --category, answered yes or no, or --answer twice or more; not both.")
    if more["category"]:
        if not (more["definition"] or "").strip():
            raise InputError(f'Say when “{more["category"]}” fits:  --definition "One sentence."')
        return yes_or_no(more["category"].strip(), more["definition"].strip())
    pairs = [answer.partition("=") for answer in more["answers"]]
    return answers([(name, meaning) for name, _, meaning in pairs])


def _write(corpus: Corpus, made: Lesson, more: dict[str, Any]) -> None:
    """Writes what was asked for, and says so; without any file, stores the lesson in its corpus."""
    from framing.classroom.handout import guide_page, worksheet_page
    from framing.classroom.lesson_file import save_lesson, write_lesson
    from framing.classroom.lesson_notes import parted

    paths = []
    for name, page in (("worksheet", worksheet_page), ("guide", guide_page)):
        if more[name]:
            _text(more[name], page(made))
            paths.append(more[name])
    if more["out"]:
        paths.append(write_lesson(more["out"], made))
    elif not paths:
        paths.append(save_lesson(corpus, made))
    click.echo(f"{made.title}: {count(len(made.items), 'sentence')}, {made.minutes} minutes. {made.question.text}")
    notes = parted(made.notes)
    for line in [*notes.get("Careful", []), *notes["Drawn"]]:
        click.echo(f"  {line}")
    for path in paths:
        click.echo(f"Wrote {path}")


def _text(path: Path, html: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error


def _list(corpus: Corpus, form: str) -> None:
    """Lessons that are ready, with their numbers, and those stored in the corpus."""
    import pandas as pd

    from framing.classroom.lesson_file import stored_lessons
    from framing.classroom.ready import lessons_for
    from framing.spreadsheet import csv_text, json_text

    names = corpus.event_names()
    columns = ["number", "title", "event", "head", "sentences", "minutes"]
    rows: list[tuple[int | None, str, str, str, int, int]] = [
        (i, s.title, names[s.event], s.head, s.n, s.minutes) for i, s in enumerate(lessons_for(corpus), 1)
    ]
    stored, problems = stored_lessons(corpus)
    rows += [(None, one.title, one.event, one.question.head, len(one.items), one.minutes) for one in stored]
    frame = pd.DataFrame(rows, columns=columns).astype({"number": "Int64"})
    if form == "csv":
        click.echo(csv_text(frame), nl=False)
    elif form == "json":
        click.echo(json_text(frame.astype(object).where(frame.notna(), None)), nl=False)
    else:
        for row in rows:
            click.echo(f"{row[0] or 'stored':>6}  {row[5]} min  {row[4]:2} sentences  {row[1]}")
        if not rows:
            click.echo("There is no event that two outlets covered, and a lesson compares outlets. Add articles first.")
    for problem in problems:
        click.echo(f"Cannot be used: {problem}", err=True)
