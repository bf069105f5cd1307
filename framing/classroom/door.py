"""Who may use the teacher's pages: the key once, then a cookie, and in every form a proof that it is ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from framing.classroom import keys, pages
from framing.classroom.room import Room
from framing.classroom.web import MOST_OF_TEACHER, first, form

COOKIE, FIELD = "framing-teacher", "proof"
KEPT = 30 * 24 * 3600
"""Seconds that the teacher's browser stays let in."""
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
            return locked()
        return await run_in_threadpool(handler, request)

    return checked


def guarded_post(handler: Posted) -> Handler:
    """A change by the teacher alone, from one of our forms."""

    @wraps(handler)
    async def checked(request: Request) -> Response:
        if not allowed(request):
            return locked()
        fields = await form(request, MOST_OF_TEACHER)
        if not keys.same(first(fields, FIELD), proof(pages.room_of(request))):
            return pages.message(
                "That did not work", "This form is too old. Go back and load the page again.", HTTPStatus.FORBIDDEN
            )
        return await handler(request, fields)

    return checked


def locked(text: str = "") -> HTMLResponse:
    """What those see who have no key."""
    text = text or "These pages are the teacher’s. Open them with the address that the terminal shows, key and all."
    return pages.message("For the teacher", text, HTTPStatus.FORBIDDEN, "To the student’s page", "/")


def unlock(request: Request, key: str) -> Response:
    """Takes the key into a cookie and out of the address, or says what is wrong; guesses are limited."""
    room = pages.room_of(request)
    address = request.client.host if request.client else ""
    if wait := room.teachers.wait(address):
        return locked(f"Too many wrong keys. Wait {wait} seconds.")
    if not keys.same(key, room.key):
        room.teachers.wrong(address)
        return locked("That is not the teacher’s key. The terminal shows the right address.")
    room.teachers.right(address)
    answer = RedirectResponse("/teach", HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        COOKIE, keys.derived(room.key, "cookie"), max_age=KEPT, httponly=True, samesite="strict", path="/teach"
    )
    return answer
