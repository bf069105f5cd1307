"""An error that belongs to one field of the lesson editor."""

from __future__ import annotations

from framing.errors import InputError


class FieldError(InputError):
    """What a lesson cannot be made of, and the `field` that the editor shows it beside."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
