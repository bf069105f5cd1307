"""Running the classroom's server on this machine, for its network or for itself alone."""

from __future__ import annotations

import io
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import filelock
import segno
import uvicorn

from framing.classroom import network, seams
from framing.classroom.app import classroom_app
from framing.classroom.database import purge_folder
from framing.classroom.room import FOLDER, LESSONS, LOCK, Room
from framing.classroom.store import Store
from framing.corpus import Corpus
from framing.errors import InputError

MOST_CONNECTIONS = 1000
"""Above it new requests are told to come again: 120 students with six connections each stay below."""


def lock(folder: Path) -> filelock.FileLock:
    """The lock of a classroom's folder, held by the server for as long as it runs, however it ends. Raises
    InputError where a server runs already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = filelock.FileLock(folder / LOCK, timeout=0)
    try:
        held.acquire()
    except filelock.Timeout as error:
        raise InputError(f"A classroom of {folder.parent} is running already. Stop it first (Ctrl-C).") from error
    return held


def purge(path: Path) -> int:
    """Deletes what classes of a corpus did, key and all; the lessons stay. How many files went."""
    folder = path / FOLDER
    if not folder.is_dir():
        return 0
    held = lock(folder)
    try:
        return purge_folder(folder, keep=(LESSONS, LOCK))
    finally:
        held.release()


def export(path: Path, file: Path) -> int:
    """Writes the answers of every class of a corpus to a CSV file, without nicknames; how many answers. May be done
    while the server runs."""
    from framing.classroom.export_class import all_answers

    database = Room.database_of(path)
    if not database.exists():
        raise InputError(f"No class has worked with {path} yet.")
    store = Store(database)
    try:
        text, rows = all_answers((each, store.record(each.id)) for each in reversed(store.sessions()))
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror or error}.") from error
    finally:
        store.close()
    return rows


def opened(room: Room, file: Path) -> None:
    """Opens the lesson of a file, unless the newest session is of it and still goes on, as after a restart."""
    lesson = seams.read(file)
    newest = next(iter(room.store.sessions()), None)
    if newest is None or newest.phase == "closed" or newest.lesson != lesson:
        room.store.open_lesson(lesson)


def serve(
    path: Path,
    port: int | None,
    local: bool,
    lesson: Path | None,
    hosts: tuple[str, ...] = (),
    browser: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Serves the classroom of a corpus until Ctrl-C or SIGTERM. Raises FramingError where it does not start."""
    corpus = Corpus.open(path)
    held = lock(path / FOLDER)
    try:
        room = Room.of(corpus)
        if lesson is not None:
            opened(room, lesson)
        before = room.store.setting("port")
        bound = network.listening(network.HERE if local else network.EVERYWHERE, port, int(before) if before else None)
        room = replace(room, port=bound.getsockname()[1], local=local, hosts=hosts)
        room.store.set_setting("port", str(room.port))
        if (running := room.running()) is not None:
            room.prepare(running)
        for line in told(room, before):
            say(line)
        server = uvicorn.Server(_settings(room))
        if browser:
            threading.Thread(target=webbrowser.open, args=[teacher_address(room)], daemon=True).start()
        server.run(sockets=[bound])
    except KeyboardInterrupt:
        return
    finally:
        held.release()


def _settings(room: Room) -> uvicorn.Config:
    """No access log: it would hold students' addresses."""
    return uvicorn.Config(
        classroom_app(room),
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
        ws="none",
    )


def teacher_address(room: Room) -> str:
    """The teacher's page on this machine, with the key."""
    return f"http://{network.HERE}:{room.port}/teach?key={room.key}"


def told(room: Room, before: str = "") -> list[str]:
    """What the terminal says: who can reach the page, addresses, code, QR code, the teacher's own address."""
    running = room.running()
    code = running.code if running else room.store.next_code()
    addresses = room.addresses()
    lines = [f"The classroom of {room.corpus.path} is open."]
    if room.local:
        lines.append("Only this computer can reach it (--local).")
    else:
        lines.append("Everyone on this network can reach this page; who has the code below can join. Ctrl-C ends it.")
        lines.append("What is sent is not encrypted: let students use nicknames.")
    if before and before != str(room.port):
        lines.append(f"The port {before} of last time is in use: phones must open the new address.")
    if not addresses:
        lines.append("This computer is on no network yet. Join the class's Wi-Fi or turn on its own hotspot.")
    else:
        lines += ["", f"  Students:  {addresses[0]}", f"  Code:      {code[:3]} {code[3:]}", ""]
        lines += [f"  (or {other})" for other in addresses[1:]]
        drawn = io.StringIO()
        segno.make(room.join_link(addresses[0], code), error="l", micro=False).terminal(drawn, border=2, compact=True)
        lines.append(drawn.getvalue())
    lines += [f"  Teacher:   {teacher_address(room)}", "  (keep that to yourself: it holds your key)"]
    if running is not None:
        lines.append(f"  The lesson “{running.lesson.title}” goes on where it was.")
    return lines
