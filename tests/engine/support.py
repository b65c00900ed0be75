"""A toy business for the engine's tests: what is written is counted, what is wanted is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import sqlalchemy as sa

from bot.domain.commands import SendText, Sent
from bot.domain.decision import Decision, SentMessage, Stored
from bot.domain.events import Incoming, Message, Sender
from bot.domain.shop import Shop
from bot.engine.dispatcher import Effect
from bot.engine.loop import Loop
from bot.integrations.circuit import Circuits
from bot.integrations.http import CallRecord
from bot.storage import tables as t
from bot.storage.store import SqlStore

T = TypeVar("T")
NOON = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def said(text: str, *, who: str = "1", key: str = "", at: datetime = NOON) -> Incoming:
    message = Message(sender=Sender(chat=who), message_id=key or text, sent_at=at, content="text", text=text)
    return Incoming(source="zapi", key=key or f"{who}/{text}", lane=f"person:{who}", event=message)


def echo(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """Answers each message once, in the order of the queue; remembers it as written."""
    event = stored.event
    if isinstance(event, Message):
        if event.text == "poison":
            raise ValueError("this one cannot be worked")
        decision.write(SentMessage(f"seen-{stored.id}", stored.lane, text=event.text))
        decision.do(SendText(to=event.sender.chat, text=event.text), key=f"answer/{stored.id}", queue=stored.lane)


def nothing(stored: Stored, shop: Shop, now: datetime, decision: Decision) -> None:
    """No apology."""


def call(text: str = "{}") -> CallRecord:
    return CallRecord("zapi", "x", "", 1, "GET", "http://x", NOON, 1, 200, "answered", "{}", text)


def loop_over(store: SqlStore, clock: Callable[[], datetime], watch: Callable[[str, object], None]) -> Loop:
    return Loop(store, echo, nothing, clock, circuits=Circuits(clock), names={"messenger": "zapi"}, watch=watch)


class Watcher:
    """Waits for steps of the loop, without sleeping."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, object]] = []
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, step: str, what: object) -> None:
        self.steps.append((step, what))
        task = asyncio.ensure_future(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, ready: Callable[[], bool], within: float = 10.0) -> None:
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(ready)


def effect(run: Callable[..., object], find: Callable[..., object] | None = None) -> dict[str, Effect]:
    return {"message.text": Effect(run, find)}  # type: ignore[arg-type]


def results(watcher: Watcher, kind: type[T]) -> list[T]:
    """What the loop was told of commands, of that kind."""
    told = [what[1] for step, what in watcher.steps if step == "result" and isinstance(what, tuple)]
    return [one for one in told if isinstance(one, kind)]


async def sent(command: SendText, key: str) -> Sent:
    return Sent(message_id=key)


async def poll(ready: Callable[[], bool | Awaitable[bool]], within: float = 10.0) -> None:
    """Until something that nobody announces is so."""
    async with asyncio.timeout(within):
        while True:
            found = ready()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


async def status(store: SqlStore, key: str) -> str:
    async with store.database.read() as connection:
        return str((await connection.execute(sa.select(t.commands.c.status).where(t.commands.c.key == key))).scalar())
