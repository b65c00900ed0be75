"""The least that answers: ``python -m benchmarks.rivals.replying PORT API_PORT``. Takes the webhook, sends at once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import aiohttp
import uvloop
from aiohttp import web


def application(api_port: int) -> web.Application:
    tasks: set[asyncio.Task[None]] = set()

    async def life(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            app[SESSION] = session
            yield

    async def answer(session: aiohttp.ClientSession, phone: str) -> None:
        async with session.post(f"http://127.0.0.1:{api_port}/send-text", json={"phone": phone, "message": "oi"}):
            pass

    async def hook(request: web.Request) -> web.Response:
        body = await request.json()
        task = asyncio.create_task(answer(request.app[SESSION], body["phone"]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return web.Response()

    app = web.Application()
    app.router.add_post("/{any:.*}", hook)
    app.cleanup_ctx.append(life)
    return app


SESSION = web.AppKey("session", aiohttp.ClientSession)

if __name__ == "__main__":
    port, api_port = sys.argv[1:]
    web.run_app(
        application(int(api_port)),
        host="127.0.0.1",
        port=int(port),
        print=None,
        access_log=None,
        loop=uvloop.new_event_loop(),
    )
