"""Every article's counted sentences, summed: all that comparisons over a whole corpus rest on, a few kilobytes an
article instead of all its sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from framing.compare import infos_of, outdated
from framing.corpus import Corpus
from framing.heads import HeadBase
from framing.tally import VOICE, Counted, HeadInfo, Tally, count_sentences, tally
from framing.uncertainty import ArticleSums

ARTICLE = ["article_id", "outlet", "event_id", "event", "kind", "published"]
PLACE = ["article_id", "outlet", "event_id", "index", "voice"]
PARTS_AT_ONCE = 4
"""Parts (of 512 articles) read together: 60,000 sentences with their scores are some 30 MB."""


@dataclass(frozen=True)
class ArticleTally:
    """`articles` of some event (columns `ARTICLE`), and in their order the `table` of sums; stance is left out: its
    actors are those of single events. `sentences(event_ids)` reads the sentences behind."""

    articles: pd.DataFrame
    table: Tally
    heads: dict[str, HeadInfo]
    sentences: Callable[[Sequence[str]], pd.DataFrame] = field(repr=False)

    def counted(self, head: str, event_ids: Sequence[str]) -> Counted:
        """A head's decisions on the sentences of some events."""
        rows = self.sentences(event_ids)
        return count_sentences(self.heads[head], rows[rows["index"] > 0])


def tally_frames(sentences: pd.DataFrame, articles: pd.DataFrame, heads: Sequence[HeadInfo]) -> ArticleTally:
    """The same of frames as `Corpus` gives them."""
    known = [head for head in heads if head.level == "sentence" and _there(head, sentences)]
    kept = articles[articles["event_id"].notna()].reindex(columns=ARTICLE).reset_index(drop=True)

    def read(event_ids: Sequence[str]) -> pd.DataFrame:
        return sentences[sentences["event_id"].isin(event_ids)]

    return _tallied([sentences], kept, known, read)


def tally_corpus(
    corpus: Corpus, heads: Sequence[HeadBase], seen: Callable[[float], object] = lambda share: None
) -> ArticleTally:
    """The tally of a corpus by these heads, as they are installed now; `seen` is called with the share that is read.

    Sentences are read a few parts at a time: memory stays flat. Measured: docs/design.md."""
    stale = {head.name for head in outdated(corpus, heads)}
    there = {*corpus.versions(), VOICE.name}
    infos = [head for head in infos_of(heads) if head.level == "sentence" and head.name not in stale]
    infos = [head for head in infos if head.name in there]
    columns = [*PLACE, *(column for head in infos if head.name != VOICE.name for column in head.columns)]
    articles = corpus.articles(None, ARTICLE)

    def read(event_ids: Sequence[str]) -> pd.DataFrame:
        return corpus.sentences(event_ids, ["text", "published", "speaker", *columns])

    batches = corpus.sentence_batches(columns, PARTS_AT_ONCE, seen)
    return _tallied(batches, articles[articles["event_id"].notna()].reset_index(drop=True), infos, read)


def _there(head: HeadInfo, sentences: pd.DataFrame) -> bool:
    return head.name == VOICE.name or set(head.columns) <= set(sentences)


def _tallied(
    batches: Iterable[pd.DataFrame],
    articles: pd.DataFrame,
    heads: Sequence[HeadInfo],
    read: Callable[[Sequence[str]], pd.DataFrame],
) -> ArticleTally:
    """Sums of one batch after another; a head that scored no sentence has no column."""
    place = pd.Index(articles["article_id"])
    parts: list[tuple[np.ndarray, Tally]] = []
    for sentences in batches:
        body = sentences[(sentences["index"] > 0) & sentences["article_id"].isin(place)]
        counted = [part for part in (count_sentences(head, body) for head in heads) if len(part.rows)]
        ids = list(body["article_id"].unique())
        parts.append((place.get_indexer(pd.Index(ids, dtype=place.dtype)), tally(counted, ids)))
    keys = pd.concat([part.keys for _, part in parts], ignore_index=True).drop_duplicates(ignore_index=True)
    order = {head.name: i for i, head in enumerate(heads)}
    keys = keys.sort_values("head", key=lambda names: names.map(order), kind="stable", ignore_index=True)
    named = pd.MultiIndex.from_frame(keys)
    shape = (len(articles), len(keys))
    hits, squares, weights = (np.zeros(shape) for _ in range(3))
    counts = np.zeros(shape, dtype=np.int64)
    for rows, part in parts:
        at = np.ix_(rows, named.get_indexer(pd.MultiIndex.from_frame(part.keys)))
        hits[at], squares[at], weights[at] = part.sums.hits, part.sums.squares, part.sums.weights
        counts[at] = part.counts
    signed = np.zeros(len(keys), dtype=np.bool_)
    for _, part in parts:
        signed[named.get_indexer(pd.MultiIndex.from_frame(part.keys))] = part.sums.signed
    table = Tally(keys, ArticleSums(hits, squares, weights, signed), counts)
    return ArticleTally(articles, table, {head.name: head for head in heads if head.name in set(keys["head"])}, read)
