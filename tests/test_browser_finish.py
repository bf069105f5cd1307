"""Every page as people who see little, use the keyboard or sit in a classroom meet it: axe-core's rules, the order of
headings, the way past the menu, the projector's view, and how much moves while a page is drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
browser_test = pytest.importorskip("test_browser", reason="NOT TESTED IN A BROWSER")
axe_base = pytest.importorskip("axe_playwright_python.base", reason="NOT TESTED: install the extra `test`")

from dashboard_texts import addresses  # noqa: E402
from test_browser import PATIENCE, browser, server  # noqa: E402, F401

from framing import labels  # noqa: E402

ROOT = Path(__file__).parents[1]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STREAMLITS: dict[str, str] = {}
"""Rules that Streamlit's own nodes break and that no page can mend: rule and the node's selector. None today; the one
minor finding (presentation-role-conflict on the box for uploads) is below what is looked for here."""
HEADINGS = "[...document.querySelectorAll('[data-testid=stMain] :is(h1,h2,h3,h4)')].map(e => +e.tagName[1])"


@pytest.fixture(scope="module")
def page(server: tuple[str, Path], browser: Any) -> Iterator[Any]:  # noqa: F811
    """One tab for all checks, with the rules loaded into every page."""
    context = browser.new_context(bypass_csp=True)
    made = context.new_page()
    made.set_default_timeout(PATIENCE)
    made.base = server[0]
    yield made
    context.close()


def open_page(page: Any, path: str, size: tuple[int, int] = (1280, 900), scheme: str = "light") -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{page.base}/{path}")
    page.locator("[data-testid=stMain] h1").first.wait_for()
    settle(page)


def test_the_first_page_has_its_name_for_an_address_too(page: Any) -> None:
    open_page(page, "compare?view=quoted")
    page.wait_for_url(re.compile(r"/\?.*view=quoted"))
    assert page.get_by_text("Page not found").count() == 0


def settle(page: Any) -> None:
    page.wait_for_timeout(200)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("!document.querySelector('[data-stale=true]')")
    page.wait_for_function("!document.querySelector('.fr-chart:not([data-state=drawn])')")


def test_every_page_is_listed() -> None:
    assert len(addresses()) == (ROOT / "dashboard.py").read_text(encoding="utf-8").count("st.Page(PAGES") >= 11


@pytest.mark.parametrize("title", addresses())
def test_no_serious_finding(page: Any, title: str) -> None:
    """axe-core on a wide and a narrow page, light and dark: nothing serious or critical."""
    open_page(page, addresses()[title])
    page.evaluate(axe_base.AXE_SCRIPT)
    for size, scheme in (((1280, 900), "light"), ((390, 844), "dark")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "dark => (getComputedStyle(document.querySelector('.stApp')).backgroundColor === 'rgb(17, 21, 27)') === dark",
            arg=scheme == "dark",
        )
        settle(page)
        result = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", RULES)
        found = [
            f"{rule['id']}: {node['html'][:160]}"
            for rule in result["violations"]
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
            if STREAMLITS.get(rule["id"]) not in node["target"]
        ]
        assert not found, f"{title}, {size[0]} px, {scheme}: " + "\n".join(found)
        assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollWidth") <= size[0]
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    assert title in page.title()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_past_the_menu_and_through_the_readings(page: Any) -> None:
    open_page(page, "")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.testid") == "stSkipToContent"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-testid=stMain]') !== null")
    event = page.locator("h1").inner_text()
    page.locator(".st-key-fr_readings").get_by_role("link", name="Side by side").click()
    page.locator(".fr-pair").first.wait_for()
    settle(page)
    assert page.locator("h1").inner_text() == event
    assert page.locator(".st-key-fr_readings a[aria-current=page]").inner_text() == "Side by side"


def test_a_projector_keeps_its_view_from_page_to_page(page: Any) -> None:
    open_page(page, "", (1920, 1080))
    chart = page.locator(".st-key-chart_frames .fr-chart[data-state=drawn]")
    chart.wait_for()
    before = chart.bounding_box()["height"]
    page.locator(".st-key-projector label").click()
    page.wait_for_function("location.search.includes('projector=1')")
    page.wait_for_function(
        "before => document.querySelector('.st-key-chart_frames .fr-chart').clientHeight > 1.4 * before", arg=before
    )
    page.get_by_role("link", name="About the numbers").click()
    page.wait_for_function("location.search.includes('projector=1') && location.pathname.endsWith('about')")
    settle(page)
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 25
    page.locator(".st-key-projector label").click()
    page.wait_for_function("!location.search.includes('projector')")
    settle(page)
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 17


def test_contrast_of_what_charts_say(page: Any) -> None:
    """axe-core leaves drawings out: every text of every chart on the page's ground, or on its own bar, at 4.5 : 1."""
    from framing.chart_parts import contrast

    for scheme in ("light", "dark"):
        open_page(page, "", scheme=scheme)
        page.wait_for_function("document.querySelectorAll('.fr-chart[data-state=drawn]').length === 4")
        ground = page.locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor")
        texts = page.evaluate(
            "[...document.querySelectorAll('.js-plotly-plot :is(.xtick, .ytick, .legend, .annotation, .xtitle) text')]"
            ".map(e => [e.textContent, getComputedStyle(e).fill])"
        )
        assert len(texts) > 30
        low = {text for text, ink in texts if contrast(_hex(ink), _hex(ground)) < 4.5}
        assert not low, f"{scheme}: {low}"


def _hex(rgb: str) -> str:
    numbers = rgb[rgb.index("(") + 1 : -1].split(",")[:3]
    return "#" + "".join(f"{int(float(number)):02x}" for number in numbers)


MEANT = "[...document.querySelectorAll('.fr-chart :is(.ytick, .xtick, .legendtoggle) title')].map(e => e.textContent)"


def test_names_in_charts_tell_what_they_mean(page: Any) -> None:
    """Where the pointer rests on one: at the axis and in the legend, which has small letters."""
    open_page(page, "")
    told = page.evaluate(MEANT)
    for head, label in (("frames_generic", "human_interest"), ("sentiment", "negative"), ("stance", "against")):
        assert labels.definition(head, label) in told
    open_page(page, addresses()["Outlets"])
    assert labels.definition("frames_generic", "conflict") in page.evaluate(MEANT)


def test_grey_lines_hold_the_place_of_a_first_screen(browser: Any, server: tuple[str, Path]) -> None:  # noqa: F811
    """As long as a part of it waits for its code."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, held = context.new_page(), list[Any]()

    def hold(route: Any) -> None:
        held.append(route)

    page.set_default_timeout(PATIENCE)
    page.route("**/Selectbox.*.js", hold)
    page.goto(f"{server[0]}/")
    heading = page.locator("[data-testid=stMain] h1").first
    heading.wait_for(state="attached")
    grey = "getComputedStyle(document.querySelector('.stMain'), '::before').content"
    page.wait_for_function(f"{grey} === '\"\"'")
    assert heading.evaluate("e => getComputedStyle(e).visibility") == "hidden"
    while held:
        held.pop().continue_()
    heading.wait_for(state="visible")
    assert page.evaluate(grey) == "none"
    context.close()


SHIFTS = """window.moved = 0;
const streamlits = e => e.sources.every(s => s.node?.dataset?.testid === 'stMainBlockContainer');
new PerformanceObserver(list => list.getEntries().forEach(e => { if (!streamlits(e)) window.moved += e.value }))
  .observe({type: 'layout-shift', buffered: true});"""
"""Adds up what moves, but for Streamlit's frame itself, which it first draws narrow and then as wide as a page asks."""


@pytest.mark.parametrize(
    ("width", "slower", "titles"),
    [
        (1280, 1, list(addresses())),
        (390, 1, list(addresses())),
        (1280, 4, ["Add articles", "Models", "About the numbers"]),
    ],
    ids=["wide", "telephone", "slow laptop"],
)
def test_little_moves_while_a_page_is_drawn(
    browser: Any,  # noqa: F811
    server: tuple[str, Path],  # noqa: F811
    width: int,
    slower: int,
    titles: list[str],
) -> None:
    """Cumulative layout shift of each page, opened by a new visitor; from 0.25 on a page counts as poor (web.dev/cls).
    On the slow laptop a page's parts come with their style sheet: shown at once, they leapt by 0.75."""
    moved = {}
    for title in titles:
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(SHIFTS)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(f"{server[0]}/{addresses()[title]}")
        page.locator("[data-testid=stMain] h1").first.wait_for()
        settle(page)
        moved[title] = page.evaluate("window.moved")
        context.close()
    assert max(moved.values()) < 0.25, moved
