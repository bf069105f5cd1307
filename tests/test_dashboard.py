"""The dashboard's pages in Streamlit's own test runner, and the text that they show."""

from __future__ import annotations

import re
import shutil
import time
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs

import dashboard_texts as texts
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from framing import reading, session
from framing.corpus import Corpus
from framing.ingest import read_text
from framing.pages import scoring
from framing.schema import Article

ROOT = Path(__file__).parents[1]
PAGES = {
    "compare": ROOT / "framing/pages/compare.py",
    "events": ROOT / "framing/pages/events.py",
    "outlets": ROOT / "framing/pages/outlets.py",
    "voices": ROOT / "framing/pages/voices.py",
    "words": ROOT / "framing/pages/words.py",
    "aligned": ROOT / "framing/pages/aligned.py",
    "audit": ROOT / "framing/pages/audit.py",
    "sentences": ROOT / "framing/pages/sentences.py",
    "add": ROOT / "framing/pages/add.py",
    "try": ROOT / "framing/pages/try_text.py",
    "models": ROOT / "framing/pages/models.py",
    "about": ROOT / "framing/pages/about.py",
}
SLOW = 60
NUMBERS = {
    "frames": ("frames_generic", "human_interest"),
    "tone": ("wording", "loaded"),
    "actors": ("stance", "against"),
    "voices": ("voice", "quoted"),
}


def open_app(corpus: Path, monkeypatch: pytest.MonkeyPatch, page: str = "compare", **query: str | list[str]) -> AppTest:
    monkeypatch.setenv(session.CORPUS_VARIABLE, str(corpus))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SLOW)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    if page != "compare":
        app.switch_page(str(PAGES[page])).run()
    assert not app.exception
    return app


def run_until_scored(app: AppTest) -> None:
    """A visitor who looks again once the scoring that they started has ended, as the page does by itself in a browser."""
    for _ in range(1200):
        if not scoring.running():
            break
        time.sleep(0.1)
    app.run()
    assert not app.exception


@pytest.mark.parametrize(
    ("page", "leads"),
    [("events", {"./outlets", "./"}), ("outlets", {"./events", "./"}), ("sentences", {"./try"})],
)
def test_links_in_the_text_keep_the_projectors_view(
    scored_corpus: Path, monkeypatch: pytest.MonkeyPatch, page: str, leads: set[str]
) -> None:
    """A browser opens them anew, with a session that does not know of it."""
    row = Corpus.open(scored_corpus).sentences(columns=["article_id", "index"]).iloc[0]
    asked = {"open": f"{row['article_id']}:{row['index']}"} if page == "sentences" else {}
    for switched in ({"projector": "1"}, {}):
        app = open_app(scored_corpus, monkeypatch, page, **switched)
        for key, value in asked.items():
            app.query_params[key] = value
        html = html_of(app.run())
        links = [unescape(link) for link in re.findall(r'<a href="(\./[^"]*)"', html)]
        assert {link.partition("?")[0] for link in links} == leads
        assert all((parse_qs(link.partition("?")[2]).get("projector") == ["1"]) == bool(switched) for link in links)
    monkeypatch.setattr(session.st, "session_state", {session.PROJECTOR: True})
    assert session.link("", {"outlets": ["A & B", "C"]}) == "./?outlets=A+%26+B&outlets=C&projector=1"


def html_of(app: AppTest) -> str:
    """Everything that the page passed to `st.html`."""
    return "\n".join(element.proto.body for element in app.get("html"))


def address(app: AppTest, key: str) -> list[str]:
    """A query parameter's values; the runner gives a lone one as it is, a browser as a list."""
    value = app.query_params[key]
    return [value] if isinstance(value, str) else list(value)


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def parsed(html: str) -> _Texts:
    parser = _Texts()
    parser.feed(html)
    return parser


# --- reading -------------------------------------------------------------------------------------------------------------


def _article_frame(text: str, spans: list[tuple[int, int]]) -> pd.DataFrame:
    rows = [
        {
            "article_id": "ab12",
            "index": i,
            "start": start,
            "end": end,
            "text": text[start:end],
            "voice": "own",
            "speaker": None,
        }
        for i, (start, end) in enumerate(spans, start=1)
    ]
    return pd.DataFrame(rows)


def test_article_text_is_complete_and_marked_once() -> None:
    text = "One fact. Two facts.\n\nThree  facts & more."
    frame = _article_frame(text, [(0, 9), (10, 20), (22, 42)])
    frame.loc[1, ["voice", "speaker"]] = ["quoted", "Anna <Reed>"]
    article = {
        "article_id": "ab12",
        "outlet": "O",
        "title": "T & t",
        "published": "2020-10-17",
        "byline": None,
        "text": text,
    }
    html = reading.article_html(article, frame, reading.Marks({2: reading.said("Conflict", 0.83)}, frozenset({2})))
    assert html.count("<mark") == 1
    assert 'data-tip="Conflict, probability 83%, quoted: Anna &lt;Reed&gt;"' in html
    assert "fr-chosen" in html
    assert "17 October 2020" in html
    assert html.count("<p>") == 2
    words = " ".join("".join(parsed(re.sub(r'<span class="fr-(hidden|voice)">.*?</span>', "", html)).found).split())
    assert words.endswith("One fact. Two facts. Three facts & more.")


def test_hostile_strings_stay_text_in_every_block() -> None:
    bad = texts.HOSTILE_TITLE
    row = {
        "article_id": bad,
        "index": 1,
        "outlet": bad,
        "title": bad,
        "published": None,
        "text": bad,
        "voice": "quoted",
    }
    frame = pd.DataFrame([{**row, "speaker": bad, "said": bad, "start": 0, "end": len(bad)}])
    article = {"article_id": "x", "outlet": bad, "title": bad, "published": None, "byline": bad, "text": bad}
    blocks = [
        reading.article_html(article, frame, reading.Marks({1: bad})),
        reading.sentences_html(frame, bad, frozenset({bad})),
        reading.notice_html([bad, bad], title=bad),
        reading.badge_html(bad),
        reading.table_html([bad], [[bad, bad]], bad),
    ]
    for block in blocks:
        found = parsed(block)
        assert "script" not in found.tags
        assert any(bad in text for text in found.found) or bad in "".join(found.found)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("There is no corpus at /home/ann/work/my-corpus. Make one.", "There is no corpus at my-corpus. Make one."),
        ("cannot read C:\\Users\\ann\\notes.txt: no", "cannot read notes.txt: no"),
        ("see https://example.org/a/b for 3/4 of it", "see https://example.org/a/b for 3/4 of it"),
        ("cannot read '/home/Max Muster/work/c'", "cannot read 'c'"),
        ("no study at /home/ann/s.toml. docs/studies.md has one", "no study at s.toml. docs/studies.md has one"),
        ("/home/ann/notes.csv as text/html, +/- 3/4", "notes.csv as text/html, +/- 3/4"),
        ("\\\\server\\share\\ann\\corpus is gone", "corpus is gone"),
        ("C:\\Users\\Max von Muster\\docs\\corpus is gone", "corpus is gone"),
        ("either /tmp/a/b or /tmp/c/d", "either b or d"),
        ("5 articles/h and/or 2 texts and 1/2 of 3/4", "5 articles/h and/or 2 texts and 1/2 of 3/4"),
    ],
)
def test_messages_show_no_folders(message: str, shown: str) -> None:
    assert session.public(message) == shown


# --- pages ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", list(PAGES))
def test_every_page_opens(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    app = open_app(scored_corpus, monkeypatch, page)
    assert "<h1>" in html_of(app)
    assert not app.error


@pytest.mark.parametrize("page", list(PAGES))
def test_pages_without_a_corpus_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    app = open_app(tmp_path / "none", monkeypatch, page)
    if page not in ("add", "try", "models", "about"):
        assert "framing ingest" in html_of(app)
        assert str(tmp_path) not in html_of(app)


def test_the_first_event_is_summarised(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    html = html_of(open_app(scored_corpus, monkeypatch))
    assert "<h1>Nagorno-Karabakh, October 2020</h1>" in html
    counted = r"<strong>Al Jazeera</strong><span>4 articles<span class=\"fr-long\">, \d+ sentences</span></span>"
    assert re.search(counted, html), "a telephone has room for the first number alone"
    assert reading.KIND_BADGES["paraphrase"].split(":", maxsplit=1)[0] in html
    assert "one article each" in html


def test_a_link_restores_the_view(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    event = str(Corpus.open(scored_corpus).find_event("Kesh crossing"))
    query = {
        "event": event,
        "view": "own",
        "outlets": ["Lund Tribune", "Meridian Post"],
        "head": "sentiment",
        "label": "negative",
    }
    app = open_app(scored_corpus, monkeypatch, **query)
    assert app.selectbox(key="event").value == event
    assert app.multiselect(key="outlets").value == ["Lund Tribune", "Meridian Post"]
    assert app.selectbox(key="tone_number").value == ("sentiment", "negative")
    html = html_of(app)
    assert "Northern Wire</h3>" not in html
    assert "Negative · all outlets" in html
    assert address(app, "view") == ["own"]


def test_an_outdated_link_falls_back(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(
        scored_corpus, monkeypatch, event="no-such", view="sideways", outlets="Nobody", head="x", label="y", outlet="z"
    )
    assert "<h1>Nagorno-Karabakh, October 2020</h1>" in html_of(app)
    assert address(app, "view") == ["both"]


def test_every_number_can_be_chosen_without_a_chart(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(scored_corpus, monkeypatch)
    for section, number in NUMBERS.items():
        app.selectbox(key=f"{section}_number").select(number).run()
        assert not app.exception
        assert re.search(r"<h3>[^<]+ · all outlets · \d+ sentences?</h3>", html_of(app))


def test_a_click_shows_exactly_the_counted_sentences(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from framing.compare import compare

    app = open_app(scored_corpus, monkeypatch)
    point = {"curve_number": 0, "point_index": 3, "customdata": ["frames_generic", "human_interest", "", "Al Jazeera"]}
    app.session_state["chart_frames"] = {"selection": {"points": [point]}}
    app.run()
    assert not app.exception
    comparison = compare(Corpus.open(scored_corpus), "Nagorno-Karabakh, October 2020")
    behind = comparison.behind("Al Jazeera", "frames_generic", "human_interest", "both")
    html = html_of(app)
    assert f"Human interest · Al Jazeera · {len(behind)} sentences" in html
    listed = re.search(r'<ol class="fr-sentences".*?</ol>', html, re.DOTALL)
    assert listed is not None
    assert listed[0].count("<li>") == len(behind)
    assert 'class="fr-mark fr-chosen"' in html
    assert address(app, "outlet") == ["Al Jazeera"]


def test_a_balance_leads_to_every_sentence_that_it_weighs(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from framing.compare import compare

    comparison = compare(Corpus.open(scored_corpus), "Nagorno-Karabakh, October 2020")
    query = {"head": "stance", "label": "balance", "actor": "Azerbaijan", "outlet": "Al Jazeera"}
    app = open_app(scored_corpus, monkeypatch, **query)
    shares = comparison.shares.set_index(["outlet", "head", "label", "actor", "view"])["n_sentences"]
    n = shares["Al Jazeera", "stance", "balance", "Azerbaijan", "both"]
    assert f"Azerbaijan: balance · Al Jazeera · {n} sentences" in html_of(app)
    assert "Against, probability" in html_of(app)


def test_the_voice_switch_changes_what_is_counted(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(scored_corpus, monkeypatch, head="sentiment", label="negative")
    counts = {}
    for view in ("both", "own", "quoted"):
        app.session_state["view"] = view
        app.run()
        found = re.search(r"Negative · all outlets · (\d+) sentences", html_of(app))
        assert found is not None
        counts[view] = int(found[1])
    assert counts["own"] < counts["both"] > counts["quoted"] > 0
    assert counts["own"] + counts["quoted"] >= counts["both"]


def test_hostile_articles_show_as_text(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(scored_corpus, monkeypatch, event=texts.HOSTILE_EVENT)
    html = html_of(app).replace((ROOT / "framing/pages/style.css").read_text(encoding="utf-8"), "")
    found = parsed(html)
    shown = "".join(found.found)
    assert not {"script", "img", "svg"} & found.tags
    for text in (texts.HOSTILE_EVENT, texts.HOSTILE_OUTLET, texts.HOSTILE_TITLE, "{{7*7}} &lt;euros&gt;"):
        assert text in shown
    # Markdown parsers never see foreign text: what goes through them is only ours.
    for element in (*app.markdown, *app.caption, *app.button, *app.error, *app.warning, *app.info):
        assert "Evil" not in str(getattr(element, "label", "")) + str(element.value)


# --- adding --------------------------------------------------------------------------------------------------------------


def test_adding_a_reprint_page(tmp_path: Path, scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = shutil.copytree(scored_corpus, tmp_path / "corpus")
    app = open_app(corpus, monkeypatch, "add")
    app.text_area(key="pasted").input(texts.REPRINT_PAGE)
    app.button[0].click().run()
    assert not app.exception
    assert "2 articles read" in html_of(app)
    assert len(Corpus.open(corpus).articles()) == len(Corpus.open(scored_corpus).articles())
    app.button(key="store").click().run()
    assert not app.exception
    assert "2 articles added to the corpus." in html_of(app)
    run_until_scored(app)
    assert "Scored " in html_of(app)
    event = Corpus.open(corpus).find_event(texts.REPRINT_EVENT)
    assert sorted(Corpus.open(corpus).articles(event)["outlet"]) == ["Al Jazeera", "Antiwar.com"]
    assert Corpus.open(corpus).sentences(event)["sentiment.negative"].notna().all()
    app = open_app(corpus, monkeypatch, event=event)
    assert "Mara Quill, who sells fish" in html_of(app)


def test_nothing_to_read_is_said(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(scored_corpus, monkeypatch, "add")
    app.button[0].click().run()
    assert not app.exception
    assert "nothing to read yet" in html_of(app)


def test_uploads_keep_their_names_and_reasons(
    scored_corpus: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from framing.pages import intake

    good = b"---\noutlet: Calm Courier\ntitle: Ferry sails\n---\n\nThe ferry sailed on Monday. Nobody waved at it.\n"
    files = (
        ("one <b>.md", good),
        ("../../two.md", b""),
        ("three.txt", b"\x89PNG\r\n\x1a\n\0\0\0\0"),
        ("four.txt", b"No outlet here at all."),
        ("five.csv", b"outlet,title\nCalm Courier,Ferry sails\n"),
    )
    preview = intake.read(intake.Request("", files, None, None, None, None))
    assert [(article.source, article.title) for article in preview.articles] == [("one <b>.md", "Ferry sails")]
    reasons = {item.source: item.reason for item in preview.rejected}
    assert set(reasons) == {"two.md", "three.txt", "four.txt", "five.csv"}
    assert not any("--" in reason for reason in reasons.values()), "a form has no options of a command"
    assert not any("/tmp" in reason or str(tmp_path) in reason for reason in reasons.values())


def test_given_facts_fill_a_plain_paste() -> None:
    from datetime import date

    from framing.pages import intake

    request = intake.Request(
        "A plain paragraph that says one thing. And another.",
        (),
        "Calm Courier",
        "A title",
        date(2025, 1, 2),
        "An event",
    )
    (article,) = intake.read(request).articles
    assert (article.outlet, article.title, article.published, article.event) == (
        "Calm Courier",
        "A title",
        date(2025, 1, 2),
        "An event",
    )


def test_reprint_text_splits() -> None:
    assert len(read_text(texts.REPRINT_PAGE, "pasted text")) == 2


@pytest.mark.parametrize("page", ["compare", "voices", "words", "aligned"])
def test_an_event_that_was_never_scored_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    corpus = Corpus.create(tmp_path / "unscored")
    for outlet in ("Northern Wire", "Meridian Post"):
        corpus.add(
            [Article(outlet, "Bridge shut", f"The bridge is shut, {outlet} found. Nobody knows why.", event="Bridge")]
        )
    app = open_app(corpus.path, monkeypatch, page)
    assert session.SCORE in html_of(app)


def test_another_event_starts_with_all_of_its_outlets(scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app(scored_corpus, monkeypatch)
    first, second = app.selectbox(key="event").value, "Kesh crossing shooting, September 2024"
    app.multiselect(key="outlets").set_value(app.multiselect(key="outlets").value[-1:]).run()
    assert len(app.multiselect(key="outlets").value) == 1
    ids = dict(zip(app.selectbox(key="event").options, range(9), strict=False))
    app.selectbox(key="event").select_index(ids[second]).run()
    assert app.selectbox(key="event").value != first
    assert len(app.multiselect(key="outlets").value) == 4
    assert not app.exception


def test_own_heads_are_described(tmp_path: Path, scored_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads, corpus = tmp_path / "heads", shutil.copytree(scored_corpus, tmp_path / "corpus")
    shutil.copytree(ROOT / "models/wording", heads / "tone_of_mine", ignore=shutil.ignore_patterns("metrics.json"))
    config = heads / "tone_of_mine" / "config.json"
    config.write_text(config.read_text().replace('"wording"', '"tone_of_mine"'))
    page = html_of(open_app(corpus, monkeypatch, "models"))
    assert "Your own models" in page and "2 unmeasured" in page
    assert "Your own models" not in html_of(open_app(scored_corpus, monkeypatch, "models"))
