"""The query for due commands. It reads the oldest of each need, so that its cost does not grow with the backlog."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from bot.storage import prepared
from bot.storage import tables as t
from bot.storage.types import BigId, Utc

ASK_AGAIN_S = 0.5
"""Seconds."""

_COLUMNS = (
    *("id", "key", "kind", "body", "queue", "lane", "attempts", "in_doubt", "told_parked", "expires_at"),
    *("repeats", "root", "status"),
)
"""Columns of a due command."""

CHOICE = 100
"""Commands are drawn at random from so many due ones: no queue waits behind all older ones, and several workers seldom
choose the same."""
SEEN = 200
"""Due commands read per need and state."""
STEPS = 200
"""Queues read at a time, in the order of their names, if a few long queues fill what is read."""


def _open(name: str) -> sa.TextClause:
    """The predicate of the partial indexes, for an alias of the table."""
    return sa.text(f"{name}.{t.OPEN_COMMAND}")


def _is_next(dialect: str) -> sa.ColumnElement[bool]:
    """Whether no open command before it in its queue must end first; one index entry decides."""
    mine, older = t.commands, t.commands.alias("older")
    # compared as a pair, so that only the queue's index fits: PostgreSQL's planner would otherwise expect a match soon
    # and walk the primary key through all finished commands
    ahead = older.c.id < mine.c.id
    if dialect != "sqlite":
        ahead = sa.tuple_(older.c.queue, older.c.id) < sa.tuple_(mine.c.queue, mine.c.id)
    # a command for later (after the quiet hours) does not block its queue until then
    waited_for = sa.or_(sa.text("older.status <> 'new'"), older.c.not_before <= sa.bindparam("now"))
    same = sa.select(older.c.id).where(older.c.queue == mine.c.queue, ahead, _open("older"), waited_for)
    return sa.or_(mine.c.queue == "", ~same.exists())


def _none_of(column: sa.ColumnElement[Any], names: str, dialect: str) -> sa.ColumnElement[bool]:
    """PostgreSQL gets the list as one array: expanded, each length would be another statement with another plan."""
    if dialect == "sqlite":
        return column.notin_(sa.bindparam(names, expanding=True))
    return column != sa.all_(sa.bindparam(names, type_=ARRAY(column.type)))


def kinds_of(*states: str) -> sa.CTE:
    """The distinct (state, need) pairs of open commands, by a loose index scan: one step per pair."""
    one = t.commands.alias("one")

    def next_need(status: sa.ColumnElement[str], *after: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
        needs = sa.select(sa.func.min(one.c.needs)).where(_open("one"), one.c.status == status, *after)
        return needs.scalar_subquery()

    named = (sa.select(sa.literal_column(f"'{state}'", sa.String).label("status")) for state in states)
    each = sa.union_all(*named).subquery("anon_states")
    kinds = sa.select(each.c.status, next_need(each.c.status).label("needs")).cte("anon_kinds", recursive=True)
    another = sa.select(kinds.c.status, next_need(kinds.c.status, one.c.needs > kinds.c.needs))
    return kinds.union_all(another.where(kinds.c.needs.is_not(None)))


def _oldest_due(kinds: sa.CTE) -> sa.Select[Any]:
    """Due commands of one pair in index order: those due at once by id, then by due time."""
    due = t.commands.alias("due")
    its_kind = sa.and_(due.c.status == kinds.c.status, due.c.needs == kinds.c.needs)
    return (
        sa.select(due.c.id)
        .where(_open("due"), its_kind, due.c.not_before <= sa.bindparam("now"))
        .order_by(due.c.not_before, due.c.id)
        .correlate(kinds)
    )


@functools.cache
def waiting(dialect: str) -> sa.Select[Any]:
    """Heads of queues among the oldest due commands of each need and state. If a few long queues fill what is read,
    :func:`by_queues` finds the others."""
    mine, kinds = t.commands, kinds_of("new", "parked")
    oldest = _oldest_due(kinds).limit(SEEN)
    if dialect == "sqlite":
        chosen: Any = kinds.join(mine, mine.c.id.in_(oldest))
    else:
        due = oldest.lateral("anon_oldest")
        chosen = kinds.join(due, sa.true()).join(mine, mine.c.id == due.c.id)
    return (
        sa.select(*(mine.c[name] for name in _COLUMNS))
        .select_from(chosen)
        .where(
            _none_of(kinds.c.needs, "without", dialect),
            _none_of(mine.c.id, "busy", dialect),
            _is_next(dialect),
        )
        # an expression, or the planner would walk the whole table in order of the primary key
        .order_by(mine.c.id + 0)
        .limit(sa.bindparam("most"))
    )


@functools.cache
def crowded(dialect: str) -> sa.Select[Any]:
    """Whether any pair has more due commands than are read."""
    kinds = kinds_of("new", "parked")
    last = _oldest_due(kinds).limit(1).offset(SEEN).scalar_subquery()
    looked_at = _none_of(kinds.c.needs, "without", dialect)
    return sa.select(sa.literal(1)).select_from(kinds).where(looked_at, last.is_not(None)).limit(1)


@functools.cache
def by_queues(dialect: str) -> sa.Select[Any]:
    """The head of each queue in order of their names, from a given one on, and commands without a queue one by one.
    ``may_begin``: whether it is due and not excluded."""
    mine, here, head = t.commands.alias("mine"), t.commands.alias("here"), t.commands.alias("head")
    its_queue, its_number, entry = _entry("ahead", dialect)

    def after(queue: sa.ColumnElement[str], number: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
        """The next index entry after a queue, or after an id of those without one."""
        if dialect != "sqlite":
            behind = sa.case((queue == "", number), else_=sa.literal_column(str(2**62)))
            return entry.where(sa.tuple_(its_queue, its_number) > sa.tuple_(queue, behind)).scalar_subquery()
        alone = entry.where(queue == "", its_queue == "", its_number > number).scalar_subquery()
        return sa.func.coalesce(alone, entry.where(its_queue > queue).scalar_subquery())

    first = after(sa.bindparam("queue", type_=sa.String), sa.bindparam("number", type_=BigId))
    walk = sa.select(first.label("id"), sa.literal(1).label("step")).cte("anon_walk", recursive=True)
    walk = walk.union_all(
        sa.select(after(here.c.queue, here.c.id), walk.c.step + 1)
        .select_from(walk.join(here, here.c.id == walk.c.id))
        .where(walk.c.step < STEPS)
    )
    now: sa.BindParameter[datetime] = sa.bindparam("now")
    its_own, behind, answer = _entry("answer", dialect)
    waited_for = sa.or_(sa.text("answer.status <> 'new'"), sa.literal_column("answer.not_before", Utc) <= now)
    behind_it = behind > head.c.id
    if dialect != "sqlite":
        behind_it = sa.tuple_(its_own, behind) > sa.tuple_(head.c.queue, head.c.id)
    answer = answer.where(its_own == head.c.queue, behind_it, waited_for)
    later = sa.and_(head.c.queue != "", sa.text("head.status = 'new'"), head.c.not_before > now)
    first = sa.case((later, sa.func.coalesce(answer.scalar_subquery(), head.c.id)), else_=head.c.id)
    due = sa.and_(
        sa.text("mine.status <> 'doing'"),
        mine.c.not_before <= now,
        _none_of(mine.c.needs, "without", dialect),
        _none_of(mine.c.id, "busy", dialect),
    )
    return (
        sa.select(*(mine.c[name] for name in _COLUMNS), due.label("may_begin"))
        .select_from(walk.join(head, head.c.id == walk.c.id).join(mine, mine.c.id == first))
        .order_by(walk.c.step)
    )


def _entry(name: str, dialect: str) -> tuple[sa.ColumnElement[str], sa.ColumnElement[int], sa.Select[Any]]:
    """The first open command in order of (queue, id): its queue, its id, and the query."""
    # SQLite would expect few open commands and read them all
    index = " INDEXED BY ix_commands_queue" if dialect == "sqlite" else ""
    queue, number = sa.literal_column(f"{name}.queue", sa.String), sa.literal_column(f"{name}.id", BigId)
    commands = sa.text(f"commands AS {name}{index}")
    return queue, number, sa.select(number).select_from(commands).where(_open(name)).order_by(queue, number).limit(1)


class Queues:
    """What one process remembers between queries."""

    def __init__(self) -> None:
        self._crowded = False
        self._asked = -ASK_AGAIN_S
        self._behind = ("", 0)
        """The queue that was read last, or the id of the last command without one."""

    def look(
        self, connection: sa.Connection, now: datetime, busy: Sequence[int], limit: int, without: Sequence[str]
    ) -> list[Any]:
        """Rows; see :meth:`bot.engine.store.Store.waiting_commands`."""
        dialect = connection.dialect.name
        values = {"now": now, "busy": list(busy), "without": list(without)}
        most = max(limit, CHOICE)
        found = list(prepared.rows(connection, waiting(dialect), {**values, "most": most}))
        if len(found) < most and self._is_crowded(connection, now, without):
            known = {row.id for row in found}
            for row in self._by_queues(connection, values):
                if row.may_begin and row.id not in known:
                    known.add(row.id)
                    found.append(row)
                if len(found) == most:
                    break
        return found if len(found) <= limit else random.sample(found, limit)

    def _is_crowded(self, connection: sa.Connection, now: datetime, without: Sequence[str]) -> bool:
        """Whether more is due than is read, so that long queues may hide others; asked every :data:`ASK_AGAIN_S`."""
        moment = time.monotonic()
        if moment >= self._asked + ASK_AGAIN_S:
            self._asked = moment
            values = {"now": now, "without": list(without)}
            self._crowded = bool(prepared.rows(connection, crowded(connection.dialect.name), values))
        return self._crowded

    def _by_queues(self, connection: sa.Connection, values: dict[str, Any]) -> Iterator[Any]:
        """At most one round, starting where the query before stopped."""
        started, statement = self._behind, by_queues(connection.dialect.name)
        for queue, number in dict.fromkeys((started, ("", 0))):
            rows = prepared.rows(connection, statement, {**values, "queue": queue, "number": number})
            for row in rows:
                self._behind = row.queue, row.id
                yield row
            if len(rows) == STEPS:
                return
        self._behind = "", 0
