"""Replacing stretches of a text, and knowing where every other stretch stands afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Edit = tuple[int, int, str]
"""[start, end) and what stands there instead."""
MoveSpan = Callable[[int, int], tuple[int, int]]


def rewrite(text: str, edits: Sequence[Edit]) -> tuple[str, MoveSpan]:
    """The text with `edits` (in order, not overlapping) made, and a function that moves a span of `text` along.

    A span that touches a replaced stretch is widened to the whole replacement.
    """
    pieces, last = [], 0
    for start, end, new in edits:
        pieces += [text[last:start], new]
        last = end
    return "".join([*pieces, text[last:]]), _mover(edits)


def _mover(edits: Sequence[Edit]) -> MoveSpan:
    def move(start: int, end: int) -> tuple[int, int]:
        return place(start, False), place(end, True)

    def place(offset: int, is_end: bool) -> int:
        shift = 0
        for left, right, new in edits:
            if offset <= left:
                break
            if offset < right:
                return left + shift + (len(new) if is_end else 0)
            shift += len(new) - (right - left)
        return offset + shift

    return move
