"""Every page of the dashboard over a corpus of hostile strings, in a real browser: nothing runs, leaves, or breaks out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from urllib.parse import quote

import pytest
from dashboard_texts import addresses

from framing.schema import Article

from test_browser import PATIENCE, ROOT, Window, _note_outside, browser, is_error, served, sync_api  # noqa: F401  isort: skip

pytestmark = pytest.mark.browser
OUTLET = "<i>Evil</i> $y^2$ :red[Post] :smile: **Daily**"
OTHER = '=HYPERLINK("http://evil.test") [Wire](javascript:window.hacked=1) \u202egnp.exe'
THIRD = "<img src=http://evil.test/o.png onerror=window.hacked=2>" + "W" * 300
EVENT = "<script>window.hacked=3</script> *Fire* $x^2$ :blue-background[alarm] ![i](http://evil.test/e.png)"
LONG_EVENT = "+" + "E" * 5_000 + " ' onmouseover='window.hacked=4' x='"
ACTOR = "Anna O’Script"
TITLES = (
    "<svg/onload=window.hacked=5> $\\href{javascript:alert(1)}{x}$ :material/home: `code` ~~gone~~ # Fire",
    "T" * 5_000,
    "@SUM(1+1)*cmd|' /C calc'!A0 \u200b\u200d\ufeff zero\u202ewidth <a href=javascript:window.hacked=6>link</a>",
    "</script></style></textarea></title><iframe src=http://evil.test/f></iframe>{{7*7}}${7*7}<%= 7*7 %>",
)
BODY = (
    '<img src="http://evil.test/b.png" onerror="window.hacked=7"> burned in the harbour on Monday, and **nobody** was killed.\n\n'
    f"</article></div><style>body{{display:none}}</style> Two people were wounded by the police, said {ACTOR} of <b>Kesh</b>, :red[who] paid $5 and $10.\n\n"
    "“<svg onload='window.hacked=8'> They attacked our town,” Ms. O’Script said. "
    + "w"
    * 5_000
    + " came to the \0port of Baku.\n\n"
    "Armenia accused Azerbaijan of shelling Ganja\u202e and Stepanakert\u200b. [Click](javascript:window.hacked=9) :smile: said Vladimir Putin."
)
CALM = (
    "A warehouse burned in the harbour on Monday. Armenia accused Azerbaijan of shelling. Police wounded two people.\n\n"
    "“We were lucky,” said Anna O’Script, who runs the port of Baku. Vladimir Putin called it a crime."
)


ON_AN_EVENT = {"Compare", "Who speaks", "Words and headlines", "Side by side", "Events"}
"""Pages that show the event and its outlets by name."""


def hostile_articles() -> list[Article]:
    """Two events of three outlets each, so that every page has something to show."""
    found = []
    for at, event in enumerate((EVENT, LONG_EVENT)):
        for number, outlet in enumerate((OUTLET, OTHER, THIRD)):
            title, body = TITLES[(at + number) % len(TITLES)], CALM if number == 2 else BODY
            facts = {
                "url": "javascript:window.hacked=10",
                "source": f"<b onclick=window.hacked=11>{number}.txt",
                "event": event,
            }
            found.append(
                Article(
                    outlet,
                    title,
                    f"{body}\n\nIssue {at}.",
                    date(2025, 3, 3 + number),
                    "<u>By</u> *me* $z$",
                    note=TITLES[0],
                    **facts,
                )
            )
    return found


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard over the hostile corpus."""
    from framing.corpus import Corpus
    from framing.score import score

    corpus = Corpus.create(tmp_path_factory.mktemp("hostile") / "corpus <b>x")
    corpus.add(hostile_articles())
    score(corpus)
    with served(corpus.path) as address:
        yield address


@pytest.fixture(scope="module")
def hostile(hostile_server: str, browser: sync_api.Browser) -> Iterator[Window]:  # noqa: F811
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    made = Window(page, hostile_server)
    page.on("console", lambda message: made.errors.append(message.text) if is_error(message) else None)
    page.on("pageerror", lambda error: made.errors.append(str(error)))
    page.on("dialog", lambda dialog: (made.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: _note_outside(made, request.url))
    yield made
    page.close()


WIDER = """width => [...document.querySelectorAll('[data-testid=stMain] *')].filter(e => {
  const box = e.getBoundingClientRect();
  if (box.right <= width + 1 || box.width === 0) return false;
  for (let up = e.parentElement; up && up.dataset.testid !== 'stMain'; up = up.parentElement) {
    const style = getComputedStyle(up);
    if (['auto', 'scroll', 'hidden', 'clip'].includes(style.overflowX) && up.getBoundingClientRect().right <= width + 1) return false;
  }
  return true;
}).slice(-4).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 60))"""
FOREIGN = "[data-testid=stMain] :is(.katex, script:not([type]), iframe[src*=evil], a[href^=javascript], img[src*=evil], em, i:not(.fr-bar i):not(svg i), .js-plotly-plot a:not(.modebar a))"


@pytest.mark.parametrize("title", addresses())
def test_no_page_gives_way(hostile: Window, title: str) -> None:
    page = hostile.page
    page.set_viewport_size({"width": 1280, "height": 900})
    if not page.url.startswith(hostile.address):
        page.goto(f"{hostile.address}/?event={quote(EVENT)}")
    if title == "Check a model":  # linked from what it checks alone
        page.goto(f"{hostile.address}/audit?head=frames_generic")
        page.get_by_role("button", name="Draw the sentences and begin").click(timeout=PATIENCE)
        page.get_by_role("heading", name="Sentence 1 of").wait_for(timeout=PATIENCE)
    else:
        page.get_by_role("link", name=title, exact=True).first.click()
    page.locator("h1").first.wait_for(timeout=PATIENCE)
    hostile.settle()
    for details in page.locator("[data-testid=stExpander] summary, details.fr-fold > summary").all()[:12]:
        if details.is_visible():
            details.click()
    hostile.settle()
    shown = page.locator("[data-testid=stMain]").inner_text()
    assert page.locator(FOREIGN).count() == 0, page.locator(FOREIGN).first.evaluate("e => e.outerHTML.slice(0, 200)")
    assert page.locator("[data-testid=stException]").count() == 0
    if title in ON_AN_EVENT:
        assert EVENT in shown, f"{title}: the event's name is not shown as it is written"
        assert OUTLET in shown or OTHER[:40] in shown, f"{title}: the outlet's name is not shown as it is written"
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(250)
        hostile.settle()
        main = page.locator("[data-testid=stMain]")
        assert main.evaluate("e => e.scrollWidth") <= width, f"{title} at {width}: {page.evaluate(WIDER, width)}"
    assert page.evaluate("window.hacked") is None
    assert not hostile.errors
    assert not hostile.outside


def test_correcting_a_hostile_event(hostile: Window) -> None:
    page = hostile.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Events", exact=True).first.click()
    page.get_by_role("heading", name="Correct an event").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(500)
    hostile.settle()
    for patience in (2_000, 4_000, PATIENCE):  # a page that is just being made anew may close the list once
        page.locator(".st-key-chosen input").press("ArrowDown")
        with suppress(sync_api.TimeoutError):
            page.get_by_role("option").filter(has_text="window.hacked=3").first.click(timeout=patience)
            break
    else:
        pytest.fail("The hostile event is not among the events to correct.")
    hostile.settle()
    for action in ("Split", "Rename", "Merge"):
        page.locator(".st-key-event_action").get_by_text(action, exact=True).click()
        hostile.settle()
        if action != "Rename":
            page.locator(f".st-key-event_{action.lower().replace('merge', 'merged')} input").first.click()
            page.get_by_role("option").first.click()
            page.keyboard.press("Escape")
            hostile.settle()
        assert page.locator(FOREIGN).count() == 0
        assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollWidth") <= 1280
    assert page.evaluate("window.hacked") is None
    assert not hostile.errors and not hostile.outside


def test_a_name_of_five_thousand_letters_leaves_room(hostile: Window) -> None:
    page = hostile.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Compare", exact=True).first.click()
    page.locator(".js-plotly-plot").first.wait_for(timeout=PATIENCE)
    hostile.settle()
    page.locator(".st-key-event input").click()
    page.get_by_role("option").first.wait_for(timeout=PATIENCE)
    assert EVENT in page.get_by_role("option").all_inner_texts(), "a choice is text too"
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{hostile.address}/?event={LONG_EVENT.replace(' ', '%20').replace('+', '%2B').replace('=', '%3D')}")
    page.locator(".js-plotly-plot").first.wait_for(timeout=PATIENCE)
    hostile.settle()
    assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollWidth") <= 390
    box = page.locator("h1").bounding_box()
    assert box is not None and box["height"] < 300
    assert page.evaluate("window.hacked") is None
    assert not hostile.errors and not hostile.outside


def test_hostile_text_that_is_pasted_stays_text(hostile: Window) -> None:
    page = hostile.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(hostile.address)
    page.get_by_role("link", name="Add articles", exact=True).first.click()
    page.get_by_label("Text of an article").fill(
        f"---\noutlet: '{OUTLET}'\ntitle: \"<svg/onload=window.hacked=5> $x$\"\n---\n{BODY}\n"
    )
    page.get_by_role("button", name="Read and preview").click()
    page.get_by_role("heading", name="Preview: 1 article read").wait_for(timeout=PATIENCE)
    page.get_by_text("Correct what was read").click()
    hostile.settle()
    assert OUTLET in page.locator(".fr-card").inner_text()
    assert page.locator(FOREIGN).count() == 0
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_timeout(250)
    assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollWidth") <= 390
    assert page.evaluate("window.hacked") is None
    assert not hostile.errors and not hostile.outside
