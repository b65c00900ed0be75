"""The record: events, commands and calls, filtered, each with its redacted bodies; and putting them back to work."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.console import words
from bot.console.access import Permit
from bot.console.server import HOME, Console, Visit
from bot.storage.reading import Row

STATUSES_OF_EVENTS = ("new", "done", "failed")
STATUSES_OF_COMMANDS = ("open", "lost", "new", "doing", "parked", "done", "refused", "expired", "failed")


def routes(console: Console) -> list[web.RouteDef]:
    return [
        console.get("/eventos", events),
        console.get(r"/eventos/{id:\d{1,18}}", event),
        console.post("/eventos/repetir", replay, Permit.MEND),
        console.get("/comandos", commands),
        console.get(r"/comandos/{id:\d{1,18}}", command),
        console.get("/chamadas", calls),
        console.get(r"/chamadas/{id:\d{1,18}}", call),
    ]


async def events(visit: Visit) -> web.Response:
    records = visit.desk.records
    rows = await records.events(
        source=visit.word("source"),
        kind=visit.word("kind"),
        status=_one_of(visit.word("status"), STATUSES_OF_EVENTS),
        lane=visit.word("lane"),
        before=visit.number("before"),
    )
    return visit.page(
        "events.html",
        rows=rows,
        sources=await records.event_sources(),
        kinds=await records.event_kinds(),
        statuses=STATUSES_OF_EVENTS,
        last=_last(rows),
        kind_name=words.kind,
    )


async def event(visit: Visit) -> web.Response:
    records = visit.desk.records
    row = await records.event(visit.number("id"))
    if row is None:
        return visit.missing()
    await visit.looked_at(f"event:{row['id']}")
    made = await records.commands_of(row["id"])
    return visit.page("event.html", row=row, made=made, kind_name=words.kind)


async def replay(visit: Visit) -> web.Response:
    """Events that were set aside are worked again; ``ids`` are separated by blanks."""
    ids = [int(word) for word in visit.form.get("ids", "").split() if word.isdecimal() and len(word) < 19][:500]
    count = await visit.desk.store.replay(ids, visit.desk.clock()) if ids else 0
    for event_id in ids if count else ():
        await visit.desk.accounts.note(
            visit.user.name, "repetiu", f"event:{event_id}", visit.form.get("reason", "")[:300]
        )
    back = visit.form.get("back", "")
    return visit.go(back if back.startswith(f"{HOME}/") else f"{HOME}/eventos", "replayed" if count else "nothing")


async def commands(visit: Visit) -> web.Response:
    records = visit.desk.records
    rows = await records.commands(
        kind=visit.word("kind"),
        status=_one_of(visit.word("status"), STATUSES_OF_COMMANDS),
        lane=visit.word("lane"),
        before=visit.number("before"),
    )
    return visit.page(
        "commands.html",
        rows=rows,
        kinds=await records.command_kinds(),
        statuses=STATUSES_OF_COMMANDS,
        last=_last(rows),
        kind_name=words.kind,
    )


async def command(visit: Visit) -> web.Response:
    records = visit.desk.records
    row = await records.command(visit.number("id"))
    if row is None:
        return visit.missing()
    await visit.looked_at(f"command:{row['id']}")
    made = await records.calls_for([row["key"]])
    return visit.page("command.html", row=row, calls=made, kind_name=words.kind)


async def calls(visit: Visit) -> web.Response:
    records = visit.desk.records
    rows = await records.calls(
        provider=visit.word("provider"), failed=visit.word("failed") == "1", before=visit.number("before")
    )
    return visit.page("calls.html", rows=rows, providers=await records.providers(), last=_last(rows))


async def call(visit: Visit) -> web.Response:
    row = await visit.desk.records.call(visit.number("id"))
    if row is None:
        return visit.missing()
    await visit.looked_at(f"call:{row['id']}")
    return visit.page("call.html", row=row)


def _one_of(word: str, known: Sequence[str]) -> str:
    return word if word in known else ""


def _last(rows: Sequence[Row]) -> int:
    """The id to page on from, 0 on the last page."""
    return int(rows[-1]["id"]) if rows else 0
