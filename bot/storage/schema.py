"""Whether the schema is what this code expects, told without Alembic: that is only loaded to change it."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import sqlalchemy as sa

from bot.storage.database import Database

VERSIONS = Path(__file__).parent / "migrations" / "versions"
_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)

OLDER = "the database is not up to date: run `autopars migrate` first"
NEWER = (
    "the database is of a newer release than this program: start that release, "
    "or restore a backup from before it was migrated"
)


@functools.cache
def _named() -> frozenset[tuple[str, str]]:
    return frozenset(pair for file in VERSIONS.glob("*.py") for pair in _NAMED.findall(file.read_text("utf-8")))


@functools.cache
def newest() -> str:
    """The revision that no other builds on; "" if that is not one."""
    ours, built_on = ({name for what, name in _named() if what == which} for which in ("revision", "down_revision"))
    ends = ours - built_on
    return ends.pop() if len(ends) == 1 else ""


def current(connection: sa.Connection) -> str:
    """The revision that the schema is at, "" if there is none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""


def wrong_at(revision: str) -> str:
    """:data:`OLDER` or :data:`NEWER`; "" where the revision is this code's."""
    if revision == newest():
        return ""
    return OLDER if not revision or ("revision", revision) in _named() else NEWER


async def what_is_wrong(database: Database) -> str:
    """As :func:`wrong_at`, of the schema that is there."""
    return wrong_at(await database.look(current))
