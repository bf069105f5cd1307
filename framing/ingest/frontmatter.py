"""YAML front matter: `---`, fields, `---`, then the article's text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from framing.errors import UnreadableSource

_OPENING = re.compile(r"---[ ]*\n(?=\s*(?:#.*\n\s*)*[\w\"'-][^\n:]*:(?:\s|$))")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ ]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields as written (every scalar a string), and the text below them."""

    fields: dict[str, object]
    body: str


def split_front_matter(text: str) -> FrontMatter | None:
    """The front matter of a text with plain line ends, or None where it has none (a first line `---` may be a rule).

    Raises UnreadableSource when it is never closed or is not valid YAML.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return None
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        raise UnreadableSource("opens front matter with --- and never closes it; add a line --- above the text")
    try:
        # BaseLoader builds nothing but strings, lists and mappings: a date that does not exist is a message,
        # not a crash.
        loaded = yaml.load(text[opening.end() : closing.start()], Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise UnreadableSource(f"front matter cannot be read: {_reason(error)}") from error
    if not isinstance(loaded, dict):
        raise UnreadableSource("front matter has to be lines of the form `outlet: Al Jazeera`")
    return FrontMatter({str(key): value for key, value in loaded.items()}, text[closing.end() :].strip())


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" (line {mark.line + 2})" if mark is not None else ""
    problem = getattr(error, "problem", None) or "it is not valid YAML"
    return f"{problem}{where}; put values that hold a colon or quotation marks in quotes"
