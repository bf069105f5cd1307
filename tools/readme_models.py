"""Writes the table of measured figures into README.md, from the `metrics.json` of every head in `models/`.

`python3 tools/readme_models.py` writes, `--check` only says whether the table is up to date (exit status 1 if not).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- models:begin -->", "<!-- models:end -->"


def table(models: Path) -> str:
    """The figures as Markdown: a row for each head and set, people's labels first, and the labels that are weak."""
    found = {path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in models.glob("*/metrics.json")}
    lines = ["| head | measured on | labels by | n | macro-F1 | most certain 80 % |", "|---|---|---|---:|---|---|"]
    weak = []
    for head, metrics in sorted(found.items()):
        # Slices and the self-written set stand in the cards alone.
        sets = {k: row for k, row in metrics["sets"].items() if row.get("role", "main") in {"main", "outside"}}
        by_people_first = sorted(sets.items(), key=lambda item: item[1]["labelled_by"] != "people")
        lines += [f"| {head} | {name} | {_figures(row)} |" for name, row in by_people_first]
        weak += [f"{head} {label.replace('_', ' ')}" for label, tier in metrics["tiers"].items() if tier == "C"]
    note = f"Weak (F1 below 0.60), marked wherever they appear: {'; '.join(weak)}." if weak else "No label is weak."
    return "\n".join([*lines, "", note])


def _figures(row: dict[str, Any]) -> str:
    low, high = row["interval"]
    certain = f"{row['certain']['macro_f1']:.2f}" if "certain" in row else "–"
    return f"{row['labelled_by']} | {row['n']:,} | {row['macro_f1']:.2f} ({low:.2f}–{high:.2f}) | {certain}"


def filled(readme: str, content: str) -> str:
    """The text with `content` between the two markers."""
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n{content}\n{END}{rest.split(END)[1]}"


def main(arguments: list[str]) -> int:
    path = ROOT / "README.md"
    old = path.read_text(encoding="utf-8")
    new = filled(old, table(ROOT / "models"))
    if "--check" in arguments:
        if old != new:
            print("README.md's table of figures is out of date. Run:  python3 tools/readme_models.py", file=sys.stderr)
        return int(old != new)
    path.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
