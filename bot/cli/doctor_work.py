"""``doctor`` on the work itself: whether somebody processes what comes in, and what was set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.cli.findings import Check, Text, Wrong
from bot.health import OLDEST_EVENT_S
from bot.storage.backlog import backlog
from bot.storage.database import Database
from bot.storage.lists import Lists, Page, Span

RECENT = timedelta(days=7)
"""What was set aside before has been seen; the console keeps listing it."""
MOST = 100


class WorkChecks:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> list[Check]:
        return [
            Check(Text("work", "trabalho"), self.waiting, "DATABASE_URL"),
            Check(Text("set aside", "separados"), self.set_aside, "DATABASE_URL"),
        ]

    async def waiting(self) -> Text:
        found = await self._database.look(backlog)
        oldest, parked = found["oldest_event"], _count(found["commands"], "parked")
        waits = self._clock() - oldest if isinstance(oldest, datetime) else timedelta(0)
        if waits.total_seconds() > OLDEST_EVENT_S:
            minutes, events = round(waits.total_seconds() / 60), found["events"]
            raise Wrong(
                Text(
                    f"{events} events wait, the oldest for {minutes} min: nobody processes them",
                    f"{events} eventos esperam, o mais antigo há {minutes} min: ninguém os trabalha",
                ),
                Text(
                    "see that `autopars serve` or `autopars worker` runs, and what its log says",
                    "veja se `autopars serve` ou `autopars worker` está no ar, e o que diz o log",
                ),
            )
        if parked:
            return Text(
                f"{parked} commands wait for their provider, and go on by themselves",
                f"{parked} comandos esperam o provedor, e seguem sozinhos",
            )
        return Text("nothing is left waiting", "nada ficou esperando")

    async def set_aside(self) -> Text:
        lists, span = Lists(self._database), Span(0, self._clock() - RECENT, None)
        events = await lists.events(span, status="failed", limit=MOST)
        commands = await lists.commands(span, status="failed", limit=MOST)
        if events.rows or commands.rows:
            raise Wrong(
                Text(
                    f"{_some(events)} events and {_some(commands)} commands in the last 7 days",
                    f"{_some(events)} eventos e {_some(commands)} comandos nos últimos 7 dias",
                ),
                Text(
                    "/console shows why; fix the cause, then `autopars replay` (docs/operations.md)",
                    "/console mostra o motivo; corrija a causa, depois `autopars replay` (docs/operations.md)",
                ),
            )
        return Text("nothing in the last 7 days", "nada nos últimos 7 dias")


def _count(states: object, name: str) -> int:
    return int(states.get(name, 0)) if isinstance(states, dict) else 0


def _some(page: Page) -> str:
    return f"{len(page.rows)}{' or more' if page.next else ''}"
