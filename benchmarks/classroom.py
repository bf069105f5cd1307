"""A class of 40 plays a whole lesson on this machine: how long an answer takes until it is stored, and whether one is
lost, also when the server is killed with SIGKILL and started again.

    python benchmarks/classroom.py [--students 40] [--sentences 15] [--kill 0] [--browsers 0] [--think 0.5 4] [--seed 1]

The server is `framing classroom` as a process of its own, for this machine alone. Each student has a connection and a
cookie of their own, asks for the phase every two seconds as the page does, thinks for a random time within `--think`
seconds before each answer, and sends an answer again until it is acknowledged, longer after each failure, as the page
does; one answer in five is changed afterwards. `--browsers` adds students in Chromium, each in a context of their own,
who use the page itself (needs the extra `test`). Printed are the median, 95th percentile and longest time from an
answer to its acknowledgement (while the server is dead they are told apart), requests, memory, and what of that which
was acknowledged is not in the store exactly once. Exit status 1 where anything is lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2
import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from class_lesson import CHOICES, OUTLETS, lesson  # noqa: E402

from framing.classroom.class_record import ClassRecord, Phase  # noqa: E402
from framing.classroom.room import FOLDER, KEY, Room  # noqa: E402
from framing.classroom.store import Store  # noqa: E402
from framing.corpus import Corpus  # noqa: E402

ANSWERED: tuple[Phase, ...] = ("before", "predict", "label", "after")
POLL, PATIENCE = 2.0, 8.0
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
Slot = tuple[int, str, str]
"""Student, kind of answer, and the sentence or label that it is about; the student is 0 among a student's own."""


class Server:
    """`framing classroom` over a corpus, to be killed and started again at the same address."""

    def __init__(self, corpus: Path, port: int) -> None:
        self.corpus, self.port, self.address = corpus, port, f"http://127.0.0.1:{port}"
        self.memory = 0.0
        self.up = asyncio.Event()
        self.deaths: list[tuple[float, float]] = []
        """When the server was killed, and when it answered again."""
        self.process = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "framing", "classroom", str(self.corpus), "--local", "--no-browser"]
        return subprocess.Popen([*command, "--port", str(self.port)], cwd=ROOT, stdout=subprocess.DEVNULL)

    async def ready(self) -> None:
        """Waits until the server answers."""
        async with httpx2.AsyncClient() as client:
            for _ in range(600):
                try:
                    await client.get(self.address)
                    self.up.set()
                    return
                except httpx2.TransportError:
                    if self.process.poll() is not None:
                        raise SystemExit("The server stopped at once; see the lines above.") from None
                    await asyncio.sleep(0.05)
        raise SystemExit("The server does not answer.")

    def note_memory(self) -> None:
        """Keeps the most memory that the server held (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status")
        if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
            self.memory = max(self.memory, int(found[1]) / 1000)

    async def kill(self) -> None:
        """SIGKILL in the middle of whatever it does, and a new start."""
        self.note_memory()
        self.up.clear()
        began = time.perf_counter()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._begin()
        await self.ready()
        self.deaths.append((began, time.perf_counter()))

    def stop(self) -> None:
        """Ends it for good, by SIGKILL too: what it did not store by now is lost."""
        self.note_memory()
        self.process.kill()
        self.process.wait()


class Student:
    """One phone: answers that wait, those that were acknowledged, and how long that took."""

    def __init__(self, server: Server, code: str, name: str, given: argparse.Namespace, rng: random.Random) -> None:
        self.server, self.code, self.name, self.given, self.rng = server, code, name, given, rng
        limits = httpx2.Limits(max_connections=2, max_keepalive_connections=2)
        self.client = httpx2.AsyncClient(base_url=server.address, timeout=PATIENCE, limits=limits)
        self.at, self.requests, self.resent = 0, 0, 0
        self.kind = ""
        self.acknowledged: dict[Slot, tuple[Any, int]] = {}
        self.refused: list[str] = []
        self.took: list[tuple[float, float]] = []
        """When an answer was given, and how long until it was acknowledged."""

    async def play(self, over: asyncio.Event) -> None:
        """Joins, and takes part until the lesson is over."""
        await self._until(lambda: self.client.post("/join", data={"code": self.code, "nickname": self.name}))
        done: set[str] = set()
        version = ""
        while not over.is_set():
            answer = await self._until(lambda: self.client.get("/state"))
            if answer.json()["version"] != version:
                page = await self._until(lambda: self.client.get("/part"))
                version = page.headers["x-version"]
                found = re.search(r'data-kind="(\w+)"', page.text)
                self.kind = found[1] if found else ""
                if self.kind and self.kind not in done:
                    polls = asyncio.create_task(self._poll())
                    await self._answer(self.kind)
                    polls.cancel()
                    done.add(self.kind)
            await asyncio.sleep(POLL)
        await self.client.aclose()

    async def _poll(self) -> None:
        """Asks for the phase while answering, as the page does."""
        while True:
            await asyncio.sleep(POLL)
            await self._until(lambda: self.client.get("/state"))

    async def _answer(self, kind: str) -> None:
        keys = [c.label for c in CHOICES] if kind == "predict" else [str(n + 1) for n in range(self.given.sentences)]
        for key in keys:
            for _ in range(1 + (self.rng.random() < 0.2)):
                await asyncio.sleep(self.rng.uniform(*self.given.think))
                await self._give(kind, key)

    async def _give(self, kind: str, key: str) -> None:
        self.at += 1
        sent: dict[str, Any] = {"kind": kind, "at": self.at}
        if kind == "label":
            value: Any = () if (unsure := self.rng.random() < 0.1) else (self.rng.choice(CHOICES).label,)
            sent |= {"item": int(key), "labels": list(value), "unsure": unsure}
        else:
            value = self.rng.choice(OUTLETS)
            sent |= {"outlet": value, **({"label": key} if kind == "predict" else {"item": int(key)})}
        began = time.perf_counter()
        answer = await self._until(lambda: self.client.post("/answers", json={"answers": [sent]}))
        self.took.append((began, time.perf_counter() - began))
        (problem,) = answer.json()["problems"]
        if problem:
            self.refused.append(problem)
        else:
            self.acknowledged[0, kind, key] = (value, self.at)

    async def _until(self, ask: Any) -> Any:
        """Asks until there is an answer, longer after each failure."""
        fails = 0
        while True:
            self.requests += 1
            try:
                answer = await ask()
                if answer.status_code < 400:
                    return answer
                raise SystemExit(f"{self.name} was told {answer.status_code}: {answer.text[:300]}")
            except httpx2.TransportError:
                fails += 1
                self.resent += 1
                await asyncio.sleep(min(8.0, 2.0 ** (fails - 1)) * self.rng.uniform(0.75, 1.25))


async def browse(
    server: Server, code: str, name: str, browser: Any, given: argparse.Namespace, took: list[float]
) -> None:
    """A student in a browser: uses the page until the lesson is over."""
    rng = random.Random(f"{given.seed} {name}")
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    page.set_default_timeout(120_000)
    await page.goto(f"{server.address}/join?code={code}")
    await page.get_by_label("Nickname").fill(name)
    await page.get_by_role("button", name="Join").click()
    for kind in ANSWERED:
        await page.wait_for_selector(f".deck[data-kind={kind}]", state="attached")
        while await page.locator("#next").is_visible():
            await page.wait_for_timeout(1000 * rng.uniform(*given.think))
            choices = await page.locator(".card:not([hidden]) input").all()
            began = time.perf_counter()
            await rng.choice(choices[: 3 if kind == "label" else 2]).check()
            await page.wait_for_selector("#saved[data-state=saved]")
            took.append(time.perf_counter() - began)
            await page.locator("#next").click()
    await page.wait_for_selector(".deck", state="detached")
    await context.close()


class Teacher:
    """Opens the phases, each when everybody is done with the one before."""

    def __init__(self, server: Server, session: int) -> None:
        self.server, self.room = server, f"/teach/class/{session}"
        self.client = httpx2.AsyncClient(base_url=server.address, timeout=PATIENCE)

    async def unlock(self, key: str) -> None:
        """Takes the key."""
        await self.client.get(f"/teach?key={key}")

    async def move(self, to: Phase) -> None:
        """Opens a phase, whether or not the server has just been killed."""
        while True:
            try:
                page = (await self.client.get(self.room)).text
                proof = re.findall(r'name="proof" value="([0-9a-f]+)"', page)[0]
                await self.client.post(f"{self.room}/move", data={"proof": proof, "to": to, "sure": "1"})
                return
            except httpx2.TransportError:
                await asyncio.sleep(0.5)

    async def until(self, said: str) -> None:
        """Waits until the page says something of the students."""
        while True:
            try:
                if said in json.loads((await self.client.get(f"{self.room}/live")).text)["html"]:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.4)


async def play(given: argparse.Namespace, folder: Path) -> bool:
    """The lesson; whether nothing was lost."""
    corpus = Corpus.create(folder / "corpus").path
    store = Store(Room.database_of(corpus))
    session = store.open_lesson(lesson(given.sentences))
    code = store.session(session).code
    store.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(corpus, port)
    await server.ready()
    print(f"{given.students} students and {given.browsers} in browsers, {given.sentences} sentences, seed {given.seed}")
    rng = random.Random(given.seed)
    students = [
        Student(server, code, f"Student {n}", given, random.Random(f"{given.seed} {n}")) for n in range(given.students)
    ]
    over, began, in_browser = asyncio.Event(), time.perf_counter(), []
    teacher = Teacher(server, session)
    await teacher.unlock((corpus / FOLDER / KEY).read_text().strip())
    async with _browser(given.browsers) as browser:
        parts = [asyncio.create_task(each.play(over)) for each in students]
        browsing = [
            asyncio.create_task(browse(server, code, f"Browser {n}", browser, given, in_browser))
            for n in range(given.browsers)
        ]
        killing = asyncio.create_task(_kill(server, given.kill, rng, given))
        everybody = given.students + given.browsers
        await teacher.until(f"{everybody} student")
        for phase in ANSWERED:
            await teacher.move(phase)
            await teacher.until(f"{everybody} of {everybody} done")
        await killing
        await teacher.move("closed")
        await asyncio.gather(*browsing)
        over.set()
        await asyncio.gather(*parts)
        await teacher.client.aclose()
    seconds = time.perf_counter() - began
    server.stop()
    return tell(students, in_browser, server, seconds, corpus, session)


async def _kill(server: Server, times: int, rng: random.Random, given: argparse.Namespace) -> None:
    """Kills at random moments, each so long after the last start that students have gone on meanwhile."""
    for _ in range(times):
        await asyncio.sleep(rng.uniform(2, 2 + 4 * max(given.think)))
        await server.kill()


class _browser:  # noqa: N801  (used as a function)
    """Chromium while the lesson lasts; none where nobody needs it."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted

    async def __aenter__(self) -> Any:
        if not self.wanted:
            return None
        from playwright.async_api import async_playwright

        self.started = await async_playwright().start()
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        self.opened = await self.started.chromium.launch(executable_path=path, args=FLAGS.split())
        return self.opened

    async def __aexit__(self, *_: object) -> None:
        if self.wanted:
            await self.opened.close()
            await self.started.stop()


def stored(record: ClassRecord) -> dict[Slot, Any]:
    """What the store holds, by student, kind and what it is about."""
    found: dict[Slot, Any] = {}
    for one in record.labellings:
        found[one.student, "label", str(one.item)] = one.labels
    for guess in record.guesses:
        found[guess.student, guess.round, str(guess.item)] = guess.outlet
    for made in record.predictions:
        found[made.student, "predict", made.label] = made.outlet
    return found


def tell(
    students: list[Student], browsed: list[float], server: Server, seconds: float, corpus: Path, session: int
) -> bool:
    """Prints the figures; whether nothing was lost."""
    store = Store(Room.database_of(corpus))
    numbers = {each.nickname: each.number for each in store.progress(session)}
    record = store.record(session)
    found = stored(record)
    entries = len(record.labellings) + len(record.guesses) + len(record.predictions)
    rows = store.count_answers(session)
    lost, acknowledged = [], 0
    for student in students:
        for (_, kind, key), (value, _) in student.acknowledged.items():
            acknowledged += 1
            if found.get((numbers[student.name], kind, key)) != value:
                lost.append((student.name, kind, key, value))
    took = [pair for student in students for pair in student.took]
    calm = [span for at, span in took if not _while_dead(at, at + span, server)]
    dead = [span for at, span in took if _while_dead(at, at + span, server)]
    refused = [problem for student in students for problem in student.refused]
    requests, resent = sum(each.requests for each in students), sum(each.resent for each in students)
    print(
        f"lesson of {seconds:.0f} s, {len(took)} answers given, {requests / seconds:.0f} requests a second ({requests})"
    )
    print(f"answer until stored:       {_spread(calm)}")
    if dead:
        print(f"while the server was dead: {_spread(dead)}, {resent} requests sent again")
    if browsed:
        print(f"in browsers, with drawing: {_spread(browsed)}")
    if server.deaths:
        down = [back - gone for gone, back in server.deaths]
        print(f"killed {len(down)} times, answering again after {np.median(down):.1f} s (median)")
    print(f"server memory at most {server.memory:.0f} MB")
    print(f"load of the last minute {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"acknowledged, each the latest of its kind: {acknowledged}; LOST {len(lost)}; stored twice {rows - entries}")
    print(f"changed after the class had gone on, and refused: {len(refused)}")
    for each in lost[:10]:
        print("  LOST", *each)
    store.close()
    return not lost and rows == entries


def _while_dead(began: float, ended: float, server: Server) -> bool:
    return any(began < back and ended > gone for gone, back in server.deaths)


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    median, late = 1000 * np.quantile(seconds, (0.5, 0.95))
    told = f"median {median:.0f} ms, 95th percentile {late:.0f} ms, longest {1000 * max(seconds):.0f} ms"
    return f"{told} (n = {len(seconds)})"


def main() -> None:
    """Plays one lesson and prints its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--browsers", type=int, default=0)
    parser.add_argument("--sentences", type=int, default=15)
    parser.add_argument("--kill", type=int, default=0, metavar="N")
    parser.add_argument("--think", type=float, nargs=2, default=(0.5, 4.0), metavar=("FROM", "TO"), help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    with tempfile.TemporaryDirectory(prefix="classroom-") as folder:
        sys.exit(0 if asyncio.run(play(parser.parse_args(), Path(folder))) else 1)


if __name__ == "__main__":
    main()
