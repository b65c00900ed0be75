"""Brings the schema up to date; safe to run twice and from several hosts at once."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database

LOCK = 7_120_420_266
"""Any number of our own: the advisory lock that keeps two hosts from migrating at once."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


async def migrate(database: Database) -> str:
    """Run what is missing; the revision that the schema is at. One runs, others wait and find it done."""
    async with database.write() as connection:
        await _wait_for_others(database, connection)
        await connection.run_sync(_upgrade)
        return await connection.run_sync(_current) or ""


async def is_current(database: Database) -> bool:
    async with database.read() as connection:
        return await connection.run_sync(_current) == newest()


def newest() -> str:
    """The revision that this code expects."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


async def _wait_for_others(database: Database, connection: AsyncConnection) -> None:
    if not database.is_sqlite:  # on SQLite the writer's BEGIN IMMEDIATE does it
        await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK})


def _upgrade(connection: sa.Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
