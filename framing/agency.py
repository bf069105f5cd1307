"""Who is told to have done harm to whom, and where nobody is: the events of harm of an event's articles by outlet.

Events and their forms are `harm`'s. An agent is *someone* or a *thing* (a missile, an explosion, a flood): a thing is
told as the cause, and nobody as the one who did it. The rules' errors are counted by `benchmarks/agency.py`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import records
from framing.compare import Comparison
from framing.contrasts import outlet_differences, outlet_shares, sum_by_article
from framing.harm import Harm, Span, find_harm, is_thing
from framing.harm_words import WEAPONS, is_number
from framing.plain import count, listed, not_detected
from framing.schema import VIEWS
from framing.source_names import own_reporter
from framing.spoken import spoken
from framing.uncertainty import MIN_ARTICLES

MEASURES: Mapping[str, str] = {
    "someone": "names who did it",
    "thing": "gives a thing as the cause",
    "nobody": "tells nobody and nothing as the cause",
    "passive": "is told in a passive without agent",
}
"""Shares of the events of harm; the first three sum to 1."""
_TESTED = ("someone", "nobody", "passive")
"""The third of three shares that sum to 1 tells nothing more."""
FORMS: Mapping[str, str] = {
    "active": "active",
    "passive_by": "passive, told by whom",
    "passive": "passive",
    "nominal": "as a noun",
    "intransitive": "as if it happened by itself",
}
_COLUMNS = [
    "article_id", "outlet", "index", "headline", "voice", "verb", "kind", "start", "end", "form", "agent", "agent_kind",
    "agent_actor", "agent_start", "agent_end", "patient", "patient_actor", "patient_start", "patient_end", "text",
]  # fmt: skip
_PEOPLE_WORDS = frozenset(("he", "she", "they", "it", "we", "i", "his", "her", "their", "its", "him", "them"))

_NUMBERS = re.compile(
    r"^(?:(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|more|other|others|others?|of|their|million"
    r"|hundred|thousand)\b\s*)+",
    re.IGNORECASE,
)
"""Left out where people are counted up: 13 people and two people are people."""

_WEAPON = re.compile(rf"(?:{WEAPONS})$", re.IGNORECASE)
Row = Mapping[Hashable, Any]


@dataclass(frozen=True)
class Agency:
    """Harm in an event's articles.

    `harms`: one row an event of harm (`article_id, outlet, index, headline, voice` own or quoted, `verb, kind, start,
    end,
    form, agent, agent_kind` someone, thing or empty, `agent_actor, agent_start, agent_end, patient, patient_actor,
    patient_start, patient_end, text`; offsets −1 where nobody is told). `shares`: `outlet, measure, view, value, low,
    high, n, n_articles`, without headlines. `differences`: as `contrasts.outlet_differences`, by measure and view.
    `pairs`: `outlet, agent, patient, n`, who does harm to whom, things and nobody included."""

    harms: pd.DataFrame
    shares: pd.DataFrame
    differences: pd.DataFrame
    pairs: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def findings(self) -> list[str]:
        """What the figures say, in plain sentences: each outlet's, then the differences that hold."""
        if self.harms.empty:
            return []
        both = self.shares[self.shares["view"] == "both"].set_index(["outlet", "measure"])
        said = []
        for outlet in self.shares["outlet"].unique():
            n = round(float(both.loc[(outlet, "someone"), "n"]))
            if n:
                someone, thing, nobody, passive = (float(both.loc[(outlet, name), "value"]) * n for name in MEASURES)
                said.append(
                    f"{outlet} tells {count(n, 'event')} of harm: {someone:.0f} with somebody who did it, "
                    f"{thing:.0f} with a thing as the cause, "
                    f"{nobody:.0f} with neither ({passive:.0f} told in a passive that names no doer)."
                )
            else:
                said.append(f"{outlet} tells no harm that the rules find.")
        held = self.differences[self.differences["detected"].astype(bool)]
        said += [_difference(row) for row in records(held)]
        tested = int(self.differences["p"].notna().sum())
        return said + not_detected(tested, len(held), " of how harm is told")


def find_agency(comparison: Comparison) -> Agency:
    """Harm in the articles of a comparison, by outlet."""
    harms = harm_table(comparison.sentences, comparison.mentions)
    body = harms[~harms["headline"]]
    outlet_of = comparison.articles["outlet"].reset_index(drop=True)
    ids = list(comparison.articles["article_id"])
    keys = pd.DataFrame([(measure, view) for view in VIEWS for measure in MEASURES], columns=["measure", "view"])
    hits, weights = _counts(body)
    shares = outlet_shares(keys, sum_by_article(body["article_id"], hits, weights, ids), outlet_of)
    tested = keys["measure"].isin(_TESTED).to_numpy() & (hits.any(axis=0) if len(hits) else False)
    sums = sum_by_article(body["article_id"], hits[:, tested], weights[:, tested], ids)
    differences = outlet_differences(keys[tested].reset_index(drop=True), sums, outlet_of, family="view")
    return Agency(harms, shares, differences, count_pairs(body), _notes(comparison, body))


def harm_table(sentences: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """The events of harm of all sentences, headlines too; the columns of `Agency.harms`. `mentions` as of
    `merge_event`."""
    named: dict[tuple[str, int], list[Row]] = {}
    for mention in records(mentions, ("article_id", "index", "start", "end", "actor")):
        named.setdefault((mention["article_id"], mention["index"]), []).append(mention)
    rows: list[dict[str, Any]] = []
    for sentence in records(sentences, ("article_id", "outlet", "index", "text", "quotes", "voice", "speaker")):
        there = named.get((sentence["article_id"], sentence["index"]), [])
        found = [_row(sentence, harm, there) for harm in find_harm(sentence["text"])]
        things = any(row["agent_kind"] == "thing" for row in found)
        for row in found:  # seven bullets struck the cab, and two struck the driver
            if things and is_number(row["agent"]):
                row["agent_kind"] = "thing"
        rows += found
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"headline": bool})


def _row(sentence: Row, harm: Harm, mentions: Sequence[Row]) -> dict[str, Any]:
    text = str(sentence["text"])
    agent, patient = _words(text, harm.agent), _words(text, harm.patient)
    voice = "own" if own_reporter(sentence["speaker"], sentence["outlet"]) else sentence["voice"]
    others = spoken(text, sentence["quotes"], voice)
    return {
        **{key: sentence[key] for key in ("article_id", "outlet", "index", "text")},
        "headline": sentence["index"] == 0,
        "voice": "quoted" if any(a <= harm.start < b for a, b in others) else "own",
        **{"verb": harm.verb, "kind": harm.kind, "start": harm.start, "end": harm.end, "form": harm.form},
        **{"agent": agent, "agent_kind": "" if not agent else "thing" if is_thing(agent) else "someone"},
        "agent_actor": _actor(text, harm.agent, mentions),
        **dict(zip(("agent_start", "agent_end"), harm.agent or (-1, -1), strict=True)),
        "patient": patient,
        "patient_actor": _actor(text, harm.patient, mentions),
        **dict(zip(("patient_start", "patient_end"), harm.patient or (-1, -1), strict=True)),
    }


def _words(text: str, span: Span | None) -> str:
    return text[span[0] : span[1]] if span else ""


def _actor(text: str, span: Span | None, mentions: Sequence[Row]) -> str:
    """The actor whose mention holds the span's head, its last word before "of"; empty where none does."""
    if span is None:
        return ""
    head = span[0] + len(text[span[0] : span[1]].split(" of ", maxsplit=1)[0]) - 1
    found = [m for m in mentions if int(m["start"]) <= head < int(m["end"])]
    return str(found[0]["actor"]) if found else ""


def _counts(harms: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Hits and weights, (events, views × measures)."""
    kind, form = harms["agent_kind"], harms["form"]
    measures = [kind == "someone", kind == "thing", kind == "", form == "passive"]
    views = [np.ones(len(harms)) if view == "both" else (harms["voice"] == view).to_numpy(float) for view in VIEWS]
    weights = [view for view in views for _ in measures]
    hits = [view * measure.to_numpy(float) for view in views for measure in measures]
    return np.stack(hits, axis=1), np.stack(weights, axis=1)


def named(harms: pd.DataFrame) -> pd.DataFrame:
    """Events of harm with `who` and `whom`: the actor, or else the words, in brackets where it is a thing or nobody."""
    rows = records(harms)
    return harms.assign(who=[_who(row, "agent") for row in rows], whom=[_who(row, "patient") for row in rows])


def harm_spans(row: Row) -> list[tuple[int, int, str]]:
    """The verb, who does it, to whom; the verb says its form and that nobody is told."""
    kind = str(row["agent_kind"])
    form = FORMS[str(row["form"])] + ("" if kind else ", nobody told")
    spans = [(int(row["start"]), int(row["end"]), form)]
    if kind:
        spans.append((int(row["agent_start"]), int(row["agent_end"]), "who did it" if kind == "someone" else "a thing"))
    if row["patient"]:
        spans.append((int(row["patient_start"]), int(row["patient_end"]), "to whom"))
    return spans


def count_pairs(harms: pd.DataFrame) -> pd.DataFrame:
    """How often an outlet tells that one did harm to another, the commonest first: `outlet, agent, patient, n`."""
    told = named(harms)[["outlet", "who", "whom"]].rename(columns={"who": "agent", "whom": "patient"})
    found = told.groupby(["outlet", "agent", "patient"], sort=False).size().rename("n").reset_index()
    found["place"] = found["outlet"].str.casefold()
    return (
        found.sort_values(["place", "n"], ascending=[True, False], kind="stable")
        .drop(columns="place")
        .reset_index(drop=True)
    )


def _who(row: Row, side: str) -> str:
    """The actor, or else the words, in brackets where it is a thing or nobody."""
    words, actor = str(row[side]), str(row[f"{side}_actor"])
    if not words:
        return "(nobody told)" if side == "agent" else "(not told)"
    if side == "agent" and row["agent_kind"] == "thing":
        return f"({words.lower()})"
    if words.lower() in _PEOPLE_WORDS:
        return f"({words.lower()})"
    if side == "patient" and str(row["verb"]).lower().startswith("fir") and _WEAPON.search(words):
        return "(not told)"  # what is fired suffers nothing
    return actor or _NUMBERS.sub("", words) or "people"


def _difference(row: Row) -> str:
    low, high = sorted(abs(float(row[end])) for end in ("low", "high"))
    more, less = (row["outlet_a"], row["outlet_b"]) if row["difference"] > 0 else (row["outlet_b"], row["outlet_a"])
    where = {"own": "harm told in its own words", "quoted": "harm told by those it quotes", "both": "the harm it tells"}
    n = f"{round(row['n_a'])} and {round(row['n_b'])} events, {row['articles_a']} and {row['articles_b']} articles"
    gap = f"{100 * low:.0f} to {100 * high:.0f} points more"
    return f"In {where[row['view']]}, {more} {MEASURES[row['measure']]} in {gap} than {less} ({n})."


def _notes(comparison: Comparison, harms: pd.DataFrame) -> tuple[str, ...]:
    said = []
    outlets = comparison.outlets
    if len(outlets) == 1:
        said.append(f"Only {outlets[0]} reports on this event: there is no other outlet to compare it with.")
    if harms.empty:
        said.append(
            "The rules find no harm told in these articles: nobody killed, hurt, driven out, locked up or laid off."
        )
        return tuple(said)
    articles = harms.groupby("outlet")["article_id"].nunique()
    few = [outlet for outlet in outlets if 0 < articles.get(outlet, 0) < MIN_ARTICLES]
    if few:
        said.append(
            f"{listed(few)}: harm in fewer than {MIN_ARTICLES} articles, so no interval; the figures describe these "
            f"texts, not the {'outlet' if len(few) == 1 else 'outlets'}."
        )
    if harms["voice"].eq("own").all() and not comparison.sentences["voice"].notna().any():
        said.append(
            "Whose words the sentences are is not scored yet, so all count as the outlets' own. Run:  framing score"
        )
    said.append(
        "Found by rules without a parser: some events are missed and some agents wrong; read the sentences before you "
        "quote a number. Who did it may stand in another clause or sentence (“were hurt when guards forced a path”). "
        "The same happening told twice counts twice."
    )
    return tuple(said)
