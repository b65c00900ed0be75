"""Brings the schema up to date; safe to run twice and from several hosts at once."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.storage.database import Database
from bot.storage.schema import NEWER, VERSIONS, current, wrong_at
from bot.storage.turnstile import passing, turnstile

LOCK = 7_120_420_266
"""Any number of our own: the advisory lock that keeps two hosts from migrating at once."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    return config


class NewerSchema(Exception):
    """A newer release has migrated the database; ``str()`` is the line to show."""


async def migrate(database: Database) -> str:
    """Run what is missing; the revision that the schema is at. One runs, others wait and find it done. Raises
    :class:`NewerSchema`."""
    async with _alone(database), database.write(within=None) as connection:
        if not database.is_sqlite:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK})
        await connection.run_sync(_upgrade)
        return await connection.run_sync(current)


def _alone(database: Database) -> AbstractAsyncContextManager[None]:
    """On SQLite a lock beside the file, before it is opened: its own lock is waited for ten seconds only, which many
    migrations on a busy machine outlast, and not at all by who turns a new file to write-ahead logging."""
    return passing(turnstile(database, "migration")) if database.is_sqlite else nullcontext()


def _upgrade(connection: sa.Connection) -> None:
    if wrong_at(current(connection)) == NEWER:
        raise NewerSchema(NEWER)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
