"""The sentences found: how many, in which order, a page of them, each of which opens its article."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from framing import find, reading, session, terms
from framing.cells import records
from framing.corpus import Corpus
from framing.find import PAGE, Found, Wanted
from framing.pages import jump, sentence_filters, take
from framing.plain import count

BLOCK = 20 * PAGE
"""Places found in one go: leafing on is then a matter of reading 25 sentences, and a block takes no longer than a
page."""


def show(wanted: Wanted, adopted: bool) -> None:
    """Count, order, pages, and the sentences of one page."""
    if st.session_state.get("_asked_for", wanted) != wanted and not adopted:
        sentence_filters.put("page", "1")
    st.session_state["_asked_for"] = wanted
    first = session.of_corpus(_block, wanted, 0)
    total = session.of_corpus(Corpus.sentence_count)
    left, middle, right = st.columns([5, 4, 3], vertical_alignment="bottom")
    left.html(f'<h2 class="fr-count">{first.count:,} of {count(total, "sentence")}</h2>')
    with middle:
        sentence_filters.choose_order()
    right.button("Start over", on_click=sentence_filters.clear, disabled=wanted == Wanted(sort=wanted.sort))
    if not first.count:
        session.notice(_advice(wanted))
        return
    limit = f" first {find.MOST_TAKEN:,}" if first.count > find.MOST_TAKEN else ""
    take.table(partial(_table, wanted), f"sentences{limit} {wanted.label} {wanted.search}", "found")
    if limit:
        left_out = f"The table holds the{limit} in this order; framing sentences --limit prints more."
        st.html(f'<p class="fr-meta">{escape(left_out)}</p>')
    page = _page(first.count)
    found = session.of_corpus(_of_page, wanted, page)
    for row in records(found.rows):
        _result(found, row)
    _leaf(page, first.count)
    if st.session_state.pop("_turned", False):
        jump.to(".fr-count", unseen=True)


def _table(wanted: Wanted) -> pd.DataFrame:
    corpus = Corpus.open(session.corpus_folder())
    return find.found_table(corpus, find.numbers(corpus), wanted)


def _block(corpus: Corpus, wanted: Wanted, number: int) -> Found:
    return find.places(corpus, session.of_corpus(find.numbers), wanted, BLOCK, BLOCK * number)


def _of_page(corpus: Corpus, wanted: Wanted, page: int) -> Found:
    """The sentences of a page, counted from 1."""
    block, start = divmod(PAGE * (page - 1), BLOCK)
    placed: Found = session.of_corpus(_block, wanted, block)
    return replace(placed, rows=corpus.at(placed.rows.iloc[start : start + PAGE]))


def _page(n: int) -> int:
    """The page shown; one that there is not becomes the last or the first."""
    text = str(sentence_filters.state("page") or "1")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    page = min(max(wanted, 1), -(-n // PAGE))
    sentence_filters.put("page", str(page))
    return page


def _result(found: Found, row: dict[Any, Any]) -> None:
    place = f"{row['article_id']}:{row['index']}"
    opened = sentence_filters.state("open") == place
    with st.container(key=f"fr_result_{place}", gap=None):
        said = found.says(row)
        spans = terms.spans(str(row["text"]), found.terms)
        entry = reading.entry_html({**row, "said": said, "spans": spans})
        kind = "fr-result fr-opened" if opened else "fr-result"
        headline = reading.badge_html("headline") if row["index"] == 0 else ""
        st.html(f'<div class="{kind}" id="{result_anchor(place)}">{headline}{entry}</div>')
        st.button(
            "Read in its article" if not opened else "Shown in its article",
            key=f"read_{place}",
            type="tertiary",
            on_click=_open,
            args=(place,),
        )


def result_anchor(place: str) -> str:
    """The id of a sentence in the list, for the way back."""
    article_id, _, index = place.rpartition(":")
    return "r" + reading.anchor(article_id, int(index))


def _open(place: str) -> None:
    sentence_filters.put("open", place)
    st.session_state["_fresh"] = True
    st.session_state["_reads"] = st.session_state.get("_reads", 0) + 1


def _leaf(page: int, n: int) -> None:
    """Buttons to the pages beside this one."""
    pages = -(-n // PAGE)
    if pages == 1:
        return
    left, middle, right = st.columns([2, 3, 2], vertical_alignment="center")
    left.button("Previous page", disabled=page == 1, on_click=_turn, args=(page - 1,), width="stretch")
    middle.html(f'<p class="fr-leaf">{escape(f"Page {page:,} of {pages:,}")}</p>')
    right.button("Next page", disabled=page == pages, on_click=_turn, args=(page + 1,), width="stretch")


def _turn(page: int) -> None:
    sentence_filters.put("page", str(page))
    st.session_state["_turned"] = True


def _advice(wanted: Wanted) -> list[str]:
    """What to try where nothing was found."""
    said = ["No sentence fits all of this. Take something away."]
    if len(terms.terms(wanted.search)) > 1:
        said.append("Every word must stand in the sentence, whole: try fewer, or an open ending such as strik*.")
    if wanted.actor or wanted.speaker:
        said.append("Names must be spelled as in the list; over the whole corpus they are those of each article.")
    if wanted.label and wanted.certainty == "decided":
        said.append("Under “More”, certainty can take in sentences that were not counted.")
    return said
