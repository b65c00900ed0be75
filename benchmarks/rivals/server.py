"""Baselines of accepting: ``python -m benchmarks.rivals.server bare|row PORT FILE``.

``bare`` reads the body and stores nothing; ``row`` commits one row a request through SQLAlchemy, as a first version of
any bot would. Both under uvloop, as the bot is, and SQLite with the same promise of the disk.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import sqlalchemy as sa
import uvloop
from aiohttp import web
from sqlalchemy.ext.asyncio import create_async_engine

metadata = sa.MetaData()
inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)


def bare() -> web.Application:
    async def hook(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_post("/{any:.*}", hook)
    return app


def row(file: Path) -> web.Application:
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _durable(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    async def hook(request: web.Request) -> web.Response:
        body = await request.text()
        async with engine.begin() as connection:
            await connection.execute(sa.insert(inbox).values(body=body))
        return web.Response(text="ok")

    async def life(_: web.Application) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        yield
        await engine.dispose()

    app = web.Application()
    app.router.add_post("/{any:.*}", hook)
    app.cleanup_ctx.append(life)
    return app


if __name__ == "__main__":
    kind, port, file = sys.argv[1:]
    web.run_app(
        bare() if kind == "bare" else row(Path(file)),
        host="127.0.0.1",
        port=int(port),
        print=None,
        access_log=None,
        loop=uvloop.new_event_loop(),
    )
