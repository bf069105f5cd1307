"""Numbers and names as they stand in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence


def count(number: int, noun: str) -> str:
    """`1 article`, `2,000 articles`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def percent(share: float) -> str:
    """A share or probability of 0–1 as whole percent."""
    return f"{100 * share:.0f}%"


def these_texts(number: int) -> str:
    """What figures describe that rest on so few articles."""
    return "this text, not the outlet" if number == 1 else "these texts, not the outlet"
