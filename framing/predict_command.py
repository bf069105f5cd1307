"""`framing predict`: plain sentences in, one head's probabilities out, one line each, as JSON lines or CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from framing.command_options import MODELS, SOME_REJECTED, path_option
from framing.console import progress_bar
from framing.errors import InputError, UnreadableSource
from framing.plain import count
from framing.spreadsheet import harmless

if TYPE_CHECKING:
    from framing.predict import Prediction, Predictor
    from framing.predict_rows import Form

    Write = Callable[[Sequence[Prediction]], None]


@click.command()
@click.argument("file")
@click.option("--head", "name", metavar="NAME", required=True, help="The head: frames_generic, stance, voice, …")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="Form of the output.")
@path_option("--output", "File to write; standard output where left out.")
@click.option(
    "--from",
    "given",
    type=click.Choice(["jsonl", "csv", "tsv", "text"]),
    help="Form of the input, where its name does not tell.",
)
@MODELS
@path_option("--heads", "Your own heads; the folder `heads` here if left out.")
def predict(
    file: str, name: str, form: str, output: Path | None, given: Form | None, models: Path | None, heads: Path | None
) -> None:
    """Give one head's probabilities for plain sentences, without a corpus.

    FILE (- is standard input, as JSON lines or one sentence a line) is .jsonl, .csv, .tsv or .txt, in UTF-8. Fields are
    text, id (the line's number where left out) and, for stance, target or its place as start and end in code points;
    other fields are passed over. One line in gives one line out, in order. A line that cannot be scored gives its error
    in its place. Known outlets' names are masked as in scoring; a sentence is judged by itself, and of a text longer
    than the encoder reads its beginning. Exit status: 0 all were scored, 3 some were not, 1 nothing could be read.

    \b
    Example:
      framing predict sentences.jsonl --head sentiment
      framing predict sentences.csv --head stance --format csv --output stance.csv
      echo "The minister lied, said Ines Halvorsen." | framing predict - --head voice
    """
    from framing.predict import Predictor
    from framing.predict import predict as run
    from framing.predict_rows import form_of, read_rows
    from framing.registry import own_heads_folder

    predictor = Predictor.load(name, models, heads or own_heads_folder())
    with _opened(file) as raw:
        chunks = run(read_rows(raw, given or form_of(file, raw), predictor.reads_targets), predictor)
        try:
            first = next(chunks, [])  # before the output is opened: what fails as a whole overwrites nothing
        except UnreadableSource as error:
            raise InputError(f"{'Standard input' if file == '-' else file} {error}.") from error
        with _written(output, file) as out:
            write = (_csv_lines if form == "csv" else _json_lines)(predictor, out)
            counts = _write_all(chain([first], chunks), write, out, raw)
    if counts.truncated:
        long = f"{count(counts.truncated, 'text')} longer than {predictor.reach} tokens"
        rest = ", and the words around a target further back" if predictor.reads_targets else ""
        click.echo(f"{long}: only the beginning was read{rest}.", err=True)
    if counts.failed:
        of = f"{counts.failed:,} of {count(counts.rows, 'row')}"
        click.echo(f"{of} could not be scored; each tells why in its place.", err=True)
        sys.exit(SOME_REJECTED)


@dataclass
class _Counts:
    rows: int = 0
    failed: int = 0
    truncated: int = 0


def _write_all(chunks: Iterable[list[Prediction]], write: Write, out: BinaryIO, raw: io.BufferedReader) -> _Counts:
    """Writes the predictions, a chunk at a time, with a progress bar unless they scroll by on the terminal."""
    counts = _Counts()
    with nullcontext(lambda done, total: None) if out.isatty() else progress_bar("sentence") as progress:
        for chunk in chunks:
            write(chunk)
            out.flush()
            counts.rows += len(chunk)
            counts.failed += sum(p.error is not None for p in chunk)
            counts.truncated += sum(p.truncated for p in chunk)
            progress(counts.rows, _estimate(counts.rows, raw))
    return counts


def _estimate(done: int, raw: io.BufferedReader) -> int | None:
    """Rows in all, by the share of the file that has been read; None for what has no size."""
    try:
        return round(done * os.fstat(raw.fileno()).st_size / raw.tell()) or None
    except (OSError, ZeroDivisionError):  # a pipe, or nothing read
        return None


def _json_lines(predictor: Predictor, out: BinaryIO) -> Write:
    def write(predictions: Sequence[Prediction]) -> None:
        for p in predictions:
            line: dict[str, object] = {"id": p.id, "head": predictor.name}
            if p.error is not None:
                line["error"] = p.error
            else:
                line |= {"labels": list(p.chosen)} if predictor.kind == "multilabel" else {"label": p.chosen[0]}
                line["probabilities"] = p.probabilities
            # Half a surrogate pair in an id is written as the JSON escape that it was.
            out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")

    return write


def _csv_lines(predictor: Predictor, out: BinaryIO) -> Write:
    """Columns `id, head, label` (or `labels`, parted by semicolons), `<head>.<label>` as in a corpus, and `error`."""

    def put(rows: Sequence[Sequence[object]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
        out.write(text.getvalue().encode("utf-8", "backslashreplace"))

    def write(predictions: Sequence[Prediction]) -> None:
        put([
            [p.id, predictor.name, ";".join(p.chosen), *(p.probabilities.get(x) for x in predictor.labels), p.error]
            for p in predictions
        ])  # fmt: skip

    columns = [f"{predictor.name}.{label}" for label in predictor.labels]
    put([["id", "head", "labels" if predictor.kind == "multilabel" else "label", *columns, "error"]])
    return write


@contextmanager
def _opened(file: str) -> Iterator[io.BufferedReader]:
    """The input, as bytes. Raises InputError where it cannot be opened."""
    if file == "-":
        stream = sys.stdin.buffer
        yield stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[arg-type]
        return
    try:
        raw = Path(file).open("rb")  # noqa: SIM115  (what fails later is not about this file)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from error
    with raw:
        yield raw


@contextmanager
def _written(output: Path | None, file: str) -> Iterator[BinaryIO]:
    """Where the lines go, as bytes. Raises InputError where that is the input itself or cannot be written."""
    if output is None:
        yield sys.stdout.buffer
        return
    if file != "-" and output.exists() and output.samefile(file):
        raise InputError(f"{output} is the input itself. Choose another file for --output.")
    try:
        with output.open("wb") as out:
            yield out
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}.") from error
