"""Every page as people who see little, use the keyboard or sit in a classroom meet it: axe-core's rules, the order of
headings, the way past the menu, the projector's view, and how much moves while a page is drawn."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
browser_test = pytest.importorskip("test_browser", reason="NOT TESTED IN A BROWSER")
axe_base = pytest.importorskip("axe_playwright_python.base", reason="NOT TESTED: install the extra `test`")

from test_browser import PATIENCE, browser, server  # noqa: E402, F401

ROOT = Path(__file__).parents[1]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STREAMLITS: dict[str, str] = {}
"""Rules that Streamlit's own nodes break and that no page can mend: rule and the node's selector. None today; the one
minor finding (presentation-role-conflict on the box for uploads) is below what is looked for here."""
HEADINGS = "[...document.querySelectorAll('[data-testid=stMain] :is(h1,h2,h3,h4)')].map(e => +e.tagName[1])"


def addresses() -> dict[str, str]:
    """Title and address of every page, as dashboard.py has them."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / "dashboard.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.Page":
            told = {each.arg: ast.literal_eval(each.value) for each in node.keywords}
            found[told["title"]] = told.get("url_path", "")
    return found


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


def settle(page: Any) -> None:
    page.wait_for_timeout(200)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_function("!document.querySelector('[data-stale=true]')")
    page.wait_for_function("!document.querySelector('.fr-chart:not([data-state=drawn])')")


def test_every_page_is_listed() -> None:
    assert len(addresses()) == (ROOT / "dashboard.py").read_text(encoding="utf-8").count("st.Page(") >= 11


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
