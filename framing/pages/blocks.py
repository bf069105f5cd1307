"""The blocks of the comparison page: summary, findings, charts with the sentences behind them, articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from framing import labels, reading, session
from framing.cells import cells, pairs, records
from framing.pages import controls, empty, figures, jump, pieces, take
from framing.pages.controls import FRAMES, VOICES, Pick, Section
from framing.plain import count, percent
from framing.registry import WEAK

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from framing.compare import Comparison
    from framing.schema import View

_ABREAST = {1: 1, 2: 2, 3: 3, 4: 2}
"""Articles side by side by number of outlets: four abreast leave 36 characters a line, too few to read in comfort."""
_SENTENCES, _AUDIT, _MODELS = (
    str(Path(__file__).with_name(name)) for name in ("sentences.py", "audit.py", "models.py")
)
VOICE_UNCHECKED = (
    '<p class="fr-meta">Whose words a sentence is cannot be checked with labels of your own: it takes the article '
    "around the sentence.</p>"
)
"""An audit asks about sentences one by one; voice is decided with those before and after them."""
MOST_FINDINGS = 5
FIRST_NOTES = 4
"""Notes on the outlets and the articles come first; how the tests were made is folded."""
_FEW_TERMS = 6
MOST_SPEAKERS = 8
_COMPLEMENTS = ("factual", "neutral")
"""Labels that say the same as another one of their head."""


def summary(event: pd.Series, articles: pd.DataFrame, sentences: Mapping[str, int], about: str) -> None:
    """What the page is about, the event's name, dates, badges, each outlet with its articles and `sentences`."""
    kinds = set(articles["kind"].dropna())
    badges = "".join(_badge(kind) for kind in reading.KIND_BADGES if kind in kinds)
    days = articles["published"].dropna()
    first, last = (reading.day(days.min()), reading.day(days.max())) if len(days) else ("undated", "undated")
    dates = first if first == last else f"{first} to {last}"
    items = "".join(
        f"<li><strong>{escape(str(outlet))}</strong><span>{count(len(rows), 'article')}"
        f'<span class="fr-long">, {count(sentences.get(str(outlet), 0), "sentence")}</span></span></li>'
        for outlet, rows in articles.groupby("outlet", sort=False)
    )
    name = escape(str(event["event"]))
    aim, _, rest = about.partition(". ")
    more = f'<span class="fr-long"> {escape(rest)}</span>' if rest else ""
    st.html(
        f'<p class="fr-meta fr-about-page">{escape(aim)}.{more}</p><h1>{name}</h1>'
        f'<p class="fr-meta fr-dates"><span>{escape(dates)}</span> {badges}</p><ul class="fr-outlets">{items}</ul>'
    )


def _badge(kind: str) -> str:
    """What kind of text stands here; on a telephone in fewer words."""
    full, short = reading.KIND_BADGES[kind], reading.SHORT_BADGES.get(kind)
    if short is None:
        return reading.badge_html(full, "demo")
    said = f'<span class="fr-long">{escape(full)}</span><span class="fr-short">{escape(short)}</span>'
    return f'<span class="fr-badge fr-demo">{said}</span>'


def overview(comparison: Comparison, view: View, outlets: list[str]) -> None:
    """What differs most, in sentences that lead to their evidence, beside what one must know before reading on."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.html("<h2>What differs</h2>")
        if len(outlets) > 1:
            _findings(comparison, view, outlets)
            take.table(comparison.differences, f"differences {comparison.event}", "differences")
        elif len(comparison.outlets) > 1:
            session.notice("Choose a second outlet above: then what differs stands here.")
        else:
            empty.one_outlet("Only one outlet reports on this event: there is nothing to compare it with.")
    with right:
        st.html("<h2>Before you read the numbers</h2>")
        session.notice(
            comparison.notes or "Nothing in these articles stands against comparing them.", first=FIRST_NOTES
        )


def _findings(comparison: Comparison, view: View, outlets: list[str]) -> None:
    rows = comparison.differences
    rows = rows[rows["outlet_a"].isin(outlets) & rows["outlet_b"].isin(outlets)]
    by_text = dict(zip(cells(rows["finding"]), range(len(rows)), strict=True))
    shown = replace(comparison, differences=rows)  # what is counted follows the outlets shown
    said = shown.findings(view)
    found = [text for text in said if text in by_text]
    told = found[:MOST_FINDINGS]
    for number, text in enumerate(told):
        _finding(text, records(rows.iloc[[by_text[text]]])[0], number)
    if more := len(found) - len(told):
        st.html(f"<p>{more} more {'stands' if more == 1 else 'stand'} in the charts below.</p>")
    for text in said:  # the count of comparisons without a detectable difference
        if text not in by_text:
            st.html(f"<p>{escape(text)}</p>")
    if not told:
        _largest(comparison, rows[(rows["view"] == view) & (rows["actor"] == "")])


def _largest(comparison: Comparison, rows: pd.DataFrame) -> None:
    """Where nothing was detected: what lies furthest apart all the same, said to be within chance."""
    rows = _by_size(comparison, rows[rows["p"].notna() & ~rows["label"].isin(_COMPLEMENTS)])
    if len(rows):
        st.html('<p class="fr-meta">Furthest apart all the same, though chance could explain it:</p>')
    keys = pairs(comparison.shares, "outlet", "head", "label", "actor", "view")
    shares = dict(zip(keys, cells(comparison.shares["value"]), strict=True))
    for number, row in enumerate(records(rows.drop_duplicates(["head", "label"]).head(3))):
        name = labels.label_name(str(row["head"]), str(row["label"]))
        a, b = (
            shares[row[outlet], row["head"], row["label"], row["actor"], row["view"]]
            for outlet in ("outlet_a", "outlet_b")
        )
        head = labels.head_name(str(row["head"]))
        if row["label"] == labels.BALANCE:
            first = f"{row['outlet_a']} {labels.points(a)}"
            told = f"{head}, {name.lower()}: {first}, {row['outlet_b']} {labels.points(b)} points."
        else:
            first = f"{row['outlet_a']} {percent(a)} of {row['n_a']} sentences"
            told = f"{name}: {first}, {row['outlet_b']} {percent(b)} of {row['n_b']}."
        _finding(told, row, number)


def _by_size(comparison: Comparison, rows: pd.DataFrame) -> pd.DataFrame:
    """Differences without those of weak labels: detected ones first, then those that could be tested, then by size."""
    tiers = comparison.tiers
    weak = [tiers.get(pair) in WEAK for pair in pairs(rows, "head", "label")]
    strong = rows[~pd.Series(weak, rows.index, dtype=bool)]
    keys = strong.assign(tested=strong["p"].notna(), size=strong["difference"].abs())
    return strong.loc[keys.sort_values(["detected", "tested", "size"], ascending=False, kind="stable").index]


def _finding(text: str, row: Mapping[Any, Any], number: int) -> None:
    pick = Pick(str(row["head"]), str(row["label"]), str(row["actor"]))
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.html(f"<p>{escape(text)}</p>")
    right.button(
        "Read",
        key=f"finding_{number}",
        on_click=controls.read_finding,
        args=(pick,),
        help=f"Shows its sentences. {labels.definition(pick.head, pick.label)}",
    )


def first_pick(comparison: Comparison, outlets: list[str], view: View) -> Pick:
    """What is shown before the reader picks anything: the frame with the clearest difference."""
    rows = comparison.differences
    rows = rows[(rows["view"] == view) & rows["outlet_a"].isin(outlets) & rows["outlet_b"].isin(outlets)]
    rows = _by_size(comparison, rows[rows["head"].isin(FRAMES.heads)])
    top = (rows if len(rows) else comparison.shares).iloc[0]
    return Pick(str(top["head"]), str(top["label"]), str(top["actor"]))


def sentences_behind(comparison: Comparison, pick: Pick, view: View, outlets: list[str]) -> pd.DataFrame:
    """The sentences of these outlets that the picked number counts, one row each, with `said`: label and probability.

    A balance is made of all sentences that could count for either side, so those of every label stand behind it.
    """
    actor = pick.actor if pick.head == "stance" else None
    sides = [label for label in labels.order(pick.head) if label != labels.BALANCE]
    found = []
    for label in sides if pick.label == labels.BALANCE else [pick.label]:
        rows = comparison.behind(outlets, pick.head, label, view, actor)
        rows = rows.sort_values("probability", ascending=False, kind="stable")
        name = labels.label_name(pick.head, label)
        found.append(rows.assign(said=[reading.said(name, value) for value in rows["probability"]]))
    rows = pd.concat(found, ignore_index=True).drop_duplicates(["article_id", "index"])
    return rows[rows["speaker"] == pick.actor] if pick.head == "voice" and pick.actor else rows


def explain(section: Section, shares: pd.DataFrame) -> None:
    """What the section's labels mean, where nothing of it is picked."""
    st.html('<p class="fr-meta">Click the chart, or choose above, to read the sentences behind a number.</p>')
    numbers = [pair for pair in controls.numbers(section, shares) if pair[1] != labels.BALANCE]
    terms = [(labels.label_name(head, label), labels.definition(head, label)) for head, label in numbers]
    st.html(reading.terms_html(terms, "What the labels mean" if len(terms) > _FEW_TERMS else ""))


def _body(sentences: pd.DataFrame) -> pd.DataFrame:
    return sentences[sentences["index"] > 0]


def show_section(
    section: Section, comparison: Comparison, shares: pd.DataFrame, view: View, pick: Pick
) -> DeltaGenerator:
    """A chart and, beside it, the choice of a number; the right column comes back, for the sentences."""
    st.html(f'<h2>{escape(section.title)}</h2><p class="fr-meta">{escape(section.about)}</p>')
    left, right = st.columns([3, 2], gap="large")
    with left:
        outlets = list(dict.fromkeys(cells(shares["outlet"])))
        figures.show(section, comparison, view, outlets, pick)
        rows = shares[shares["head"].isin(section.heads)]
        take.table(rows, f"{section.title} {comparison.event}", section.key)
        if section == VOICES:
            named = _named_speakers(comparison, outlets)
            st.html(_speakers_table(named, outlets))
            take.table(named, f"named speakers {comparison.event}", "speakers")
    with right:
        speakers = _speakers(comparison, shares) if section == VOICES else []
        controls.choose_number(section, shares, pick, speakers)
    return right


def list_sentences(
    rows: pd.DataFrame, articles: pd.DataFrame, shown: dict[str, str], pick: Pick, tier: str | None
) -> None:
    """The sentences behind the picked number, most probable first; those of open articles lead to their place there."""
    rows = rows[rows["outlet"] == pick.outlet] if pick.outlet else rows
    where = pick.outlet or "all outlets"
    meaning = labels.definition(pick.head, pick.label)
    weak = " Weak label: read the sentences before the number." if tier in WEAK else ""
    st.html(
        f'<div class="fr-say"><h3>{escape(f"{pick.name} · {where} · ")}{count(len(rows), "sentence")}</h3></div>'
        f'<p class="fr-meta">{escape(meaning + weak)}</p>'
    )
    if st.session_state.pop(controls.READ, False):
        jump.to(".fr-say", unseen=True)
    if rows.empty:
        session.notice("No sentence was counted here. Choose another outlet, or count everything.")
        return
    titles = dict(zip(cells(articles["article_id"]), cells(articles["title"]), strict=True))
    rows = rows.assign(title=[titles.get(article, "") for article in cells(rows["article_id"])])
    linked = frozenset(shown.values())
    pieces.show(
        len(rows), "sentences", f"{pick} {articles['event_id'].iloc[0]}", "sentences",
        lambda start, end: reading.sentences_html(rows.iloc[start:end], pick.name, linked, start + 1),
    )  # fmt: skip
    take.sentences(rows, f"{pick.name} {where}")
    if query := controls.everywhere(pick):
        st.page_link(_SENTENCES, label="More of these in the whole corpus", query_params=query)
    if pick.head != VOICES.heads[0]:
        check = {"head": pick.head, "event": str(articles["event_id"].iloc[0])}
        st.page_link(_AUDIT, label="Is the model right here? Check it on these texts", query_params=check)
    else:
        voice_unchecked()


def voice_unchecked() -> None:
    """That voice cannot be checked by oneself, and the way to how often it is right elsewhere."""
    st.html(VOICE_UNCHECKED)
    st.page_link(_MODELS, label="How often the model is right: its card", query_params={"model": VOICES.heads[0]})


def show_numbers(shares: pd.DataFrame, pick: Pick, view: View) -> None:
    """The picked number of each outlet, with n and interval, and beside it the same without the classifier's errors."""
    view = "both" if pick.head == VOICES.heads[0] else view
    actor = pick.actor if pick.head == "stance" else ""
    rows = shares[(shares["head"] == pick.head) & (shares["label"] == pick.label) & (shares["view"] == view)]
    rows = rows[(rows["actor"] == actor) & (rows["n_sentences"] > 0)]
    items = "".join(f"<li>{escape(number_words(row))}</li>" for row in records(rows))
    st.html(f'<ul class="fr-meta fr-numbers">{items}</ul>')


def number_words(row: Mapping[Any, Any]) -> str:
    """`Al Jazeera: 30% (20–42) of 88 sentences, 4 articles; corrected for the classifier’s errors 26% (14–40)`."""
    n = f"{count(row['n_sentences'], 'sentence')}, {count(row['n_articles'], 'article')}"
    said = f"{row['outlet']}: {labels.with_interval(row, 'value', 'low', 'high')} of {n}"
    if row["correction"] not in ("published", "audit") or pd.isna(row["corrected"]):
        return said
    by = "by your audit" if row["correction"] == "audit" else "for the classifier’s errors"
    return f"{said}; corrected {by} {labels.with_interval(row, 'corrected', 'corrected_low', 'corrected_high')}"


def _named_speakers(comparison: Comparison, outlets: list[str]) -> pd.DataFrame:
    """`outlet, speaker, n_sentences`, the most often named first."""
    body = _body(comparison.sentences)
    others = body[body["outlet"].isin(outlets) & (body["voice"] != "own")]
    return others.value_counts(["outlet", "speaker"]).rename("n_sentences").reset_index()


def _speakers_table(named: pd.DataFrame, outlets: list[str]) -> str:
    rows = []
    for outlet in outlets:
        mine = named[named["outlet"] == outlet]
        people = ", ".join(f"{r['speaker']} ({r['n_sentences']})" for r in records(mine.head(MOST_SPEAKERS)))
        rest = len(mine) - MOST_SPEAKERS
        rows.append([outlet, (people or "nobody by name") + (f" and {rest} more" if rest > 0 else "")])
    return reading.table_html(
        ["Outlet", "Named speakers"], rows, "Who is named as speaking, with the number of sentences"
    )


def _speakers(comparison: Comparison, shares: pd.DataFrame) -> list[str]:
    body = _body(comparison.sentences)
    named = body.loc[body["outlet"].isin(set(shares["outlet"])) & (body["voice"] != "own"), "speaker"]
    return [str(name) for name in named.value_counts().index]


def read_articles(
    comparison: Comparison, articles: pd.DataFrame, shown: dict[str, str], marked: pd.DataFrame, pick: Pick
) -> None:
    """The articles' own text, a column an outlet, with the picked sentences marked."""
    st.html(f"<h2>The articles</h2>{_legend(pick)}")
    outlets, abreast = list(shown), _ABREAST.get(len(shown), 3)
    for start in range(0, len(outlets), abreast):
        row = outlets[start : start + abreast]
        for column, outlet in zip(st.columns(abreast, gap="medium"), row, strict=False):
            with column:
                st.html(f"<h3>{escape(outlet)}</h3>")
                _read_outlet(comparison, articles[articles["outlet"] == outlet], outlet, marked, pick)


def _read_outlet(comparison: Comparison, articles: pd.DataFrame, outlet: str, marked: pd.DataFrame, pick: Pick) -> None:
    chosen = controls.choose_article(outlet, articles, marked)
    article = {str(key): value for key, value in articles[articles["article_id"] == chosen].iloc[0].items()}
    mine = marked[marked["article_id"] == chosen]
    said = {int(index): str(text) for index, text in pairs(mine, "index", "said")}
    picked = frozenset(said) if pick.outlet == outlet else frozenset()
    every, copied = comparison.every_sentence, comparison.left_out
    sentences = every[[*reading.PLACED]][[article == chosen for article in cells(every["article_id"])]]
    left_out: list[int] = [] if copied is None else list(copied.loc[copied["article_id"] == chosen, "index"])
    st.html(reading.article_html(article, sentences, reading.Marks(said, picked, frozenset(left_out))))


def _legend(pick: Pick) -> str:
    items = [f'<span><mark class="fr-mark">underlined</mark> {escape(pick.name)}</span>']
    if pick.outlet:
        items.append(
            f'<span><mark class="fr-mark fr-chosen">double underline</mark> the same, in {escape(pick.outlet)}</span>'
        )
    items.append(
        '<span><span class="fr-voice">quoted: a name</span> whose words they are; unmarked: the outlet’s own</span>'
    )
    items.append("<span>Rest the pointer on a marked sentence, or tab to it, for its probability.</span>")
    return f'<div class="fr-legend">{"".join(items)}</div>'
