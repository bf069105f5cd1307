"""The classroom's server: its routes, and no others; neither dashboard nor corpus can be reached through it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from framing.classroom import class_routes, pages, student_routes, teacher_routes
from framing.classroom.room import Room
from framing.classroom.web import Guard
from framing.errors import FramingError


def classroom_app(room: Room) -> Starlette:
    """The application for a room; closes it when the server ends."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        room.close()

    static = StaticFiles(directory=Path(__file__).parent / "static")
    app = Starlette(
        routes=[*student_routes.ROUTES, *teacher_routes.ROUTES, *class_routes.ROUTES, Mount("/static", static)],
        middleware=[Middleware(Guard, shown=room.hosts)],
        exception_handlers={
            HTTPException: pages.on_http_error,
            FramingError: pages.on_known_error,
            Exception: pages.on_bug,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.room = room
    return app
