"""Measures aligned reading on the facts of tests/data/alignment_gold.csv: pairs, reasons, copies, and time.

python benchmarks/alignment.py [CORPUS] [--gold FILE] [--part PART] [--fit] [--loo] [--time]

CORPUS is a scored corpus (framing ingest, framing score) of sample_articles and, for fitting, of
tests/data/alignment_events. The gold is model-made: written by a language model that read the articles before any
aligner ran on them. Events marked `tuning` chose features, weights and thresholds;
those marked `report` chose nothing, nor did the invented reports of that part. A pair is right if its two sentences
share a fact of the gold; a fact is found for two outlets that both tell it if a pair of theirs shares it. Beside that
stands what two blind readings of the pairs themselves said (alignment_readers.csv, model-made too): the gold lists
facts and may have missed some. Of invented reports pairs were read, not facts listed (fact_reports.csv), or their
writers numbered the facts of each sentence (fact_numbers.csv): those of part `tuning` fit weights and thresholds as
well; recall there is that of pairs, and a pair of which nothing is known does not count.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from framing import align, alignment_score
from framing.actors import merge_event
from framing.align import (
    Alignment,
    _candidates,
    _chosen,
    _in_order,
    _tellings,
    _together,
    _without_repeats,
    align_frames,
)
from framing.alignment_pairs import Pairs
from framing.copies import find_copies
from framing.corpus import Corpus
from framing.retelling import CLAIMED, REASONS, differences
from framing.score import Scorer, score_article

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
GOLD = Path(__file__).parents[1] / "tests" / "data" / "alignment_gold.csv"
READERS = GOLD.with_name("alignment_readers.csv")
Key = tuple[str, int]


class Event:
    """One event of the gold: its frames, and the gold's facts by sentence."""

    def __init__(self, corpus: Corpus, rows: pd.DataFrame, files: dict[str, str]) -> None:
        self.name = str(rows["event"].iloc[0])
        self.gold = rows.assign(article_id=rows["file"].map(files))
        if self.gold["article_id"].isna().any():
            raise SystemExit(f"The corpus lacks {set(rows.loc[self.gold['article_id'].isna(), 'file'])}.")
        ids = list(self.gold["article_id"].unique())
        articles = corpus.articles()
        self.articles = articles[articles["article_id"].isin(ids)]
        event = str(self.articles["event_id"].iloc[0])
        sentences, mentions = corpus.sentences(event), merge_event(corpus.mentions(event))
        self.sentences = sentences[sentences["article_id"].isin(ids)]
        self.mentions = mentions[mentions["article_id"].isin(ids)]
        self.outlet = dict(zip(self.articles["article_id"], self.articles["outlet"], strict=True))
        self.file = {article: file for file, article in files.items()}
        self.facts: dict[Key, set[str]] = defaultdict(set)
        for article, index, fact in self.gold[["article_id", "index", "fact"]].itertuples(index=False):
            self.facts[article, int(index)].add(fact)

    def align(self) -> Alignment:
        return align_frames(self.sentences, self.mentions, self.articles)

    def wanted(self) -> set[tuple[str, str, str]]:
        """(outlet, outlet, fact) of all facts that two outlets tell."""
        told: dict[str, set[str]] = defaultdict(set)
        for (article, _), facts in self.facts.items():
            for fact in facts:
                told[fact].add(self.outlet[article])
        return {(a, b, fact) for fact, who in told.items() for a, b in combinations(sorted(who), 2)}

    def gold_pairs(self) -> Iterator[tuple[Any, Any, set[str]]]:
        """Rows of every two sentences of two outlets that share a fact, and the reasons that the gold gives."""
        for _, rows in self.gold.groupby("fact"):
            for a, b in combinations(rows.to_dict("records"), 2):
                if self.outlet[a["article_id"]] != self.outlet[b["article_id"]]:
                    yield a, b, _reasons(a, b)


def _reasons(a: Any, b: Any) -> set[str]:
    """What differs by the gold's codes: where both say something for naming and number, where either does else."""
    found = {"naming", "number"} & {k for k in ("naming", "number") if a[k] and b[k] and a[k] != b[k]}
    found |= {k for k in ("agent", "verb") if a[k] != b[k]}
    return found | ({"voice"} if {a["voice"], b["voice"]} == {"own", "other"} else set())


def events(corpus: Corpus, gold: Path) -> dict[str, list[Event]]:
    """The gold's events by part."""
    rows = pd.read_csv(gold, comment="#", dtype=str).fillna("").astype({"index": int})
    articles = corpus.articles(columns=["article_id", "source"])
    named = list(zip(articles["article_id"], articles["source"], strict=True))
    by_source = {tuple(Path(source).with_suffix("").parts[-2:]): key for key, source in named}
    numbered = {source.rsplit("#", 1)[-1]: key for key, source in named if "#" in source}
    found: dict[str, list[Event]] = defaultdict(list)
    for (event, part), mine in rows.groupby(["event", "part"], sort=False):
        files = {file: by_source.get((event, file)) or numbered.get(file) for file in mine["file"]}
        found[str(part)].append(Event(corpus, mine, {k: v for k, v in files.items() if v}))
    return found


def pairing(event: Event) -> tuple[int, int, int, int]:
    """Right pairs, pairs, facts found, facts to be found."""
    right, found = 0, set()
    pairs = event.align().pairs
    for row in pairs.to_dict("records"):
        shared = event.facts[row["article_a"], row["index_a"]] & event.facts[row["article_b"], row["index_b"]]
        right += bool(shared)
        found |= {(*sorted((row["outlet_a"], row["outlet_b"])), fact) for fact in shared}
    return right, len(pairs), len(found & event.wanted()), len(event.wanted())


def readings(event: str) -> dict[frozenset[Key], bool]:
    """Whether both readers found one fact told, by the files and numbers of the two sentences."""
    rows = pd.read_csv(READERS, comment="#").query("event == @event")
    places = zip(rows["file_a"], rows["index_a"], rows["file_b"], rows["index_b"], strict=True)
    both = (rows["reader_1"] & rows["reader_2"]).astype(bool)
    return {frozenset({(a, i), (b, j)}): said for (a, i, b, j), said in zip(places, both, strict=True)}


def read(event: Event) -> np.ndarray:
    """Pairs found right by both readers, pairs that they read, pairs."""
    said, pairs = readings(str(event.gold["event"].iloc[0])), event.align().pairs
    places = zip(pairs["article_a"], pairs["index_a"], pairs["article_b"], pairs["index_b"], strict=True)
    found = [said.get(frozenset({(event.file[a], i), (event.file[b], j)})) for a, i, b, j in places]
    return np.array([sum(map(bool, found)), sum(value is not None for value in found), len(found)])


def kinds(event: Event, counts: Counter[tuple[str, str]]) -> None:
    """Counts reasons given to the gold's own pairs, right, wrong and missed, and whether the kind is right."""
    records = event.sentences.to_dict("records")
    telling = {
        (r["article_id"], r["index"]): t for r, t in zip(records, _tellings(records, event.mentions), strict=True)
    }
    for a, b, wanted in event.gold_pairs():
        given = set(differences(telling[a["article_id"], a["index"]], telling[b["article_id"], b["index"]]).reasons)
        for reason in REASONS:
            counts[reason, f"{reason in given}{reason in wanted}"] += 1
        counts["kind", f"{bool(given & CLAIMED)}{bool(wanted)}"] += 1


def show(name: str, found: list[Event]) -> None:
    sums = np.zeros(4, dtype=int)
    for event in found:
        row = np.array(pairing(event))
        sums += row
        print(f"  {event.gold['event'].iloc[0]:24} {_rates(row)}")
    print(f"{name:26} {_rates(sums)}")
    right, told, pairs = sum(read(event) for event in found)
    print(f"  read blind: precision {_share(right, told)}; {pairs - told} pairs that nobody read")
    counts: Counter[tuple[str, str]] = Counter()
    for event in found:
        kinds(event, counts)
    for reason in ("kind", *REASONS):
        right, wrong, missed = (counts[reason, key] for key in ("TrueTrue", "TrueFalse", "FalseTrue"))
        fine = counts[reason, "FalseFalse"]
        total = right + wrong + missed + fine
        print(
            f"  {'differently' if reason == 'kind' else reason:12} precision {_share(right, right + wrong)}, "
            f"recall {_share(right, right + missed)}, accuracy {_share(right + fine, total)}"
        )


def _rates(row: np.ndarray) -> str:
    return f"precision {_share(row[0], row[1])}, recall of facts {_share(row[2], row[3])}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f} ({part}/{whole})" if whole else f"– (0/{whole})"


class Reports:
    """Invented reports on one event: their frames, and which of their pairs are known to tell one fact."""

    def __init__(self, name: str, rows: pd.DataFrame, scorer: Scorer) -> None:
        from fact_reports import article

        files = sorted({*rows["file_a"], *rows["file_b"]})
        told = {file: score_article(article(name, file), scorer) for file in files}
        ids = {file: scored.article.id for file, scored in told.items()}
        self.name = name
        self.articles = pd.DataFrame(
            {"article_id": scored.article.id, "outlet": scored.article.outlet, "published": pd.Timestamp("2026-05-04")}
            for scored in told.values()
        )
        self.sentences = pd.concat([scored.sentences for scored in told.values()], ignore_index=True)
        self.mentions = merge_event(pd.concat([scored.mentions for scored in told.values()], ignore_index=True))
        self.read: dict[frozenset[Key], bool] = {}
        """Whether a pair that was read, or whose facts were numbered, tells one fact."""
        for row in rows.to_dict("records"):
            places = {(ids[row[f"file_{side}"]], int(row[f"index_{side}"])) for side in "ab"}
            self.read[frozenset(places)] = row["same"] > 0.5

    @property
    def wanted(self) -> int:
        """Pairs that tell one fact."""
        return sum(self.read.values())

    def pairing(self) -> np.ndarray:
        """Pairs found right, pairs that were read, pairs; pairs read that tell one fact."""
        pairs = align_frames(self.sentences, self.mentions, self.articles).pairs
        places = zip(pairs["article_a"], pairs["index_a"], pairs["article_b"], pairs["index_b"], strict=True)
        said = [self.read.get(frozenset({(a, i), (b, j)})) for a, i, b, j in places]
        return np.array([sum(map(bool, said)), sum(each is not None for each in said), len(said), self.wanted])


def reports(part: Literal["tuning", "report"]) -> list[Reports]:
    """The invented reports that weights and thresholds are fitted on, or those that chose nothing."""
    from fact_reports import coded, numbered

    scorer = Scorer.load()
    known = pd.concat([coded(part), numbered(part, share=1.0)])
    return [Reports(str(name), rows, scorer) for name, rows in known.groupby("event")]


def show_reports() -> None:
    """Prints pairing on the invented reports that chose nothing: recall is that of the pairs that were read."""
    found = {each.name: each.pairing() for each in reports("report")}
    for name, row in [*found.items(), ("invented reports", sum(found.values()))]:
        right, told, pairs, wanted = row
        print(
            f"  {name:24} precision {_share(right, told)}, recall of pairs {_share(right, wanted)}; "
            f"{pairs - told} pairs that nobody read"
        )


class Made(NamedTuple):
    """Sentences and candidates of an event as `align` makes them, whether each is right, and whether that is known."""

    event: Event | Reports
    units: pd.DataFrame
    pairs: Pairs
    right: np.ndarray
    known: np.ndarray

    @property
    def keys(self) -> list[Key]:
        return list(zip(self.units["article_id"], self.units["index"], strict=True))

    @property
    def reader(self) -> alignment_score.Reader:
        return _together(self.pairs, list(self.units["text"]))


def examples(event: Event | Reports) -> Made:
    """An event's candidates; of reports not all were read."""
    ordered = _in_order(event.sentences, event.articles)
    units = _without_repeats(ordered, find_copies(event.sentences, event.articles)).reset_index(drop=True)
    pairs = _candidates(units)
    keys = list(zip(units["article_id"], units["index"], strict=True))
    places = [(keys[i], keys[j]) for i, j in zip(pairs.a, pairs.b, strict=True)]
    if isinstance(event, Reports):
        read = [event.read.get(frozenset(both)) for both in places]
        right, known = np.array([bool(same) for same in read]), np.array([same is not None for same in read])
        return Made(event, units, pairs, right, known)
    right = np.array([bool(event.facts.get(a, set()) & event.facts.get(b, set())) for a, b in places])
    return Made(event, units, pairs, right, np.ones(len(right), dtype=bool))


def regression(x: np.ndarray, y: np.ndarray, penalty: float = 1.0) -> tuple[float, np.ndarray]:
    """Bias and weights of a logistic regression."""
    middle, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = (x - middle) / scale

    def loss(t: np.ndarray) -> tuple[float, np.ndarray]:
        odds = z @ t[1:] + t[0]
        over = 1 / (1 + np.exp(-odds)) - y
        value = (np.logaddexp(0, odds) - y * odds).sum() + penalty * (t[1:] ** 2).sum()
        return value, np.concatenate([[over.sum()], z.T @ over + 2 * penalty * t[1:]])

    best = minimize(loss, np.zeros(x.shape[1] + 1), jac=True).x
    weights = best[1:] / scale
    return float(best[0] - weights @ middle), weights


def _put(made: list[Made]) -> tuple[int, int]:
    """Fits the weights, first and joint, and puts them into alignment_score; how many candidates each was fitted on."""
    first = [(alignment_score.first_features(each.pairs)[each.known], each.right[each.known]) for each in made]
    alignment_score.BIAS, weights = _fitted(first)
    alignment_score.WEIGHTS = dict(zip(alignment_score.FEATURES_AND_CROWD, weights, strict=True))
    joint = [_doubtful(each) for each in made]
    alignment_score.JOINT_BIAS, weights = _fitted(joint)
    alignment_score.JOINT_WEIGHTS = dict(zip(alignment_score.JOINT, weights, strict=True))
    return sum(len(y) for _, y in first), sum(len(y) for _, y in joint)


def _fitted(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[float, list[float]]:
    bias, weights = regression(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    return bias, weights.tolist()


def _doubtful(each: Made) -> tuple[np.ndarray, np.ndarray]:
    """Features of the known candidates that are read together, and whether they are right."""
    rows = np.flatnonzero(alignment_score.by_features(each.pairs) >= alignment_score.DOUBT)
    features, known = alignment_score.joint_features(each.pairs, rows, each.reader(rows)), each.known[rows]
    return features[known], each.right[rows][known]


def fit(found: list[Event | Reports]) -> None:
    """Prints the weights of alignment_score.py from the tuning events."""
    made = [examples(event) for event in found]
    counts = _put(made)
    print(f"{counts[0]} candidates, {counts[1]} read together, {sum(int(each.right.sum()) for each in made)} right")
    for prefix in ("", "JOINT_"):
        print(f"{prefix}BIAS = {getattr(alignment_score, f'{prefix}BIAS'):.3f}\n{prefix}WEIGHTS")
        for name, weight in getattr(alignment_score, f"{prefix}WEIGHTS").items():
            print(f'    "{name}": {weight:.3f},')


def leave_one_out(found: list[Event | Reports]) -> None:
    """Prints pairing on each tuning event by weights fitted on the others, with pairs read together and without, by
    threshold: on sample articles and on stories, whose facts are listed, and on invented reports (recall of pairs)."""
    made = [examples(event) for event in found]
    doubt, sums = alignment_score.DOUBT, defaultdict(lambda: np.zeros(4, dtype=int))
    for i, each in enumerate(made):
        _put(made[:i] + made[i + 1 :])
        for together in (False, True):
            alignment_score.DOUBT = doubt if together else 2.0
            score = alignment_score.likelihood(each.pairs, each.reader)
            for enough in np.arange(0.2, 0.71, 0.05).round(2).tolist():
                for again in (0.5, 0.55, 0.6, 0.7):
                    if again >= enough:
                        sums[_kind(each), together, enough, again] += _told(each, score, enough, again)
        alignment_score.DOUBT = doubt
    for (kind, together, enough, again), row in sorted(sums.items()):
        print(f"{kind}, read together {together}, enough {enough}, again {again}: {_rates(row)}")


def _kind(each: Made) -> str:
    if isinstance(each.event, Reports):
        return "reports"
    return "stories" if (GOLD.parent / "alignment_events" / each.event.name).is_dir() else "sample articles"


def _told(each: Made, score: np.ndarray, enough: float, again: float) -> np.ndarray:
    align.ENOUGH, align.AGAIN = enough, again
    keys, event, rows = each.keys, each.event, _chosen(each.pairs, score, each.units)
    if isinstance(event, Reports):
        right = int(each.right[rows].sum())
        return np.array([right, int(each.known[rows].sum()), right, event.wanted])
    right, facts = 0, set()
    for k in rows.tolist():
        a, b = keys[each.pairs.a[k]], keys[each.pairs.b[k]]
        shared = event.facts.get(a, set()) & event.facts.get(b, set())
        right += bool(shared)
        facts |= {(*sorted((event.outlet[a[0]], event.outlet[b[0]])), fact) for fact in shared}
    wanted = event.wanted()
    return np.array([right, len(rows), len(facts & wanted), len(wanted)])


def timing(event: Event) -> None:
    """Four outlets of ten articles of 25 sentences, their words shuffled between articles; and 4,000 near-copies."""
    rng = np.random.default_rng(7)
    texts = list(event.sentences.loc[event.sentences["index"] > 0, "text"])
    words = [word for text in texts for word in text.split()]

    def invented() -> str:
        text = str(rng.choice(texts)).split()
        return " ".join(str(rng.choice(words)) if rng.random() < 0.4 else word for word in text)

    articles, sentences = _made(40, 4, lambda _: [invented() for _ in range(25)])
    base = [invented() for _ in range(25)]
    copies, copied = _made(4000, 4, lambda i: [f"{text[:-1]} {i % 50}." for text in base])
    for name, frames in (
        ("4 outlets × 10 articles × 25", (sentences, articles)),
        ("4,000 near-copies × 25", (copied, copies)),
    ):
        started = time.process_time()
        found = align_frames(frames[0], event.mentions.iloc[:0], frames[1])
        print(f"{name}: {time.process_time() - started:.2f} s of processor time, {len(found.pairs)} pairs")


def _made(n: int, outlets: int, body: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    articles = pd.DataFrame(
        {"article_id": f"a{i:05}", "outlet": f"Outlet {i % outlets}", "published": pd.Timestamp("2024-03-04")}
        for i in range(n)
    )
    rows = [
        {
            "article_id": f"a{i:05}",
            "outlet": f"Outlet {i % outlets}",
            "index": k,
            "text": text,
            "quotes": [],
            "voice": "own",
            "speaker": None,
        }
        for i in range(n)
        for k, text in enumerate(["A headline", *body(i)])
    ]
    return articles, pd.DataFrame(rows).assign(quotes=[[]] * len(rows), voice="own", speaker=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=Path("demo-corpus"))
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--part", choices=["tuning", "report"])
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--loo", action="store_true")
    parser.add_argument("--time", action="store_true")
    given = parser.parse_args()
    parts = events(Corpus.open(given.corpus), given.gold)
    if given.fit:
        return fit([*parts["tuning"], *reports("tuning")])
    if given.loo:
        return leave_one_out([*parts["tuning"], *reports("tuning")])
    for name, found in parts.items():
        if given.part not in (None, name):
            continue
        show(name, found)
        for event in found:
            copies = find_copies(event.sentences, event.articles)
            print(f"  {event.gold['event'].iloc[0]}: {len(copies.sentences)} copies of {copies.n_sentences} sentences")
    if given.part != "tuning":
        show_reports()
    if given.time:
        timing(next(iter(parts.values()))[0])
    return None


if __name__ == "__main__":
    main()
