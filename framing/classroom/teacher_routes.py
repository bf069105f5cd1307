"""The teacher's start: the list of lessons, the editor, handouts, and the end of everything."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from framing.classroom import pages, seams, steps
from framing.classroom.door import FIELD, allowed, guarded, guarded_post, locked, proof, unlock
from framing.classroom.room import Room
from framing.classroom.web import printable, query
from framing.errors import FramingError, InputError
from framing.plain import count


async def home(request: Request) -> Response:
    """Takes the key into a cookie and out of the address; then the list of lessons."""
    if key := query(request, "key"):
        return unlock(request, key)
    if not allowed(request):
        return locked()
    return await run_in_threadpool(_home, pages.room_of(request))


def _home(room: Room) -> Response:
    listed, problem = [], ""
    try:
        listed = room.lessons.listed()
    except FramingError as error:
        problem = str(error)
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
    Route("/teach/purge", guarded(ask_purge)),
    Route("/teach/purge", guarded_post(purge), methods=["POST"]),
]
