"""The rows that a lesson is drawn from: sentences, or sentences and an actor, with what the model says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from framing.audit_draw import population
from framing.classroom.drawable import PLACE, Drawable, n_words
from framing.classroom.fields import FieldError
from framing.plain import listed
from framing.tally import VOICE, Counted, HeadInfo, count_mentions, count_sentences

SHOWN = ["title", "shown", "before", "after"]


def scored_rows(found: Drawable, mentions: pd.DataFrame, head: HeadInfo, labels: tuple[str, ...]) -> pd.DataFrame:
    """The rows that a head has decided, as `audit_draw.draw` reads them: `article_id, index, actor, outlet, voice,
    said, sure`; with `says` (the labels said), `model` (probabilities by label), `surface`, `share`, and how it is
    shown.

    For stance one actor is drawn of those that a sentence names, each with the chance `share`, so that no sentence is
    asked about twice."""
    asked = replace(head, labels=labels)
    if head.level == "mention":
        rows = _named(found, mentions)
        counted = count_mentions(asked, rows)
    else:
        counted = count_sentences(asked, found.rows)
    made = population(counted)
    cells = {"says": _cells(_says(counted), made.index), "model": _cells(_model(counted), made.index)}
    made = made.assign(**cells, share=1.0, surface="")
    if head.level == "mention":
        first = rows.drop_duplicates([*PLACE, "actor"])[[*PLACE, "actor", "surface"]]
        made = made.drop(columns="surface").merge(first, on=[*PLACE, "actor"], how="left")
    return made.merge(found.rows[[*PLACE, *SHOWN]], on=PLACE)


def one_actor(rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """One row a sentence, its actor drawn with equal chances (`share`) of those that it names."""
    rng = np.random.default_rng([seed, 1])
    shuffled = rows.iloc[rng.permutation(len(rows))]
    named = shuffled.groupby(PLACE)["actor"].transform("size")
    return shuffled.assign(share=1 / named).drop_duplicates(PLACE).sort_values(PLACE).reset_index(drop=True)


def spelled(mentions: pd.DataFrame, actor: str) -> str:
    """An actor's name as the event's articles have it, whatever the capitals; as given where nobody is called so."""
    names = mentions["actor"].astype(str)
    same = names[names.str.casefold() == actor.strip().casefold()]
    return str(same.iloc[0]) if len(same) else actor.strip()


def of_actor(rows: pd.DataFrame, actor: str) -> pd.DataFrame:
    """The rows about one actor. Raises FieldError for one who is not named."""
    names = rows["actor"].astype(str)
    same = names == actor
    if not same.any():
        known = names.value_counts().index[:12].tolist()
        raise FieldError(
            "actor",
            f"No sentence that could be drawn names “{actor}”. Most often named are: {listed(known)}."
            if known
            else "No sentence that could be drawn names anybody. Choose another question.",
        )
    return rows[same].reset_index(drop=True)


def plain_rows(found: Drawable) -> pd.DataFrame:
    """Rows for a category that no model knows, spread over where in its article a sentence stands (first, second, last
    third) and whether it is long for its outlet."""
    rows = found.rows
    place = rows["index"] / rows.groupby("article_id")["index"].transform("max")
    words = rows["shown"].map(n_words)
    return rows[[*PLACE, "outlet", "voice", *SHOWN]].assign(
        actor="",
        said=pd.cut(place, [0, 1 / 3, 2 / 3, 1], labels=["first", "middle", "last"], include_lowest=True).astype(str),
        sure=words >= words.groupby(rows["outlet"]).transform("median"),
        says=_cells([()] * len(rows), rows.index),
        model=_cells([{}] * len(rows), rows.index),
        surface="",
        share=1.0,
    )


def _named(found: Drawable, mentions: pd.DataFrame) -> pd.DataFrame:
    """Mentions in sentences that could be drawn, `surface` as it stands in what is shown; those that hiding the outlet
    has changed are left out."""
    there = mentions.merge(found.rows[[*PLACE, "shown"]], on=PLACE).sort_values([*PLACE, "start"])
    shown = []
    for row in there.to_dict("records"):
        start, end = found.moves[str(row["article_id"]), int(row["index"])](int(row["start"]), int(row["end"]))
        shown.append(row["shown"][start:end])
    there = there.assign(seen=shown)
    same = there["seen"].str.len() == there["surface"].str.len()
    kept: pd.DataFrame = there[same & there["surface"].str.strip().ne("")].drop(columns=["surface", "shown"])
    return kept.rename(columns={"seen": "surface"}).reset_index(drop=True)


def _cells(values: Sequence[object], index: pd.Index) -> pd.Series:
    """A column of tuples or dicts."""
    return pd.Series(list(values), index, dtype=object)


def _says(counted: Counted) -> list[tuple[str, ...]]:
    labels = counted.head.labels
    hits = counted.x[:, : len(labels)] > 0
    return [tuple(label for label, hit in zip(labels, row, strict=True) if hit) for row in hits]


def _model(counted: Counted) -> list[dict[str, float]]:
    """Probabilities by label; none for the voice, of which the corpus stores the decision alone."""
    if counted.head.name == VOICE.name:
        return [{} for _ in range(len(counted.rows))]
    p = counted.rows[counted.head.columns].to_numpy(dtype=np.float64).round(4)
    return [dict(zip(counted.head.labels, map(float, row), strict=True)) for row in p]
