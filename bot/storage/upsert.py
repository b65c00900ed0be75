"""Ways to insert that both databases spell the same. Their statements are built once a table."""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage import prepared
from bot.storage import tables as t


@functools.cache
def _insert(table: sa.Table, dialect: str) -> Any:
    """Leaves out the rows whose key is there already."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table).on_conflict_do_nothing()


_NEWEST = sa.select(t.events.c.source, t.events.c.key).order_by(t.events.c.id.desc()).limit(sa.bindparam("most"))


@functools.cache
def _insert_events(dialect: str) -> Any:
    return _insert(t.events, dialect).returning(t.events.c.source, t.events.c.key)


@functools.cache
def _put(table: sa.Table, dialect: str, names: frozenset[str]) -> Any:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    keys = [c.name for c in table.primary_key]
    return insert.on_conflict_do_update(
        index_elements=keys, set_={name: insert.excluded[name] for name in sorted(names) if name not in keys}
    )


def insert_new(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> int:
    """Insert rows, leaving out those whose key is there already; how many were new."""
    insert = _insert(table, connection.dialect.name)
    return sum(prepared.change(connection, insert, row) for row in rows)


def insert_events(connection: sa.Connection, rows: list[dict[str, Any]]) -> list[bool]:
    """As :func:`insert_new`; for each, whether it was new. All go by one statement."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection
        before = driver.total_changes
        prepared.change_each(connection, _insert(t.events, "sqlite"), rows)
        count = driver.total_changes - before
        if count == len(rows):
            return [True] * count
        inserted = prepared.rows(connection, _NEWEST, {"most": count})  # nobody else writes meanwhile
    else:
        inserted = connection.execute(_insert_events(connection.dialect.name), rows).all()
    new = {(row.source, row.key) for row in inserted}
    news = []
    for row in rows:
        key = row["source"], row["key"]
        news.append(key in new)
        new.discard(key)  # the same twice in one batch is new once
    return news


def put(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    """Insert a row, or replace the one with its primary key."""
    prepared.change(connection, _put(table, connection.dialect.name, frozenset(row)), row)


@functools.cache
def _count_up(table: sa.Table, dialect: str) -> Any:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    keys = [c.name for c in table.primary_key]
    return insert.on_conflict_do_update(index_elements=keys, set_={"count": table.c.count + insert.excluded.count})


def count_up(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Add each row's ``count`` to the one with its primary key."""
    prepared.change_each(connection, _count_up(table, connection.dialect.name), rows)
