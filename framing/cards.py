"""Model cards: what a head is, what it was trained and measured on, and what it must not be used for."""

from __future__ import annotations

from collections.abc import Sequence

from framing.evaluate import Measure, tier
from framing.heads import Head

_SOURCES = {
    "frames": "`frames_annotated` (11,216 training sentences of 118 outlets, 2008-2024; codes by language models working independently from a codebook, "
    "Krippendorff's alpha between 12 coders on 40 shared sentences: median over frames 0.81, tone 0.83, voice 0.79; coders of one kind agree more than people do)",
    "vader": "VADER-NYT (5,190 sentences of New York Times editorials, 20 raters each, MIT licence; Hutto & Gilbert 2014)",
    "newssd": "NewsSD-ENG (1,049 sentences labelled by people, CC BY 4.0; Antici et al. 2024)",
    "newsmtsc": "NewsMTSC (8,739 training targets labelled by people, MIT licence; Hamborg & Donnay 2021)",
    "actors": "`actors_annotated` (1,918 training sentences of world news, actors and stance coded by language models; alpha of stance between 8 coders 0.84)",
}
_DATA = {
    "frames_generic": ("frames",),
    "frames_policy": ("frames",),
    "sentiment": ("vader", "frames"),
    "wording": ("newssd", "frames"),
    "stance": ("newsmtsc", "actors"),
    "voice": ("frames",),
}
_WHAT = {
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
_LIMITS = (
    "Single sentences of English news, without their context. Not for judging a person, not for one sentence's fate, not for other languages, "
    "not as a measure of bias or truth. Shares over many sentences inherit the errors below; read the sentences behind them."
)


def card(head: Head, measures: Sequence[Measure]) -> str:
    """The model card of a head in Markdown, figures from `measures`."""
    lines = [
        f"# {head.name}",
        "",
        _WHAT[head.name],
        "",
        f"Version {head.version}, encoder {head.encoder}. Licence of weights: Apache-2.0.",
        "",
    ]
    lines += [
        "## Labels",
        "",
        "| label | definition |",
        "|---|---|",
        *(f"| {k} | {v} |" for k, v in head.definitions.items()),
        "",
    ]
    lines += ["## Trained on", "", *(f"- {_SOURCES[name]}" for name in _DATA[head.name]), ""]
    lines += [
        "Base: all-MiniLM-L6-v2 (Apache-2.0), fine-tuned for all heads at once. Sentences of any evaluation set were taken out of training;",
        "calibration and thresholds were fitted on a hashed 8 % of the training sentences that were not trained on.",
        "",
    ]
    for who in ("people", "language models"):
        mine = [m for m in measures if m.labelled_by == who]
        if mine:
            lines += [f"## Measured on labels by {who}", "", *_table(mine), ""]
    if head.name == "voice":
        lines += [*_VOICE.splitlines(), ""]
    return "\n".join([*lines, "## Limits", "", _LIMITS, ""])


def _table(measures: Sequence[Measure]) -> list[str]:
    lines = ["| set | n | macro-F1 [95 % interval] | MCC | calibration error |", "|---|---|---|---|---|"]
    lines += [
        f"| {m.dataset} | {m.n} | {m.macro_f1:.3f} [{m.interval[0]:.3f}, {m.interval[1]:.3f}] | {m.mcc:.3f} | {m.calibration_error:.3f} |"
        for m in measures
    ]
    first = measures[0]
    lines += ["", f"Per label on {first.dataset}:", "", "| label | F1 | n | tier |", "|---|---|---|---|"]
    lines += [f"| {label} | {f1:.3f} | {first.support[label]} | {tier(f1)} |" for label, f1 in first.f1.items()]
    return lines
