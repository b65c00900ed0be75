"""The page's endpoints: its files, the event stream, and one POST per action.

Errors are ``{"error": "<a sentence for people>"}``: 400 bad input, 403 another site's page, 404 unknown id, 409 not
possible in this state, 413 too large, 415 not JSON.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.board import WHATSAPP
from sandbox.core import PROVIDERS, Fault, Mode
from sandbox.stand_ins import Problem, Sandbox

Json = dict[str, Any]

PAGE = Path(__file__).with_name("page")
FILES = {
    "index.html": "text/html",
    "style.css": "text/css",
    "app.js": "text/javascript",
    "dials.js": "text/javascript",
    "dom.js": "text/javascript",
    "hands.js": "text/javascript",
    "loop.js": "text/javascript",
    "phone.js": "text/javascript",
    "text.js": "text/javascript",
    "words.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "wall.svg": "image/svg+xml",
}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MAIL_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; frame-ancestors 'self'"
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}

DIALS = (WHATSAPP, *PROVIDERS)
MODES: tuple[Mode, ...] = get_args(Mode)
KEEP_ALIVE = 15.0
LONGEST_TEXT = 4000
BIGGEST_PHOTO = 12 * 1024 * 1024
BIGGEST_BODY = 20 * 1024 * 1024
FURTHEST = 60 * 24 * 60
"""Minutes that the clock may jump at once."""


class PageApi:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        posts: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "say": self._say,
            "photo": self._photo,
            "choose": self._choose,
            "read": self._read,
            "reachable": self._reachable,
            "charge": self._charge,
            "label": self._label,
            "fault": self._fault,
            "whatsapp": self._whatsapp,
            "twice": self._twice,
            "jump": self._jump,
        }
        return [
            web.get("", self._file("index.html")),
            web.get("/", self._file("index.html")),
            *(web.get(f"/{name}", self._file(name)) for name in FILES if name != "index.html"),
            web.get("/events", self._events),
            web.get("/api/state", self._state),
            web.get("/api/mail/{id}", self._mail),
            web.get("/api/media/{id}", self._media),
            *(web.post(f"/api/{name}", self._post(handler)) for name, handler in posts.items()),
        ]

    # --- reading ---------------------------------------------------------------------------------------

    @staticmethod
    def _file(name: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        headers = {**SAFE, "Content-Type": f"{FILES[name]}; charset=utf-8", "Content-Security-Policy": CSP}

        async def serve(request: web.Request) -> web.StreamResponse:
            return web.Response(body=await asyncio.to_thread((PAGE / name).read_bytes), headers=headers)

        return serve

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(self._sandbox.state(), headers=SAFE, dumps=_dumps)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: ``state`` first, so that a reconnecting page is complete; then the changes."""
        board = self._sandbox.board
        response = web.StreamResponse(
            headers={**SAFE, "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        with board.viewer() as viewer, contextlib.suppress(ConnectionResetError):  # the page was closed
            await response.write(b"retry: 1500\n\n" + _event("state", self._sandbox.state()))
            while not board.closed:
                try:
                    async with asyncio.timeout(KEEP_ALIVE):
                        await viewer.news.wait()
                except TimeoutError:
                    await response.write(_event("clock", self._sandbox.clock()))
                    continue
                for topic, data in board.take(viewer):
                    await response.write(_event(topic, data))
        return response

    async def _mail(self, request: web.Request) -> web.Response:
        html = self._sandbox.mail_html(request.match_info["id"])
        if html is None:
            return _refusal("Esse e-mail não está aqui.", 404)
        headers = {**SAFE, "Content-Security-Policy": MAIL_CSP}
        return web.Response(text=html, content_type="text/html", charset="utf-8", headers=headers)

    async def _media(self, request: web.Request) -> web.Response:
        found = self._sandbox.media(request.match_info["id"])
        if found is None:
            return _refusal("Esse arquivo não está aqui.", 404)
        data, mime, name = found
        if mime not in ("image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf"):
            mime = "application/octet-stream"
        headers = {**SAFE, "Content-Type": mime}
        if mime != "application/pdf":  # browsers' PDF viewers do not work under a content security policy
            headers["Content-Security-Policy"] = "default-src 'none'"
        if name:
            safe = "".join(c for c in name if c.isalnum() or c in "-_. ")
            headers["Content-Disposition"] = f'inline; filename="{safe.encode("ascii", "ignore").decode()}"'
        return web.Response(body=data, headers=headers)

    # --- actions ---------------------------------------------------------------------------------------

    @staticmethod
    def _post(handler: Callable[[Json], Awaitable[Json]]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            try:
                return web.json_response(await handler(await _body(request)), headers=SAFE)
            except Problem as problem:
                return _refusal(problem.text, problem.status)

        return serve

    async def _say(self, body: Json) -> Json:
        text = _text(body, "text", LONGEST_TEXT)
        return {"id": await self._sandbox.say(self._phone(body), text)}

    async def _photo(self, body: Json) -> Json:
        data, mime = _picture(_text(body, "data", BIGGEST_BODY))
        caption = body.get("caption", "")
        if not isinstance(caption, str) or len(caption) > 1024:
            raise Problem("A legenda tem no máximo 1024 letras.")
        return {"id": await self._sandbox.photo(self._phone(body), data, mime, caption)}

    async def _choose(self, body: Json) -> Json:
        option, label = _text(body, "id", 256), _text(body, "label", 256)
        message = _text(body, "message_id", 128)
        return {"id": await self._sandbox.choose(self._phone(body), message, option, label)}

    async def _read(self, body: Json) -> Json:
        await self._sandbox.read(self._phone(body))
        return {}

    async def _reachable(self, body: Json) -> Json:
        self._sandbox.set_reachable(self._phone(body), _flag(body, "reachable"))
        return {}

    async def _charge(self, body: Json) -> Json:
        await self._sandbox.charge_action(_text(body, "id", 128), _text(body, "do", 32))
        return {}

    async def _label(self, body: Json) -> Json:
        await self._sandbox.label_action(_text(body, "id", 128), _text(body, "do", 32))
        return {}

    async def _fault(self, body: Json) -> Json:
        """``{provider, mode, delay?, times?, only?}``, see :class:`sandbox.core.Fault`."""
        provider, mode = body.get("provider"), body.get("mode")
        if provider not in DIALS:
            raise Problem(f"Provedor desconhecido. Existem: {', '.join(DIALS)}.")
        if mode not in MODES:
            raise Problem(f"Defeito desconhecido. Existem: {', '.join(MODES)}.")
        delay, times, only = body.get("delay", 8.0), body.get("times", 0), body.get("only", "")
        if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 < delay <= 120:
            raise Problem("A demora (delay) vai de 0 a 120 segundos.")
        if isinstance(times, bool) or not isinstance(times, int) or not 0 <= times <= 1000:
            raise Problem("O número de vezes (times) vai de 0 a 1000; 0 é até desligar.")
        if not isinstance(only, str) or len(only) > 200:
            raise Problem("O filtro (only) é um pedaço de MÉTODO /caminho.")
        self._sandbox.turn(provider, Fault(mode=mode, delay=float(delay), times=times, only=only))
        return {}

    async def _whatsapp(self, body: Json) -> Json:
        await self._sandbox.set_connected(_flag(body, "connected"))
        return {}

    async def _twice(self, body: Json) -> Json:
        self._sandbox.world.send_twice = _flag(body, "on")
        self._sandbox.board.changed("dials")
        return {}

    async def _jump(self, body: Json) -> Json:
        minutes = body.get("minutes")
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= FURTHEST:
            raise Problem("O relógio só anda para a frente, de 1 minuto a 60 dias por vez.")
        await self._sandbox.jump(timedelta(minutes=minutes))
        return {}

    def _phone(self, body: Json) -> str:
        phone = body.get("phone")
        if not isinstance(phone, str) or not self._sandbox.knows(phone):
            raise Problem("Este telefone não está na bancada.")
        return phone


def _text(body: Json, key: str, longest: int) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Problem(f"Falta o campo «{key}».")
    if len(value) > longest:
        raise Problem(f"O campo «{key}» passa de {longest} letras.", 413)
    return value


def _flag(body: Json, key: str) -> bool:
    value = body.get(key)
    if not isinstance(value, bool):
        raise Problem(f"O campo «{key}» é true ou false.")
    return value


def _picture(data: str) -> tuple[bytes, str]:
    """The bytes and MIME type of a data URI; anything but an image is refused."""
    head, _, rest = data.partition(",")
    mime = head.removeprefix("data:").removesuffix(";base64")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        raise Problem("Mande uma foto (JPG, PNG, HEIC ou WebP).")
    try:
        raw = base64.b64decode(rest, validate=True)
    except (binascii.Error, ValueError):
        raise Problem("A foto veio cortada. Escolha de novo.") from None
    if not raw:
        raise Problem("A foto está vazia.")
    if len(raw) > BIGGEST_PHOTO:
        raise Problem("A foto passa de 12 MB.", 413)
    return raw, mime


async def _body(request: web.Request) -> Json:
    """The JSON object of a POST from this page itself (or from a program, which sends no ``Origin``)."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        raise Problem("Esta página não é a da bancada.", 403)
    if request.content_type != "application/json":
        raise Problem("Mande JSON (Content-Type: application/json).", 415)
    try:
        body = json.loads(await request.clone(client_max_size=BIGGEST_BODY).text())
    except web.HTTPRequestEntityTooLarge:
        raise Problem("Grande demais.", 413) from None
    except (ValueError, RecursionError):
        raise Problem("O corpo não é JSON.") from None
    if not isinstance(body, dict):
        raise Problem("O corpo precisa ser um objeto JSON.")
    return body


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _event(topic: str, data: Json) -> bytes:
    return f"event: {topic}\ndata: {_dumps(data)}\n\n".encode()


def _refusal(text: str, status: int) -> web.Response:
    return web.json_response({"error": text}, status=status, headers=SAFE, dumps=_dumps)
