"""The page of a study: what was asked and found, with links to its reports, tables and figures, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from framing import reading
from framing.labels import head_name, label_name, points
from framing.plain import count
from framing.report import Report
from framing.report.page import Section, page
from framing.report.parts import findings, table
from framing.study import Study
from framing.study_figures import Figure
from framing.study_intake import Intake
from framing.study_tables import Tabulated

_ABOUT: Mapping[str, str] = {
    "articles": "every article: outlet, headline, date, source, event",
    "coverage": "which outlet reported which event", "differences": "every difference between two outlets of an event",
    "events": "the events", "findings": "the differences that hold, in words",
    "harm_differences": "differences in who is said to do harm", "harm_shares": "who is said to do harm, by outlet",
    "headline_articles": "each headline against the text under it", "headlines": "headlines against texts, by outlet",
    "mentions": "every actor named, with the stance toward it", "outlets": "pairs of outlets over their shared events",
    "rejected": "what could not be read, and why", "sentences": "every sentence with voice and probabilities",
    "shares": "every share with its interval and n", "source_differences": "differences in whom outlets quote",
    "source_shares": "how many words go to whom", "speakers": "each speaker that an outlet quotes",
    "tests": "the tests named in advance", "words": "words that set outlets apart",
}  # fmt: skip


def index(
    study: Study,
    made: Tabulated,
    drawn: Sequence[Figure],
    reports: Mapping[str, Report],
    intake: Intake,
    provenance: Mapping[str, Any],
) -> str:
    """The page as HTML; it needs no script and fetches nothing."""
    articles = made.frames["articles"]
    sections = [
        Section("tests", "Tests named in advance", _tests(made.frames["tests"])) if "tests" in made.frames else None,
        Section("events", "Event by event", _events(made, reports)),
        Section("outlets", "Outlets over shared events", _outlets(made)) if "outlets" in made.frames else None,
        Section("figures", "Figures", _figures(drawn, reports)) if drawn else None,
        Section("tables", "Tables", _tables(made)),
        Section("read", "What was read", _read(study, made, intake)),
        Section("made", "How it was made", _made(provenance)),
    ]
    days = articles["published"].dropna()
    dated = f", {reading.day(days.min())} to {reading.day(days.max())}" if len(days) else ""
    kinds = set(articles["kind"].dropna())
    badges = "".join(reading.badge_html(text, "demo") for kind, text in reading.KIND_BADGES.items() if kind in kinds)
    header = (
        f'<p class="quiet">{count(len(articles), "article")} of {count(articles["outlet"].nunique(), "outlet")} in '
        f"{count(len(made.frames['events']), 'event')}{escape(dated)}</p>{badges}"
    )
    return page(study.title, header, [each for each in sections if each], panel=False)


def _tests(rows: pd.DataFrame) -> str:
    cells = []
    for row in rows.to_dict("records"):
        what = f"{head_name(row['head'])}: {label_name(row['head'], row['label'])}"
        about = f", {row['actor']}" if row["actor"] else ""
        shown = points(row["difference"])
        if pd.notna(row["low"]):
            shown += f" ({points(row['low'])} to {points(row['high'])})"
        q = "" if pd.isna(row["q"]) else f"{row['q']:.3f}"
        cells.append([escape(f"{row['test']}. {row['outlet_a']} minus {row['outlet_b']}"), escape(what + about),
                      escape(row["event"] or "all shared events"), escape(row["view"]), escape(shown), q,
                      escape(row["result"])])  # fmt: skip
    said = "".join(f"<li>{escape(_said(row))}</li>" for row in rows.to_dict("records"))
    headers = ["Test", "Label", "Where", "Whose words", "Points\n95 % interval", "q", "Result"]
    caption = (
        "Differences in points. q: of the tests with a q of 0.05 or less, at most 5 % are expected to be chance "
        "(Benjamini–Hochberg over these tests alone)"
    )
    return f'<ul class="findings">{said}</ul>' + table(headers, cells, caption)


def _said(row: Mapping[Any, Any]) -> str:
    """A test in a sentence: what was asked and what came out."""
    label = f"{label_name(row['head'], row['label']).lower()} ({head_name(row['head']).lower()})"
    where = f"on “{row['event']}”" if row["event"] else "over shared events"
    return f"{row['outlet_a']} and {row['outlet_b']}, {label}, {where}: {row['result']}."


def _events(made: Tabulated, reports: Mapping[str, Report]) -> str:
    by_event = {report.event_id: name for name, report in reports.items()}
    items = []
    for row in made.frames["events"].to_dict("records"):
        name = escape(str(row["event"]))
        if row["event_id"] in by_event:
            name = f'<a href="{escape(by_event[row["event_id"]])}">{name}</a>'
        said = made.findings.get(row["event_id"], [])[:3] if row["event_id"] in by_event else [_UNREPORTED]
        told = "".join(f"<p>{escape(text)}</p>" for text in said)
        counts = f"{count(int(row['n_articles']), 'article')}, {count(int(row['n_outlets']), 'outlet')}"
        items.append(f'<li><strong>{name}</strong><p class="quiet">{counts}</p>{told}</li>')
    return f'<ul class="events">{"".join(items)}</ul>'


_UNREPORTED = "No report was asked for; its numbers are in the tables."


def _outlets(made: Tabulated) -> str:
    rows = made.frames["outlets"]
    held = rows[rows["detected"].astype(bool)] if len(rows) else rows
    said = list(held["finding"]) or ["No difference we could detect over the events that two outlets share."]
    return findings(said, made.notes)


def _figures(drawn: Sequence[Figure], reports: Mapping[str, Report]) -> str:
    """Figures of reported events, whose sentences are a click away, and of pairs of outlets; the others as links."""
    by_event = {report.event_id: name for name, report in reports.items()}
    parts, others = [], []
    for figure in drawn:
        file = f'<a href="figures/{escape(figure.name)}.svg">'
        if figure.event_id and figure.event_id not in by_event:
            others.append(f"<li>{file}{escape(figure.caption)}</a></li>")
            continue
        where = by_event.get(figure.event_id)
        behind = f'<a href="{escape(where)}">the sentences behind it</a>' if where else escape(_OUTLETS_PAGE)
        links = f"{behind} · {file}this figure as SVG</a>"
        parts.append(f'{figure.html()}<p class="quiet">{links}</p>')
    listed = f"<h3>Of events without a report</h3><ul>{''.join(others)}</ul>" if others else ""
    return "".join(parts) + listed


_OUTLETS_PAGE = "for the sentences behind it open the corpus beside this file in the dashboard, page Outlets"


def _tables(made: Tabulated) -> str:
    counted = {name: len(frame) for name, frame in made.frames.items()} | made.streamed
    rows = [
        [
            escape(name),
            f'<a href="tables/{name}.csv">CSV</a> · <a href="tables/{name}.parquet">Parquet</a>',
            f"{counted[name]:,}",
            escape(_ABOUT.get(name, "")),
        ]
        for name in sorted(counted, key=lambda name: (name == "rejected", name))
    ]
    return table(["Table", "Files", "Rows", "Holds"], rows, "Tables of this study")


def _read(study: Study, made: Tabulated, intake: Intake) -> str:
    stored = len(made.frames["articles"])
    rows = [
        ("Read", f"{intake.read:,}"),
        ("In the study", f"{stored:,}"),
        ("Read twice (the same outlet, headline and text)", f"{intake.kept - stored:,}"),
        *((f"Left out, {reason}", f"{n:,}") for reason, n in sorted(intake.left_out.items())),
        ("Rejected, with rows of codings; see the table rejected", f"{len(intake.rejected):,}"),
        ("Sources", "; ".join(source.path for source in study.sources)),
        ("Outlets that count", ", ".join(study.only) or "all"),
        ("Window", f"{study.first or 'any day'} to {study.last or 'any day'}"),
    ]
    return reading.terms_html(rows)


def _made(provenance: Mapping[str, Any]) -> str:
    models = "; ".join(f"{name} {version}" for name, version in provenance["models"].items())
    seeds = "; ".join(f"{name} {seed}" for name, seed in provenance["seeds"].items())
    libraries = ", ".join(f"{name} {version}" for name, version in provenance["libraries"].items())
    rows = [
        ("Made with", f"framing {provenance['framing']}, Python {provenance['python']}"),
        ("Study", f"{provenance['study']['file']}, SHA-256 {provenance['study']['sha256']}"),
        ("Models", models),
        ("Seeds", seeds),
        ("Libraries", libraries),
    ]
    link = '<p><a href="manifest.json">The manifest</a> holds the hash of every input and output.</p>'
    return reading.terms_html(rows) + link
