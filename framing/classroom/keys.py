"""The secrets of a classroom: join codes, the teacher's key, students' tokens, and what is derived of them."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from framing.errors import InputError

EASY = "BCDFGHJKMNPQRSTVWXZ23456789"
"""Signs of a join code: none taken for another (0 and O; 1, I and L), and no vowels, so that no word comes up."""
CODE_SIGNS = 6


def new_code() -> str:
    """A join code, one of 27⁶ (387 million)."""
    return "".join(secrets.choice(EASY) for _ in range(CODE_SIGNS))


def read_code(typed: str) -> str:
    """A join code as typed, in the form in which it is stored: capitals, without spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if not sign.isspace() and sign not in "-–·")


def new_token() -> str:
    """What a student's cookie holds: 192 random bits."""
    return secrets.token_urlsafe(24)


def digest(token: str) -> str:
    """What the store keeps of a token: nobody who reads the store can sit down on a student's seat."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def derived(key: str, purpose: str) -> str:
    """A secret for one purpose, of which the key cannot be told."""
    return hmac.new(key.encode(), purpose.encode(), "sha256").hexdigest()


def teacher_key(file: Path) -> str:
    """The teacher's key in `file`, made if there is none: 144 random bits that only this user can read, so that a
    restart keeps the teacher's page open. Raises InputError."""
    try:
        if file.exists():
            kept = file.read_text(encoding="ascii").strip()
            if len(kept) >= 24:
                return kept
        made = secrets.token_urlsafe(18)
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.write(made + "\n")
        beside.replace(file)
    except (OSError, ValueError) as error:
        raise InputError(f"The teacher's key {file} cannot be kept: {error}.") from error
    return made
