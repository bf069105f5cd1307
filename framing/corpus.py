"""The corpus: a folder of articles, their sentences and scores. The only module with SQL over a corpus folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from framing import adding, edits, repair, rows, selecting
from framing.adding import AddReport
from framing.errors import CorpusError, InputError
from framing.parts import LOGS, MANIFEST, MENTIONS, SCHEMAS, VOICE, Folder, Manifest, Target
from framing.query import Engine, Source
from framing.schema import Article, Rejection, Sentence, content_id
from framing.selecting import Asked, Places

__all__ = ["AddReport", "Corpus", "Status", "event_key"]

SHORTEST_PREFIX = 6
BATCH = 65_536
"""Rows that are in memory at once where a whole table is read: some 50 MB of sentences with every column."""

_PLACE = ["article_id", "outlet", "event_id"]
_ARTICLES = [*SCHEMAS["articles"].names, "event", "event_id"]
_SENTENCES = [
    *_PLACE,
    "published",
    "index",
    "headline",
    "paragraph",
    "text",
    "start",
    "end",
    "quotes",
    VOICE,
    "speaker",
]
_MENTIONS = [*_PLACE, *SCHEMAS[MENTIONS].names[1:], VOICE]

# `removed` is a log: the latest row of an article says whether it stands. A replacement counts only once its successor
# is stored, since an edit writes its row first.
_HIDDEN = """
    select article_id, unnest(arg_max({'action': action, 'successor': successor}, seq)) from removed
    where action <> 'redated' and (action <> 'replaced' or successor in (select article_id from articles))
    group by article_id having arg_max(action, seq) <> 'restored'"""
# What stands, with the part it lies in, its latest event and its corrected date, its outlet and the date that holds.
_STANDING = f"""
    with hidden as ({_HIDDEN}),
    redated as (select article_id, arg_max(published, seq) as redate from removed where action = 'redated' group by 1),
    grouped as (select article_id, unnest(arg_max({{'event': event, 'event_id': event_id, 'pinned': pinned}}, seq))
                from events group by article_id)
    select a.article_id, parse_filename(a.filename, true) as stem, g.event, g.event_id, g.pinned, r.redate,
           a.outlet, coalesce(r.redate, a.published) as day
    from articles a anti join hidden h using (article_id)
    left join grouped g using (article_id) left join redated r using (article_id)"""
_DATE = "coalesce(c.redate, a.published)"
By = Literal["outlet", "event", "day"]
_BY: Mapping[By, str] = {"outlet": "a.outlet", "event": f"c.event_id, a.outlet, {_DATE}", "day": _DATE}


def event_key(name: str) -> str:
    """The event id of a name: names that differ in capitals and spaces alone have one id."""
    return content_id("event", " ".join(name.split()).casefold())


@dataclass(frozen=True)
class Status:
    """What a corpus holds, and what of it has been scored."""

    articles: int
    outlets: int
    events: int
    without_event: int
    hidden: int
    """Articles edited away or removed; their rows remain in their parts."""
    sentences: int
    """Of all stored articles, hidden ones included."""
    parts: int
    bytes: int
    rejected: int
    """What could not be taken when it was last read."""
    scored: dict[str, tuple[str, int]]
    """For voice, mentions and each head: the version that queries read, and how many parts have its results."""


class Corpus:
    """A corpus folder. Queries return pandas DataFrames; text columns hold NaN (or None) where there is nothing."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.folder = Folder(self.path)
        self._engine = Engine()
        self._stands: tuple[tuple[Path, ...], pa.Table] | None = None

    # -- opening -----------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: str | Path) -> Corpus:
        """A new corpus in a folder that is missing or empty. Raises CorpusError where it is neither."""
        path = Path(path)
        if path.exists() and not path.is_dir():
            raise CorpusError(f"{path} is a file. Give the name of a folder for the corpus.")
        if _holds_files(path):
            raise CorpusError(f"{path} already holds files. Give a new or empty folder for the corpus.")
        try:
            path.mkdir(parents=True, exist_ok=True)
            Folder(path).save(Manifest())
        except OSError as error:
            raise CorpusError(f"Cannot create the corpus {path}: {error.strerror or error}.") from error
        return cls(path)

    @classmethod
    def open(cls, path: str | Path) -> Corpus:
        """An existing corpus. Raises CorpusError where there is none, or one that is damaged or newer."""
        path = Path(path)
        if not path.is_dir():
            if path.is_file():
                raise CorpusError(f"{path} is a file; a corpus is a folder.")
            raise CorpusError(f"There is no corpus at {path}. Make one with:  framing ingest {path} FILES…")
        if not _is_corpus(path):
            raise CorpusError(
                f"{path} is no corpus: it has no {MANIFEST}. Make one with:  framing ingest NEW_FOLDER FILES…"
            )
        corpus = cls(path)
        corpus.folder.manifest()
        return corpus

    @classmethod
    def existing(cls, path: str | Path) -> Folder:
        """The folder of a corpus, damaged or not. Raises CorpusError where there is none."""
        path = Path(path)
        if not _is_corpus(path):
            raise CorpusError(
                f"There is no corpus at {path}: neither {MANIFEST} nor parts in articles/. "
                f"Make one with:  framing ingest {path} FILES…"
            )
        return Folder(path)

    @classmethod
    def ensure(cls, path: str | Path) -> Corpus:
        """The corpus at `path`, created where the folder is missing or empty."""
        return cls.open(path) if _holds_files(Path(path)) else cls.create(path)

    @classmethod
    def repair(cls, path: str | Path) -> list[str]:
        """Sets damaged parts aside and rebuilds the manifest from the listing; returns what was done, a line each."""
        folder = cls.existing(path)
        with folder.writing(repairing=True):
            try:
                return repair.repair(folder)
            except OSError as error:
                raise folder.unwritable(error) from error

    # -- changing ----------------------------------------------------------------------------------------------------

    def add(
        self,
        articles: Iterable[Article | Rejection],
        restore: bool = False,
        seen: Callable[[], object] = lambda: None,
    ) -> AddReport:
        """Stores new articles in parts; `restore` brings back removed ones; `seen` is called for each one read.

        An article whose outlet, title and text are stored is a duplicate, also where it was edited or removed since.
        """
        with self.folder.writing():
            return adding.store(self, articles, restore, seen)

    def edit(
        self, article_id: str, outlet: str | None = None, title: str | None = None, published: date | None = None
    ) -> str:
        """Corrects an article and returns its id, a new one where outlet or title changed.

        Scores of unchanged sentences follow; the next `score` does the rest.
        """
        with self.folder.writing():
            old = self.article(article_id)
            return edits.edit(self, old, edits.corrected(old, outlet, title, published))

    def remove(self, article_id: str) -> str:
        """Takes an article out of every query and returns its full id. Adding it with `restore` brings it back."""
        with self.folder.writing():
            identity = self.find_article(article_id)
            edits.log(self.folder, [edits.action(identity, "removed")])
            return identity

    def assign_event(self, article_ids: Iterable[str], event: str, pinned: bool = False) -> str:
        """Puts articles into the event of that name (or id) and returns its id."""
        if not event.strip():
            raise InputError("The event's name is empty. Give some text.")
        with self.folder.writing():
            self.write_events([(self.find_article(item), event, pinned) for item in article_ids])
            return self._event_finder()(event)[1]

    def write_events(self, assignments: Sequence[tuple[str, str | None, bool]]) -> None:
        """Records `(article_id, event name or id or None for no event, pinned)` where it does not stand yet. For
        writers under the lock."""
        if not assignments:
            return
        stand = self._table(
            "select article_id, unnest(arg_max({'id': event_id, 'pinned': pinned}, seq)) from events group by 1"
        )
        standing = {(row["article_id"], row["id"], row["pinned"]) for row in stand.to_pylist()}
        find = self._event_finder()
        named = {event: find(event) if event else (None, None) for event in {event for _, event, _ in assignments}}
        fresh = [
            {"article_id": identity, "event": named[event][0], "event_id": named[event][1], "pinned": pinned}
            for identity, event, pinned in assignments
            if (identity, named[event][1], pinned) not in standing
        ]
        if fresh:
            self.folder.append("events", fresh, content_id(*(str(value) for row in fresh for value in row.values())))

    def rename_event(self, event: str, name: str) -> str:
        """Gives an event another name and returns its id, which stays. Raises InputError for a name that is taken."""
        name = " ".join(name.split())
        if not name:
            raise InputError("The event's name is empty. Give some text.")
        with self.folder.writing():
            identity = self.find_event(event)
            if any(event_key(known) == event_key(name) for key, known in self.event_names().items() if key != identity):
                raise InputError(f"There is an event named {name!r} already. Merge the two with:  framing event merge")
            standing = self._of_event(identity).to_pylist()
            fresh = [
                {"article_id": row["article_id"], "event": name, "event_id": identity, "pinned": row["pinned"]}
                for row in standing
                if row["event"] != name
            ]
            if fresh:
                self.folder.append("events", fresh, content_id(name, *(row["article_id"] for row in fresh)))
            return identity

    def event_names(self) -> dict[str, str]:
        """The latest name of every event that ever was, by id."""
        found = self._table(
            "select event_id, arg_max(event, seq) as event from events where event_id is not null group by 1"
        )
        return dict(zip(found["event_id"].to_pylist(), found["event"].to_pylist(), strict=True))

    def _event_finder(self) -> Callable[[str], tuple[str, str]]:
        """Turns a name or an id into name and id of the event; a name that is new makes a new event.

        A renamed event answers to its latest name too, before an event whose first name that was.
        """
        names = self.event_names()
        by_name = {event_key(name): identity for identity, name in names.items()}

        def find(event: str) -> tuple[str, str]:
            key = event_key(event)
            identity = event if event in names else by_name.get(key, key)
            return names.get(identity, " ".join(event.split())), identity

        return find

    # -- finding -----------------------------------------------------------------------------------------------------

    def find_article(self, prefix: str) -> str:
        """The full id of the one article whose id begins so. Raises InputError where it is not exactly one."""
        if len(prefix) < SHORTEST_PREFIX:
            raise InputError(f"{prefix!r} is too short for an article id. Give {SHORTEST_PREFIX} characters or more.")
        begins = pc.starts_with(pc.field("article_id"), prefix.lower())
        found = sorted(self._standing(begins)["article_id"].to_pylist())[:5]
        if len(found) > 1:
            raise InputError(f"{prefix!r} fits several articles: {', '.join(found)}. Give more characters.")
        if not found:
            raise InputError(
                f"No article of {self.path} has an id beginning with {prefix!r}. "
                f"List them with:  framing list {self.path}"
            )
        return str(found[0])

    def find_event(self, wanted: str) -> str:
        """The id of the event with this id (or 6 characters of it) or name (or a part of it). Raises InputError."""
        if len(self._of_event(wanted)):
            return wanted
        events = self.events()
        name = " ".join(wanted.split()).casefold()
        names = events["event"].str.casefold()
        near = names.str.contains(name, regex=False)
        if len(wanted) >= SHORTEST_PREFIX:
            near |= events["event_id"].str.startswith(wanted)
        for found in (events[(events["event_id"] == wanted) | (names == name)], events[near]):
            if len(found) == 1:
                return str(found["event_id"].iloc[0])
        if events.empty:
            raise InputError(
                f"The corpus {self.path} has no events. Name one with:  framing ingest {self.path} FILES… --event NAME"
            )
        shown = events[near] if near.any() else events
        listed = "".join(f"\n  {row.event_id}  {row.event}" for row in shown.head(10).itertuples())
        several = "several events" if near.any() else "no event"
        raise InputError(f"{wanted!r} names {several} of {self.path}. Choose one by its id:{listed}")

    def article(self, article_id: str) -> Article:
        """One article as it stands, by its id or the beginning of it."""
        standing = self._standing(pc.field("article_id") == self.find_article(article_id))
        return rows.article_of(self._articles(standing, _ARTICLES).to_pylist()[0])

    def part_of(self, article_id: str) -> str:
        """The name of the part in which an article lies. Raises InputError where there is no such article."""
        return str(self._standing(pc.field("article_id") == self.find_article(article_id))["stem"][0].as_py())

    def event_of(self, article_id: str) -> tuple[str, bool] | None:
        """The name of an article's event and whether it is pinned there, or None."""
        row = self._standing(pc.field("article_id") == article_id).to_pylist()[0]
        return None if row["event"] is None else (row["event"], bool(row["pinned"]))

    def stored_ids(self) -> set[int]:
        """Ids of all stored articles, hidden ones too, as numbers: under 100 bytes each."""
        return _numbers(self._table("select article_id from articles"))

    def ids_with_event(self) -> set[int]:
        """Ids of all articles that were ever put into an event, as numbers."""
        return _numbers(self._table("select distinct article_id from events"))

    def pinned_ids(self) -> set[str]:
        """Ids of the articles that are pinned to their event."""
        return set(self._standing(pc.field("pinned"))["article_id"].to_pylist())

    def hidden(self) -> dict[str, tuple[str, str | None]]:
        """Articles that do not stand: `removed`, or `replaced` and by which."""
        return {row["article_id"]: (row["action"], row["successor"]) for row in self._table(_HIDDEN).to_pylist()}

    # -- reading -----------------------------------------------------------------------------------------------------

    def events(self) -> pd.DataFrame:
        """One row an event, by its first date: `event, event_id, pinned, n_articles, n_outlets, first, last`."""
        return _pandas(
            self._table(
                """select any_value(event) as event, event_id, bool_or(pinned) as pinned, count(*) as n_articles,
                       count(distinct outlet) as n_outlets, min(day) as first, max(day) as last
                from chosen where event_id is not null group by event_id order by first nulls last, event""",
                chosen=self._standing(),
                files=False,
            )
        )

    def outlets(self) -> list[str]:
        """The outlets that have an article here, by name."""
        return sorted(pc.unique(self._standing()["outlet"]).to_pylist(), key=str.casefold)

    def sentence_counts(self, event_id: str) -> dict[str, int]:
        """Sentences of each outlet on an event, headlines left out."""
        counted = self._table(
            """select c.outlet, count(*) as n from sentences s join chosen c using (article_id)
            where s."index" > 0 group by c.outlet""",
            chosen=self._of_event(event_id),
        )
        return dict(zip(counted["outlet"].to_pylist(), counted["n"].to_pylist(), strict=True))

    def articles(self, event_id: str | None = None, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """One row an article, by outlet and date: its id, facts, event and text (or the named columns)."""
        wanted = _existing(columns, _ARTICLES)
        return _pandas(self._articles(self._of_event(event_id), wanted))

    def sentences(
        self,
        event_id: str | Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
        article_id: str | None = None,
    ) -> pd.DataFrame:
        """One row a sentence: place, text, `quotes` as (start, end) pairs, voice, speaker, `<head>.<label>` columns; of
        one event, of several, of an article or of all."""
        heads = self._heads("sentence")
        wanted = _existing(columns, [*_SENTENCES, *(column for head in heads for column in head.columns)])
        return _with_pairs(_pandas(self._scored("sentences", self._of_event(event_id, article_id), heads, wanted)))

    def mentions(
        self, event_id: str | None = None, columns: Sequence[str] | None = None, article_id: str | None = None
    ) -> pd.DataFrame:
        """One row a mention of an actor in an event, an article or all: place, `surface, canonical, type`, the
        sentence's voice, stance columns."""
        heads = self._heads("mention")
        wanted = _existing(columns, [*_MENTIONS, *(column for head in heads for column in head.columns)])
        return _pandas(self._scored("mentions", self._of_event(event_id, article_id), heads, wanted))

    def columns(self, table: Literal["sentences", "mentions"]) -> list[str]:
        """The columns of `sentences` or `mentions`, those of the heads that scored the corpus among them."""
        heads = self._heads("sentence" if table == "sentences" else "mention")
        return [
            *(_SENTENCES if table == "sentences" else _MENTIONS),
            *(name for head in heads for name in head.columns),
        ]

    def in_order(
        self, table: Literal["sentences", "mentions"], columns: Sequence[str], by: By = "outlet"
    ) -> Iterator[pd.DataFrame]:
        """These columns of `sentences` or `mentions` of the whole corpus, by outlet (or by event, or by day), article
        and place, `BATCH` rows at a time, so that memory holds no more; one frame at least, empty where there is
        nothing."""
        heads = self._heads("sentence" if table == "sentences" else "mention")
        wanted = _existing(columns, self.columns(table))
        sql, joined = _scored_sql(table, heads, wanted, f'{_BY[by]}, article_id, s."index", s."start"')
        chosen = self._of_event(None)
        sources = self._sources(pc.unique(chosen["stem"]).to_pylist(), joined)
        read = 0
        try:
            for rows in self._engine.stream(sql, sources, {"chosen": chosen}, BATCH):
                read += len(rows)
                yield _with_pairs(_pandas(rows))
        except duckdb.Error as error:
            raise self._unreadable(error) from error
        if not read:
            yield _with_pairs(_pandas(self._scored(table, chosen.slice(0, 0), heads, columns)))

    def places(self, asked: Asked, names: pd.DataFrame | None, limit: int, offset: int = 0) -> Places:
        """Where the sentences asked for stand, from `offset` on, and how many there are; `names` (`canonical, type,
        actor`) are the actors' names over the articles asked for, those of each article alone where None."""
        chosen = self._standing(selecting.of_articles(asked))
        more = {} if names is None else {"names": pa.Table.from_pandas(names, preserve_index=False)}
        results = {"scores": asked.decided.target} if asked.decided else {}
        sql, values = selecting.of_sentences(asked, bool(more), limit, offset)
        found = self._table(sql, values, chosen, results, more=more)
        rows = found.filter(pc.is_valid(found["article_id"])).drop_columns(["n"])
        return Places(_pandas(rows), found["n"][0].as_py())

    def at(self, places: pd.DataFrame) -> pd.DataFrame:
        """The sentences at these places (see `Places.rows`), in their order, with `outlet, title, voice, speaker,
        text`."""
        chosen = pa.Table.from_pandas(places.assign(rank=range(len(places))), preserve_index=False)
        return _pandas(self._table(selecting.AT_PLACES, (), chosen).drop_columns(["rank", "stem"]))

    def sentence_count(self) -> int:
        """How many sentences the articles that stand have, headlines included."""
        chosen = self._of_event(None)
        counted = self._table("select count(*) as n from sentences join chosen using (article_id)", (), chosen)
        return int(counted["n"][0].as_py())

    def named(self, what: Literal["actor", "speaker"], limit: int) -> list[str]:
        """The actors, or the speakers, that most sentences name, the most frequent first."""
        source = "canonical as name from mentions" if what == "actor" else "speaker as name from voice"
        found = self._table(
            f"""select name, count(*) as n from (select article_id, {source}) join chosen using (article_id)
            where name is not null group by name order by n desc, name limit ?""",
            [limit],
            self._of_event(None),
        )
        return [str(name) for name in found["name"].to_pylist()]

    def sentence_batches(
        self, columns: Sequence[str], parts: int, seen: Callable[[float], object] = lambda share: None
    ) -> Iterator[pd.DataFrame]:
        """`sentences` of every event with these columns, so many parts at a time; `seen` is called with the share
        read."""
        heads = self._heads("sentence")
        wanted = _existing(columns, self.columns("sentences"))
        for chosen, share in _by_parts(self._standing(pc.field("event_id").is_valid()), parts):
            yield _pandas(self._scored("sentences", chosen, heads, wanted))
            seen(share)

    def batches(
        self, parts: int, sentences: Sequence[str], mentions: Sequence[str]
    ) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        """These columns of `sentences` and `mentions` of the same articles, with an event or without, so many parts at
        a time."""
        tables: tuple[tuple[Literal["sentences", "mentions"], Sequence[str]], ...]
        tables = (("sentences", sentences), ("mentions", mentions))
        for chosen, _ in _by_parts(self._standing(), parts):
            read = []
            for table, columns in tables:
                heads = self._heads("sentence" if table == "sentences" else "mention")
                wanted = _existing(columns, self.columns(table))
                read.append(_pandas(self._scored(table, chosen, heads, wanted)))
            yield read[0], read[1]

    def rejected(self) -> pd.DataFrame:
        """What could not be taken when it was last read: `source, position, reason`, in the order of reading."""
        return _pandas(
            self._table(
                """select source, position, reason from rejected group by all
                having arg_max(standing, seq) order by min(seq)"""
            )
        )

    def read_part(self, stem: str) -> tuple[list[Article], dict[str, list[Sentence]]]:
        """Articles of a part, hidden ones too, and the sentences of each in order, for the scoring step."""
        (articles,), (sentences,) = self.folder.files("articles", [stem]), self.folder.files("sentences", [stem])
        found = [rows.article_of(row) for row in self.folder.read(articles).to_pylist()]
        split: dict[str, list[Sentence]] = {article.id: [] for article in found}
        for row in self.folder.read(sentences).to_pylist():
            split[row["article_id"]].append(rows.sentence_of(row))
        return found, split

    def versions(self) -> dict[str, str]:
        """The version in use of voice, mentions and each head, by name; those never scored are missing."""
        return {name: target.version for name, target in self.folder.manifest().current.items()}

    def status(self) -> Status:
        """What the corpus holds and what of it has been scored."""
        folder, stems = self.folder, self.folder.stems()
        counted = self._table(
            """select count(*) as articles, count(distinct outlet) as outlets, count(distinct event_id) as events,
                   count(*) - count(event_id) as without_event from chosen""",
            chosen=self._standing(),
            files=False,
        ).to_pylist()[0]
        scored = {
            name: (target.version, sum(folder.complete(target, stem).exists() for stem in stems))
            for name, target in sorted(folder.manifest().current.items())
        }
        return Status(
            **counted,
            hidden=len(self.hidden()),
            rejected=len(self.rejected()),
            sentences=folder.rows("sentences", stems),
            parts=len(stems),
            bytes=sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file()),
            scored=scored,
        )

    # -- SQL ---------------------------------------------------------------------------------------------------------

    def _standing(self, where: pc.Expression | None = None) -> pa.Table:
        """Articles that stand (and fit `where`): `article_id, stem, event, event_id, pinned, redate, outlet, day`.

        Kept in memory, 137 bytes an article: every other query asks for it first, and it takes longest (50 ms of
        20,000 articles). Parts are never rewritten, so that it holds until a listing has other names.
        """
        folder = self.folder
        listing = tuple(file for name in ("articles", "events", "removed") for file in folder.files(name))
        if self._stands is None or self._stands[0] != listing:
            self._stands = (listing, self._table(_STANDING))
        whole = self._stands[1]
        return whole if where is None else whole.filter(where)

    def _of_event(self, event_id: str | Sequence[str] | None, article_id: str | None = None) -> pa.Table:
        """Standing articles: of the event or events, the one with this id, or all."""
        if article_id is not None:
            return self._standing(pc.field("article_id") == article_id)
        if event_id is None or isinstance(event_id, str):
            return self._standing(None if event_id is None else pc.field("event_id") == event_id)
        return self._standing(pc.field("event_id").isin(list(event_id)))

    def _articles(self, chosen: pa.Table, wanted: Sequence[str]) -> pa.Table:
        special = {"event": "c.event", "event_id": "c.event_id", "published": f"{_DATE} as published"}
        listed = ", ".join(special.get(name, f"a.{name}") for name in wanted)
        return self._table(
            f"select {listed} from articles a join chosen c using (article_id) order by a.outlet, {_DATE}, a.title",
            chosen=chosen,
        )

    def _scored(self, table: str, chosen: pa.Table, heads: Sequence[Target], wanted: Sequence[str]) -> pa.Table:
        """Rows of `sentences` or `mentions` of the chosen articles, with voice and the heads' columns beside them."""
        place = 's."index"' if table == "sentences" else 's."index", s."start"'
        sql, joined = _scored_sql(table, heads, wanted, f"a.outlet, {_DATE}, article_id, {place}")
        return self._table(sql, chosen=chosen, results=joined)

    def _heads(self, level: str) -> list[Target]:
        current = self.folder.manifest().current
        return [item for name, item in sorted(current.items()) if item.level == level and name not in (VOICE, MENTIONS)]

    def _table(
        self,
        sql: str,
        parameters: Sequence[object] = (),
        chosen: pa.Table | None = None,
        results: Mapping[str, Target] | None = None,
        files: bool = True,
        more: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """Runs a query over the parts; with `chosen`, over those alone that hold chosen articles, with their scores;
        without `files`, over `chosen` alone. `more` are tables by name."""
        tables = {**({} if chosen is None else {"chosen": chosen}), **(more or {})}
        for last_try in (False, True):
            stems = None if chosen is None else pc.unique(chosen["stem"]).to_pylist()
            sources = self._sources(stems, results or {}) if files else {}
            try:
                return self._engine.run(sql, parameters, sources, tables)
            except duckdb.Error as error:
                # A writer may just have put a complete result in the place of a carried one: look once more.
                if last_try or not isinstance(error, duckdb.IOException):
                    raise self._unreadable(error) from error
        raise AssertionError("the last try returns or raises")

    def _unreadable(self, error: duckdb.Error) -> CorpusError:
        reason = str(error).splitlines()[0]
        return CorpusError(
            f"The corpus {self.path} cannot be read ({reason}). Check it with:  framing repair {self.path}"
        )

    def _sources(self, chosen: Sequence[str] | None, results: Mapping[str, Target]) -> dict[str, Source]:
        folder = self.folder
        stems = folder.stems() if chosen is None else sorted(chosen)
        tables = ("articles", *LOGS) if chosen is None else ("articles", "events", "removed")
        sources = {name: Source(SCHEMAS[name], folder.files(name, stems)) for name in tables}
        if chosen is None:
            return sources
        sources["sentences"] = Source(SCHEMAS["sentences"], folder.files("sentences", stems))
        current = folder.manifest().current
        named = {VOICE: current.get(VOICE), MENTIONS: current.get(MENTIONS), **results}
        for name, target in named.items():
            found = [folder.result(target, stem) for stem in stems] if target else []
            sources[name] = Source(target.schema if target else SCHEMAS[name], [file for file in found if file])
        return sources


def _scored_sql(
    table: str, heads: Sequence[Target], wanted: Sequence[str], order: str
) -> tuple[str, dict[str, Target]]:
    """The query for rows of `sentences` or `mentions` with their scores, and the heads that it joins, by alias."""
    special = {
        "outlet": "a.outlet",
        "event_id": "c.event_id",
        "published": f"{_DATE} as published",
        "headline": 's."index" = 0 as headline',
        VOICE: "v.voice",
        "speaker": "v.speaker",
    }
    joined = {f"h{n}": head for n, head in enumerate(heads) if set(head.columns) & set(wanted)}
    special |= {column: f'{name}."{column}"' for name, head in joined.items() for column in head.columns}
    key = 'article_id, "index"' if table == "sentences" else 'article_id, "index", "start", "end"'
    joins = " ".join(f"left join {name} using ({key})" for name in joined)
    sql = f"""select {", ".join(special.get(name, f's."{name}"') for name in wanted)}
        from {table} s join chosen c using (article_id) join articles a using (article_id)
        left join voice v using (article_id, "index") {joins} order by {order}"""
    return sql, joined


def _by_parts(standing: pa.Table, parts: int) -> Iterator[tuple[pa.Table, float]]:
    """The articles of so many parts at a time, once at least, and the share of the parts that is read then."""
    stems = sorted(pc.unique(standing["stem"]).to_pylist())
    for start in range(0, max(len(stems), 1), parts):
        some = pa.array(stems[start : start + parts], pa.string())
        yield standing.filter(pc.is_in(standing["stem"], some)), min(1.0, (start + parts) / max(len(stems), 1))


def _with_pairs(frame: pd.DataFrame) -> pd.DataFrame:
    """Quotations as (start, end) pairs, where the frame has any."""
    if "quotes" in frame:
        pairs = [[(span["start"], span["end"]) for span in spans] for spans in frame["quotes"]]
        frame["quotes"] = pd.Series(pairs, dtype="object")
    return frame


def _holds_files(path: Path) -> bool:
    return path.is_dir() and any(not item.name.startswith(".") for item in path.iterdir())


def _is_corpus(path: Path) -> bool:
    return (path / MANIFEST).exists() or any((path / "articles").glob("*.parquet"))


def _numbers(table: pa.Table) -> set[int]:
    return {int(identity, 16) for batch in table["article_id"].chunks for identity in batch.to_pylist()}


def _pandas(table: pa.Table) -> pd.DataFrame:
    """Dates as datetime64, text as pandas strings, probabilities as float32 with NaN where there is none."""
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame


def _existing(columns: Sequence[str] | None, existing: Sequence[str]) -> Sequence[str]:
    """The wanted columns, all where none are named. Raises InputError for one that does not exist."""
    unknown = sorted(set(columns or ()) - set(existing))
    if unknown:
        raise InputError(f"There is no column {unknown[0]!r}. There are: {', '.join(existing)}.")
    return existing if columns is None else columns
