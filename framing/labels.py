"""What labels are called in plain words, what they mean, in which order they stand, and how outlets and labels look in
charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from framing.plain import signed

BALANCE = "balance"
SIGNED: Mapping[str, tuple[str, str]] = {"sentiment": ("positive", "negative"), "stance": ("favourable", "against")}
"""Heads with a `balance`: the share of the first label minus the share of the second."""

# Okabe and Ito's hues, moved as little as needed so that every colour has a contrast of 3:1 on white and on #11151b and
# any two stay apart for normal, deuteranope, protanope and tritanope eyes (smallest OKLab distance 0.13, 0.06, 0.06,
# 0.07; among the first four 0.21, 0.12, 0.11, 0.09). So narrow a band of lightness leaves no more, hence a symbol with
# every colour.
PALETTE = ("#0C6BAE", "#FF4400", "#079C5D", "#B87FB7", "#98851C", "#2E9AE0", "#7D4FD5", "#85604A")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon", "triangle-down")
GREY = "#7F7F7F"


@dataclass(frozen=True, slots=True)
class Style:
    """How something looks: colour as `#RRGGBB` and a Plotly marker symbol, so that colour is never the only sign."""

    color: str
    symbol: str


OTHERS = Style(GREY, "x")
"""Outlets past the eighth: nobody tells nine colours apart."""


@dataclass(frozen=True, slots=True)
class LabelText:
    """A label in words: `short` for charts and tables, `phrase` inside a sentence, `definition` for the reader who
    asks."""

    short: str
    phrase: str
    definition: str


@dataclass(frozen=True, slots=True)
class HeadText:
    """A head in words; its labels stand in the order in which they are shown."""

    name: str
    labels: Mapping[str, LabelText]


_GENERIC = {
    "conflict": LabelText(
        "Conflict", "conflict", "Two sides clash, in words or in deeds; one attacks or reproaches another."
    ),
    "human_interest": LabelText(
        "Human interest",
        "human interest",
        "A human face or feeling: people named or described, their suffering, fear, hope or survival.",
    ),
    "attribution_of_responsibility": LabelText(
        "Responsibility", "responsibility", "Who caused something, who is to blame, or who must and could solve it."
    ),
    "economic": LabelText(
        "Economic consequences", "economic consequences", "Gains, losses and costs for people, firms or countries."
    ),
    "morality": LabelText("Morality", "morality", "Right and wrong, duty, shame or honour, religious or not."),
}
_POLICY = {
    "economic": LabelText(
        "Economy", "the economy", "Money: costs, prices, jobs, trade, budgets and financial gain or loss."
    ),
    "capacity_and_resources": LabelText(
        "Capacity and resources",
        "capacity and resources",
        "Whether there are enough people, means, goods or time to cope.",
    ),
    "morality": LabelText(
        "Moral duty", "moral duty", "An issue as a matter of right and wrong, of faith or conscience."
    ),
    "fairness_and_equality": LabelText(
        "Fairness and equality",
        "fairness and equality",
        "Whether people or groups are treated alike, justly, or discriminated against.",
    ),
    "legality_constitutionality_jurisprudence": LabelText(
        "Law and courts",
        "law and courts",
        "Laws and constitutions as such, rulings, lawsuits, legal rights and international law.",
    ),
    "policy_prescription_and_evaluation": LabelText(
        "Policy and its effects",
        "policy and its effects",
        "A given policy or rule: what it should be, and whether it works.",
    ),
    "crime_and_punishment": LabelText(
        "Crime and punishment", "crime and punishment", "Offences, police work, arrests, trials as punishment, prison."
    ),
    "security_and_defense": LabelText(
        "Security and defence",
        "security and defence",
        "Threats and protection: armies, weapons, attacks, terror, borders.",
    ),
    "health_and_safety": LabelText(
        "Health and safety",
        "health and safety",
        "Disease, injury, care, accidents and whatever keeps people from harm.",
    ),
    "quality_of_life": LabelText(
        "Everyday life", "everyday life", "What it means for homes, work, movement, comfort and community."
    ),
    "cultural_identity": LabelText(
        "Culture and identity",
        "culture and identity",
        "Customs, language, values, and belonging to a people, faith or group.",
    ),
    "public_opinion": LabelText(
        "Public opinion", "public opinion", "What people think or want: polls, protests, petitions, popularity."
    ),
    "political": LabelText("Politics", "politics", "Parties, elections, manoeuvres, lobbying and who holds power."),
    "external_regulation_and_reputation": LabelText(
        "Relations abroad",
        "relations abroad",
        "Dealings between states or with international bodies, and a country's standing.",
    ),
}
_SENTIMENT = {
    "negative": LabelText("Negative", "negative", "What the sentence presents is bad: harm, loss, failure, threat."),
    "neutral": LabelText("Neutral", "neutral", "Neither good nor bad, or both in balance."),
    "positive": LabelText("Positive", "positive", "What the sentence presents is good: help, gain, success, relief."),
    BALANCE: LabelText("Balance", "balance", "Share of positive minus share of negative sentences."),
}
_STANCE = {
    "against": LabelText("Against", "against", "The sentence lets the actor appear in a bad light."),
    "neutral": LabelText("Neutral", "neutral toward", "The sentence names the actor without judging it."),
    "favourable": LabelText("Favourable", "favourable to", "The sentence lets the actor appear in a good light."),
    BALANCE: LabelText(
        "Balance", "balance", "Share of favourable minus share of sentences against, among those that name the actor."
    ),
}
_WORDING = {
    "loaded": LabelText(
        "Loaded words", "loaded words", "Words that judge, stir or dramatise where plain ones would do."
    ),
    "factual": LabelText("Plain words", "plain words", "Neutral wording, however grave the matter."),
}
_VOICE = {
    "own": LabelText("Own words", "its own words", "The outlet tells it itself, its correspondents included."),
    "quoted": LabelText("Quoted", "direct quotation", "Mainly somebody's words, given word for word."),
    "reported": LabelText(
        "Reported speech", "reported speech", "Somebody's statement, retold: X said that …, according to X."
    ),
    "mixed": LabelText("Part quoted", "part quotation", "The outlet's own telling together with somebody's words."),
}
HEADS: Mapping[str, HeadText] = {
    "frames_generic": HeadText("News frames", _GENERIC),
    "frames_policy": HeadText("Issue frames", _POLICY),
    "sentiment": HeadText("Tone", _SENTIMENT),
    "wording": HeadText("Wording", _WORDING),
    "voice": HeadText("Voices", _VOICE),
    "stance": HeadText("Stance toward actors", _STANCE),
}


def head_name(head: str) -> str:
    """A head's name in plain words; a head of the user's own is named after its folder."""
    return HEADS[head].name if head in HEADS else _spelled(head)


def label_name(head: str, label: str) -> str:
    """A label's short name, at most 24 characters for the shipped heads."""
    return _text(head, label).short


def phrase(head: str, label: str) -> str:
    """A label as it stands inside a sentence, in lower case."""
    return _text(head, label).phrase


def definition(head: str, label: str) -> str:
    """What a label means, in one sentence; empty for labels of a head of the user's own."""
    return _text(head, label).definition


def order(head: str, known: Sequence[str] = ()) -> tuple[str, ...]:
    """A head's labels as they are shown, `balance` last; `known` as it stands for a head of the user's own."""
    return tuple(HEADS[head].labels) if head in HEADS else tuple(known)


def head_order(known: Sequence[str]) -> list[str]:
    """The heads among `known` as they are shown: the shipped ones, then the others by name."""
    return [head for head in HEADS if head in known] + sorted(set(known) - set(HEADS))


def outlet_styles(outlets: Sequence[str]) -> dict[str, Style]:
    """Colour and symbol of each outlet in the order given; all past the eighth look the same. Give all outlets of an
    event, so that one keeps its colour when others are hidden."""
    return {outlet: _style(i) if i < len(PALETTE) else OTHERS for i, outlet in enumerate(dict.fromkeys(outlets))}


def label_style(head: str, label: str) -> Style:
    """Colour and symbol of a label, different for every label of a head."""
    if head in _LABEL_STYLES and label in _LABEL_STYLES[head]:
        return _LABEL_STYLES[head][label]
    labels = order(head)
    return _style(labels.index(label)) if label in labels else OTHERS


# Orange against blue is the pair that every common kind of colour blindness keeps apart.
_AGAINST, _NEUTRAL, _FOR = Style("#C2500A", "triangle-down"), Style(GREY, "circle"), Style("#0C6BAE", "triangle-up")
_LABEL_STYLES: Mapping[str, Mapping[str, Style]] = {
    "sentiment": {"negative": _AGAINST, "neutral": _NEUTRAL, "positive": _FOR, BALANCE: Style(GREY, "diamond")},
    "stance": {"against": _AGAINST, "neutral": _NEUTRAL, "favourable": _FOR, BALANCE: Style(GREY, "diamond")},
    "wording": {"loaded": Style("#7D4FD5", "star"), "factual": _NEUTRAL},
    "voice": {
        "own": Style("#0C6BAE", "circle"),
        "mixed": Style("#85604A", "diamond"),
        "reported": Style("#B87FB7", "triangle-up"),
        "quoted": Style("#079C5D", "square"),
    },
}


def _style(i: int) -> Style:
    """The i-th of 64 pairs of colour and symbol."""
    n = len(PALETTE)
    return Style(PALETTE[i % n], SYMBOLS[(i + i // n) % n])


def _spelled(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()


def _text(head: str, label: str) -> LabelText:
    if head in HEADS and label in HEADS[head].labels:
        return HEADS[head].labels[label]
    return LabelText(_spelled(label), _spelled(label).lower(), "")


def points(value: float) -> str:
    """A balance or difference in points, with its sign."""
    return signed(100 * value)


def with_interval(row: Mapping[Any, Any], value: str, low: str, high: str) -> str:
    """`30% (20–42)`, `−5 points (−9 to +2)`; without an interval where a row of shares has none (NaN)."""
    balance = row["label"] == BALANCE
    ends = (low, high) if row[low] == row[low] else ()  # NaN differs from itself
    shown = [points(row[key]) if balance else f"{100 * row[key]:.0f}" for key in (value, *ends)]
    head = f"{shown[0]} points" if balance else f"{shown[0]}%"
    return f"{head} ({shown[1]}{' to ' if balance else '–'}{shown[2]})" if ends else head
