"""What students' phones ask for: join, follow the lesson's phase, hand in answers."""

from __future__ import annotations

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from framing.classroom import answers, keys, pages, seams
from framing.classroom.room import Room
from framing.classroom.seen import deck
from framing.classroom.store import NicknameTaken, Seat, Session
from framing.classroom.templating import render
from framing.classroom.web import first, form, query, sent_json
from framing.errors import InputError

COOKIE = "framing-seat"
KEPT = 8 * 24 * 3600
"""Seconds that a phone keeps its seat: a lesson may go on next week."""
MOST_AT_ONCE = 40
"""Answers that a phone hands in at once."""


def _seat(request: Request) -> Seat | None:
    return pages.room_of(request).store.seat(request.cookies.get(COOKIE, ""))


def start(request: Request) -> Response:
    """The student's page, or the one to join with."""
    room, seat = pages.room_of(request), _seat(request)
    if seat is None:
        return _join_page(code=query(request, "code"))
    room.sign(seat.session, seat.number)
    session = room.store.session(seat.session)
    version = _version(room, session)  # before the part: what becomes ready in between is then fetched once more
    return pages.html("student.html", seat=seat, part=_part(room, seat, session), version=version)


def _join_page(problem: str = "", code: str = "", nickname: str = "", status: int = HTTPStatus.OK) -> HTMLResponse:
    return pages.html("join.html", status, problem=problem, code=code[:16], nickname=nickname[:40])


def join_form(request: Request) -> Response:
    """The page to join with; a phone that is in that lesson already goes straight to it."""
    room, seat, code = pages.room_of(request), _seat(request), query(request, "code")
    if seat is not None and room.store.session(seat.session).code == keys.read_code(code):
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    return _join_page(code=code)


async def join(request: Request) -> Response:
    """Takes a seat: the code is guess-limited, a nickname is had once."""
    room, fields = pages.room_of(request), await form(request)
    code, nickname = first(fields, "code"), first(fields, "nickname")
    address = request.client.host if request.client else ""
    if wait := room.codes.wait(address):
        problem = f"Too many wrong codes. Wait {wait} seconds, then look at the code again."
        return _join_page(problem, "", nickname, HTTPStatus.TOO_MANY_REQUESTS)
    session = await run_in_threadpool(room.store.session_of_code, keys.read_code(code))
    if session is None and keys.same(keys.read_code(code), await run_in_threadpool(room.store.setting, "next code")):
        return _join_page(
            "Your teacher has not opened the lesson yet. Try again in a moment.", code, nickname, HTTPStatus.CONFLICT
        )
    if session is None:
        room.codes.wrong(address)
        return _join_page(_wrong_code(code), code, nickname, HTTPStatus.FORBIDDEN)
    room.codes.right(address)
    try:
        seat, token = await run_in_threadpool(room.store.join, session.id, nickname)
    except NicknameTaken as error:
        return _join_page(str(error), code, error.free, HTTPStatus.CONFLICT)
    except InputError as error:
        return _join_page(str(error), code, nickname, HTTPStatus.BAD_REQUEST)
    room.sign(seat.session, seat.number)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    answer.set_cookie(COOKIE, token, max_age=KEPT, httponly=True, samesite="lax")
    return answer


def _wrong_code(typed: str) -> str:
    code = keys.read_code(typed)
    odd = sorted({sign for sign in code if sign not in keys.EASY})
    if len(code) != keys.CODE_SIGNS:
        return f"The code has {keys.CODE_SIGNS} letters and digits. Look at the board once more."
    if odd:
        return f"No code has “{odd[0]}” in it. Look at the board once more."
    return "That code leads to no lesson. Look at the board once more."


async def leave(request: Request) -> Response:
    """Gives the phone to someone else: a seat with answers stays, one without is free again."""
    room, seat = pages.room_of(request), await run_in_threadpool(_seat, request)
    if seat is not None and not await run_in_threadpool(room.store.latest, seat):
        await run_in_threadpool(room.store.remove, seat.session, seat.number)
    answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


def state(request: Request) -> Response:
    """Which version of the page a phone should show, as JSON; 401 where its seat is gone."""
    room, seat = pages.room_of(request), _seat(request)
    if seat is None:
        return _gone()
    room.sign(seat.session, seat.number)
    return JSONResponse({"version": _version(room, room.store.session(seat.session))})


def part(request: Request) -> Response:
    """What the lesson's phase shows, with its version, as HTML for the student's page."""
    room, seat = pages.room_of(request), _seat(request)
    if seat is None:
        return _gone()
    session = room.store.session(seat.session)
    version = _version(room, session)
    return HTMLResponse(_part(room, seat, session), headers={"X-Version": version})


async def hand_in(request: Request) -> Response:
    """Stores answers: for each what is wrong with it, or nothing where it is on the disk."""
    room = pages.room_of(request)
    seat = await run_in_threadpool(_seat, request)
    if seat is None:
        return _gone()
    sent = await sent_json(request)
    listed = sent.get("answers") if isinstance(sent, dict) else None
    if not isinstance(listed, list) or len(listed) > MOST_AT_ONCE:
        raise InputError("These answers cannot be read. Load the page again.")
    problems, good = [""] * len(listed), []
    for place, each in enumerate(listed):
        try:
            good.append((place, answers.read(each, seat.number)))
        except InputError as error:
            problems[place] = str(error)
    found = await run_in_threadpool(room.store.take, seat.session, [answer for _, answer in good])
    for (place, _), problem in zip(good, found, strict=True):
        problems[place] = problem
    room.sign(seat.session, seat.number)
    return JSONResponse({"problems": problems})


def _gone() -> Response:
    return JSONResponse({"gone": True}, HTTPStatus.UNAUTHORIZED)


def _version(room: Room, session: Session) -> str:
    """Changes whenever a phone should show something else."""
    ready = session.phase == "reveal" and not pages.outcome(room.reveal(session)).due
    return f"{session.id}.{session.moves}.{int(ready)}"


def _part(room: Room, seat: Seat, session: Session) -> str:
    if session.phase == "reveal":
        found = pages.outcome(room.reveal(session))
        shown = seams.reveal_html(session.lesson, found.made, False, _own(room, seat)) if found.made else ""
        return render("student_reveal.html", shown=shown, problem=found.problem)
    mine = room.store.answers_of(seat)
    asked = deck(session.lesson, session.phase, mine)
    if asked is None:
        return render("student_wait.html", phase=session.phase, title=session.lesson.title, nickname=seat.nickname)
    return render("student_deck.html", deck=asked, latest=room.store.latest(seat))


def _own(room: Room, seat: Seat) -> dict[int, tuple[str, ...]]:
    """A student's own labels by sentence, as the reveal marks them."""
    return {one.item: ("unsure",) if one.unsure else one.labels for one in room.store.answers_of(seat).labellings}


ROUTES = [
    Route("/", start),
    Route("/join", join_form),
    Route("/join", join, methods=["POST"]),
    Route("/leave", leave, methods=["POST"]),
    Route("/state", state),
    Route("/part", part),
    Route("/answers", hand_in, methods=["POST"]),
]
