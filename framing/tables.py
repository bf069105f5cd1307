"""A comparison as text: a table for the terminal, tidy CSV, or JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd

from framing.errors import InputError
from framing.labels import BALANCE, head_name, head_order, label_name, order, points
from framing.registry import WEAK
from framing.schema import VIEWS, View
from framing.spreadsheet import csv_text, json_text
from framing.tally import MIN_STANCE_SENTENCES, VOICE, Row

if TYPE_CHECKING:
    from framing.compare import Comparison

Format = Literal["table", "csv", "json"]
WIDTH = 120
_NAME, _CELL, _MARK = 25, 19, 22
_VIEW_WORDS = {
    "own": "own voice (part quoted sentences count half)",
    "quoted": "quoted voice: quotation and reported speech (part quoted sentences count half)",
    "both": "all sentences, whoever speaks",
}
_CORRECTED_WORDS = (
    "Corrected for the classifiers' errors, by your audit or as published; – where that cannot be done. The findings "
    "rest on the raw numbers."
)
_ACTORS_SHOWN = 12


def format_comparison(
    comparison: Comparison, format: Format, view: View = "both", head: str | None = None, corrected: bool = False
) -> str:
    """The comparison in one view (voices always), of one head if given; with `corrected` the table shows numbers
    corrected for the classifiers' errors (csv and json hold both). Raises InputError for an unknown format, view or
    head."""
    known = head_order([VOICE.name, *comparison.heads])
    for value, allowed, what in (
        (format, ("table", "csv", "json"), "format"),
        (view, VIEWS, "view"),
        (head or known[0], known, "head"),
    ):
        if value not in allowed:
            raise InputError(f"Unknown {what} {value!r}. Choose one of: {', '.join(allowed)}.")
    shares, differences = (_of(rows, view, head) for rows in (comparison.shares, comparison.differences))
    if format == "csv":
        return csv_text(shares)
    if format == "json":
        return _json(comparison, shares, differences)
    lines = [comparison.event or comparison.event_id, f"Event {comparison.event_id}; {_VIEW_WORDS[view]}"]
    lines += [*textwrap.wrap(_CORRECTED_WORDS, WIDTH), ""] if corrected else [""]
    if corrected:
        shares, differences = _as_corrected(shares, "value"), _as_corrected(differences, "difference")
    outlets = comparison.outlets
    per_block = max(1, (WIDTH - _NAME) // _CELL) if len(outlets) != 2 else 2
    for start in range(0, len(outlets), per_block):
        lines += _block(comparison, outlets[start : start + per_block], shares, differences)
    return "\n".join([*lines, *_words(comparison, view, head)]) + "\n"


def _of(rows: pd.DataFrame, view: View, head: str | None) -> pd.DataFrame:
    return rows[((rows["view"] == view) | (rows["head"] == VOICE.name)) & ((rows["head"] == head) | (head is None))]


def _as_corrected(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows with corrected numbers in the place of the raw ones."""
    return rows.assign(**{name: rows["corrected"], "low": rows["corrected_low"], "high": rows["corrected_high"]})


def _json(comparison: Comparison, shares: pd.DataFrame, differences: pd.DataFrame) -> str:
    tiers = {f"{head}.{label}": tier for (head, label), tier in comparison.tiers.items()}
    content = {
        "event_id": comparison.event_id,
        "event": comparison.event,
        "shares": shares,
        "differences": differences,
        "tiers": tiers,
        "notes": comparison.notes,
    }
    return json_text(content)


def _block(
    comparison: Comparison, outlets: Sequence[str], shares: pd.DataFrame, differences: pd.DataFrame
) -> list[str]:
    """The rows of a few outlets; with exactly two outlets in the event, their difference as a column."""
    pair = len(comparison.outlets) == 2
    articles = comparison.articles.groupby("outlet").size()
    names = [_fit(outlet, _CELL - 1) for outlet in outlets]
    lines = [_line("", names, "difference, points" if pair else "")]
    lines.append(_line("articles", [str(articles[outlet]) for outlet in outlets]))
    cells = {(r["head"], r["label"], r["actor"], r["outlet"]): r for r in shares.to_dict("records")}
    gaps = {(r["head"], r["label"], r["actor"]): r for r in differences.to_dict("records")} if pair else {}
    for head in head_order(list(shares["head"].unique())):
        rows = shares[shares["head"] == head]
        actors = bool((rows["actor"] != "").any())
        there = list(rows["label"].unique())
        if actors:
            shown = list(dict.fromkeys(rows["actor"]))[:_ACTORS_SHOWN]
            told = [BALANCE] if BALANCE in there else list(order(head, there))
            keys = [(label, actor) for actor in shown for label in told]
            what = "favourable minus against, −100 to 100" if BALANCE in there else "share of sentences"
            lines += ["", f"{head_name(head).upper()}: {what}; n sentences that name the actor"]
        else:
            keys = [(label, "") for label in order(head, there) if label in there]
            n = rows.drop_duplicates("outlet").set_index("outlet")["n_sentences"]
            lines += ["", head_name(head).upper(), _line("sentences", [str(n.get(outlet, 0)) for outlet in outlets])]
        for label, actor in keys:
            weak = " °" if comparison.tiers.get((head, label)) in WEAK else ""
            values = [_cell(cells.get((head, label, actor, outlet)), actors) for outlet in outlets]
            words = label_name(head, label)
            named = actor if label == BALANCE and actor else f"{actor}: {words.lower()}" if actor else words
            name = _fit(named, _NAME - 1 - len(weak)) + weak
            lines.append(_line(name, values, _gap(gaps.get((head, label, actor)))))
        if actors and (left := rows["actor"].nunique() - len({actor for _, actor in keys})) > 0:
            lines.append(f"and {left} actors named less often (see csv)")
    return [*lines, ""]


def _line(name: str, cells: Sequence[str], last: str = "") -> str:
    return (f"{name:<{_NAME}}" + "".join(f"{cell:<{_CELL - 1}} " for cell in cells) + f"{last:<{_MARK}}").rstrip()


def _fit(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _cell(row: Row | None, with_n: bool) -> str:
    """`33% (20–49)`, `+12 (−5 to 30)`, `−40 n 5`; a dash where nothing was counted or could be corrected."""
    if row is None or pd.isna(row["value"]):
        return "–"
    value, low, high = (float(row[key]) for key in ("value", "low", "high"))
    balance = row["label"] == BALANCE
    text = points(value) if balance else f"{100 * value:.0f}%"
    if with_n:
        thin = row["n_sentences"] < MIN_STANCE_SENTENCES
        text = f"({text})" if thin else text
        return f"{text} n {row['n_sentences']}" + ("" if pd.isna(low) else f" ({points(low)},{points(high)})")
    if pd.isna(low):
        return text
    return f"{text} ({points(low)} to {points(high)})" if balance else f"{text} ({100 * low:.0f}–{100 * high:.0f})"


def _gap(row: Row | None) -> str:
    if row is None or pd.isna(row["difference"]):
        return ""
    if row["actor"] and min(row["n_a"], row["n_b"]) < MIN_STANCE_SENTENCES:
        return ""  # shown in brackets, not compared
    value, low, high = (float(row[key]) for key in ("difference", "low", "high"))
    text = points(value) if pd.isna(low) else f"{points(value)} ({points(low)} to {points(high)})"
    return f"{text} *" if row["detected"] else text


def _words(comparison: Comparison, view: View, head: str | None) -> list[str]:
    """Legend, findings and notes."""
    said = comparison.findings(view, head)
    marks = []
    if comparison.shares["low"].notna().any():
        marks.append("In brackets: 95% interval over articles.")
    if len(comparison.outlets) == 2 and comparison.differences["detected"].any():
        marks.append("* a difference that holds.")
    if WEAK & set(comparison.tiers.values()):
        marks.append("° weak or unmeasured classifier: not used for findings.")
    lines = [" ".join(marks), ""] if marks else []
    for title, texts in (("Findings", said), ("Notes", comparison.notes)):
        if texts:
            lines += [title, *(part for text in texts for part in bullet(text)), ""]
    return lines[:-1] if lines and not lines[-1] else lines


def bullet(text: str) -> list[str]:
    """A sentence as the lines of a list item."""
    return textwrap.wrap(
        text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
