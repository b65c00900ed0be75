"""Compares the schema's revision with this release's, without loading Alembic (needed only to migrate)."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import time
from pathlib import Path

import sqlalchemy as sa

from bot.storage.database import Database

log = logging.getLogger(__name__)

VERSIONS = Path(__file__).parent / "migrations" / "versions"
_NAMED = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)

OLDER = "the database is not up to date: run `autopars migrate` first"
NEWER = (
    "the database is of a newer release than this program: start that release, "
    "or restore a backup from before it was migrated"
)
LOOK_S = 1.0
"""Seconds between checks of the revision."""
OUTDATED_S = 60.0
"""Seconds after which a process that is shut out ends: time for a manual hand-over."""


class NewerSchema(Exception):
    """A newer release has migrated the database; ``str()`` is the line to show."""


@functools.cache
def _named() -> frozenset[tuple[str, str]]:
    return frozenset(pair for file in VERSIONS.glob("*.py") for pair in _NAMED.findall(file.read_text("utf-8")))


@functools.cache
def newest() -> str:
    """The head revision of this release; "" if there are several heads."""
    ours, built_on = ({name for what, name in _named() if what == which} for which in ("revision", "down_revision"))
    ends = ours - built_on
    return ends.pop() if len(ends) == 1 else ""


def current(connection: sa.Connection) -> str:
    """The revision of the database, "" if it has none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""


def wrong_at(revision: str) -> str:
    """:data:`OLDER` or :data:`NEWER`; "" if the revision is this release's."""
    if revision == newest():
        return ""
    return OLDER if not revision or ("revision", revision) in _named() else NEWER


async def what_is_wrong(database: Database) -> str:
    """Like :func:`wrong_at`, for the schema in the database."""
    return wrong_at(await database.look(current))


class Fence:
    """Stops a process of an older release from working once a newer one has migrated the database: it would take events
    for poison, and drop fields of documents that it does not know. It may still store events; the newer release works
    them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looked = 0.0
        self._wrong = ""
        self._shut_at: float | None = None

    async def is_open(self, *, again: bool = False) -> bool:
        """Whether the revision is this release's; cached for :data:`LOOK_S`. ``again``: check now."""
        if again or not self._looked or time.monotonic() > self._looked + LOOK_S:
            before, self._wrong = self._wrong, await what_is_wrong(self._database)
            self._looked = time.monotonic()
            if self._wrong and not before:
                self._shut_at = self._looked
                log.error("this process works nothing more: %s", self._wrong)
            elif before and not self._wrong:
                self._shut_at = None
                log.warning("the schema is this program's again: it goes on working")
        return not self._wrong

    async def shut_out(self) -> None:
        """Return when the fence has been shut for :data:`OUTDATED_S`: the process should end, so that its supervisor
        starts the installed release."""
        while self._shut_at is None or time.monotonic() < self._shut_at + OUTDATED_S:
            await asyncio.sleep(LOOK_S)
            try:
                await self.is_open()
            except Exception as error:  # a database that fails says nothing about the release
                log.debug("the schema cannot be looked at: %s", type(error).__name__)
        log.error("this process ends, so that what is installed now is started")
