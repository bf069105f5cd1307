"""Every page of the dashboard over a corpus of any size: times in a real browser, alone and among ten visitors.

    python benchmarks/visitors.py CORPUS [--rounds N] [--crowded N] [--seconds N] [--visitors N] [--pages NAME…]

Needs the extra `test` (playwright) and Chromium. The pages are those of dashboard.py's navigation. On each page a new
visitor opens a link to an event drawn at random, and then uses what the page offers, whatever that is: a switch, each
select box (opened, then chosen from), a search box, a number in a table, a point of a chart, and the links to the other
pages. Printed are the median, the 95th percentile and the longest of each, in seconds, the same percentile of the
server's processor time for it (which tells more where the machine has other work: its load is printed too), and the
most memory that the server's processes held (resident, read ten times a second).

- "first paint": the page's heading is on the screen, from the browser's first request;
- an interaction, counted from the click by the page's own clock: the server's run has begun and is over, nothing on the
  page is marked as outdated, and no chart on the screen waits to be drawn.

The other visitors are connections that speak the browser's own protocol: they go to random events and pages, and think
for 2 to 6 seconds in between. Their times are the server's alone: from the request until the run is over (processor
time is what all of them used meanwhile, so it tells something of one visitor alone: --rounds 0 --crowded 0 --visitors
1 --think 0 0, which takes no browser).
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Browser, Locator, Page, TimeoutError, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from dashboard import FLAGS, IDLE, ROOT, SEEN, Server, serving
from framing.corpus import Corpus

WAIT = 60_000
THINK = (2.0, 6.0)
WORDS = ("strike", "hospital", "rate", "clash", "court", "flood", "the", "rise")
# Notes on a page of one click that the server began to run, and when all stood again.
WATCH = """() => {
  window.ran = false; window.stood = 0; window.clicked = 0;
  window.watch?.disconnect();
  window.watch = new MutationObserver(() => {
    if (document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'running') window.ran = true;
  });
  window.watch.observe(document.body, {subtree: true, attributes: true, attributeFilter: ['data-test-script-state']});
  for (const kind of ['pointerdown', 'keydown'])
    addEventListener(kind, () => { window.clicked = performance.now() }, {capture: true, once: true});
}"""
# The heading is on the screen. Asked at every frame: a wait for a selector asks again only after half a second at last.
HEADED = """() => {
  const heading = document.querySelector('[data-testid=stMain] h1');
  return !!heading?.checkVisibility({visibilityProperty: true}) && heading.getBoundingClientRect().top < innerHeight;
}"""
Times = dict[tuple[str, str], list[tuple[float, float]]]
"""Seconds, and the server's seconds of processor time, by page and what was done."""


def pages() -> dict[str, str]:
    """Title and path of each page of the navigation; the first has no path."""
    found = {}
    for call in ast.walk(ast.parse((ROOT / "dashboard.py").read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "Page":
            given = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
            found[str(given["title"])] = str(given.get("url_path", ""))
    return found


# -- the browser ---------------------------------------------------------------------------------------------------


def acted(page: Page, act: Callable[[], object]) -> float | None:
    """Seconds from an action's click or key until all on the screen stands; None where nothing had to be run."""
    page.evaluate(WATCH)
    act()
    with suppress(TimeoutError):
        page.wait_for_function("window.ran", timeout=800)
    if not page.evaluate("window.ran"):
        return None
    page.wait_for_function(f"{SEEN} && (window.stood ||= performance.now())", timeout=WAIT)
    took = float(page.evaluate("window.stood - window.clicked")) / 1000
    page.wait_for_timeout(300)
    page.wait_for_function(IDLE, timeout=WAIT)
    return took


class Visit:
    """One visitor's page, with what it took to use it."""

    def __init__(self, page: Page, server: int, title: str, times: Times, draw: random.Random) -> None:
        self.page, self.server, self.title, self.times, self.draw = page, server, title, times, draw
        self.used = _used(server)

    def note(self, name: str, seconds: float | None, title: str = "") -> None:
        """Keep a time; nothing is kept of what took no run."""
        before, self.used = self.used, _used(self.server)
        if seconds is not None:
            self.times.setdefault((title or self.title, name), []).append((seconds, self.used - before))

    def open(self, address: str) -> None:
        """The page by its link."""
        start = time.perf_counter()
        self.page.goto(address, wait_until="commit")
        self.page.wait_for_function(HEADED, timeout=WAIT)
        self.note("first paint", time.perf_counter() - start)
        self.page.wait_for_function(SEEN, timeout=WAIT)
        self.note("opened, all on the screen", time.perf_counter() - start)
        self.page.wait_for_timeout(1000)

    def use(self) -> None:
        """Once everything that the page offers."""
        main = self.page.locator("[data-testid=stMain]")
        self._press("switch", main.locator("[data-testid=stButtonGroup] button[aria-checked=false]"))
        self._press("number in a table", main.locator(".fr-picker button[data-pick]"))
        self._press("point of a chart", main.locator(".js-plotly-plot .point"))
        labels = main.locator("[data-testid=stSelectbox] label").all_inner_texts()
        for label in dict.fromkeys(filter(None, labels)):
            self._choose(label)
        self._search(main.locator("[data-testid=stTextInput] input"))

    def _some(self, found: Locator) -> Locator | None:
        """One of them that can be seen, drawn at random."""
        there = [item for item in found.all() if item.is_visible()]
        return self.draw.choice(there) if there else None

    def _press(self, name: str, found: Locator) -> None:
        if (item := self._some(found)) is not None:
            item.scroll_into_view_if_needed()
            self.page.wait_for_timeout(100)
            self.note(name, acted(self.page, lambda: item.click(force=True)))

    def _choose(self, label: str) -> None:
        """Open the select box of this label, and take one of the options on the screen."""
        box = self.page.locator("[data-testid=stSelectbox]").filter(has=self.page.get_by_text(label, exact=True))
        if box.count() != 1:
            return
        entry = box.locator("input")
        entry.scroll_into_view_if_needed()
        start = time.perf_counter()
        entry.click()
        options = self.page.get_by_role("option")
        options.first.wait_for(timeout=WAIT)
        name = re.sub(r"\d+", "N", label)[:24]
        self.note(f"list opened: {name}", time.perf_counter() - start)
        option = self._some(options)
        if option is not None:
            self.note(f"chosen: {name}", acted(self.page, option.click))

    def _search(self, boxes: Locator) -> None:
        if (box := self._some(boxes)) is None or self.title == "Add articles":
            return
        box.fill(self.draw.choice(WORDS))
        self.note("search", acted(self.page, lambda: box.press("Enter")))

    def follow(self, title: str) -> None:
        """Another page by its link, in the navigation or among the readings of the event."""
        link = self._some(self.page.get_by_role("link", name=title, exact=True))
        if link is not None:  # the readings of one event stand on that event's pages alone
            self.note("by link from another page", acted(self.page, link.click), title)


def browse(
    browser: Browser,
    server: Server,
    wanted: Sequence[tuple[str, str]],
    events: Sequence[str],
    limits: tuple[int, float],
    seed: int,
) -> Times:
    """Visits to every page, each by a new visitor and to an event drawn at random: so many rounds, or what of them is
    done in so many seconds."""
    draw, times, end = random.Random(seed), Times(), time.monotonic() + limits[1]
    for _ in range(limits[0]):
        for number, (title, path) in enumerate(wanted):
            if time.monotonic() > end:
                return times
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            visit = Visit(context.new_page(), server.process, title, times, draw)
            try:
                visit.open(f"{server.address}/{path}?{urlencode({'event': draw.choice(events)})}")
                visit.use()
                visit.follow(wanted[(number + 1) % len(wanted)][0])
            except TimeoutError as error:
                print(f"{title}: {str(error).splitlines()[0]}", file=sys.stderr)
            context.close()
    return times


# -- the other visitors --------------------------------------------------------------------------------------------


class Crowd:
    """Visitors without a browser, each in a thread of its own; `times` by page, of the server's runs."""

    def __init__(self, server: Server, wanted: Sequence[tuple[str, str]], events: Sequence[str], seed: int) -> None:
        self.server, self.address = server, server.address
        self.wanted, self.events, self.seed, self.think = wanted, events, seed, THINK
        self.times, self.failures, self._stop = Times(), list[str](), threading.Event()

    @contextmanager
    def here(self, visitors: int):  # type: ignore[no-untyped-def]
        """So many of them come, and go at the end."""
        threads = [threading.Thread(target=self._visit, args=(number,)) for number in range(visitors)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _visit(self, number: int) -> None:
        draw = random.Random(self.seed * 1000 + number)
        host = self.address.removeprefix("http://")
        try:
            with connect(
                f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], origin=self.address, max_size=None,
            ) as socket:  # type: ignore[arg-type]  # fmt: skip
                while not self._stop.is_set():
                    title, path = draw.choice(self.wanted)
                    view = draw.choice(("own", "quoted", "both"))
                    ask = BackMsg()
                    ask.rerun_script.query_string = urlencode({"event": draw.choice(self.events), "view": view})
                    ask.rerun_script.page_name = path
                    start, used = time.perf_counter(), _used(self.server.process)
                    socket.send(ask.SerializeToString())
                    while (
                        ForwardMsg.FromString(_bytes(socket.recv(timeout=120))).WhichOneof("type") != "script_finished"
                    ):
                        pass
                    took = time.perf_counter() - start, _used(self.server.process) - used
                    self.times.setdefault((title, "server's run, among visitors"), []).append(took)
                    self._stop.wait(draw.uniform(*self.think))
        except (OSError, WebSocketException) as error:
            self.failures.append(f"visitor {number}: {type(error).__name__}: {error}")


def _bytes(message: str | bytes) -> bytes:
    return message if isinstance(message, bytes) else message.encode()


class Memory:
    """The most that a process and its children held, read in a thread."""

    def __init__(self, process: int) -> None:
        self.most, self._process, self._stop = 0.0, process, threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.most = max(self.most, sum(map(_resident, _family(self._process))))

    def stop(self) -> float:
        """Megabytes at most."""
        self._stop.set()
        return self.most


def _used(process: int) -> float:
    """Seconds of processor time that a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _family(process: int) -> list[int]:
    found = [process]
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(place.read_text().rpartition(")")[2].split()[1]) == process:
                found.append(int(place.parent.name))
    return found


def _resident(process: int) -> float:
    with suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000
    return 0.0


# -- all of it -----------------------------------------------------------------------------------------------------


def table(title: str, times: Times) -> str:
    """The times as rows, and all interactions together at the end."""
    lines = [f"{title}\n{'page':22}{'what':36}{'p50':>7}{'p95':>7}{'max':>7}{'cpu95':>7}{'n':>5}"]
    rows = dict(sorted(times.items()))
    for place in ("first paint", "interactions"):
        chosen = [
            values for (_, name), values in times.items()
            if (name == place if place == "first paint" else not name.startswith(("first", "opened", "list", "server")))
        ]  # fmt: skip
        if chosen:
            rows[("ALL PAGES", place)] = [value for values in chosen for value in values]
    for (page, name), pairs in rows.items():
        if pairs:
            took, used = np.array(pairs).T
            told = "".join(f"{x:7.2f}" for x in (*np.quantile(took, (0.5, 0.95)), took.max(), np.quantile(used, 0.95)))
            lines.append(f"{page:22}{name:36}{told}{len(pairs):5}")
    lines.append(f"Load of the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return "\n".join(lines)


def main() -> None:
    """Measure alone, then among visitors, and print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=5, help="visits to every page, alone")
    parser.add_argument("--crowded", type=int, default=2, help="the same among the other visitors")
    parser.add_argument("--seconds", type=float, default=600.0, help="at most, for either; the visit under way ends")
    parser.add_argument("--visitors", type=int, default=10)
    parser.add_argument("--think", type=float, nargs=2, default=THINK, metavar=("FROM", "TO"), help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pages", nargs="*", help="titles; all where none is named")
    given = parser.parse_args()
    found = Corpus.open(given.corpus).events()
    events = [str(event) for event in found.loc[found["n_outlets"] > 1, "event_id"]]
    wanted = [item for item in pages().items() if not given.pages or item[0] in given.pages]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        with serving(given.corpus.resolve()) as server:
            memory = Memory(server.process)
            alone = browse(browser, server, wanted, events, (given.rounds, given.seconds), given.seed)
            print(table("Alone", alone), flush=True)
            print(f"Server: {memory.stop():.0f} MB at most", flush=True)
        with serving(given.corpus.resolve()) as server:
            memory = Memory(server.process)
            crowd = Crowd(server, wanted, events, given.seed)
            crowd.think = tuple(given.think)
            with crowd.here(given.visitors):
                if not given.crowded:
                    time.sleep(given.seconds)
                among = browse(browser, server, wanted, events, (given.crowded, given.seconds), given.seed + 1)
            print(table(f"\nAmong {given.visitors} visitors", {**among, **crowd.times}))
            print(f"Server: {memory.stop():.0f} MB at most", *crowd.failures, sep="\n")
        browser.close()


if __name__ == "__main__":
    main()
