"""Numbers and names as they stand in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

MOST_NAME = 80
"""Characters of a file's name: what file systems take of names in any script (255 bytes), with an ending."""


def count(number: int, noun: str) -> str:
    """`1 article`, `2,000 articles`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def percent(share: float, digits: int = 0) -> str:
    """A share or probability of 0–1 as percent, whole or with so many decimals."""
    return f"{100 * share:.{digits}f}%"


def signed(points: float, digits: int = 0) -> str:
    """Points with their sign, `+3`, `−2.5`; zero has none."""
    text = f"{points:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def about_time(seconds: float) -> str:
    """`a few seconds`, `about 40 seconds`, `about 3 minutes`, `about 2 hours`: as exact as a guess can be."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"about {5 * round(seconds / 5)} seconds"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60)} minutes"
    return f"about {round(seconds / 3600)} hours"


def waiting(seconds: float) -> str:
    """`40 seconds`, `12 minutes`, `3 hours`."""
    if seconds < 90:
        return count(round(max(seconds, 1)), "second")
    return count(round(seconds / 60), "minute") if seconds < 5_400 else count(round(seconds / 3_600), "hour")


def few_articles(number: Mapping[str, int]) -> str:
    """`A has 1 article`, `A and B have 2 articles each`, `A (1) and B (2) have few articles`."""
    names, least = list(number), min(number.values())
    if len(names) == 1:
        return f"{names[0]} has {count(least, 'article')}"
    if set(number.values()) == {least}:
        return f"{listed(names)} have {count(least, 'article')} each"
    return f"{listed([f'{outlet} ({n})' for outlet, n in number.items()])} have few articles"


def these_texts(number: Mapping[str, int]) -> str:
    """What the figures of outlets with so few articles describe."""
    texts = "this text" if sum(number.values()) == 1 else "these texts"
    return f"{texts}, not the outlet{'' if len(number) == 1 else 's'}"


def not_detected(tested: int, held: int, about: str = "") -> list[str]:
    """In how many comparisons nothing was found, as one sentence; none where every one held."""
    if tested <= held:
        return []
    where = f"the other {tested - held}" if held else str(tested)
    return [f"No difference we could detect in {where} of {tested} comparisons{about}."]


def plain_name(name: str) -> str:
    """A name as part of a file's name: letters and digits of any script, hyphens between."""
    return re.sub(r"[\W_]+", "-", name).strip("-")[:MOST_NAME].strip("-").lower() or "framing"
