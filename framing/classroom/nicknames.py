"""Nicknames: what students call themselves, cleaned, and told apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from framing.errors import InputError

MOST = 20
"""Characters of a nickname: it stands in a list on a projector."""


def clean(typed: str) -> str:
    """A nickname without what cannot be seen or turns the writing round (control and format characters), single spaces
    between words. Raises InputError where nothing is left, or too much."""
    seen = "".join(
        " " if sign.isspace() else sign for sign in typed if sign.isspace() or unicodedata.category(sign)[0] != "C"
    )
    name = " ".join(unicodedata.normalize("NFC", seen).split())
    if not any(unicodedata.category(sign)[0] in "LNSP" for sign in name):
        raise InputError("Please type a nickname. It need not be your real name.")
    if len(name) > MOST:
        raise InputError(f"That nickname is too long. Use at most {MOST} characters.")
    return name


def key(name: str) -> str:
    """What two nicknames share when they read alike: capitals and widths do not count."""
    return unicodedata.normalize("NFKC", name).casefold()


def another(name: str, taken: Collection[str]) -> str:
    """A nickname like this one that is free: `Mia 2`. `taken` are keys."""
    number = 2
    while key(made := f"{name[: MOST - len(str(number)) - 1].rstrip()} {number}") in taken:
        number += 1
    return made
