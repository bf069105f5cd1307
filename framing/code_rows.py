"""Reads a table of people's codings and finds the sentences that its rows mean: by id, or by their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from framing.audit_sheet import parse
from framing.codes import Coding
from framing.corpus import Corpus
from framing.errors import InputError, UnreadableSource
from framing.ingest.draft import Place
from framing.ingest.table import SEPARATORS, raw_rows
from framing.ingest.text import normalise
from framing.schema import Rejection
from framing.tally import HeadInfo

_ID = re.compile(r"([0-9a-f]{6,16})[:-](\d+)(?:-\d+)?")
"""`2d91b5:3`, as commands print it; the ids of an audit's sheet have a third part."""
_YES, _NO = {"1", "1.0", "yes", "y", "true", "x"}, {"0", "0.0", "no", "n", "false", ""}
MOST_SHOWN = 4


@dataclass(frozen=True)
class CodeRows:
    """A file's codings, and the rows that could not be used."""

    codings: list[Coding] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    unlabelled: int = 0
    """Rows without a label, as of a sheet that is not finished."""


def read_codes(corpus: Corpus, head: HeadInfo, path: Path, coder: str = "") -> CodeRows:
    """The codings in a CSV or TSV file. A row names its sentence by `id` (article and number, `2d91b5:3`), by
    `article_id` and `index`, or by `text`, which `article_id`, `outlet` or `title` may narrow; its labels stand in
    `labels` (parted by `|`, `none`, `skip`), or in a column a label (1 or 0). `coder` for files without such a column.

    Raises InputError where the file cannot be read or lacks a column."""
    if path.suffix.lower() not in SEPARATORS:
        raise InputError(f"{path} is no CSV or TSV file. Save the table as CSV.")
    found, unlabelled = CodeRows(), 0
    sentences = _Sentences(corpus)
    said: dict[tuple[str, str, int, str], tuple[str, ...] | None] = {}
    try:
        for place, row in raw_rows(path, str(path), lambda columns: _check(columns, head, path, coder)):
            if isinstance(row, Rejection):
                found.rejected.append(row)
                continue
            try:
                coding = _coding(row, head, coder, sentences)
            except InputError as error:
                found.rejected.append(_reject(place, str(error)))
                continue
            if coding is None:
                unlabelled += 1
                continue
            known = said.setdefault((coding.coder, *coding.key), coding.labels)
            if known != coding.labels:
                found.rejected.append(
                    _reject(place, f"an earlier row has another label by {coding.coder} for the same sentence")
                )
            else:
                found.codings.append(coding)
    except UnreadableSource as error:
        raise InputError(f"{path}: {error}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    return CodeRows(list(dict.fromkeys(found.codings)), found.rejected, unlabelled)


def _reject(place: Place, reason: str) -> Rejection:
    return place.reject(reason.rstrip("."))


def _check(columns: list[str], head: HeadInfo, path: Path, coder: str) -> None:
    names = {column.strip().casefold() for column in columns}
    wide = [label for label in head.labels if label in names]
    if not names & {"labels", "label"} and not wide:
        raise InputError(
            f"{path} has neither a column labels nor a column a label of {head.name} ({', '.join(head.labels)}). "
            f"It has: {', '.join(columns)}."
        )
    if not (names & {"id", "sentence_id", "text"} or {"article_id", "index"} <= names):
        raise InputError(f"{path} names no sentence. It needs a column id, or article_id and index, or text.")
    if "coder" not in names and not coder:
        raise InputError(f"{path} has no column coder. Say who coded with --coder NAME.")
    if head.level == "mention" and "actor" not in names:
        raise InputError(f"{path} has no column actor; {head.name} is about actors.")


def _coding(raw: Mapping[str, Any], head: HeadInfo, coder: str, sentences: _Sentences) -> Coding | None:
    """A row's coding; None for one without any label. Raises InputError."""
    row = {str(name).strip().casefold(): str(value or "").strip() for name, value in raw.items()}
    given = row["labels"] if "labels" in row else row.get("label", "")
    if given:
        labels = parse(given)
    else:
        marks = {label: row[label].casefold() for label in head.labels if row.get(label)}
        if not marks:
            return None
        odd = [f"{label} {mark!r}" for label, mark in marks.items() if mark not in _YES | _NO]
        if odd:
            raise InputError(f"{odd[0]} is neither 1 nor 0")
        labels = [label for label, mark in marks.items() if mark in _YES]
    who = row.get("coder") or coder
    if not who:
        raise InputError("has no coder")
    article, index = sentences.find(row)
    actor = row.get("actor", "") if head.level == "mention" else ""
    if head.level == "mention" and not actor:
        raise InputError("names no actor")
    return Coding(article, index, actor, who, _known(labels, head))


def _known(labels: list[str] | None, head: HeadInfo) -> tuple[str, ...] | None:
    """Labels in the head's order. Raises InputError for one that it has not, or for several where one is due."""
    if labels is None:
        return None
    spelled = [label.replace(" ", "_") for label in labels]
    unknown = [label for label in spelled if label not in head.labels]
    if unknown:
        raise InputError(f"{head.name} has no label {unknown[0]!r}; it has {', '.join(head.labels)}")
    if head.kind == "multiclass" and len(set(spelled)) != 1:
        raise InputError(f"{head.name} gives each sentence exactly one label; got {len(set(spelled))}")
    return tuple(label for label in head.labels if label in spelled)


class _Sentences:
    """The corpus' sentences by id and by text."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        rows = corpus.sentences(columns=["article_id", "index", "outlet", "text"])
        self.places = set(zip(rows["article_id"], rows["index"], strict=True))
        self.rows = rows
        self._by_text: dict[str, list[tuple[str, int, str]]] | None = None
        self._titles: dict[str, str] | None = None

    def find(self, row: Mapping[str, str]) -> tuple[str, int]:
        """The one sentence that a row means. Raises InputError where it is none, or several."""
        identity = row.get("id") or row.get("sentence_id")
        if identity:
            parts = _ID.fullmatch(identity.lower())
            if parts is None:
                raise InputError(f"{identity!r} is no id of a sentence; write it as 2d91b5:3, article and number")
            return self._at(parts[1], parts[2])
        if row.get("article_id") and row.get("index"):
            return self._at(row["article_id"].lower(), row["index"])
        if not row.get("text"):
            raise InputError("names no sentence")
        found = self._of_text(row)
        if not found:
            raise InputError(f"no sentence of the corpus reads {_short(row['text'])}")
        if len(found) > 1:
            ids = ", ".join(f"{article[:8]}:{index}" for article, index, _ in found[:MOST_SHOWN])
            more = "" if len(found) <= MOST_SHOWN else f" and {len(found) - MOST_SHOWN} more"
            raise InputError(f"{len(found)} sentences read {_short(row['text'])}: {ids}{more}; give the id")
        return found[0][0], found[0][1]

    def _at(self, article: str, number: str) -> tuple[str, int]:
        if not number.isdecimal():
            raise InputError(f"{number!r} is no number of a sentence")
        place = (self.corpus.find_article(article) if len(article) < 16 else article, int(number))
        if place not in self.places:
            raise InputError(f"no sentence of the corpus has the id {article}:{number}")
        return place

    def _of_text(self, row: Mapping[str, str]) -> list[tuple[str, int, str]]:
        if self._by_text is None:
            self._by_text = {}
            for article, index, outlet, text in self.rows.itertuples(index=False):
                self._by_text.setdefault(_plain(text), []).append((article, int(index), outlet))
        found = self._by_text.get(_plain(row["text"]), [])
        narrower: dict[str, Callable[[tuple[str, int, str]], bool]] = {
            "article_id": lambda place: place[0].startswith(row["article_id"].lower()),
            "outlet": lambda place: place[2].casefold() == row["outlet"].casefold(),
            "title": lambda place: _plain(self._title(place[0])) == _plain(row["title"]),
        }
        for name, fits in narrower.items():
            if row.get(name):
                found = [place for place in found if fits(place)]
        return found

    def _title(self, article: str) -> str:
        if self._titles is None:
            rows = self.corpus.articles(columns=["article_id", "title"])
            self._titles = dict(zip(rows["article_id"], rows["title"], strict=True))
        return str(self._titles.get(article, ""))


def _plain(text: str) -> str:
    """A text whose spaces and typographic marks do not count; a spreadsheet's apostrophe before = + - @ neither."""
    marks = str.maketrans("“”„‘’–—", '"""\'\'--')
    plain = " ".join(normalise(text).translate(marks).split())
    return plain[1:] if re.match(r"'[=+\-@]", plain) else plain


def _short(text: str) -> str:
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"
