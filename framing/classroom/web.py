"""What every answer of the classroom's server keeps to: which host it answers to, how large a request may be, what a
page may load; and reading what was sent."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from framing.errors import InputError

MOST_BYTES = 16_384
"""Of a request's body: forty answers with room to spare."""
MOST_OF_TEACHER = 131_072
"""Of the lesson editor's form, which may hold fifteen definitions and notes."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With "no-referrer" a browser would hide even from our own forms where they come from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


class Guard:
    """Answers only to the address a request came in at, or to `shown` names: a web page elsewhere that lets its own
    name point here (DNS rebinding) gets nothing. Changes are taken from our own pages alone. Adds `HEADERS`."""

    def __init__(self, app: ASGIApp, shown: Collection[str] = ()) -> None:
        self.app, self.shown = app, frozenset(name.lower() for name in shown)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or refuses it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._known(host, scope):
            refusal = PlainTextResponse("Open the address that your teacher shows.\n", HTTPStatus.MISDIRECTED_REQUEST)
            await refusal(scope, receive, send_guarded)
        elif scope["method"] not in ("GET", "HEAD") and not _from_here(headers, host):
            await PlainTextResponse("This form is not ours.\n", HTTPStatus.FORBIDDEN)(scope, receive, send_guarded)
        else:
            await self.app(scope, receive, send_guarded)

    def _known(self, host: str, scope: Scope) -> bool:
        name = re.sub(r":\d{1,5}$", "", host).lower()
        mine = (scope.get("server") or ("",))[0]
        if name in self.shown:
            return True
        return name in _LOCAL if mine in ("127.0.0.1", "::1") else name == mine


def _from_here(headers: Headers, host: str) -> bool:
    """Whether a browser says that one of our own pages sent this (a program that says nothing passes: it has no
    cookies of ours to misuse)."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    return (origin is None or urlsplit(origin).netloc == host) and site in (None, "same-origin", "none")


async def body(request: Request, most: int = MOST_BYTES) -> bytes:
    """A request's body. Raises HTTPException where it is larger than `most`."""
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too much at once.")
    return raw


async def form(request: Request, most: int = MOST_BYTES) -> dict[str, list[str]]:
    """A form's fields, each with all its values. Raises HTTPException for anything but a plain form."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "That was not sent by our form.")
    try:
        return parse_qs((await body(request, most)).decode(), keep_blank_values=True, max_num_fields=500)
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "That form cannot be read.") from error


def first(fields: Mapping[str, list[str]], name: str) -> str:
    """A field's first value; empty where there is none."""
    return fields.get(name, [""])[0]


def query(request: Request, name: str) -> str:
    """A value of the address, no longer than a code or a key."""
    return request.query_params.get(name, "")[:64]


async def sent_json(request: Request) -> Any:
    """What a script sent as JSON. Raises HTTPException."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "That was not sent by our page.")
    try:
        return json.loads(await body(request))
    except (ValueError, RecursionError) as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "That cannot be read.") from error


def printable(html: str) -> HTMLResponse:
    """A page that brings its style along: the styles that stand in it are allowed, and nothing else."""
    styles = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in styles)
    return HTMLResponse(
        html, headers={"Content-Security-Policy": POLICY.replace("style-src 'self'", f"style-src 'self' {hashes}")}
    )


def number(text: str) -> int:
    """A whole number from a form or an address. Raises InputError."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise InputError("There is no such lesson. It may have been deleted.")
    return int(text)
