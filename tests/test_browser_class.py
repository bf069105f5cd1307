"""A whole lesson in real browsers: a teacher and five students, with what goes wrong in a classroom."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from class_lesson import lesson
from test_browser import CHROMIUM, FLAGS, PATIENCE, ROOT

from framing.classroom.room import Room
from framing.classroom.store import Store
from framing.corpus import Corpus

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="NOT TESTED IN A BROWSER: install the extra `test`")
axe_base = pytest.importorskip("axe_playwright_python.base", reason="NOT TESTED: install the extra `test`")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, WALL = {"width": 390, "height": 844}, {"width": 1280, "height": 720}
SENTENCES = 5


class Server:
    """`framing classroom` for this machine alone, over a corpus of its own."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "framing", "classroom", str(self.corpus), "--local", "--no-browser"]
        self.process = subprocess.Popen([*command, "--port", str(self.port)], cwd=ROOT, stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                with urllib.request.urlopen(self.address, timeout=1):
                    return
            except OSError:
                assert self.process.poll() is None, "the server stopped at once"
                time.sleep(0.1)
        pytest.fail("The classroom's server did not start within 20 seconds.")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        self.process.wait(timeout=20)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    corpus = Corpus.create(tmp_path / "corpus").path
    store = Store(Room.database_of(corpus))
    store.open_lesson(lesson(SENTENCES))
    store.close()
    made = Server(corpus)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def pages(server: Server) -> Iterator[dict[str, sync_api.Page]]:
    """A page for the teacher and each student, in contexts of their own; afterwards no error and no outside request."""
    errors: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        made = {}
        for name in ("teacher", "Mia", "Ben", "Falke", "Zoë", "Ada"):
            dark = "dark" if name in ("Ben", "Ada") else "light"
            context = browser.new_context(viewport=WALL if name == "teacher" else PHONE, color_scheme=dark)
            context.set_default_timeout(PATIENCE)
            page = made[name] = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda told: errors.append(told.text) if "Content Security" in told.text else None)
            page.on(
                "request",
                lambda asked: errors.append(asked.url) if not asked.url.startswith((server.address, "data:")) else None,
            )
        yield made
        browser.close()
    assert not errors


def step(teacher: sync_api.Page, button: str) -> None:
    teacher.locator(".now").get_by_role("button", name=button).click()
    name = button.split(": ")[1]
    teacher.wait_for_selector(f".now h1:text-is('{name}')", state="attached")


def answer(page: sync_api.Page, choice: int, times: int = SENTENCES) -> None:
    """Taps an answer and on, so many times, from the card that is shown."""
    for _ in range(times):
        page.locator(".card:not([hidden]) input").nth(choice).check()
        page.locator("#next").click()


def saved(page: sync_api.Page) -> None:
    page.wait_for_selector("#saved[data-state=saved]")


def accessible(page: sync_api.Page) -> None:
    """axe-core finds nothing serious on the page as it stands, and nothing sticks out of it."""
    page.evaluate(axe_base.AXE_SCRIPT)
    result = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", RULES)
    found = [
        (rule["id"], rule["impact"], node["html"][:160]) for rule in result["violations"] for node in rule["nodes"]
    ]
    assert not [each for each in found if each[1] in ("serious", "critical", "moderate")]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_whole_lesson(server: Server, pages: dict[str, sync_api.Page]) -> None:
    teacher, students = pages["teacher"], {name: page for name, page in pages.items() if name != "teacher"}
    join(server, teacher, students)
    step(teacher, "Start: Guess")
    for name in ("Mia", "Falke"):
        students[name].wait_for_selector(".deck[data-kind=before]")
        answer(students[name], 0)
    step(teacher, "Next: Predict")
    for page in students.values():
        page.wait_for_selector(".deck[data-kind=predict]")
        answer(page, 1, 3)
    step(teacher, "Next: Label")
    for page in students.values():
        page.wait_for_selector(".deck[data-kind=label]")
    for page in (students["Mia"], students["Ben"], teacher):
        accessible(page)
    look_and_change(students["Mia"])
    load_again(students["Ben"])
    by_keyboard(students["Ada"])
    lose_the_network(server, students["Falke"], students["Zoë"])
    teacher.wait_for_selector("h2:has-text('5 of 5 done')")
    asleep = students["Zoë"].context.new_cdp_session(students["Zoë"])
    asleep.send("Page.setWebLifecycleState", {"state": "frozen"})
    step(teacher, "Next: Guess again")
    for name, page in students.items():
        if name != "Zoë":
            page.wait_for_selector(".deck[data-kind=after]")
    asleep.send("Page.setWebLifecycleState", {"state": "active"})  # the phone is woken
    students["Zoë"].wait_for_selector(".deck[data-kind=after]")
    answer(students["Mia"], 1)
    saved(students["Mia"])
    step(teacher, "Next: Reveal")
    for page in (teacher, students["Mia"]):
        page.wait_for_selector(".reveal")
    step(teacher, "Next: End")
    students["Mia"].wait_for_selector("h1:has-text('That was the lesson')")
    check(server.corpus)


def join(server: Server, teacher: sync_api.Page, students: dict[str, sync_api.Page]) -> None:
    key = (server.corpus / "classroom" / "teacher-key").read_text().strip()
    teacher.goto(f"{server.address}/teach?key={key}")
    assert key not in teacher.url
    teacher.get_by_role("link", name="Go on").click()
    code = "".join(teacher.locator(".code span").all_inner_texts())
    for name, page in students.items():
        page.goto(f"{server.address}/join?code={code}")
        page.get_by_label("Nickname").fill("Mia" if name == "Ben" else name)
        page.get_by_role("button", name="Join").click()
        if name == "Ben":  # two take one nickname: the second is offered another
            page.get_by_text("called “Mia” already").wait_for()
            assert page.get_by_label("Nickname").input_value() == "Mia 2"
            page.get_by_role("button", name="Join").click()
        page.wait_for_selector("h1:has-text('You are in')")
    teacher.wait_for_selector("h2:has-text('5 students in the lesson')")
    accessible(teacher)


def look_and_change(page: sync_api.Page) -> None:
    """What a phone shows; an answer is changed afterwards."""
    assert page.locator(".card:not([hidden]) .option label").first.bounding_box()["height"] >= 44
    page.get_by_role("button", name="What does “Conflict” mean?").locator("visible=true").click()
    assert page.get_by_text("Two sides clash").locator("visible=true").count() == 1
    answer(page, 0)
    page.locator("#overview").get_by_text("All done!").wait_for()
    page.get_by_role("button", name="2, answered").click()
    page.locator(".card:not([hidden]) input").nth(1).check()
    saved(page)


def load_again(page: sync_api.Page) -> None:
    """A page that is loaded again goes on where it was."""
    answer(page, 0, 2)
    saved(page)
    page.reload()
    assert page.locator("#here").inner_text() == "3"
    answer(page, 3, 3)


def by_keyboard(page: sync_api.Page) -> None:
    page.locator(".card:not([hidden]) input").first.focus()
    for _ in range(SENTENCES):
        page.keyboard.press("Space")
        page.locator("#next").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    saved(page)


def lose_the_network(server: Server, offline: sync_api.Page, killed: sync_api.Page) -> None:
    """One phone loses the Wi-Fi, another the server, which is killed; a second tab finds the first one's answers."""
    offline.context.set_offline(True)
    answer(offline, 2, 3)
    offline.get_by_text("Not saved yet").wait_for()
    answer(killed, 1, 2)
    saved(killed)
    server.kill()
    answer(killed, 1, 2)
    killed.get_by_text("Not saved yet").wait_for()
    server.start()
    saved(killed)
    answer(killed, 1, 1)
    offline.context.set_offline(False)
    offline.evaluate("dispatchEvent(new Event('online'))")
    saved(offline)
    tab = offline.context.new_page()
    tab.goto(server.address)
    assert tab.locator("#here").inner_text() == "4"
    answer(tab, 2, 2)
    saved(tab)
    tab.close()


def check(corpus: Path) -> None:
    """Every answer is there once, as it was given last."""
    store = Store(Room.database_of(corpus))
    (session,) = store.sessions()
    record, names = store.record(session.id), {each.number: each.nickname for each in store.progress(session.id)}
    assert sorted(names.values()) == ["Ada", "Falke", "Mia", "Mia 2", "Zoë"]
    assert len(record.labellings) == 5 * SENTENCES and len(record.predictions) == 15
    assert len(record.guesses) == 3 * SENTENCES
    given = {(names[one.student], one.item): "".join(one.labels) or "?" for one in record.labellings}
    expected = {"Mia": ["conflict", "economic", "conflict", "conflict", "conflict"], "Zoë": ["economic"] * 5}
    expected |= {"Mia 2": ["conflict"] * 2 + ["?"] * 3, "Falke": ["human_interest"] * 5}
    for name, labels in expected.items():
        assert [given[name, item] for item in range(1, SENTENCES + 1)] == labels, name
    assert not re.search("Mia|Falke", store.export(session.id))
    store.close()
