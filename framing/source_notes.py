"""What the articles' dates leave open, in plain sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd


def date_notes(articles: pd.DataFrame, today: date | None = None) -> list[str]:
    """Articles without a date, and those dated after `today`."""
    published = pd.to_datetime(articles["published"])
    n, undated = len(articles), int(published.isna().sum())
    said = []
    if undated == n:
        said.append("No article here has a date: whether the outlets wrote at the same time cannot be told.")
    elif undated:
        said.append(f"{undated} of {n} articles {'has' if undated == 1 else 'have'} no date.")
    late = articles[published > pd.Timestamp(today or date.today())]
    if len(late):
        shown = "; ".join(_dated(row) for row in late.head(3).to_dict("records"))
        more = f" and {len(late) - 3} more" if len(late) > 3 else ""
        said.append(f"Dated in the future: {shown}{more}. If a date is wrong, correct it with:  framing edit")
    return said


def _dated(row: dict[Any, Any]) -> str:
    day = pd.Timestamp(row["published"])
    return f"{row['outlet']} (“{row['title']}”, {day.day} {day:%B %Y})"
