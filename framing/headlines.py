"""Headline against body: does the headline frame an event otherwise than the text under it.

Each article is compared with itself. Were its headline just another of its sentences, any of them could have been it:
so the number of an outlet's headlines with a label is a sum of draws, one from each article's own sentences (headline
included), whose exact distribution gives p. A sign test would not do: where a tenth of the sentences has a label, nine
headlines in ten are without it by chance alone. The interval is Student's t over the articles' differences, never
narrower than those draws allow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from framing import uncertainty
from framing.cells import pairs, records
from framing.compare import read_scored
from framing.copies import Copies, find_copies
from framing.corpus import Corpus
from framing.errors import InputError
from framing.headline_words import ACTORS, FALSE_DISCOVERIES, article_finding, outlet_finding
from framing.heads import HeadBase
from framing.labels import BALANCE, order
from framing.plain import count, few_articles, these_texts
from framing.registry import WEAK
from framing.schema import VIEWS, View
from framing.tally import VOICE, Counted, HeadInfo, count_sentences, informative, tiers
from framing.uncertainty import LEVEL, MIN_ARTICLES, Floats

MIN_NAMING = 3
"""Articles that must name an actor before its headlines are looked at."""
ARTICLE_COLUMNS = [
    *("article_id", "index", "outlet", "event_id", "head", "label", "probability", "headline"),
    *("hits", "n_sentences", "body", "difference", "finding"),
]
OUTLET_COLUMNS = [
    *("outlet", "head", "label", "n_articles", "headline", "body", "difference", "low", "high", "p", "q", "detected"),
    "finding",
]


@dataclass(frozen=True)
class Headlines:
    """`articles`: one row an article and label (`headline` 0 or 1, for a balance −1, 0 or 1; `hits` of `n_sentences` of
    the body). `outlets`: one row an outlet and label, means over its articles. `text`: the headlines."""

    articles: pd.DataFrame
    outlets: pd.DataFrame
    text: pd.DataFrame
    view: View
    notes: tuple[str, ...]
    weak: frozenset[tuple[str, str]] = frozenset()
    """(head, label) of weak or unmeasured classifiers."""

    def findings(self) -> list[str]:
        """Plain sentences: what was detected, largest first, and in how many comparisons nothing was."""
        return outlet_findings(self.outlets)

    def in_order(self) -> Iterator[pd.DataFrame]:
        """`articles`, in frames."""
        yield self.articles

    def by_article(self) -> Iterator[tuple[str, str, str, list[str]]]:
        """Id, outlet, headline and findings of one article after another."""
        titles = dict(zip(self.text["article_id"], self.text["text"], strict=True))
        for (article, outlet), part in self.articles.groupby(["article_id", "outlet"], sort=False):
            yield str(article), str(outlet), titles[article], [text for text in part["finding"] if text]

    def describe(self, article_id: str) -> list[str]:
        """What one article's headline carries beside its text; says nothing of the outlet. Raises InputError."""
        rows = self.articles[self.articles["article_id"] == article_id]
        if rows.empty:
            raise InputError(f"Article {article_id!r} has no headline with scored sentences under it.")
        return [text for text in rows["finding"] if text]


def of_event(corpus: Corpus, heads: Mapping[str, HeadBase], event_id: str, view: View = "both") -> Headlines:
    """Headlines against bodies in one event; `headline_tally` has all events together."""
    return headlines(*read_scored(corpus, heads, event_id), view)


def headlines(
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    heads: Sequence[HeadInfo],
    view: View = "both",
    copies: Copies | None = None,
) -> Headlines:
    """Headlines against bodies, in one view of the body, of any number of events: frames as `Corpus` gives them,
    `mentions` with the column `actor`; `copies` among them are found here unless given. Weak labels are shown and not
    tested. Raises InputError for an unknown view."""
    scored, articles = article_rows(sentences, mentions, heads, view)
    tested = informative(scored)
    numbers = {name: articles[name].to_numpy(dtype=np.float64) for name in AVERAGED}
    places: dict[Key, list[int]] = {}
    for place, key in enumerate(pairs(articles, "outlet", "head", "label")):
        places.setdefault((str(key[0]), str(key[1]), str(key[2])), []).append(place)
    rows = [outlet_row(key, {name: column[at] for name, column in numbers.items()}, tested)
            for key, at in places.items()]  # fmt: skip
    outlets = outlet_table(rows, view)
    n_of = dict(articles.groupby("outlet")["article_id"].nunique())
    copied = (copies or find_copies(sentences, sentences)).note(once=False, offered=False)
    scores_there = bool((articles["head"] != ACTORS).any())
    notes = (*notes_of(outlets, n_of, bare(sentences), scores_there), *([copied] if copied else []))
    text = sentences[sentences["index"] == 0]
    return Headlines(with_findings(articles, tested, view), outlets, text, view, notes, weak_labels(scored))


def article_rows(
    sentences: pd.DataFrame, mentions: pd.DataFrame, heads: Sequence[HeadInfo], view: View
) -> tuple[list[HeadInfo], pd.DataFrame]:
    """The heads that scored any of these sentences, and one row an article and label, without findings. Raises
    InputError for an unknown view."""
    if view not in VIEWS:
        raise InputError(f"Unknown view {view!r}. Choose one of: {', '.join(VIEWS)}.")
    voice = next((head for head in heads if head.name == VOICE.name), VOICE)
    counted = [count_sentences(voice, sentences)]
    for head in heads:
        if head.name != VOICE.name and head.level == "sentence" and set(head.columns) <= set(sentences.columns):
            counted.append(count_sentences(head, sentences))
    counted = [part for part in counted if len(part.rows)]
    parts = [_pairs(part, view if view in part.views else "both") for part in counted]
    parts.append(_named(sentences, mentions, view))
    return [part.head for part in counted], pd.concat(parts, ignore_index=True)


def with_findings(articles: pd.DataFrame, tested: set[tuple[str, str]], view: View) -> pd.DataFrame:
    """Rows of articles with `finding`: the columns `ARTICLE_COLUMNS`."""
    said = [article_finding(row, tested, view) for row in records(articles)]
    return articles.assign(finding=said)[ARTICLE_COLUMNS]


def weak_labels(heads: Iterable[HeadInfo]) -> frozenset[tuple[str, str]]:
    """The (head, label) of weak or unmeasured classifiers."""
    return frozenset(pair for pair, tier in tiers(heads).items() if tier in WEAK)


def outlet_findings(outlets: pd.DataFrame) -> list[str]:
    """See `Headlines.findings`."""
    rows = outlets[outlets["p"].notna()]
    found = rows[rows["detected"]].sort_values("difference", key=np.abs, ascending=False, kind="stable")
    said = list(found["finding"])
    if rest := len(rows) - len(found):
        where = f"the other {rest}" if len(found) else f"{rest}"
        said.append(f"No difference between headline and text that we could detect in {where} of {len(rows)}.")
    return said


def _pairs(part: Counted, view: View) -> pd.DataFrame:
    """One row an article and label of a head: the headline's decision beside the body's."""
    rows, weights = part.rows, part.weights(view)
    top = (rows["index"] == 0).to_numpy(dtype=np.bool_)
    ids = pd.Index(rows["article_id"][top])
    place = ids.get_indexer(pd.Index(rows["article_id"]))
    kept = ~top & (place >= 0) & (weights > 0)
    n = np.bincount(place[kept], weights[kept], len(ids))
    tops = rows[top]
    place_of = tops[["article_id", "index", "outlet", "event_id"]]
    frames = []
    for column, label in enumerate(part.labels):
        values = part.x[:, column]
        hits = np.bincount(place[kept], (weights * values)[kept], len(ids))
        known = f"{part.head.name}.{label}"
        facts = place_of.assign(head=part.head.name, label=label)
        numbers = {"headline": values[top], "hits": hits, "n_sentences": n}
        # Squares and the draws' distribution need how many are 1 and how many −1.
        minus = np.bincount(place[kept], (weights * (values < 0))[kept], len(ids))
        probability = tops[known].to_numpy() if known in rows else np.full(len(ids), np.nan)
        frames.append(facts.assign(**numbers, minus=minus, probability=probability))
    return _finished(pd.concat(frames, ignore_index=True))


def _finished(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["n_sentences"] > 0].reset_index(drop=True)
    body = rows["hits"] / rows["n_sentences"]
    return rows.assign(body=body, difference=rows["headline"] - body)


def _named(sentences: pd.DataFrame, mentions: pd.DataFrame, view: View) -> pd.DataFrame:
    """One row an article and actor that it names: whether the headline does, and how many sentences."""
    head = HeadInfo(ACTORS, "multilabel", "sentence", ())
    weights = Counted(head, (), sentences, np.empty((len(sentences), 0))).weights(view)
    weighted = sentences[["article_id", "index", "outlet", "event_id"]].assign(weight=weights)
    body = weighted[weighted["index"] > 0].groupby("article_id")["weight"].sum()
    pairs = mentions[["article_id", "index", "actor"]].drop_duplicates().merge(weighted, on=["article_id", "index"])
    top = pairs["index"] == 0
    pairs = pairs.assign(headline=top.astype("float64"), hits=pairs["weight"].where(~top, 0.0))
    rows = pairs.groupby(["article_id", "outlet", "event_id", "actor"], sort=False, dropna=False, as_index=False)
    found = rows.agg(headline=("headline", "max"), hits=("hits", "sum")).rename(columns={"actor": "label"})
    with_headline = set(sentences.loc[sentences["index"] == 0, "article_id"])
    found = found[found["article_id"].isin(with_headline)]
    numbers = found.assign(index=0, head=ACTORS, n_sentences=found["article_id"].map(body).astype("float64"), minus=0.0)
    return _finished(numbers.assign(probability=np.nan))


def outlet_table(rows: Sequence[tuple[object, ...]], view: View) -> pd.DataFrame:
    """Rows of `outlet_row`, one an outlet and label, with q, as `Headlines.outlets`."""
    table = pd.DataFrame(rows, columns=OUTLET_COLUMNS[:10])
    actor = table["head"] == ACTORS
    table = table[~actor | (table["n_articles"] >= MIN_NAMING)].reset_index(drop=True)
    table["q"] = uncertainty.adjust(table["p"], pd.Series(0, table.index))
    table["detected"] = table["q"] <= FALSE_DISCOVERIES
    ranks = {(head, label): i for head in table["head"].unique() for i, label in enumerate(order(head))}
    table["place"] = [ranks.get(pair, 99) for pair in pairs(table, "head", "label")]
    table["block"] = pd.factorize(table["head"])[0]
    table["rank"] = np.where(table["head"] == ACTORS, -table["n_articles"], 0)
    ordered = table.sort_values(["outlet", "block", "place", "rank"], kind="stable", ignore_index=True)
    return ordered.assign(finding=[outlet_finding(row, view) for row in records(ordered)])[OUTLET_COLUMNS]


AVERAGED = ("headline", "body", "difference", "hits", "minus", "n_sentences")
Key = tuple[str, str, str]
"""Outlet, head and label."""


def outlet_row(key: Key, part: Mapping[str, Floats], tested: Collection[tuple[str, str]]) -> tuple[object, ...]:
    """Means over one outlet's articles (`AVERAGED`, (articles,) each), the interval of their difference, and, where
    the label is `tested`, p."""
    difference = part["difference"]
    n = len(difference)
    outlet, head, label = key
    low = high = p = np.nan
    if n >= MIN_ARTICLES:
        plus, minus = _chances(part)
        error = np.sqrt(max(float(difference.var(ddof=1)), _least_spread(part, label == BALANCE)) / n)
        half = float(special.stdtrit(n - 1, (1 + LEVEL) / 2)) * error
        bound = 2.0 if label == BALANCE else 1.0
        low, high = max(difference.mean() - half, -bound), min(difference.mean() + half, bound)
        p = exact_p(part["headline"], plus, minus) if (head, label) in tested else np.nan
    return (outlet, head, label, n, part["headline"].mean(), part["body"].mean(), difference.mean(), low, high, p)


def _chances(part: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """(articles,) the chance that a sentence of the article, headline included, has 1, and that it has −1."""
    top, n, minus = part["headline"], part["n_sentences"] + 1, part["minus"]
    plus = part["hits"] + minus
    return (plus + (top > 0)) / n, (minus + (top < 0)) / n


def _least_spread(part: Mapping[str, Floats], signed: bool) -> float:
    """The least variance of a headline's value to believe in: that of a sentence drawn from these articles, one hit and
    one miss added, so that labels which never occur claim no certainty."""
    n = float(part["n_sentences"].sum()) + len(part["hits"]) + 2
    total = float(part["hits"].sum() + part["headline"].sum())
    squares = float((part["hits"] + 2 * part["minus"]).sum() + np.abs(part["headline"]).sum())
    mean = (total + (0 if signed else 1)) / n
    return (squares + 1) / n - mean**2


def exact_p(top: Floats, plus: Floats, minus: Floats) -> float:
    """Two-sided p of the sum of the headlines' values, each a draw of 1 or −1 with its article's chances: the chance of
    all sums that are no likelier than the one seen. NaN where no sum would be unlikely enough to be claimed: such a
    label is not tested at all (Tarone 1990)."""
    ways = np.ones(1)
    for a, b in zip(plus, minus, strict=True):
        ways = np.convolve(ways, [b, max(1 - a - b, 0.0), a])
    if ways[ways > 0].min() > FALSE_DISCOVERIES:
        return float("nan")
    seen = ways[round(float(top.sum())) + len(top)]
    return float(min(ways[ways <= seen * (1 + 1e-9)].sum(), 1.0))


def bare(sentences: pd.DataFrame) -> int:
    """How many of the articles have no headline."""
    return int(sentences["article_id"].nunique() - (sentences["index"] == 0).sum())


def notes_of(outlets: pd.DataFrame, n_of: Mapping[str, int], n_bare: int, scored: bool) -> tuple[str, ...]:
    """What a reader must know beside copies: `n_of` are articles with a headline by outlet, `n_bare` those without
    one, `scored` says whether any classifier scored any."""
    said = []
    if not scored:
        said.append("No headline here is scored by the models installed now. Run:  framing score")
    if n_bare:
        said.append(f"{count(n_bare, 'article')} without a headline left out.")
    few = {name: n_of[name] for name in sorted(n_of, key=str.casefold) if n_of[name] < MIN_ARTICLES}
    if few:
        said.append(
            f"{few_articles(few)} with a headline: a test needs {MIN_ARTICLES}, so the figures describe "
            f"{these_texts(few)}."
        )
    if outlets["p"].notna().any():
        said.append(
            "Each article is compared with itself and counts once, whatever its length. Of the differences claimed at "
            "most 5% are expected to be false (Benjamini–Hochberg over all outlets and labels); weak "
            "labels are not tested. The classifiers were measured on sentences of articles: on headlines, which are "
            "shorter, they may err otherwise."
        )
    if (outlets["head"] == ACTORS).any():
        said.append(
            "Who is named is shown, not tested: a headline names the main actors alone, and puts a place before a noun "
            "where a text says “in” it, so nearly every actor seems commoner there. Compare outlets with each other."
        )
    return tuple(said)
