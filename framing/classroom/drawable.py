"""Which sentences of an event a class can be asked about, and how it sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from framing.classroom.graphic import graphic
from framing.classroom.hiding import hider
from framing.copies import find_copies
from framing.plain import count

SHORTEST, LONGEST = 6, 60
"""Words of a sentence. Shorter ones ("It was unarmed.") cannot be judged alone: 93 of the 954 body sentences of the
sample articles; longer ones take a phone's whole screen: none there."""
_MOST_LETTERS = 1000
"""Of a sentence: what has more in 60 words is no sentence."""
PLACE = ["article_id", "index"]
# Where the splitter took a rank for a sentence's end ("It named the dead as Sgt. Tamsin and Pte."), both halves go.
_CUT = re.compile(
    r"\b(?:Pte|Sgt|Cpl|Lt|Capt|Maj|Col|Gen|Brig|Supt|Insp|Det|Cllr|Mr|Mrs|Ms|Dr|Prof|Rev|Sen|Rep|Gov|No|St)\.$"
)
_WHY = {
    "short": f"shorter than {SHORTEST} words",
    "long": f"longer than {LONGEST} words",
    "cut": "cut in two at an abbreviation",
    "copy": "a copy of another article’s sentence",
    "tells": "still naming an outlet",
    "graphic": "with graphic violence",
}


@dataclass(frozen=True)
class Drawable:
    """`rows`: one a sentence that could be drawn: `article_id, index, outlet, voice, title, shown, before, after` and
    the heads' columns. `left` counts the others by reason."""

    rows: pd.DataFrame
    left: dict[str, int]
    moves: dict[tuple[str, int], Callable[[int, int], tuple[int, int]]]
    """By article and index: where a stretch of the stored sentence stands in the one shown."""

    def words(self) -> list[str]:
        """What was left out, for the teacher: `12 shorter than 6 words`."""
        return [f"{n} {_WHY[reason]}" for reason, n in self.left.items() if n]


def drawable(sentences: pd.DataFrame, articles: pd.DataFrame, mild: bool, outlets: Sequence[str] = ()) -> Drawable:
    """The body sentences of one event that a class can be asked about, outlets hidden; frames as `Corpus` gives them.
    With `outlets` those of these alone.

    Sentences are left out that are too short, too long or cut in two, copies of another's (drawn once, where they came
    first), those that still name an outlet, and, where `mild`, graphic ones. The chance of a sentence to be drawn is
    among those that remain: what a class's labels say of an outlet, they say of these."""
    body = sentences[sentences["index"] > 0].sort_values(PLACE, kind="stable").reset_index(drop=True)
    facts = articles.set_index("article_id")
    hide = hider(articles["outlet"])
    copied = pd.MultiIndex.from_frame(find_copies(body, articles).sentences[PLACE])
    shown: list[str] = []
    moves = {}
    for row in body.to_dict("records"):
        identity = (str(row["article_id"]), int(row["index"]))
        text, moves[identity] = hide.hide(row["text"], row["outlet"], _text(facts, row["article_id"], "byline"))
        shown.append(text)
    body = body.assign(shown=shown, title=body["article_id"].map(facts["title"]).fillna(""))
    words = body["shown"].map(n_words)
    cut = body["shown"].str.contains(_CUT)
    same = body["article_id"].eq(body["article_id"].shift())
    tells = pd.Series(
        [hide.tells(r["shown"], _text(facts, r["article_id"], "url")) for r in body.to_dict("records")], body.index
    )
    bad = body["shown"].map(graphic) if mild else pd.Series(False, body.index)
    reasons = {
        "short": words < SHORTEST,
        "long": (words > LONGEST) | (body["shown"].str.len() > _MOST_LETTERS),
        "cut": cut | (cut.shift(fill_value=False) & same),
        "copy": pd.Series(pd.MultiIndex.from_frame(body[PLACE]).isin(copied), body.index),
        "tells": tells,
        "graphic": bad.astype(bool),
    }
    hidden = pd.Series("", body.index)
    for reason, where in reasons.items():
        hidden[where & (hidden == "")] = reason
    # A neighbour is shown for context alone, unless it may not be seen.
    seen = body["shown"].where(~tells & ~reasons["graphic"], "")
    next_same = body["article_id"].eq(body["article_id"].shift(-1))
    body["before"] = seen.shift(fill_value="").where(same, "").map(lambda text: _near(text, last=True))
    body["after"] = seen.shift(-1, fill_value="").where(next_same, "").map(lambda text: _near(text, last=False))
    wanted = body["outlet"].isin(outlets) if outlets else pd.Series(True, body.index)
    left = hidden[(hidden != "") & wanted].value_counts().to_dict()
    return Drawable(
        body[(hidden == "") & wanted].reset_index(drop=True),
        {reason: int(left.get(reason, 0)) for reason in _WHY},
        moves,
    )


def _near(text: str, last: bool) -> str:
    """The end of the sentence before, or the beginning of the one after, where it is long."""
    words = text.split()
    if len(words) > LONGEST:
        text = f"… {' '.join(words[-LONGEST:])}" if last else f"{' '.join(words[:LONGEST])} …"
    return text if len(text) <= _MOST_LETTERS else ""


def n_words(text: str) -> int:
    """Words of a sentence as it is shown."""
    return len(text.split())


def _text(facts: pd.DataFrame, article_id: str, column: str) -> str:
    value = facts.at[article_id, column] if column in facts else ""
    return value if isinstance(value, str) else ""


def how_many(found: Drawable) -> str:
    """`212 sentences could be drawn; left out: 12 shorter than 6 words, …`."""
    left = ", ".join(found.words())
    return f"{count(len(found.rows), 'sentence')} could be drawn" + (f"; left out: {left}." if left else ".")
