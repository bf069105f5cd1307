"""Prints how often a text is wrongly taken for another language than English, and how short a foreign text is found:
`python benchmarks/languages.py [--all]`.

English: real articles, headlines and sentences of the labelled sets beside this project (`../shared/data`; every eighth
sentence unless --all). Foreign: `foreign_texts.jsonl`, one invented story in twenty languages, written for this
project by a language model; pieces of it, from every sixth word on, stand for short texts.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from framing import languages

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
FOREIGN = [json.loads(line) for line in (ROOT / "benchmarks" / "foreign_texts.jsonl").open(encoding="utf-8")]
SIZES = (3, 5, 8, 10, 15, 20, 30)
ARTICLES = {"ecbplus": "text", "narrative_frames_corpus": "text"}
SHORT = {
    "allsides_roundups": "title",
    "gvfc": "text",
    "sentfin": "text",
    "frames_annotated": "text",
    "newsmtsc": "text",
}


def rows(folder: str) -> list[dict[str, object]]:
    """The rows of a set's files, in order."""
    files = [path for path in sorted((DATA / folder).glob("*.jsonl")) if path.stem != "entity_roles"]
    return [json.loads(line) for path in files for line in path.open(encoding="utf-8")]


def pieces(text: str, size: int) -> list[str]:
    """Stretches of `size` words from every sixth on; in scripts without blanks two characters stand for a word."""
    words, blank = text.split(), " "
    if languages.words_in(text) > len(words):
        words, blank = [text[i : i + 2] for i in range(0, len(text), 2)], ""
    return [blank.join(words[i : i + size]) for i in range(0, max(len(words) - size, 0) + 1, 6)]


def main() -> None:
    """Both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    step = 1 if parser.parse_args().all else 8
    asked = languages._identifier()
    for folder, column in {**ARTICLES, **SHORT}.items():
        texts = [str(row[column]) for row in rows(folder) if row.get(column)]
        texts = texts if folder in ARTICLES else texts[::step]
        judge = languages.foreign_article if folder in ARTICLES else languages.foreign
        started = time.process_time()
        wrong = [text for text in texts if judge(text)]
        spent = 1e3 * (time.process_time() - started) / len(texts)
        doubtful = [text for text in texts if not languages._reads_english(text)]
        least = {
            size: min((dict(asked.rank(t))["en"] for t in doubtful if languages.words_in(t) >= size), default=1.0)
            for size in SIZES[:6]
        }
        shown = " ".join(f"{size}: {float(p):.3f}" for size, p in least.items())
        print(
            f"{folder}: {len(wrong)} of {len(texts):,} taken for another language; {len(doubtful)} asked about; "
            f"least probability of English from so many words on: {shown}; {spent:.2f} ms each",
            flush=True,
        )
    for size in SIZES:
        found = [(row["language"], piece) for row in FOREIGN for piece in pieces(row["text"], size)]
        english = [language for language, piece in found if languages._reads_english(piece)]
        sure = [float(dict(asked.rank(piece))["en"]) <= languages.MAX_ENGLISH for _, piece in found]
        print(f"{size} words: {sum(sure)} of {len(found)} pieces surely not English; {len(english)} pass for English")
    named = [(row["language"], languages.foreign_article(row["text"])) for row in FOREIGN]
    print("named otherwise:", [pair for pair in named if pair[0] != pair[1]])


if __name__ == "__main__":
    main()
