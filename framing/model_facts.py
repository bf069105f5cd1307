"""What a head's card says, as rows of plain text: figures by set and label with intervals, grades, names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import mean
from typing import Any

from framing import cards, labels
from framing.method_words import TIERS
from framing.plain import count, percent
from framing.registry import Card

Row = Mapping[str, Any]

_GRADES_FROM = (0.60, 0.75)
PEOPLE, MODELS = "people", "language models"
SETS = {
    "frames_annotated_dev": "news sentences of many outlets",
    "vader_nyt_held_out": "New York Times editorials",
    "newssd_eng_test": "news sentences (NewsSD-ENG)",
    "newsmtsc_devtest": "political news (NewsMTSC)",
    "newsmtsc_devtest_clean": "political news (NewsMTSC, repeats removed)",
    "actors_annotated_dev": "world news, every actor",
    "actors_annotated_dev_own": "world news, the outlet’s own view",
    "actors_annotated_dev_quoted": "world news, the view of people quoted",
    "frames_annotated_dev_own": "news sentences in the outlet’s own voice",
    "frames_annotated_dev_quoted": "news sentences that quote or report others",
    "gvfc": "headlines on gun violence (GVFC, its frames mapped)",
    "narrative_frames_corpus": "whole articles on climate (Narrative Frames Corpus)",
    "sentfin": "finance headlines (SEntFiN)",
    "gold": "our own test sentences",
    "cross_validation": "your labelled rows, cross-validated",
}
ROLES = {
    "main": "As it is used",
    "part": "By voice, and other parts of those sets",
    "outside": "Texts of another kind",
    "gold": "The sentences that come with framing",
}
SWAPS = {
    "country": "a country",
    "person": "a person",
    "outlet": "an outlet",
    "target": "the actor judged",
    "all": "any of these",
}


def set_name(key: str) -> str:
    """A measured set in plain words."""
    return SETS.get(key, key.replace("_", " "))


def sets(card: Card) -> dict[str, Row]:
    """The sets that a head was measured on, by name; empty where it never was."""
    found: dict[str, Row] = card.metrics.get("sets", {})
    return found


def role(row: Row) -> str:
    """What a set is to a head; sets of heads of one's own are as they are used."""
    return str(row.get("role", "main"))


def score_text(row: Row) -> str:
    """`0.75 (0.72–0.78), n 1,476`: macro-F1, its 95 % interval, rows."""
    low, high = row["interval"]
    return f"{row['macro_f1']:.2f} ({low:.2f}–{high:.2f}), n {row['n']:,}"


def overview(card: Card) -> list[str]:
    """A head in one row: name, tiers, F1 by who labelled, F1 on texts of another kind, calibration error, flips."""
    named = card.metrics.get("name_swap", {}).get("all", {})
    away = [row for row in sets(card).values() if role(row) == "outside"]
    return [
        labels.head_name(card.name),
        tier_counts(card),
        *(_scores(card, who) for who in (PEOPLE, MODELS)),
        "; ".join(score_text(row) for row in away) or "–",
        percent(named["flipped_given"]) if named else "–",
    ]


OVERVIEW = (
    "Model",
    "Labels by grade",
    "F1, people’s labels",
    "F1, labels by language models",
    "F1, texts of another kind",
    "Labels that another name flips",
)


def _scores(card: Card, who: str) -> str:
    """F1 on the main sets with labels of this origin; rows of one's own stand with people's."""
    mine = [r for r in sets(card).values() if role(r) == "main" and (r["labelled_by"] == MODELS) == (who == MODELS)]
    return "; ".join(score_text(row) for row in mine) or "–"


def tier_counts(card: Card) -> str:
    """`3 A, 1 C`."""
    counts = {tier: sum(value == tier for value in card.tiers.values()) for tier in TIERS}
    return ", ".join(f"{number} {tier}" for tier, number in counts.items() if number)


def label_rows(card: Card) -> list[list[str]]:
    """Each label: name, grade, F1 with interval and n on the set that decides the grade, meaning."""
    first = sets(card).get(str(card.metrics.get("tiers_from")), {})
    return [
        [
            labels.label_name(card.name, label),
            card.tiers[label],
            _label_f1(first, label),
            card.definitions.get(label) or labels.definition(card.name, label),
        ]
        for label in card.labels
    ]


def _label_f1(row: Row, label: str) -> str:
    if label not in row.get("f1", {}):
        return "not measured"
    value = row["f1"][label]
    digits = 3 if round(value, 2) in _GRADES_FROM else 2  # 0.598 is under 0.60, and must be seen to be
    between = label_interval(row.get("confusion", {}), label)
    interval = f" ({between[0]:.2f}–{between[1]:.2f})" if between else ""
    return f"{value:.{digits}f}{interval}, n {row['n_by_label'][label]:,}"


def label_interval(confusion: Mapping[str, Mapping[str, int]], label: str) -> tuple[float, float] | None:
    """95 % interval of a label's F1 from stored counts; None where there are none, or where nothing was said or true.

    F1 = 2J / (1 + J) with J = hits / (hits + misses + false alarms), a proportion: Wilson's interval of J, carried
    over. Rows are taken as independent."""
    if label not in confusion:
        return None
    mine = confusion[label]
    if "tp" in mine:
        hits, wrong = mine["tp"], mine["fp"] + mine["fn"]
    else:
        hits = mine[label]
        wrong = sum(mine.values()) + sum(row.get(label, 0) for row in confusion.values()) - 2 * hits
    if not hits + wrong:
        return None
    low, high = proportion_interval(hits, hits + wrong)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def proportion_interval(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of hits among n trials."""
    from scipy.stats import binomtest

    found = binomtest(hits, n).proportion_ci(0.95, "wilson")
    return float(found.low), float(found.high)


def set_rows(card: Card, which: str) -> list[list[str]]:
    """The sets of one role: name, who labelled, F1 with interval and n, calibration error beside chance, F1 among the
    most certain four fifths."""
    return [
        [
            set_name(key),
            str(row["labelled_by"]),
            score_text(row),
            _calibration(row),
            f"{row['certain']['macro_f1']:.2f}" if "certain" in row else "–",
        ]
        for key, row in sets(card).items()
        if role(row) == which
    ]


SET_HEADS = (
    "Measured on",
    "Labelled by",
    "F1, mean of labels (95% interval)",
    "Calibration error (by chance alone)",
    "F1, most certain 80%",
)


def _calibration(row: Row) -> str:
    if "calibration_error" not in row:
        return "–"
    chance = row.get("calibration_error_by_chance")
    return f"{100 * row['calibration_error']:.1f} points" + (f" ({100 * chance:.1f})" if chance is not None else "")


def away_texts(card: Card) -> list[str]:
    """How F1 falls on texts of another kind, beside the same labels at home, one sentence a set."""
    home = {key: row for key, row in sets(card).items() if role(row) == "main"}
    told = []
    for key, row in sets(card).items():
        if role(row) != "outside":
            continue
        held = [label for label, n in row["n_by_label"].items() if n]
        beside = [
            f"{mean(at['f1'][label] for label in held):.2f} on {set_name(at_home)}" for at_home, at in home.items()
        ]
        note = f" Here {row['note']}." if "note" in row else ""
        name = set_name(key)
        told.append(f"{name[:1].upper()}{name[1:]}: F1 {score_text(row)}; the same labels {', '.join(beside)}.{note}")
    return told


def name_rows(card: Card) -> list[list[str]]:
    """What other names change: kind, rows, mean move of a probability, share of given labels that flip."""
    swaps: Mapping[str, Row] = card.metrics.get("name_swap", {})
    return [
        [
            SWAPS.get(kind, kind),
            f"{row['n']:,}",
            f"{100 * row['change']:.1f} points" if "change" in row else "–",
            f"{100 * row['flipped_given']:.1f}%",
        ]
        for kind, row in swaps.items()
    ]


NAME_HEADS = ("Replaced by another", "Sentences", "A probability moves by", "Labels given that flip")


def curves(card: Card) -> dict[str, list[list[float]]]:
    """Reliability curves by set, main and outside sets: `[from, n, mean probability, share that was right]` a bin."""
    wanted = {
        key: row for key, row in sets(card).items() if role(row) in ("main", "outside") and row.get("reliability")
    }
    return {f"{set_name(key)}, labels by {row['labelled_by']}": row["reliability"] for key, row in wanted.items()}


def about(card: Card) -> str:
    """What a head decides, in a sentence; what a head of one's own is, where nothing more is known."""
    made = "made from definitions, no labels" if card.metrics.get("made_from") else "learned from your labelled rows"
    told = cards.WHAT.get(card.name, f"A model of your own, {made}: {count(len(card.labels), 'label')}.")
    return _bare(told)


def sources(card: Card) -> list[str]:
    """The data that a shipped head was trained on, with their licences; empty for others."""
    return [_bare(cards.SOURCES[name]) for name in cards.DATA.get(card.name, ())]


def _bare(text: str) -> str:
    return text.replace("`", "")


def learning(card: Card) -> tuple[list[list[str]], str]:
    """The learning curve of a head of one's own as rows, and what it says; empty where there is none."""
    points: Iterable[Sequence[float]] = card.metrics.get("learning_curve", ())
    return [[f"{int(n):,}", f"{value:.2f}"] for n, value in points], str(card.metrics.get("more_labels", ""))
