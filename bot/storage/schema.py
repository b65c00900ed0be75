"""Whether the schema is what this code expects, told without Alembic: that is only loaded to change it."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import sqlalchemy as sa

from bot.storage.database import Database

VERSIONS = Path(__file__).parent / "migrations" / "versions"
_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


@functools.cache
def newest() -> str:
    """The revision that no other builds on; "" if that is not one."""
    named = [pair for file in VERSIONS.glob("*.py") for pair in _NAMED.findall(file.read_text("utf-8"))]
    ends = {name for what, name in named if what == "revision"} - {name for what, name in named if what != "revision"}
    return ends.pop() if len(ends) == 1 else ""


def current(connection: sa.Connection) -> str:
    """The revision that the schema is at, "" if there is none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""


async def is_current(database: Database) -> bool:
    return await database.look(current) == newest()
