"""Inserts and upserts for both databases. Statements are built once per table."""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage import prepared
from bot.storage import tables as t


@functools.cache
def _insert(table: sa.Table, dialect: str, *returned: str) -> Any:
    """Skips rows whose key exists already."""
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table).on_conflict_do_nothing()
    return insert.returning(*(table.c[name] for name in returned)) if returned else insert


_NEWEST = sa.select(t.events.c.source, t.events.c.key).order_by(t.events.c.id.desc()).limit(sa.bindparam("most"))


@functools.cache
def _put(table: sa.Table, dialect: str, names: frozenset[str], unless_others: str) -> Any:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    keys = [c.name for c in table.primary_key]
    return insert.on_conflict_do_update(
        index_elements=keys,
        set_={name: insert.excluded[name] for name in sorted(names) if name not in keys},
        where=table.c[unless_others] == insert.excluded[unless_others] if unless_others else None,
    )


def insert_new(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> int:
    """Insert rows, skipping those whose unique key exists; returns how many were new."""
    insert = _insert(table, connection.dialect.name)
    return sum(prepared.change(connection, insert, row) for row in rows)


def insert_event(connection: sa.Connection, row: dict[str, Any]) -> int | None:
    """Insert an event; returns its id, None if its key exists."""
    number: int | None = prepared.scalar(connection, _insert(t.events, connection.dialect.name, "id"), row)
    return number


def insert_events(connection: sa.Connection, rows: list[dict[str, Any]]) -> list[bool]:
    """Insert events with one statement; returns for each whether it was new."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection
        before = driver.total_changes
        prepared.change_each(connection, _insert(t.events, "sqlite"), rows)
        count = driver.total_changes - before
        if count == len(rows):
            return [True] * count
        inserted = prepared.rows(connection, _NEWEST, {"most": count})  # no concurrent writers
    else:
        inserted = connection.execute(_insert(t.events, connection.dialect.name, "source", "key"), rows).all()
    new = {(row.source, row.key) for row in inserted}
    news = []
    for row in rows:
        key = row["source"], row["key"]
        news.append(key in new)
        new.discard(key)  # a repeat within one batch is new once
    return news


def put(connection: sa.Connection, table: sa.Table, row: dict[str, Any], unless_others: str = "") -> bool:
    """Upsert by primary key. ``unless_others``: leave an existing row whose value in that column differs, and return
    False."""
    return prepared.change(connection, _put(table, connection.dialect.name, frozenset(row), unless_others), row) == 1


@functools.cache
def _count_up(table: sa.Table, dialect: str) -> Any:
    insert = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    keys = [c.name for c in table.primary_key]
    return insert.on_conflict_do_update(index_elements=keys, set_={"count": table.c.count + insert.excluded.count})


def count_up(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Add each row's ``count`` to the stored row with its primary key, inserting it if missing."""
    prepared.change_each(connection, _count_up(table, connection.dialect.name), rows)
