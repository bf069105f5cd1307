"""Answers that several routes give: a message, a page that asks once more, a slow result or the word that it is due."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from framing.classroom.room import Room
from framing.classroom.templating import render
from framing.errors import FramingError

Made = TypeVar("Made")


def room_of(request: Request) -> Room:
    """The classroom that a request came to."""
    room: Room = request.app.state.room
    return room


def html(template: str, status: int = HTTPStatus.OK, **values: object) -> HTMLResponse:
    """A page made of a template."""
    return HTMLResponse(render(template, **values), status)


def message(title: str, text: str, status: int = HTTPStatus.OK, back: str = "", where: str = "") -> HTMLResponse:
    """A page that tells something, with a link to `where` named `back`."""
    return html("message.html", status, heading=title, text=text, back=back, where=where)


async def on_http_error(request: Request, error: Exception) -> Response:
    """What does not exist or was not allowed, in words."""
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return message("Not here", "There is no such page.", HTTPStatus.NOT_FOUND, "To the start", "/")
    return message("That did not work", error.detail, error.status_code, "To the start", "/")


async def on_known_error(request: Request, error: Exception) -> Response:
    """An error that people are meant to read, in a page, or as JSON where a script asked."""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"problem": str(error)}, HTTPStatus.BAD_REQUEST)
    where = "/teach" if request.url.path.startswith("/teach") else "/"
    return message("That did not work", str(error), HTTPStatus.BAD_REQUEST, "Back", where)


async def on_bug(request: Request, error: Exception) -> Response:
    """An error of ours; the terminal has its traceback."""
    return message(
        "That did not work",
        "Something went wrong on the teacher’s computer. What you saved is safe. Load the page again.",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "To the start",
        "/",
    )


@dataclass(frozen=True)
class Outcome(Generic[Made]):
    """A slow result, or what is wrong with it; neither while it is being made."""

    made: Made | None = None
    problem: str = ""

    @property
    def due(self) -> bool:
        """Whether it is still being made."""
        return self.made is None and not self.problem


def outcome(asked: Future[Made] | None) -> Outcome[Made]:
    """How far a slow result is. One that failed by a fault of ours is logged with its traceback."""
    if asked is None or not asked.done():
        return Outcome()
    try:
        return Outcome(asked.result())
    except FramingError as error:
        return Outcome(problem=str(error))
    except CancelledError:
        return Outcome(problem="This was called off. Load the page again.")
    except Exception:  # of another thread: told here, since nobody else hears of it
        logging.getLogger("framing.classroom").exception("A part of the lesson could not be worked out")
        return Outcome(problem="This could not be worked out; the terminal tells why. The answers are safe.")
