"""The entries of a JSON file that anybody may have written, each checked when it is taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from framing.errors import InputError

LONGEST_NAME = 200
Made = TypeVar("Made")


def mapping(value: object, source: str, what: str) -> Mapping[str, Any]:
    """A JSON object; `what` names it where it is none. Raises InputError."""
    if not isinstance(value, dict):
        raise InputError(f"{source}: {what} should be a JSON object with named entries.")
    return value


@dataclass(frozen=True)
class Entries:
    """The entries of one object of the file, each checked when it is taken; `where` names the object in messages."""

    source: str
    where: str
    values: Mapping[str, Any]

    def fail(self, key: str, what: str) -> NoReturn:
        """Raises the InputError that an entry is at fault for."""
        raise InputError(f"{self.source}: {self.where}{key} {what}. Make the lesson anew, or mend the entry.")

    def take(self, key: str) -> Any:
        """An entry as it is."""
        if key not in self.values:
            self.fail(key, "is missing")
        return self.values[key]

    def text(self, key: str, most: int, empty: bool = True) -> str:
        """A text of `most` characters at most, `empty` or not."""
        return self._text(key, self.take(key), most, empty)

    def _text(self, key: str, value: object, most: int, empty: bool = True) -> str:
        if not isinstance(value, str):
            self.fail(key, "should be text")
        if len(value) > most:
            self.fail(key, f"is longer than {most:,} characters")
        if not empty and not value.strip():
            self.fail(key, "is empty")
        if re.search(r"[\x00\ud800-\udfff]", value):
            self.fail(key, "holds characters that are no text")
        return value

    def texts(self, key: str, most: int, size: int = LONGEST_NAME) -> tuple[str, ...]:
        """A list of `most` texts at most, none of them empty."""
        return tuple(self._text(f"{key}[{i}]", value, size, False) for i, value in enumerate(self._list(key, most)))

    def _list(self, key: str, most: int, fewest: int = 0) -> list[Any]:
        value = self.take(key)
        if not isinstance(value, list):
            self.fail(key, "should be a list")
        if not fewest <= len(value) <= most:
            self.fail(key, f"has {len(value):,} entries; {fewest} to {most} are allowed")
        return value

    def objects(self, key: str, fewest: int, most: int, make: Callable[[Entries], Made]) -> tuple[Made, ...]:
        """A list of objects, each made of its entries."""
        made = []
        for i, value in enumerate(self._list(key, most, fewest)):
            where = f"{self.where}{key}[{i}]"
            made.append(make(Entries(self.source, f"{where}.", mapping(value, self.source, where))))
        return tuple(made)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number."""
        value = self.take(key)
        if type(value) is not int or not low <= value <= high:
            self.fail(key, f"should be a whole number from {low} to {high}")
        return value

    def one_of(self, key: str, allowed: tuple[Made, ...]) -> Made:
        """One of the values allowed."""
        value = self.take(key)
        found = [known for known in allowed if type(known) is type(value) and known == value]
        if not found:
            self.fail(key, f"should be one of: {', '.join(str(known).lower() for known in allowed)}")
        return found[0]

    def share(self, key: str, value: object) -> float:
        """A probability."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.fail(key, "should be a number from 0 to 1")
        return float(value)
