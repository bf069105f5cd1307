"""What is said of a user's own head: its model card in Markdown, and the summary that `framing train` prints."""

from __future__ import annotations

from framing.own_store import LEAST_FOR_TIER, Trained, label_tiers

UNMEASURED = "unmeasured: made from definitions, no labels"
_COMMON = 0.3
"""Share of the rows from which a label counts as common; a choice."""
LIMITS = (
    "Single sentences, without their context. The encoder was fine-tuned on English news; other languages and genres "
    "do worse. Not for judging a person or one sentence. Shares over many sentences inherit the errors above; read the "
    "sentences behind them."
)


def own_card(trained: Trained) -> str:
    """The model card, in the order of the shipped heads' cards."""
    head = trained.head
    one = "any number of labels" if head.kind == "multilabel" else "one label"
    lines = [f"# {head.name}", "", _made_from(trained), ""]
    lines += [f"Gives {one} a {head.level}. Version {head.version}, encoder {head.encoder}.", "", "## Labels", ""]
    lines += [
        "| label | definition | rows |",
        "|---|---|---|",
        *(
            f"| {_cell(label)} | {_cell(head.definitions.get(label, ''))} | {_n(trained, label)} |"
            for label in head.labels
        ),
        "",
    ]
    if trained.measure is None or trained.curve is None or trained.labelled is None:
        lines += [
            "## Measured",
            "",
            f"Not at all ({UNMEASURED}). Label some sentences with  framing train  to know.",
            "",
        ]
    else:
        lines += ["## Trained on", "", *(f"- {line}" for line in _trained_on(trained)), ""]
        lines += ["## Measured by cross-validation", "", *_measured(trained), ""]
        lines += ["## Would more labels help?", "", trained.curve.advice, "", *_curve_table(trained), ""]
    return "\n".join([*lines, "## Limits", "", LIMITS, ""])


def summary(trained: Trained) -> str:
    """What the command prints: figures by label with tiers, the learning curve, and where the head lies."""
    head, tiers = trained.head, label_tiers(trained)
    lines = [f"{head.name}  version {head.version}, {head.kind}, one row a {head.level}"]
    m, curve = trained.measure, trained.curve
    if m is None or curve is None:
        lines += [f"  {UNMEASURED}", *(f"  {tiers[label]:10}  {label}" for label in head.labels)]
        return "\n".join(lines)
    low, high = m.interval
    lines.append(
        f"  cross-validated on {m.n:,} rows of {m.labelled_by}: macro-F1 {m.macro_f1:.3f} [{low:.3f}, {high:.3f}]  "
        f"MCC {m.mcc:.3f}  calibration error {m.calibration_error:.3f}"
    )
    lines += [f"  {tiers[label]:10}  {label:32}  F1 {m.f1[label]:.3f}  n {m.support[label]}" for label in head.labels]
    lines.append("  macro-F1 by rows learned from: " + ", ".join(f"{n} {value:.3f}" for n, value in curve.points))
    return "\n".join([*lines, f"  {curve.advice}", *(f"  {line}" for line in _rarer(trained))])


def _rarer(trained: Trained) -> list[str]:
    """A warning where a label was made common: learned from half-and-half rows, human interest has F1 0.87 on these and
    0.52 on frames_annotated dev, where one sentence in ten bears it (0.83 with dev cut to half and half)."""
    m = trained.measure
    if m is None or trained.head.kind == "multiclass":
        return []
    common = [f"{label} ({m.support[label] / m.n:.0%})" for label in m.f1 if m.support[label] >= _COMMON * m.n]
    told = "where a label is rarer than in these rows, more of what it finds is wrong and F1 is lower"
    return [f"Common in these rows: {', '.join(common)}; {told}."] if common else []


def _made_from(trained: Trained) -> str:
    if trained.labelled is None:
        return (
            f"**{UNMEASURED.capitalize()}.** Nobody knows how often it is right. A label is given to the sentences "
            "that lie furthest in the direction of its definition and examples, compared with ordinary news sentences; "
            "its probabilities are not calibrated."
        )
    return (
        f"A head of the user's own, learned from {len(trained.labelled.rows):,} labelled rows of "
        f"`{trained.labelled.source}` on the vectors of the shipped encoder, which stayed as it is."
    )


def _trained_on(trained: Trained) -> list[str]:
    found = trained.labelled
    assert found is not None
    lines = [f"{len(found.rows):,} rows, {len(set(found.group)):,} different texts, of `{found.source}`"]
    lines += [f"{len(found.rejected)} rows were rejected"] if found.rejected else []
    lines += [note.rstrip(".") for note in found.notes]
    if trained.truncated:
        lines.append(f"{trained.truncated} texts are longer than the encoder reads; their ends were not seen")
    return [*lines, f"logistic regression, L2 penalty {trained.strength:g}"]


def _measured(trained: Trained) -> list[str]:
    m, tiers = trained.measure, label_tiers(trained)
    assert m is not None
    low, high = m.interval
    times = f", drawn {trained.repeats} times" if trained.repeats > 1 else ""
    lines = [
        f"Five folds{times}; rows of one text stay together. Penalty, calibration and thresholds were chosen inside "
        "each fold, never on a row that is counted. The interval (95 %) is over texts; the labels are taken for true, "
        "and a set whose sentences were not picked at random says nothing of others.",
        "",
        "| rows | macro-F1 [95 % interval] | MCC | calibration error |",
        "|---|---|---|---|",
        f"| {m.n} | {m.macro_f1:.3f} [{low:.3f}, {high:.3f}] | {m.mcc:.3f} | {m.calibration_error:.3f} |",
        "",
        "| label | F1 | n | tier |",
        "|---|---|---|---|",
    ]
    lines += [f"| {_cell(label)} | {f1:.3f} | {m.support[label]} | {tiers[label]} |" for label, f1 in m.f1.items()]
    lines += ["", *rarer] if (rarer := _rarer(trained)) else []
    few = [label for label in m.f1 if tiers[label] == "unmeasured"]
    return [*lines, "", f"Labels on fewer than {LEAST_FOR_TIER} rows have no tier."] if few else lines


def _curve_table(trained: Trained) -> list[str]:
    assert trained.curve is not None
    return [
        "| rows learned from | macro-F1 on the rest |",
        "|---|---|",
        *(f"| {n} | {v:.3f} |" for n, v in trained.curve.points),
    ]


def _n(trained: Trained, label: str) -> str:
    return str(trained.measure.support[label]) if trained.measure else "0"


def _cell(text: str) -> str:
    """Text inside a table of Markdown."""
    return text.replace("|", "\\|").replace("<", "&lt;")
