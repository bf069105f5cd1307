"""What the articles themselves leave open, in plain sentences: text that stands in several of them, and their dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

COPIED = 0.1
"""Share of repeated sentences from which a note is due: a choice. None of the 955 body sentences of the sample
articles stands in two."""
MIN_COPIED = 5
_WORDS = 6  # "The talks failed." may stand anywhere


def copy_notes(sentences: pd.DataFrame) -> list[str]:
    """Outlets whose own articles repeat each other, and sentences that several outlets have word for word."""
    body = sentences[sentences["index"] > 0]
    key = body["text"].str.casefold().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    long = key.str.count(" ") >= _WORDS - 1
    rows = pd.DataFrame({"key": key[long], "outlet": body["outlet"][long], "article": body["article_id"][long]})
    within = rows.groupby(["outlet", "key"])["article"].transform("nunique") > 1
    across = rows.groupby("key")["outlet"].transform("nunique") > 1
    said = []
    for outlet, part in within.groupby(rows["outlet"], sort=True):
        n, total = int(part.sum()), int((body["outlet"] == outlet).sum())
        if n >= MIN_COPIED and n >= COPIED * total:
            said.append(
                f"{n:,} of {outlet}’s {total:,} sentences stand word for word in more than one of its articles: copies "
                "count each time, so its intervals are narrower and its tests bolder than they should be."
            )
    n = int(across.sum())
    if n >= MIN_COPIED and n >= COPIED * len(body):
        said.append(
            f"{n:,} of {len(body):,} sentences stand word for word in several outlets (agency text or reprints): "
            "there the outlets cannot differ."
        )
    return said


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
