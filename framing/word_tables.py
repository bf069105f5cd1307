"""Words that set outlets apart in plain sentences, and as a table, CSV or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import TYPE_CHECKING

import pandas as pd

from framing.plain import count, few_articles, these_texts
from framing.spreadsheet import csv_text, json_text
from framing.tables import bullet
from framing.tally import Row
from framing.uncertainty import MIN_ARTICLES

if TYPE_CHECKING:
    from framing.words import WordsApart

CLAIMED = 0.05
"""Chance that any word at all is claimed although the outlets' names mean nothing."""


def finding(row: Row) -> str:
    """One word in one sentence; of the texts alone where nothing could be tested."""
    rates = f"{row['per_10000']:.0f} against {row['per_10000_others']:.0f} times in 10,000"
    using = f"in {row['articles']} of its {row['of_articles']} articles, in {row['articles_others']} of "
    using += f"{row['of_articles_others']} of {row['others']}"
    says = f"{row['outlet']} says “{row['form']}” more often than {row['others']}"
    if row["claimed"]:
        return f"{says}: {rates}; {using}."
    if row["p"] == row["p"]:
        return f"“{row['form']}”: no difference that we could tell from chance ({rates}; {using})."
    return f"In these texts, {says}: {row['n']} against {row['n_others']} times; {using}."


def notes(counts: Mapping[str, int], table: pd.DataFrame, silent: bool) -> tuple[str, ...]:
    """What to know before the words; `silent` says that no sentence's voice is known."""
    said = []
    if silent:
        said.append("Whose words the sentences are is not known yet. Run:  framing score")
    if len(counts) == 1:
        said.append(f"Only {next(iter(counts))} reports on this event: there is no other outlet to set it apart from.")
    elif table.empty:
        said.append("The outlets have no word in this view that stands in two places: there is nothing to compare.")
    few = {outlet: n for outlet, n in counts.items() if n < MIN_ARTICLES}
    if few and len(counts) > 1:
        said.append(
            f"{few_articles(few)} on this event: no word is tested there (that takes {MIN_ARTICLES}), and what is "
            f"listed describes {these_texts(few)}."
        )
    if table["p"].notna().any():
        least = _least_p(counts)
        if least > CLAIMED:
            said.append(
                f"With so few articles even the clearest word would come about by chance in {100 * least:.0f} of 100 "
                "deals of the outlets’ names: nothing can be claimed, whatever the numbers."
            )
        said.append(
            "A word is claimed where dealing the outlets’ names anew among the articles gives any word as telling in "
            f"at most {100 * CLAIMED:.0f} of 100 deals. z takes each word for an independent draw (Monroe and others "
            "2008) and is too large where one article repeats a word; t allows for a part of that, p for all of it."
        )
    return tuple(said)


def _least_p(counts: Mapping[str, int]) -> float:
    """The smallest p that the deals can give: with equal sides the mirrored deal says the same."""
    sizes = list(counts.values())
    if len(sizes) != 2:
        return 0.0
    return (2 if sizes[0] == sizes[1] else 1) / comb(sum(sizes), sizes[0])


def format_words(found: WordsApart, form: str, top: int = 15) -> str:
    """All words as CSV or JSON, or the `top` of each outlet as a table with findings and notes."""
    if form == "csv":
        return csv_text(found.table)
    if form == "json":
        return json_text({"words": found.table, "findings": found.findings(), "notes": found.notes})
    lines: list[str] = []
    for outlet, part in found.table.groupby("outlet", sort=False):
        n = found.articles[str(outlet)]
        name = f"{outlet} ({count(n, 'article')})"
        lines += ["", f"{name:<34}{'uses':>6}{'others':>8}{'articles':>10}{'others':>8}{'z':>7}{'t':>7}{'p':>8}"]
        lines += [_line(row) for row in part.head(top).to_dict("records")]
    for title, texts in (("Findings", found.findings()), ("Notes", found.notes)):
        lines += ["", title, *(part for text in texts for part in bullet(text))] if texts else []
    return "\n".join(lines[0 if lines and lines[0] else 1 :]) + "\n"


def _line(row: Row) -> str:
    p: str = "–" if pd.isna(row["p"]) else f"{row['p']:.3f}"
    mine, theirs = (f"{row['articles' + tail]}/{row['of_articles' + tail]}" for tail in ("", "_others"))
    numbers = f"{row['n']:>6}{row['n_others']:>8}{mine:>10}{theirs:>8}{row['z']:>7.1f}{row['t']:>7.1f}{p:>8}"
    return f"  {row['form']:<32.32}{numbers}{' *' if row['claimed'] else ''}"


def word_lines(found: WordsApart, word: str) -> list[str]:
    """The sentences with a word, as the table writes it, outlet by outlet, the word between guillemets."""
    same = found.tokens.loc[found.tokens["form"] == word.lower(), "word"]
    rows = found.behind(str(same.iloc[0]) if len(same) else word.lower())
    lines = [f"{word}: {count(len(rows), 'time')}"]
    for row in rows.sort_values(["outlet", "article_id", "index", "start"]).to_dict("records"):
        text, start, end = row["text"], row["start"], row["end"]
        lines.append(f"\n{row['article_id'][:8]}:{row['index']}  {row['outlet']}")
        lines.append(f"  {text[:start]}»{text[start:end]}«{text[end:]}")
    return lines
