"""Statements that run all the time: written by SQLAlchemy, compiled once, run on the driver's own cursor.

On SQLite SQLAlchemy's way of executing costs several times what the statement itself does. On PostgreSQL, where it is
the way to the server that costs, they are executed as any other. A statement must be built once: it is remembered for
good. Whoever listens to ``before_cursor_execute`` hears of these too.
"""

from __future__ import annotations

import functools
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

Values = Mapping[str, Any]
_Process = Callable[[Any], Any] | None

_DIALECT = sqlite.dialect()
_NONE: Values = {}


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a statement is run with values of some names, its lists having some lengths."""

    sql: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    """Each value that is a list, and what its members are called in ``binds``."""
    fixed: Values
    binds: tuple[tuple[str, _Process], ...]
    row: Callable[[Iterable[Any]], Any]
    read: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Columns that do not come out as they are wanted."""

    def bound(self, values: Values) -> tuple[Any, ...]:
        named = {**self.fixed, **values}
        for name, members in self.lists:
            named.update(zip(members, named[name], strict=True))  # some stand in the statement itself
        return tuple([named[name] if process is None else process(named[name]) for name, process in self.binds])

    def rows(self, found: list[Any]) -> list[Any]:
        if not self.read:
            return list(map(self.row, found))
        rows = []
        for one in map(list, found):
            for place, process in self.read:
                one[place] = process(one[place])
            rows.append(self.row(one))
        return rows


def rows(connection: sa.Connection, statement: sa.Executable, values: Values = _NONE) -> Sequence[Any]:
    """What it finds, or returns; columns are attributes of a row."""
    if connection.dialect.name != "sqlite":
        return connection.execute(statement, values).all()
    plan = _plan_for(statement, values)
    return plan.rows(_run(connection, plan, plan.bound(values)).fetchall())


def scalars(connection: sa.Connection, statement: sa.Executable, values: Values = _NONE) -> list[Any]:
    """The first column of each row."""
    return [row[0] for row in rows(connection, statement, values)]


def scalar(connection: sa.Connection, statement: sa.Executable, values: Values = _NONE) -> Any:
    """The first column of the first row; None if there is none."""
    found = rows(connection, statement, values)
    return found[0][0] if found else None


def change(connection: sa.Connection, statement: sa.Executable, *each: Values) -> int:
    """Run it with each of the values (all of the same names); how many rows it changed."""
    if connection.dialect.name != "sqlite":
        return sum(connection.execute(statement, values).rowcount for values in each)
    if not each:
        return 0
    plan = _plan_for(statement, each[0])
    if len(each) == 1:
        return int(_run(connection, plan, plan.bound(each[0])).rowcount)
    return int(_run(connection, plan, [plan.bound(values) for values in each], many=True).rowcount)


def _run(connection: sa.Connection, plan: _Plan, bound: Sequence[Any], *, many: bool = False) -> Any:
    cursor = connection.connection.cursor()
    for listener in connection.engine.dispatch.before_cursor_execute:
        listener(connection, cursor, plan.sql, bound, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(plan.sql, bound)
    except sqlite3.Error as error:  # by SQLAlchemy's names, and without what is bound, which is personal
        raise sa.exc.DBAPIError.instance(plan.sql, None, error, sqlite3.Error, hide_parameters=True) from error
    return cursor


def _plan_for(statement: sa.Executable, values: Values) -> _Plan:
    lengths = tuple([len(value) if type(value) is list else -1 for value in values.values()])
    return _plan(statement, tuple(values), lengths)


@functools.cache
def _plan(statement: Any, names: tuple[str, ...], lengths: tuple[int, ...]) -> _Plan:
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))
    like = {name: None if length < 0 else [None] * length for name, length in zip(names, lengths, strict=True)}
    state = compiled.construct_expanded_state(like)
    processors = {
        name: bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for name, bind in compiled.binds.items()
    }
    members = {member: name for name, all_of_it in state.parameter_expansion.items() for member in all_of_it}
    columns = list(getattr(statement, "exported_columns", ()))
    read = [column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in columns]
    return _Plan(
        state.statement,
        tuple((name, tuple(expanded)) for name, expanded in state.parameter_expansion.items()),
        {name: value for name, value in compiled.params.items() if name not in names},
        tuple((name, processors[members.get(name, name)]) for name in state.positiontup),
        _row([str(column.key) for column in columns]),
        tuple((place, process) for place, process in enumerate(read) if process is not None),
    )


def _row(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    kind = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # the names are those of the columns
    return kind._make
