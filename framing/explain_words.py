"""An explanation in words, as a table, as plain data and as marks on the text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from framing import explain, labels
from framing.explain import Check, Explanation
from framing.plain import count, listed, percent, signed

_TOLD = 12
"""Words that a table lists; all are in the JSON."""


def finding(found: Explanation) -> str:
    """What the check came to, in one plain sentence about the words that raise the probability."""
    name, p = labels.label_name(found.head, found.label), percent(found.probability)
    if found.raises is not None:
        return _told(found.raises, f"{name} falls from {p} to {percent(found.raises.without)}", "carries", "carry")
    if len(found.words) < explain.FEWEST:
        return f"The text is too short to take words out of it: {name} has {p} as it stands."
    least = round(100 * explain.LEAST_EFFECT)
    return f"No single word carries it: without any one of them {name} ({p}) falls by less than {least} points."


def hindrance(found: Explanation) -> str:
    """The same of the words that lower it; empty where there is none."""
    if found.lowers is None:
        return ""
    name, p = labels.label_name(found.head, found.label), percent(found.probability)
    told = f"{name} rises from {p} to {percent(found.lowers.without)}"
    return _told(found.lowers, told, "holds it down", "hold it down", "")


def _told(check: Check, moved: str, one: str, several: str, it: str = " it") -> str:
    words = listed([f"“{word}”" if not word.startswith(("“", '"')) else word for word in check.words])
    them = "it" if len(check.words) == 1 else "them together"
    most = max([0.0, *check.others])
    other = "one other word" if len(check.words) == 1 else f"{len(check.words)} other words"
    against = f"without {other} by {_points(most)} at most ({count(len(check.others), 'draw')})"
    if check.holds:
        return f"{words} {one if len(check.words) == 1 else several}{it}: without {them} {moved}, {against}."
    why = "not enough" if check.moved < explain.LEAST_MOVE else "no more than by chance"
    return f"Not reliable, {why}: without {words} {moved}, {against}."


def _points(share: float) -> str:
    return count(round(100 * share), "point")


def table(found: Explanation, given: bool) -> str:
    """The explanation as lines for a terminal."""
    toward = f", toward “{found.text[slice(*found.target)]}”" if found.target else ""
    told = f"{percent(found.probability)}, {'given' if given else 'not given'}{toward}"
    head = f"{labels.head_name(found.head)}: {labels.label_name(found.head, found.label)}, {told}"
    lines = [head, *(f"  {line}" for line in (finding(found), hindrance(found)) if line)]
    strongest = sorted(found.words, key=lambda word: -abs(word.effect))[:_TOLD]
    lines += [""] + [
        f"  {signed(100 * word.effect, 1):>6}  {word.text}{'  (named)' if word.named else ''}" for word in strongest
    ]
    if len(found.words) > _TOLD:
        lines.append(f"  and {len(found.words) - _TOLD} that moved it less")
    return "\n".join([*lines, *([f"  {CUT}"] if found.cut else [])])


CUT = "The text is longer than is read: words further back count for nothing."


def plain_data(found: Explanation, given: bool) -> dict[str, Any]:
    """The explanation as JSON has it: offsets in code points of the text given, effects and moves as shares of 1."""
    target = {"start": found.target[0], "end": found.target[1]} if found.target else None
    return {
        "head": found.head,
        "label": found.label,
        "target": target,
        "probability": round(found.probability, 6),
        "given": given,
        "outcome": found.outcome,
        "finding": finding(found),
        "words": [
            {
                "text": word.text,
                "spans": [list(span) for span in word.spans],
                "effect": round(word.effect, 6),
                "named": word.named,
            }
            for word in found.words
        ],
        "raises": _check_data(found.raises),
        "lowers": _check_data(found.lowers),
        "cut": found.cut,
    }


def _check_data(check: Check | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return {
        "words": list(check.words),
        "without": round(check.without, 6),
        "moved": round(check.moved, 6),
        "others": [round(other, 6) for other in check.others],
        "holds": check.holds,
    }


def marked_html(found: Explanation) -> str:
    """The text with the words named marked by sign: what raises the probability and by how many points, what lowers
    it; dotted where the check failed. The target is framed."""
    marks = [(span, word.effect, word.named) for word in found.words for span in word.spans if word.named]
    pieces, cursor = [], 0
    for (start, end), effect, _ in sorted(marks):
        pieces += [_plain(found, cursor, start), _mark(found, found.text[start:end], effect)]
        cursor = end
    return f'<p class="fr-moved">{"".join([*pieces, _plain(found, cursor, len(found.text))])}</p>'


def _mark(found: Explanation, text: str, effect: float) -> str:
    check = found.raises if effect > 0 else found.lowers
    kind = "fr-raises" if effect > 0 else "fr-lowers"
    unsure = "" if check is not None and check.holds else " fr-unsure"
    told = f"{'raises' if effect > 0 else 'lowers'} it by {_points(abs(effect))}"
    tag = f'<small aria-hidden="true">{signed(100 * effect)}</small><span class="fr-hidden"> ({told})</span>'
    return f'<mark class="{kind}{unsure}">{escape(text)}{tag}</mark>'


def _plain(found: Explanation, start: int, end: int) -> str:
    """A stretch without marks; the target in it framed."""
    if found.target is None or not start <= found.target[0] < found.target[1] <= end:
        return escape(found.text[start:end])
    first, last = found.target
    before, target, after = (escape(found.text[slice(*span)]) for span in ((start, first), (first, last), (last, end)))
    return f'{before}<b class="fr-target">{target}</b>{after}'


def legend(found: Sequence[Explanation]) -> str:
    """What the marks mean, of those that occur."""
    signs = {word.effect > 0 for each in found for word in each.words if word.named}
    told = [text for up, text in ((True, "+ raises the probability"), (False, "− lowers it")) if up in signs]
    unsure = any(check is not None and not check.holds for each in found for check in (each.raises, each.lowers))
    return "; ".join([*told, *(["dotted: did not pass the check"] * unsure)])
