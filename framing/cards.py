"""Model cards: what a head is, what it was trained and measured on, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from framing.registry import Card

SOURCES = {
    "frames": "`frames_annotated` (11,216 training sentences of 118 outlets, 2008-2024; codes by language models, this project's own and free to use; the texts are third parties' and are not shipped)",
    "vader": "VADER-NYT (5,190 sentences of New York Times editorials, 20 raters each, MIT licence; Hutto & Gilbert 2014)",
    "newssd": "NewsSD-ENG (1,049 sentences labelled by people, CC BY 4.0; Antici et al. 2024)",
    "newsmtsc": "NewsMTSC (8,739 training targets labelled by people, MIT licence; Hamborg & Donnay 2021)",
    "actors": "`actors_annotated` (1,918 training sentences of world news, actors and stance coded by language models; licence as `frames_annotated`)",
    "dse": "Directed sentiment (3,848 sentences in which one entity judges another, labelled by crowd workers, noisy spans, half weight; usable by citing the paper: Park, Pan & Joo 2021)",
    "codes": "`models/sentence_codes.csv` (17,552 further sentences of NewsMTSC, VADER-NYT, NewsSD-ENG and directed sentiment, coded by language models with the same manual)",
    "targets": "`models/target_labels.csv` (25,398 targets in 17,691 sentences of NewsMTSC, `frames_annotated`, VADER-NYT, NewsSD-ENG and directed sentiment, model-made: read by language models by NewsMTSC's convention; on 960 targets that people had labelled they agreed in 0.83, in 0.82 before readers were told where the first ones differed from people)",
}
ABOUT = {
    "gvfc": "headlines on gun violence in the United States (Liu et al. 2019), nine issue frames mapped onto eight of these labels (`framing/gvfc_mapping.csv`, written before scoring)",
    "narrative_frames_corpus": "climate articles (Frermann et al. 2023), three frames of whole articles that its coders agreed on",
    "sentfin": "finance headlines (Sinha et al. 2022), sentiment toward a target, one text in ten by a hash",
}
DATA = {
    "frames_generic": ("frames", "codes"),
    "frames_policy": ("frames", "codes"),
    "sentiment": ("vader", "frames", "codes"),
    "wording": ("newssd", "frames", "codes"),
    "stance": ("newsmtsc", "actors", "dse", "targets"),
    "voice": ("frames", "codes"),
}
WHAT = {
    "frames_generic": "Five generic news frames (Semetko & Valkenburg 2000) of a sentence, any number of them at once.",
    "frames_policy": "Fourteen issue frames (Boydstun, Card, Gross, Resnik & Smith 2014) of a sentence, any number of them at once.",
    "sentiment": "Whether what a sentence presents is negative, neutral or positive. It is never stance: bad news about an actor is not a word against it.",
    "wording": "Whether a sentence's own wording is loaded or factual, however grave the matter.",
    "voice": "Whose words a sentence carries. Rules and a trained layer decide together: the layer reads the sentence's vector, the rules' decision, and what quotation marks, speech verbs and speakers tell.",
    "stance": "How a sentence lets a named actor appear: against, neutral, favourable. On NewsMTSC the same thing is called target sentiment.",
}
_VOICE = """\
## How it decides

One linear layer over `[sentence vector ; named features]` (`framing/voice_features.py`), stacked on calibration rows: a weight for
what the vector says, one for what the features say, four biases. *Mixed* is given 0.9 more, since plain likelihood hardly ever
lets a label with 2 rows in 100 win.

Within an article its context has the last word: a sentence wholly inside a quotation that runs on and a transcript's speaker
label are *quoted*; a sentence without a quoted word is not (a columnist may write as people talk); what the outlet's own
reporters say is *own*. Speakers are found by rules alone. Every stored decision names its rule, or `head` where the layer
overruled the rules.

Rules alone, on the same 850 dev sentences: macro-F1 0.708 (own 0.928, quoted 0.750, reported 0.678, mixed 0.476); rules and their
thresholds were chosen on train sentences.

Speakers, 60 train sentences drawn with a seed and read by hand, counted before the fixes they led to: 46 right (a correct name, or
rightly none), 4 wrong, 10 missed; of 26 speakers given, 22 were right.

- `mixed` is rare (23 of 850 dev rows) and coders disagree on it; its figure is uncertain.
- Speech without quotation marks counts as quoted only for single sentences: inside an article the first person is own.
- "she said" is resolved only where one person can be meant; otherwise the speaker stays empty.
- A quotation that an outlet's own reporter relays from somebody else counts as own.
"""
LIMITS = (
    "Single sentences of English news, without their context. Not for judging a person, not for one sentence's fate, not for other languages, "
    "not as a measure of bias or truth. Shares over many sentences inherit the errors below; read the sentences behind them."
)
CODED = (
    "Labels called model-made (*by language models*): language-model coders read each sentence alone, told neither outlet nor date, with a coding manual, "
    "independently of each other. Agreement between 12 coders on 40 common sentences (Krippendorff's alpha): median over frames 0.81, highest security and "
    "political 0.93, lowest policy prescription 0.57, quality of life 0.61, conflict 0.69, capacity too rare to say; tone 0.83, voice 0.79; stance 0.84 "
    "between 8 coders on 25 sentences. Coders of one kind agree more than people do, so figures on their labels flatter; those on people's labels say more."
)
_CERTAIN = (
    "*Most certain 80 %*: macro-F1 over the four fifths of the rows of which the head is most certain (the largest probability; of a head with several labels "
    "at once the mean distance of its probabilities from their thresholds). *Calibration error*: expected difference between probability and frequency, ten bins, as "
    "shipped, and in brackets what a perfectly calibrated head would show on as many rows; *refitted*: mean over two halves of the set (by a hash of the text), "
    "calibration fitted on the other half each time, and in brackets the error over both halves' rows together."
)
_TIERS = (
    "Tier: A from 0.75, B from 0.60, C below (greyed, never in a finding), by F1 on {source}, labels by {who}. {remark}"
)

Row = Mapping[str, Any]


def card(head: Card, metrics: Mapping[str, Any]) -> str:
    """The model card of a head in Markdown; every figure is one of its `metrics.json`."""
    sets: Mapping[str, Row] = metrics["sets"]
    main = {k: row for k, row in sets.items() if row["role"] == "main"}
    parts = {k: row for k, row in sets.items() if row["role"] == "part"}
    away = {k: row for k, row in sets.items() if row["role"] == "outside"}
    blocks = [
        f"# {head.name}",
        WHAT[head.name],
        f"Version {head.version}. Licence of weights: Apache-2.0.",
        "## Labels and how far to trust each",
        _labels(head, metrics),
        _tier_text(metrics, away),
        "## Trained on",
        "\n".join(f"- {SOURCES[name]}" for name in DATA[head.name]),
        CODED,
        "Base: all-MiniLM-L6-v2 (Apache-2.0), fine-tuned for all heads at once, in three runs whose weights are averaged (`docs/experiments.md`). Sentences of any evaluation set were taken out of training; "
        "calibration and thresholds were fitted on a hashed 8 % of the training sentences that were not trained on.",
    ]
    for who in ("people", "language models"):
        rows = {k: row for k, row in main.items() if row["labelled_by"] == who}
        blocks += [f"## Measured on labels by {who}", _table(rows)] if rows else []
    blocks += ["## By voice, and other slices", _table(parts)] if parts else []
    blocks += ["## Other domains", _away(away, main)] if away else []
    blocks += [_CERTAIN]
    blocks += ["## Other names", _swaps(metrics["name_swap"])] if metrics.get("name_swap") else []
    blocks += [_VOICE.rstrip()] if head.name == "voice" else []
    return "\n\n".join([*blocks, "## Limits", LIMITS]) + "\n"


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))


def _labels(head: Card, metrics: Mapping[str, Any]) -> str:
    """Definition, F1 with n and tier of each label, by the set that decides the tier."""
    first = metrics["sets"][metrics["tiers_from"]]
    return _markdown(
        ("label", "definition", "F1", "n", "tier"),
        [
            (k, text, f"{first['f1'][k]:.3f}", str(first["n_by_label"][k]), metrics["tiers"][k])
            for k, text in head.definitions.items()
        ],
    )


def _tier_text(metrics: Mapping[str, Any], away: Mapping[str, Row]) -> str:
    remark = ""
    if metrics["tiers_labelled_by"] != "people":
        remark = "No people labelled these sentences with these labels." + (
            " What people labelled in another way stands below: other codes mapped onto these, or whole articles; it decides no tier."
            if away
            else ""
        )
    return _TIERS.format(source=metrics["tiers_from"], who=metrics["tiers_labelled_by"], remark=remark).strip()


def _table(rows: Mapping[str, Row]) -> str:
    header = ("set", "n", "macro-F1 [95 % interval]", "MCC", "calibration error", "refitted", "most certain 80 %")
    return _markdown(header, [(name, *_figures(row)) for name, row in rows.items()])


def _figures(row: Row) -> tuple[str, ...]:
    fitted = row.get("calibration_error_cross_fitted")
    return (
        str(row["n"]),
        _with_interval(row),
        f"{row['mcc']:.3f}",
        f"{row['calibration_error']:.3f} ({row['calibration_error_by_chance']:.3f})"
        if "calibration_error" in row
        else "–",
        f"{fitted['mean']:.3f} ({fitted['together']:.3f})" if fitted else "–",
        _with_interval(row["certain"]) if "certain" in row else "–",
    )


def _with_interval(row: Row) -> str:
    low, high = row["interval"]
    return f"{row['macro_f1']:.3f} [{low:.3f}, {high:.3f}]"


def _away(away: Mapping[str, Row], main: Mapping[str, Row]) -> str:
    """Each outside set beside the same labels at home, and each of its labels."""
    blocks = []
    for name, row in away.items():
        labels = [k for k, n in row["n_by_label"].items() if n]
        homes = [f"{at} {mean(home['f1'][k] for k in labels):.3f}" for at, home in main.items()]
        blocks += [
            f"`{name}`, {ABOUT[name]}: labels by {row['labelled_by']}, n {row['n']}, macro-F1 {_with_interval(row)}; the same labels at home: "
            f"{', '.join(homes)}." + (f" Here {row['note']}." if "note" in row else ""),
            _markdown(("label", "F1", "n"), [(k, f"{row['f1'][k]:.3f}", str(row["n_by_label"][k])) for k in labels]),
        ]
    return "\n\n".join(blocks)


def _swaps(swaps: Mapping[str, Row]) -> str:
    text = (
        "The same sentences with every country, person or outlet name replaced by another of its kind: how far a probability moves on average, which share of "
        "all decisions flips, and which share of the labels given before or after. Aimed at: at most 0.05 and 5 %. *target*: rows whose target itself was replaced."
    )
    header = ("replaced", "n", "mean change", "flipped", "of labels given")
    rows = [
        (
            kind,
            str(s["n"]),
            f"{s['change']:.3f}" if "change" in s else "–",
            f"{s['flipped']:.1%}",
            f"{s['flipped_given']:.1%}",
        )
        for kind, s in swaps.items()
    ]
    return f"{text}\n\n{_markdown(header, rows)}"
