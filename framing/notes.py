"""What a reader must see before the numbers of a comparison, in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.correction import LEAST
from framing.labels import BALANCE, head_name, label_name
from framing.plain import count, listed
from framing.source_notes import date_notes
from framing.tally import MIN_STANCE_SENTENCES, VOICE, Row
from framing.uncertainty import MIN_ARTICLES

if TYPE_CHECKING:
    from framing.compare import Comparison

ALIKE = 0.19
"""Share of common words (Jaccard, words of four letters or more) from which two articles tell the same happening. On
the ECB+ articles outside its test topics, 70 % of 4,491 pairs on one happening lie below it, but 99.4 % of 4,566 pairs
on two look-alike happenings do."""
APART = 0.07
"""The same share under which two articles of one date have too little in common: 6 % of the pairs on one happening, 44
% of the others."""
FEW_SENTENCES = 10
"""Below it one sentence moves a share by ten points or more."""
FEW_TO_TEST = 6
"""With 4 articles a side a difference of 20 points is found in 0–11 % of cases, one of 45 points mostly in 43–93 % (see
`uncertainty`)."""
MOST_NAMED = 6
"""Labels that a note names one by one."""
_WORD = re.compile(r"[^\W\d_][^\W_'’-]{3,}")


def notes(comparison: Comparison, heads: Sequence[str]) -> tuple[str, ...]:
    """Few articles, few sentences, different happenings, missing scores and the like; `heads` should all have been
    there."""
    return (
        *_score_notes(comparison, heads),
        *_outlet_notes(comparison),
        *_page_notes(comparison.articles),
        *_source_notes(comparison.articles),
        *date_notes(comparison.articles),
        *_actor_notes(comparison.shares),
        *_test_notes(comparison.differences),
        *_correction_notes(comparison),
    )


def _outlet_notes(comparison: Comparison) -> list[str]:
    articles, outlets = comparison.articles, comparison.outlets
    body = comparison.sentences[comparison.sentences["index"] > 0]
    n_articles = articles.groupby("outlet").size()
    n_sentences = body.groupby("outlet").size().reindex(outlets, fill_value=0)
    said = []
    if len(outlets) == 1:
        said.append(f"Only {outlets[0]} reports on this event: there is no other outlet to compare it with.")
    one = [outlet for outlet in outlets if n_articles[outlet] == 1]
    if len(one) == 1:
        said.append(
            f"{one[0]} has one article on this event: no interval is given, and its figures describe this text, "
            "not the outlet."
        )
    elif one:
        said.append(
            f"{listed(one)} have one article each on this event: no interval is given, and their figures describe "
            "these texts, not the outlets."
        )
    said += [
        f"{outlet} has {n_articles[outlet]} articles on this event: an interval needs {MIN_ARTICLES}, so its figures "
        "describe these texts, not the outlet."
        for outlet in outlets
        if 1 < n_articles[outlet] < MIN_ARTICLES
    ]
    for outlet in outlets:
        n = int(n_sentences[outlet])
        if n == 0:
            said.append(f"{outlet} has no sentence besides the headline: it has no shares.")
        elif n < FEW_SENTENCES:
            said.append(
                f"{outlet} has only {count(n, 'sentence')} besides the headline: one sentence is {100 / n:.0f} "
                "points of a share."
            )
    return said


def _page_notes(articles: pd.DataFrame) -> list[str]:
    """What a page of reprints does not say: that its articles tell different happenings."""
    page = articles[articles["kind"] == "reprint"]
    pairs = [
        (a, b)
        for a, b in combinations(page.to_dict("records"), 2)
        if a["outlet"] != b["outlet"] and _different_happenings(a, b)
    ]
    if not pairs:
        return []
    shown = {article["article_id"]: article for pair in pairs for article in pair}
    told = "; ".join(
        f"{a['outlet']} (“{a['title']}”, {_day(a['published'])})" for a in sorted(shown.values(), key=_when)
    )
    which = "two different happenings" if len(shown) == 2 else "different happenings"
    return [
        f"These articles stood on one page but report {which} of this event: {told}. "
        "Differences between them may lie in what happened, not in how it is told."
    ]


def _different_happenings(a: Row, b: Row) -> bool:
    words = [set(_WORD.findall(str(article["text"]).lower())) for article in (a, b)]
    common = len(words[0] & words[1]) / max(1, len(words[0] | words[1]))
    dated = bool(pd.notna(a["published"]) and pd.notna(b["published"]) and a["published"] != b["published"])
    return common < (ALIKE if dated else APART)


def _source_notes(articles: pd.DataFrame) -> list[str]:
    kinds = articles["kind"].value_counts()
    texts = {
        "paraphrase": "{} written for demonstration after the outlets' reports: the wording is not the outlets' own.",
        "invented": "{} invented for demonstration: such an outlet does not exist.",
    }
    return [text.format(_are(int(kinds[kind]))) for kind, text in texts.items() if kind in kinds]


def _score_notes(comparison: Comparison, heads: Sequence[str]) -> list[str]:
    body = comparison.sentences[comparison.sentences["index"] > 0]
    said = []
    missing = [head_name(head).lower() for head in heads if head not in comparison.heads]
    if missing:
        said.append(f"Nothing here is scored for {listed(missing)} by the models installed now. Run:  framing score")
    for info in comparison.heads.values():
        if info.level == "sentence" and (bare := int(body[info.columns].isna().any(axis=1).sum())):
            said.append(
                f"{count(bare, 'sentence')} without scores for {head_name(info.name).lower()} left out. "
                "Run:  framing score"
            )
    silent = int((~body["voice"].isin(VOICE.labels)).sum())
    if silent:
        said.append(f"{count(silent, 'sentence')} of unknown voice: counted in neither own nor quoted voice.")
    return said


def _actor_notes(shares: pd.DataFrame) -> list[str]:
    rows = shares[(shares["actor"] != "") & (shares["label"] == BALANCE) & (shares["view"] == "both")]
    named = rows.groupby("actor")["n_sentences"].agg(["min", "sum"]).sort_values("sum", ascending=False, kind="stable")
    thin = list(named.index[named["min"] < MIN_STANCE_SENTENCES])
    if not thin:
        return []
    first = listed(thin) if len(thin) <= 4 else f"{', '.join(thin[:3])} and {len(thin) - 3} others"
    return [
        f"Stance toward {first} rests on fewer than {MIN_STANCE_SENTENCES} sentences in at least one outlet: "
        "shown, but not compared there."
    ]


def _test_notes(rows: pd.DataFrame) -> list[str]:
    tested = rows[rows["p"].notna()]
    if tested.empty:
        return []
    said = [
        "Differences are exploratory. Of those claimed in one view, at most 5% are expected to be false "
        "(Benjamini–Hochberg over all pairs of outlets, stance apart). Tone and stance are tested by their balance, "
        "mirrored and weak labels not at all. Each interval is 95% by itself. Claims rest on the raw numbers; "
        "csv, json and --correct give those corrected for the classifiers' errors."
    ]
    if tested[["articles_a", "articles_b"]].min(axis=1).max() < FEW_TO_TEST:
        said.append("With so few articles only differences of about 40 points and more are likely to be detected.")
    return said


def _correction_notes(comparison: Comparison) -> list[str]:
    """Which labels cannot be corrected, and on whose labels the correction rests."""
    rows = comparison.shares
    known = {name for name, head in [*comparison.heads.items(), (VOICE.name, comparison.voice)] if head.errors}
    if not known:
        return []
    asked = rows[rows["head"].isin(known) & (rows["actor"] == "") & (rows["view"] == "both") & rows["value"].notna()]
    short = asked["n_sentences"] < LEAST
    none = (asked["correction"] == "none")[~short].groupby([asked["head"], asked["label"]], sort=False).any()
    names = [f"{head_name(head).lower()}: {label_name(head, label).lower()}" for head, label in none.index[none]]
    said = [
        "Published errors are those of other texts: an outlet whose style misleads a classifier more than another's is "
        "not corrected by them. Only labels of your own can tell: framing audit"
    ]
    by_audit = rows[rows["correction"] == "audit"]
    if len(by_audit):
        told = [
            f"{head_name(str(head)).lower()} of {listed(sorted(set(part['outlet']), key=str.casefold))}"
            for head, part in by_audit.groupby("head", sort=False)
        ]
        said.append(
            f"Corrected by your audit: {'; '.join(told)}. All else is corrected for published errors: compare no "
            "number of the one kind with one of the other."
        )
    if few := sorted(set(asked.loc[short, "outlet"]), key=str.casefold):
        said.append(
            f"Of {listed(few)} there are labels with fewer than {LEAST:.0f} sentences: too few to correct for the "
            "classifier's errors."
        )
    if names:
        named = listed(names) if len(names) <= MOST_NAMED else f"{len(names)} labels (a dash in --correct)"
        said.append(
            f"Cannot be corrected for the classifier's errors: {named}. It tells them apart too badly, or "
            "makes more false alarms on the texts it was measured on than there are hits here."
        )
    return said


def _are(n: int) -> str:
    return "One article is" if n == 1 else f"{n} articles are"


def _when(article: Row) -> tuple[bool, str, str]:
    return bool(pd.isna(article["published"])), str(article["published"]), str(article["outlet"])


def _day(value: Any) -> str:
    if pd.isna(value):
        return "undated"
    day = pd.Timestamp(value)
    return f"{day.day} {day:%B %Y}"
