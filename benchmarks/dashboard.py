"""How long the dashboard takes in a real browser: first paint, and changes of event, voice and number.

    python benchmarks/dashboard.py [CORPUS] [--runs N]

Needs the extra `test` (playwright) and Chromium. Without a corpus the sample articles are scored first. Measures, never
asserts: times depend on the machine. All are by the page's own clock, at the first frame for which it holds:

- "first paint": the event's name is on the screen;
- a change, counted from the click: the server's run is over, nothing on the page is marked as outdated, the address
  names what was chosen, and no chart on the screen waits to be drawn; charts below its edge may still be drawn;
- "all in place": the same, and no chart anywhere on the page waits.

In the window of 1280 × 900 no chart is on the screen where event and voice are chosen; the tall window shows the first.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from framing.launch import dashboard_command

ROOT = Path(__file__).parents[1]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
WAIT = 30_000
IDLE = (
    "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
    " && !document.querySelector('[data-stale=true]')"
)
WAITING = "[...document.querySelectorAll('.fr-chart:not([data-state=drawn])')]"
SEEN = (
    f"{IDLE} && !{WAITING}.some(chart => chart.getBoundingClientRect().top < innerHeight"
    " && chart.getBoundingClientRect().bottom > 0)"
)
VIEWS = (("The outlet’s own words", "own"), ("Words of the people it quotes", "quoted"), ("All sentences", "both"))
ALL = f"document.querySelectorAll('.fr-chart').length === 4 && !{WAITING}.length"


@dataclass(frozen=True)
class Server:
    """A running server: its address and its process."""

    address: str
    process: int


@contextmanager
def serving(corpus: Path) -> Iterator[Server]:
    """A fresh server over the corpus; nobody has opened a page yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        dashboard_command(port), cwd=ROOT, env={**os.environ, "FRAMING_CORPUS": str(corpus)}, **quiet
    )  # type: ignore[call-overload]
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait()


def scored_samples(folder: Path) -> Path:
    """The sample articles, scored with the shipped models."""
    from framing.corpus import Corpus
    from framing.ingest import read
    from framing.score import score

    corpus = Corpus.create(folder / "corpus")
    corpus.add(read(ROOT / "sample_articles"))
    score(corpus)
    return corpus.path


def opened(page: Page, address: str) -> dict[str, float]:
    """Seconds until the event's name, all on the screen, and the last chart stand on a page opened anew."""
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(".stHtml h1", timeout=WAIT)
    first = time.perf_counter() - start
    page.wait_for_function(f"document.querySelector('.fr-chart') && {SEEN}", timeout=WAIT)
    seen = time.perf_counter() - start
    page.wait_for_function(ALL, timeout=WAIT)
    return {"first paint": first, "all on the screen": seen, "all in place": time.perf_counter() - start}


def changed(page: Page, act: Callable[[], Any], proof: str) -> tuple[float, float]:
    """Seconds from the click that an action makes until `proof`, a condition in the page, holds and all on the screen
    stands, and until all stands anywhere on the page, by its clock."""
    page.evaluate(
        "addEventListener('click', () => { window.clicked = performance.now() }, {capture: true, once: true})"
    )
    act()
    took = "performance.now() - window.clicked"
    page.wait_for_function(f"window.clicked && {proof} && {SEEN} && (window.seen = {took})", timeout=WAIT)
    page.wait_for_function(f"{ALL} && (window.whole = {took})", timeout=WAIT)
    seen, whole = page.evaluate("[window.seen / 1000, window.whole / 1000]")
    page.evaluate("window.clicked = null")
    page.wait_for_function(IDLE, timeout=WAIT)
    page.wait_for_timeout(500)
    return float(seen), float(whole)


def to_event(page: Page, number: int) -> tuple[float, float]:
    """Change to another event through its select box; the clock starts with the click on the option."""
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    page.locator(".st-key-event input").click()
    option = page.get_by_role("option").nth(number)
    name = option.inner_text()
    return changed(page, option.click, f"document.querySelector('.stHtml h1')?.innerText === {name!r}")


def to_view(page: Page, text: str, key: str) -> tuple[float, float]:
    """Change of whose words are counted."""
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    return changed(page, page.get_by_text(text, exact=True).first.click, f"location.search.includes('view={key}')")


def to_point(page: Page, number: int) -> tuple[float, float]:
    """A click on a point of the frame profile, until its sentences are listed."""
    point = page.locator(".st-key-chart_frames .js-plotly-plot .point").nth(number)
    point.scroll_into_view_if_needed()
    return changed(page, lambda: point.click(force=True), "location.search.includes('outlet=')")


def measured(corpus: Path, runs: int) -> dict[str, list[float]]:
    """Seconds of every run, by what was done; each run has a server of its own."""
    times: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        times.setdefault(name, []).append(value)

    def note_change(name: str, took: tuple[float, float]) -> None:
        note(name, took[0])
        note(f"{name}: all in place", took[1])

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        for _ in range(runs):
            with serving(corpus) as server:
                for visit in ("first visit to a fresh server", "later visit"):
                    page = browser.new_page(viewport={"width": 1280, "height": 900})
                    for name, value in opened(page, server.address).items():
                        note(f"{visit}: {name}", value)
                    if visit == "later visit":
                        page.wait_for_timeout(3000)
                        for number in (1, 2, 3):
                            note_change("event, never shown before", to_event(page, number))
                        for number in (1, 0):
                            note_change("event, shown before", to_event(page, number))
                        for text, key in VIEWS:
                            note_change("voice", to_view(page, text, key))
                        note_change("click on a point", to_point(page, 3))
                        page.set_viewport_size({"width": 1280, "height": 1800})
                        page.wait_for_timeout(1000)
                        for text, key in VIEWS:
                            note_change("voice, tall window", to_view(page, text, key))
                    page.wait_for_timeout(6000)  # the next visitor comes when this one's page stands
                    page.close()
        browser.close()
    return times


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = (wanted.corpus or scored_samples(Path(folder))).resolve()
        times = measured(corpus, wanted.runs)
    print(f"{'seconds':42} {'median':>7} {'least':>7} {'most':>7} {'n':>4}")
    for name, values in times.items():
        print(f"{name:42} {statistics.median(values):7.2f} {min(values):7.2f} {max(values):7.2f} {len(values):4}")


if __name__ == "__main__":
    main()
