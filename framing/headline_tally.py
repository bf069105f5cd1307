"""Headlines against the texts under them in a whole corpus, in memory that does not grow with it: sentences are read a
few parts at a time, the rows of articles lie in files, and one outlet's numbers of one label are in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from framing.actor_merge import event_names
from framing.cells import cells, pairs
from framing.compare import infos_of, outdated
from framing.copies import corpus_note
from framing.corpus import BATCH, Corpus
from framing.errors import InputError
from framing.headline_words import ACTORS
from framing.headlines import (
    AVERAGED,
    MIN_NAMING,
    Headlines,
    Key,
    article_rows,
    bare,
    headlines,
    notes_of,
    outlet_findings,
    outlet_row,
    outlet_table,
    weak_labels,
    with_findings,
)
from framing.heads import HeadBase
from framing.labels import BALANCE
from framing.query import Engine, Source
from framing.schema import View
from framing.scratch import Table, unusable
from framing.tally import VOICE, HeadInfo, informative
from framing.uncertainty import Floats

PARTS_AT_ONCE = 2
"""Parts (of 512 articles) read together."""
_PLACE = ["article_id", "outlet", "event_id"]
_NAMED = [*_PLACE, "index", "canonical", "type"]
_NAMES = pa.schema([(name, pa.string()) for name in ("event", "canonical", "type", "actor")])
_ARTICLES = pa.schema(
    [*((name, pa.string()) for name in _PLACE), ("day", pa.date32()), ("names", pa.bool_()), ("text", pa.string())]
)
_ROWS = pa.schema([
    *((name, pa.string()) for name in (*_PLACE, "head", "label")), ("index", pa.int64()), ("block", pa.int32()),
    ("place", pa.int64()), *((name, pa.float64()) for name in ("headline", "hits", "n_sentences", "minus")),
    *((name, pa.float64()) for name in ("probability", "body", "difference")),
])  # fmt: skip
_SORTED = _ROWS.append(pa.field("position", pa.int64()))
# As one frame of everything has them: label by label, articles by outlet and day; then actors, event by event, the
# events as they are first named.
_SORT = """
    with ranked as (select *, row_number() over (order by outlet, day, article_id) as nth from articles),
    named as (select event_id, min(nth) as first from ranked where names group by event_id)
    select r.*, row_number() over (order by r.block, n.first, a.nth, r.place) as position from rows r
    join ranked a using (article_id)
    left join named n on r.head = 'actors' and n.event_id is not distinct from r.event_id order by position"""
_BY_OUTLET = "select * from sorted order by outlet, block, label, position"
_BY_ARTICLE = """
    select s.*, a.text from (select *, min(position) over (partition by article_id) as first from sorted) s
    join articles a using (article_id) order by first, position"""
_BY_PLACE = 'select * from sorted order by outlet, article_id, "index", head, label'
_N_OF = "select outlet, count(distinct article_id) as n from sorted group by outlet"


@dataclass(frozen=True)
class HeadlineTally:
    """As `Headlines`, of a whole corpus; the rows of articles are read from files in `folder`."""

    outlets: pd.DataFrame
    view: View
    weak: frozenset[tuple[str, str]]
    tested: set[tuple[str, str]]
    folder: Path
    corpus: Corpus = field(repr=False)
    n_of: Mapping[str, int]
    n_bare: int
    scored: bool

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know; looking for copies reads the whole text."""
        texts = self.corpus.in_order("sentences", ["article_id", "index", "outlet", "text"], "day")
        copied = corpus_note(texts)
        return (*notes_of(self.outlets, self.n_of, self.n_bare, self.scored), *([copied] if copied else []))

    def findings(self) -> list[str]:
        """See `Headlines.findings`."""
        return outlet_findings(self.outlets)

    def in_order(self) -> Iterator[pd.DataFrame]:
        """`Headlines.articles`, in frames, one at least."""
        with pq.ParquetFile(self.folder / "sorted.parquet") as file:
            for batch in file.iter_batches(BATCH):
                yield self._told(pa.Table.from_batches([batch]))
            if not file.metadata.num_rows:
                yield self._told(_SORTED.empty_table())

    def by_place(self) -> Iterator[pd.DataFrame]:
        """The same rows by outlet, article, head and label, as studies have them."""
        for rows in _query(self.folder, _BY_PLACE) if self.n_of else [_SORTED.empty_table()]:
            yield self._told(rows)

    def by_article(self) -> Iterator[tuple[str, str, str, list[str]]]:
        """See `Headlines.by_article`."""

        def each() -> Iterator[tuple[str, str, str, str]]:
            for rows in _query(self.folder, _BY_ARTICLE):
                titles = pd.Series(rows["text"].to_pylist(), dtype=object)
                yield from pairs(self._told(rows).assign(text=titles), "article_id", "outlet", "text", "finding")

        for (article, outlet, title), part in groupby(each(), lambda row: row[:3]):
            yield article, outlet, title, [row[3] for row in part if row[3]]

    def _told(self, rows: pa.Table) -> pd.DataFrame:
        return with_findings(rows.to_pandas(), self.tested, self.view)


def of_corpus(corpus: Corpus, heads: Mapping[str, HeadBase], folder: Path, view: View = "both") -> HeadlineTally:
    """Headlines against bodies in all events together, and in articles of none; `folder` takes the files, some
    1.3 kB an article (docs/scaling.md). Raises InputError where there is no article, and where the folder is full or
    cannot be written."""
    infos = _counting(corpus, heads)
    _write_names(corpus, folder)
    scored, n_bare = _write_rows(corpus, infos, view, folder)
    tested = informative(scored)
    _write(folder / "sorted.parquet", _SORTED, _query(folder, _SORT))
    rows = [(position, outlet_row(key, numbers, tested)) for key, numbers, position in _by_outlet(folder)]
    outlets = outlet_table([row for _, row in sorted(rows, key=lambda one: one[0])], view)
    n_of = {row["outlet"]: row["n"] for table in _query(folder, _N_OF) for row in table.to_pylist()}
    return HeadlineTally(outlets, view, weak_labels(scored), tested, folder, corpus, n_of, n_bare, scored=bool(scored))


def of_article(corpus: Corpus, heads: Mapping[str, HeadBase], article_id: str, view: View = "both") -> Headlines:
    """One article's headline against its body, by its full id; actors bear the names of the article's event."""
    sentences, mentions = corpus.sentences(article_id=article_id), corpus.mentions(article_id=article_id)
    event = sentences["event_id"].iloc[0] if len(sentences) else None
    known = corpus.mentions(event, ["canonical", "type"]) if isinstance(event, str) else mentions
    names = event_names(pairs(known, "canonical", "type"))
    mentions = mentions.assign(actor=[names[row] for row in pairs(mentions, "canonical", "type")])
    return headlines(sentences, mentions, _counting(corpus, heads), view)


def _counting(corpus: Corpus, heads: Mapping[str, HeadBase]) -> list[HeadInfo]:
    """The heads of which the corpus holds the scores of this version."""
    stale = {head.name for head in outdated(corpus, list(heads.values()))}
    return [head for head in infos_of(list(heads.values())) if head.name not in stale]


def _event_or_self(rows: pd.DataFrame) -> list[str]:
    """Over which articles an actor's name holds: those of the event; an article in no event is one by itself."""
    return list(rows["event_id"].fillna(rows["article_id"]))


def _write_names(corpus: Corpus, folder: Path) -> None:
    """The actors whose name over an event is another than in its article."""

    def each() -> Iterator[tuple[str, str, str]]:
        for rows in corpus.in_order("mentions", ["article_id", "event_id", "canonical", "type"], "event"):
            yield from zip(_event_or_self(rows), *(cells(rows[name]) for name in ("canonical", "type")), strict=True)

    def frames() -> Iterator[pa.Table]:
        kept: list[tuple[str, str, str, str]] = []
        for event, rows in groupby(each(), lambda row: row[0]):
            named = event_names((canonical, kind) for _, canonical, kind in rows)
            kept += [(event, *one, actor) for one, actor in named.items() if actor != one[0]]
            if len(kept) >= BATCH:
                yield _table(kept, _NAMES)
                kept = []
        yield _table(kept, _NAMES)

    _write(folder / "names.parquet", _NAMES, frames())


def _write_rows(corpus: Corpus, infos: list[HeadInfo], view: View, folder: Path) -> tuple[list[HeadInfo], int]:
    """Rows of all articles as they are read; the heads that scored any, and how many articles have no headline."""
    there = set(corpus.columns("sentences"))
    voice = [head for head in infos if head.name == VOICE.name]
    others = [head for head in infos if head.level == "sentence" and head not in voice and set(head.columns) <= there]
    columns = [column for head in others for column in head.columns]
    labels = [(head.name, label) for head in (*voice, *others) for label in (*head.labels, BALANCE)]
    blocks = {pair: n for n, pair in enumerate(labels)}
    scored: dict[str, HeadInfo] = {}
    n_bare = read = n_articles = 0
    with (
        Table(folder / "articles.parquet", _ARTICLES) as articles,
        Table(folder / "rows.parquet", _ROWS) as rows,
    ):
        wanted = [*_PLACE, "published", "index", "text", "voice", *columns]
        for sentences, named in corpus.batches(PARTS_AT_ONCE, wanted, _NAMED):
            mentions = named.assign(actor=_actors(named, folder))
            found, table = article_rows(sentences, mentions, [*voice, *others], view)
            scored |= {head.name: head for head in found}
            n_bare += bare(sentences)
            table = table.assign(
                block=[blocks.get(pair, len(blocks)) for pair in pairs(table, "head", "label")],
                place=range(read, read + len(table)),
            )
            read += len(table)
            rows.write(_as(table, _ROWS))
            articles.write(_as(_of_articles(sentences, mentions), _ARTICLES))
            n_articles += sentences["article_id"].nunique()
    if not n_articles:
        raise InputError("There is no article here whose headline could be compared. Add some with:  framing ingest")
    return list(scored.values()), n_bare


def _of_articles(sentences: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """One row an article: its place and day, whether it names anybody, its headline."""
    each = sentences.drop_duplicates("article_id").rename(columns={"published": "day"})
    heads = sentences[sentences["index"] == 0].set_index("article_id")["text"]
    return each.assign(names=each["article_id"].isin(mentions["article_id"]), text=each["article_id"].map(heads))


def _actors(mentions: pd.DataFrame, folder: Path) -> list[str]:
    """Each mention's actor, by what `_write_names` wrote."""
    keys = mentions[["canonical", "type"]].assign(event=_event_or_self(mentions))
    wanted = pa.Table.from_pandas(keys.drop_duplicates(), preserve_index=False)
    names = {"names": Source(_NAMES, [folder / "names.parquet"])}
    sql = "select n.* from names n join wanted w using (event, canonical, type)"
    with _readable(folder):
        found = Engine().run(sql, (), names, {"wanted": wanted})
    renamed = {(row["event"], row["canonical"], row["type"]): row["actor"] for row in found.to_pylist()}
    return [renamed.get(row, row[1]) for row in pairs(keys, "event", "canonical", "type")]


def _by_outlet(folder: Path) -> Iterator[tuple[Key, Mapping[str, Floats], int]]:
    """The numbers of each outlet and label, and where their first row stands; actors that few articles name left
    out."""
    names = ["outlet", "head", "label", "position", *AVERAGED]
    for key, part in groupby(_runs(_query(folder, _BY_OUTLET), names), lambda run: run[0]):
        runs = [numbers for _, numbers in part]
        numbers = {name: np.concatenate([run[name] for run in runs]) for name in ("position", *AVERAGED)}
        if key[1] != ACTORS or len(numbers["position"]) >= MIN_NAMING:
            yield key, numbers, int(numbers["position"][0])


def _runs(tables: Iterable[pa.Table], names: list[str]) -> Iterator[tuple[Key, dict[str, Floats]]]:
    """Stretches of rows of one outlet and label, cut where tables end."""
    for table in tables:
        keys = list(zip(*(table[name].to_pylist() for name in names[:3]), strict=True))
        numbers = {name: table[name].to_numpy() for name in names[3:]}
        start = 0
        for key, part in groupby(keys):
            end = start + sum(1 for _ in part)
            yield key, {name: column[start:end] for name, column in numbers.items()}
            start = end


def _query(folder: Path, sql: str) -> Iterator[pa.Table]:
    """A query over the files of a folder."""
    files = {"rows": _ROWS, "articles": _ARTICLES, "sorted": _SORTED}
    sources = {name: Source(schema, [folder / f"{name}.parquet"]) for name, schema in files.items()}
    with _readable(folder):
        yield from Engine().stream(sql, sources, {}, BATCH)


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """What DuckDB says of the files of a folder, as an InputError."""
    try:
        yield
    except duckdb.Error as error:
        raise unusable(folder, str(error)) from error


def _write(file: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    with Table(file, schema) as writer:
        for table in tables:
            writer.write(table)


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table([pa.array(list(column), kind.type) for column, kind in zip(columns, schema, strict=True)], schema)


def _as(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pandas(frame[schema.names], schema, preserve_index=False)
