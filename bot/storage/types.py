"""Column types that differ between the two databases."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""An auto-incremented number; SQLite assigns those only to its own integer type."""


class Utc(sa.types.TypeDecorator[datetime]):
    """An aware UTC time. SQLite, which has no time type, stores it as sortable text without the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return _as_text if dialect.name == "sqlite" else _as_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        return _from_text if dialect.name == "sqlite" else _as_utc


def _as_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    return value.astimezone(UTC)


@functools.lru_cache(maxsize=64)  # the moment of a turn or commit is in everything that it writes
def _as_text(value: datetime | None) -> str | None:
    moment = _as_utc(value)
    return None if moment is None else moment.isoformat(" ", "microseconds").removesuffix("+00:00")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")
