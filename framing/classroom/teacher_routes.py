"""What the teacher's browser asks for: the list of lessons, a class's room, its phases, what becomes of answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from http import HTTPStatus

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from framing.classroom import keys, pages, seams, steps
from framing.classroom.room import Room
from framing.classroom.seen import predicted
from framing.classroom.store import Session
from framing.classroom.templating import render
from framing.classroom.web import MOST_OF_TEACHER, first, form, number, printable, query
from framing.errors import FramingError, InputError
from framing.plain import count, plain_name

COOKIE, FIELD = "framing-teacher", "proof"
KEPT = 30 * 24 * 3600
Handler = Callable[[Request], Awaitable[Response]]
Posted = Callable[[Request, dict[str, list[str]]], Awaitable[Response]]


def allowed(request: Request) -> bool:
    """Whether the request bears the teacher's cookie."""
    expected = keys.derived(pages.room_of(request).key, "cookie")
    return keys.same(request.cookies.get(COOKIE, ""), expected)


def proof(room: Room) -> str:
    """What every form of the teacher's pages holds, and no other page can know."""
    return keys.derived(room.key, "form")


def guarded(handler: Callable[[Request], Response]) -> Handler:
    """A page for the teacher alone, made on a thread."""

    @wraps(handler)
    async def checked(request: Request) -> Response:
        if not allowed(request):
            return _locked()
        return await run_in_threadpool(handler, request)

    return checked


def guarded_post(handler: Posted) -> Handler:
    """A change by the teacher alone, from one of our forms."""

    @wraps(handler)
    async def checked(request: Request) -> Response:
        if not allowed(request):
            return _locked()
        fields = await form(request, MOST_OF_TEACHER)
        if not keys.same(first(fields, FIELD), proof(pages.room_of(request))):
            return pages.message(
                "That did not work", "This form is too old. Go back and load the page again.", HTTPStatus.FORBIDDEN
            )
        return await handler(request, fields)

    return checked


def _locked(text: str = "") -> HTMLResponse:
    text = text or "These pages are the teacher’s. Open them with the address that the terminal shows, key and all."
    return pages.message("For the teacher", text, HTTPStatus.FORBIDDEN, "To the student’s page", "/")


async def home(request: Request) -> Response:
    """Takes the key into a cookie and out of the address; then the list of lessons."""
    room, key = pages.room_of(request), query(request, "key")
    if key:
        return _unlock(request, room, key)
    if not allowed(request):
        return _locked()
    return await run_in_threadpool(_home, room)


def _unlock(request: Request, room: Room, key: str) -> Response:
    address = request.client.host if request.client else ""
    if wait := room.teachers.wait(address):
        return _locked(f"Too many wrong keys. Wait {wait} seconds.")
    if not keys.same(key, room.key):
        room.teachers.wrong(address)
        return _locked("That is not the teacher’s key. The terminal shows the right address.")
    room.teachers.right(address)
    answer = RedirectResponse("/teach", HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        COOKIE, keys.derived(room.key, "cookie"), max_age=KEPT, httponly=True, samesite="strict", path="/teach"
    )
    return answer


def _home(room: Room, problem: str = "") -> Response:
    try:
        listed = room.lessons.listed()
    except FramingError as error:
        listed, problem = [], problem or str(error)
    sessions = room.store.sessions()
    return pages.html(
        "teach_home.html",
        lessons=listed,
        running=[each for each in sessions if each.phase != "closed"],
        ended=[each for each in sessions if each.phase == "closed"],
        step=steps.step,
        proof=proof(room),
        problem=problem,
        corpus=room.corpus.path.name,
        count=count,
    )


async def open_lesson(request: Request, fields: dict[str, list[str]]) -> Response:
    """Opens a lesson for a class: a session in the lobby."""
    room = pages.room_of(request)
    lesson = await run_in_threadpool(room.lessons.lesson, request.path_params["key"])
    session = await run_in_threadpool(room.store.open_lesson, lesson)
    room.prepare(await run_in_threadpool(room.store.session, session))
    return _to_room(session)


def _to_room(session: int) -> Response:
    return RedirectResponse(f"/teach/class/{session}", HTTPStatus.SEE_OTHER)


def handout(request: Request, which: str) -> Response:
    """A lesson's worksheet or guide, to be printed."""
    lesson = pages.room_of(request).lessons.lesson(request.path_params["key"])
    return printable(seams.handout(lesson, which))


def editor(request: Request) -> Response:
    """The editor for a lesson of one's own; the address may hold what to start from."""
    values = {name: request.query_params.getlist(name) for name in request.query_params}
    return _editor(pages.room_of(request), values, "")


def _editor(room: Room, values: dict[str, list[str]], problem: str) -> Response:
    made = seams.editor(room.corpus, values, problem, {FIELD: proof(room)})
    return HTMLResponse(made, HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK)


async def make(request: Request, fields: dict[str, list[str]]) -> Response:
    """Shows the lesson that the editor's form describes, or keeps it."""
    room = pages.room_of(request)
    asked = {name: values for name, values in fields.items() if name != FIELD}

    def drawn() -> Response:
        if not seams.wants_save(asked):
            return _editor(room, asked, "")
        try:
            seams.save(room.corpus, seams.made(room.corpus, seams.spec_of(asked)))
        except InputError as error:
            return _editor(room, asked, str(error))
        return RedirectResponse("/teach", HTTPStatus.SEE_OTHER)

    return await run_in_threadpool(drawn)


def ask_forget(request: Request) -> Response:
    """Asks whether a lesson of one's own is to be deleted."""
    room, key = pages.room_of(request), request.path_params["key"]
    return pages.html(
        "ask.html",
        heading=f"Delete “{room.lessons.lesson(key).title}”?",
        text="The lesson that you made is gone then. What classes did with it stays.",
        doing="Delete",
        where=f"/teach/lessons/{key}/delete",
        back="/teach",
        fields={FIELD: proof(room)},
    )


async def forget_lesson(request: Request, fields: dict[str, list[str]]) -> Response:
    """Takes a lesson of one's own off the list."""
    await run_in_threadpool(pages.room_of(request).lessons.delete, request.path_params["key"])
    return RedirectResponse("/teach", HTTPStatus.SEE_OTHER)


# -- a class ---------------------------------------------------------------------------------------------------------


def _session(request: Request) -> Session:
    return pages.room_of(request).store.session(number(request.path_params["session"]))


def _guessed(room: Room, session: Session) -> bool:
    return session.phase == "before" or any(each.before for each in room.store.progress(session.id))


def classroom(request: Request) -> Response:
    """The room of a class: how to join, the phase and what it does, how far everybody is, or the reveal."""
    room, session = pages.room_of(request), _session(request)
    version = _version(room, session)  # first: what becomes ready in between makes the page load once more
    guessed = _guessed(room, session)
    found = pages.outcome(room.reveal(session)) if session.phase == "reveal" else pages.Outcome[seams.Reveal]()
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
        "predict": (len(predicted(session.lesson)), "predict"),
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


def ask_purge(request: Request) -> Response:
    """Asks whether everything that classes did is to be deleted."""
    room = pages.room_of(request)
    sessions = room.store.sessions()
    answers = sum(room.store.count_answers(each.id) for each in sessions)
    return pages.html(
        "ask.html",
        heading="Delete everything that classes did?",
        text=f"{count(len(sessions), 'lesson')} with {count(sum(each.students for each in sessions), 'student')} and "
        f"{count(answers, 'answer')} will be gone for good. The lessons that you made stay.",
        doing="Delete it all",
        where="/teach/purge",
        back="/teach",
        fields={FIELD: proof(room)},
    )


async def purge(request: Request, fields: dict[str, list[str]]) -> Response:
    """Deletes everything that classes did."""
    await run_in_threadpool(pages.room_of(request).purge)
    return pages.message("Deleted", "Nothing of any class is left on this computer.", HTTPStatus.OK, "Back", "/teach")


ROUTES = [
    Route("/teach", home),
    Route("/teach/lessons/new", guarded(editor)),
    Route("/teach/lessons", guarded_post(make), methods=["POST"]),
    Route("/teach/lessons/{key}/open", guarded_post(open_lesson), methods=["POST"]),
    Route("/teach/lessons/{key}/delete", guarded(ask_forget)),
    Route("/teach/lessons/{key}/delete", guarded_post(forget_lesson), methods=["POST"]),
    Route("/teach/lessons/{key}/worksheet", guarded(partial(handout, which="worksheet"))),
    Route("/teach/lessons/{key}/guide", guarded(partial(handout, which="guide"))),
    Route("/teach/class/{session}", guarded(classroom)),
    Route("/teach/class/{session}/live", guarded(live)),
    Route("/teach/class/{session}/move", guarded_post(move), methods=["POST"]),
    Route("/teach/class/{session}/remove/{student}", guarded(ask_remove)),
    Route("/teach/class/{session}/remove/{student}", guarded_post(remove), methods=["POST"]),
    Route("/teach/class/{session}/answers.csv", guarded(export)),
    Route("/teach/class/{session}/teach", guarded_post(teach), methods=["POST"]),
    Route("/teach/class/{session}/machine", guarded(machine)),
    Route("/teach/purge", guarded(ask_purge)),
    Route("/teach/purge", guarded_post(purge), methods=["POST"]),
]
