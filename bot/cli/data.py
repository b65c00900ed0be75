"""Verbs for stored data: schema, backups, imports, reconciliation."""

from __future__ import annotations

import argparse
import uuid
from datetime import datetime

import sqlalchemy as sa

from bot import importing
from bot.cli.terminal import Stopped, configured, say, with_database
from bot.domain import lanes
from bot.domain.events import Incoming, ReconcileAsked
from bot.engine.clock import Clock
from bot.engine.store import Conflict
from bot.settings import Settings
from bot.storage import migrate as schema
from bot.storage import tables as t
from bot.storage.backup import back_up
from bot.storage.database import Database, sqlite_path
from bot.storage.store import SqlStore

MOST_DAYS = 366


def migrate(_: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        say(f"schema at {await schema.migrate(database)}")
        return 0

    return with_database(work, any_schema=True)


def backup(options: argparse.Namespace) -> int:
    source = sqlite_path(configured().database_url)
    if source is None:
        raise Stopped("this is for SQLite; PostgreSQL has pg_dump (see docs/production.md)")
    try:
        back_up(source, options.file)
    except OSError as error:
        raise Stopped(f"nothing was copied: {error.filename or options.file}: {error.strerror}") from None
    say(f"{options.file}: {options.file.stat().st_size} bytes")
    return 0


def load(options: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        try:
            sellers = importing.read(options.file)
            done = await importing.load(database, config.rules(), sellers, Clock()())
        except importing.ImportRefused as error:
            raise Stopped(f"nothing was imported:\n{error}") from None
        except OSError as error:
            raise Stopped(f"nothing was imported:\n{options.file}: {error.strerror}") from None
        except Conflict:
            raise Stopped("nothing was imported: the shop was busy with the same rows; run it again") from None
        say(f"{done.sellers} sellers and {done.products} products imported")
        return 0

    return with_database(work)


def reconcile(options: argparse.Namespace) -> int:
    async def work(config: Settings, database: Database) -> int:
        store, number = SqlStore(database, config.rules()), options.order
        if not await ask_to_reconcile(store, Clock()(), order=number, days=options.days):
            say(f"there is no order {number}")
            return 1
        say("requested: differences are corrected, or listed in the console under Diferenças")
        return 0

    return with_database(work)


async def ask_to_reconcile(store: SqlStore, now: datetime, *, order: int = 0, days: int = 7) -> bool:
    """Request a reconciliation; False if there is no such order."""
    if order:
        async with store.database.read() as connection:
            found = await connection.execute(sa.select(t.orders.c.number).where(t.orders.c.number == order))
            if found.scalar_one_or_none() is None:
                return False
    lane = lanes.order(order) if order else lanes.BOOKS
    asked = ReconcileAsked(order=order, by="cli", days=min(days, MOST_DAYS))
    await store.accept([Incoming(source="cli", key=f"reconcile/{uuid.uuid4().hex}", lane=lane, event=asked)], now)
    return True
