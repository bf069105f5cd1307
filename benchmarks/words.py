"""Prints how often words are claimed to set outlets apart when nothing does, and how often a planted word is found:
`python benchmarks/words.py [--shuffles 3] [--tune]`.

A/A: within each event of ECB+ (`../shared/data`, test topics 36–45; --tune: the tuning topics) and of the sample
articles, the articles are dealt to two made-up outlets of equal size. Planted: a word that no article has is put into
an article of one of them twice on average, of the other once in four articles (Poisson). Seeded: it prints the same
again.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtri

from framing import words
from framing.event_words import tokens
from framing.ingest import read
from framing.schema import Article
from framing.segment import segment
from framing.story_words import background

ROOT = Path(__file__).parents[1]
ECB = ROOT.parent / "shared" / "data" / "ecbplus" / "articles.jsonl"
TUNING = {2, 5, 12, 18, 21, 23, 34, 35}
PLANTED = "zzplanted"
PER_ARTICLE, ELSEWHERE = 2.0, 0.25


def events(tuning: bool) -> Iterator[tuple[str, pd.DataFrame]]:
    """Name and tokens of each event with six articles or more."""
    grouped: dict[str, list[Article]] = defaultdict(list)
    for line in ECB.open(encoding="utf-8"):
        row = json.loads(line)
        topic = int(str(row["topic"]))
        if (topic in TUNING) if tuning else topic >= 36:
            grouped[str(row["event"])].append(Article("", str(row.get("title") or ""), str(row["text"])))
    if not tuning:
        for item in read(ROOT / "sample_articles"):
            if isinstance(item, Article):
                grouped[f"sample: {item.event}"].append(item)
    for event, articles in grouped.items():
        if len(articles) >= 6:
            yield event, tokens(frame(articles))


def frame(articles: list[Article]) -> pd.DataFrame:
    """Their sentences as a corpus gives them."""
    return pd.DataFrame([
        {"article_id": f"{i}", "outlet": "", "index": sentence.index, "text": sentence.text}
        for i, article in enumerate(articles) for sentence in segment(article)
    ])  # fmt: skip


def planted(found: pd.DataFrame, owner: dict[str, int], rng: np.random.Generator) -> pd.DataFrame:
    """The tokens with those of the planted word."""
    rows = [
        (PLANTED, PLANTED, article, "", 1, 0, 1)
        for article, side in owner.items()
        for _ in range(rng.poisson(PER_ARTICLE if side == 0 else ELSEWHERE))
    ]
    return pd.concat([found, pd.DataFrame(rows, columns=found.columns)], ignore_index=True)


def main() -> None:
    """One line of figures for each number of articles a side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shuffles", type=int, default=3)
    parser.add_argument("--tune", action="store_true")
    wanted = parser.parse_args()
    rng, rows = np.random.default_rng(1), []
    for event, found in events(wanted.tune):
        ids = list(dict.fromkeys(found["article_id"]))
        for _ in range(wanted.shuffles):
            owner = np.zeros(len(ids), dtype=np.int64)
            owner[rng.permutation(len(ids))[: len(ids) // 2]] = 1
            row = {"sample": event.startswith("sample"), "articles": len(ids) // 2}
            families = words.count_words(found, ids)
            z, p, t, names = merged(families, words.apart(families, owner, 2))
            row |= {"claimed": bool((p <= words.CLAIMED).any()), "z_1.96": int((z > 1.96).sum())}
            row |= {"z_corrected": bool((z > ndtri(1 - 0.05 / len(z))).any()), "words": len(z)}
            top = np.argsort(-t)[:10]
            row["common"] = np.mean([any(map(background().is_common, names[i].split())) for i in top])
            with_word = words.count_words(planted(found, dict(zip(ids, owner.tolist(), strict=True)), rng), ids)
            z, p, _, names = merged(with_word, words.apart(with_word, owner, 2))
            at = names.index(PLANTED) if PLANTED in names else None
            row["found"] = at is not None and bool(p[at] <= words.CLAIMED)
            rows.append(row)
    table = pd.DataFrame(rows)
    table["size"] = pd.cut(table["articles"], [0, 3, 5, 8, 99], labels=["3", "4–5", "6–8", "9+"])
    for keys, part in [*table.groupby(["sample", "size"], observed=True), (("all", ""), table)]:
        shares = {name: f"{100 * part[name].mean():.1f} %" for name in ("claimed", "z_corrected", "found", "common")}
        print(
            f"{keys}: {len(part)} deals; any word claimed {shares['claimed']}; any |z| beyond Bonferroni "
            f"{shares['z_corrected']}; {part['z_1.96'].mean():.1f} of {part['words'].mean():.0f} words beyond 1.96; "
            f"planted word found {shares['found']}; everyday words in the first ten by t {shares['common']}"
        )


def merged(
    families: list[words.Counts], found: list[words.Statistic]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """|z|, p (1 where not tested), |t| and the names of all words and pairs of the first outlet."""
    z, p, t = (np.concatenate([getattr(part, name)[0] for part in found]) for name in ("z", "p", "t"))
    names = [word for family in families for word in family.words]
    return np.abs(z), np.nan_to_num(p, nan=1.0), np.abs(t), names


if __name__ == "__main__":
    main()
