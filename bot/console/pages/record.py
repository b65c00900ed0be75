"""The record: events, commands and calls, filtered, each with its redacted bodies; and replaying them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.console import timeline, words
from bot.console.access import Permit
from bot.console.listing import Filter, Listing, fixed, moment
from bot.console.server import HOME, Console, Handler, Visit
from bot.storage.lists import COMMAND_STATUSES, EVENT_STATUSES, Span
from bot.storage.reading import Row

MOST = 1000
"""Events that are replayed at once."""

EVENTS = Listing(
    "events.html",
    lambda desk, span, wanted: desk.records.events(span, **wanted),
    (
        Filter("source", "Origem", lambda desk: desk.records.event_sources(), str),
        Filter("kind", "Tipo", lambda desk: desk.records.event_kinds(), words.kind),
        Filter("status", "Estado", fixed(*EVENT_STATUSES)),
        Filter("lane", "Raia", hint="order:1042"),
        Filter("root", "Fio"),
    ),
)
COMMANDS = Listing(
    "commands.html",
    lambda desk, span, wanted: desk.records.commands(span, **wanted),
    (
        Filter("needs", "Provedor", fixed(*words.NEEDS), words.need),
        Filter("kind", "Tipo", lambda desk: desk.records.command_kinds(), words.kind),
        Filter("status", "Estado", fixed(*COMMAND_STATUSES)),
        Filter("lane", "Raia", hint="order:1042"),
    ),
)
CALLS = Listing(
    "calls.html",
    lambda desk, span, wanted: desk.records.calls(span, **wanted),
    (
        Filter("provider", "Provedor", lambda desk: desk.records.providers(), str),
        Filter("operation", "Operação", hint="charge.create"),
        Filter("failed", "só falhas", flag=True),
    ),
)


def routes(console: Console) -> list[web.RouteDef]:
    number = r"{id:\d{1,18}}"
    return [
        console.get("/eventos", EVENTS.page),
        console.get(f"/eventos/{number}", one("event", lambda v: v.desk.records.event(v.number("id")), _made)),
        console.post("/eventos/repetir", replay, Permit.MEND),
        console.get("/comandos", COMMANDS.page),
        console.get(f"/comandos/{number}", one("command", lambda v: v.desk.records.command(v.number("id")), _calls)),
        console.get("/fio/{root:[a-z]{16}}", thread),
        console.post("/comandos/agora", hurry, Permit.MEND),
        console.get("/chamadas", CALLS.page),
        console.get(f"/chamadas/{number}", one("call", lambda v: v.desk.records.call(v.number("id")), _nothing)),
    ]


def one(
    what: str, find: Callable[[Visit], Awaitable[Row | None]], around: Callable[[Visit, Row], Awaitable[object]]
) -> Handler:
    """A page about one row; viewing it is logged as a look at somebody's data."""

    async def page(visit: Visit) -> web.Response:
        row = await find(visit)
        if row is None:
            return visit.missing()
        await visit.looked_at(f"{what}:{row['id']}")
        return visit.page(f"{what}.html", row=row, around=await around(visit, row))

    return page


async def _made(visit: Visit, row: Row) -> object:
    return await visit.desk.records.commands_of(row["id"])


async def _calls(visit: Visit, row: Row) -> object:
    return await visit.desk.records.calls_for([row["key"]])


async def _nothing(_: Visit, __: Row) -> object:
    return None


async def thread(visit: Visit) -> web.Response:
    """Everything that followed from one root."""
    root = visit.word("root")
    lines = await timeline.of_root(visit.desk.records, root)
    if not lines:
        return visit.missing()
    await visit.looked_at(f"root:{root}")
    return visit.page("thread.html", root=root, lines=lines)


async def replay(visit: Visit) -> web.Response:
    """Replay events: those of the form (``ids``), or with ``all`` everything that the filters find."""
    why, back = visit.form.get("reason", "").strip()[:300], _back(visit, "/eventos")
    if not why:
        return visit.go(back, "why")
    ids = await _found(visit) if visit.form.get("all") else _ids(visit)
    count = await visit.desk.store.replay(ids) if ids else 0
    if count:
        subject = f"event:{ids[0]}" if len(ids) == 1 else "events"
        listed = why if len(ids) == 1 else f"{why} · {len(ids)}: {' '.join(map(str, ids))}"[:4000]
        await visit.desk.accounts.note(visit.user.name, "repetiu", subject, listed)
    return visit.go(back, "replayed" if count else "nothing")


async def hurry(visit: Visit) -> web.Response:
    """Retry waiting commands now."""
    ids, back = _ids(visit), _back(visit, "/comandos")
    count = await visit.desk.store.hurry(ids, visit.desk.clock()) if ids else 0
    if count:
        await visit.desk.accounts.note(visit.user.name, "mandou tentar já", "commands", " ".join(map(str, ids)))
    return visit.go(back, "replayed" if count else "nothing")


async def _found(visit: Visit) -> list[int]:
    fields = visit.form
    wanted: dict[str, Any] = {f.name: fields[f.name] for f in EVENTS.filters if fields.get(f.name)}
    span = Span(since=moment(fields.get("since", "")), until=moment(fields.get("until", "")))
    page = await visit.desk.records.events(span, **wanted, limit=MOST)
    return [int(row["id"]) for row in page.rows if row["status"] != "new"]


def _ids(visit: Visit) -> list[int]:
    """The selected rows: all fields that begin with ``id-``, or one list ``ids``."""
    said = [name.removeprefix("id-") for name in visit.form if name.startswith("id-")]
    said += visit.form.get("ids", "").split()
    return sorted({int(word) for word in said if word.isdecimal() and len(word) < 19})[:MOST]


def _back(visit: Visit, home: str) -> str:
    back = visit.form.get("back", "")
    return back if back.startswith(f"{HOME}/") else f"{HOME}{home}"
