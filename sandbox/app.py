"""All stand-ins and the two-phone page as one application, mounted by the bot under ``/sandbox`` or run alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.api import PageApi
from sandbox.stand_ins import MOUNT, Sandbox

BIGGEST_UPLOAD = 64 * 1024 * 1024


def create_app(sandbox: Sandbox) -> web.Application:
    """For ``add_subapp("/sandbox", …)``: the page at its root, each stand-in under its name."""
    app = web.Application()
    app.add_routes(PageApi(sandbox).routes())
    for name, routes in (
        ("zapi", sandbox.zapi.routes()),
        ("evolution", sandbox.evolution.routes()),
        ("asaas", sandbox.asaas.routes()),
        ("melhor_envio", sandbox.melhor_envio.routes()),
        ("resend", sandbox.resend.routes()),
        ("cloudflare", sandbox.cloudflare.routes()),
        ("viacep", sandbox.viacep.routes()),
    ):
        app.add_routes([web.route(r.method, f"/{name}{r.path}", _mounted(name, r.handler), **r.kwargs) for r in routes])

    async def start(_: web.Application) -> None:
        await sandbox.board.start()

    async def shut_down(_: web.Application) -> None:
        sandbox.board.close()

    async def clean_up(_: web.Application) -> None:
        await sandbox.board.stop()
        await sandbox.world.close()

    app.on_startup.append(start)
    app.on_shutdown.append(shut_down)
    app.on_cleanup.append(clean_up)
    return app


def _mounted(name: str, handler: Any) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Run a stand-in's handler behind its prefix: it sees the provider's own path, and a body large enough for
    pictures."""
    prefix = f"{MOUNT}/{name}"

    async def serve(request: web.Request) -> web.StreamResponse:
        path = request.raw_path.removeprefix(prefix)
        try:
            response: web.StreamResponse = await handler(request.clone(rel_url=path, client_max_size=BIGGEST_UPLOAD))
        except web.HTTPException as answer:
            _keep_inside(prefix, answer)
            raise
        _keep_inside(prefix, response)
        return response

    return serve


def _keep_inside(prefix: str, answer: web.StreamResponse) -> None:
    """Keep a redirect to the stand-in's own path behind its prefix."""
    place = answer.headers.get("Location", "")
    if place.startswith("/") and not place.startswith("//"):
        answer.headers["Location"] = prefix + place
