"""Executes hot statements: built with SQLAlchemy, compiled once, run directly on the driver's cursor.

SQLAlchemy's execution costs several times the statement itself on SQLite, and about one round trip on a server.
Statements are cached for good, so each must be built only once. ``before_cursor_execute`` listeners are called.
"""

from __future__ import annotations

import functools
import operator
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

Values = Mapping[str, Any]
_Process = Callable[[Any], Any] | None

_DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": asyncpg.dialect()}  # type: ignore[no-untyped-call]
_NONE: Values = {}


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a statement is run with values of some names, its lists having some lengths."""

    sql: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    """Each value that is a list, and what its members are called for ``pick``."""
    fixed: Values
    pick: Callable[[Values], Iterable[Any]]
    """The values in the order in which the statement names them."""
    written: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Places of values that are bound in another form."""
    row: Callable[[Iterable[Any]], Any]
    read: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Columns that do not come out as they are wanted."""

    def bound(self, values: Values) -> tuple[Any, ...]:
        if self.fixed or self.lists:
            values = {**self.fixed, **values}
            for name, members in self.lists:
                values.update(zip(members, values[name], strict=True))  # some stand in the statement itself
        bound = list(self.pick(values))
        for place, process in self.written:
            bound[place] = process(bound[place])
        return tuple(bound)

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
    """The rows found or returned; columns are attributes."""
    plan = _plan_for(connection, statement, values)
    return plan.rows(_execute(connection, plan.sql, plan.bound(values)).fetchall())


def scalars(connection: sa.Connection, statement: sa.Executable, values: Values = _NONE) -> list[Any]:
    """The first column of each row."""
    return [row[0] for row in rows(connection, statement, values)]


def scalar(connection: sa.Connection, statement: sa.Executable, values: Values = _NONE) -> Any:
    """The first column of the first row; None if there is none."""
    found = rows(connection, statement, values)
    return found[0][0] if found else None


def change(connection: sa.Connection, statement: sa.Executable, values: Values = _NONE) -> int:
    """Execute; returns the number of rows changed."""
    plan = _plan_for(connection, statement, values)
    return int(_execute(connection, plan.sql, plan.bound(values)).rowcount)


def change_each(connection: sa.Connection, statement: sa.Executable, each: Sequence[Values]) -> None:
    """Execute once per set of values (all with the same names), in one batch."""
    if not each:
        return
    plan = _plan_for(connection, statement, each[0])
    _execute(connection, plan.sql, [plan.bound(values) for values in each], many=True)


def say(connection: sa.Connection, sql: str) -> None:
    """Execute literal SQL (``BEGIN IMMEDIATE``)."""
    _execute(connection, sql, ())


def _execute(connection: sa.Connection, sql: str, bound: Sequence[Any], *, many: bool = False) -> Any:
    cursor = connection.connection.cursor()
    for listener in connection.engine.dispatch.before_cursor_execute:
        listener(connection, cursor, sql, bound, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(sql, bound)
    except BaseException as error:  # SQLAlchemy names it, and lets go of a connection that was lost or cut short
        connection._handle_dbapi_exception(error, sql, None, cursor, None)
    return cursor


def _plan_for(connection: sa.Connection, statement: sa.Executable, values: Values) -> _Plan:
    lengths: tuple[int, ...] = ()
    if list in map(type, values.values()):
        lengths = tuple([len(value) if type(value) is list else -1 for value in values.values()])
    return _plan(connection.dialect.name, statement, tuple(values), lengths)


@functools.cache
def _plan(name: str, statement: Any, names: tuple[str, ...], lengths: tuple[int, ...]) -> _Plan:
    """``lengths``: of the values that are lists, -1 for the others; empty where none is."""
    dialect = _DIALECTS[name]
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    like: dict[str, Any] = dict.fromkeys(names)
    like |= {name: [None] * length for name, length in zip(names, lengths, strict=False) if length >= 0}
    state = compiled.construct_expanded_state(like)
    processors = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    members = {member: name for name, all_of_it in state.parameter_expansion.items() for member in all_of_it}
    columns = list(getattr(statement, "exported_columns", ()))
    read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    ordered = state.positiontup or ()
    processes = [processors[members.get(name, name)] for name in ordered]
    return _Plan(
        state.statement,
        tuple((name, tuple(expanded)) for name, expanded in state.parameter_expansion.items()),
        {name: value for name, value in compiled.params.items() if name not in names},
        _pick(ordered),
        _those(processes),
        _row([str(column.key) for column in columns]),
        _those(read),
    )


def _row(names: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    kind = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # the names are those of the columns
    return kind._make


def _those(processes: Sequence[_Process]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    return tuple((place, process) for place, process in enumerate(processes) if process is not None)


def _pick(names: Sequence[str]) -> Callable[[Values], Iterable[Any]]:
    if len(names) > 1:
        return operator.itemgetter(*names)
    return lambda values: [values[name] for name in names]
