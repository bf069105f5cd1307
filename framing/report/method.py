"""How a report's numbers were made: in plain words, then models with their hashes, thresholds, seeds and the data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from framing import __version__, alignment_score, labels, reading, uncertainty, word_tables, words
from framing.corpus import Corpus
from framing.heads import HeadBase
from framing.labels import head_name, label_name
from framing.method_words import TEXTS, TIERS
from framing.report.evidence import Content
from framing.report.parts import table


@dataclass(frozen=True)
class Provenance:
    """Where a report comes from: the heads by name, the versions whose scores it reads, and the corpus' manifest."""

    heads: Mapping[str, HeadBase]
    versions: Mapping[str, str]
    manifest: str
    """SHA-256 of `corpus.json`."""

    @classmethod
    def of(cls, corpus: Corpus, heads: Mapping[str, HeadBase]) -> Provenance:
        """That of a corpus as it is now."""
        text = corpus.folder.manifest().dumps()
        return cls(heads, corpus.versions(), hashlib.sha256(text.encode()).hexdigest())


def method(content: Content, source: Provenance, made: str) -> str:
    """The section on method; `made` is the day to print, if any."""
    texts = "".join(f"<div><h3>{escape(title)}</h3><p>{escape(text)}</p></div>" for title, text in TEXTS)
    grades = "".join(f"<li>{escape(text)}</li>" for text in TIERS.values())
    return (
        f'<div class="method">{texts}</div>'
        f"<h3>Grades of labels, by F1 on sentences not trained on</h3><ul>{grades}</ul>"
        + _models(source)
        + _labels(content, source)
        + "<h3>Settings and data</h3>"
        + reading.terms_html(_settings(content, source, made))
    )


def _models(source: Provenance) -> str:
    rows = []
    for name, version in sorted(source.versions.items()):
        head = source.heads.get(name)
        encoder = str(getattr(head, "encoder", "")) if head else ""
        rows.append(
            [
                escape(head_name(name)),
                f"<code>{escape(version)}</code>",
                f"<code>{escape(encoder)}</code>" if encoder else "rules",
            ]
        )
    caption = "Models: the version is a hash of configuration and weights; the encoder’s is a hash of its network"
    return table(["Model", "Version", "Encoder"], rows, caption)


def _labels(content: Content, source: Provenance) -> str:
    rows = []
    for name, info in content.comparison.heads.items():
        head = source.heads.get(name)
        for label in info.labels:
            meaning = labels.definition(name, label) or (head.definitions.get(label, "") if head else "")
            counts = (
                f"from {info.thresholds[label]:.2f}"
                if info.kind == "multilabel" and label in info.thresholds
                else "most probable"
            )
            tier = content.comparison.tiers.get((name, label), "unmeasured")
            rows.append(
                [escape(f"{head_name(name)}: {label_name(name, label)}"), escape(meaning), counts, escape(tier)]
            )
    return table(
        ["Label", "Means", "Counts, by probability", "Grade"], rows, "Labels: what each means and when it counts"
    )


def _settings(content: Content, source: Provenance, made: str) -> list[tuple[str, str]]:
    ids = sorted(str(row["article_id"]) for row in content.places.articles)
    days = [row["published"] for row in content.places.articles if not _missing(row["published"])]
    dated = f"{reading.day(min(days))} to {reading.day(max(days))}" if days else "undated"
    digest = hashlib.sha256(" ".join(ids).encode()).hexdigest()
    least, doubt = uncertainty.MIN_ARTICLES, f"at most {uncertainty.FALSE_DISCOVERIES:.0%}"
    enough, again = alignment_score.ENOUGH, alignment_score.AGAIN
    deals = f"{words.DEALS} deals, or all where they are few"
    return [
        ("Made with", f"framing {__version__}" + (f", {made}" if made else "")),
        ("Event", content.comparison.event_id),
        ("Articles", f"{len(ids)}, {dated}; SHA-256 of their ids {digest}"),
        ("Corpus", f"SHA-256 of its manifest {source.manifest}"),
        ("Sentences counted", f"view “{content.view}”; headlines are shown, not counted"),
        ("Intervals", f"{uncertainty.LEVEL:.0%} over articles, from {least} articles of an outlet on"),
        ("Differences claimed", f"{doubt} of them expected to be false (Benjamini–Hochberg)"),
        ("Words", f"prior {words.PRIOR_WORDS:g}; {deals}; seed {words.SEED}; claimed up to p {word_tables.CLAIMED}"),
        ("Side by side", f"pairs from likelihood {enough} on, several for one sentence from {again} on"),
        ("Chance", "no other step draws at random"),
    ]


def _missing(value: object) -> bool:
    return value is None or value != value  # NaT differs from itself  # noqa: PLR0124
