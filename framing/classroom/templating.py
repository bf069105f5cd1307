"""The classroom's HTML: Jinja templates that escape everything, since students type into them."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from framing import labels


@cache
def environment() -> Environment:
    """The templates of the package; a name that a page was not given is an error, and everything is escaped."""
    made = Environment(
        loader=PackageLoader("framing.classroom", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["head_name"] = labels.head_name
    return made


def render(template: str, **values: Any) -> str:
    """The page that a template makes of its values."""
    return environment().get_template(template).render(**values)
