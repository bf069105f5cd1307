"""A corpus of any size to measure with: articles recombined from the sample articles, every sentence a different one.

    python benchmarks/make_corpus.py CORPUS [--articles N] [--sentences N] [--events N] [--outlets N] [--seed N]

Names, places, numbers and days of the 37 invented sample articles are slots filled from invented lists, and sentence
parts (times, places) are added; an event has its own names, takes most paragraphs from one sample event and the rest
from others. Seven in ten events have 2 to 6 articles, two in ten 7 to 20, one in ten 40 (four outlets of ten each); a
quarter of the articles belongs to no event. Dates lie within a year.

The scores are recombined as well, NOT made by the models: each sentence has those of the sample sentence that it was
made of (scored with the shipped models), its log-odds moved by a normal deviate of 0.5. Its voice and its mentions are
carried over. Scoring 600,000 sentences takes 25 minutes of two cores and measures something else; --score does it.
Equal options give equal articles and scores. Everything goes through the corpus' own writing code, in parts of 512
articles, so that every command and page works on the result; memory stays flat.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
from recombine import Made, Maker, Template, names_in, templates

from framing import rows
from framing.adding import PART_ARTICLES
from framing.corpus import Corpus
from framing.ingest import read
from framing.parts import MENTIONS, VOICE, Target
from framing.schema import Article, Mention, VoiceDecision
from framing.score import score
from framing.segment import segment

ROOT = Path(__file__).parents[1]
FIRST_DAY = date(2024, 7, 1)
DAYS = 365
NOISE = 0.5
OUTLETS = (
    "Harbour Gazette", "The Plain Courier", "Northgate Times", "Evening Lantern", "Union Register", "Free Observer",
    "Westmark Herald", "The Daily Beacon", "Morning Ledger", "City Chronicle", "Riverside Post", "The New Standard",
    "Hill Country Mail", "Southern Dispatch", "Island Telegraph", "The Weekly Mirror",
)  # fmt: skip
NOTE = (
    "Made by benchmarks/make_corpus.py to measure speed: recombined from the sample articles, with recombined scores. "
    "Nothing in it is true, and its numbers mean nothing."
)


@dataclass(frozen=True)
class Sizes:
    """What is made."""

    articles: int
    sentences: int
    events: int
    outlets: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """An article to be made: where and when it stands, its event (its place among the events, or None), length."""

    outlet: int
    published: date
    event: int | None
    sentences: int


@dataclass(frozen=True)
class Samples:
    """The scored sample articles: templates by row, paragraphs by sample event, headlines by sample event, and each
    target with its rows' values."""

    templates: list[Template]
    paragraphs: Mapping[str, list[list[int]]]
    headlines: Mapping[str, list[int]]
    sentences: pd.DataFrame
    stance: Mapping[int, np.ndarray]
    targets: Mapping[str, Target]
    names: frozenset[str]


def samples(folder: Path) -> Samples:
    """The invented sample articles, scored with the shipped models."""
    corpus = Corpus.create(folder / "samples")
    corpus.add(
        item for item in read(ROOT / "sample_articles") if not isinstance(item, Article) or item.kind == "invented"
    )
    score(corpus)
    sentences, mentions = corpus.sentences(), corpus.mentions()
    made = templates(sentences, mentions)
    paragraphs: dict[str, list[list[int]]] = {}
    for (_, event, number), part in sentences.groupby(["article_id", "event_id", "paragraph"], sort=False):
        if number >= 0:
            paragraphs.setdefault(str(event), []).append([int(i) for i in part.index])
    headlines = {
        str(event): [int(i) for i in part.index]
        for event, part in sentences[sentences["index"] == 0].groupby("event_id")
    }
    targets = corpus.folder.manifest().current
    stance = [name for name, target in targets.items() if target.level == "mention" and name != MENTIONS]
    columns = [column for name in stance for column in targets[name].columns]
    by_place = dict(iter(mentions.groupby(["article_id", "index"])))
    values = {
        key: by_place[place][columns].to_numpy(np.float64)
        for key, place in enumerate(zip(sentences["article_id"], sentences["index"], strict=True))
        if place in by_place
    }
    return Samples(made, paragraphs, headlines, sentences, values, targets, names_in(mentions))


def plans(sizes: Sizes, draw: Random) -> list[Plan]:
    """All articles, by date."""
    counts = _event_sizes(sizes, draw)
    mean = sizes.sentences / sizes.articles - 1
    found = []

    def article(outlet: int, day: int, event: int | None) -> None:
        length = max(4, round(draw.lognormvariate(0, 0.35) * mean * 0.94))
        found.append(Plan(outlet, FIRST_DAY + timedelta(days=min(day, DAYS - 1)), event, length))

    for event, n in enumerate(counts):
        start = draw.randrange(DAYS)
        several = min(sizes.outlets, 4 if n >= 40 else draw.randint(min(2, n), max(2, min(n, 8))))
        outlets = draw.sample(range(sizes.outlets), max(1, several))
        for number in range(n):
            article(outlets[number % len(outlets)], start + draw.choice((0, 0, 1, 1, 2, 3)), event)
    for _ in range(sizes.articles - len(found)):
        article(draw.randrange(sizes.outlets), draw.randrange(DAYS), None)
    draw.shuffle(found)  # outlets and events mixed within a day, as a feed brings them
    return sorted(found, key=lambda plan: plan.published)


def _event_sizes(sizes: Sizes, draw: Random) -> list[int]:
    """Articles of each event: seven in ten 2–6, two in ten 7–20, one in ten 40, as far as three quarters of them go;
    then two."""
    left, counts = round(sizes.articles * 0.75), []
    for number in range(sizes.events):
        place = number % 10
        wanted = 40 if place == 0 else draw.randint(7, 20) if place < 3 else draw.choice((2, 2, 3, 3, 4, 5, 6))
        room = left - 2 * (sizes.events - number - 1)
        counts.append(max(2, min(wanted, room)))
        left -= counts[-1]
    draw.shuffle(counts)
    return counts


class Newsroom:
    """Makes the planned articles, with what their sentences were made of."""

    def __init__(self, found: Samples, sizes: Sizes) -> None:
        self.samples, self.draw = found, Random(sizes.seed)
        self.maker = Maker(found.names, self.draw)
        self.topics = sorted(found.paragraphs)
        self.names, self.casts = list[str](), list[dict[str, str]]()
        for event in range(sizes.events):
            self.casts.append(self.maker.cast())
            self.names.append(self._event_name(event))
        self.refused = 0

    def _topic(self, event: int) -> str:
        return self.topics[event % len(self.topics)]

    def _event_name(self, event: int) -> str:
        """A headline of its topic with its names; no sentence is made twice, so that no name is."""
        key = self.draw.choice(self.samples.headlines[self._topic(event)])
        return self.maker.sentence(self.samples.templates[key], self.casts[event]).text

    def article(self, plan: Plan) -> tuple[Article, list[Made]]:
        """The article and its sentences, the headline first, as `segment` cuts it."""
        cast = self.maker.cast() if plan.event is None else self.casts[plan.event]
        topic = self._topic(self.draw.randrange(len(self.topics)) if plan.event is None else plan.event)
        while True:
            head = self.maker.sentence(self.samples.templates[self.draw.choice(self.samples.headlines[topic])], cast)
            paragraphs: list[list[Made]] = []
            while (lacking := plan.sentences - sum(map(len, paragraphs))) > 0:
                source = topic if self.draw.random() < 0.6 else self.draw.choice(self.topics)
                keys = self.draw.choice(self.samples.paragraphs[source])[:lacking]
                paragraphs.append([self.maker.sentence(self.samples.templates[key], cast) for key in keys])
            text = "\n\n".join(" ".join(made.text for made in part) for part in paragraphs)
            event = None if plan.event is None else self.names[plan.event]
            article = Article(
                OUTLETS[plan.outlet], head.text, text, plan.published, event=event, kind="invented", note=NOTE,
                source="benchmarks/make_corpus.py",
            )  # fmt: skip
            made = [head, *(made for part in paragraphs for made in part)]
            if [sentence.text for sentence in segment(article)] == [item.text for item in made]:
                return article, made
            self.refused += 1


def write_scores(corpus: Corpus, stem: str, made: Mapping[str, Sequence[Made]], found: Samples, seed: int) -> None:
    """Every target of one part: the samples' values with noise."""
    noise = np.random.default_rng([seed, int(stem, 16) % 2**32])
    articles, by_article = corpus.read_part(stem)
    sentences = [sentence for article in articles for sentence in by_article[article.id]]
    items = [item for article in articles for item in made[article.id]]
    keys = np.array([item.template for item in items])
    plain = found.sentences
    spans = [
        Mention(s.article_id, s.index, *mention)
        for s, item in zip(sentences, items, strict=True)
        for mention in item.mentions
    ]
    for name, target in found.targets.items():
        if name == VOICE:
            voices = plain["voice"].to_numpy()[keys]
            decided = [VoiceDecision(voice, item.speaker, "") for voice, item in zip(voices, items, strict=True)]
            table = rows.voices_table(sentences, decided)
        elif name == MENTIONS:
            table = rows.mentions_table(spans)
        elif target.level == "mention":
            values = np.concatenate([found.stance[item.template] for item in items if item.mentions])
            place = [(m.article_id, m.index, m.start, m.end) for m in spans]
            table = _head_table(target, place, _noisy(values, noise, several=False))
        else:
            values = plain[list(target.columns)].to_numpy(np.float64)[keys]
            several = abs(plain[list(target.columns)].sum(axis=1) - 1).max() > 0.01
            table = _head_table(target, [(s.article_id, s.index) for s in sentences], _noisy(values, noise, several))
        corpus.folder.write(corpus.folder.complete(target, stem), table)


def _noisy(values: np.ndarray, noise: np.random.Generator, several: bool) -> np.ndarray:
    """Probabilities with their log-odds moved; those of one choice among several labels add up to one again."""
    p = np.clip(values, 1e-4, 1 - 1e-4)
    moved = 1 / (1 + np.exp(-(np.log(p / (1 - p)) + noise.normal(0, NOISE, p.shape))))
    return moved if several else moved / moved.sum(axis=1, keepdims=True)


def _head_table(target: Target, place: Sequence[tuple[object, ...]], values: np.ndarray) -> pa.Table:
    schema = target.schema
    names = schema.names[: -len(target.columns)]
    keys = [
        pa.array(column, schema.field(name).type) for name, column in zip(names, zip(*place, strict=True), strict=True)
    ]
    return pa.Table.from_arrays([*keys, *(pa.array(column.astype(np.float32)) for column in values.T)], schema=schema)


def make(path: Path, sizes: Sizes, really: bool) -> Iterator[int]:
    """Writes the corpus part by part; yields the articles written so far."""
    corpus = Corpus.create(path)
    with tempfile.TemporaryDirectory() as folder:
        found = samples(Path(folder))
    newsroom = Newsroom(found, sizes)
    if not really:
        corpus.folder.save(replace(corpus.folder.manifest(), current=found.targets))
    written = 0
    wanted = plans(sizes, Random(sizes.seed))
    for start in range(0, len(wanted), PART_ARTICLES):
        made = [newsroom.article(plan) for plan in wanted[start : start + PART_ARTICLES]]
        before = set(corpus.folder.stems())
        report = corpus.add(article for article, _ in made)
        if report.stored != len(made):
            raise RuntimeError(f"{len(made) - report.stored} articles were made twice.")
        sentences = {article.id: items for article, items in made}
        for stem in sorted(set(corpus.folder.stems()) - before):
            if not really:
                write_scores(corpus, stem, sentences, found, sizes.seed)
        written += len(made)
        yield written
    if really:
        score(corpus)
    (path / "NOTE.txt").write_text(NOTE + "\n", encoding="utf-8")


def main() -> None:
    """Make it, saying how long that took and what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sentences", type=int, default=600_000, help="headlines included, about")
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--outlets", type=int, default=12, help=f"at most {len(OUTLETS)}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--score", action="store_true", help="score with the models instead of recombining scores")
    given = parser.parse_args()
    if (
        not 2 <= given.outlets <= len(OUTLETS)
        or given.articles < 3 * given.events
        or given.sentences < 6 * given.articles
    ):
        parser.error(f"2 to {len(OUTLETS)} outlets, three articles or more an event, six sentences or more an article")
    sizes = Sizes(given.articles, given.sentences, given.events, given.outlets, given.seed)
    started = time.monotonic()
    for written in make(given.corpus, sizes, given.score):
        print(f"\r{written:,} of {sizes.articles:,} articles", end="", flush=True)
    status = Corpus.open(given.corpus).status()
    print(
        f"\n{status.articles:,} articles, {status.sentences:,} sentences, {status.events:,} events, {status.outlets} "
        f"outlets, {status.without_event:,} articles without an event; {status.parts} parts, "
        f"{status.bytes / 1e6:.0f} MB on disk; {time.monotonic() - started:.0f} s; seed {sizes.seed}"
    )


if __name__ == "__main__":
    main()
