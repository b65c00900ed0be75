"""The page's state: everything that happens, kept for new viewers and streamed to open ones.

Updates are coalesced: a slow viewer gets the newest state of a part once, never a growing queue.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.core import GATEWAYS, World

Json = dict[str, Any]

WHATSAPP = "whatsapp"
"""The page's name for the gateway, whichever it is."""

MOST = 300
"""Rows of the record to keep."""
LONGEST = 600
"""Characters of one text in a detail; pictures travel as text and would swamp the rest."""


class Viewer:
    """One open page: its stale parts, and the rows it has not received."""

    def __init__(self) -> None:
        self.stale: dict[str, None] = {}
        self.rows: deque[Json] = deque(maxlen=MOST)
        self.news = asyncio.Event()


class Board:
    """``show(part)`` gives the JSON of a part: ``chat:<phone>``, ``charges``, ``labels``, ``mails``, ``dials``."""

    def __init__(self, world: World, show: Callable[[str], Json], queued: Callable[[], Iterable[str]]) -> None:
        """``queued``: phones with a message on its way; they see the shop typing."""
        self._world = world
        self._show = show
        self._queued = queued
        self._viewers: set[Viewer] = set()
        self._number = 0
        self._bot_tells = False
        """The bot reports its calls itself, with durations: the stand-ins' own rows would be duplicates."""
        self._task: asyncio.Task[None] | None = None
        self.rows: deque[Json] = deque(maxlen=MOST)
        self.typing: set[str] = set()
        self.closed = False

    async def start(self) -> None:
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._run(ready), name="sandbox board")
        await ready.wait()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def close(self) -> None:
        """End every open stream, so that the server can stop."""
        self.closed = True
        for viewer in self._viewers:
            viewer.news.set()

    @contextmanager
    def viewer(self) -> Iterator[Viewer]:
        viewer = Viewer()
        self._viewers.add(viewer)
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)

    def changed(self, part: str) -> None:
        for viewer in self._viewers:
            viewer.stale[part] = None
            viewer.news.set()

    def take(self, viewer: Viewer) -> list[tuple[str, Json]]:
        """What the viewer has not seen, as ``(topic, JSON)``."""
        viewer.news.clear()
        parts, rows = list(viewer.stale), list(viewer.rows)
        viewer.stale.clear()
        viewer.rows.clear()
        news = [(part.partition(":")[0], self._show(part)) for part in parts]
        return [*news, ("log", {"entries": rows})] if rows else news

    # --- events of the world ---------------------------------------------------------------------------

    async def _run(self, ready: asyncio.Event) -> None:
        async with self._world.listen() as queue:
            ready.set()
            while True:
                self._hear(await queue.get())

    def _hear(self, news: Json) -> None:
        topic, phone = news["topic"], str(news.get("phone", ""))
        if topic == "chat":
            if news["message"]["from_bot"]:
                self.typing.discard(phone)
            self.changed(f"chat:{phone}")
        elif topic == "typing":
            self.typing.add(phone)
            self.changed(f"chat:{phone}")
        elif topic == "payment":
            self.changed("charges")
        elif topic == "shipment":
            self.changed("labels")
        elif topic == "mail":
            self.changed("mails")
        elif topic == "loop":
            self._step(news)
        elif topic == "call":
            self._call(news)
        elif topic == "webhook":
            self._webhook(news)

    def _step(self, news: Json) -> None:
        step, detail = str(news["step"]), news.get("detail")
        if step == "call":
            self._bot_tells = True
        provider = str(detail.get("provider", "")) if step == "call" and isinstance(detail, dict) else ""
        kind = "call" if step == "call" else "loop"
        self._row(kind, step, news["title"], news.get("lane", ""), detail, news.get("ms"), provider=provider)

    def _call(self, news: Json) -> None:
        provider, method, path, status = news["provider"], news["method"], news["path"], news["status"]
        if provider in GATEWAYS:
            for phone in self._queued():
                self.changed(f"chat:{phone}")
        if self._bot_tells:
            return
        body = next(
            (s.body for s in reversed(self._world.calls) if (s.provider, s.method, s.path) == (provider, method, path)),
            None,
        )
        short = _short(provider, path)
        detail = {"method": method, "path": short, "status": status, "body": body}
        title = f"{method} {short} → {status}"
        self._row("call", "call", title, provider, detail, None, provider=provider, bad=status >= 400)

    def _webhook(self, news: Json) -> None:
        provider, status = news["provider"], news["status"]
        try:
            body = json.loads(news["body"])
        except ValueError:
            body = news["body"]
        what = ""
        if isinstance(body, dict):
            what = str(body.get("event") or body.get("type") or "")
            if what in ("ConnectedCallback", "DisconnectedCallback", "connection.update"):
                self.changed("dials")
        title = f"{what or 'aviso'} → {status or 'ninguém atendeu'}"
        detail = {"status": status, "body": body}
        self._row("webhook", "webhook", title, provider, detail, None, provider=provider, bad=not 200 <= status < 300)

    def _row(
        self,
        kind: str,
        step: str,
        title: str,
        lane: str,
        detail: Any,
        ms: float | None,
        *,
        provider: str = "",
        bad: bool = False,
    ) -> None:
        self._number += 1
        row = {
            "id": self._number,
            "kind": kind,
            "step": step,
            "title": str(title)[:200],
            "lane": str(lane),
            "provider": WHATSAPP if provider in GATEWAYS else provider,
            "ms": ms,
            "at": self._world.clock().isoformat(),
            "detail": trimmed(detail),
            "bad": bad,
        }
        self.rows.append(row)
        for viewer in self._viewers:
            viewer.rows.append(row)
            viewer.news.set()


def trimmed(value: Any) -> Any:
    """A JSON-serialisable copy in which no text is longer than :data:`LONGEST`."""
    if isinstance(value, dict):
        return {str(key): trimmed(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [trimmed(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} caracteres)"


def _short(provider: str, path: str) -> str:
    """The path without secrets and account names of the bot's URL."""
    parts = path.split("/")
    if provider == "zapi" and len(parts) > 5 and parts[1] == "instances":
        return "/" + "/".join(parts[5:])
    if provider == "cloudflare" and len(parts) > 5:
        return "/" + "/".join(parts[5:])
    return path
