"""Brings the schema up to date; safe to run twice and from several hosts at once."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractAsyncContextManager, nullcontext

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.storage.database import Database
from bot.storage.process_lock import holding, process_lock
from bot.storage.schema import NEWER, VERSIONS, NewerSchema, current, wrong_at

log = logging.getLogger(__name__)

LOCK = 7_120_420_266
"""An arbitrary number of ours: the advisory lock that keeps two hosts from migrating at once."""

LOCK_MS = 3000
"""How long a migration waits for a table lock on a server: later statements, reads too, queue behind it."""
AGAIN_S = 1.0
IN_THE_WAY = ("55P03", "40P01")
"""PostgreSQL's codes for a lock timeout and a deadlock."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    return config


async def migrate(database: Database) -> str:
    """Apply the missing migrations atomically; returns the revision. Concurrent calls wait for the first. Lock waits
    are short and retried, so that programs using the tables are not blocked. Raises :class:`NewerSchema`."""
    while True:
        try:
            return await _try(database)
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") not in IN_THE_WAY:
                raise
            log.warning("the migration waits: its tables are in use")
        await asyncio.sleep(AGAIN_S)


async def _try(database: Database) -> str:
    async with _alone(database), database.write(within=None) as connection:
        if not database.is_sqlite:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK})
            await connection.execute(sa.text(f"SET LOCAL lock_timeout = {LOCK_MS}"))
        await connection.run_sync(_upgrade)
        return await connection.run_sync(current)


def _alone(database: Database) -> AbstractAsyncContextManager[None]:
    """On SQLite, a lock beside the file, taken before it is opened: SQLite's own lock waits ten seconds only, which
    many migrations on a busy machine exceed, and not at all while a new file is switched to write-ahead logging."""
    return holding(process_lock(database, "migration")) if database.is_sqlite else nullcontext()


def _upgrade(connection: sa.Connection) -> None:
    if wrong_at(current(connection)) == NEWER:
        raise NewerSchema(NEWER)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
