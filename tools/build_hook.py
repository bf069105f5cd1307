"""Puts the shipped data into a wheel: `models/`, `sample_articles/` and the dashboard go to `framing/_data/`.

An editable installation finds them in the checkout, so it copies nothing and needs none of them to be there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("models", "sample_articles", "dashboard.py", ".streamlit/config.toml")


class ShippedData(BuildHookInterface):
    """Adds the shipped data to a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard":
            return
        missing = [name for name in SHIPPED if not (Path(self.root) / name).exists()]
        if missing:
            raise FileNotFoundError(f"The wheel needs {', '.join(missing)}, which this checkout lacks.")
        build_data["force_include"].update({name: f"framing/_data/{name}" for name in SHIPPED})
