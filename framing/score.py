"""The scoring step: voice, mentions and every head, for the parts of a corpus that lack them, in one encoder pass."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
import pyarrow as pa

from framing import rows
from framing.actors import ACTORS_VERSION, find_mentions
from framing.corpus import Corpus, event_key
from framing.errors import InputError
from framing.heads import Floats, Head
from framing.parts import MENTIONS, SCHEMAS, VOICE, Folder, Target
from framing.registry import own_heads_folder
from framing.repeats import Memory
from framing.schema import Article, Mention, Sentence, VoiceDecision
from framing.scorer import AnyHead, Masked, Scorer, Scores, mask_texts
from framing.segment import segment
from framing.threads import R, long_run, seat
from framing.voice import Heard, decide, hear, voice_version, voices

__all__ = [
    "ScoreReport",
    "ScoredArticle",
    "Scorer",
    "score",
    "score_article",
    "targets_for",
    "targets_of",
    "versions_of",
]

P = ParamSpec("P")
Progress = Callable[[int, int], None]
CarryOut = Callable[[Corpus, Scorer, Mapping[str, Sequence[Target]], Callable[[int], None]], Counter[str]]
"""Makes and stores what a plan (parts and the results that each lacks) asks for, and counts what was cut by head."""


@dataclass(frozen=True)
class ScoreReport:
    """What a run of `score` did: parts and sentences that went through the encoder, versions in use, seconds."""

    parts: int
    sentences: int
    versions: dict[str, str]
    seconds: float
    again: int = 0
    """Sentences among them that came again, word for word and with the same targets: these were scored once."""
    cut: dict[str, int] = field(default_factory=dict)
    """Sentences, or mentions, longer than the model of a text head reads, by head."""


def score(
    corpus: Corpus,
    heads: Collection[str] | None = None,
    progress: Progress | None = None,
    scorer: Scorer | None = None,
    parts: Collection[str] | None = None,
    carry_out: CarryOut | None = None,
) -> ScoreReport:
    """Scores what the corpus lacks (of `heads`, of `parts`; default all); `progress` is told sentences done and in all.
    The scorer is the shipped one, with the heads in the folder `heads` beside the corpus, unless given. `carry_out`
    does the work elsewhere (`cluster.Cluster`).

    Results of a part appear whole; a killed run loses the part under way, and the next one does only what is missing.
    """
    started = time.monotonic()
    scorer = _restricted(scorer or Scorer.load(own_heads=own_heads_folder(corpus.path)), heads)
    targets = targets_of(scorer)
    with corpus.folder.writing():
        _announce(corpus.folder, targets)
        stems = corpus.folder.stems() if parts is None else sorted(parts)
        plan = {stem: [t for t in targets if not corpus.folder.complete(t, stem).exists()] for stem in stems}
        plan = {stem: lacking for stem, lacking in plan.items() if lacking}
        encoding = [stem for stem, lacking in plan.items() if any(_reads_vectors(t, scorer) for t in lacking)]
        total = corpus.folder.rows("sentences", encoding)
        done = 0
        if progress is not None:
            progress(0, total)

        def seen(count: int) -> None:
            nonlocal done
            done += count
            if progress is not None:
                progress(min(done, total), total)

        memory = Memory()
        if carry_out is not None:
            cut = carry_out(corpus, scorer, plan, seen)
        else:
            cut = _score_parts(corpus, scorer, plan, seen, memory)
        _promote(corpus.folder, targets)
    if progress is not None:
        progress(total, total)
    versions = {target.name: target.version for target in targets}
    return ScoreReport(len(plan), done, versions, time.monotonic() - started, memory.again, dict(+cut))


def _restricted(scorer: Scorer, heads: Collection[str] | None) -> Scorer:
    """The scorer with the wanted heads alone. Raises InputError for one that does not exist."""
    unknown = sorted(set(heads or ()) - set(scorer.heads))
    if unknown:
        raise InputError(f"There is no head {unknown[0]!r}. There are: {', '.join(sorted(scorer.heads))}.")
    kept = {name: head for name, head in scorer.heads.items() if heads is None or name in heads}
    return replace(scorer, heads=kept)


def _reads_vectors(target: Target, scorer: Scorer) -> bool:
    """Whether a missing result of this target takes the encoder."""
    return target.name in scorer.heads or (target.name == VOICE and scorer.voice is not None)


def targets_of(scorer: Scorer) -> list[Target]:
    """Voice, mentions, and the heads: what a scorer makes of each part."""
    return targets_for(scorer.heads, scorer.voice)


def targets_for(heads: Mapping[str, AnyHead], voice: Head | None) -> list[Target]:
    """The same without the encoder. A mention head's version holds the actors' too, whose spans key its rows."""
    named = [
        Target(VOICE, voice_version(voice), "sentence", tuple(SCHEMAS[VOICE].names[2:])),
        Target(MENTIONS, str(ACTORS_VERSION), "mention", tuple(SCHEMAS[MENTIONS].names[4:])),
    ]
    for head in heads.values():
        version = f"{head.version}-{ACTORS_VERSION}" if head.level == "mention" else head.version
        named.append(Target(head.name, version, head.level, _columns(head)))
    return named


def versions_of(scorer: Scorer) -> dict[str, str]:
    """The versions under which a scorer's results are stored: voice, mentions and each head."""
    return {target.name: target.version for target in targets_of(scorer)}


def _columns(head: AnyHead) -> tuple[str, ...]:
    return tuple(f"{head.name}.{label}" for label in head.labels)


def _announce(folder: Folder, targets: Sequence[Target]) -> None:
    """Names versions of targets that had none, so that what is scored shows at once; others wait for completeness."""
    manifest = folder.manifest()
    folder.save(replace(manifest, current={**{t.name: t for t in targets}, **manifest.current}))


def _promote(folder: Folder, targets: Sequence[Target]) -> None:
    """Makes current what now covers the whole corpus. Mentions never change without the heads keyed by them."""
    stems, manifest = folder.stems(), folder.manifest()
    ready = {t.name: t for t in targets if all(folder.complete(t, stem).exists() for stem in stems)}
    keyed = {t.name for t in manifest.current.values() if t.level == "mention"}
    if not keyed <= set(ready):
        ready = {name: target for name, target in ready.items() if target.level != "mention"}
    folder.save(replace(manifest, current={**manifest.current, **ready}))


@dataclass(frozen=True)
class _Part:
    """Sentences of a part in order, the spans mentioned in each, and their articles' outlets."""

    sentences: list[Sentence]
    spans: list[list[tuple[int, int]]]
    outlets: list[str]

    def rows(self, chosen: Sequence[int]) -> _Part:
        """The part with the chosen sentences alone."""
        sentences, spans = [self.sentences[i] for i in chosen], [self.spans[i] for i in chosen]
        return _Part(sentences, spans, [self.outlets[i] for i in chosen])

    def keys(self, level: str) -> list[tuple[Any, ...]]:
        """The keys of a target's rows, in order."""
        if level == "sentence":
            return [(s.article_id, s.index) for s in self.sentences]
        pairs = zip(self.sentences, self.spans, strict=True)
        return [(s.article_id, s.index, *span) for s, spans in pairs for span in spans]


@dataclass(frozen=True)
class _ToEncode:
    """What the encoder has to read of a part: the sentences `picked`, masked, for the heads of `scorer`; `known` are
    each head's rows that were there before."""

    scorer: Scorer
    picked: _Part
    masked: Masked
    known: dict[str, dict[tuple[Any, ...], Floats]]


@dataclass(frozen=True)
class _Work:
    """A part read, with its actors: what is still missing of it, its articles and their sentences."""

    stem: str
    missing: dict[str, Target]
    articles: list[Article]
    by_article: dict[str, list[Sentence]]
    part: _Part
    to_encode: _ToEncode | None
    """None where nothing that the part lacks takes the encoder."""


def _score_parts(
    corpus: Corpus, scorer: Scorer, plan: Mapping[str, list[Target]], seen: Callable[[int], None], memory: Memory
) -> Counter[str]:
    """Makes the missing results of the parts and writes each as soon as it is there; gives back what had to be cut, by
    head. All else (actors of the next part, voices of this one, what the last one brought) goes on beside the encoder,
    one after the other, what the encoder waits for first."""
    cut: Counter[str] = Counter()
    waiting, behind = iter(plan), None
    with long_run(), ThreadPoolExecutor(1) as beside:

        def ahead(number: int) -> list[Future[_Work]]:
            stems = islice(waiting, number)
            return [beside.submit(_seated, _prepared, corpus, scorer, stem, plan[stem]) for stem in stems]

        following = deque(ahead(2))
        while following:
            work = following.popleft().result()
            heard = beside.submit(_seated, _heard, scorer, work)
            if behind is not None and behind.done():
                behind.result()  # what could not be written is told before another part is encoded
            scores = _encoded(work, seen, memory)
            cut.update(scores.cut if scores is not None else {})
            if behind is not None:
                behind.result()
            following.extend(ahead(1))
            behind = beside.submit(_seated, _write, corpus.folder, scorer, work, scores, heard)
    if behind is not None:
        behind.result()
    return cut


def _seated(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    with seat():
        return work(*args, **kwargs)


def _prepared(corpus: Corpus, scorer: Scorer, stem: str, lacking: Sequence[Target]) -> _Work:
    """Reads a part, finds and stores its actors where they are missing, and makes ready what is to be encoded."""
    folder, missing = corpus.folder, {target.name: target for target in lacking}
    articles, by_article = corpus.read_part(stem)
    ordered = [sentence for article in articles for sentence in by_article[article.id]]
    if MENTIONS in missing:
        found = [mention for article in articles for mention in find_mentions(article, by_article[article.id])]
        _finish(folder, missing.pop(MENTIONS), stem, rows.mentions_table(_distinct(found)))
    actors = next(t for t in targets_of(scorer) if t.name == MENTIONS)
    mentions = [rows.mention_of(row) for row in folder.read(folder.complete(actors, stem)).to_pylist()]
    outlets = [article.outlet for article in articles for _ in by_article[article.id]]
    part = _Part(ordered, _spans(ordered, mentions), outlets)
    return _Work(stem, missing, articles, by_article, part, _to_encode(folder, scorer, stem, missing, part))


def _to_encode(
    folder: Folder, scorer: Scorer, stem: str, missing: Mapping[str, Target], part: _Part
) -> _ToEncode | None:
    """The sentences for which a head has no row yet; rows carried over by an edit are kept. Where voice is among what
    is missing, all of them: it reads the whole article."""
    targets = [target for target in missing.values() if _reads_vectors(target, scorer)]
    if not targets:
        return None
    voiced = any(target.name == VOICE for target in targets)
    targets = [target for target in targets if target.name != VOICE]
    known = {target.name: _carried(folder, target, stem) for target in targets}
    picked = part if voiced else part.rows(_unscored(part, targets, known))
    heads = {target.name: scorer.heads[target.name] for target in targets}
    masked = mask_texts([sentence.text for sentence in picked.sentences], picked.spans, picked.outlets)
    return _ToEncode(Scorer(scorer.encoder, heads, scorer.voice if voiced else None), picked, masked, known)


def _heard(scorer: Scorer, work: _Work) -> list[Heard]:
    """What the rules say of the voices, where these are missing, article by article, which is what their context is."""
    if VOICE not in work.missing:
        return []
    return [hear(article, work.by_article[article.id], scorer.voice) for article in work.articles]


def _encoded(work: _Work, seen: Callable[[int], None], memory: Memory) -> Scores | None:
    """One encoder pass over what is to be encoded."""
    given = work.to_encode
    return given.scorer.score_masked(given.masked, seen, memory) if given is not None else None


def _write(folder: Folder, scorer: Scorer, work: _Work, scores: Scores | None, heard: Future[list[Heard]]) -> None:
    """Writes a part's missing results, the heads' and then the voices."""
    if work.to_encode is not None and scores is not None:
        for name in work.to_encode.known:
            _write_head(folder, work.stem, work.part, work.missing[name], work.to_encode, scores)
    if VOICE in work.missing:
        leaning = scores.leaning if scores is not None else None
        decided = _decided(heard.result(), scorer, leaning)
        _finish(folder, work.missing[VOICE], work.stem, rows.voices_table(work.part.sentences, decided))


def _write_head(folder: Folder, stem: str, part: _Part, target: Target, given: _ToEncode, scores: Scores) -> None:
    fresh = scores.sentences[target.name] if target.level == "sentence" else _stack(scores.mentions[target.name])
    values = {**dict(zip(given.picked.keys(target.level), fresh, strict=True)), **given.known[target.name]}
    keys = part.keys(target.level)
    matrix = np.array([values[key] for key in keys], np.float32).reshape(len(keys), len(target.columns))
    _finish(folder, target, stem, _head_table(target, keys, matrix))


def _decided(heard: Sequence[Heard], scorer: Scorer, leaning: Floats | None) -> list[VoiceDecision]:
    """The voices of a part, from what the rules say of its articles and what the voice head reads in the vectors."""
    decided: list[VoiceDecision] = []
    for each in heard:
        first = len(decided)
        mine = leaning[first : first + len(each.sentences)] if leaning is not None else None
        decided += decide(each, scorer.voice, mine)
    return decided


def _unscored(
    part: _Part, targets: Sequence[Target], known: Mapping[str, Mapping[tuple[Any, ...], Floats]]
) -> list[int]:
    """Positions of the sentences of which some head lacks a row."""
    by_sentence = [known[t.name] for t in targets if t.level == "sentence"]
    by_mention = [known[t.name] for t in targets if t.level == "mention"]
    todo = []
    for i, (sentence, spans) in enumerate(zip(part.sentences, part.spans, strict=True)):
        key = (sentence.article_id, sentence.index)
        lacks = any(key not in found for found in by_sentence)
        if lacks or any((*key, *span) not in found for found in by_mention for span in spans):
            todo.append(i)
    return todo


def _carried(folder: Folder, target: Target, stem: str) -> dict[tuple[Any, ...], Floats]:
    """Rows that an edit carried over, by key."""
    file = folder.partial(target, stem)
    if not file.exists():
        return {}
    table = folder.read(file)
    keys = zip(*(table[name].to_pylist() for name in target.schema.names[: -len(target.columns)]), strict=True)
    values = np.column_stack([table[name].to_numpy() for name in target.columns])
    return dict(zip(keys, values, strict=True))


def _head_table(target: Target, keys: Sequence[tuple[Any, ...]], matrix: Floats) -> pa.Table:
    names = target.schema.names[: -len(target.columns)]
    columns = list(zip(*keys, strict=True)) if keys else [() for _ in names]
    arrays = [
        pa.array(list(column), target.schema.field(name).type) for name, column in zip(names, columns, strict=True)
    ]
    arrays += [pa.array(np.ascontiguousarray(column), pa.float32()) for column in matrix.T]
    return pa.Table.from_arrays(arrays, schema=target.schema)


def _finish(folder: Folder, target: Target, stem: str, table: pa.Table) -> None:
    """Writes a complete result, and only then drops the carried one that it replaces."""
    folder.write(folder.complete(target, stem), table)
    folder.partial(target, stem).unlink(missing_ok=True)


def _stack(found: Sequence[Floats]) -> Floats:
    return np.concatenate(found) if found else np.empty((0, 0), np.float32)


def _distinct(mentions: Sequence[Mention]) -> list[Mention]:
    """One mention a span, in order: rows are joined by span."""
    return list({(m.article_id, m.index, m.start, m.end): m for m in mentions}.values())


def _spans(sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> list[list[tuple[int, int]]]:
    """For each sentence the spans mentioned in it."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {(s.article_id, s.index): [] for s in sentences}
    for mention in mentions:
        found[mention.article_id, mention.index].append((mention.start, mention.end))
    return list(found.values())


@dataclass(frozen=True)
class ScoredArticle:
    """One article scored in memory: frames with the columns of `Corpus.sentences` and `Corpus.mentions`."""

    article: Article
    sentences: pd.DataFrame
    mentions: pd.DataFrame


def score_article(article: Article, scorer: Scorer) -> ScoredArticle:
    """What `score` would store for an article, without storing it."""
    sentences = segment(article)
    mentions = _distinct(find_mentions(article, sentences))
    part = _Part(sentences, _spans(sentences, mentions), [article.outlet] * len(sentences))
    scores = scorer.score_sentences([s.text for s in sentences], part.spans, outlets=part.outlets)
    decisions = voices(article, sentences, scorer.voice, scores.leaning)
    place = {
        "article_id": article.id,
        "outlet": article.outlet,
        "event_id": event_key(article.event) if article.event else None,
    }
    dated = {**place, "published": pd.Timestamp(article.published) if article.published else pd.NaT}
    frame = pd.DataFrame(
        {
            **dated,
            "index": s.index,
            "headline": s.is_headline,
            "paragraph": s.paragraph,
            "text": s.text,
            "start": s.start,
            "end": s.end,
            "quotes": [(span.start, span.end) for span in s.quotes],
            "voice": decision.voice,
            "speaker": decision.speaker,
        }
        for s, decision in zip(sentences, decisions, strict=True)
    )
    voice = {s.index: decision.voice for s, decision in zip(sentences, decisions, strict=True)}
    order = {key: number for number, key in enumerate(part.keys("mention"))}
    mentions = sorted(mentions, key=lambda m: order[m.article_id, m.index, m.start, m.end])
    names = ("index", "start", "end", "surface", "canonical", "type")
    actors = pd.DataFrame(
        [{**place, **{name: getattr(m, name) for name in names}, "voice": voice[m.index]} for m in mentions],
        columns=[*place, *names, "voice"],
    )
    for head in scorer.heads.values():
        if head.level == "sentence":
            frame[list(_columns(head))] = scores.sentences[head.name]
        else:
            actors[list(_columns(head))] = _stack(scores.mentions[head.name]).reshape(len(actors), len(head.labels))
    return ScoredArticle(article, frame, actors)
