"""Writes a decision's commands to the outbox. A command that may begin at once, with nothing before it in its queue, is
stored together with its first attempt, which saves a commit."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.decision import Decision, NewCommand, Stored
from bot.engine.store import MayBegin, Waiting, later
from bot.storage import prepared
from bot.storage import tables as t
from bot.storage.statements import AT_ONCE, LEASE
from bot.storage.upsert import insert_new

# built once, as those of :mod:`bot.storage.statements`
AHEAD = (
    sa.select(t.commands.c.id)
    .where(t.commands.c.queue == sa.bindparam("line"), sa.text(t.OPEN_COMMAND))
    # what is wanted for later only (after the quiet hours) holds up no answer until then
    .where(sa.or_(sa.text("status <> 'new'"), t.commands.c.not_before <= sa.bindparam("now")))
    .limit(1)
)
"""An open command of a queue that must end before one that is stored now."""


@dataclass(frozen=True)
class Starter:
    """Which commands begin at once, and the worker that owns them."""

    may_begin: MayBegin = later
    owner: str = ""


NOTHING_AT_ONCE = Starter()


@functools.cache
def _begun(dialect: str) -> Any:
    """A command with its first attempt, left out if its key is there already. Other workers must see whether this one
    still lives; SQLite has no others."""
    if dialect == "sqlite":
        return sqlite.insert(t.commands).on_conflict_do_nothing().returning(t.commands.c.id)
    insert = postgresql.insert(t.commands).values(lease_until=LEASE)
    return insert.on_conflict_do_nothing().returning(t.commands.c.id)


def insert_commands(
    connection: sa.Connection, stored: Stored, decision: Decision, now: datetime, starter: Starter
) -> tuple[Waiting, ...]:
    """Insert commands, skipping existing keys; returns those begun, as they were before the attempt (the form that the
    dispatcher works with)."""
    begun: list[Waiting] = []
    for new in decision.commands:
        row = _row(new, stored.id, stored.root, now)
        doubt = _doubt(connection, new, decision, now, starter)
        if doubt is None:
            insert_new(connection, t.commands, [row])
            continue
        attempt = {"status": "doing", "attempts": 1, "in_doubt": doubt, "owner": starter.owner}
        numbers = prepared.scalars(connection, _begun(connection.dialect.name), row | attempt)
        begun += [_waiting(number, stored, new) for number in numbers]
    return tuple(begun)


def _doubt(
    connection: sa.Connection, new: NewCommand, decision: Decision, now: datetime, starter: Starter
) -> bool | None:
    """As :data:`MayBegin`, of what is wanted now and has nothing ahead of it."""
    doubt = starter.may_begin(new.command)
    if doubt is None or new.not_before is not None or new.key in decision.cancelled_commands:
        return None
    ahead = prepared.scalars(connection, AHEAD, {"line": new.queue, "now": now}) if new.queue else []
    return None if ahead else doubt


def insert_alone(connection: sa.Connection, new: NewCommand, now: datetime, root: str) -> None:
    """Insert a command without an event as its cause, unless its key exists."""
    insert_new(connection, t.commands, [_row(new, 0, root, now)])


def _row(new: NewCommand, event_id: int, root: str, now: datetime) -> dict[str, Any]:
    return {
        "key": new.key,
        "kind": new.command.kind,
        "needs": new.command.needs,
        "queue": new.queue,
        "lane": new.lane,
        "body": new.command.model_dump_json(),
        "not_before": new.not_before or AT_ONCE,
        "expires_at": new.expires_at,
        "event_id": event_id,
        "created_at": now,
        "updated_at": now,
        "root": root,
    }


def _waiting(number: int, stored: Stored, new: NewCommand) -> Waiting:
    return Waiting(
        id=number,
        key=new.key,
        command=new.command,
        queue=new.queue,
        lane=new.lane,
        attempts=0,
        in_doubt=False,
        told_parked=False,
        expires_at=new.expires_at,
        root=stored.root,
    )
