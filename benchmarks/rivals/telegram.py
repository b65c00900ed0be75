"""A conversation of four steps in aiogram: ``python -m benchmarks.rivals.telegram PORT FILE API_PORT``.

As its documents show a form: a router, states, data kept by ``update_data`` and ``set_state``; webhooks worked in the
foreground (an update that is answered has been worked), one lock a person (``SimpleEventIsolation``), and the state in
SQLite, since aiogram brings no storage for one file. Under uvloop, and with the bot's own promise of the disk.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiosqlite
import uvloop
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup, default_state
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.fsm.storage.memory import SimpleEventIsolation
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

TOKEN = "42:benchmark"  # noqa: S105 - opens nothing


class SqliteStorage(BaseStorage):
    """``open`` before use."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._connection: aiosqlite.Connection | None = None

    async def open(self) -> None:
        self._connection = await aiosqlite.connect(self._file)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            await self._connection.execute(f"PRAGMA {pragma}")
        table = "CREATE TABLE IF NOT EXISTS fsm (key TEXT PRIMARY KEY, state TEXT, data TEXT NOT NULL DEFAULT '{}')"
        await self._connection.execute(table)

    @property
    def _there(self) -> aiosqlite.Connection:
        if self._connection is None:
            raise RuntimeError("the storage was not opened")
        return self._connection

    async def _put(self, key: StorageKey, column: str, value: str | None) -> None:
        connection = self._there
        put = (
            f"INSERT INTO fsm (key, {column}) VALUES (?, ?) "  # noqa: S608 - one of two names of ours
            f"ON CONFLICT (key) DO UPDATE SET {column} = excluded.{column}"
        )
        await connection.execute(put, (_name(key), value))
        await connection.commit()

    async def _get(self, key: StorageKey, column: str) -> str | None:
        connection = self._there
        rows = await connection.execute_fetchall(f"SELECT {column} FROM fsm WHERE key = ?", (_name(key),))  # noqa: S608
        return next((row[0] for row in rows), None)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        await self._put(key, "state", state.state if isinstance(state, State) else state)

    async def get_state(self, key: StorageKey) -> str | None:
        return await self._get(key, "state")

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._put(key, "data", json.dumps(dict(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self._get(key, "data") or "{}")
        return found

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()


def _name(key: StorageKey) -> str:
    return f"{key.bot_id}:{key.chat_id}:{key.user_id}"


class Order(StatesGroup):
    menu = State()
    part = State()
    place = State()


def conversation() -> Router:
    router = Router()

    @router.message(StateFilter(default_state))
    async def hello(message: Message, state: FSMContext) -> None:
        await state.set_state(Order.menu)
        await message.answer("Posso:\n*1* Cotar frete e comprar\n*2* Meus pedidos")

    @router.message(Order.menu)
    async def chosen(message: Message, state: FSMContext) -> None:
        await state.update_data(choice=message.text)
        await state.set_state(Order.part)
        await message.answer("Qual peça você procura? Escreva a peça e o carro.")

    @router.message(Order.part)
    async def named(message: Message, state: FSMContext) -> None:
        await state.update_data(part=message.text)
        await state.set_state(Order.place)
        await message.answer("Para qual CEP é a entrega?")

    @router.message(Order.place)
    async def over(message: Message, state: FSMContext) -> None:
        await state.clear()
        await message.answer("Parei a sua compra.")

    return router


def application(file: str, api_port: int) -> web.Application:
    storage = SqliteStorage(file)
    dispatcher = Dispatcher(storage=storage, events_isolation=SimpleEventIsolation())
    dispatcher.include_router(conversation())
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{api_port}"), limit=200)
    app = web.Application()
    SimpleRequestHandler(dispatcher, Bot(TOKEN, session=session), handle_in_background=False).register(
        app, path="/hook"
    )

    async def life(_: web.Application) -> AsyncIterator[None]:
        await storage.open()
        yield
        await session.close()
        await storage.close()

    app.cleanup_ctx.append(life)
    return app


if __name__ == "__main__":
    port, file, api_port = sys.argv[1:]
    web.run_app(
        application(file, int(api_port)),
        host="127.0.0.1",
        port=int(port),
        print=None,
        access_log=None,
        loop=uvloop.new_event_loop(),
    )
