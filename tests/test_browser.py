"""The dashboard in a real browser: the main path, what it fetches, and that foreign text stays text."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import environ
from pathlib import Path
from urllib.parse import quote

import dashboard_texts as texts
import lxml.etree
import pytest

from framing.corpus import Corpus
from framing.unscored import unscored

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[1]
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
PATIENCE = 20_000
"""Milliseconds to wait for something to appear; a loaded machine takes a few seconds to start the first page."""

if CHROMIUM is None:
    pytest.skip(
        "NOT TESTED IN A BROWSER: no Chromium found. Install it (Debian: apt install chromium).",
        allow_module_level=True,
    )
sync_api = pytest.importorskip("playwright.sync_api", reason="NOT TESTED IN A BROWSER: install the extra `test`")


@dataclass
class Window:
    """A page with what went wrong on it, and what it fetched from elsewhere."""

    page: sync_api.Page
    address: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> None:
        """Open the comparison and wait until it stands."""
        self.page.goto(f"{self.address}/?{query}")
        self.page.wait_for_selector(".js-plotly-plot .point", timeout=PATIENCE)
        self.settle()

    def settle(self) -> None:
        """Wait until the server has answered and the page stopped running."""
        self.page.wait_for_timeout(150)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE)
        self.page.wait_for_function("!document.querySelector('[data-stale=true]')", timeout=PATIENCE)


@pytest.fixture(scope="module")
def server(shared_dashboard: tuple[str, Path]) -> tuple[str, Path]:
    """The dashboard that the browser tests share, over its own copy of the scored corpus: (address, corpus)."""
    return shared_dashboard


@contextmanager
def served(corpus: Path) -> Iterator[str]:
    """The dashboard over a corpus, on a free port until the block ends: its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "dashboard.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env={**environ, "FRAMING_CORPUS": str(corpus)})
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        if process.poll() is not None:
            pytest.fail("The dashboard's server stopped at once.")
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("The dashboard's server did not start within 20 seconds.")


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def context(browser: sync_api.Browser) -> Iterator[sync_api.BrowserContext]:
    """Windows of one context share what they fetched: a page stands in half the time. Sessions are the page's own."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def window(server: tuple[str, Path], context: sync_api.BrowserContext) -> Iterator[Window]:
    """A fresh window; afterwards there must be no error in its console and no request to anywhere else."""
    page = context.new_page()
    made = Window(page, server[0])
    page.on("console", lambda message: made.errors.append(message.text) if is_error(message) else None)
    page.on("pageerror", lambda error: made.errors.append(str(error)))
    page.on("dialog", lambda dialog: (made.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: _note_outside(made, request.url))
    page.on("websocket", lambda socket: _note_outside(made, socket.url.replace("ws://", "http://")))
    yield made
    page.close()
    assert not made.errors
    assert not made.outside


def is_error(message: sync_api.ConsoleMessage) -> bool:
    """Whether the console tells of an error. A page opened by its own address first asks below that address for the
    server, which Chromium reports: that is how Streamlit finds where it is served."""
    looking = message.location.get("url", "").endswith(("/_stcore/health", "/_stcore/host-config"))
    return message.type == "error" and not looking


def _note_outside(window: Window, url: str) -> None:
    if not url.startswith((window.address, "data:", "blob:")):
        window.outside.append(url)


def test_main_path(window: Window) -> None:
    page = window.page
    window.open()
    assert page.locator("h1").inner_text() == "Nagorno-Karabakh, October 2020"

    page.get_by_text("The outlet’s own words", exact=True).first.click()
    window.settle()
    assert "view=own" in page.url

    point = _points(page, "frames").nth(3)
    for patience in (
        3_000,
        6_000,
        PATIENCE,
    ):  # Plotly passes over a click that comes while it draws, or looks where the mouse is
        point.scroll_into_view_if_needed()
        page.wait_for_selector(".st-key-chart_frames .fr-chart[data-state=drawn]", timeout=PATIENCE)
        point.click(force=True)
        with suppress(sync_api.TimeoutError):
            page.wait_for_function("location.search.includes('outlet=')", timeout=patience)
            break
    else:
        pytest.fail("A click on a point of the chart picks nothing.")
    window.settle()
    heading = (
        page.locator(".st-key-frames_number")
        .locator("xpath=ancestor::*[@data-testid='stColumn'][1]")
        .locator("h3")
        .inner_text()
    )
    counted = int(heading.rsplit("·", 1)[1].split()[0])
    assert page.locator(".fr-sentences li").count() == counted
    restored = page.url

    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    page.locator(".st-key-event input").click()
    page.get_by_role("option").filter(has_text="Kesh crossing").click()
    window.settle()
    assert page.locator("h1").inner_text().startswith("Kesh crossing")

    page.goto(restored)
    window.open(restored.split("?", 1)[1])
    assert page.locator(".fr-sentences li").count() == counted


def _points(page: sync_api.Page, section: str) -> sync_api.Locator:
    return page.locator(f".st-key-chart_{section} .js-plotly-plot .point")


def test_a_telephone_shows_the_first_finding_at_once(window: Window) -> None:
    window.page.set_viewport_size({"width": 390, "height": 844})
    window.open()
    first = window.page.locator(".st-key-finding_0").bounding_box()
    assert first is not None
    assert first["y"] + first["height"] < 844, "with the button that opens its sentences"
    assert window.page.get_by_label("Outlets").count(), "a label that is not shown is still read out"


def test_adding_a_page_of_reprints(window: Window, server: tuple[str, Path]) -> None:
    page = window.page
    window.open()
    page.get_by_role("link", name="Add articles").click()
    page.get_by_label("Text of an article").fill(texts.REPRINT_PAGE)
    page.get_by_role("button", name="Read and preview").click()
    page.get_by_role("heading", name="Preview: 2 articles read").wait_for(timeout=PATIENCE)
    # What was read comes onto the screen.
    seen = "() => { const { top } = document.querySelector('.fr-preview').getBoundingClientRect(); return 0 < top && top < 450; }"
    page.wait_for_function(seen, timeout=PATIENCE)
    page.get_by_role("button", name="Store and score these 2 articles").click()
    page.get_by_text("2 articles added to the corpus.").wait_for(timeout=PATIENCE)
    page.get_by_text(re.compile("Scored .* sentences in")).wait_for(timeout=6 * PATIENCE)
    window.settle()
    page.get_by_role("link", name="Open this comparison").click()
    page.get_by_role("heading", name=texts.REPRINT_EVENT).wait_for(timeout=PATIENCE)
    window.settle()
    assert (
        "Mara Quill, who sells fish"
        in page.locator(".fr-article").all_inner_texts()[0] + page.locator(".fr-article").all_inner_texts()[1]
    )


def test_a_closed_browser_does_not_stop_the_scoring(
    context: sync_api.BrowserContext, scored_corpus: Path, tmp_path: Path
) -> None:
    """One visitor starts it and is gone, another sees how far it is, and the new numbers at its end."""
    corpus = shutil.copytree(scored_corpus, tmp_path / "corpus")
    for folder in (corpus / "scores").glob("sentiment@*"):
        shutil.rmtree(folder)
    with served(corpus) as address:
        first, second = context.new_page(), context.new_page()
        first.goto(f"{address}/outlets")
        first.get_by_role("button", name="Score what is new").click()
        first.get_by_role("button", name="Stop").wait_for()
        first.close()
        second.goto(f"{address}/events")
        second.get_by_text(re.compile("^Scoring what is new")).wait_for()
        second.get_by_text(re.compile("^Scored .* sentences in")).wait_for(timeout=6 * PATIENCE)
        assert second.get_by_role("button", name="Score what is new").count() == 0
        second.close()
    assert not unscored(Corpus.open(corpus))


def test_charts_are_redrawn_in_place(window: Window) -> None:
    """Another voice changes every chart, keeps its element, and moves nothing once the page's text stands."""
    page = window.page
    window.open()
    drawn = "document.querySelectorAll('.fr-chart[data-state=drawn]').length === 4"
    page.wait_for_function(drawn, timeout=PATIENCE)
    page.evaluate("document.querySelectorAll('.fr-chart').forEach(chart => { chart.before = true })")
    marks = "JSON.stringify([...document.querySelectorAll('.st-key-chart_frames .point')].map(e => e.outerHTML))"
    before = page.evaluate(marks)
    page.get_by_text("The outlet’s own words", exact=True).first.click()
    page.wait_for_function("location.search.includes('view=own')", timeout=PATIENCE)
    window.settle()
    height = page.locator("[data-testid=stMain]").evaluate("e => e.scrollHeight")
    page.wait_for_function(drawn, timeout=PATIENCE)
    assert page.evaluate(marks) != before
    assert page.evaluate("[...document.querySelectorAll('.fr-chart')].every(chart => chart.before)")
    assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollHeight") == height


def test_a_number_chosen_beside_a_chart_is_marked_in_it(window: Window) -> None:
    page = window.page
    window.open("head=frames_generic&label=human_interest&outlet=Al Jazeera")
    faded = "[...document.querySelectorAll('.st-key-chart_frames .point')].map(e => e.style.opacity)"
    page.wait_for_function(f"{faded}.includes('0.6')", timeout=PATIENCE)
    assert page.evaluate(f"{faded}.filter(opacity => opacity !== '0.6').length") == 1
    rims = "[...document.querySelectorAll('.st-key-chart_frames .points .point')].filter(e => e.style.strokeWidth === '3px')"
    assert page.evaluate(f"{rims}.length") == 1


def test_uploading_files(window: Window, tmp_path: Path) -> None:
    good = tmp_path / "ferry <b>.md"
    good.write_text(
        "---\noutlet: Calm Courier\ntitle: Ferry sails\nevent: Ferry\n---\n\nThe ferry sailed on Monday.\n",
        encoding="utf-8",
    )
    bad = tmp_path / "empty.txt"
    bad.write_text("", encoding="utf-8")
    page = window.page
    window.open()
    page.get_by_role("link", name="Add articles").click()
    page.locator("input[type=file]").set_input_files([good, bad])
    page.get_by_text("empty.txt").wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Read and preview").click()
    page.get_by_role("heading", name="Preview: 1 article read").wait_for(timeout=PATIENCE)
    assert "empty.txt" in page.locator(".fr-notice.fr-bad").inner_text()


def test_hostile_text_stays_text(window: Window) -> None:
    page = window.page
    window.open(f"event={quote(texts.HOSTILE_EVENT)}")
    shown = page.locator("[data-testid=stMain]").inner_text()
    for text in (
        texts.HOSTILE_EVENT,
        texts.HOSTILE_OUTLET,
        texts.HOSTILE_TITLE,
        "{{7*7}} &lt;euros&gt; :material/home: and `code`",
    ):
        assert text in shown
    assert page.evaluate("window.hacked") is None
    assert page.locator(".katex, [data-testid=stMain] script, .fr-article img, .fr-article svg").count() == 0
    assert texts.HOSTILE_OUTLET in page.locator(".js-plotly-plot").first.inner_text()


def test_charts_tables_and_the_event_can_be_taken_away(window: Window) -> None:
    """Hostile names and all: the picture is made in the browser and stands alone, the table is made on the server."""
    page = window.page
    window.open(f"event={quote(texts.HOSTILE_EVENT)}")
    bar = page.locator(".fr-take").first
    for kind, begins in (("SVG", b"<svg "), ("PNG", b"\x89PNG")):
        with page.expect_download(timeout=PATIENCE) as taken:
            bar.get_by_text(kind, exact=True).press("Enter")
        made = Path(taken.value.path()).read_bytes()
        assert made.startswith(begins)
        if kind == "SVG":
            drawn = lxml.etree.fromstring(made)
            said = " ".join(" ".join(drawn.itertext()).split())
            for text in ("What the story is made to be about", texts.HOSTILE_EVENT, "1 article", "framing 0."):
                assert text in said
            assert not drawn.xpath("//*[local-name() = 'script' or local-name() = 'foreignObject']")
    page.get_by_text("Take this table").first.click()
    with page.expect_download(timeout=PATIENCE) as taken:
        page.get_by_role("button", name="CSV").first.click()
    assert Path(taken.value.path()).read_text(encoding="utf-8-sig").startswith("outlet_a,")
    page.keyboard.press("Escape")
    page.get_by_text("Take the whole event").click()
    with page.expect_download(timeout=3 * PATIENCE) as taken:
        page.get_by_role("button", name="Without text").click()
    assert taken.value.suggested_filename.endswith("-without-text.html")
    assert "Content-Security-Policy" in Path(taken.value.path()).read_text(encoding="utf-8")


def test_a_table_opens_its_sentences(window: Window) -> None:
    """On the page Who speaks of the hostile event: names are text, a click lists the words, the address keeps it."""
    page = window.page
    window.open(f"event={quote(texts.HOSTILE_EVENT)}")
    page.get_by_role("link", name="Who speaks").click()
    page.locator(".fr-picker").first.wait_for(timeout=PATIENCE)
    window.settle()
    assert page.locator("h1").inner_text() == texts.HOSTILE_EVENT
    tables = page.locator(".fr-picker")
    assert texts.HOSTILE_OUTLET in tables.first.inner_text()
    assert tables.locator("i:not(.fr-bar i), script, img, svg").count() == 0
    button = tables.first.locator("button.fr-pick").last
    name = button.inner_text()
    button.click()
    page.wait_for_function("location.search.includes('name=')", timeout=PATIENCE)
    page.locator(".st-key-fr_behind h3", has_text=name).wait_for(timeout=PATIENCE)
    window.settle()
    heading = page.locator(".st-key-fr_behind h3").inner_text()
    assert heading.startswith(name)
    assert page.locator(".st-key-fr_behind .fr-sentences li").count() == int(heading.rsplit("·", 1)[1].split()[0])
    assert page.evaluate("window.hacked") is None
    assert "name=" in page.url


def test_a_sentence_is_tried_edited_and_its_names_swapped(window: Window) -> None:
    page = window.page
    window.open()
    page.get_by_role("link", name="Try a text").click()
    page.get_by_label("A sentence or a paragraph").fill(
        f"Iranian troops shelled a market, officials said. {texts.HOSTILE_TITLE}"
    )
    page.keyboard.press("Control+Enter")
    page.locator(".fr-moved mark").first.wait_for(timeout=PATIENCE)
    window.settle()
    page.get_by_role("button", name="Another country").click()
    page.get_by_text("What your version changed").wait_for(timeout=PATIENCE)
    window.settle()
    assert "Iranian" not in page.get_by_label("Change a word").input_value()
    assert "edit=" in page.url and page.evaluate("window.hacked") is None
    assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollWidth") <= 1280


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_page(window: Window, width: int) -> None:
    window.page.set_viewport_size({"width": width, "height": 900})
    window.open()
    main = window.page.locator("[data-testid=stMain]")
    assert main.evaluate("e => e.scrollWidth") <= width
    columns = window.page.locator(".fr-article").evaluate_all("all => all.map(e => e.getBoundingClientRect().left)")
    assert (len(set(map(round, columns))) == 1) == (width == 390), (
        "articles stand side by side on a wide page, stacked on a narrow one"
    )


def test_keyboard_reaches_the_choices(window: Window) -> None:
    """With Tab alone one comes to the event, the switch, a number's choice, and a marked sentence."""
    page = window.page
    window.open()
    wanted = {"Event", "Whose words", "Read the sentences"}
    reached: set[str] = set()
    marked = False
    for _ in range(120):
        page.keyboard.press("Tab")
        where = json.loads(
            page.evaluate(
                "JSON.stringify([document.activeElement.getAttribute('aria-label') || '', document.activeElement.className.toString(),"
                " document.activeElement.closest('[data-testid=stSegmentedControl],[data-testid=stButtonGroup]') !== null])"
            )
        )
        reached |= {name for name in wanted if name in where[0]} | ({"Whose words"} if where[2] else set())
        marked = marked or "fr-mark" in where[1]
        if reached == wanted and marked:
            break
    assert reached == wanted
    assert marked


def test_from_the_timeline_to_an_event_and_from_a_mean_to_its_sentences(window: Window) -> None:
    page = window.page
    window.open()
    page.get_by_role("link", name="Events", exact=True).click()
    page.wait_for_selector(".st-key-chart_events .point", timeout=PATIENCE)
    window.settle()
    for patience in (3_000, 6_000, PATIENCE):
        page.wait_for_selector(".st-key-chart_events .fr-chart[data-state=drawn]", timeout=PATIENCE)
        _click(page, ".st-key-chart_events .point")
        with suppress(sync_api.TimeoutError):
            page.wait_for_url("**/?event=*", timeout=patience)
            break
    else:
        pytest.fail("A click on an event's mark opens nothing.")
    page.get_by_role("link", name="Outlets", exact=True).click()
    page.wait_for_selector(".st-key-chart_means .point", timeout=PATIENCE)
    window.settle()
    page.locator(".st-key-table_means button.fr-pick").first.wait_for()
    page.locator(".st-key-table_means a").first.click()
    page.wait_for_url("**/?event=*label=*", timeout=PATIENCE)
    page.wait_for_selector(".fr-sentences, .fr-notice", timeout=PATIENCE)


def _click(page: sync_api.Page, place: str) -> None:
    """A click in the middle of a chart's mark: Plotly listens to the layer above it."""
    mark = page.locator(place).first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
