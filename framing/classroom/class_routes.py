"""The teacher's room of one class: its phases, who is there, the reveal, what becomes of the answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from framing.classroom import pages, seams, steps
from framing.classroom.door import FIELD, guarded, guarded_post, proof
from framing.classroom.room import Room
from framing.classroom.store import Session
from framing.classroom.templating import render
from framing.classroom.web import first, number
from framing.errors import InputError
from framing.plain import count, plain_name

if TYPE_CHECKING:
    from framing.classroom.reveal import Reveal


def _session(request: Request) -> Session:
    return pages.room_of(request).store.session(number(request.path_params["session"]))


def _guessed(room: Room, session: Session) -> bool:
    return session.phase == "before" or any(each.before for each in room.store.progress(session.id))


def classroom(request: Request) -> Response:
    """The room of a class: how to join, the phase and what it does, how far everybody is, or the reveal."""
    room, session = pages.room_of(request), _session(request)
    version = _version(room, session)  # first: what becomes ready in between makes the page load once more
    guessed = _guessed(room, session)
    found: pages.Outcome[Reveal] = pages.outcome(room.reveal(session)) if session.phase == "reveal" else pages.Outcome()
    onward, back = steps.following(session.phase, guessed), steps.preceding(session.phase, guessed)
    addresses = room.addresses()
    return pages.html(
        "room.html",
        session=session,
        steps=steps.STEPS,
        step=steps.step(session.phase),
        onward=steps.step(onward) if onward else None,
        back=steps.step(back) if back else None,
        skipped=steps.step("predict") if session.phase == "lobby" else None,
        addresses=addresses,
        qr=_qr(room.join_link(addresses[0], session.code)) if addresses else "",
        code=f"{session.code[:3]} {session.code[3:]}",
        local=room.local,
        live=_live(room, session),
        version=version,
        shown=seams.reveal_html(session.lesson, found.made, True, {}) if found.made else "",
        problem=found.problem,
        teachable=session.phase in ("reveal", "closed") and not session.lesson.question.head and session.revealed,
        proof=proof(room),
    )


def _qr(address: str) -> str:
    """The address as an SVG of a QR code, dark on white whatever the page's colours."""
    drawn = segno.make(address, error="m", micro=False)
    return str(drawn.svg_inline(dark="#000", light="#fff", border=3, omitsize=True))


def _live(room: Room, session: Session) -> str:
    """Who is there and how far; no answers."""
    total, field = {
        "before": (len(session.lesson.items), "before"),
        "predict": (len(session.lesson.question.predictable), "predict"),
        "label": (len(session.lesson.items), "label"),
        "after": (len(session.lesson.items), "after"),
    }.get(session.phase, (0, ""))
    students = [
        (each, getattr(each, field) if field else 0, room.away(session.id, each.number))
        for each in room.store.progress(session.id)
    ]
    ready = sum(done >= total for _, done, _ in students) if total else 0
    return render("room_live.html", session=session, students=students, total=total, ready=ready, count=count)


def _version(room: Room, session: Session) -> str:
    """Changes when the whole page has to be shown anew."""
    ready = session.phase == "reveal" and not pages.outcome(room.reveal(session)).due
    return f"{session.moves}.{int(ready)}"


def live(request: Request) -> Response:
    """The list of students as it is now, with the version of the page around it, as JSON."""
    room, session = pages.room_of(request), _session(request)
    return JSONResponse({"version": _version(room, session), "html": _live(room, session)})


async def move(request: Request, fields: dict[str, list[str]]) -> Response:
    """Goes to a phase; from the reveal back only once that was confirmed."""
    room = pages.room_of(request)
    session = await run_in_threadpool(_session, request)
    try:
        to = steps.check(first(fields, "to"))
    except ValueError as error:
        raise InputError("There is no such step.") from error
    if session.phase == "reveal" and to not in ("reveal", "closed") and not first(fields, "sure"):
        return pages.html(
            "ask.html",
            heading="Go back before the reveal?",
            text="The class has seen which outlet wrote what. Answers given from now on are given with that known.",
            doing=f"Go back to “{steps.step(to).name}”",
            where=f"/teach/class/{session.id}/move",
            back=f"/teach/class/{session.id}",
            fields={"to": to, "sure": "1", FIELD: proof(room)},
        )
    await run_in_threadpool(room.store.move, session.id, to)
    return _to_room(session.id)


def ask_remove(request: Request) -> Response:
    """Asks whether a student is to be taken out."""
    room, session = pages.room_of(request), _session(request)
    who = number(request.path_params["student"])
    name = next((each.nickname for each in room.store.progress(session.id) if each.number == who), None)
    if name is None:
        raise InputError("This student is not in the lesson any more.")
    return pages.html(
        "ask.html",
        heading=f"Take out “{name}”?",
        text="Their answers are deleted. They can join again under another nickname.",
        doing="Take out",
        where=f"/teach/class/{session.id}/remove/{who}",
        back=f"/teach/class/{session.id}",
        fields={FIELD: proof(room)},
    )


async def remove(request: Request, fields: dict[str, list[str]]) -> Response:
    """Takes a student out."""
    session = await run_in_threadpool(_session, request)
    await run_in_threadpool(pages.room_of(request).store.remove, session.id, number(request.path_params["student"]))
    return _to_room(session.id)


def export(request: Request) -> Response:
    """The answers of a class as a CSV file without nicknames."""
    room, session = pages.room_of(request), _session(request)
    name = f"{plain_name(session.lesson.title)}-{session.opened.isoformat()}.csv".encode("ascii", "ignore").decode()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(room.store.export(session.id), media_type="text/csv; charset=utf-8", headers=headers)


async def teach(request: Request, fields: dict[str, list[str]]) -> Response:
    """Begins to train the invented category with the class's labels."""
    session = await run_in_threadpool(_session, request)
    if session.lesson.question.head or not session.revealed:
        raise InputError("A machine is taught after the reveal, and only what the class invented.")
    await run_in_threadpool(pages.room_of(request).teach, session, True)
    return RedirectResponse(f"/teach/class/{session.id}/machine", HTTPStatus.SEE_OTHER)


def machine(request: Request) -> Response:
    """What the machine learned, or that it is still learning."""
    session = _session(request)
    asked = pages.room_of(request).teach(session, False)
    if asked is None:
        return _to_room(session.id)
    found = pages.outcome(asked)
    return pages.html("machine.html", session=session, shown=found.made or "", problem=found.problem)


def _to_room(session: int) -> Response:
    return RedirectResponse(f"/teach/class/{session}", HTTPStatus.SEE_OTHER)


ROUTES = [
    Route("/teach/class/{session}", guarded(classroom)),
    Route("/teach/class/{session}/live", guarded(live)),
    Route("/teach/class/{session}/move", guarded_post(move), methods=["POST"]),
    Route("/teach/class/{session}/remove/{student}", guarded(ask_remove)),
    Route("/teach/class/{session}/remove/{student}", guarded_post(remove), methods=["POST"]),
    Route("/teach/class/{session}/answers.csv", guarded(export)),
    Route("/teach/class/{session}/teach", guarded_post(teach), methods=["POST"]),
    Route("/teach/class/{session}/machine", guarded(machine)),
]
