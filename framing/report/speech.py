"""Who speaks and who is told to do harm to whom, as sections of a report."""

from __future__ import annotations

from html import escape

import pandas as pd

from framing.agency import MEASURES as HARM
from framing.agency import Agency, count_pairs, find_agency, harm_spans, named
from framing.errors import InputError
from framing.plain import count, percent
from framing.report.evidence import Content, number_link, told
from framing.report.parts import findings, table
from framing.sources import MEASURES, OTHERS, TYPES, Sources, find_sources
from framing.spoken import spoken
from framing.tally import Row

MOST_SPEAKERS = 10
"""Speakers of an outlet: those below speak a sentence or two."""
MOST_PAIRS = 10


def speakers(content: Content) -> str:
    """Whom the outlets quote: findings, kinds of speakers, and each outlet's most quoted."""
    try:
        found = find_sources(content.comparison)
    except InputError as error:  # no voice is scored yet; the message says how to
        return findings([str(error)], [])
    said = findings(found.findings, found.notes)
    return said + _kinds(content, found) + "".join(_speakers(content, found, outlet) for outlet in content.outlets)


def _kinds(content: Content, found: Sources) -> str:
    cells = found.shares.set_index(["measure", "outlet"]).to_dict("index")
    there = [name for name in MEASURES if any(cells[name, outlet]["value"] > 0 for outlet in content.outlets)]
    body = [
        [
            escape(MEASURES[name].capitalize()),
            *(_kind(content, found, outlet, name, cells[name, outlet]) for outlet in content.outlets),
        ]
        for name in there
    ]
    heads = [f"{outlet}\n{int(cells[OTHERS, outlet]['n']):,} words" for outlet in content.outlets]
    return table(["Words", *heads], body, "Share of the outlet’s words, 95% intervals in brackets") if body else ""


def _kind(content: Content, found: Sources, outlet: str, measure: str, row: Row) -> str:
    rows = _quoted(found, outlet)
    rows = rows if measure == OTHERS else rows[rows["source_type"] == measure]
    shown = _share(row["value"])
    if pd.notna(row["low"]):
        shown += f" ({100 * row['low']:.0f}–{100 * row['high']:.0f})"
    title = f"{MEASURES[measure].capitalize()} · {outlet}"
    # The lists of the kinds of speakers have the texts of all.
    return number_link(_sentences(content, ("kind", outlet, measure), title, rows, measure == OTHERS), shown)


def _speakers(content: Content, found: Sources, outlet: str) -> str:
    mine = found.sources[found.sources["outlet"] == outlet]
    if mine.empty:
        return ""
    body = []
    for row in mine.head(MOST_SPEAKERS).to_dict("records"):
        name = str(row["source"])
        rows = _quoted(found, outlet)
        anchor = _sentences(
            content, ("speaker", outlet, name), f"{name} speaks · {outlet}", rows[rows["source"] == name]
        )
        n = f"{count(int(row['n_sentences']), 'sentence')}, {count(int(row['n_articles']), 'article')}"
        kind = TYPES[str(row["source_type"])]
        body.append([escape(name), escape(kind), number_link(anchor, _share(row["share"])), str(row["words"]), n])
    rest = len(mine) - len(body)
    more = f"; {count(rest, 'further speaker')} left out" if rest else ""
    return table(["Speaker", "Kind", "Share of words", "Words", "In"], body, f"Whom {outlet} quotes most{more}")


def _quoted(found: Sources, outlet: str) -> pd.DataFrame:
    return found.sentences[(found.sentences["outlet"] == outlet) & (found.sentences["spoken"] > 0)]


def _sentences(content: Content, key: tuple[str, ...], title: str, rows: pd.DataFrame, brief: bool = False) -> str:
    stretches = zip(rows["text"], rows["quotes"], rows["voice"], strict=True)
    spans = [[(a, b, "") for a, b in spoken(text, quotes, voice)] for text, quotes, voice in stretches]
    said = [f"{n} of {total} words" for n, total in zip(rows["spoken"], rows["words"], strict=True)]
    return content.evidence.add(key, title, told(rows, said, spans), brief)


def _share(value: float) -> str:
    return "under 1%" if 0 < value < 0.005 else percent(value)


def harm(content: Content) -> str:
    """Who is told to do harm to whom: findings, shares, and the pairs of each outlet."""
    found = find_agency(content.comparison)
    said = findings(found.findings, found.notes)
    if found.harms.empty:
        return said
    return said + _forms(content, found) + (_pairs(content, found) if content.with_text else "")


def _body(content: Content, found: Agency, outlet: str) -> pd.DataFrame:
    rows = found.harms[~found.harms["headline"] & (found.harms["outlet"] == outlet)]
    return rows if content.view == "both" else rows[rows["voice"] == content.view]


def _forms(content: Content, found: Agency) -> str:
    shares = found.shares[found.shares["view"] == content.view]
    cells = shares.set_index(["measure", "outlet"]).to_dict("index")
    body = [
        [escape(name.capitalize())]
        + [_form(content, found, outlet, measure, cells[measure, outlet]) for outlet in content.outlets]
        for measure, name in HARM.items()
    ]
    heads = [f"{outlet}\n{count(round(cells['someone', outlet]['n']), 'event')}" for outlet in content.outlets]
    return table(["How harm is told", *heads], body, "Share of the events of harm, 95% intervals in brackets")


def _form(content: Content, found: Agency, outlet: str, measure: str, row: Row) -> str:
    rows = _body(content, found, outlet)
    if rows.empty:
        return "–"
    if measure == "passive":
        rows = rows[rows["form"] == "passive"]
    else:
        rows = rows[rows["agent_kind"] == ("" if measure == "nobody" else measure)]
    shown = f"{percent(row['value'])}"
    if pd.notna(row["low"]):
        shown += f" ({100 * row['low']:.0f}–{100 * row['high']:.0f})"
    return number_link(
        _harms(content, ("harm", outlet, measure), f"{HARM[measure].capitalize()} · {outlet}", rows), shown
    )


def _pairs(content: Content, found: Agency) -> str:
    made = ""
    for outlet in content.outlets:
        rows = _body(content, found, outlet)
        if rows.empty:
            continue
        who = named(rows)
        pairs = count_pairs(rows)
        body = []
        for agent, patient, n in pairs[["agent", "patient", "n"]].head(MOST_PAIRS).itertuples(index=False):
            there = rows[(who["who"] == agent) & (who["whom"] == patient)]
            anchor = _harms(content, ("pair", outlet, agent, patient), f"{agent} → {patient} · {outlet}", there)
            body.append([escape(str(agent)), escape(str(patient)), number_link(anchor, str(n))])
        rest = len(pairs) - len(body)
        more = f"; {count(rest, 'rarer pair')} left out" if rest else ""
        caption = f"{outlet}: who does harm to whom, (in brackets) a thing or nobody{more}"
        made += table(["Who does it", "To whom", "Times told"], body, caption)
    return made


def _harms(content: Content, key: tuple[str, ...], title: str, rows: pd.DataFrame) -> str:
    return content.evidence.add(key, title, told(rows, spans=[harm_spans(row) for row in rows.to_dict("records")]))
