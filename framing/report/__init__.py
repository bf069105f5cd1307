"""One event as one self-contained HTML file that opens without a server, a network or a script: findings, numbers with
their sentences, the texts side by side, and the method. No Streamlit; the same corpus gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from framing import reading
from framing.compare import compare, heads_for
from framing.corpus import Corpus
from framing.errors import InputError
from framing.plain import count, plain_name
from framing.report import language, numbers, speech, texts
from framing.report.charts import HATCH
from framing.report.evidence import Content, Place
from framing.report.method import Provenance, method
from framing.report.page import Section, page
from framing.schema import View

__all__ = ["Options", "Report", "event_report", "index_page"]


@dataclass(frozen=True)
class Options:
    """Whose words are counted, whether the articles' own words are in the file, a day to print as that of its making
    (none: the same corpus gives the same bytes), and whether copied sentences count once, where they came first."""

    view: View = "both"
    with_text: bool = True
    made: str = ""
    once: bool = False


@dataclass(frozen=True)
class Report:
    """A report as HTML, with what an index says of it."""

    event_id: str
    title: str
    html: str
    outlets: tuple[str, ...]
    n_articles: int
    first_finding: str

    @property
    def file_name(self) -> str:
        """A name for its file: the title's letters and the id's first six, so that no two events share one."""
        return f"{plain_name(self.title)}-{self.event_id[:6]}.html"


def event_report(corpus: Corpus, event: str, options: Options = Options(), own: Path | None = None) -> Report:
    """The report of one event, by its id or name; `own` is a folder of the user's heads, as for `compare`. Raises
    InputError for an unknown event, and where nothing of it is scored."""
    heads = heads_for(corpus, own)
    comparison = compare(corpus, event, heads, options.once)
    if not comparison.heads:
        raise InputError(f"Nothing of this event is scored yet. Run:  framing score {corpus.path}")
    content = Content.of(comparison, options.view, options.with_text)
    title = _title(content)
    sections = _sections(content, Provenance.of(corpus, heads), options.made)
    html = _without_titles(page(title, _header(content), sections, numbers.stance_css()), content)
    finding = next(iter(comparison.findings(options.view)), "")
    return Report(comparison.event_id, title, html, tuple(content.outlets), len(comparison.articles), finding)


def _sections(content: Content, source: Provenance, made: str) -> list[Section]:
    comparison = content.comparison
    notes = reading.notice_html(comparison.notes or ["Nothing in these articles stands against comparing them."])
    main = [
        Section("findings", "What differs", numbers.verdicts(content)),
        Section("before", "Before you read the numbers", notes),
        Section("frames", "What the story is made to be about", numbers.frames(content)),
        Section("tone", "Tone and choice of words", HATCH + numbers.tone(content)),
        Section("actors", "How the actors come across", numbers.actors(content)),
        Section("voices", "Who gets to speak", numbers.voices(content)),
    ]
    own = numbers.others(content)
    if own:
        main.append(Section("own-models", "Your own models", own))
    main += [
        Section("side-by-side", "Side by side", texts.aligned(content)),
        Section("speakers", "Whom they quote", speech.speakers(content)),
        Section("harm", "Who is said to do harm to whom", speech.harm(content)),
        Section("words", "Words that set them apart", language.words(content)),
        Section("headlines", "Headlines and the text under them", language.headline_section(content)),
    ]
    marked, what = _marked(content)
    main.append(Section("articles", "The articles", texts.articles(content, marked, what)))
    lists = f'<p class="quiet">{escape(_LISTS)}</p><div id="evidence">{content.evidence.html()}</div>'
    return [
        *main,
        Section("lists", "The sentences behind each number", lists),
        Section("method", "Method", method(content, source, made)),
    ]


_LISTS = "Every number above leads here. A1.12 is sentence 12 of the first article of the first outlet."


def _marked(content: Content) -> tuple[Mapping[Place, str], str]:
    """The sentences of the first finding that has a label, which are marked in the articles, and its label."""
    by_text = {str(row["finding"]): row for row in content.comparison.differences.to_dict("records")}
    rows = [by_text[text] for text in content.comparison.findings(content.view) if text in by_text]
    chosen = next((row for row in rows if row["head"] != "voice"), None)
    if chosen is None:
        return {}, ""
    head, label, actor = (str(chosen[key]) for key in ("head", "label", "actor"))
    keys = [(head, label, actor, outlet) for outlet in content.outlets]
    for outlet in content.outlets:
        numbers.behind(content, outlet, head, label, actor)
    entries = [content.evidence.entries[key] for key in keys]
    return {row.place: row.said for entry in entries for row in entry.rows}, entries[0].title.split(" · ", maxsplit=1)[
        0
    ]


def _title(content: Content) -> str:
    """The event's name; its id where the name is an article's headline and the report has no text."""
    name = content.comparison.event or f"Event {content.comparison.event_id}"
    if content.with_text or not any(_holds(name, title) for title in _titles(content)):
        return name
    return f"Event {content.comparison.event_id}"


def _titles(content: Content) -> Sequence[str]:
    return [str(row["title"]) for row in content.places.articles if str(row["title"]).strip()]


def _holds(text: str, part: str) -> bool:
    return part.strip().casefold() in text.casefold()


def _without_titles(html: str, content: Content) -> str:
    """The page without the headlines that notes name, where it has no text."""
    if content.with_text:
        return html
    for title in sorted(_titles(content), key=len, reverse=True):
        html = html.replace(f"“{escape(title)}”", "(headline left out)")
    return html


def _header(content: Content) -> str:
    rows = pd.DataFrame(content.places.articles)
    badges = [
        reading.badge_html(text, "demo") for kind, text in reading.KIND_BADGES.items() if kind in set(rows["kind"])
    ]
    days = rows["published"].dropna()
    first, last = (reading.day(days.min()), reading.day(days.max())) if len(days) else ("undated", "undated")
    body = content.comparison.sentences
    sentences = body[body["index"] > 0].groupby("outlet").size()
    items = "".join(
        f"<li><strong>{escape(outlet)}</strong> {count(int((rows['outlet'] == outlet).sum()), 'article')}, "
        f"{count(int(sentences.get(outlet, 0)), 'sentence')}</li>"
        for outlet in content.outlets
    )
    left = (
        ""
        if content.with_text
        else '<p class="quiet">Made without text: sentences and headlines are named, not shown.</p>'
    )
    dates = first if first == last else f"{first} to {last}"
    return f'<p class="quiet">{escape(dates)}</p>{"".join(badges)}<ul class="outlets">{items}</ul>{left}'


def index_page(reports: Mapping[str, Report], above: tuple[str, str] | None = None) -> str:
    """A page that leads to reports, by the name of their file; `above` is the file and the title of the page that it
    belongs to."""
    items = "".join(_listed(name, report) for name, report in reports.items())
    listed = Section("events", count(len(reports), "event"), f'<ul class="events">{items}</ul>')
    back = f'<p><a href="{escape(above[0])}">Back to “{escape(above[1])}”</a></p>' if above else ""
    return page("How outlets tell the same events", back, [listed], panel=False)


def _listed(name: str, report: Report) -> str:
    who = f"{', '.join(report.outlets)}; {count(report.n_articles, 'article')}"
    return (
        f'<li><a href="{escape(name)}"><strong>{escape(report.title)}</strong></a><p class="quiet">{escape(who)}</p>'
        f"<p>{escape(report.first_finding)}</p></li>"
    )
