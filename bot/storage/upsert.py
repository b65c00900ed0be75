"""Two ways to insert that both databases spell the same."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> int:
    """Insert rows, leaving out those whose key is there already; how many were new."""
    if not rows:
        return 0
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(table).on_conflict_do_nothing()
    return sum(connection.execute(statement, row).rowcount for row in rows)


def put(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    """Insert a row, or replace the one with its primary key."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    keys = [c.name for c in table.primary_key]
    changes = {k: v for k, v in row.items() if k not in keys}
    connection.execute(make(table).values(**row).on_conflict_do_update(index_elements=keys, set_=changes))
