"""Correcting a preview by hand: where an article begins and ends, its facts, what is left out. Each change can be taken
back until the articles are stored."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import streamlit as st

from framing import reading
from framing.pages.intake_read import Preview
from framing.schema import Article

EARLIEST = date(1800, 1, 1)
MOST_CORRECTED = 500
"""Articles to choose from: a page of reprints has a dozen, a table of thousands is corrected where it was made."""
_KINDS = {"": "The outlet’s own text", **reading.KIND_BADGES}


def correct(preview: Preview, outlets: Sequence[str]) -> None:
    """The corrections of a preview, folded unless a page was split. They change `preview` in the session state."""
    articles = preview.articles
    if not articles:
        return
    split = any(article.kind == "reprint" for article in articles)
    with st.expander("Correct what was read", expanded=split or bool(st.session_state.get("previews_before"))):
        numbers = list(range(min(len(articles), MOST_CORRECTED)))
        some = f" The first {MOST_CORRECTED:,} can be corrected." if len(articles) > MOST_CORRECTED else ""
        st.html(f'<p class="fr-meta">Choose an article; what you change is shown above at once.{some}</p>')
        key = f"fix_at_{len(articles)}"
        if st.session_state.get(key) not in numbers:
            st.session_state[key] = min(st.session_state.get("fix_last", 0), numbers[-1])
        at = st.selectbox("Article to correct", numbers, format_func=lambda n: _say(n, articles[n]), key=key)
        st.session_state["fix_last"] = at
        _facts(articles, at, outlets)
        _boundaries(articles, at)
        if st.session_state.get("previews_before"):
            st.button("Take the last change back", key="fix_undo", on_click=_take_back)


def _say(number: int, article: Article) -> str:
    return f"{number + 1}. {article.outlet}: {textwrap.shorten(article.title, 60, placeholder=' …') or 'no headline'}"


def _facts(articles: Sequence[Article], at: int, outlets: Sequence[str]) -> None:
    """Outlet, headline, date and kind of one article."""
    article, stamp = articles[at], _stamp(at)
    known = sorted({*outlets, *(one.outlet for one in articles)})
    with st.form(f"fix_facts_{stamp}", border=False):
        left, right = st.columns(2)
        outlet = left.selectbox(
            "Its outlet", known, index=known.index(article.outlet), accept_new_options=True, key=f"fix_outlet_{stamp}"
        )
        newest = date.today() + timedelta(days=1)
        given = article.published if article.published and EARLIEST <= article.published <= newest else None
        published = right.date_input("Its date", given, EARLIEST, newest, format="YYYY-MM-DD", key=f"fix_date_{stamp}")
        title = left.text_input("Its headline", article.title, max_chars=500, key=f"fix_title_{stamp}")
        kinds = list(_KINDS)
        kind = right.selectbox(
            "What it is", kinds, kinds.index(article.kind if article.kind in kinds else ""), _KINDS.__getitem__,
            key=f"fix_kind_{stamp}",
        )  # fmt: skip
        if st.form_submit_button("Change these facts", key=f"fix_do_{stamp}"):
            from framing.ingest import resplit

            _take(resplit.change(articles, at, outlet or "", title, published, kind or None))
            st.rerun()


def _boundaries(articles: Sequence[Article], at: int) -> None:
    """Where it ends, where another begins, and what is left out."""
    from framing.ingest import resplit

    stamp, own = _stamp(at), resplit.paragraphs_of(articles[at])
    if resplit.has_next(articles, at):
        both = [*own, *resplit.paragraphs_of(articles[at + 1])]
        _paragraph(
            "It ends with", both[:-1], len(own) - 1, f"fix_end_{stamp}",
            lambda chosen: resplit.move_boundary(articles, at, chosen + 1),
        )  # fmt: skip
    if len(own) > 1:
        _paragraph(
            "Another article begins with", own[1:], None, f"fix_divide_{stamp}",
            lambda chosen: resplit.divide(articles, at, chosen + 1),
        )  # fmt: skip
    left, right = st.columns(2)
    if resplit.has_next(articles, at):
        left.button(
            "Join with the next article", key=f"fix_join_{stamp}", width="stretch",
            on_click=lambda: _take(resplit.join(articles, at)),
        )  # fmt: skip
    right.button(
        "Leave this article out", key=f"fix_drop_{stamp}", width="stretch",
        on_click=lambda: _take(resplit.leave_out(articles, at)),
    )  # fmt: skip


def _paragraph(
    label: str, paragraphs: Sequence[str], chosen: int | None, key: str, make: Callable[[int], list[Article]]
) -> None:
    """A choice among paragraphs by their first words; another choice is made at once."""

    def take() -> None:
        if (picked := st.session_state[key]) is not None:
            _take(make(picked))

    st.selectbox(
        label, range(len(paragraphs)), index=chosen, key=key, on_change=take, placeholder="Choose its paragraph",
        format_func=lambda n: f"¶ {textwrap.shorten(paragraphs[n], 90, placeholder=' …')}",
    )  # fmt: skip


def _stamp(at: int) -> str:
    """A name of its own for the widgets of each state of the preview, so that they show what is so now."""
    return f"{len(st.session_state.get('previews_before', ()))}_{st.session_state.get('previews_made', 0)}_{at}"


def _take(articles: list[Article]) -> None:
    preview: Preview = st.session_state["preview"]
    st.session_state.setdefault("previews_before", []).append(preview)
    st.session_state["previews_made"] = st.session_state.get("previews_made", 0) + 1
    st.session_state["preview"] = replace(preview, articles=tuple(articles))


def _take_back() -> None:
    st.session_state["preview"] = st.session_state["previews_before"].pop()
    st.session_state["previews_made"] += 1
