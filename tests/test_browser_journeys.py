"""What people come for, in a real browser from beginning to end: a journalist, a teacher, a sceptic, a telephone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pandas as pd
import pytest
from dashboard_texts import addresses

from framing.audit import file_of, load
from framing.compare import compare
from framing.corpus import Corpus
from framing.report import Options, event_report

from test_browser import PATIENCE, ROOT, Window, browser, context, is_error, server, sync_api, window  # noqa: F401  isort: skip

pytestmark = pytest.mark.browser
EVENT = "Nagorno-Karabakh, October 2020"
SEED = ROOT.parent / "shared" / "seed" / "nagorno-karabakh-roundup.txt"
MAIN = "[data-testid=stMain]"
NUMBER = {"head": "frames_generic", "label": "human_interest", "outlet": "Al Jazeera"}
SHOWN = """() => { // what a reader reads: no charts, which are drawn when the browser has time, and no menus' insides
  const copy = document.querySelector('[data-testid=stMain]').cloneNode(true);
  copy.querySelectorAll('.fr-chart, svg, script, style').forEach(e => e.remove());
  const fields = [...document.querySelectorAll('[data-testid=stMain] :is(input, textarea)')].map(e => e.value);
  return copy.textContent.replace(/\\s+/g, ' ') + ' | ' + fields.join(' | ');
}"""


def pages() -> dict[str, str]:
    """Title by address of the pages; the first has none."""
    return {path: title for title, path in addresses().items()}


def visit(window: Window, path: str = "", **query: str | list[str]) -> None:  # noqa: F811
    """A page by its address, until it stands."""
    asked = urlencode(query, doseq=True)
    window.page.goto(f"{window.address}/{path}" + (f"?{asked}" if asked else ""))
    window.page.locator("h1").first.wait_for()
    window.settle()


def query_of(page: sync_api.Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def choose(window: Window, key: str, option: str, several: bool = False) -> None:  # noqa: F811
    """An option of the select box with this key; a page that is just being made anew may close the list once."""
    wanted = window.page.get_by_role("option").filter(has_text=option).first
    for patience in (2_000, 4_000, PATIENCE):
        window.page.locator(f".st-key-{key} input").first.click()
        with suppress(sync_api.TimeoutError):
            wanted.click(timeout=patience)
            break
    else:
        pytest.fail(f"There is no {option!r} among the choices of {key}.")
    if several:
        window.page.keyboard.press("Escape")
    window.settle()


@contextmanager
def opened(browser: sync_api.Browser, **options: object) -> Iterator[tuple[sync_api.Page, list[str], list[str]]]:  # noqa: F811
    """A page in a context of its own, every request that it makes, and every error in its console."""
    own = browser.new_context(**options)
    own.set_default_timeout(PATIENCE)
    page, requests, errors = own.new_page(), [], []
    own.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_error(message) else None)
    yield page, requests, errors
    own.close()


def test_first_visit_to_a_difference_in_one_click(window: Window) -> None:  # noqa: F811
    """What the first screen says, and that one click on its first finding lists the sentences behind it."""
    page = window.page
    visit(window)
    page.locator(".st-key-finding_0").wait_for()
    window.settle()
    for text in (EVENT, "What differs"):
        box = page.get_by_text(text, exact=True).first.bounding_box()
        assert box is not None and box["y"] < 900, f"{text!r} is not on the first screen"
    assert "bias score" not in page.locator("body").inner_text().lower()
    page.locator(".st-key-finding_0 button").first.click()
    page.locator(".fr-sentences li").first.wait_for()
    window.settle()
    assert page.locator(".fr-mark").count(), "the sentences are marked in the articles too"


def test_the_largest_difference_opens_its_sentences(window: Window, server: tuple[str, Path]) -> None:  # noqa: F811
    """From the list of events, most differently told first, to the number, which is the comparison's own."""
    page = window.page
    visit(window, "events", view="own")
    link = page.locator("td.fr-said a").first
    link.wait_for()
    told = link.inner_text()
    link.click()
    page.wait_for_url("**/?event=*")
    page.locator(".fr-sentences li").first.wait_for()
    window.settle()
    asked = {key: values[0] for key, values in query_of(page).items()}
    comparison = compare(Corpus.open(server[1]), asked["event"])
    largest = comparison.findings("own")[0].rstrip(".")
    assert told.startswith(largest), "the first event's link tells the largest difference of its comparison"
    names = query_of(page)["outlets"]
    places = {
        (row["article_id"], row["index"])
        for outlet in names
        for row in comparison.behind(outlet, asked["head"], asked["label"], "own").to_dict("records")
    }
    assert page.locator(".fr-sentences li").count() == len(places)


def test_one_number_is_the_same_wherever_it_is_shown(window: Window, server: tuple[str, Path]) -> None:  # noqa: F811
    """Compare's text, its table to take, the page Sentences, the command line, and the report."""
    page = window.page
    corpus = Corpus.open(server[1])
    visit(window, event=EVENT, view="own", **NUMBER)
    page.locator(".fr-sentences li").first.wait_for()
    window.settle()
    counted = page.locator(".fr-sentences li").count()
    share = compare(corpus, EVENT).shares.query(
        "outlet == @NUMBER['outlet'] and head == @NUMBER['head'] and label == @NUMBER['label'] and view == 'own'"
    )
    row = share.iloc[0]
    shown = f"{100 * row['value']:.0f}%"
    assert (
        shown
        in page.locator(".st-key-frames_number").locator("xpath=ancestor::*[@data-testid='stColumn'][1]").inner_text()
    )

    page.locator(".st-key-take_frames").get_by_role("button").click()
    with page.expect_download(timeout=PATIENCE) as taken:
        page.locator(".st-key-take_frames_csv button").click()
    lines = Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()
    columns = lines[0].split(",")
    mine = [line for line in lines if ",human_interest," in line and ",own," in line and "Al Jazeera" in line]
    assert float(mine[0].split(",")[columns.index("value")]) == pytest.approx(row["value"], abs=1e-6)

    page.keyboard.press("Escape")
    page.locator(".st-key-take_behind_sentences").get_by_role("button").click()
    with page.expect_download(timeout=PATIENCE) as taken:
        page.locator(".st-key-take_behind_sentences_csv button").click()
    sentences = pd.read_csv(taken.value.path(), encoding="utf-8-sig")
    assert list(sentences["text"]) == page.locator(".fr-sentences li blockquote").all_inner_texts()
    assert set(sentences["outlet"]) == {NUMBER["outlet"]}
    page.keyboard.press("Escape")

    command = [sys.executable, "-m", "framing"]
    of = [str(server[1]), "--event", EVENT]
    told = subprocess.run(
        [*command, "compare", *of, "--view", "own", "--format", "json"], check=True, capture_output=True, cwd=ROOT
    )
    cli = [
        each
        for each in json.loads(told.stdout)["shares"]
        if all(each[key] == value for key, value in NUMBER.items()) and each["view"] == "own"
    ]
    assert cli[0]["value"] == pytest.approx(row["value"], abs=1e-6)

    report = event_report(corpus, corpus.find_event(EVENT), Options("own", True)).html
    assert f"Al Jazeera, Human interest: {shown} (" in report

    event = corpus.find_event(EVENT)
    visit(
        window,
        "sentences",
        label="frames_generic.human_interest",
        outlet="Al Jazeera",
        event=event,
        part="body",
        voice=["own", "mixed"],
    )
    page.locator(".fr-count").wait_for()
    assert page.locator(".fr-count").inner_text().startswith(f"{counted} of ")


def test_the_page_of_reprints_that_started_it_is_pasted_and_compared(window: Window) -> None:  # noqa: F811
    if not SEED.is_file():
        pytest.skip(f"NOT TESTED: the page to paste is not here ({SEED.name}).")
    page = window.page
    visit(window, "add")
    page.get_by_label("Text of an article").fill(SEED.read_text(encoding="utf-8"))
    page.get_by_role("button", name="Read and preview").click()
    heading = page.locator("h2.fr-preview")
    heading.wait_for()
    window.settle()
    read = int(re.findall(r"\d+", heading.inner_text())[0])
    assert read >= 2 and "Al Jazeera" in page.locator(".fr-card").all_inner_texts()[-1]
    page.locator(".st-key-store button").click()
    page.get_by_text(f"{read} articles added to the corpus.").wait_for()
    page.get_by_text(re.compile("Scored .* sentences in")).wait_for(timeout=6 * PATIENCE)
    window.settle()
    page.get_by_role("link", name="Open this comparison").first.click()
    page.locator(".fr-article").nth(1).wait_for()
    window.settle()
    outlets = page.locator(".fr-outlets li").all_inner_texts()
    assert sum(int(re.findall(r"(\d+) article", text)[0]) for text in outlets) == read
    assert len(outlets) >= 2 and page.locator(".fr-sentences li").count()


def test_bad_files_are_refused_each_with_its_reason(window: Window, tmp_path: Path) -> None:  # noqa: F811
    files = {
        "empty.txt": b"",
        "picture.txt": bytes(range(256)) * 20,
        "columns.csv": b"when,what\n2024-03-04,The ferry sailed on Monday.\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    page = window.page
    visit(window, "add")
    page.locator("input[type=file]").set_input_files([tmp_path / name for name in files])
    page.get_by_text("columns.csv").wait_for()
    page.get_by_role("button", name="Read and preview").click()
    page.locator(".fr-notice.fr-bad").wait_for()
    window.settle()
    reasons = page.locator(".fr-notice.fr-bad li, .fr-notice.fr-bad p").all_inner_texts()
    for name in files:
        told = [reason for reason in reasons if reason.startswith(name)]
        assert told, f"{name}: {reasons}"
    assert len({reason.split(":", 1)[1] for reason in reasons if reason.split(" ")[0].rstrip(":") in files}) == 3
    assert "/tmp" not in page.locator(MAIN).inner_text()
    assert page.locator(".st-key-store").count() == 0
    page.locator(".st-key-take_rejected").get_by_role("button").click()
    with page.expect_download(timeout=PATIENCE) as taken:
        page.locator(".st-key-take_rejected_csv button").click()
    assert list(pd.read_csv(taken.value.path(), encoding="utf-8-sig")["source"]) == list(files)


def test_the_report_opens_from_a_stick_without_any_request(
    window: Window,  # noqa: F811
    browser: sync_api.Browser,  # noqa: F811
    tmp_path: Path,
) -> None:
    page = window.page
    visit(window, event=EVENT, view="own")
    page.get_by_text("Take the whole event").wait_for()
    window.settle()
    page.get_by_text("Take the whole event").click()
    with page.expect_download(timeout=3 * PATIENCE) as taken:
        page.get_by_role("button", name="With the articles’ text").click()
    report = tmp_path / taken.value.suggested_filename
    taken.value.save_as(report)
    for scripts in (True, False):
        with opened(browser, java_script_enabled=scripts) as (stick, requests, errors):
            stick.goto(report.as_uri())
            assert stick.locator("h1").inner_text() == EVENT
            for details in stick.locator("details").all()[:5]:
                if not details.get_attribute("open") and details.is_visible():
                    details.locator("summary").first.click()
            links = stick.locator("a[href^='#']:not(.skip)").filter(visible=True)
            assert links.count(), "its numbers lead to their sentences within the file"
            links.first.click()
            asked = [url for url in requests if not url.startswith("data:")]
            assert {url.partition("#")[0] for url in asked} == {report.as_uri()}, "nothing but the file itself is read"
            assert not errors
            assert stick.locator("svg").count() and "Al Jazeera" in stick.locator("body").inner_text()


LINKS: dict[str, dict[str, str | list[str]]] = {
    "": {"event": EVENT, "view": "own", "outlets": ["Al Jazeera", "Antiwar.com"], **NUMBER},
    "voices": {"event": EVENT, "view": "own", "outlets": ["Al Jazeera", "Antiwar.com"]},
    "words": {"event": EVENT, "view": "own", "outlets": ["Al Jazeera", "Antiwar.com"], "names": "out"},
    "aligned": {"event": EVENT, "first": "Antiwar.com", "second": "Al Jazeera"},
    "outlets": {"first": "Al Jazeera", "second": "Northern Wire", "view": "both"},
    "events": {"find": "kesh", "view": "own", "order": "new", "who": ["Al Jazeera", "Northern Wire"]},
    "sentences": {"label": "stance.against", "actor": "Armenia", "outlet": ["Al Jazeera"], "sort": "uncertain"},
    "try": {"text": "Iran shelled a market, officials said.", "edit": "Iran rebuilt a market, officials said."},
    "models": {"model": "stance"},
}


@pytest.mark.parametrize("path", LINKS)
def test_a_link_shows_a_second_visitor_the_same(window: Window, context: sync_api.BrowserContext, path: str) -> None:  # noqa: F811
    """The address that one visitor's page ends with, opened by another: the same text, choices and address."""
    page = window.page
    visit(window, path, **LINKS[path])
    page.wait_for_function("location.search.length > 1")
    window.settle()
    for key, value in LINKS[path].items():
        kept = query_of(page)[key]
        if key != "event":
            assert kept == ([value] if isinstance(value, str) else value), "the page keeps what the link asked for"
    shown = page.evaluate(SHOWN)
    second = context.new_page()
    try:
        second.goto(page.url)
        second.wait_for_function(f"expected => ({SHOWN})() === expected", arg=shown)
        assert second.url == page.url
    finally:
        second.close()


def test_a_sentence_is_found_opened_and_compared(window: Window) -> None:  # noqa: F811
    page = window.page
    visit(window, "sentences")
    choose(window, "asked_label", "News frames: Human interest")
    page.wait_for_function("location.search.includes('label=')")
    choose(window, "asked_outlet", "Al Jazeera", several=True)
    page.wait_for_function("location.search.includes('outlet=')")
    found = page.locator(".fr-result")
    text = found.first.locator("blockquote, p, q").first.inner_text()
    page.get_by_role("button", name="Read in its article").first.click()
    page.locator(".st-key-fr_read .fr-article").wait_for()
    window.settle()
    assert text[:60] in page.locator(".st-key-fr_read .fr-mark").first.inner_text() + text
    page.locator(".st-key-fr_read").get_by_role("link", name="Compare the outlets of this event").click()
    page.wait_for_function("location.pathname === '/' && location.search.includes('label=human_interest')")
    page.locator(".fr-sentences li").first.wait_for()
    window.settle()
    assert query_of(page)["outlet"] == ["Al Jazeera"] and query_of(page)["head"] == ["frames_generic"]
    assert any(text[:60] in each for each in page.locator(".fr-sentences li").all_inner_texts())


def test_a_word_is_edited_and_moves_the_scores(window: Window) -> None:  # noqa: F811
    page = window.page
    visit(window, "try", text="The minister blamed the firm for the flood.")
    page.get_by_label("Change a word").fill("The minister thanked the firm for the flood.")
    page.keyboard.press("Control+Enter")
    page.get_by_text("What your version changed").wait_for()
    window.settle()
    changed = page.locator(".fr-notice", has_text="What your version changed").inner_text()
    assert "Tone" in changed and "→" in changed and "points" in changed
    page.get_by_role("button", name="Back to the first version").click()
    page.get_by_text("What your version changed").wait_for(state="detached")
    window.settle()
    assert page.get_by_label("Change a word").input_value() == "The minister blamed the firm for the flood."


def test_a_number_of_two_outlets_opens_its_events_and_sentences(window: Window) -> None:  # noqa: F811
    page = window.page
    visit(window, "outlets", first="Al Jazeera", second="Northern Wire", view="both")
    row = page.locator(".st-key-table_means .fr-picker tbody tr").first
    row.wait_for()
    window.settle()
    row.locator("button.fr-pick").first.click()
    window.settle()
    heading = page.locator(".st-key-fr_behind h3")
    heading.wait_for()
    counted = int(heading.inner_text().rsplit("·", 1)[1].split()[0])
    assert page.locator(".st-key-fr_behind .fr-sentences li").count() == counted
    event = row.locator("a").inner_text().splitlines()[0]
    row.locator("a").first.click()
    page.wait_for_url("**/?event=*")
    page.get_by_role("heading", name=event).wait_for()


def test_groups_are_made_compared_and_deleted(window: Window, server: tuple[str, Path]) -> None:  # noqa: F811
    page = window.page
    visit(window, "outlets", between="groups")
    for name, outlet in (("Agencies", "Northern Wire"), ("Broadcasters", "Al Jazeera")):
        page.wait_for_function("document.querySelector('.st-key-group_name input')?.value === ''")
        page.get_by_label("Its name").fill(name)
        page.keyboard.press("Tab")
        window.settle()
        choose(window, "group_outlets", outlet, several=True)
        window.settle()
        page.locator(".st-key-group_save button").click()
        page.get_by_text(f"“{name}” has 1 outlet.").wait_for()
        window.settle()
        if name == "Agencies":
            choose(window, "group", "A new group")
    page.locator(".st-key-chart_means").wait_for()
    window.settle()
    assert query_of(page)["between"] == ["groups"]
    assert "Agencies" in page.locator(MAIN).inner_text() and "Broadcasters" in page.locator(MAIN).inner_text()
    for name in ("Agencies", "Broadcasters"):
        box = page.locator(".st-key-group input").first
        page.wait_for_timeout(800)  # while it closes, a form is still marked as open and its boxes can be seen
        if not box.is_visible():
            page.locator("details", has=page.locator(".st-key-group")).locator("summary").click()
        box.wait_for(state="visible")
        choose(window, "group", name)
        page.locator(".st-key-group_delete button").click()
        page.get_by_text(f"“{name}” is deleted").wait_for()
        window.settle()
    assert json.loads((server[1] / "groups.json").read_text(encoding="utf-8")).get("groups", {}) in ({}, [])


def test_events_are_merged_and_taken_back(window: Window, server: tuple[str, Path]) -> None:  # noqa: F811
    page = window.page
    corpus = Corpus.open(server[1])
    before = corpus.events().set_index("event_id")["n_articles"].to_dict()
    kesh = next(key for key in before if corpus.events().set_index("event_id")["event"][key].startswith("Kesh"))
    visit(window, "events", chosen=kesh)
    choose(window, "event_merged", EVENT, several=True)
    page.locator(".st-key-event_do button").dblclick()
    page.locator(".st-key-event_undo button").first.wait_for()
    window.settle()
    assert len(Corpus.open(server[1]).events()) == len(before) - 1
    page.locator(".st-key-event_undo button").first.click()
    page.locator(".st-key-event_undo").wait_for(state="detached")
    window.settle()
    assert Corpus.open(server[1]).events().set_index("event_id")["n_articles"].to_dict() == before


STALE = {
    "event": "no-such-event",
    "view": "sideways",
    "outlets": ["Nobody"],
    "head": "x",
    "label": "y",
    "first": "Nobody",
}
STALE |= {"page": "-7", "open": "z:1", "text": "Iran shelled a market, officials said.", "sentence": "9", "why": "x.y"}


def test_every_page_takes_an_old_link_on_a_telephone(window: Window) -> None:  # noqa: F811
    """At 390 pixels, with an address whose every value is gone: no error, nothing wider than the screen, every control
    on it."""
    page = window.page
    page.set_viewport_size({"width": 390, "height": 844})
    for path, title in pages().items():
        visit(window, path, **STALE)
        assert page.locator("[data-testid=stException], .fr-notice.fr-bad").count() == 0, title
        assert page.locator(MAIN).evaluate("e => e.scrollWidth") <= 390, title
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('[data-testid=stMain] :is(button, input, textarea, a, summary)')]
            .filter(e => e.checkVisibility() && !e.closest('.fr-scroll, [class*=scroll], table, .js-plotly-plot'))
            .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 160)])
            .filter(([box]) => box.width && (box.left < -1 || box.right > 391)).map(([, told]) => told)"""
        )
        assert not beyond, f"{title}: {beyond}"


def test_a_reload_and_the_button_back_keep_the_number(window: Window) -> None:  # noqa: F811
    page = window.page
    visit(window, event=EVENT, view="own", **NUMBER)
    page.locator(".fr-sentences li").first.wait_for()
    window.settle()
    address, shown = page.url, page.evaluate(SHOWN)
    page.reload()
    page.wait_for_function(f"expected => ({SHOWN})() === expected", arg=shown)
    assert page.url == address
    choose(window, "event", "Kesh crossing")
    page.get_by_role("heading", name="Kesh crossing").wait_for()
    window.settle()
    page.go_back()
    page.wait_for_function(f"expected => ({SHOWN})() === expected", arg=shown)


def test_a_person_checks_a_model_by_keys_alone(window: Window, server: tuple[str, Path]) -> None:  # noqa: F811
    corpus = Corpus.open(server[1])
    event = corpus.find_event(EVENT)
    visit(window, event=event, **{key: NUMBER[key] for key in ("head", "label")})
    window.page.get_by_role("link", name="Is the model right here?").first.click()
    window.page.get_by_role("heading", name="Check a model on these texts").wait_for()
    assert query_of(window.page)["head"] == [NUMBER["head"]]
    window.page.get_by_role("button", name="Draw the sentences and begin").click()
    window.page.get_by_role("heading", name="Sentence 1 of 50").wait_for()
    try:
        window.page.get_by_role("button", name="Morality").wait_for()  # keys work once the last answer stands
        window.page.keyboard.press("2")
        window.page.get_by_role("button", name="Store: human interest").wait_for()
        for key, number in (("n", 2), ("s", 3), ("u", 2)):
            window.page.keyboard.press(key)
            window.page.get_by_role("heading", name=f"Sentence {number} of 50").wait_for()
        audit = load(corpus, NUMBER["head"], event)
        assert audit is not None and audit.items[0].labels == ("human_interest",) and audit.given == (0,)
        _press_what_has_the_focus(window)
        audit = load(corpus, NUMBER["head"], event)
        assert audit is not None and audit.given == (0, 1) and audit.items[1].skipped, "Enter did one thing at a time"
        window.page.get_by_role("button", name="Stop and see the result").click()
        window.page.get_by_text("1 sentence labelled; figures begin with 10").wait_for()
        window.page.get_by_role("link", name="Back to the comparison").click()
        window.page.get_by_role("heading", name=EVENT).wait_for()
    finally:
        file_of(corpus, NUMBER["head"], event).unlink(missing_ok=True)


def _press_what_has_the_focus(window: Window) -> None:  # noqa: F811
    """Enter and the space bar on a label choose that label and store nothing; Enter on Skip skips this sentence only."""
    for key, shown in (("Enter", "Store: morality"), ("Space", "None of these")):
        window.page.locator(".st-key-audit_label_morality button").focus()
        window.page.keyboard.press(key)
        window.page.get_by_role("button", name=shown).wait_for()
        window.settle()
        assert window.page.get_by_role("heading", name="Sentence 2 of 50").is_visible()
    window.page.locator(".st-key-audit_skip button").focus()
    window.page.keyboard.press("Enter")
    window.page.get_by_role("heading", name="Sentence 3 of 50").wait_for()
    window.settle()
