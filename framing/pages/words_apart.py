"""The words that set the outlets of an event apart, each with its counts and the sentences that use it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from framing import session
from framing.cells import records
from framing.compare import Comparison
from framing.pages import picker, take
from framing.pages.picker import Cell, Group, Pick
from framing.plain import count
from framing.schema import View
from framing.tally import Row
from framing.words import WordsApart, words_apart

KINDS = ("word",)
TABLES = ("table_apart",)
NAMES = {"in": "With names", "out": "Without names of people and places"}
MOST = 40
"""Words of an outlet that a page holds; what stands further down sets it apart still less."""


def of_comparison(comparison: Comparison, outlets: tuple[str, ...], view: View, without_names: bool) -> WordsApart:
    """`words_apart` of an event's comparison."""
    names = comparison.mentions if without_names else None
    return words_apart(comparison.sentences, outlets, view, names, copies=comparison.copies_among(outlets))


def choose_names() -> str:
    """Whether names count: `in` or `out`."""
    session.keep_valid("names", list(NAMES), "in")
    chosen = st.segmented_control(
        "Which words",
        list(NAMES),
        format_func=NAMES.__getitem__,
        key="names",
        required=True,
        wrap=True,
        label_visibility="collapsed",
    )
    return str(chosen or "in")


def first_pick(found: WordsApart) -> Pick:
    """The first outlet's first word."""
    if found.rows.empty:
        return Pick("word")
    return Pick("word", str(found.rows["outlet"].iloc[0]), str(found.rows["word"].iloc[0]))


def section(found: WordsApart, comparison: Comparison, articles: pd.DataFrame, pick: Pick, fresh: bool) -> None:
    """Findings and notes, each outlet's words, and the sentences of the one picked."""
    said = found.findings() or ["No word here could be tested: what follows describes these texts alone."]
    picker.told("Words that set them apart", said, found.notes)
    if found.rows.empty:
        st.html('<p class="fr-meta">There is nothing to list. Choose two outlets or more, or all sentences.</p>')
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        columns = ["Word", "Times in 10,000 words", "Articles that use it", "z, p"]
        picker.show(
            "table_apart", "Words each outlet uses more than the others together", columns, _groups(found), pick
        )
        take.table(lambda: found.table, take.of_event("words that set apart", articles), "apart")
    with right:
        if pick.kind in KINDS:
            rows = behind(found, comparison, pick)
            title = f"“{_form(found, pick.who)}” · {pick.outlet or 'all outlets'}"
            uses = sum(len(spans) for spans in rows["spans"])
            about = f"Used {count(uses, 'time')}, underlined." if uses else ""
            picker.list_sentences(title, rows, articles, about, fresh)
        else:
            picker.hint()


def _groups(found: WordsApart) -> list[Group]:
    return [
        Group(
            f"{outlet}, {count(found.articles[str(outlet)], 'article')}",
            [_word(row) for row in records(rows.head(MOST))],
        )
        for outlet, rows in found.rows.groupby("outlet", sort=False)
    ]


def _word(row: Row) -> list[Cell]:
    outlet, word, form = str(row["outlet"]), str(row["word"]), str(row["form"])
    tested = pd.notna(row["p"])
    verdict = "more than chance" if row["claimed"] else "could be chance" if tested else "not tested"
    uses = Cell(
        f"{row['per_10000']:.0f} against {row['per_10000_others']:.0f}",
        Pick("word", "", word),
        f"{row['n']} and {count(row['n_others'], 'time')}",
        says=f"Read “{form}” in all outlets: {row['n']} and {row['n_others']} times",
    )
    where = Cell(
        f"{row['articles']} of {row['of_articles']}",
        note=f"others {row['articles_others']} of {row['of_articles_others']}",
    )
    strength = Cell(f"{row['z']:.1f}", note=f"p {row['p']:.2f}" if tested else "no p")
    return [Cell(form, Pick("word", outlet, word), verdict, says=f"Read “{form}” in {outlet}"), uses, where, strength]


def _form(found: WordsApart, word: str) -> str:
    forms = found.rows.loc[found.rows["word"] == word, "form"]
    return str(forms.iloc[0]) if len(forms) else word


def behind(found: WordsApart, comparison: Comparison, pick: Pick) -> pd.DataFrame:
    """The sentences with a word, one row each, its places in `spans`; none for a word that does not stand here."""
    tokens = found.tokens[found.tokens["word"] == pick.who]
    tokens = tokens[tokens["outlet"] == pick.outlet] if pick.outlet else tokens
    spans: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    for article, index, start, end in tokens[["article_id", "index", "start", "end"]].itertuples(index=False):
        spans.setdefault((str(article), int(index)), []).append((int(start), int(end), ""))
    return picker.with_spans(comparison.sentences, spans)
